/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-text.h"

/* SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966). A SipUri is a view: its members
 * point into the text that was parsed, still escaped, and nothing has to be freed. To
 * keep one, keep its text (sip_text_dup (uri.text)) and parse it again. */

G_BEGIN_DECLS

typedef enum {
  SIP_URI_SIP,
  SIP_URI_SIPS,
  SIP_URI_TEL,
  SIP_URI_OTHER, /* only scheme_text and opaque are set */
} SipUriScheme;

typedef struct {
  SipText text; /* all of it */
  SipUriScheme scheme;
  SipText scheme_text;
  SipText user;     /* absent without "user@"; the number of a tel URI */
  SipText password; /* absent without ":" in the userinfo */
  SipText host;     /* with the brackets of an IPv6 reference */
  guint16 port;     /* 0: none written */
  SipText params;   /* after the first ';', without it; absent if none */
  SipText headers;  /* after '?', without it; absent if none */
  SipText opaque;   /* all that follows "scheme:" */
} SipUri;

/* Errors: SIP_ERROR_SYNTAX, also for more than SIP_MAX_URI_BYTES. A scheme that is not
 * ours is no error. */
gboolean sip_uri_parse (SipText text, SipUri *uri, GError **error);

/* Value may be NULL, and is absent where the parameter has none ("lr", "ob", "gr"). */
gboolean sip_uri_get_param (const SipUri *uri, const char *name, SipText *value);
gboolean sip_uri_has_param (const SipUri *uri, const char *name);

/* RFC 3261 §19.1.4 for sip and sips, RFC 3966 §4 for tel; other schemes by their
 * bytes, the scheme without case. */
gboolean sip_uri_equal (const SipUri *a, const SipUri *b);

/* Written from the members, so that a caller may change them (a SipUri on the stack)
 * before. SIP_URI_FOR_REQUEST leaves out what a Request-URI must not have: headers and
 * the method parameter (RFC 3261 §19.1.1, table 1). Owned. */
typedef enum {
  SIP_URI_AS_IS = 0,
  SIP_URI_FOR_REQUEST = 1 << 0,
} SipUriFlags;

char *sip_uri_to_string (const SipUri *uri, SipUriFlags flags);

/* The canonical form by which a location service finds an address of record (RFC 3261
 * §10.3): scheme and host in lower case, user unescaped and escaped again in one way,
 * no password, default port, parameters or headers. Owned. */
char *sip_uri_dup_address_of_record (const SipUri *uri);

/* Escaping by the characters each part may have as they are (RFC 3261 §25.1). UTF-8
 * is escaped byte by byte. Owned. */
typedef enum {
  SIP_URI_PART_USER,
  SIP_URI_PART_PASSWORD,
  SIP_URI_PART_PARAM,
  SIP_URI_PART_HEADER,
} SipUriPart;

char *sip_uri_escape (SipText text, SipUriPart part);

/* NULL if there is a bad %, or an escaped NUL. Owned. */
char *sip_uri_unescape (SipText text);

/* A URI from what a person typed or clicked: "bob", "+49 30 1234", "bob@example.org",
 * "sip:bob@example.org", "tel:+49-30-1234". What has no scheme becomes a SIP URI, what
 * has no host goes to domain; white space around it, and the visual separators of a
 * number, are dropped; letters outside of ASCII in the user part are escaped. Headers
 * ("?...") and a password are refused: a link must not write parts of our request.
 * Errors: SIP_ERROR_SYNTAX, SIP_ERROR_UNSUPPORTED (another scheme),
 * SIP_ERROR_FORBIDDEN_BYTE (controls, raw or escaped). Owned. */
char *sip_uri_dup_from_dialled (const char *text, const char *domain, GError **error);

G_END_DECLS
