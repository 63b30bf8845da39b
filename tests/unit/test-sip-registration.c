/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-registration.h"

#include <string.h>

#include "sip-text.h"
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- What is sent ---- */

static void
test_request (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  ua_expect_header (first, SIP_HEADER_VIA, "SIP/2.0/WS *.invalid;branch=z9hG4bK*");
  ua_expect_header (first, SIP_HEADER_TO, "<sip:alice@example.org>");
  ua_expect_header (first, SIP_HEADER_FROM, "*Alice* <sip:alice@example.org>;tag=*");
  ua_expect_header (
      first, SIP_HEADER_CONTACT,
      "<sip:*@*.invalid;transport=ws>;+sip.instance=\"<urn:uuid:00000000-0000-"
      "4000-8000-000000000001>\";reg-id=1;expires=600");
  ua_expect_header (first, SIP_HEADER_SUPPORTED,
                    "gruu, norefersub, outbound, path, replaces");
  ua_expect_header (first, SIP_HEADER_EXPIRES, "600");
  g_assert_false (sip_message_has_header (first, SIP_HEADER_AUTHORIZATION));
  g_assert_false (sip_message_has_header (first, SIP_HEADER_ROUTE));
  ua_fixture_grant (&f, first, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_clear (&f);
}

static void
test_secure (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first =
      ua_fixture_begin (&f, &(UaOptions){.flags = SIP_UA_FLAG_SECURE});

  ua_expect_header (first, SIP_HEADER_VIA, "SIP/2.0/WSS *.invalid;branch=z9hG4bK*");
  ua_expect_header (first, SIP_HEADER_CONTACT, "<sip:*@*.invalid;transport=ws>*");
  ua_fixture_drop (&f);
}

static void
never (guint8 *bytes, gsize length, gpointer data)
{
  g_assert_not_reached ();
}

/* RFC 5630 §5.1.1.1: what is registered under a sips: address is sips:, and over nothing
 * but TLS. A call to a sip: address is none of its. */
static void
test_secure_address (void)
{
  const UaOptions options = {.aor = "sips:alice@example.org",
                             .flags = SIP_UA_FLAG_SECURE};
  const SipUaConfig plain = {
      .aor = options.aor, .instance_id = "urn:uuid:0", .random = never};
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &options);
  g_autoptr (SipMessage) invite = NULL;

  ua_expect_target (first, "sips:example.org");
  ua_expect_header (first, SIP_HEADER_TO, "<sips:alice@example.org>");
  ua_expect_header (first, SIP_HEADER_CONTACT, "<sips:*@*.invalid;transport=ws>*");
  ua_fixture_grant (&f, first, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  invite = ua_fixture_dial (&f, &call);
  ua_expect_header (invite, SIP_HEADER_CONTACT, "<sip:*.invalid;transport=ws;ob>");
  ua_fixture_drop (&f);
  g_assert_null (sip_ua_new (&plain, 0));
}

static void
expect_nc (const SipMessage *request, const char *nonce, const char *nc)
{
  g_autofree char *value = ua_header (request, SIP_HEADER_AUTHORIZATION);
  g_autofree char *nonce_is = g_strdup_printf ("nonce=\"%s\"", nonce);
  g_autofree char *nc_is = g_strdup_printf ("nc=%s", nc);

  g_assert_nonnull (strstr (value, "Digest "));
  g_assert_nonnull (strstr (value, nonce_is));
  g_assert_nonnull (strstr (value, nc_is));
}

/* A refresh carries the credentials unasked, with the count going up. */
static void
test_refresh (void)
{
  UaFixture f;
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) third = NULL;
  g_autoptr (SipMessage) fourth = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  ua_fixture_advance (&f, SECONDS (299));
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (242));
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_nc (second, "n1", "00000002");
  /* The nonce is too old now: one more round, and the user learns nothing of it. */
  ua_fixture_challenge (&f, second, 401, "example.org", "n2", ", stale=true");
  third = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_nc (third, "n2", "00000001");
  ua_fixture_grant (&f, third, 20);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_advance (&f, SECONDS (10));
  fourth = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_nc (fourth, "n2", "00000002");
  ua_fixture_drop (&f);
}

/* ---- Refused ---- */

static void
test_wrong_password (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) again = NULL;
  const UaTold *told;

  ua_fixture_challenge (&f, first, 401, "example.org", "n1", "");
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_challenge (&f, second, 401, "example.org", "n2", "");
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_REFUSED);
  g_assert_cmpuint (told->status, ==, 401);
  g_assert_cmpint (told->retry_at_us, ==, 0);
  ua_fixture_advance (&f, SECONDS (20));
  ua_fixture_expect_silence (&f);
  sip_ua_set_credentials (f.ua, NULL, "another", f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  again = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  g_assert_false (sip_message_has_header (again, SIP_HEADER_AUTHORIZATION));
  ua_fixture_clear (&f);
}

