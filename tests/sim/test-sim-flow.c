/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"

/* What a lost flow does to a registration and to calls in every stage. */

#define N_SEEDS 25
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

typedef struct {
  SimAgent *alice; /* calls */
  SimAgent *bob;
  SipSessionId out;
  SipSessionId in;
} Pair;

static Pair
add_pair (SimWorld *world)
{
  Pair pair = {0};

  pair.alice = sim_world_add_agent (world, "alice");
  pair.bob = sim_world_add_agent (world, "bob");
  sim_agent_register (pair.alice);
  sim_agent_register (pair.bob);
  return pair;
}

static Pair
add_ringing (SimWorld *world)
{
  Pair pair = add_pair (world);

  pair.out = sim_agent_call (pair.alice, pair.bob);
  pair.in = sim_agent_wait (pair.bob, SIP_OUTPUT_INCOMING)->session;
  sim_agent_wait (pair.alice, SIP_OUTPUT_PROGRESS);
  return pair;
}

static Pair
add_call (SimWorld *world)
{
  Pair pair = add_ringing (world);

  sim_agent_answer (pair.bob, pair.in);
  sim_agent_wait (pair.alice, SIP_OUTPUT_ANSWERED);
  sim_agent_wait (pair.bob, SIP_OUTPUT_CONFIRMED);
  sim_world_run (world, SECONDS (10));
  return pair;
}

static void
expect_nothing_left (SimWorld *world, Pair pair)
{
  sim_world_run (world, SECONDS (250));
  g_assert_true (sim_agent_is_quiet (pair.alice));
  g_assert_true (sim_agent_is_quiet (pair.bob));
  g_assert_cmpuint (sim_world_count_proxy_transactions (world), ==, 0);
}

/* ---- Registration ---- */

static void
scenario_lost (SimWorld *world)
{
  Pair pair = add_pair (world);
  gint64 lost_us;

  sim_world_run (world, SECONDS (20));
  lost_us = sim_world_now (world);
  sim_agent_cut (pair.alice);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_CONNECTING);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpint (sim_world_now (world) - lost_us, <, SECONDS (1));
  g_assert_cmpuint (sim_world_count_bindings (world), ==, 2);
}

/* Nothing is told by the network: only the missing pong says so. */
static void
scenario_half_open (SimWorld *world)
{
  Pair pair = add_pair (world);
  gint64 frozen_us;

  sim_world_run (world, sim_world_random (world, 0, SECONDS (100)));
  frozen_us = sim_world_now (world);
  sim_agent_freeze (pair.alice);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_CONNECTING);
  g_assert_cmpint (sim_world_now (world) - frozen_us, <=, SECONDS (30));
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
}

static void
scenario_half_open_dialling (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out;
  gint64 frozen_us;

  sim_world_run (world, SECONDS (6));
  frozen_us = sim_world_now (world);
  sim_agent_freeze (pair.alice);
  out = sim_agent_call (pair.alice, pair.bob);
  sim_agent_expect_end (pair.alice, out, SIP_END_FLOW_LOST);
  g_assert_cmpint (sim_world_now (world) - frozen_us, <=, SECONDS (10));
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
  sim_agent_set_user (pair.bob, SIM_USER_ANSWERS);
  out = sim_agent_call (pair.alice, pair.bob);
  g_assert_cmpuint (sim_agent_wait (pair.alice, SIP_OUTPUT_ANSWERED)->session, ==, out);
}

