/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include "sip-digest.h"

#include <string.h>

/* A token of another user as one's own, made-up tokens, tokens of another key. */
static void
test_tokens_are_checked (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autofree char *forged = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "steal", &caller, &callee);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "carol", "dddd");
  proxy_send_bye (&f, 3, "carol", "bob", caller, "steal");
  proxy_expect_status (&f, 3, 403);
  proxy_expect_nothing (&f, 2);

  forged = g_strdup (caller);
  strstr (forged, "sip:")[10] ^= 1;
  proxy_send_bye (&f, 1, "alice", "bob", forged, "forged");
  proxy_expect_status (&f, 1, 404);
  proxy_expect_nothing (&f, 2);

  f.config.key[0] ^= 1;
  proxy_fixture_restart (&f);
  proxy_open (&f, 4);
  proxy_open (&f, 5);
  proxy_register (&f, 4, "alice", "aaaa");
  proxy_register (&f, 5, "bob", "bbbb");
  proxy_send_bye (&f, 4, "alice", "bob", caller, "key");
  proxy_expect_status (&f, 4, 404);
  proxy_expect_nothing (&f, 5);
  proxy_fixture_clear (&f);
}

/* Without having said who it is, a connection is challenged, in a dialog too. */
static void
test_stranger (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) challenge = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "stranger", &caller, &callee);
  proxy_open (&f, 3);
  proxy_invite (&f, 3, "alice", "bob", "strange");
  challenge = proxy_take_status (&f, 3, 407);
  g_assert_cmpuint (sip_message_count_values (challenge, SIP_HEADER_PROXY_AUTHENTICATE),
                    >=, 2);
  proxy_send_bye (&f, 3, "alice", "bob", caller, "stranger");
  proxy_expect_status (&f, 3, 407);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* An INVITE may be the first word of a user who registers nothing. */
static void
test_invite_with_credentials (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) challenge = NULL;
  g_autoptr (SipDigestSession) session = NULL;
  SipDigestChallenge chosen;
  g_autofree char *credentials = NULL;

  proxy_fixture_start (&f);
  proxy_open (&f, 3);
  proxy_invite (&f, 3, "carol", "bob", "first");
  challenge = proxy_take_status (&f, 3, 407);
  g_assert_true (
      sip_digest_choose (challenge, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, NULL));
  g_assert_cmpint (chosen.algorithm, ==, SIP_DIGEST_SHA_256);
  session = sip_digest_session_new (&chosen);
  credentials = sip_digest_session_sign (session, "carol", "secret-carol", "INVITE",
                                         "sip:bob@example.org", SIP_TEXT_LITERAL (""),
                                         "abcdefghijklmnopqrstuvwxyz");
  proxy_sendf (&f, 3,
               "INVITE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c3.invalid;branch=z9hG4bKsecond\r\n"
               "From: <sip:carol@example.org>;tag=c\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: first\r\nCSeq: 2 INVITE\r\nMax-Forwards: 70\r\n"
               "Contact: <sip:carol@c.invalid>\r\n"
               "Proxy-Authorization: %s\r\n\r\n",
               credentials);
  proxy_expect_status (&f, 3, 100);
  sip_message_unref (g_steal_pointer (&challenge));
  challenge = proxy_take_request (&f, 2, "INVITE");
  g_assert_false (sip_message_has_header (challenge, SIP_HEADER_PROXY_AUTHORIZATION));
  proxy_fixture_clear (&f);
}

static void
test_from_is_checked (void)
{
  ProxyFixture f;
  g_autoptr (TestEvent) event = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "carol", "bob", "spoof");
  proxy_expect_status (&f, 1, 403);
  proxy_expect_nothing (&f, 2);
  event = proxy_take_event (&f, SIP_PROXY_EVENT_REFUSED);
  g_assert_cmpuint (event->status, ==, 403);
  g_assert_cmpstr (event->aor, ==, "alice@example.org");
  g_assert_cmpstr (event->remote, ==, "192.0.2.1:1001");
  /* A To tag does not make it a request in a dialog. */
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKtagged\r\n"
               "From: <sip:carol@example.org>;tag=m\r\n"
               "To: <sip:bob@example.org>;tag=x\r\n"
               "Call-ID: tagged\r\nCSeq: 1 MESSAGE\r\n\r\n");
  proxy_expect_status (&f, 1, 403);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* A response must come from where the request went. */
static void
test_response_is_checked (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "carol", "dddd");
  proxy_invite (&f, 1, "alice", "bob", "inject");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 3, invite, 200, "carol");
  proxy_expect_nothing (&f, 1);
  proxy_answer (&f, 2, invite, 200, "bob");
  proxy_expect_status (&f, 1, 200);
  proxy_fixture_clear (&f);
}

