/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "ua-fixture.h"

#include <string.h>

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- The flow ---- */

static void
test_keep_alive (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_receive_bytes (&f, "\r\n\r\n", 4);
  g_assert_cmpuint (f.n_keepalives, ==, 1);
  ua_fixture_receive_bytes (&f, "\r\n", 2);
  ua_fixture_receive_bytes (&f, "", 0);
  g_assert_cmpuint (f.n_keepalives, ==, 1);
  ua_fixture_advance (&f, SECONDS (25));
  g_assert_cmpuint (f.n_pings, ==, 1);
  ua_fixture_advance (&f, SECONDS (24));
  ua_fixture_receive_bytes (&f, "\r\n", 2); /* life: the next ping is put off */
  ua_fixture_advance (&f, SECONDS (24));
  g_assert_cmpuint (f.n_pings, ==, 1);
  ua_fixture_clear (&f);
}

static void
test_half_open (void)
{
  UaFixture f;
  gint64 since_us;

  ua_fixture_start (&f);
  f.is_silent = TRUE;
  since_us = f.now_us;
  while (g_queue_is_empty (&f.told))
    ua_fixture_advance (&f, SECONDS (1));
  g_assert_cmpint (f.now_us - since_us, <=, SECONDS (30));
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  ua_fixture_clear (&f);
}

static void
test_network_changed (void)
{
  UaFixture f;
  SipSessionId call;

  ua_fixture_init (&f, &(UaOptions){0});
  sip_ua_network_changed (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_register (&f);
  call = ua_fixture_call (&f, NULL);
  sip_ua_network_changed (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  g_assert_cmpuint (call, !=, 0);
  ua_fixture_clear (&f);
}

/* A host that tells things in the wrong order. */
static void
test_odd_host (void)
{
  UaFixture f;

  ua_fixture_init (&f, &(UaOptions){0});
  sip_ua_flow_opened (f.ua, f.now_us);
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_LOST, 9, f.now_us);
  sip_ua_pong (f.ua, f.now_us);
  sip_ua_receive (f.ua, "x", 1, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_nothing_told (&f);
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_STOPPED);
  ua_fixture_register (&f);
  sip_ua_flow_opened (f.ua, f.now_us);
  sip_ua_tick (f.ua, 0); /* time does not go back */
  ua_fixture_pump (&f);
  ua_fixture_clear (&f);
}

/* ---- Stopping ---- */

static void
test_stop_in_call (void)
{
  UaFixture f;
  SipSessionId standing, ringing;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (SipMessage) removal = NULL;

  ua_fixture_start (&f);
  standing = ua_fixture_call (&f, NULL);
  ringing = ua_fixture_ring (&f, "in", NULL);
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_end (&f, standing, SIP_END_HUNG_UP_HERE, 0);
  ua_fixture_expect_end (&f, ringing, SIP_END_DECLINED_HERE, 603);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_UNREGISTERING);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_expect_response (&f, 603);
  removal = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_respond (&f, removal, 200, "x", "", NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_OFFLINE);
  ua_fixture_expect_nothing_told (&f); /* the BYE still has its turn */
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (&f, SIP_OUTPUT_STOPPED);
  g_assert_cmpint (sip_ua_get_deadline (f.ua), ==, G_MAXINT64);
  ua_fixture_clear (&f);
}

/* A call that is ended before its ACK came: the registration is kept for the ACK, and the
 * BYE goes before it, but it is not kept for long. */
static void
test_stop_before_ack (gconstpointer data)
{
  gboolean comes = GPOINTER_TO_INT (data);
  g_autoptr (SipMessage) answer = NULL;
  UaFixture f;
  SipSessionId call;

  ua_fixture_start (&f);
  call = ua_fixture_ring (&f, "in", NULL);
  g_assert_true (sip_ua_answer (f.ua, call, UA_ANSWER, f.now_us, NULL));
  ua_fixture_pump (&f);
  answer = ua_fixture_take_response (&f, 200);
  g_assert_true (sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL));
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_silence (&f);
  if (comes) {
    ua_fixture_request_inside (&f, answer, "ACK", 1, "", NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  } else {
    ua_fixture_advance (&f, G_TIME_SPAN_SECOND); /* half of what a stop may take */
    ua_fixture_expect_response (&f, 200);        /* sent again */
  }
  ua_fixture_expect_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_drop (&f);
}

/* Who is leaving takes no call. */
static void
test_call_while_stopping (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  sip_ua_stop (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_receive (&f, "INVITE sip:alice@example.org SIP/2.0\n"
                          "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-late\n"
                          "From: <sip:bob@example.org>;tag=far\n"
                          "To: <sip:alice@example.org>\n"
                          "Call-ID: late\nCSeq: 1 INVITE\nMax-Forwards: 70\n"
                          "Contact: <sip:bob@far.invalid>\n\n");
  ua_fixture_expect_response (&f, 480);
  g_assert_cmpuint (sip_ua_invite (f.ua, "bob", UA_OFFER, f.now_us, NULL), ==, 0);
  ua_fixture_pump (&f);
  ua_fixture_expect_silence (&f);
  ua_fixture_drop (&f);
}

static void
test_ids (void)
{
  UaFixture f;
  SipSessionId first, second;

  ua_fixture_start (&f);
  first = ua_fixture_call (&f, NULL);
  second = ua_fixture_ring (&f, "in", NULL);
  g_assert_cmpuint (second, >, first);
  sip_ua_hang_up (f.ua, first, NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_take (&f, SIP_OUTPUT_ENDED);
  g_assert_cmpuint (ua_fixture_call (&f, NULL), >, second);
  g_assert_false (sip_ua_answer (f.ua, 0, UA_ANSWER, f.now_us, NULL));
  g_assert_false (sip_ua_hang_up (f.ua, G_MAXUINT64, NULL, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_clear (&f);
}

/* The same seed and the same inputs: the same bytes. */
static char *
run_a_life (guint64 seed)
{
  UaFixture f;
  SipSessionId call;
  char *wire;

  ua_fixture_init (&f, &(UaOptions){.seed = seed});
  ua_fixture_register (&f);
  call = ua_fixture_call (&f, NULL);
  ua_fixture_be_called (&f, "in", NULL);
  ua_fixture_advance (&f, SECONDS (200));
  sip_ua_hang_up (f.ua, call, "bye", f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_advance (&f, SECONDS (400));
  wire = g_strdup (f.wire->str);
  ua_fixture_drop (&f);
  return wire;
}

static void
test_same_seed (void)
{
  g_autofree char *first = run_a_life (7);
  g_autofree char *second = run_a_life (7);
  g_autofree char *other = run_a_life (8);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, other);
}

#define ADD(name, func) g_test_add_func ("/sip-ua-life/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keep-alive", test_keep_alive);
  ADD ("half-open", test_half_open);
  ADD ("network-changed", test_network_changed);
  ADD ("odd-host", test_odd_host);
  ADD ("stop-in-call", test_stop_in_call);
  g_test_add_data_func ("/sip-ua-life/stop-before-ack", GINT_TO_POINTER (TRUE),
                        test_stop_before_ack);
  g_test_add_data_func ("/sip-ua-life/stop-without-ack", GINT_TO_POINTER (FALSE),
                        test_stop_before_ack);
  ADD ("call-while-stopping", test_call_while_stopping);
  ADD ("ids", test_ids);
  ADD ("same-seed", test_same_seed);
  return g_test_run ();
}
