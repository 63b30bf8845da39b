/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact-text.h"
#include "sip-header.h"

static void
test_names (void)
{
  for (SipHeader h = 1; h < SIP_N_HEADERS; h++) {
    const char *name = sip_header_get_name (h);
    g_autofree char *upper = g_ascii_strup (name, -1);
    g_autofree char *lower = g_ascii_strdown (name, -1);
    g_autofree char *longer = g_strconcat (name, "x", NULL);

    g_assert_cmpint (sip_header_from_name (sip_text_from_str (name)), ==, h);
    g_assert_cmpint (sip_header_from_name (sip_text_from_str (upper)), ==, h);
    g_assert_cmpint (sip_header_from_name (sip_text_from_str (lower)), ==, h);
    g_assert_cmpint (sip_header_from_name (sip_text_from_str (longer)), !=, h);
  }
  g_assert_cmpint (sip_header_from_name (SIP_TEXT_LITERAL ("")), ==, SIP_HEADER_OTHER);
  g_assert_cmpint (
      sip_header_from_name (SIP_TEXT_LITERAL ("X-What-Nobody-Knows-Yet-At-All")), ==,
      SIP_HEADER_OTHER);
  g_assert_null (sip_header_get_name (SIP_HEADER_OTHER));
}

static void
test_compact_names (void)
{
  static const struct {
    const char *compact;
    const char *name;
  } cases[] = {
      {"b", "Referred-By"},
      {"c", "Content-Type"},
      {"e", "Content-Encoding"},
      {"f", "From"},
      {"i", "Call-ID"},
      {"k", "Supported"},
      {"l", "Content-Length"},
      {"m", "Contact"},
      {"o", "Event"},
      {"r", "Refer-To"},
      {"s", "Subject"},
      {"t", "To"},
      {"u", "Allow-Events"},
      {"v", "Via"},
      {"x", "Session-Expires"},
      {"V", "Via"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sip_header_from_name (sip_text_from_str (cases[i].compact)), ==,
                     sip_header_from_name (sip_text_from_str (cases[i].name)));
  g_assert_cmpint (sip_header_from_name (SIP_TEXT_LITERAL ("z")), ==, SIP_HEADER_OTHER);
}

static void
test_methods (void)
{
  for (SipMethod m = SIP_METHOD_ACK; m <= SIP_METHOD_UPDATE; m++)
    g_assert_cmpint (sip_method_from_text (sip_text_from_str (sip_method_get_name (m))),
                     ==, m);
  g_assert_cmpint (sip_method_from_text (SIP_TEXT_LITERAL ("invite")), ==,
                   SIP_METHOD_OTHER);
  g_assert_cmpint (sip_method_from_text (SIP_TEXT_LITERAL ("")), ==, SIP_METHOD_OTHER);
  g_assert_null (sip_method_get_name (SIP_METHOD_OTHER));
}

static void
test_via (void)
{
  SipVia via;
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_via_parse (
      SIP_TEXT_LITERAL (
          "SIP / 2.0 / WSS\t[::1] : 8443 ; rport=99;Received=10.0.0.1 ; branch=z9hG4bKx"),
      &via, &error));
  g_assert_no_error (error);
  assert_text (via.transport, "WSS");
  assert_text (via.host, "[::1]");
  g_assert_cmpuint (via.port, ==, 8443);
  assert_text (via.branch, "z9hG4bKx");
  assert_text (via.received, "10.0.0.1");
  g_assert_true (via.has_rport);
  g_assert_cmpuint (via.rport, ==, 99);
  g_assert_true (
      sip_via_parse (SIP_TEXT_LITERAL ("SIP/2.0/WS x.invalid;rport"), &via, &error));
  assert_text (via.host, "x.invalid");
  g_assert_true (via.has_rport);
  g_assert_cmpuint (via.rport, ==, 0);
  g_assert_null (via.branch.s);
}

