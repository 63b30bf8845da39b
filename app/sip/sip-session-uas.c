/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

static void
send_provisional (SipUa *ua, SipSession *session, guint status, const char *body)
{
  SipServerTx *tx = session->asked;
  SipWriter *writer = sip_ua_new_response (ua, tx, status);

  sip_writer_copy_header (writer, tx->request, SIP_HEADER_RECORD_ROUTE);
  sip_session_add_offer_headers (ua, session, writer, body);
  sip_ua_respond (ua, tx, status, writer);
}

static guint
find_refusal (SipUa *ua)
{
  if (ua->phase != SIP_UA_RUNNING || !sip_ua_is_bound (ua))
    return SIP_STATUS_TEMPORARILY_UNAVAILABLE;
  if (sip_ua_get_n_calls (ua) >= ua->max_calls ||
      sip_ua_count_ringing (ua) >= ua->max_ringing)
    return SIP_STATUS_BUSY_HERE;
  return 0;
}

/* Whose invitation ends earlier by its own wish (RFC 3261 §13.3.1) rings no longer. */
static void
limit_ringing (SipUa *ua, SipSession *session, const SipMessage *invite)
{
  guint32 seconds;

  if (sip_message_get_seconds (invite, SIP_HEADER_EXPIRES, &seconds) && seconds > 0)
    sip_timers_arm (&ua->timers, &session->limit,
                    ua->now_us + MIN (SIP_SESSION_RING_HERE_US,
                                      (gint64)seconds * G_TIME_SPAN_SECOND));
}

/* RFC 3261 §12.1.1. */
static gboolean
is_secure_invite (const SipMessage *invite)
{
  SipHeader header = sip_message_has_header (invite, SIP_HEADER_RECORD_ROUTE)
                         ? SIP_HEADER_RECORD_ROUTE
                         : SIP_HEADER_CONTACT;
  SipValueIter iter;
  SipText value;
  SipNameAddr hop;

  if (sip_message_get_request_uri (invite)->scheme == SIP_URI_SIPS)
    return TRUE;
  sip_value_iter_init (&iter, invite, header);
  return sip_value_iter_next (&iter, &value) && sip_name_addr_parse (value, &hop, NULL) &&
         !hop.is_star && hop.uri.scheme == SIP_URI_SIPS;
}

static void
take_call (SipUa *ua,
           SipServerTx *tx,
           SipDialog *dialog,
           const char *offer,
           SipSessionId replaces)
{
  SipSession *session = sip_session_new (ua, TRUE);

  session->call_id = sip_text_dup (sip_message_get_call_id (tx->request));
  session->local_tag = g_strdup (tx->to_tag);
  session->is_secure = is_secure_invite (tx->request);
  g_ptr_array_add (session->dialogs, dialog);
  session->dialog = dialog;
  session->asked = tx;
  session->replaces = replaces;
  tx->session = session;
  limit_ringing (ua, session, tx->request);
  if (offer != NULL)
    sip_offer_handle (&dialog->offer, SIP_OFFER_EVENT_REMOTE_OFFER);
  sip_ua_respond_status (ua, tx, SIP_STATUS_TRYING);
  sip_ua_push (ua, SIP_OUTPUT_INCOMING, session->id, tx->request, offer, NULL)->replaces =
      replaces;
  send_provisional (ua, session, SIP_STATUS_RINGING, NULL);
}

void
sip_session_handle_invite (SipUa *ua, SipServerTx *tx)
{
  guint status;
  g_autofree char *offer = sip_session_dup_body (tx->request, &status);
  SipSessionId replaces;
  SipDialog *dialog;

  if (status != 0) {
    sip_session_respond_bad_content (ua, tx, status);
    return;
  }
  status = sip_session_find_replaced (ua, tx->request, &replaces);
  if (status == 0)
    status = find_refusal (ua);
  if (status != 0) {
    sip_ua_respond_status (ua, tx, status);
    return;
  }
  dialog = sip_dialog_new_from_request (tx->request, tx->to_tag);
  if (dialog == NULL)
    sip_ua_respond_status (ua, tx, SIP_STATUS_BAD_REQUEST);
  else
    take_call (ua, tx, dialog, offer, replaces);
}

