/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"

/* Transfers through the real proxy: Alice talks to Bob and wants him to talk to Carol. */

#define N_SEEDS 25
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

typedef struct {
  SimWorld *world;
  SimAgent *alice;
  SimAgent *bob;
  SimAgent *carol;
  SipSessionId out; /* Alice's call to Bob */
  SipSessionId in;  /* the same, his */
} Trio;

static SipSessionId
talk (SimAgent *caller, SimAgent *callee, SipSessionId *in)
{
  SipSessionId out = sim_agent_call (caller, callee);

  *in = sim_agent_wait (callee, SIP_OUTPUT_INCOMING)->session;
  sim_agent_answer (callee, *in);
  sim_agent_wait (caller, SIP_OUTPUT_ANSWERED);
  sim_agent_wait (callee, SIP_OUTPUT_CONFIRMED);
  return out;
}

static Trio
add_trio (SimWorld *world)
{
  Trio trio = {.world = world};

  trio.alice = sim_world_add_agent (world, "alice");
  trio.bob = sim_world_add_agent (world, "bob");
  trio.carol = sim_world_add_agent (world, "carol");
  sim_agent_register (trio.alice);
  sim_agent_register (trio.bob);
  sim_agent_register (trio.carol);
  trio.out = talk (trio.alice, trio.bob, &trio.in);
  sim_world_run (world, SECONDS (10));
  return trio;
}

static void
expect_calls (Trio *trio, guint alice, guint bob, guint carol)
{
  g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (trio->alice)), ==, alice);
  g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (trio->bob)), ==, bob);
  g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (trio->carol)), ==, carol);
}

/* The end of this call, whatever else ended before. */
static void
wait_for_end (SimAgent *agent, SipSessionId call, SipEnd end)
{
  const SimTold *told;

  do
    told = sim_agent_wait (agent, SIP_OUTPUT_ENDED);
  while (told->session != call);
  g_assert_cmpint (told->end, ==, end);
}

/* Alice and Bob still talk, and nobody else does. Then they do not, and nothing is left. */
static void
expect_as_before (Trio *trio)
{
  sim_world_run (trio->world, SECONDS (5));
  expect_calls (trio, 1, 1, 0);
  g_assert_true (sim_agent_hang_up (trio->alice, trio->out));
  wait_for_end (trio->bob, trio->in, SIP_END_HUNG_UP_THERE);
  sim_world_run (trio->world, SECONDS (250));
  expect_calls (trio, 0, 0, 0);
  g_assert_cmpuint (sim_world_count_proxy_transactions (trio->world), ==, 0);
}

static guint
wait_for_last_word (SimAgent *agent)
{
  guint status;

  do
    status = sim_agent_wait (agent, SIP_OUTPUT_TRANSFER)->status;
  while (status < 200);
  return status;
}

/* Bob is asked, and nothing happens until he says so. */
static void
ask_bob (Trio *trio, const char *whom)
{
  g_assert_true (sim_agent_try_transfer (trio->alice, trio->out, whom));
  g_assert_cmpuint (sim_agent_wait (trio->bob, SIP_OUTPUT_TRANSFER_ASKED)->session, ==,
                    trio->in);
  g_assert_cmpuint (sim_agent_wait (trio->alice, SIP_OUTPUT_TRANSFER)->status, ==, 100);
  sim_world_run (trio->world, SECONDS (5));
  expect_calls (trio, 1, 1, 0);
}

static void
scenario_blind (SimWorld *world)
{
  Trio trio = add_trio (world);
  SipSessionId hers;

  ask_bob (&trio, "carol");
  g_assert_true (sim_agent_try_answer_transfer (trio.bob, trio.in, TRUE));
  hers = sim_agent_wait (trio.carol, SIP_OUTPUT_INCOMING)->session;
  g_assert_cmpuint (sim_agent_wait (trio.alice, SIP_OUTPUT_TRANSFER)->status, ==, 180);
  sim_agent_answer (trio.carol, hers);
  sim_agent_wait (trio.bob, SIP_OUTPUT_ANSWERED);
  g_assert_cmpuint (sim_agent_wait (trio.alice, SIP_OUTPUT_TRANSFER)->status, ==, 200);
  sim_world_run (world, SECONDS (5));
  expect_calls (&trio, 1, 2, 1); /* nobody hangs up by himself */
  g_assert_true (sim_agent_hang_up (trio.alice, trio.out));
  wait_for_end (trio.bob, trio.in, SIP_END_HUNG_UP_THERE);
  g_assert_true (sim_agent_hang_up (trio.carol, hers));
  sim_agent_wait (trio.bob, SIP_OUTPUT_ENDED);
  sim_world_run (world, SECONDS (250));
  expect_calls (&trio, 0, 0, 0);
  g_assert_cmpuint (sim_world_count_proxy_transactions (world), ==, 0);
}