/* With the right branch and not from its request: it leads nowhere, and is dropped. */
static void
test_response_of_another_request (void)
{
  static const struct {
    const char *via, *tag, *call_id, *cseq;
  } cases[] = {
      {"SIP/2.0/WS c1.invalid;branch=z9hG4bKother", "from-x", "x", "1 INVITE"},
      {"garbage", "from-x", "x", "1 INVITE"},
      {"SIP/2.0/WS c1.invalid;branch=z9hG4bKx", "other", "x", "1 INVITE"},
      {"SIP/2.0/WS c1.invalid;branch=z9hG4bKx", "from-x", "other", "1 INVITE"},
      {"SIP/2.0/WS c1.invalid;branch=z9hG4bKx", "from-x", "x", "2 INVITE"},
      {"SIP/2.0/WS c1.invalid;branch=z9hG4bKx", "from-x", "x", "1 BYE"},
  };
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "x");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    proxy_sendf (&f, 2,
                 "SIP/2.0 200 OK\r\nVia: %.*s\r\nVia: %s\r\n"
                 "From: <sip:alice@example.org>;tag=%s\r\n"
                 "To: <sip:bob@example.org>;tag=bob\r\nCall-ID: %s\r\nCSeq: %s\r\n\r\n",
                 SIP_TEXT_ARG (sip_message_get_via (invite)->text), cases[i].via,
                 cases[i].tag, cases[i].call_id, cases[i].cseq);
    proxy_expect_nothing (&f, 1);
  }
  proxy_answer (&f, 2, invite, 200, "bob");
  proxy_expect_status (&f, 1, 200);
  proxy_fixture_clear (&f);
}

static void
test_guest (void)
{
  ProxyFixture f;
  SipProxyPeer peer = {.host = "192.0.2.9", .port = 9, .guest = "guest-1@" DOMAIN};
  g_autoptr (SipMessage) response = NULL;
  g_autoptr (SipMessage) owner = NULL;

  proxy_fixture_start (&f);
  proxy_open_as (&f, 5, &peer);
  response = proxy_try_register (&f, 5, "guest-1", "", 1, "Contact: <sip:g@g.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  owner = proxy_try_register (&f, 5, "alice", "secret-alice", 1, "Contact: <sip:g@g>");
  g_assert_cmpuint (sip_message_get_status (owner), ==, 403);

  proxy_invite (&f, 5, "guest-1", "alice", "g-owner");
  proxy_expect_status (&f, 5, 100);
  sip_message_unref (proxy_take_request (&f, 1, "INVITE"));
  proxy_invite (&f, 5, "guest-1", "bob", "g-other");
  proxy_expect_status (&f, 5, 403);
  proxy_invite (&f, 5, "alice", "alice", "g-spoof");
  proxy_expect_status (&f, 5, 403);
  proxy_expect_nothing (&f, 2);

  proxy_invite (&f, 1, "alice", "guest-1", "to-guest");
  sip_message_unref (proxy_take_request (&f, 5, "INVITE"));
  proxy_fixture_clear (&f);
}

/* Nobody registers as the guest but over the guest's own connection. */
static void
test_guest_name_is_taken (void)
{
  SipProxyConfig config = {.flags = SIP_PROXY_FLAG_OPEN};
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  response = proxy_try_register (&f, 1, "guest-1", "", 1, "Contact: <sip:g@g.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 403);
  proxy_invite (&f, 1, "guest-1", "alice", "as-guest");
  proxy_expect_status (&f, 1, 403);
  proxy_fixture_clear (&f);
}

static void
test_open (void)
{
  SipProxyConfig config = {.flags = SIP_PROXY_FLAG_OPEN};
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;
  g_autoptr (SipMessage) other = NULL;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  response = proxy_try_register (&f, 1, "zoe", "", 1, "Contact: <sip:z@z.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  other = proxy_try_register (&f, 1, "yves", "", 1, "Contact: <sip:z@z.invalid>");
  g_assert_cmpuint (sip_message_get_status (other), ==, 403);
  proxy_invite (&f, 2, "anna", "zoe", "open");
  proxy_expect_status (&f, 2, 100);
  sip_message_unref (proxy_take_request (&f, 1, "INVITE"));
  proxy_invite (&f, 2, "anna", "nobody", "open-2");
  proxy_expect_status (&f, 2, 404);
  proxy_fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/tokens-are-checked", test_tokens_are_checked);
  g_test_add_func ("/proxy/stranger", test_stranger);
  g_test_add_func ("/proxy/invite-with-credentials", test_invite_with_credentials);
  g_test_add_func ("/proxy/from-is-checked", test_from_is_checked);
  g_test_add_func ("/proxy/response-is-checked", test_response_is_checked);
  g_test_add_func ("/proxy/response-of-another-request",
                   test_response_of_another_request);
  g_test_add_func ("/proxy/guest", test_guest);
  g_test_add_func ("/proxy/guest-name-is-taken", test_guest_name_is_taken);
  g_test_add_func ("/proxy/open", test_open);
  return g_test_run ();
}
