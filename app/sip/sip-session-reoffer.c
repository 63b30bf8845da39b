/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* How long the far end may take to answer, ask its user and all; then it is cancelled. */
#define REANSWER_US (60 * G_TIME_SPAN_SECOND)
/* Who asks for a longer wait than this gets no second try. */
#define RETRY_AFTER_MAX_S 32
/* Told to come back later so often in a row, we believe that it means no. */
#define MAX_RETRIES 5
/* RFC 3261 §14.1: waits after glare are multiples of this. */
#define GLARE_UNIT_US (10 * G_TIME_SPAN_MILLISECOND)

#define TO(state) (1u << SIP_REOFFER_##state)

static const guint edges[SIP_REOFFER_N_STATES] = {
    [SIP_REOFFER_NONE] = TO (ASKING) | TO (DUE),
    [SIP_REOFFER_ASKING] =
        TO (CANCELLING) | TO (OWING) | TO (WAITING) | TO (DUE) | TO (NONE),
    [SIP_REOFFER_CANCELLING] = TO (OWING) | TO (WAITING) | TO (DUE) | TO (NONE),
    [SIP_REOFFER_OWING] = TO (DUE) | TO (NONE),
    [SIP_REOFFER_WAITING] = TO (DUE) | TO (NONE),
    [SIP_REOFFER_DUE] = TO (NONE),
};

/* @wait_us: how long it may last; not looked at in NONE and DUE. */
static void
set_state (SipUa *ua, SipSession *session, SipReofferState state, gint64 wait_us)
{
  SipReoffer *reoffer = &session->reoffer;

  g_assert ((edges[reoffer->state] & (1u << state)) != 0);
  reoffer->state = state;
  if (state == SIP_REOFFER_NONE || state == SIP_REOFFER_DUE)
    sip_timers_disarm (&ua->timers, &reoffer->timer);
  else
    sip_timers_arm (&ua->timers, &reoffer->timer, ua->now_us + wait_us);
}

void
sip_session_stop_reoffer (SipUa *ua, SipSession *session)
{
  if (session->reoffer.state != SIP_REOFFER_NONE)
    set_state (ua, session, SIP_REOFFER_NONE, 0);
}

static void
be_due (SipUa *ua, SipSession *session, guint status)
{
  session->reoffer.status = status;
  set_state (ua, session, SIP_REOFFER_DUE, 0);
}

/* This change is done; the host may have wanted the next one meanwhile. */
static void
finish (SipUa *ua, SipSession *session)
{
  if (session->reoffer.is_next_wanted)
    be_due (ua, session, 0);
  else
    set_state (ua, session, SIP_REOFFER_NONE, 0);
}

gboolean
sip_session_is_reoffering (const SipSession *session)
{
  switch (session->reoffer.state) {
  case SIP_REOFFER_ASKING:
  case SIP_REOFFER_CANCELLING:
  case SIP_REOFFER_OWING:
    return TRUE;
  case SIP_REOFFER_NONE:
  case SIP_REOFFER_WAITING:
  case SIP_REOFFER_DUE:
    return FALSE;
  }
  g_assert_not_reached ();
}

/* No offer is open, and none is waited for. */
static gboolean
is_our_turn (const SipSession *session)
{
  return session->state == SIP_SESSION_CONFIRMED && session->asked == NULL &&
         session->answer == NULL && !sip_offer_is_open (&session->dialog->offer);
}

void
sip_session_flush_reoffer (SipUa *ua, SipSession *session)
{
  if (session->reoffer.state != SIP_REOFFER_DUE || !is_our_turn (session))
    return;
  session->reoffer.is_next_wanted = FALSE;
  set_state (ua, session, SIP_REOFFER_NONE, 0);
  sip_ua_push (ua, SIP_OUTPUT_REOFFER_DUE, session->id, NULL, NULL, NULL)->status =
      session->reoffer.status;
}

/* ---- The request ---- */

/* It is told when it makes sense. */
static void
put_off (SipUa *ua, SipSession *session)
{
  if (session->reoffer.state == SIP_REOFFER_NONE)
    be_due (ua, session, 0);
  else
    session->reoffer.is_next_wanted = TRUE;
}

