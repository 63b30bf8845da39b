/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-digest.h"
#include "sip-status.h"

#include <string.h>

/* Nonces belong to a connection: one that is answered elsewhere is no nonce of ours, so
 * what was overheard cannot be played again, and nothing has to be remembered longer
 * than the connection. Several may be out at a time, since a client may send its next
 * request before it answered the first challenge. */

#define NONCE_LENGTH 26

typedef enum {
  VERDICT_RIGHT,
  VERDICT_STALE, /* the password is right, the nonce is old: not asked again */
  VERDICT_WRONG,
  VERDICT_NONE, /* no credentials for this realm */
} Verdict;

static SipProxyNonce *
nonce_find (SipProxy *proxy, SipProxyFlow *flow, SipText text)
{
  for (guint i = 0; i < SIP_PROXY_N_NONCES; i++) {
    SipProxyNonce *nonce = &flow->nonces[i];
    if (nonce->text != NULL && nonce->until_us > proxy->now_us &&
        sip_text_equal_str (text, nonce->text))
      return nonce;
  }
  return NULL;
}

static const char *
nonce_make (SipProxy *proxy, SipProxyFlow *flow)
{
  SipProxyNonce *nonce = &flow->nonces[flow->next_nonce];

  flow->next_nonce = (flow->next_nonce + 1) % SIP_PROXY_N_NONCES;
  g_free (nonce->text);
  nonce->text = sip_random_token (&proxy->limits.random, NONCE_LENGTH);
  nonce->until_us = proxy->now_us + SIP_PROXY_NONCE_US;
  nonce->count = 0;
  return nonce->text;
}

void
sip_proxy_nonces_clear (SipProxyFlow *flow)
{
  for (guint i = 0; i < SIP_PROXY_N_NONCES; i++)
    g_clear_pointer (&flow->nonces[i].text, g_free);
}

static void
add_challenge (SipWriter *writer,
               SipHeader header,
               SipDigestAlgorithm algorithm,
               const char *realm,
               const char *nonce,
               gboolean is_stale)
{
  g_autofree char *value = sip_digest_make_challenge (algorithm, realm, nonce, NULL,
                                                      SIP_DIGEST_QOP_AUTH, is_stale);

  sip_writer_add_header (writer, header, value);
}

static void
challenge (SipProxy *proxy,
           SipProxyFlow *flow,
           const SipMessage *request,
           gboolean is_stale)
{
  gboolean is_register = sip_message_get_method (request) == SIP_METHOD_REGISTER;
  SipHeader header =
      is_register ? SIP_HEADER_WWW_AUTHENTICATE : SIP_HEADER_PROXY_AUTHENTICATE;
  SipWriter *writer = sip_proxy_start_reply (
      proxy, request,
      is_register ? SIP_STATUS_UNAUTHORIZED : SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED);
  const char *nonce = nonce_make (proxy, flow);

  add_challenge (writer, header, SIP_DIGEST_SHA_256, proxy->domain, nonce, is_stale);
  add_challenge (writer, header, SIP_DIGEST_MD5, proxy->domain, nonce, is_stale);
  sip_proxy_send_reply (proxy, flow, writer);
}

static const char *
find_ha1 (SipProxy *proxy, const SipDigestResponse *response)
{
  g_autofree char *user = sip_text_dup_unquoted (response->user);
  g_autofree char *aor = sip_proxy_dup_user_aor (proxy, user);
  const SipProxyHashes *hashes = g_hash_table_lookup (proxy->users, aor);

  if (hashes == NULL)
    return NULL;
  if (response->algorithm == SIP_DIGEST_SHA_256)
    return hashes->ha1_sha256;
  return response->algorithm == SIP_DIGEST_MD5 ? hashes->ha1_md5 : NULL;
}

static gboolean
uri_is_that_of (const SipMessage *request, SipText text)
{
  SipUri uri;

  return sip_uri_parse (text, &uri, NULL) &&
         sip_uri_equal (&uri, sip_message_get_request_uri (request));
}

static Verdict
judge (SipProxy *proxy,
       SipProxyFlow *flow,
       const SipMessage *request,
       const SipDigestResponse *response)
{
  const char *ha1 = find_ha1 (proxy, response);
  SipProxyNonce *nonce = NULL;

  if (ha1 == NULL || response->qop != SIP_DIGEST_QOP_AUTH ||
      !uri_is_that_of (request, response->uri) ||
      !sip_digest_response_verify (response, ha1, sip_message_get_method_text (request),
                                   sip_message_get_body (request)))
    return VERDICT_WRONG;

  nonce = nonce_find (proxy, flow, response->nonce);
  if (nonce == NULL || response->nc <= nonce->count)
    return VERDICT_STALE;
  nonce->count = response->nc;
  return VERDICT_RIGHT;
}

