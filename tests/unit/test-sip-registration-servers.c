/* SPDX-License-Identifier: GPL-3.0-or-later */
/* REGISTER where the host knows several servers: who cannot register us is left at once, or
 * when the binding that stands there has run out, and avoided for as long as it asked for. */
#include "sip-registration.h"

#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

static const UaOptions several = {.flags = SIP_UA_FLAG_SEVERAL_SERVERS};

/* The flow is left for one to another server, in the same moment. */
static void
expect_elsewhere (UaFixture *f, guint status, gint64 low_us, gint64 high_us)
{
  const UaTold *told = ua_fixture_take (f, SIP_OUTPUT_AVOID_SERVER);

  g_assert_cmpuint (told->status, ==, status);
  g_assert_cmpint (told->retry_at_us - f->now_us, >=, low_us);
  g_assert_cmpint (told->retry_at_us - f->now_us, <=, high_us);
  ua_fixture_take (f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_take (f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_CONNECTING);
  ua_fixture_expect_nothing_told (f);
}

static SipMessage *
open_next (UaFixture *f)
{
  sip_ua_flow_opened (f->ua, f->now_us);
  ua_fixture_pump (f);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERING);
  return ua_fixture_take_request (f, SIP_METHOD_REGISTER);
}

/* ---- At the first REGISTER ---- */

static void
assert_elsewhere (guint status, const char *more, gint64 low_us, gint64 high_us)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &several);
  g_autoptr (SipMessage) second = NULL;

  ua_fixture_respond (&f, first, status, "x", more, NULL);
  expect_elsewhere (&f, status, low_us, high_us);
  second = open_next (&f);
  ua_fixture_grant (&f, second, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_clear (&f);
}

static void
test_next_server (void)
{
  assert_elsewhere (503, "Retry-After: 100\n", SECONDS (100), SECONDS (108));
  assert_elsewhere (503, "Retry-After: 2147483648\n", SECONDS (3600), SECONDS (3608));
  assert_elsewhere (503, "", SECONDS (5), SECONDS (30));
  assert_elsewhere (500, "", SECONDS (5), SECONDS (30));
  assert_elsewhere (480, "Retry-After: 20\n", SECONDS (20), SECONDS (28));
}

/* It says no to us, and the others would too; or nothing is wrong with it. */
static void
test_stays (void)
{
  static const guint statuses[] = {302, 400, 403, 404, 486, 603};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    UaFixture f;
    g_autoptr (SipMessage) first = ua_fixture_begin (&f, &several);

    ua_fixture_respond (&f, first, statuses[i], "x", "", NULL);
    ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
    ua_fixture_expect_nothing_told (&f);
    ua_fixture_expect_silence (&f);
    ua_fixture_drop (&f);
  }
}

/* The host has no other left: it says for how long, and that is kept. */
static void
test_all_avoided (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &several);
  g_autoptr (SipMessage) second = NULL;
  const UaTold *told;

  ua_fixture_respond (&f, first, 503, "x", "Retry-After: 100\n", NULL);
  expect_elsewhere (&f, 503, SECONDS (100), SECONDS (108));
  second = open_next (&f);
  ua_fixture_respond (&f, second, 503, "x", "Retry-After: 50\n", NULL);
  expect_elsewhere (&f, 503, SECONDS (50), SECONDS (58));
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_OVERLOADED, 50, f.now_us);
  ua_fixture_pump (&f);
  told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
  g_assert_cmpuint (told->status, ==, 503);
  g_assert_cmpint (told->retry_at_us - f.now_us, >=, SECONDS (50));
  g_assert_cmpint (told->retry_at_us - f.now_us, <=, SECONDS (70));
  ua_fixture_advance (&f, SECONDS (49));
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_advance (&f, SECONDS (21));
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_drop (&f);
}

/* ---- All are avoided: why? ---- */

