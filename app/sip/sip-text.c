/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"

#include <string.h>

G_DEFINE_QUARK (sip - error - quark, sip_error)

/* Character classes of RFC 3261 §25.1, one bit each. */
enum {
  CLASS_TOKEN = 1 << 0,
  CLASS_HOST = 1 << 1,
  CLASS_DIGIT = 1 << 2,
  CLASS_SPACE = 1 << 3,
  CLASS_IPV6 = 1 << 4,
  CLASS_NAME = 1 << 5, /* of a parameter, in a URI or in a header */
};

#define ALPHA (CLASS_TOKEN | CLASS_HOST | CLASS_NAME)
#define HEX (ALPHA | CLASS_IPV6)
#define DIGIT (HEX | CLASS_DIGIT)

/* '_' is no character of a host name, but many networks have one. */
static const guint8 classes[256] = {
    ['0' ... '9'] = DIGIT,
    ['A' ... 'F'] = HEX,
    ['G' ... 'Z'] = ALPHA,
    ['a' ... 'f'] = HEX,
    ['g' ... 'z'] = ALPHA,
    ['-'] = ALPHA,
    ['.'] = HEX,
    ['_'] = ALPHA,
    [':'] = CLASS_IPV6 | CLASS_NAME,
    ['$'] = CLASS_NAME,
    ['&'] = CLASS_NAME,
    ['/'] = CLASS_NAME,
    ['['] = CLASS_NAME,
    [']'] = CLASS_NAME,
    ['!'] = CLASS_TOKEN | CLASS_NAME,
    ['%'] = CLASS_TOKEN | CLASS_NAME,
    ['*'] = CLASS_TOKEN | CLASS_NAME,
    ['+'] = CLASS_TOKEN | CLASS_NAME,
    ['`'] = CLASS_TOKEN | CLASS_NAME,
    ['\''] = CLASS_TOKEN | CLASS_NAME,
    ['~'] = CLASS_TOKEN | CLASS_NAME,
    [' '] = CLASS_SPACE,
    ['\t'] = CLASS_SPACE,
    ['\r'] = CLASS_SPACE,
    ['\n'] = CLASS_SPACE,
};

static inline gboolean
is_in (char c, guint8 mask)
{
  return (classes[(guint8)c] & mask) != 0;
}

static gboolean
all_in (SipText text, guint8 mask)
{
  for (gsize i = 0; i < text.len; i++)
    if (!is_in (text.s[i], mask))
      return FALSE;
  return text.len > 0;
}

guint
sip_error_get_status (const GError *error)
{
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TOO_LARGE))
    return 513;
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_VERSION))
    return 505;
  return 400;
}

SipText
sip_text_from_str (const char *str)
{
  return (SipText){str, str != NULL ? strlen (str) : 0};
}

SipText
sip_text_new (const char *s, gsize len)
{
  return (SipText){s, len};
}

SipText
sip_text_skip (SipText text, gsize n)
{
  if (n > text.len)
    n = text.len;
  return (SipText){text.s != NULL ? text.s + n : NULL, text.len - n};
}

gboolean
sip_text_is_empty (SipText text)
{
  return text.len == 0;
}

gboolean
sip_text_equal (SipText a, SipText b)
{
  return a.len == b.len && (a.len == 0 || memcmp (a.s, b.s, a.len) == 0);
}

gboolean
sip_text_equal_str (SipText text, const char *str)
{
  return sip_text_equal (text, sip_text_from_str (str));
}

gboolean
sip_text_equal_case (SipText a, SipText b)
{
  if (a.len != b.len)
    return FALSE;
  for (gsize i = 0; i < a.len; i++)
    if (a.s[i] != b.s[i] && g_ascii_tolower (a.s[i]) != g_ascii_tolower (b.s[i]))
      return FALSE;
  return TRUE;
}

gboolean
sip_text_equal_case_str (SipText text, const char *str)
{
  return sip_text_equal_case (text, sip_text_from_str (str));
}

gboolean
sip_text_starts_with_case (SipText text, const char *prefix)
{
  gsize len = strlen (prefix);

  return text.len >= len &&
         sip_text_equal_case ((SipText){text.s, len}, (SipText){prefix, len});
}

char *
sip_text_dup (SipText text)
{
  char *copy;

  if (text.s == NULL)
    return NULL;
  copy = g_malloc (text.len + 1);
  memcpy (copy, text.s, text.len);
  copy[text.len] = '\0';
  return copy;
}

SipText
sip_text_trim (SipText text)
{
  while (text.len > 0 && is_in (text.s[0], CLASS_SPACE)) {
    text.s++;
    text.len--;
  }
  while (text.len > 0 && is_in (text.s[text.len - 1], CLASS_SPACE))
    text.len--;
  return text;
}

