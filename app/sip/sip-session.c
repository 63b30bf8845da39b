/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

#include "sip-status.h"

#define TO(state) (1u << SIP_SESSION_##state)

static const guint edges[SIP_SESSION_N_STATES] = {
    [SIP_SESSION_CALLING] = TO (PROCEEDING) | TO (OFFERED) | TO (CONFIRMED) |
                            TO (CANCELLING) | TO (HANGING_UP) | TO (OVER),
    [SIP_SESSION_PROCEEDING] =
        TO (OFFERED) | TO (CONFIRMED) | TO (CANCELLING) | TO (HANGING_UP) | TO (OVER),
    [SIP_SESSION_OFFERED] = TO (CONFIRMED) | TO (HANGING_UP) | TO (OVER),
    [SIP_SESSION_INCOMING] = TO (ANSWERED) | TO (OVER),
    [SIP_SESSION_ANSWERED] = TO (CONFIRMED) | TO (HANGING_UP) | TO (OVER),
    [SIP_SESSION_CONFIRMED] = TO (HANGING_UP) | TO (OVER),
    [SIP_SESSION_CANCELLING] = TO (HANGING_UP) | TO (OVER),
    [SIP_SESSION_HANGING_UP] = TO (OVER),
    [SIP_SESSION_OVER] = 0,
};

void
sip_session_set_state (SipUa *ua, SipSession *session, SipSessionState state)
{
  g_assert ((edges[session->state] & (1u << state)) != 0);
  session->state = state;
  sip_timers_disarm (&ua->timers, &session->limit);
  if (!sip_session_is_alive (session))
    sip_session_stop_reoffer (ua, session);
  switch (state) {
  case SIP_SESSION_PROCEEDING:
    sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_SESSION_RING_US);
    break;
  case SIP_SESSION_OFFERED:
    sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_SESSION_REOFFER_US);
    break;
  case SIP_SESSION_HANGING_UP:
    sip_session_owe_bye (ua, session, session->dialog);
    sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_SESSION_LINGER_US);
    break;
  case SIP_SESSION_CALLING:
  case SIP_SESSION_INCOMING:
  case SIP_SESSION_ANSWERED:
  case SIP_SESSION_CONFIRMED:
  case SIP_SESSION_CANCELLING:
    break;
  case SIP_SESSION_OVER: /* a re-INVITE that was told to wait may still be refused */
    if (sip_session_owes_bye (session))
      sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_SESSION_LINGER_US);
    else if (session->invite != NULL &&
             session->invite->state == SIP_CLIENT_TX_PROCEEDING)
      sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_64_T1_US);
    break;
  }
}

SipSession *
sip_session_new (SipUa *ua, gboolean is_incoming)
{
  SipSession *session = g_new0 (SipSession, 1);

  session->id = ++ua->last_id;
  session->state = is_incoming ? SIP_SESSION_INCOMING : SIP_SESSION_CALLING;
  session->is_incoming = is_incoming;
  session->dialogs = g_ptr_array_new_with_free_func ((GDestroyNotify)sip_dialog_free);
  sip_timer_init (&session->limit, SIP_TIMER_SESSION_LIMIT, session);
  sip_timer_init (&session->resend, SIP_TIMER_SESSION_RESEND, session);
  sip_timer_init (&session->bye_again, SIP_TIMER_SESSION_BYE, session);
  sip_timer_init (&session->reoffer.timer, SIP_TIMER_SESSION_REOFFER, session);
  sip_timer_init (&session->refer.timer, SIP_TIMER_SESSION_REFER, session);
  sip_timer_init (&session->referred.timer, SIP_TIMER_SESSION_REFERRED, session);
  sip_timers_arm (&ua->timers, &session->limit,
                  ua->now_us +
                      (is_incoming ? SIP_SESSION_RING_HERE_US : SIP_SESSION_RING_US));
  g_ptr_array_add (ua->sessions, session);
  return session;
}

void
sip_session_free (SipUa *ua, SipSession *session)
{
  g_assert (session->n_client_txs == 0 && session->asked == NULL);
  sip_timers_disarm (&ua->timers, &session->limit);
  sip_timers_disarm (&ua->timers, &session->resend);
  sip_timers_disarm (&ua->timers, &session->bye_again);
  sip_timers_disarm (&ua->timers, &session->reoffer.timer);
  sip_timers_disarm (&ua->timers, &session->refer.timer);
  sip_session_clear_referred (ua, session);
  g_free (session->call_id);
  g_free (session->local_tag);
  g_free (session->hang_up_reason);
  g_clear_pointer (&session->answer, g_bytes_unref);
  g_clear_pointer (&session->lost_invite, sip_message_unref);
  g_ptr_array_unref (session->dialogs);
  g_free (session);
}

gboolean
sip_session_is_alive (const SipSession *session)
{
  return session->state < SIP_SESSION_CANCELLING;
}

