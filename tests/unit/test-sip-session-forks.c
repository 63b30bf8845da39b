/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

/* One INVITE, and several who answer it (RFC 3261 §13.2.2.4). */

static void
test_forks (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (SipMessage) last = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "one", UA_CONTACT, NULL);
  ua_fixture_respond (&f, invite, 183, "two", UA_CONTACT, UA_ANSWER);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_PROGRESS)->fork, ==, 1);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_PROGRESS)->fork, ==, 2);
  ua_fixture_respond (&f, invite, 200, "three", "Contact: <sip:bob@three.invalid>\n",
                      UA_ANSWER);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_ANSWERED)->fork, ==, 3);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  /* A second answer: taken, and ended at once; the call is not touched. */
  ua_fixture_respond (&f, invite, 200, "one", "Contact: <sip:bob@one.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_expect_target (bye, "sip:bob@one.invalid");
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  /* Sent again, each gets its own ACK again and nothing else. */
  ua_fixture_respond (&f, invite, 200, "one", "Contact: <sip:bob@one.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_respond (&f, invite, 200, "three", "Contact: <sip:bob@three.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  last = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_expect_target (last, "sip:bob@three.invalid");
  ua_fixture_clear (&f);
}

/* The branches that did not win are over: what they say now is about no call. */
static void
test_losing_fork (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "one", UA_CONTACT, NULL);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_receive (&f,
                      "INFO %s SIP/2.0\nVia: SIP/2.0/WS e.invalid;branch=z9hG4bKx\n"
                      "From: <sip:bob@example.org>;tag=one\nTo: %.*s\nCall-ID: %.*s\n"
                      "CSeq: 1 INFO\nMax-Forwards: 70\n\n",
                      sip_ua_get_contact (f.ua),
                      SIP_TEXT_ARG (sip_message_get_from (invite)->text),
                      SIP_TEXT_ARG (sip_message_get_call_id (invite)));
  ua_fixture_expect_response (&f, 481);
  ua_fixture_clear (&f);
}

/* One that answers by a thousand voices. */
static void
test_too_many_forks (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *tag = g_strdup_printf ("t%u", i);

    ua_fixture_respond (&f, invite, i % 2 == 0 ? 180 : 200, tag, UA_CONTACT, UA_ANSWER);
  }
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  g_assert_cmpuint (g_queue_get_length (&f.sent), <=, 32);
  ua_fixture_drop (&f);
}

/* Each answers, and there is no call for any of them: it was given up, or is being
 * answered itself. None is left alone. */
static void
test_surplus (void)
{
  enum { OFFERED, CANCELLED, HUNG_UP, N } when;

  for (when = OFFERED; when < N; when++) {
    g_autoptr (SipMessage) invite = NULL;
    g_autoptr (SipMessage) bye = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = sip_ua_invite (f.ua, "bob", when == OFFERED ? NULL : UA_OFFER, f.now_us, NULL);
    ua_fixture_pump (&f);
    invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
    ua_fixture_respond (&f, invite, 180, "one", UA_CONTACT, NULL);
    ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
    if (when == CANCELLED) {
      ua_fixture_hang_up (&f, call, SIP_END_CANCELLED_HERE);
      ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
    }
    ua_fixture_respond (&f, invite, 200, "one", UA_CONTACT, UA_OFFER);
    if (when != CANCELLED)
      ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
    if (when != OFFERED)
      ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    if (when == HUNG_UP)
      ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
    if (when != OFFERED)
      ua_fixture_expect_request (&f, SIP_METHOD_BYE);
    ua_fixture_respond (&f, invite, 200, "two", "Contact: <sip:bob@two.invalid>\n",
                        UA_OFFER);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
    ua_expect_target (bye, "sip:bob@two.invalid");
    ua_expect_header (bye, SIP_HEADER_TO, "*;tag=two");
    g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, when == OFFERED ? 1 : 0);
    ua_fixture_expect_nothing_told (&f);
    ua_fixture_drop (&f);
  }
}

/* One early branch says BYE: the others ring on, and one of them answers. */
static void
test_fork_gives_up (void)
{
  g_autoptr (SipMessage) invite = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 183, "there", UA_CONTACT, UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_request_inside (&f, invite, "BYE", 1, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_respond (&f, invite, 183, "there", UA_CONTACT, NULL);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_respond (&f, invite, 200, "two", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_ANSWERED)->fork, ==, 2);
  ua_fixture_clear (&f);
}

/* What one fork said early is no answer of another. */
static void
test_no_answer_but_another_forks (void)
{
  g_autoptr (SipMessage) invite = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 183, "one", UA_CONTACT, UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_respond (&f, invite, 200, "two", UA_CONTACT, NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 200);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* After 64*T1 nobody is left who would answer; and until then everybody gets an ACK. */
static void
test_fork_late (void)
{
  g_autoptr (SipMessage) invite = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_call (&f, &invite);
  ua_fixture_advance (&f, 31 * G_TIME_SPAN_SECOND);
  while (!g_queue_is_empty (&f.sent))
    sip_message_unref (g_queue_pop_head (&f.sent));
  ua_fixture_respond (&f, invite, 200, "late", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_advance (&f, 2 * G_TIME_SPAN_SECOND);
  ua_fixture_respond (&f, invite, 200, "later", UA_CONTACT, UA_ANSWER);
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-forks/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("forks", test_forks);
  ADD ("losing-fork", test_losing_fork);
  ADD ("too-many-forks", test_too_many_forks);
  ADD ("surplus", test_surplus);
  ADD ("fork-gives-up", test_fork_gives_up);
  ADD ("no-answer-but-another-forks", test_no_answer_but_another_forks);
  ADD ("fork-late", test_fork_late);
  return g_test_run ();
}
