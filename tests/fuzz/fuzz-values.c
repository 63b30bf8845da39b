/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-bytes.h"
#include "fuzz-target.h"
#include "sip-header.h"
#include "sip-text.h"

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

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static void (*const tries[]) (SipText text) = {
      try_uri,    try_escape, try_dialled, try_name_addr,
      try_quoted, try_params, try_list,    try_others,
  };
  FuzzBytes bytes = {data, size};

  fuzz_pick (&bytes, tries) (fuzz_take_rest (&bytes));
  return 0;
}
