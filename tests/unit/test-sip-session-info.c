/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#include <string.h>

/* Digits by INFO. */

static void
receive_info (UaFixture *f,
              const SipMessage *inside,
              guint cseq,
              const char *type,
              const char *content)
{
  g_autofree char *more = g_strdup_printf ("Content-Type: %s\n\n%s", type, content);

  ua_fixture_request_inside (f, inside, "INFO", cseq, more, NULL);
}

static void
test_received (void)
{
  static const struct {
    const char *type;
    const char *content;
    char digit;
    guint duration_ms;
  } cases[] = {
      {"application/dtmf-relay", "Signal=5\nDuration=160\n", '5', 160},
      {"application/dtmf-relay", "Signal= *\nDuration= 100", '*', 100},
      {"Application/DTMF-Relay", "duration = 2000\nsignal = #\n", '#', 2000},
      {"application/dtmf-relay;charset=utf-8", "Signal=d", 'D', 250},
      {"application/dtmf-relay", "Signal=10\nDuration=250\n", '*', 250},
      {"application/dtmf-relay", "Signal=11\n", '#', 250},
      {"application/dtmf-relay", "Signal=15\n", 'D', 250},
      {"application/dtmf-relay", "\n\nSignal=0\nWhat=ever\nnothing\n", '0', 250},
      {"application/dtmf-relay", "Signal=1\nDuration=0\n", '1', 40},
      {"application/dtmf-relay", "Signal=1\nDuration=4294967295\n", '1', 8000},
      {"application/dtmf", "7", '7', 250},
      {"application/dtmf", " a \n", 'A', 250},
  };
  g_autoptr (SipMessage) answer = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const UaTold *told;

    receive_info (&f, answer, i + 2, cases[i].type, cases[i].content);
    ua_fixture_expect_response (&f, 200);
    told = ua_fixture_take (&f, SIP_OUTPUT_DIGIT);
    g_assert_cmpuint (told->session, ==, call);
    g_assert_cmpint (told->digit, ==, cases[i].digit);
    g_assert_cmpuint (told->duration_ms, ==, cases[i].duration_ms);
  }
  ua_fixture_clear (&f);
}

/* What comes again is answered again, and is no second digit. */
static void
test_received_again (void)
{
  g_autoptr (SipMessage) answer = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  receive_info (&f, answer, 2, "application/dtmf", "1");
  ua_fixture_take (&f, SIP_OUTPUT_DIGIT);
  ua_fixture_expect_response (&f, 200);
  receive_info (&f, answer, 2, "application/dtmf", "1");
  ua_fixture_expect_response (&f, 500);
  ua_fixture_clear (&f);
}

static void
test_malformed (void)
{
  static const struct {
    const char *type;
    const char *content;
    guint status;
  } cases[] = {
      {"application/dtmf-relay", "Signal=\n", 400},
      {"application/dtmf-relay", "Signal", 400},
      {"application/dtmf-relay", "Signal=16\n", 400},
      {"application/dtmf-relay", "Signal=12345678901234567890\n", 400},
      {"application/dtmf-relay", "Signal=55555\n", 400},
      {"application/dtmf-relay", "Signal=x\n", 400},
      {"application/dtmf-relay", "Signal=\"5\n", 400},
      {"application/dtmf-relay", "Signal=\xc3\xa4\n", 400},
      {"application/dtmf-relay", "Signal=5\nDuration=-1\n", 400},
      {"application/dtmf-relay", "Signal=5\nDuration=%n%s\n", 400},
      {"application/dtmf-relay", "Signal=5\nDuration=99999999999\n", 400},
      {"application/dtmf-relay", "Duration=100\n", 400},
      {"application/dtmf-relay", "5", 400},
      {"application/dtmf", "123", 400},
      {"application/dtmf", "\n", 400},
      {"text/plain", "Signal=5\n", 415},
      {"application/dtmf-other", "5", 415},
      {"application/dtmf-relay\nInfo-Package: dtmf", "Signal=5\n", 469},
  };
  g_autoptr (SipMessage) answer = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    receive_info (&f, answer, i + 2, cases[i].type, cases[i].content);
    ua_fixture_expect_response (&f, cases[i].status);
    ua_fixture_expect_nothing_told (&f);
  }
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

