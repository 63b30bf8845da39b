/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a PhoneCall holds, for the files that make it: phone-call.c is the object and its
 * state, phone-call-properties.c what people watch of it, phone-call-media.c what the media
 * session tells of, phone-call-signalling.c how it comes about and ends,
 * phone-call-renewal.c how media is made anew in it, phone-call-change.c how it is changed
 * while it stands, phone-call-digits.c the digits in it, phone-call-transfer.c how it is
 * handed on.
 */
#pragma once

#include "phone-call-derive.h"
#include "phone-call-private.h"
#include "phone-call-wish.h"
#include "phone-digits.h"
#include "phone-error.h"

G_BEGIN_DECLS

typedef enum {
  PHONE_CALL_PROP_0,
  PHONE_CALL_PROP_ID,
  PHONE_CALL_PROP_DIRECTION,
  PHONE_CALL_PROP_ACCOUNT,
  PHONE_CALL_PROP_STATE,
  PHONE_CALL_PROP_REMOTE_URI,
  PHONE_CALL_PROP_REMOTE_NAME,
  PHONE_CALL_PROP_CONTACT,
  PHONE_CALL_PROP_TITLE,
  PHONE_CALL_PROP_END_CAUSE,
  PHONE_CALL_PROP_END_STATUS,
  PHONE_CALL_PROP_END_REASON,
  PHONE_CALL_PROP_ERROR,
  PHONE_CALL_PROP_STARTED_AT,
  PHONE_CALL_PROP_ACTIVE_SINCE,
  PHONE_CALL_PROP_DURATION,
  PHONE_CALL_PROP_RECONNECTING,
  PHONE_CALL_PROP_MUTED,
  PHONE_CALL_PROP_VIDEO,
  PHONE_CALL_PROP_SILENCED,
  PHONE_CALL_PROP_OFFERS_VIDEO,
  PHONE_CALL_PROP_REMOTE_VIDEO,
  PHONE_CALL_PROP_ENCRYPTED,
  PHONE_CALL_PROP_CAMERA_MISSING,
  PHONE_CALL_PROP_LOCAL_FEED,
  PHONE_CALL_PROP_REMOTE_FEED,
  PHONE_CALL_PROP_DIAGNOSIS,
  PHONE_CALL_PROP_QUALITY,
  PHONE_CALL_PROP_QUALITY_REASON,
  PHONE_CALL_PROP_HELD,
  PHONE_CALL_PROP_PEER_HELD,
  PHONE_CALL_PROP_VIDEO_ASKED,
  PHONE_CALL_PROP_TRANSFER_STATE,
  PHONE_CALL_PROP_TRANSFER_STATUS,
  PHONE_CALL_PROP_TRANSFER_TARGET,
  PHONE_CALL_PROP_REPLACES,
  PHONE_CALL_PROP_HEARD,
  PHONE_CALL_PROP_STATS,
  PHONE_CALL_N_PROPS
} PhoneCallProp;

struct _PhoneCall {
  GObject parent_instance;

  /* owned */
  PhoneAccount *account;
  PhoneAgent *agent; /* NULL: the account was not connected */
  PhoneMediaSession *media;
  PhoneContact *contact;     /* NULL: not in the book */
  PhoneLadder *ladder;       /* NULL: nothing was said yet */
  GCancellable *cancellable; /* of what the whole call waits for */
  char *id;
  char *remote_uri;
  char *remote_name;
  char *end_reason;
  char *transfer_target;
  char *replaces; /* id of the call that it goes on from */
  char *theirs;   /* their offer that waits: for the user, or for media */
  GString *digits;
  GError *error;

  PhoneDirection direction;
  gboolean is_silenced;
  gboolean is_offerless; /* the INVITE asks for the other one's offer */
  SipSessionId session;
  SipSessionId asked_by; /* the call whose far end asks for this one; 0: none */
  PhoneCallFlags flags;

  /* What the state is derived from, each with one writer. */
  PhoneSignalling signalling;
  PhoneMediaState media_state;
  PhoneIntent intent;
  PhoneCallState state; /* as last told */
  PhoneQuality quality; /* as last told, and so is its reason */
  PhoneQualityReason quality_reason;
  guint media_fork; /* whose answer media has; 0: none yet, or no fork */
  gboolean is_media_renewed;
  gboolean is_encrypted; /* media was connected, which it is after the check alone */

  /* How it is changed; wanted and agreed are made of what media and the user say. */
  PhoneChange change;
  PhoneMediaWish wanted;
  PhoneMediaWish tried; /* while change is of ours */
  PhoneMediaWish agreed;
  guint question_id; /* ASKED */

