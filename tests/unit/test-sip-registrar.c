/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include "sip-digest.h"
#include "sip-flow-token.h"
#include "sip-proxy-private.h"

#include <string.h>

#define FLOW ";+sip.instance=\"<urn:uuid:aaaa>\";reg-id=1"

static SipMessage *
try_contact (ProxyFixture *f, guint cseq, const char *contact)
{
  return proxy_try_register (f, 1, "alice", "secret-alice", cseq, contact);
}

static void
expect (ProxyFixture *f, guint cseq, const char *contact, guint status, guint n_contacts)
{
  g_autoptr (SipMessage) response = try_contact (f, cseq, contact);

  g_assert_cmpuint (sip_message_get_status (response), ==, status);
  if (status == 200)
    g_assert_cmpuint (sip_message_count_values (response, SIP_HEADER_CONTACT), ==,
                      n_contacts);
}

static void
test_outbound (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;
  g_autoptr (TestEvent) event = NULL;
  SipNameAddr addr;
  SipText gruu;

  proxy_fixture_open (&f);
  response = try_contact (&f, 1, "Contact: <sip:a@x.invalid;transport=ws>" FLOW);
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  g_assert_true (sip_message_has_token (response, SIP_HEADER_REQUIRE, "outbound"));
  g_assert_true (sip_message_has_token (response, SIP_HEADER_SUPPORTED, "path"));
  g_assert_false (sip_message_has_header (response, SIP_HEADER_DATE));
  g_assert_true (sip_name_addr_parse (
      sip_message_get_header (response, SIP_HEADER_CONTACT), &addr, NULL));
  g_assert_true (sip_text_equal_str (addr.uri.text, "sip:a@x.invalid;transport=ws"));
  g_assert_cmpuint (sip_message_get_contact_expires (response, &addr, 0), ==, 600);
  g_assert_true (sip_params_get (addr.params, "pub-gruu", &gruu));
  g_assert_true (sip_text_equal_str (gruu, "\"sip:alice@example.org;gr=urn:uuid:aaaa\""));
  event = proxy_take_event (&f, SIP_PROXY_EVENT_REGISTERED);
  g_assert_cmpstr (event->aor, ==, "alice@example.org");
  g_assert_cmpstr (event->remote, ==, "192.0.2.1:1001");
  proxy_fixture_clear (&f);
}

/* The same instance and reg-id: one binding, whatever its contact and connection. */
static void
test_replaces_its_own (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;

  proxy_fixture_open (&f);
  expect (&f, 1, "Contact: <sip:a@x.invalid>" FLOW, 200, 1);
  expect (&f, 3, "Contact: <sip:b@y.invalid>" FLOW, 200, 1);
  expect (&f, 5, "Contact: <sip:b@y.invalid>;+sip.instance=\"<urn:uuid:aaaa>\";reg-id=2",
          200, 2);
  proxy_open (&f, 2);
  response = proxy_try_register (&f, 2, "alice", "secret-alice", 1,
                                 "Contact: <sip:c@z.invalid>" FLOW);
  g_assert_cmpuint (sip_message_count_values (response, SIP_HEADER_CONTACT), ==, 2);
  proxy_fixture_clear (&f);
}

/* Without outbound a contact is known by its URI (RFC 3261 §19.1.4). */
static void
test_by_uri (void)
{
  ProxyFixture f;

  proxy_fixture_open (&f);
  expect (&f, 1, "Contact: <sip:a@phone.example>", 200, 1);
  expect (&f, 3, "Contact: <sip:a@PHONE.example>", 200, 1);
  expect (&f, 5, "Contact: <sip:other@phone.example>", 200, 2);
  expect (&f, 7, "Contact: <sip:a@phone.example>;expires=0", 200, 1);
  expect (&f, 9, "", 200, 1);
  proxy_fixture_clear (&f);
}

