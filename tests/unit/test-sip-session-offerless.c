/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#define MS(n) ((gint64)(n)*G_TIME_SPAN_MILLISECOND)
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* Changes of a call that begin without an offer: who is asked for one makes it (RFC 3264 §5,
 * RFC 6337 §2). */

/* ---- Without an offer ---- */

static void
test_offerless (void)
{
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) ack = NULL;
  g_autoptr (SipMessage) invite = NULL;
  const UaTold *told;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, &invite);
  again = ua_fixture_reoffer (&f, call, NULL);
  g_assert_cmpuint (sip_message_get_body (again).len, ==, 0);
  /* Glare all the same (RFC 3261 §14.2). */
  ua_fixture_request_inside (&f, invite, "INVITE", 1, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, invite, "UPDATE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_OFFER);
  told = ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  g_assert_cmpuint (told->session, ==, call);
  g_assert_cmpstr (told->body, ==, UA_OFFER);
  /* The ACK waits, however often they ask for it. */
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_OFFER);
  ua_fixture_request_inside (&f, invite, "INVITE", 3, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 200, NULL, f.now_us, NULL));
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_expect_silence (&f);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  told = ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE);
  g_assert_cmpuint (told->session, ==, call);
  g_assert_cmpuint (told->status, ==, 0);
  g_assert_true (sip_text_equal_str (sip_message_get_body (ack), UA_ANSWER));
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==,
                    sip_message_get_cseq (again)->number);
  ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_OFFER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_clear (&f);
}

/* An offer in a 2xx cannot be refused, and must not wait for ever. */
static void
test_offerless_not_answered (void)
{
  for (guint is_refused = 0; is_refused < 2; is_refused++) {
    g_autoptr (SipMessage) again = NULL;
    g_autoptr (SipMessage) ack = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = ua_fixture_call (&f, NULL);
    again = ua_fixture_reoffer (&f, call, NULL);
    ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_OFFER);
    ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
    if (is_refused)
      g_assert_true (sip_ua_answer_reoffer (f.ua, call, 488, NULL, f.now_us, NULL));
    else
      ua_fixture_advance (&f, SECONDS (30));
    ua_fixture_pump (&f);
    ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
    g_assert_cmpuint (sip_message_get_body (ack).len, ==, 0);
    ua_fixture_expect_request (&f, SIP_METHOD_BYE);
    ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 0);
    ua_fixture_clear (&f);
  }
}

static void
test_offerless_ends (void)
{
  for (guint is_theirs = 0; is_theirs < 2; is_theirs++) {
    g_autoptr (SipMessage) invite = NULL;
    g_autoptr (SipMessage) again = NULL;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = ua_fixture_call (&f, &invite);
    again = ua_fixture_reoffer (&f, call, NULL);
    ua_fixture_respond (&f, again, 200, NULL, UA_CONTACT, UA_OFFER);
    ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
    if (is_theirs) {
      ua_fixture_request_inside (&f, invite, "BYE", 1, "", NULL);
      ua_fixture_expect_response (&f, 200);
      ua_fixture_expect_request (&f, SIP_METHOD_ACK);
      ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_THERE, 0);
    } else {
      ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
      ua_fixture_expect_request (&f, SIP_METHOD_ACK);
      ua_fixture_expect_request (&f, SIP_METHOD_BYE);
    }
    ua_fixture_clear (&f);
  }
}

/* A 2xx without an offer, or with none that can be read: nothing has changed. */
static void
test_offerless_unanswerable (void)
{
  static const char *const contents[] = {"", "Content-Type: text/plain\n\nhello"};

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_autofree char *more = g_strconcat (UA_CONTACT, contents[i], NULL);
    g_autoptr (SipMessage) again = NULL;
    g_autoptr (SipMessage) next = NULL;
    const UaTold *told;
    UaFixture f;
    SipSessionId call;

    ua_fixture_start (&f);
    call = ua_fixture_call (&f, NULL);
    again = ua_fixture_reoffer (&f, call, NULL);
    ua_fixture_respond (&f, again, 200, NULL, more, NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    told = ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
    g_assert_cmpuint (told->status, ==, 200);
    g_assert_null (told->body);
    next = ua_fixture_reoffer (&f, call, UA_OFFER);
    ua_fixture_clear (&f);
  }
}

#define ADD(name, func) g_test_add_func ("/sip-session-offerless/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("offerless", test_offerless);
  ADD ("offerless-not-answered", test_offerless_not_answered);
  ADD ("offerless-ends", test_offerless_ends);
  ADD ("offerless-unanswerable", test_offerless_unanswerable);
  return g_test_run ();
}
