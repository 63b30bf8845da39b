/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A peer of webrtcbin alone, which trusts everybody: it sends a tone as soon as it has a
 * path, and counts what it is sent. It lives on threads of its own, so it meets a session
 * while the main context does nothing at all; and it has no path before it is told where
 * the other one is. Audio only, with Opus, on loopback. */

typedef struct _MediaStranger MediaStranger;

MediaStranger *media_stranger_new (guint tone_hz);
void media_stranger_free (MediaStranger *self);

/* Each waits until it is done; the result has its candidates and is owned by the caller. */
char *media_stranger_offer (MediaStranger *self);
char *media_stranger_answer (MediaStranger *self, const char *offer);
void media_stranger_set_answer (MediaStranger *self, const char *answer);

/* The candidates of this SDP, however they came by. The main context is not run: returns
 * when DTLS is through at its end, FALSE: it never was. */
gboolean media_stranger_meet (MediaStranger *self, const char *sdp);

/* RTP and RTCP that came decrypted. */
guint media_stranger_get_received (MediaStranger *self);

/* sdp as it would be before anything was gathered; owned by the caller. */
char *media_without_candidates (const char *sdp);
