/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-uri.h"

/* Header names and the values with a structure. As in sip-uri.h the structures are
 * views into the text parsed. All parse functions return FALSE and set
 * SIP_ERROR_SYNTAX where the grammar is broken. */

G_BEGIN_DECLS

/* The headers known by name; the order is alphabetical and has no meaning. */
typedef enum {
  SIP_HEADER_OTHER,
  SIP_HEADER_ACCEPT,
  SIP_HEADER_ALERT_INFO,
  SIP_HEADER_ALLOW,
  SIP_HEADER_ALLOW_EVENTS,
  SIP_HEADER_AUTHENTICATION_INFO,
  SIP_HEADER_AUTHORIZATION,
  SIP_HEADER_CALL_ID,
  SIP_HEADER_CALL_INFO,
  SIP_HEADER_CONTACT,
  SIP_HEADER_CONTENT_DISPOSITION,
  SIP_HEADER_CONTENT_ENCODING,
  SIP_HEADER_CONTENT_LENGTH,
  SIP_HEADER_CONTENT_TYPE,
  SIP_HEADER_CSEQ,
  SIP_HEADER_DATE,
  SIP_HEADER_DIVERSION,
  SIP_HEADER_EVENT,
  SIP_HEADER_EXPIRES,
  SIP_HEADER_FLOW_TIMER,
  SIP_HEADER_FROM,
  SIP_HEADER_MAX_FORWARDS,
  SIP_HEADER_MIN_EXPIRES,
  SIP_HEADER_MIN_SE,
  SIP_HEADER_P_ASSERTED_IDENTITY,
  SIP_HEADER_PATH,
  SIP_HEADER_PROXY_AUTHENTICATE,
  SIP_HEADER_PROXY_AUTHORIZATION,
  SIP_HEADER_PROXY_REQUIRE,
  SIP_HEADER_RACK,
  SIP_HEADER_REASON,
  SIP_HEADER_RECORD_ROUTE,
  SIP_HEADER_REFER_SUB,
  SIP_HEADER_REFER_TO,
  SIP_HEADER_REFERRED_BY,
  SIP_HEADER_REPLACES,
  SIP_HEADER_REQUIRE,
  SIP_HEADER_RETRY_AFTER,
  SIP_HEADER_ROUTE,
  SIP_HEADER_RSEQ,
  SIP_HEADER_SERVER,
  SIP_HEADER_SERVICE_ROUTE,
  SIP_HEADER_SESSION_EXPIRES,
  SIP_HEADER_SIP_ETAG,
  SIP_HEADER_SIP_IF_MATCH,
  SIP_HEADER_SUBJECT,
  SIP_HEADER_SUBSCRIPTION_STATE,
  SIP_HEADER_SUPPORTED,
  SIP_HEADER_TO,
  SIP_HEADER_UNSUPPORTED,
  SIP_HEADER_USER_AGENT,
  SIP_HEADER_VIA,
  SIP_HEADER_WARNING,
  SIP_HEADER_WWW_AUTHENTICATE,
  SIP_N_HEADERS
} SipHeader;

/* Case does not matter, and the compact forms are known. */
SipHeader sip_header_from_name (SipText name);

/* The long form; NULL for SIP_HEADER_OTHER. */
const char *sip_header_get_name (SipHeader header);

/* TRUE where several values may share a line, separated by commas (RFC 3261 §7.3.1). */
gboolean sip_header_is_list (SipHeader header);

typedef struct {
  SipText text;      /* the whole value */
  SipText transport; /* "WS", "WSS", "UDP" ...: compare without case */
  SipText host;
  guint16 port; /* 0: none written */
  SipText params;
  SipText branch;   /* absent if none */
  SipText received; /* absent if none */
  gboolean has_rport;
  guint16 rport; /* 0: none, or ";rport" without a value */
} SipVia;

gboolean sip_via_parse (SipText value, SipVia *via, GError **error);

/* From, To, Contact, Route, Record-Route, Path, Service-Route, Refer-To, Referred-By,
 * P-Asserted-Identity, Diversion. In the form without <> the parameters belong to the
 * header and not to the URI (RFC 3261 §20). */
typedef struct {
  SipText text;
  SipText display; /* as written, maybe quoted; absent if none: see _dup_display_name */
  SipUri uri;
  SipText params;   /* of the header, after the first ';' */
  gboolean is_star; /* "Contact: *": nothing else is set */
} SipNameAddr;

gboolean sip_name_addr_parse (SipText value, SipNameAddr *addr, GError **error);

/* Unquoted, valid UTF-8, control characters replaced by spaces. NULL if there is none
 * or it is empty. Owned. */
char *sip_name_addr_dup_display_name (const SipNameAddr *addr);

/* Absent if none. */
SipText sip_name_addr_get_tag (const SipNameAddr *addr);

/* "Name" <uri>, ready for a header; display may be NULL. Owned. */
char *sip_name_addr_format (const char *display, const char *uri);

typedef struct {
  guint32 number;
  SipMethod method;
  SipText method_text;
} SipCSeq;

gboolean sip_cseq_parse (SipText value, SipCSeq *cseq, GError **error);

/* "value;param;param=x": Event, Subscription-State, Session-Expires, Reason, Replaces,
 * Content-Disposition. params is absent if there are none. */
void sip_header_split_params (SipText value, SipText *head, SipText *params);

/* Reason: SIP;cause=200;text="Call completed elsewhere" (RFC 3326). */
typedef struct {
  SipText protocol;
  guint cause;  /* 0: none */
  SipText text; /* still quoted; absent if none */
} SipReason;

gboolean sip_reason_parse (SipText value, SipReason *reason, GError **error);

/* Retry-After: 120 (comment);duration=60. Comment and parameters are skipped. */
gboolean sip_retry_after_parse (SipText value, guint32 *seconds);

typedef struct {
  SipText type;
  SipText subtype;
  SipText params;
} SipMediaType;

gboolean sip_media_type_parse (SipText value, SipMediaType *media, GError **error);

/* Compares with "application/sdp", without case. */
gboolean sip_media_type_is (const SipMediaType *media, const char *type_and_subtype);

G_END_DECLS