/* No byte that is not there is looked at, and NUL is a byte like any other. */
static void
test_nul (void)
{
  static const char content[] = "Signal=\0\nDuration=\0";
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autofree char *head = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  from = ua_text (sip_message_get_from (answer)->text);
  to = ua_text (sip_message_get_to (answer)->text);
  head = g_strdup_printf ("INFO %s SIP/2.0\r\nVia: SIP/2.0/WS e.invalid;branch=z9hG4bKn"
                          "\r\nFrom: %s\r\nTo: %s\r\nCall-ID: in\r\nCSeq: 2 INFO\r\n"
                          "Max-Forwards: 70\r\nContent-Type: application/dtmf-relay"
                          "\r\n\r\n",
                          sip_ua_get_contact (f.ua), from, to);
  g_byte_array_append (frame, (const guint8 *)head, (guint)strlen (head));
  g_byte_array_append (frame, (const guint8 *)content, sizeof content);
  ua_fixture_receive_bytes (&f, frame->data, frame->len);
  ua_fixture_expect_response (&f, 400);
  ua_fixture_clear (&f);
}

/* What is no digit: a sign of life, a wish for a key frame, what we do not speak. */
static void
test_others (void)
{
  g_autoptr (SipMessage) answer = NULL;
  g_autoptr (SipMessage) unknown = NULL;
  g_autoptr (SipMessage) package = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "INFO", 2, "", NULL);
  ua_fixture_expect_response (&f, 200);
  receive_info (&f, answer, 3, "application/media_control+xml", "<media_control/>");
  ua_fixture_expect_response (&f, 200);
  receive_info (&f, answer, 4, "text/plain", "hello\n");
  unknown = ua_fixture_take_response (&f, 415);
  ua_expect_header (unknown, SIP_HEADER_ACCEPT, "application/dtmf-relay, *");
  ua_fixture_request_inside (&f, answer, "INFO", 5, "Info-Package: foo\n", NULL);
  package = ua_fixture_take_response (&f, 469);
  g_assert_true (
      sip_text_equal_str (sip_message_get_header_by_name (package, "Recv-Info"), "nil"));
  ua_fixture_request_inside (&f, answer, "OPTIONS", 6, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_request_inside (&f, answer, "PUBLISH", 7, "", NULL);
  ua_fixture_expect_response (&f, 405);
  ua_fixture_clear (&f);
}

static void
test_sent (void)
{
  g_autoptr (SipMessage) info = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (GError) error = NULL;
  const UaTold *told;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  g_assert_true (sip_ua_send_digit (f.ua, call, 'a', 160, f.now_us, NULL));
  g_assert_true (sip_ua_send_digit (f.ua, call, '#', 0, f.now_us, NULL));
  ua_fixture_pump (&f);
  info = ua_fixture_take_request (&f, SIP_METHOD_INFO);
  second = ua_fixture_take_request (&f, SIP_METHOD_INFO);
  ua_expect_header (info, SIP_HEADER_CONTENT_TYPE, "application/dtmf-relay");
  g_assert_true (
      sip_text_equal_str (sip_message_get_body (info), "Signal=A\r\nDuration=160\r\n"));
  g_assert_true (
      sip_text_equal_str (sip_message_get_body (second), "Signal=#\r\nDuration=40\r\n"));
  ua_fixture_respond (&f, second, 200, NULL, "", NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT);
  g_assert_cmpint (told->digit, ==, '#');
  g_assert_cmpuint (told->status, ==, 200);
  ua_fixture_respond (&f, info, 415, NULL, "", NULL);
  told = ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT);
  g_assert_cmpint (told->digit, ==, 'A');
  g_assert_cmpuint (told->status, ==, 415);
  g_assert_false (sip_ua_send_digit (f.ua, call, '+', 160, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_false (sip_ua_send_digit (f.ua, call, '\0', 160, f.now_us, NULL));
  g_assert_false (sip_ua_send_digit (f.ua, 99, '1', 160, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_FOUND);
  ua_fixture_clear (&f);
}

static void
send_digit (UaFixture *f, SipSessionId call, SipMessage **info)
{
  g_assert_true (sip_ua_send_digit (f->ua, call, '1', 160, f->now_us, NULL));
  ua_fixture_pump (f);
  *info = ua_fixture_take_request (f, SIP_METHOD_INFO);
}

/* The call goes on, but where the far end does not know it any more. */
static void
test_failures (void)
{
  g_autoptr (SipMessage) info = NULL;
  g_autoptr (SipMessage) lost = NULL;
  g_autoptr (SipMessage) last = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  send_digit (&f, call, &info);
  ua_fixture_advance (&f, 33 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT)->status, ==, 408);
  send_digit (&f, call, &lost);
  ua_fixture_lose_flow (&f);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT)->status, ==, 503);
  ua_fixture_expect_reconnect (&f);
  g_assert_false (sip_ua_send_digit (f.ua, call, '1', 160, f.now_us, NULL));
  ua_fixture_come_back (&f);
  send_digit (&f, call, &last);
  ua_fixture_respond (&f, last, 481, NULL, "", NULL);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT)->status, ==, 481);
  ua_fixture_expect_end (&f, call, SIP_END_DIALOG_GONE, 481);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* In a call a challenge is answered only where the account says so. */
