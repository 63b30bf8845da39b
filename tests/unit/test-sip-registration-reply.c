/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "ua-fixture.h"

#include <string.h>

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* What a registrar says to a REGISTER, and what is made of it. */

static void
expect_granted_s (const char *contacts, gint64 expires_s)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_auto (GStrv) parts = NULL;
  g_autofree char *own = NULL;
  g_autofree char *more = NULL;
  const UaTold *told;

  /* "%" stands for the host of our own contact, "$" for its user. */
  own = g_strdup (sip_ua_get_contact (f.ua));
  parts = g_strsplit_set (own, ":@;", 4);
  {
    g_auto (GStrv) hosts = g_strsplit (contacts, "%", -1);
    g_autofree char *with_host = g_strjoinv (parts[2], hosts);
    g_auto (GStrv) users = g_strsplit (with_host, "$", -1);

    more = g_strjoinv (parts[1], users);
  }
  ua_fixture_respond (&f, first, 200, "x", more, NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpint (told->expires_at_us - f.now_us, ==, SECONDS (expires_s));
  ua_fixture_clear (&f);
}

#define OURS "+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-000000000001>\""
#define OTHERS "+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-00000000beef>\""

static void
test_several_bindings (void)
{
  /* By instance and reg-id, wherever it stands, and whatever the URI says. */
  expect_granted_s ("Contact: <sip:a@b.invalid>;expires=11\n"
                    "Contact: <sip:c@192.0.2.9:5060>;" OURS ";reg-id=1;expires=22, "
                    "<sip:d@e.invalid>;" OTHERS ";reg-id=1;expires=33\n",
                    22);
  expect_granted_s ("Contact: <sip:c@192.0.2.9:5060>;" OURS ";reg-id=1;expires=23\n"
                    "Contact: <sip:$@%;transport=ws>;expires=11\n",
                    23);
  /* Another flow of ours is not this one. */
  expect_granted_s ("Contact: <sip:a@b.invalid>;" OURS ";reg-id=2;expires=11\n"
                    "Contact: <sip:a@b.invalid>;" OURS ";reg-id=1;expires=44\n",
                    44);
  expect_granted_s ("Contact: <sip:a@b.invalid>;" OURS ";expires=55\n", 55);
  /* Case does not matter in an urn:uuid. */
  expect_granted_s ("Contact: <sip:a@b.invalid>;+sip.instance=\"<URN:UUID:00000000-0000-"
                    "4000-8000-000000000001>\";reg-id=1;expires=66\n",
                    66);
  /* By URI, where the registrar knows no instances. */
  expect_granted_s ("Contact: <sip:a@b.invalid>;expires=11\n"
                    "Contact: <sip:$@%;transport=ws>;expires=77\n",
                    77);
  /* Somebody else with our URI is somebody else. */
  expect_granted_s ("Contact: <sip:$@%;transport=ws>;" OTHERS ";expires=11\n"
                    "Expires: 88\n",
                    88);
  /* Rewritten beyond knowing: the reply counts all the same. */
  expect_granted_s ("Contact: <sip:alice@192.0.2.1:4711>;expires=11\nExpires: 99\n", 99);
  expect_granted_s ("Contact: <sip:alice@192.0.2.1:4711>;expires=11\n", 600);
  expect_granted_s ("", 600);
  /* Hostile ones. */
  expect_granted_s ("Contact: </\nContact: *\nContact: <>\nExpires: 90\n", 90);
  expect_granted_s ("Contact: <sip:a@b.invalid>;" OURS ";reg-id=1;expires=4294967295\n",
                    24 * 3600);
  expect_granted_s ("Contact: <sip:a@b.invalid>;+sip.instance=\"\\\";expires=1\n"
                    "Expires: 90\n",
                    90);
}

/* A server that grants a second is not asked every half second. */
static void
test_short_grants (void)
{
  static const guint grants[] = {0, 1, 5, 9, 29};

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++) {
    UaFixture f;
    g_autoptr (SipMessage) request = ua_fixture_begin (&f, &(UaOptions){0});
    guint n = 0;
    gint64 start_us = f.now_us;

    while (f.now_us - start_us < SECONDS (100)) {
      ua_fixture_grant (&f, request, grants[i]);
      ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
      n++;
      ua_fixture_advance (&f, MAX (SECONDS (5), SECONDS (grants[i]) / 2));
      sip_message_unref (g_steal_pointer (&request));
      request = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
    }
    g_assert_cmpuint (n, <=, 20);
    ua_fixture_drop (&f);
  }
}

