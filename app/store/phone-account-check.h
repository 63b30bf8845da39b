/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What is wrong with one value of an account: pure functions. Each returns a static
 * reason that follows the name of the field ("is needed"), or NULL where nothing is. NULL
 * as the text means that the user left it out.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** No text of an account may break a line of SIP or of a log. */
const char *phone_account_check_text (const char *text);
/** "sip:user@domain[:port]" or sips:, no parameters. */
const char *phone_account_check_aor (const char *text);
/** At least one; each ws: or wss:, with a host and without a password; a protected one
 * must not be followed by one that is not. An @aor that is sips: needs protected ones (RFC
 * 3261 §26.2.2); nullable. */
const char *phone_account_check_servers (const char *const *list, const char *aor);
/** At most 15 keys of a telephone, a "+" before them. */
const char *phone_account_check_dial_prefix (const char *text);
const char *phone_account_check_registrar (const char *text);
/** SHA-256 as upper case hex with colons. */
const char *phone_account_check_fingerprint (const char *text);
const char *phone_account_check_instance_id (const char *text);
const char *phone_account_check_local_address (const char *text);
/** Each of @list is in @known, and none twice. */
const char *phone_account_check_codecs (const char *const *list,
                                        const char *const *known);
/** RFC 7064 and 7065; turns: is refused by name. */
const char *phone_account_check_ice_servers (const char *const *list);

G_END_DECLS
