/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* What a lost flow does to a call: every request that was under way is finished over the
 * next one, or failed by name (RFC 5626, RFC 3261 §8.1.3.1). */

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
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NO_FLOW);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_silence (&f);
  ua_fixture_come_back (&f);
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
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
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
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
  ua_fixture_expect_silence (&f);
  ua_fixture_drop (&f);
}

static void
test_lost_calling (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) cancel = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_advance (&f, SECONDS (10));
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_end (&f, call, SIP_END_FLOW_LOST, 0);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
  /* What rang there is not left ringing. */
  cancel = ua_fixture_take_request (&f, SIP_METHOD_CANCEL);
  g_assert_true (sip_text_equal (sip_message_get_via (cancel)->branch,
                                 sip_message_get_via (invite)->branch));
  ua_fixture_respond (&f, cancel, 200, "there", "", NULL);
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
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_end (&f, call, SIP_END_FLOW_LOST, 0);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
  ua_fixture_expect_response (&f, 480);
  ua_fixture_clear (&f);
}

static void
acknowledge (UaFixture *f, const SipMessage *response)
{
  ua_fixture_receive (f,
                      "ACK sip:alice@example.org SIP/2.0\nVia: %.*s\nMax-Forwards: 70\n"
                      "From: %.*s\nTo: %.*s\nCall-ID: %.*s\nCSeq: 1 ACK\n\n",
                      SIP_TEXT_ARG (sip_message_get_via (response)->text),
                      SIP_TEXT_ARG (sip_message_get_from (response)->text),
                      SIP_TEXT_ARG (sip_message_get_to (response)->text),
                      SIP_TEXT_ARG (sip_message_get_call_id (response)));
}

/* A refusal that nobody acknowledged may have gone down with the flow: once more, while
 * somebody can still wait for it. */
static void
test_lost_with_refusal (void)
{
  enum { UNHEARD, HEARD, TOO_LATE, N } when;

  for (when = UNHEARD; when < N; when++) {
    g_autoptr (SipMessage) declined = NULL;
    g_autoptr (SipMessage) again = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    ua_fixture_advance (&f, SECONDS (10));
    call = ua_fixture_ring (&f, "in", NULL);
    ua_fixture_hang_up (&f, call, SIP_END_DECLINED_HERE);
    declined = ua_fixture_take_response (&f, 603);
    if (when == HEARD)
      acknowledge (&f, declined);
    ua_fixture_lose_flow (&f);
    ua_fixture_expect_reconnect (&f);
    if (when == TOO_LATE) {
      sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_OVERLOADED, 60, f.now_us);
      ua_fixture_pump (&f);
      ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
      ua_fixture_advance (&f, SECONDS (90));
      ua_fixture_expect_reconnect (&f);
    }
    ua_fixture_come_back (&f);
    if (when == UNHEARD) {
      again = ua_fixture_take_response (&f, 603);
      acknowledge (&f, again);
    }
    ua_fixture_clear (&f);
  }
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
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_advance (&f, SECONDS (1));
  ua_fixture_expect_silence (&f);
  ua_fixture_come_back (&f);
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
  ua_fixture_lose_flow (&f);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 503);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
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

/* It had been cancelled, and the CANCEL went with the flow. */
static void
test_lost_cancelling (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 100, NULL, "", NULL);
  ua_fixture_advance (&f, SECONDS (10));
  ua_fixture_hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  /* Once, and not for every flow. */
  ua_fixture_advance (&f, SECONDS (10));
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_come_back (&f);
  ua_fixture_clear (&f);
}

/* Their re-INVITE or UPDATE waits for the host when the flow goes: what the host says
 * goes over the next flow, be it late, and nobody waits for ever. */
static void
test_lost_with_asked (void)
{
  static const struct {
    const char *method;
    guint status;
  } cases[] = {{"INVITE", 200}, {"INVITE", 488}, {"UPDATE", 200}, {"UPDATE", 488}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean is_accepted = cases[i].status == 200;
    g_autoptr (SipMessage) answer = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = ua_fixture_be_called (&f, "in", &answer);
    ua_fixture_advance (&f, SECONDS (10));
    ua_fixture_request_inside (&f, answer, cases[i].method, 2, "", UA_OFFER);
    if (cases[i].method[0] == 'I')
      ua_fixture_expect_response (&f, 100);
    ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
    ua_fixture_lose_flow (&f);
    ua_fixture_expect_reconnect (&f);
    g_assert_true (sip_ua_answer_reoffer (
        f.ua, call, cases[i].status, is_accepted ? UA_ANSWER : NULL, f.now_us, NULL));
    ua_fixture_pump (&f);
    ua_fixture_come_back (&f);
    ua_fixture_expect_response (&f, cases[i].status);
    ua_fixture_expect_silence (&f);
    ua_fixture_drop (&f);
  }
}