/* Our answer to just this nonce was wrong: the same answer is not given again. */
static void
test_password_changed_there (void)
{
  UaFixture f;
  g_autoptr (SipMessage) refresh = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  ua_fixture_advance (&f, SECONDS (541));
  refresh = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_challenge (&f, refresh, 401, "example.org", "n1", "");
  ua_fixture_expect_silence (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REFUSED);
  ua_fixture_drop (&f);
}

static void
test_refused (void)
{
  static const guint statuses[] = {403, 404};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    UaFixture f;
    g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
    const UaTold *told;

    ua_fixture_respond (&f, first, statuses[i], "x", "", NULL);
    told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
    g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_REFUSED);
    g_assert_cmpuint (told->status, ==, statuses[i]);
    ua_fixture_advance (&f, SECONDS (3));
    /* The server hangs up: nobody calls it again. */
    sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_NORMAL, 0, f.now_us);
    ua_fixture_pump (&f);
    ua_fixture_advance (&f, SECONDS (3600));
    ua_fixture_expect_silence (&f);
    ua_fixture_expect_nothing_told (&f);
    /* But the user may: with another password, or once more. */
    if (i == 0)
      sip_ua_set_credentials (f.ua, NULL, "another", f.now_us);
    else
      sip_ua_start (f.ua, f.now_us);
    ua_fixture_pump (&f);
    ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
    sip_ua_flow_opened (f.ua, f.now_us);
    ua_fixture_pump (&f);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
    ua_fixture_expect_request (&f, SIP_METHOD_REGISTER);
    ua_fixture_clear (&f);
  }
}

static void
test_no_password (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  sip_ua_set_credentials (f.ua, NULL, NULL, f.now_us);
  ua_fixture_pump (&f);
  sip_message_unref (g_steal_pointer (&first));
  first = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_challenge (&f, first, 401, "example.org", "n1", "");
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REFUSED);
  ua_fixture_clear (&f);
}

/* A stale nonce at the second try says nothing about the password. */
static void
test_stale_twice (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) third = NULL;

  ua_fixture_challenge (&f, first, 401, "example.org", "n1", ", stale=true");
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_challenge (&f, second, 401, "example.org", "n2", ", stale=true");
  ua_fixture_expect_silence (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  ua_fixture_advance (&f, SECONDS (6));
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  third = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_drop (&f);
}

static void
challenge_md5 (UaFixture *f, const SipMessage *request, const char *nonce)
{
  g_autofree char *line = g_strdup_printf ("WWW-Authenticate: Digest realm=\"example."
                                           "org\", nonce=\"%s\", algorithm=MD5\n",
                                           nonce);

  ua_fixture_respond (f, request, 401, "x", line, NULL);
}

static void
test_md5 (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  challenge_md5 (&f, first, "n1");
  ua_fixture_expect_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_drop (&f);
  sip_message_unref (g_steal_pointer (&first));
  first = ua_fixture_begin (&f, &(UaOptions){.flags = SIP_UA_FLAG_REFUSE_MD5});
  challenge_md5 (&f, first, "n1");
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REFUSED);
  ua_fixture_clear (&f);
}

/* Who once spoke SHA-256 is not answered in MD5 any more. */
static void
test_downgrade (void)
{
  UaFixture f;
  g_autoptr (SipMessage) refresh = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  ua_fixture_advance (&f, SECONDS (541));
  refresh = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  challenge_md5 (&f, refresh, "n2");
  ua_fixture_expect_silence (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REFUSED);
  ua_fixture_drop (&f);
}

static void
test_basic (void)
{
  UaFixture f;
  const UaTold *told = NULL;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  ua_fixture_respond (&f, first, 401, "x",
                      "WWW-Authenticate: Basic realm=\"example.org\"\n", NULL);
  ua_fixture_expect_silence (&f);
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_REFUSED);
  g_assert_true (told->is_unanswerable);
  ua_fixture_clear (&f);
}

/* ---- Failed ---- */

static void
test_too_brief (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) second = NULL;

  ua_fixture_respond (&f, first, 423, "x", "Min-Expires: 1800\n", NULL);
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_expect_header (second, SIP_HEADER_EXPIRES, "1800");
  /* The same again is no reason to ask a third time at once. */
  ua_fixture_respond (&f, second, 423, "x", "Min-Expires: 1800\n", NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  ua_fixture_clear (&f);
}

