/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-status.h"
#include "sip-text.h"
#include "ua-fixture.h"

#include <string.h>

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
#define CONTACT "Contact: <sip:bob@far.invalid>\n"

static void
start (UaFixture *f)
{
  ua_fixture_init (f, &(UaOptions){0});
  ua_fixture_register (f);
}

static void
hang_up (UaFixture *f, SipSessionId call, SipEnd end)
{
  g_assert_true (sip_ua_hang_up (f->ua, call, NULL, f->now_us, NULL));
  ua_fixture_pump (f);
  ua_fixture_expect_end (f, call, end, end == SIP_END_DECLINED_HERE ? 603 : 0);
}

static void
expect_header (const SipMessage *message, SipHeader header, const char *pattern)
{
  g_autofree char *value = ua_header (message, header);

  if (!g_pattern_match_simple (pattern, value))
    g_error ("%s: %s is not %s", sip_header_get_name (header), value, pattern);
}

static void
expect_target (const SipMessage *request, const char *uri)
{
  g_autofree char *text = ua_text (sip_message_get_request_uri (request)->text);

  g_assert_cmpstr (text, ==, uri);
}

/* ---- We call ---- */

static void
test_call_out (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;

  start (&f);
  call = ua_fixture_call (&f, &invite);
  expect_target (invite, "sip:bob@example.org");
  expect_header (invite, SIP_HEADER_CONTACT, "<sip:*@*.invalid;transport=ws;ob>");
  expect_header (invite, SIP_HEADER_CONTENT_TYPE, "application/sdp");
  expect_header (invite, SIP_HEADER_ALLOW, "INVITE, ACK, CANCEL, BYE*");
  expect_header (invite, SIP_HEADER_MAX_FORWARDS, "70");
  expect_header (invite, SIP_HEADER_USER_AGENT, "test");
  g_assert_false (sip_message_has_token (invite, SIP_HEADER_SUPPORTED, "100rel"));
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  expect_target (bye, "sip:bob@far.invalid");
  g_assert_cmpuint (sip_message_get_cseq (bye)->number, ==, 2);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  g_assert_false (sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL));
  ua_fixture_advance (&f, SECONDS (300));
  ua_fixture_drop (&f);
}

static void
test_progress (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  const UaTold *told;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 100, NULL, "", NULL);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_cmpuint (told->status, ==, 180);
  g_assert_null (told->body);
  ua_fixture_respond (&f, invite, 183, "there", CONTACT, UA_ANSWER);
  told = ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_cmpuint (told->status, ==, 183);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
  /* The early answer stands where the 2xx has none. */
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  g_assert_null (told->body);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_clear (&f);
}

static void
test_no_answer_in_2xx (void)
{
  static const char *const bodies[] = {NULL, "nul"};
  UaFixture f;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    SipSessionId call;
    g_autoptr (SipMessage) invite = NULL;

    start (&f);
    invite = ua_fixture_dial (&f, &call);
    if (bodies[i] == NULL)
      ua_fixture_respond (&f, invite, 200, "there", CONTACT, NULL);
    else
      ua_fixture_respond (&f, invite, 200, "there",
                          CONTACT "Content-Type: text/plain\n\nnot a\n", NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    ua_fixture_expect_request (&f, SIP_METHOD_BYE);
    ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 200);
    ua_fixture_drop (&f);
  }
}

static void
test_failures (void)
{
  static const struct {
    guint status;
    SipEnd end;
  } cases[] = {
      {301, SIP_END_REDIRECTED}, {302, SIP_END_REDIRECTED}, {305, SIP_END_REDIRECTED},
      {404, SIP_END_REFUSED},    {408, SIP_END_NO_ANSWER},  {480, SIP_END_REFUSED},
      {486, SIP_END_REFUSED},    {487, SIP_END_REFUSED},    {488, SIP_END_REFUSED},
      {491, SIP_END_REFUSED},    {500, SIP_END_REFUSED},    {503, SIP_END_REFUSED},
      {600, SIP_END_REFUSED},    {603, SIP_END_REFUSED},    {699, SIP_END_REFUSED}};
  UaFixture f;

  start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SipSessionId call;
    g_autoptr (SipMessage) invite = ua_fixture_dial (&f, &call);
    g_autoptr (SipMessage) ack = NULL;

    ua_fixture_respond (&f, invite, cases[i].status, "there",
                        "Contact: <sip:x@y.invalid>\n", NULL);
    ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
    /* Hop by hop: the branch, the target and the number are those of the INVITE. */
    g_assert_true (sip_text_equal (sip_message_get_via (ack)->branch,
                                   sip_message_get_via (invite)->branch));
    expect_target (ack, "sip:bob@example.org");
    expect_header (ack, SIP_HEADER_TO, "<sip:bob@example.org>;tag=there");
    ua_fixture_expect_end (&f, call, cases[i].end, cases[i].status);
    ua_fixture_expect_silence (&f);
  }
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 0);
  ua_fixture_clear (&f);
}

