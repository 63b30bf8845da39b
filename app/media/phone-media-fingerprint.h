/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The fingerprint of a certificate (RFC 8122 §5): parsed from its SDP form, and checked
 * against the certificate that DTLS showed. Pure, any thread. */

typedef struct {
  GChecksumType hash; /* SHA-256, SHA-384 or SHA-512 */
  guint8 digest[64];
  gsize n_digest;
} PhoneMediaFingerprint;

/* "sha-256 AB:CD:..."; FALSE: malformed, of the wrong length, or of a hash that does not
 * count (SHA-1, MD5, unknown). */
gboolean phone_media_fingerprint_parse (const char *text,
                                        PhoneMediaFingerprint *fingerprint);

/* Whether the certificate, in PEM as dtlssrtpdec:peer-pem gives it, has one of these
 * fingerprints. The hash is taken over the DER bytes. */
gboolean phone_media_fingerprint_matches_pem (const char *pem, GPtrArray *fingerprints);
