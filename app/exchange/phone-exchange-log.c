/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-log.h"

#include "phone-log.h"

#include <json-glib/json-glib.h>

static char *
dup_time (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%fZ");
}

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  g_autofree char *line = NULL;

  if (text == NULL)
    return;
  line = phone_log_dup_one_line (text, -1);
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, line);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 number)
{
  if (number < 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

char *
phone_exchange_log_dup_json (const PhoneExchangeEvent *event)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *time = dup_time ();

  json_builder_begin_object (builder);
  add_text (builder, "time", time);
  add_text (builder, "event", event->name);
  add_text (builder, "aor", event->aor);
  add_text (builder, "contact", event->contact);
  add_text (builder, "remote", event->remote);
  add_text (builder, "transport", event->transport);
  add_text (builder, "call_id", event->call_id);
  add_text (builder, "from", event->from);
  add_text (builder, "to", event->to);
  add_text (builder, "method", event->method);
  add_number (builder, "status", event->status > 0 ? (gint64)event->status : -1);
  add_number (builder, "expires_s", event->expires_s);
  add_number (builder, "duration_ms", event->duration_ms);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
append (GString *line, const char *before, const char *text)
{
  g_autofree char *clean = NULL;

  if (text == NULL)
    return;
  clean = phone_log_dup_one_line (text, -1);
  g_string_append_printf (line, "%s%s", before, clean);
}

char *
phone_exchange_log_dup_text (const PhoneExchangeEvent *event)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  g_autoptr (GString) line = g_string_new (time);

  g_string_append_printf (line, "  %-13s", event->name);
  append (line, " ", event->method);
  append (line, " ", event->aor);
  append (line, " ", event->from);
  append (line, " -> ", event->to);
  append (line, " at ", event->remote);
  append (line, " over ", event->transport);
  if (event->status > 0)
    g_string_append_printf (line, " (%u)", event->status);
  if (event->expires_s >= 0)
    g_string_append_printf (line, " for %" G_GINT64_FORMAT " s", event->expires_s);
  if (event->duration_ms >= 0)
    g_string_append_printf (line, " after %.1f s", (double)event->duration_ms / 1000.0);
  return g_string_free (g_steal_pointer (&line), FALSE);
}
