/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* How a call ends: BYE and CANCEL from either side, time, and the loss of the flow. */

static void
end_dialogs (SipSession *session)
{
  for (guint i = 0; i < session->dialogs->len; i++)
    sip_dialog_set_state (g_ptr_array_index (session->dialogs, i), SIP_DIALOG_TERMINATED);
}

/* What the one who asked for this call is told: it was not answered, or it is over. */
static guint
get_status_of_end (SipEnd end, guint status)
{
  switch (end) {
  case SIP_END_REFUSED:
  case SIP_END_REDIRECTED:
    return status;
  case SIP_END_NO_ANSWER:
    return SIP_STATUS_REQUEST_TIMEOUT;
  case SIP_END_FLOW_LOST:
    return SIP_STATUS_SERVICE_UNAVAILABLE;
  case SIP_END_HUNG_UP_HERE:
  case SIP_END_HUNG_UP_THERE:
  case SIP_END_CANCELLED_HERE:
  case SIP_END_CANCELLED_THERE:
  case SIP_END_ANSWERED_ELSEWHERE:
  case SIP_END_DECLINED_HERE:
  case SIP_END_DIALOG_GONE:
  case SIP_END_REPLACED:
    return SIP_STATUS_REQUEST_TERMINATED;
  case SIP_END_PROTOCOL_ERROR:
    return SIP_STATUS_SERVER_ERROR;
  }
  g_assert_not_reached ();
}

void
sip_session_end (SipUa *ua,
                 SipSession *session,
                 SipEnd end,
                 guint status,
                 const char *reason,
                 SipMessage *message,
                 SipSessionState next)
{
  SipOutput *output;

  g_assert (sip_session_is_alive (session));
  sip_session_tell_referrer (ua, session, get_status_of_end (end, status));
  sip_session_forget_refer (ua, session);
  if (end == SIP_END_HUNG_UP_HERE)
    sip_session_refuse_refer (ua, session);
  output = sip_ua_push (ua, SIP_OUTPUT_ENDED, session->id, message, NULL, reason);
  output->end = end;
  output->status = status;
  sip_session_set_state (ua, session, next);
  if (next == SIP_SESSION_OVER) {
    sip_session_forget_answer (ua, session);
    end_dialogs (session);
  }
}

void
sip_session_be_over (SipUa *ua, SipSession *session)
{
  if (session->dialog != NULL)
    session->dialog->owes_bye = FALSE;
  sip_session_set_state (ua, session, SIP_SESSION_OVER);
  sip_session_forget_answer (ua, session);
  end_dialogs (session);
}

/* ---- BYE: of the call, and of each fork too many (RFC 3261 §13.2.2.4) ---- */

void
sip_session_owe_bye (SipUa *ua, SipSession *session, SipDialog *dialog)
{
  dialog->owes_bye = TRUE;
  if (session->state == SIP_SESSION_OVER)
    sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_SESSION_LINGER_US);
}

gboolean
sip_session_owes_bye (const SipSession *session)
{
  for (guint i = 0; i < session->dialogs->len; i++)
    if (((SipDialog *)g_ptr_array_index (session->dialogs, i))->owes_bye)
      return TRUE;
  return FALSE;
}

static void
forget_byes (SipSession *session)
{
  for (guint i = 0; i < session->dialogs->len; i++)
    ((SipDialog *)g_ptr_array_index (session->dialogs, i))->owes_bye = FALSE;
}

static void
settle_bye (SipUa *ua, SipSession *session, SipDialog *dialog)
{
  dialog->owes_bye = FALSE;
  if (session->state == SIP_SESSION_HANGING_UP && dialog == session->dialog)
    sip_session_be_over (ua, session);
}

static void
send_bye (SipUa *ua, SipSession *session, SipDialog *dialog)
{
  g_autofree char *via = sip_ua_make_via (ua);
  SipWriter *writer =
      sip_dialog_new_request (dialog, SIP_METHOD_BYE, ++dialog->local_cseq, via);

  if (session->hang_up_reason != NULL)
    sip_writer_add_header (writer, SIP_HEADER_REASON, session->hang_up_reason);
  dialog->bye = sip_ua_send_request (ua, writer, SIP_TX_USER_BYE, session, dialog);
  if (dialog->bye == NULL)
    settle_bye (ua, session, dialog);
}

/* Where we answered not before the ACK (RFC 3261 §15.1.1). */
static gboolean
may_send_bye (const SipUa *ua, const SipSession *session, const SipDialog *dialog)
{
  return dialog->owes_bye && dialog->bye == NULL && dialog->bye_at_us <= ua->now_us &&
         (dialog != session->dialog || session->answer == NULL);
}

