/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-fingerprint.h"

#include <string.h>

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

static const struct {
  const char *name;
  GChecksumType hash;
} hashes[] = {
    {"sha-256", G_CHECKSUM_SHA256},
    {"sha-384", G_CHECKSUM_SHA384},
    {"sha-512", G_CHECKSUM_SHA512},
};

static gboolean
find_hash (const char *name, gsize length, GChecksumType *hash)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++) {
    if (strlen (hashes[i].name) == length &&
        g_ascii_strncasecmp (hashes[i].name, name, length) == 0) {
      *hash = hashes[i].hash;
      return TRUE;
    }
  }
  return FALSE;
}

/* Pairs of hexadecimal digits with one colon between them, and nothing after. */
static gboolean
parse_pairs (const char *text, guint8 *bytes, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++, text += 3) {
    gboolean last = i + 1 == n_bytes;

    if (!g_ascii_isxdigit (text[0]) || !g_ascii_isxdigit (text[1]))
      return FALSE;
    if (text[2] != (last ? '\0' : ':'))
      return FALSE;
    bytes[i] =
        (guint8)(g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]));
  }
  return TRUE;
}

gboolean
phone_media_fingerprint_parse (const char *text, PhoneMediaFingerprint *fingerprint)
{
  const char *space = strchr (text, ' ');
  g_autofree char *value = NULL;

  memset (fingerprint, 0, sizeof *fingerprint);
  if (!space || !find_hash (text, (gsize)(space - text), &fingerprint->hash))
    return FALSE;
  fingerprint->n_digest = (gsize)g_checksum_type_get_length (fingerprint->hash);
  value = g_strstrip (g_strdup (space));
  return parse_pairs (value, fingerprint->digest, fingerprint->n_digest);
}

static guint8 *
decode_pem (const char *pem, gsize *n_der)
{
  const char *begin = pem ? strstr (pem, PEM_BEGIN) : NULL;
  const char *end = begin ? strstr (begin, PEM_END) : NULL;
  g_autofree char *base64 = NULL;

  if (!end)
    return NULL;
  begin += strlen (PEM_BEGIN);
  base64 = g_strndup (begin, (gsize)(end - begin));
  return g_base64_decode (base64, n_der);
}

static gboolean
matches_der (const PhoneMediaFingerprint *fingerprint, const guint8 *der, gsize n_der)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (fingerprint->hash);
  guint8 digest[sizeof fingerprint->digest];
  gsize n_digest = sizeof digest;

  g_checksum_update (checksum, der, (gssize)n_der);
  g_checksum_get_digest (checksum, digest, &n_digest);
  return n_digest == fingerprint->n_digest &&
         memcmp (digest, fingerprint->digest, n_digest) == 0;
}

gboolean
phone_media_fingerprint_matches_pem (const char *pem, GPtrArray *fingerprints)
{
  gsize n_der = 0;
  g_autofree guint8 *der = decode_pem (pem, &n_der);

  if (!der || n_der == 0)
    return FALSE;
  for (guint i = 0; i < fingerprints->len; i++)
    if (matches_der (g_ptr_array_index (fingerprints, i), der, n_der))
      return TRUE;
  return FALSE;
}