static void
expect_wait (const char *header, guint status, gint64 least_us, gint64 most_us)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  const UaTold *told;
  gint64 wait_us;

  ua_fixture_respond (&f, first, status, "x", header, NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
  g_assert_cmpuint (told->status, ==, status);
  wait_us = told->retry_at_us - f.now_us;
  g_assert_cmpint (wait_us, >=, least_us);
  g_assert_cmpint (wait_us, <=, most_us);
  ua_fixture_drop (&f);
}

static void
test_waits (void)
{
  expect_wait ("", 500, SECONDS (5), SECONDS (30));
  expect_wait ("", 503, SECONDS (5), SECONDS (30));
  expect_wait ("Retry-After: 100\n", 503, SECONDS (100), SECONDS (108));
  expect_wait ("Retry-After: 100 (later);duration=5\n", 480, SECONDS (100),
               SECONDS (108));
  expect_wait ("Retry-After: 2147483648\n", 503, SECONDS (3600), SECONDS (3608));
  expect_wait ("Retry-After: 99999999999999999999\n", 503, SECONDS (5), SECONDS (3608));
  expect_wait ("Retry-After: -5\n", 503, SECONDS (5), SECONDS (30));
  expect_wait ("Contact: <sip:elsewhere.org>\n", 302, SECONDS (30), SECONDS (60));
}

static gint64
take_wait_us (UaFixture *f)
{
  const UaTold *told = ua_fixture_take (f, SIP_OUTPUT_REGISTRATION);

  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
  return told->retry_at_us - f->now_us;
}

/* Each wait is longer than the one before, and the first after a success is short again. */
static void
test_waits_grow (void)
{
  UaFixture f;
  g_autoptr (SipMessage) request = ua_fixture_begin (&f, &(UaOptions){0});
  gint64 wait_us = 0;

  for (guint i = 0; i < 6; i++) {
    ua_fixture_respond (&f, request, 500, "x", "", NULL);
    wait_us = take_wait_us (&f);
    ua_fixture_advance (&f, wait_us);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
    sip_message_unref (request);
    request = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  }
  g_assert_cmpint (wait_us, >=, SECONDS (15));
  ua_fixture_grant (&f, request, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  while (g_queue_is_empty (&f.sent)) /* until it is refreshed */
    ua_fixture_advance (&f, SECONDS (1));
  sip_message_unref (request);
  request = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_respond (&f, request, 500, "x", "", NULL);
  g_assert_cmpint (take_wait_us (&f), <=, SECONDS (5));
  ua_fixture_drop (&f);
}

/* Retry-After holds, even if the flow breaks and comes back meanwhile. */
static void
test_retry_after_over_flows (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  ua_fixture_respond (&f, first, 503, "x", "Retry-After: 100\n", NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  sip_ua_network_changed (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  sip_ua_flow_opened (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  ua_fixture_expect_silence (&f);
  ua_fixture_drop (&f);
}

/* The user does not have to wait for it, whether the flow is up or not. */
static void
test_retry_after_and_the_user (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) third = NULL;

  ua_fixture_respond (&f, first, 503, "x", "Retry-After: 100\n", NULL);
  sip_ua_start (f.ua, f.now_us);
  ua_fixture_pump (&f);
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_respond (&f, second, 503, "x", "Retry-After: 100\n", NULL);
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_LOST, 0, f.now_us);
  sip_ua_start (f.ua, f.now_us);
  sip_ua_flow_opened (f.ua, f.now_us);
  ua_fixture_pump (&f);
  third = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_drop (&f);
}

/* No reply in 32 s: nobody answers on this flow, so it is opened anew. */
static void
test_silence (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &(UaOptions){0});

  ua_fixture_advance (&f, SECONDS (31));
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_advance (&f, SECONDS (1));
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  ua_fixture_clear (&f);
}

/* ---- The flow ---- */

static void
test_told_by_name (void)
{
  static const SipFlowClose whys[] = {SIP_FLOW_CLOSE_REFUSED, SIP_FLOW_CLOSE_POLICY};

  for (guint i = 0; i < G_N_ELEMENTS (whys); i++) {
    UaFixture f;
    const UaTold *told;

    ua_fixture_init (&f, &(UaOptions){0});
    ua_fixture_register (&f);
    ua_fixture_advance (&f, SECONDS (10));
    sip_ua_flow_closed (f.ua, whys[i], 0, f.now_us);
    ua_fixture_pump (&f);
    told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
    g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
    g_assert_cmpint (told->close, ==, whys[i]);
    g_assert_cmpuint (told->status, ==, 0);
    g_assert_cmpint (told->retry_at_us - f.now_us, >=, SECONDS (30));
    ua_fixture_advance (&f, SECONDS (29));
    ua_fixture_expect_nothing_told (&f);
    /* The user may. */
    sip_ua_start (f.ua, f.now_us);
    ua_fixture_pump (&f);
    ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
    ua_fixture_clear (&f);
  }
}

/* Credentials go with the first REGISTER of the new flow, the names stay. */
static void
test_again_on_new_flow (void)
{
  UaFixture f;
  g_autoptr (SipMessage) again = NULL;
  g_autofree char *contact = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  contact = g_strdup (sip_ua_get_contact (f.ua));
  ua_fixture_advance (&f, SECONDS (10));
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_LOST, 0, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  sip_ua_flow_opened (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  again = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_nc (again, "n1", "00000002");
  g_assert_cmpstr (sip_ua_get_contact (f.ua), ==, contact);
  ua_fixture_clear (&f);
}

static void
test_unregister (void)
{
  UaFixture f;
  g_autoptr (SipMessage) removal = NULL;
  const UaTold *told;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_UNREGISTERING);
  removal = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_expect_header (removal, SIP_HEADER_EXPIRES, "0");
  ua_expect_header (removal, SIP_HEADER_CONTACT, "<sip:*>*;expires=0");
  ua_fixture_respond (&f, removal, 200, "x", "", NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_OFFLINE);
  g_assert_cmpint (told->expires_at_us, ==, 0);
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (&f, SIP_OUTPUT_STOPPED);
  ua_fixture_advance (&f, SECONDS (1000));
  ua_fixture_clear (&f);
}

static void
test_unregister_without_reply (void)
{
  UaFixture f;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_UNREGISTERING);
  ua_fixture_expect_request (&f, SIP_METHOD_REGISTER);
  sip_ua_start (f.ua, f.now_us); /* the user thinks again */
  ua_fixture_pump (&f);
  ua_fixture_advance (&f, SECONDS (2));
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_OFFLINE);
  ua_fixture_take (&f, SIP_OUTPUT_STOPPED);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  ua_fixture_clear (&f);
}

