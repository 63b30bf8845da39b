/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-digest.h"

#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <string.h>

#define MAX_HEX (2 * SHA512_256_DIGEST_SIZE + 1)

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

/* ---- Hashing ---- */

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
  char *hex = g_malloc (MAX_HEX);

  hash_texts (algorithm, texts, G_N_ELEMENTS (texts), hex);
  return hex;
}

/* What both sides hash (RFC 7616 §3.4.1). qop is one of them. */
typedef struct {
  SipDigestAlgorithm algorithm;
  SipDigestQop qop;
  const char *ha1;
  SipText nonce;
  SipText nc;
  SipText cnonce;
  SipText method;
  SipText uri;
  SipText body;
} Ingredients;

static void
hash_ha1 (const Ingredients *in, char *hex)
{
  SipText texts[] = {sip_text_from_str (in->ha1), in->nonce, in->cnonce};

  if (algorithms[in->algorithm].is_session)
    hash_texts (in->algorithm, texts, G_N_ELEMENTS (texts), hex);
  else
    g_strlcpy (hex, in->ha1, MAX_HEX);
}

static void
hash_ha2 (const Ingredients *in, char *hex)
{
  char body[MAX_HEX] = "";
  SipText texts[] = {in->method, in->uri, {body, 0}};

  if (in->qop == SIP_DIGEST_QOP_AUTH_INT) {
    hash_texts (in->algorithm, &in->body, 1, body);
    texts[2].len = strlen (body);
  }
  hash_texts (in->algorithm, texts, in->qop == SIP_DIGEST_QOP_AUTH_INT ? 3 : 2, hex);
}

static const char *
get_qop_name (SipDigestQop qop)
{
  return qop == SIP_DIGEST_QOP_AUTH_INT ? "auth-int" : "auth";
}

static void
hash_response (const Ingredients *in, char *hex)
{
  char ha1[MAX_HEX], ha2[MAX_HEX];

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
                       sip_text_from_str (get_qop_name (in->qop)),
                       sip_text_from_str (ha2)};

    hash_texts (in->algorithm, texts, G_N_ELEMENTS (texts), hex);
  }
  explicit_bzero (ha1, sizeof ha1);
}

/* ---- Reading parameters ---- */

/* Takes what stands before the next comma outside of quoted strings, trimmed. */
static gboolean
next_piece (SipText *rest, SipText *piece)
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

/* A parameter, and the place where its value goes. */
typedef struct {
  const char *name;
  SipText *value;
} Slot;

/* Stores value under name. FALSE if it was there before, or is too long. */
static gboolean
fill_slot (const Slot *slots, guint n, SipText name, SipText value)
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

static gboolean
read_param (const Slot *slots, guint n, SipText param)
{
  SipText name, value;

  sip_text_split_param (param, &name, &value);
  return sip_text_is_token (name) && strip_quotes (&value) &&
         fill_slot (slots, n, name, value);
}

/* Takes "Scheme " off the front of piece; scheme is absent where piece is only a
 * parameter. */
static void
take_scheme (SipText *piece, SipText *scheme)
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

/* The known ones of a list like "auth,auth-int". */
static SipDigestQop
parse_qop (SipText list)
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

/* ---- Challenges ---- */

static void
open_header (SipDigestChallengeIter *iter, const SipMessage *message, SipHeader header)
{
  iter->header = header;
  iter->rest = SIP_TEXT_NONE;
  sip_value_iter_init (&iter->lines, message, header);
}

void
sip_digest_challenge_iter_init (SipDigestChallengeIter *iter, const SipMessage *message)
{
  iter->n_seen = 0;
  open_header (iter, message, SIP_HEADER_WWW_AUTHENTICATE);
}