static void
test_service_route (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) refresh = NULL;
  SipValueIter iter;
  SipText value;
  guint n = 0;

  ua_fixture_respond (&f, first, 200, "x",
                      "Service-Route: <sip:p1.example.org;lr>, <sip:p2.example.org;lr>\n"
                      "Service-Route: </, <sip:p3.example.org;lr>\n"
                      "Expires: 600\n",
                      NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  invite = ua_fixture_dial (&f, &call);
  sip_value_iter_init (&iter, invite, SIP_HEADER_ROUTE);
  while (sip_value_iter_next (&iter, &value)) {
    g_autofree char *want = g_strdup_printf ("<sip:p%u.example.org;lr>", ++n);

    g_assert_true (sip_text_equal_str (value, want));
  }
  g_assert_cmpuint (n, >=, 2); /* the rest of a broken line may be taken for broken */
  ua_fixture_drop (&f);
}

static void
test_gruu (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_respond (&f, first, 200, "x",
                      "Contact: <sip:a@b.invalid>;" OURS ";reg-id=1;expires=600;"
                      "pub-gruu=\"sip:alice@example.org;gr=urn:uuid:1\";"
                      "temp-gruu=\"sip:tgruu.1@example.org;gr\"\n",
                      NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpstr (sip_ua_get_contact (f.ua), ==, "sip:alice@example.org;gr=urn:uuid:1");
  invite = ua_fixture_dial (&f, &call);
  ua_expect_header (invite, SIP_HEADER_CONTACT, "<sip:alice@example.org;gr=urn:uuid:1>");
  /* One that asks for it is for us. */
  ua_fixture_receive (&f, "OPTIONS sip:alice@example.org;gr=urn:uuid:1 SIP/2.0\n"
                          "Via: SIP/2.0/WS e.invalid;branch=z9hG4bKo\n"
                          "From: <sip:b@example.org>;tag=1\nTo: <sip:alice@example.org>\n"
                          "Call-ID: o\nCSeq: 1 OPTIONS\nMax-Forwards: 70\n\n");
  ua_fixture_expect_response (&f, 200);
  ua_fixture_drop (&f);
}

static void
test_hostile_gruu (void)
{
  static const char *const gruus[] = {"sip:a@b>;x=<y",    "",     "tel:+49",
                                      "javascript:1",     "sip:", "<sip:a@b>",
                                      "sip:a@b\\\r\nX: 1"};

  for (guint i = 0; i < G_N_ELEMENTS (gruus); i++) {
    UaFixture f;
    g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
    g_autofree char *more = g_strdup_printf ("Contact: <sip:a@b.invalid>;" OURS
                                             ";reg-id=1;expires=600;pub-gruu=\"%s\"\n",
                                             gruus[i]);

    ua_fixture_respond (&f, first, 200, "x", more, NULL);
    g_assert_nonnull (strstr (sip_ua_get_contact (f.ua), ".invalid;transport=ws;ob"));
    ua_fixture_drop (&f);
  }
}

static void
test_flow_timer (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  ua_fixture_respond (&f, first, 200, "x", "Flow-Timer: 10\nExpires: 600\n", NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  sip_ua_pong (f.ua, f.now_us); /* anything heard: the new time counts from here */
  ua_fixture_pump (&f);
  ua_fixture_advance (&f, SECONDS (8));
  g_assert_cmpuint (f.n_pings, ==, 1);
  ua_fixture_clear (&f);
}

static void
test_no_outbound (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) second = NULL;
  g_autofree char *contact = NULL;

  ua_fixture_respond (&f, first, 439, "x", "", NULL);
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  contact = ua_header (second, SIP_HEADER_CONTACT);
  g_assert_null (strstr (contact, "reg-id"));
  g_assert_nonnull (strstr (contact, "+sip.instance"));
  ua_fixture_drop (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-registration-reply/several-bindings", test_several_bindings);
  g_test_add_func ("/sip-registration-reply/short-grants", test_short_grants);
  g_test_add_func ("/sip-registration-reply/service-route", test_service_route);
  g_test_add_func ("/sip-registration-reply/gruu", test_gruu);
  g_test_add_func ("/sip-registration-reply/hostile-gruu", test_hostile_gruu);
  g_test_add_func ("/sip-registration-reply/flow-timer", test_flow_timer);
  g_test_add_func ("/sip-registration-reply/no-outbound", test_no_outbound);
  return g_test_run ();
}
