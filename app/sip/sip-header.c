/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-header.h"

#include <string.h>

/* ---- Names ---- */

typedef struct {
  const char *name;
  char compact; /* 0: none */
  gboolean is_list;
} HeaderInfo;

static const HeaderInfo infos[SIP_N_HEADERS] = {
    [SIP_HEADER_ACCEPT] = {"Accept", 0, TRUE},
    [SIP_HEADER_ALERT_INFO] = {"Alert-Info", 0, TRUE},
    [SIP_HEADER_ALLOW] = {"Allow", 0, TRUE},
    [SIP_HEADER_ALLOW_EVENTS] = {"Allow-Events", 'u', TRUE},
    [SIP_HEADER_AUTHENTICATION_INFO] = {"Authentication-Info", 0, FALSE},
    [SIP_HEADER_AUTHORIZATION] = {"Authorization", 0, FALSE},
    [SIP_HEADER_CALL_ID] = {"Call-ID", 'i', FALSE},
    [SIP_HEADER_CALL_INFO] = {"Call-Info", 0, TRUE},
    [SIP_HEADER_CONTACT] = {"Contact", 'm', TRUE},
    [SIP_HEADER_CONTENT_DISPOSITION] = {"Content-Disposition", 0, FALSE},
    [SIP_HEADER_CONTENT_ENCODING] = {"Content-Encoding", 'e', TRUE},
    [SIP_HEADER_CONTENT_LENGTH] = {"Content-Length", 'l', FALSE},
    [SIP_HEADER_CONTENT_TYPE] = {"Content-Type", 'c', FALSE},
    [SIP_HEADER_CSEQ] = {"CSeq", 0, FALSE},
    [SIP_HEADER_DATE] = {"Date", 0, FALSE},
    [SIP_HEADER_DIVERSION] = {"Diversion", 0, TRUE},
    [SIP_HEADER_EVENT] = {"Event", 'o', FALSE},
    [SIP_HEADER_EXPIRES] = {"Expires", 0, FALSE},
    [SIP_HEADER_FLOW_TIMER] = {"Flow-Timer", 0, FALSE},
    [SIP_HEADER_FROM] = {"From", 'f', FALSE},
    [SIP_HEADER_MAX_FORWARDS] = {"Max-Forwards", 0, FALSE},
    [SIP_HEADER_MIN_EXPIRES] = {"Min-Expires", 0, FALSE},
    [SIP_HEADER_MIN_SE] = {"Min-SE", 0, FALSE},
    [SIP_HEADER_P_ASSERTED_IDENTITY] = {"P-Asserted-Identity", 0, TRUE},
    [SIP_HEADER_PATH] = {"Path", 0, TRUE},
    [SIP_HEADER_PROXY_AUTHENTICATE] = {"Proxy-Authenticate", 0, FALSE},
    [SIP_HEADER_PROXY_AUTHORIZATION] = {"Proxy-Authorization", 0, FALSE},
    [SIP_HEADER_PROXY_REQUIRE] = {"Proxy-Require", 0, TRUE},
    [SIP_HEADER_RACK] = {"RAck", 0, FALSE},
    [SIP_HEADER_REASON] = {"Reason", 0, TRUE},
    [SIP_HEADER_RECORD_ROUTE] = {"Record-Route", 0, TRUE},
    [SIP_HEADER_REFER_SUB] = {"Refer-Sub", 0, FALSE},
    [SIP_HEADER_REFER_TO] = {"Refer-To", 'r', FALSE},
    [SIP_HEADER_REFERRED_BY] = {"Referred-By", 'b', FALSE},
    [SIP_HEADER_REPLACES] = {"Replaces", 0, FALSE},
    [SIP_HEADER_REQUIRE] = {"Require", 0, TRUE},
    [SIP_HEADER_RETRY_AFTER] = {"Retry-After", 0, FALSE},
    [SIP_HEADER_ROUTE] = {"Route", 0, TRUE},
    [SIP_HEADER_RSEQ] = {"RSeq", 0, FALSE},
    [SIP_HEADER_SERVER] = {"Server", 0, FALSE},
    [SIP_HEADER_SERVICE_ROUTE] = {"Service-Route", 0, TRUE},
    [SIP_HEADER_SESSION_EXPIRES] = {"Session-Expires", 'x', FALSE},
    [SIP_HEADER_SIP_ETAG] = {"SIP-ETag", 0, FALSE},
    [SIP_HEADER_SIP_IF_MATCH] = {"SIP-If-Match", 0, FALSE},
    [SIP_HEADER_SUBJECT] = {"Subject", 's', FALSE},
    [SIP_HEADER_SUBSCRIPTION_STATE] = {"Subscription-State", 0, FALSE},
    [SIP_HEADER_SUPPORTED] = {"Supported", 'k', TRUE},
    [SIP_HEADER_TO] = {"To", 't', FALSE},
    [SIP_HEADER_UNSUPPORTED] = {"Unsupported", 0, TRUE},
    [SIP_HEADER_USER_AGENT] = {"User-Agent", 0, FALSE},
    [SIP_HEADER_VIA] = {"Via", 'v', TRUE},
    [SIP_HEADER_WARNING] = {"Warning", 0, TRUE},
    [SIP_HEADER_WWW_AUTHENTICATE] = {"WWW-Authenticate", 0, FALSE},
};