static void
test_expires (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;
  g_autofree char *min = NULL;

  proxy_fixture_open (&f);
  response = try_contact (&f, 1, "Contact: <sip:a@x.invalid>;expires=59");
  g_assert_cmpuint (sip_message_get_status (response), ==, 423);
  min = proxy_dup_header (response, SIP_HEADER_MIN_EXPIRES);
  g_assert_cmpstr (min, ==, "60");
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==, 0);
  expect (&f, 3, "Contact: <sip:a@x.invalid>;expires=60", 200, 1);
  proxy_wait (&f, SECONDS (59));
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==, 1);
  proxy_wait (&f, SECONDS (2));
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==, 0);
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_EXPIRED));

  sip_message_unref (g_steal_pointer (&response));
  response = try_contact (&f, 5, "Contact: <sip:a@x.invalid>;expires=99999999999");
  g_assert_true (strstr (sip_message_get_frame (response).s, ";expires=3600") != NULL);
  proxy_fixture_clear (&f);
}

static void
test_star (void)
{
  ProxyFixture f;

  proxy_fixture_open (&f);
  expect (&f, 1, "Contact: <sip:a@x.invalid>", 200, 1);
  expect (&f, 3, "Contact: <sip:b@x.invalid>", 200, 2);
  expect (&f, 5, "Contact: *", 400, 0);
  expect (&f, 7, "Contact: *\r\nExpires: 60", 400, 0);
  expect (&f, 9, "Contact: *, <sip:a@x.invalid>\r\nExpires: 0", 400, 0);
  expect (&f, 11, "Contact: *\r\nExpires: 0", 200, 0);
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_UNREGISTERED));
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_UNREGISTERED));
  proxy_fixture_clear (&f);
}

/* A late REGISTER of the same Call-ID changes nothing. The Call-ID of the fixture is made of
 * the Contact line, and its CSeq is one more after the challenge. */
static void
test_order (void)
{
  ProxyFixture f;

  proxy_fixture_open (&f);
  expect (&f, 10, "Contact: <sip:a@x.invalid>", 200, 1);
  expect (&f, 10, "Contact: <sip:a@x.invalid>", 400, 1);
  expect (&f, 4, "Contact: <sip:a@x.invalid>", 400, 1);
  expect (&f, 11, "Contact: <sip:a@x.invalid>", 200, 1);
  proxy_fixture_clear (&f);
}

static void
test_caps (void)
{
  ProxyFixture f;
  g_autofree char *long_user = g_strnfill (2000, 'x');
  g_autofree char *long_contact =
      g_strdup_printf ("Contact: <sip:%s@x.invalid>", long_user);

  proxy_fixture_open (&f);
  for (guint i = 0; i < SIP_LOCATION_MAX_BINDINGS_PER_AOR; i++) {
    g_autofree char *contact = g_strdup_printf ("Contact: <sip:a%u@x.invalid>", i);
    expect (&f, 1 + 2 * i, contact, 200, i + 1);
  }
  expect (&f, 101, "Contact: <sip:more@x.invalid>", 403, 0);
  expect (&f, 103, "Contact: <sip:a1@x.invalid>;expires=0", 200, 9);
  expect (&f, 105, long_contact, 400, 0);
  proxy_fixture_clear (&f);
}

