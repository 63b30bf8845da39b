/* SPDX-License-Identifier: GPL-3.0-or-later */
/** The demo's lines on a terminal: colour where it is one and NO_COLOR is not set. */
#pragma once

#include "phone-endpoint-timings.h"

G_BEGIN_DECLS

void phone_demo_print_title (const char *format, ...) G_GNUC_PRINTF (1, 2);
/** A line under the title: a name in a column of its own, and what there is to say. */
void phone_demo_print_fact (const char *name, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
/** A fact with a mark: proven, or not. */
void phone_demo_print_proof (gboolean is_proven,
                             const char *name,
                             const char *format,
                             ...) G_GNUC_PRINTF (3, 4);

/** The timings of a verdict in words. */
void phone_demo_print_timings (JsonObject *verdict, PhoneTimings which);

/** Whether the far end's reports confirm the receipt of what was sent. */
gboolean phone_demo_print_confirmed (JsonObject *verdict, const char *who);

/** @who proves @kind ("tone=440", "frames") with the verdict's check of that name; gives
 * whether it did. */
gboolean phone_demo_print_check (JsonObject *verdict, const char *kind, const char *who);

G_END_DECLS
