/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-world.h"

/* Runs of a world. Each is known by its seed, and by its fault where one is planned; a
 * check that fails prints the line that replays it. After each, as much memory is in use
 * as before. */

typedef void (*SimScenario) (SimWorld *world);

typedef struct {
  guint64 seed;
  SimFault fault;
  void (*play) (SimWorld *world, gconstpointer data, const SimFault *fault);
  gconstpointer data;
} SimRun;

/* Twice, and the transcripts must be the same. @is_shown: on standard error. */
void sim_run_twice (const SimRun *run, gboolean is_shown);
void sim_run_single (const SimRun *run);
/* TRUE when the environment names one run: PHONE_SIM_SEED, and for a fault
 * PHONE_SIM_FAULT: agent,frame,status. */
gboolean sim_run_get_only (guint64 *seed, SimFault *fault);

/* Adds a test that runs @scenario with @n_seeds seeds, twice each. */
void sim_add_scenario (const char *path, SimScenario scenario, guint n_seeds);
