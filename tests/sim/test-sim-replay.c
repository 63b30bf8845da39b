/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"

#include <string.h>

/* A check that fails says how to see it again, and that line, given to a shell, shows it:
 * what everybody said, and the same failure. */

#define FAILING "/sim/replay/subprocess/fails"
#define N_SEEDS 100

static const char *program;

/* In some worlds it goes wrong. */
static void
scenario_fails (SimWorld *world)
{
  sim_agent_register (sim_world_add_agent (world, "alice"));
  if (sim_world_random (world, 0, 9) == 0)
    g_error ("it went wrong at %" G_GINT64_FORMAT, sim_world_now (world));
}

/* What it says; it has to fail. An error is on standard error, or among the results (GLib
 * 2.84). */
static char *
run_line (const char *line)
{
  g_autofree char *whole_line = g_strconcat (line, " 2>&1", NULL);
  const char *const argv[] = {"/bin/sh", "-c", whole_line, NULL};
  g_autoptr (GError) error = NULL;
  char *said = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_false (g_spawn_check_wait_status (status, NULL));
  return said;
}

/* From @start to the end of the line, which has to be there. */
static char *
dup_rest (const char *text, const char *start)
{
  const char *at = strstr (text, start);

  g_assert_nonnull (at);
  return g_strndup (at, strcspn (at, "\n"));
}

static void
test_replay (void)
{
  g_autofree char *first_line = g_strdup_printf ("exec '%s' -p " FAILING, program);
  g_autofree char *first = run_line (first_line);
  g_autofree char *wrong = dup_rest (first, "it went wrong at ");
  g_autofree char *replay = dup_rest (first, "replay with: ");
  g_autofree char *second = NULL;
  g_autofree char *wrong_again = NULL;

  g_assert_null (strstr (first, "REGISTER "));
  second = run_line (replay + strlen ("replay with: "));
  wrong_again = dup_rest (second, "it went wrong at ");
  g_assert_cmpstr (wrong, ==, wrong_again);
  g_assert_nonnull (strstr (second, "REGISTER "));
}

int
main (int argc, char *argv[])
{
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  sim_add_scenario (FAILING, scenario_fails, N_SEEDS);
  g_test_add_func ("/sim/replay/line", test_replay);
  return g_test_run ();
}
