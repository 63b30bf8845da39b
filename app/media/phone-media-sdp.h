/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codec.h"
#include "phone-media-fingerprint.h"

#include <gst/sdp/sdp.h>

/* Everything that is known about SDP in this program: what is accepted, and the
 * differences between what goes over the wire and what webrtcbin is shown. Pure
 * functions over GstSDPMessage: no session, no pipeline, no clock, any thread.
 *
 * What the peer wrote never reaches webrtcbin as it is: phone_media_sdp_show() writes it
 * anew with the attributes that are known here, each checked. Each function of the last
 * part mends one shortcoming of webrtcbin and says in which version it was seen. */

/* Limits to what a peer may send; over them it is NOT_ACCEPTABLE. */
#define PHONE_MEDIA_SDP_MAX_BYTES (256 * 1024)
#define PHONE_MEDIA_SDP_MAX_LINE_BYTES (16 * 1024)
#define PHONE_MEDIA_SDP_MAX_MEDIA 16
#define PHONE_MEDIA_SDP_MAX_CANDIDATES 64 /* a line; what is over is left out */
#define PHONE_MEDIA_SDP_MAX_CREDENTIAL_BYTES 256

typedef enum {
  PHONE_MEDIA_DIRECTION_INACTIVE = 0,
  PHONE_MEDIA_DIRECTION_SEND = 1,
  PHONE_MEDIA_DIRECTION_RECV = 2,
  PHONE_MEDIA_DIRECTION_SENDRECV = 3,
} PhoneMediaDirection;

/* One codec as one m-line names it. codec NULL: the line is not used. */
typedef struct {
  const PhoneMediaCodec *codec;
  guint payload_type;
} PhoneMediaSdpChoice;

/* Telephone events (RFC 4733) as one description names them. clock_rate 0: it does not. */
typedef struct {
  guint payload_type;
  guint clock_rate;
} PhoneMediaSdpEvents;

/* What this end takes of a description: at most one line of each kind. */
typedef struct {
  int audio_line; /* -1: none */
  int video_line;
  PhoneMediaSdpChoice audio;
  PhoneMediaSdpChoice video;
  /* At the clock rate of the audio codec, as they should be, and at 8000 beside it, which
   * gateways name with Opus and browsers take. */
  PhoneMediaSdpEvents events[2];
} PhoneMediaSdpPlan;

/* ---- What is accepted ---- */

/* NOT_ACCEPTABLE where it is no SDP or over the limits. */
GstSDPMessage *phone_media_sdp_parse (const char *text, GError **error);
char *phone_media_sdp_to_text (const GstSDPMessage *sdp);
GstSDPMessage *phone_media_sdp_copy (const GstSDPMessage *sdp);

/* Chooses the lines and codecs, in the order of names, and checks that each line chosen
 * may be spoken with: a DTLS profile (never RTP/AVP, never a=crypto), rtcp-mux, ICE
 * credentials, a setup role, a fingerprint that counts. A video line that may not is
 * left out; an audio line that may not is the error: NOT_ACCEPTABLE, NO_FINGERPRINT.
 * H.264 counts only as constrained baseline with packetization-mode 1 (RFC 6184 §8.2.2);
 * an answer is taken at its first known codec. */
gboolean phone_media_sdp_plan (const GstSDPMessage *sdp,
                               gboolean is_answer,
                               const char *const *audio_names,
                               const char *const *video_names,
                               PhoneMediaSdpPlan *plan,
                               GError **error);

/* Whether an answer has the m-lines of the offer, one for one (RFC 3264 §6). */
gboolean phone_media_sdp_check_shape (const GstSDPMessage *offer,
                                      const GstSDPMessage *answer,
                                      GError **error);

/* The fingerprints of one line, of the line itself or else of the session, of which one
 * must be that of the peer's certificate: those of the strongest hash named (RFC 8122
 * §5). Owned by the caller; empty: none that counts. */
GPtrArray *phone_media_sdp_get_fingerprints (const GstSDPMessage *sdp, int line);

/* The direction from the view of the one who wrote it; a null connection address takes
 * away receiving (the old hold, RFC 3264 §8.4), unless ICE candidates are named. */
PhoneMediaDirection phone_media_sdp_get_direction (const GstSDPMessage *sdp, int line);
void phone_media_sdp_set_direction (GstSDPMessage *sdp,
                                    int line,
                                    PhoneMediaDirection direction);

/* What is answered to a direction offered by one who may do anything (RFC 3264 §6.1). */
PhoneMediaDirection phone_media_direction_reverse (PhoneMediaDirection offered);

/* Of the line, or else of the session; borrowed. */
const char *phone_media_sdp_attribute (const GstSDPMessage *sdp,
                                       int line,
                                       const char *key);

gboolean phone_media_sdp_is_rejected (const GstSDPMessage *sdp, int line);
gboolean phone_media_sdp_has_bundle (const GstSDPMessage *sdp);

/* Whether both name the same certificate, and the same ICE credentials: others are a
 * restart (RFC 8839 §4.4.1.1.1). */
gboolean phone_media_sdp_has_same_certificate (const GstSDPMessage *a,
                                               const GstSDPMessage *b,
                                               int line);
gboolean phone_media_sdp_has_same_ice (const GstSDPMessage *a,
                                       const GstSDPMessage *b,
                                       int line);

/* ---- What webrtcbin is shown ---- */

/* The peer's description as webrtcbin can take it: the lines of the plan with the chosen
 * codec alone, the others rejected, everything unknown left out, and mended as below.
 * own is the description of this end where the peer answers it, else NULL. */
