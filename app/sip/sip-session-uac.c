/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* ---- INVITE ---- */

static SipWriter *
new_invite (SipUa *ua, SipSession *session, const char *uri)
{
  g_autofree char *via = sip_ua_make_via (ua);
  g_autofree char *from = sip_name_addr_format (ua->display_name, ua->aor);
  GPtrArray *routes = ua->registration.service_route;
  SipWriter *writer = sip_writer_new_request ("INVITE", uri);

  sip_writer_add_header (writer, SIP_HEADER_VIA, via);
  for (guint i = 0; i < routes->len; i++)
    sip_writer_add_header (writer, SIP_HEADER_ROUTE, g_ptr_array_index (routes, i));
  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_add_printf (writer, SIP_HEADER_FROM, "%s;tag=%s", from, session->local_tag);
  sip_writer_add_printf (writer, SIP_HEADER_TO, "<%s>", uri);
  sip_writer_add_header (writer, SIP_HEADER_CALL_ID, session->call_id);
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u INVITE", session->first_cseq);
  return writer;
}

/* RFC 3261 §8.1.1.8. */
static gboolean
is_secure_target (SipUa *ua, const char *uri)
{
  GPtrArray *routes = ua->registration.service_route;
  SipNameAddr top;

  if (sip_text_starts_with_case (sip_text_from_str (uri), "sips:"))
    return TRUE;
  return routes->len > 0 &&
         sip_name_addr_parse (sip_text_from_str (g_ptr_array_index (routes, 0)), &top,
                              NULL) &&
         top.uri.scheme == SIP_URI_SIPS;
}

/* RFC 3892 §2.2, RFC 3891 §4: the target learns who wants it, and whose place we take. */
static void
add_referred (SipWriter *writer, const SipReferred *referred)
{
  if (referred->referred_by != NULL)
    sip_writer_add_header (writer, SIP_HEADER_REFERRED_BY, referred->referred_by);
  if (referred->replaces != NULL)
    sip_writer_add_header (writer, SIP_HEADER_REPLACES, referred->replaces);
}

SipSession *
sip_session_invite (SipUa *ua,
                    const char *uri,
                    const char *offer,
                    const SipReferred *referred)
{
  SipSession *session = sip_session_new (ua, FALSE);
  SipWriter *writer;

  session->call_id = sip_ua_random_token (ua, 24);
  session->local_tag = sip_ua_random_token (ua, 12);
  session->first_cseq = 1;
  session->is_secure = is_secure_target (ua, uri);
  writer = new_invite (ua, session, uri);
  if (referred != NULL)
    add_referred (writer, referred);
  sip_session_add_offer_headers (ua, session, writer, offer);
  session->invite = sip_ua_send_request (ua, writer, SIP_TX_USER_INVITE, session, NULL);
  if (session->invite != NULL)
    return session;
  g_ptr_array_remove (ua->sessions, session);
  sip_session_free (ua, session);
  return NULL;
}

/* ---- Dialogs of the set ---- */

static gboolean
had_offer (const SipClientTx *tx)
{
  return sip_message_get_body (tx->request).len > 0;
}

/* The dialog of this response; made where the To tag is new. NULL when there are too
 * many of them already, or where there is nowhere to send to. */
static SipDialog *
take_dialog (SipSession *session,
             const SipMessage *response,
             SipText target,
             gboolean offered)
{
  SipDialog *dialog =
      sip_session_find_dialog (session, sip_message_get_to_tag (response));

  if (dialog != NULL || session->dialogs->len >= SIP_DIALOG_MAX_FORKS)
    return dialog;
  dialog = sip_dialog_new_from_response (response, target);
  if (dialog == NULL)
    return NULL;
  if (offered)
    sip_offer_handle (&dialog->offer, SIP_OFFER_EVENT_LOCAL_OFFER);
  g_ptr_array_add (session->dialogs, dialog);
  dialog->fork = session->dialogs->len;
  return dialog;
}

static void
end_other_forks (SipSession *session)
{
  for (guint i = 0; i < session->dialogs->len; i++) {
    SipDialog *dialog = g_ptr_array_index (session->dialogs, i);

    if (dialog != session->dialog && dialog->state == SIP_DIALOG_EARLY)
      sip_dialog_set_state (dialog, SIP_DIALOG_TERMINATED);
  }
}

/* ---- ACK ---- */

void
sip_session_send_ack (SipUa *ua, SipDialog *dialog, guint32 cseq, const char *body)
{
  g_autofree char *via = sip_ua_make_via (ua);
  SipWriter *writer = sip_dialog_new_request (dialog, SIP_METHOD_ACK, cseq, via);

  if (body != NULL)
    sip_writer_set_body (writer, "application/sdp", sip_text_from_str (body));
  g_clear_pointer (&dialog->ack, g_bytes_unref);
  dialog->ack = sip_writer_finish (writer, NULL);
  dialog->ack_cseq = cseq;
  if (dialog->ack != NULL)
    sip_ua_push_frame (ua, dialog->ack);
}

