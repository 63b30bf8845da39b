/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-client-tx.h"
#include "sip-message.h"
#include "sip-offer.h"
#include "sip-writer.h"

/* A dialog (RFC 3261 §12): two tags, a route set, a remote target and two CSeq spaces. A
 * call that forks has several, one for each To tag (RFC 3261 §13.2.2.4); they belong to
 * their SipSession and live as long as it does. */

G_BEGIN_DECLS

/* More early dialogs than this are not kept: a 1xx of one more is not looked at, a 2xx
 * gets no ACK and dies by its own time-out. */
#define SIP_DIALOG_MAX_FORKS 16

/*      1xx with a To tag            2xx
 *     ------------------> EARLY ---------> CONFIRMED
 *                           |                  |
 *     another answered, the |                  | BYE, 481, 408
 *     INVITE failed         +--> TERMINATED <--+
 */
typedef enum {
  SIP_DIALOG_EARLY,
  SIP_DIALOG_CONFIRMED,
  SIP_DIALOG_TERMINATED,
} SipDialogState;
#define SIP_DIALOG_N_STATES (SIP_DIALOG_TERMINATED + 1)

struct _SipDialog {
  SipDialogState state; /* written by sip_dialog_set_state() alone */
  SipOffer offer;
  guint32 local_cseq;
  guint32 remote_cseq;
  gboolean has_remote_cseq;
  gboolean may_repeat; /* the far end, its last one */
  gboolean owes_bye;   /* until it got through, or nobody waits for it any more */
  guint n_byes;        /* that did not get through */
  gint64 bye_at_us;    /* the next one, not before */
  guint fork; /* which of its call, from 1 in the order they came; 0 where they called */

  /* Owned */
  char *call_id;
  char *local;     /* our From value, tag and all */
  char *local_tag; /* never NULL; maybe empty, as with RFC 2543 */
  char *remote;    /* our To value */
  char *remote_tag;
  char *remote_target; /* URI */
  GPtrArray *routes;   /* of values for Route, ours first */
  char *early_body;    /* of the first 1xx that had one; NULL before it */
  GBytes *ack;         /* of the last 2xx to our INVITE; NULL before it */
  guint32 ack_cseq;

  /* Borrowed */
  SipClientTx *bye; /* ours that is under way */
};

/* From a 1xx or 2xx to our INVITE. @fallback: the target where the response has no good
 * Contact; without one (NULL) the result is NULL then. */
SipDialog *sip_dialog_new_from_response (const SipMessage *response, SipText fallback);
/* From an INVITE that came; @to_tag is what we answer it with. NULL if its Contact is no
 * SIP URI. */
SipDialog *sip_dialog_new_from_request (const SipMessage *request, const char *to_tag);
void sip_dialog_free (SipDialog *dialog);

/* The same state again is nothing; a step that is no edge is our mistake. */
void sip_dialog_set_state (SipDialog *dialog, SipDialogState state);

/* What a 2xx brings to an early dialog: its route set counts (RFC 3261 §13.2.2.4). */
void sip_dialog_take_answer (SipDialog *dialog, const SipMessage *response);
/* The Contact of a request or 2xx inside, where there is a good one. */
void sip_dialog_refresh_target (SipDialog *dialog, const SipMessage *message);

/* TRUE if a request of the far end belongs to it. */
gboolean sip_dialog_matches_request (const SipDialog *dialog, const SipMessage *request);
/* FALSE where it is not higher than the last one (RFC 3261 §12.2.2). */
gboolean sip_dialog_take_cseq (SipDialog *dialog, guint32 number);
/* The last request was refused with 491. JsSIP 3.13 counts on, but writes the old CSeq into
 * the one that it sends a second later: that one number is taken once more. */
void sip_dialog_let_repeat (SipDialog *dialog);

/* With Via, Max-Forwards, Route, From, To, Call-ID and CSeq. */
SipWriter *sip_dialog_new_request (const SipDialog *dialog,
                                   SipMethod method,
                                   guint32 cseq,
                                   const char *via);
void sip_dialog_check (const SipDialog *dialog);

G_END_DECLS
