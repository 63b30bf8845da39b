/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#define MS(n) ((gint64)(n)*G_TIME_SPAN_MILLISECOND)
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* We change the call: glare and other ways to be told "not now", a far end that does not
 * answer, offers that are not ours to make. */

/* ---- Not now ---- */

static const UaTold *
refuse (UaFixture *f, const SipMessage *again, guint status, const char *more)
{
  const UaTold *told;

  ua_fixture_respond (f, again, status, NULL, more, NULL);
  ua_fixture_expect_request (f, SIP_METHOD_ACK);
  told = ua_fixture_take (f, SIP_OUTPUT_REANSWERED);
  g_assert_cmpuint (told->status, ==, status);
  g_assert_null (told->body);
  return told;
}

static void
expect_due (UaFixture *f, SipSessionId call, guint status)
{
  const UaTold *told = ua_fixture_take (f, SIP_OUTPUT_REOFFER_DUE);

  g_assert_cmpuint (told->session, ==, call);
  g_assert_cmpuint (told->status, ==, status);
}

/* RFC 3261 §14.1: the owner of the Call-ID 2.1 to 4 s, the other one 0 to 2 s, in steps
 * of 10 ms; both ends of the range are reached, and not one number alone. */
static void
test_glare_waits (void)
{
  for (guint is_owner = 0; is_owner < 2; is_owner++) {
    gint64 low_us = is_owner ? MS (2100) : 0;
    gint64 high_us = is_owner ? MS (4000) : MS (2000);
    gint64 least_us = G_MAXINT64, most_us = 0;

    for (guint seed = 1; seed <= 100; seed++) {
      g_autoptr (SipMessage) again = NULL;
      UaFixture f;
      SipSessionId call;
      gint64 wait_us;

      ua_fixture_init (&f, &(UaOptions){.seed = seed * 7919});
      ua_fixture_register (&f);
      call =
          is_owner ? ua_fixture_call (&f, NULL) : ua_fixture_be_called (&f, "in", NULL);
      again = ua_fixture_reoffer (&f, call, UA_OFFER);
      wait_us = refuse (&f, again, 491, "")->retry_at_us - f.now_us;
      g_assert_cmpint (wait_us, >=, low_us);
      g_assert_cmpint (wait_us, <=, high_us);
      g_assert_cmpint (wait_us % MS (10), ==, 0);
      if (wait_us > 0) {
        ua_fixture_advance (&f, wait_us - 1);
        ua_fixture_expect_nothing_told (&f);
        g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
        ua_fixture_advance (&f, 1);
      }
      expect_due (&f, call, 491);
      least_us = MIN (least_us, wait_us);
      most_us = MAX (most_us, wait_us);
      ua_fixture_clear (&f);
    }
    g_assert_cmpint (least_us, <, low_us + MS (100));
    g_assert_cmpint (most_us, >, high_us - MS (100));
  }
}

/* Theirs comes first, as it should; ours is due when it is done. */
static void
test_theirs_meanwhile (void)
{
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) again = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  refuse (&f, again, 491, "");
  ua_fixture_request_inside (&f, answer, "INVITE", 3, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  ua_fixture_advance (&f, SECONDS (5));
  ua_fixture_expect_nothing_told (&f);
  sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_request_inside (&f, answer, "ACK", 3, "", NULL);
  expect_due (&f, call, 491);
  sip_message_unref (ua_fixture_reoffer (&f, call, UA_OFFER));
  ua_fixture_clear (&f);
}

static void
test_retry_after (void)
{
  static const struct {
    guint status;
    const char *more;
    gint64 wait_us;
  } cases[] = {
      {500, "Retry-After: 7\n", SECONDS (7)},
      {503, "Retry-After: 1 (soon);duration=60\n", SECONDS (1)},
      {430, "Retry-After: 3600\n", 0},
      {500, "Retry-After: 32\n", SECONDS (32)},
      {500, "Retry-After: 33\n", 0},
      {500, "Retry-After: 99999999999999999999\n", 0},
      {500, "Retry-After: -1\n", 0},
      {500, "", 0},
      {488, "Retry-After: 7\n", 0},
      {486, "", 0},
      {603, "Retry-After: 7\n", 0},
  };
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SipMessage) again = ua_fixture_reoffer (&f, call, UA_OFFER);
    const UaTold *told = refuse (&f, again, cases[i].status, cases[i].more);

    g_assert_cmpint (told->retry_at_us, ==,
                     cases[i].wait_us > 0 ? f.now_us + cases[i].wait_us : 0);
    ua_fixture_advance (&f, SECONDS (40));
    if (cases[i].wait_us > 0)
      expect_due (&f, call, cases[i].status);
    ua_fixture_expect_nothing_told (&f);
  }
  ua_fixture_drop (&f);
}