gboolean
sip_session_is_done (const SipSession *session)
{
  return session->state == SIP_SESSION_OVER && session->n_client_txs == 0 &&
         session->referred.state == SIP_REFERRED_NONE &&
         !sip_timer_is_armed (&session->limit);
}

SipSession *
sip_session_find (const SipUa *ua, SipSessionId id)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (session->id == id)
      return session;
  }
  return NULL;
}

SipDialog *
sip_session_find_dialog (SipSession *session, SipText remote_tag)
{
  for (guint i = 0; i < session->dialogs->len; i++) {
    SipDialog *dialog = g_ptr_array_index (session->dialogs, i);

    if (remote_tag.len == strlen (dialog->remote_tag) &&
        (remote_tag.len == 0 || sip_text_equal_str (remote_tag, dialog->remote_tag)))
      return dialog;
  }
  return NULL;
}

gboolean
sip_session_fail_wrong_state (GError **error)
{
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_WRONG_STATE,
                       "This has no meaning for the call now");
  return FALSE;
}

void
sip_session_handle_response (SipUa *ua,
                             SipClientTx *tx,
                             guint status,
                             SipMessage *response)
{
  switch (tx->user) {
  case SIP_TX_USER_INVITE:
    sip_session_handle_invite_response (ua, tx, status, response);
    return;
  case SIP_TX_USER_REINVITE:
    sip_session_handle_reinvite_response (ua, tx, status, response);
    return;
  case SIP_TX_USER_INFO:
    sip_session_handle_info_response (ua, tx, status, response);
    return;
  case SIP_TX_USER_BYE:
    sip_session_handle_bye_response (ua, tx, status, response);
    return;
  case SIP_TX_USER_REFER:
    sip_session_handle_refer_response (ua, tx, status, response);
    return;
  case SIP_TX_USER_NOTIFY:
    sip_session_handle_notify_response (ua, tx, status, response);
    return;
  case SIP_TX_USER_CANCEL:
    return; /* what counts is how the INVITE ends */
  case SIP_TX_USER_REGISTER:
    break;
  }
  g_assert_not_reached ();
}

/* ---- Our 2xx and its ACK ---- */

void
sip_session_forget_answer (SipUa *ua, SipSession *session)
{
  g_clear_pointer (&session->answer, g_bytes_unref);
  sip_timers_disarm (&ua->timers, &session->resend);
}

gboolean
sip_session_send_answer (SipUa *ua,
                         SipSession *session,
                         SipServerTx *tx,
                         const char *body)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, SIP_STATUS_OK);
  guint32 cseq = sip_message_get_cseq (tx->request)->number;

  sip_writer_copy_header (writer, tx->request, SIP_HEADER_RECORD_ROUTE);
  sip_session_add_offer_headers (ua, session, writer, body);
  if (!sip_ua_respond (ua, tx, SIP_STATUS_OK, writer)) {
    sip_session_end (ua, session, SIP_END_PROTOCOL_ERROR, 0, NULL, NULL,
                     SIP_SESSION_OVER);
    return FALSE;
  }
  g_clear_pointer (&session->answer, g_bytes_unref);
  session->answer = g_bytes_ref (tx->response);
  session->answer_cseq = cseq;
  session->answer_interval_us = SIP_T1_US;
  session->answer_until_us = ua->now_us + SIP_64_T1_US;
  sip_timers_arm (&ua->timers, &session->resend, ua->now_us + SIP_T1_US);
  return TRUE;
}

/* RFC 3261 §13.3.1.4: 64*T1 without an ACK, and the call is ended with a BYE. */
static void
give_up_answer (SipUa *ua, SipSession *session)
{
  sip_session_forget_answer (ua, session);
  if (sip_session_is_alive (session)) {
    sip_session_refuse_reoffer (ua, session, SIP_STATUS_REQUEST_TERMINATED);
    sip_session_end (ua, session, SIP_END_DIALOG_GONE, SIP_STATUS_REQUEST_TIMEOUT, NULL,
                     NULL, SIP_SESSION_HANGING_UP);
  }
  sip_session_flush (ua, session);
}

void
sip_session_resend_due (SipUa *ua, SipSession *session)
{
  gint64 next_us;

  if (ua->now_us >= session->answer_until_us) {
    give_up_answer (ua, session);
    return;
  }
  sip_ua_push_frame (ua, session->answer);
  session->answer_interval_us = MIN (session->answer_interval_us * 2, SIP_T2_US);
  next_us = MIN (ua->now_us + session->answer_interval_us, session->answer_until_us);
  sip_timers_arm (&ua->timers, &session->resend, next_us);
}

/* TRUE unless an answer was due in this ACK and is not there. */
static gboolean
take_answer_in_ack (SipSession *session, const char *body)
{
  SipOffer *offer = &session->dialog->offer;

  if (offer->state != SIP_OFFER_LOCAL_OPEN)
    return TRUE;
  return body != NULL && sip_offer_handle (offer, SIP_OFFER_EVENT_REMOTE_ANSWER);
}

