/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ws-transport.h"

#include <libsoup/soup.h>

#include "phone-error.h"
#include "phone-fingerprint.h"
#include "phone-tcp-info.h"
#include "phone-ws-cause.h"

/* What may come in between two whole messages, with all framing. libsoup (3.2 to 3.6)
 * limits one frame, but neither limits nor tells of the message that fragments add up
 * to, so that a message without an end would fill the memory. */
#define MAX_BYTES_BETWEEN_MESSAGES (4 * PHONE_WS_MAX_MESSAGE_BYTES)
/* What may come from a server that does not read: its pings are answered into a queue. One
 * that took this part of it in the meantime does read, and is only never at rest. */
#define MAX_BYTES_UNREAD (16 * PHONE_WS_MAX_MESSAGE_BYTES)
#define MIN_BYTES_TAKEN (MAX_BYTES_UNREAD / 4)

/*
 *                         +--+ not reached: the next address
 *            open()       |  v      handshake
 *   CLOSED ----------> CONNECTING ------------> OPEN
 *    ^ ^                |   |                  |   |
 *    | |  close()       |   | failed           |   | closed by the peer, broken
 *    | +----------------+   v                  |   v
 *    | |                  ENDING <-------------|---+      (RFC 6455 §4.1, §7)
 *    | | ::closed, or close() |                |
 *    | +----------------------+   close()      |
 *    +-----------------------------------------+
 *
 * ENDING lasts until the next turn of the loop, which tells ::closed.
 */
typedef enum { STATE_CLOSED, STATE_CONNECTING, STATE_OPEN, STATE_ENDING, N_STATES } State;

static const gboolean state_edges[N_STATES][N_STATES] = {
    [STATE_CLOSED] = {[STATE_CONNECTING] = TRUE, [STATE_ENDING] = TRUE},
    [STATE_CONNECTING] = {[STATE_CONNECTING] = TRUE,
                          [STATE_OPEN] = TRUE,
                          [STATE_ENDING] = TRUE,
                          [STATE_CLOSED] = TRUE},
    [STATE_OPEN] = {[STATE_ENDING] = TRUE, [STATE_CLOSED] = TRUE},
    [STATE_ENDING] = {[STATE_CLOSED] = TRUE},
};

/* One try to connect. It outlives the transport's interest: libsoup answers a cancelled
 * request later, and then nobody is told. */
typedef struct {
  PhoneWsTransport *transport; /* borrowed; NULL once it has turned away */
  SoupMessage *message;        /* owned */
  GCancellable *cancellable;   /* owned */
  GSocket *socket;             /* owned; NULL until connected */
  GTlsCertificateFlags tls_flags;
  GSocketClientEvent stage;
} Attempt;

struct _PhoneWsTransport {
  GObject parent_instance;

  /* owned */
  char **urls;
  char *ca_file;
  char *pin;
  char *peer_fingerprint;
  SoupSession *session;
  GTlsDatabase *authorities;           /* of ca_file, once it was read */
  SoupWebsocketConnection *connection; /* in OPEN */
  GSocket *socket;                     /* in OPEN, beneath the connection */
  GSource *timer;                      /* in CONNECTING: the handshake's time-out */
  GSource *volume;                     /* in OPEN: watches MAX_BYTES_BETWEEN_MESSAGES */
  GSource *telling;                    /* in ENDING: the turn that tells ::closed */
  PhoneTransportClose *cause;          /* in ENDING */
  PhoneTransportClose *first_cause;    /* in CONNECTING: why not the first of urls */

  /* borrowed */
  Attempt *attempt; /* in CONNECTING */

  State state;
  PhoneWsStage stage;
  guint at; /* in urls: the one that is tried */
  guint handshake_timeout_ms;
  guint64 bytes_at_message; /* received when the last whole message was complete */
  guint64 bytes_at_rest; /* received when the server had last taken all that was sent */
  guint64 taken_at_rest;
};

