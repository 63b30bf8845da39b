/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Telephone numbers as people write them, made whole with the prefix of an account. Pure.
 *
 * A prefix with "+" is that of a country: a national number gets it in the place of the
 * digits that begin one there ("0" in most countries), and "00" becomes "+":
 *
 *   prefix "+49"   030 1234567  ->  +49301234567     0049 30 ...  ->  +4930...
 *   prefix "+1"    (212) 555-0123  ->  +12125550123
 *
 * A prefix without "+" is dialled before every number that is not an extension, as for an
 * outside line. Up to six digits that do not begin like a national number are an
 * extension, and stay; so do numbers that begin with "+", and with "*" or "#".
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PHONE_NUMBER_MAX_EXTENSION_DIGITS 6

/** @text is what a person typed, or a tel: URI (RFC 3966), whose phone-context is heeded
 * and whose other parameters are dropped. @prefix: nullable. NULL where @text is no
 * number, but a name or an address. Owned. */
char *phone_number_dup_dialled (const char *text, const char *prefix);

G_END_DECLS