static void
be_away_for (SimWorld *world, Pair pair, gint64 us, gint64 limit_us)
{
  gint64 back_us;

  sim_world_run (world, SECONDS (20));
  sim_world_stop_exchange (world);
  sim_world_run (world, us);
  back_us = sim_world_now (world);
  sim_world_start_exchange (world);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpint (sim_world_now (world) - back_us, <=, limit_us);
  sim_agent_wait_registration (pair.bob, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpint (sim_world_now (world) - back_us, <=, limit_us);
}

static void
scenario_brief_outage (SimWorld *world)
{
  Pair pair = add_pair (world);

  be_away_for (world, pair, sim_world_random (world, 0, SECONDS (10)), SECONDS (3));
}

static void
scenario_long_outage (SimWorld *world)
{
  Pair pair = add_pair (world);

  be_away_for (world, pair, sim_world_random (world, SECONDS (10), SECONDS (900)),
               SECONDS (35));
}

/* ---- Calls ---- */

static void
scenario_lost_calling (SimWorld *world)
{
  Pair pair = add_ringing (world);

  sim_agent_cut (pair.alice);
  sim_agent_expect_end (pair.alice, pair.out, SIP_END_FLOW_LOST);
  sim_agent_wait (pair.bob, SIP_OUTPUT_ENDED);
  expect_nothing_left (world, pair);
}

static void
scenario_lost_ringing (SimWorld *world)
{
  Pair pair = add_ringing (world);

  sim_agent_cut (pair.bob);
  sim_agent_expect_end (pair.bob, pair.in, SIP_END_FLOW_LOST);
  sim_agent_wait (pair.alice, SIP_OUTPUT_ENDED);
  expect_nothing_left (world, pair);
}

/* The one whose flow was lost hangs up later. */
static void
scenario_lost_in_call (SimWorld *world)
{
  Pair pair = add_call (world);

  sim_agent_cut (pair.alice);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
  sim_world_run (world, SECONDS (60));
  g_assert_false (sim_agent_has_told (pair.alice, SIP_OUTPUT_ENDED));
  g_assert_false (sim_agent_has_told (pair.bob, SIP_OUTPUT_ENDED));
  g_assert_true (sim_agent_hang_up (pair.alice, pair.out));
  sim_agent_expect_end (pair.bob, pair.in, SIP_END_HUNG_UP_THERE);
  expect_nothing_left (world, pair);
}

/* The other one hangs up: its BYE has to find the new flow. */
static void
scenario_lost_in_call_there (SimWorld *world)
{
  Pair pair = add_call (world);

  sim_agent_cut (pair.alice);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
  g_assert_true (sim_agent_hang_up (pair.bob, pair.in));
  sim_agent_expect_end (pair.alice, pair.out, SIP_END_HUNG_UP_THERE);
  expect_nothing_left (world, pair);
}

/* What is sent to somebody who is not there waits for his next flow, up to eight seconds:
 * it arrives with the registration, once, and is answered. */
static void
come_back (SimWorld *world, Pair pair)
{
  sim_world_run (world, sim_world_random (world, 0, SECONDS (4)));
  sim_agent_set_network (pair.bob, TRUE);
  sim_agent_wait_registration (pair.bob, SIP_REGISTRATION_REGISTERED);
}

static void
scenario_change_meanwhile (SimWorld *world)
{
  Pair pair = add_call (world);
  const SimTold *told;

  sim_agent_set_user (pair.alice, SIM_USER_TALKS);
  sim_agent_set_user (pair.bob, SIM_USER_TALKS);
  sim_agent_set_network (pair.bob, FALSE);
  g_assert_true (sim_agent_try_reoffer (pair.alice, pair.out, TRUE));
  come_back (world, pair);
  told = sim_agent_await (pair.alice, SIP_OUTPUT_REANSWERED, SECONDS (1));
  g_assert_true (told != NULL && told->status == 200);
  g_assert_true (sim_agent_hang_up (pair.alice, pair.out));
  sim_agent_expect_end (pair.bob, pair.in, SIP_END_HUNG_UP_THERE);
  expect_nothing_left (world, pair);
}

static void
scenario_hang_up_meanwhile (SimWorld *world)
{
  Pair pair = add_call (world);
  const SimTold *told;

  sim_agent_set_network (pair.bob, FALSE);
  g_assert_true (sim_agent_hang_up (pair.alice, pair.out));
  come_back (world, pair);
  told = sim_agent_await (pair.bob, SIP_OUTPUT_ENDED, SECONDS (1));
  g_assert_true (told != NULL && told->end == SIP_END_HUNG_UP_THERE);
  expect_nothing_left (world, pair);
}

/* Both at once, and the exchange forgets all it knew. */
static void
scenario_exchange_restart (SimWorld *world)
{
  Pair pair = add_call (world);
  gboolean is_caller = sim_world_random (world, 0, 1) == 1;

  sim_world_stop_exchange (world);
  sim_world_run (world, sim_world_random (world, 0, SECONDS (40)));
  sim_world_start_exchange (world);
  sim_agent_wait_registration (pair.alice, SIP_REGISTRATION_REGISTERED);
  sim_agent_wait_registration (pair.bob, SIP_REGISTRATION_REGISTERED);
  g_assert_false (sim_agent_has_told (pair.alice, SIP_OUTPUT_ENDED));
  g_assert_false (sim_agent_has_told (pair.bob, SIP_OUTPUT_ENDED));
  if (is_caller) {
    g_assert_true (sim_agent_hang_up (pair.alice, pair.out));
    sim_agent_expect_end (pair.bob, pair.in, SIP_END_HUNG_UP_THERE);
  } else {
    g_assert_true (sim_agent_hang_up (pair.bob, pair.in));
    sim_agent_expect_end (pair.alice, pair.out, SIP_END_HUNG_UP_THERE);
  }
  expect_nothing_left (world, pair);
}

/* Hung up while there is no flow: the user is told at once, the far end when it is back. */
static void
scenario_hang_up_without_flow (SimWorld *world)
{
  Pair pair = add_call (world);

  sim_agent_set_network (pair.bob, FALSE);
  sim_world_run (world, sim_world_random (world, 0, SECONDS (60)));
  g_assert_true (sim_agent_hang_up (pair.bob, pair.in));
  sim_agent_expect_end (pair.bob, pair.in, SIP_END_HUNG_UP_HERE);
  sim_world_run (world, sim_world_random (world, 0, SECONDS (60)));
  g_assert_false (sim_agent_has_told (pair.alice, SIP_OUTPUT_ENDED));
  sim_agent_set_network (pair.bob, TRUE);
  sim_agent_expect_end (pair.alice, pair.out, SIP_END_HUNG_UP_THERE);
  expect_nothing_left (world, pair);
}

/* The answer and its ACK around the cut: who is told that there is a call keeps it, or is
 * told that it is over; nobody is left in a call alone. */
static void
scenario_cut_anywhere (SimWorld *world)
{
  Pair pair = add_pair (world);
  gboolean is_caller = sim_world_random (world, 0, 1) == 1;

  sim_world_run (world, SECONDS (10));
  sim_agent_set_user (pair.bob, SIM_USER_ANSWERS);
  sim_agent_cut_at_frame (is_caller ? pair.alice : pair.bob,
                          (guint)sim_world_random (world, 1, 10));
  pair.out = sim_agent_call (pair.alice, pair.bob);
  sim_world_run (world, SECONDS (60));
  g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (pair.alice)), ==,
                    sip_ua_get_n_calls (sim_agent_get_ua (pair.bob)));
  sim_agent_hang_up (pair.alice, pair.out);
  expect_nothing_left (world, pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  sim_add_scenario ("/sim/lost", scenario_lost, N_SEEDS);
  sim_add_scenario ("/sim/half-open", scenario_half_open, 50);
  sim_add_scenario ("/sim/half-open-dialling", scenario_half_open_dialling, N_SEEDS);
  sim_add_scenario ("/sim/brief-outage", scenario_brief_outage, 100);
  sim_add_scenario ("/sim/long-outage", scenario_long_outage, 100);
  sim_add_scenario ("/sim/lost-calling", scenario_lost_calling, N_SEEDS);
  sim_add_scenario ("/sim/lost-ringing", scenario_lost_ringing, N_SEEDS);
  sim_add_scenario ("/sim/lost-in-call", scenario_lost_in_call, N_SEEDS);
  sim_add_scenario ("/sim/lost-in-call-there", scenario_lost_in_call_there, N_SEEDS);
  sim_add_scenario ("/sim/change-meanwhile", scenario_change_meanwhile, N_SEEDS);
  sim_add_scenario ("/sim/hang-up-meanwhile", scenario_hang_up_meanwhile, N_SEEDS);
  sim_add_scenario ("/sim/exchange-restart", scenario_exchange_restart, N_SEEDS);
  sim_add_scenario ("/sim/hang-up-without-flow", scenario_hang_up_without_flow, N_SEEDS);
  sim_add_scenario ("/sim/cut-anywhere", scenario_cut_anywhere, 300);
  return g_test_run ();
}