/* The headers by the length of their name, so that a name is compared with few: each row
 * ends with SIP_HEADER_OTHER. */
#define MAX_SAME_LENGTH 8

static const guint8 by_length[][MAX_SAME_LENGTH] = {
    [2] = {SIP_HEADER_TO},
    [3] = {SIP_HEADER_VIA},
    [4] = {SIP_HEADER_FROM, SIP_HEADER_CSEQ, SIP_HEADER_DATE, SIP_HEADER_PATH,
           SIP_HEADER_RACK, SIP_HEADER_RSEQ},
    [5] = {SIP_HEADER_ALLOW, SIP_HEADER_ROUTE, SIP_HEADER_EVENT},
    [6] = {SIP_HEADER_ACCEPT, SIP_HEADER_MIN_SE, SIP_HEADER_REASON, SIP_HEADER_SERVER},
    [7] = {SIP_HEADER_CALL_ID, SIP_HEADER_CONTACT, SIP_HEADER_EXPIRES, SIP_HEADER_REQUIRE,
           SIP_HEADER_SUBJECT, SIP_HEADER_WARNING},
    [8] = {SIP_HEADER_REFER_TO, SIP_HEADER_REPLACES, SIP_HEADER_SIP_ETAG},
    [9] = {SIP_HEADER_SUPPORTED, SIP_HEADER_CALL_INFO, SIP_HEADER_DIVERSION,
           SIP_HEADER_REFER_SUB},
    [10] = {SIP_HEADER_USER_AGENT, SIP_HEADER_ALERT_INFO, SIP_HEADER_FLOW_TIMER},
    [11] = {SIP_HEADER_MIN_EXPIRES, SIP_HEADER_REFERRED_BY, SIP_HEADER_RETRY_AFTER,
            SIP_HEADER_UNSUPPORTED},
    [12] = {SIP_HEADER_CONTENT_TYPE, SIP_HEADER_MAX_FORWARDS, SIP_HEADER_RECORD_ROUTE,
            SIP_HEADER_ALLOW_EVENTS, SIP_HEADER_SIP_IF_MATCH},
    [13] = {SIP_HEADER_AUTHORIZATION, SIP_HEADER_PROXY_REQUIRE, SIP_HEADER_SERVICE_ROUTE},
    [14] = {SIP_HEADER_CONTENT_LENGTH},
    [15] = {SIP_HEADER_SESSION_EXPIRES},
    [16] = {SIP_HEADER_WWW_AUTHENTICATE, SIP_HEADER_CONTENT_ENCODING},
    [18] = {SIP_HEADER_PROXY_AUTHENTICATE, SIP_HEADER_SUBSCRIPTION_STATE},
    [19] = {SIP_HEADER_PROXY_AUTHORIZATION, SIP_HEADER_CONTENT_DISPOSITION,
            SIP_HEADER_AUTHENTICATION_INFO, SIP_HEADER_P_ASSERTED_IDENTITY},
};

