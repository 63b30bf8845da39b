/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-background.h"

#include "phone-portal.h"

#include <glib/gstdio.h>
#include <string.h>

#define PORTAL_IFACE "org.freedesktop.portal.Background"

gboolean
phone_background_is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ||
         g_strcmp0 (g_getenv ("GTK_USE_PORTAL"), "1") == 0;
}

typedef struct {
  gboolean is_in_background;
  gboolean is_autostarted;
  char **command;
  char *reason;
} Request;

static void
request_free (Request *request)
{
  g_strfreev (request->command);
  g_free (request->reason);
  g_free (request);
}

/* ---- By the portal ---- */

/* What is granted may be less than what was asked for. */
static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) granted = phone_portal_request_finish (result, &error);
  gboolean is_in_background = FALSE;
  gboolean is_autostarted = FALSE;

  if (granted == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_variant_lookup (granted, "background", "b", &is_in_background);
  g_variant_lookup (granted, "autostart", "b", &is_autostarted);
  if ((request->is_in_background && !is_in_background) ||
      (request->is_autostarted && !is_autostarted))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             "The portal grants less");
  else
    g_task_return_boolean (task, TRUE);
}

static void
ask_portal (GTask *task, const Request *request)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "reason", "s", request->reason);
  g_variant_dict_insert (&options, "autostart", "b", request->is_autostarted);
  g_variant_dict_insert (&options, "commandline", "^as", request->command);
  g_variant_dict_insert (&options, "dbus-activatable", "b", FALSE);
  phone_portal_request_async (PORTAL_IFACE, "RequestBackground", "", &options,
                              g_task_get_cancellable (task), on_answered,
                              g_object_ref (task));
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
    ask_portal (task, request);
  else
    set_file (task, application_id, request);
}

gboolean
phone_background_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
