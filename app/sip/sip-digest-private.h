/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-digest.h"

/* The inside of Digest, for sip-digest.c (hashes, and how parameters are written),
 * sip-digest-client.c (challenges and what answers them) and sip-digest-server.c
 * (the challenge, and whether the answer is right). */

/* Of the longest hash in hex, with its end: nettle's SHA512_256_DIGEST_SIZE. */
#define SIP_DIGEST_MAX_HEX (2 * 32 + 1)

const char *sip_digest_algorithm_get_name (SipDigestAlgorithm algorithm);
gboolean sip_digest_algorithm_is_session (SipDigestAlgorithm algorithm);
/* "auth" or "auth-int". */
const char *sip_digest_get_qop_name (SipDigestQop qop);

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
} SipDigestIngredients;

/* @hex: SIP_DIGEST_MAX_HEX bytes. */
void sip_digest_hash_response (const SipDigestIngredients *in, char *hex);

/* ---- Reading parameters ---- */

/* A parameter, and the place where its value goes. */
typedef struct {
  const char *name;
  SipText *value;
} SipDigestSlot;

/* Takes what stands before the next comma outside of quoted strings, trimmed. */
gboolean sip_digest_next_piece (SipText *rest, SipText *piece);
/* FALSE where it is broken, was there before, or is too long; one without a slot is
 * passed over. */
gboolean sip_digest_read_param (const SipDigestSlot *slots, guint n, SipText param);
/* Takes "Scheme " off the front of piece; scheme is absent where piece is only a
 * parameter. */
void sip_digest_take_scheme (SipText *piece, SipText *scheme);
/* The known ones of a list like "auth,auth-int". */
SipDigestQop sip_digest_parse_qop (SipText list);