static SipHeader
from_compact (char c)
{
  for (guint i = 1; i < SIP_N_HEADERS; i++)
    if (infos[i].compact != 0 && infos[i].compact == g_ascii_tolower (c))
      return i;
  return SIP_HEADER_OTHER;
}

SipHeader
sip_header_from_name (SipText name)
{
  const guint8 *candidate;

  if (name.len == 1)
    return from_compact (name.s[0]);
  if (name.len >= G_N_ELEMENTS (by_length))
    return SIP_HEADER_OTHER;
  /* The first letter decides nearly always, so that one comparison is enough. */
  for (candidate = by_length[name.len]; *candidate != SIP_HEADER_OTHER; candidate++) {
    const char *known = infos[*candidate].name;

    if ((known[0] | 0x20) == (name.s[0] | 0x20) &&
        (memcmp (known, name.s, name.len) == 0 ||
         sip_text_equal_case ((SipText){known, name.len}, name)))
      return *candidate;
  }
  return SIP_HEADER_OTHER;
}

const char *
sip_header_get_name (SipHeader header)
{
  return infos[header].name;
}

gboolean
sip_header_is_list (SipHeader header)
{
  return infos[header].is_list;
}

static const char *const method_names[] = {
    [SIP_METHOD_OTHER] = NULL,          [SIP_METHOD_ACK] = "ACK",
    [SIP_METHOD_BYE] = "BYE",           [SIP_METHOD_CANCEL] = "CANCEL",
    [SIP_METHOD_INFO] = "INFO",         [SIP_METHOD_INVITE] = "INVITE",
    [SIP_METHOD_MESSAGE] = "MESSAGE",   [SIP_METHOD_NOTIFY] = "NOTIFY",
    [SIP_METHOD_OPTIONS] = "OPTIONS",   [SIP_METHOD_PRACK] = "PRACK",
    [SIP_METHOD_PUBLISH] = "PUBLISH",   [SIP_METHOD_REFER] = "REFER",
    [SIP_METHOD_REGISTER] = "REGISTER", [SIP_METHOD_SUBSCRIBE] = "SUBSCRIBE",
    [SIP_METHOD_UPDATE] = "UPDATE",
};

SipMethod
sip_method_from_text (SipText name)
{
  for (guint i = 1; i < G_N_ELEMENTS (method_names); i++)
    if (name.len > 0 && name.s[0] == method_names[i][0] &&
        sip_text_equal_str (name, method_names[i]))
      return i;
  return SIP_METHOD_OTHER;
}

const char *
sip_method_get_name (SipMethod method)
{
  return method_names[method];
}

/* ---- Values ---- */

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_SYNTAX, what);
  return FALSE;
}

static SipText
head_of (SipText text, gsize len)
{
  return (SipText){text.s, MIN (len, text.len)};
}

/* Takes the text up to stop off the front of rest, trimmed. FALSE if stop is not there. */
static gboolean
take_until (SipText *rest, char stop, SipText *piece)
{
  const char *at = rest->len > 0 ? memchr (rest->s, stop, rest->len) : NULL;

  if (at == NULL)
    return FALSE;
  *piece = sip_text_trim (head_of (*rest, at - rest->s));
  *rest = sip_text_skip (*rest, at - rest->s + 1);
  return TRUE;
}

/* Takes what comes before the next white space off the front of rest. */
static SipText
take_word (SipText *rest)
{
  SipText word;
  gsize i = 0;

  *rest = sip_text_trim (*rest);
  while (i < rest->len && !g_ascii_isspace (rest->s[i]))
    i++;
  word = head_of (*rest, i);
  *rest = sip_text_trim (sip_text_skip (*rest, i));
  return word;
}

