/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** What a link of a web page (sip:, sips:, tel:) or a word of the command line asks to
 * dial, for phone_service_dial(). Pure: whatever is in @link is data, it is never run,
 * never an option, and never dialled without a person's word.
 *
 * Slashes behind the scheme are left out, since "tel://123" is written often; escapes in a
 * tel: link are taken back; headers (RFC 3261 §19.1.1) are not honoured (§19.1.5). Owned.
 * Errors: PHONE_ERROR_INVALID_ADDRESS for all else that cannot be dialled, control
 * characters, escaped or not, and more than 1024 bytes. */
char *phone_link_dup_target (const char *link, GError **error);

G_END_DECLS
