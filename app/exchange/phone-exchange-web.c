/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-private.h"

#include "guest-page.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define RESOURCES "/org/example/Phone/guest/"
#define GUEST_PATH "/guest/"
#define UPGRADE_REQUIRED 426
#define HTTP_TIMEOUT_S 15 /* for a request to be whole, and between two */
#define HANDSHAKE_END_S 5 /* for a TLS handshake whose socket was closed to notice */

/* The page loads its own files and talks to its own server, and nothing else; nobody may
 * put it into a frame, where a click on "Answer" could be caught. */
#define POLICY                                                                           \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "            \
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

typedef struct {
  const char *suffix;
  const char *type;
} MediaType;

static const MediaType media_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
};

static void
refuse (SoupServerMessage *msg, guint status, const char *text)
{
  soup_server_message_set_status (msg, status, NULL);
  soup_server_message_set_response (msg, "text/plain; charset=utf-8", SOUP_MEMORY_STATIC,
                                    text, strlen (text));
}

static void
set_headers (SoupServerMessage *msg)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);

  soup_message_headers_replace (headers, "Content-Security-Policy", POLICY);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "X-Frame-Options", "DENY");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "Permissions-Policy",
                                "camera=(self), microphone=(self)");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
}

/* ---- Who may come in ---- */

gboolean
phone_exchange_is_guest_token (PhoneExchange *self, const char *token)
{
  guint8 difference = 0;

  if (self->guest_token == NULL || token == NULL ||
      strlen (token) != PHONE_EXCHANGE_GUEST_TOKEN_LENGTH)
    return FALSE;
  for (guint i = 0; i < PHONE_EXCHANGE_GUEST_TOKEN_LENGTH; i++)
    difference |= token[i] ^ self->guest_token[i];
  return difference == 0;
}

static char *
dup_host_name (const char *authority)
{
  g_autofree char *text = g_strconcat ("http://", authority, NULL);
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  return uri != NULL ? g_strdup (g_uri_get_host (uri)) : NULL;
}

