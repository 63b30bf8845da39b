/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

#include "sip-status.h"

/* We ask for a transfer, and are told how it goes. */

#define TO(state) (1u << SIP_REFER_##state)

static const guint edges[SIP_REFER_N_STATES] = {
    [SIP_REFER_NONE] = TO (ASKING),
    [SIP_REFER_ASKING] = TO (EXPECTING) | TO (WATCHING) | TO (NONE),
    [SIP_REFER_EXPECTING] = TO (WATCHING) | TO (NONE),
    [SIP_REFER_WATCHING] = TO (NONE),
};

static void
set_state (SipUa *ua, SipSession *session, SipReferState state)
{
  SipRefer *refer = &session->refer;

  g_assert ((edges[refer->state] & (1u << state)) != 0);
  refer->state = state;
  switch (state) {
  case SIP_REFER_NONE:
    sip_timers_disarm (&ua->timers, &refer->timer);
    refer->tx = NULL; /* its response, if one comes, is nobody's */
    break;
  case SIP_REFER_ASKING: /* its transaction has a limit */
    break;
  case SIP_REFER_EXPECTING:
    sip_timers_arm (&ua->timers, &refer->timer, ua->now_us + SIP_REFER_EXPECT_US);
    break;
  case SIP_REFER_WATCHING:
    sip_timers_arm (&ua->timers, &refer->timer, ua->now_us + SIP_REFER_LIMIT_US);
    break;
  }
}

/* ---- The REFER ---- */

static char *
dup_plain_uri (SipText value)
{
  SipNameAddr addr;

  if (!sip_name_addr_parse (value, &addr, NULL) || addr.is_star)
    return NULL;
  return sip_uri_to_string (&addr.uri, SIP_URI_FOR_REQUEST);
}

/* By which name the far end can be called anew (RFC 5589 §7.3). Its Contact is good for
 * that where it is a GRUU; that of a browser is nobody's address. Its address may lead to
 * other devices too, but these do not have the call, and refuse. */
static char *
dup_name_of_far_end (const SipDialog *dialog)
{
  g_autofree char *address = NULL;
  SipUri uri;

  if (sip_uri_parse (sip_text_from_str (dialog->remote_target), &uri, NULL) &&
      sip_uri_has_param (&uri, "gr"))
    return g_strdup (dialog->remote_target);
  address = dup_plain_uri (sip_text_from_str (dialog->remote));
  if (address == NULL || !sip_uri_parse (sip_text_from_str (address), &uri, NULL) ||
      uri.scheme == SIP_URI_OTHER || g_str_has_suffix (address, ".invalid"))
    return g_strdup (dialog->remote_target);
  return g_steal_pointer (&address);
}

static const char *
get_tag (const char *tag)
{
  return *tag != '\0' ? tag : "0"; /* RFC 3891 §6.1: that of a far end without one */
}

char *
sip_session_dup_refer_to (const SipSession *session, GError **error)
{
  const SipDialog *dialog = session->dialog;
  g_autofree char *name = NULL, *replaces = NULL, *escaped = NULL, *uri = NULL;
  SipUri parsed;

  if (session->state != SIP_SESSION_CONFIRMED) {
    sip_session_fail_wrong_state (error);
    return NULL;
  }
  name = dup_name_of_far_end (dialog);
  replaces = g_strdup_printf ("%s;to-tag=%s;from-tag=%s", dialog->call_id,
                              get_tag (dialog->remote_tag), get_tag (dialog->local_tag));
  escaped = sip_uri_escape (sip_text_from_str (replaces), SIP_URI_PART_HEADER);
  uri = g_strdup_printf ("%s?Replaces=%s", name, escaped);
  if (!sip_uri_parse (sip_text_from_str (uri), &parsed, error))
    return NULL; /* too long: a strange Call-ID */
  return g_steal_pointer (&uri);
}

static SipClientTx *
send_refer (SipUa *ua, SipSession *session, const char *refer_to)
{
  SipDialog *dialog = session->dialog;
  g_autofree char *via = sip_ua_make_via (ua);
  SipWriter *writer =
      sip_dialog_new_request (dialog, SIP_METHOD_REFER, ++dialog->local_cseq, via);

  sip_session_add_offer_headers (ua, session, writer, NULL);
  sip_writer_add_printf (writer, SIP_HEADER_REFER_TO, "<%s>", refer_to);
  sip_writer_add_printf (writer, SIP_HEADER_REFERRED_BY, "<%s>", ua->aor);
  return sip_ua_send_request (ua, writer, SIP_TX_USER_REFER, session, dialog);
}

