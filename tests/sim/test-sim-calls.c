/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"

/* Calls between two agents over the real proxy, on a network that delays and does nothing
 * worse. */

#define N_SEEDS 25

typedef struct {
  SimAgent *alice;
  SimAgent *bob;
} Pair;

static Pair
add_pair (SimWorld *world)
{
  Pair pair = {sim_world_add_agent (world, "alice"), sim_world_add_agent (world, "bob")};

  sim_agent_register (pair.alice);
  sim_agent_register (pair.bob);
  return pair;
}

/* After the last transaction and the last linger nothing is left anywhere. */
static void
expect_nothing_left (SimWorld *world, Pair pair)
{
  sim_world_run (world, 250 * G_TIME_SPAN_SECOND);
  g_assert_true (sim_agent_is_quiet (pair.alice));
  g_assert_true (sim_agent_is_quiet (pair.bob));
  g_assert_cmpuint (sim_world_count_proxy_transactions (world), ==, 0);
}

static void
scenario_register (SimWorld *world)
{
  Pair pair = add_pair (world);

  g_assert_cmpuint (sim_world_count_bindings (world), ==, 2);
  sim_agent_stop (pair.alice);
  sim_agent_wait (pair.alice, SIP_OUTPUT_STOPPED);
  g_assert_cmpuint (sim_world_count_bindings (world), ==, 1);
  sim_world_run (world, 3600 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (sim_world_count_bindings (world), ==, 1);
  sim_agent_register (pair.alice);
  g_assert_cmpuint (sim_world_count_bindings (world), ==, 2);
}

static void
scenario_call (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out = sim_agent_call (pair.alice, pair.bob);
  const SimTold *incoming = sim_agent_wait (pair.bob, SIP_OUTPUT_INCOMING);
  SipSessionId in = incoming->session;

  g_assert_nonnull (strstr (incoming->body, "offer of alice"));
  g_assert_cmpuint (sim_agent_wait (pair.alice, SIP_OUTPUT_PROGRESS)->status, ==, 180);
  sim_agent_answer (pair.bob, in);
  g_assert_nonnull (
      strstr (sim_agent_wait (pair.alice, SIP_OUTPUT_ANSWERED)->body, "answer of bob"));
  sim_agent_wait (pair.bob, SIP_OUTPUT_CONFIRMED);
  sim_world_run (world, 600 * G_TIME_SPAN_SECOND);
  g_assert_true (sim_agent_hang_up (pair.bob, in));
  sim_agent_expect_end (pair.alice, out, SIP_END_HUNG_UP_THERE);
  sim_agent_expect_end (pair.bob, in, SIP_END_HUNG_UP_HERE);
  expect_nothing_left (world, pair);
}

static void
scenario_busy (SimWorld *world)
{
  Pair pair = add_pair (world);
  const SimTold *end;

  sim_agent_set_user (pair.bob, SIM_USER_REJECTS);
  sim_agent_call (pair.alice, pair.bob);
  end = sim_agent_wait (pair.alice, SIP_OUTPUT_ENDED);
  g_assert_cmpint (end->end, ==, SIP_END_REFUSED);
  g_assert_cmpuint (end->status, ==, 486);
  expect_nothing_left (world, pair);
}

static void
scenario_cancel (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out = sim_agent_call (pair.alice, pair.bob);
  SipSessionId in = sim_agent_wait (pair.bob, SIP_OUTPUT_INCOMING)->session;

  sim_agent_wait (pair.alice, SIP_OUTPUT_PROGRESS);
  sim_agent_hang_up (pair.alice, out);
  sim_agent_expect_end (pair.alice, out, SIP_END_CANCELLED_HERE);
  sim_agent_expect_end (pair.bob, in, SIP_END_CANCELLED_THERE);
  expect_nothing_left (world, pair);
}

static void
scenario_no_answer (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out = sim_agent_call (pair.alice, pair.bob);
  gint64 dialled_us = sim_world_now (world);
  SipSessionId in = sim_agent_wait (pair.bob, SIP_OUTPUT_INCOMING)->session;
  gint64 rang_us;

  sim_agent_expect_end (pair.alice, out, SIP_END_NO_ANSWER);
  rang_us = sim_world_now (world) - dialled_us;
  g_assert_cmpint (rang_us, >=, 179 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (rang_us, <=, 182 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (sim_agent_wait (pair.bob, SIP_OUTPUT_ENDED)->session, ==, in);
  expect_nothing_left (world, pair);
}

static void
scenario_both_hang_up (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId in, out;

  sim_agent_set_user (pair.bob, SIM_USER_ANSWERS);
  out = sim_agent_call (pair.alice, pair.bob);
  in = sim_agent_wait (pair.bob, SIP_OUTPUT_INCOMING)->session;
  sim_agent_wait (pair.bob, SIP_OUTPUT_CONFIRMED);
  sim_agent_hang_up (pair.alice, out);
  sim_agent_hang_up (pair.bob, in);
  sim_agent_expect_end (pair.alice, out, SIP_END_HUNG_UP_HERE);
  sim_agent_expect_end (pair.bob, in, SIP_END_HUNG_UP_HERE);
  expect_nothing_left (world, pair);
}

/* Alice gives up at any moment around the one at which Bob answers. However it turns out,
 * both agree in the end that there is no call. */
static void
scenario_cancel_race (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out, in;
  gint64 lead_us = sim_world_random (world, 0, 100 * G_TIME_SPAN_MILLISECOND);

  out = sim_agent_call (pair.alice, pair.bob);
  in = sim_agent_wait (pair.bob, SIP_OUTPUT_INCOMING)->session;
  sim_agent_wait (pair.alice, SIP_OUTPUT_PROGRESS);
  sim_agent_answer (pair.bob, in);
  sim_world_run (world, lead_us);
  sim_agent_hang_up (pair.alice, out);
  g_assert_cmpuint (sim_agent_wait (pair.alice, SIP_OUTPUT_ENDED)->session, ==, out);
  sim_agent_expect_end (pair.bob, in, SIP_END_HUNG_UP_THERE);
  expect_nothing_left (world, pair);
}

/* The same, but the user presses both within one turn of the clock. */
static void
scenario_cancel_at_once (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out = sim_agent_call (pair.alice, pair.bob);

  sim_agent_set_user (pair.bob, SIM_USER_ANSWERS);
  sim_agent_hang_up (pair.alice, out);
  sim_agent_expect_end (pair.alice, out, SIP_END_CANCELLED_HERE);
  expect_nothing_left (world, pair);
}

static void
scenario_stop_in_call (SimWorld *world)
{
  Pair pair = add_pair (world);
  SipSessionId out;

  sim_agent_set_user (pair.bob, SIM_USER_ANSWERS);
  out = sim_agent_call (pair.alice, pair.bob);
  sim_agent_wait (pair.bob, SIP_OUTPUT_CONFIRMED);
  sim_agent_stop (pair.bob);
  sim_agent_wait (pair.bob, SIP_OUTPUT_STOPPED);
  sim_agent_expect_end (pair.alice, out, SIP_END_HUNG_UP_THERE);
  g_assert_cmpuint (sim_world_count_bindings (world), ==, 1);
  expect_nothing_left (world, pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  sim_add_scenario ("/sim/register", scenario_register, N_SEEDS);
  sim_add_scenario ("/sim/call", scenario_call, N_SEEDS);
  sim_add_scenario ("/sim/busy", scenario_busy, N_SEEDS);
  sim_add_scenario ("/sim/cancel", scenario_cancel, N_SEEDS);
  sim_add_scenario ("/sim/no-answer", scenario_no_answer, N_SEEDS);
  sim_add_scenario ("/sim/both-hang-up", scenario_both_hang_up, N_SEEDS);
  sim_add_scenario ("/sim/cancel-race", scenario_cancel_race, 200);
  sim_add_scenario ("/sim/cancel-at-once", scenario_cancel_at_once, N_SEEDS);
  sim_add_scenario ("/sim/stop-in-call", scenario_stop_in_call, N_SEEDS);
  return g_test_run ();
}
