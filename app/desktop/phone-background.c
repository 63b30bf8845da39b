/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-background.h"

#include <glib/gstdio.h>
#include <string.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_IFACE "org.freedesktop.portal.Background"
#define REQUEST_IFACE "org.freedesktop.portal.Request"

gboolean
phone_background_is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ||
         g_strcmp0 (g_getenv ("GTK_USE_PORTAL"), "1") == 0;
}

/* ---- By the portal ---- */

typedef struct {
  GDBusConnection *bus; /* owned */
  guint subscription;   /* 0: none */
  gboolean is_in_background;
  gboolean is_autostarted;
  char **command;
  char *reason;
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
  g_strfreev (request->command);
  g_free (request->reason);
  g_free (request);
}

/* 0 is yes. What is granted may be less than what was asked for. */
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
  Request *request = g_task_get_task_data (task);
  g_autoptr (GVariant) results = NULL;
  gboolean is_in_background = FALSE;
  gboolean is_autostarted = FALSE;
  guint32 response = 2;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (results != NULL) {
    g_variant_lookup (results, "background", "b", &is_in_background);
    g_variant_lookup (results, "autostart", "b", &is_autostarted);
  }
  unsubscribe (request); /* drops the reference that it held */
  if (response != 0 || (request->is_in_background && !is_in_background) ||
      (request->is_autostarted && !is_autostarted))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             "The portal says no");
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_requested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL) /* on_response() says how it went */
    return;
  unsubscribe (request);
  g_task_return_error (task, error);
}

/* The place where the answer will be told is known before it is asked for. */
static char *
make_path (GDBusConnection *bus, const char *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  g_strdelimit (sender, ".", '_');
  return g_strdup_printf (PORTAL_PATH "/request/%s/%s", sender, token);
}

static GVariant *
make_options (const Request *request, const char *token)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "handle_token", "s", token);
  g_variant_dict_insert (&dict, "reason", "s", request->reason);
  g_variant_dict_insert (&dict, "autostart", "b", request->is_autostarted);
  g_variant_dict_insert (&dict, "commandline", "^as", request->command);
  g_variant_dict_insert (&dict, "dbus-activatable", "b", FALSE);
  return g_variant_dict_end (&dict);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autofree char *token = g_strdup_printf ("phone%u", g_random_int ());
  g_autofree char *path = NULL;
  GError *error = NULL;

  request->bus = g_bus_get_finish (result, &error);
  if (request->bus == NULL) {
    g_task_return_error (task, error);
    return;
  }
  path = make_path (request->bus, token);
  request->subscription = g_dbus_connection_signal_subscribe (
      request->bus, PORTAL_NAME, REQUEST_IFACE, "Response", path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_response, g_object_ref (task), g_object_unref);
  g_dbus_connection_call (
      request->bus, PORTAL_NAME, PORTAL_PATH, PORTAL_IFACE, "RequestBackground",
      g_variant_new ("(s@a{sv})", "", make_options (request, token)),
      G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task),
      on_requested, g_object_ref (task));
}

/* ---- By a file ---- */

static char *
make_file_path (const char *application_id)
{
  g_autofree char *name = g_strconcat (application_id, ".desktop", NULL);

  return g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

/* Desktop Entry Specification 1.5, "The Exec key". */
static void
append_quoted (GString *line, const char *argument)
{
  if (line->len > 0)
    g_string_append_c (line, ' ');
  if (strpbrk (argument, " \t\n\"'\\><~|&;$*?#()`") == NULL) {
    g_string_append (line, argument);
    return;
  }
  g_string_append_c (line, '"');
  for (const char *p = argument; *p != '\0'; p++) {
    if (strchr ("\"`$\\", *p) != NULL)
      g_string_append_c (line, '\\');
    g_string_append_c (line, *p);
  }
  g_string_append_c (line, '"');
}

/* This very program, which need not be in the PATH. */
static char *
make_exec (const char *const *command)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  GString *line = g_string_new (NULL);

  append_quoted (line, self != NULL ? self : command[0]);
  for (guint i = 1; command[i] != NULL; i++)
    append_quoted (line, command[i]);
  g_string_replace (line, "%", "%%", 0);
  return g_string_free (line, FALSE);
}

static gboolean
write_file (const char *application_id, const char *const *command, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = make_file_path (application_id);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *exec = make_exec (command);

  g_key_file_set_string (file, "Desktop Entry", "Type", "Application");
  g_key_file_set_string (file, "Desktop Entry", "Name", g_get_application_name ());
  g_key_file_set_string (file, "Desktop Entry", "Icon", application_id);
  g_key_file_set_string (file, "Desktop Entry", "Exec", exec);
  g_mkdir_with_parents (folder, 0700); /* where it fails, so does the next */
  return g_key_file_save_to_file (file, path, error);
}

static gboolean
remove_file (const char *application_id, GError **error)
{
  g_autofree char *path = make_file_path (application_id);
  int failure;

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  failure = errno;
  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (failure), "%s: %s", path,
               g_strerror (failure));
  return FALSE;
}

static void
set_file (GTask *task, const char *application_id, const Request *request)
{
  GError *error = NULL;
  gboolean is_done =
      request->is_autostarted
          ? write_file (application_id, (const char *const *)request->command, &error)
          : remove_file (application_id, &error);

  if (is_done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* ---- Both ---- */

void
phone_background_request_async (const char *application_id,
                                const char *const *command,
                                const char *reason,
                                gboolean is_in_background,
                                gboolean is_autostarted,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->is_in_background = is_in_background;
  request->is_autostarted = is_autostarted;
  request->command = g_strdupv ((char **)command);
  request->reason = g_strdup (reason);
  g_task_set_source_tag (task, phone_background_request_async);
  g_task_set_task_data (task, request, (GDestroyNotify)request_free);
  if (phone_background_is_sandboxed ())
    g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, g_steal_pointer (&task));
  else
    set_file (task, application_id, request);
}

gboolean
phone_background_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
