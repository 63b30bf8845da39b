/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A file that somebody else may have made, read as a whole: a limit instead of trust.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Waits for the disk. Errors: PHONE_ERROR_STORAGE, PHONE_ERROR_TOO_LARGE (more than
 * @max_bytes). Owned. */
GByteArray *phone_import_read (GFile *file, gsize max_bytes, GError **error);

G_END_DECLS
