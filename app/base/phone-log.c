/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-log.h"

#include <stdio.h>
#include <string.h>

#define WIRE_DOMAIN "phone-wire"
#define STRUCK "***"

/* A line of the frame as it is being struck out: unlike the SIP parser this trusts no
 * grammar, since broken frames are logged too. */
typedef struct {
  const char *s;
  gsize len;
} Slice;

/* ---- Escaping ---- */

/* Separators end a line for some readers, and bidi controls turn one around. */
static gboolean
is_plain (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return g_unichar_isprint (c) && type != G_UNICODE_FORMAT &&
         type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* The length of the character at s, 0 if it must be escaped. */
static gsize
plain_char_len (const char *s, gsize len)
{
  gunichar c = g_utf8_get_char_validated (s, len);

  if (c == (gunichar)-1 || c == (gunichar)-2 || !is_plain (c))
    return 0;
  return g_utf8_next_char (s) - s;
}

static void
append_escaped_byte (GString *out, guint8 c)
{
  switch (c) {
  case '\n':
    g_string_append (out, "\\n");
    return;
  case '\r':
    g_string_append (out, "\\r");
    return;
  case '\t':
    g_string_append (out, "\\t");
    return;
  case '\\':
    g_string_append (out, "\\\\");
    return;
  default:
    g_string_append_printf (out, "\\x%02x", c);
  }
}

static void
append_escaped (GString *out, const char *s, gsize len)
{
  gsize n;

  for (gsize i = 0; i < len; i += n) {
    n = s[i] == '\\' ? 0 : plain_char_len (s + i, len - i);
    if (n > 0) {
      g_string_append_len (out, s + i, n);
    } else {
      append_escaped_byte (out, s[i]);
      n = 1;
    }
  }
}

char *
phone_log_dup_one_line (const char *text, gssize len)
{
  GString *out;

  if (text == NULL)
    text = "", len = 0;
  if (len < 0)
    len = strlen (text);
  out = g_string_sized_new (len + 1);
  append_escaped (out, text, len);
  return g_string_free (out, FALSE);
}

/* ---- Striking out ---- */

static gboolean
starts_with (Slice line, const char *prefix)
{
  gsize len = strlen (prefix);

  return line.len >= len && g_ascii_strncasecmp (line.s, prefix, len) == 0;
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_' || c == '*';
}

/* The end of a value that starts at i: a quoted string, or up to a separator. A quoted
 * string that does not end takes all. */
static gsize
find_value_end (Slice line, gsize i)
{
  if (i < line.len && line.s[i] == '"') {
    for (i++; i < line.len; i++) {
      if (line.s[i] == '"')
        return i + 1;
      if (line.s[i] == '\\')
        i++;
    }
    return line.len;
  }
  while (i < line.len && strchr (", \t\r\n;", line.s[i]) == NULL)
    i++;
  return MIN (i, line.len);
}

static gboolean
is_secret_param (Slice name)
{
  static const char *const secrets[] = {"response", "nonce",  "cnonce",  "nextnonce",
                                        "rspauth",  "opaque", "password"};

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    if (name.len == strlen (secrets[i]) && starts_with (name, secrets[i]))
      return TRUE;
  return FALSE;
}

static gsize
skip_spaces (Slice line, gsize i)
{
  while (i < line.len && g_ascii_isspace (line.s[i]))
    i++;
  return i;
}

/* Digest: name=value pairs, of which some are secret. */
static void
strike_params (GString *out, Slice line)
{
  gsize i = 0;

  while (i < line.len) {
    gsize start = i, end;

    while (i < line.len && is_name_char (line.s[i]))
      i++;
    end = skip_spaces (line, i);
    if (i > start && end < line.len && line.s[end] == '=') {
      gsize value = skip_spaces (line, end + 1);

      end = find_value_end (line, value);
      append_escaped (out, line.s + start, value - start);
      if (is_secret_param ((Slice){line.s + start, i - start}))
        g_string_append (out, STRUCK);
      else
        append_escaped (out, line.s + value, end - value);
      i = end;
    } else {
      i = MAX (i, start + 1);
      append_escaped (out, line.s + start, i - start);
    }
  }
}

/* The credentials of a scheme that has no parameters (Basic, Bearer) are one secret. */
static void
strike_authentication (GString *out, Slice line, gsize name_len)
{
  gsize i = skip_spaces (line, name_len), scheme = i;

  while (i < line.len && is_name_char (line.s[i]))
    i++;
  append_escaped (out, line.s, i);
  if (i - scheme == 6 && starts_with ((Slice){line.s + scheme, 6}, "Digest"))
    strike_params (out, (Slice){line.s + i, line.len - i});
  else
    g_string_append (out, " " STRUCK);
}

/* sip:user:password@host anywhere in the line. */
static void
strike_uri_passwords (GString *out, Slice line)
{
  gsize done = 0;

  for (gsize i = 0; i < line.len; i++) {
    gsize start, at, colon;

    if (!starts_with ((Slice){line.s + i, line.len - i}, "sip:") &&
        !starts_with ((Slice){line.s + i, line.len - i}, "sips:"))
      continue;
    start = i + (line.s[i + 3] == ':' ? 4 : 5);
    for (at = start; at < line.len && strchr ("@<>\" \t", line.s[at]) == NULL;)
      at++;
    i = at; /* another one in between would end there as well */
    if (at >= line.len || line.s[at] != '@')
      continue;
    for (colon = start; colon < at && line.s[colon] != ':';)
      colon++;
    if (colon == at)
      continue;
    append_escaped (out, line.s + done, colon + 1 - done);
    g_string_append (out, STRUCK);
    done = at;
  }
  append_escaped (out, line.s + done, line.len - done);
}

static gboolean
is_authentication (Slice line, gsize *name_len)
{
  static const char *const names[] = {"Authorization",       "Proxy-Authorization",
                                      "WWW-Authenticate",    "Proxy-Authenticate",
                                      "Authentication-Info", "Proxy-Authentication-Info"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gsize len = strlen (names[i]), colon = len;

    if (!starts_with (line, names[i]))
      continue;
    colon = skip_spaces (line, len);
    if (colon < line.len && line.s[colon] == ':') {
      *name_len = colon + 1;
      return TRUE;
    }
  }
  return FALSE;
}

static void
strike_line (GString *out, Slice line)
{
  static const char *const secret_lines[] = {"a=ice-pwd:", "a=crypto:", "k="};
  gsize name_len;

  for (guint i = 0; i < G_N_ELEMENTS (secret_lines); i++) {
    if (!starts_with (line, secret_lines[i]))
      continue;
    append_escaped (out, line.s, strlen (secret_lines[i]));
    g_string_append (out, STRUCK);
    return;
  }
  if (!is_authentication (line, &name_len))
    strike_uri_passwords (out, line);
  else if (starts_with (line, "Authentication-Info") ||
           starts_with (line, "Proxy-Authentication-Info"))
    strike_params (out, line);
  else
    strike_authentication (out, line, name_len);
}

/* The line that starts at from, with the folded ones behind it; *next is where the
 * following one starts. A lone CR ends a line too: what a lenient peer may take for a line
 * must not be hidden in another. */
static Slice
take_line (Slice frame, gsize from, gsize *next)
{
  gsize end = from;

  for (;; end = *next) {
    while (end < frame.len && frame.s[end] != '\n' && frame.s[end] != '\r')
      end++;
    *next = MIN (end + 1, frame.len);
    if (end + 1 < frame.len && frame.s[end] == '\r' && frame.s[end + 1] == '\n')
      *next = end + 2;
    if (end == from || *next >= frame.len ||
        (frame.s[*next] != ' ' && frame.s[*next] != '\t'))
      return (Slice){frame.s + from, end - from};
  }
}

char *
phone_log_dup_redacted (const void *frame, gsize len)
{
  Slice all = {frame, len};
  GString *out = g_string_sized_new (len + 64);
  gsize next;

  for (gsize at = 0; at < len; at = next) {
    strike_line (out, take_line (all, at, &next));
    g_string_append_c (out, '\n');
  }
  return g_string_free (out, FALSE);
}

/* ---- The trace ---- */

static gboolean is_tracing;

void
phone_log_set_trace (gboolean is_on)
{
  is_tracing = is_on;
}

static const char *
get_arrow (PhoneWireDirection direction)
{
  return direction == PHONE_WIRE_SENT ? "-->" : "<--";
}

/* Lines of the frame, each behind a bar, so that no peer can make a line that looks like
 * one of ours. */
char *
phone_log_dup_rung (PhoneWireDirection direction,
                    const char *who,
                    gint64 real_time_us,
                    const void *frame,
                    gsize len)
{
  g_autoptr (GDateTime) epoch = g_date_time_new_from_unix_local (0);
  g_autoptr (GDateTime) at = g_date_time_add (epoch, real_time_us);
  g_autofree char *time = g_date_time_format (at, "%H:%M:%S.%f");
  g_autofree char *text = phone_log_dup_redacted (frame, len);
  g_autofree char *name = phone_log_dup_one_line (who, -1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%.12s %s %s (%" G_GSIZE_FORMAT " bytes)\n", time,
                          get_arrow (direction), name, len);
  for (guint i = 0; lines[i] != NULL && (lines[i][0] != '\0' || lines[i + 1] != NULL);
       i++)
    g_string_append_printf (out, "  | %s\n", lines[i]);
  return g_string_free (out, FALSE);
}

/* Without a reader nothing is struck out or copied: frames are many. */
static gboolean
is_logged (void)
{
  return !g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, WIRE_DOMAIN);
}

void
phone_log_wire (PhoneWireDirection direction,
                const char *who,
                const void *frame,
                gsize len)
{
  g_autofree char *text = NULL, *rung = NULL, *name = NULL;

  if (is_tracing) {
    rung = phone_log_dup_rung (direction, who, g_get_real_time (), frame, len);
    fputs (rung, stderr);
  }
  if (!is_logged ())
    return;
  text = phone_log_dup_redacted (frame, len);
  name = phone_log_dup_one_line (who, -1);
  g_strdelimit (text, "\n", '|');
  g_log (WIRE_DOMAIN, G_LOG_LEVEL_DEBUG, "%s %s (%" G_GSIZE_FORMAT " bytes) %s",
         get_arrow (direction), name, len, text);
}
