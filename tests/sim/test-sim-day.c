/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"

/* A day of registration, with a fault every five minutes and a call between two of them. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
#define N_SEEDS 3
#define N_FAULTS (24 * 12)
#define EVERY_US SECONDS (300)
/* The pass marks. What the exchange is away for is not counted, nor the silence after
 * which a half-open flow is given up. */
#define MIN_CALLS_PER_MILLE 995
#define RETURN_P95_US SECONDS (5)
#define RETURN_US SECONDS (35)

typedef struct {
  SimWorld *world;
  SimAgent *alice;
  SimAgent *bob;
  GArray *returns; /* of gint64: how long each return took */
  guint n_calls;
  guint n_good;
} Day;

/* @high_us: at most. What a longer outage of the exchange does is in test-sim-flow.c. */
static void
be_away (Day *day, gint64 high_us)
{
  sim_world_run (day->world, sim_world_random (day->world, 0, high_us));
}

static void
do_cut (Day *day)
{
  sim_agent_cut (day->alice);
}

static void
do_break (Day *day)
{
  sim_agent_break (day->alice);
  sim_agent_wait_registration (day->alice, SIP_REGISTRATION_CONNECTING);
}

static void
do_freeze (Day *day)
{
  gint64 from_us = sim_world_now (day->world);

  sim_agent_freeze (day->alice);
  sim_agent_wait_registration (day->alice, SIP_REGISTRATION_CONNECTING);
  g_assert_cmpint (sim_world_now (day->world) - from_us, <=,
                   SECONDS (31)); /* something may have been on its way */
}

static void
do_roam (Day *day)
{
  sim_agent_change_network (day->alice);
}

static void
do_unplug (Day *day)
{
  sim_agent_set_network (day->alice, FALSE);
  be_away (day, SECONDS (60));
  sim_agent_set_network (day->alice, TRUE);
  sim_agent_change_network (day->alice); /* the machine notices */
}

static void
do_restart (Day *day)
{
  sim_world_stop_exchange (day->world);
  be_away (day, SECONDS (10));
  sim_world_start_exchange (day->world);
}

static void (*const faults[]) (Day *day) = {do_cut,  do_break,  do_freeze,
                                            do_roam, do_unplug, do_restart};

static void
return_to_service (Day *day)
{
  gint64 from_us = sim_world_now (day->world);
  gint64 us;

  while (sim_agent_get_registration (day->alice) != SIP_REGISTRATION_REGISTERED)
    g_assert_nonnull (sim_agent_await (day->alice, SIP_OUTPUT_REGISTRATION, RETURN_US));
  us = sim_world_now (day->world) - from_us;
  g_assert_cmpint (us, <=, RETURN_US);
  g_array_append_val (day->returns, us);
}

/* Two minutes after the fault, by which time Bob is back as well. */
static void
make_call (Day *day)
{
  gboolean is_out = sim_world_random (day->world, 0, 1) == 1;
  SimAgent *from = is_out ? day->alice : day->bob;
  gboolean is_answered;

  day->n_calls++;
  sim_agent_try_call (from, is_out ? "bob" : "alice", TRUE);
  is_answered = sim_agent_await (from, SIP_OUTPUT_ANSWERED, SECONDS (5)) != NULL;
  sim_world_run (day->world, SECONDS (20));
  day->n_good += is_answered && sim_agent_hang_up (from, sim_agent_get_call (from));
  sim_agent_await (from, SIP_OUTPUT_ENDED, SECONDS (5));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 difference = *(const gint64 *)a - *(const gint64 *)b;

  return difference < 0 ? -1 : difference > 0;
}

static void
judge (Day *day)
{
  gint64 p95_us;

  g_array_sort (day->returns, compare);
  p95_us = g_array_index (day->returns, gint64, day->returns->len * 95 / 100);
  g_test_message ("%u of %u calls, back within %" G_GINT64_FORMAT " ms in 95 of 100",
                  day->n_good, day->n_calls, p95_us / 1000);
  g_assert_cmpuint (day->n_good * 1000, >=, day->n_calls * MIN_CALLS_PER_MILLE);
  g_assert_cmpint (p95_us, <=, RETURN_P95_US);
}

static void
scenario_day (SimWorld *world)
{
  Day day = {.world = world};

  day.returns = g_array_new (FALSE, FALSE, sizeof (gint64));
  day.alice = sim_world_add_agent (world, "alice");
  day.bob = sim_world_add_agent (world, "bob");
  sim_agent_set_user (day.alice, SIM_USER_ANSWERS);
  sim_agent_set_user (day.bob, SIM_USER_ANSWERS);
  sim_agent_register (day.alice);
  sim_agent_register (day.bob);
  for (guint i = 0; i < N_FAULTS; i++) {
    gint64 next_us = sim_world_now (world) + EVERY_US;

    faults[sim_world_random (world, 0, G_N_ELEMENTS (faults) - 1)](&day);
    return_to_service (&day);
    sim_world_run (world, SECONDS (120));
    make_call (&day);
    sim_world_run (world, next_us - sim_world_now (world));
  }
  judge (&day);
  g_array_unref (day.returns);
  sim_world_settle (world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  sim_add_scenario ("/sim/day", scenario_day, N_SEEDS);
  return g_test_run ();
}
