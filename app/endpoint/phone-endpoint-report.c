/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-report.h"

#include "phone-endpoint-snapshot.h"
#include "phone-endpoint-text.h"
#include "phone-endpoint-timings.h"
#include "phone-log.h"

#include <stdio.h>

static void
put_line (const char *line)
{
  fputs (line, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

static void
copy_member (JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
  json_object_set_member (user_data, name, json_node_copy (node));
}

/* Takes object. What kind of line it is stands first. */
static void
put_event (const char *event, JsonObject *object)
{
  JsonObject *whole = json_object_new ();
  g_autofree char *line = NULL;

  json_object_set_string_member (whole, "event", event);
  json_object_foreach_member (object, copy_member, whole);
  json_object_unref (object);
  line = phone_endpoint_json_take_line (whole);
  put_line (line);
}

static void
put_account_text (PhoneAccount *account)
{
  PhoneAccountConfig *config = phone_account_get_config (account);
  const GError *error = phone_account_get_error (account);
  const char *aor = phone_account_config_get_aor (config);
  PhoneAccountState state = phone_account_get_state (account);
  g_autofree char *line = NULL;

  if (state == PHONE_ACCOUNT_STATE_REGISTERED)
    line = g_strdup_printf ("registered %s at %s in %d ms", aor,
                            phone_account_get_server (account),
                            phone_account_get_registered_ms (account));
  else
    line = g_strdup_printf (
        "%s %s%s%s", phone_enum_nick (PHONE_TYPE_ACCOUNT_STATE, (int)state), aor,
        error != NULL ? ": " : "", error != NULL ? error->message : "");
  put_line (line);
}

void
phone_report_account (PhoneReportFormat format, PhoneAccount *account)
{
  switch (format) {
  case PHONE_REPORT_TEXT:
    put_account_text (account);
    break;
  case PHONE_REPORT_JSON:
    put_event ("account", phone_endpoint_account_to_json (account));
    break;
  }
}

static void
put_call_text (PhoneCall *call)
{
  PhoneCallState state = phone_call_get_state (call);
  PhoneEndCause cause = phone_call_get_end_cause (call);
  /* What the far end wrote must not write lines of its own. */
  g_autofree char *remote = phone_log_dup_one_line (phone_call_get_remote_uri (call), -1);
  g_autofree char *line = NULL;

  line = g_strdup_printf (
      "%s %s %s: %s", phone_call_get_id (call),
      phone_call_get_direction (call) == PHONE_DIRECTION_INCOMING ? "from" : "to", remote,
      cause != PHONE_END_NONE ? phone_endpoint_text_end_cause (cause)
                              : phone_endpoint_text_call_state (state));
  put_line (line);
}

void
phone_report_call (PhoneReportFormat format, PhoneCall *call)
{
  switch (format) {
  case PHONE_REPORT_TEXT:
    put_call_text (call);
    break;
  case PHONE_REPORT_JSON:
    put_event ("call", phone_endpoint_call_to_json (call));
    break;
  }
}

static JsonArray *
checks_to_json (const PhoneVerdict *verdict)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < verdict->checks->len; i++) {
    const PhoneCheck *check = g_ptr_array_index (verdict->checks, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "name", check->name);
    json_object_set_boolean_member (object, "proven", check->is_proven);
    json_object_set_string_member (object, "cause", check->cause);
    json_object_set_string_member (object, "sentence", check->sentence);
    json_array_add_object_element (array, object);
  }
  return array;
}

static void
put_verdict_json (const PhoneVerdict *verdict, JsonObject *details)
{
  JsonObject *object = details != NULL ? details : json_object_new ();

  json_object_set_boolean_member (object, "proven", verdict->exit == PHONE_EXIT_PROVEN);
  json_object_set_int_member (object, "exit", verdict->exit);
  json_object_set_string_member (object, "result", phone_exit_get_name (verdict->exit));
  json_object_set_string_member (object, "cause", verdict->cause);
  if (verdict->status != 0)
    json_object_set_int_member (object, "status", verdict->status);
  json_object_set_string_member (object, "sentence", verdict->sentence);
  json_object_set_array_member (object, "checks", checks_to_json (verdict));
  put_event ("verdict", object);
}