static gboolean
may_reoffer (SipUa *ua, SipSession *session, GError **error)
{
  if (session->state != SIP_SESSION_CONFIRMED && session->state != SIP_SESSION_ANSWERED)
    return sip_session_fail_wrong_state (error);
  if (!is_our_turn (session) || session->reoffer.state != SIP_REOFFER_NONE) {
    put_off (ua, session);
    return sip_session_fail_wrong_state (error);
  }
  if (!sip_ua_is_ready (ua)) {
    put_off (ua, session);
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NO_FLOW, "The flow is down");
    return FALSE;
  }
  return TRUE;
}

gboolean
sip_session_reoffer (SipUa *ua, SipSession *session, const char *offer, GError **error)
{
  SipDialog *dialog = session->dialog;
  g_autofree char *via = NULL;
  SipWriter *writer;

  if (!may_reoffer (ua, session, error))
    return FALSE;
  via = sip_ua_make_via (ua);
  writer = sip_dialog_new_request (dialog, SIP_METHOD_INVITE, ++dialog->local_cseq, via);
  sip_session_add_offer_headers (ua, session, writer, offer);
  session->invite =
      sip_ua_send_request (ua, writer, SIP_TX_USER_REINVITE, session, dialog);
  if (session->invite == NULL) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_LIMIT, "Too much is under way");
    return FALSE;
  }
  if (offer != NULL)
    sip_offer_handle (&dialog->offer, SIP_OFFER_EVENT_LOCAL_OFFER);
  set_state (ua, session, SIP_REOFFER_ASKING, REANSWER_US);
  return TRUE;
}

static SipOutput *
tell_reanswered (
    SipUa *ua, SipSession *session, guint status, SipMessage *response, const char *body)
{
  g_autofree char *reason =
      response != NULL ? sip_text_dup (sip_message_get_reason_phrase (response)) : NULL;
  SipOutput *output =
      sip_ua_push (ua, SIP_OUTPUT_REANSWERED, session->id, response, body, reason);

  output->status = status;
  return output;
}

/* ---- 2xx ---- */

static gboolean
had_offer (const SipClientTx *tx)
{
  return sip_message_get_body (tx->request).len > 0;
}

static void
take_answer (SipUa *ua, SipSession *session, SipMessage *response)
{
  SipDialog *dialog = session->dialog;
  guint bad;
  g_autofree char *body = sip_session_dup_body (response, &bad);

  sip_session_send_ack (ua, dialog, sip_message_get_cseq (response)->number, NULL);
  sip_offer_handle (&dialog->offer, body != NULL ? SIP_OFFER_EVENT_REMOTE_ANSWER
                                                 : SIP_OFFER_EVENT_WITHDRAWN);
  tell_reanswered (ua, session, sip_message_get_status (response), response, body);
}

/* Without the ACK, which has to carry our answer. */
static void
take_offer (SipUa *ua, SipSession *session, SipMessage *response)
{
  SipDialog *dialog = session->dialog;
  guint32 number = sip_message_get_cseq (response)->number;
  guint bad;
  g_autofree char *body = sip_session_dup_body (response, &bad);

  if (body == NULL) { /* nothing was offered, or nothing that can be read */
    sip_session_send_ack (ua, dialog, number, NULL);
    tell_reanswered (ua, session, sip_message_get_status (response), response, NULL);
    return;
  }
  sip_offer_handle (&dialog->offer, SIP_OFFER_EVENT_REMOTE_OFFER);
  session->reoffer.cseq = number;
  set_state (ua, session, SIP_REOFFER_OWING, SIP_SESSION_REOFFER_US);
  sip_ua_push (ua, SIP_OUTPUT_REOFFER, session->id, response, body, NULL);
}