static void
expect_waiting (UaFixture *f, SipFlowClose why, guint status)
{
  const UaTold *told;

  sip_ua_flow_closed (f->ua, why, 0, f->now_us);
  ua_fixture_pump (f);
  told = ua_fixture_take (f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
  g_assert_cmpuint (told->status, ==, status);
}

/* The first said 500, and there is another one that is not reached. */
static void
begin_left (UaFixture *f)
{
  g_autoptr (SipMessage) first = ua_fixture_begin (f, &several);

  ua_fixture_respond (f, first, 500, "x", "Retry-After: 100\n", NULL);
  ua_fixture_forget (f);
}

/* Each of them says something else, and the last word is told. */
static void
test_status_is_told (void)
{
  UaFixture f;
  g_autoptr (SipMessage) second = NULL;

  begin_left (&f);
  second = open_next (&f);
  ua_fixture_respond (&f, second, 504, "x", "", NULL);
  ua_fixture_forget (&f);
  expect_waiting (&f, SIP_FLOW_CLOSE_OVERLOADED, 504);
  ua_fixture_drop (&f);
}

static void
test_status_of_unreached (void)
{
  UaFixture f;

  begin_left (&f);
  expect_waiting (&f, SIP_FLOW_CLOSE_UNREACHED, 500);
  ua_fixture_drop (&f);
}

/* A person may do something about it. */
static void
test_status_of_refused (void)
{
  UaFixture f;

  begin_left (&f);
  expect_waiting (&f, SIP_FLOW_CLOSE_REFUSED, 0);
  ua_fixture_drop (&f);
}

/* The second was reached: what became of it is the news. */
static void
test_status_is_old (void)
{
  UaFixture f;
  g_autoptr (SipMessage) second = NULL;

  begin_left (&f);
  second = open_next (&f);
  expect_waiting (&f, SIP_FLOW_CLOSE_LOST, 0);
  ua_fixture_drop (&f);
}

/* ---- All are avoided, and somebody wants more than to wait ---- */

/* Both have said so, and asked for 100 s or for nothing. */
static void
begin_avoided (UaFixture *f, const char *more)
{
  g_autoptr (SipMessage) first = ua_fixture_begin (f, &several);
  g_autoptr (SipMessage) second = NULL;

  ua_fixture_respond (f, first, 503, "x", more, NULL);
  ua_fixture_forget (f);
  second = open_next (f);
  ua_fixture_respond (f, second, 503, "x", more, NULL);
  ua_fixture_forget (f);
  sip_ua_flow_closed (f->ua, SIP_FLOW_CLOSE_OVERLOADED, 5, f->now_us);
  ua_fixture_pump (f);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_WAITING);
}

/* Nobody is avoided any more, and what is asked first is told to register. */
static void
expect_asked_now (UaFixture *f)
{
  g_autoptr (SipMessage) request = NULL;

  ua_fixture_pump (f);
  ua_fixture_take (f, SIP_OUTPUT_AVOID_NONE);
  ua_fixture_take (f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_CONNECTING);
  request = open_next (f);
  ua_fixture_drop (f);
}

static void
test_wanted_now (void)
{
  UaFixture f;

  begin_avoided (&f, "Retry-After: 100\n");
  sip_ua_start (f.ua, f.now_us);
  expect_asked_now (&f);
  begin_avoided (&f, "Retry-After: 100\n");
  sip_ua_set_credentials (f.ua, NULL, "another", f.now_us);
  expect_asked_now (&f);
}

/* Who was silent, or failed, may have been so because of the network. */
static void
test_network_changed (void)
{
  UaFixture f;

  begin_avoided (&f, "");
  sip_ua_network_changed (f.ua, f.now_us);
  expect_asked_now (&f);
}

