/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ws-transport-private.h"

#include "phone-error.h"
#include "phone-fingerprint.h"
#include "phone-tcp-info.h"
#include "phone-ws-cause.h"

/* The tries to connect in CONNECTING: one address after the other, each with its handshake
 * (RFC 6455 §4.1), its certificate and its time-out. */

/* One try to connect. It outlives the transport's interest: libsoup answers a cancelled
 * request later, and then nobody is told. */
struct _PhoneWsAttempt {
  PhoneWsTransport *transport; /* borrowed; NULL once it has turned away */
  SoupMessage *message;        /* owned */
  GCancellable *cancellable;   /* owned */
  GSocket *socket;             /* owned; NULL until connected */
  GTlsCertificateFlags tls_flags;
  GSocketClientEvent stage;
};

static void
attempt_free (PhoneWsAttempt *attempt)
{
  g_signal_handlers_disconnect_by_data (attempt->message, attempt);
  g_clear_object (&attempt->message);
  g_clear_object (&attempt->cancellable);
  g_clear_object (&attempt->socket);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneWsAttempt, attempt_free)

void
phone_ws_attempt_let_go (PhoneWsTransport *self)
{
  PhoneWsAttempt *attempt = g_steal_pointer (&self->attempt);

  if (attempt == NULL)
    return;
  attempt->transport = NULL;
  g_signal_handlers_disconnect_by_data (attempt->message, attempt);
  g_cancellable_cancel (attempt->cancellable);
}

static void
on_session_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneWsAttempt) attempt = user_data;
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
    phone_ws_transport_set_state (self, PHONE_WS_OPEN);
    phone_ws_flow_take (self, connection, attempt->socket);
    phone_ws_transport_set_stage (self, PHONE_WS_STAGE_OPEN);
    g_signal_emit_by_name (self, "opened");
    return;
  }
  handshake = (PhoneWsHandshake){
      .status = soup_message_get_status (attempt->message),
      .headers = soup_message_get_response_headers (attempt->message),
      .tls_flags = attempt->tls_flags,
      .error = error,
  };
  phone_ws_transport_end (self, phone_ws_cause_from_handshake (&handshake));
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
  PhoneWsAttempt *attempt = user_data;

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
    phone_ws_transport_end (self, phone_ws_cause_old_tls ());
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
  PhoneWsAttempt *attempt = user_data;

  attempt->stage = event;
  phone_ws_transport_set_stage (attempt->transport,
                                stage_of_event (event, attempt->transport->stage));
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
  phone_ws_transport_end (self, answered.status >= 200
                                    ? phone_ws_cause_from_handshake (&answered)
                                    : phone_ws_cause_from_timeout (self->attempt->stage));
  return G_SOURCE_REMOVE;
}

/* There is another address to try, and so one that says nothing has less time; one that is
 * slow, as in its TLS handshake, has what all have. */
static gboolean
on_silence_timeout (gpointer user_data)
{
  PhoneWsTransport *self = user_data;
  GSocket *socket = self->attempt->socket;

  if (socket == NULL || phone_tcp_info_get_bytes_received (socket) == 0)
    return on_handshake_timeout (self);
  g_clear_pointer (&self->timer, g_source_unref); /* returning ends it */
  self->timer = phone_ws_transport_attach (
      self, g_timeout_source_new (self->handshake_timeout_ms - self->silence_timeout_ms),
      on_handshake_timeout);
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

/* The first one from @from on that is not avoided; FALSE where there is none. */
static gboolean
find_free (const PhoneWsTransport *self, guint from, guint *found)
{
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = from; self->urls[i] != NULL; i++)
    if (self->avoided_until_us[i] <= now_us) {
      *found = i;
      return TRUE;
    }
  return FALSE;
}

static void
start_timer (PhoneWsTransport *self)
{
  guint next;
  gboolean has_next = find_free (self, self->at + 1, &next);
  guint ms = has_next ? self->silence_timeout_ms : self->handshake_timeout_ms;

  self->timer =
      phone_ws_transport_attach (self, g_timeout_source_new (ms),
                                 has_next ? on_silence_timeout : on_handshake_timeout);
}