/* One challenge: from its scheme up to the next scheme. */
static gboolean
take_challenge (SipText *rest, SipDigestChallenge *challenge)
{
  SipText qop = SIP_TEXT_NONE, stale = SIP_TEXT_NONE, scheme, piece, next_scheme;
  const Slot slots[] = {
      {"realm", &challenge->realm},
      {"nonce", &challenge->nonce},
      {"opaque", &challenge->opaque},
      {"algorithm", &challenge->algorithm_text},
      {"qop", &qop},
      {"stale", &stale},
  };
  gboolean is_good;

  if (!next_piece (rest, &piece))
    return FALSE;
  take_scheme (&piece, &scheme);
  is_good = sip_text_equal_case_str (scheme, "Digest") &&
            read_param (slots, G_N_ELEMENTS (slots), piece);
  for (SipText ahead = *rest; next_piece (&ahead, &piece); *rest = ahead) {
    take_scheme (&piece, &next_scheme);
    if (next_scheme.s != NULL)
      break;
    is_good = is_good && read_param (slots, G_N_ELEMENTS (slots), piece);
  }
  challenge->algorithm = sip_digest_algorithm_from_text (challenge->algorithm_text);
  challenge->qop = parse_qop (qop);
  challenge->is_stale = sip_text_equal_case_str (stale, "true");
  return is_good && challenge->realm.s != NULL && challenge->nonce.len > 0 &&
         challenge->algorithm != SIP_DIGEST_UNSUPPORTED &&
         (qop.s == NULL || challenge->qop != SIP_DIGEST_QOP_NONE);
}

gboolean
sip_digest_challenge_iter_next (SipDigestChallengeIter *iter,
                                SipDigestChallenge *challenge)
{
  while (iter->n_seen < SIP_DIGEST_MAX_CHALLENGES) {
    if (iter->rest.len > 0) {
      iter->n_seen++;
      *challenge = (SipDigestChallenge){.header = iter->header};
      if (take_challenge (&iter->rest, challenge))
        return TRUE;
    } else if (!sip_value_iter_next (&iter->lines, &iter->rest)) {
      if (iter->header == SIP_HEADER_PROXY_AUTHENTICATE)
        return FALSE;
      open_header (iter, iter->lines.message, SIP_HEADER_PROXY_AUTHENTICATE);
    }
  }
  return FALSE;
}

static gboolean
is_md5 (SipDigestAlgorithm algorithm)
{
  return algorithm == SIP_DIGEST_MD5 || algorithm == SIP_DIGEST_MD5_SESS;
}

gboolean
sip_digest_choose (const SipMessage *message,
                   const char *realm,
                   SipDigestFlags flags,
                   SipDigestChallenge *challenge,
                   GError **error)
{
  SipDigestChallenge found;
  SipDigestChallengeIter iter;

  *challenge = (SipDigestChallenge){.algorithm = SIP_DIGEST_UNSUPPORTED};
  sip_digest_challenge_iter_init (&iter, message);
  while (sip_digest_challenge_iter_next (&iter, &found)) {
    if (realm != NULL && !sip_text_equal_str (found.realm, realm))
      continue;
    if ((flags & SIP_DIGEST_REFUSE_MD5) && is_md5 (found.algorithm))
      continue;
    if (found.algorithm > challenge->algorithm)
      *challenge = found;
  }
  if (challenge->algorithm != SIP_DIGEST_UNSUPPORTED)
    return TRUE;
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_UNSUPPORTED,
                       "No challenge that can be answered");
  return FALSE;
}

/* ---- The client ---- */

struct _SipDigestSession {
  SipHeader header;
  SipDigestAlgorithm algorithm;
  SipDigestQop qop;
  char *algorithm_text; /* owned, as all below; NULL if the challenge had none */
  char *realm;
  char *nonce;
  char *opaque; /* NULL if the challenge had none */
  guint32 n_uses;
};

SipDigestSession *
sip_digest_session_new (const SipDigestChallenge *challenge)
{
  SipDigestSession *session = g_new0 (SipDigestSession, 1);

  session->header = challenge->header == SIP_HEADER_WWW_AUTHENTICATE
                        ? SIP_HEADER_AUTHORIZATION
                        : SIP_HEADER_PROXY_AUTHORIZATION;
  session->algorithm = challenge->algorithm;
  session->qop = challenge->qop;
  session->algorithm_text = sip_text_dup (challenge->algorithm_text);
  session->realm = sip_text_dup (challenge->realm);
  session->nonce = sip_text_dup (challenge->nonce);
  session->opaque = sip_text_dup (challenge->opaque);
  return session;
}

