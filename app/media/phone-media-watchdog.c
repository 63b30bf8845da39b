/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-watchdog.h"

#define NO_PACKETS_US (3 * G_USEC_PER_SEC)
#define QUIET_US (10 * G_USEC_PER_SEC)
#define UNCONFIRMED_US (12 * G_USEC_PER_SEC) /* two intervals of RTCP and a bit */
#define DEAD_SOURCE_DB (-75.0)               /* no live microphone is as quiet */
#define ALL_LOST 0.95

enum { LATENCY_STEP_MS = 10, LATENCY_LOSS_MS = 20 };

void
phone_media_watchdog_start (PhoneMediaWatchdog *self, gint64 now_us)
{
  *self = (PhoneMediaWatchdog){.start_us = now_us,
                               .alive_us = now_us,
                               .heard_us = now_us,
                               .packets_us = now_us,
                               .decoded_us = now_us,
                               .sounding_us = now_us,
                               .source_us = now_us};
}

static void
note_growth (PhoneMediaWatchdog *self, const PhoneMediaVitals *vitals, gint64 now_us)
{
  if (vitals->heard != self->last.heard)
    self->heard_us = now_us;
  /* What was not to come is not missed once it is to come again. */
  if (vitals->packets_in != self->last.packets_in || !vitals->receives)
    self->packets_us = now_us;
  if (vitals->decoded_ms != self->last.decoded_ms || !vitals->receives)
    self->decoded_us = now_us;
  if (vitals->sounding_ms != self->last.sounding_ms || !vitals->receives)
    self->sounding_us = now_us;
  if (vitals->source_level_db > DEAD_SOURCE_DB)
    self->source_us = now_us;
  self->last = *vitals;
}

static PhoneMediaLife
judge_life (PhoneMediaWatchdog *self, const PhoneMediaVitals *vitals, gint64 now_us)
{
  gint64 silent_us = now_us - self->heard_us;

  if (silent_us < PHONE_MEDIA_INTERRUPTED_US ||
      (!vitals->receives && !vitals->ice_failed)) {
    self->alive_us = now_us;
    return PHONE_MEDIA_LIFE_ALIVE;
  }
  if (vitals->ice_failed && silent_us >= PHONE_MEDIA_DEAD_US &&
      now_us - self->alive_us > PHONE_MEDIA_INTERRUPTED_US)
    return PHONE_MEDIA_LIFE_DEAD;
  return PHONE_MEDIA_LIFE_INTERRUPTED;
}

static PhoneMediaSilence
judge_in (const PhoneMediaWatchdog *self, const PhoneMediaVitals *vitals, gint64 now_us)
{
  if (!vitals->receives)
    return PHONE_MEDIA_SILENCE_HOLD;
  if (now_us - self->packets_us >= NO_PACKETS_US)
    return PHONE_MEDIA_SILENCE_NO_PACKETS;
  if (now_us - self->decoded_us >= NO_PACKETS_US)
    return PHONE_MEDIA_SILENCE_NOT_DECODED;
  if (now_us - self->sounding_us >= QUIET_US)
    return PHONE_MEDIA_SILENCE_PEER_QUIET;
  return PHONE_MEDIA_SILENCE_NONE;
}

static PhoneMediaSilence
judge_out (const PhoneMediaWatchdog *self, const PhoneMediaVitals *vitals, gint64 now_us)
{
  if (!vitals->sends)
    return PHONE_MEDIA_SILENCE_HOLD;
  if (vitals->muted)
    return PHONE_MEDIA_SILENCE_MUTED;
  if (now_us - self->source_us >= NO_PACKETS_US)
    return PHONE_MEDIA_SILENCE_SOURCE;
  if (!vitals->confirmed && now_us - self->start_us >= UNCONFIRMED_US)
    return PHONE_MEDIA_SILENCE_NOT_RECEIVED;
  if (vitals->confirmed && vitals->fraction_lost >= ALL_LOST)
    return PHONE_MEDIA_SILENCE_NOT_RECEIVED;
  return PHONE_MEDIA_SILENCE_NONE;
}

PhoneMediaVerdict
phone_media_watchdog_look (PhoneMediaWatchdog *self,
                           const PhoneMediaVitals *vitals,
                           gint64 now_us)
{
  note_growth (self, vitals, now_us);
  return (PhoneMediaVerdict){.life = judge_life (self, vitals, now_us),
                             .doubt = now_us - self->heard_us >= PHONE_MEDIA_DOUBT_US,
                             .silence_in = judge_in (self, vitals, now_us),
                             .silence_out = judge_out (self, vitals, now_us)};
}

guint
phone_media_latency_next (guint current_ms, double jitter_ms, guint64 new_lost)
{
  double wanted = 4 * CLAMP (jitter_ms, 0, 1000);
  guint target = 0;

  if (new_lost > 0)
    wanted = MAX (wanted, (double)current_ms + LATENCY_LOSS_MS);
  wanted = CLAMP (wanted, PHONE_MEDIA_LATENCY_MIN_MS, PHONE_MEDIA_LATENCY_MAX_MS);
  target = ((guint)wanted + LATENCY_STEP_MS - 1) / LATENCY_STEP_MS * LATENCY_STEP_MS;
  if (target >= current_ms)
    return target;
  return MAX (target, current_ms - LATENCY_STEP_MS);
}
