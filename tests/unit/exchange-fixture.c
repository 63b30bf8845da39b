/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange-fixture.h"

#include "phone-fingerprint.h"
#include "sip-digest.h"

#include <string.h>

#define PATIENCE_S 30

static gboolean
on_patience_over (gpointer user_data)
{
  g_error ("waited in vain");
  return G_SOURCE_REMOVE;
}

void
wait_until_set (const gboolean *flag)
{
  guint id = g_timeout_add_seconds (PATIENCE_S, on_patience_over, NULL);

  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

PhoneExchange *
exchange_new (void (*change) (PhoneExchangeConfig *config))
{
  PhoneExchangeConfig config = {
      .domain = "test.example",
      .user = "alice",
      .password = TEST_PASSWORD,
  };
  g_autoptr (GError) error = NULL;
  PhoneExchange *exchange = NULL;

  if (change != NULL)
    change (&config);
  exchange = phone_exchange_new (&config, &error);
  g_assert_no_error (error);
  g_assert_true (phone_exchange_start (exchange, &error));
  g_assert_no_error (error);
  return exchange;
}

guint16
exchange_get_port (PhoneExchange *exchange)
{
  g_autoptr (GUri) uri =
      g_uri_parse (phone_exchange_get_url (exchange), SOUP_HTTP_URI_FLAGS, NULL);

  return g_uri_get_port (uri);
}

void
exchange_free (PhoneExchange *exchange)
{
  phone_exchange_stop (exchange);
  g_assert_finalize_object (exchange);
}

/* ---- Bytes ---- */

static gboolean
on_raw_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  RawClient *client = user_data;
  guint8 bytes[4096];
  gssize n = g_socket_receive (socket, (char *)bytes, sizeof bytes, NULL, NULL);

  client->is_readable = TRUE;
  if (n > 0) {
    g_byte_array_append (client->received, bytes, n);
    return G_SOURCE_CONTINUE;
  }
  client->is_closed = TRUE;
  return G_SOURCE_REMOVE;
}

RawClient *
raw_client_new (guint16 port)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  RawClient *client = g_new0 (RawClient, 1);

  client->connection =
      g_socket_client_connect_to_host (connector, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  client->received = g_byte_array_new ();
  client->source = g_socket_create_source (
      g_socket_connection_get_socket (client->connection), G_IO_IN, NULL);
  g_source_set_callback (client->source, G_SOURCE_FUNC (on_raw_readable), client, NULL);
  g_source_attach (client->source, NULL);
  return client;
}

void
raw_client_free (RawClient *client)
{
  g_source_destroy (client->source);
  g_source_unref (client->source);
  g_object_unref (client->connection);
  g_byte_array_unref (client->received);
  g_free (client);
}

/* An end of the connection is not seen as an error here: that is what tests wait for. */
void
raw_client_send (RawClient *client, const void *bytes, gsize length)
{
  GSocket *socket = g_socket_connection_get_socket (client->connection);
  gsize done = 0;

  g_socket_set_blocking (socket, FALSE);
  while (done < length && !client->is_closed) {
    g_autoptr (GError) error = NULL;
    gssize n =
        g_socket_send (socket, (const char *)bytes + done, length - done, NULL, &error);
    if (n > 0)
      done += n;
    else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    g_main_context_iteration (NULL, FALSE);
  }
}

void
raw_client_send_text (RawClient *client, const char *text)
{
  raw_client_send (client, text, strlen (text));
}

char *
raw_client_take_head (RawClient *client)
{
  const char *end = NULL;
  char *head = NULL;

  while (!client->is_closed) {
    g_byte_array_append (client->received, (const guint8 *)"", 1);
    g_byte_array_set_size (client->received, client->received->len - 1);
    end = g_strstr_len ((const char *)client->received->data, client->received->len,
                        "\r\n\r\n");
    if (end != NULL)
      break;
    client->is_readable = FALSE;
    wait_until_set (&client->is_readable);
  }
  g_assert_nonnull (end);
  head = g_strndup ((const char *)client->received->data,
                    end + 4 - (const char *)client->received->data);
  g_byte_array_remove_range (client->received, 0, strlen (head));
  return head;
}

void
raw_client_wait_closed (RawClient *client)
{
  wait_until_set (&client->is_closed);
}

char *
http_get_head (PhoneExchange *exchange, const char *path, const char *headers)
{
  guint16 port = exchange_get_port (exchange);
  RawClient *client = raw_client_new (port);
  g_autofree char *request = NULL;
  char *head = NULL;

  request = g_strdup_printf (
      "GET %s HTTP/1.1\r\n%s%sConnection: close\r\n\r\n", path,
      headers != NULL && strstr (headers, "Host:") != NULL ? "" : "Host: 127.0.0.1\r\n",
      headers != NULL ? headers : "");
  raw_client_send_text (client, request);
  head = raw_client_take_head (client);
  raw_client_free (client);
  return head;
}

RawClient *
raw_client_new_upgraded (PhoneExchange *exchange, const char *more_headers)
{
  guint16 port = exchange_get_port (exchange);
  RawClient *client = raw_client_new (port);
  g_autofree char *head = NULL;
  g_autofree char *request =
      g_strdup_printf ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Protocol: sip\r\n%s\r\n",
                       port, more_headers);

  raw_client_send_text (client, request);
  head = raw_client_take_head (client);
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 101"));
  g_assert_nonnull (strstr (head, "Sec-WebSocket-Protocol: sip\r\n"));
  g_assert_null (strstr (head, "Sec-WebSocket-Extensions"));
  return client;
}

