/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-check.h"

#include <string.h>

#include <gio/gio.h>

#define MAX_SERVERS 8
#define MAX_PREFIX_DIGITS 15

static gboolean
is_host_char (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '-' || c == '_';
}

/* host[:port], an IPv6 address in brackets; what the whole text must be. */
static gboolean
is_host_port (const char *text)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *url = g_strconcat ("x://", text, NULL);

  if (strpbrk (text, "/?#@%") != NULL)
    return FALSE;
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      g_uri_get_port (uri) == 0 || g_str_has_suffix (text, ":"))
    return FALSE;
  if (g_hostname_is_ip_address (g_uri_get_host (uri)))
    return TRUE;
  for (const char *at = g_uri_get_host (uri); *at != '\0'; at++)
    if (!is_host_char (*at))
      return FALSE;
  return TRUE;
}

const char *
phone_account_check_aor (const char *text)
{
  const char *user;
  const char *at;

  if (text == NULL)
    return "is needed";
  user = strchr (text, ':') + 1;
  at = strrchr (user, '@');
  if (at == NULL || at == user)
    return "is not user@domain";
  for (const char *c = user; c < at; c++)
    if (!g_ascii_isalnum (*c) && strchr ("-_.!~*'()&=+$,;?/%", *c) == NULL)
      return "has a character in the user part that must be written as %XX";
  if (!is_host_port (at + 1))
    return "has no good domain";
  return NULL;
}

static const char *
check_server (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD, NULL);

  if (uri == NULL)
    return "is not an address";
  if (!g_str_equal (g_uri_get_scheme (uri), "ws") &&
      !g_str_equal (g_uri_get_scheme (uri), "wss"))
    return "does not begin with ws:// or wss://";
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return "has no host";
  if (g_uri_get_userinfo (uri) != NULL)
    return "must not hold a user or a password";
  if (g_uri_get_port (uri) == 0)
    return "has a port that cannot be";
  return NULL;
}

static gboolean
is_protected (const char *server)
{
  return g_ascii_strncasecmp (server, "wss:", 4) == 0;
}

const char *
phone_account_check_servers (const char *const *list, const char *aor)
{
  gboolean is_sips = aor != NULL && g_ascii_strncasecmp (aor, "sips:", 5) == 0;
  const char *reason = NULL;

  if (list[0] == NULL)
    return "is needed";
  if (g_strv_length ((char **)list) > MAX_SERVERS)
    return "holds more servers than are ever tried";
  for (guint i = 0; list[i] != NULL && reason == NULL; i++) {
    reason = check_server (list[i]);
    if (reason == NULL && is_protected (list[i]) != is_protected (list[0]))
      reason = "mixes ws:// and wss://";
    else if (reason == NULL && is_sips && !is_protected (list[i]))
      reason = "is ws://, which a sips: address cannot use";
  }
  return reason;
}

const char *
phone_account_check_dial_prefix (const char *text)
{
  const char *digits = text != NULL && *text == '+' ? text + 1 : text;

  if (text == NULL)
    return NULL;
  if (*digits == '\0' || strlen (digits) > MAX_PREFIX_DIGITS)
    return "is not 1 to 15 digits";
  for (const char *at = digits; *at != '\0'; at++)
    if (!g_ascii_isdigit (*at) && (digits != text || strchr ("*#", *at) == NULL))
      return "is neither + and digits nor keys of a telephone";
  return NULL;
}

const char *
phone_account_check_registrar (const char *text)
{
  if (text == NULL)
    return NULL;
  if (g_ascii_strncasecmp (text, "sip:", 4) == 0 && is_host_port (text + 4))
    return NULL;
  if (g_ascii_strncasecmp (text, "sips:", 5) == 0 && is_host_port (text + 5))
    return NULL;
  return "is not sip:domain";
}

const char *
phone_account_check_fingerprint (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (text == NULL)
    return NULL;
  if (length != 32 * 3 - 1)
    return "is not a SHA-256 in hex";
  for (gsize i = 0; i < length; i++)
    if (i % 3 != 2 && !g_ascii_isxdigit (text[i]))
      return "is not a SHA-256 in hex";
  return NULL;
}

const char *
phone_account_check_instance_id (const char *text)
{
  if (g_str_has_prefix (text, "urn:uuid:") &&
      g_uuid_string_is_valid (text + strlen ("urn:uuid:")))
    return NULL;
  return "is not a urn:uuid:";
}

const char *
phone_account_check_local_address (const char *text)
{
  if (text == NULL || g_hostname_is_ip_address (text))
    return NULL;
  return "is not an IP address";
}

const char *
phone_account_check_codecs (const char *const *list, const char *const *known)
{
  for (guint i = 0; list[i] != NULL; i++) {
    if (!g_strv_contains (known, list[i]))
      return "names a codec that is not known";
    for (guint k = 0; k < i; k++)
      if (g_str_equal (list[i], list[k]))
        return "names a codec twice";
  }
  return NULL;
}

/* RFC 7064 and 7065: no slashes, and a query at TURN alone. */
static const char *
check_ice_server (const char *text)
{
  g_autofree char *host_port = NULL;
  const char *query = strchr (text, '?');
  const char *host = strchr (text, ':');

  if (g_str_has_prefix (text, "turns:") || g_str_has_prefix (text, "stuns:"))
    return "asks for TLS to an ICE server, which is not done";
  if (!g_str_has_prefix (text, "stun:") && !g_str_has_prefix (text, "turn:"))
    return "holds something that begins neither with stun: nor with turn:";
  if (query != NULL && (text[0] == 's' || (!g_str_equal (query, "?transport=udp") &&
                                           !g_str_equal (query, "?transport=tcp"))))
    return "holds a query that is not ?transport=udp or ?transport=tcp";
  host_port = query != NULL ? g_strndup (host + 1, (gsize)(query - host - 1))
                            : g_strdup (host + 1);
  return is_host_port (host_port) ? NULL : "holds an entry without a good host";
}

const char *
phone_account_check_ice_servers (const char *const *list)
{
  const char *reason = NULL;

  for (guint i = 0; list[i] != NULL && reason == NULL; i++)
    reason = check_ice_server (list[i]);
  return reason;
}

/* No text of an account may break a line of SIP or of a log. */
const char *
phone_account_check_text (const char *text)
{
  for (const char *at = text; at != NULL && *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      return "holds a control character";
  return NULL;
}
