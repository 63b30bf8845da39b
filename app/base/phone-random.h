/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Bytes from the kernel, for keys, passwords and tokens. A program that gets none ends.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void phone_random_fill (guint8 *bytes, gsize length);
/** So many random bytes as lower case hex. Owned. */
char *phone_random_dup_hex (gsize n_bytes);

G_END_DECLS
