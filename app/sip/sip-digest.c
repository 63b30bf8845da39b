/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-digest-private.h"

#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <string.h>

/* ---- Algorithms ---- */

static const struct {
  const char *name;
  const struct nettle_hash *hash;
  gboolean is_session;
} algorithms[] = {
    [SIP_DIGEST_UNSUPPORTED] = {NULL, NULL, FALSE},
    [SIP_DIGEST_MD5] = {"MD5", &nettle_md5, FALSE},
    [SIP_DIGEST_MD5_SESS] = {"MD5-sess", &nettle_md5, TRUE},
    [SIP_DIGEST_SHA_256] = {"SHA-256", &nettle_sha256, FALSE},
    [SIP_DIGEST_SHA_256_SESS] = {"SHA-256-sess", &nettle_sha256, TRUE},
    [SIP_DIGEST_SHA_512_256] = {"SHA-512-256", &nettle_sha512_256, FALSE},
    [SIP_DIGEST_SHA_512_256_SESS] = {"SHA-512-256-sess", &nettle_sha512_256, TRUE},
};

SipDigestAlgorithm
sip_digest_algorithm_from_text (SipText name)
{
  if (name.s == NULL)
    return SIP_DIGEST_MD5;
  for (guint i = 1; i < G_N_ELEMENTS (algorithms); i++)
    if (sip_text_equal_case_str (name, algorithms[i].name))
      return i;
  return SIP_DIGEST_UNSUPPORTED;
}

const char *
sip_digest_algorithm_get_name (SipDigestAlgorithm algorithm)
{
  return algorithms[algorithm].name;
}

gboolean
sip_digest_algorithm_is_session (SipDigestAlgorithm algorithm)
{
  return algorithms[algorithm].is_session;
}

/* ---- Hashing ---- */

G_STATIC_ASSERT (SIP_DIGEST_MAX_HEX == 2 * SHA512_256_DIGEST_SIZE + 1);

/* A hash of texts with ':' between them, in hex. */
typedef union {
  struct md5_ctx md5;
  struct sha256_ctx sha256;
  struct sha512_ctx sha512;
} HashState;

static void
hash_texts (SipDigestAlgorithm algorithm, const SipText *texts, guint n, char *hex)
{
  const struct nettle_hash *hash = algorithms[algorithm].hash;
  guint8 digest[SHA512_256_DIGEST_SIZE];
  HashState state;

  hash->init (&state);
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      hash->update (&state, 1, (const guint8 *)":");
    if (texts[i].len > 0)
      hash->update (&state, texts[i].len, (const guint8 *)texts[i].s);
  }
  hash->digest (&state, hash->digest_size, digest);
  for (guint i = 0; i < hash->digest_size; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", digest[i]);
}

