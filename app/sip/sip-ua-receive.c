/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* ---- Responses ---- */

static SipSession *
find_own_session (SipUa *ua, const SipMessage *response)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (sip_text_equal_str (sip_message_get_call_id (response), session->call_id) &&
        sip_text_equal_str (sip_message_get_from_tag (response), session->local_tag))
      return session;
  }
  return NULL;
}

static void
handle_response (SipUa *ua, SipMessage *response)
{
  const SipVia *via = sip_message_get_via (response);
  guint status = sip_message_get_status (response);
  g_autofree char *key = NULL;
  SipSession *session;
  SipClientTx *tx;

  /* RFC 3261 §18.1.2 and §8.1.3.3: not ours, or gone astray. */
  if (!sip_text_equal_case_str (via->host, ua->host) ||
      sip_message_count_values (response, SIP_HEADER_VIA) != 1)
    return;
  key = sip_client_tx_make_key (via->branch, sip_message_get_method_text (response));
  tx = g_hash_table_lookup (ua->client_txs, key);
  if (tx != NULL) {
    /* With another Call-ID or tag it would lead into a dialog that is not there. */
    if (sip_message_is_response_to (response, tx->request))
      sip_ua_client_tx_event (ua, tx, sip_client_tx_event_from_status (status), response);
    return;
  }
  if (!sip_status_is_success (status) ||
      sip_message_get_method (response) != SIP_METHOD_INVITE)
    return;
  session = find_own_session (ua, response);
  if (session != NULL)
    sip_session_handle_late_answer (ua, session, response);
}

/* ---- Requests: checks (RFC 3261 §8.2) ---- */

static gboolean
is_user (SipText user, const char *ours)
{
  g_autofree char *plain = user.s != NULL ? sip_uri_unescape (user) : NULL;
  g_autofree char *own = sip_uri_unescape (sip_text_from_str (ours));

  return g_strcmp0 (plain, own) == 0 && plain != NULL;
}

static gboolean
is_gruu (const SipUa *ua, const SipUri *uri)
{
  SipUri gruu;

  return ua->registration.gruu != NULL &&
         sip_uri_parse (sip_text_from_str (ua->registration.gruu), &gruu, NULL) &&
         sip_uri_equal (uri, &gruu);
}

/* Our Contact, our GRUU, or our user at any host: who is registered under a name is
 * called by it, and which host an edge writes there is its own affair. */
static gboolean
is_for_us (SipUa *ua, const SipUri *uri)
{
  return is_user (uri->user, ua->contact_user) || is_user (uri->user, ua->aor_user) ||
         is_gruu (ua, uri);
}

/* One request that came over two ways (RFC 3261 §8.2.2.2). */
static gboolean
is_merged (SipUa *ua, const SipServerTx *tx)
{
  const SipMessage *ours = tx->request;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, ua->server_txs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SipServerTx *other = value;
    const SipMessage *theirs = other->request;

    if (other != tx &&
        sip_text_equal (sip_message_get_call_id (ours),
                        sip_message_get_call_id (theirs)) &&
        sip_text_equal (sip_message_get_from_tag (ours),
                        sip_message_get_from_tag (theirs)) &&
        sip_message_get_cseq (ours)->number == sip_message_get_cseq (theirs)->number &&
        sip_text_equal (sip_message_get_method_text (ours),
                        sip_message_get_method_text (theirs)))
      return TRUE;
  }
  return FALSE;
}

/* TRUE if it asks for what we do not have; it was answered then. */
static gboolean
is_refused_by_require (SipUa *ua, SipServerTx *tx)
{
  g_autoptr (GString) unsupported = g_string_new (NULL);
  SipWriter *writer;
  SipValueIter iter;
  SipText tag;

  sip_value_iter_init (&iter, tx->request, SIP_HEADER_REQUIRE);
  while (sip_value_iter_next (&iter, &tag)) {
    if (sip_ua_supports (tag))
      continue;
    if (unsupported->len > 0)
      g_string_append (unsupported, ", ");
    g_string_append_len (unsupported, tag.s, (gssize)tag.len);
  }
  if (unsupported->len == 0)
    return FALSE;
  writer = sip_ua_new_response (ua, tx, SIP_STATUS_BAD_EXTENSION);
  sip_writer_add_header (writer, SIP_HEADER_UNSUPPORTED, unsupported->str);
  sip_ua_respond (ua, tx, SIP_STATUS_BAD_EXTENSION, writer);
  return TRUE;
}

/* 405 for what is known and not done, 501 for what is not known (RFC 3261 §21.4.6,
 * §21.5.2). */
static void
respond_bad_method (SipUa *ua, SipServerTx *tx)
{
  guint status = sip_message_get_method (tx->request) == SIP_METHOD_OTHER
                     ? SIP_STATUS_NOT_IMPLEMENTED
                     : SIP_STATUS_METHOD_NOT_ALLOWED;
  SipWriter *writer = sip_ua_new_response (ua, tx, status);

  sip_ua_add_allow (writer);
  sip_ua_respond (ua, tx, status, writer);
}