/* Alice talks to Carol too, and leaves her to Bob. Carol has a second device, which does
 * not ring: the address in the REFER is that of the one she talks with. */
static void
scenario_attended (SimWorld *world)
{
  Trio trio = add_trio (world);
  SimAgent *other_device = sim_world_add_device (world, "carol2", "carol");
  SipSessionId second, with_alice, with_bob;
  const SimTold *end;

  second = talk (trio.alice, trio.carol, &with_alice);
  sim_agent_register (other_device);
  g_assert_true (sim_agent_try_transfer_to (trio.alice, trio.out, second));
  sim_agent_wait (trio.bob, SIP_OUTPUT_TRANSFER_ASKED);
  g_assert_true (sim_agent_try_answer_transfer (trio.bob, trio.in, TRUE));
  with_bob = sim_agent_wait (trio.carol, SIP_OUTPUT_INCOMING)->session;
  sim_world_run (world, SECONDS (5));
  expect_calls (&trio, 2, 2, 2);
  sim_agent_answer (trio.carol, with_bob);
  end = sim_agent_wait (trio.carol, SIP_OUTPUT_ENDED);
  g_assert_cmpuint (end->session, ==, with_alice);
  g_assert_cmpint (end->end, ==, SIP_END_REPLACED);
  sim_world_run (world, SECONDS (5));
  g_assert_true (sim_agent_has_told (trio.alice, SIP_OUTPUT_ENDED));
  g_assert_cmpuint (wait_for_last_word (trio.alice), ==, 200);
  expect_calls (&trio, 1, 2, 1);
  g_assert_false (sim_agent_has_told (other_device, SIP_OUTPUT_INCOMING));
  g_assert_true (sim_agent_hang_up (trio.alice, trio.out));
  wait_for_end (trio.bob, trio.in, SIP_END_HUNG_UP_THERE);
  g_assert_true (sim_agent_hang_up (trio.carol, with_bob));
  sim_agent_wait (trio.bob, SIP_OUTPUT_ENDED);
  sim_world_run (world, SECONDS (250));
  expect_calls (&trio, 0, 0, 0);
  g_assert_cmpuint (sim_world_count_proxy_transactions (world), ==, 0);
}

/* She does not want Bob, and keeps Alice. */
static void
scenario_attended_declined (SimWorld *world)
{
  Trio trio = add_trio (world);
  SipSessionId second, with_alice, with_bob;

  second = talk (trio.alice, trio.carol, &with_alice);
  g_assert_true (sim_agent_try_transfer_to (trio.alice, trio.out, second));
  sim_agent_wait (trio.bob, SIP_OUTPUT_TRANSFER_ASKED);
  g_assert_true (sim_agent_try_answer_transfer (trio.bob, trio.in, TRUE));
  with_bob = sim_agent_wait (trio.carol, SIP_OUTPUT_INCOMING)->session;
  sim_agent_reject (trio.carol, with_bob, 603);
  g_assert_cmpuint (wait_for_last_word (trio.alice), ==, 603);
  sim_world_run (world, SECONDS (5));
  expect_calls (&trio, 2, 1, 1);
  g_assert_true (sim_agent_hang_up (trio.alice, second));
  wait_for_end (trio.carol, with_alice, SIP_END_HUNG_UP_THERE);
  expect_as_before (&trio);
}

/* Bob says yes or no, Alice hears @status, and all is as before. */
static void
expect_failure (Trio *trio, const char *whom, gboolean is_accepted, guint status)
{
  ask_bob (trio, whom);
  g_assert_true (sim_agent_try_answer_transfer (trio->bob, trio->in, is_accepted));
  g_assert_cmpuint (wait_for_last_word (trio->alice), ==, status);
  expect_as_before (trio);
}

static void
scenario_busy (SimWorld *world)
{
  Trio trio = add_trio (world);

  sim_agent_set_user (trio.carol, SIM_USER_REJECTS);
  expect_failure (&trio, "carol", TRUE, 486);
}

static void
scenario_refused (SimWorld *world)
{
  Trio trio = add_trio (world);

  expect_failure (&trio, "carol", FALSE, 603);
}

static void
scenario_unknown (SimWorld *world)
{
  Trio trio = add_trio (world);

  expect_failure (&trio, "nobody", TRUE, 404);
}

/* Known to the exchange, and not there. */
static void
scenario_away (SimWorld *world)
{
  Trio trio = add_trio (world);

  sim_agent_stop (trio.carol);
  sim_agent_wait (trio.carol, SIP_OUTPUT_STOPPED);
  expect_failure (&trio, "carol", TRUE, 480);
}

static void
scenario_not_answered (SimWorld *world)
{
  Trio trio = add_trio (world);
  SipSessionId hers;

  ask_bob (&trio, "carol");
  g_assert_true (sim_agent_try_answer_transfer (trio.bob, trio.in, TRUE));
  hers = sim_agent_wait (trio.carol, SIP_OUTPUT_INCOMING)->session;
  g_assert_cmpuint (wait_for_last_word (trio.alice), ==, 408);
  wait_for_end (trio.carol, hers, SIP_END_CANCELLED_THERE);
  expect_as_before (&trio);
}

