/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* The flow is lost. */

static void
lose_flow (UaFixture *f)
{
  sip_ua_flow_closed (f->ua, SIP_FLOW_CLOSE_LOST, 0, f->now_us);
  ua_fixture_pump (f);
}

static void
come_back (UaFixture *f)
{
  g_autoptr (SipMessage) again = NULL;

  sip_ua_flow_opened (f->ua, f->now_us);
  ua_fixture_pump (f);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERING);
  again = ua_fixture_take_request (f, SIP_METHOD_REGISTER);
  ua_fixture_expect_silence (f); /* nothing goes before it */
  ua_fixture_grant (f, again, 600);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERED);
}

static void
expect_reconnect (UaFixture *f)
{
  ua_fixture_take (f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_CONNECTING);
}

static void
test_lost_in_call (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (GError) error = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  lose_flow (&f);
  expect_reconnect (&f);
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NO_FLOW);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_silence (&f);
  come_back (&f);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  ua_fixture_clear (&f);
}

/* The BYE itself was under way: it goes again. */
static void
test_lost_with_bye (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) bye = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  lose_flow (&f);
  expect_reconnect (&f);
  come_back (&f);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 481, NULL, "", NULL);
  ua_fixture_clear (&f);
}

/* After three minutes without a flow the far end is left to its own watchdog. */
static void
test_lost_for_long (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_OVERLOADED, 300, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_advance (&f, SECONDS (310));
  expect_reconnect (&f);
  come_back (&f);
  ua_fixture_expect_silence (&f);
  ua_fixture_drop (&f);
}

static void
test_lost_calling (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_advance (&f, SECONDS (10));
  lose_flow (&f);
  ua_fixture_expect_end (&f, call, SIP_END_FLOW_LOST, 0);
  expect_reconnect (&f);
  come_back (&f);
  /* They had answered meanwhile; they are not left in a call with nobody. */
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

static void
test_lost_ringing (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  ua_fixture_advance (&f, SECONDS (10));
  lose_flow (&f);
  ua_fixture_expect_end (&f, call, SIP_END_FLOW_LOST, 0);
  expect_reconnect (&f);
  ua_fixture_clear (&f);
}

/* The 2xx was on its way, or its ACK: it is sent again over the new flow. */
static void
test_lost_before_ack (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  ua_fixture_advance (&f, SECONDS (10));
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  lose_flow (&f);
  expect_reconnect (&f);
  ua_fixture_advance (&f, SECONDS (1));
  ua_fixture_expect_silence (&f);
  come_back (&f);
  ua_fixture_advance (&f, SECONDS (4));
  answer = ua_fixture_take_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "ACK", 1, "", NULL);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_CONFIRMED)->session, ==, call);
  ua_fixture_drop (&f);
}

/* A re-INVITE that was under way has failed by name; its late 2xx gets an ACK. */
static void
test_lost_with_reinvite (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) ack = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  lose_flow (&f);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 503);
  expect_reconnect (&f);
  come_back (&f);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE)->status, ==, 503);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_ANSWER);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==, 2);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE)->status, ==, 200);
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_request (&f, SIP_METHOD_INVITE);
  ua_fixture_clear (&f);
}

static void
test_bye_again (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  first = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, first, 430, NULL, "", NULL);
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (2));
  second = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  g_assert_cmpuint (sip_message_get_cseq (second)->number, ==, 3);
  ua_fixture_respond (&f, second, 200, NULL, "", NULL);
  ua_fixture_advance (&f, SECONDS (100));
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("lost-in-call", test_lost_in_call);
  ADD ("lost-with-bye", test_lost_with_bye);
  ADD ("lost-for-long", test_lost_for_long);
  ADD ("lost-calling", test_lost_calling);
  ADD ("lost-ringing", test_lost_ringing);
  ADD ("lost-before-ack", test_lost_before_ack);
  ADD ("lost-with-reinvite", test_lost_with_reinvite);
  ADD ("bye-again", test_bye_again);
  return g_test_run ();
}