static gboolean
is_allowed_origin (PhoneExchange *self, const char *origin)
{
  for (guint i = 0; self->allowed_origins != NULL && self->allowed_origins[i] != NULL;
       i++)
    if (g_str_equal (self->allowed_origins[i], "*") ||
        g_ascii_strcasecmp (self->allowed_origins[i], origin) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_host_of_allowed_origin (PhoneExchange *self, const char *host)
{
  for (guint i = 0; self->allowed_origins != NULL && self->allowed_origins[i] != NULL;
       i++) {
    g_autoptr (GUri) uri =
        g_uri_parse (self->allowed_origins[i], SOUP_HTTP_URI_FLAGS, NULL);
    if (uri != NULL && g_uri_get_host (uri) != NULL &&
        g_ascii_strcasecmp (g_uri_get_host (uri), host) == 0)
      return TRUE;
  }
  return FALSE;
}

/* A page elsewhere may let its own name lead to this machine and so be "the same
 * origin"; its name is then in Host. Numbers cannot be made to lead elsewhere. */
static gboolean
check_host (PhoneExchange *self, SoupServerMessage *msg)
{
  const char *authority = soup_message_headers_get_one (
      soup_server_message_get_request_headers (msg), "Host");
  g_autofree char *host = authority != NULL ? dup_host_name (authority) : NULL;

  return host != NULL && (g_hostname_is_ip_address (host) ||
                          g_ascii_strcasecmp (host, "localhost") == 0 ||
                          g_ascii_strcasecmp (host, self->domain) == 0 ||
                          is_host_of_allowed_origin (self, host));
}

/* No Origin is no browser. */
static gboolean
check_origin (PhoneExchange *self, SoupServerMessage *msg)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  const char *origin = soup_message_headers_get_one (headers, "Origin");
  const char *host = soup_message_headers_get_one (headers, "Host");
  g_autofree char *own =
      g_strconcat (self->certificate != NULL ? "https://" : "http://", host, NULL);

  return origin == NULL || g_ascii_strcasecmp (origin, own) == 0 ||
         is_allowed_origin (self, origin);
}

/* ---- WebSocket ---- */

static gboolean
offers_sip (SoupServerMessage *msg)
{
  const char *offered = soup_message_headers_get_list (
      soup_server_message_get_request_headers (msg), "Sec-WebSocket-Protocol");

  return offered != NULL && soup_header_contains (offered, "sip");
}

static void
on_message_wrote_informational (SoupServerMessage *msg, PhoneExchange *self)
{
  gboolean is_guest = g_object_get_data (G_OBJECT (msg), "phone-is-guest") != NULL;

  if (self->server != NULL)
    phone_exchange_sockets_take (self, msg, is_guest);
}

static void
upgrade (PhoneExchange *self, SoupServerMessage *msg, const char *token)
{
  static char *protocols[] = {(char *)"sip", NULL};

  if (!check_origin (self, msg)) {
    refuse (msg, SOUP_STATUS_FORBIDDEN, "This page may not connect here.\n");
  } else if (token != NULL && !phone_exchange_is_guest_token (self, token)) {
    refuse (msg, SOUP_STATUS_FORBIDDEN, "This link is not valid any more.\n");
  } else if (!offers_sip (msg)) {
    refuse (msg, SOUP_STATUS_BAD_REQUEST, "The sub-protocol must be \"sip\".\n");
  } else if (soup_websocket_server_process_handshake (msg, NULL, protocols, NULL, NULL)) {
    if (token != NULL)
      g_object_set_data (G_OBJECT (msg), "phone-is-guest", self);
    g_signal_connect_object (msg, "wrote-informational",
                             G_CALLBACK (on_message_wrote_informational), self, 0);
  }
}

static gboolean
wants_websocket (SoupServerMessage *msg)
{
  return soup_message_headers_header_contains (
      soup_server_message_get_request_headers (msg), "Upgrade", "websocket");
}

/* ---- The guest page ---- */

static const char *
get_media_type (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (media_types); i++)
    if (g_str_has_suffix (name, media_types[i].suffix))
      return media_types[i].type;
  return "application/octet-stream";
}

