/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* Their re-INVITE and UPDATE. Those that refresh a session timer (RFC 4028) are like any
 * other: we bind ourselves to no interval, and media tells sooner who is gone. */

/* TRUE if the request was answered: it comes at a moment when it cannot be taken. */
static gboolean
is_refused_now (SipUa *ua, SipSession *session, SipDialog *dialog, SipServerTx *tx)
{
  if (!sip_session_is_alive (session) ||
      (session->dialog != NULL && dialog != session->dialog)) {
    sip_ua_respond_status (ua, tx, SIP_STATUS_NO_SUCH_CALL);
    return TRUE;
  }
  if (session->asked != NULL) { /* RFC 3261 §14.2, RFC 3311 §5.2 */
    sip_ua_respond_later (ua, tx, SIP_STATUS_SERVER_ERROR);
    return TRUE;
  }
  if (session->state != SIP_SESSION_CONFIRMED || sip_offer_is_open (&dialog->offer) ||
      sip_session_is_reoffering (session)) {
    sip_dialog_let_repeat (dialog);
    sip_ua_respond_status (ua, tx, SIP_STATUS_REQUEST_PENDING);
    return TRUE;
  }
  return FALSE;
}

static void
ask_host (SipUa *ua, SipSession *session, SipServerTx *tx, const char *offer)
{
  session->asked = tx;
  tx->session = session;
  sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_SESSION_REOFFER_US);
  if (offer != NULL)
    sip_offer_handle (&session->dialog->offer, SIP_OFFER_EVENT_REMOTE_OFFER);
  sip_ua_push (ua, offer != NULL ? SIP_OUTPUT_REOFFER : SIP_OUTPUT_OFFER_ASKED,
               session->id, tx->request, offer, NULL);
}

/* Who asks anew is done with what he asked before: our last 2xx or its ACK was lost, and
 * is not waited for, nor is the answer to the offer it carried. */
static void
forget_last_answer (SipUa *ua, SipSession *session)
{
  if (session->state != SIP_SESSION_CONFIRMED || session->answer == NULL)
    return;
  sip_session_forget_answer (ua, session);
  if (session->dialog->offer.state != SIP_OFFER_LOCAL_OPEN)
    return;
  sip_offer_handle (&session->dialog->offer, SIP_OFFER_EVENT_WITHDRAWN);
  sip_ua_push (ua, SIP_OUTPUT_REANSWERED, session->id, NULL, NULL, NULL)->status =
      SIP_STATUS_REQUEST_TIMEOUT;
}

void
sip_session_handle_reinvite (SipUa *ua,
                             SipSession *session,
                             SipDialog *dialog,
                             SipServerTx *tx)
{
  g_autofree char *offer = NULL;
  guint bad;

  if (dialog == session->dialog)
    forget_last_answer (ua, session);
  if (is_refused_now (ua, session, dialog, tx))
    return;
  offer = sip_session_dup_body (tx->request, &bad);
  if (bad != 0) {
    sip_session_respond_bad_content (ua, tx, bad);
    return;
  }
  sip_dialog_refresh_target (dialog, tx->request);
  sip_ua_respond_status (ua, tx, SIP_STATUS_TRYING);
  ask_host (ua, session, tx, offer);
}

static void
accept_update (SipUa *ua, const SipSession *session, SipServerTx *tx, const char *body)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, SIP_STATUS_OK);

  sip_session_add_offer_headers (ua, session, writer, body);
  sip_ua_respond (ua, tx, SIP_STATUS_OK, writer);
}

void
sip_session_handle_update (SipUa *ua,
                           SipSession *session,
                           SipDialog *dialog,
                           SipServerTx *tx)
{
  guint bad;
  g_autofree char *offer = sip_session_dup_body (tx->request, &bad);

  if (bad != 0) {
    sip_session_respond_bad_content (ua, tx, bad);
  } else if (offer == NULL && sip_session_is_alive (session)) {
    sip_dialog_refresh_target (dialog, tx->request);
    accept_update (ua, session, tx, NULL);
  } else if (!is_refused_now (ua, session, dialog, tx)) {
    sip_dialog_refresh_target (dialog, tx->request);
    ask_host (ua, session, tx, offer);
  }
}

static gboolean
accept_reoffer (SipUa *ua, SipSession *session, const char *body, GError **error)
{
  SipOffer *offer = &session->dialog->offer;
  SipServerTx *tx = session->asked;

  if (body == NULL)
    return sip_session_fail_wrong_state (error);
  sip_offer_handle (offer, offer->state == SIP_OFFER_REMOTE_OPEN
                               ? SIP_OFFER_EVENT_LOCAL_ANSWER
                               : SIP_OFFER_EVENT_LOCAL_OFFER);
  sip_timers_disarm (&ua->timers, &session->limit);
  if (tx->is_invite)
    sip_session_send_answer (ua, session, tx, body);
  else
    accept_update (ua, session, tx, body);
  return TRUE;
}

gboolean
sip_session_answer_reoffer (
    SipUa *ua, SipSession *session, guint status, const char *body, GError **error)
{
  gboolean is_owed = session->reoffer.state == SIP_REOFFER_OWING;

  if (session->state != SIP_SESSION_CONFIRMED || (session->asked == NULL && !is_owed) ||
      (!sip_status_is_success (status) && !sip_status_is_failure (status)))
    return sip_session_fail_wrong_state (error);
  if (sip_status_is_success (status))
    return is_owed ? sip_session_answer_owed (ua, session, body, error)
                   : accept_reoffer (ua, session, body, error);
  if (is_owed)
    return sip_session_hang_up (ua, session, SIP_END_PROTOCOL_ERROR, error);
  sip_session_refuse_reoffer (ua, session, status);
  return TRUE;
}

void
sip_session_refuse_reoffer (SipUa *ua, SipSession *session, guint status)
{
  if (session->state != SIP_SESSION_CONFIRMED || session->asked == NULL)
    return;
  sip_timers_disarm (&ua->timers, &session->limit);
  if (session->dialog->offer.state == SIP_OFFER_REMOTE_OPEN)
    sip_offer_handle (&session->dialog->offer, SIP_OFFER_EVENT_WITHDRAWN);
  sip_ua_respond_status (ua, session->asked, status);
}

void
sip_session_withdraw_reoffer (SipUa *ua, SipSession *session, guint status)
{
  if (session->state == SIP_SESSION_CONFIRMED && session->asked != NULL)
    sip_ua_push (ua, SIP_OUTPUT_REOFFER_WITHDRAWN, session->id, NULL, NULL, NULL);
  sip_session_refuse_reoffer (ua, session, status);
}