/* But what a server asked for holds over all networks, as it does where there is one. */
static void
test_network_changed_after_asked (void)
{
  UaFixture f;

  begin_avoided (&f, "Retry-After: 100\n");
  sip_ua_network_changed (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  ua_fixture_clear (&f);
}

/* Servers that only say 503 are each asked ever less often. */
static void
test_avoided_for_longer (void)
{
  UaFixture f;
  SipMessage *request = ua_fixture_begin (&f, &several);
  gint64 wait_us = 0;

  for (guint i = 0; i < 6; i++) {
    ua_fixture_respond (&f, request, 503, "x", "", NULL);
    wait_us = ua_fixture_take (&f, SIP_OUTPUT_AVOID_SERVER)->retry_at_us - f.now_us;
    g_assert_cmpint (wait_us, >=, SECONDS (5));
    ua_fixture_forget (&f);
    sip_message_unref (request);
    request = open_next (&f);
  }
  g_assert_cmpint (wait_us, >=, SECONDS (15));
  sip_message_unref (request);
  ua_fixture_drop (&f);
}

/* It took the flow, and says nothing to REGISTER. */
static void
test_silence (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = ua_fixture_begin (&f, &several);
  g_autoptr (SipMessage) second = NULL;

  ua_fixture_advance (&f, SECONDS (31));
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_advance (&f, SECONDS (1));
  expect_elsewhere (&f, 408, SECONDS (5), SECONDS (30));
  second = open_next (&f);
  ua_fixture_advance (&f, SECONDS (32));
  expect_elsewhere (&f, 408, SECONDS (5), SECONDS (30));
  expect_waiting (&f, SIP_FLOW_CLOSE_OVERLOADED, 408);
  ua_fixture_drop (&f);
}

/* ---- At a refresh ---- */

static SipMessage *
wait_register (UaFixture *f)
{
  while (g_queue_is_empty (&f->sent))
    ua_fixture_advance (f, SECONDS (1));
  return ua_fixture_take_request (f, SIP_METHOD_REGISTER);
}

/* The refresh is answered so. Returns when the binding ends, in a minute at the soonest. */
static gint64
begin_refresh (UaFixture *f, guint status, const char *more)
{
  g_autoptr (SipMessage) refresh = NULL;
  const UaTold *told;
  gint64 until_us;

  ua_fixture_init (f, &several);
  ua_fixture_register (f);
  refresh = wait_register (f);
  ua_fixture_respond (f, refresh, status, "x", more, NULL);
  told = ua_fixture_take (f, SIP_OUTPUT_REGISTRATION);
  g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
  g_assert_cmpint (told->expires_at_us - f->now_us, >, SECONDS (58));
  until_us = told->expires_at_us;
  ua_fixture_expect_nothing_told (f);
  return until_us;
}

/* The binding stands, and the server is asked again until that has run out. */
static void
test_refresh (void)
{
  UaFixture f;
  gint64 until_us = begin_refresh (&f, 500, "");

  for (guint n_asked = 0;; n_asked++) {
    g_autoptr (SipMessage) again = wait_register (&f);

    ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
    ua_fixture_respond (&f, again, 500, "x", "", NULL);
    if (f.now_us >= until_us) {
      g_assert_cmpuint (n_asked, >, 0);
      break;
    }
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
    ua_fixture_expect_nothing_told (&f);
  }
  expect_elsewhere (&f, 500, SECONDS (5), SECONDS (30));
  ua_fixture_drop (&f);
}

/* It is refreshed at this server, and nobody was left. */
static void
test_refresh_again (void)
{
  UaFixture f;
  g_autoptr (SipMessage) again = NULL;

  begin_refresh (&f, 503, "Retry-After: 20\n");
  ua_fixture_advance (&f, SECONDS (19));
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (9));
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  again = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_grant (&f, again, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_clear (&f);
}

/* It asks for more time than the binding has: it is left when that has run out, and for
 * what is left of the time, without being asked. */
static void
test_refresh_too_late (void)
{
  UaFixture f;
  gint64 until_us;
  gint64 free_at_us;
  g_autoptr (SipMessage) next = NULL;

  until_us = begin_refresh (&f, 503, "Retry-After: 1000\n");
  free_at_us = f.now_us + SECONDS (1000);
  ua_fixture_advance (&f, until_us - f.now_us - 1);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, 1);
  expect_elsewhere (&f, 503, free_at_us - f.now_us, free_at_us - f.now_us);
  ua_fixture_expect_silence (&f);
  next = open_next (&f);
  ua_fixture_grant (&f, next, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_clear (&f);
}

/* What says nothing for 32 s brings no calls either: the flow is left at once. */
static void
test_refresh_silence (void)
{
  UaFixture f;
  g_autoptr (SipMessage) refresh = NULL;

  ua_fixture_init (&f, &several);
  ua_fixture_register (&f);
  refresh = wait_register (&f);
  while (g_queue_is_empty (&f.told))
    ua_fixture_advance (&f, sip_ua_get_deadline (f.ua) - f.now_us);
  expect_elsewhere (&f, 408, SECONDS (5), SECONDS (30));
  ua_fixture_drop (&f);
}

/* A call goes through this server, and stays with it; what it asked for is kept there. */
static void
test_call_stays (void)
{
  UaFixture f;
  g_autoptr (SipMessage) refresh = NULL;
  g_autoptr (SipMessage) again = NULL;
  SipSessionId call;

  ua_fixture_init (&f, &several);
  ua_fixture_register (&f);
  call = ua_fixture_call (&f, NULL);
  refresh = wait_register (&f);
  ua_fixture_respond (&f, refresh, 503, "x", "Retry-After: 100\n", NULL);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_advance (&f, SECONDS (99));
  ua_fixture_expect_silence (&f);
  ua_fixture_advance (&f, SECONDS (9));
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  again = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_grant (&f, again, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_hang_up (&f, call, SIP_END_HUNG_UP_HERE);
  ua_fixture_drop (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/sip-registration-servers/" name, func)
  ADD ("next-server", test_next_server);
  ADD ("stays", test_stays);
  ADD ("all-avoided", test_all_avoided);
  ADD ("status-is-told", test_status_is_told);
  ADD ("status-of-unreached", test_status_of_unreached);
  ADD ("status-of-refused", test_status_of_refused);
  ADD ("status-is-old", test_status_is_old);
  ADD ("wanted-now", test_wanted_now);
  ADD ("network-changed", test_network_changed);
  ADD ("network-changed-after-asked", test_network_changed_after_asked);
  ADD ("avoided-for-longer", test_avoided_for_longer);
  ADD ("silence", test_silence);
  ADD ("refresh", test_refresh);
  ADD ("refresh-again", test_refresh_again);
  ADD ("refresh-too-late", test_refresh_too_late);
  ADD ("refresh-silence", test_refresh_silence);
  ADD ("call-stays", test_call_stays);
#undef ADD
  return g_test_run ();
}
