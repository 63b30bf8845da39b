/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-private.h"

#include "phone-exchange-input.h"
#include "phone-exchange-output.h"

#define PING_S 25

/* A whole message may come in fragments of any size, and each has a head. */
#define MAX_BYTES_WITHOUT_MESSAGE (4 * PHONE_EXCHANGE_MAX_MESSAGE_BYTES)

/* What may wait for a client that does not read: many times what one that does is sent. */
#define MAX_WAITING_BYTES (4 * 1024 * 1024)

struct _PhoneExchangeSocket {
  PhoneExchange *exchange; /* borrowed: it outlives the socket */
  guint64 id;
  guint64 bytes_asked;  /* of the messages that came, with their frames */
  guint64 bytes_queued; /* of the messages that were to go, with their frames */
  /* owned */
  SoupWebsocketConnection *connection;
  GSocket *socket;
  PhoneExchangeInput *input;
  PhoneExchangeOutput *output;
};

/* RFC 6455 §5.2. */
static gsize
get_frame_bytes (gsize length, gboolean is_masked)
{
  gsize head = length < 126 ? 2 : length < 65536 ? 4 : 10;

  return head + (is_masked ? 4 : 0) + length;
}

/* All that came and was no message may have been pings, which libsoup answers by itself
 * with as much. */
static gboolean
has_too_much_waiting (PhoneExchangeSocket *socket)
{
  guint64 pongs = phone_exchange_input_get_total (socket->input) - socket->bytes_asked;
  guint64 written = phone_exchange_output_get_written (socket->output);

  return socket->bytes_queued + pongs > written + MAX_WAITING_BYTES;
}

/* Without a farewell, which would wait behind all the rest. */
static void
give_up (PhoneExchangeSocket *socket)
{
  g_socket_shutdown (socket->socket, TRUE, TRUE, NULL);
}

static void
on_connection_message (SoupWebsocketConnection *connection,
                       SoupWebsocketDataType type,
                       GBytes *frame,
                       PhoneExchangeSocket *socket)
{
  PhoneExchange *self = socket->exchange;
  gsize length = 0;
  gconstpointer bytes = g_bytes_get_data (frame, &length);

  phone_exchange_input_rewind (socket->input);
  socket->bytes_asked += get_frame_bytes (length, TRUE);
  if (has_too_much_waiting (socket)) {
    give_up (socket);
    return;
  }
  sip_proxy_receive (self->proxy, socket->id, bytes, length, g_get_monotonic_time ());
  phone_exchange_pump (self);
}

static void
on_connection_pong (SoupWebsocketConnection *connection,
                    GBytes *payload,
                    PhoneExchangeSocket *socket)
{
  PhoneExchange *self = socket->exchange;

  sip_proxy_heard (self->proxy, socket->id, g_get_monotonic_time ());
  phone_exchange_pump (self);
}

static void
on_connection_closed (SoupWebsocketConnection *connection, PhoneExchangeSocket *socket)
{
  PhoneExchange *self = socket->exchange;
  guint64 id = socket->id;

  g_hash_table_remove (self->sockets, &id);
  sip_proxy_connection_closed (self->proxy, id, g_get_monotonic_time ());
  phone_exchange_pump (self);
}

/* libsoup closes what it reads from, which for a stream around the socket is not the
 * socket itself. */
static void
on_orphan_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  GIOStream *outer = soup_websocket_connection_get_io_stream (connection);
  GIOStream *inner = g_object_get_data (G_OBJECT (outer), "phone-inner");

  g_io_stream_close_async (inner, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_object_unref (connection);
}

/* The connection lives on by itself until its close handshake is over (libsoup waits 5 s
 * for the other side). */
static void
let_go (SoupWebsocketConnection *connection)
{
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_CLOSED)
    on_orphan_closed (g_object_ref (connection), NULL);
  else
    g_signal_connect (g_object_ref (connection), "closed", G_CALLBACK (on_orphan_closed),
                      NULL);
}

void
phone_exchange_socket_free (PhoneExchangeSocket *socket)
{
  g_signal_handlers_disconnect_by_data (socket->connection, socket);
  let_go (socket->connection);
  g_object_unref (socket->connection);
  g_object_unref (socket->socket);
  g_object_unref (socket->input);
  g_object_unref (socket->output);
  g_free (socket);
}