void
sip_session_handle_ack (SipUa *ua, SipSession *session, SipMessage *ack)
{
  guint32 number = sip_message_get_cseq (ack)->number;
  gboolean is_answer_due;
  g_autofree char *body = NULL;
  SipOutput *output;
  guint status;

  if (session->answer == NULL || number != session->answer_cseq)
    return;
  sip_session_forget_answer (ua, session);
  if (!sip_session_is_alive (session)) {
    sip_session_flush (ua, session);
    return;
  }
  body = sip_session_dup_body (ack, &status);
  is_answer_due = session->dialog->offer.state == SIP_OFFER_LOCAL_OPEN;
  if (!take_answer_in_ack (session, body)) {
    sip_session_hang_up (ua, session, SIP_END_PROTOCOL_ERROR, NULL);
    return;
  }
  if (session->state == SIP_SESSION_ANSWERED) {
    sip_session_set_state (ua, session, SIP_SESSION_CONFIRMED);
    sip_ua_push (ua, SIP_OUTPUT_CONFIRMED, session->id, ack, is_answer_due ? body : NULL,
                 NULL);
  } else if (is_answer_due) {
    output = sip_ua_push (ua, SIP_OUTPUT_REANSWERED, session->id, ack, body, NULL);
    output->status = SIP_STATUS_OK;
  }
}

/* ---- Invariants ---- */

static void
check_borrowed (const SipUa *ua, const SipSession *session)
{
  const SipClientTx *invite = session->invite;
  const SipServerTx *asked = session->asked;

  if (invite != NULL)
    g_assert (g_hash_table_lookup (ua->client_txs, invite->key) == invite &&
              invite->session == session);
  if (asked != NULL)
    g_assert (g_hash_table_lookup (ua->server_txs, asked->key) == asked &&
              asked->session == session && sip_server_tx_is_pending (asked));
}

static void
check_bye (const SipUa *ua, const SipSession *session, const SipDialog *dialog)
{
  const SipClientTx *bye = dialog->bye;

  if (bye != NULL)
    g_assert (g_hash_table_lookup (ua->client_txs, bye->key) == bye &&
              bye->session == session && bye->dialog == dialog);
  /* What is owed is forgotten one day. */
  if (dialog->owes_bye && !sip_session_is_alive (session))
    g_assert (sip_timer_is_armed (&session->limit));
  if (dialog->owes_bye && dialog->bye_at_us > ua->now_us)
    g_assert (sip_timer_is_armed (&session->bye_again));
}

static void
check_state (const SipSession *session)
{
  gboolean is_limited = sip_timer_is_armed (&session->limit);

  switch (session->state) {
  case SIP_SESSION_CALLING:
  case SIP_SESSION_PROCEEDING:
    g_assert (session->invite != NULL && session->dialog == NULL && is_limited);
    break;
  case SIP_SESSION_OFFERED:
    g_assert (session->dialog != NULL && is_limited);
    break;
  case SIP_SESSION_INCOMING:
    g_assert (session->dialog != NULL && session->asked != NULL && is_limited);
    break;
  case SIP_SESSION_ANSWERED:
    g_assert (session->answer != NULL && session->asked == NULL);
    break;
  case SIP_SESSION_CONFIRMED:
    g_assert (session->dialog != NULL && session->dialog->state == SIP_DIALOG_CONFIRMED);
    g_assert (is_limited == (session->asked != NULL));
    break;
  case SIP_SESSION_CANCELLING:
    g_assert (session->invite != NULL && session->dialog == NULL);
    break;
  case SIP_SESSION_HANGING_UP:
    g_assert (session->dialog != NULL && session->asked == NULL && is_limited);
    g_assert (session->dialog->owes_bye);
    break;
  case SIP_SESSION_OVER:
    g_assert (session->asked == NULL && session->answer == NULL);
    break;
  }
}

void
sip_session_check (const SipUa *ua, const SipSession *session)
{
  gboolean is_among = session->dialog == NULL;

  g_assert (session->state < SIP_SESSION_N_STATES);
  g_assert (session->id > 0 && session->id <= ua->last_id);
  g_assert (session->call_id != NULL && session->local_tag != NULL);
  g_assert (session->dialogs->len <= SIP_DIALOG_MAX_FORKS);
  for (guint i = 0; i < session->dialogs->len; i++) {
    SipDialog *dialog = g_ptr_array_index (session->dialogs, i);

    sip_dialog_check (dialog);
    check_bye (ua, session, dialog);
    g_assert (strcmp (dialog->call_id, session->call_id) == 0);
    g_assert (strcmp (dialog->local_tag, session->local_tag) == 0);
    is_among = is_among || dialog == session->dialog;
    for (guint j = 0; j < i; j++) {
      SipDialog *other = g_ptr_array_index (session->dialogs, j);

      g_assert (strcmp (dialog->remote_tag, other->remote_tag) != 0);
    }
  }
  g_assert (is_among);
  g_assert ((session->answer != NULL) == sip_timer_is_armed (&session->resend));
  check_borrowed (ua, session);
  check_state (session);
  sip_session_check_reoffer (session);
}
