/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "torture-file.h"

#include <string.h>

static const char *const usual[] = {"Via", "Max-Forwards", "From", "To", "Call-ID"};

static void
message_free (TortureMessage *message)
{
  g_free (message->name);
  g_free (message->text);
  for (guint i = 0; i < TORTURE_N_PLACES; i++) {
    g_free (message->verdicts[i]);
    g_ptr_array_unref (message->patterns[i]);
  }
  g_free (message);
}

/* ---- Reading ---- */

/* "agent 200": takes the place off the front. */
static TorturePlace
take_place (const TortureMessage *message, const char **text)
{
  static const char *const places[] = {[TORTURE_AGENT] = "agent ",
                                       [TORTURE_CALLER] = "caller ",
                                       [TORTURE_PROXY] = "proxy "};

  for (guint i = 0; i < TORTURE_N_PLACES; i++)
    if (g_str_has_prefix (*text, places[i])) {
      *text += strlen (places[i]);
      return (TorturePlace)i;
    }
  g_error ("%s: \"%s\" is about no place", message->name, *text);
}

static void
add_verdict (TortureMessage *message, const char *text)
{
  TorturePlace place = take_place (message, &text);

  message->verdicts[place] = g_strdup (text);
}

static void
add_pattern (TortureMessage *message, const char *text)
{
  TorturePlace place = take_place (message, &text);

  g_ptr_array_add (message->patterns[place], g_strdup (text));
}

/* "=== name: agent 200, proxy passed" */
static TortureMessage *
message_new (const char *head)
{
  TortureMessage *message = g_new0 (TortureMessage, 1);
  g_auto (GStrv) parts = g_strsplit (head + strlen ("=== "), ": ", 2);
  g_auto (GStrv) verdicts = NULL;

  if (parts[0] == NULL || parts[1] == NULL)
    g_error ("%s: a name, a colon, and verdicts", head);
  message->name = g_strdup (parts[0]);
  for (guint i = 0; i < TORTURE_N_PLACES; i++)
    message->patterns[i] = g_ptr_array_new_with_free_func (g_free);
  verdicts = g_strsplit (parts[1], ", ", -1);
  for (guint i = 0; verdicts[i] != NULL; i++)
    add_verdict (message, verdicts[i]);
  return message;
}

/* Up to the next message; *lines is left there. */
static void
read_text (TortureMessage *message, char ***lines)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_begun = FALSE;

  for (; **lines != NULL && !g_str_has_prefix (**lines, "=== "); ++*lines) {
    const char *line = **lines;

    if (!is_begun && line[0] == '#')
      continue;
    if (!is_begun && g_str_has_prefix (line, "? ")) {
      add_pattern (message, line + 2);
      continue;
    }
    is_begun = TRUE;
    g_string_append (text, line);
    g_string_append_c (text, '\n');
  }
  /* The empty line before the next message is there for the eye alone. */
  while (g_str_has_suffix (text->str, "\n\n"))
    g_string_truncate (text, text->len - 1);
  message->text = g_strdup (text->str);
}

GPtrArray *
torture_file_read (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify)message_free);
  char **at;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (text, "\n", -1);
  for (at = lines; *at != NULL && !g_str_has_prefix (*at, "=== "); at++)
    ;
  while (*at != NULL) {
    TortureMessage *message = message_new (*at++);

    read_text (message, &at);
    g_ptr_array_add (messages, message);
  }
  return messages;
}

/* ---- Writing ---- */

static void
append_usual (GString *out, GHashTable *values, const char *name)
{
  const char *value = g_hash_table_lookup (values, name);

  if (value == NULL)
    g_error ("{%s} is nothing that can be put in", name);
  g_string_append_printf (out, "%s: %s", name, value);
}

static gboolean append_line (GString *out, GHashTable *values, const char *line);

/* What stands between braces. */
static void
append_inserted (GString *out, GHashTable *values, const char *what)
{
  const char *star = strrchr (what, '*');

  if (star != NULL) {
    g_autofree char *once = g_strndup (what, star - what);

    for (guint64 n = g_ascii_strtoull (star + 1, NULL, 10); n > 0; n--)
      append_line (out, values, once);
  } else if (g_str_equal (what, "all")) {
    for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
      append_usual (out, values, usual[i]);
      g_string_append (out, i + 1 < G_N_ELEMENTS (usual) ? "\r\n" : "");
    }
  } else {
    append_usual (out, values, what);
  }
}

/* What stands behind a backslash; how long it is. */
static gsize
append_escaped (GString *out, const char *s)
{
  switch (s[0]) {
  case 'r':
    g_string_append_c (out, '\r');
    return 1;
  case 'n':
    g_string_append_c (out, '\n');
    return 1;
  case '0':
    g_string_append_c (out, '\0');
    return 1;
  case 'x':
    g_string_append_c (
        out, (char)(g_ascii_xdigit_value (s[1]) << 4 | g_ascii_xdigit_value (s[2])));
    return 3;
  default: /* \\ and \{ */
    g_string_append_c (out, s[0]);
    return 1;
  }
}

/* TRUE if the line goes on in the next one. */
static gboolean
append_line (GString *out, GHashTable *values, const char *line)
{
  for (const char *s = line; *s != '\0'; s++) {
    if (s[0] == '\\' && s[1] == '\0')
      return TRUE;
    if (s[0] == '\\') {
      s += append_escaped (out, s + 1);
    } else if (s[0] == '{') {
      const char *end = strchr (s, '}');
      g_autofree char *what = end != NULL ? g_strndup (s + 1, end - s - 1) : NULL;

      if (what == NULL)
        g_error ("%s: a brace that is not closed", line);
      append_inserted (out, values, what);
      s = end;
    } else {
      g_string_append_c (out, *s);
    }
  }
  return FALSE;
}

GString *
torture_message_expand (const TortureMessage *message, GHashTable *values)
{
  g_auto (GStrv) lines = g_strsplit (message->text, "\n", -1);
  GString *out = g_string_new (NULL);
  gboolean has_end = FALSE;

  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) {
    if (g_str_equal (lines[i], "--"))
      return out;
    has_end = has_end || lines[i][0] == '\0';
    if (!append_line (out, values, lines[i]))
      g_string_append (out, "\r\n");
  }
  if (!has_end)
    g_string_append (out, "\r\n");
  return out;
}
