/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-config.h"

#include <gst/gst.h>

/* libnice as webrtcbin uses it, and how it is set up for a telephone. Main context only. */

typedef struct _PhoneMediaIce PhoneMediaIce;

/* webrtcbin must not have a stream yet. */
PhoneMediaIce *phone_media_ice_new (GstElement *webrtcbin,
                                    const PhoneMediaConfig *config);
void phone_media_ice_free (PhoneMediaIce *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaIce, phone_media_ice_free)

/* Gives back what the agent holds at a TURN server, which takes it a round trip: the
 * agent lives until then, whatever becomes of webrtcbin. */
void phone_media_ice_close (PhoneMediaIce *self);

/* Asks for the peer's life. libnice sends a binding request every five seconds, and
 * gives the path up after 50 s without an answer, or after 10 s where it was made for
 * consent freshness (RFC 7675): too long to notice a peer that is gone, and too short to
 * ride out a change of network. So the short time holds only while there is doubt, since
 * neither RTP nor RTCP was heard for long: an answer to a binding request is then the
 * sign of life, and without one ICE fails. */
void phone_media_ice_doubt (PhoneMediaIce *self, gboolean doubt);

/* "host udp", "relay udp", ... of the pair in use, or NULL. Owned by the caller. */
char *phone_media_ice_dup_candidate (PhoneMediaIce *self, gboolean local);