/* Those whose connection is gone make room, the oldest first; the others do not. */
static void
test_left_behind (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (TestEvent) removed = NULL;
  SipValueIter iter;
  SipText value;

  proxy_fixture_open (&f);
  for (guint i = 0; i < SIP_LOCATION_MAX_BINDINGS_PER_AOR; i++) {
    g_autofree char *contact = g_strdup_printf ("Contact: <sip:a%u@x.invalid>", i);
    expect (&f, 1 + 2 * i, contact, 200, i + 1);
  }
  proxy_open (&f, 2);
  second = proxy_try_register (&f, 2, "alice", "secret-alice", 1,
                               "Contact: <sip:b@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (second), ==, 403);
  proxy_close (&f, 1);
  first = proxy_try_register (&f, 2, "alice", "secret-alice", 3,
                              "Contact: <sip:b@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (first), ==, 200);
  g_assert_cmpuint (sip_message_count_values (first, SIP_HEADER_CONTACT), ==,
                    SIP_LOCATION_MAX_BINDINGS_PER_AOR);
  removed = proxy_take_event (&f, SIP_PROXY_EVENT_UNREGISTERED);
  g_assert_cmpstr (removed->aor, ==, "alice@example.org");
  sip_value_iter_init (&iter, first, SIP_HEADER_CONTACT);
  while (sip_value_iter_next (&iter, &value))
    g_assert_false (g_str_has_prefix (value.s, "<sip:a0@"));
  proxy_fixture_clear (&f);
}

/* Two are wanted and one could go: it stays. */
static void
test_no_room_for_all (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;

  proxy_fixture_open (&f);
  expect (&f, 1, "Contact: <sip:first@x.invalid>", 200, 1);
  proxy_close (&f, 1);
  proxy_open (&f, 2);
  for (guint i = 1; i < SIP_LOCATION_MAX_BINDINGS_PER_AOR; i++) {
    g_autofree char *contact = g_strdup_printf ("Contact: <sip:a%u@x.invalid>", i);

    sip_message_unref (
        proxy_try_register (&f, 2, "alice", "secret-alice", 1 + 2 * i, contact));
  }
  response = proxy_try_register (&f, 2, "alice", "secret-alice", 101,
                                 "Contact: <sip:b@x.invalid>, <sip:c@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 403);
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==,
                    SIP_LOCATION_MAX_BINDINGS_PER_AOR);
  proxy_fixture_clear (&f);
}

/* All or nothing: one bad contact, and none is registered. */
static void
test_atomic (void)
{
  ProxyFixture f;

  proxy_fixture_open (&f);
  expect (&f, 1, "Contact: <sip:a@x.invalid>, <sip:b@x.invalid>;expires=5", 423, 0);
  expect (&f, 3, "Contact: <sip:a@x.invalid>, <tel:+49>", 400, 0);
  expect (&f, 5, "Contact: <sip:a@x.invalid>, <sip:a@x.invalid>", 400, 0);
  expect (&f, 7,
          "Contact: <sip:a@x.invalid>" FLOW ", <sip:b@x.invalid>"
          ";+sip.instance=\"<urn:uuid:bbbb>\";reg-id=1",
          400, 0);
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==, 0);
  expect (&f, 9, "Contact: <sip:a@x.invalid>, <sip:b@x.invalid>", 200, 2);
  proxy_fixture_clear (&f);
}

static void
test_requirements (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;

  proxy_fixture_open (&f);
  response =
      try_contact (&f, 1, "Contact: <sip:a@x.invalid>\r\nRequire: outbound, fancy");
  g_assert_cmpuint (sip_message_get_status (response), ==, 420);
  g_assert_true (sip_message_has_token (response, SIP_HEADER_UNSUPPORTED, "fancy"));
  g_assert_false (sip_message_has_token (response, SIP_HEADER_UNSUPPORTED, "outbound"));
  /* RFC 5626 §6: behind a hop that does not know outbound. */
  expect (&f, 3,
          "Contact: <sip:a@x.invalid>" FLOW
          "\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKv",
          439, 0);
  proxy_fixture_clear (&f);
}

/* RFC 3327: the way to the address of record, and not to who is in a dialog. */
static void
test_path (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) ok = NULL;
  g_autoptr (SipMessage) bye = NULL;
  g_autofree char *path = NULL;
  g_autofree char *route = NULL;
  g_autofree char *caller = NULL;

  proxy_fixture_open (&f);
  response =
      try_contact (&f, 1, "Contact: <sip:a@x.invalid>\r\nPath: <sip:edge.invalid;lr>");
  path = proxy_dup_header (response, SIP_HEADER_PATH);
  g_assert_cmpstr (path, ==, "<sip:edge.invalid;lr>");
  proxy_open (&f, 2);
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_invite (&f, 2, "bob", "alice", "path");
  proxy_expect_status (&f, 2, 100);
  invite = proxy_take_request (&f, 1, "INVITE");
  route = proxy_dup_header (invite, SIP_HEADER_ROUTE);
  g_assert_cmpstr (route, ==, "<sip:edge.invalid;lr>");
  proxy_answer (&f, 1, invite, 200, "a");
  ok = proxy_take_status (&f, 2, 200);
  caller = proxy_dup_route (ok, TRUE);
  proxy_send_bye (&f, 2, "bob", "alice", caller, "path");
  bye = proxy_take_request (&f, 1, "BYE");
  g_assert_false (sip_message_has_header (bye, SIP_HEADER_ROUTE));
  proxy_fixture_clear (&f);
}

