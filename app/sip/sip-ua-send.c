/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* What we do and nothing else: Allow must be true (RFC 3261 §20.5). */
#define ALLOW "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY"

static const char *const option_tags[] = {"gruu", "norefersub", "outbound",
                                          "path", "replaces",   NULL};

char *
sip_ua_random_token (SipUa *ua, gsize length)
{
  return sip_random_token (&ua->random, length);
}

char *
sip_ua_make_via (SipUa *ua)
{
  g_autofree char *token = sip_ua_random_token (ua, 20);

  return g_strdup_printf ("SIP/2.0/%s %s;branch=z9hG4bK%s",
                          (ua->flags & SIP_UA_FLAG_SECURE) != 0 ? "WSS" : "WS", ua->host,
                          token);
}

const char *
sip_ua_get_call_contact (const SipUa *ua)
{
  return ua->registration.gruu != NULL ? ua->registration.gruu : ua->call_contact;
}

char *
sip_ua_dup_call_contact (const SipUa *ua, gboolean is_secure)
{
  const char *contact = sip_ua_get_call_contact (ua);

  if (is_secure && g_ascii_strncasecmp (contact, "sip:", 4) == 0)
    return g_strconcat ("sips:", contact + 4, NULL);
  return g_strdup (contact);
}

void
sip_ua_add_allow (SipWriter *writer)
{
  sip_writer_add_header (writer, SIP_HEADER_ALLOW, ALLOW);
}

void
sip_ua_add_supported (SipWriter *writer)
{
  g_autofree char *list = g_strjoinv (", ", (char **)option_tags);

  sip_writer_add_header (writer, SIP_HEADER_SUPPORTED, list);
}

gboolean
sip_ua_supports (SipText option_tag)
{
  for (guint i = 0; option_tags[i] != NULL; i++)
    if (sip_text_equal_case_str (option_tag, option_tags[i]))
      return TRUE;
  return FALSE;
}

gboolean
sip_ua_send_writer (SipUa *ua, SipWriter *writer)
{
  g_autoptr (GBytes) frame = sip_writer_finish (writer, NULL);

  if (frame == NULL)
    return FALSE;
  sip_ua_push_frame (ua, frame);
  return TRUE;
}

/* ---- Client transactions ---- */

static SipMessage *
finish_request (SipWriter *writer)
{
  g_autoptr (GBytes) frame = sip_writer_finish (writer, NULL);
  gsize length;
  const guint8 *data;

  if (frame == NULL)
    return NULL;
  data = g_bytes_get_data (frame, &length);
  return sip_message_parse (data, length, NULL, NULL);
}

gboolean
sip_ua_has_room (const SipUa *ua, gboolean is_parting)
{
  guint n = g_hash_table_size (ua->client_txs) + g_hash_table_size (ua->server_txs);

  return n < SIP_UA_MAX_TRANSACTIONS + (is_parting ? SIP_UA_RESERVED_TRANSACTIONS : 0);
}

static gboolean
is_parting (SipTxUser user)
{
  return user != SIP_TX_USER_INVITE && user != SIP_TX_USER_REINVITE &&
         user != SIP_TX_USER_INFO && user != SIP_TX_USER_REFER &&
         user != SIP_TX_USER_NOTIFY;
}

SipClientTx *
sip_ua_send_request (
    SipUa *ua, SipWriter *writer, SipTxUser user, SipSession *session, SipDialog *dialog)
{
  g_autoptr (SipMessage) request = NULL;
  g_autoptr (GBytes) frame = NULL;
  SipClientTx *tx;
  SipText text;

  if (ua->user_agent != NULL)
    sip_writer_add_header (writer, SIP_HEADER_USER_AGENT, ua->user_agent);
  request = finish_request (writer);
  if (request == NULL || !sip_ua_has_room (ua, is_parting (user)) ||
      !sip_flow_is_up (&ua->flow))
    return NULL;
  tx = sip_client_tx_new (request, SIP_TIMER_CLIENT_TX, &ua->timers, ua->now_us);
  tx->user = user;
  tx->session = session;
  tx->dialog = dialog;
  if (session != NULL)
    session->n_client_txs++;
  g_hash_table_insert (ua->client_txs, tx->key, tx);
  text = sip_message_get_frame (request);
  frame = g_bytes_new (text.s, text.len);
  sip_ua_push_frame (ua, frame);
  return tx;
}