enum { PROP_0, PROP_STAGE, N_PROPS };

static GParamSpec *props[N_PROPS];

static void phone_ws_transport_iface_init (PhoneTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneWsTransport,
                               phone_ws_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_TRANSPORT,
                                                      phone_ws_transport_iface_init))

GType
phone_ws_stage_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type)) {
    static const GEnumValue values[] = {
        {PHONE_WS_STAGE_NONE, "PHONE_WS_STAGE_NONE", "none"},
        {PHONE_WS_STAGE_NAME, "PHONE_WS_STAGE_NAME", "name"},
        {PHONE_WS_STAGE_CONNECTION, "PHONE_WS_STAGE_CONNECTION", "connection"},
        {PHONE_WS_STAGE_CERTIFICATE, "PHONE_WS_STAGE_CERTIFICATE", "certificate"},
        {PHONE_WS_STAGE_WEBSOCKET, "PHONE_WS_STAGE_WEBSOCKET", "websocket"},
        {PHONE_WS_STAGE_OPEN, "PHONE_WS_STAGE_OPEN", "open"},
        {0, NULL, NULL},
    };
    g_once_init_leave (&type, g_enum_register_static ("PhoneWsStage", values));
  }
  return type;
}

static void
set_stage (PhoneWsTransport *self, PhoneWsStage stage)
{
  if (self->stage == stage)
    return;
  self->stage = stage;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STAGE]);
}

static void
attempt_free (Attempt *attempt)
{
  g_signal_handlers_disconnect_by_data (attempt->message, attempt);
  g_clear_object (&attempt->message);
  g_clear_object (&attempt->cancellable);
  g_clear_object (&attempt->socket);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
attach (PhoneWsTransport *self, GSource *source, GSourceFunc callback)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static SoupWebsocketConnection *
steal_connection (PhoneWsTransport *self)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);

  g_signal_handlers_disconnect_by_data (connection, self);
  soup_websocket_connection_set_keepalive_interval (connection, 0);
  return connection;
}

/* Goes on until the Close frame and what was queued before it are out and the peer has
 * closed too (libsoup waits 5 s for that), without anybody listening. Takes @connection. */
static void
let_linger (SoupWebsocketConnection *connection)
{
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_CLOSED)
    g_object_unref (connection);
  else
    g_signal_connect (connection, "closed", G_CALLBACK (g_object_unref), NULL);
}

static void
let_go_of_attempt (PhoneWsTransport *self)
{
  Attempt *attempt = g_steal_pointer (&self->attempt);

  if (attempt == NULL)
    return;
  attempt->transport = NULL;
  g_signal_handlers_disconnect_by_data (attempt->message, attempt);
  g_cancellable_cancel (attempt->cancellable);
}

/* The only writer of state; whatever belongs to the state that is left goes. */
static void
set_state (PhoneWsTransport *self, State state)
{
  g_assert (state_edges[self->state][state]);

  clear_source (&self->timer);
  clear_source (&self->volume);
  clear_source (&self->telling);
  g_clear_pointer (&self->cause, phone_transport_close_free);
  if (state != STATE_CONNECTING)
    g_clear_pointer (&self->first_cause, phone_transport_close_free);
  self->state = state;
  if (state == STATE_OPEN)
    return;
  let_go_of_attempt (self);
  if (self->connection != NULL)
    let_linger (steal_connection (self));
  g_clear_object (&self->socket);
}

static gboolean
on_telling_turn (gpointer user_data)
{
  g_autoptr (PhoneWsTransport) self = g_object_ref (PHONE_WS_TRANSPORT (user_data));
  g_autoptr (PhoneTransportClose) cause = g_steal_pointer (&self->cause);

  set_state (self, STATE_CLOSED);
  g_signal_emit_by_name (self, "closed", cause);
  return G_SOURCE_REMOVE;
}

static gboolean try_next (PhoneWsTransport *self, PhoneTransportClose *cause);