  char digit;     /* the one under way */
  guint digit_id; /* by INFO: until the next one may go */
  PhoneDigitFilter heard;

  PhoneTransferState transfer_state;
  gboolean is_transferring; /* we asked, and the last word is not told */
  guint transfer_status;

  PhoneCall *joined; /* weak: whom the far end is handed on to, in a call of ours */

  PhoneEndCause failure; /* why we end it, where it is not the user's wish */
  PhoneEndCause end_cause;
  guint end_status;

  gint64 started_at_us;
  gint64 answer_from_us; /* of the dial, or of answer() */
  gint64 active_since_us;
  gint64 lost_since_us; /* while RECONNECTING; else 0 */
  gint64 ended_at_us;
  int ringing_ms;
  int answered_ms;
  guint second_id;
};

/** The one place where the state is derived and told: after every change of what it is
 * derived from. */
void phone_call_update (PhoneCall *self);

/* ---- phone-call-properties.c ---- */

void phone_call_install_properties (GObjectClass *object_class);
void phone_call_notify (PhoneCall *self, PhoneCallProp prop);

/* ---- phone-call-media.c ---- */

/** Follows what the quality is derived from. */
void phone_call_update_quality (PhoneCall *self);

/** Follows :media; before the first of it is told. */
void phone_call_watch_media (PhoneCall *self);
/** Closes what there is and goes on with @media, as muted as it was. */
void phone_call_replace_media (PhoneCall *self, PhoneMediaSession *media);
void phone_call_notify_video (PhoneCall *self);
/** Nothing to see: NULL. Borrowed. */
PhoneVideoFeed *phone_call_get_local_feed (PhoneCall *self);
PhoneVideoFeed *phone_call_get_remote_feed (PhoneCall *self);

/** Makes the offer and dials. */
void phone_call_start (PhoneCall *self);

/* ---- phone-call-signalling.c ---- */

/** Says goodbye to the far end; @cause is what it ends with. */
void phone_call_end (PhoneCall *self, PhoneEndCause cause);

/** Ends the call for a cause that is not the user's wish, and says so to the far end.
 * Takes @error, which may be NULL: then it is made of the cause. */
void phone_call_fail (PhoneCall *self, PhoneEndCause cause, GError *error);

/* ---- phone-call-renewal.c ---- */

/** What was answered is not the fork that media speaks with, or not that one alone. */
void phone_call_renew_media (PhoneCall *self);
/** From then on until the new media is answered; the call cannot be changed meanwhile. */
gboolean phone_call_is_renewing (PhoneCall *self);
void phone_call_take_renewed_answer (PhoneCall *self, const SipOutput *output);
void phone_call_offer_renewed_again (PhoneCall *self);

/* ---- phone-call-change.c ---- */

void phone_call_set_change (PhoneCall *self, PhoneChange change);

/** Media has agreed on something, maybe. */
void phone_call_follow_media (PhoneCall *self);
/** Sends a re-INVITE where the user wishes something else than what is agreed and nothing
 * is under way. */
void phone_call_settle (PhoneCall *self);
/** The path is lost: another one is asked for (an ICE restart, RFC 8445 §9), over
 * signalling that lives, or once it does. FALSE: there is one. */
void phone_call_seek_path (PhoneCall *self, gboolean seek);
void phone_call_stop_changes (PhoneCall *self);
void phone_call_take_reoffer (PhoneCall *self, const SipOutput *output);
void phone_call_take_withdrawal (PhoneCall *self);
void phone_call_take_reanswer (PhoneCall *self, const SipOutput *output);
void phone_call_take_reoffer_due (PhoneCall *self, const SipOutput *output);

/* ---- phone-call-digits.c ---- */

void phone_call_install_digit_signals (void);
/** Sends what waits, where it can go by now. */
void phone_call_continue_digits (PhoneCall *self);
void phone_call_stop_digits (PhoneCall *self);
void phone_call_take_info_sent (PhoneCall *self, const SipOutput *output);
void phone_call_take_media_digit_sent (PhoneCall *self, gboolean is_sent);
void phone_call_take_info_digit (PhoneCall *self, const SipOutput *output);
void phone_call_take_media_digit (PhoneCall *self, guchar digit, guint duration_ms);

/* ---- phone-call-transfer.c ---- */

void phone_call_take_transfer (PhoneCall *self, const SipOutput *output);
void phone_call_take_transfer_asked (PhoneCall *self, const SipOutput *output);
void phone_call_take_transfer_withdrawn (PhoneCall *self);
/** The call is over: nobody will tell any more how what we asked for went. */
void phone_call_end_transfer (PhoneCall *self);

G_END_DECLS
