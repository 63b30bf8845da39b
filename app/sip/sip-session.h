/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-dialog.h"
#include "sip-refer.h"
#include "sip-server-tx.h"
#include "sip-ua.h"

/* One call, from its INVITE until the last late message about it. A file a procedure:
 * sip-session-uac.c makes calls, -uas.c takes them, -reoffer.c changes one that stands,
 * -modify.c lets the far end change it, -info.c has the digits, -refer.c and -referred.c
 * transfer it, -replaces.c puts one in the place of another, -end.c ends calls, -body.c has
 * to do with session descriptions, sip-session.c has what all share.
 *
 * A session outlives what the user sees of it: once SIP_OUTPUT_ENDED was told, its id
 * means nothing any more, and what is left to do on the wire (CANCEL, BYE, the ACK of a
 * late 2xx) is done without the user. A lost flow does not end a confirmed call; what
 * has to be said then waits for the next flow. */

G_BEGIN_DECLS

/* How long a call rings there before we give it up. */
#define SIP_SESSION_RING_US (180 * G_TIME_SPAN_SECOND)
/* And here: longer, since giving up is the caller's, and the proxy's after him. */
#define SIP_SESSION_RING_HERE_US (200 * G_TIME_SPAN_SECOND)
/* How long a BYE may wait for a flow to go on. */
#define SIP_SESSION_LINGER_US (180 * G_TIME_SPAN_SECOND)
/* How long the host may think about a re-INVITE. */
#define SIP_SESSION_REOFFER_US (30 * G_TIME_SPAN_SECOND)

/*   we call (RFC 3261 §13.2)                            we are called (§13.3)
 *
 *        | INVITE                                             | INVITE
 *        v                                                    v
 *     CALLING -- 1xx --> PROCEEDING                        INCOMING -----------------+
 *      | | |              | | |                               | 2xx                  |
 *      | | +---- 2xx -----|-|-+---> CONFIRMED <--- ACK --- ANSWERED                  |
 *      | |                | |        ^    | |               |  |                     |
 *      | +- 2xx, offer ---|-+        |    | | we hang up    |  |                     |
 *      |         |        |          |    | v               |  |                     |
 *      |         v        |   our    |    | HANGING_UP <----+  | no ACK: BYE         |
 *      |      OFFERED ----|-- ACK ---+    |  ^  | BYE done    |                     |
 *      |         |        |               |  |  |             |   CANCEL, refused,   |
 *      |         +--------|---------------|--+  |             |   no answer, lost    |
 *      v   we hang up     v               |     v             v                      |
 *     CANCELLING ---------------------> OVER <------------------ their BYE ----------+
 *        | 2xx all the same: ACK, BYE     (late messages only; then freed)
 *        +--> HANGING_UP
 *
 * In the first six the user has a call; the last three come after ENDED. */
typedef enum {
  SIP_SESSION_CALLING,
  SIP_SESSION_PROCEEDING,
  SIP_SESSION_OFFERED,  /* a 2xx with an offer came; our answer goes into the ACK */
  SIP_SESSION_INCOMING, /* rings here */
  SIP_SESSION_ANSWERED, /* our 2xx is sent until its ACK comes */
  SIP_SESSION_CONFIRMED,
  SIP_SESSION_CANCELLING, /* CANCEL was sent, or will be on the first 1xx */
  SIP_SESSION_HANGING_UP, /* BYE was sent, or will be when it may */
  SIP_SESSION_OVER,
} SipSessionState;
#define SIP_SESSION_N_STATES (SIP_SESSION_OVER + 1)

/* A change of ours to a call that stands (RFC 3261 §14.1, §9.1)
 *
 *           | re-INVITE                        2xx with an offer
 *           v                                  (ours had none)
 *   +--> ASKING -- 60 s: CANCEL --> CANCELLING ---------------> OWING -- our ACK ----+
 *   |     | | |                      | | |                       (also from ASKING)  |
 *   |     | | |                      | | +-- 2xx, refused, 64*T1 of silence -------->|
 *   |     | | +-- 2xx, refused ------|-|-------------------------------------------->|
 *   |     | +---- 491, Retry-After --+-|--> WAITING                                  |
 *   |     |                            |      | time                                 v
 *   |     +------ flow lost -----------+--> DUE -- flow up, nothing open: told ---> NONE
 *   |                                         ^                                      |
 *   +-----------------------------------------+---------- a late 2xx ----------------+
 *
 * A change that the host wants while none is possible leads to DUE: at once from NONE, else
 * where the arrows lead to NONE. The end of the call leads to NONE from everywhere. */
