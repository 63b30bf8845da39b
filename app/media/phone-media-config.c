/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-config-private.h"
#include "phone-media-codec.h"
#include "phone-media-session.h"

enum { GATHER_MS = 500, TONE_HZ = 440, WIDTH = 640, HEIGHT = 480, FPS = 20 };
enum { STUN_PORT = 3478 };

G_DEFINE_BOXED_TYPE (PhoneMediaConfig,
                     phone_media_config,
                     phone_media_config_copy,
                     phone_media_config_free)

static void
free_secret (char *secret)
{
  if (secret)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
phone_media_ice_server_free (PhoneMediaIceServer *self)
{
  g_free (self->host);
  g_free (self->user);
  free_secret (self->password);
  g_free (self);
}

static gpointer
ice_server_copy (gconstpointer source, gpointer unused)
{
  const PhoneMediaIceServer *server = source;
  PhoneMediaIceServer *copy = g_new0 (PhoneMediaIceServer, 1);

  *copy = *server;
  copy->host = g_strdup (server->host);
  copy->user = g_strdup (server->user);
  copy->password = g_strdup (server->password);
  return copy;
}

PhoneMediaConfig *
phone_media_config_new (void)
{
  PhoneMediaConfig *self = g_new0 (PhoneMediaConfig, 1);

  self->audio_codecs = phone_media_codec_dup_names (PHONE_MEDIA_KIND_AUDIO);
  self->video_codecs = phone_media_codec_dup_names (PHONE_MEDIA_KIND_VIDEO);
  self->ice_servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify)phone_media_ice_server_free);
  self->gather_ms = GATHER_MS;
  self->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  self->video_source = PHONE_MEDIA_SOURCE_DEVICE;
  self->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  self->tone_hz = TONE_HZ;
  self->video_width = WIDTH;
  self->video_height = HEIGHT;
  self->video_fps = FPS;
  return self;
}

PhoneMediaConfig *
phone_media_config_copy (const PhoneMediaConfig *self)
{
  PhoneMediaConfig *copy = g_new0 (PhoneMediaConfig, 1);

  *copy = *self;
  copy->audio_codecs = g_strdupv (self->audio_codecs);
  copy->video_codecs = g_strdupv (self->video_codecs);
  copy->ice_servers = g_ptr_array_copy (self->ice_servers, ice_server_copy, NULL);
  g_ptr_array_set_free_func (copy->ice_servers,
                             (GDestroyNotify)phone_media_ice_server_free);
  copy->local_address = g_strdup (self->local_address);
  if (self->equipment)
    g_object_ref (self->equipment);
  return copy;
}

void
phone_media_config_free (PhoneMediaConfig *self)
{
  if (!self)
    return;
  g_strfreev (self->audio_codecs);
  g_strfreev (self->video_codecs);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_free (self->local_address);
  g_clear_object (&self->equipment);
  g_free (self);
}

static gboolean
refuse (GError **error, const char *uri, const char *reason)
{
  g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE_SERVER,
               "ICE server %s: %s", uri, reason);
  return FALSE;
}

static gboolean
parse_query (PhoneMediaIceServer *server, const char *query)
{
  if (!query)
    return TRUE;
  if (!server->is_turn || !g_str_has_prefix (query, "transport="))
    return FALSE;
  query += strlen ("transport=");
  server->tcp = g_ascii_strcasecmp (query, "tcp") == 0;
  return server->tcp || g_ascii_strcasecmp (query, "udp") == 0;
}

/* host, host:port or [v6]:port, with nothing else in it that a URI may carry. */
static gboolean
parse_host (PhoneMediaIceServer *server, const char *text)
{
  g_autoptr (GSocketConnectable) address = NULL;

  if (!*text || strpbrk (text, "/@#?% \t\r\n"))
    return FALSE;
  address = g_network_address_parse (text, STUN_PORT, NULL);
  if (!address)
    return FALSE;
  server->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  server->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return *server->host && server->port != 0;
}

gboolean
phone_media_config_add_ice_server (PhoneMediaConfig *self,
                                   const char *uri,
                                   const char *user,
                                   const char *password,
                                   GError **error)
{
  PhoneMediaIceServer *server = NULL;
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  g_auto (GStrv) parts = NULL;

  if (scheme && g_str_equal (scheme, "turns"))
    return refuse (error, uri, "turns: would be sent in plain text, use turn:");
  if (!scheme || (!g_str_equal (scheme, "stun") && !g_str_equal (scheme, "turn")))
    return refuse (error, uri, "neither stun: nor turn:");

  parts = g_strsplit (uri + strlen (scheme) + 1, "?", 2);
  server = g_new0 (PhoneMediaIceServer, 1);
  server->is_turn = g_str_equal (scheme, "turn");
  if (!parts[0] || !parse_host (server, parts[0]) || !parse_query (server, parts[1])) {
    phone_media_ice_server_free (server);
    return refuse (error, uri, "malformed");
  }
  if (server->is_turn && (!user || !*user || !password)) {
    phone_media_ice_server_free (server);
    return refuse (error, uri, "needs a user and a password");
  }
  server->user = g_strdup (user);
  server->password = g_strdup (password);
  g_ptr_array_add (self->ice_servers, server);
  return TRUE;
}

char *
phone_media_ice_server_dup_gst_uri (const PhoneMediaIceServer *self)
{
  const char *open = strchr (self->host, ':') ? "[" : "";
  const char *close = *open ? "]" : "";
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;

  if (!self->is_turn)
    return g_strdup_printf ("stun://%s%s%s:%u", open, self->host, close, self->port);
  user = g_uri_escape_string (self->user, NULL, FALSE);
  password = g_uri_escape_string (self->password, NULL, FALSE);
  return g_strdup_printf ("turn://%s:%s@%s%s%s:%u?transport=%s", user, password, open,
                          self->host, close, self->port, self->tcp ? "tcp" : "udp");
}
