/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

/* Numbers of one call at one moment, made once a second while it is connected.
 * Immutable and counted; may be kept as long as one likes. Built from webrtcbin's
 * statistics keyed on the SSRC, since their kind and codec are wrong when bundled. */

/* Why nothing is heard in one direction. */
typedef enum {
  PHONE_MEDIA_SILENCE_NONE,         /* it can be heard, or it is too early to tell */
  PHONE_MEDIA_SILENCE_HOLD,         /* the agreed direction does not carry sound */
  PHONE_MEDIA_SILENCE_MUTED,        /* out: muted here */
  PHONE_MEDIA_SILENCE_SOURCE,       /* out: the microphone gives silence or nothing */
  PHONE_MEDIA_SILENCE_NOT_RECEIVED, /* out: the peer's reports name no receipt */
  PHONE_MEDIA_SILENCE_NO_PACKETS,   /* in: nothing arrives */
  PHONE_MEDIA_SILENCE_NOT_DECODED,  /* in: packets arrive, no sound comes out */
  PHONE_MEDIA_SILENCE_PEER_QUIET,   /* in: sound arrives, and it is silence */
} PhoneMediaSilence;

#define PHONE_TYPE_MEDIA_SILENCE (phone_media_silence_get_type ())
GType phone_media_silence_get_type (void);

/* One direction of one kind. All zero with present FALSE where there is none. */
typedef struct {
  gboolean present;
  guint32 ssrc;
  const char *codec; /* "opus", "pcmu", "vp8", ...; static */
  guint64 packets;
  guint64 bytes;
  guint bitrate; /* bits a second since the statistics before */
  gint64 lost;   /* in: as counted here; out: as the peer reports */
  double jitter_ms;
  guint latency_ms;     /* in: the receive buffer, 20 to 200 */
  double fraction_lost; /* in: lately, as counted here; out: as the peer reports */
  /* Out only: the peer's RTCP reports (RFC 3550 §6.4) name this stream. */
  gboolean confirmed;
  double round_trip_ms; /* negative: not known */
} PhoneMediaStream;

typedef struct _PhoneMediaStats PhoneMediaStats;

struct _PhoneMediaStats {
  gint64 time_us; /* monotonic */
  PhoneMediaStream audio_in;
  PhoneMediaStream audio_out;
  PhoneMediaStream video_in;
  PhoneMediaStream video_out;

  double level_in_db;  /* of the last second, dBFS; -100 is silence */
  double level_out_db; /* before the mute */

  char *local_candidate;  /* "host udp 192.0.2.1:40000", ... or NULL */
  char *remote_candidate; /* the same, of the peer */
};

#define PHONE_TYPE_MEDIA_STATS (phone_media_stats_get_type ())
GType phone_media_stats_get_type (void);
PhoneMediaStats *phone_media_stats_ref (PhoneMediaStats *self);
void phone_media_stats_unref (PhoneMediaStats *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaStats, phone_media_stats_unref)