/* The far end's flow is down, and back a little later (RFC 5626 §5.3.1). */
static void
test_their_flow (void)
{
  static const guint statuses[] = {430, 503, 504};
  gint64 low_us = SECONDS (1);
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  for (guint i = 0; i < 5; i++) {
    guint status = statuses[i % G_N_ELEMENTS (statuses)];
    g_autoptr (SipMessage) again = ua_fixture_reoffer (&f, call, UA_OFFER);
    gint64 wait_us = refuse (&f, again, status, "")->retry_at_us - f.now_us;

    g_assert_cmpint (wait_us, >=, MIN (low_us, SECONDS (15)));
    g_assert_cmpint (wait_us, <=, MIN (2 * low_us, SECONDS (30)));
    ua_fixture_advance (&f, wait_us);
    expect_due (&f, call, status);
    while (!g_queue_is_empty (&f.sent))
      sip_message_unref (g_queue_pop_head (&f.sent));
    low_us *= 2;
  }
  ua_fixture_drop (&f);
}

/* Who always has another change under way does not want ours. */
static void
test_glare_for_ever (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < 5; i++) {
      g_autoptr (SipMessage) again = ua_fixture_reoffer (&f, call, UA_OFFER);

      g_assert_cmpint (refuse (&f, again, 491, "")->retry_at_us, >, 0);
      ua_fixture_advance (&f, SECONDS (4));
      expect_due (&f, call, 491);
    }
    if (round == 1) {
      g_autoptr (SipMessage) last = ua_fixture_reoffer (&f, call, UA_OFFER);

      g_assert_cmpint (refuse (&f, last, 491, "")->retry_at_us, ==, 0);
      ua_fixture_advance (&f, SECONDS (40));
      ua_fixture_expect_nothing_told (&f);
    } else { /* it did, once: counted from the beginning */
      g_autoptr (SipMessage) taken = ua_fixture_reoffer (&f, call, UA_OFFER);

      ua_fixture_respond (&f, taken, 200, NULL, UA_CONTACT, UA_ANSWER);
      ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
      ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    }
  }
  ua_fixture_drop (&f);
}

/* The wait goes on without a flow, and is told when there is one. */
static void
test_lost_while_waiting (void)
{
  g_autoptr (SipMessage) again = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  refuse (&f, again, 491, "");
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  ua_fixture_advance (&f, SECONDS (5));
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_come_back (&f);
  expect_due (&f, call, 491);
  ua_fixture_clear (&f);
}

/* ---- Too early ---- */

static void
fail_reoffer (UaFixture *f, SipSessionId call, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sip_ua_reoffer (f->ua, call, UA_OFFER, f->now_us, &error));
  g_assert_error (error, SIP_ERROR, code);
  ua_fixture_pump (f);
}

/* Where no change is possible now, the host is told when one is: once. */
static void
test_put_off (void)
{
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) last = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  fail_reoffer (&f, call, SIP_ERROR_WRONG_STATE);
  sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL);
  ua_fixture_pump (&f);
  answer = ua_fixture_take_response (&f, 200);
  fail_reoffer (&f, call, SIP_ERROR_WRONG_STATE);
  fail_reoffer (&f, call, SIP_ERROR_WRONG_STATE);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_request_inside (&f, answer, "ACK", 1, "", NULL);
  ua_fixture_take (&f, SIP_OUTPUT_CONFIRMED);
  expect_due (&f, call, 0);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  fail_reoffer (&f, call, SIP_ERROR_WRONG_STATE);
  sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  fail_reoffer (&f, call, SIP_ERROR_WRONG_STATE);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_request_inside (&f, answer, "ACK", 2, "", NULL);
  expect_due (&f, call, 0);
  /* During our own: after its answer. */
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  fail_reoffer (&f, call, SIP_ERROR_WRONG_STATE);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  expect_due (&f, call, 0);
  ua_fixture_advance (&f, SECONDS (5));
  ua_fixture_lose_flow (&f);
  ua_fixture_expect_reconnect (&f);
  fail_reoffer (&f, call, SIP_ERROR_NO_FLOW);
  ua_fixture_come_back (&f);
  expect_due (&f, call, 0);
  /* And not once more with what comes after. */
  last = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_respond (&f, last, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  ua_fixture_clear (&f);
}

