/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-uri.h"

#include <arpa/inet.h>
#include <string.h>

#define MARK "-_.!~*'()"

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_SYNTAX, what);
  return FALSE;
}

/* ---- Parsing ---- */

/* What no part of a URI may have: controls, space, the delimiters around a URI, and a %
 * that escapes nothing. Bytes over 0x7f pass: some senders forget to escape UTF-8. */
static gboolean
has_bad_byte (SipText text)
{
  for (gsize i = 0; i < text.len; i++) {
    guint8 c = text.s[i];

    if (c <= ' ' || c == '"' || c == '<' || c == '>' || c == 0x7f)
      return TRUE;
    if (c == '%' && !sip_text_is_escape (text, i))
      return TRUE;
  }
  return FALSE;
}

static gboolean
parse_scheme (SipText text, SipUri *uri)
{
  gsize i = 0;

  while (i < text.len && (g_ascii_isalnum (text.s[i]) || text.s[i] == '+' ||
                          text.s[i] == '-' || text.s[i] == '.'))
    i++;
  if (i == 0 || i + 1 >= text.len || text.s[i] != ':' || !g_ascii_isalpha (text.s[0]))
    return FALSE;
  uri->scheme_text = (SipText){text.s, i};
  uri->opaque = sip_text_skip (text, i + 1);
  if (sip_text_equal_case_str (uri->scheme_text, "sip"))
    uri->scheme = SIP_URI_SIP;
  else if (sip_text_equal_case_str (uri->scheme_text, "sips"))
    uri->scheme = SIP_URI_SIPS;
  else if (sip_text_equal_case_str (uri->scheme_text, "tel"))
    uri->scheme = SIP_URI_TEL;
  else
    uri->scheme = SIP_URI_OTHER;
  return TRUE;
}

static gboolean
parse_userinfo (SipText userinfo, SipUri *uri)
{
  const char *colon = memchr (userinfo.s, ':', userinfo.len);

  uri->user = userinfo;
  if (colon != NULL) {
    uri->user.len = colon - userinfo.s;
    uri->password = sip_text_skip (userinfo, uri->user.len + 1);
  }
  return uri->user.len > 0;
}

/* The end of host and port in text, where parameters or headers begin. */
static gsize
find_hostport_end (SipText text)
{
  gsize i = 0;

  while (i < text.len && text.s[i] != ';' && text.s[i] != '?')
    i++;
  return i;
}

static gboolean
parse_hostport (SipText text, SipUri *uri)
{
  const char *close =
      text.len > 0 && text.s[0] == '[' ? memchr (text.s, ']', text.len) : NULL;
  gsize from = close != NULL ? (gsize)(close - text.s) : 0;
  const char *colon = memchr (text.s + from, ':', text.len - from);
  guint64 port;

  uri->host = text;
  if (colon != NULL) {
    uri->host.len = colon - text.s;
    if (!sip_text_to_uint (sip_text_skip (text, uri->host.len + 1), 65535, &port) ||
        port == 0)
      return FALSE;
    uri->port = port;
  }
  return sip_text_is_host (uri->host);
}

static gboolean
parse_sip (SipUri *uri, GError **error)
{
  SipText rest = uri->opaque;
  const char *at = memchr (rest.s, '@', rest.len);
  gsize end;

  if (at != NULL) {
    if (!parse_userinfo ((SipText){rest.s, at - rest.s}, uri))
      return fail (error, "URI with an empty user");
    rest = sip_text_skip (rest, at - rest.s + 1);
  }
  if (rest.len > 0 && memchr (rest.s, '@', rest.len) != NULL)
    return fail (error, "URI with a second @");
  end = find_hostport_end (rest);
  if (end == 0 || !parse_hostport ((SipText){rest.s, end}, uri))
    return fail (error, "URI with a bad host or port");
  rest = sip_text_skip (rest, end);
  if (rest.len > 0 && rest.s[0] == ';') {
    const char *question = memchr (rest.s, '?', rest.len);

    end = question != NULL ? (gsize)(question - rest.s) : rest.len;
    uri->params = (SipText){rest.s + 1, end - 1};
    if (!sip_params_are_valid (uri->params))
      return fail (error, "URI with a bad parameter");
    rest = sip_text_skip (rest, end);
  }
  if (rest.len > 0)
    uri->headers = sip_text_skip (rest, 1);
  return TRUE;
}

