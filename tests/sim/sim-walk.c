/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-walk.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
#define N_STEPS 40

typedef void (*Step) (SimWorld *world, SimAgent *agent);

static SimAgent *
pick (SimWorld *world)
{
  guint last = sim_world_get_n_agents (world) - 1;

  return sim_world_get_agent (world, (guint)sim_world_random (world, 0, last));
}

static const char *
pick_name (SimWorld *world)
{
  static const char *const names[] = {"alice", "bob", "bob", "carol", "nobody"};

  return names[sim_world_random (world, 0, G_N_ELEMENTS (names) - 1)];
}

static gboolean
chance (SimWorld *world)
{
  return sim_world_random (world, 0, 1) == 1;
}

/* ---- Users ---- */

/* One choice a statement: C leaves the order within a call to the compiler, and a seed is
 * the same walk with each of them. */

static void
do_call (SimWorld *world, SimAgent *agent)
{
  gboolean has_offer = sim_world_random (world, 0, 4) > 0;

  sim_agent_try_call (agent, pick_name (world), has_offer);
}

static void
do_answer (SimWorld *world, SimAgent *agent)
{
  sim_agent_try_answer (agent, sim_agent_pick_call (agent));
}

static void
do_progress (SimWorld *world, SimAgent *agent)
{
  gboolean has_body = chance (world);

  sim_agent_try_progress (agent, sim_agent_pick_call (agent), has_body);
}

static void
do_reject (SimWorld *world, SimAgent *agent)
{
  static const guint statuses[] = {302, 404, 486, 488, 500, 603};
  guint status = statuses[sim_world_random (world, 0, G_N_ELEMENTS (statuses) - 1)];

  sim_agent_try_reject (agent, sim_agent_pick_call (agent), status);
}

static void
do_hang_up (SimWorld *world, SimAgent *agent)
{
  sim_agent_hang_up (agent, sim_agent_pick_call (agent));
}

static void
do_reoffer (SimWorld *world, SimAgent *agent)
{
  gboolean has_offer = chance (world);

  sim_agent_try_reoffer (agent, sim_agent_pick_call (agent), has_offer);
}

static void
do_answer_reoffer (SimWorld *world, SimAgent *agent)
{
  guint status = chance (world) ? 200 : 488;

  sim_agent_try_answer_reoffer (agent, sim_agent_pick_call (agent), status);
}

static void
do_digit (SimWorld *world, SimAgent *agent)
{
  sim_agent_try_digit (agent, sim_agent_pick_call (agent), '5');
}

static void
do_transfer (SimWorld *world, SimAgent *agent)
{
  SipSessionId call = sim_agent_pick_call (agent);

  if (chance (world))
    sim_agent_try_transfer (agent, call, pick_name (world));
  else
    sim_agent_try_transfer_to (agent, call, sim_agent_pick_call (agent));
}

static void
do_answer_transfer (SimWorld *world, SimAgent *agent)
{
  gboolean is_accepted = chance (world);

  sim_agent_try_answer_transfer (agent, sim_agent_pick_call (agent), is_accepted);
}

static void
do_change_mind (SimWorld *world, SimAgent *agent)
{
  static const SimUser users[] = {SIM_USER_TALKS,   SIM_USER_TALKS,   SIM_USER_ANSWERS,
                                  SIM_USER_ANSWERS, SIM_USER_REJECTS, SIM_USER_WAITS};

  sim_agent_set_user (agent,
                      users[sim_world_random (world, 0, G_N_ELEMENTS (users) - 1)]);
}

static const Step user_steps[] = {
    do_call,
    do_call,
    do_call,
    do_call,
    do_answer,
    do_answer,
    do_answer,
    do_progress,
    do_reject,
    do_hang_up,
    do_hang_up,
    do_reoffer,
    do_reoffer,
    do_reoffer,
    do_answer_reoffer,
    do_digit,
    do_transfer,
    do_transfer,
    do_answer_transfer,
    do_change_mind,
};