static gboolean
is_method_done (SipMethod method)
{
  switch (method) {
  case SIP_METHOD_INVITE:
  case SIP_METHOD_BYE:
  case SIP_METHOD_OPTIONS:
  case SIP_METHOD_INFO:
  case SIP_METHOD_UPDATE:
  case SIP_METHOD_ACK:
  case SIP_METHOD_CANCEL:
  case SIP_METHOD_REFER:
  case SIP_METHOD_NOTIFY:
    return TRUE;
  case SIP_METHOD_OTHER:
  case SIP_METHOD_MESSAGE:
  case SIP_METHOD_PRACK:
  case SIP_METHOD_PUBLISH:
  case SIP_METHOD_REGISTER:
  case SIP_METHOD_SUBSCRIBE:
    return FALSE;
  }
  g_assert_not_reached ();
}

/* ---- Requests: in and outside of dialogs ---- */

static void
respond_options (SipUa *ua, SipServerTx *tx)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, SIP_STATUS_OK);

  sip_ua_add_allow (writer);
  sip_ua_add_supported (writer);
  sip_writer_add_header (writer, SIP_HEADER_ACCEPT, "application/sdp");
  sip_ua_respond (ua, tx, SIP_STATUS_OK, writer);
}

static SipSession *
find_session (SipUa *ua, const SipMessage *request, SipDialog **dialog)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    SipSession *session = g_ptr_array_index (ua->sessions, i);

    for (guint j = 0; j < session->dialogs->len; j++) {
      *dialog = g_ptr_array_index (session->dialogs, j);
      if (sip_dialog_matches_request (*dialog, request))
        return session;
    }
  }
  return NULL;
}

static void
handle_in_dialog (SipUa *ua, SipServerTx *tx)
{
  SipDialog *dialog = NULL;
  SipSession *session = find_session (ua, tx->request, &dialog);

  if (session == NULL || dialog->state == SIP_DIALOG_TERMINATED) {
    sip_ua_respond_status (ua, tx, SIP_STATUS_NO_SUCH_CALL);
    return;
  }
  if (!sip_dialog_take_cseq (dialog, sip_message_get_cseq (tx->request)->number)) {
    sip_ua_respond_status (ua, tx, SIP_STATUS_SERVER_ERROR);
    return;
  }
  if (is_refused_by_require (ua, tx) || sip_session_is_refused_by_replaces (ua, tx))
    return;
  switch (sip_message_get_method (tx->request)) {
  case SIP_METHOD_BYE:
    sip_session_handle_bye (ua, session, dialog, tx);
    return;
  case SIP_METHOD_INVITE:
    sip_session_handle_reinvite (ua, session, dialog, tx);
    return;
  case SIP_METHOD_UPDATE:
    sip_session_handle_update (ua, session, dialog, tx);
    return;
  case SIP_METHOD_INFO:
    sip_session_handle_info (ua, session, dialog, tx);
    return;
  case SIP_METHOD_REFER:
    sip_session_handle_refer (ua, session, dialog, tx);
    return;
  case SIP_METHOD_NOTIFY:
    sip_session_handle_notify (ua, session, dialog, tx);
    return;
  case SIP_METHOD_OPTIONS:
    respond_options (ua, tx);
    return;
  case SIP_METHOD_ACK: /* these do not get here */
  case SIP_METHOD_CANCEL:
  case SIP_METHOD_OTHER:
  case SIP_METHOD_MESSAGE:
  case SIP_METHOD_PRACK:
  case SIP_METHOD_PUBLISH:
  case SIP_METHOD_REGISTER:
  case SIP_METHOD_SUBSCRIBE:
    break;
  }
  g_assert_not_reached ();
}

static void
handle_outside (SipUa *ua, SipServerTx *tx)
{
  const SipUri *uri = sip_message_get_request_uri (tx->request);
  SipMethod method = sip_message_get_method (tx->request);

  if (uri->scheme != SIP_URI_SIP && uri->scheme != SIP_URI_SIPS)
    sip_ua_respond_status (ua, tx, SIP_STATUS_UNSUPPORTED_URI_SCHEME);
  else if (!is_for_us (ua, uri))
    sip_ua_respond_status (ua, tx, SIP_STATUS_NOT_FOUND);
  else if (is_merged (ua, tx))
    sip_ua_respond_status (ua, tx, SIP_STATUS_LOOP_DETECTED);
  else if (is_refused_by_require (ua, tx) || sip_session_is_refused_by_replaces (ua, tx))
    return;
  else if (method == SIP_METHOD_INVITE)
    sip_session_handle_invite (ua, tx);
  else if (method == SIP_METHOD_OPTIONS)
    respond_options (ua, tx);
  else if (method == SIP_METHOD_REFER) /* nobody makes us call but in a call */
    sip_ua_respond_status (ua, tx, SIP_STATUS_FORBIDDEN);
  else /* BYE, INFO, UPDATE, NOTIFY: of which call? */
    sip_ua_respond_status (ua, tx, SIP_STATUS_NO_SUCH_CALL);
}