gboolean
sip_session_refer (SipUa *ua, SipSession *session, const char *refer_to, GError **error)
{
  SipClientTx *tx;

  if (session->state != SIP_SESSION_CONFIRMED || session->refer.state != SIP_REFER_NONE)
    return sip_session_fail_wrong_state (error);
  if (!sip_ua_is_ready (ua)) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NO_FLOW, "The flow is down");
    return FALSE;
  }
  tx = send_refer (ua, session, refer_to);
  if (tx == NULL) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_LIMIT, "Too much is under way");
    return FALSE;
  }
  session->refer.tx = tx;
  session->refer.id = session->dialog->local_cseq;
  session->refer.status = 0;
  set_state (ua, session, SIP_REFER_ASKING);
  sip_ua_flow_event (ua, SIP_FLOW_EVENT_DIAL);
  return TRUE;
}

/* ---- How it goes ---- */

static void
tell (
    SipUa *ua, SipSession *session, guint status, SipMessage *message, const char *reason)
{
  SipRefer *refer = &session->refer;

  if (status == refer->status)
    return;
  refer->status = status;
  sip_ua_push (ua, SIP_OUTPUT_TRANSFER, session->id, message, NULL, reason)->status =
      status;
}

static void
finish (
    SipUa *ua, SipSession *session, guint status, SipMessage *message, const char *reason)
{
  tell (ua, session, status, message, reason);
  set_state (ua, session, SIP_REFER_NONE);
}

void
sip_session_refer_out_of_time (SipUa *ua, SipSession *session)
{
  finish (ua, session, SIP_STATUS_REQUEST_TIMEOUT, NULL, NULL);
}

void
sip_session_forget_refer (SipUa *ua, SipSession *session)
{
  if (session->refer.state != SIP_REFER_NONE)
    set_state (ua, session, SIP_REFER_NONE);
}

/* RFC 4488 §4: TRUE where no NOTIFY will come. */
static gboolean
has_no_subscription (const SipMessage *response)
{
  SipText value = sip_message_get_header (response, SIP_HEADER_REFER_SUB);
  SipText head, params;

  if (value.s == NULL)
    return FALSE;
  sip_header_split_params (value, &head, &params);
  return sip_text_equal_case_str (head, "false");
}

static void
handle_refer_success (SipUa *ua, SipSession *session, guint status, SipMessage *response)
{
  if (has_no_subscription (response))
    finish (ua, session, status, response, NULL);
  else
    set_state (ua, session, SIP_REFER_EXPECTING);
}

static void
handle_refer_failure (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipSession *session = tx->session;
  g_autofree char *reason = sip_text_dup (sip_message_get_reason_phrase (response));

  if (sip_status_is_challenge (status)) {
    session->refer.tx = sip_ua_answer_challenge (ua, tx, response);
    session->refer.id = tx->dialog->local_cseq;
    if (session->refer.tx != NULL)
      return;
  }
  finish (ua, session, status, response, reason);
}

/* The flow went: the far end may have the REFER all the same, and say so in a NOTIFY. */
static void
handle_no_response (SipUa *ua, SipSession *session, guint status)
{
  if (status == SIP_STATUS_SERVICE_UNAVAILABLE)
    set_state (ua, session, SIP_REFER_EXPECTING);
  else
    finish (ua, session, status, NULL, NULL);
}

void
sip_session_handle_refer_response (SipUa *ua,
                                   SipClientTx *tx,
                                   guint status,
                                   SipMessage *response)
{
  SipSession *session = tx->session;

  if (session->refer.tx != tx || sip_status_is_provisional (status))
    return;
  session->refer.tx = NULL;
  if (session->refer.state != SIP_REFER_ASKING)
    return; /* a NOTIFY was first, and says more */
  if (response == NULL)
    handle_no_response (ua, session, status);
  else if (sip_status_is_success (status))
    handle_refer_success (ua, session, status, response);
  else
    handle_refer_failure (ua, tx, status, response);
}

/* ---- NOTIFY ---- */

