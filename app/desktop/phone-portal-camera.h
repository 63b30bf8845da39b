/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The cameras of the machine, from inside a sandbox: the portal asks the user
 * (org.freedesktop.portal.Camera) and gives a connection to PipeWire on which there is
 * nothing else. Main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void phone_portal_camera_open_async (GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/** A file descriptor, which the caller closes; for one client. -1 with an error:
 * G_IO_ERROR_PERMISSION_DENIED where the user says no; what D-Bus says where there is no
 * such portal, or no camera. */
int phone_portal_camera_open_finish (GAsyncResult *result, GError **error);

G_END_DECLS
