/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Which streams (SSRC, RFC 3550 §8) of a peer are taken. Each new one makes webrtcbin
 * build a jitter buffer and more that stays until the call ends, and a peer can name a new
 * one in every packet. PHONE_MEDIA_SOURCES_MAX at once, and another one in the place of
 * the one not heard for longest every PHONE_MEDIA_SOURCES_PACE_US, are more than any call
 * needs. Pure; zeroed is empty. */

#define PHONE_MEDIA_SOURCES_MAX 16
#define PHONE_MEDIA_SOURCES_PACE_US (10 * G_TIME_SPAN_SECOND)

typedef struct {
  struct {
    guint32 ssrc;
    gint64 heard_us;
  } known[PHONE_MEDIA_SOURCES_MAX];
  guint n_known;
  gint64 replaced_us;
} PhoneMediaSources;

/* Whether a packet of this source goes on. */
gboolean phone_media_sources_take (PhoneMediaSources *self, guint32 ssrc, gint64 now_us);
