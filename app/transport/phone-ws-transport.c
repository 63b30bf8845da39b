/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ws-transport-private.h"

#include "phone-fingerprint.h"

/* The object and its states. How it connects: phone-ws-attempt.c. The flow that is open:
 * phone-ws-flow.c. */

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
static const gboolean state_edges[PHONE_WS_N_STATES][PHONE_WS_N_STATES] = {
    [PHONE_WS_CLOSED] = {[PHONE_WS_CONNECTING] = TRUE, [PHONE_WS_ENDING] = TRUE},
    [PHONE_WS_CONNECTING] = {[PHONE_WS_CONNECTING] = TRUE,
                             [PHONE_WS_OPEN] = TRUE,
                             [PHONE_WS_ENDING] = TRUE,
                             [PHONE_WS_CLOSED] = TRUE},
    [PHONE_WS_OPEN] = {[PHONE_WS_ENDING] = TRUE, [PHONE_WS_CLOSED] = TRUE},
    [PHONE_WS_ENDING] = {[PHONE_WS_CLOSED] = TRUE},
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

void
phone_ws_transport_set_stage (PhoneWsTransport *self, PhoneWsStage stage)
{
  if (self->stage == stage)
    return;
  self->stage = stage;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STAGE]);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

GSource *
phone_ws_transport_attach (PhoneWsTransport *self, GSource *source, GSourceFunc callback)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

void
phone_ws_transport_set_state (PhoneWsTransport *self, PhoneWsState state)
{
  g_assert (state_edges[self->state][state]);

  clear_source (&self->timer);
  clear_source (&self->volume);
  clear_source (&self->telling);
  g_clear_pointer (&self->cause, phone_transport_close_free);
  if (state != PHONE_WS_CONNECTING)
    g_clear_pointer (&self->first_cause, phone_transport_close_free);
  self->state = state;
  if (state == PHONE_WS_OPEN)
    return;
  phone_ws_attempt_let_go (self);
  if (self->connection != NULL)
    phone_ws_flow_let_linger (phone_ws_flow_steal (self));
  g_clear_object (&self->socket);
}

static gboolean
on_telling_turn (gpointer user_data)
{
  g_autoptr (PhoneWsTransport) self = g_object_ref (PHONE_WS_TRANSPORT (user_data));
  g_autoptr (PhoneTransportClose) cause = g_steal_pointer (&self->cause);

  phone_ws_transport_set_state (self, PHONE_WS_CLOSED);
  g_signal_emit_by_name (self, "closed", cause);
  return G_SOURCE_REMOVE;
}

void
phone_ws_transport_end (PhoneWsTransport *self, PhoneTransportClose *cause)
{
  if (phone_ws_attempt_try_next (self, cause))
    return;
  if (self->first_cause != NULL) {
    phone_transport_close_free (cause);
    cause = g_steal_pointer (&self->first_cause);
  }
  /* What one of several asked for is kept for it alone, and says nothing of the others. */
  if (self->state == PHONE_WS_CONNECTING && self->urls[1] != NULL)
    cause->retry_after_s = phone_ws_attempt_get_wait_s (self);
  phone_ws_transport_set_state (self, PHONE_WS_ENDING);
  self->cause = cause;
  self->telling = g_idle_source_new ();
  g_source_set_priority (self->telling, G_PRIORITY_DEFAULT);
  phone_ws_transport_attach (self, self->telling, on_telling_turn);
}

static void
phone_ws_transport_open (PhoneTransport *transport)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);
  PhoneTransportClose *cause;

  g_return_if_fail (self->state == PHONE_WS_CLOSED);

  g_clear_pointer (&self->peer_fingerprint, g_free);
  self->stage = PHONE_WS_STAGE_NONE; /* told with the first that is reached */
  cause = phone_ws_attempt_begin (self);
  if (cause != NULL)
    phone_ws_transport_end (self, cause);
}

/* As text where it can be: a SIP body may be anything, but a text message must be UTF-8
 * (RFC 7118 §4.2, RFC 6455 §5.6). */
static void
phone_ws_transport_send (PhoneTransport *transport, const char *frame, gsize length)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);
  g_autoptr (GBytes) bytes = NULL;

  if (self->state != PHONE_WS_OPEN)
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

  if (self->state == PHONE_WS_OPEN)
    soup_websocket_connection_set_keepalive_interval (self->connection, 1);
}

static void
phone_ws_transport_close (PhoneTransport *transport)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);

  if (self->state == PHONE_WS_OPEN) {
    SoupWebsocketConnection *connection = phone_ws_flow_steal (self);

    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    phone_ws_flow_let_linger (connection);
  }
  if (self->state != PHONE_WS_CLOSED)
    phone_ws_transport_set_state (self, PHONE_WS_CLOSED);
}

static void
phone_ws_transport_avoid_server (PhoneTransport *transport, gint64 until_us)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);

  self->avoided_until_us[self->at] = until_us;
}

static void
phone_ws_transport_avoid_none (PhoneTransport *transport)
{
  PhoneWsTransport *self = PHONE_WS_TRANSPORT (transport);

  for (guint i = 0; self->urls[i] != NULL; i++)
    self->avoided_until_us[i] = 0;
}

static void
phone_ws_transport_iface_init (PhoneTransportInterface *iface)
{
  iface->open = phone_ws_transport_open;
  iface->send = phone_ws_transport_send;
  iface->ping = phone_ws_transport_ping;
  iface->close = phone_ws_transport_close;
  iface->avoid_server = phone_ws_transport_avoid_server;
  iface->avoid_none = phone_ws_transport_avoid_none;
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
  g_free (self->avoided_until_us);
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
  self->avoided_until_us = g_new0 (gint64, g_strv_length (self->urls));
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
  self->silence_timeout_ms = config->silence_timeout_ms ? config->silence_timeout_ms
                                                        : PHONE_WS_SILENCE_TIMEOUT_MS;
  self->silence_timeout_ms = MIN (self->silence_timeout_ms, self->handshake_timeout_ms);
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