static void
test_challenged (void)
{
  static const SipUaFlags flags[] = {SIP_UA_FLAG_NONE, SIP_UA_FLAG_AUTH_IN_DIALOG};

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++) {
    g_autoptr (SipMessage) info = NULL;
    g_autoptr (SipMessage) again = NULL;
    UaFixture f;
    SipSessionId call;
    guint status = 407;

    ua_fixture_init (&f, &(UaOptions){.flags = flags[i]});
    ua_fixture_register (&f);
    call = ua_fixture_call (&f, NULL);
    send_digit (&f, call, &info);
    ua_fixture_challenge (&f, info, 407, "example.org", "p1", "");
    if (flags[i] == SIP_UA_FLAG_AUTH_IN_DIALOG) {
      again = ua_fixture_take_request (&f, SIP_METHOD_INFO);
      ua_expect_header (again, SIP_HEADER_PROXY_AUTHORIZATION, "Digest *");
      g_assert_true (
          sip_text_equal (sip_message_get_body (again), sip_message_get_body (info)));
      ua_fixture_respond (&f, again, 200, NULL, "", NULL);
      status = 200;
    }
    g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT)->status, ==, status);
    ua_fixture_clear (&f);
  }
}

/* Before the answer: to the fork that can hear it, and from one. */
static void
test_early (void)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) info = NULL;
  g_autoptr (GError) error = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_respond (&f, invite, 180, "one", "Contact: <sip:bob@one.invalid>\n", NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  g_assert_false (sip_ua_send_digit (f.ua, call, '1', 160, f.now_us, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_WRONG_STATE);
  ua_fixture_respond (&f, invite, 183, "there", "Contact: <sip:bob@two.invalid>\n",
                      UA_ANSWER);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_PROGRESS)->fork, ==, 2);
  send_digit (&f, call, &info);
  ua_expect_target (info, "sip:bob@two.invalid");
  ua_fixture_respond (&f, info, 200, NULL, "", NULL);
  ua_fixture_take (&f, SIP_OUTPUT_DIGIT_SENT);
  receive_info (&f, invite, 1, "application/dtmf", "3");
  ua_fixture_expect_response (&f, 200);
  g_assert_cmpint (ua_fixture_take (&f, SIP_OUTPUT_DIGIT)->digit, ==, '3');
  ua_fixture_drop (&f);
}

/* The call is over: neither the digit nor its answer is told. */
static void
test_over (void)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) info = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, &invite);
  send_digit (&f, call, &info);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, info, 481, NULL, "", NULL);
  receive_info (&f, invite, 1, "application/dtmf", "3");
  ua_fixture_expect_response (&f, 481);
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-info/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("received", test_received);
  ADD ("received-again", test_received_again);
  ADD ("malformed", test_malformed);
  ADD ("nul", test_nul);
  ADD ("others", test_others);
  ADD ("sent", test_sent);
  ADD ("failures", test_failures);
  ADD ("challenged", test_challenged);
  ADD ("early", test_early);
  ADD ("over", test_over);
  return g_test_run ();
}