static void
handle_success (SipUa *ua, SipClientTx *tx, SipMessage *response)
{
  SipSession *session = tx->session;
  SipDialog *dialog = tx->dialog;

  if (sip_session_resend_ack (ua, dialog, response) || session->invite != tx ||
      session->reoffer.state == SIP_REOFFER_OWING)
    return;
  sip_dialog_refresh_target (dialog, response);
  if (!sip_session_is_alive (session)) {
    sip_session_send_ack (ua, dialog, sip_message_get_cseq (response)->number, NULL);
    return;
  }
  session->reoffer.n_refused = 0;
  if (had_offer (tx))
    take_answer (ua, session, response);
  else
    take_offer (ua, session, response);
  if (session->reoffer.state != SIP_REOFFER_OWING)
    finish (ua, session);
}

gboolean
sip_session_answer_owed (SipUa *ua, SipSession *session, const char *body, GError **error)
{
  if (body == NULL)
    return sip_session_fail_wrong_state (error);
  sip_offer_handle (&session->dialog->offer, SIP_OFFER_EVENT_LOCAL_ANSWER);
  sip_session_send_ack (ua, session->dialog, session->reoffer.cseq, body);
  finish (ua, session);
  return TRUE;
}

void
sip_session_pay_ack (SipUa *ua, SipSession *session)
{
  if (session->reoffer.state == SIP_REOFFER_OWING)
    sip_session_send_ack (ua, session->dialog, session->reoffer.cseq, NULL);
}

void
sip_session_handle_late_reanswer (SipUa *ua, SipSession *session, SipMessage *response)
{
  guint32 number = sip_message_get_cseq (response)->number;
  SipDialog *dialog = session->dialog;

  if (dialog == NULL || dialog->ack == NULL || number <= dialog->ack_cseq ||
      number > dialog->local_cseq || session->reoffer.state == SIP_REOFFER_OWING)
    return;
  sip_session_send_ack (ua, dialog, number, NULL);
  if (session->state != SIP_SESSION_CONFIRMED)
    return;
  if (session->reoffer.state == SIP_REOFFER_NONE)
    be_due (ua, session, SIP_STATUS_OK);
  else
    session->reoffer.status = SIP_STATUS_OK;
}

/* ---- 3xx to 6xx, and no response at all ---- */

/* RFC 5057: these two say that the far end does not know the call any more. */
static gboolean
ends_dialog (guint status)
{
  return status == SIP_STATUS_NO_SUCH_CALL || status == SIP_STATUS_REQUEST_TIMEOUT;
}

/* RFC 3261 §14.1: who owns the Call-ID waits longer, so that the two do not meet again. */
static gint64
get_glare_wait_us (SipUa *ua, const SipSession *session)
{
  gboolean is_owner = !session->is_incoming;

  return GLARE_UNIT_US *
         sip_random_between (&ua->random, is_owner ? 210 : 0, is_owner ? 400 : 200);
}

/* A far end that is busy with another change, or whose flow is down, says how long it
 * takes, or is tried with growing waits. -1: there is no other try. */
static gint64
get_later_wait_us (SipUa *ua,
                   const SipSession *session,
                   guint status,
                   const SipMessage *response)
{
  guint32 seconds;

  if (status != SIP_STATUS_SERVER_ERROR && !sip_session_did_not_get_through (status))
    return -1;
  if (sip_retry_after_parse (sip_message_get_header (response, SIP_HEADER_RETRY_AFTER),
                             &seconds))
    return seconds <= RETRY_AFTER_MAX_S ? seconds * G_TIME_SPAN_SECOND : -1;
  if (status == SIP_STATUS_SERVER_ERROR)
    return -1;
  return sip_flow_back_off_us (session->reoffer.n_refused, SIP_FLOW_MAX_US, &ua->random);
}

/* How long to wait before another try; -1: there is none. */
static gint64
find_wait_us (SipUa *ua, SipSession *session, guint status, const SipMessage *response)
{
  if (++session->reoffer.n_refused > MAX_RETRIES)
    return -1;
  if (status == SIP_STATUS_REQUEST_PENDING)
    return get_glare_wait_us (ua, session);
  return get_later_wait_us (ua, session, status, response);
}

static gboolean
try_again (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipClientTx *again;

  if (!sip_status_is_challenge (status))
    return FALSE;
  again = sip_ua_answer_challenge (ua, tx, response);
  if (again == NULL)
    return FALSE;
  tx->session->invite = again;
  return TRUE;
}