/* An older 2xx that comes once more is not taken for the answer to what is open now. */
static void
test_old_answer (void)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) third = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  first = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_respond (&f, first, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  second = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_respond (&f, second, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  third = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_respond (&f, first, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_silence (&f);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_respond (&f, third, 488, NULL, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 488);
  ua_fixture_clear (&f);
}

/* ---- No answer ---- */

static SipMessage *
cancel_at_last (UaFixture *f, SipSessionId call, SipMessage **again)
{
  *again = ua_fixture_reoffer (f, call, UA_OFFER);
  ua_fixture_respond (f, *again, 100, NULL, "", NULL);
  ua_fixture_advance (f, SECONDS (60) - 1);
  while (!g_queue_is_empty (&f->sent)) /* keep-alive and refresh */
    sip_message_unref (g_queue_pop_head (&f->sent));
  ua_fixture_advance (f, 1);
  ua_fixture_expect_nothing_told (f);
  return ua_fixture_take_request (f, SIP_METHOD_CANCEL);
}

static void
test_cancelled (void)
{
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) cancel = NULL;
  g_autoptr (SipMessage) next = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  cancel = cancel_at_last (&f, call, &again);
  g_assert_true (sip_text_equal (sip_message_get_via (cancel)->branch,
                                 sip_message_get_via (again)->branch));
  g_assert_true (
      sip_text_equal (sip_message_get_to_tag (cancel), sip_message_get_to_tag (again)));
  ua_fixture_respond (&f, cancel, 200, NULL, "", NULL);
  g_assert_cmpint (refuse (&f, again, 487, "")->retry_at_us, ==, 0);
  next = ua_fixture_reoffer (&f, call, UA_OFFER);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

/* The 200 was faster than the CANCEL: it counts. */
static void
test_cancel_crosses_answer (void)
{
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) cancel = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  cancel = cancel_at_last (&f, call, &again);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->body, ==, UA_ANSWER);
  ua_fixture_respond (&f, cancel, 481, NULL, "", NULL);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

/* Nothing at all comes back: given up by name; and what comes too late is made good. */
static void
test_cancelled_in_vain (void)
{
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) cancel = NULL;
  g_autoptr (SipMessage) ack = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  cancel = cancel_at_last (&f, call, &again);
  ua_fixture_advance (&f, SECONDS (32));
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 408);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_ANSWER);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==, 2);
  expect_due (&f, call, 200);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_clear (&f);
}

/* Not even a 100: timer B, and the far end is gone (RFC 3261 §12.2.1.2). */
static void
test_timer_b (void)
{
  g_autoptr (SipMessage) again = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_advance (&f, SECONDS (32));
  ua_fixture_expect_end (&f, call, SIP_END_DIALOG_GONE, 408);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* ---- Over and over, and at the end ---- */

static void
test_ten_holds (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (SipMessage) again = ua_fixture_reoffer (&f, call, UA_OFFER);

    g_assert_cmpuint (sip_message_get_cseq (again)->number, ==, i + 2);
    ua_fixture_respond (&f, again, 100, NULL, "", NULL);
    ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_ANSWER);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->body, ==, UA_ANSWER);
  }
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* BYE and re-INVITE cross on the wire, ours or theirs. */
static void
test_bye_crosses (void)
{
  static const guint statuses[] = {200, 481, 487, 491};

  for (guint i = 0; i < 2 * G_N_ELEMENTS (statuses); i++) {
    guint status = statuses[i / 2];
    g_autoptr (SipMessage) invite = NULL;
    g_autoptr (SipMessage) again = NULL;
    g_autoptr (SipMessage) bye = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = ua_fixture_call (&f, &invite);
    again = ua_fixture_reoffer (&f, call, UA_OFFER);
    if (i % 2 == 0) {
      ua_fixture_request_inside (&f, invite, "BYE", 1, "", NULL);
      ua_fixture_expect_response (&f, 200);
      ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_THERE, 0);
    } else {
      ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
      bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
    }
    ua_fixture_respond (&f, again, status, NULL, UA_CONTACT,
                        status == 200 ? UA_ANSWER : NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    if (bye != NULL)
      ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
    ua_fixture_clear (&f);
  }
}

/* Right after the 2xx of another fork than the one whose early media was heard. */
static void
test_at_once (void)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) again = NULL;
  const UaTold *told;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, NULL, "", NULL);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_PROGRESS)->fork, ==, 0);
  ua_fixture_respond (&f, invite, 183, "one", UA_CONTACT, UA_ANSWER);
  told = ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_cmpuint (told->fork, ==, 1);
  ua_fixture_respond (&f, invite, 183, "two", UA_CONTACT, UA_OFFER);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_PROGRESS)->fork, ==, 2);
  ua_fixture_respond (&f, invite, 180, "one", UA_CONTACT, NULL);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_PROGRESS)->fork, ==, 1);
  /* Its answer came early, and was another one than the first fork's. */
  ua_fixture_respond (&f, invite, 200, "two", UA_CONTACT, NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  told = ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  g_assert_cmpuint (told->fork, ==, 2);
  g_assert_cmpstr (told->body, ==, UA_OFFER);
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_expect_header (again, SIP_HEADER_TO, "*;tag=two");
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-reoffer/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("glare-waits", test_glare_waits);
  ADD ("theirs-meanwhile", test_theirs_meanwhile);
  ADD ("retry-after", test_retry_after);
  ADD ("their-flow", test_their_flow);
  ADD ("glare-for-ever", test_glare_for_ever);
  ADD ("lost-while-waiting", test_lost_while_waiting);
  ADD ("put-off", test_put_off);
  ADD ("old-answer", test_old_answer);
  ADD ("cancelled", test_cancelled);
  ADD ("cancel-crosses-answer", test_cancel_crosses_answer);
  ADD ("cancelled-in-vain", test_cancelled_in_vain);
  ADD ("timer-b", test_timer_b);
  ADD ("ten-holds", test_ten_holds);
  ADD ("bye-crosses", test_bye_crosses);
  ADD ("at-once", test_at_once);
  return g_test_run ();
}
