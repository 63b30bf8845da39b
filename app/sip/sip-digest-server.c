/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-digest-private.h"

#include <nettle/memops.h>
#include <string.h>

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
  g_string_append_printf (out, ", algorithm=%s",
                          sip_digest_algorithm_get_name (algorithm));
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
read_credentials (SipText rest, const SipDigestSlot *slots, guint n)
{
  SipText piece;

  while (sip_digest_next_piece (&rest, &piece))
    if (!sip_digest_read_param (slots, n, piece))
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
  response->qop = sip_digest_parse_qop (qop);
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
  const SipDigestSlot slots[] = {
      {"username", &response->user},     {"realm", &response->realm},
      {"nonce", &response->nonce},       {"uri", &response->uri},
      {"response", &response->response}, {"cnonce", &response->cnonce},
      {"opaque", &response->opaque},     {"nc", &response->nc_text},
      {"algorithm", &algorithm},         {"qop", &qop},
  };

  memset (response, 0, sizeof *response);
  value = sip_text_trim (value);
  sip_digest_take_scheme (&value, &scheme);
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
  char expected[SIP_DIGEST_MAX_HEX];
  SipDigestIngredients in = {
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

  sip_digest_hash_response (&in, expected);
  return response->response.len == strlen (expected) &&
         memeql_sec (response->response.s, expected, response->response.len);
}