void
sip_secret_free (SipSecret *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

char *
sip_digest_make_ha1 (SipDigestAlgorithm algorithm,
                     const char *user,
                     const char *realm,
                     const char *password)
{
  SipText texts[] = {sip_text_from_str (user), sip_text_from_str (realm),
                     sip_text_from_str (password)};
  char *hex = g_malloc (SIP_DIGEST_MAX_HEX);

  hash_texts (algorithm, texts, G_N_ELEMENTS (texts), hex);
  return hex;
}

static void
hash_ha1 (const SipDigestIngredients *in, char *hex)
{
  SipText texts[] = {sip_text_from_str (in->ha1), in->nonce, in->cnonce};

  if (algorithms[in->algorithm].is_session)
    hash_texts (in->algorithm, texts, G_N_ELEMENTS (texts), hex);
  else
    g_strlcpy (hex, in->ha1, SIP_DIGEST_MAX_HEX);
}

static void
hash_ha2 (const SipDigestIngredients *in, char *hex)
{
  char body[SIP_DIGEST_MAX_HEX] = "";
  SipText texts[] = {in->method, in->uri, {body, 0}};

  if (in->qop == SIP_DIGEST_QOP_AUTH_INT) {
    hash_texts (in->algorithm, &in->body, 1, body);
    texts[2].len = strlen (body);
  }
  hash_texts (in->algorithm, texts, in->qop == SIP_DIGEST_QOP_AUTH_INT ? 3 : 2, hex);
}

const char *
sip_digest_get_qop_name (SipDigestQop qop)
{
  return qop == SIP_DIGEST_QOP_AUTH_INT ? "auth-int" : "auth";
}

void
sip_digest_hash_response (const SipDigestIngredients *in, char *hex)
{
  char ha1[SIP_DIGEST_MAX_HEX], ha2[SIP_DIGEST_MAX_HEX];

  hash_ha1 (in, ha1);
  hash_ha2 (in, ha2);
  if (in->qop == SIP_DIGEST_QOP_NONE) {
    SipText texts[] = {sip_text_from_str (ha1), in->nonce, sip_text_from_str (ha2)};

    hash_texts (in->algorithm, texts, G_N_ELEMENTS (texts), hex);
  } else {
    SipText texts[] = {sip_text_from_str (ha1),
                       in->nonce,
                       in->nc,
                       in->cnonce,
                       sip_text_from_str (sip_digest_get_qop_name (in->qop)),
                       sip_text_from_str (ha2)};

    hash_texts (in->algorithm, texts, G_N_ELEMENTS (texts), hex);
  }
  explicit_bzero (ha1, sizeof ha1);
}

/* ---- Reading parameters ---- */

gboolean
sip_digest_next_piece (SipText *rest, SipText *piece)
{
  while (rest->len > 0) {
    gsize end = sip_text_find_unquoted (*rest, ',');

    *piece = sip_text_trim ((SipText){rest->s, end});
    *rest = sip_text_skip (*rest, end + 1);
    if (piece->len > 0)
      return TRUE;
  }
  return FALSE;
}

/* A value between its quotes, or a bare one. FALSE for half a quoted string, and for a bare
 * one that would be another between quotes, since it is sent back in them. */
static gboolean
strip_quotes (SipText *value)
{
  if (value->len == 0 || value->s[0] != '"')
    return value->len > 0 && memchr (value->s, '"', value->len) == NULL &&
           memchr (value->s, '\\', value->len) == NULL;
  if (!sip_text_is_quoted (*value))
    return FALSE;
  *value = (SipText){value->s + 1, value->len - 2};
  return TRUE;
}

/* Stores value under name. FALSE if it was there before, or is too long. */
static gboolean
fill_slot (const SipDigestSlot *slots, guint n, SipText name, SipText value)
{
  for (guint i = 0; i < n; i++) {
    if (!sip_text_equal_case_str (name, slots[i].name))
      continue;
    if (slots[i].value->s != NULL || value.len > SIP_DIGEST_MAX_TEXT)
      return FALSE;
    *slots[i].value = value;
    return TRUE;
  }
  return TRUE;
}

gboolean
sip_digest_read_param (const SipDigestSlot *slots, guint n, SipText param)
{
  SipText name, value;

  sip_text_split_param (param, &name, &value);
  return sip_text_is_token (name) && strip_quotes (&value) &&
         fill_slot (slots, n, name, value);
}

void
sip_digest_take_scheme (SipText *piece, SipText *scheme)
{
  gsize end = 0;
  SipText word, rest;

  while (end < piece->len && piece->s[end] != ' ' && piece->s[end] != '\t')
    end++;
  word = (SipText){piece->s, end};
  rest = sip_text_trim (sip_text_skip (*piece, end));
  *scheme = SIP_TEXT_NONE;
  if (!sip_text_is_token (word) || (rest.len > 0 && rest.s[0] == '='))
    return;
  *scheme = word;
  *piece = rest;
}

SipDigestQop
sip_digest_parse_qop (SipText list)
{
  SipDigestQop qop = SIP_DIGEST_QOP_NONE;
  SipText piece;

  while (sip_text_next (&list, ',', &piece)) {
    if (sip_text_equal_case_str (piece, "auth"))
      qop |= SIP_DIGEST_QOP_AUTH;
    else if (sip_text_equal_case_str (piece, "auth-int"))
      qop |= SIP_DIGEST_QOP_AUTH_INT;
  }
  return qop;
}
