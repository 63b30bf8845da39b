/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static char replay_line[256];

/* What a failed assertion ends in; only what is safe in a signal handler. */
static void
on_abort (int number)
{
  ssize_t written = write (STDERR_FILENO, replay_line, strlen (replay_line));

  signal (SIGABRT, SIG_DFL);
  if (written >= 0)
    raise (SIGABRT);
}

typedef struct {
  SimScenario scenario;
  guint n_seeds;
} Case;

static char *
run_once (SimScenario scenario, guint64 seed, gboolean is_shown)
{
  g_autoptr (SimWorld) world = sim_world_new (seed);

  world->is_shown = is_shown;
  scenario (world);
  return sim_world_dup_digest (world);
}

static void
run_seed (const Case *test_case, guint64 seed, gboolean is_shown)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_snprintf (replay_line, sizeof replay_line,
              "\nreplay with: PHONE_SIM_SEED=%" G_GUINT64_FORMAT " %s -p %s\n", seed,
              g_get_prgname (), g_test_get_path ());
  first = run_once (test_case->scenario, seed, is_shown);
  second = run_once (test_case->scenario, seed, FALSE);
  g_assert_cmpstr (first, ==, second);
}

static void
run_case (gconstpointer data)
{
  const Case *test_case = data;
  const char *only = g_getenv ("PHONE_SIM_SEED");

  signal (SIGABRT, on_abort);
  if (only != NULL) {
    run_seed (test_case, g_ascii_strtoull (only, NULL, 10), TRUE);
    return;
  }
  for (guint64 seed = 1; seed <= test_case->n_seeds; seed++)
    run_seed (test_case, seed, FALSE);
}

void
sim_add_scenario (const char *path, SimScenario scenario, guint n_seeds)
{
  Case *test_case = g_new0 (Case, 1);

  test_case->scenario = scenario;
  test_case->n_seeds = n_seeds;
  g_test_add_data_func_full (path, test_case, run_case, g_free);
}
