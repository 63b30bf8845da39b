/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * JSON-RPC 2.0 over lines: one request, or one array of them, in; one answer out, or none
 * where nothing but notifications came. No I/O; a wrong line gets an error and nothing
 * else breaks.
 */
#pragma once

#include "phone-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** The answer to one line, without its end, or NULL; full. */
char *phone_endpoint_answer_line (PhoneService *service, const char *line, gsize length);
/** The answer to a line that was longer than PHONE_LINE_MAX_BYTES; full. */
char *phone_endpoint_answer_too_long (void);
/** A notification of ours, whose params are one @object under @name; takes it. Full. */
char *phone_endpoint_make_notification (const char *method,
                                        const char *name,
                                        JsonObject *object);

G_END_DECLS