static void
test_without_register (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  const UaTold *told;

  ua_fixture_init (&f, &(UaOptions){.flags = SIP_UA_FLAG_NO_REGISTER});
  ua_fixture_open (&f);
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpint (told->expires_at_us, ==, 0);
  invite = ua_fixture_dial (&f, &call);
  sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_expect_end (&f, call, SIP_END_CANCELLED_HERE, 0);
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_OFFLINE);
  ua_fixture_advance (&f, SECONDS (2));
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (&f, SIP_OUTPUT_STOPPED);
  ua_fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-registration/request", test_request);
  g_test_add_func ("/sip-registration/secure", test_secure);
  g_test_add_func ("/sip-registration/secure-address", test_secure_address);
  g_test_add_func ("/sip-registration/refresh", test_refresh);
  g_test_add_func ("/sip-registration/wrong-password", test_wrong_password);
  g_test_add_func ("/sip-registration/password-changed-there",
                   test_password_changed_there);
  g_test_add_func ("/sip-registration/refused", test_refused);
  g_test_add_func ("/sip-registration/no-password", test_no_password);
  g_test_add_func ("/sip-registration/stale-twice", test_stale_twice);
  g_test_add_func ("/sip-registration/md5", test_md5);
  g_test_add_func ("/sip-registration/downgrade", test_downgrade);
  g_test_add_func ("/sip-registration/basic", test_basic);
  g_test_add_func ("/sip-registration/too-brief", test_too_brief);
  g_test_add_func ("/sip-registration/waits", test_waits);
  g_test_add_func ("/sip-registration/waits-grow", test_waits_grow);
  g_test_add_func ("/sip-registration/retry-after-and-the-user",
                   test_retry_after_and_the_user);
  g_test_add_func ("/sip-registration/retry-after-over-flows",
                   test_retry_after_over_flows);
  g_test_add_func ("/sip-registration/silence", test_silence);
  g_test_add_func ("/sip-registration/told-by-name", test_told_by_name);
  g_test_add_func ("/sip-registration/again-on-new-flow", test_again_on_new_flow);
  g_test_add_func ("/sip-registration/unregister", test_unregister);
  g_test_add_func ("/sip-registration/unregister-without-reply",
                   test_unregister_without_reply);
  g_test_add_func ("/sip-registration/without-register", test_without_register);
  return g_test_run ();
}