static gboolean
parse_sent_by (SipText text, SipVia *via)
{
  const char *close =
      text.len > 0 && text.s[0] == '[' ? memchr (text.s, ']', text.len) : NULL;
  gsize from = close != NULL ? (gsize)(close - text.s) : 0;
  const char *colon = text.len > 0 ? memchr (text.s + from, ':', text.len - from) : NULL;
  guint64 port;

  via->host = text;
  if (colon != NULL) {
    via->host = sip_text_trim (head_of (text, colon - text.s));
    if (!sip_text_to_uint (sip_text_trim (sip_text_skip (text, colon - text.s + 1)),
                           65535, &port) ||
        port == 0)
      return FALSE;
    via->port = port;
  }
  return sip_text_is_host (via->host);
}

static gboolean
parse_via_params (SipVia *via)
{
  SipText rest = via->params, name, value;
  guint64 port;

  while (sip_params_next (&rest, &name, &value)) {
    if (via->branch.s == NULL && sip_text_equal_case_str (name, "branch")) {
      via->branch = value;
    } else if (sip_text_equal_case_str (name, "received")) {
      via->received = value;
    } else if (sip_text_equal_case_str (name, "rport")) {
      via->has_rport = TRUE;
      if (value.s != NULL && !sip_text_to_uint (value, 65535, &port))
        return FALSE;
      via->rport = value.s != NULL ? port : 0;
    }
  }
  return rest.len == 0;
}

gboolean
sip_via_parse (SipText value, SipVia *via, GError **error)
{
  SipText rest = value, protocol, version;
  gsize end;

  memset (via, 0, sizeof *via);
  via->text = value;
  if (!take_until (&rest, '/', &protocol) || !take_until (&rest, '/', &version) ||
      !sip_text_is_token (protocol) || !sip_text_is_token (version))
    return fail (error, "Via without a protocol");
  via->transport = take_word (&rest);
  end = sip_text_find_outside (rest, ';');
  if (!sip_text_is_token (via->transport) ||
      !parse_sent_by (sip_text_trim (head_of (rest, end)), via))
    return fail (error, "Via with a bad transport or host");
  if (end < rest.len)
    via->params = sip_text_skip (rest, end + 1);
  return parse_via_params (via) || fail (error, "Via with a bad parameter");
}

static gboolean
parse_in_brackets (SipText value, gsize open, SipNameAddr *addr, GError **error)
{
  const char *close = memchr (value.s + open, '>', value.len - open);
  SipText display = sip_text_trim (head_of (value, open));
  SipText rest;

  if (close == NULL)
    return fail (error, "Address without its '>'");
  if (display.len > 0)
    addr->display = display;
  if (!sip_uri_parse ((SipText){value.s + open + 1, close - value.s - open - 1},
                      &addr->uri, error))
    return FALSE;
  rest = sip_text_trim (sip_text_skip (value, close - value.s + 1));
  if (rest.len == 0)
    return TRUE;
  if (rest.s[0] != ';')
    return fail (error, "Address with text behind its '>'");
  addr->params = sip_text_skip (rest, 1);
  return TRUE;
}

/* A display name is one quoted string, or words. Senders are lenient with words, so a
 * quote among them is the only error. */
static gboolean
display_is_valid (SipText display)
{
  if (display.len == 0 || memchr (display.s, '"', display.len) == NULL)
    return TRUE;
  return sip_text_is_quoted (display);
}

gboolean
sip_name_addr_parse (SipText value, SipNameAddr *addr, GError **error)
{
  gsize open, end;

  memset (addr, 0, sizeof *addr);
  value = sip_text_trim (value);
  addr->text = value;
  if (value.len == 1 && value.s[0] == '*') {
    addr->is_star = TRUE;
    return TRUE;
  }
  open = sip_text_find_unquoted (value, '<');
  if (open < value.len) {
    if (!parse_in_brackets (value, open, addr, error))
      return FALSE;
  } else {
    end = sip_text_find_unquoted (value, ';');
    if (!sip_uri_parse (sip_text_trim (head_of (value, end)), &addr->uri, error))
      return FALSE;
    if (end < value.len)
      addr->params = sip_text_skip (value, end + 1);
  }
  if (!display_is_valid (addr->display))
    return fail (error, "Display name with a lone quote");
  return sip_params_are_valid (addr->params) ||
         fail (error, "Address with a bad parameter");
}