static void
scenario_never_decided (SimWorld *world)
{
  Trio trio = add_trio (world);
  gint64 asked_us;

  ask_bob (&trio, "carol");
  asked_us = sim_world_now (world);
  sim_agent_wait (trio.bob, SIP_OUTPUT_TRANSFER_WITHDRAWN);
  g_assert_cmpint (sim_world_now (world) - asked_us, <=, SECONDS (60));
  g_assert_cmpuint (wait_for_last_word (trio.alice), ==, 480);
  expect_as_before (&trio);
}

/* As some phones do: Alice is gone as soon as she has asked. Bob may follow all the same. */
static void
scenario_hung_up_at_once (SimWorld *world)
{
  Trio trio = add_trio (world);
  SipSessionId hers;

  g_assert_true (sim_agent_try_transfer (trio.alice, trio.out, "carol"));
  sim_agent_wait (trio.bob, SIP_OUTPUT_TRANSFER_ASKED);
  g_assert_true (sim_agent_hang_up (trio.alice, trio.out));
  wait_for_end (trio.bob, trio.in, SIP_END_HUNG_UP_THERE);
  sim_world_run (world, SECONDS (20));
  g_assert_true (sim_agent_try_answer_transfer (trio.bob, trio.in, TRUE));
  hers = sim_agent_wait (trio.carol, SIP_OUTPUT_INCOMING)->session;
  sim_agent_answer (trio.carol, hers);
  sim_agent_wait (trio.bob, SIP_OUTPUT_ANSWERED);
  sim_world_run (world, SECONDS (250));
  expect_calls (&trio, 0, 1, 1);
  g_assert_false (sim_agent_has_told (trio.alice, SIP_OUTPUT_TRANSFER));
  g_assert_true (sim_agent_hang_up (trio.carol, hers));
  sim_agent_wait (trio.bob, SIP_OUTPUT_ENDED);
  sim_world_run (world, SECONDS (250));
  expect_calls (&trio, 0, 0, 0);
  g_assert_cmpuint (sim_world_count_proxy_transactions (world), ==, 0);
}

/* Whose flow breaks and when does not matter: Alice gets a last word, and her call to Bob
 * is still there. */
static void
scenario_cut_anywhere (SimWorld *world)
{
  Trio trio = add_trio (world);
  SimAgent *const agents[] = {trio.alice, trio.bob, trio.carol};
  SimAgent *whose = agents[sim_world_random (world, 0, 2)];
  guint status;

  sim_agent_set_user (trio.carol, SIM_USER_ANSWERS);
  sim_agent_cut_at_frame (whose, (guint)sim_world_random (world, 1, 14));
  g_assert_true (sim_agent_try_transfer (trio.alice, trio.out, "carol"));
  sim_world_run (world, SECONDS (5));
  if (sim_agent_has_told (trio.bob, SIP_OUTPUT_TRANSFER_ASKED))
    sim_agent_try_answer_transfer (trio.bob, trio.in, TRUE);
  status = wait_for_last_word (trio.alice);
  sim_world_run (world, SECONDS (250));
  g_assert_false (sim_agent_has_told (trio.alice, SIP_OUTPUT_TRANSFER));
  if (status < 300)
    expect_calls (&trio, 1, 2, 1);
  else
    g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (trio.alice)), ==, 1);
  sim_agent_cut_at_frame (whose, 0);
  sim_agent_hang_up (trio.carol, sim_agent_get_call (trio.carol));
  expect_as_before (&trio);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  sim_add_scenario ("/sim/transfer/blind", scenario_blind, N_SEEDS);
  sim_add_scenario ("/sim/transfer/attended", scenario_attended, N_SEEDS);
  sim_add_scenario ("/sim/transfer/attended-declined", scenario_attended_declined,
                    N_SEEDS);
  sim_add_scenario ("/sim/transfer/busy", scenario_busy, N_SEEDS);
  sim_add_scenario ("/sim/transfer/refused", scenario_refused, N_SEEDS);
  sim_add_scenario ("/sim/transfer/unknown", scenario_unknown, N_SEEDS);
  sim_add_scenario ("/sim/transfer/away", scenario_away, N_SEEDS);
  sim_add_scenario ("/sim/transfer/not-answered", scenario_not_answered, N_SEEDS);
  sim_add_scenario ("/sim/transfer/never-decided", scenario_never_decided, N_SEEDS);
  sim_add_scenario ("/sim/transfer/hung-up-at-once", scenario_hung_up_at_once, N_SEEDS);
  sim_add_scenario ("/sim/transfer/cut-anywhere", scenario_cut_anywhere, 200);
  return g_test_run ();
}