static void
start_attempt (PhoneWsTransport *self, SoupMessage *message)
{
  static char *protocols[] = {(char *)"sip", NULL};
  PhoneWsAttempt *attempt = g_new0 (PhoneWsAttempt, 1);

  attempt->transport = self;
  attempt->message = g_object_ref (message);
  attempt->cancellable = g_cancellable_new ();
  attempt->stage = G_SOCKET_CLIENT_RESOLVING;
  self->attempt = attempt;
  g_signal_connect (message, "accept-certificate",
                    G_CALLBACK (on_message_accept_certificate), attempt);
  g_signal_connect (message, "network-event", G_CALLBACK (on_message_network_event),
                    attempt);
  start_timer (self);
  soup_session_websocket_connect_async (self->session, message, NULL, protocols,
                                        G_PRIORITY_DEFAULT, attempt->cancellable,
                                        on_session_connected, attempt);
}

/* ---- One after the other ---- */

guint
phone_ws_attempt_get_wait_s (PhoneWsTransport *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 until_us = G_MAXINT64;

  for (guint i = 0; self->urls[i] != NULL; i++)
    until_us = MIN (until_us, self->avoided_until_us[i]);
  if (until_us <= now_us)
    return 0;
  return (guint)((until_us - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* What the server of several asked for is kept for it alone. */
static void
keep_retry_after (PhoneWsTransport *self, const PhoneTransportClose *cause)
{
  guint wait_s = MIN (cause->retry_after_s, PHONE_WS_RETRY_AFTER_MAX_S);

  if (self->urls[1] != NULL && wait_s > 0)
    self->avoided_until_us[self->at] =
        g_get_monotonic_time () + (gint64)wait_s * G_USEC_PER_SEC;
}

gboolean
phone_ws_attempt_try_next (PhoneWsTransport *self, PhoneTransportClose *cause)
{
  gboolean is_absent = cause->end == PHONE_TRANSPORT_END_UNREACHED ||
                       cause->end == PHONE_TRANSPORT_END_OVERLOADED;
  g_autoptr (SoupMessage) message = NULL;

  if (self->state != PHONE_WS_CONNECTING)
    return FALSE;
  keep_retry_after (self, cause);
  if (!is_absent || !find_free (self, self->at + 1, &self->at))
    return FALSE;
  message = new_message (self, NULL);
  if (message == NULL)
    return FALSE;
  if (self->first_cause == NULL)
    self->first_cause = cause;
  else
    phone_transport_close_free (cause);
  phone_ws_transport_set_state (self, PHONE_WS_CONNECTING);
  start_attempt (self, message);
  return TRUE;
}

static PhoneTransportClose *
begin_nowhere (PhoneWsTransport *self)
{
  return phone_transport_close_new (
      PHONE_TRANSPORT_END_OVERLOADED, 0, phone_ws_attempt_get_wait_s (self),
      g_error_new (PHONE_ERROR, PHONE_ERROR_SERVER_BUSY,
                   "every server asked not to be asked again yet"));
}

PhoneTransportClose *
phone_ws_attempt_begin (PhoneWsTransport *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = NULL;
  GError *told;

  if (!find_free (self, 0, &self->at))
    return begin_nowhere (self);
  message = new_message (self, &error);
  if (message != NULL && load_authorities (self, &error)) {
    phone_ws_transport_set_state (self, PHONE_WS_CONNECTING);
    start_attempt (self, message);
    return NULL;
  }
  told = g_error_new (
      PHONE_ERROR,
      message == NULL ? PHONE_ERROR_INVALID_ADDRESS : PHONE_ERROR_INVALID_SETTING,
      "%s: %s", message == NULL ? self->urls[self->at] : self->ca_file, error->message);
  return phone_transport_close_new (PHONE_TRANSPORT_END_UNREACHED, 0, 0, told);
}
