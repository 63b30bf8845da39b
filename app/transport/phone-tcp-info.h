/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the kernel knows of a TCP connection. On its own because <linux/tcp.h>, which has
 * it all, and <netinet/tcp.h> cannot be included together.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Bytes that arrived in order since the connection began, read or not; 0 where the
 * kernel does not say. */
guint64 phone_tcp_info_get_bytes_received (GSocket *socket);
/** Of them, what was read and does not wait any more. Where more arrives in this moment, the
 * first may be too little by so much, and the second too much. */
guint64 phone_tcp_info_get_least_read (GSocket *socket);
guint64 phone_tcp_info_get_most_read (GSocket *socket);
/** Whether the far end's kernel has room for all that was sent, but for a few messages; what
 * is on the way, or whose acknowledgement is delayed, counts as taken. TRUE where our kernel
 * does not say. */
gboolean phone_tcp_info_is_taken (GSocket *socket);
/** Bytes that it has taken since the connection began; 0 where ours does not say. */
guint64 phone_tcp_info_get_bytes_taken (GSocket *socket);

G_END_DECLS
