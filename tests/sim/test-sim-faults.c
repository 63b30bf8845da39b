/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-faults.h"

typedef struct {
  const SimScript *script;
  SimFaultKind kind;
  guint n_seeds;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test_case = data;
  SimRun run = {.play = sim_faults_play, .data = test_case->script};

  run.fault.kind = test_case->kind;
  if (sim_run_get_only (&run.seed, &run.fault)) {
    run.fault.kind = run.fault.at == 0 ? SIM_FAULT_NONE : run.fault.kind;
    sim_run_twice (&run, TRUE);
    return;
  }
  for (guint64 seed = 1; seed <= test_case->n_seeds; seed++)
    sim_faults_run (test_case->script, test_case->kind, seed);
}

/* GTest would free the data of a case that it runs, and not of one that -p leaves out. */
static void
add (GPtrArray *cases, SimFaultKind kind, const char *name, guint n_seeds)
{
  for (guint i = 0; i < sim_n_scripts; i++) {
    g_autofree char *path = g_strdup_printf ("/sim/%s/%s", name, sim_scripts[i].name);
    Case *test_case = g_new0 (Case, 1);

    test_case->script = &sim_scripts[i];
    test_case->kind = kind;
    test_case->n_seeds = n_seeds;
    g_ptr_array_add (cases, test_case);
    g_test_add_data_func (path, test_case, run_case);
  }
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);

  g_test_init (&argc, &argv, NULL);
  add (cases, SIM_FAULT_LOST, "lost", 2);
  add (cases, SIM_FAULT_CUT, "cut", 2);
  add (cases, SIM_FAULT_FROZEN, "frozen", 2);
  add (cases, SIM_FAULT_REPLACED, "replaced", 1);
  return g_test_run ();
}