/* ---- What the host says ---- */

gboolean
sip_session_progress (
    SipUa *ua, SipSession *session, guint status, const char *body, GError **error)
{
  if (session->state != SIP_SESSION_INCOMING || status <= SIP_STATUS_TRYING ||
      !sip_status_is_provisional (status) ||
      (body != NULL && session->dialog->offer.state != SIP_OFFER_REMOTE_OPEN))
    return sip_session_fail_wrong_state (error);
  send_provisional (ua, session, status, body);
  return TRUE;
}

gboolean
sip_session_answer (SipUa *ua, SipSession *session, const char *body, GError **error)
{
  SipOffer *offer = session->dialog != NULL ? &session->dialog->offer : NULL;

  if (body == NULL)
    return sip_session_fail_wrong_state (error);
  if (session->state == SIP_SESSION_OFFERED)
    return sip_session_answer_in_ack (ua, session, body, error);
  if (session->state != SIP_SESSION_INCOMING)
    return sip_session_fail_wrong_state (error);
  sip_offer_handle (offer, offer->state == SIP_OFFER_REMOTE_OPEN
                               ? SIP_OFFER_EVENT_LOCAL_ANSWER
                               : SIP_OFFER_EVENT_LOCAL_OFFER);
  if (sip_session_send_answer (ua, session, session->asked, body)) {
    sip_dialog_set_state (session->dialog, SIP_DIALOG_CONFIRMED);
    sip_session_set_state (ua, session, SIP_SESSION_ANSWERED);
    sip_session_end_replaced (ua, session);
  }
  return TRUE;
}

gboolean
sip_session_reject (SipUa *ua, SipSession *session, guint status, GError **error)
{
  if (session->state != SIP_SESSION_INCOMING || !sip_status_is_failure (status))
    return sip_session_fail_wrong_state (error);
  sip_ua_respond_status (ua, session->asked, status);
  sip_session_end (ua, session, SIP_END_DECLINED_HERE, status, NULL, NULL,
                   SIP_SESSION_OVER);
  return TRUE;
}

/* ---- CANCEL ---- */

/* RFC 3326: another device of ours took the call. */
static gboolean
was_answered_elsewhere (const SipMessage *cancel)
{
  SipValueIter iter;
  SipText value;
  SipReason reason;

  sip_value_iter_init (&iter, cancel, SIP_HEADER_REASON);
  while (sip_value_iter_next (&iter, &value))
    if (sip_reason_parse (value, &reason, NULL) && reason.cause == SIP_STATUS_OK &&
        sip_text_equal_case_str (reason.protocol, "SIP"))
      return TRUE;
  return FALSE;
}

void
sip_session_handle_cancel (SipUa *ua, SipServerTx *invite, const SipMessage *cancel)
{
  SipSession *session = invite->session;
  g_autofree char *reason = NULL;
  g_autoptr (SipMessage) message = NULL;

  if (session == NULL) /* it has its final response */
    return;
  if (session->state != SIP_SESSION_INCOMING) {
    sip_session_withdraw_reoffer (ua, session, SIP_STATUS_REQUEST_TERMINATED);
    return;
  }
  message = sip_message_ref (invite->request);
  reason = sip_session_dup_reason_text (cancel);
  sip_ua_respond_status (ua, invite, SIP_STATUS_REQUEST_TERMINATED);
  sip_session_end (ua, session,
                   was_answered_elsewhere (cancel) ? SIP_END_ANSWERED_ELSEWHERE
                                                   : SIP_END_CANCELLED_THERE,
                   0, reason, message, SIP_SESSION_OVER);
}