gboolean
sip_session_resend_ack (SipUa *ua, SipDialog *dialog, const SipMessage *response)
{
  if (dialog->ack == NULL || dialog->ack_cseq != sip_message_get_cseq (response)->number)
    return FALSE;
  sip_ua_push_frame (ua, dialog->ack);
  return TRUE;
}

gboolean
sip_session_answer_in_ack (SipUa *ua,
                           SipSession *session,
                           const char *body,
                           GError **error)
{
  if (!sip_offer_handle (&session->dialog->offer, SIP_OFFER_EVENT_LOCAL_ANSWER)) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_WRONG_STATE, "No offer is open");
    return FALSE;
  }
  sip_session_send_ack (ua, session->dialog, session->first_cseq, body);
  sip_session_set_state (ua, session, SIP_SESSION_CONFIRMED);
  return TRUE;
}

/* ---- 1xx ---- */

/* The first one counts: what follows repeats it (RFC 6337 §3.1.1). */
static void
keep_early_body (SipDialog *dialog, const char *body)
{
  if (dialog->early_body == NULL)
    dialog->early_body = g_strdup (body);
}

static void
handle_provisional (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipSession *session = tx->session;
  g_autofree char *body = NULL;
  g_autofree char *reason = NULL;
  SipDialog *dialog = NULL;
  SipOutput *output;
  guint bad;

  if (session->state == SIP_SESSION_CANCELLING) {
    if (!session->is_cancel_sent)
      sip_session_cancel_call (ua, session);
    return;
  }
  if (session->state == SIP_SESSION_CALLING)
    sip_session_set_state (ua, session, SIP_SESSION_PROCEEDING);
  if (status == SIP_STATUS_TRYING)
    return;
  body = sip_session_dup_body (response, &bad);
  if (sip_message_get_to_tag (response).len > 0) {
    dialog =
        take_dialog (session, response, sip_message_get_request_uri (tx->request)->text,
                     had_offer (tx));
    if (dialog == NULL || dialog->state == SIP_DIALOG_TERMINATED)
      return;
    keep_early_body (dialog, body);
  }
  reason = sip_text_dup (sip_message_get_reason_phrase (response));
  output = sip_ua_push (ua, SIP_OUTPUT_PROGRESS, session->id, response, body, reason);
  output->status = status;
  output->fork = dialog != NULL ? dialog->fork : 0;
  sip_session_tell_referrer (ua, session, status);
}

/* ---- 2xx ---- */

/* ACK at once, and whatever was agreed on ends again. */
static void
fail_answered (SipUa *ua, SipSession *session, guint status, SipMessage *response)
{
  sip_session_send_ack (ua, session->dialog, session->first_cseq, NULL);
  sip_session_end (ua, session, SIP_END_PROTOCOL_ERROR, status, NULL, response,
                   SIP_SESSION_HANGING_UP);
}

/* The answer that a 2xx to our offer must have (RFC 6337 §2.1); where it came before, in a
 * 1xx, the far end may think that this was enough. Their offer where we made none. */
static char *
dup_answered_body (const SipDialog *dialog, const SipClientTx *tx, SipMessage *response)
{
  guint bad;
  char *body = sip_session_dup_body (response, &bad);

  if (body == NULL && bad == 0 && had_offer (tx))
    return g_strdup (dialog->early_body);
  return body;
}

/* The first 2xx of all: this is the call now. */
static void
take_winner (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipSession *session = tx->session;
  SipDialog *dialog = session->dialog;
  g_autofree char *reason = NULL;
  g_autofree char *body = NULL;
  SipOutput *output;

  end_other_forks (session);
  body = dup_answered_body (dialog, tx, response);
  if (body == NULL) {
    fail_answered (ua, session, status, response);
    return;
  }
  if (had_offer (tx)) {
    sip_offer_handle (&dialog->offer, SIP_OFFER_EVENT_REMOTE_ANSWER);
    sip_session_send_ack (ua, dialog, session->first_cseq, NULL);
    sip_session_set_state (ua, session, SIP_SESSION_CONFIRMED);
  } else {
    sip_offer_handle (&dialog->offer, SIP_OFFER_EVENT_REMOTE_OFFER);
    sip_session_set_state (ua, session, SIP_SESSION_OFFERED);
  }
  reason = sip_text_dup (sip_message_get_reason_phrase (response));
  output = sip_ua_push (ua, SIP_OUTPUT_ANSWERED, session->id, response, body, reason);
  output->status = status;
  output->fork = dialog->fork;
  sip_session_tell_referrer (ua, session, status);
}

/* It said BYE while it rang, which it must not (RFC 3261 §15), and answers all the same. */
static void
end_given_up (SipUa *ua, SipSession *session, SipMessage *response)
{
  end_other_forks (session);
  sip_session_send_ack (ua, session->dialog, session->first_cseq, NULL);
  sip_session_end (ua, session, SIP_END_HUNG_UP_THERE, 0, NULL, response,
                   SIP_SESSION_HANGING_UP);
}

/* Also of a branch that was given up already: ACK and BYE go where it says now. */
static void
take_answer (SipDialog *dialog, const SipMessage *response)
{
  sip_dialog_take_answer (dialog, response);
  if (dialog->state == SIP_DIALOG_EARLY)
    sip_dialog_set_state (dialog, SIP_DIALOG_CONFIRMED);
}

