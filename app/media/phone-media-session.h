/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-config.h"
#include "phone-media-stats.h"
#include "phone-probe.h"
#include "phone-video-feed.h"

#include <gio/gio.h>

/* The audio and video of one call. Made and used on the main context only;
 * GStreamer's threads never show through: every notify and every callback comes on
 * the context that made the object.
 *
 * The one who calls:        offer_async() -> INVITE ... 200 -> set_answer()
 * The one who is called:    set_offer() while it rings (nothing is sent, no candidate
 *                           leaves the machine), answer_async() -> 200
 * The offer came in the 200: set_offer(), answer_async() -> ACK
 * Within the call:          see there
 *
 * Nothing is sent and nothing is played before the certificate of the peer was found
 * in its SDP (RFC 8122, RFC 8827 §6.5): a mismatch ends in FAILED with
 * PHONE_MEDIA_FAILURE_FINGERPRINT. There is no plain RTP and no SDES.
 *
 * After a failure nothing is sent or played any more; the one who owns the call sends the
 * BYE and calls close(). Dropping the last reference closes. */

#define PHONE_MEDIA_ERROR (phone_media_error_quark ())
GQuark phone_media_error_quark (void);

typedef enum {
  PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,  /* this SDP cannot be spoken with: 488 */
  PHONE_MEDIA_ERROR_NO_FINGERPRINT,  /* none, or SHA-1 and weaker only: 488 */
  PHONE_MEDIA_ERROR_MISSING_ELEMENT, /* a GStreamer element is not installed */
  PHONE_MEDIA_ERROR_ICE_SERVER,      /* address refused: syntax, or turns: */
  PHONE_MEDIA_ERROR_NO_DESCRIPTORS,  /* too few files may be open for another call */
  PHONE_MEDIA_ERROR_WRONG_STATE,     /* not in this order, or closed */
  PHONE_MEDIA_ERROR_FAILED,          /* GStreamer refused something it should not */
} PhoneMediaError;

typedef enum {
  PHONE_MEDIA_STATE_NEW,         /* nothing agreed yet */
  PHONE_MEDIA_STATE_CONNECTING,  /* offer and answer are known: ICE, then DTLS */
  PHONE_MEDIA_STATE_CONNECTED,   /* the peer's certificate is proven, media flows */
  PHONE_MEDIA_STATE_INTERRUPTED, /* nothing heard for 5 s; may come back */
  PHONE_MEDIA_STATE_FAILED,      /* see :failure; final but for close() */
  PHONE_MEDIA_STATE_CLOSED,
} PhoneMediaState;

typedef enum {
  PHONE_MEDIA_FAILURE_NONE,
  PHONE_MEDIA_FAILURE_ICE,         /* no path to the peer */
  PHONE_MEDIA_FAILURE_DTLS,        /* a path, but no key agreed */
  PHONE_MEDIA_FAILURE_FINGERPRINT, /* the certificate is not the one in the SDP */
  PHONE_MEDIA_FAILURE_PEER_SILENT, /* nothing at all from the peer for 30 s */
  PHONE_MEDIA_FAILURE_PIPELINE,    /* an element gave up */
} PhoneMediaFailure;

#define PHONE_TYPE_MEDIA_STATE (phone_media_state_get_type ())
#define PHONE_TYPE_MEDIA_FAILURE (phone_media_failure_get_type ())
GType phone_media_state_get_type (void);
GType phone_media_failure_get_type (void);

/* How long things took. All in milliseconds after the moment when offer and answer
 * were both known here (set_answer() or answer_async()), -1 while it has not come to
 * pass; gather_ms after gathering began. */
typedef struct {
  gint gather_ms;
  gint ice_ms;
  gint dtls_ms;
  gint first_audio_ms; /* the first decoded sound */
  gint first_video_ms; /* the first decoded picture */
} PhoneMediaTimings;

#define PHONE_TYPE_MEDIA_SESSION (phone_media_session_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneMediaSession, phone_media_session, PHONE, MEDIA_SESSION, GObject)

/* Starts GStreamer, checks that the elements without which no call is possible are
 * there (PHONE_MEDIA_ERROR_MISSING_ELEMENT names all that are not), and begins to load
 * the plugins and to make the certificate in the background, so that the first call does
 * not wait for them. Call it once, early, on the main context; a second call is cheap
 * and gives the same answer. */
gboolean phone_media_init (GError **error);

/* Whether a pipeline is still being taken apart, or the warming up goes on, on threads
 * that nobody waits for. A program that exits meanwhile pulls OpenSSL from under them,
 * and crashes: it looks again until this is FALSE, or calls phone_media_finish(). */
gboolean phone_media_is_at_work (void);

/* Waits until it is not: the last thing that is done with media in a program. A handler at
 * exit could not do so: OpenSSL's is registered later, and therefore comes first. */
void phone_media_finish (void);

/* Copies the config. Errors: ICE_SERVER, MISSING_ELEMENT (a codec asked for by name that
 * has no element is left out; none left is the error). */