/* Takes @cause. */
static void
end (PhoneWsTransport *self, PhoneTransportClose *cause)
{
  if (try_next (self, cause))
    return;
  if (self->first_cause != NULL) {
    phone_transport_close_free (cause);
    cause = g_steal_pointer (&self->first_cause);
  }
  set_state (self, STATE_ENDING);
  self->cause = cause;
  self->telling = g_idle_source_new ();
  g_source_set_priority (self->telling, G_PRIORITY_DEFAULT);
  attach (self, self->telling, on_telling_turn);
}

/* Disposing of the connection stops the reading at once: lingering would go on to swallow
 * the flood. */
static void
end_too_large (PhoneWsTransport *self)
{
  g_autoptr (SoupWebsocketConnection) connection = steal_connection (self);

  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_TOO_BIG, NULL);
  end (self, phone_ws_cause_too_large ());
}

/* No Close frame: it would wait behind all the others. */
static void
end_unread (PhoneWsTransport *self)
{
  g_autoptr (SoupWebsocketConnection) connection = steal_connection (self);

  end (self, phone_ws_cause_unread ());
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
  self->bytes_at_message = phone_tcp_info_get_bytes_received (self->socket);
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
    end (self, phone_ws_cause_from_close_code (code));
  else
    end (self, phone_ws_cause_from_error (error));
}

static void
on_connection_closing (SoupWebsocketConnection *connection, gpointer user_data)
{
  guint code = soup_websocket_connection_get_close_code (connection);

  end (PHONE_WS_TRANSPORT (user_data), phone_ws_cause_from_close_code (code));
}

static void
on_connection_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  end (PHONE_WS_TRANSPORT (user_data), phone_ws_cause_from_error (NULL));
}

static gboolean
is_read (PhoneWsTransport *self, guint64 received)
{
  if (phone_tcp_info_is_taken (self->socket))
    return TRUE;
  return received > self->bytes_at_rest + MAX_BYTES_UNREAD &&
         phone_tcp_info_get_bytes_taken (self->socket) >=
             self->taken_at_rest + MIN_BYTES_TAKEN;
}

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
  if (received > self->bytes_at_message + MAX_BYTES_BETWEEN_MESSAGES)
    end_too_large (self);
  else if (received > self->bytes_at_rest + MAX_BYTES_UNREAD)
    end_unread (self);
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

static void
take_connection (PhoneWsTransport *self,
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
  self->bytes_at_message = phone_tcp_info_get_bytes_received (socket);
  self->bytes_at_rest = self->bytes_at_message;
  self->taken_at_rest = phone_tcp_info_get_bytes_taken (socket);
  self->volume = attach (self, g_socket_create_source (socket, G_IO_IN, NULL),
                         G_SOURCE_FUNC (on_socket_readable));
}

static void
on_session_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection = NULL;
  g_autoptr (PhoneWsTransport) self = NULL;
  const char *protocol;
  PhoneWsHandshake handshake;

  connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (attempt->transport == NULL)
    return;
  self = g_object_ref (attempt->transport);
  self->attempt = NULL;
  protocol = connection ? soup_websocket_connection_get_protocol (connection) : NULL;
  /* libsoup takes a server that names no sub-protocol; RFC 7118 §4 does not. */
  if (g_strcmp0 (protocol, "sip") == 0) {
    set_state (self, STATE_OPEN);
    take_connection (self, connection, attempt->socket);
    set_stage (self, PHONE_WS_STAGE_OPEN);
    g_signal_emit_by_name (self, "opened");
    return;
  }
  handshake = (PhoneWsHandshake){
      .status = soup_message_get_status (attempt->message),
      .headers = soup_message_get_response_headers (attempt->message),
      .tls_flags = attempt->tls_flags,
      .error = error,
  };
  end (self, phone_ws_cause_from_handshake (&handshake));
}

