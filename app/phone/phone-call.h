/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneCall: one call as a person sees it, from ringing to ended.
 *
 * The object outlives the call while someone holds it. Each method is allowed in any
 * state; where it has no meaning it does nothing. Main context only.
 *
 * Properties (all notify; read-only unless said):
 *   id                 string   "c1", "c2" ...: unique in this process, never reused
 *   direction          PhoneDirection
 *   account            PhoneAccount
 *   state              PhoneCallState, derived
 *   remote-uri         string   "sip:bob@example.org", as the far end says; untrusted
 *   remote-name        string   display name, may be NULL; untrusted literal text
 *   contact            PhoneContact  the far end in the user's contacts; NULL: nobody there
 *   title              string   the contact's name, remote-name, or the address without
 *                               its scheme
 *   end-cause          PhoneEndCause, NONE until ENDED
 *   end-status         uint     SIP status where there was one, else 0
 *   end-reason         string   the far end's reason phrase; untrusted; may be NULL
 *   error              PHONE_ERROR of a failed set-up, boxed GError; may be NULL
 *   started-at         int64    monotonic us of the dial or of the INVITE
 *   active-since       int64    monotonic us of the first ACTIVE; 0 before
 *   duration           uint     whole seconds ACTIVE; notifies once a second
 *   reconnecting       uint     whole seconds RECONNECTING, 0 in other states; notifies once
 *                               a second
 *   muted              bool     read-write: our microphone
 *   video              bool     read-write: our picture is (or will be) sent; FALSE again
 *                               where the far end takes none
 *   silenced           bool     incoming: came under Do Not Disturb; it neither rings nor
 *                               shows itself
 *   offers-video       bool     incoming: the caller would like video
 *   remote-video       bool     pictures can come from the far end
 *   encrypted          bool     the peer's certificate is the one its description names
 *   heard              bool     sound of the far end was decoded, be it before the answer
 *   local-feed         PhoneVideoFeed (self view), may be NULL
 *   remote-feed        PhoneVideoFeed, may be NULL
 *   held               bool     read-write: our side keeps the call on hold, from the wish
 *                               for it to the far end's answer to its end; FALSE again
 *                               where the far end refuses it
 *   peer-held          bool     the far end does
 *   video-asked        bool     the far end newly wants pictures: answer_video(); FALSE
 *                               again, and refused, after 25 s
 *   transfer-state     PhoneTransferState
 *   transfer-status    uint     SIP status of it where there was one, else 0; 408 also
 *                               where nobody told how it went
 *   transfer-target    string   whom it is, or shall be, transferred to; where the far end
 *                               asks it is untrusted; may be NULL
 *   replaces           string   id of the call that this one goes on from; may be NULL
 *   diagnosis          PhoneMediaSilence: which direction is silent and why
 *   camera-missing     bool: own pictures are wanted, and no camera gives any
 *   quality            PhoneQuality, UNKNOWN but while ACTIVE
 *   quality-reason     PhoneQualityReason: what is worst, where it is not good
 *   stats              boxed PhoneMediaStats, once a second while ACTIVE; NULL before
 *
 * Signals:
 *   ::digit-received (uchar digit, uint duration_ms)   '0' to '9', 'A' to 'D', '*', '#',
 *                               and '!' for a hook flash
 *   ::digit-sent (uchar digit, bool sent)   FALSE: the far end refused it, or it was broken
 *                               off; those that waited behind it are not sent then
 */
#pragma once

#include <gio/gio.h>

#include "phone-account.h"
#include "phone-contact.h"
#include "phone-enums.h"
#include "phone-media-stats.h"
#include "phone-probe.h"
#include "phone-video-feed.h"

G_BEGIN_DECLS

#define PHONE_TYPE_CALL (phone_call_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCall, phone_call, PHONE, CALL, GObject)

typedef enum {
  PHONE_CALL_AUDIO = 0,
  PHONE_CALL_VIDEO = 1 << 0,
  PHONE_CALL_OFFERLESS = 1 << 1, /* dial: the far end makes the offer (RFC 3264 §5) */
} PhoneCallFlags;

/** How long each phase took, ms; -1 until it happened, or where it has no meaning. Ringing
 * and answered count from the dial, or answered from answer(); gathering from its own
 * start; the others from the moment when both descriptions were known. */
typedef struct {
  int ringing_ms;
  int answered_ms;
  int gathering_ms;
  int ice_ms;
  int dtls_ms;
  int first_audio_ms;
  int first_video_ms;
} PhoneCallTimings;