/* Hung up meanwhile: first what was asked is answered, then BYE. */
static void
test_lost_with_asked_and_hung_up (void)
{
  g_autoptr (SipMessage) answer = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_advance (&f, SECONDS (10));
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_come_back (&f);
  ua_fixture_expect_response (&f, 487);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* A fork too many is hung up over the next flow, whether the call goes on or not. */
static void
test_lost_with_surplus (void)
{
  for (guint is_over = 0; is_over < 2; is_over++) {
    g_autoptr (SipMessage) invite = NULL;
    g_autoptr (SipMessage) bye = NULL;
    g_autoptr (SipMessage) ended = NULL;
    g_autoptr (SipMessage) again = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = ua_fixture_call (&f, &invite);
    ua_fixture_advance (&f, SECONDS (10));
    ua_fixture_respond (&f, invite, 200, "other", "Contact: <sip:bob@other.invalid>\n",
                        UA_ANSWER);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
    if (is_over) {
      ua_fixture_request_inside (&f, invite, "BYE", 2, "", NULL);
      ua_fixture_expect_response (&f, 200);
      ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_THERE, 0);
    }
    ua_fixture_lose_flow (&f);
    ua_fixture_expect_reconnect (&f);
    ua_fixture_come_back (&f);
    again = ua_fixture_take_request (&f, SIP_METHOD_BYE);
    ua_expect_target (again, "sip:bob@other.invalid");
    g_assert_cmpuint (sip_message_get_cseq (again)->number, ==,
                      sip_message_get_cseq (bye)->number + 1);
    /* And again where it did not get through (RFC 5626 §5.3.1). */
    ua_fixture_respond (&f, again, 430, NULL, "", NULL);
    ua_fixture_expect_silence (&f);
    ua_fixture_advance (&f, SECONDS (3));
    sip_message_unref (g_steal_pointer (&again));
    again = ua_fixture_take_request (&f, SIP_METHOD_BYE);
    ua_expect_target (again, "sip:bob@other.invalid");
    ua_fixture_respond (&f, again, 200, NULL, "", NULL);
    g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, is_over ? 0 : 1);
    ua_fixture_advance (&f, SECONDS (200));
    ua_fixture_drop (&f);
  }
}

/* A dead flow is noticed soon where somebody wants something of the call. */
static void
test_dead_flow (void)
{
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) later = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  f.is_silent = TRUE;
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_advance (&f, SECONDS (5));
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 503);
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_expect_reconnect (&f);
  f.is_silent = FALSE;
  ua_fixture_come_back (&f);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE);
  /* Route set, target and tags are those of before. */
  later = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_expect_target (later, "sip:bob@far.invalid");
  g_assert_true (sip_text_equal (sip_message_get_header (again, SIP_HEADER_CONTACT),
                                 sip_message_get_header (later, SIP_HEADER_CONTACT)));
  g_assert_true (sip_text_equal (sip_message_get_from (again)->text,
                                 sip_message_get_from (later)->text));
  ua_fixture_clear (&f);
}

/* It is the far end whose flow is lost (RFC 5626 §5.3.1). */
static void
test_bye_again (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) third = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  first = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, first, 430, NULL, "", NULL);
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (2));
  second = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  g_assert_cmpuint (sip_message_get_cseq (second)->number, ==, 3);
  /* Or nobody has noticed yet that it is. */
  ua_fixture_advance (&f, SECONDS (37));
  while (g_queue_get_length (&f.sent) > 1) /* keep-alive */
    sip_message_unref (g_queue_pop_head (&f.sent));
  third = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  g_assert_cmpuint (sip_message_get_cseq (third)->number, ==, 4);
  ua_fixture_respond (&f, third, 200, NULL, "", NULL);
  ua_fixture_advance (&f, SECONDS (100));
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-lost/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("in-call", test_lost_in_call);
  ADD ("with-bye", test_lost_with_bye);
  ADD ("for-long", test_lost_for_long);
  ADD ("calling", test_lost_calling);
  ADD ("cancelling", test_lost_cancelling);
  ADD ("ringing", test_lost_ringing);
  ADD ("with-refusal", test_lost_with_refusal);
  ADD ("before-ack", test_lost_before_ack);
  ADD ("with-reinvite", test_lost_with_reinvite);
  ADD ("with-asked", test_lost_with_asked);
  ADD ("with-asked-and-hung-up", test_lost_with_asked_and_hung_up);
  ADD ("with-surplus", test_lost_with_surplus);
  ADD ("dead-flow", test_dead_flow);
  ADD ("bye-again", test_bye_again);
  return g_test_run ();
}
