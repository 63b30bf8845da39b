/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ws-transport-private.h"

#include "phone-tcp-info.h"
#include "phone-ws-cause.h"

/* A flow in OPEN: what it carries, and every way in which libsoup tells that it ended. */

/* What may come in between two whole messages, with all framing. libsoup (3.2 to 3.6)
 * limits one frame, but neither limits nor tells of the message that fragments add up
 * to, so that a message without an end would fill the memory. */
#define MAX_BYTES_BETWEEN_MESSAGES (4 * PHONE_WS_MAX_MESSAGE_BYTES)
/* What may come from a server that does not read: its pings are answered into a queue. One
 * that took this part of it in the meantime does read, and is only never at rest. */
#define MAX_BYTES_UNREAD (16 * PHONE_WS_MAX_MESSAGE_BYTES)
#define MIN_BYTES_TAKEN (MAX_BYTES_UNREAD / 4)
/* So many times in a row: each time the queue may have grown by the rest. */
#define MAX_BUSY_ROUNDS 4

SoupWebsocketConnection *
phone_ws_flow_steal (PhoneWsTransport *self)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);

  g_signal_handlers_disconnect_by_data (connection, self);
  soup_websocket_connection_set_keepalive_interval (connection, 0);
  return connection;
}

void
phone_ws_flow_let_linger (SoupWebsocketConnection *connection)
{
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_CLOSED)
    g_object_unref (connection);
  else
    g_signal_connect (connection, "closed", G_CALLBACK (g_object_unref), NULL);
}

/* Disposing of the connection stops the reading at once: lingering would go on to swallow
 * the flood. */
static void
end_too_large (PhoneWsTransport *self)
{
  g_autoptr (SoupWebsocketConnection) connection = phone_ws_flow_steal (self);

  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_TOO_BIG, NULL);
  phone_ws_transport_end (self, phone_ws_cause_too_large ());
}

/* No Close frame: it would wait behind all the others. */
static void
end_unread (PhoneWsTransport *self)
{
  g_autoptr (SoupWebsocketConnection) connection = phone_ws_flow_steal (self);

  phone_ws_transport_end (self, phone_ws_cause_unread ());
}

static void
on_connection_message (SoupWebsocketConnection *connection,
                       SoupWebsocketDataType type,
                       GBytes *message,
                       gpointer user_data)
{
  g_autoptr (PhoneWsTransport) self = g_object_ref (PHONE_WS_TRANSPORT (user_data));

  if (g_bytes_get_size (message) > PHONE_WS_MAX_MESSAGE_BYTES) {
    end_too_large (self);
    return;
  }
  self->bytes_at_message = phone_tcp_info_get_most_read (self->socket);
  g_signal_emit_by_name (self, "received", message);
}

static void
on_connection_pong (SoupWebsocketConnection *connection,
                    GBytes *payload,
                    gpointer user_data)
{
  /* One answer is enough; one that nobody asked for is no answer. */
  if (soup_websocket_connection_get_keepalive_interval (connection) == 0)
    return;
  soup_websocket_connection_set_keepalive_interval (connection, 0);
  g_signal_emit_by_name (user_data, "pong");
}

/* libsoup calls 1012, 1013 and other codes that it does not know an error, but keeps
 * them. */
static void
on_connection_error (SoupWebsocketConnection *connection,
                     GError *error,
                     gpointer user_data)
{
  PhoneWsTransport *self = user_data;
  guint code = soup_websocket_connection_get_close_code (connection);

  if (code != 0)
    phone_ws_transport_end (self, phone_ws_cause_from_close_code (code));
  else
    phone_ws_transport_end (self, phone_ws_cause_from_error (error));
}

static void
on_connection_closing (SoupWebsocketConnection *connection, gpointer user_data)
{
  guint code = soup_websocket_connection_get_close_code (connection);

  phone_ws_transport_end (PHONE_WS_TRANSPORT (user_data),
                          phone_ws_cause_from_close_code (code));
}

static void
on_connection_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  phone_ws_transport_end (PHONE_WS_TRANSPORT (user_data),
                          phone_ws_cause_from_error (NULL));
}

static gboolean
is_read (PhoneWsTransport *self, guint64 received)
{
  if (phone_tcp_info_is_taken (self->socket)) {
    self->n_busy = 0;
    return TRUE;
  }
  return received > self->bytes_at_rest + MAX_BYTES_UNREAD &&
         phone_tcp_info_get_bytes_taken (self->socket) >=
             self->taken_at_rest + MIN_BYTES_TAKEN &&
         self->n_busy++ < MAX_BUSY_ROUNDS;
}

/* What waits in the socket is not counted against a message: it may be many whole ones,
 * where we are slow and the server is not. */
static gboolean
on_socket_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  PhoneWsTransport *self = user_data;
  guint64 received = phone_tcp_info_get_bytes_received (socket);

  if (g_socket_is_closed (socket))
    return G_SOURCE_REMOVE;
  if (is_read (self, received)) {
    self->bytes_at_rest = received;
    self->taken_at_rest = phone_tcp_info_get_bytes_taken (socket);
  }
  if (phone_tcp_info_get_least_read (socket) >
      self->bytes_at_message + MAX_BYTES_BETWEEN_MESSAGES)
    end_too_large (self);
  else if (received > self->bytes_at_rest + MAX_BYTES_UNREAD)
    end_unread (self);
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

void
phone_ws_flow_take (PhoneWsTransport *self,
                    SoupWebsocketConnection *connection,
                    GSocket *socket)
{
  soup_websocket_connection_set_max_incoming_payload_size (connection,
                                                           PHONE_WS_MAX_MESSAGE_BYTES);
  g_signal_connect (connection, "message", G_CALLBACK (on_connection_message), self);
  g_signal_connect (connection, "pong", G_CALLBACK (on_connection_pong), self);
  g_signal_connect (connection, "error", G_CALLBACK (on_connection_error), self);
  g_signal_connect (connection, "closing", G_CALLBACK (on_connection_closing), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_connection_closed), self);
  self->connection = g_object_ref (connection);
  self->socket = g_object_ref (socket);
  self->bytes_at_message = phone_tcp_info_get_most_read (socket);
  self->bytes_at_rest = phone_tcp_info_get_bytes_received (socket);
  self->taken_at_rest = phone_tcp_info_get_bytes_taken (socket);
  self->n_busy = 0;
  self->volume =
      phone_ws_transport_attach (self, g_socket_create_source (socket, G_IO_IN, NULL),
                                 G_SOURCE_FUNC (on_socket_readable));
}