PhoneMediaSession *phone_media_session_new (const PhoneMediaConfig *config,
                                            GError **error);

/* Before offer_async() or answer_async(): this media takes the place of other media in the same call. */
void phone_media_session_set_renewal (PhoneMediaSession *self);

/* An offer with every codec of the config and the candidates gathered within
 * PhoneMediaConfig.gather_ms. Returns the SDP, owned by the caller. */
void phone_media_session_offer_async (PhoneMediaSession *self,
                                      gboolean with_video,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
char *phone_media_session_offer_finish (PhoneMediaSession *self,
                                        GAsyncResult *result,
                                        GError **error);

/* The peer's answer, from a 200 or a 183. The same text again (the 200 after the 183)
 * is TRUE and does nothing. Errors: NOT_ACCEPTABLE, NO_FINGERPRINT, WRONG_STATE. */
gboolean phone_media_session_set_answer (PhoneMediaSession *self,
                                         const char *sdp,
                                         GError **error);

/* The peer's offer, as soon as it came. Checked here; no answer and no packet leaves.
 * Errors: NOT_ACCEPTABLE, NO_FINGERPRINT, WRONG_STATE: refuse with 488. */
gboolean phone_media_session_set_offer (PhoneMediaSession *self,
                                        const char *sdp,
                                        GError **error);

/* Whether the offer of set_offer() asks for video that can be spoken here. */
gboolean phone_media_session_get_offered_video (PhoneMediaSession *self);

/* The answer to set_offer(). with_video: our own picture is sent where they take one.
 * Without it theirs is taken all the same (recvonly), no camera is opened, and a later
 * change may add ours; where they send none, the line is refused with port 0 (RFC 3264
 * §6). */
void phone_media_session_answer_async (PhoneMediaSession *self,
                                       gboolean with_video,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
char *phone_media_session_answer_finish (PhoneMediaSession *self,
                                         GAsyncResult *result,
                                         GError **error);

/* ---- Within the call ----
 *
 *   our re-INVITE            change_async() -> re-INVITE ... 200 -> set_change_answer()
 *                            refused, failed, or 491: cancel_change()
 *   an offerless one asks us change_async() with what the call has -> 200 ... ACK ->
 *                            set_change_answer()
 *   their re-INVITE          get_reoffer_asks_video(), reoffer_async() -> 200
 *                            cancelled: withdraw_reoffer()
 *   our offerless one        200 -> reoffer_async() -> ACK
 *
 * One exchange at a time (RFC 6337 §2.4): while a change of ours is open, their offer is
 * WRONG_STATE; on glare cancel_change() comes first. Whatever goes wrong, the call goes on
 * as it was. A description that says what was last said keeps its version (RFC 3264 §8),
 * and one that says the same of theirs touches nothing. */

typedef struct {
  gboolean hold;        /* nothing is sent or played; the path is kept open */
  gboolean video;       /* our own picture; theirs stays where they send one */
  gboolean restart_ice; /* another path is looked for (RFC 8445 §2.4) */
} PhoneMediaWish;

/* The offer of a later state of the call: the whole of it, not the difference. A hold
 * silences both directions at once, all else comes into force with the answer; no camera is
 * opened before that. Errors: WRONG_STATE, NOT_ACCEPTABLE (a picture that this call cannot
 * have). */
void phone_media_session_change_async (PhoneMediaSession *self,
                                       const PhoneMediaWish *wish,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
char *phone_media_session_change_finish (PhoneMediaSession *self,
                                         GAsyncResult *result,
                                         GError **error);

/* The answer to it. The peer may have refused the picture: see :own-video. On an error
 * (NOT_ACCEPTABLE, WRONG_STATE) the change is given up as by cancel_change(). */
gboolean phone_media_session_set_change_answer (PhoneMediaSession *self,
                                                const char *sdp,
                                                GError **error);

/* Gives up the change that is open: all is as it was before it. Nothing without one. */
void phone_media_session_cancel_change (PhoneMediaSession *self);

/* Whether this offer newly wants a picture, theirs or ours, that the call does not have:
 * the user is asked before it is answered. FALSE for what cannot be spoken with. */
gboolean phone_media_session_get_reoffer_asks_video (PhoneMediaSession *self,
                                                     const char *sdp);

/* Whether this offer could be answered, but not by this session: with another certificate
 * or other codecs it is the offer of media that takes the place of the peer's (RFC 8842
 * §5.3), to be answered by a new session. */
gboolean phone_media_session_is_other_media (PhoneMediaSession *self, const char *sdp);

/* A later offer of the peer: the answer to it. sendonly and inactive, and a null
 * connection address, put the call on hold from the peer's side; our own hold stays. An
 * ICE restart is followed.
 *
 * with_video is what the user said where get_reoffer_asks_video(): TRUE takes the picture
 * and sends ours where they take it, FALSE refuses the line with port 0 (RFC 3264 §6), or,
 * where it is there already, leaves it as it is; no camera is opened then. Where it was not
 * asked for, with_video changes nothing: a picture of ours stays on, or off. On an error
 * refuse with 488. */
void phone_media_session_reoffer_async (PhoneMediaSession *self,
                                        const char *sdp,
                                        gboolean with_video,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
char *phone_media_session_reoffer_finish (PhoneMediaSession *self,
                                          GAsyncResult *result,
                                          GError **error);

/* Their last offer was cancelled, or our answer to it never arrived: all is as it was
 * before it. */
void phone_media_session_withdraw_reoffer (PhoneMediaSession *self);

/* The description of this end as it was last sent. NULL before the first. Owned by the
 * caller. */
char *phone_media_session_dup_local_sdp (PhoneMediaSession *self);

/* Ends everything: no packet leaves and no callback but those of cancelled operations
 * comes after it. Does not wait for GStreamer's threads. */
void phone_media_session_close (PhoneMediaSession *self);

/* ---- Digits (RFC 4733) ----
 *
 * One at a time: who has several keeps the queue, and sends the next when "digit-sent"
 * comes, which is after the gap that must follow the one before. A digit takes the place
 * of the sound, also while muted, and the peer hears no tone of it.
 *
 * Signals:
 *   "digit-sent"     (guchar digit, gboolean sent): FALSE: it was broken off, by a hold or
 *                    since no packets go. Not after close() or a failure.
 *   "digit-received" (guchar digit, guint duration_ms): once for each, when it has ended;
 *                    "!" is the hook flash. */
#define PHONE_MEDIA_DIGIT_MS 120 /* where 0 is asked for */
#define PHONE_MEDIA_DIGIT_MIN_MS 70
#define PHONE_MEDIA_DIGIT_MAX_MS 6000
#define PHONE_MEDIA_DIGIT_GAP_MS 100 /* from its end to where the next may begin */

/* digit: "0123456789*#ABCD!". duration_ms is brought within the limits above. FALSE: it is
 * none, one is under way, or not "can-send-digits". */
gboolean phone_media_session_send_digit (PhoneMediaSession *self,
                                         char digit,
                                         guint duration_ms);
/* CONNECTED, telephone events are agreed upon, and the call is not on hold. */
gboolean phone_media_session_get_can_send_digits (PhoneMediaSession *self);

/* Properties, each with notify: "state", "failure", "muted" (rw: silence is sent),
 * "sending-video" (rw: no picture leaves while it is FALSE), "has-video" (a picture in at
 * least one direction), "own-video" (ours is agreed upon), "peer-video" (theirs is, and
 * will be again after a hold), "held" (ours: from the wish for it on, to the answer to its
 * end), "peer-hold", "can-send-digits", "heard" (sound of the peer was decoded), "stats"
 * (1 Hz, while CONNECTED or INTERRUPTED), "silence-in", "silence-out". */
PhoneMediaState phone_media_session_get_state (PhoneMediaSession *self);
PhoneMediaFailure phone_media_session_get_failure (PhoneMediaSession *self);
/* A sentence for a log, not for people. NULL without a failure. */
const char *phone_media_session_get_failure_detail (PhoneMediaSession *self);
PhoneMediaTimings phone_media_session_get_timings (PhoneMediaSession *self);

gboolean phone_media_session_get_muted (PhoneMediaSession *self);
void phone_media_session_set_muted (PhoneMediaSession *self, gboolean muted);
gboolean phone_media_session_get_sending_video (PhoneMediaSession *self);
void phone_media_session_set_sending_video (PhoneMediaSession *self, gboolean sending);
gboolean phone_media_session_get_has_video (PhoneMediaSession *self);
gboolean phone_media_session_get_own_video (PhoneMediaSession *self);
gboolean phone_media_session_get_peer_video (PhoneMediaSession *self);
gboolean phone_media_session_get_held (PhoneMediaSession *self);
gboolean phone_media_session_get_peer_hold (PhoneMediaSession *self);
gboolean phone_media_session_get_heard (PhoneMediaSession *self);

PhoneMediaSilence phone_media_session_get_silence_in (PhoneMediaSession *self);
PhoneMediaSilence phone_media_session_get_silence_out (PhoneMediaSession *self);
/* Own pictures are wanted, and there is no camera, or none that opens; within a second.
 * Property "camera-missing". */
gboolean phone_media_session_get_camera_missing (PhoneMediaSession *self);

/* The newest statistics; NULL before the first second of a connected call. The caller
 * owns the reference. */
PhoneMediaStats *phone_media_session_dup_stats (PhoneMediaSession *self);

/* Borrowed, and there from the start: pictures come when they come. */
PhoneVideoFeed *phone_media_session_get_remote_feed (PhoneMediaSession *self);
PhoneVideoFeed *phone_media_session_get_local_feed (PhoneMediaSession *self);
/* What was heard and seen from the peer. */
PhoneProbe *phone_media_session_get_probe (PhoneMediaSession *self);
/* The source number that this session draws into its own test frames: for
 * phone_probe_get_recognised_from() when an echo is expected. */
guint16 phone_media_session_get_frame_source (PhoneMediaSession *self);
