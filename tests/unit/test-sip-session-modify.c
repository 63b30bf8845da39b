/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* The call changes. */

static void
test_reinvite_in (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) bye = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_REOFFER)->body, ==, UA_OFFER);
  /* Another one meanwhile has to wait (RFC 3261 §14.2), ours too. */
  ua_fixture_request_inside (&f, answer, "INVITE", 3, "", UA_OFFER);
  again = ua_fixture_take_response (&f, 500);
  g_assert_true (sip_message_has_header (again, SIP_HEADER_RETRY_AFTER));
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 200, NULL, f.now_us, NULL));
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 100, NULL, f.now_us, NULL));
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_advance (&f, 500 * G_TIME_SPAN_MILLISECOND);
  ua_fixture_expect_response (&f, 200);
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_request_inside (&f, answer, "ACK", 2, "", NULL);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE)->status, ==, 0);
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_expect_nothing_told (&f);
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

static void
test_reinvite_refused_here (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 488, NULL, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 488);
  /* A host that says nothing. */
  ua_fixture_request_inside (&f, answer, "INVITE", 4, "", NULL);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_OFFER_ASKED);
  ua_fixture_advance (&f, SECONDS (30));
  ua_fixture_expect_response (&f, 500);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REOFFER_WITHDRAWN)->session, ==,
                    call);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

static void
cancel_inside (UaFixture *f, const SipMessage *inside, guint cseq)
{
  g_autofree char *from = ua_text (sip_message_get_from (inside)->text);
  g_autofree char *to = ua_text (sip_message_get_to (inside)->text);

  ua_fixture_receive (f,
                      "CANCEL %s SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-INVITE-%u-%.*s\n"
                      "Max-Forwards: 70\n"
                      "From: %s\nTo: %s\nCall-ID: %.*s\nCSeq: %u CANCEL\n\n",
                      sip_ua_get_contact (f->ua), cseq,
                      SIP_TEXT_ARG (sip_message_get_call_id (inside)), from, to,
                      SIP_TEXT_ARG (sip_message_get_call_id (inside)), cseq);
}

/* The call goes on, and the host's answer comes too late: also for the next one. */
static void
test_reinvite_cancelled (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  cancel_inside (&f, answer, 2);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_response (&f, 487);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REOFFER_WITHDRAWN)->session, ==,
                    call);
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  /* A second CANCEL, and one of what has its answer, are told to nobody. */
  cancel_inside (&f, answer, 2);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "INVITE", 3, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  cancel_inside (&f, answer, 3);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_clear (&f);
}

static void
test_offer_asked (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  const UaTold *told;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", NULL);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_OFFER_ASKED);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  /* While our offer is open, theirs is glare. */
  ua_fixture_request_inside (&f, answer, "UPDATE", 4, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, answer, "ACK", 2, "", UA_ANSWER);
  told = ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  g_assert_cmpuint (told->status, ==, 200);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
  ua_fixture_clear (&f);
}

/* Our 2xx was lost with its flow, and the far end was told by somebody on the way that its
 * re-INVITE failed: no ACK will come, and the call must not end for want of it. */
static void
test_offer_lost (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  const UaTold *told;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", NULL);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_OFFER_ASKED);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "INVITE", 3, "", UA_OFFER);
  ua_fixture_expect_response (&f, 100);
  told = ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  g_assert_cmpuint (told->status, ==, 408);
  g_assert_null (told->body);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "ACK", 3, "", NULL);
  ua_fixture_advance (&f, SECONDS (60));
  ua_fixture_expect_silence (&f);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

static void
test_reinvite_out (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) ack = NULL;
  g_autoptr (GError) error = NULL;
  const UaTold *told;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, &invite);
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_expect_header (again, SIP_HEADER_TO, "<sip:bob@example.org>;tag=there");
  g_assert_cmpuint (sip_message_get_cseq (again)->number, ==, 2);
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_WRONG_STATE);
  /* Glare: theirs comes while ours is open. */
  ua_fixture_request_inside (&f, invite, "INVITE", 1, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_respond (&f, again, 200, NULL, "Contact: <sip:bob@moved.invalid>\n",
                      UA_ANSWER);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  ua_expect_target (ack, "sip:bob@moved.invalid");
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==, 2);
  told = ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  g_assert_cmpuint (told->status, ==, 200);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE);
  ua_fixture_respond (&f, again, 200, NULL, "Contact: <sip:bob@moved.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_clear (&f);
}