/* Looks at the credentials for this realm; @aor is whom they prove. */
static Verdict
verify (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request, char **aor)
{
  SipHeader header = sip_message_get_method (request) == SIP_METHOD_REGISTER
                         ? SIP_HEADER_AUTHORIZATION
                         : SIP_HEADER_PROXY_AUTHORIZATION;
  SipValueIter iter;
  SipText value;
  SipDigestResponse response;

  sip_value_iter_init (&iter, request, header);
  while (sip_value_iter_next (&iter, &value)) {
    Verdict verdict = VERDICT_NONE;
    g_autofree char *user = NULL;

    if (!sip_digest_response_parse (value, &response, NULL) ||
        !sip_text_equal_str (response.realm, proxy->domain))
      continue;
    user = sip_text_dup_unquoted (response.user);
    verdict = judge (proxy, flow, request, &response);
    if (verdict == VERDICT_RIGHT)
      *aor = sip_proxy_dup_user_aor (proxy, user);
    return verdict;
  }
  return VERDICT_NONE;
}

/* Counts guesses; TRUE when the connection is gone for it. */
static gboolean
note_failure (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request)
{
  sip_proxy_log_refused (proxy, flow, request,
                         sip_message_get_method (request) == SIP_METHOD_REGISTER
                             ? SIP_STATUS_UNAUTHORIZED
                             : SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED);
  if (++flow->n_auth_failures < SIP_PROXY_MAX_AUTH_FAILURES)
    return FALSE;
  sip_proxy_reply (proxy, flow, request, SIP_STATUS_FORBIDDEN);
  sip_proxy_close_flow (proxy, flow, SIP_PROXY_CLOSE_POLICY);
  return TRUE;
}

/* TRUE with *aor set when the credentials are right; otherwise the request was answered. */
static gboolean
prove (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request, char **aor)
{
  Verdict verdict = verify (proxy, flow, request, aor);

  if (verdict == VERDICT_RIGHT) {
    flow->n_auth_failures = 0;
    return TRUE;
  }
  if (verdict != VERDICT_WRONG || !note_failure (proxy, flow, request))
    challenge (proxy, flow, request, verdict == VERDICT_STALE);
  return FALSE;
}

/* Finds out who speaks on a connection that did not say so yet. */
static gboolean
identify (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request)
{
  const SipNameAddr *from = sip_message_get_from (request);

  if (flow->identity != NULL)
    return TRUE;
  if (!(proxy->limits.flags & SIP_PROXY_FLAG_OPEN))
    return prove (proxy, flow, request, &flow->identity);

  flow->identity = sip_proxy_dup_local_aor (proxy, &from->uri);
  if (flow->identity != NULL && g_hash_table_contains (proxy->guests, flow->identity))
    g_clear_pointer (&flow->identity, g_free);
  if (flow->identity == NULL)
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_FORBIDDEN);
  return flow->identity != NULL;
}

gboolean
sip_proxy_authorize (SipProxy *proxy,
                     SipProxyFlow *flow,
                     const SipMessage *request,
                     gboolean in_dialog)
{
  const SipNameAddr *from = sip_message_get_from (request);
  g_autofree char *from_aor = sip_proxy_dup_local_aor (proxy, &from->uri);

  if (!identify (proxy, flow, request))
    return FALSE;
  /* In a dialog the flow token in Route says who sends; From may be another of the
   * names by which the one who was called is known. */
  if (in_dialog && !flow->is_guest)
    return TRUE;
  if (g_strcmp0 (from_aor, flow->identity) == 0)
    return TRUE;
  sip_proxy_refuse (proxy, flow, request, SIP_STATUS_FORBIDDEN);
  return FALSE;
}

gboolean
sip_proxy_authorize_register (SipProxy *proxy,
                              SipProxyFlow *flow,
                              const SipMessage *request,
                              const char *aor)
{
  const SipNameAddr *from = sip_message_get_from (request);
  g_autofree char *from_aor = sip_proxy_dup_local_aor (proxy, &from->uri);
  g_autofree char *proven = NULL;

  if (g_strcmp0 (from_aor, aor) != 0 ||
      (flow->identity != NULL && !g_str_equal (flow->identity, aor)) ||
      (!flow->is_guest && g_hash_table_contains (proxy->guests, aor))) {
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_FORBIDDEN);
    return FALSE;
  }
  if (flow->is_guest)
    return TRUE;
  if (proxy->limits.flags & SIP_PROXY_FLAG_OPEN)
    proven = g_strdup (aor);
  else if (!prove (proxy, flow, request, &proven))
    return FALSE;
  if (!g_str_equal (proven, aor)) {
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_FORBIDDEN);
    return FALSE;
  }
  if (flow->identity == NULL)
    flow->identity = g_steal_pointer (&proven);
  return TRUE;
}
