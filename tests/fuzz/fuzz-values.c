/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-bytes.h"
#include "fuzz-target.h"
#include "sip-header.h"
#include "sip-refer.h"
#include "sip-session.h"
#include "sip-text.h"

#include <string.h>

/* One value, read as what the first byte says. What is written from it can be read again
 * and is equal. */

static gboolean
has_twice (SipText params)
{
  SipText rest = params, name, value, seen_name, seen_value;

  while (sip_params_next (&rest, &name, &value)) {
    SipText seen = params;
    guint n = 0;

    while (sip_params_next (&seen, &seen_name, &seen_value))
      n += sip_text_equal_case (name, seen_name);
    if (n > 1)
      return TRUE;
  }
  return FALSE;
}

static void
try_uri (SipText text)
{
  g_autofree char *written = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *again = NULL;
  SipUri uri, other;

  if (!sip_uri_parse (text, &uri, NULL))
    return;
  g_assert (sip_uri_equal (&uri, &uri));
  written = sip_uri_to_string (&uri, SIP_URI_AS_IS);
  g_assert (sip_uri_parse (sip_text_from_str (written), &other, NULL));
  again = sip_uri_to_string (&other, SIP_URI_AS_IS);
  g_assert_cmpstr (written, ==, again);
  g_free (g_steal_pointer (&again));
  /* What has a parameter twice equals itself alone (RFC 3261 §19.1.1). */
  g_assert (sip_uri_equal (&uri, &other) == sip_uri_equal (&other, &uri));
  g_assert (sip_uri_equal (&uri, &other) || has_twice (uri.params));
  g_free (g_steal_pointer (&written));
  written = sip_uri_to_string (&uri, SIP_URI_FOR_REQUEST);
  g_assert (sip_uri_parse (sip_text_from_str (written), &other, NULL));
  g_assert (uri.scheme == SIP_URI_OTHER || other.headers.s == NULL);
  canonical = sip_uri_dup_address_of_record (&uri);
  g_assert (sip_uri_parse (sip_text_from_str (canonical), &other, NULL));
  again = sip_uri_dup_address_of_record (&other);
  g_assert_cmpstr (canonical, ==, again);
}

static void
try_escape (SipText text)
{
  for (guint part = SIP_URI_PART_USER; part <= SIP_URI_PART_HEADER; part++) {
    g_autofree char *escaped = sip_uri_escape (text, (SipUriPart)part);
    g_autofree char *back = sip_uri_unescape (sip_text_from_str (escaped));

    if (text.len > 0 && !sip_text_has_forbidden_byte (text))
      g_assert (back != NULL && sip_text_equal_str (text, back));
  }
  g_free (sip_uri_unescape (text));
}

static void
try_dialled (SipText text)
{
  g_autofree char *typed = sip_text_dup (text);
  g_autofree char *dialled = sip_uri_dup_from_dialled (typed, "example.org", NULL);
  SipUri uri;

  if (dialled == NULL)
    return;
  g_assert (sip_uri_parse (sip_text_from_str (dialled), &uri, NULL));
  g_assert (uri.headers.s == NULL && uri.password.s == NULL);
  g_assert (!sip_text_has_forbidden_byte (uri.text));
}

static void
try_name_addr (SipText text)
{
  g_autofree char *display = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *written = NULL;
  g_autofree char *same = NULL;
  SipNameAddr addr, other;

  if (!sip_name_addr_parse (text, &addr, NULL) || addr.is_star)
    return;
  sip_name_addr_get_tag (&addr);
  display = sip_name_addr_dup_display_name (&addr);
  uri = sip_text_dup (addr.uri.text);
  g_assert (display == NULL || g_utf8_validate (display, -1, NULL));
  written = sip_name_addr_format (display, uri);
  g_assert (sip_name_addr_parse (sip_text_from_str (written), &other, NULL));
  g_assert (sip_text_equal (addr.uri.text, other.uri.text));
  same = sip_name_addr_dup_display_name (&other);
  g_assert_cmpstr (display, ==, same);
}

static void
try_quoted (SipText text)
{
  g_autofree char *quoted = sip_text_dup_quoted (text);
  g_autofree char *plain = sip_text_dup_unquoted (sip_text_from_str (quoted));
  g_autofree char *twice = sip_text_dup_quoted (sip_text_from_str (plain));

  g_assert (sip_text_is_quoted (sip_text_from_str (quoted)));
  g_assert (!sip_text_has_forbidden_byte (sip_text_from_str (quoted)));
  g_assert_cmpstr (quoted, ==, twice);
  g_free (sip_text_dup_unquoted (text));
}

static void
try_params (SipText text)
{
  SipText rest = text, name, value, found;

  while (sip_params_next (&rest, &name, &value)) {
    g_autofree char *key = sip_text_dup (name);

    g_assert (name.len > 0 && (value.s == NULL || value.len > 0));
    g_assert (sip_params_get (text, key, &found));
  }
  g_assert (sip_params_are_valid (text) == (rest.len == 0));
}

static void
try_list (SipText text)
{
  SipText rest = text, piece, head, params;
  gsize before = rest.len;

  while (sip_text_next (&rest, ',', &piece)) {
    g_assert (piece.len > 0 && rest.len < before);
    before = rest.len;
    sip_header_split_params (piece, &head, &params);
    sip_text_split_param (piece, &head, &params);
  }
}

