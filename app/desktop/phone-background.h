/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Running without a window, and starting with the session. Main context only.
 *
 * Inside a sandbox the portal is asked (org.freedesktop.portal.Background), which may ask
 * the user; outside of one nothing forbids the former, and the latter is a file in
 * ~/.config/autostart (Desktop Application Autostart Specification).
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Whether this runs inside a Flatpak, or is told to behave as if it did (GTK_USE_PORTAL=1,
 * as GLib 2.74 and GTK 4.8 understand it). */
gboolean phone_background_is_sandboxed (void);

/** @application_id: of the desktop file. @command: what starts it without a window; NULL-
 * terminated. @reason: for the user, translated. @is_in_background: it stays without a
 * window; @is_autostarted: it starts with the session. Errors: G_IO_ERROR,
 * G_IO_ERROR_PERMISSION_DENIED where the user, or the portal, says no. */
void phone_background_request_async (const char *application_id,
                                     const char *const *command,
                                     const char *reason,
                                     gboolean is_in_background,
                                     gboolean is_autostarted,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean phone_background_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