static void
test_via_refused (void)
{
  static const char *const bad[] = {"",
                                    "/",
                                    "//",
                                    "SIP/2.0",
                                    "SIP/2.0/",
                                    "SIP/2.0/WS",
                                    "SIP/2.0/WS ;branch=x",
                                    "SIP/2.0/WS :5060",
                                    "SIP/2.0/WS h:0",
                                    "SIP/2.0/WS h:99999",
                                    "SIP/2.0/WS h;branch=",
                                    "SIP/2.0/WS h;a;;x",
                                    "SIP/2.0/WS [::1",
                                    "SIP/2.0/WS h;rport=x",
                                    "SIP/2.0/WS h;rport=-1",
                                    "SIP/2.0/WS h;x=\"",
                                    "SIP/2.0/WS h;x=\"\\",
                                    "SIP/2.0/WS a b;branch=x",
                                    "SIP 2/2.0/WS h"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *owner = NULL;
    g_autoptr (GError) error = NULL;
    SipVia via;

    if (sip_via_parse (exact_text (&owner, bad[i]), &via, &error))
      g_error ("accepted: %s", bad[i]);
    g_assert_error (error, SIP_ERROR, SIP_ERROR_SYNTAX);
  }
}

static void
test_name_addr (void)
{
  static const struct {
    const char *value;
    const char *name;
    const char *uri;
    const char *tag;
  } cases[] = {
      {"<sip:a@h>;tag=1", NULL, "sip:a@h", "1"},
      {"Alice <sip:a@h;tag=0>;tag=2", "Alice", "sip:a@h;tag=0", "2"},
      {"Alice  B. <sip:a@h>", "Alice  B.", "sip:a@h", NULL},
      {"\"A \\\"x\\\" <y>, z\"<sip:a@h>;TAG=3", "A \"x\" <y>, z", "sip:a@h", "3"},
      {"sip:a@h;tag=4;x", NULL, "sip:a@h", "4"},
      {"sip:a@h", NULL, "sip:a@h", NULL},
      {"\"\" <tel:+1>", NULL, "tel:+1", NULL},
      {"\"J\xc3\xbcrgen\" <sip:j@h>", "J\xc3\xbcrgen", "sip:j@h", NULL},
      {"\"\xff\x01x\" <sip:j@h>", "\xef\xbf\xbd x", "sip:j@h", NULL},
      {"%n%s <sip:j@h>", "%n%s", "sip:j@h", NULL},
      {" <sip:a@h> ; tag = 5 ", NULL, "sip:a@h", "5"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *owner = NULL;
    g_autofree char *name = NULL;
    g_autoptr (GError) error = NULL;
    SipNameAddr addr;

    g_assert_true (
        sip_name_addr_parse (exact_text (&owner, cases[i].value), &addr, &error));
    g_assert_no_error (error);
    name = sip_name_addr_dup_display_name (&addr);
    g_assert_cmpstr (name, ==, cases[i].name);
    assert_text (addr.uri.text, cases[i].uri);
    assert_text (sip_name_addr_get_tag (&addr), cases[i].tag);
  }
}

static void
test_name_addr_refused (void)
{
  static const char *const bad[] = {"",
                                    " ",
                                    "</",
                                    "<",
                                    "<>",
                                    ">",
                                    "\"",
                                    "\"\\",
                                    "\"\\\"",
                                    "\"x <sip:a@h>",
                                    "\"x\\\" <sip:a@h>",
                                    "x\" <sip:a@h>",
                                    "\"x\" y <sip:a@h>",
                                    "<sip:>",
                                    "<sip:a@h",
                                    "<sip:a@h>x",
                                    "<sip:a@h>;a;;x",
                                    "sip:",
                                    "tel:",
                                    "urn:",
                                    "<tel:>",
                                    "<urn:>",
                                    "\"x\" sip:a@h",
                                    "x",
                                    "<sip:a@h>;tag=",
                                    "<sip:a@h>;tag=\"",
                                    "<sip:a@h>;=1",
                                    "<sip:a@h>,<sip:b@h>",
                                    "<<sip:a@h>>",
                                    "**"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *owner = NULL;
    g_autoptr (GError) error = NULL;
    SipNameAddr addr;

    if (sip_name_addr_parse (exact_text (&owner, bad[i]), &addr, &error))
      g_error ("accepted: %s", bad[i]);
    g_assert_error (error, SIP_ERROR, SIP_ERROR_SYNTAX);
  }
}

static void
test_name_addr_forms (void)
{
  SipNameAddr addr;
  g_autofree char *plain = sip_name_addr_format (NULL, "sip:a@h");
  g_autofree char *named = sip_name_addr_format ("A \"b\"\r\nX: 1", "sip:a@h");

  g_assert_true (sip_name_addr_parse (SIP_TEXT_LITERAL ("*"), &addr, NULL));
  g_assert_true (addr.is_star);
  g_assert_cmpstr (plain, ==, "<sip:a@h>");
  g_assert_cmpstr (named, ==, "\"A \\\"b\\\"  X: 1\" <sip:a@h>");
}

static void
test_cseq (void)
{
  static const char *const bad[] = {"",
                                    "1",
                                    "INVITE",
                                    "-1 INVITE",
                                    "2147483648 INVITE",
                                    "99999999999999999999 INVITE",
                                    "1 INVITE x",
                                    "1 IN(VITE",
                                    "0x1 INVITE"};
  SipCSeq cseq;

  g_assert_true (sip_cseq_parse (SIP_TEXT_LITERAL ("2147483647 \t INVITE"), &cseq, NULL));
  g_assert_cmpuint (cseq.number, ==, 2147483647);
  g_assert_cmpint (cseq.method, ==, SIP_METHOD_INVITE);
  g_assert_true (sip_cseq_parse (SIP_TEXT_LITERAL ("0 FOO"), &cseq, NULL));
  g_assert_cmpint (cseq.method, ==, SIP_METHOD_OTHER);
  assert_text (cseq.method_text, "FOO");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *owner = NULL;

    if (sip_cseq_parse (exact_text (&owner, bad[i]), &cseq, NULL))
      g_error ("accepted: %s", bad[i]);
  }
}