/* ---- Requests: transactions ---- */

static void
handle_ack (SipUa *ua, SipMessage *ack)
{
  g_autofree char *key = sip_server_tx_make_key (ack, SIP_METHOD_INVITE);
  SipServerTx *tx = g_hash_table_lookup (ua->server_txs, key);
  SipDialog *dialog = NULL;
  SipSession *session;

  /* That of a refusal belongs to the transaction. That of a 2xx is a transaction of its
   * own; some senders give it the branch of the INVITE all the same. */
  if (tx != NULL &&
      (sip_server_tx_handle (tx, SIP_SERVER_TX_EVENT_ACK, &ua->timers, ua->now_us) &
       SIP_SERVER_TX_PASS) == 0)
    return;
  session = find_session (ua, ack, &dialog);
  if (session != NULL && dialog == session->dialog)
    sip_session_handle_ack (ua, session, ack);
}

/* The 200 says that the CANCEL was understood, and nothing more; it has the tag of the
 * other responses to that INVITE (RFC 3261 §9.2). */
static void
handle_cancel (SipUa *ua, SipServerTx *tx)
{
  g_autofree char *key = sip_server_tx_make_key (tx->request, SIP_METHOD_INVITE);
  SipServerTx *invite = g_hash_table_lookup (ua->server_txs, key);
  g_autoptr (SipMessage) cancel = sip_message_ref (tx->request);

  if (invite == NULL) {
    sip_ua_respond_status (ua, tx, SIP_STATUS_NO_SUCH_CALL);
    return;
  }
  g_free (tx->to_tag);
  tx->to_tag = g_strdup (invite->to_tag);
  sip_ua_respond_status (ua, tx, SIP_STATUS_OK);
  sip_session_handle_cancel (ua, invite, cancel);
}

static void
handle_again (SipUa *ua, SipServerTx *tx)
{
  SipServerTxAction action =
      sip_server_tx_handle (tx, SIP_SERVER_TX_EVENT_REQUEST, &ua->timers, ua->now_us);

  if ((action & SIP_SERVER_TX_RESEND) != 0 && tx->response != NULL)
    sip_ua_push_frame (ua, tx->response);
}

static void
handle_new_request (SipUa *ua, SipMessage *request)
{
  SipMethod method = sip_message_get_method (request);
  SipServerTx *tx;

  if (!sip_ua_has_room (ua, method == SIP_METHOD_BYE || method == SIP_METHOD_CANCEL)) {
    sip_ua_respond_stateless (ua, request, SIP_STATUS_SERVICE_UNAVAILABLE);
    return;
  }
  tx = sip_server_tx_new (request, sip_ua_random_token (ua, 12), SIP_TIMER_SERVER_TX);
  g_hash_table_insert (ua->server_txs, tx->key, tx);
  if (!is_method_done (method))
    respond_bad_method (ua, tx);
  else if (method == SIP_METHOD_CANCEL)
    handle_cancel (ua, tx);
  else if (sip_message_get_to_tag (request).len > 0)
    handle_in_dialog (ua, tx);
  else
    handle_outside (ua, tx);
}

static void
handle_request (SipUa *ua, SipMessage *request)
{
  g_autofree char *key = NULL;
  SipServerTx *tx;

  if (sip_message_get_method (request) == SIP_METHOD_ACK) {
    handle_ack (ua, request);
    return;
  }
  key = sip_server_tx_make_key (request, SIP_METHOD_OTHER);
  tx = g_hash_table_lookup (ua->server_txs, key);
  if (tx != NULL)
    handle_again (ua, tx);
  else
    handle_new_request (ua, request);
}

/* ---- Frames ---- */

static void
handle_broken (SipUa *ua, const SipMessage *broken, const GError *error)
{
  if (broken != NULL)
    sip_ua_respond_stateless (ua, broken, sip_error_get_status (error));
  else if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TOO_LARGE))
    ua->flow_fate = SIP_UA_FLOW_BROKEN; /* what follows is no better */
}

void
sip_ua_handle_frame (SipUa *ua, const guint8 *frame, gsize length)
{
  g_autoptr (SipMessage) message = NULL;
  g_autoptr (SipMessage) broken = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pong = NULL;

  switch (sip_keepalive_from_frame (frame, length)) {
  case SIP_KEEPALIVE_PING:
    pong = g_bytes_new_static ("\r\n", 2);
    sip_ua_push_frame (ua, pong);
    return;
  case SIP_KEEPALIVE_EMPTY:
  case SIP_KEEPALIVE_PONG:
    return;
  case SIP_KEEPALIVE_NONE:
    break;
  }
  message = sip_message_parse (frame, length, &broken, &error);
  if (message == NULL)
    handle_broken (ua, broken, error);
  else if (sip_message_is_request (message))
    handle_request (ua, message);
  else
    handle_response (ua, message);
}
