/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-portal-camera.h"

#include "phone-portal.h"

#include <gio/gunixfdlist.h>

#define PORTAL_IFACE "org.freedesktop.portal.Camera"

static void
on_remote (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  GError *error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &fds, result, &error);
  gint32 handle = 0;
  int fd = -1;

  if (reply != NULL) {
    g_variant_get (reply, "(h)", &handle);
    if (fds != NULL && handle >= 0 && handle < g_unix_fd_list_get_length (fds))
      fd = g_unix_fd_list_get (fds, handle, &error);
    else
      g_set_error (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "The portal gives nothing");
  }
  if (fd < 0)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, fd);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  GVariantDict options;

  if (bus == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_variant_dict_init (&options, NULL);
  g_dbus_connection_call_with_unix_fd_list (
      bus, PHONE_PORTAL_NAME, PHONE_PORTAL_PATH, PORTAL_IFACE, "OpenPipeWireRemote",
      g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), G_VARIANT_TYPE ("(h)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, g_task_get_cancellable (task), on_remote,
      g_object_ref (task));
}

static void
on_granted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) granted = phone_portal_request_finish (result, &error);

  if (granted == NULL)
    g_task_return_error (task, error);
  else
    g_bus_get (G_BUS_TYPE_SESSION, g_task_get_cancellable (task), on_bus,
               g_object_ref (task));
}

void
phone_portal_camera_open_async (GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GVariantDict options;

  g_task_set_source_tag (task, phone_portal_camera_open_async);
  g_variant_dict_init (&options, NULL);
  phone_portal_request_async (PORTAL_IFACE, "AccessCamera", NULL, &options, cancellable,
                              on_granted, task);
}

int
phone_portal_camera_open_finish (GAsyncResult *result, GError **error)
{
  return (int)g_task_propagate_int (G_TASK (result), error);
}
