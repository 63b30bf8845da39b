/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-config.h"
#include "phone-media-sdp.h"

#include <gst/gst.h>

/* libnice as webrtcbin uses it, and how it is set up for a telephone. Main context only. */

typedef struct _PhoneMediaIce PhoneMediaIce;

/* webrtcbin must not have a stream yet. */
PhoneMediaIce *phone_media_ice_new (GstElement *webrtcbin,
                                    const PhoneMediaConfig *config);
void phone_media_ice_free (PhoneMediaIce *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaIce, phone_media_ice_free)

/* What owns the agent and its thread; owned by the caller. */
GObject *phone_media_ice_dup_owner (PhoneMediaIce *self);

/* Gives back what the agent holds at a TURN server, and waits for that: a round trip, some
 * seconds where the server is gone. Only once nothing of the pipeline
 * runs any more: libnice 0.1.21 damages the heap when an allocation that is reached over
 * TCP is closed while elements still use the agent. */
void phone_media_ice_close_any_thread (GObject *owner);

/* 1.22: webrtcbin has no restart of ICE. The agent is told itself: new credentials at both
 * ends, as the line of each description names them, and the peer's candidates; our own
 * sockets stay, and with them our candidates. The pair in use is used until another is
 * found, in both directions (RFC 8445 §9). transport counts from 0. */
void phone_media_ice_restart (PhoneMediaIce *self,
                              const GstSDPMessage *own,
                              const GstSDPMessage *peer,
                              int line,
                              guint transport);

/* As unguessable as they must be (RFC 8445 §5.3); both are owned by the caller. */
void phone_media_ice_make_credentials (char **ufrag, char **password);

/* 1.22: the peer took our offer, which named one transport for all lines, with one for
 * each (it does not bundle). webrtcbin makes those then, but gathers no candidates for
 * them, and gives them other credentials than the offer named. No description is left to
 * name their candidates in: the peer learns them from the checks that they send (RFC 8445
 * §7.3.1.3). They have no relay. */
void phone_media_ice_open_transports (PhoneMediaIce *self,
                                      const char *ufrag,
                                      const char *password);

/* Sends one byte, which is neither STUN nor DTLS nor RTP, on the pair in use. Chromium,
 * controlled, goes on sending where it sent before for 5 s and more where it knows of two
 * nominated pairs, until data comes from the other one. */
void phone_media_ice_show_path (PhoneMediaIce *self);

/* Asks for the peer's life. libnice sends a binding request every five seconds, and
 * gives the path up after 50 s without an answer, or after 10 s where it was made for
 * consent freshness (RFC 7675): too long to notice a peer that is gone, and too short to
 * ride out a change of network. So the short time holds only while there is doubt, since
 * neither RTP nor RTCP was heard for long: an answer to a binding request is then the
 * sign of life, and without one ICE fails. */
void phone_media_ice_doubt (PhoneMediaIce *self, gboolean doubt);

/* "host udp", "relay udp", ... of the pair in use, or NULL. Owned by the caller. */
char *phone_media_ice_dup_candidate (PhoneMediaIce *self, gboolean local);
