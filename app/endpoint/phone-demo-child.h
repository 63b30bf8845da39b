/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * One of our programs as a child process of the demo: started beside this one, spoken to
 * through its JSON lines, and gone when this process is. Main context only, which the
 * waiting functions run.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _PhoneDemoChild PhoneDemoChild;

/** @name: "phone-exchange", found beside this program or in the build folder; @arguments:
 * NULL-terminated, without the name. */
PhoneDemoChild *phone_demo_child_start (const char *name,
                                        const char *const *arguments,
                                        GError **error);
/** Ends it, with SIGTERM and then without asking. */
void phone_demo_child_free (PhoneDemoChild *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneDemoChild, phone_demo_child_free)

/** The next line in which the string member @name is @value; borrowed until the next call.
 * NULL: it ended, or the time did (G_IO_ERROR_TIMED_OUT, G_IO_ERROR_CLOSED). */
JsonObject *phone_demo_child_wait (PhoneDemoChild *self,
                                   const char *name,
                                   const char *value,
                                   guint timeout_ms,
                                   GError **error);

G_END_DECLS