static void
put_took (const char *first, const char *rest)
{
  if (*first != '\0' || *rest != '\0')
    printf ("%-10s %s%s%s\n", "took", first, *first != '\0' && *rest != '\0' ? " · " : "",
            rest);
}

/* How fast it came about: a line for the signalling, one for the media. */
static void
put_timings_text (JsonObject *details)
{
  gint64 registered_ms =
      json_object_get_int_member_with_default (details, "registeredMs", -1);
  g_autofree char *registered =
      registered_ms >= 0
          ? g_strdup_printf ("registered %" G_GINT64_FORMAT " ms", registered_ms)
          : g_strdup ("");
  g_autofree char *signalling = NULL;
  g_autofree char *media = NULL;
  JsonObject *timings;

  if (!json_object_has_member (details, "timings")) {
    put_took (registered, "");
    return;
  }
  timings = json_object_get_object_member (details, "timings");
  signalling = phone_endpoint_timings_dup_words (timings, PHONE_TIMINGS_SIGNALLING);
  media = phone_endpoint_timings_dup_words (timings, PHONE_TIMINGS_MEDIA);
  put_took (registered, signalling);
  put_took (media, "");
}

static void
put_verdict_text (const PhoneVerdict *verdict, JsonObject *details)
{
  for (guint i = 0; i < verdict->checks->len; i++) {
    const PhoneCheck *check = g_ptr_array_index (verdict->checks, i);

    printf ("%-10s %-10s %s\n", check->is_proven ? "proven" : "not proven", check->name,
            check->sentence);
  }
  if (details != NULL)
    put_timings_text (details);
  printf ("verdict: %s", phone_exit_get_name (verdict->exit));
  if (verdict->exit != PHONE_EXIT_PROVEN)
    printf (" (%s)", verdict->cause);
  if (verdict->status != 0)
    printf (", SIP status %u", verdict->status);
  put_line ("");
}

void
phone_report_verdict (PhoneReportFormat format,
                      const PhoneVerdict *verdict,
                      JsonObject *details)
{
  switch (format) {
  case PHONE_REPORT_TEXT:
    put_verdict_text (verdict, details);
    g_clear_pointer (&details, json_object_unref);
    break;
  case PHONE_REPORT_JSON:
    put_verdict_json (verdict, details);
    break;
  }
}

/* ---- JUnit ---- */

static void
append_case (GString *text, const char *suite, const PhoneCheck *check, guint status)
{
  g_autofree char *open = g_markup_printf_escaped (
      "  <testcase classname=\"%s\" name=\"%s\"", suite, check->name);
  g_autofree char *failure = NULL;

  g_string_append (text, open);
  if (check->is_proven) {
    g_string_append (text, "/>\n");
    return;
  }
  failure = g_markup_printf_escaped (">\n    <failure type=\"%s\" message=\"%s\">SIP "
                                     "status: %u</failure>\n  </testcase>\n",
                                     check->cause, check->sentence, status);
  g_string_append (text, failure);
}

char *
phone_report_make_junit (const char *name, const PhoneVerdict *verdict, double seconds)
{
  GString *text = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  g_autofree char *open = NULL;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  guint n_failed = 0;

  for (guint i = 0; i < verdict->checks->len; i++) {
    const PhoneCheck *check = g_ptr_array_index (verdict->checks, i);

    n_failed += check->is_proven ? 0 : 1;
  }
  open = g_markup_printf_escaped (
      "<testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" errors=\"0\" time=\"%s\">\n",
      name, verdict->checks->len, n_failed,
      g_ascii_formatd (number, sizeof number, "%.3f", seconds));
  g_string_append (text, open);
  for (guint i = 0; i < verdict->checks->len; i++)
    append_case (text, name, g_ptr_array_index (verdict->checks, i), verdict->status);
  g_string_append (text, "</testsuite>\n");
  return g_string_free (text, FALSE);
}

gboolean
phone_report_write_junit (const char *file,
                          const char *name,
                          const PhoneVerdict *verdict,
                          double seconds,
                          GError **error)
{
  g_autofree char *text = phone_report_make_junit (name, verdict, seconds);

  return g_file_set_contents (file, text, -1, error);
}
