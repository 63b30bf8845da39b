/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-quality.h"

typedef struct {
  double value;
  double fair;
  double bad;
  PhoneQualityReason reason;
} Measure;

static PhoneQuality
judge (const Measure *measure)
{
  if (measure->value >= measure->bad)
    return PHONE_QUALITY_BAD;
  return measure->value >= measure->fair ? PHONE_QUALITY_FAIR : PHONE_QUALITY_GOOD;
}

static PhoneQuality
judge_network (const PhoneMediaStats *stats, PhoneQualityReason *reason)
{
  const Measure measures[] = {
      {stats->audio_in.fraction_lost, PHONE_QUALITY_LOSS_FAIR, PHONE_QUALITY_LOSS_BAD,
       PHONE_QUALITY_REASON_LOSS_IN},
      {stats->audio_out.fraction_lost, PHONE_QUALITY_LOSS_FAIR, PHONE_QUALITY_LOSS_BAD,
       PHONE_QUALITY_REASON_LOSS_OUT},
      {stats->audio_in.jitter_ms, PHONE_QUALITY_JITTER_FAIR_MS,
       PHONE_QUALITY_JITTER_BAD_MS, PHONE_QUALITY_REASON_JITTER},
      {stats->audio_out.round_trip_ms, PHONE_QUALITY_DELAY_FAIR_MS,
       PHONE_QUALITY_DELAY_BAD_MS, PHONE_QUALITY_REASON_DELAY},
  };
  PhoneQuality worst = PHONE_QUALITY_GOOD;

  for (guint i = 0; i < G_N_ELEMENTS (measures); i++) {
    PhoneQuality one = judge (&measures[i]);

    if (one < worst) {
      worst = one;
      *reason = measures[i].reason;
    }
  }
  return worst;
}

PhoneQuality
phone_quality_derive (const PhoneMediaStats *stats,
                      PhoneMediaSilence silence,
                      PhoneQualityReason *reason)
{
  *reason = PHONE_QUALITY_REASON_NONE;
  switch (silence) {
  case PHONE_MEDIA_SILENCE_HOLD:
    return PHONE_QUALITY_UNKNOWN;
  case PHONE_MEDIA_SILENCE_SOURCE:
  case PHONE_MEDIA_SILENCE_NOT_RECEIVED:
  case PHONE_MEDIA_SILENCE_NO_PACKETS:
  case PHONE_MEDIA_SILENCE_NOT_DECODED:
  case PHONE_MEDIA_SILENCE_PEER_QUIET:
    *reason = PHONE_QUALITY_REASON_SILENCE;
    return PHONE_QUALITY_BAD;
  case PHONE_MEDIA_SILENCE_NONE:
  case PHONE_MEDIA_SILENCE_MUTED:
    break;
  }
  return stats != NULL ? judge_network (stats, reason) : PHONE_QUALITY_UNKNOWN;
}