/* The REFER may be named by its CSeq, and has to be from the second one on (RFC 3515
 * §2.4.6); who names none means the one there is. */
static gboolean
is_about (const SipRefer *refer, SipText params)
{
  guint64 number;
  SipText id;

  if (refer->state == SIP_REFER_NONE)
    return FALSE;
  if (!sip_params_get (params, "id", &id))
    return TRUE;
  return sip_text_to_uint (id, G_MAXUINT32, &number) && number == refer->id;
}

/* TRUE if it was refused: not about a transfer of ours. */
static gboolean
is_stray (SipUa *ua, const SipSession *session, SipServerTx *tx)
{
  SipText event = sip_message_get_header (tx->request, SIP_HEADER_EVENT);
  SipText package, params;
  SipWriter *writer;

  if (event.s == NULL) {
    sip_ua_respond_status (ua, tx, SIP_STATUS_BAD_REQUEST);
    return TRUE;
  }
  sip_header_split_params (event, &package, &params);
  if (!sip_text_equal_case_str (package, "refer")) {
    writer = sip_ua_new_response (ua, tx, SIP_STATUS_BAD_EVENT);
    sip_writer_add_header (writer, SIP_HEADER_ALLOW_EVENTS, "refer");
    sip_ua_respond (ua, tx, SIP_STATUS_BAD_EVENT, writer);
    return TRUE;
  }
  if (is_about (&session->refer, params))
    return FALSE;
  sip_ua_respond_status (ua, tx, SIP_STATUS_NO_SUCH_CALL);
  return TRUE;
}

/* 0, or the status that refuses the body. */
static guint
read_sipfrag (const SipMessage *notify, SipSipfrag *frag)
{
  SipText body = sip_message_get_body (notify);

  *frag = (SipSipfrag){0};
  if (body.len == 0)
    return 0;
  if (!sip_message_has_content (notify, "message/sipfrag"))
    return SIP_STATUS_UNSUPPORTED_MEDIA_TYPE;
  return sip_sipfrag_parse (body, frag, NULL) ? 0 : SIP_STATUS_BAD_REQUEST;
}

static void
respond_notify (SipUa *ua, SipServerTx *tx, guint refusal)
{
  SipWriter *writer;

  if (refusal != SIP_STATUS_UNSUPPORTED_MEDIA_TYPE) {
    sip_ua_respond_status (ua, tx, refusal != 0 ? refusal : SIP_STATUS_OK);
    return;
  }
  writer = sip_ua_new_response (ua, tx, refusal);
  sip_writer_add_header (writer, SIP_HEADER_ACCEPT, "message/sipfrag");
  sip_ua_respond (ua, tx, refusal, writer);
}

/* What a subscription that ended without a final status says (RFC 6665 §4.1.3). */
static guint
get_status_of_end (SipText params)
{
  SipText reason;

  if (sip_params_get (params, "reason", &reason) &&
      sip_text_equal_case_str (reason, "rejected"))
    return SIP_STATUS_DECLINE;
  return SIP_STATUS_REQUEST_TIMEOUT;
}

void
sip_session_handle_notify (SipUa *ua,
                           SipSession *session,
                           SipDialog *dialog,
                           SipServerTx *tx)
{
  g_autoptr (SipMessage) notify = sip_message_ref (tx->request);
  SipText value = sip_message_get_header (notify, SIP_HEADER_SUBSCRIPTION_STATE);
  SipText subscription = SIP_TEXT_NONE, params = SIP_TEXT_NONE;
  g_autofree char *reason = NULL;
  SipSipfrag frag;
  guint refusal;

  if (is_stray (ua, session, tx))
    return;
  if (value.s != NULL)
    sip_header_split_params (value, &subscription, &params);
  refusal = read_sipfrag (notify, &frag);
  respond_notify (ua, tx, refusal);
  reason = sip_text_dup (frag.reason);
  if (frag.status >= 200) {
    finish (ua, session, frag.status, notify, reason);
  } else if (sip_text_equal_case_str (subscription, "terminated")) {
    finish (ua, session, get_status_of_end (params), NULL, NULL);
  } else if (refusal == 0) {
    if (session->refer.state != SIP_REFER_WATCHING)
      set_state (ua, session, SIP_REFER_WATCHING);
    if (frag.status != 0)
      tell (ua, session, frag.status, notify, reason);
  }
}