void
raw_client_send_frame (RawClient *client, guint8 first, const void *bytes, gsize n)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 mask[4] = {0}; /* a mask of zeros is a mask */

  g_byte_array_append (frame, &first, 1);
  if (n < 126) {
    g_byte_array_append (frame, &(guint8){0x80 | n}, 1);
  } else {
    guint64 length = GUINT64_TO_BE (n);
    g_byte_array_append (frame, &(guint8){0x80 | 127}, 1);
    g_byte_array_append (frame, (guint8 *)&length, sizeof length);
  }
  g_byte_array_append (frame, mask, sizeof mask);
  if (n > 0)
    g_byte_array_append (frame, bytes, n);
  raw_client_send (client, frame->data, frame->len);
}

/* ---- WebSocket ---- */

static void
on_connection_message (SoupWebsocketConnection *connection,
                       SoupWebsocketDataType type,
                       GBytes *message,
                       WsClient *client)
{
  gsize length = 0;
  const char *bytes = g_bytes_get_data (message, &length);

  g_ptr_array_add (client->received, g_strndup (bytes, length));
  client->has_received = TRUE;
}

static void
on_connection_closed (SoupWebsocketConnection *connection, WsClient *client)
{
  client->is_closed = TRUE;
}

static void
on_session_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WsClient *client = user_data;

  client->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source),
                                                              result, &client->error);
  if (client->connection != NULL) {
    g_signal_connect (client->connection, "message", G_CALLBACK (on_connection_message),
                      client);
    g_signal_connect (client->connection, "closed", G_CALLBACK (on_connection_closed),
                      client);
  }
  client->is_done = TRUE;
}

static gboolean
on_message_accept_certificate (SoupMessage *message,
                               GTlsCertificate *certificate,
                               GTlsCertificateFlags errors,
                               const char *expected)
{
  g_autofree char *fingerprint = phone_fingerprint_dup (certificate);

  return g_strcmp0 (fingerprint, expected) == 0;
}

WsClient *
ws_client_new (const char *url, const char *fingerprint)
{
  WsClient *client = g_new0 (WsClient, 1);
  char *protocols[] = {(char *)"sip", NULL};

  client->session = soup_session_new ();
  client->message = soup_message_new ("GET", url);
  client->received = g_ptr_array_new_with_free_func (g_free);
  if (fingerprint != NULL)
    g_signal_connect (client->message, "accept-certificate",
                      G_CALLBACK (on_message_accept_certificate), (gpointer)fingerprint);
  soup_session_websocket_connect_async (client->session, client->message, NULL, protocols,
                                        G_PRIORITY_DEFAULT, NULL, on_session_connected,
                                        client);
  wait_until_set (&client->is_done);
  return client;
}

void
ws_client_free (WsClient *client)
{
  if (client->connection != NULL)
    g_signal_handlers_disconnect_by_data (client->connection, client);
  g_clear_object (&client->connection);
  g_object_unref (client->message);
  g_object_unref (client->session);
  g_clear_error (&client->error);
  g_ptr_array_unref (client->received);
  g_free (client);
}

void
ws_client_send (WsClient *client, const char *text)
{
  g_assert_no_error (client->error);
  soup_websocket_connection_send_text (client->connection, text);
}

char *
ws_client_take (WsClient *client)
{
  while (client->received->len == 0) {
    client->has_received = FALSE;
    wait_until_set (&client->has_received);
  }
  return g_ptr_array_steal_index (client->received, 0);
}

void
ws_client_wait_closed (WsClient *client)
{
  wait_until_set (&client->is_closed);
}

static SipMessage *
ask (WsClient *client,
     const char *user,
     const char *domain,
     guint cseq,
     const char *credentials)
{
  g_autofree char *answer = NULL;
  g_autofree char *request = g_strdup_printf (
      "REGISTER sip:%s SIP/2.0\r\nVia: SIP/2.0/WS c.invalid;branch=z9hG4bK%u\r\n"
      "From: <sip:%s@%s>;tag=t\r\nTo: <sip:%s@%s>\r\nCall-ID: c-%s\r\n"
      "CSeq: %u REGISTER\r\nContact: <sip:%s@c.invalid;transport=ws>\r\n"
      "Max-Forwards: 70\r\n%s%s\r\n\r\n",
      domain, cseq, user, domain, user, domain, user, cseq, user,
      credentials != NULL ? "Authorization: " : "Supported: path",
      credentials != NULL ? credentials : "");
  g_autoptr (GError) error = NULL;
  SipMessage *message = NULL;

  ws_client_send (client, request);
  answer = ws_client_take (client);
  message = sip_message_parse ((guint8 *)answer, strlen (answer), NULL, &error);
  g_assert_no_error (error);
  return message;
}

guint
ws_client_register (WsClient *client,
                    const char *user,
                    const char *domain,
                    const char *password)
{
  g_autoptr (SipMessage) first = ask (client, user, domain, 1, NULL);
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipDigestSession) session = NULL;
  g_autofree char *uri = g_strconcat ("sip:", domain, NULL);
  g_autofree char *credentials = NULL;
  SipDigestChallenge chosen;

  if (sip_message_get_status (first) != 401)
    return sip_message_get_status (first);
  g_assert_true (sip_digest_choose (first, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, NULL));
  session = sip_digest_session_new (&chosen);
  credentials =
      sip_digest_session_sign (session, user, password, "REGISTER", uri,
                               SIP_TEXT_LITERAL (""), "abcdefghijklmnopqrstuvwxyz");
  second = ask (client, user, domain, 2, credentials);
  return sip_message_get_status (second);
}
