/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* A server that does not want us, for an hour: how often it is tried, and what is told. */

typedef enum {
  AT_HANDSHAKE,  /* refused before it opened */
  AT_ONCE,       /* opened, and closed in the same moment */
  AFTER_A_WHILE, /* registered, and closed 10 s later */
  DURING_A_CALL, /* the same, and a call is on */
} Moment;

typedef struct {
  Moment moment;
  SipFlowClose why;
  guint retry_after_s;
  gint64 least_us; /* between two attempts */
  guint most;      /* attempts in the hour */
} Case;

static const Case cases[] = {
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_REFUSED, 0, SECONDS (30), 121},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_POLICY, 0, SECONDS (30), 121},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_REFUSED, 1, SECONDS (30), 121},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_REFUSED, 120, SECONDS (120), 30},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_UNREACHED, 30, SECONDS (30), 120},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_OVERLOADED, 0, SECONDS (5), 190},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_OVERLOADED, 300, SECONDS (300), 12},
    {AT_HANDSHAKE, SIP_FLOW_CLOSE_OVERLOADED, G_MAXUINT, SECONDS (3600), 1},
    {AT_ONCE, SIP_FLOW_CLOSE_POLICY, 0, SECONDS (30), 121},
    {AFTER_A_WHILE, SIP_FLOW_CLOSE_POLICY, 0, SECONDS (30), 91},
    {DURING_A_CALL, SIP_FLOW_CLOSE_POLICY, 0, SECONDS (30), 91},
    {DURING_A_CALL, SIP_FLOW_CLOSE_OVERLOADED, 60, SECONDS (60), 60},
};

static void
forget (UaFixture *f)
{
  while (!g_queue_is_empty (&f->sent))
    sip_message_unref (g_queue_pop_head (&f->sent));
}

/* Opened, registered, and closed again as the case has it. */
static void
be_closed (UaFixture *f, const Case *c)
{
  g_autoptr (SipMessage) request = NULL;

  if (c->moment != AT_HANDSHAKE) {
    sip_ua_flow_opened (f->ua, f->now_us);
    ua_fixture_pump (f);
    ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERING);
    request = ua_fixture_take_request (f, SIP_METHOD_REGISTER);
  }
  if (c->moment == AFTER_A_WHILE || c->moment == DURING_A_CALL) {
    ua_fixture_grant (f, request, 600);
    ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERED);
    if (c->moment == DURING_A_CALL && sip_ua_get_n_calls (f->ua) == 0)
      ua_fixture_call (f, NULL);
    ua_fixture_advance (f, SECONDS (10));
  }
  forget (f);
  sip_ua_flow_closed (f->ua, c->why, c->retry_after_s, f->now_us);
  ua_fixture_pump (f);
}

static void
run (const Case *c)
{
  gint64 closed_us = 0, until_us;
  guint n_attempts = 0;
  UaFixture f;

  ua_fixture_init (&f, &(UaOptions){.seed = 11});
  sip_ua_start (f.ua, f.now_us);
  ua_fixture_pump (&f);
  until_us = f.now_us + SECONDS (3600);
  while (f.now_us < until_us) {
    const UaTold *told;

    ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
    if (n_attempts++ > 0)
      g_assert_cmpint (f.now_us - closed_us, >=, c->least_us);
    be_closed (&f, c);
    closed_us = f.now_us;
    told = ua_fixture_take (&f, SIP_OUTPUT_REGISTRATION);
    g_assert_cmpint (told->registration, ==, SIP_REGISTRATION_WAITING);
    g_assert_cmpint (told->close, ==, c->why);
    g_assert_cmpuint (told->status, ==, 0);
    g_assert_cmpint (told->retry_at_us, >=, f.now_us + c->least_us);
    g_assert_cmpint (told->retry_at_us, <=, f.now_us + SECONDS (3660));
    ua_fixture_advance (&f, told->retry_at_us - f.now_us);
  }
  g_assert_cmpuint (n_attempts, <=, c->most);
  /* The call has nothing to do with it. */
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, c->moment == DURING_A_CALL ? 1 : 0);
  ua_fixture_drop (&f);
}

static void
test_for_an_hour (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    run (&cases[i]);
}

/* Who presses again does it knowingly; who dials does not. */
static void
test_the_user (void)
{
  g_autoptr (GError) error = NULL;
  UaFixture f;

  ua_fixture_init (&f, &(UaOptions){0});
  sip_ua_start (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  sip_ua_flow_closed (f.ua, SIP_FLOW_CLOSE_REFUSED, 0, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_WAITING);
  g_assert_cmpuint (sip_ua_invite (f.ua, "bob", UA_OFFER, f.now_us, &error), ==, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NO_FLOW);
  ua_fixture_pump (&f);
  ua_fixture_expect_nothing_told (&f);
  sip_ua_start (f.ua, f.now_us);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_CONNECTING);
  ua_fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-ua-closed/for-an-hour", test_for_an_hour);
  g_test_add_func ("/sip-ua-closed/the-user", test_the_user);
  return g_test_run ();
}