static void
end_surplus (SipUa *ua, SipSession *session, SipDialog *dialog)
{
  sip_session_send_ack (ua, dialog, session->first_cseq, NULL);
  sip_dialog_set_state (dialog, SIP_DIALOG_TERMINATED);
  sip_session_owe_bye (ua, session, dialog);
}

static void
handle_success (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipSession *session = tx->session;
  SipDialog *dialog = take_dialog (
      session, response, sip_message_get_request_uri (tx->request)->text, had_offer (tx));

  if (dialog == NULL || sip_session_resend_ack (ua, dialog, response))
    return;
  if (dialog == session->dialog)
    return; /* its ACK waits for the host's answer */
  take_answer (dialog, response);
  switch (session->state) {
  case SIP_SESSION_CALLING:
  case SIP_SESSION_PROCEEDING:
    session->dialog = dialog;
    if (dialog->state == SIP_DIALOG_TERMINATED)
      end_given_up (ua, session, response);
    else
      take_winner (ua, tx, status, response);
    return;
  case SIP_SESSION_CANCELLING: /* our CANCEL came too late */
    session->dialog = dialog;
    end_other_forks (session);
    sip_session_send_ack (ua, dialog, session->first_cseq, NULL);
    sip_session_set_state (ua, session, SIP_SESSION_HANGING_UP);
    return;
  case SIP_SESSION_OFFERED:
  case SIP_SESSION_CONFIRMED:
  case SIP_SESSION_HANGING_UP:
  case SIP_SESSION_OVER: /* a second answer (RFC 3261 §13.2.2.4) */
    end_surplus (ua, session, dialog);
    return;
  case SIP_SESSION_INCOMING:
  case SIP_SESSION_ANSWERED:
    break;
  }
  g_assert_not_reached ();
}

void
sip_session_handle_late_answer (SipUa *ua, SipSession *session, SipMessage *response)
{
  guint32 number = sip_message_get_cseq (response)->number;
  SipDialog *dialog =
      sip_session_find_dialog (session, sip_message_get_to_tag (response));

  if (dialog != NULL && sip_session_resend_ack (ua, dialog, response))
    return;
  if (session->is_incoming || number != session->first_cseq) {
    if (dialog != NULL && dialog == session->dialog)
      sip_session_handle_late_reanswer (ua, session, response);
    return;
  }
  if (session->state != SIP_SESSION_OVER)
    return;
  dialog = take_dialog (session, response, SIP_TEXT_NONE, FALSE);
  if (dialog == NULL)
    return;
  take_answer (dialog, response);
  end_surplus (ua, session, dialog);
}

/* ---- 3xx to 6xx, and no response at all ---- */

/* The far end may answer what it got before the flow went; such a 2xx comes over the
 * next flow, and must not leave it in a call with nobody. */
static void
handle_no_response (SipUa *ua, SipClientTx *tx, guint status)
{
  SipSession *session = tx->session;
  gboolean is_flow_lost = status == SIP_STATUS_SERVICE_UNAVAILABLE;

  if (sip_session_is_alive (session))
    sip_session_end (ua, session, is_flow_lost ? SIP_END_FLOW_LOST : SIP_END_NO_ANSWER, 0,
                     NULL, NULL, SIP_SESSION_OVER);
  else
    sip_session_be_over (ua, session);
  if (!is_flow_lost)
    return;
  session->lost_invite = sip_message_ref (tx->request);
  sip_timers_arm (&ua->timers, &session->limit, ua->now_us + SIP_64_T1_US);
}

static SipEnd
get_end (guint status)
{
  if (sip_status_is_redirect (status))
    return SIP_END_REDIRECTED;
  return status == SIP_STATUS_REQUEST_TIMEOUT ? SIP_END_NO_ANSWER : SIP_END_REFUSED;
}

static void
handle_failure (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipSession *session = tx->session;
  g_autofree char *reason = NULL;
  SipClientTx *again;

  if (!sip_session_is_alive (session)) {
    sip_session_be_over (ua, session);
    return;
  }
  if (sip_status_is_challenge (status)) {
    again = sip_ua_answer_challenge (ua, tx, response);
    if (again != NULL) {
      session->invite = again;
      return;
    }
  }
  reason = sip_text_dup (sip_message_get_reason_phrase (response));
  sip_session_end (ua, session, get_end (status), status, reason, response,
                   SIP_SESSION_OVER);
}

void
sip_session_handle_invite_response (SipUa *ua,
                                    SipClientTx *tx,
                                    guint status,
                                    SipMessage *response)
{
  if (response != NULL && sip_status_is_success (status)) {
    handle_success (ua, tx, status, response);
    return;
  }
  if (tx->session->invite != tx) /* the one before the challenge */
    return;
  if (response == NULL)
    handle_no_response (ua, tx, status);
  else if (sip_status_is_provisional (status))
    handle_provisional (ua, tx, status, response);
  else
    handle_failure (ua, tx, status, response);
}