typedef enum {
  SIP_REOFFER_NONE,
  SIP_REOFFER_ASKING,
  SIP_REOFFER_CANCELLING,
  SIP_REOFFER_OWING, /* the host thinks about the answer that goes into the ACK */
  SIP_REOFFER_WAITING,
  SIP_REOFFER_DUE,
} SipReofferState;
#define SIP_REOFFER_N_STATES (SIP_REOFFER_DUE + 1)

typedef struct {
  SipReofferState state; /* written by set_state() in sip-session-reoffer.c alone */
  SipTimer timer;
  guint32 cseq;            /* OWING: of the ACK */
  guint n_refused;         /* told to come back later, in a row */
  guint status;            /* what REOFFER_DUE says */
  gboolean is_next_wanted; /* the host asked for another change during this one */
} SipReoffer;

struct _SipSession {
  SipSessionState state; /* written by sip_session_set_state() alone */
  SipSessionId id;
  gboolean is_incoming;
  gboolean is_secure; /* a sips: call, in which our Contact is sips: too */
  gboolean is_cancel_sent;
  guint n_client_txs; /* of this session, in the agent's table */
  guint32 first_cseq; /* of our first INVITE, counted up when it is challenged */
  SipTimer limit;     /* ringing, then the wait for the host, then the lingering */
  SipReoffer reoffer; /* our change of the call */

  /* Owned */
  char *call_id;
  char *local_tag;
  char *hang_up_reason; /* value for Reason in CANCEL and BYE; NULL: none */
  GPtrArray *dialogs;   /* of SipDialog, by To tag */

  SipMessage *lost_invite; /* to be cancelled over the next flow; NULL: none */

  /* The 2xx that waits for its ACK (RFC 3261 §13.3.1.4); answer is NULL without one. */
  GBytes *answer;
  guint32 answer_cseq;
  gint64 answer_interval_us;
  gint64 answer_until_us;
  SipTimer resend;
  SipTimer bye_again; /* one that did not get through */

  SipRefer refer;        /* the transfer we asked for */
  SipReferred referred;  /* the one they ask us for */
  SipSessionId referrer; /* the call whose far end asked for this one; 0: none did */
  SipSessionId replaces; /* the call whose place this one takes; 0: of none */

  /* Borrowed */
  SipDialog *dialog;   /* the one that was answered; NULL before */
  SipClientTx *invite; /* ours that is under way: INVITE or re-INVITE */
  SipServerTx *asked;  /* theirs that waits for the host: INVITE, re-INVITE, UPDATE */
};

/* ---- Shared (sip-session.c) ---- */

SipSession *sip_session_new (SipUa *ua, gboolean is_incoming);
void sip_session_free (SipUa *ua, SipSession *session);
void sip_session_set_state (SipUa *ua, SipSession *session, SipSessionState state);
/* FALSE once ENDED was told. */
gboolean sip_session_is_alive (const SipSession *session);
/* FALSE while something about it may still come. */
gboolean sip_session_is_done (const SipSession *session);
SipDialog *sip_session_find_dialog (SipSession *session, SipText remote_tag);
/* Also one whose ENDED was told; NULL if it is gone. */
SipSession *sip_session_find (const SipUa *ua, SipSessionId id);
/* A status from somebody on the way who could not pass it on just now (RFC 5626 §5.3.1):
 * the far end is still there, and may be back in a moment. */
gboolean sip_session_did_not_get_through (guint status);
/* SIP_ERROR_WRONG_STATE; FALSE. */
gboolean sip_session_fail_wrong_state (GError **error);
/* The 2xx to an INVITE: sent now, and again until the ACK. FALSE when it cannot be sent;
 * the call is over then. */
gboolean sip_session_send_answer (SipUa *ua,
                                  SipSession *session,
                                  SipServerTx *tx,
                                  const char *body);
void sip_session_resend_due (SipUa *ua, SipSession *session);

void sip_session_handle_ack (SipUa *ua, SipSession *session, SipMessage *ack);
/* The 2xx wants no ACK any more. */
void sip_session_forget_answer (SipUa *ua, SipSession *session);

/* A response to one of its requests; the local failures of RFC 3261 §8.1.3.1 come as a
 * status without a message: 408 where time ran out, 503 where the flow was lost. */
void sip_session_handle_response (SipUa *ua,
                                  SipClientTx *tx,
                                  guint status,
                                  SipMessage *response);
void sip_session_check (const SipUa *ua, const SipSession *session);

/* ---- The end (sip-session-end.c) ---- */

/* The text of a Reason header (RFC 3326), unquoted; NULL without one. Owned. */
char *sip_session_dup_reason_text (const SipMessage *message);

/* Tells ENDED. @message and @reason may be NULL; @next is one of the last three states. */
void sip_session_end (SipUa *ua,
                      SipSession *session,
                      SipEnd end,
                      guint status,
                      const char *reason,
                      SipMessage *message,
                      SipSessionState next);
