/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * How good a call is for those who talk in it, as far as it can be measured, and what is
 * worst about it. Pure.
 *
 * Silence in one direction is bad whatever the network does, but for one that is wished: a
 * call on hold has no quality, and a muted microphone no influence. Otherwise it is the
 * worst of loss both ways, jitter, and the round trip.
 */
#pragma once

#include "phone-enums.h"
#include "phone-media-stats.h"

G_BEGIN_DECLS

/** From these on sound is less than good, and bad: about where speech has gaps that are
 * noticed (G.113: 3 % with concealment), where the receive buffer is at its end, and where
 * people begin to talk at once (G.114: 150 ms one way, never more than 400). */
#define PHONE_QUALITY_LOSS_FAIR 0.03
#define PHONE_QUALITY_LOSS_BAD 0.10
#define PHONE_QUALITY_JITTER_FAIR_MS 40
#define PHONE_QUALITY_JITTER_BAD_MS 100
#define PHONE_QUALITY_DELAY_FAIR_MS 300
#define PHONE_QUALITY_DELAY_BAD_MS 800

/** @stats: NULL before the first. */
PhoneQuality phone_quality_derive (const PhoneMediaStats *stats,
                                   PhoneMediaSilence silence,
                                   PhoneQualityReason *reason);

G_END_DECLS