static void
receive_repeated (UaFixture *f, const SipMessage *invite)
{
  g_autofree char *from = ua_text (sip_message_get_from (invite)->text);
  g_autofree char *to = ua_text (sip_message_get_to (invite)->text);

  ua_fixture_receive (f,
                      "INVITE %s SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-repeated\n"
                      "Max-Forwards: 70\n"
                      "From: %s;tag=there\nTo: %s\nCall-ID: %.*s\nCSeq: 7 INVITE\n"
                      "Contact: <sip:bob@far.invalid>\n"
                      "Content-Type: application/sdp\n\n%s",
                      sip_ua_get_contact (f->ua), to, from,
                      SIP_TEXT_ARG (sip_message_get_call_id (invite)), UA_OFFER);
}

/* JsSIP asks again after 491 with the number that it had. */
static void
test_reinvite_repeated (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) again = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, &invite);
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_request_inside (&f, invite, "INVITE", 7, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_respond (&f, again, 488, NULL, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  receive_repeated (&f, invite);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, invite, "ACK", 7, "", NULL);
  ua_fixture_advance (&f, 40 * G_USEC_PER_SEC);
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_clear (&f);
}

static void
test_reinvite_failures (void)
{
  static const guint stays[] = {302, 401, 407, 415, 430, 488, 491, 500, 503, 603};
  static const guint ends[] = {408, 481};
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (SipMessage) again = NULL;

    call = ua_fixture_call (&f, NULL);
    g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
    ua_fixture_pump (&f);
    again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
    ua_fixture_respond (&f, again, ends[i], NULL, "", NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    ua_fixture_expect_request (&f, SIP_METHOD_BYE);
    ua_fixture_expect_end (&f, call, SIP_END_DIALOG_GONE, ends[i]);
  }
  call = ua_fixture_call (&f, &invite);
  for (guint i = 0; i < G_N_ELEMENTS (stays); i++) {
    g_autoptr (SipMessage) again = NULL;

    g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
    ua_fixture_pump (&f);
    again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
    ua_fixture_respond (&f, again, stays[i], NULL, "", NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, stays[i]);
    ua_fixture_expect_silence (&f);
    if (stays[i] != 430 && stays[i] != 491 && stays[i] != 503)
      continue;
    ua_fixture_advance (&f, SECONDS (4));
    ua_fixture_take (&f, SIP_OUTPUT_REOFFER_DUE);
  }
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_drop (&f);
}

static void
test_update (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) ok = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "UPDATE", 2, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_request_inside (&f, answer, "UPDATE", 3, "", UA_OFFER);
  g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_REOFFER)->body, ==, UA_OFFER);
  ua_fixture_expect_silence (&f);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ok = ua_fixture_take_response (&f, 200);
  g_assert_true (sip_message_has_content (ok, "application/sdp"));
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_clear (&f);
}

/* RFC 3311 §5.2: 491 while ours is open, 500 with Retry-After while theirs is, and an
 * UPDATE without an offer never waits. */
static void
test_update_glare (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) busy = NULL;
  g_autoptr (SipMessage) busy_again = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  again = ua_fixture_reoffer (&f, call, UA_OFFER);
  ua_fixture_request_inside (&f, answer, "UPDATE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, answer, "UPDATE", 3, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_respond (&f, again, 488, NULL, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  ua_fixture_request_inside (&f, answer, "UPDATE", 4, "", UA_OFFER);
  ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
  ua_fixture_request_inside (&f, answer, "UPDATE", 5, "", UA_OFFER);
  busy = ua_fixture_take_response (&f, 500);
  ua_expect_header (busy, SIP_HEADER_RETRY_AFTER, "*");
  ua_fixture_request_inside (&f, answer, "INVITE", 6, "", UA_OFFER);
  busy_again = ua_fixture_take_response (&f, 500);
  ua_expect_header (busy_again, SIP_HEADER_RETRY_AFTER, "*");
  ua_fixture_request_inside (&f, answer, "UPDATE", 7, "", NULL);
  ua_fixture_expect_response (&f, 200);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 488, NULL, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 488);
  ua_fixture_clear (&f);
}

