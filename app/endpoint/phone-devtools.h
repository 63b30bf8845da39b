/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneDevtools: a Chromium as a subprocess and the DevTools protocol to it: JSON messages
 * that end with NUL, over inherited descriptors (--remote-debugging-pipe). No port is
 * opened, and the browser ends when we do.
 *
 * Made and used on one main context. When the browser ends, what is pending fails with
 * G_IO_ERROR_CLOSED.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PHONE_TYPE_DEVTOOLS (phone_devtools_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDevtools, phone_devtools, PHONE, DEVTOOLS, GObject)

/** Starts the program of a NULL-terminated list of arguments. */
PhoneDevtools *phone_devtools_spawn (const char *const *arguments, GError **error);

/** Sends a command, to a session or to the browser itself (NULL). @params is taken; NULL:
 * none. An error that the browser reports is G_IO_ERROR_FAILED. */
void phone_devtools_send_async (PhoneDevtools *self,
                                const char *session,
                                const char *method,
                                JsonObject *params,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/** The result; owned. */
JsonObject *phone_devtools_send_finish (PhoneDevtools *self,
                                        GAsyncResult *result,
                                        GError **error);

GSubprocess *phone_devtools_get_process (PhoneDevtools *self);

/** Kills the browser and stops listening. Idempotent. To be called once in the end: until
 * then the object keeps itself alive. */
void phone_devtools_close (PhoneDevtools *self);

G_END_DECLS
