/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- We call ---- */

static void
test_call_out (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, &invite);
  ua_expect_target (invite, "sip:bob@example.org");
  ua_expect_header (invite, SIP_HEADER_CONTACT, "<sip:*@*.invalid;transport=ws;ob>");
  ua_expect_header (invite, SIP_HEADER_CONTENT_TYPE, "application/sdp");
  ua_expect_header (invite, SIP_HEADER_ALLOW, "INVITE, ACK, CANCEL, BYE*");
  ua_expect_header (invite, SIP_HEADER_MAX_FORWARDS, "70");
  ua_expect_header (invite, SIP_HEADER_USER_AGENT, "test");
  g_assert_false (sip_message_has_token (invite, SIP_HEADER_SUPPORTED, "100rel"));
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_expect_target (bye, "sip:bob@far.invalid");
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

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 100, NULL, "", NULL);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_cmpuint (told->status, ==, 180);
  g_assert_null (told->body);
  ua_fixture_respond (&f, invite, 183, "there", UA_CONTACT, UA_ANSWER);
  told = ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_cmpuint (told->status, ==, 183);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
  /* The early answer stands where the 2xx has none, and is told again. */
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  g_assert_cmpuint (told->fork, ==, 1);
  g_assert_cmpstr (told->body, ==, UA_ANSWER);
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

    ua_fixture_start (&f);
    invite = ua_fixture_dial (&f, &call);
    if (bodies[i] == NULL)
      ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, NULL);
    else
      ua_fixture_respond (&f, invite, 200, "there",
                          UA_CONTACT "Content-Type: text/plain\n\nnot a\n", NULL);
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

  ua_fixture_start (&f);
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
    ua_expect_target (ack, "sip:bob@example.org");
    ua_expect_header (ack, SIP_HEADER_TO, "<sip:bob@example.org>;tag=there");
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

  ua_fixture_start (&f);
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

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
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

/* ---- sips: ---- */

/* Secure on every hop (RFC 3261 §8.1.1.8, §26.2.2), or not at all. */
static void
test_secure (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (GError) error = NULL;

  ua_fixture_start (&f);
  call = sip_ua_invite (f.ua, "sips:bob@example.org", UA_OFFER, f.now_us, &error);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_UNSUPPORTED);
  g_assert_cmpuint (call, ==, 0);
  ua_fixture_clear (&f);
  g_clear_error (&error);

  ua_fixture_init (&f, &(UaOptions){.flags = SIP_UA_FLAG_SECURE});
  ua_fixture_register (&f);
  call = sip_ua_invite (f.ua, "sips:bob@example.org", UA_OFFER, f.now_us, &error);
  g_assert_no_error (error);
  ua_fixture_pump (&f);
  invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_expect_target (invite, "sips:bob@example.org");
  ua_expect_header (invite, SIP_HEADER_CONTACT, "<sips:*.invalid;transport=ws;ob>");
  ua_fixture_respond (&f, invite, 200, "there", "Contact: <sips:bob@far.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  g_assert_true (sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL));
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_expect_header (again, SIP_HEADER_CONTACT, "<sips:*.invalid;transport=ws;ob>");
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

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_true (
      sip_ua_hang_up (f.ua, call, "changed \"my\"\r\nX: mind", f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_end (&f, call, SIP_END_CANCELLED_HERE, 0);
  cancel = ua_fixture_take_request (&f, SIP_METHOD_CANCEL);
  g_assert_true (sip_text_equal (sip_message_get_via (cancel)->branch,
                                 sip_message_get_via (invite)->branch));
  ua_expect_target (cancel, "sip:bob@example.org");
  g_assert_cmpuint (sip_message_get_cseq (cancel)->number, ==, 1);
  g_assert_cmpuint (sip_message_get_to_tag (cancel).len, ==, 0);
  ua_expect_header (cancel, SIP_HEADER_REASON,
                    "SIP;text=\"changed \\\"my\\\"  X: mind\"");
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

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_silence (&f);
  ua_fixture_respond (&f, invite, 100, NULL, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
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

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_ANSWER);
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

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_hang_up (&f, call, SIP_END_CANCELLED_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  ua_fixture_advance (&f, SECONDS (40));
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_silence (&f);
  ua_fixture_clear (&f);
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

  ua_fixture_start (&f);
  call = sip_ua_invite (f.ua, "bob", NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  g_assert_cmpuint (sip_message_get_body (invite).len, ==, 0);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_OFFER);
  g_assert_cmpstr (ua_fixture_take (&f, SIP_OUTPUT_ANSWERED)->body, ==, UA_OFFER);
  ua_fixture_expect_silence (&f);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_OFFER);
  ua_fixture_expect_silence (&f);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  body = ua_text (sip_message_get_body (ack));
  g_assert_cmpstr (body, ==, UA_ANSWER);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_OFFER);
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

  ua_fixture_start (&f);
  call = sip_ua_invite (f.ua, "bob", NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_OFFER);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  ua_fixture_advance (&f, SECONDS (31));
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_expect_end (&f, call, SIP_END_PROTOCOL_ERROR, 0);
  ua_fixture_clear (&f);
}

/* It gave up while it rang, and answers all the same. */
static void
test_bye_then_answer (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "there", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_request_inside (&f, invite, "BYE", 1, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_respond (&f, invite, 200, "there", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_THERE, 0);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 481, NULL, "", NULL);
  ua_fixture_advance (&f, SECONDS (300));
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-uac/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("out", test_call_out);
  ADD ("secure", test_secure);
  ADD ("progress", test_progress);
  ADD ("no-answer-in-2xx", test_no_answer_in_2xx);
  ADD ("failures", test_failures);
  ADD ("timer-b", test_timer_b);
  ADD ("rings-long", test_rings_long);
  ADD ("cancel", test_cancel);
  ADD ("cancel-waits", test_cancel_waits);
  ADD ("cancel-too-late", test_cancel_too_late);
  ADD ("cancel-ignored", test_cancel_ignored);
  ADD ("offerless", test_offerless);
  ADD ("offerless-unanswered", test_offerless_unanswered);
  ADD ("bye-then-answer", test_bye_then_answer);
  return g_test_run ();
}
