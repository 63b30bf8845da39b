/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-csv.h"

#include <string.h>

static void
append_field (GString *out, const char *text)
{
  const char *value = text != NULL ? text : "";
  gboolean is_formula = *value != '\0' && strchr ("=+-@\t\r\n", *value) != NULL;
  gboolean is_quoted = strpbrk (value, "\",\r\n") != NULL;

  if (is_quoted)
    g_string_append_c (out, '"');
  if (is_formula)
    g_string_append_c (out, '\'');
  for (const char *p = value; *p != '\0'; p++) {
    if (*p == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *p);
  }
  if (is_quoted)
    g_string_append_c (out, '"');
}

static char *
dup_time (gint64 started_at_us)
{
  g_autoptr (GDateTime) utc =
      g_date_time_new_from_unix_utc (started_at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format_iso8601 (local) : g_strdup ("");
}

const char *
phone_history_csv_get_header (void)
{
  return "started,direction,outcome,seconds,account,address,name\r\n";
}

void
phone_history_csv_append (GString *out, const PhoneHistoryRecord *record)
{
  g_autoptr (GEnumClass) outcomes = g_type_class_ref (PHONE_TYPE_HISTORY_OUTCOME);
  GEnumValue *outcome = g_enum_get_value (outcomes, (int)record->outcome);
  g_autofree char *time = dup_time (record->started_at_us);

  g_string_append_printf (out, "%s,%s,%s,%u,", time,
                          record->is_incoming ? "incoming" : "outgoing",
                          outcome != NULL ? outcome->value_nick : "", record->duration_s);
  append_field (out, record->account);
  g_string_append_c (out, ',');
  append_field (out, record->address);
  g_string_append_c (out, ',');
  append_field (out, record->name);
  g_string_append (out, "\r\n");
}