static void
refused (SipUa *ua, SipSession *session, guint status, SipMessage *response)
{
  gint64 wait_us = find_wait_us (ua, session, status, response);
  SipOutput *output = tell_reanswered (ua, session, status, response, NULL);

  session->reoffer.status = status;
  if (wait_us < 0) {
    session->reoffer.n_refused = 0;
    finish (ua, session);
    return;
  }
  output->retry_at_us = ua->now_us + wait_us;
  set_state (ua, session, SIP_REOFFER_WAITING, wait_us);
}

static void
flow_lost (SipUa *ua, SipSession *session)
{
  tell_reanswered (ua, session, SIP_STATUS_SERVICE_UNAVAILABLE, NULL, NULL)->retry_at_us =
      G_MAXINT64;
  be_due (ua, session, SIP_STATUS_SERVICE_UNAVAILABLE);
}

static void
handle_failure (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipSession *session = tx->session;

  if (response != NULL && try_again (ua, tx, status, response))
    return;
  sip_offer_handle (&tx->dialog->offer, SIP_OFFER_EVENT_WITHDRAWN);
  if (ends_dialog (status))
    sip_session_end (ua, session, SIP_END_DIALOG_GONE, status, NULL, response,
                     SIP_SESSION_HANGING_UP);
  else if (response != NULL)
    refused (ua, session, status, response);
  else
    flow_lost (ua, session);
}

void
sip_session_handle_reinvite_response (SipUa *ua,
                                      SipClientTx *tx,
                                      guint status,
                                      SipMessage *response)
{
  if (sip_status_is_provisional (status))
    return;
  if (sip_status_is_success (status))
    handle_success (ua, tx, response);
  else if (sip_session_is_alive (tx->session) && tx->session->invite == tx)
    handle_failure (ua, tx, status, response);
}

/* ---- Time ---- */

/* Not even the CANCEL was answered (RFC 3261 §9.1). */
static void
give_up (SipUa *ua, SipSession *session)
{
  sip_ua_remove_client_tx (ua, session->invite);
  sip_offer_handle (&session->dialog->offer, SIP_OFFER_EVENT_WITHDRAWN);
  tell_reanswered (ua, session, SIP_STATUS_REQUEST_TIMEOUT, NULL, NULL);
  finish (ua, session);
}

void
sip_session_reoffer_due (SipUa *ua, SipSession *session)
{
  switch (session->reoffer.state) {
  case SIP_REOFFER_ASKING:
    sip_session_send_cancel (ua, session, session->invite->request);
    set_state (ua, session, SIP_REOFFER_CANCELLING, SIP_64_T1_US);
    return;
  case SIP_REOFFER_CANCELLING:
    give_up (ua, session);
    return;
  case SIP_REOFFER_OWING:
    sip_session_hang_up (ua, session, SIP_END_PROTOCOL_ERROR, NULL);
    return;
  case SIP_REOFFER_WAITING: /* told by sip_session_flush_reoffer() */
    be_due (ua, session, session->reoffer.status);
    return;
  case SIP_REOFFER_NONE:
  case SIP_REOFFER_DUE:
    return;
  }
}

void
sip_session_check_reoffer (const SipSession *session)
{
  const SipReoffer *reoffer = &session->reoffer;
  const SipClientTx *invite = session->invite;

  g_assert (reoffer->state < SIP_REOFFER_N_STATES);
  g_assert (
      reoffer->state == SIP_REOFFER_NONE || session->state == SIP_SESSION_CONFIRMED ||
      (reoffer->state == SIP_REOFFER_DUE && session->state == SIP_SESSION_ANSWERED));
  g_assert (sip_timer_is_armed (&reoffer->timer) ==
            (reoffer->state != SIP_REOFFER_NONE && reoffer->state != SIP_REOFFER_DUE));
  if (reoffer->state == SIP_REOFFER_ASKING || reoffer->state == SIP_REOFFER_CANCELLING)
    g_assert (invite != NULL && invite->user == SIP_TX_USER_REINVITE);
  if (reoffer->state == SIP_REOFFER_OWING)
    g_assert (session->dialog->offer.state == SIP_OFFER_REMOTE_OPEN);
}
