/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A file that takes the place of another when it is whole, and not before: who cannot write
 * all of it abandons it, and what was there stays.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Private (mode 0600). It is in its place when it is closed; it must not be unreferenced
 * open. NULL with an error of GIO. Owned. */
GOutputStream *phone_export_open (GFile *file, GError **error);

/** Closes @stream, and leaves what was in its place; nothing where it is closed. */
void phone_export_abandon (GOutputStream *stream);

G_END_DECLS