GstSDPMessage *phone_media_sdp_show (const GstSDPMessage *peer,
                                     const GstSDPMessage *own,
                                     const PhoneMediaSdpPlan *plan);

/* The same of its first lines alone: webrtcbin knows of no line after those it uses. */
GstSDPMessage *phone_media_sdp_show_first (const GstSDPMessage *peer,
                                           const GstSDPMessage *own,
                                           const PhoneMediaSdpPlan *plan,
                                           guint n_lines);

/* ---- What goes over the wire ---- */

/* Turns webrtcbin's answer into one to this offer: the profiles as offered, lines that
 * the plan does not take rejected, the directions that the offer allows and this end
 * wants (wanted: by PhoneMediaKind). */
void phone_media_sdp_dress_answer (GstSDPMessage *answer,
                                   const GstSDPMessage *offer,
                                   const PhoneMediaSdpPlan *plan,
                                   const PhoneMediaDirection *wanted);

/* 1.22: within a call webrtcbin answers without candidates and always as setup:active, and
 * takes no change of direction. So it is not asked: the answer to a later offer is written
 * from own, which has the lines of this end as they were first described. role is that of
 * DTLS, "active" or "passive". (This and what follows: phone-media-sdp-again.c.) */
GstSDPMessage *phone_media_sdp_answer_again (const GstSDPMessage *own,
                                             const GstSDPMessage *offer,
                                             const PhoneMediaSdpPlan *plan,
                                             const PhoneMediaDirection *wanted,
                                             const char *role);

/* The same for an offer of ours within the call: the lines of the plan as they are in use,
 * as many as the peer's last description has, the DTLS role left to the answerer. */
GstSDPMessage *phone_media_sdp_offer_again (const GstSDPMessage *own,
                                            const GstSDPMessage *peer,
                                            const PhoneMediaSdpPlan *plan,
                                            const PhoneMediaDirection *wanted);

/* Where a video line goes in a call that has none, and of which webrtcbin has n_known
 * lines: into one that an end refused, or after the last. -1: there is no place that both
 * ends would count the same. */
int phone_media_sdp_find_place (const GstSDPMessage *peer, guint n_known);

/* The line as made describes it, on the transport of the audio line (RFC 8843), put in the
 * place of that line of sdp, or after its last. */
void phone_media_sdp_put_line (GstSDPMessage *sdp,
                               const GstSDPMessage *made,
                               int line,
                               int audio_line);

/* 1.22, 1.26: the hash is taken over the private key as well where dtlssrtpdec was given a
 * certificate of ours. The right one is "sha-256 AB:CD:...", on every line that has one. */
void phone_media_sdp_set_fingerprint (GstSDPMessage *sdp, const char *fingerprint);

/* 1.22: what it makes in the call names the ICE credentials that it began with. Those of
 * every line that is in use. */
void phone_media_sdp_set_ice (GstSDPMessage *sdp,
                              const char *ufrag,
                              const char *password);

/* Our offer names telephone events at the clock rates of its codecs; an answer, and what
 * webrtcbin is shown, those of the plan (phone-media-sdp-events.c). */
void phone_media_sdp_offer_events (GstSDPMessage *sdp);
void phone_media_sdp_add_events (GstSDPMessage *sdp, const PhoneMediaSdpPlan *plan);

/* Within a call: webrtcbin lets pass what was agreed upon first, and no other. */
void phone_media_sdp_keep_events (PhoneMediaSdpPlan *plan,
                                  const PhoneMediaSdpPlan *agreed);

/* RFC 8866 §5.2: the same id for every description of one call, and another version for
 * each that differs. */
void phone_media_sdp_set_origin (GstSDPMessage *sdp, guint64 id, guint version);

/* ---- One shortcoming each ----
 *
 * None has a switch: each writes what is right over what webrtcbin made or is shown, and
 * changes nothing where that is right already. 1.26.2 has every one of them still. */

/* 1.22: a line without a=mid is refused ("missing or contains an empty 'mid'"). Writes
 * the mid of the same line of the other description, or the line's index, or where
 * another line has that one, a name of its own: two lines with one mid are an assertion. */
void phone_media_sdp_ensure_mids (GstSDPMessage *sdp, const GstSDPMessage *other);

/* 1.22: a mid that moves to another line is an assertion, one that another takes the place
 * of confuses it. Writes those of the other description over the same lines. */
void phone_media_sdp_adopt_mids (GstSDPMessage *sdp, const GstSDPMessage *other);

/* GStreamer 1.22 cannot change a direction: shows every line in use as sendrecv. */
void phone_media_sdp_mask_directions (GstSDPMessage *sdp);

/* 1.22: answers always say setup:active; within a call the role must stay what it was
 * (RFC 8842 §5.5). role is "active" or "passive". */
void phone_media_sdp_set_setup (GstSDPMessage *sdp, const char *role);

/* 1.22: an answer leaves profile-level-id out, which names another profile then. Writes
 * the parameters of the codec that was chosen for this line. */
void phone_media_sdp_ensure_fmtp (GstSDPMessage *sdp,
                                  int line,
                                  const PhoneMediaSdpChoice *choice);

/* 1.22: an m-line cannot be rejected, and one offered with port 0 is answered with port
 * 9. Sets port 0 and takes the mid out of the BUNDLE group. */
void phone_media_sdp_reject (GstSDPMessage *sdp, int line);

/* The same for every line that the plan does not take. */
void phone_media_sdp_reject_others (GstSDPMessage *sdp, const PhoneMediaSdpPlan *plan);

/* 1.22: with relay-only the description may still name other candidates. */
void phone_media_sdp_keep_relays (GstSDPMessage *sdp);