gboolean
sip_text_to_uint (SipText text, guint64 max, guint64 *out)
{
  guint64 number = 0;

  if (text.len == 0)
    return FALSE;
  for (gsize i = 0; i < text.len; i++) {
    guint digit;

    if (!is_in (text.s[i], CLASS_DIGIT))
      return FALSE;
    digit = text.s[i] - '0';
    if (number > max / 10 || number * 10 > max - MIN (digit, max))
      return FALSE;
    number = number * 10 + digit;
    if (number > max)
      return FALSE;
  }
  *out = number;
  return TRUE;
}

gboolean
sip_text_to_seconds (SipText text, guint32 *out)
{
  guint64 number;

  if (!all_in (text, CLASS_DIGIT))
    return FALSE;
  if (!sip_text_to_uint (text, G_MAXUINT32, &number))
    number = G_MAXUINT32;
  *out = number;
  return TRUE;
}

gboolean
sip_text_to_q (SipText text, guint *thousandths)
{
  guint q, scale = 100;

  if (text.len < 1 || text.len > 5 || (text.s[0] != '0' && text.s[0] != '1'))
    return FALSE;
  q = (text.s[0] - '0') * 1000;
  if (text.len > 1 && text.s[1] != '.')
    return FALSE;
  for (gsize i = 2; i < text.len; i++, scale /= 10) {
    if (!is_in (text.s[i], CLASS_DIGIT))
      return FALSE;
    q += (text.s[i] - '0') * scale;
  }
  if (q > 1000)
    return FALSE;
  *thousandths = q;
  return TRUE;
}

gboolean
sip_text_is_token (SipText text)
{
  return all_in (text, CLASS_TOKEN);
}

static gboolean
is_ipv6 (SipText text)
{
  guint n_colons = 0;

  for (gsize i = 0; i < text.len; i++)
    n_colons += text.s[i] == ':';
  return n_colons >= 2 && n_colons <= 8 && all_in (text, CLASS_IPV6);
}

gboolean
sip_text_is_host (SipText text)
{
  if (text.len > 2 && text.s[0] == '[' && text.s[text.len - 1] == ']')
    return is_ipv6 ((SipText){text.s + 1, text.len - 2});
  return all_in (text, CLASS_HOST);
}

gboolean
sip_text_is_escape (SipText text, gsize i)
{
  return i + 2 < text.len && text.s[i] == '%' && g_ascii_isxdigit (text.s[i + 1]) &&
         g_ascii_isxdigit (text.s[i + 2]);
}

gboolean
sip_text_has_forbidden_byte (SipText text)
{
  return text.len > 0 && (memchr (text.s, '\n', text.len) != NULL ||
                          memchr (text.s, '\r', text.len) != NULL ||
                          memchr (text.s, '\0', text.len) != NULL);
}

/* The position behind a quoted string that starts at i; G_MAXSIZE if it does not end. */
static gsize
find_quoted_end (SipText text, gsize i)
{
  for (i++; i < text.len; i++) {
    if (text.s[i] == '"')
      return i + 1;
    if (text.s[i] == '\\')
      i++;
  }
  return G_MAXSIZE;
}

gboolean
sip_text_is_quoted (SipText text)
{
  return text.len >= 2 && text.s[0] == '"' && find_quoted_end (text, 0) == text.len;
}

char *
sip_text_dup_unquoted (SipText text)
{
  GString *out;

  if (!sip_text_is_quoted (text))
    return sip_text_dup (text);
  out = g_string_sized_new (text.len);
  for (gsize i = 1; i < text.len - 1; i++) {
    if (text.s[i] == '\\' && i + 1 < text.len - 1)
      i++;
    g_string_append_c (out, text.s[i]);
  }
  return g_string_free (out, FALSE);
}

char *
sip_text_dup_quoted (SipText text)
{
  GString *out = g_string_sized_new (text.len + 2);

  g_string_append_c (out, '"');
  for (gsize i = 0; i < text.len; i++) {
    guint8 c = text.s[i];

    if (c == '"' || c == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, c < 0x20 || c == 0x7f ? ' ' : c);
  }
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}

static gsize
skip_quoted (SipText text, gsize i)
{
  return MIN (find_quoted_end (text, i), text.len);
}

gsize
sip_text_find_unquoted (SipText text, char stop)
{
  gsize i = 0;

  while (i < text.len && text.s[i] != stop)
    i = text.s[i] == '"' ? skip_quoted (text, i) : i + 1;
  return i;
}

