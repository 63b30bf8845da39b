/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-fingerprint.h"

#include <gst/sdp/sdp.h>

/* Everything that is known about SDP in this program: what is accepted, and the
 * differences between what goes over the wire and what webrtcbin is shown. Pure
 * functions over GstSDPMessage: no session, no pipeline, no clock, any thread.
 *
 * Each function of the second half mends one shortcoming of webrtcbin and says in which
 * version it was seen. */

/* Limits to what a peer may send; over them it is NOT_ACCEPTABLE. */
#define PHONE_MEDIA_SDP_MAX_BYTES (64 * 1024)
#define PHONE_MEDIA_SDP_MAX_MEDIA 16
#define PHONE_MEDIA_SDP_MAX_CANDIDATES 256
#define PHONE_MEDIA_SDP_MAX_CREDENTIAL_BYTES 256

typedef enum {
  PHONE_MEDIA_DIRECTION_INACTIVE = 0,
  PHONE_MEDIA_DIRECTION_SEND = 1,
  PHONE_MEDIA_DIRECTION_RECV = 2,
  PHONE_MEDIA_DIRECTION_SENDRECV = 3,
} PhoneMediaDirection;

/* One codec as one m-line names it. */
typedef struct {
  const char *name; /* "opus", "pcmu", ...; static */
  guint payload_type;
  const char *fmtp; /* borrowed from the message, or NULL */
} PhoneMediaSdpCodec;

/* --- what is accepted ---------------------------------------------------------------
 */

/* NOT_ACCEPTABLE where it is no SDP or over the limits. */
GstSDPMessage *phone_media_sdp_parse (const char *text, GError **error);
char *phone_media_sdp_to_text (const GstSDPMessage *sdp);

/* Whether it may be spoken with at all: an audio line that is not rejected, each line in
 * use with a DTLS profile (UDP/TLS/RTP/SAVPF or SAVP; never RTP/AVP, never a=crypto),
 * rtcp-mux, ICE credentials, a fingerprint that counts, a setup role that can be met. */
gboolean phone_media_sdp_check (const GstSDPMessage *sdp,
                                gboolean is_answer,
                                GError **error);

/* Whether an answer has the m-lines of the offer, one for one (RFC 3264 §6). */
gboolean phone_media_sdp_check_answer_shape (const GstSDPMessage *offer,
                                             const GstSDPMessage *answer,
                                             GError **error);

/* The fingerprints of which one must be that of the peer's certificate: those of the
 * strongest hash named (RFC 8122 §5). Owned by the caller; empty: none that counts. */
GPtrArray *phone_media_sdp_get_fingerprints (const GstSDPMessage *sdp);

/* The index of the first line of this kind that is in use; -1: none. */
int phone_media_sdp_find_media (const GstSDPMessage *sdp, const char *kind);

/* The direction from the view of the one who wrote it; a null connection address counts
 * as not receiving (RFC 3264 §8.4, the old hold). */
PhoneMediaDirection phone_media_sdp_get_direction (const GstSDPMessage *sdp, int index);
void phone_media_sdp_set_direction (GstSDPMessage *sdp,
                                    int index,
                                    PhoneMediaDirection direction);

/* What the answerer may do: what both want (RFC 3264 §6.1). */
PhoneMediaDirection phone_media_direction_answer (PhoneMediaDirection offered,
                                                  PhoneMediaDirection wanted);

/* The first codec of the line that is in names, in the order of names; FALSE: none.
 * H.264 counts only with packetization-mode 1 and a constrained baseline profile
 * (RFC 6184 §8.2.2). */
gboolean phone_media_sdp_choose_codec (const GstSDPMessage *sdp,
                                       int index,
                                       const char *const *names,
                                       PhoneMediaSdpCodec *codec);

gboolean phone_media_sdp_has_bundle (const GstSDPMessage *sdp);
/* Equal but for the version of the origin line: a refresh that touches nothing. */
gboolean phone_media_sdp_is_same (const GstSDPMessage *a, const GstSDPMessage *b);

/* --- what webrtcbin is shown, and what goes over the wire ---------------------------
 */

/* 1.22: a line without a=mid is refused ("missing or contains an empty 'mid'"). Writes
 * the mids of the other description, or the line's index. */
void phone_media_sdp_ensure_mids (GstSDPMessage *sdp, const GstSDPMessage *other);

/* 1.22: direction changes are not implemented. Shows every line in use as sendrecv. */
void phone_media_sdp_mask_directions (GstSDPMessage *sdp);

/* 1.22: a re-offer and a re-answer carry no candidates. Puts those of an earlier
 * description back, line for line. */
void phone_media_sdp_restore_candidates (GstSDPMessage *sdp,
                                         const GstSDPMessage *earlier);

/* 1.22: answers always say setup:active; within a call the role must stay what it was
 * (RFC 8842 §5.5). role is "active" or "passive". */
void phone_media_sdp_set_setup (GstSDPMessage *sdp, const char *role);

/* 1.22: an m-line cannot be rejected, and one offered with port 0 is answered with port
 * 9. Sets port 0 and takes the mid out of the BUNDLE group. */
void phone_media_sdp_reject (GstSDPMessage *sdp, int index);

/* 1.22: what is offered beside the chosen codec confuses the choice. Leaves the chosen
 * payload type, its RTX and telephone-event alone on the line. */
void phone_media_sdp_keep_codec (GstSDPMessage *sdp, int index, guint payload_type);