static gboolean
parse_tel (SipUri *uri, GError **error)
{
  const char *semicolon = memchr (uri->opaque.s, ';', uri->opaque.len);
  gboolean has_digit = FALSE;

  uri->user = uri->opaque;
  if (semicolon != NULL) {
    uri->user.len = semicolon - uri->opaque.s;
    uri->params = sip_text_skip (uri->opaque, uri->user.len + 1);
    if (!sip_params_are_valid (uri->params))
      return fail (error, "tel URI with a bad parameter");
  }
  for (gsize i = 0; i < uri->user.len; i++) {
    char c = uri->user.s[i];

    if (!g_ascii_isxdigit (c) && strchr ("*#-.()", c) == NULL && !(c == '+' && i == 0))
      return fail (error, "tel URI with a bad number");
    has_digit |= g_ascii_isxdigit (c) || c == '*' || c == '#';
  }
  return has_digit || fail (error, "tel URI without a number");
}

gboolean
sip_uri_parse (SipText text, SipUri *uri, GError **error)
{
  memset (uri, 0, sizeof *uri);
  uri->text = text;
  if (text.len > SIP_MAX_URI_BYTES)
    return fail (error, "URI over the limit");
  if (text.len == 0 || has_bad_byte (text))
    return fail (error, "URI with a byte that it cannot have");
  if (!parse_scheme (text, uri))
    return fail (error, "URI without a scheme");
  switch (uri->scheme) {
  case SIP_URI_SIP:
  case SIP_URI_SIPS:
    return parse_sip (uri, error);
  case SIP_URI_TEL:
    return parse_tel (uri, error);
  case SIP_URI_OTHER:
    return TRUE;
  }
  return FALSE;
}

gboolean
sip_uri_get_param (const SipUri *uri, const char *name, SipText *value)
{
  return sip_params_get (uri->params, name, value);
}

gboolean
sip_uri_has_param (const SipUri *uri, const char *name)
{
  return sip_params_has (uri->params, name);
}

/* ---- Comparing ---- */

typedef enum {
  FOLD_NONE,
  FOLD_CASE,
} Fold;

/* The next character for comparing. A reserved one that is escaped is not the same as one
 * that is not (RFC 3261 §19.1.4): it gets a bit that no byte has. */
static guint
next_char (SipText text, gsize *i, Fold fold)
{
  guint8 c = text.s[(*i)++];

  if (sip_text_is_escape (text, *i - 1)) {
    c = g_ascii_xdigit_value (text.s[*i]) << 4 | g_ascii_xdigit_value (text.s[*i + 1]);
    *i += 2;
    if (c != 0 && strchr (";/?:@&=+$,", c) != NULL)
      return 0x100 | c;
  }
  return fold == FOLD_CASE ? (guint8)g_ascii_tolower (c) : c;
}

static gboolean
part_equal (SipText a, SipText b, Fold fold)
{
  gsize i = 0, j = 0;

  if ((a.s == NULL) != (b.s == NULL))
    return FALSE;
  while (i < a.len && j < b.len)
    if (next_char (a, &i, fold) != next_char (b, &j, fold))
      return FALSE;
  return i == a.len && j == b.len;
}

static gboolean
parse_ipv6 (SipText host, struct in6_addr *address)
{
  char text[INET6_ADDRSTRLEN];

  if (host.len < 2 || host.s[0] != '[' || host.len - 2 >= sizeof text)
    return FALSE;
  memcpy (text, host.s + 1, host.len - 2);
  text[host.len - 2] = '\0';
  return inet_pton (AF_INET6, text, address) == 1;
}

/* Two ways to write one IPv6 address are the same host (RFC 5954 §3.2). */
static gboolean
host_equal (SipText a, SipText b)
{
  struct in6_addr address_a, address_b;

  if (sip_text_equal_case (a, b))
    return TRUE;
  return parse_ipv6 (a, &address_a) && parse_ipv6 (b, &address_b) &&
         memcmp (&address_a, &address_b, sizeof address_a) == 0;
}

