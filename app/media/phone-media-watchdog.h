/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-stats.h"

/* Tells from numbers taken once a second whether the peer is alive, and which direction
 * is silent and why. Pure: plain structs, no clock.
 *
 * Any authenticated packet is life: RTP and RTCP as they come, and the answer to a STUN
 * binding request while there is doubt (phone-media-ice.h). So a call on hold, in which
 * neither RTP nor RTCP need come, lasts; and a peer that is gone is given up between 30
 * and 33 s after its last packet. Before that it is interrupted for five seconds at least,
 * in which ICE can be restarted over signalling that lives. */

#define PHONE_MEDIA_INTERRUPTED_US (5 * G_USEC_PER_SEC)
#define PHONE_MEDIA_DOUBT_US (15 * G_USEC_PER_SEC)
#define PHONE_MEDIA_DEAD_US (30 * G_USEC_PER_SEC)

typedef enum {
  PHONE_MEDIA_LIFE_ALIVE,
  PHONE_MEDIA_LIFE_INTERRUPTED, /* nothing came for 5 s: media was to, or ICE failed */
  PHONE_MEDIA_LIFE_DEAD,        /* ICE gave the path up, and nothing else came for 30 s */
} PhoneMediaLife;

/* What is counted; all of it grows. */
typedef struct {
  guint64 heard;       /* authenticated RTP and RTCP packets */
  guint64 packets_in;  /* RTP of sound */
  guint64 decoded_ms;  /* of sound */
  guint64 sounding_ms; /* of that, what is not silence */

  gboolean ice_failed;
  gboolean receives; /* the agreed direction has the peer send sound */
  gboolean sends;
  gboolean muted;
  double source_level_db;
  gboolean confirmed; /* the peer's reports name our sound */
  double fraction_lost;
} PhoneMediaVitals;

typedef struct {
  PhoneMediaLife life;
  gboolean doubt; /* ask ICE */
  PhoneMediaSilence silence_in;
  PhoneMediaSilence silence_out;
} PhoneMediaVerdict;

typedef struct {
  PhoneMediaVitals last;
  gint64 start_us;
  gint64 alive_us; /* when it was last not interrupted */
  gint64 heard_us; /* when each was last seen to grow */
  gint64 packets_us;
  gint64 decoded_us;
  gint64 sounding_us;
  gint64 source_us; /* when the microphone last gave sound */
} PhoneMediaWatchdog;

void phone_media_watchdog_start (PhoneMediaWatchdog *self, gint64 now_us);
PhoneMediaVerdict phone_media_watchdog_look (PhoneMediaWatchdog *self,
                                             const PhoneMediaVitals *vitals,
                                             gint64 now_us);

/* How long packets are to be held back for those before them, in milliseconds: 20 to 200,
 * about four times the jitter (a packet later than that is rare), up at once and down by
 * 10 ms a second. */
#define PHONE_MEDIA_LATENCY_MIN_MS 20
#define PHONE_MEDIA_LATENCY_START_MS 50
#define PHONE_MEDIA_LATENCY_MAX_MS 200
guint phone_media_latency_next (guint current_ms, double jitter_ms, guint64 new_lost);