/* Bindings of others, up to the last but one. */
static void
fill_table (SipProxy *proxy)
{
  for (guint i = 0; i + 1 < SIP_LOCATION_MAX_BINDINGS; i++) {
    g_autofree char *aor = g_strdup_printf ("user%u@" DOMAIN, i);
    g_autofree char *token = sip_flow_token_make (proxy->key, aor, "x", 1);

    g_assert_true (
        sip_location_put (proxy->location, &(SipBinding){
                                               .aor = aor,
                                               .contact = (char *)"sip:x@y.invalid",
                                               .token = token,
                                               .call_id = (char *)"id",
                                               .remote = (char *)"192.0.2.1:5060",
                                               .transport = "ws",
                                               .expires_at_us = G_MAXINT64,
                                           }));
  }
}

/* Who finds the table full is told so, and is not left to believe in a binding. */
static void
test_full_table (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) full = NULL;

  proxy_fixture_init (&f, NULL);
  fill_table (f.proxy);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 1, "alice", "aaaa");
  full = proxy_try_register (&f, 2, "bob", "secret-bob", 1,
                             "Contact: <sip:bob@x.invalid;transport=ws>");
  g_assert_cmpuint (sip_message_get_status (full), ==, 503);
  proxy_register (&f, 1, "alice", "aaaa");
  proxy_fixture_clear (&f);
}

/* Numbers that are no numbers: an answer each, and the server lives. */
static void
test_hostile_numbers (void)
{
  static const char *const contacts[] = {
      "Contact: <sip:a@x.invalid>;expires=-1",
      "Contact: <sip:a@x.invalid>;expires=99999999999999999999",
      "Contact: <sip:a@x.invalid>;expires=%n%s",
      "Contact: <sip:a@x.invalid>;q=9999999999999",
      "Contact: <sip:a@x.invalid>;+sip.instance=\"<>\";reg-id=1",
      "Contact: <sip:a@x.invalid>;+sip.instance=;reg-id=99999999999999",
      "Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:x>\";reg-id=0",
      "Contact: <sip:a@x.invalid>;+sip.instance=\"<urn:x>\";reg-id=-1",
      "Contact: </",
      "Contact: \"\\",
      "Contact: <>",
      "Contact: sip:",
      "Contact: <sip:%00@x.invalid>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (contacts); i++) {
    ProxyFixture f;
    g_autoptr (SipMessage) response = NULL;

    g_test_message ("%s", contacts[i]);
    proxy_fixture_open (&f);
    response = try_contact (&f, 1, contacts[i]);
    g_assert_true (sip_message_get_status (response) == 200 ||
                   sip_message_get_status (response) == 400);
    expect (&f, 11, "Contact: <sip:good@x.invalid>", 200,
            1 + sip_proxy_get_n_bindings (f.proxy));
    proxy_fixture_clear (&f);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registrar/outbound", test_outbound);
  g_test_add_func ("/registrar/replaces-its-own", test_replaces_its_own);
  g_test_add_func ("/registrar/by-uri", test_by_uri);
  g_test_add_func ("/registrar/expires", test_expires);
  g_test_add_func ("/registrar/star", test_star);
  g_test_add_func ("/registrar/order", test_order);
  g_test_add_func ("/registrar/caps", test_caps);
  g_test_add_func ("/registrar/left-behind", test_left_behind);
  g_test_add_func ("/registrar/no-room-for-all", test_no_room_for_all);
  g_test_add_func ("/registrar/atomic", test_atomic);
  g_test_add_func ("/registrar/requirements", test_requirements);
  g_test_add_func ("/registrar/path", test_path);
  g_test_add_func ("/registrar/hostile-numbers", test_hostile_numbers);
  g_test_add_func ("/registrar/full-table", test_full_table);
  return g_test_run ();
}
