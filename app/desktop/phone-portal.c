/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-portal.h"

#define REQUEST_IFACE "org.freedesktop.portal.Request"

typedef struct {
  GDBusConnection *bus; /* owned */
  guint subscription;   /* 0: none */
  const char *interface;
  const char *method;
  char *token;
  GVariant *parameters; /* owned */
} Request;

static void
unsubscribe (Request *request)
{
  if (request->subscription != 0)
    g_dbus_connection_signal_unsubscribe (request->bus, request->subscription);
  request->subscription = 0;
}

static void
request_free (Request *request)
{
  unsubscribe (request);
  g_clear_object (&request->bus);
  g_clear_pointer (&request->parameters, g_variant_unref);
  g_free (request->token);
  g_free (request);
}

/* 0 is yes. */
static void
on_response (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *parameters,
             gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  g_autoptr (GVariant) results = NULL;
  guint32 response = 2;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    g_variant_get (parameters, "(u@a{sv})", &response, &results);
  unsubscribe (g_task_get_task_data (task)); /* drops the reference that it held */
  if (response != 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             "The portal says no");
  else
    g_task_return_pointer (task, g_steal_pointer (&results),
                           (GDestroyNotify)g_variant_unref);
}

static void
on_requested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL) /* on_response() says how it went */
    return;
  unsubscribe (g_task_get_task_data (task));
  g_task_return_error (task, error);
}

/* The place where the answer will be told is known before it is asked for. */
static char *
make_path (const Request *request)
{
  g_autofree char *sender =
      g_strdup (g_dbus_connection_get_unique_name (request->bus) + 1);

  g_strdelimit (sender, ".", '_');
  return g_strdup_printf (PHONE_PORTAL_PATH "/request/%s/%s", sender, request->token);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autofree char *path = NULL;
  GError *error = NULL;

  request->bus = g_bus_get_finish (result, &error);
  if (request->bus == NULL) {
    g_task_return_error (task, error);
    return;
  }
  path = make_path (request);
  request->subscription = g_dbus_connection_signal_subscribe (
      request->bus, PHONE_PORTAL_NAME, REQUEST_IFACE, "Response", path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_response, g_object_ref (task), g_object_unref);
  g_dbus_connection_call (request->bus, PHONE_PORTAL_NAME, PHONE_PORTAL_PATH,
                          request->interface, request->method, request->parameters,
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          g_task_get_cancellable (task), on_requested,
                          g_object_ref (task));
}

void
phone_portal_request_async (const char *interface,
                            const char *method,
                            const char *parent,
                            GVariantDict *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->interface = g_intern_string (interface);
  request->method = g_intern_string (method);
  request->token = g_strdup_printf ("phone%u", g_random_int ());
  g_variant_dict_insert (options, "handle_token", "s", request->token);
  request->parameters = g_variant_ref_sink (
      parent != NULL ? g_variant_new ("(s@a{sv})", parent, g_variant_dict_end (options))
                     : g_variant_new ("(@a{sv})", g_variant_dict_end (options)));
  g_task_set_source_tag (task, phone_portal_request_async);
  g_task_set_task_data (task, request, (GDestroyNotify)request_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, g_steal_pointer (&task));
}

GVariant *
phone_portal_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
