/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a portal is asked that may ask the user (org.freedesktop.portal.Request). Main
 * context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PHONE_PORTAL_PATH "/org/freedesktop/portal/desktop"

/** @parent: a window, "" for none; NULL where the method takes none. @options: what is
 * asked for, to which the place for the answer is added; it is cleared. The answer may
 * take as long as the user thinks. */
void phone_portal_request_async (const char *interface,
                                 const char *method,
                                 const char *parent,
                                 GVariantDict *options,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/** What was granted, a{sv}. Errors: G_IO_ERROR_PERMISSION_DENIED where the user, or the
 * portal, says no; what D-Bus says where there is no such portal. */
GVariant *phone_portal_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