static void
flush_byes (SipUa *ua, SipSession *session)
{
  for (guint i = 0; i < session->dialogs->len; i++) {
    SipDialog *dialog = g_ptr_array_index (session->dialogs, i);

    if (may_send_bye (ua, session, dialog))
      send_bye (ua, session, dialog);
  }
}

/* Waits for the first of those that are to be sent again; flush_byes() does it. */
void
sip_session_bye_due (SipUa *ua, SipSession *session)
{
  gint64 next_us = G_MAXINT64;

  for (guint i = 0; i < session->dialogs->len; i++) {
    const SipDialog *dialog = g_ptr_array_index (session->dialogs, i);

    if (dialog->owes_bye && dialog->bye_at_us > ua->now_us)
      next_us = MIN (next_us, dialog->bye_at_us);
  }
  if (next_us < G_MAXINT64)
    sip_timers_arm (&ua->timers, &session->bye_again, next_us);
}

/* Our INVITE was lost with its flow, and what it made ring there rings on. */
static void
flush_cancel (SipUa *ua, SipSession *session)
{
  g_autoptr (SipMessage) invite = g_steal_pointer (&session->lost_invite);

  if (invite != NULL)
    sip_session_send_cancel (ua, session, invite);
}

void
sip_session_flush (SipUa *ua, SipSession *session)
{
  if (!sip_ua_is_ready (ua))
    return;
  flush_cancel (ua, session);
  flush_byes (ua, session);
  sip_session_flush_reoffer (ua, session);
}

void
sip_session_cancel_call (SipUa *ua, SipSession *session)
{
  sip_session_send_cancel (ua, session, session->invite->request);
  session->is_cancel_sent = TRUE;
  sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_64_T1_US);
}

gboolean
sip_session_hang_up (SipUa *ua, SipSession *session, SipEnd end, GError **error)
{
  switch (session->state) {
  case SIP_SESSION_CALLING:
  case SIP_SESSION_PROCEEDING:
    if (end == SIP_END_HUNG_UP_HERE)
      end = SIP_END_CANCELLED_HERE;
    sip_session_end (ua, session, end, 0, NULL, NULL, SIP_SESSION_CANCELLING);
    if (session->invite->state == SIP_CLIENT_TX_PROCEEDING)
      sip_session_cancel_call (ua, session);
    return TRUE;
  case SIP_SESSION_INCOMING:
    return sip_session_reject (ua, session, SIP_STATUS_DECLINE, error);
  case SIP_SESSION_OFFERED:
    sip_session_send_ack (ua, session->dialog, session->first_cseq, NULL);
    break;
  case SIP_SESSION_CONFIRMED:
    sip_session_refuse_reoffer (ua, session, SIP_STATUS_REQUEST_TERMINATED);
    sip_session_pay_ack (ua, session);
    break;
  case SIP_SESSION_ANSWERED:
    break;
  case SIP_SESSION_CANCELLING:
  case SIP_SESSION_HANGING_UP:
  case SIP_SESSION_OVER:
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NOT_FOUND, "The call is over");
    return FALSE;
  }
  sip_session_end (ua, session, end, 0, NULL, NULL, SIP_SESSION_HANGING_UP);
  sip_session_flush (ua, session);
  return TRUE;
}

char *
sip_session_dup_reason_text (const SipMessage *message)
{
  SipReason reason;

  if (!sip_reason_parse (sip_message_get_header (message, SIP_HEADER_REASON), &reason,
                         NULL) ||
      reason.text.s == NULL)
    return NULL;
  return sip_text_dup_unquoted (reason.text);
}

