/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-lines.h"

#include <string.h>

struct _PhoneLines {
  GByteArray *bytes; /* not handed out yet; at most one line over the limit */
  GQueue ready;      /* of GBytes, or of &too_long */
  gboolean is_skipping;
};

/* Stands in the queue for a line that was too long. */
static GBytes *
too_long_mark (void)
{
  static GBytes *mark;

  if (mark == NULL)
    mark = g_bytes_new_static ("", 0);
  return mark;
}

PhoneLines *
phone_lines_new (void)
{
  PhoneLines *self = g_new0 (PhoneLines, 1);

  self->bytes = g_byte_array_new ();
  g_queue_init (&self->ready);
  return self;
}

void
phone_lines_free (PhoneLines *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->ready, (GDestroyNotify)g_bytes_unref);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static void
give_up_line (PhoneLines *self)
{
  if (!self->is_skipping)
    g_queue_push_tail (&self->ready, g_bytes_ref (too_long_mark ()));
  self->is_skipping = TRUE;
  g_byte_array_set_size (self->bytes, 0);
}

static void
append (PhoneLines *self, const guint8 *data, gsize length)
{
  if (self->is_skipping)
    return;
  if (self->bytes->len + length > PHONE_LINE_MAX_BYTES)
    give_up_line (self);
  else
    g_byte_array_append (self->bytes, data, (guint)length);
}

static void
end_line (PhoneLines *self)
{
  if (!self->is_skipping)
    g_queue_push_tail (&self->ready, g_bytes_new (self->bytes->data, self->bytes->len));
  self->is_skipping = FALSE;
  g_byte_array_set_size (self->bytes, 0);
}

void
phone_lines_push (PhoneLines *self, const void *data, gsize length)
{
  const guint8 *at = data;
  const guint8 *end = at + length;

  while (at < end) {
    const guint8 *newline = memchr (at, '\n', (gsize)(end - at));

    append (self, at, (gsize)((newline != NULL ? newline : end) - at));
    if (newline == NULL)
      return;
    end_line (self);
    at = newline + 1;
  }
}

PhoneLinesResult
phone_lines_pop (PhoneLines *self, char **line, gsize *length)
{
  g_autoptr (GBytes) bytes = g_queue_pop_head (&self->ready);
  gconstpointer data;

  if (bytes == NULL)
    return PHONE_LINES_NONE;
  if (bytes == too_long_mark ())
    return PHONE_LINES_TOO_LONG;
  data = g_bytes_get_data (bytes, length);
  *line = g_malloc (*length + 1);
  if (*length > 0)
    memcpy (*line, data, *length);
  (*line)[*length] = '\0';
  return PHONE_LINES_LINE;
}

/* The UTF-16 unit of an escape "\uXXXX", or -1 where there is none. */
static int
get_unit (const char *s, gsize length)
{
  int unit = 0;

  if (length < 6 || s[0] != '\\' || s[1] != 'u')
    return -1;
  for (guint i = 2; i < 6; i++) {
    if (!g_ascii_isxdigit (s[i]))
      return -1;
    unit = unit << 4 | g_ascii_xdigit_value (s[i]);
  }
  return unit;
}

/* How long the escape is; 0 where it stands for no text. The parser would cut the string
 * at a NUL, write half of a pair as it is, which is no UTF-8, and make something of digits
 * that are none. */
static gsize
measure_escape (const char *s, gsize length)
{
  int unit = get_unit (s, length);
  int low;

  if (unit < 0)
    return length > 1 && s[1] == 'u' ? 0 : 2;
  if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return 0;
  if (unit < 0xd800 || unit > 0xdbff)
    return 6;
  low = get_unit (s + 6, length - 6);
  return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

static PhoneLineFault
find_fault (const char *line, gsize length)
{
  gboolean is_in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++) {
    char c = line[i];

    if (is_in_string && c == '\\') {
      gsize escape = measure_escape (line + i, length - i);

      if (escape == 0)
        return PHONE_LINE_NOT_TEXT;
      i += escape - 1;
    } else if (c == '"')
      is_in_string = !is_in_string;
    else if (!is_in_string && (c == '/' || c == '\''))
      return PHONE_LINE_NOT_JSON;
    else if (!is_in_string && (c == '{' || c == '['))
      depth++;
    else if (!is_in_string && (c == '}' || c == ']') && depth > 0)
      depth--;
    if (depth > PHONE_LINE_MAX_DEPTH)
      return PHONE_LINE_TOO_DEEP;
  }
  return PHONE_LINE_GOOD;
}

PhoneLineFault
phone_line_check (const char *line, gsize length)
{
  gsize blank = 0;

  while (blank < length && strchr (" \t\r", line[blank]) != NULL && line[blank] != '\0')
    blank++;
  if (blank == length)
    return PHONE_LINE_EMPTY;
  if (!g_utf8_validate_len (line, length, NULL))
    return PHONE_LINE_NOT_UTF8;
  return find_fault (line, length);
}
