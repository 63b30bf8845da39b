/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-refer.h"

#include <string.h>

#include "sip-status.h"

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_SYNTAX, what);
  return FALSE;
}

/* ---- Replaces ---- */

/* A word, or two with an @ between them (RFC 3261 §25.1), as far as it matters: nothing
 * that separates. */
static gboolean
is_call_id (SipText text)
{
  for (gsize i = 0; i < text.len; i++)
    if ((guint8)text.s[i] <= ' ' || (guint8)text.s[i] >= 0x7f ||
        strchr (",;", text.s[i]) != NULL)
      return FALSE;
  return text.len > 0;
}

/* FALSE where it is there already, or no token. */
static gboolean
take_tag (SipText *tag, SipText value)
{
  if (tag->s != NULL || !sip_text_is_token (value))
    return FALSE;
  *tag = value;
  return TRUE;
}

gboolean
sip_replaces_parse (SipText value, SipReplaces *replaces, GError **error)
{
  SipText rest, name, tag;
  gboolean is_good;

  *replaces = (SipReplaces){0};
  if (value.s == NULL)
    return fail (error, "There is no Replaces");
  sip_header_split_params (value, &replaces->call_id, &rest);
  is_good = is_call_id (replaces->call_id);
  while (sip_params_next (&rest, &name, &tag)) {
    if (sip_text_equal_case_str (name, "to-tag"))
      is_good = take_tag (&replaces->to_tag, tag) && is_good;
    else if (sip_text_equal_case_str (name, "from-tag"))
      is_good = take_tag (&replaces->from_tag, tag) && is_good;
    else if (sip_text_equal_case_str (name, "early-only"))
      replaces->is_early_only = TRUE;
  }
  if (!is_good || rest.len > 0 || replaces->to_tag.s == NULL ||
      replaces->from_tag.s == NULL)
    return fail (error, "A bad Replaces");
  return TRUE;
}

gboolean
sip_replaces_tag_is (SipText tag, const char *ours)
{
  return sip_text_equal_str (tag, *ours != '\0' ? ours : "0");
}

/* Written anew: only what was understood goes on. */
static char *
dup_replaces (const SipReplaces *replaces)
{
  return g_strdup_printf (
      "%.*s;to-tag=%.*s;from-tag=%.*s%s", SIP_TEXT_ARG (replaces->call_id),
      SIP_TEXT_ARG (replaces->to_tag), SIP_TEXT_ARG (replaces->from_tag),
      replaces->is_early_only ? ";early-only" : "");
}

/* ---- Refer-To ---- */

void
sip_refer_to_clear (SipReferTo *target)
{
  g_clear_pointer (&target->uri, g_free);
  g_clear_pointer (&target->replaces, g_free);
}

static gboolean
read_replaces (SipText escaped, SipReferTo *target)
{
  g_autofree char *value = sip_uri_unescape (escaped);
  SipReplaces replaces;

  if (value == NULL || !sip_replaces_parse (sip_text_from_str (value), &replaces, NULL))
    return TRUE;
  if (target->replaces != NULL)
    return FALSE;
  target->replaces = dup_replaces (&replaces);
  return TRUE;
}

/* Of all that a URI wants to write into our request (RFC 3261 §19.1.5) Replaces alone is
 * looked at, and a broken one is not. FALSE where two are good: which one is meant? */
static gboolean
read_headers (SipText headers, SipReferTo *target)
{
  SipText header, name, value;

  while (sip_text_next (&headers, '&', &header)) {
    sip_text_split_param (header, &name, &value);
    if (sip_text_equal_case_str (name, "Replaces") && value.len > 0 &&
        !read_replaces (value, target))
      return FALSE;
  }
  return TRUE;
}

/* RFC 3261 §26.2.2: what was asked for in a secure call does not leave it. A number ends up
 * as a sip: address of the domain. */
static guint
check_target (const SipUri *uri, gboolean is_secure)
{
  SipText method;

  if (uri->scheme == SIP_URI_OTHER)
    return SIP_STATUS_UNSUPPORTED_URI_SCHEME;
  if (is_secure && uri->scheme != SIP_URI_SIPS)
    return SIP_STATUS_FORBIDDEN;
  if (uri->scheme != SIP_URI_TEL && sip_uri_get_param (uri, "method", &method) &&
      !sip_text_equal_str (method, "INVITE"))
    return SIP_STATUS_FORBIDDEN;
  return 0;
}

/* The same care as with what a person clicked: no password, no hidden controls. */
static char *
dup_bare_uri (const SipUri *uri)
{
  g_autofree char *bare = sip_uri_to_string (uri, SIP_URI_FOR_REQUEST);

  return sip_uri_dup_from_dialled (bare, NULL, NULL);
}

guint
sip_refer_to_read (const SipMessage *refer, gboolean is_secure, SipReferTo *target)
{
  SipText value = sip_message_get_header (refer, SIP_HEADER_REFER_TO);
  SipNameAddr addr;
  guint status;

  *target = (SipReferTo){0};
  if (sip_message_count_values (refer, SIP_HEADER_REFER_TO) != 1 ||
      !sip_name_addr_parse (value, &addr, NULL) || addr.is_star)
    return SIP_STATUS_BAD_REQUEST;
  status = check_target (&addr.uri, is_secure);
  if (status != 0)
    return status;
  target->uri = dup_bare_uri (&addr.uri);
  if (target->uri != NULL &&
      (addr.uri.headers.s == NULL || read_headers (addr.uri.headers, target)))
    return 0;
  sip_refer_to_clear (target);
  return SIP_STATUS_BAD_REQUEST;
}

/* ---- message/sipfrag ---- */

static SipText
take_line (SipText text)
{
  const char *end = memchr (text.s, '\n', text.len);

  if (end != NULL)
    text.len = (gsize)(end - text.s);
  if (text.len > 0 && text.s[text.len - 1] == '\r')
    text.len--;
  return text;
}

static gboolean
looks_like_header (SipText line)
{
  gsize colon = sip_text_find_outside (line, ':');

  return colon < line.len &&
         sip_text_is_token (sip_text_trim (sip_text_new (line.s, colon)));
}

/* Cut between two characters, and without what could upset a line of text. */
static SipText
clean_reason (SipText reason)
{
  const char *end;

  reason = sip_text_trim (reason);
  reason.len = MIN (reason.len, SIP_SIPFRAG_MAX_REASON_BYTES);
  g_utf8_validate (reason.s, (gssize)reason.len, &end);
  reason.len = (gsize)(end - reason.s);
  return reason.len > 0 ? reason : SIP_TEXT_NONE;
}

gboolean
sip_sipfrag_parse (SipText body, SipSipfrag *frag, GError **error)
{
  SipText line = take_line (body);
  SipText rest = sip_text_skip (line, MIN (line.len, strlen ("SIP/2.0 ")));
  guint64 status;

  *frag = (SipSipfrag){0};
  if (!sip_text_starts_with_case (line, "SIP/2.0 "))
    return looks_like_header (line) || fail (error, "Neither status line nor header");
  if (rest.len < 3 || (rest.len > 3 && rest.s[3] != ' ') ||
      !sip_text_to_uint (sip_text_new (rest.s, 3), 699, &status) || status < 100)
    return fail (error, "A bad status");
  frag->status = (guint)status;
  frag->reason = clean_reason (sip_text_skip (rest, 3));
  return TRUE;
}
