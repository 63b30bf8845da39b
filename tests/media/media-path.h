/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A place on the way of datagrams, on loopback and on a thread of its own: what comes to
 * its near port goes on from its far port to the target, and what comes back goes to who
 * sent last. So it is a translator of addresses as well (RFC 4787): the target sees the
 * far port. What goes to the target may be made to arrive unevenly. */

typedef struct _MediaPath MediaPath;

MediaPath *media_path_new (guint16 target);
void media_path_free (MediaPath *self);

guint16 media_path_get_near_port (MediaPath *self);
guint16 media_path_get_far_port (MediaPath *self);

/* Every other datagram to the target waits for so long; 0: none. */
void media_path_set_unevenness (MediaPath *self, guint ms);