void
sip_digest_session_free (SipDigestSession *session)
{
  if (session == NULL)
    return;
  g_free (session->algorithm_text);
  g_free (session->realm);
  g_free (session->nonce);
  g_free (session->opaque);
  g_free (session);
}

SipHeader
sip_digest_session_get_header (const SipDigestSession *session)
{
  return session->header;
}

const char *
sip_digest_session_get_realm (const SipDigestSession *session)
{
  return session->realm;
}

const char *
sip_digest_session_get_nonce (const SipDigestSession *session)
{
  return session->nonce;
}

SipDigestAlgorithm
sip_digest_session_get_algorithm (const SipDigestSession *session)
{
  return session->algorithm;
}

static SipDigestQop
choose_qop (SipDigestQop offered)
{
  return offered & SIP_DIGEST_QOP_AUTH ? SIP_DIGEST_QOP_AUTH : offered;
}

static char *
write_credentials (const SipDigestSession *session,
                   const Ingredients *in,
                   const char *user,
                   const char *response)
{
  GString *out = g_string_new ("Digest username=");
  g_autofree char *quoted_user = sip_text_dup_quoted (sip_text_from_str (user));
  g_autofree char *quoted_uri = sip_text_dup_quoted (in->uri);

  g_string_append_printf (out, "%s, realm=\"%s\", nonce=\"%s\", uri=%s, response=\"%s\"",
                          quoted_user, session->realm, session->nonce, quoted_uri,
                          response);
  if (session->algorithm_text != NULL)
    g_string_append_printf (out, ", algorithm=%s", algorithms[in->algorithm].name);
  if (in->qop != SIP_DIGEST_QOP_NONE)
    g_string_append_printf (out, ", qop=%s, nc=%.*s", get_qop_name (in->qop),
                            SIP_TEXT_ARG (in->nc));
  if (in->qop != SIP_DIGEST_QOP_NONE || algorithms[in->algorithm].is_session)
    g_string_append_printf (out, ", cnonce=\"%.*s\"", SIP_TEXT_ARG (in->cnonce));
  if (session->opaque != NULL)
    g_string_append_printf (out, ", opaque=\"%s\"", session->opaque);
  return g_string_free (out, FALSE);
}

char *
sip_digest_session_sign (SipDigestSession *session,
                         const char *user,
                         const char *password,
                         const char *method,
                         const char *uri,
                         SipText body,
                         const char *cnonce)
{
  g_autoptr (SipSecret) ha1 =
      sip_digest_make_ha1 (session->algorithm, user, session->realm, password);
  char nc[9], response[MAX_HEX];
  Ingredients in = {
      .algorithm = session->algorithm,
      .qop = choose_qop (session->qop),
      .ha1 = ha1,
      .nonce = sip_text_from_str (session->nonce),
      .cnonce = sip_text_from_str (cnonce),
      .method = sip_text_from_str (method),
      .uri = sip_text_from_str (uri),
      .body = body,
  };

  g_snprintf (nc, sizeof nc, "%08x", ++session->n_uses);
  in.nc = sip_text_from_str (nc);
  hash_response (&in, response);
  return write_credentials (session, &in, user, response);
}

/* ---- The server ---- */

char *
sip_digest_make_challenge (SipDigestAlgorithm algorithm,
                           const char *realm,
                           const char *nonce,
                           const char *opaque,
                           SipDigestQop qop,
                           gboolean is_stale)
{
  GString *out = g_string_new ("Digest realm=");
  g_autofree char *quoted_realm = sip_text_dup_quoted (sip_text_from_str (realm));
  g_autofree char *quoted_nonce = sip_text_dup_quoted (sip_text_from_str (nonce));

  g_string_append_printf (out, "%s, nonce=%s", quoted_realm, quoted_nonce);
  if (opaque != NULL) {
    g_autofree char *quoted_opaque = sip_text_dup_quoted (sip_text_from_str (opaque));

    g_string_append_printf (out, ", opaque=%s", quoted_opaque);
  }
  if (is_stale)
    g_string_append (out, ", stale=true");
  g_string_append_printf (out, ", algorithm=%s", algorithms[algorithm].name);
  if (qop != SIP_DIGEST_QOP_NONE)
    g_string_append_printf (
        out, ", qop=\"%s%s%s\"", qop & SIP_DIGEST_QOP_AUTH ? "auth" : "",
        (qop & SIP_DIGEST_QOP_AUTH) && (qop & SIP_DIGEST_QOP_AUTH_INT) ? "," : "",
        qop & SIP_DIGEST_QOP_AUTH_INT ? "auth-int" : "");
  return g_string_free (out, FALSE);
}

