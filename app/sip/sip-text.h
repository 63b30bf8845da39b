/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-types.h"

/* Text of the SIP grammar (RFC 3261 §25.1): comparing, numbers, quoting, lists and
 * parameters. The only code that looks at raw bytes; everything above it works on the
 * pieces found here. Nothing is written, so the texts handed out point into the text
 * given in. */

G_BEGIN_DECLS

/* Borrows a C string; NULL gives an absent text. */
SipText sip_text_from_str (const char *str);
SipText sip_text_new (const char *s, gsize len);

/* The bytes from a position up to the end. */
SipText sip_text_skip (SipText text, gsize n);

gboolean sip_text_is_empty (SipText text); /* absent or empty */
gboolean sip_text_equal (SipText a, SipText b);
gboolean sip_text_equal_str (SipText text, const char *str);
gboolean sip_text_equal_case (SipText a, SipText b); /* ASCII letters only */
gboolean sip_text_equal_case_str (SipText text, const char *str);
gboolean sip_text_starts_with_case (SipText text, const char *prefix);

char *sip_text_dup (SipText text); /* NULL for an absent text */

/* Without leading and trailing space, tab, CR and LF. */
SipText sip_text_trim (SipText text);

/* Digits only, from 0 to max. FALSE for anything else, so also for a sign and for a
 * number that is over max, however long. out is untouched then. */
gboolean sip_text_to_uint (SipText text, guint64 max, guint64 *out);

/* delta-seconds: digits; more than 2^32-1 counts as that (RFC 3261 §20.19). */
gboolean sip_text_to_seconds (SipText text, guint32 *out);

/* "0" to "1.000" as thousandths (RFC 3261 qvalue). */
gboolean sip_text_to_q (SipText text, guint *thousandths);

gboolean sip_text_is_token (SipText text); /* at least one byte, all token characters */

/* A host name, an IPv4 address or a bracketed IPv6 reference. */
gboolean sip_text_is_host (SipText text);

/* TRUE if there is a %, at i, and two hex digits behind it. */
gboolean sip_text_is_escape (SipText text, gsize i);

/* TRUE if text has CR, LF or NUL: what must never be written into a header. */
gboolean sip_text_has_forbidden_byte (SipText text);

/* Quoted strings. unquote gives the text without the quotes and escapes (a text that is
 * not quoted is copied as it is); quote adds both. Bytes that a quoted string cannot
 * carry (CR, LF, NUL, other controls) become spaces. */
gboolean sip_text_is_quoted (SipText text); /* one quoted string and nothing more */
char *sip_text_dup_unquoted (SipText text);
char *sip_text_dup_quoted (SipText text);

/* The position of the first byte that is stop, outside of quoted strings and <>; the
 * length of text where there is none. */
gsize sip_text_find_outside (SipText text, char stop);

/* The same with quoted strings only: for values where < has no meaning (credentials). */
gsize sip_text_find_unquoted (SipText text, char stop);

/* Takes the next piece of a list off the front of rest: up to separator, outside of
 * quoted strings and <>, trimmed. Empty pieces are skipped. FALSE at the end.
 *
 *   SipText rest = value, piece;
 *   while (sip_text_next (&rest, ',', &piece))
 *     ...
 */
gboolean sip_text_next (SipText *rest, char separator, SipText *piece);

/* Splits "name = value" once at the first '=' outside of quotes; value is absent where
 * there is no '='. Both are trimmed. */
void sip_text_split_param (SipText param, SipText *name, SipText *value);

/* Takes the next parameter off the front of rest (";name=value;name", the leading ';' may
 * lack). value is absent where there is no '='. FALSE at the end, and where the grammar is
 * broken (no name, no value after '=', a quoted string that does not end): then rest is not
 * empty. */
gboolean sip_params_next (SipText *rest, SipText *name, SipText *value);

/* Parameters in the form ";name=value;name" (the leading ';' may lack). Names are
 * compared without case. TRUE if the parameter is there; value (may be NULL) is absent
 * where it has none, and keeps its quotes. */
gboolean sip_params_get (SipText params, const char *name, SipText *value);
gboolean sip_params_has (SipText params, const char *name);
gboolean sip_params_get_seconds (SipText params, const char *name, guint32 *seconds);

gboolean sip_params_are_valid (SipText params);

/* A keep-alive and no message: an empty frame, CRLF (a pong) or CRLFCRLF (a ping), RFC
 * 5626 §3.5.1 and RFC 7118 §6. */
typedef enum {
  SIP_KEEPALIVE_NONE,
  SIP_KEEPALIVE_EMPTY,
  SIP_KEEPALIVE_PONG,
  SIP_KEEPALIVE_PING, /* answer it with CRLF */
} SipKeepalive;

SipKeepalive sip_keepalive_from_frame (const guint8 *frame, gsize len);

/* A token of n characters of the alphabet [a-z2-7], 5 random bits each: tags,
 * branches, Call-IDs, host names under .invalid. Owned. */
char *sip_random_token (const SipRandom *random, gsize n);

G_END_DECLS
