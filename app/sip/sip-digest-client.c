/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-digest-private.h"

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
  const SipDigestSlot slots[] = {
      {"realm", &challenge->realm},
      {"nonce", &challenge->nonce},
      {"opaque", &challenge->opaque},
      {"algorithm", &challenge->algorithm_text},
      {"qop", &qop},
      {"stale", &stale},
  };
  gboolean is_good;

  if (!sip_digest_next_piece (rest, &piece))
    return FALSE;
  sip_digest_take_scheme (&piece, &scheme);
  is_good = sip_text_equal_case_str (scheme, "Digest") &&
            sip_digest_read_param (slots, G_N_ELEMENTS (slots), piece);
  for (SipText ahead = *rest; sip_digest_next_piece (&ahead, &piece); *rest = ahead) {
    sip_digest_take_scheme (&piece, &next_scheme);
    if (next_scheme.s != NULL)
      break;
    is_good = is_good && sip_digest_read_param (slots, G_N_ELEMENTS (slots), piece);
  }
  challenge->algorithm = sip_digest_algorithm_from_text (challenge->algorithm_text);
  challenge->qop = sip_digest_parse_qop (qop);
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
                   const SipDigestIngredients *in,
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
    g_string_append_printf (out, ", algorithm=%s",
                            sip_digest_algorithm_get_name (in->algorithm));
  if (in->qop != SIP_DIGEST_QOP_NONE)
    g_string_append_printf (out, ", qop=%s, nc=%.*s", sip_digest_get_qop_name (in->qop),
                            SIP_TEXT_ARG (in->nc));
  if (in->qop != SIP_DIGEST_QOP_NONE || sip_digest_algorithm_is_session (in->algorithm))
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
  char nc[9], response[SIP_DIGEST_MAX_HEX];
  SipDigestIngredients in = {
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
  sip_digest_hash_response (&in, response);
  return write_credentials (session, &in, user, response);
}
