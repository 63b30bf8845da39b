/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

/* Both flows are new when the call is hung up. */
static void
test_bye_over_new_flows (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "again", &caller, &callee);
  proxy_close (&f, 1);
  proxy_close (&f, 2);
  proxy_open (&f, 11);
  proxy_open (&f, 12);
  proxy_register (&f, 11, "alice", "aaaa");
  proxy_register (&f, 12, "bob", "bbbb");
  proxy_send_bye (&f, 12, "bob", "alice", callee, "again");
  bye = proxy_take_request (&f, 11, "BYE");
  proxy_answer (&f, 11, bye, 200, NULL);
  proxy_expect_status (&f, 12, 200);
  proxy_fixture_clear (&f);
}

/* The exchange itself was started anew in the middle of the call. */
static void
test_bye_after_restart (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "restart", &caller, &callee);
  proxy_fixture_restart (&f);
  proxy_open (&f, 21);
  proxy_open (&f, 22);
  proxy_register (&f, 21, "alice", "aaaa");
  proxy_register (&f, 22, "bob", "bbbb");
  proxy_send_bye (&f, 21, "alice", "bob", caller, "restart");
  bye = proxy_take_request (&f, 22, "BYE");
  proxy_answer (&f, 22, bye, 200, NULL);
  proxy_expect_status (&f, 21, 200);
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ENDED));
  proxy_fixture_clear (&f);
}

/* Alice is back after a restart, Bob is not yet: the BYE waits for him. */
static void
test_bye_waits_for_flow (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "wait", &caller, &callee);
  proxy_fixture_restart (&f);
  proxy_open (&f, 21);
  proxy_register (&f, 21, "alice", "aaaa");
  proxy_send_bye (&f, 21, "alice", "bob", caller, "wait");
  proxy_expect_nothing (&f, 21);
  proxy_wait (&f, SECONDS (5));
  proxy_open (&f, 22);
  proxy_register (&f, 22, "bob", "bbbb");
  bye = proxy_take_request (&f, 22, "BYE");
  proxy_answer (&f, 22, bye, 200, NULL);
  proxy_expect_status (&f, 21, 200);
  proxy_fixture_clear (&f);
}

static void
test_bye_waits_in_vain (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "vain", &caller, &callee);
  proxy_close (&f, 2);
  proxy_send_bye (&f, 1, "alice", "bob", caller, "vain");
  proxy_wait (&f, SECONDS (7));
  proxy_expect_nothing (&f, 1);
  proxy_wait (&f, SECONDS (2));
  proxy_expect_status (&f, 1, 430);
  proxy_fixture_clear (&f);
}

/* What was under way on a flow that dies fails at once. */
static void
test_callee_flow_dies (void)
{
  ProxyFixture f;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "dies");
  proxy_expect_status (&f, 1, 100);
  sip_message_unref (proxy_take_request (&f, 2, "INVITE"));
  proxy_close (&f, 2);
  proxy_expect_status (&f, 1, 480);
  proxy_invite (&f, 1, "alice", "bob", "gone");
  proxy_expect_status (&f, 1, 480); /* registered, and the flow is gone */
  proxy_fixture_clear (&f);
}

/* The caller's flow dies: Bob's phone must not ring on. */
static void
test_caller_flow_dies (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "left");
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_close (&f, 1);
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, invite, 487, "b");
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* Bob's phone comes back before anybody noticed that its connection was dead. */
static void
test_callee_flow_moves (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;

  proxy_fixture_start (&f);
  proxy_establish (&f, "moves", &caller, &callee);
  proxy_invite (&f, 1, "alice", "bob", "unheard");
  proxy_expect_status (&f, 1, 100);
  proxy_send_bye (&f, 1, "alice", "bob", caller, "moves");
  proxy_open (&f, 12);
  proxy_register (&f, 12, "bob", "bbbb");
  proxy_expect_status (&f, 1, 480);
  proxy_expect_status (&f, 1, 430);
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 0);
  proxy_expect_nothing (&f, 12);
  proxy_fixture_clear (&f);
}

/* The 200 and the caller's flow cross: it is brought to the next one. */
static void
test_ok_over_new_flow (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "late");
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_close (&f, 1);
  proxy_open (&f, 11);
  proxy_register (&f, 11, "alice", "aaaa");
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_expect_status (&f, 11, 200);
  proxy_fixture_clear (&f);
}

/* A caller who registered nothing has a token of its connection: it serves the callee's
 * BYE as long as that connection is there. */
static void
test_caller_without_binding (void)
{
  SipProxyConfig config = {.flags = SIP_PROXY_FLAG_OPEN};
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_establish (&f, "unbound", &caller, &callee);
  proxy_send_bye (&f, 2, "bob", "alice", callee, "unbound");
  bye = proxy_take_request (&f, 1, "BYE");
  proxy_answer (&f, 1, bye, 200, NULL);
  proxy_expect_status (&f, 2, 200);
  proxy_close (&f, 1);
  proxy_send_bye (&f, 2, "bob", "alice", callee, "unbound-2");
  proxy_wait (&f, SECONDS (9));
  proxy_expect_status (&f, 2, 430);
  proxy_fixture_clear (&f);
}

static void
test_call_to_oneself (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "alice", "self");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 1, "INVITE");
  proxy_answer (&f, 1, invite, 180, "s");
  proxy_expect_status (&f, 1, 180);
  proxy_close (&f, 1);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* Whom a request other than INVITE was sent to hears no CANCEL (RFC 3261 §9.1) when the one
 * who sent it is gone. */
static void
test_caller_gone_with_message (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) message = NULL;

  proxy_fixture_start (&f);
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKgone\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: gone\r\nCSeq: 1 MESSAGE\r\n\r\n");
  message = proxy_take_request (&f, 2, "MESSAGE");
  proxy_answer (&f, 2, message, 100, NULL);
  proxy_close (&f, 1);
  proxy_expect_nothing (&f, 2);
  proxy_answer (&f, 2, message, 200, "b");
  proxy_wait (&f, SECONDS (33));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/bye-over-new-flows", test_bye_over_new_flows);
  g_test_add_func ("/proxy/bye-after-restart", test_bye_after_restart);
  g_test_add_func ("/proxy/bye-waits-for-flow", test_bye_waits_for_flow);
  g_test_add_func ("/proxy/bye-waits-in-vain", test_bye_waits_in_vain);
  g_test_add_func ("/proxy/callee-flow-dies", test_callee_flow_dies);
  g_test_add_func ("/proxy/callee-flow-moves", test_callee_flow_moves);
  g_test_add_func ("/proxy/caller-flow-dies", test_caller_flow_dies);
  g_test_add_func ("/proxy/ok-over-new-flow", test_ok_over_new_flow);
  g_test_add_func ("/proxy/caller-without-binding", test_caller_without_binding);
  g_test_add_func ("/proxy/call-to-oneself", test_call_to_oneself);
  g_test_add_func ("/proxy/flows/caller-gone-with-message",
                   test_caller_gone_with_message);
  return g_test_run ();
}