static void
note_certificate (PhoneWsTransport *self, GTlsCertificate *certificate)
{
  g_free (self->peer_fingerprint);
  self->peer_fingerprint = phone_fingerprint_dup (certificate);
}

/* Asked only for a certificate that has something wrong with it. */
static gboolean
on_message_accept_certificate (SoupMessage *message,
                               GTlsCertificate *certificate,
                               GTlsCertificateFlags flags,
                               gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->tls_flags = flags;
  note_certificate (attempt->transport, certificate);
  return g_strcmp0 (attempt->transport->pin, attempt->transport->peer_fingerprint) == 0;
}

/* RFC 8996. GIO leaves it to the system which versions are good enough. */
static gboolean
is_old_tls (GTlsConnection *tls)
{
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);

  return version != G_TLS_PROTOCOL_VERSION_TLS_1_2 &&
         version != G_TLS_PROTOCOL_VERSION_TLS_1_3;
}

/* Nothing of ours has been sent when it ends here. */
static void
on_tls_handshaked (PhoneWsTransport *self, GTlsConnection *tls)
{
  note_certificate (self, g_tls_connection_get_peer_certificate (tls));
  if (is_old_tls (tls))
    end (self, phone_ws_cause_old_tls ());
}

static PhoneWsStage
stage_of_event (GSocketClientEvent event, PhoneWsStage stage)
{
  switch (event) {
  case G_SOCKET_CLIENT_RESOLVING:
    return PHONE_WS_STAGE_NAME;
  case G_SOCKET_CLIENT_CONNECTING:
    return PHONE_WS_STAGE_CONNECTION;
  case G_SOCKET_CLIENT_TLS_HANDSHAKING:
    return PHONE_WS_STAGE_CERTIFICATE;
  case G_SOCKET_CLIENT_COMPLETE:
    return PHONE_WS_STAGE_WEBSOCKET;
  case G_SOCKET_CLIENT_RESOLVED:
  case G_SOCKET_CLIENT_CONNECTED:
  case G_SOCKET_CLIENT_PROXY_NEGOTIATING:
  case G_SOCKET_CLIENT_PROXY_NEGOTIATED:
  case G_SOCKET_CLIENT_TLS_HANDSHAKED:
    break;
  }
  return stage;
}

static void
on_message_network_event (SoupMessage *message,
                          GSocketClientEvent event,
                          GIOStream *stream,
                          gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->stage = event;
  set_stage (attempt->transport, stage_of_event (event, attempt->transport->stage));
  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (stream))
    g_set_object (&attempt->socket,
                  g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (stream))
    on_tls_handshaked (attempt->transport, G_TLS_CONNECTION (stream));
}

static gboolean
on_handshake_timeout (gpointer user_data)
{
  PhoneWsTransport *self = user_data;
  PhoneWsHandshake answered = {
      .status = soup_message_get_status (self->attempt->message),
      .headers = soup_message_get_response_headers (self->attempt->message),
  };

  /* An answer whose body never ends is an answer. */
  end (self, answered.status >= 200 ? phone_ws_cause_from_handshake (&answered)
                                    : phone_ws_cause_from_timeout (self->attempt->stage));
  return G_SOURCE_REMOVE;
}

static gboolean
load_authorities (PhoneWsTransport *self, GError **error)
{
  if (self->ca_file == NULL || self->authorities != NULL)
    return TRUE;
  self->authorities = g_tls_file_database_new (self->ca_file, error);
  if (self->authorities == NULL)
    return FALSE;
  soup_session_set_tls_database (self->session, self->authorities);
  return TRUE;
}

static SoupMessage *
new_message (PhoneWsTransport *self, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (
      self->urls[self->at], SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_PARSE_RELAXED, error);
  const char *scheme;
  SoupMessage *message;

  if (uri == NULL)
    return NULL;
  scheme = g_uri_get_scheme (uri);
  if ((g_str_equal (scheme, "ws") || g_str_equal (scheme, "wss")) &&
      g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0') {
    message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
    soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
    return message;
  }
  g_set_error_literal (error, G_URI_ERROR, G_URI_ERROR_FAILED,
                       "not a ws: or wss: address with a host");
  return NULL;
}

