/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-faults.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
/* The pass marks: registered again after the flow broke (and after an end learnt of it
 * up to 2 s late), and after it went silent. */
#define BACK_US SECONDS (3 + 2)
#define BACK_FROM_SILENCE_US SECONDS (30 + 3)
/* Where the agent still hears the exchange it believes the flow, until the exchange gives
 * it up for want of a sign of life. */
#define BACK_FROM_HALF_SILENCE_US SECONDS (60 + 3)

static const guint statuses[] = {100, 180, 183, 200, 302, 400, 401, 403,
                                 404, 407, 408, 423, 430, 480, 481, 486,
                                 487, 488, 491, 500, 503, 600, 603};

typedef struct {
  guint n_agents;
  guint n_frames[SIM_MAX_BOBS + 2];
  guint n_responses[SIM_MAX_BOBS + 2];
} Extent;

/* How long the story of a world without faults is. */
static Extent extent;

static void
measure (SimWorld *world)
{
  extent.n_agents = sim_world_get_n_agents (world);
  for (guint i = 0; i < extent.n_agents; i++) {
    SimAgent *agent = sim_world_get_agent (world, i);

    extent.n_frames[i] = sim_agent_get_n_frames (agent);
    extent.n_responses[i] = sim_agent_get_n_responses (agent);
  }
}

static void
check_recovery (SimWorld *world, const SimFault *fault)
{
  gint64 us = sim_world_get_recovery_us (world);

  if (fault->kind != SIM_FAULT_NONE) /* a fault that strikes nowhere proves nothing */
    g_assert_cmpint (us, >, 0);
  if (fault->kind == SIM_FAULT_LOST || fault->kind == SIM_FAULT_CUT)
    g_assert_cmpint (us, <=, BACK_US);
  else if (fault->kind == SIM_FAULT_FROZEN)
    g_assert_cmpint (us, <=,
                     sim_world_was_heard (world) ? BACK_FROM_HALF_SILENCE_US
                                                 : BACK_FROM_SILENCE_US);
}

void
sim_faults_play (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  const SimScript *script = data;
  SimPlay play = {0};

  sim_play_init (&play, script, world);
  sim_world_plan_fault (world, fault);
  play.is_smooth = fault->kind == SIM_FAULT_NONE;
  script->play (&play);
  if (play.is_smooth)
    measure (world);
  /* Who was told something untrue, or was gone, does not have to agree. */
  sim_play_finish (&play, fault->kind != SIM_FAULT_REPLACED && !script->leaves);
  check_recovery (world, fault);
}

static void
run_places (SimRun *run, guint n_places)
{
  for (run->fault.at = 1; run->fault.at <= n_places; run->fault.at++)
    sim_run_single (run);
}

void
sim_faults_run (const SimScript *script, SimFaultKind kind, guint64 seed)
{
  SimRun run = {.seed = seed, .play = sim_faults_play, .data = script};

  sim_run_twice (&run, FALSE);
  run.fault.kind = kind;
  for (run.fault.agent = 0; run.fault.agent < extent.n_agents; run.fault.agent++) {
    if (kind != SIM_FAULT_REPLACED)
      run_places (&run, extent.n_frames[run.fault.agent]);
    for (guint i = 0; kind == SIM_FAULT_REPLACED && i < G_N_ELEMENTS (statuses); i++) {
      run.fault.status = statuses[i];
      run_places (&run, extent.n_responses[run.fault.agent]);
    }
  }
}
