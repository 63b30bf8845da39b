/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-message.h"

/* Digest authentication of SIP (RFC 3261 §22, RFC 7616, RFC 8760), both sides. Basic is
 * never answered. Random values come as arguments; hashes from nettle. */

G_BEGIN_DECLS

/* In order of strength: a greater value is stronger. */
typedef enum {
  SIP_DIGEST_UNSUPPORTED,
  SIP_DIGEST_MD5,
  SIP_DIGEST_MD5_SESS,
  SIP_DIGEST_SHA_256,
  SIP_DIGEST_SHA_256_SESS,
  SIP_DIGEST_SHA_512_256,
  SIP_DIGEST_SHA_512_256_SESS,
} SipDigestAlgorithm;

/* An absent text is MD5 (RFC 7616 §3.3). */
SipDigestAlgorithm sip_digest_algorithm_from_text (SipText name);

typedef enum {
  SIP_DIGEST_QOP_NONE = 0, /* RFC 2069: no qop in the challenge */
  SIP_DIGEST_QOP_AUTH = 1 << 0,
  SIP_DIGEST_QOP_AUTH_INT = 1 << 1,
} SipDigestQop;

/* Text that is overwritten before it is freed; NULL is fine. */
typedef char SipSecret;
void sip_secret_free (SipSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSecret, sip_secret_free)

/* H(user:realm:password) in hex: what a server may keep instead of the password. The
 * -sess forms have the one of their plain form. Freed by
 * sip_secret_free(). */
char *sip_digest_make_ha1 (SipDigestAlgorithm algorithm,
                           const char *user,
                           const char *realm,
                           const char *password);

/* ---- The client ---- */

/* One challenge, a view into the message. realm, nonce and opaque are what stands
 * between the quotes, with its escapes, which is what is hashed and sent back. */
typedef struct {
  SipHeader header; /* SIP_HEADER_WWW_AUTHENTICATE or SIP_HEADER_PROXY_AUTHENTICATE */
  SipDigestAlgorithm algorithm;
  SipText algorithm_text; /* absent if none */
  SipText realm;
  SipText nonce;
  SipText opaque; /* absent if none */
  SipDigestQop qop;
  gboolean is_stale;
} SipDigestChallenge;

/* Walks every challenge of both headers, also several on one line. Only what can be
 * answered comes out: scheme Digest, a realm, a nonce, an algorithm and a qop that are
 * known, no parameter twice or broken, each text at most SIP_DIGEST_MAX_TEXT bytes. At
 * most SIP_DIGEST_MAX_CHALLENGES are looked at. */
#define SIP_DIGEST_MAX_TEXT 4096
#define SIP_DIGEST_MAX_CHALLENGES 16

typedef struct {
  SipValueIter lines;
  SipHeader header;
  SipText rest;
  guint n_seen;
} SipDigestChallengeIter;

void sip_digest_challenge_iter_init (SipDigestChallengeIter *iter,
                                     const SipMessage *message);
gboolean sip_digest_challenge_iter_next (SipDigestChallengeIter *iter,
                                         SipDigestChallenge *challenge);

typedef enum {
  SIP_DIGEST_FLAGS_NONE = 0,
  SIP_DIGEST_REFUSE_MD5 = 1 << 0,
} SipDigestFlags;

/* The answerable challenge of the strongest algorithm, the first of equals. realm (the
 * value between the quotes) limits the choice where it is not NULL. FALSE and
 * SIP_ERROR_UNSUPPORTED if there is none. */
gboolean sip_digest_choose (const SipMessage *message,
                            const char *realm,
                            SipDigestFlags flags,
                            SipDigestChallenge *challenge,
                            GError **error);

/* A challenge that is kept, and the count of its uses (nc): make one from the challenge
 * chosen, and sign every later request of the same server with it until a new challenge
 * comes. The message may go. */
typedef struct _SipDigestSession SipDigestSession;

SipDigestSession *sip_digest_session_new (const SipDigestChallenge *challenge);
void sip_digest_session_free (SipDigestSession *session); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDigestSession, sip_digest_session_free)

/* SIP_HEADER_AUTHORIZATION or SIP_HEADER_PROXY_AUTHORIZATION. */
SipHeader sip_digest_session_get_header (const SipDigestSession *session);
const char *sip_digest_session_get_realm (const SipDigestSession *session);
const char *sip_digest_session_get_nonce (const SipDigestSession *session);
SipDigestAlgorithm sip_digest_session_get_algorithm (const SipDigestSession *session);

/* The value for the header, and one use more. uri is the Request-URI as it is written;
 * cnonce a fresh random token (sip_random_token (random, 26)). auth is preferred to
 * auth-int. body is needed for auth-int and may be absent. Owned; it holds what must not
 * be logged. */
char *sip_digest_session_sign (SipDigestSession *session,
                               const char *user,
                               const char *password,
                               const char *method,
                               const char *uri,
                               SipText body,
                               const char *cnonce);

/* ---- The server ---- */

/* A value for WWW-Authenticate or Proxy-Authenticate; send one line for each algorithm,
 * the strongest first (RFC 8760 §2.4). realm and nonce are quoted here. opaque may be
 * NULL. Owned. */
char *sip_digest_make_challenge (SipDigestAlgorithm algorithm,
                                 const char *realm,
                                 const char *nonce,
                                 const char *opaque,
                                 SipDigestQop qop,
                                 gboolean is_stale);

/* What a client answered: a view into the header value. user, realm, nonce and uri are
 * what stands between the quotes. */
typedef struct {
  SipDigestAlgorithm algorithm;
  SipText user;
  SipText realm;
  SipText nonce;
  SipText uri;
  SipText response;
  SipText cnonce; /* absent without qop */
  SipText opaque; /* absent if none */
  SipText nc_text;
  guint32 nc; /* 0 without qop */
  SipDigestQop qop;
} SipDigestResponse;

/* Errors: SIP_ERROR_SYNTAX, SIP_ERROR_UNSUPPORTED (another scheme or algorithm). */
gboolean sip_digest_response_parse (SipText value,
                                    SipDigestResponse *response,
                                    GError **error);

/* TRUE if the response was made by someone who knows ha1 (for its algorithm). The time
 * it takes does not tell how much was right. It says nothing about the nonce, nc and
 * uri: the caller made the nonce and checks them. */
gboolean sip_digest_response_verify (const SipDigestResponse *response,
                                     const char *ha1,
                                     SipText method,
                                     SipText body);

G_END_DECLS
