/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-uri.h"

#include <string.h>

/* What a person typed or clicked becomes a URI: everything in it is data. */

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_SYNTAX, what);
  return FALSE;
}

static gboolean
has_control (SipText text)
{
  for (gsize i = 0; i < text.len; i++)
    if ((guint8)text.s[i] < 0x20 || text.s[i] == 0x7f)
      return TRUE;
  return FALSE;
}

/* A control character, or a % that begins an escaped one. */
static gboolean
has_hidden_control (SipText text)
{
  for (gsize i = 0; i < text.len; i++)
    if (sip_text_is_escape (text, i) &&
        (text.s[i + 1] == '0' || text.s[i + 1] == '1' ||
         (text.s[i + 1] == '7' && g_ascii_tolower (text.s[i + 2]) == 'f')))
      return TRUE;
  return has_control (text);
}

static gboolean
looks_like_number (SipText text)
{
  gboolean has_digit = FALSE;

  for (gsize i = 0; i < text.len; i++) {
    has_digit |= g_ascii_isdigit (text.s[i]);
    if (!g_ascii_isdigit (text.s[i]) && strchr (" +-.()/*#", text.s[i]) == NULL)
      return FALSE;
  }
  return has_digit;
}

/* Keeps escapes that are there, and makes the missing ones. */
static void
append_dialled_user (GString *out, SipText user)
{
  gboolean is_number = looks_like_number (user);

  for (gsize i = 0; i < user.len; i++) {
    g_autofree char *escaped = NULL;

    if (is_number && (strchr (" -.()/", user.s[i]) != NULL))
      continue;
    if (sip_text_is_escape (user, i)) {
      g_string_append_len (out, user.s + i, 3);
      i += 2;
      continue;
    }
    escaped = sip_uri_escape ((SipText){user.s + i, 1}, SIP_URI_PART_USER);
    g_string_append (out, escaped);
  }
}

static char *
check_dialled (GString *uri_text, GError **error)
{
  g_autofree char *text = g_string_free (uri_text, FALSE);
  SipUri uri;

  if (!sip_uri_parse (sip_text_from_str (text), &uri, error))
    return NULL;
  if (uri.headers.s != NULL) {
    fail (error, "An address to dial must have no headers");
    return NULL;
  }
  return g_steal_pointer (&text);
}

static char *
dial_sip (const char *scheme, SipText rest, const char *domain, GError **error)
{
  const char *at = memchr (rest.s, '@', rest.len);
  SipText user = at != NULL ? (SipText){rest.s, at - rest.s} : rest;
  GString *out;

  if (user.len > 0 && memchr (user.s, ':', user.len) != NULL) {
    fail (error, "An address to dial must have no password");
    return NULL;
  }
  out = g_string_new (scheme);
  append_dialled_user (out, user);
  g_string_append_c (out, '@');
  if (at != NULL)
    g_string_append_len (out, at + 1, rest.len - user.len - 1);
  else
    g_string_append (out, domain != NULL ? domain : "");
  return check_dialled (out, error);
}

static char *
dial_tel (SipText rest, GError **error)
{
  GString *out = g_string_new ("tel:");

  for (gsize i = 0; i < rest.len; i++)
    if (rest.s[i] != ' ')
      g_string_append_c (out, rest.s[i]);
  return check_dialled (out, error);
}

/* "sip:example.org" is a host alone; "sip:bob" cannot be told from it and is one too. */
static char *
dial_scheme (SipText text, GError **error)
{
  SipText rest;

  if (sip_text_starts_with_case (text, "tel:"))
    return dial_tel (sip_text_skip (text, 4), error);
  if (!sip_text_starts_with_case (text, "sip:") &&
      !sip_text_starts_with_case (text, "sips:")) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_UNSUPPORTED, "Not a scheme to dial");
    return NULL;
  }
  rest = sip_text_skip (text, g_ascii_tolower (text.s[3]) == 's' ? 5 : 4);
  if (memchr (text.s, '@', text.len) == NULL)
    return check_dialled (g_string_new_len (text.s, text.len), error);
  return dial_sip (g_ascii_tolower (text.s[3]) == 's' ? "sips:" : "sip:", rest, NULL,
                   error);
}

/* Letters alone: "10.0.0.1:5060" and "example.org:5060" have none. */
static gboolean
has_scheme (SipText text)
{
  gsize i = 0;

  while (i < text.len && g_ascii_isalpha (text.s[i]))
    i++;
  return i > 0 && i < text.len && text.s[i] == ':';
}

char *
sip_uri_dup_from_dialled (const char *text, const char *domain, GError **error)
{
  SipText dialled = sip_text_from_str (text);

  /* One line end at the end comes with a paste; anywhere else it is an attack. */
  while (dialled.len > 0 && strchr (" \t\r\n", dialled.s[dialled.len - 1]) != NULL)
    dialled.len--;
  while (dialled.len > 0 && (dialled.s[0] == ' ' || dialled.s[0] == '\t'))
    dialled = sip_text_skip (dialled, 1);
  if (has_hidden_control (dialled)) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_FORBIDDEN_BYTE,
                         "A control character in an address to dial");
    return NULL;
  }
  if (dialled.len == 0) {
    fail (error, "Nothing to dial");
    return NULL;
  }
  if (has_scheme (dialled))
    return dial_scheme (dialled, error);
  return dial_sip ("sip:", dialled, domain, error);
}
