/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How many blocks of memory are in use, in the program and its libraries. */

/* FALSE where something else stands in between: sanitizers (which look for leaks
 * themselves), or GLib's slices (environment G_SLICE=always-malloc). */
gboolean sim_alloc_is_counted (void);
gint64 sim_alloc_get_n_blocks (void);
