/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"

#include "sim-alloc.h"
#include "sim-world-private.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char replay_line[512];

/* What a failed assertion ends in; only what is safe in a signal handler. */
static void
on_abort (int number)
{
  ssize_t written = write (STDERR_FILENO, replay_line, strlen (replay_line));

  signal (number, SIG_DFL);
  if (written >= 0)
    raise (number);
}

/* ---- One run ---- */

/* How many blocks of memory it leaves; what it said goes to *transcript, where that is
 * asked for. */
static gint64
run_once (const SimRun *run, gboolean is_shown, char **transcript)
{
  gint64 before = sim_alloc_get_n_blocks ();
  SimWorld *world = sim_world_new (run->seed);
  char *said = NULL;
  gint64 left;

  world->is_shown = is_shown;
  run->play (world, run->data, &run->fault);
  if (transcript != NULL)
    said = g_strdup (sim_world_get_transcript (world));
  sim_world_free (world);
  left = sim_alloc_get_n_blocks () - before;
  if (transcript == NULL)
    return left;
  *transcript = said;
  return left - 1;
}

static void
announce (const SimRun *run)
{
  const SimFault *fault = &run->fault;
  const char *slice = g_getenv ("G_SLICE"); /* see sim_alloc_is_counted() */
  g_autofree char *planned = NULL;

  if (fault->kind != SIM_FAULT_NONE)
    planned = g_strdup_printf ("PHONE_SIM_FAULT=%u,%u,%u ", fault->agent, fault->at,
                               fault->status);
  g_snprintf (replay_line, sizeof replay_line,
              "\nreplay with: %s%s%sPHONE_SIM_SEED=%" G_GUINT64_FORMAT " %s%s -p %s\n",
              slice != NULL ? "G_SLICE=" : "", slice != NULL ? slice : "",
              slice != NULL ? " " : "", run->seed, planned != NULL ? planned : "",
              g_get_prgname (), g_test_get_path ());
  signal (SIGABRT, on_abort); /* g_assert() */
  signal (SIGTRAP, on_abort); /* g_error() */
}

void
sim_run_twice (const SimRun *run, gboolean is_shown)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gint64 left;

  announce (run);
  run_once (run, is_shown, &first);
  left = run_once (run, FALSE, &second);
  g_assert_true (g_str_equal (first, second));
  if (sim_alloc_is_counted ())
    g_assert_cmpint (left, ==, 0);
}

/* What is made once and kept (an error domain, say) may be made in any run, but not in the
 * same run again. */
void
sim_run_single (const SimRun *run)
{
  announce (run);
  if (run_once (run, FALSE, NULL) != 0 && sim_alloc_is_counted ())
    sim_run_twice (run, FALSE);
}

gboolean
sim_run_get_only (guint64 *seed, SimFault *fault)
{
  const char *only_seed = g_getenv ("PHONE_SIM_SEED");
  const char *only_fault = g_getenv ("PHONE_SIM_FAULT");

  if (only_seed == NULL)
    return FALSE;
  *seed = g_ascii_strtoull (only_seed, NULL, 10);
  if (only_fault != NULL &&
      sscanf (only_fault, "%u,%u,%u", &fault->agent, &fault->at, &fault->status) < 2)
    g_error ("PHONE_SIM_FAULT is agent,frame,status");
  return TRUE;
}

/* ---- Scenarios by seed ---- */

typedef struct {
  SimScenario scenario;
  guint n_seeds;
} Case;

static void
play_scenario (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  const Case *test_case = data;

  test_case->scenario (world);
}

static void
run_case (gconstpointer data)
{
  const Case *test_case = data;
  SimRun run = {.play = play_scenario, .data = test_case};

  if (sim_run_get_only (&run.seed, &run.fault)) {
    sim_run_twice (&run, TRUE);
    return;
  }
  for (run.seed = 1; run.seed <= test_case->n_seeds; run.seed++)
    sim_run_twice (&run, FALSE);
}

void
sim_add_scenario (const char *path, SimScenario scenario, guint n_seeds)
{
  static GSList *cases; /* GTest frees what it has run alone */
  Case *test_case = g_new0 (Case, 1);

  cases = g_slist_prepend (cases, test_case);
  test_case->scenario = scenario;
  test_case->n_seeds = n_seeds;
  g_test_add_data_func (path, test_case, run_case);
}
