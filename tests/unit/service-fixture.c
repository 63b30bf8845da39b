/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include "phone-account-state.h"

#include <string.h>

#define PATIENCE_S 20

/* ---- The server ---- */

static void
send_writer (ServiceFixture *f, SipWriter *writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = sip_writer_finish (writer, &error);

  g_assert_no_error (error);
  if (f->is_at_once)
    g_signal_emit_by_name (f->account->transport, "received", frame);
  else
    soup_websocket_connection_send_message (f->connection, SOUP_WEBSOCKET_DATA_TEXT,
                                            frame);
}

static void
set_sdp (SipWriter *writer, const char *sdp)
{
  if (sdp != NULL)
    sip_writer_set_body (writer, "application/sdp", sip_text_from_str (sdp));
}

void
service_fixture_respond (ServiceFixture *f,
                         const SipMessage *request,
                         guint status,
                         const char *sdp)
{
  service_fixture_respond_as (f, request, status, "far", sdp);
}

void
service_fixture_respond_as (ServiceFixture *f,
                            const SipMessage *request,
                            guint status,
                            const char *to_tag,
                            const char *sdp)
{
  SipWriter *writer = sip_writer_new_response (request, status, NULL, to_tag);

  if (sip_message_get_method (request) == SIP_METHOD_REGISTER)
    sip_writer_copy_header (writer, request, SIP_HEADER_CONTACT);
  else
    sip_writer_add_header (writer, SIP_HEADER_CONTACT,
                           "<sip:far@far.invalid;transport=ws>");
  set_sdp (writer, sdp);
  send_writer (f, writer);
}

void
service_fixture_challenge (ServiceFixture *f,
                           const SipMessage *request,
                           const char *challenge)
{
  SipWriter *writer = sip_writer_new_response (request, 401, NULL, "far");

  sip_writer_add_header (writer, SIP_HEADER_WWW_AUTHENTICATE, challenge);
  send_writer (f, writer);
}

static void
take_request (ServiceFixture *f, SipMessage *message)
{
  switch (sip_message_get_method (message)) {
  case SIP_METHOD_REGISTER:
    if (f->keeps_registers)
      g_queue_push_tail (&f->requests, sip_message_ref (message));
    else
      service_fixture_respond (f, message, 200, NULL);
    break;
  case SIP_METHOD_BYE:
  case SIP_METHOD_CANCEL:
    service_fixture_respond (f, message, 200, NULL);
    g_queue_push_tail (&f->requests, sip_message_ref (message));
    break;
  case SIP_METHOD_OTHER:
  case SIP_METHOD_ACK:
  case SIP_METHOD_INFO:
  case SIP_METHOD_INVITE:
  case SIP_METHOD_MESSAGE:
  case SIP_METHOD_NOTIFY:
  case SIP_METHOD_OPTIONS:
  case SIP_METHOD_PRACK:
  case SIP_METHOD_PUBLISH:
  case SIP_METHOD_REFER:
  case SIP_METHOD_SUBSCRIBE:
  case SIP_METHOD_UPDATE:
    g_queue_push_tail (&f->requests, sip_message_ref (message));
    break;
  }
}

static void
on_message (SoupWebsocketConnection *connection,
            SoupWebsocketDataType type,
            GBytes *bytes,
            ServiceFixture *f)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  g_autoptr (SipMessage) message = NULL;

  if (sip_keepalive_from_frame (data, length) != SIP_KEEPALIVE_NONE)
    return;
  message = sip_message_parse (data, length, NULL, NULL);
  g_assert_nonnull (message);
  if (sip_message_is_request (message))
    take_request (f, message);
  else
    g_queue_push_tail (&f->responses, sip_message_ref (message));
}

static void
on_connection (SoupServer *server,
               SoupServerMessage *message,
               const char *path,
               SoupWebsocketConnection *connection,
               gpointer user_data)
{
  ServiceFixture *f = user_data;

  g_set_object (&f->connection, connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), f);
}