static void
start_attempt (PhoneWsTransport *self, SoupMessage *message)
{
  static char *protocols[] = {(char *)"sip", NULL};
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->transport = self;
  attempt->message = g_object_ref (message);
  attempt->cancellable = g_cancellable_new ();
  attempt->stage = G_SOCKET_CLIENT_RESOLVING;
  self->attempt = attempt;
  g_signal_connect (message, "accept-certificate",
                    G_CALLBACK (on_message_accept_certificate), attempt);
  g_signal_connect (message, "network-event", G_CALLBACK (on_message_network_event),
                    attempt);
  self->timer = attach (self, g_timeout_source_new (self->handshake_timeout_ms),
                        on_handshake_timeout);
  soup_session_websocket_connect_async (self->session, message, NULL, protocols,
                                        G_PRIORITY_DEFAULT, attempt->cancellable,
                                        on_session_connected, attempt);
}

/* The next address where this one cannot be reached; takes @cause then. */
static gboolean
try_next (PhoneWsTransport *self, PhoneTransportClose *cause)
{
  gboolean is_absent = cause->end == PHONE_TRANSPORT_END_UNREACHED ||
                       cause->end == PHONE_TRANSPORT_END_OVERLOADED;
  g_autoptr (SoupMessage) message = NULL;

  if (self->state != STATE_CONNECTING || !is_absent || self->urls[self->at + 1] == NULL)
    return FALSE;
  self->at++;
  message = new_message (self, NULL);
  if (message == NULL)
    return FALSE;
  if (self->first_cause == NULL)
    self->first_cause = cause;
  else
    phone_transport_close_free (cause);
  set_state (self, STATE_CONNECTING);
  start_attempt (self, message);
  return TRUE;
}

static void
phone_ws_transport_open (PhoneTransport *transport)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  GError *told;

  g_return_if_fail (self->state == STATE_CLOSED);

  g_clear_pointer (&self->peer_fingerprint, g_free);
  self->at = 0;
  self->stage = PHONE_WS_STAGE_NONE; /* told with the first that is reached */
  message = new_message (self, &error);
  if (message != NULL && load_authorities (self, &error)) {
    set_state (self, STATE_CONNECTING);
    start_attempt (self, message);
    return;
  }
  told = g_error_new (
      PHONE_ERROR,
      message == NULL ? PHONE_ERROR_INVALID_ADDRESS : PHONE_ERROR_INVALID_SETTING,
      "%s: %s", message == NULL ? self->urls[0] : self->ca_file, error->message);
  end (self, phone_transport_close_new (PHONE_TRANSPORT_END_UNREACHED, 0, 0, told));
}

/* As text where it can be: a SIP body may be anything, but a text message must be UTF-8
 * (RFC 7118 §4.2, RFC 6455 §5.6). */
static void
phone_ws_transport_send (PhoneTransport *transport, const char *frame, gsize length)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);
  g_autoptr (GBytes) bytes = NULL;

  if (self->state != STATE_OPEN)
    return;
  bytes = g_bytes_new (frame, length);
  soup_websocket_connection_send_message (self->connection,
                                          g_utf8_validate_len (frame, length, NULL)
                                              ? SOUP_WEBSOCKET_DATA_TEXT
                                              : SOUP_WEBSOCKET_DATA_BINARY,
                                          bytes);
}

/* libsoup has no call for a ping: its keep-alive, at its shortest interval, until the
 * pong comes. */
static void
phone_ws_transport_ping (PhoneTransport *transport)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);

  if (self->state == STATE_OPEN)
    soup_websocket_connection_set_keepalive_interval (self->connection, 1);
}