/* ---- The network, and who goes away ---- */

static void
be_away (SimWorld *world)
{
  sim_world_run (world, sim_world_random (world, 0, SECONDS (20)));
}

static void
leave (SimWorld *world, SimAgent *agent)
{
  sim_agent_stop (agent);
  if (chance (world))
    be_away (world);
  sim_agent_start (agent);
}

static void
do_cut (SimWorld *world, SimAgent *agent)
{
  sim_agent_cut (agent);
}

static void
do_break (SimWorld *world, SimAgent *agent)
{
  sim_agent_break (agent);
}

static void
do_freeze (SimWorld *world, SimAgent *agent)
{
  sim_agent_freeze (agent);
}

static void
do_roam (SimWorld *world, SimAgent *agent)
{
  sim_agent_change_network (agent);
}

static void
do_unplug (SimWorld *world, SimAgent *agent)
{
  sim_agent_set_network (agent, FALSE);
  be_away (world);
  sim_agent_set_network (agent, TRUE);
}

static void
do_slow_down (SimWorld *world, SimAgent *agent)
{
  gint64 high_us = chance (world) ? SECONDS (2) : 40 * G_TIME_SPAN_MILLISECOND;

  sim_world_set_delay (world, G_TIME_SPAN_MILLISECOND, high_us);
}

static void
do_restart_exchange (SimWorld *world, SimAgent *agent)
{
  sim_world_stop_exchange (world);
  be_away (world);
  sim_world_start_exchange (world);
}

static const Step network_steps[] = {
    do_cut,
    do_cut,
    do_break,
    do_break,
    do_break,
    do_freeze,
    do_freeze,
    do_roam,
    do_unplug,
    do_slow_down,
    do_restart_exchange,
};

/* ---- The walk ---- */

static void
let_time_pass (SimWorld *world)
{
  static const gint64 limits[] = {0,
                                  0,
                                  G_TIME_SPAN_MILLISECOND * 20,
                                  G_TIME_SPAN_MILLISECOND * 100,
                                  SECONDS (1),
                                  SECONDS (1),
                                  SECONDS (5),
                                  SECONDS (40)};
  gint64 limit_us = limits[sim_world_random (world, 0, G_N_ELEMENTS (limits) - 1)];

  sim_world_run (world, sim_world_random (world, 0, limit_us));
}

static void
add_agents (SimWorld *world)
{
  static const char *const users[] = {"alice", "bob", "bob", "carol"};

  for (guint i = 0; i < G_N_ELEMENTS (users); i++) {
    g_autofree char *name = g_strdup_printf ("%s-%u", users[i], i);
    SimAgent *agent = sim_world_add_device (world, name, users[i]);

    if (i % 2 == 1)
      sim_agent_set_edge (agent);
    do_change_mind (world, agent);
    sim_agent_start (agent);
  }
}

static void
step (SimWorld *world, const Step *steps, guint n)
{
  Step chosen = steps[sim_world_random (world, 0, n - 1)];

  chosen (world, pick (world));
}

void
sim_walk (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  gboolean is_rough = chance (world);

  add_agents (world);
  sim_world_run (world, sim_world_random (world, 0, SECONDS (10)));
  for (guint i = 0; i < N_STEPS; i++) {
    if (sim_world_random (world, 0, 6) > 0)
      step (world, user_steps, G_N_ELEMENTS (user_steps));
    else
      step (world, network_steps, G_N_ELEMENTS (network_steps));
    if (is_rough && sim_world_random (world, 0, 4) == 0)
      sim_world_disturb (world);
    if (is_rough && sim_world_random (world, 0, 19) == 0)
      leave (world, pick (world));
    let_time_pass (world);
  }
  if (!is_rough) { /* who was told something untrue, or was gone, need not agree */
    sim_world_run (world, SECONDS (300));
    sim_world_check_agreement (world);
  }
  sim_world_settle (world);
}