static GIOStream *
wrap (PhoneExchangeSocket *socket, GIOStream *inner)
{
  GIOStream *outer = NULL;

  socket->input = phone_exchange_input_new (g_io_stream_get_input_stream (inner),
                                            MAX_BYTES_WITHOUT_MESSAGE);
  socket->output = phone_exchange_output_new (g_io_stream_get_output_stream (inner));
  outer = g_simple_io_stream_new (G_INPUT_STREAM (socket->input),
                                  G_OUTPUT_STREAM (socket->output));
  g_object_set_data_full (G_OBJECT (outer), "phone-inner", g_object_ref (inner),
                          g_object_unref);
  return outer;
}

static PhoneExchangeSocket *
socket_new (PhoneExchange *self, SoupServerMessage *msg)
{
  PhoneExchangeSocket *socket = g_new0 (PhoneExchangeSocket, 1);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);
  GSocket *raw = g_object_ref (soup_server_message_get_socket (msg));
  g_autoptr (GIOStream) inner = soup_server_message_steal_connection (msg);
  g_autoptr (GIOStream) outer = wrap (socket, inner);

  socket->exchange = self;
  socket->socket = raw;
  socket->id = ++self->last_id;
  /* No extensions: with deflate a small frame may hold any amount. */
  socket->connection = soup_websocket_connection_new (
      outer, soup_server_message_get_uri (msg), SOUP_WEBSOCKET_CONNECTION_SERVER, NULL,
      soup_message_headers_get_one (headers, "Sec-WebSocket-Protocol"), NULL);
  soup_websocket_connection_set_max_incoming_payload_size (
      socket->connection, PHONE_EXCHANGE_MAX_MESSAGE_BYTES);
  soup_websocket_connection_set_keepalive_interval (socket->connection, PING_S);
  g_signal_connect (socket->connection, "message", G_CALLBACK (on_connection_message),
                    socket);
  g_signal_connect (socket->connection, "pong", G_CALLBACK (on_connection_pong), socket);
  g_signal_connect (socket->connection, "closed", G_CALLBACK (on_connection_closed),
                    socket);
  return socket;
}

void
phone_exchange_sockets_take (PhoneExchange *self,
                             SoupServerMessage *msg,
                             gboolean is_guest)
{
  g_autoptr (GSocketAddress) address =
      g_object_ref (soup_server_message_get_remote_address (msg));
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host =
      g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  PhoneExchangeSocket *socket = NULL;
  SipProxyPeer peer = {
      .host = host,
      .port = g_inet_socket_address_get_port (inet),
      .secure = self->certificate != NULL,
      .guest = is_guest ? self->guest_aor : NULL,
  };

  /* From here on the proxy says how long it may be silent. */
  g_socket_set_timeout (soup_server_message_get_socket (msg), 0);
  socket = socket_new (self, msg);
  g_hash_table_insert (self->sockets, &socket->id, socket);
  sip_proxy_connection_opened (self->proxy, socket->id, &peer, g_get_monotonic_time ());
  phone_exchange_pump (self);
}

void
phone_exchange_sockets_send (PhoneExchange *self,
                             guint64 id,
                             const char *frame,
                             gsize length)
{
  PhoneExchangeSocket *socket = g_hash_table_lookup (self->sockets, &id);
  g_autoptr (GBytes) bytes = NULL;

  if (socket == NULL || soup_websocket_connection_get_state (socket->connection) !=
                            SOUP_WEBSOCKET_STATE_OPEN)
    return;
  socket->bytes_queued += get_frame_bytes (length, FALSE);
  if (has_too_much_waiting (socket)) {
    give_up (socket);
    return;
  }
  bytes = g_bytes_new (frame, length);
  soup_websocket_connection_send_message (socket->connection,
                                          g_utf8_validate (frame, length, NULL)
                                              ? SOUP_WEBSOCKET_DATA_TEXT
                                              : SOUP_WEBSOCKET_DATA_BINARY,
                                          bytes);
}

void
phone_exchange_sockets_close (PhoneExchange *self, guint64 id, guint16 code)
{
  PhoneExchangeSocket *socket = g_hash_table_lookup (self->sockets, &id);
  g_autoptr (SoupWebsocketConnection) connection = NULL;

  if (socket == NULL)
    return;
  connection = g_object_ref (socket->connection);
  g_hash_table_remove (self->sockets, &id);
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (connection, code, NULL);
}