/* After it nothing more is to be said; late messages may come for a while. */
void sip_session_be_over (SipUa *ua, SipSession *session);
/* CANCELLING: once something came back to the INVITE. */
void sip_session_cancel_call (SipUa *ua, SipSession *session);
gboolean sip_session_hang_up (SipUa *ua, SipSession *session, SipEnd end, GError **error);
/* This end of the dialog hangs up: as soon as it may and can. */
void sip_session_owe_bye (SipUa *ua, SipSession *session, SipDialog *dialog);
gboolean sip_session_owes_bye (const SipSession *session);
void sip_session_bye_due (SipUa *ua, SipSession *session);
void sip_session_handle_bye (SipUa *ua,
                             SipSession *session,
                             SipDialog *dialog,
                             SipServerTx *tx);
void sip_session_limit_reached (SipUa *ua, SipSession *session);
void sip_session_handle_bye_response (SipUa *ua,
                                      SipClientTx *tx,
                                      guint status,
                                      SipMessage *response);
/* After its transactions were told. */
void sip_session_flow_lost (SipUa *ua, SipSession *session);
/* Sends and tells what waits for a flow, or for an ACK, if it can go now. */
void sip_session_flush (SipUa *ua, SipSession *session);

/* ---- Session descriptions (sip-session-body.c) ---- */

/* The session description in a message: NULL where there is none. *status is what a
 * request with this content gets: 400, 415, or 0 where it is good. Owned. */
char *sip_session_dup_body (const SipMessage *message, guint *status);
/* Refuses a request for its content: @status as sip_session_dup_body() has it. */
void sip_session_respond_bad_content (SipUa *ua, SipServerTx *tx, guint status);
/* Contact, Allow, Supported, and the description where there is one. */
void sip_session_add_offer_headers (SipUa *ua,
                                    const SipSession *session,
                                    SipWriter *writer,
                                    const char *body);

/* ---- We call (sip-session-uac.c) ---- */

/* @referred: what asked for it; NULL: the user. */
SipSession *sip_session_invite (SipUa *ua,
                                const char *uri,
                                const char *offer,
                                const SipReferred *referred);
void sip_session_handle_invite_response (SipUa *ua,
                                         SipClientTx *tx,
                                         guint status,
                                         SipMessage *response);
/* The answer to their offer in a 2xx: goes into the ACK. */
gboolean sip_session_answer_in_ack (SipUa *ua,
                                    SipSession *session,
                                    const char *body,
                                    GError **error);
void sip_session_send_ack (SipUa *ua, SipDialog *dialog, guint32 cseq, const char *body);
/* The caller limits the wait for what comes of it. */
void sip_session_send_cancel (SipUa *ua, SipSession *session, const SipMessage *invite);
/* A 2xx to an INVITE whose transaction is gone. */
void sip_session_handle_late_answer (SipUa *ua,
                                     SipSession *session,
                                     SipMessage *response);
/* The ACK once more, where this 2xx had one already. */
gboolean sip_session_resend_ack (SipUa *ua,
                                 SipDialog *dialog,
                                 const SipMessage *response);

/* ---- We are called (sip-session-uas.c) ---- */

void sip_session_handle_invite (SipUa *ua, SipServerTx *tx);
void sip_session_handle_cancel (SipUa *ua, SipServerTx *invite, const SipMessage *cancel);
gboolean sip_session_progress (
    SipUa *ua, SipSession *session, guint status, const char *body, GError **error);
gboolean sip_session_answer (SipUa *ua,
                             SipSession *session,
                             const char *body,
                             GError **error);
gboolean sip_session_reject (SipUa *ua,
                             SipSession *session,
                             guint status,
                             GError **error);

/* ---- We change the call (sip-session-reoffer.c) ---- */

gboolean sip_session_reoffer (SipUa *ua,
                              SipSession *session,
                              const char *offer,
                              GError **error);
/* TRUE while our re-INVITE has no final response, or its ACK is not sent: theirs is glare
 * then. */
gboolean sip_session_is_reoffering (const SipSession *session);
void sip_session_handle_reinvite_response (SipUa *ua,
                                           SipClientTx *tx,
                                           guint status,
                                           SipMessage *response);
/* A 2xx to a re-INVITE that was told as failed. */
void sip_session_handle_late_reanswer (SipUa *ua,
                                       SipSession *session,
                                       SipMessage *response);
/* The answer to the offer that came in a 2xx, while it is owed: goes into the ACK. */
gboolean sip_session_answer_owed (SipUa *ua,
                                  SipSession *session,
                                  const char *body,
                                  GError **error);
