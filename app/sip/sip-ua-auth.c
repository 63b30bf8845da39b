/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-digest.h"

/* Whom we show what we know. A digest is worth an attack on the password, and whoever
 * is in the path of a request can ask for one, so:
 *
 *   - REGISTER goes to the server of the account: any realm of it is answered, and a
 *     later REGISTER carries credentials unasked;
 *   - an INVITE that makes a call is answered in the realm where REGISTER succeeded with
 *     our password, and nowhere else. Where the account does not register, that realm is
 *     the domain of its address or of its registrar, by name: what the user typed;
 *   - in a call nothing is answered (the far end may be the one who asks), unless the
 *     account says that its server does so; then in the same realm alone;
 *   - a server that once used SHA-256 is not answered in MD5 any more;
 *   - a request is tried twice and no more. */

static gboolean
choose_in_realm (SipUa *ua,
                 const char *realm,
                 const SipMessage *response,
                 SipDigestChallenge *challenge)
{
  gboolean is_md5_refused = (ua->flags & SIP_UA_FLAG_REFUSE_MD5) != 0 ||
                            ua->registration.proven_algorithm >= SIP_DIGEST_SHA_256;

  return sip_digest_choose (
      response, realm, is_md5_refused ? SIP_DIGEST_REFUSE_MD5 : SIP_DIGEST_FLAGS_NONE,
      challenge, NULL);
}

static gboolean
choose_in_own_domain (SipUa *ua,
                      const SipMessage *response,
                      SipDigestChallenge *challenge)
{
  g_autofree char *host = NULL;
  SipUri registrar;

  if (choose_in_realm (ua, ua->aor_domain, response, challenge))
    return TRUE;
  if (!sip_uri_parse (sip_text_from_str (ua->registrar), &registrar, NULL))
    return FALSE;
  host = sip_text_dup (registrar.host);
  return choose_in_realm (ua, host, response, challenge);
}

static gboolean
choose (SipUa *ua,
        const SipClientTx *tx,
        const SipMessage *response,
        SipDigestChallenge *challenge)
{
  switch (tx->user) {
  case SIP_TX_USER_REGISTER:
    return choose_in_realm (ua, NULL, response, challenge);
  case SIP_TX_USER_CANCEL:
    return FALSE; /* RFC 3261 §22.1: it cannot be submitted again */
  case SIP_TX_USER_REINVITE:
  case SIP_TX_USER_BYE:
  case SIP_TX_USER_INFO:
  case SIP_TX_USER_REFER:
  case SIP_TX_USER_NOTIFY:
    if ((ua->flags & SIP_UA_FLAG_AUTH_IN_DIALOG) == 0)
      return FALSE;
    break;
  case SIP_TX_USER_INVITE:
    break;
  }
  if ((ua->flags & SIP_UA_FLAG_NO_REGISTER) != 0)
    return choose_in_own_domain (ua, response, challenge);
  return ua->registration.proven_realm != NULL &&
         choose_in_realm (ua, ua->registration.proven_realm, response, challenge);
}

static gboolean
is_same_challenge (const SipDigestSession *session, const SipDigestChallenge *challenge)
{
  SipHeader header = challenge->header == SIP_HEADER_WWW_AUTHENTICATE
                         ? SIP_HEADER_AUTHORIZATION
                         : SIP_HEADER_PROXY_AUTHORIZATION;

  return session != NULL && sip_digest_session_get_header (session) == header &&
         sip_digest_session_get_algorithm (session) == challenge->algorithm &&
         sip_text_equal_str (challenge->realm, sip_digest_session_get_realm (session)) &&
         sip_text_equal_str (challenge->nonce, sip_digest_session_get_nonce (session));
}

static void
add_signature (SipUa *ua,
               SipWriter *writer,
               SipDigestSession *session,
               const char *method,
               const char *uri,
               SipText body)
{
  g_autofree char *cnonce = sip_ua_random_token (ua, 26);
  g_autofree char *value = NULL;

  value = sip_digest_session_sign (session, ua->auth_user, ua->password, method, uri,
                                   body, cnonce);
  sip_writer_add_header (writer, sip_digest_session_get_header (session), value);
}

