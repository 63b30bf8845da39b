/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-demo-print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_COLUMNS 22

typedef enum {
  STYLE_BOLD,
  STYLE_DIM,
  STYLE_GOOD,
  STYLE_BAD,
  STYLE_NONE,
} Style;

static const char *
escape (Style style)
{
  static const char *const codes[] = {"\033[1m", "\033[2m", "\033[32m", "\033[31m",
                                      "\033[0m"};
  static int is_plain = -1;

  if (is_plain < 0)
    is_plain = !isatty (STDOUT_FILENO) || g_getenv ("NO_COLOR") != NULL;
  return is_plain ? "" : codes[style];
}

static void
print_line (const char *mark, Style mark_style, const char *name, const char *text)
{
  glong columns = g_utf8_strlen (name, -1);

  printf ("  %s%s%s %s%s%s%*s %s\n", escape (mark_style), mark, escape (STYLE_NONE),
          escape (STYLE_DIM), name, escape (STYLE_NONE),
          (int)MAX (NAME_COLUMNS - columns, 0), "", text);
  fflush (stdout);
}

void
phone_demo_print_title (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("\n%s%s%s\n", escape (STYLE_BOLD), text, escape (STYLE_NONE));
  fflush (stdout);
}

void
phone_demo_print_fact (const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  print_line (" ", STYLE_NONE, name, text);
}

void
phone_demo_print_proof (gboolean is_proven, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  print_line (is_proven ? "✔" : "✘", is_proven ? STYLE_GOOD : STYLE_BAD, name, text);
}

void
phone_demo_print_timings (JsonObject *verdict, PhoneTimings which)
{
  g_autofree char *words = NULL;

  if (!json_object_has_member (verdict, "timings"))
    return;
  words = phone_endpoint_timings_dup_words (
      json_object_get_object_member (verdict, "timings"), which);
  phone_demo_print_fact (which == PHONE_TIMINGS_SIGNALLING ? "signalling" : "media", "%s",
                         words);
}

static gboolean
is_confirmed (JsonObject *media, const char *stream)
{
  JsonObject *object = json_object_has_member (media, stream)
                           ? json_object_get_object_member (media, stream)
                           : NULL;

  return object != NULL &&
         json_object_get_boolean_member_with_default (object, "confirmed", FALSE);
}

gboolean
phone_demo_print_confirmed (JsonObject *verdict, const char *who)
{
  JsonObject *media = json_object_has_member (verdict, "media")
                          ? json_object_get_object_member (verdict, "media")
                          : NULL;
  gboolean is_good = media != NULL && is_confirmed (media, "audioOut") &&
                     is_confirmed (media, "videoOut");

  phone_demo_print_proof (is_good, who,
                          is_good ? "By RTCP: sound and pictures were received."
                                  : "RTCP does not confirm sound and pictures.");
  return is_good;
}

gboolean
phone_demo_print_check (JsonObject *verdict, const char *kind, const char *who)
{
  JsonArray *checks = json_object_get_array_member (verdict, "checks");

  for (guint i = 0; i < json_array_get_length (checks); i++) {
    JsonObject *check = json_array_get_object_element (checks, i);
    gboolean is_proven = json_object_get_boolean_member (check, "proven");

    if (strcmp (json_object_get_string_member (check, "name"), kind) != 0)
      continue;
    phone_demo_print_proof (is_proven, who, "%s",
                            json_object_get_string_member (check, "sentence"));
    return is_proven;
  }
  phone_demo_print_proof (FALSE, who, "%s",
                          json_object_get_string_member (verdict, "sentence"));
  return FALSE;
}