static gboolean
fail (GError **error, SipError code, const char *what)
{
  g_set_error_literal (error, SIP_ERROR, code, what);
  return FALSE;
}

/* nc is eight hex digits (RFC 7616 §3.4). */
static gboolean
parse_nc (SipText text, guint32 *nc)
{
  guint32 number = 0;

  if (text.len != 8)
    return FALSE;
  for (gsize i = 0; i < text.len; i++) {
    if (!g_ascii_isxdigit (text.s[i]))
      return FALSE;
    number = number << 4 | g_ascii_xdigit_value (text.s[i]);
  }
  *nc = number;
  return number > 0;
}

static gboolean
read_credentials (SipText rest, const Slot *slots, guint n)
{
  SipText piece;

  while (next_piece (&rest, &piece))
    if (!read_param (slots, n, piece))
      return FALSE;
  return TRUE;
}

static gboolean
check_response (SipDigestResponse *response,
                SipText algorithm,
                SipText qop,
                GError **error)
{
  response->algorithm = sip_digest_algorithm_from_text (algorithm);
  if (response->algorithm == SIP_DIGEST_UNSUPPORTED)
    return fail (error, SIP_ERROR_UNSUPPORTED, "Credentials of an unknown algorithm");
  if (response->user.s == NULL || response->realm.s == NULL ||
      response->nonce.s == NULL || response->uri.s == NULL ||
      response->response.s == NULL)
    return fail (error, SIP_ERROR_SYNTAX, "Credentials without a parameter they need");
  response->qop = parse_qop (qop);
  if (qop.s == NULL)
    return TRUE;
  if (response->qop != SIP_DIGEST_QOP_AUTH && response->qop != SIP_DIGEST_QOP_AUTH_INT)
    return fail (error, SIP_ERROR_UNSUPPORTED, "Credentials of an unknown qop");
  if (response->cnonce.s == NULL || !parse_nc (response->nc_text, &response->nc))
    return fail (error, SIP_ERROR_SYNTAX, "Credentials without cnonce or nc");
  return TRUE;
}

gboolean
sip_digest_response_parse (SipText value, SipDigestResponse *response, GError **error)
{
  SipText algorithm = SIP_TEXT_NONE, qop = SIP_TEXT_NONE, scheme;
  const Slot slots[] = {
      {"username", &response->user},     {"realm", &response->realm},
      {"nonce", &response->nonce},       {"uri", &response->uri},
      {"response", &response->response}, {"cnonce", &response->cnonce},
      {"opaque", &response->opaque},     {"nc", &response->nc_text},
      {"algorithm", &algorithm},         {"qop", &qop},
  };

  memset (response, 0, sizeof *response);
  value = sip_text_trim (value);
  take_scheme (&value, &scheme);
  if (!sip_text_equal_case_str (scheme, "Digest"))
    return fail (error, SIP_ERROR_UNSUPPORTED, "Credentials of another scheme");
  if (!read_credentials (value, slots, G_N_ELEMENTS (slots)))
    return fail (error, SIP_ERROR_SYNTAX, "Credentials with bad syntax");
  return check_response (response, algorithm, qop, error);
}

gboolean
sip_digest_response_verify (const SipDigestResponse *response,
                            const char *ha1,
                            SipText method,
                            SipText body)
{
  char expected[MAX_HEX];
  Ingredients in = {
      .algorithm = response->algorithm,
      .qop = response->qop,
      .ha1 = ha1,
      .nonce = response->nonce,
      .nc = response->nc_text,
      .cnonce = response->cnonce,
      .method = method,
      .uri = response->uri,
      .body = body,
  };

  hash_response (&in, expected);
  return response->response.len == strlen (expected) &&
         memeql_sec (response->response.s, expected, response->response.len);
}
