/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-vcard-line.h"

#include "phone-vcard.h"

#include <string.h>

#define NO_PREFERENCE 101
/* N has the most: five. */
#define MAX_COMPONENTS 8

void
phone_vcard_line_free (PhoneVcardLine *line)
{
  g_free (line->name);
  g_string_free (line->value, TRUE);
  g_free (line);
}

/* ---- Lines ---- */

/* Up to the end of the line, which is CRLF, LF or CR, and behind it. */
static void
read_physical (PhoneVcardCursor *cursor, GString *line)
{
  const char *begin = cursor->at;
  gsize length;

  while (cursor->at < cursor->end && *cursor->at != '\n' && *cursor->at != '\r')
    cursor->at++;
  length = (gsize)(cursor->at - begin);
  /* One byte more than may be tells that it was too much. */
  length = MIN (length, PHONE_VCARD_MAX_LINE_BYTES + 1 - line->len);
  g_string_append_len (line, begin, (gssize)length);
  if (cursor->at < cursor->end && *cursor->at == '\r')
    cursor->at++;
  else if (cursor->at < cursor->end) {
    cursor->at++;
    return;
  }
  if (cursor->at < cursor->end && *cursor->at == '\n')
    cursor->at++;
}

/* RFC 6350 §3.2: a line that begins with white space belongs to the one before. */
static void
read_folded (PhoneVcardCursor *cursor, GString *line)
{
  read_physical (cursor, line);
  while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t')) {
    cursor->at++;
    read_physical (cursor, line);
  }
}

/* ---- Parameters ---- */

static void
take_type (PhoneVcardLine *line, const char *type)
{
  if (g_ascii_strcasecmp (type, "HOME") == 0)
    line->kind = PHONE_ADDRESS_HOME;
  else if (g_ascii_strcasecmp (type, "WORK") == 0 && line->kind == PHONE_ADDRESS_OTHER)
    line->kind = PHONE_ADDRESS_WORK;
  else if (g_ascii_strcasecmp (type, "CELL") == 0 ||
           g_ascii_strcasecmp (type, "MOBILE") == 0)
    line->kind = PHONE_ADDRESS_MOBILE;
  else if (g_ascii_strcasecmp (type, "PREF") == 0)
    line->preference = 1;
  else if (g_ascii_strcasecmp (type, "BASE64") == 0)
    line->is_base64 = TRUE;
  else if (g_ascii_strcasecmp (type, "QUOTED-PRINTABLE") == 0)
    line->is_quoted_printable = TRUE;
}

static void
take_parameter (PhoneVcardLine *line, const char *name, const char *value)
{
  if (g_ascii_strcasecmp (name, "ENCODING") == 0) {
    if (g_ascii_strcasecmp (value, "B") == 0)
      line->is_base64 = TRUE;
    else
      take_type (line, value);
  } else if (g_ascii_strcasecmp (name, "PREF") == 0) {
    guint64 preference = 0;

    if (g_ascii_string_to_unsigned (value, 10, 1, 100, &preference, NULL))
      line->preference = (guint)preference;
  } else if (g_ascii_strcasecmp (name, "TYPE") == 0) {
    g_auto (GStrv) types = g_strsplit (value, ",", -1);

    for (char **type = types; *type != NULL; type++)
      take_type (line, *type);
  }
}

