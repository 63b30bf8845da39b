/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include <string.h>

/* ---- Calls ---- */

static void
test_call (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (TestEvent) event = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "call-1", &caller, &callee);
  proxy_wait (&f, SECONDS (40));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_send_bye (&f, 2, "bob", "alice", callee, "call-1");
  bye = proxy_take_request (&f, 1, "BYE");
  proxy_answer (&f, 1, bye, 200, NULL);
  proxy_expect_status (&f, 2, 200);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);

  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_STARTED));
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ANSWERED));
  event = proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ENDED);
  g_assert_cmpint (event->duration_us, ==, SECONDS (40));
  proxy_fixture_clear (&f);
}

/* The INVITE that arrives: our Via on top, Max-Forwards one less, to the contact. */
static void
test_what_is_sent_on (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *via = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "sent-on");
  invite = proxy_take_request (&f, 2, "INVITE");
  uri = sip_text_dup (sip_message_get_request_uri (invite)->text);
  via = sip_text_dup (sip_message_get_via (invite)->host);
  g_assert_cmpstr (uri, ==, "sip:bob-2@x2.invalid;transport=ws");
  g_assert_cmpstr (via, ==, DOMAIN);
  g_assert_cmpint (sip_message_get_max_forwards (invite), ==, 69);
  g_assert_cmpuint (sip_message_count_values (invite, SIP_HEADER_VIA), ==, 2);
  g_assert_cmpuint (sip_message_count_values (invite, SIP_HEADER_RECORD_ROUTE), ==, 2);
  g_assert_cmpuint (sip_message_get_body (invite).len, ==, 5);
  proxy_fixture_clear (&f);
}

static void
test_busy (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (TestEvent) event = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "busy");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 486, "b");
  proxy_expect_status (&f, 1, 486);
  /* Hop by hop: Bob has his ACK from the proxy, Alice's ends here. */
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  proxy_ack_failure (&f, "busy");
  proxy_expect_nothing (&f, 2);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  event = proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ENDED);
  g_assert_cmpuint (event->status, ==, 486);
  proxy_fixture_clear (&f);
}

static void
send_cancel (ProxyFixture *f, const char *id)
{
  proxy_sendf (f, 1,
               "CANCEL sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bK%s\r\n"
               "From: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>\r\n"
               "Reason: SIP;cause=487;text=\"Enough\"\r\n"
               "Call-ID: %s\r\nCSeq: 1 CANCEL\r\n\r\n",
               id, id, id);
}

static void
test_cancel (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) cancel = NULL;
  g_autofree char *reason = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "cancel");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  send_cancel (&f, "cancel");
  proxy_expect_status (&f, 1, 200);
  proxy_expect_nothing (&f, 2); /* RFC 3261 §9.1: not before a 1xx */
  proxy_answer (&f, 2, invite, 180, "b");
  cancel = proxy_take_request (&f, 2, "CANCEL");
  reason = proxy_dup_header (cancel, SIP_HEADER_REASON);
  g_assert_cmpstr (reason, ==, "SIP;cause=487;text=\"Enough\"");
  g_assert_true (sip_text_equal (sip_message_get_via (cancel)->branch,
                                 sip_message_get_via (invite)->branch));
  proxy_answer (&f, 2, cancel, 200, "b");
  proxy_answer (&f, 2, invite, 487, "b");
  proxy_expect_status (&f, 1, 487);
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  proxy_wait (&f, SECONDS (33));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* The CANCEL and the 200 cross: the call is up, and the caller's BYE ends it. */
static void
test_cancel_race (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "race");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_expect_status (&f, 1, 180);
  send_cancel (&f, "race");
  proxy_expect_status (&f, 1, 200);
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_expect_status (&f, 1, 200);
  /* sent again until its ACK */
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_expect_status (&f, 1, 200);
  proxy_fixture_clear (&f);
}

static void
test_cancel_unknown (void)
{
  ProxyFixture f;

  proxy_fixture_start (&f);
  send_cancel (&f, "never");
  proxy_expect_status (&f, 1, 481);
  proxy_fixture_clear (&f);
}

static void
test_no_answer (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "silent");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_wait (&f, SECONDS (33)); /* timer B */
  proxy_expect_status (&f, 1, 408);

  proxy_invite (&f, 1, "alice", "bob", "ringing");
  proxy_expect_status (&f, 1, 100);
  sip_message_unref (g_steal_pointer (&invite));
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_expect_status (&f, 1, 180);
  proxy_wait (&f, SECONDS (184));
  proxy_expect_nothing (&f, 2);
  proxy_wait (&f, SECONDS (2)); /* timer C */
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, invite, 487, "b");
  proxy_expect_status (&f, 1, 408);
  proxy_fixture_clear (&f);
}

/* RFC 4320: a 408 to anything but INVITE helps nobody. */
static void
test_no_answer_to_message (void)
{
  ProxyFixture f;

  proxy_fixture_start (&f);
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKmessage\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: message\r\nCSeq: 1 MESSAGE\r\n\r\n");
  sip_message_unref (proxy_take_request (&f, 2, "MESSAGE"));
  proxy_wait (&f, SECONDS (33));
  proxy_expect_nothing (&f, 1);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/call", test_call);
  g_test_add_func ("/proxy/what-is-sent-on", test_what_is_sent_on);
  g_test_add_func ("/proxy/busy", test_busy);
  g_test_add_func ("/proxy/cancel", test_cancel);
  g_test_add_func ("/proxy/cancel-race", test_cancel_race);
  g_test_add_func ("/proxy/cancel-unknown", test_cancel_unknown);
  g_test_add_func ("/proxy/no-answer", test_no_answer);
  g_test_add_func ("/proxy/no-answer-to-message", test_no_answer_to_message);
  return g_test_run ();
}