/* Before the answer an offer is open, ours or theirs. */
static void
test_update_early (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) ringing = NULL;
  g_autoptr (SipMessage) busy = NULL;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_start (&f);
  ua_fixture_ring (&f, "in", &ringing);
  ua_fixture_request_inside (&f, ringing, "UPDATE", 2, "", UA_OFFER);
  busy = ua_fixture_take_response (&f, 500);
  ua_expect_header (busy, SIP_HEADER_RETRY_AFTER, "*");
  ua_fixture_request_inside (&f, ringing, "UPDATE", 3, "", NULL);
  ua_fixture_expect_response (&f, 200);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 183, "there", UA_CONTACT, UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_request_inside (&f, invite, "UPDATE", 1, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, invite, "INVITE", 2, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, invite, "UPDATE", 3, "", NULL);
  ua_fixture_expect_response (&f, 200);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 2);
  ua_fixture_clear (&f);
}

/* The refresh of a session timer (RFC 4028) is taken, and obliges us to nothing: the
 * 2xx has no Session-Expires. Who requires more than that is told so. */
static void
test_refresh (void)
{
  static const char expires[] = "Supported: timer\nSession-Expires: 90;refresher=uac\n";
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) refused = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  for (guint i = 0; i < 6; i += 3) {
    g_autoptr (SipMessage) ok = NULL;
    g_autoptr (SipMessage) updated = NULL;

    ua_fixture_request_inside (&f, answer, "INVITE", i + 2, expires, UA_OFFER);
    ua_fixture_expect_response (&f, 100);
    ua_fixture_take (&f, SIP_OUTPUT_REOFFER);
    sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL);
    ua_fixture_pump (&f);
    ok = ua_fixture_take_response (&f, 200);
    g_assert_false (sip_message_has_header (ok, SIP_HEADER_SESSION_EXPIRES));
    ua_fixture_request_inside (&f, answer, "ACK", i + 2, "", NULL);
    ua_fixture_request_inside (&f, answer, "UPDATE", i + 3, expires, NULL);
    updated = ua_fixture_take_response (&f, 200);
    g_assert_false (sip_message_has_header (updated, SIP_HEADER_SESSION_EXPIRES));
    ua_fixture_advance (&f, SECONDS (45));
    while (!g_queue_is_empty (&f.sent))
      sip_message_unref (g_queue_pop_head (&f.sent));
  }
  ua_fixture_request_inside (&f, answer, "UPDATE", 20, "Require: timer\n", NULL);
  refused = ua_fixture_take_response (&f, 420);
  ua_expect_header (refused, SIP_HEADER_UNSUPPORTED, "timer");
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

/* A number that went down, or stood still, is not obeyed (RFC 3261 §12.2.2). */
static void
test_cseq_order (void)
{
  UaFixture f;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "BYE", 1, "", NULL);
  ua_fixture_expect_response (&f, 500);
  ua_fixture_request_inside (&f, answer, "BYE", 0, "", NULL);
  ua_fixture_expect_response (&f, 500);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_request_inside (&f, answer, "OPTIONS", 2147483647, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_clear (&f);
}

/* A re-INVITE that only ever gets a 1xx does not outlive its call. */
static void
test_reinvite_rings_for_ever (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) reinvite = NULL;
  g_autoptr (SipMessage) bye = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  reinvite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_fixture_respond (&f, reinvite, 180, NULL, "", NULL);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  g_assert_cmpuint (f.ua->sessions->len, ==, 1);
  ua_fixture_advance (&f, SECONDS (33));
  g_assert_cmpuint (f.ua->sessions->len, ==, 0);
  g_assert_cmpuint (g_hash_table_size (f.ua->client_txs), ==, 0);
  ua_fixture_drop (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-modify/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("reinvite-in", test_reinvite_in);
  ADD ("reinvite-refused-here", test_reinvite_refused_here);
  ADD ("reinvite-cancelled", test_reinvite_cancelled);
  ADD ("offer-asked", test_offer_asked);
  ADD ("offer-lost", test_offer_lost);
  ADD ("reinvite-out", test_reinvite_out);
  ADD ("reinvite-repeated", test_reinvite_repeated);
  ADD ("reinvite-failures", test_reinvite_failures);
  ADD ("update", test_update);
  ADD ("update-glare", test_update_glare);
  ADD ("update-early", test_update_early);
  ADD ("refresh", test_refresh);
  ADD ("cseq-order", test_cseq_order);
  ADD ("rings-for-ever", test_reinvite_rings_for_ever);
  return g_test_run ();
}