static gboolean
find_param (SipText params, SipText name, SipText *value)
{
  SipText found;

  while (sip_params_next (&params, &found, value))
    if (part_equal (found, name, FOLD_CASE))
      return TRUE;
  return FALSE;
}

static gboolean
must_be_in_both (SipText name)
{
  static const char *const names[] = {"user", "ttl", "method", "maddr", "transport"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (sip_text_equal_case_str (name, names[i]))
      return TRUE;
  return FALSE;
}

/* Every parameter of a that is in b too is the same there. */
static gboolean
params_agree (SipText a, SipText b, gboolean all_must_be_there)
{
  SipText name, value, other;

  while (sip_params_next (&a, &name, &value)) {
    if (find_param (b, name, &other)) {
      if (!part_equal (value, other, FOLD_CASE))
        return FALSE;
    } else if (all_must_be_there || must_be_in_both (name)) {
      return FALSE;
    }
  }
  return TRUE;
}

/* The part up to '&', in any order of parts, is in the other one just as often. */
static guint
count_header (SipText headers, SipText name, SipText value)
{
  SipText piece, other_name, other_value;
  guint n = 0;

  while (sip_text_next (&headers, '&', &piece)) {
    sip_text_split_param (piece, &other_name, &other_value);
    n += part_equal (name, other_name, FOLD_CASE) &&
         part_equal (value, other_value, FOLD_NONE);
  }
  return n;
}

static gboolean
headers_covered (SipText a, SipText b)
{
  SipText rest = a, piece, name, value;

  while (sip_text_next (&rest, '&', &piece)) {
    sip_text_split_param (piece, &name, &value);
    if (count_header (a, name, value) != count_header (b, name, value))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_separator (char c)
{
  return c == '-' || c == '.' || c == '(' || c == ')';
}

static gboolean
number_equal (SipText a, SipText b)
{
  gsize i = 0, j = 0;

  for (;;) {
    while (i < a.len && is_separator (a.s[i]))
      i++;
    while (j < b.len && is_separator (b.s[j]))
      j++;
    if (i == a.len || j == b.len)
      return i == a.len && j == b.len;
    if (g_ascii_tolower (a.s[i++]) != g_ascii_tolower (b.s[j++]))
      return FALSE;
  }
}

gboolean
sip_uri_equal (const SipUri *a, const SipUri *b)
{
  if (a->scheme != b->scheme)
    return FALSE;
  /* The usual case, and the only one where a parameter that is there twice is equal. */
  if (sip_text_equal (a->text, b->text))
    return TRUE;
  switch (a->scheme) {
  case SIP_URI_SIP:
  case SIP_URI_SIPS:
    return part_equal (a->user, b->user, FOLD_NONE) &&
           part_equal (a->password, b->password, FOLD_NONE) &&
           host_equal (a->host, b->host) && a->port == b->port &&
           params_agree (a->params, b->params, FALSE) &&
           params_agree (b->params, a->params, FALSE) &&
           headers_covered (a->headers, b->headers) &&
           headers_covered (b->headers, a->headers);
  case SIP_URI_TEL:
    return number_equal (a->user, b->user) && params_agree (a->params, b->params, TRUE) &&
           params_agree (b->params, a->params, TRUE);
  case SIP_URI_OTHER:
    return sip_text_equal_case (a->scheme_text, b->scheme_text) &&
           sip_text_equal (a->opaque, b->opaque);
  }
  return FALSE;
}

/* ---- Writing ---- */

static void
append (GString *out, SipText text)
{
  if (text.len > 0)
    g_string_append_len (out, text.s, text.len);
}

static void
append_params (GString *out, SipText params, SipUriFlags flags)
{
  SipText name, value;

  while (sip_params_next (&params, &name, &value)) {
    if ((flags & SIP_URI_FOR_REQUEST) && sip_text_equal_case_str (name, "method"))
      continue;
    g_string_append_c (out, ';');
    append (out, name);
    if (value.s != NULL) {
      g_string_append_c (out, '=');
      append (out, value);
    }
  }
}

char *
sip_uri_to_string (const SipUri *uri, SipUriFlags flags)
{
  GString *out = g_string_sized_new (uri->text.len + 1);

  append (out, uri->scheme_text);
  g_string_append_c (out, ':');
  if (uri->scheme == SIP_URI_OTHER) {
    append (out, uri->opaque);
    return g_string_free (out, FALSE);
  }
  append (out, uri->user);
  if (uri->password.s != NULL) {
    g_string_append_c (out, ':');
    append (out, uri->password);
  }
  if (uri->user.s != NULL && uri->scheme != SIP_URI_TEL)
    g_string_append_c (out, '@');
  append (out, uri->host);
  if (uri->port != 0)
    g_string_append_printf (out, ":%u", uri->port);
  append_params (out, uri->params, flags);
  if (uri->headers.s != NULL && !(flags & SIP_URI_FOR_REQUEST)) {
    g_string_append_c (out, '?');
    append (out, uri->headers);
  }
  return g_string_free (out, FALSE);
}

static void
append_number (GString *out, SipText number)
{
  for (gsize i = 0; i < number.len; i++)
    if (!is_separator (number.s[i]))
      g_string_append_c (out, g_ascii_tolower (number.s[i]));
}

static void
append_canonical_user (GString *out, SipText user)
{
  g_autofree char *plain = sip_uri_unescape (user);
  g_autofree char *escaped = NULL;

  if (plain == NULL) { /* an escaped NUL: keep it as it is */
    append (out, user);
    return;
  }
  escaped = sip_uri_escape (sip_text_from_str (plain), SIP_URI_PART_USER);
  g_string_append (out, escaped);
}

char *
sip_uri_dup_address_of_record (const SipUri *uri)
{
  GString *out = g_string_sized_new (uri->text.len);

  append (out, uri->scheme_text);
  g_string_ascii_down (out);
  g_string_append_c (out, ':');
  if (uri->scheme == SIP_URI_OTHER) {
    append (out, uri->opaque);
    return g_string_free (out, FALSE);
  }
  if (uri->scheme == SIP_URI_TEL) {
    append_number (out, uri->user);
    return g_string_free (out, FALSE);
  }
  if (uri->user.s != NULL) {
    append_canonical_user (out, uri->user);
    g_string_append_c (out, '@');
  }
  for (gsize i = 0; i < uri->host.len; i++)
    g_string_append_c (out, g_ascii_tolower (uri->host.s[i]));
  if (uri->port != 0 && uri->port != (uri->scheme == SIP_URI_SIPS ? 5061 : 5060))
    g_string_append_printf (out, ":%u", uri->port);
  return g_string_free (out, FALSE);
}

char *
sip_uri_escape (SipText text, SipUriPart part)
{
  static const char *const allowed[] = {
      [SIP_URI_PART_USER] = MARK "&=+$,;?/",
      [SIP_URI_PART_PASSWORD] = MARK "&=+$,",
      [SIP_URI_PART_PARAM] = MARK "[]/:&+$",
      [SIP_URI_PART_HEADER] = MARK "[]/?:+$",
  };
  GString *out = g_string_sized_new (text.len + 16);

  for (gsize i = 0; i < text.len; i++) {
    guint8 c = text.s[i];

    if (g_ascii_isalnum (c) || (c != 0 && strchr (allowed[part], c) != NULL))
      g_string_append_c (out, c);
    else
      g_string_append_printf (out, "%%%02X", c);
  }
  return g_string_free (out, FALSE);
}

char *
sip_uri_unescape (SipText text)
{
  g_autoptr (GString) out = g_string_sized_new (text.len);

  for (gsize i = 0; i < text.len; i++) {
    guint8 c = text.s[i];

    if (c == '%') {
      if (!sip_text_is_escape (text, i))
        return NULL;
      c = g_ascii_xdigit_value (text.s[i + 1]) << 4 |
          g_ascii_xdigit_value (text.s[i + 2]);
      i += 2;
    }
    if (c == 0)
      return NULL;
    g_string_append_c (out, c);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
