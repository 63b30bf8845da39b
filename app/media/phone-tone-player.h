/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-equipment.h"
#include "phone-melody.h"

/* Plays one melody at a time on the speaker, or on the ringer. The device is open while
 * one is played and at no other time. Main context only.
 *
 * Signals:
 *   "ended"   a melody with a number of rounds is over, or could not be played: not one
 *             that was stopped, or replaced
 */

#define PHONE_TYPE_TONE_PLAYER (phone_tone_player_get_type ())
G_DECLARE_FINAL_TYPE (PhoneTonePlayer, phone_tone_player, PHONE, TONE_PLAYER, GObject)

PhoneTonePlayer *phone_tone_player_new (PhoneEquipment *equipment, PhoneRole role);

/* In the place of what is played. melody is borrowed, and lives for ever. */
void phone_tone_player_play (PhoneTonePlayer *self, const PhoneMelody *melody);
/* One round of it. */
void phone_tone_player_play_once (PhoneTonePlayer *self, const PhoneMelody *melody);
void phone_tone_player_stop (PhoneTonePlayer *self);

/* 0 to 1, as a slider has it: loudness is even over it. At once; 1 at first. */
void phone_tone_player_set_volume (PhoneTonePlayer *self, double volume);