const char *phone_call_get_id (PhoneCall *self);
PhoneAccount *phone_call_get_account (PhoneCall *self);
PhoneCallState phone_call_get_state (PhoneCall *self);
PhoneDirection phone_call_get_direction (PhoneCall *self);
const char *phone_call_get_remote_uri (PhoneCall *self);
const char *phone_call_get_remote_name (PhoneCall *self);
PhoneContact *phone_call_get_contact (PhoneCall *self);
PhoneEndCause phone_call_get_end_cause (PhoneCall *self);
guint phone_call_get_end_status (PhoneCall *self);
const char *phone_call_get_end_reason (PhoneCall *self);
const GError *phone_call_get_error (PhoneCall *self);
gboolean phone_call_get_silenced (PhoneCall *self);
gboolean phone_call_get_offers_video (PhoneCall *self);
gboolean phone_call_get_video (PhoneCall *self);
gboolean phone_call_get_remote_video (PhoneCall *self);
gboolean phone_call_get_encrypted (PhoneCall *self);
gboolean phone_call_get_heard (PhoneCall *self);
PhoneMediaSilence phone_call_get_diagnosis (PhoneCall *self);
gboolean phone_call_get_camera_missing (PhoneCall *self);
PhoneQuality phone_call_get_quality (PhoneCall *self);
PhoneQualityReason phone_call_get_quality_reason (PhoneCall *self);
guint phone_call_get_duration (PhoneCall *self);
guint phone_call_get_reconnecting (PhoneCall *self);
void phone_call_get_timings (PhoneCall *self, PhoneCallTimings *timings);

/** Answers an incoming call. After early media it is with its flags. */
void phone_call_answer (PhoneCall *self, PhoneCallFlags flags);
/** Lets the caller hear (and see) what is sent here before the call is answered: 183 with
 * our answer (RFC 3960). Not where the INVITE asks for our offer. */
void phone_call_send_early_media (PhoneCall *self, PhoneCallFlags flags);
/** Declines an incoming call (603), or says busy (486). */
void phone_call_decline (PhoneCall *self);
void phone_call_decline_busy (PhoneCall *self);
/** CANCEL, BYE or decline: whatever ends it now. */
void phone_call_hang_up (PhoneCall *self);
void phone_call_set_muted (PhoneCall *self, gboolean muted);
gboolean phone_call_get_muted (PhoneCall *self);

/** Puts the call on hold, or takes it back; the far end is told. A wish that comes while
 * another is under way waits for it, and the last one counts. */
void phone_call_set_held (PhoneCall *self, gboolean held);
gboolean phone_call_get_held (PhoneCall *self);
gboolean phone_call_get_peer_held (PhoneCall *self);
/** Our picture in a call that stands; off is off at once. */
void phone_call_set_video (PhoneCall *self, gboolean video);
gboolean phone_call_get_video_asked (PhoneCall *self);
/** Takes the pictures that the far end wants, ours with them, or refuses both. */
void phone_call_answer_video (PhoneCall *self, gboolean accept);

/** Asks the far end to say how it would have the call: a re-INVITE without an offer (RFC
 * 3261 §14.1). Nothing where another change is under way. */
void phone_call_refresh (PhoneCall *self);

/** Sends digits one after the other, behind those that still wait: as telephone events
 * (RFC 4733), or by INFO where the far end knows none. Before there is media they wait.
 * What numbers are written with (spaces, dashes, brackets) is left out. Errors:
 * PHONE_ERROR_INVALID_DIGITS, PHONE_ERROR_WRONG_STATE. */
gboolean phone_call_send_digits (PhoneCall *self, const char *digits, GError **error);

/** Asks the far end to call @target (RFC 3515), as phone_service_dial() takes it. Once it
 * talks to the target this call ends; where that comes to nothing, it goes on. Errors:
 * PHONE_ERROR_INVALID_ADDRESS, PHONE_ERROR_WRONG_STATE, PHONE_ERROR_NOT_CONNECTED. */
gboolean phone_call_transfer (PhoneCall *self, const char *target, GError **error);
/** Asks the far end to take our place in @other, a call of the same account (RFC 3891). */
gboolean phone_call_transfer_to (PhoneCall *self, PhoneCall *other, GError **error);
/** Follows the far end to :transfer-target, in a new call, or does not (603). */
void phone_call_answer_transfer (PhoneCall *self, gboolean accept);
PhoneTransferState phone_call_get_transfer_state (PhoneCall *self);
guint phone_call_get_transfer_status (PhoneCall *self);
const char *phone_call_get_transfer_target (PhoneCall *self);
const char *phone_call_get_replaces (PhoneCall *self);

/** What was decoded here; valid while the call lives and after. Borrowed. */
PhoneProbe *phone_call_get_probe (PhoneCall *self);
/** The number that marks our own test pictures: for phone_probe_get_recognised_from(). */
guint16 phone_call_get_frame_source (PhoneCall *self);
/** The SIP messages of this call so far, secrets struck out, as a ladder to be read; the
 * oldest are left out where they are many. Owned, never NULL. */
char *phone_call_dup_ladder (PhoneCall *self);
/** The last measured statistics; owned by the caller; NULL before the first. */
PhoneMediaStats *phone_call_dup_stats (PhoneCall *self);

G_END_DECLS