static void
phone_ws_transport_close (PhoneTransport *transport)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);

  if (self->state == STATE_OPEN) {
    SoupWebsocketConnection *connection = steal_connection (self);

    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    let_linger (connection);
  }
  if (self->state != STATE_CLOSED)
    set_state (self, STATE_CLOSED);
}

static void
phone_ws_transport_iface_init (PhoneTransportInterface *iface)
{
  iface->open = phone_ws_transport_open;
  iface->send = phone_ws_transport_send;
  iface->ping = phone_ws_transport_ping;
  iface->close = phone_ws_transport_close;
}

static void
phone_ws_transport_dispose (GObject *object)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (object);

  phone_ws_transport_close (PHONE_TRANSPORT (self));
  g_clear_object (&self->session);
  g_clear_object (&self->authorities);

  G_OBJECT_CLASS (phone_ws_transport_parent_class)->dispose (object);
}

static void
phone_ws_transport_finalize (GObject *object)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (object);

  g_strfreev (self->urls);
  g_free (self->ca_file);
  g_free (self->pin);
  g_free (self->peer_fingerprint);

  G_OBJECT_CLASS (phone_ws_transport_parent_class)->finalize (object);
}

static void
phone_ws_transport_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  if (prop_id == PROP_STAGE)
    g_value_set_enum (value, (int)PHONE_WS_TRANSPORT (object)->stage);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
phone_ws_transport_class_init (PhoneWsTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_ws_transport_get_property;
  object_class->dispose = phone_ws_transport_dispose;
  object_class->finalize = phone_ws_transport_finalize;

  props[PROP_STAGE] =
      g_param_spec_enum ("stage", NULL, NULL, PHONE_TYPE_WS_STAGE, PHONE_WS_STAGE_NONE,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_ws_transport_init (PhoneWsTransport *self)
{
  self->session = soup_session_new ();
  /* No compression is offered, since nobody adds a SoupWebsocketExtensionManager: a small
   * message could unpack to any size. HTTP authentication is not answered: what is kept
   * is a password for SIP. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
}

PhoneTransport *
phone_ws_transport_new (const PhoneWsTransportConfig *config)
{
  PhoneWsTransport *self;

  g_return_val_if_fail (config->urls != NULL && config->urls[0] != NULL, NULL);

  self = g_object_new (PHONE_TYPE_WS_TRANSPORT, NULL);
  self->urls = g_strdupv ((char **)config->urls);
  /* GTlsFileDatabase warns of a relative path and knows no certificate then. */
  if (config->ca_file != NULL)
    self->ca_file = g_canonicalize_filename (config->ca_file, NULL);
  self->pin = phone_fingerprint_dup_normal (config->pinned_fingerprint);
  self->handshake_timeout_ms = config->handshake_timeout_ms
                                   ? config->handshake_timeout_ms
                                   : PHONE_WS_HANDSHAKE_TIMEOUT_MS;
  self->handshake_timeout_ms =
      MIN (self->handshake_timeout_ms,
           PHONE_WS_ALL_HANDSHAKES_MS / g_strv_length (self->urls));
  if (config->user_agent != NULL)
    soup_session_set_user_agent (self->session, config->user_agent);
  return PHONE_TRANSPORT (self);
}

const char *
phone_ws_transport_get_peer_fingerprint (PhoneWsTransport *self)
{
  g_return_val_if_fail (PHONE_IS_WS_TRANSPORT (self), NULL);

  return self->peer_fingerprint;
}

const char *
phone_ws_transport_get_url (PhoneWsTransport *self)
{
  g_return_val_if_fail (PHONE_IS_WS_TRANSPORT (self), NULL);

  return self->urls[self->at];
}

PhoneWsStage
phone_ws_transport_get_stage (PhoneWsTransport *self)
{
  g_return_val_if_fail (PHONE_IS_WS_TRANSPORT (self), PHONE_WS_STAGE_NONE);

  return self->stage;
}
