/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-refer.h"

#include <string.h>

/* What stands in Replaces, in Refer-To, and in the body of a NOTIFY. */

static void
test_replaces (void)
{
  static const struct {
    const char *value;
    gboolean is_good;
    gboolean is_early_only;
  } cases[] = {
      {"a@b;to-tag=1;from-tag=2", TRUE, FALSE},
      {"a@b ; from-tag = 2 ; to-tag = 1", TRUE, FALSE},
      {"a@b;TO-TAG=1;From-Tag=2;EARLY-ONLY", TRUE, TRUE},
      {"a@b;to-tag=1;x=y;from-tag=2;z", TRUE, FALSE},
      {"<{a}>%\"/@[b];to-tag=1;from-tag=2", FALSE, FALSE}, /* a quote that does not end */
      {"", FALSE, FALSE},
      {"a@b", FALSE, FALSE},
      {"a@b;to-tag=1", FALSE, FALSE},
      {"a@b;from-tag=1", FALSE, FALSE},
      {";to-tag=1;from-tag=2", FALSE, FALSE},
      {"a b;to-tag=1;from-tag=2", FALSE, FALSE},
      {"a,b;to-tag=1;from-tag=2", FALSE, FALSE},
      {"a@b;to-tag=1;to-tag=1;from-tag=2", FALSE, FALSE},
      {"a@b;to-tag=1;from-tag=2;from-tag=3", FALSE, FALSE},
      {"a@b;to-tag;from-tag=2", FALSE, FALSE},
      {"a@b;to-tag=;from-tag=2", FALSE, FALSE},
      {"a@b;to-tag=\"1\";from-tag=2", FALSE, FALSE},
      {"a@b;to-tag=1;from-tag=2;=", FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    SipReplaces replaces;
    gboolean is_good =
        sip_replaces_parse (sip_text_from_str (cases[i].value), &replaces, &error);

    if (is_good != cases[i].is_good)
      g_error ("%s", cases[i].value);
    if (!is_good) {
      g_assert_error (error, SIP_ERROR, SIP_ERROR_SYNTAX);
      continue;
    }
    g_assert_true (sip_text_equal_str (replaces.call_id, "a@b"));
    g_assert_true (sip_text_equal_str (replaces.to_tag, "1"));
    g_assert_true (sip_text_equal_str (replaces.from_tag, "2"));
    g_assert_cmpint (replaces.is_early_only, ==, cases[i].is_early_only);
  }
  g_assert_true (sip_replaces_tag_is (SIP_TEXT_LITERAL ("aB"), "aB"));
  g_assert_false (sip_replaces_tag_is (SIP_TEXT_LITERAL ("aB"), "ab"));
  g_assert_true (sip_replaces_tag_is (SIP_TEXT_LITERAL ("0"), ""));
  g_assert_false (sip_replaces_tag_is (SIP_TEXT_LITERAL ("1"), ""));
}

static SipMessage *
make_refer (const char *lines)
{
  g_autofree char *frame =
      g_strdup_printf ("REFER sip:a@b SIP/2.0\r\n"
                       "Via: SIP/2.0/WS x.invalid;branch=z9hG4bKx\r\n"
                       "From: <sip:b@c>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
                       "Call-ID: x\r\nCSeq: 1 REFER\r\n%s\r\n",
                       lines);
  g_autoptr (GError) error = NULL;
  SipMessage *message =
      sip_message_parse ((const guint8 *)frame, strlen (frame), NULL, &error);

  g_assert_no_error (error);
  return message;
}

#define REPLACES "?Replaces=i%40x%3Bto-tag%3D1%3Bfrom-tag%3D2"
#define WRITTEN "i@x;to-tag=1;from-tag=2"

static void
test_refer_to (void)
{
  static const struct {
    const char *lines;
    gboolean is_secure;
    guint status;
    const char *uri;
    const char *replaces;
  } cases[] = {
      {"Refer-To: <sip:c@d>\r\n", FALSE, 0, "sip:c@d", NULL},
      {"r: sip:c@d\r\n", FALSE, 0, "sip:c@d", NULL},
      {"Refer-To: \"C\" <sip:c@d:5070;transport=ws;gr=x>;y=z\r\n", FALSE, 0,
       "sip:c@d:5070;transport=ws;gr=x", NULL},
      {"Refer-To: <tel:+49-30-1>\r\n", FALSE, 0, "tel:+49-30-1", NULL},
      {"Refer-To: <sips:c@d>\r\n", TRUE, 0, "sips:c@d", NULL},
      {"Refer-To: <sips:c@d>\r\n", FALSE, 0, "sips:c@d", NULL},
      {"Refer-To: <sip:c@d;method=INVITE>\r\n", FALSE, 0, "sip:c@d", NULL},
      {"Refer-To: <sip:c@d" REPLACES ">\r\n", FALSE, 0, "sip:c@d", WRITTEN},
      {"Refer-To: <sip:c@d" REPLACES "%3Bearly-only%3Bx%3Dy>\r\n", FALSE, 0, "sip:c@d",
       WRITTEN ";early-only"},
      {"Refer-To: <sip:c@d" REPLACES "&Require=replaces&Authorization=x&Subject=y>\r\n",
       FALSE, 0, "sip:c@d", WRITTEN},
      /* What cannot be read is not looked at. */
      {"Refer-To: <sip:c@d?Replaces=1>\r\n", FALSE, 0, "sip:c@d", NULL},
      {"Refer-To: <sip:c@d?Replaces=>\r\n", FALSE, 0, "sip:c@d", NULL},
      {"Refer-To: <sip:c@d" REPLACES "%0d%0aX:1>\r\n", FALSE, 0, "sip:c@d", NULL},
      {"Refer-To: <sip:c@d" REPLACES "%00>\r\n", FALSE, 0, "sip:c@d", NULL},
      {"Refer-To: <sip:c@d?Authorization=x&Route=%3Csip:evil%3E>\r\n", FALSE, 0,
       "sip:c@d", NULL},
      {"", FALSE, 400, NULL, NULL},
      {"Refer-To: \r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: *\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: </\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: <sip:c@d>\r\nRefer-To: <sip:c@d>\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: <sip:c@d>\r\nr: <sip:e@d>\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: <sip:c@d>, <sip:e@d>\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: <sip:c:password@d>\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: <sip:c%0a@d>\r\n", FALSE, 400, NULL, NULL},
      {"Refer-To: <sip:c@d" REPLACES "&Replaces=i%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\n",
       FALSE, 400, NULL, NULL},
      {"Refer-To: <http://c.d/>\r\n", FALSE, 416, NULL, NULL},
      {"Refer-To: <mailto:c@d>\r\n", FALSE, 416, NULL, NULL},
      {"Refer-To: <sip:c@d;method=BYE>\r\n", FALSE, 403, NULL, NULL},
      {"Refer-To: <sip:c@d;method=invite>\r\n", FALSE, 403, NULL, NULL},
      {"Refer-To: <sip:c@d;method>\r\n", FALSE, 403, NULL, NULL},
      {"Refer-To: <sip:c@d>\r\n", TRUE, 403, NULL, NULL},
      {"Refer-To: <tel:+49301>\r\n", TRUE, 403, NULL, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SipMessage) refer = make_refer (cases[i].lines);
    g_auto (SipReferTo) target = {0};
    guint status = sip_refer_to_read (refer, cases[i].is_secure, &target);

    if (status != cases[i].status)
      g_error ("%s: %u", cases[i].lines, status);
    g_assert_cmpstr (target.uri, ==, cases[i].uri);
    g_assert_cmpstr (target.replaces, ==, cases[i].replaces);
  }
}

static void
test_sipfrag (void)
{
  static const struct {
    const char *body;
    gboolean is_good;
    guint status;
    const char *reason;
  } cases[] = {
      {"SIP/2.0 100 Trying\r\n", TRUE, 100, "Trying"},
      {"SIP/2.0 200 OK", TRUE, 200, "OK"},
      {"sip/2.0 200 OK\n", TRUE, 200, "OK"},
      {"SIP/2.0 200\r\n", TRUE, 200, NULL},
      {"SIP/2.0 200 \r\n", TRUE, 200, NULL},
      {"SIP/2.0 486 Busy Here\r\nTo: <sip:c@d>;tag=1\r\n\r\n", TRUE, 486, "Busy Here"},
      {"SIP/2.0 699 Gr\xc3\xbc\xc3\x9f\r\n", TRUE, 699, "Gr\xc3\xbc\xc3\x9f"},
      {"SIP/2.0 486 Gr\xff\r\n", TRUE, 486, "Gr"},
      {"From: <sip:a@b>\r\n", TRUE, 0, NULL},
      {"", FALSE, 0, NULL},
      {"\r\n", FALSE, 0, NULL},
      {"hello", FALSE, 0, NULL},
      {"SIP/2.0", FALSE, 0, NULL},
      {"SIP/2.0 ", FALSE, 0, NULL},
      {"SIP/3.0 200 OK", FALSE, 0, NULL},
      {"SIP/2.0 20", FALSE, 0, NULL},
      {"SIP/2.0 2000 OK", FALSE, 0, NULL},
      {"SIP/2.0 099 No", FALSE, 0, NULL},
      {"SIP/2.0 700 No", FALSE, 0, NULL},
      {"SIP/2.0 -20 No", FALSE, 0, NULL},
      {"SIP/2.0  200 OK", FALSE, 0, NULL},
      {"INVITE sip:a@b SIP/2.0\r\n", FALSE, 0, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *reason = NULL;
    SipSipfrag frag;
    gboolean is_good = sip_sipfrag_parse (sip_text_from_str (cases[i].body), &frag, NULL);

    if (is_good != cases[i].is_good || frag.status != cases[i].status)
      g_error ("%s: %d, %u", cases[i].body, is_good, frag.status);
    reason = sip_text_dup (frag.reason);
    g_assert_cmpstr (reason, ==, cases[i].reason);
  }
}

/* A long one is cut, and not in the middle of a character. */
static void
test_sipfrag_long (void)
{
  g_autoptr (GString) body = g_string_new ("SIP/2.0 486 x");
  SipSipfrag frag;

  for (guint i = 0; i < 100000; i++)
    g_string_append (body, "\xc3\xa4");
  g_assert_true (sip_sipfrag_parse (sip_text_new (body->str, body->len), &frag, NULL));
  g_assert_cmpuint (frag.reason.len, ==, SIP_SIPFRAG_MAX_REASON_BYTES - 1);
  g_assert_true (g_utf8_validate (frag.reason.s, (gssize)frag.reason.len, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-refer/replaces", test_replaces);
  g_test_add_func ("/sip-refer/refer-to", test_refer_to);
  g_test_add_func ("/sip-refer/sipfrag", test_sipfrag);
  g_test_add_func ("/sip-refer/sipfrag-long", test_sipfrag_long);
  return g_test_run ();
}
