/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-flow-token.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <string.h>

#define OWNER_BYTES 8
#define NAME_BYTES 12
#define MAC_BYTES 10
#define TOKEN_BYTES (OWNER_BYTES + NAME_BYTES + MAC_BYTES)
#define SHA256_BYTES SHA256_DIGEST_SIZE

G_STATIC_ASSERT (TOKEN_BYTES % 3 == 0); /* no padding in base64 */
G_STATIC_ASSERT (TOKEN_BYTES / 3 * 4 == SIP_FLOW_TOKEN_LENGTH);

/* What a hash is for is its first byte, so that one kind never passes for another. */
static void
keyed_hash (const guint8 *key,
            char purpose,
            const void *a,
            gsize a_len,
            guint8 digest[SHA256_BYTES])
{
  struct hmac_sha256_ctx hmac;

  hmac_sha256_set_key (&hmac, SIP_FLOW_TOKEN_KEY_BYTES, key);
  hmac_sha256_update (&hmac, 1, (const guint8 *)&purpose);
  hmac_sha256_update (&hmac, a_len, a);
  hmac_sha256_digest (&hmac, SHA256_BYTES, digest);
}

static void
hash_owner (const guint8 *key, const char *aor, guint8 digest[SHA256_BYTES])
{
  keyed_hash (key, 'o', aor, strlen (aor), digest);
}

static gboolean
decode (SipText token, guint8 raw[TOKEN_BYTES])
{
  char text[SIP_FLOW_TOKEN_LENGTH + 1];
  gint state = 0;
  guint save = 0;

  if (token.len != SIP_FLOW_TOKEN_LENGTH)
    return FALSE;
  for (gsize i = 0; i < token.len; i++) {
    char c = token.s[i];
    if (!g_ascii_isalnum (c) && c != '-' && c != '_')
      return FALSE;
    text[i] = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  text[token.len] = '\0';
  return g_base64_decode_step (text, token.len, raw, &state, &save) == TOKEN_BYTES;
}

char *
sip_flow_token_make (const guint8 key[SIP_FLOW_TOKEN_KEY_BYTES],
                     const char *aor,
                     const char *name,
                     gsize name_len)
{
  guint8 raw[TOKEN_BYTES];
  guint8 digest[SHA256_BYTES];
  g_autofree guint8 *named = g_malloc (OWNER_BYTES + name_len);
  char *token = NULL;

  hash_owner (key, aor, digest);
  memcpy (raw, digest, OWNER_BYTES);
  memcpy (named, digest, OWNER_BYTES);
  memcpy (named + OWNER_BYTES, name, name_len);
  keyed_hash (key, 'n', named, OWNER_BYTES + name_len, digest);
  memcpy (raw + OWNER_BYTES, digest, NAME_BYTES);
  keyed_hash (key, 'm', raw, OWNER_BYTES + NAME_BYTES, digest);
  memcpy (raw + OWNER_BYTES + NAME_BYTES, digest, MAC_BYTES);

  token = g_base64_encode (raw, TOKEN_BYTES);
  return g_strdelimit (g_strdelimit (token, "+", '-'), "/", '_');
}

gboolean
sip_flow_token_is_valid (const guint8 key[SIP_FLOW_TOKEN_KEY_BYTES], SipText token)
{
  guint8 raw[TOKEN_BYTES];
  guint8 digest[SHA256_BYTES];

  if (!decode (token, raw))
    return FALSE;
  keyed_hash (key, 'm', raw, OWNER_BYTES + NAME_BYTES, digest);
  return memeql_sec (raw + OWNER_BYTES + NAME_BYTES, digest, MAC_BYTES);
}

gboolean
sip_flow_token_is_of (const guint8 key[SIP_FLOW_TOKEN_KEY_BYTES],
                      SipText token,
                      const char *aor)
{
  guint8 raw[TOKEN_BYTES];
  guint8 digest[SHA256_BYTES];

  if (!sip_flow_token_is_valid (key, token) || !decode (token, raw))
    return FALSE;
  hash_owner (key, aor, digest);
  return memeql_sec (raw, digest, OWNER_BYTES);
}