static void
test_reason (void)
{
  SipReason reason;
  g_autofree char *text = NULL;

  g_assert_true (sip_reason_parse (
      SIP_TEXT_LITERAL ("SIP ;cause=200 ;text=\"Call completed; elsewhere\""), &reason,
      NULL));
  assert_text (reason.protocol, "SIP");
  g_assert_cmpuint (reason.cause, ==, 200);
  text = sip_text_dup_unquoted (reason.text);
  g_assert_cmpstr (text, ==, "Call completed; elsewhere");
  g_assert_true (
      sip_reason_parse (SIP_TEXT_LITERAL ("Q.850;cause=99999999999"), &reason, NULL));
  g_assert_cmpuint (reason.cause, ==, 0);
  g_assert_false (sip_reason_parse (SIP_TEXT_LITERAL (";cause=1"), &reason, NULL));
}

static void
test_retry_after (void)
{
  static const struct {
    const char *value;
    gint64 expected;
  } cases[] = {
      {"120", 120},
      {" 18000;duration=3600", 18000},
      {"120 (I'm in a meeting)", 120},
      {"5(x)", 5},
      {"99999999999999999999", G_MAXUINT32},
      {"-1", -1},
      {"", -1},
      {"soon", -1},
      {"1.5", -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint32 seconds = 0;
    gboolean is_good =
        sip_retry_after_parse (sip_text_from_str (cases[i].value), &seconds);

    g_assert_cmpint (is_good ? (gint64)seconds : -1, ==, cases[i].expected);
  }
}

static void
test_media_type (void)
{
  /* The multipart over-reads began with a boundary that was not there. */
  static const char *const bad[] = {"",
                                    "/",
                                    "a/",
                                    "/b",
                                    "application",
                                    "multipart/mixed;boundary=",
                                    "multipart/mixed;boundary=\"",
                                    "multipart/mixed;a;;",
                                    "a b/c"};
  SipMediaType media;

  g_assert_true (sip_media_type_parse (
      SIP_TEXT_LITERAL ("Multipart / Mixed ; boundary=\"a;b\""), &media, NULL));
  g_assert_true (sip_media_type_is (&media, "multipart/mixed"));
  g_assert_false (sip_media_type_is (&media, "multipart/mixe"));
  g_assert_false (sip_media_type_is (&media, "application/sdp"));
  g_assert_true (sip_params_has (media.params, "boundary"));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *owner = NULL;

    if (sip_media_type_parse (exact_text (&owner, bad[i]), &media, NULL))
      g_error ("accepted: %s", bad[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/header/names", test_names);
  g_test_add_func ("/sip/header/compact-names", test_compact_names);
  g_test_add_func ("/sip/header/methods", test_methods);
  g_test_add_func ("/sip/header/via", test_via);
  g_test_add_func ("/sip/header/via-refused", test_via_refused);
  g_test_add_func ("/sip/header/name-addr", test_name_addr);
  g_test_add_func ("/sip/header/name-addr-refused", test_name_addr_refused);
  g_test_add_func ("/sip/header/name-addr-forms", test_name_addr_forms);
  g_test_add_func ("/sip/header/cseq", test_cseq);
  g_test_add_func ("/sip/header/reason", test_reason);
  g_test_add_func ("/sip/header/retry-after", test_retry_after);
  g_test_add_func ("/sip/header/media-type", test_media_type);
  return g_test_run ();
}