/* Timer B: nothing at all in 32 s. The link is alive, as pongs say. */
static void
test_timer_b (void)
{
  UaFixture f;
  SipSessionId call;

  start (&f);
  sip_message_unref (ua_fixture_dial (&f, &call));
  ua_fixture_advance (&f, SECONDS (32) - 1);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_advance (&f, 1);
  ua_fixture_expect_end (&f, call, SIP_END_NO_ANSWER, 0);
  ua_fixture_clear (&f);
}

/* It rings for three minutes, and then we give up. */
static void
test_rings_long (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) cancel = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_advance (&f, SECONDS (179));
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (1));
  ua_fixture_expect_end (&f, call, SIP_END_NO_ANSWER, 0);
  cancel = ua_fixture_take_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_respond (&f, cancel, 200, "there", "", NULL);
  ua_fixture_respond (&f, invite, 487, "there", "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_clear (&f);
}

/* ---- CANCEL ---- */

static void
test_cancel (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) cancel = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_true (
      sip_ua_hang_up (f.ua, call, "changed \"my\"\r\nX: mind", f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_end (&f, call, SIP_END_CANCELLED_HERE, 0);
  cancel = ua_fixture_take_request (&f, SIP_METHOD_CANCEL);
  g_assert_true (sip_text_equal (sip_message_get_via (cancel)->branch,
                                 sip_message_get_via (invite)->branch));
  expect_target (cancel, "sip:bob@example.org");
  g_assert_cmpuint (sip_message_get_cseq (cancel)->number, ==, 1);
  g_assert_cmpuint (sip_message_get_to_tag (cancel).len, ==, 0);
  expect_header (cancel, SIP_HEADER_REASON, "SIP;text=\"changed \\\"my\\\"  X: mind\"");
  ua_fixture_respond (&f, cancel, 200, "there", "", NULL);
  ua_fixture_respond (&f, invite, 487, "there", "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_clear (&f);
}

/* RFC 3261 §9.1: no CANCEL before a 1xx. */
static void
test_cancel_waits (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_silence (&f);
  ua_fixture_respond (&f, invite, 100, NULL, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  ua_fixture_expect_silence (&f);
  ua_fixture_respond (&f, invite, 487, "there", "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_clear (&f);
}

/* The 200 was faster: ACK, then BYE. */
static void
test_cancel_too_late (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  ua_fixture_clear (&f);
}

/* A far end that ignores CANCEL does not keep us for ever. */
static void
test_cancel_ignored (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_ANSWER);
  ua_fixture_expect_silence (&f);
  ua_fixture_clear (&f);
}

/* ---- Forks ---- */

static void
test_forks (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (SipMessage) last = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "one", CONTACT, NULL);
  ua_fixture_respond (&f, invite, 183, "two", CONTACT, UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_respond (&f, invite, 200, "three", "Contact: <sip:bob@three.invalid>\n",
                      UA_ANSWER);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  /* A second answer: taken, and ended at once; the call is not touched. */
  ua_fixture_respond (&f, invite, 200, "one", "Contact: <sip:bob@one.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  expect_target (bye, "sip:bob@one.invalid");
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  /* Sent again, each gets its own ACK again and nothing else. */
  ua_fixture_respond (&f, invite, 200, "one", "Contact: <sip:bob@one.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_respond (&f, invite, 200, "three", "Contact: <sip:bob@three.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  last = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  expect_target (last, "sip:bob@three.invalid");
  ua_fixture_clear (&f);
}

/* The branches that did not win are over: what they say now is about no call. */
static void
test_losing_fork (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "one", CONTACT, NULL);
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_ANSWER);
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

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *tag = g_strdup_printf ("t%u", i);

    ua_fixture_respond (&f, invite, i % 2 == 0 ? 180 : 200, tag, CONTACT, UA_ANSWER);
  }
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  g_assert_cmpuint (g_queue_get_length (&f.sent), <=, 32);
  ua_fixture_drop (&f);
}

/* ---- Offerless ---- */

static void
test_offerless (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) ack = NULL;
  g_autofree char *body = NULL;

  start (&f);
  call = sip_ua_invite (f.ua, "bob", NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  g_assert_cmpuint (sip_message_get_body (invite).len, ==, 0);
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_OFFER);
  g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_ANSWERED)->body, ==, UA_OFFER);
  ua_fixture_expect_silence (&f);
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_OFFER);
  ua_fixture_expect_silence (&f);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  body = ua_text (sip_message_get_body (ack));
  g_assert_cmpstr (body, ==, UA_ANSWER);
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_OFFER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  g_assert_false (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_clear (&f);
}

