/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-private.h"

#include "phone-exchange-address.h"
#include "phone-exchange-users.h"
#include "phone-error.h"
#include "phone-log.h"
#include "phone-random.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define SERVER_NAME "Phone exchange"

#define MAX_CONNECTIONS 512
#define MAX_CONNECTIONS_PER_ADDRESS 128
#define MESSAGES_PER_S 100
#define MESSAGES_BURST 500
#define KILOBYTES_PER_S 256
#define KILOBYTES_BURST 2048
#define UNKNOWN_IDLE_S 30
#define SILENCE_S 60 /* two pings and a little */

enum {
  PROP_0,
  PROP_URL,
  PROP_GUEST_LINK,
  PROP_FINGERPRINT,
  N_PROPS,
};

enum {
  SIGNAL_EVENT,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneExchange, phone_exchange, G_TYPE_OBJECT)

/* ---- The object ---- */

static void
phone_exchange_get_property (GObject *object,
                             guint property_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  PhoneExchange *self = PHONE_EXCHANGE (object);

  switch (property_id) {
  case PROP_URL:
    g_value_set_string (value, self->url);
    break;
  case PROP_GUEST_LINK:
    g_value_set_string (value, self->guest_link);
    break;
  case PROP_FINGERPRINT:
    g_value_set_string (value, self->fingerprint);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
phone_exchange_dispose (GObject *object)
{
  phone_exchange_stop (PHONE_EXCHANGE (object));
  G_OBJECT_CLASS (phone_exchange_parent_class)->dispose (object);
}

static void
phone_exchange_finalize (GObject *object)
{
  PhoneExchange *self = PHONE_EXCHANGE (object);

  g_free (self->domain);
  g_free (self->listen_address);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  g_free (self->guest_token);
  g_free (self->guest_aor);
  g_free (self->owner_aor);
  g_free (self->guest_name);
  g_strfreev (self->allowed_origins);
  g_strfreev (self->ice_servers);
  g_clear_object (&self->certificate);
  g_free (self->fingerprint);
  G_OBJECT_CLASS (phone_exchange_parent_class)->finalize (object);
}

static void
phone_exchange_class_init (PhoneExchangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = phone_exchange_get_property;
  object_class->dispose = phone_exchange_dispose;
  object_class->finalize = phone_exchange_finalize;

  props[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  props[PROP_GUEST_LINK] = g_param_spec_string ("guest-link", NULL, NULL, NULL, flags);
  props[PROP_FINGERPRINT] = g_param_spec_string ("fingerprint", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_EVENT] =
      g_signal_new ("event", PHONE_TYPE_EXCHANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
phone_exchange_init (PhoneExchange *self)
{
}

/* Files, certificates and sockets fail in domains of their own. */
static void
propagate (GError **error, GError *local, PhoneError code)
{
  local->domain = PHONE_ERROR;
  local->code = code;
  g_propagate_error (error, local);
}

PhoneExchange *
phone_exchange_new (const PhoneExchangeConfig *config, GError **error)
{
  g_autoptr (PhoneExchange) self = g_object_new (PHONE_TYPE_EXCHANGE, NULL);
  g_autoptr (GError) local = NULL;

  if (phone_exchange_configure (self, config, &local))
    return g_steal_pointer (&self);
  propagate (error, g_steal_pointer (&local), PHONE_ERROR_INVALID_SETTING);
  return NULL;
}

/* ---- The pump ---- */

static const char *
get_event_name (SipProxyEvent event)
{
  switch (event) {
  case SIP_PROXY_EVENT_REGISTERED:
    return "registered";
  case SIP_PROXY_EVENT_UNREGISTERED:
    return "unregistered";
  case SIP_PROXY_EVENT_EXPIRED:
    return "expired";
  case SIP_PROXY_EVENT_DISCONNECTED:
    return "disconnected";
  case SIP_PROXY_EVENT_CALL_STARTED:
    return "call-started";
  case SIP_PROXY_EVENT_CALL_ANSWERED:
    return "call-answered";
  case SIP_PROXY_EVENT_CALL_ENDED:
    return "call-ended";
  case SIP_PROXY_EVENT_REFUSED:
    return "refused";
  }
  g_assert_not_reached ();
}

/* Of what was granted a moment ago nothing has gone. */
static gint64
get_seconds_left (gint64 until_us)
{
  gint64 left_us = MAX (0, until_us - g_get_monotonic_time ());

  return (left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
}

static void
emit_event (PhoneExchange *self, const SipProxyOutput *output)
{
  PhoneExchangeEvent event = {
      .name = get_event_name (output->event),
      .aor = output->aor,
      .contact = output->contact,
      .remote = output->remote,
      .transport = output->transport,
      .call_id = output->call_id,
      .from = output->from,
      .to = output->to,
      .method = output->method,
      .status = output->status,
      .expires_s =
          output->expires_at_us > 0 ? get_seconds_left (output->expires_at_us) : -1,
      .duration_ms = output->duration_us >= 0 && output->call_id != NULL
                         ? output->duration_us / 1000
                         : -1,
  };

  g_signal_emit (self, signals[SIGNAL_EVENT], 0, &event);
}

static void
handle_output (PhoneExchange *self, const SipProxyOutput *output)
{
  switch (output->type) {
  case SIP_PROXY_OUTPUT_SEND:
    phone_exchange_sockets_send (self, output->connection, output->frame,
                                 output->frame_len);
    break;
  case SIP_PROXY_OUTPUT_CLOSE:
    phone_exchange_sockets_close (self, output->connection, output->close_code);
    break;
  case SIP_PROXY_OUTPUT_EVENT:
    emit_event (self, output);
    break;
  }
}

void
phone_exchange_pump (PhoneExchange *self)
{
  const SipProxyOutput *output = NULL;
  gint64 deadline_us = 0;

  if (self->is_pumping)
    return;
  self->is_pumping = TRUE;
  while ((output = sip_proxy_pop_output (self->proxy)) != NULL)
    handle_output (self, output);
  self->is_pumping = FALSE;
  deadline_us = sip_proxy_get_deadline (self->proxy);
  g_source_set_ready_time (self->timer, deadline_us == G_MAXINT64 ? -1 : deadline_us);
}

static gboolean
on_timer (gpointer user_data)
{
  PhoneExchange *self = user_data;

  sip_proxy_tick (self->proxy, g_get_monotonic_time ());
  phone_exchange_pump (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSource *
make_timer (PhoneExchange *self)
{
  static GSourceFuncs funcs = {.dispatch = dispatch_timer};
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_set_static_name (source, "phone-exchange");
  g_source_set_callback (source, on_timer, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* ---- Starting and stopping ---- */

static void
fill_random (gpointer data, guint8 *bytes, gsize length)
{
  phone_random_fill (bytes, length);
}

static SipProxy *
make_proxy (PhoneExchange *self)
{
  const char *aliases[] = {self->listen_address, "localhost", NULL};
  SipProxyConfig config = {
      .domain = self->domain,
      .aliases = aliases,
      .server = SERVER_NAME,
      .flags = self->flags & PHONE_EXCHANGE_FLAG_OPEN ? SIP_PROXY_FLAG_OPEN
                                                      : SIP_PROXY_FLAG_NONE,
      .max_connections = MAX_CONNECTIONS,
      .max_connections_per_address = MAX_CONNECTIONS_PER_ADDRESS,
      .messages_per_s = MESSAGES_PER_S,
      .messages_burst = MESSAGES_BURST,
      .kilobytes_per_s = KILOBYTES_PER_S,
      .kilobytes_burst = KILOBYTES_BURST,
      .unknown_idle_s = UNKNOWN_IDLE_S,
      .silence_s = SILENCE_S,
      .random = {.fill = fill_random},
  };
  SipProxy *proxy = NULL;

  memcpy (config.key, self->key, sizeof config.key);
  proxy = sip_proxy_new (&config, g_get_monotonic_time ());
  for (guint i = 0; i < self->users->len; i++) {
    const PhoneExchangeUser *user = g_ptr_array_index (self->users, i);
    sip_proxy_add_user (proxy, &(SipProxyUser){
                                   .user = user->user,
                                   .password = user->password,
                                   .ha1_md5 = user->ha1_md5,
                                   .ha1_sha256 = user->ha1_sha256,
                               });
  }
  if (self->guest_aor != NULL)
    sip_proxy_add_guest (proxy, self->guest_aor, self->owner_aor);
  return proxy;
}

static SoupServer *
listen_on (PhoneExchange *self, GError **error)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (self->listen_address, self->port);

  if (self->certificate != NULL)
    soup_server_set_tls_certificate (server, self->certificate);
  phone_exchange_web_attach (self, server);
  return soup_server_listen (server, address,
                             self->certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0,
                             error)
             ? g_steal_pointer (&server)
             : NULL;
}

static guint16
get_port (SoupServer *server)
{
  GSList *uris = soup_server_get_uris (server);
  guint16 port = g_uri_get_port (uris->data);

  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return port;
}

static void
make_links (PhoneExchange *self)
{
  g_autofree char *host = phone_exchange_address_dup_link_host (self->listen_address);
  const char *secure = self->certificate != NULL ? "s" : "";

  self->url = g_strdup_printf ("ws%s://%s:%u/ws", secure, host, self->port);
  if (self->guest_token != NULL)
    self->guest_link = g_strdup_printf ("http%s://%s:%u/guest/#%s", secure, host,
                                        self->port, self->guest_token);
}

static void
notify_links (PhoneExchange *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_URL]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_GUEST_LINK]);
}

gboolean
phone_exchange_start (PhoneExchange *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (self->server != NULL)
    return TRUE;
  self->server = listen_on (self, &local);
  if (self->server == NULL) {
    propagate (error, g_steal_pointer (&local), PHONE_ERROR_ADDRESS_IN_USE);
    return FALSE;
  }
  self->port = get_port (self->server);
  self->proxy = make_proxy (self);
  self->timer = make_timer (self);
  self->sockets = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                         (GDestroyNotify)phone_exchange_socket_free);
  make_links (self);
  notify_links (self);
  return TRUE;
}

void
phone_exchange_stop (PhoneExchange *self)
{
  g_autoptr (GList) ids = NULL;

  g_return_if_fail (!self->is_pumping);
  if (self->server == NULL)
    return;
  ids = g_hash_table_get_keys (self->sockets);
  for (GList *link = ids; link != NULL; link = link->next)
    phone_exchange_sockets_close (self, *(guint64 *)link->data,
                                  SIP_PROXY_CLOSE_GOING_AWAY);
  g_clear_pointer (&self->sockets, g_hash_table_unref);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_pointer (&self->proxy, sip_proxy_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->guest_link, g_free);
  notify_links (self);
}

/* ---- What is asked ---- */

const char *
phone_exchange_get_url (PhoneExchange *self)
{
  return self->url;
}

const char *
phone_exchange_get_guest_link (PhoneExchange *self)
{
  return self->guest_link;
}

const char *
phone_exchange_get_fingerprint (PhoneExchange *self)
{
  return self->fingerprint;
}

const char *
phone_exchange_get_domain (PhoneExchange *self)
{
  return self->domain;
}

static void
add_binding (const SipProxyBindingInfo *binding, gpointer user_data)
{
  JsonBuilder *builder = user_data;
  g_autofree char *aor = phone_log_dup_one_line (binding->aor, -1);
  g_autofree char *contact = phone_log_dup_one_line (binding->contact, -1);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "aor");
  json_builder_add_string_value (builder, aor);
  json_builder_set_member_name (builder, "contact");
  json_builder_add_string_value (builder, contact);
  json_builder_set_member_name (builder, "remote");
  json_builder_add_string_value (builder, binding->remote);
  json_builder_set_member_name (builder, "transport");
  json_builder_add_string_value (builder, binding->transport);
  json_builder_set_member_name (builder, "connected");
  json_builder_add_boolean_value (builder, binding->connected);
  json_builder_set_member_name (builder, "expires_s");
  json_builder_add_int_value (builder, get_seconds_left (binding->expires_at_us));
  json_builder_end_object (builder);
}

char *
phone_exchange_dup_bindings_json (PhoneExchange *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  if (self->proxy != NULL)
    sip_proxy_foreach_binding (self->proxy, add_binding, builder);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