void
sip_ua_remove_client_tx (SipUa *ua, SipClientTx *tx)
{
  sip_client_tx_abandon (tx, &ua->timers);
  g_hash_table_remove (ua->client_txs, tx->key);
  if (ua->registration.tx == tx)
    ua->registration.tx = NULL;
  if (tx->session != NULL) {
    g_assert (tx->session->n_client_txs > 0);
    tx->session->n_client_txs--;
    if (tx->session->invite == tx)
      tx->session->invite = NULL;
    if (tx->dialog != NULL && tx->dialog->bye == tx)
      tx->dialog->bye = NULL;
    if (tx->session->refer.tx == tx)
      tx->session->refer.tx = NULL;
    if (tx->session->referred.tx == tx)
      tx->session->referred.tx = NULL;
  }
  sip_client_tx_free (tx, &ua->timers);
}

static void
pass_up (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  if (tx->user == SIP_TX_USER_REGISTER)
    sip_registration_handle_response (ua, tx, status, response);
  else
    sip_session_handle_response (ua, tx, status, response);
}

void
sip_ua_client_tx_event (SipUa *ua,
                        SipClientTx *tx,
                        SipClientTxEvent event,
                        SipMessage *response)
{
  SipClientTxAction action = sip_client_tx_handle (tx, event, &ua->timers, ua->now_us);
  gboolean is_over = tx->state == SIP_CLIENT_TX_TERMINATED;

  if ((action & SIP_CLIENT_TX_SEND_ACK) != 0)
    sip_ua_send_failure_ack (ua, tx, response);
  if ((action & SIP_CLIENT_TX_PASS) != 0)
    pass_up (ua, tx, sip_message_get_status (response), response);
  if ((action & SIP_CLIENT_TX_TIMED_OUT) != 0)
    pass_up (ua, tx, SIP_STATUS_REQUEST_TIMEOUT, NULL);
  if ((action & SIP_CLIENT_TX_FLOW_FAILED) != 0)
    pass_up (ua, tx, SIP_STATUS_SERVICE_UNAVAILABLE, NULL);
  if (is_over)
    sip_ua_remove_client_tx (ua, tx);
}

/* What ACK and CANCEL take over from their INVITE (RFC 3261 §9.1, §17.1.1.3). */
static SipWriter *
new_like_invite (const SipMessage *invite, SipMethod method, SipText to)
{
  const char *name = sip_method_get_name (method);
  g_autofree char *uri = sip_text_dup (sip_message_get_request_uri (invite)->text);
  SipWriter *writer = sip_writer_new_request (name, uri);

  sip_writer_add_text (writer, SIP_HEADER_VIA, sip_message_get_via (invite)->text);
  sip_writer_copy_header (writer, invite, SIP_HEADER_ROUTE);
  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_add_text (writer, SIP_HEADER_FROM, sip_message_get_from (invite)->text);
  sip_writer_add_text (writer, SIP_HEADER_TO, to);
  sip_writer_add_text (writer, SIP_HEADER_CALL_ID, sip_message_get_call_id (invite));
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u %s",
                         sip_message_get_cseq (invite)->number, name);
  return writer;
}

void
sip_ua_send_failure_ack (SipUa *ua, SipClientTx *tx, const SipMessage *response)
{
  sip_ua_send_writer (ua, new_like_invite (tx->request, SIP_METHOD_ACK,
                                           sip_message_get_to (response)->text));
}

void
sip_session_send_cancel (SipUa *ua, SipSession *session, const SipMessage *invite)
{
  SipWriter *writer =
      new_like_invite (invite, SIP_METHOD_CANCEL, sip_message_get_to (invite)->text);

  if (session->hang_up_reason != NULL)
    sip_writer_add_header (writer, SIP_HEADER_REASON, session->hang_up_reason);
  sip_ua_send_request (ua, writer, SIP_TX_USER_CANCEL, session, NULL);
}