static void
serve_file (SoupServerMessage *msg, const char *name)
{
  g_autofree char *path =
      g_strconcat (RESOURCES, name[0] == '\0' ? "index.html" : name, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (phone_guest_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL || strchr (name, '/') != NULL) {
    refuse (msg, SOUP_STATUS_NOT_FOUND, "There is nothing here.\n");
    return;
  }
  soup_server_message_set_status (msg, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (msg, get_media_type (path), SOUP_MEMORY_COPY,
                                    g_bytes_get_data (bytes, NULL),
                                    g_bytes_get_size (bytes));
}

static void
add_ice_servers (PhoneExchange *self, JsonBuilder *builder)
{
  json_builder_begin_array (builder);
  for (guint i = 0; self->ice_servers != NULL && self->ice_servers[i] != NULL; i++) {
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "urls");
    json_builder_add_string_value (builder, self->ice_servers[i]);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static char *
make_config (PhoneExchange *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *aor = g_strconcat ("sip:", self->guest_aor, NULL);
  g_autofree char *owner = g_strconcat ("sip:", self->owner_aor, NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "aor");
  json_builder_add_string_value (builder, aor);
  json_builder_set_member_name (builder, "owner");
  json_builder_add_string_value (builder, owner);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, self->guest_name);
  json_builder_set_member_name (builder, "ice");
  add_ice_servers (self, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
serve_config (PhoneExchange *self, SoupServerMessage *msg, const char *token)
{
  g_autofree char *json = NULL;

  soup_message_headers_replace (soup_server_message_get_response_headers (msg),
                                "Cache-Control", "no-store");
  if (!phone_exchange_is_guest_token (self, token)) {
    refuse (msg, SOUP_STATUS_FORBIDDEN, "This link is not valid any more.\n");
    return;
  }
  json = make_config (self);
  soup_server_message_set_status (msg, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (msg, "application/json", SOUP_MEMORY_COPY, json,
                                    strlen (json));
}

static void
serve (PhoneExchange *self, SoupServerMessage *msg, const char *path, const char *token)
{
  const char *method = soup_server_message_get_method (msg);

  if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD"))
    refuse (msg, SOUP_STATUS_METHOD_NOT_ALLOWED, "Only GET.\n");
  else if (g_str_equal (path, "/ws"))
    refuse (msg, UPGRADE_REQUIRED, "This is for WebSocket clients.\n");
  else if (self->guest_token == NULL)
    refuse (msg, SOUP_STATUS_NOT_FOUND, "There is nothing here.\n");
  else if (g_str_equal (path, "/guest"))
    soup_server_message_set_redirect (msg, SOUP_STATUS_MOVED_PERMANENTLY, GUEST_PATH);
  else if (g_str_equal (path, GUEST_PATH "config"))
    serve_config (self, msg, token);
  else if (g_str_has_prefix (path, GUEST_PATH))
    serve_file (msg, path + strlen (GUEST_PATH));
  else
    refuse (msg, SOUP_STATUS_NOT_FOUND, "There is nothing here.\n");
}

static void
on_request (SoupServer *server,
            SoupServerMessage *msg,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  PhoneExchange *self = user_data;
  const char *token = query != NULL ? g_hash_table_lookup (query, "guest") : NULL;

  set_headers (msg);
  if (!check_host (self, msg))
    refuse (msg, SOUP_STATUS_FORBIDDEN, "This server has another name.\n");
  else if (wants_websocket (msg) &&
           (g_str_equal (path, "/ws") || g_str_equal (path, "/")))
    upgrade (self, msg, token);
  else
    serve (self, msg, path, token);
}

static void on_handshake_left (SoupServerMessage *msg, gpointer user_data);

static void
on_handshake_done (SoupServerMessage *msg, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (msg, on_handshake_done, NULL);
  g_signal_handlers_disconnect_by_func (msg, on_handshake_left, NULL);
  g_object_unref (msg);
}

static gboolean
drop_message (gpointer msg)
{
  g_object_unref (msg);
  return G_SOURCE_REMOVE;
}

static void
on_handshake_left (SoupServerMessage *msg, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (msg, on_handshake_done, NULL);
  g_signal_handlers_disconnect_by_func (msg, on_handshake_left, NULL);
  g_timeout_add_seconds (HANDSHAKE_END_S, drop_message, msg);
}

/* libsoup before 3.6.6: a connection that is let go while its TLS handshake runs (the server
 * is stopped) is used once more when that has ended. The first message of a connection is
 * there from the start, and holds it: until the handshake is done, or has had the time to
 * end by itself, since the socket is closed then. */
static void
keep_through_handshake (SoupServerMessage *msg, GSocket *socket)
{
  static const char known[] = "phone-exchange-known";

  if (g_object_get_data (G_OBJECT (socket), known) != NULL)
    return;
  g_object_set_data (G_OBJECT (socket), known, (gpointer)known);
  g_object_ref (msg);
  g_signal_connect (msg, "connected", G_CALLBACK (on_handshake_done), NULL);
  g_signal_connect (msg, "disconnected", G_CALLBACK (on_handshake_left), NULL);
}

/* A request that never ends must not hold its connection for ever. */
static void
on_request_started (SoupServer *server, SoupServerMessage *msg, gpointer user_data)
{
  GSocket *socket = soup_server_message_get_socket (msg);

  if (socket == NULL)
    return;
  g_socket_set_timeout (socket, HTTP_TIMEOUT_S);
  if (soup_server_is_https (server))
    keep_through_handshake (msg, socket);
}

void
phone_exchange_web_attach (PhoneExchange *self, SoupServer *server)
{
  soup_server_remove_websocket_extension (server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_handler (server, NULL, on_request, self, NULL);
  g_signal_connect (server, "request-started", G_CALLBACK (on_request_started), NULL);
}