void
sip_ua_add_known_credentials (SipUa *ua, SipWriter *writer, const char *uri)
{
  if (ua->registration.digest == NULL || ua->password == NULL)
    return;
  add_signature (ua, writer, ua->registration.digest, "REGISTER", uri,
                 SIP_TEXT_LITERAL (""));
}

gboolean
sip_ua_is_stale (SipUa *ua, const SipMessage *response)
{
  SipDigestChallenge challenge;

  return choose_in_realm (ua, NULL, response, &challenge) && challenge.is_stale;
}

gboolean
sip_ua_is_answerable (SipUa *ua, const SipMessage *response)
{
  SipDigestChallenge challenge;

  return choose_in_realm (ua, NULL, response, &challenge);
}

static guint32 *
get_cseq_counter (SipUa *ua, SipClientTx *tx)
{
  if (tx->dialog != NULL)
    return &tx->dialog->local_cseq;
  return tx->session != NULL ? &tx->session->first_cseq : &ua->registration.cseq;
}

static void
copy_line (SipWriter *writer, const SipMessage *request, guint n)
{
  static const SipHeader anew[] = {
      SIP_HEADER_VIA,
      SIP_HEADER_CSEQ,
      SIP_HEADER_AUTHORIZATION,
      SIP_HEADER_PROXY_AUTHORIZATION,
      SIP_HEADER_CONTENT_LENGTH,
      SIP_HEADER_CONTENT_TYPE,
      SIP_HEADER_USER_AGENT, /* added where it is sent */
  };
  SipText name, value;
  SipHeader header = sip_message_get_line (request, n, &name, &value);

  for (guint i = 0; i < G_N_ELEMENTS (anew); i++)
    if (header == anew[i])
      return;
  sip_writer_add_text (writer, header, value);
}

/* All that the first one had, with a new branch and the next CSeq (RFC 3261 §22.2). */
static SipWriter *
copy_request (SipUa *ua, SipClientTx *tx, const char *uri)
{
  const char *method = sip_method_get_name (sip_message_get_method (tx->request));
  SipWriter *writer = sip_writer_new_request (method, uri);
  g_autofree char *via = sip_ua_make_via (ua);
  g_autofree char *type = NULL;
  SipText body = sip_message_get_body (tx->request);

  sip_writer_add_header (writer, SIP_HEADER_VIA, via);
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u %s", ++*get_cseq_counter (ua, tx),
                         method);
  for (guint n = 0; n < sip_message_get_n_lines (tx->request); n++)
    copy_line (writer, tx->request, n);
  type = sip_text_dup (sip_message_get_header (tx->request, SIP_HEADER_CONTENT_TYPE));
  if (type != NULL)
    sip_writer_set_body (writer, type, body);
  return writer;
}

SipClientTx *
sip_ua_answer_challenge (SipUa *ua, SipClientTx *tx, SipMessage *response)
{
  g_autoptr (SipDigestSession) own = NULL;
  g_autofree char *uri = NULL;
  SipDigestSession *session = ua->registration.digest;
  SipDigestChallenge challenge;
  SipClientTx *again;
  SipWriter *writer;

  if (ua->password == NULL || tx->n_tries > 1 || !choose (ua, tx, response, &challenge))
    return NULL;
  if (!is_same_challenge (session, &challenge)) {
    session = own = sip_digest_session_new (&challenge);
  } else if (tx->has_credentials && !challenge.is_stale) {
    return NULL; /* that was our answer to just this, and it was wrong */
  }
  uri = sip_text_dup (sip_message_get_request_uri (tx->request)->text);
  writer = copy_request (ua, tx, uri);
  add_signature (ua, writer, session,
                 sip_method_get_name (sip_message_get_method (tx->request)), uri,
                 sip_message_get_body (tx->request));
  if (tx->user == SIP_TX_USER_REGISTER && own != NULL) {
    sip_digest_session_free (ua->registration.digest);
    ua->registration.digest = g_steal_pointer (&own);
  }
  again = sip_ua_send_request (ua, writer, tx->user, tx->session, tx->dialog);
  if (again != NULL) {
    again->n_tries = tx->n_tries + 1;
    again->has_credentials = TRUE;
  }
  return again;
}