void
sip_session_handle_bye (SipUa *ua,
                        SipSession *session,
                        SipDialog *dialog,
                        SipServerTx *tx)
{
  g_autofree char *reason = sip_session_dup_reason_text (tx->request);
  g_autoptr (SipMessage) request = sip_message_ref (tx->request);

  sip_ua_respond_status (ua, tx, SIP_STATUS_OK);
  if (dialog != session->dialog) { /* one branch of a fork gives up; the others ring on */
    sip_dialog_set_state (dialog, SIP_DIALOG_TERMINATED);
    dialog->owes_bye = FALSE;
    return;
  }
  switch (session->state) {
  case SIP_SESSION_INCOMING:
    sip_ua_respond_status (ua, session->asked, SIP_STATUS_REQUEST_TERMINATED);
    sip_session_end (ua, session, SIP_END_CANCELLED_THERE, 0, reason, request,
                     SIP_SESSION_OVER);
    return;
  case SIP_SESSION_OFFERED:
    sip_session_send_ack (ua, dialog, session->first_cseq, NULL);
    break;
  case SIP_SESSION_CONFIRMED:
    sip_session_refuse_reoffer (ua, session, SIP_STATUS_REQUEST_TERMINATED);
    sip_session_pay_ack (ua, session);
    break;
  case SIP_SESSION_ANSWERED:
    break;
  case SIP_SESSION_HANGING_UP:
    sip_session_forget_answer (ua, session); /* who says BYE needs no 2xx any more */
    if (dialog->bye == NULL)
      sip_session_be_over (ua, session);
    return;
  case SIP_SESSION_CALLING:
  case SIP_SESSION_PROCEEDING:
  case SIP_SESSION_CANCELLING:
  case SIP_SESSION_OVER:
    return;
  }
  sip_session_end (ua, session, SIP_END_HUNG_UP_THERE, 0, reason, request,
                   SIP_SESSION_OVER);
}

gboolean
sip_session_did_not_get_through (guint status)
{
  return status == SIP_STATUS_FLOW_FAILED || status == SIP_STATUS_SERVICE_UNAVAILABLE ||
         status == SIP_STATUS_SERVER_TIMEOUT;
}

void
sip_session_handle_bye_response (SipUa *ua,
                                 SipClientTx *tx,
                                 guint status,
                                 SipMessage *response)
{
  SipSession *session = tx->session;
  SipDialog *dialog = tx->dialog;

  if (dialog->bye != tx || sip_status_is_provisional (status))
    return;
  dialog->bye = NULL;
  if (response == NULL && status == SIP_STATUS_SERVICE_UNAVAILABLE)
    return; /* the flow went with it: it goes again over the next one */
  if (response != NULL && sip_status_is_challenge (status)) {
    dialog->bye = sip_ua_answer_challenge (ua, tx, response);
    if (dialog->bye != NULL)
      return;
  }
  if (!dialog->owes_bye)
    return;
  /* Without any answer in 32 s (timer F) it may have ended on the way, in a flow of the
   * far end that is dead and not known to be. */
  if (response != NULL && !sip_session_did_not_get_through (status)) {
    settle_bye (ua, session, dialog);
    return;
  }
  dialog->bye_at_us =
      ua->now_us + sip_flow_back_off_us (++dialog->n_byes, SIP_FLOW_MAX_US, &ua->random);
  sip_session_bye_due (ua, session);
}

void
sip_session_limit_reached (SipUa *ua, SipSession *session)
{
  switch (session->state) {
  case SIP_SESSION_CALLING:
  case SIP_SESSION_PROCEEDING:
    sip_session_hang_up (ua, session, SIP_END_NO_ANSWER, NULL);
    return;
  case SIP_SESSION_OFFERED:
    sip_session_hang_up (ua, session, SIP_END_PROTOCOL_ERROR, NULL);
    return;
  case SIP_SESSION_INCOMING:
    sip_ua_respond_status (ua, session->asked, SIP_STATUS_TEMPORARILY_UNAVAILABLE);
    sip_session_end (ua, session, SIP_END_NO_ANSWER, 0, NULL, NULL, SIP_SESSION_OVER);
    return;
  case SIP_SESSION_CONFIRMED:
    sip_session_withdraw_reoffer (ua, session, SIP_STATUS_SERVER_ERROR);
    return;
  case SIP_SESSION_CANCELLING:
    /* The far end ignores our CANCEL; RFC 3261 §9.1 lets us stop to wait. */
    if (session->invite != NULL)
      sip_ua_remove_client_tx (ua, session->invite);
    sip_session_be_over (ua, session);
    return;
  case SIP_SESSION_HANGING_UP:
    forget_byes (session);
    sip_session_be_over (ua, session);
    return;
  case SIP_SESSION_OVER: /* no late message will come any more */
    forget_byes (session);
    if (session->invite != NULL && session->invite->state == SIP_CLIENT_TX_PROCEEDING)
      sip_ua_remove_client_tx (ua, session->invite);
    return;
  case SIP_SESSION_ANSWERED:
    return;
  }
}

void
sip_session_flow_lost (SipUa *ua, SipSession *session)
{
  if (session->state != SIP_SESSION_INCOMING)
    return;
  sip_ua_respond_status (ua, session->asked, SIP_STATUS_TEMPORARILY_UNAVAILABLE);
  sip_session_end (ua, session, SIP_END_FLOW_LOST, 0, NULL, NULL, SIP_SESSION_OVER);
}
