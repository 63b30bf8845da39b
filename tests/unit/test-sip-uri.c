/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact-text.h"
#include "sip-uri.h"

static SipUri
parse (const char *text)
{
  SipUri uri;
  g_autoptr (GError) error = NULL;

  if (!sip_uri_parse (sip_text_from_str (text), &uri, &error))
    g_error ("%s: %s", text, error->message);
  return uri;
}

static void
test_parse (void)
{
  SipUri uri = parse ("sips:alice:s3cr%65t@[2001:db8::1]:5071;transport=ws;lr?a=b&c=d");
  SipText value;

  g_assert_cmpint (uri.scheme, ==, SIP_URI_SIPS);
  assert_text (uri.user, "alice");
  assert_text (uri.password, "s3cr%65t");
  assert_text (uri.host, "[2001:db8::1]");
  g_assert_cmpuint (uri.port, ==, 5071);
  assert_text (uri.params, "transport=ws;lr");
  assert_text (uri.headers, "a=b&c=d");
  g_assert_true (sip_uri_get_param (&uri, "Transport", &value));
  assert_text (value, "ws");
  g_assert_true (sip_uri_get_param (&uri, "lr", &value));
  g_assert_null (value.s);
  g_assert_false (sip_uri_has_param (&uri, "ob"));
}

static void
test_parse_parts (void)
{
  SipUri uri = parse ("SIP:example.org");

  g_assert_cmpint (uri.scheme, ==, SIP_URI_SIP);
  g_assert_null (uri.user.s);
  g_assert_cmpuint (uri.port, ==, 0);
  uri = parse ("sips:example.org");
  g_assert_cmpint (uri.scheme, ==, SIP_URI_SIPS);
  uri = parse ("sip:+1;isub=9/8?x@h");
  assert_text (uri.user, "+1;isub=9/8?x");
  assert_text (uri.host, "h");
  uri = parse ("sip:h?subject=x%20y");
  g_assert_null (uri.params.s);
  assert_text (uri.headers, "subject=x%20y");
  uri = parse ("tel:+49-30-(1).2;phone-context=example.org");
  g_assert_cmpint (uri.scheme, ==, SIP_URI_TEL);
  assert_text (uri.user, "+49-30-(1).2");
  assert_text (uri.params, "phone-context=example.org");
  uri = parse ("sip:h;");
  assert_text (uri.host, "h");
  uri = parse ("urn:service:sos");
  g_assert_cmpint (uri.scheme, ==, SIP_URI_OTHER);
  assert_text (uri.opaque, "service:sos");
}

/* Torn, empty and hostile addresses: none is read past its end, none is accepted. */
static void
test_refuse (void)
{
  static const char *const bad[] = {"",
                                    ":",
                                    "sip",
                                    "sip:",
                                    "sips:",
                                    "tel:",
                                    "urn:",
                                    "</",
                                    "<>",
                                    "/",
                                    "\\",
                                    "\"\\",
                                    "@",
                                    "sip:@",
                                    "sip:@h",
                                    "sip:a@",
                                    "sip::p@h",
                                    "sip:a@h:",
                                    "sip:a@h:0",
                                    "sip:a@h:65536",
                                    "sip:a@h:-1",
                                    "sip:a@h:99999999999999999999",
                                    "sip:a@h:5060x",
                                    "sip:a@[::1",
                                    "sip:a@::1",
                                    "sip:a@[::1]x",
                                    "sip:a@h;=b",
                                    "sip:a@h;a=",
                                    "sip:a b@h",
                                    "sip:a@h h",
                                    "sip:a@h\r\nX: 1",
                                    "sip:a\n@h",
                                    "sip:%@h",
                                    "sip:%4@h",
                                    "sip:%zz@h",
                                    "sip:a@h;x=%4",
                                    "sip:a@b@c",
                                    "sip:a@h;x=b@c",
                                    "sip:a@h?x=b@c",
                                    "<sip:a@h>",
                                    "sip:a@h>",
                                    "sip:a\"@h",
                                    "sip:a\x7f@h",
                                    "tel:+",
                                    "tel:abcx",
                                    "tel:12;a;;b",
                                    "tel:1+2",
                                    "tel:--",
                                    "1sip:a@h",
                                    "s p:a@h",
                                    "sip:a@h\x7f"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *owner = NULL;
    g_autoptr (GError) error = NULL;
    SipUri uri;

    if (sip_uri_parse (exact_text (&owner, bad[i]), &uri, &error))
      g_error ("accepted: %s", bad[i]);
    g_assert_error (error, SIP_ERROR, SIP_ERROR_SYNTAX);
  }
}

static void
test_refuse_nul (void)
{
  SipUri uri;

  g_assert_false (sip_uri_parse (SIP_TEXT_LITERAL ("sip:a\0b@h"), &uri, NULL));
  g_assert_false (sip_uri_parse (SIP_TEXT_LITERAL ("tel:1\0"), &uri, NULL));
}

