/* SPDX-License-Identifier: GPL-3.0-or-later */
/* They wait for the disk, since an answer goes out before the next request is read; calls
 * have their media on threads of their own. */
#include "phone-endpoint-commands-private.h"

#include "phone-endpoint-snapshot.h"
#include "phone-error.h"

static PhoneHistory *
get_history (PhoneService *service, GError **error)
{
  PhoneHistory *history = phone_service_get_history (service);

  if (history == NULL)
    g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE,
                         "No history is kept: see --history");
  return history;
}

JsonObject *
phone_command_history_list (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneHistory *history = get_history (service, error);
  PhoneCommandPage page = phone_command_get_page (arguments);
  g_autoptr (GPtrArray) entries = NULL;
  JsonArray *array;
  JsonObject *object;
  guint total = 0;

  if (history == NULL)
    return NULL;
  entries = phone_history_query (history, phone_command_get_string (arguments, "search"),
                                 phone_command_get_boolean (arguments, "missedOnly"),
                                 page.offset, page.limit, &total);
  array = json_array_new ();
  for (guint i = 0; i < entries->len; i++)
    json_array_add_object_element (array, phone_endpoint_history_entry_to_json (
                                              service, g_ptr_array_index (entries, i)));
  object =
      phone_command_wrap_object ("history", phone_endpoint_history_to_json (history));
  json_object_set_array_member (object, "entries", array);
  json_object_set_int_member (object, "total", total);
  return object;
}

JsonObject *
phone_command_history_remove (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneHistory *history = get_history (service, error);

  if (history == NULL)
    return NULL;
  phone_history_remove (history, json_object_get_int_member (arguments, "id"));
  return json_object_new ();
}

JsonObject *
phone_command_history_clear (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneHistory *history = get_history (service, error);

  if (history == NULL)
    return NULL;
  phone_history_clear (history);
  return json_object_new ();
}

JsonObject *
phone_command_history_mark_seen (PhoneService *service,
                                 JsonObject *arguments,
                                 GError **error)
{
  PhoneHistory *history = get_history (service, error);

  if (history == NULL)
    return NULL;
  phone_history_mark_seen (history);
  return json_object_new ();
}

JsonObject *
phone_command_history_export (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneHistory *history = get_history (service, error);
  g_autoptr (GFile) file =
      g_file_new_for_path (phone_command_get_string (arguments, "file"));

  if (history == NULL || !phone_history_export (history, file, error))
    return NULL;
  return json_object_new ();
}
