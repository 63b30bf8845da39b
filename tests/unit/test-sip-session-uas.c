/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- We are called ---- */

static void
test_call_in (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) ringing = NULL;
  g_autoptr (SipMessage) answer = NULL;
  g_autofree char *body = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", &ringing);
  ua_expect_header (ringing, SIP_HEADER_TO, "<sip:alice@example.org>;tag=*");
  ua_expect_header (ringing, SIP_HEADER_RECORD_ROUTE, "<sip:edge.invalid;lr>");
  ua_expect_header (ringing, SIP_HEADER_CONTACT, "<sip:*.invalid;transport=ws;ob>");
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  answer = ua_fixture_take_response (&f, 200);
  body = ua_text (sip_message_get_body (answer));
  g_assert_cmpstr (body, ==, UA_ANSWER);
  g_assert_true (
      sip_text_equal (sip_message_get_to_tag (answer), sip_message_get_to_tag (ringing)));
  ua_fixture_request_inside (&f, answer, "ACK", 1, "", NULL);
  g_assert_null (ua_fixture_take (&f, SIP_OUTPUT_CONFIRMED)->body);
  ua_fixture_request_inside (&f, answer, "BYE", 2,
                             "Reason: Q.850;cause=16;text=\"Bye %n%s\"\n", NULL);
  ua_fixture_expect_response (&f, 200);
  {
    const UaTold *told = ua_fixture_take (&f, SIP_OUTPUT_ENDED);

    g_assert_cmpint (told->end, ==, SIP_END_HUNG_UP_THERE);
    g_assert_cmpstr (told->reason, ==, "Bye %n%s");
  }
  /* The dialog is over. */
  ua_fixture_request_inside (&f, answer, "BYE", 3, "", NULL);
  ua_fixture_expect_response (&f, 481);
  ua_fixture_clear (&f);
}

/* RFC 3261 §12.1.1: the Contact of a secure call is secure. */
static void
test_secure_in (void)
{
  static const struct {
    const char *uri;
    const char *more;
    const char *contact;
  } cases[] = {
      {"sips:alice@example.org", "Contact: <sip:b@far.invalid>\n", "<sips:*;ob>"},
      {"sip:alice@example.org", "Contact: <sips:b@far.invalid>\n", "<sips:*;ob>"},
      {"sip:alice@example.org",
       "Record-Route: <sips:edge.invalid;lr>\nContact: <sip:b@far.invalid>\n",
       "<sips:*;ob>"},
      {"sip:alice@example.org",
       "Record-Route: <sip:edge.invalid;lr>\nContact: <sips:b@far.invalid>\n",
       "<sip:*;ob>"},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SipMessage) ringing = NULL;

    ua_fixture_receive (
        &f,
        "INVITE %s SIP/2.0\nVia: SIP/2.0/WS edge.invalid;branch=z9hG4bK%u\n"
        "From: <sip:bob@example.org>;tag=far\nTo: <%s>\nCall-ID: in%u\n"
        "CSeq: 1 INVITE\nMax-Forwards: 70\n%s\n",
        cases[i].uri, i, cases[i].uri, i, cases[i].more);
    ua_fixture_expect_response (&f, 100);
    ringing = ua_fixture_take_response (&f, 180);
    ua_expect_header (ringing, SIP_HEADER_CONTACT, cases[i].contact);
    ua_fixture_take (&f, SIP_OUTPUT_INCOMING);
  }
  ua_fixture_clear (&f);
}

