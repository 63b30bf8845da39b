/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The numeric addresses of this machine, for links and for the names in a certificate.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** What to write into a link for somebody who shall reach @listen_address: the address
 * itself, or for "any" the first one that is not loopback. IPv6 in brackets. Owned. */
char *phone_exchange_address_dup_link_host (const char *listen_address);

/** @names without "any", each once, and where "any" was among them all addresses of this
 * machine. Owned. */
char **phone_exchange_address_dup_names (const char *const *names);

G_END_DECLS