/* The host cannot answer in time: the far end is not left hanging. */
static void
test_offerless_unanswered (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  call = sip_ua_invite (f.ua, "bob", NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_OFFER);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  ua_fixture_advance (&f, SECONDS (31));
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 0);
  ua_fixture_clear (&f);
}

/* ---- We are called ---- */

static void
test_call_in (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) ringing = NULL;
  g_autoptr (SipMessage) answer = NULL;
  g_autofree char *body = NULL;

  start (&f);
  call = ua_fixture_ring (&f, "in", &ringing);
  expect_header (ringing, SIP_HEADER_TO, "<sip:alice@example.org>;tag=*");
  expect_header (ringing, SIP_HEADER_RECORD_ROUTE, "<sip:edge.invalid;lr>");
  expect_header (ringing, SIP_HEADER_CONTACT, "<sip:*.invalid;transport=ws;ob>");
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

static void
test_early_answer_here (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) early = NULL;

  start (&f);
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

  start (&f);
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

  start (&f);
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

  start (&f);
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

  start (&f);
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

  start (&f);
  ua_fixture_receive (&f,
                      "INVITE sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-in\nExpires: 20\n"
                      "From: <sip:bob@example.org>;tag=far\nTo: <sip:alice@example.org>\n"
                      "Call-ID: in\nCSeq: 1 INVITE\nMax-Forwards: 70\n" CONTACT "\n");
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

  start (&f);
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

  start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  answer = ua_fixture_take_response (&f, 200);
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
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

  start (&f);
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

  start (&f);
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
                      "Call-ID: in\nCSeq: 1 INVITE\nMax-Forwards: 70\n" CONTACT "\n");
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

  start (&f);
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

  start (&f);
  call = ring_offerless (&f);
  g_assert_true (sip_ua_answer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  offer = ua_fixture_take_response (&f, 200);
  ua_fixture_request_inside (&f, offer, "ACK", 1, "", NULL);
  ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* ---- The call changes ---- */

static void
test_reinvite_in (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) bye = NULL;

  start (&f);
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
  ua_fixture_request_inside (&f, answer, "ACK", 2, "", NULL);
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_expect_nothing_told (&f);
  g_assert_false (sip_ua_answer_reoffer (f.ua, call, 200, UA_ANSWER, f.now_us, NULL));
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

static void
test_reinvite_refused_here (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  start (&f);
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
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

static void
test_offer_asked (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;
  const UaTold *told;

  start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INVITE", 2, "", NULL);
  ua_fixture_expect_response (&f, 100);
  ua_fixture_take (&f, SIP_OUTPUT_OFFER_ASKED);
  g_assert_true (sip_ua_answer_reoffer (f.ua, call, 200, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  /* While our offer is open, theirs is glare. */
  ua_fixture_request_inside (&f, answer, "INVITE", 3, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, answer, "UPDATE", 4, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_request_inside (&f, answer, "ACK", 2, "", UA_ANSWER);
  told = ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  g_assert_cmpuint (told->status, ==, 200);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
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

  start (&f);
  call = ua_fixture_call (&f, &invite);
  g_assert_false (sip_ua_reoffer (f.ua, call, NULL, f.now_us, NULL));
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  expect_header (again, SIP_HEADER_TO, "<sip:bob@example.org>;tag=there");
  g_assert_cmpuint (sip_message_get_cseq (again)->number, ==, 2);
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_WRONG_STATE);
  /* Glare: theirs comes while ours is open. */
  ua_fixture_request_inside (&f, invite, "INVITE", 1, "", UA_OFFER);
  ua_fixture_expect_response (&f, 491);
  ua_fixture_respond (&f, again, 200, NULL, "Contact: <sip:bob@moved.invalid>\n",
                      UA_ANSWER);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  expect_target (ack, "sip:bob@moved.invalid");
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==, 2);
  told = ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  g_assert_cmpuint (told->status, ==, 200);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
  ua_fixture_respond (&f, again, 200, NULL, "Contact: <sip:bob@moved.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
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

  start (&f);
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

  start (&f);
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

static void
test_info (void)
{
  UaFixture f;
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) bad = NULL;

  start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INFO", 2, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "INFO", 3,
                             "Content-Type: application/dtmf-relay\n\nSignal=1\n", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "INFO", 4, "Content-Type: text/plain\n\nhello\n",
                             NULL);
  bad = ua_fixture_take_response (&f, 415);
  g_assert_true (sip_message_has_header (bad, SIP_HEADER_ACCEPT));
  ua_fixture_request_inside (&f, answer, "INFO", 5, "Info-Package: foo\n", NULL);
  ua_fixture_expect_response (&f, 469);
  ua_fixture_request_inside (&f, answer, "OPTIONS", 6, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "REFER", 7, "", NULL);
  ua_fixture_expect_response (&f, 405);
  ua_fixture_clear (&f);
}

/* A number that went down, or stood still, is not obeyed (RFC 3261 §12.2.2). */
static void
test_cseq_order (void)
{
  UaFixture f;
  g_autoptr (SipMessage) answer = NULL;

  start (&f);
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

/* ---- The flow is lost ---- */

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

  start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  lose_flow (&f);
  expect_reconnect (&f);
  g_assert_false (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NO_FLOW);
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
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

  start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
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

  start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_OVERLOADED, 300, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
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

  start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_advance (&f, SECONDS (10));
  lose_flow (&f);
  ua_fixture_expect_end (&f, call, SIP_END_FLOW_LOST, 0);
  expect_reconnect (&f);
  come_back (&f);
  /* They had answered meanwhile; they are not left in a call with nobody. */
  ua_fixture_respond (&f, invite, 200, "there", CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

static void
test_lost_ringing (void)
{
  UaFixture f;
  SipSessionId call;

  start (&f);
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

  start (&f);
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

  start (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_advance (&f, SECONDS (10));
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  lose_flow (&f);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 503);
  expect_reconnect (&f);
  come_back (&f);
  ua_fixture_respond (&f, again, 200, NULL, CONTACT, UA_ANSWER);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==, 2);
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

  start (&f);
  call = ua_fixture_call (&f, NULL);
  hang_up (&f, call, SIP_END_HUNG_UP_HERE);
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
  ADD ("out", test_call_out);
  ADD ("progress", test_progress);
  ADD ("no-answer-in-2xx", test_no_answer_in_2xx);
  ADD ("failures", test_failures);
  ADD ("timer-b", test_timer_b);
  ADD ("rings-long", test_rings_long);
  ADD ("cancel", test_cancel);
  ADD ("cancel-waits", test_cancel_waits);
  ADD ("cancel-too-late", test_cancel_too_late);
  ADD ("cancel-ignored", test_cancel_ignored);
  ADD ("forks", test_forks);
  ADD ("losing-fork", test_losing_fork);
  ADD ("too-many-forks", test_too_many_forks);
  ADD ("offerless", test_offerless);
  ADD ("offerless-unanswered", test_offerless_unanswered);
  ADD ("in", test_call_in);
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
  ADD ("reinvite-in", test_reinvite_in);
  ADD ("reinvite-refused-here", test_reinvite_refused_here);
  ADD ("offer-asked", test_offer_asked);
  ADD ("reinvite-out", test_reinvite_out);
  ADD ("reinvite-failures", test_reinvite_failures);
  ADD ("update", test_update);
  ADD ("info", test_info);
  ADD ("cseq-order", test_cseq_order);
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
