/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-walk.h"

#ifdef __SANITIZE_ADDRESS__ /* each takes five times as long */
#define N_WALKS 2000
#else
#define N_WALKS 10000
#endif
#define N_REPEATED 200 /* walked twice, and compared */

static void
run_walks (gconstpointer data)
{
  guint part = GPOINTER_TO_UINT (data);
  SimRun run = {.play = sim_walk};

  if (sim_run_get_only (&run.seed, &run.fault)) {
    sim_run_twice (&run, TRUE);
    return;
  }
  for (run.seed = 1 + part; run.seed <= N_WALKS; run.seed += 2)
    if (run.seed <= N_REPEATED)
      sim_run_twice (&run, FALSE);
    else
      sim_run_single (&run);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sim/walk/odd", GUINT_TO_POINTER (0), run_walks);
  g_test_add_data_func ("/sim/walk/even", GUINT_TO_POINTER (1), run_walks);
  return g_test_run ();
}