static void
test_early_answer_here (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) early = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_progress (f.ua, call, 183, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  early = ua_fixture_take_response (&f, 183);
  g_assert_true (sip_message_has_content (early, "application/sdp"));
  g_assert_false (sip_ua_progress (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  g_assert_false (sip_ua_progress (f.ua, call, 100, NULL, f.now_us, NULL));
  g_assert_false (sip_ua_answer (f.ua, call, NULL, f.now_us, NULL));
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_clear (&f);
}

static void
test_reject (void)
{
  static const guint statuses[] = {486, 488, 600, 603};
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autofree char *id = g_strdup_printf ("in%u", i);
    SipSessionId call = ua_fixture_ring (&f, id, NULL);

    g_assert_false (sip_ua_reject (f.ua, call, 200, f.now_us, NULL));
    g_assert_false (sip_ua_reject (f.ua, call, 700, f.now_us, NULL));
    g_assert_true (sip_ua_reject (f.ua, call, statuses[i], f.now_us, NULL));
    ua_fixture_pump (&f);
    ua_fixture_expect_response (&f, statuses[i]);
    ua_fixture_expect_end (&f, call, SIP_END_DECLINED_HERE, statuses[i]);
    g_assert_false (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  }
  g_assert_true (
      sip_ua_hang_up (f.ua, ua_fixture_ring (&f, "last", NULL), NULL, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 603);
  ua_fixture_take (&f, SIP_OUTPUT_ENDED);
  ua_fixture_clear (&f);
}

static void
receive_cancel (UaFixture *f, const char *id, const char *more)
{
  ua_fixture_receive (f,
                      "CANCEL sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s\n"
                      "Max-Forwards: 70\n"
                      "From: \"Bob\" <sip:bob@example.org>;tag=far\n"
                      "To: <sip:alice@example.org>\nCall-ID: %s\nCSeq: 1 CANCEL\n%s\n",
                      id, id, more);
}

static void
test_cancelled (void)
{
  static const struct {
    const char *reason;
    SipEnd end;
  } cases[] = {
      {"", SIP_END_CANCELLED_THERE},
      {"Reason: SIP;cause=200;text=\"Call completed elsewhere\"\n",
       SIP_END_ANSWERED_ELSEWHERE},
      {"Reason: Q.850;cause=26, sip ; cause=200\n", SIP_END_ANSWERED_ELSEWHERE},
      {"Reason: SIP;cause=487\n", SIP_END_CANCELLED_THERE},
      {"Reason: Q.850;cause=200\n", SIP_END_CANCELLED_THERE},
      {"Reason: ;;;\n", SIP_END_CANCELLED_THERE},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("in%u", i);
    g_autoptr (SipMessage) ringing = NULL;
    SipSessionId call = ua_fixture_ring (&f, id, &ringing);
    g_autoptr (SipMessage) ok = NULL;

    receive_cancel (&f, id, cases[i].reason);
    ok = ua_fixture_take_response (&f, 200);
    g_assert_true (
        sip_text_equal (sip_message_get_to_tag (ok), sip_message_get_to_tag (ringing)));
    ua_fixture_expect_response (&f, 487);
    ua_fixture_expect_end (&f, call, cases[i].end, 0);
    receive_cancel (&f, id, "");
    ua_fixture_expect_response (&f, 200);
    ua_fixture_expect_silence (&f);
  }
  receive_cancel (&f, "unknown", "");
  ua_fixture_expect_response (&f, 481);
  ua_fixture_clear (&f);
}

/* The CANCEL is too late: it gets its 200, and the call stands. */
static void
test_cancelled_after_answer (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  receive_cancel (&f, "in", "");
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_nothing_told (&f);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

static void
test_nobody_answers_here (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  ua_fixture_advance (&f, SECONDS (199));
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (1));
  ua_fixture_expect_response (&f, 480);
  ua_fixture_expect_end (&f, call, SIP_END_NO_ANSWER, 0);
  ua_fixture_clear (&f);
}

/* The invitation itself says how long it is good for (RFC 3261 §13.3.1). */
static void
test_invitation_expires (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_receive (&f,
                      "INVITE sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-in\nExpires: 20\n"
                      "From: <sip:bob@example.org>;tag=far\nTo: <sip:alice@example.org>\n"
                      "Call-ID: in\nCSeq: 1 INVITE\nMax-Forwards: 70\n" UA_CONTACT "\n");
  ua_fixture_expect_response (&f, 100);
  ua_fixture_expect_response (&f, 180);
  ua_fixture_take (&f, SIP_OUTPUT_INCOMING);
  ua_fixture_advance (&f, SECONDS (20) - 1);
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, 1);
  ua_fixture_expect_response (&f, 480);
  ua_fixture_take (&f, SIP_OUTPUT_ENDED);
  ua_fixture_clear (&f);
}

/* ---- Our 2xx without an ACK (RFC 3261 §13.3.1.4) ---- */

static void
test_answer_is_sent_again (void)
{
  static const gint64 at_ms[] = {500,   1500,  3500,  7500,  11500,
                                 15500, 19500, 23500, 27500, 31500};
  UaFixture f;
  SipSessionId call;
  gint64 answered_us;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  answered_us = f.now_us;
  for (guint i = 0; i < G_N_ELEMENTS (at_ms); i++) {
    gint64 at_us = answered_us + at_ms[i] * G_TIME_SPAN_MILLISECOND;

    ua_fixture_advance (&f, at_us - f.now_us - 1);
    ua_fixture_expect_silence (&f);
    ua_fixture_advance (&f, 1);
    ua_fixture_expect_response (&f, 200);
  }
  ua_fixture_advance (&f, answered_us + SECONDS (32) - f.now_us);
  ua_fixture_expect_end (&f, call, SIP_END_DIALOG_GONE, 408);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* RFC 3261 §15: no BYE before the ACK, but the user is told at once. */
static void
test_hang_up_before_ack (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  answer = ua_fixture_take_response (&f, 200);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, 500 * G_TIME_SPAN_MILLISECOND);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "ACK", 1, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

static void
test_bye_before_ack (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  answer = ua_fixture_take_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "BYE", 2, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_THERE, 0);
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_clear (&f);
}

/* The caller ends it with BYE instead of CANCEL (RFC 3261 §15). */
static void
test_bye_while_ringing (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) ringing = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", &ringing);
  ua_fixture_request_inside (&f, ringing, "BYE", 2, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_response (&f, 487);
  ua_fixture_expect_end (&f, call, SIP_END_CANCELLED_THERE, 0);
  ua_fixture_clear (&f);
}

static SipSessionId
ring_offerless (UaFixture *f)
{
  ua_fixture_receive (f,
                      "INVITE sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-in\n"
                      "From: <sip:bob@example.org>;tag=far\nTo: <sip:alice@example.org>\n"
                      "Call-ID: in\nCSeq: 1 INVITE\nMax-Forwards: 70\n" UA_CONTACT "\n");
  ua_fixture_expect_response (f, 100);
  ua_fixture_expect_response (f, 180);
  return ua_fixture_take (f, SIP_OUTPUT_INCOMING)->session;
}

static void
test_offerless_in (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) offer = NULL;

  ua_fixture_start (&f);
  call = ring_offerless (&f);
  g_assert_true (sip_ua_answer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  offer = ua_fixture_take_response (&f, 200);
  ua_fixture_request_inside (&f, offer, "ACK", 1, "", UA_ANSWER);
  g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_CONFIRMED)->body, ==, UA_ANSWER);
  ua_fixture_clear (&f);
}

static void
test_offerless_in_without_answer (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) offer = NULL;

  ua_fixture_start (&f);
  call = ring_offerless (&f);
  g_assert_true (sip_ua_answer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  offer = ua_fixture_take_response (&f, 200);
  ua_fixture_request_inside (&f, offer, "ACK", 1, "", NULL);
  ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-uas/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("in", test_call_in);
  ADD ("secure-in", test_secure_in);
  ADD ("early-answer-here", test_early_answer_here);
  ADD ("reject", test_reject);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-after-answer", test_cancelled_after_answer);
  ADD ("nobody-answers-here", test_nobody_answers_here);
  ADD ("invitation-expires", test_invitation_expires);
  ADD ("answer-is-sent-again", test_answer_is_sent_again);
  ADD ("hang-up-before-ack", test_hang_up_before_ack);
  ADD ("bye-before-ack", test_bye_before_ack);
  ADD ("bye-while-ringing", test_bye_while_ringing);
  ADD ("offerless-in", test_offerless_in);
  ADD ("offerless-in-without-answer", test_offerless_in_without_answer);
  return g_test_run ();
}