static char *
start_server (ServiceFixture *f)
{
  static const char *protocols[] = {"sip", NULL};
  g_autoptr (GError) error = NULL;
  GSList *uris;
  char *url;

  f->server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (f->server, "/ws", NULL, (char **)protocols,
                                     on_connection, f, NULL);
  soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (f->server);
  url = g_strdup_printf ("ws://127.0.0.1:%d/ws", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return url;
}

/* ---- Waiting ---- */

static gboolean
on_out_of_patience (gpointer user_data)
{
  g_error ("Waited %d s for %s", PATIENCE_S, (const char *)user_data);
  return G_SOURCE_REMOVE;
}

static guint
start_patience (const char *what)
{
  return g_timeout_add_seconds (PATIENCE_S, on_out_of_patience, (gpointer)what);
}

static SipMessage *
pop_matching (GQueue *queue, SipMethod method, guint status)
{
  for (GList *l = queue->head; l != NULL; l = l->next) {
    SipMessage *message = l->data;
    gboolean is_it = status != 0 ? sip_message_get_status (message) == status
                                 : sip_message_get_method (message) == method;

    if (!is_it)
      continue;
    g_queue_delete_link (queue, l);
    return message;
  }
  return NULL;
}

static SipMessage *
wait_message (GQueue *queue, SipMethod method, guint status, const char *what)
{
  guint patience_id = start_patience (what);
  SipMessage *message;

  while ((message = pop_matching (queue, method, status)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience_id);
  return message;
}

SipMessage *
service_fixture_take_request (ServiceFixture *f, SipMethod method)
{
  return wait_message (&f->requests, method, 0, sip_method_get_name (method));
}

SipMessage *
service_fixture_take_response (ServiceFixture *f, guint status)
{
  return wait_message (&f->responses, SIP_METHOD_OTHER, status, "a response");
}

void
service_fixture_wait_state (PhoneCall *call, PhoneCallState state)
{
  const char *nick = phone_enum_nick (PHONE_TYPE_CALL_STATE, (int)state);
  guint patience_id = start_patience (nick);

  while (phone_call_get_state (call) != state) {
    if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
      g_error (
          "Ended (%s) and never %s",
          phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)phone_call_get_end_cause (call)),
          nick);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (patience_id);
}

void
service_fixture_wait_account (PhoneAccount *account, PhoneAccountState state)
{
  guint patience_id =
      start_patience (phone_enum_nick (PHONE_TYPE_ACCOUNT_STATE, (int)state));

  while (phone_account_get_state (account) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience_id);
}

/* ---- What the far end says ---- */

void
service_fixture_invite (ServiceFixture *f, const char *call_id, const char *sdp)
{
  service_fixture_invite_with (f, call_id, NULL, NULL, sdp);
}

void
service_fixture_invite_with (ServiceFixture *f,
                             const char *call_id,
                             const char *name,
                             const char *value,
                             const char *sdp)
{
  SipWriter *writer = sip_writer_new_request ("INVITE", "sip:alice@example.org");

  sip_writer_add_printf (writer, SIP_HEADER_VIA,
                         "SIP/2.0/WS far.invalid;branch=z9hG4bK%s", call_id);
  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_add_header (writer, SIP_HEADER_FROM, "Bob <sip:bob@example.org>;tag=bob");
  sip_writer_add_header (writer, SIP_HEADER_TO, "<sip:alice@example.org>");
  sip_writer_add_header (writer, SIP_HEADER_CALL_ID, call_id);
  sip_writer_add_header (writer, SIP_HEADER_CSEQ, "1 INVITE");
  sip_writer_add_header (writer, SIP_HEADER_CONTACT,
                         "<sip:bob@far.invalid;transport=ws>");
  if (name != NULL)
    sip_writer_add_named (writer, name, value);
  set_sdp (writer, sdp);
  send_writer (f, writer);
}

void
service_fixture_request_inside (ServiceFixture *f,
                                const SipMessage *invite,
                                const char *method,
                                guint cseq,
                                const char *name,
                                const char *value,
                                const char *type,
                                const char *body)
{
  SipWriter *writer = sip_writer_new_request (method, "sip:alice@example.org");
  g_autofree char *ours = sip_text_dup (sip_message_get_header (invite, SIP_HEADER_FROM));
  g_autofree char *theirs = sip_text_dup (sip_message_get_header (invite, SIP_HEADER_TO));
  /* An ACK is a transaction of its own, a CANCEL is not. */
  const char *branch = strcmp (method, "ACK") == 0 ? "ack" : "inside";

  sip_writer_add_printf (writer, SIP_HEADER_VIA,
                         "SIP/2.0/WS far.invalid;branch=z9hG4bK%s%u", branch, cseq);
  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_add_printf (writer, SIP_HEADER_FROM, "%s;tag=far", theirs);
  sip_writer_add_header (writer, SIP_HEADER_TO, ours);
  sip_writer_copy_header (writer, invite, SIP_HEADER_CALL_ID);
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u %s", cseq, method);
  sip_writer_add_header (writer, SIP_HEADER_CONTACT,
                         "<sip:far@far.invalid;transport=ws>");
  if (name != NULL)
    sip_writer_add_named (writer, name, value);
  if (body != NULL)
    sip_writer_set_body (writer, type, sip_text_from_str (body));
  send_writer (f, writer);
}

void
service_fixture_ack (ServiceFixture *f, const SipMessage *response, const char *sdp)
{
  SipWriter *writer = sip_writer_new_request ("ACK", "sip:alice@example.org");

  sip_writer_add_header (writer, SIP_HEADER_VIA,
                         "SIP/2.0/WS far.invalid;branch=z9hG4bKack");
  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_copy_header (writer, response, SIP_HEADER_FROM);
  sip_writer_copy_header (writer, response, SIP_HEADER_TO);
  sip_writer_copy_header (writer, response, SIP_HEADER_CALL_ID);
  sip_writer_add_header (writer, SIP_HEADER_CSEQ, "1 ACK");
  set_sdp (writer, sdp);
  send_writer (f, writer);
}

void
service_fixture_cut (ServiceFixture *f)
{
  g_io_stream_close (soup_websocket_connection_get_io_stream (f->connection), NULL, NULL);
}

char *
service_fixture_dup_body (const SipMessage *message)
{
  return sip_text_dup (sip_message_get_body (message));
}

/* ---- Its media ---- */

PhoneMediaSession *
service_fixture_make_peer (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (GError) error = NULL;
  PhoneMediaSession *peer;

  config->audio_source = PHONE_MEDIA_SOURCE_TEST;
  config->video_source = PHONE_MEDIA_SOURCE_TEST;
  config->audio_sink = PHONE_MEDIA_SINK_NONE;
  config->local_address = g_strdup ("127.0.0.1");
  peer = phone_media_session_new (config, &error);
  g_assert_no_error (error);
  return peer;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

typedef char *(*FinishFunc) (PhoneMediaSession *, GAsyncResult *, GError **);

/* Takes result, once it is there. */
static char *
wait_result (PhoneMediaSession *peer, GAsyncResult **result, FinishFunc finish)
{
  g_autoptr (GError) error = NULL;
  guint patience_id = start_patience ("the far end's media");
  char *sdp;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience_id);
  sdp = finish (peer, *result, &error);
  g_assert_no_error (error);
  g_clear_object (result);
  return sdp;
}

char *
service_fixture_make_answer (PhoneMediaSession *peer, const char *offer)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  phone_media_session_set_offer (peer, offer, &error);
  g_assert_no_error (error);
  phone_media_session_answer_async (peer, FALSE, NULL, keep_result, &result);
  return wait_result (peer, &result, phone_media_session_answer_finish);
}

