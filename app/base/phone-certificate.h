/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * New certificates that sign themselves: of the exchange, and of each call (RFC 8827
 * §6.5: one that is known again would tell the calls of a person apart from others).
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** PEM of a new certificate (EC P-256, three years) and its private key. @names: DNS
 * names and numeric addresses it is valid for; NULL: none, and no name of anybody in it.
 * Owned; phone_certificate_free() wipes it. Errors: G_TLS_ERROR. */
char *phone_certificate_make_pem (const char *const *names, GError **error);
/** SHA-256 of the certificate in @pem, as phone-fingerprint.h has it. Owned. */
char *phone_certificate_dup_fingerprint (const char *pem);
void phone_certificate_free (char *pem);

G_END_DECLS