static void
try_others (SipText text)
{
  SipVia via;
  SipCSeq cseq;
  SipReason reason;
  SipMediaType media;
  guint32 seconds;
  guint q;

  if (sip_via_parse (text, &via, NULL))
    g_assert (via.host.len > 0 && via.transport.len > 0);
  if (sip_cseq_parse (text, &cseq, NULL))
    g_assert (sip_text_is_token (cseq.method_text));
  if (sip_reason_parse (text, &reason, NULL))
    g_assert (reason.protocol.len > 0);
  if (sip_media_type_parse (text, &media, NULL))
    g_assert (media.type.len > 0 && media.subtype.len > 0);
  if (sip_text_to_q (text, &q))
    g_assert (q <= 1000);
  sip_retry_after_parse (text, &seconds);
  sip_text_is_host (text);
}

/* ---- Transfers and digits ---- */

static guint
count_params (SipText params, const char *wanted)
{
  SipText name, value;
  guint n = 0;

  while (sip_params_next (&params, &name, &value))
    n += sip_text_equal_case_str (name, wanted) ? 1 : 0;
  return n;
}

static void
try_replaces (SipText text)
{
  g_autofree char *written = NULL;
  SipReplaces replaces, other;
  SipText head, params;

  if (!sip_replaces_parse (text, &replaces, NULL))
    return;
  sip_header_split_params (text, &head, &params);
  g_assert (count_params (params, "to-tag") == 1);
  g_assert (count_params (params, "from-tag") == 1);
  g_assert (replaces.call_id.len > 0 && !sip_text_has_forbidden_byte (replaces.call_id));
  g_assert (sip_text_is_token (replaces.to_tag) && sip_text_is_token (replaces.from_tag));
  written = g_strdup_printf (
      "%.*s;to-tag=%.*s;from-tag=%.*s%s", SIP_TEXT_ARG (replaces.call_id),
      SIP_TEXT_ARG (replaces.to_tag), SIP_TEXT_ARG (replaces.from_tag),
      replaces.is_early_only ? ";early-only" : "");
  g_assert (sip_replaces_parse (sip_text_from_str (written), &other, NULL));
  g_assert (sip_text_equal (replaces.call_id, other.call_id));
  g_assert (sip_text_equal (replaces.to_tag, other.to_tag));
  g_assert (sip_text_equal (replaces.from_tag, other.from_tag));
  g_assert (replaces.is_early_only == other.is_early_only);
}

static void
try_sipfrag (SipText text)
{
  SipSipfrag frag;

  if (!sip_sipfrag_parse (text, &frag, NULL))
    return;
  g_assert (frag.status == 0 || (frag.status >= 100 && frag.status <= 699));
  g_assert (frag.status != 0 || frag.reason.s == NULL);
  if (frag.reason.s == NULL)
    return;
  g_assert (frag.reason.len > 0 && frag.reason.len <= SIP_SIPFRAG_MAX_REASON_BYTES);
  g_assert (g_utf8_validate (frag.reason.s, (gssize)frag.reason.len, NULL));
  g_assert (memchr (frag.reason.s, '\n', frag.reason.len) == NULL);
}

/* A request with these bytes at its end, or NULL where they break it. */
static SipMessage *
make_request (const char *method, const char *more, SipText text)
{
  g_autoptr (GString) frame = g_string_new (NULL);

  g_string_printf (frame,
                   "%s sip:a@example.org SIP/2.0\r\n"
                   "Via: SIP/2.0/WS far.invalid;branch=z9hG4bKa\r\n"
                   "From: <sip:b@example.org>;tag=b\r\nTo: <sip:a@example.org>;tag=a\r\n"
                   "Call-ID: a\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n%s",
                   method, method, more);
  g_string_append_len (frame, text.s, (gssize)text.len);
  if (g_str_has_suffix (more, ": "))
    g_string_append (frame, "\r\n\r\n");
  return sip_message_parse ((const guint8 *)frame->str, frame->len, NULL, NULL);
}

static void
check_refer_to (const SipReferTo *target, gboolean is_secure)
{
  SipReplaces replaces;
  SipUri uri;

  g_assert (sip_uri_parse (sip_text_from_str (target->uri), &uri, NULL));
  g_assert (uri.scheme != SIP_URI_OTHER);
  g_assert (!is_secure || uri.scheme == SIP_URI_SIPS);
  g_assert (uri.headers.s == NULL && uri.password.s == NULL);
  if (target->replaces != NULL)
    g_assert (sip_replaces_parse (sip_text_from_str (target->replaces), &replaces, NULL));
}

static void
try_refer_to (SipText text)
{
  g_autoptr (SipMessage) refer = make_request ("REFER", "Refer-To: ", text);

  for (guint is_secure = 0; refer != NULL && is_secure < 2; is_secure++) {
    g_auto (SipReferTo) target = {0};
    guint status = sip_refer_to_read (refer, is_secure == 1, &target);

    g_assert (status == 0 || status == 400 || status == 403 || status == 416);
    g_assert ((status == 0) == (target.uri != NULL));
    g_assert (status == 0 || target.replaces == NULL);
    if (status == 0)
      check_refer_to (&target, is_secure == 1);
  }
}

static void
try_digit (SipText text)
{
  static const char *const types[] = {"Content-Type: application/dtmf-relay\r\n\r\n",
                                      "Content-Type: application/dtmf\r\n\r\n"};

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (SipMessage) info = make_request ("INFO", types[i], text);
    SipInfoDigit digit;

    if (info == NULL || !sip_session_read_digit (info, &digit))
      continue;
    g_assert (digit.digit != '\0' && strchr ("0123456789*#ABCD", digit.digit) != NULL);
    g_assert (digit.duration_ms >= 40 && digit.duration_ms <= 8000);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static void (*const tries[]) (SipText text) = {
      try_uri,  try_escape, try_dialled,  try_name_addr, try_quoted,   try_params,
      try_list, try_others, try_replaces, try_sipfrag,   try_refer_to, try_digit,
  };
  FuzzBytes bytes = {data, size};

  fuzz_pick (&bytes, tries) (fuzz_take_rest (&bytes));
  return 0;
}