/* Where the call ends while an answer is owed: the ACK without one. */
void sip_session_pay_ack (SipUa *ua, SipSession *session);
void sip_session_reoffer_due (SipUa *ua, SipSession *session);
/* Tells REOFFER_DUE where an offer can be made now; the flow is up. */
void sip_session_flush_reoffer (SipUa *ua, SipSession *session);
void sip_session_stop_reoffer (SipUa *ua, SipSession *session);
void sip_session_check_reoffer (const SipSession *session);

/* ---- Digits (sip-session-info.c) ---- */

typedef struct {
  char digit; /* one of "0123456789*#ABCD" */
  guint duration_ms;
} SipInfoDigit;

/* What an INFO of application/dtmf-relay or application/dtmf says. FALSE where it is no
 * digit; *digit is undefined then. */
gboolean sip_session_read_digit (const SipMessage *info, SipInfoDigit *digit);

gboolean sip_session_send_digit (
    SipUa *ua, SipSession *session, char digit, guint duration_ms, GError **error);
void sip_session_handle_info_response (SipUa *ua,
                                       SipClientTx *tx,
                                       guint status,
                                       SipMessage *response);
void sip_session_handle_info (SipUa *ua,
                              SipSession *session,
                              SipDialog *dialog,
                              SipServerTx *tx);

/* ---- They change the call (sip-session-modify.c) ---- */

void sip_session_handle_reinvite (SipUa *ua,
                                  SipSession *session,
                                  SipDialog *dialog,
                                  SipServerTx *tx);
void sip_session_handle_update (SipUa *ua,
                                SipSession *session,
                                SipDialog *dialog,
                                SipServerTx *tx);
gboolean sip_session_answer_reoffer (
    SipUa *ua, SipSession *session, guint status, const char *body, GError **error);
/* Answers what waits for the host with @status: the host said so, or the call ends. */
void sip_session_refuse_reoffer (SipUa *ua, SipSession *session, guint status);
/* The same where the call goes on and the host has to know: cancelled, or out of time. */
void sip_session_withdraw_reoffer (SipUa *ua, SipSession *session, guint status);

/* ---- We ask for a transfer (sip-session-refer.c) ---- */

/* @refer_to: a URI. */
gboolean sip_session_refer (SipUa *ua,
                            SipSession *session,
                            const char *refer_to,
                            GError **error);
/* The URI by which somebody can take our place in this call. NULL with @error. Owned. */
char *sip_session_dup_refer_to (const SipSession *session, GError **error);
void sip_session_handle_refer_response (SipUa *ua,
                                        SipClientTx *tx,
                                        guint status,
                                        SipMessage *response);
void sip_session_handle_notify (SipUa *ua,
                                SipSession *session,
                                SipDialog *dialog,
                                SipServerTx *tx);
void sip_session_refer_out_of_time (SipUa *ua, SipSession *session);
/* The call ends: nobody is told any more. */
void sip_session_forget_refer (SipUa *ua, SipSession *session);

/* ---- They ask for one (sip-session-referred.c) ---- */

void sip_session_handle_refer (SipUa *ua,
                               SipSession *session,
                               SipDialog *dialog,
                               SipServerTx *tx);
/* Calls the target. NULL with @error. */
SipSession *sip_session_follow_refer (SipUa *ua,
                                      SipSession *session,
                                      const char *offer,
                                      GError **error);
/* Nothing happens where nothing is asked. */
void sip_session_refuse_refer (SipUa *ua, SipSession *session);
/* The same where the host has to know: nobody decided in time, or the agent stops. */
void sip_session_withdraw_refer (SipUa *ua, SipSession *session);
/* The call that was made for it got this far. */
void sip_session_tell_referrer (SipUa *ua, SipSession *session, guint status);
void sip_session_handle_notify_response (SipUa *ua,
                                         SipClientTx *tx,
                                         guint status,
                                         SipMessage *response);
void sip_session_referred_due (SipUa *ua, SipSession *session);
/* Sends the NOTIFY that waits, if it can go now. */
void sip_session_flush_notify (SipUa *ua, SipSession *session);
void sip_session_clear_referred (SipUa *ua, SipSession *session);

/* ---- One call takes the place of another (sip-session-replaces.c) ---- */

/* TRUE if the request was answered: it has a Replaces where there must be none. */
gboolean sip_session_is_refused_by_replaces (SipUa *ua, SipServerTx *tx);
/* The call that an INVITE shall replace: *id is 0 where it wants none. Returns 0, or the
 * status that refuses it. */
guint sip_session_find_replaced (SipUa *ua, const SipMessage *invite, SipSessionId *id);
/* Its 2xx was sent: the other one ends. */
void sip_session_end_replaced (SipUa *ua, SipSession *session);

G_END_DECLS