char *
service_fixture_make_offer (PhoneMediaSession *peer)
{
  GAsyncResult *result = NULL;

  phone_media_session_offer_async (peer, FALSE, NULL, keep_result, &result);
  return wait_result (peer, &result, phone_media_session_offer_finish);
}

char *
service_fixture_make_reanswer (PhoneMediaSession *peer, const char *offer)
{
  GAsyncResult *result = NULL;

  phone_media_session_reoffer_async (peer, offer, FALSE, NULL, keep_result, &result);
  return wait_result (peer, &result, phone_media_session_reoffer_finish);
}

char *
service_fixture_make_reoffer (PhoneMediaSession *peer, gboolean hold)
{
  const PhoneMediaWish wish = {.hold = hold};
  GAsyncResult *result = NULL;

  phone_media_session_change_async (peer, &wish, NULL, keep_result, &result);
  return wait_result (peer, &result, phone_media_session_change_finish);
}

PhoneCall *
service_fixture_call (ServiceFixture *f, PhoneMediaSession *peer, SipMessage **invite)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  PhoneCall *call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, &error);

  g_assert_no_error (error);
  *invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  offer = service_fixture_dup_body (*invite);
  answer = service_fixture_make_answer (peer, offer);
  service_fixture_respond (f, *invite, 200, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  return call;
}

/* ---- The service ---- */

static void
on_incoming (PhoneService *service, PhoneCall *call, ServiceFixture *f)
{
  g_ptr_array_add (f->incoming, g_object_ref (call));
}

void
service_fixture_set_up (ServiceFixture *f, gconstpointer data)
{
  const PhoneServiceOptions options = {.source = PHONE_SOURCE_TEST, .max_ringing = 2};

  service_fixture_set_up_with (f, &options);
}

void
service_fixture_begin (ServiceFixture *f,
                       const PhoneServiceOptions *options,
                       void (*change) (PhoneAccountConfig *config))
{
  g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
  g_autofree char *url = start_server (f);
  g_autoptr (GError) error = NULL;

  f->incoming = g_ptr_array_new_with_free_func (g_object_unref);
  f->service = phone_service_new (options);
  g_signal_connect (f->service, "incoming", G_CALLBACK (on_incoming), f);
  g_object_set (config, "aor", "sip:alice@example.org", "servers",
                (const char *[]){url, NULL}, "local-address", "127.0.0.1", NULL);
  if (change != NULL)
    change (config);
  f->account = phone_service_add_account (f->service, config, &error);
  g_assert_no_error (error);
}

void
service_fixture_set_up_with (ServiceFixture *f, const PhoneServiceOptions *options)
{
  service_fixture_begin (f, options, NULL);
  phone_account_register (f->account);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_REGISTERED);
}

void
service_fixture_tear_down (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  guint patience_id = start_patience ("the shutting down");

  phone_service_shut_down_async (f->service, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (phone_service_shut_down_finish (f->service, result, NULL));
  g_source_remove (patience_id);
  g_assert_cmpint (phone_account_get_state (f->account), ==, PHONE_ACCOUNT_STATE_OFFLINE);
  g_assert_cmpuint (g_list_model_get_n_items (phone_service_get_calls (f->service)), ==,
                    0);
  g_clear_object (&result);
  g_ptr_array_unref (f->incoming);
  g_assert_finalize_object (f->service);

  g_clear_object (&f->connection);
  soup_server_disconnect (f->server);
  g_object_unref (f->server);
  g_queue_clear_full (&f->requests, (GDestroyNotify)sip_message_unref);
  g_queue_clear_full (&f->responses, (GDestroyNotify)sip_message_unref);
}