/* ---- Server transactions ---- */

SipWriter *
sip_ua_new_response (SipUa *ua, SipServerTx *tx, guint status)
{
  SipWriter *writer = sip_writer_new_response (
      tx->request, status, NULL, status == SIP_STATUS_TRYING ? NULL : tx->to_tag);

  if (ua->user_agent != NULL)
    sip_writer_add_header (writer, SIP_HEADER_SERVER, ua->user_agent);
  return writer;
}

/* A response that repeats too much of its request does not fit into a message. A final one
 * must go all the same; a provisional one need not, and must not end what goes on. */
static GBytes *
finish_response (SipUa *ua, SipServerTx *tx, SipWriter *writer, guint *status)
{
  GBytes *frame = sip_writer_finish (writer, NULL);

  if (frame != NULL || sip_status_is_provisional (*status))
    return frame;
  *status = SIP_STATUS_SERVER_ERROR;
  return sip_writer_finish (sip_ua_new_response (ua, tx, *status), NULL);
}

gboolean
sip_ua_respond (SipUa *ua, SipServerTx *tx, guint status, SipWriter *writer)
{
  guint wanted = status;
  g_autoptr (GBytes) frame = finish_response (ua, tx, writer, &status);
  SipServerTxEvent event = sip_server_tx_event_from_status (status);

  if (frame == NULL && sip_status_is_provisional (status))
    return FALSE;
  if (frame == NULL)
    event = SIP_SERVER_TX_EVENT_ABANDON;
  if ((sip_server_tx_handle (tx, event, &ua->timers, ua->now_us) & SIP_SERVER_TX_SEND) !=
      0) {
    g_clear_pointer (&tx->response, g_bytes_unref);
    tx->response = g_bytes_ref (frame);
    if (sip_flow_is_up (&ua->flow))
      sip_ua_push_frame (ua, frame);
    else if (!sip_status_is_provisional (status))
      sip_ua_hold_response (ua, frame);
  }
  if (tx->session != NULL && !sip_server_tx_is_pending (tx)) {
    g_assert (tx->session->asked == tx);
    tx->session->asked = NULL;
    tx->session = NULL;
  }
  if (tx->state == SIP_SERVER_TX_TERMINATED)
    sip_ua_remove_server_tx (ua, tx);
  return status == wanted && frame != NULL;
}

void
sip_ua_respond_status (SipUa *ua, SipServerTx *tx, guint status)
{
  sip_ua_respond (ua, tx, status, sip_ua_new_response (ua, tx, status));
}

void
sip_ua_respond_later (SipUa *ua, SipServerTx *tx, guint status)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, status);

  sip_writer_add_printf (writer, SIP_HEADER_RETRY_AFTER, "%u",
                         (guint)sip_random_between (&ua->random, 0, 10));
  sip_ua_respond (ua, tx, status, writer);
}

void
sip_ua_respond_stateless (SipUa *ua, const SipMessage *request, guint status)
{
  g_autofree char *to_tag = sip_ua_random_token (ua, 12);

  sip_ua_send_writer (ua, sip_writer_new_response (request, status, NULL, to_tag));
}

void
sip_ua_remove_server_tx (SipUa *ua, SipServerTx *tx)
{
  if (tx->session != NULL) {
    g_assert (tx->session->asked == tx);
    tx->session->asked = NULL;
  }
  g_hash_table_remove (ua->server_txs, tx->key);
  sip_server_tx_free (tx, &ua->timers);
}

void
sip_ua_server_tx_timer (SipUa *ua, SipServerTx *tx)
{
  sip_server_tx_handle (tx, SIP_SERVER_TX_EVENT_TIMER, &ua->timers, ua->now_us);
  if (tx->state == SIP_SERVER_TX_TERMINATED)
    sip_ua_remove_server_tx (ua, tx);
}