gsize
sip_text_find_outside (SipText text, char stop)
{
  gsize i = 0;

  if (text.len == 0 || memchr (text.s, stop, text.len) == NULL)
    return text.len;
  while (i < text.len && text.s[i] != stop) {
    if (text.s[i] == '"') {
      i = skip_quoted (text, i);
    } else if (text.s[i] == '<') {
      const char *close = memchr (text.s + i, '>', text.len - i);

      i = close != NULL ? (gsize)(close - text.s) + 1 : text.len;
    } else {
      i++;
    }
  }
  return i;
}

gboolean
sip_text_next (SipText *rest, char separator, SipText *piece)
{
  while (rest->len > 0) {
    gsize end = sip_text_find_outside (*rest, separator);

    *piece = sip_text_trim ((SipText){rest->s, end});
    *rest = sip_text_skip (*rest, end + 1);
    if (piece->len > 0)
      return TRUE;
  }
  return FALSE;
}

void
sip_text_split_param (SipText param, SipText *name, SipText *value)
{
  gsize end = sip_text_find_unquoted (param, '=');

  *name = sip_text_trim ((SipText){param.s, end});
  *value =
      end < param.len ? sip_text_trim (sip_text_skip (param, end + 1)) : SIP_TEXT_NONE;
}

static gsize
skip_spaces (SipText text, gsize i)
{
  while (i < text.len && is_in (text.s[i], CLASS_SPACE))
    i++;
  return i;
}

/* The end of a value that starts at i, or i if there is none. */
static gsize
find_value_end (SipText text, gsize i)
{
  if (i < text.len && text.s[i] == '"') {
    gsize end = find_quoted_end (text, i);

    return end == G_MAXSIZE ? i : end;
  }
  while (i < text.len && text.s[i] != ';' && !is_in (text.s[i], CLASS_SPACE) &&
         text.s[i] != '"')
    i++;
  return i;
}

gboolean
sip_params_next (SipText *rest, SipText *name, SipText *value)
{
  SipText text = *rest;
  gsize i = skip_spaces (text, 0), start;

  if (i < text.len && text.s[i] == ';')
    i = skip_spaces (text, i + 1);
  if (i == text.len) { /* also behind a last ';', which some senders leave */
    *rest = SIP_TEXT_NONE;
    return FALSE;
  }
  for (start = i; i < text.len && is_in (text.s[i], CLASS_NAME); i++)
    ;
  *name = (SipText){text.s + start, i - start};
  *value = SIP_TEXT_NONE;
  if (name->len == 0)
    return FALSE;
  i = skip_spaces (text, i);
  if (i < text.len && text.s[i] == '=') {
    start = skip_spaces (text, i + 1);
    i = find_value_end (text, start);
    *value = (SipText){text.s + start, i - start};
    if (value->len == 0)
      return FALSE;
    i = skip_spaces (text, i);
  }
  if (i < text.len && text.s[i] != ';')
    return FALSE;
  *rest = (SipText){text.s + i, text.len - i};
  return TRUE;
}

gboolean
sip_params_get (SipText params, const char *name, SipText *value)
{
  SipText found_name, found_value;

  while (sip_params_next (&params, &found_name, &found_value)) {
    if (!sip_text_equal_case_str (found_name, name))
      continue;
    if (value != NULL)
      *value = found_value;
    return TRUE;
  }
  return FALSE;
}

gboolean
sip_params_has (SipText params, const char *name)
{
  return sip_params_get (params, name, NULL);
}

gboolean
sip_params_get_seconds (SipText params, const char *name, guint32 *seconds)
{
  SipText value;

  return sip_params_get (params, name, &value) && sip_text_to_seconds (value, seconds);
}

gboolean
sip_params_are_valid (SipText params)
{
  SipText name, value;

  while (sip_params_next (&params, &name, &value))
    ;
  return params.len == 0;
}

SipKeepalive
sip_keepalive_from_frame (const guint8 *frame, gsize len)
{
  SipText text = {(const char *)frame, len};

  if (len == 0)
    return SIP_KEEPALIVE_EMPTY;
  if (sip_text_equal_str (text, "\r\n") || sip_text_equal_str (text, "\n"))
    return SIP_KEEPALIVE_PONG;
  if (sip_text_equal_str (text, "\r\n\r\n") || sip_text_equal_str (text, "\n\n"))
    return SIP_KEEPALIVE_PING;
  return SIP_KEEPALIVE_NONE;
}

char *
sip_random_token (const SipRandom *random, gsize n)
{
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  char *token = g_malloc (n + 1);

  random->fill (random->data, (guint8 *)token, n);
  for (gsize i = 0; i < n; i++)
    token[i] = alphabet[(guint8)token[i] & 31];
  token[n] = '\0';
  return token;
}