static void
test_size_limit (void)
{
  g_autoptr (GString) text = g_string_new ("sip:h");
  SipUri uri;

  while (text->len + 2 <= SIP_MAX_URI_BYTES)
    g_string_append (text, ";a");
  g_assert_true (sip_uri_parse (sip_text_new (text->str, text->len), &uri, NULL));
  g_assert_true (sip_uri_equal (&uri, &uri));
  g_string_append (text, ";a");
  g_assert_false (sip_uri_parse (sip_text_new (text->str, text->len), &uri, NULL));
}

static void
assert_equal (const char *a, const char *b, gboolean expected)
{
  SipUri left = parse (a), right = parse (b);

  if (sip_uri_equal (&left, &right) != expected ||
      sip_uri_equal (&right, &left) != expected)
    g_error ("%s and %s are %sequal", a, b, expected ? "not " : "");
}

/* The examples of RFC 3261 §19.1.4, and some of our own. */
static void
test_equal (void)
{
  static const char *const equal[][2] = {
      {"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"},
      {"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"},
      {"sip:carol@chicago.com", "sip:carol@chicago.com;security=on"},
      {"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
       "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"},
      {"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
       "sip:alice@atlanta.com?priority=urgent&subject=project%20x"},
      {"sip:a@[2001:db8::1]", "sip:a@[2001:0DB8:0:0::1]"},
      {"tel:+49-30-12", "tel:+49(30)1.2"},
      {"tel:12;phone-context=Example.org", "tel:1-2;phone-context=example.ORG"},
      {"urn:service:sos", "URN:service:sos"},
      {"sip:a@h;x=1;x=2", "sip:a@h;x=1;x=2"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (equal); i++)
    assert_equal (equal[i][0], equal[i][1], TRUE);
}

static void
test_not_equal (void)
{
  static const char *const different[][2] = {
      {"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"},
      {"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
      {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
      {"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"},
      {"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"},
      {"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"},
      {"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"},
      {"sip:a@h", "sips:a@h"},
      {"sip:a@h", "sip:h"},
      {"sip:a:p@h", "sip:a@h"},
      {"sip:a%2Fb@h", "sip:a/b@h"},
      {"sip:a@h;user=phone", "sip:a@h"},
      {"sip:a@h;lr", "sip:a@h;lr=on"},
      {"sip:a@h?x=1&x=1", "sip:a@h?x=1"},
      {"sip:a@h?x=1&x=1&y=2", "sip:a@h?x=1&y=2&y=2"},
      {"sip:a@[::1]", "sip:a@[::2]"},
      {"tel:+12", "tel:12"},
      {"tel:12;phone-context=a", "tel:12"},
      {"urn:a", "urn:b"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (different); i++)
    assert_equal (different[i][0], different[i][1], FALSE);
}

static void
test_to_string (void)
{
  static const char *const same[] = {"sip:alice:pw@example.org:5070;transport=ws;lr?a=b",
                                     "sips:[::1]:5061", "tel:+49-30;x=1",
                                     "urn:service:sos", "sip:h"};
  SipUri uri = parse ("sip:a@h;method=INVITE;transport=ws?Route=x");
  g_autofree char *target = sip_uri_to_string (&uri, SIP_URI_FOR_REQUEST);

  g_assert_cmpstr (target, ==, "sip:a@h;transport=ws");
  for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
    SipUri one = parse (same[i]);
    g_autofree char *text = sip_uri_to_string (&one, SIP_URI_AS_IS);

    g_assert_cmpstr (text, ==, same[i]);
  }
}

static void
test_address_of_record (void)
{
  static const char *const cases[][2] = {
      {"SIP:%41lice:pw@Example.ORG:5060;transport=ws?a=b", "sip:Alice@example.org"},
      {"sips:a%20b@h:5061", "sips:a%20b@h"},
      {"sip:a@h:5061", "sip:a@h:5061"},
      {"sip:%2f@h", "sip:/@h"},
      {"sip:J\xc3\xbcrgen@h", "sip:J%C3%BCrgen@h"},
      {"tel:+49-30-AB", "tel:+4930ab"},
      {"sip:a%00b@h", "sip:a%00b@h"},
      {"sip:h;lr", "sip:h"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SipUri uri = parse (cases[i][0]);
    g_autofree char *key = sip_uri_dup_address_of_record (&uri);

    g_assert_cmpstr (key, ==, cases[i][1]);
  }
}

static void
test_escape (void)
{
  SipText text = SIP_TEXT_LITERAL ("a@b;c?d/e:f\r\n%\xc3\xbc");
  static const char *const expected[] = {
      [SIP_URI_PART_USER] = "a%40b;c?d/e%3Af%0D%0A%25%C3%BC",
      [SIP_URI_PART_PASSWORD] = "a%40b%3Bc%3Fd%2Fe%3Af%0D%0A%25%C3%BC",
      [SIP_URI_PART_PARAM] = "a%40b%3Bc%3Fd/e:f%0D%0A%25%C3%BC",
      [SIP_URI_PART_HEADER] = "a%40b%3Bc?d/e:f%0D%0A%25%C3%BC",
  };

  for (SipUriPart part = SIP_URI_PART_USER; part <= SIP_URI_PART_HEADER; part++) {
    g_autofree char *escaped = sip_uri_escape (text, part);
    g_autofree char *again = sip_uri_unescape (sip_text_from_str (escaped));

    g_assert_cmpstr (escaped, ==, expected[part]);
    g_assert_cmpstr (again, ==, text.s);
  }
  g_assert_null (sip_uri_unescape (SIP_TEXT_LITERAL ("a%00b")));
  g_assert_null (sip_uri_unescape (SIP_TEXT_LITERAL ("a%4")));
  g_assert_null (sip_uri_unescape (SIP_TEXT_LITERAL ("%")));
}

static void
test_dialled (void)
{
  static const char *const cases[][2] = {
      {"bob", "sip:bob@example.org"},
      {" bob@h \r\n", "sip:bob@h"},
      {"+49 30 / 12-34", "sip:+49301234@example.org"},
      {"*100#", "sip:*100%23@example.org"},
      {"sip:bob@h;transport=ws", "sip:bob@h;transport=ws"},
      {"SIPS:bob@h", "sips:bob@h"},
      {"sip:h", "sip:h"},
      {"tel:+49 30-12", "tel:+4930-12"},
      {"J\xc3\xbcrgen@h", "sip:J%C3%BCrgen@h"},
      {"a b@h", "sip:a%20b@h"},
      {"a%20b@h", "sip:a%20b@h"},
      {"--help", "sip:--help@example.org"},
      {"$(reboot)", "sip:$(reboot)@example.org"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *uri = sip_uri_dup_from_dialled (cases[i][0], "example.org", &error);

    g_assert_no_error (error);
    g_assert_cmpstr (uri, ==, cases[i][1]);
  }
}

/* Header injection by what is typed or clicked. */
static void
test_dialled_hostile (void)
{
  static const struct {
    const char *text;
    SipError code;
  } cases[] = {
      {"bob%0d%0aX:1", SIP_ERROR_FORBIDDEN_BYTE},
      {"bob\r\nX: 1", SIP_ERROR_FORBIDDEN_BYTE},
      {"bob%00", SIP_ERROR_FORBIDDEN_BYTE},
      {"bob%7f", SIP_ERROR_FORBIDDEN_BYTE},
      {"sip:bob@h;x=%0A", SIP_ERROR_FORBIDDEN_BYTE},
      {"sip:bob@h?Route=%3csip:evil%3e", SIP_ERROR_SYNTAX},
      {"bob@h?Authorization=x", SIP_ERROR_SYNTAX},
      {"sip:bob:secret@h", SIP_ERROR_SYNTAX},
      {"", SIP_ERROR_SYNTAX},
      {"  ", SIP_ERROR_SYNTAX},
      {"@", SIP_ERROR_SYNTAX},
      {"bob@", SIP_ERROR_SYNTAX},
      {"a@b@c", SIP_ERROR_SYNTAX},
      {"<sip:bob@h>", SIP_ERROR_SYNTAX},
      {"javascript:alert(1)", SIP_ERROR_UNSUPPORTED},
      {"file:///etc/passwd", SIP_ERROR_UNSUPPORTED},
      {"tel:xyz;x", SIP_ERROR_SYNTAX},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *uri =
        sip_uri_dup_from_dialled (cases[i].text, "example.org", &error);

    if (uri != NULL)
      g_test_message ("%s became %s", cases[i].text, uri);
    g_assert_null (uri);
    g_assert_error (error, SIP_ERROR, (int)cases[i].code);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/uri/parse", test_parse);
  g_test_add_func ("/sip/uri/parse-parts", test_parse_parts);
  g_test_add_func ("/sip/uri/refuse", test_refuse);
  g_test_add_func ("/sip/uri/refuse-nul", test_refuse_nul);
  g_test_add_func ("/sip/uri/size-limit", test_size_limit);
  g_test_add_func ("/sip/uri/equal", test_equal);
  g_test_add_func ("/sip/uri/not-equal", test_not_equal);
  g_test_add_func ("/sip/uri/to-string", test_to_string);
  g_test_add_func ("/sip/uri/address-of-record", test_address_of_record);
  g_test_add_func ("/sip/uri/escape", test_escape);
  g_test_add_func ("/sip/uri/dialled", test_dialled);
  g_test_add_func ("/sip/uri/dialled-hostile", test_dialled_hostile);
  return g_test_run ();
}