char *
sip_name_addr_dup_display_name (const SipNameAddr *addr)
{
  g_autofree char *raw = sip_text_dup_unquoted (addr->display);
  g_autofree char *name = NULL;

  if (raw == NULL)
    return NULL;
  name = g_utf8_make_valid (raw, -1);
  for (char *c = name; *c != '\0'; c++)
    if ((guint8)*c < 0x20 || *c == 0x7f)
      *c = ' ';
  g_strstrip (name);
  return *name != '\0' ? g_steal_pointer (&name) : NULL;
}

SipText
sip_name_addr_get_tag (const SipNameAddr *addr)
{
  SipText tag = SIP_TEXT_NONE;

  sip_params_get (addr->params, "tag", &tag);
  return tag;
}

char *
sip_name_addr_format (const char *display, const char *uri)
{
  g_autofree char *quoted = NULL;

  if (display == NULL || *display == '\0')
    return g_strdup_printf ("<%s>", uri);
  quoted = sip_text_dup_quoted (sip_text_from_str (display));
  return g_strdup_printf ("%s <%s>", quoted, uri);
}

gboolean
sip_cseq_parse (SipText value, SipCSeq *cseq, GError **error)
{
  SipText rest = value, number = take_word (&rest);
  guint64 n;

  memset (cseq, 0, sizeof *cseq);
  if (!sip_text_to_uint (number, G_MAXINT32, &n))
    return fail (error, "CSeq with a bad number");
  if (!sip_text_is_token (rest))
    return fail (error, "CSeq with a bad method");
  cseq->number = n;
  cseq->method_text = rest;
  cseq->method = sip_method_from_text (rest);
  return TRUE;
}

void
sip_header_split_params (SipText value, SipText *head, SipText *params)
{
  gsize end = sip_text_find_outside (value, ';');

  *head = sip_text_trim (head_of (value, end));
  *params = end < value.len ? sip_text_skip (value, end + 1) : SIP_TEXT_NONE;
}

gboolean
sip_reason_parse (SipText value, SipReason *reason, GError **error)
{
  SipText params, cause;
  guint64 number;

  memset (reason, 0, sizeof *reason);
  sip_header_split_params (value, &reason->protocol, &params);
  if (!sip_text_is_token (reason->protocol) || !sip_params_are_valid (params))
    return fail (error, "Reason with bad syntax");
  if (sip_params_get (params, "cause", &cause) && sip_text_to_uint (cause, 999, &number))
    reason->cause = number;
  sip_params_get (params, "text", &reason->text);
  return TRUE;
}

gboolean
sip_retry_after_parse (SipText value, guint32 *seconds)
{
  gsize i = 0;

  value = sip_text_trim (value);
  while (i < value.len && g_ascii_isdigit (value.s[i]))
    i++;
  if (i < value.len && strchr (" \t(;", value.s[i]) == NULL)
    return FALSE;
  return sip_text_to_seconds (head_of (value, i), seconds);
}

gboolean
sip_media_type_parse (SipText value, SipMediaType *media, GError **error)
{
  SipText head;

  memset (media, 0, sizeof *media);
  sip_header_split_params (value, &head, &media->params);
  if (!take_until (&head, '/', &media->type))
    return fail (error, "Media type without a subtype");
  media->subtype = sip_text_trim (head);
  if (!sip_text_is_token (media->type) || !sip_text_is_token (media->subtype) ||
      !sip_params_are_valid (media->params))
    return fail (error, "Media type with bad syntax");
  return TRUE;
}

gboolean
sip_media_type_is (const SipMediaType *media, const char *type_and_subtype)
{
  SipText rest = sip_text_from_str (type_and_subtype), type;

  return take_until (&rest, '/', &type) && sip_text_equal_case (media->type, type) &&
         sip_text_equal_case (media->subtype, rest);
}