/* A value ends at one of @ends; within quotes nothing ends it. */
static char *
dup_until (const char **at, const char *ends)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_quoted = FALSE;

  for (; **at != '\0'; (*at)++) {
    if (**at == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && strchr (ends, **at) != NULL)
      break;
    else
      g_string_append_c (text, **at);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ";TYPE=home,work;PREF=1", and ";HOME" of 2.1. @at is behind the first ";". */
static void
read_parameter (PhoneVcardLine *line, const char **at)
{
  g_autofree char *name = dup_until (at, "=;:");

  if (**at != '=')
    take_type (line, name);
  else {
    g_autofree char *value = NULL;

    (*at)++;
    value = dup_until (at, ";:");
    take_parameter (line, name, value);
  }
}

/* [group "."] name *(";" parameter) ":" value */
static PhoneVcardLine *
parse (const char *text)
{
  g_autoptr (PhoneVcardLine) line = g_new0 (PhoneVcardLine, 1);
  g_autofree char *name = dup_until (&text, ";:");
  const char *dot = strrchr (name, '.');

  line->value = g_string_new (NULL);
  line->name = g_ascii_strup (dot != NULL ? dot + 1 : name, -1);
  g_strstrip (line->name);
  line->preference = NO_PREFERENCE;
  while (*text == ';') {
    text++;
    read_parameter (line, &text);
  }
  if (*text != ':' || *line->name == '\0')
    return NULL;
  g_string_assign (line->value, text + 1);
  return g_steal_pointer (&line);
}

/* A soft line break (RFC 2045 §6.7): 2.1 folds such values by it alone. */
static void
read_soft_breaks (PhoneVcardCursor *cursor, GString *value)
{
  while (value->len > 0 && value->str[value->len - 1] == '=' &&
         cursor->at < cursor->end && value->len <= PHONE_VCARD_MAX_LINE_BYTES) {
    g_string_truncate (value, value->len - 1);
    read_physical (cursor, value);
  }
}

PhoneVcardLine *
phone_vcard_line_read (PhoneVcardCursor *cursor)
{
  while (cursor->at < cursor->end) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (PhoneVcardLine) line = NULL;

    read_folded (cursor, text);
    /* A zero byte would hide what follows it. */
    if (memchr (text->str, '\0', text->len) == NULL)
      line = parse (text->str);
    if (line == NULL)
      continue;
    if (line->is_quoted_printable)
      read_soft_breaks (cursor, line->value);
    if (text->len <= PHONE_VCARD_MAX_LINE_BYTES &&
        line->value->len <= PHONE_VCARD_MAX_LINE_BYTES &&
        memchr (line->value->str, '\0', line->value->len) == NULL)
      return g_steal_pointer (&line);
  }
  return NULL;
}

/* ---- Values ---- */

static char *
dup_quoted_printable (const char *text)
{
  g_autoptr (GString) bytes = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++) {
    int high = *at == '=' ? g_ascii_xdigit_value (at[1]) : -1;
    int low = high >= 0 ? g_ascii_xdigit_value (at[2]) : -1;

    if (low < 0)
      g_string_append_c (bytes, *at);
    else {
      int byte = high << 4 | low;

      g_string_append_c (bytes, byte != 0 ? (char)byte : ' ');
      at += 2;
    }
  }
  return g_string_free (g_steal_pointer (&bytes), FALSE);
}

/* By itself, and not by iconv: which of its modules is loaded is no stranger's business. */
static char *
dup_latin1 (const char *bytes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = bytes; *at != '\0'; at++)
    g_string_append_unichar (text, (guchar)*at);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_decoded (const PhoneVcardLine *line)
{
  g_autofree char *bytes = line->is_quoted_printable
                               ? dup_quoted_printable (line->value->str)
                               : g_strdup (line->value->str);

  return g_utf8_validate (bytes, -1, NULL) ? g_steal_pointer (&bytes)
                                           : dup_latin1 (bytes);
}

/* RFC 6350 §3.4; ":" is escaped by some that write. Up to @end, or all. */
static char *
dup_unescaped (const char *text, const char *end)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = text; at < end; at++) {
    if (*at != '\\' || at + 1 == end || strchr ("\\,;:nN", at[1]) == NULL) {
      g_string_append_c (plain, *at);
      continue;
    }
    at++;
    g_string_append_c (plain, *at == 'n' || *at == 'N' ? '\n' : *at);
  }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

char *
phone_vcard_line_dup_text (const PhoneVcardLine *line)
{
  g_autofree char *text = dup_decoded (line);

  return dup_unescaped (text, text + strlen (text));
}

char **
phone_vcard_line_split (const PhoneVcardLine *line)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_autofree char *text = dup_decoded (line);
  const char *begin = text;
  guint count = 0;

  for (const char *at = text; count < MAX_COMPONENTS; at++) {
    if (*at == '\\' && at[1] != '\0') {
      at++;
      continue;
    }
    if (*at == ';' || *at == '\0') {
      g_autofree char *part = dup_unescaped (begin, at);

      g_strv_builder_add (parts, part);
      count++;
      begin = at + 1;
    }
    if (*at == '\0')
      break;
  }
  return g_strv_builder_end (parts);
}
