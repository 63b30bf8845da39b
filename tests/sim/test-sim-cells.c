/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-cells.h"
#include "sim-faults.h"
#include "sim-walk.h"

#include <string.h>

/* Every state of every machine meets every event: in the sim, where a table says how often,
 * or else in a unit test, which the table names and which was run and counted for it. What
 * nothing visits must stand here as impossible, with the reason, and then must not be
 * visited. */

#define N_WALKS 1000
#define ANY "*"

typedef enum {
  IMPOSSIBLE, /* nothing leads there */
  ELSEWHERE,  /* nothing here leads there: a unit test does, and says what comes of it */
} Kind;

typedef struct {
  SimCellsMachine machine;
  const char *states; /* several are separated by | */
  const char *events;
  Kind kind;
  const char *why;
  guint n; /* ELSEWHERE: how many cells it excuses, no more and no fewer */
} Unvisited;

#define COMMANDS "answer|reject|progress|hang up|reoffer|answer offer|send digit"
#define RESPONSES "1xx|2xx|3xx-6xx|no response"
#define BYE_RESPONSES "BYE: 1xx|BYE: 2xx|BYE: 3xx-6xx|BYE: none"

static const Unvisited unvisited[] = {
    {SIM_CELLS_AGENT, "IDLE|RUNNING", "all done|out of time", IMPOSSIBLE,
     "no stop is under way"},
    {SIM_CELLS_AGENT, "IDLE", "INVITE", IMPOSSIBLE, "there is no flow"},
    {SIM_CELLS_AGENT, ANY, "stop|credentials|flow opened|flow closed", ELSEWHERE, NULL,
     7},
    {SIM_CELLS_CLIENT_INVITE, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_CLIENT_INVITE, "COMPLETED", "1xx|2xx|3xx-6xx|flow lost", IMPOSSIBLE,
     "timer D is 0: over in the same turn"},
    {SIM_CELLS_CLIENT_INVITE, "PROCEEDING", "timer", IMPOSSIBLE, "a 1xx stops timer B"},
    {SIM_CELLS_CLIENT_OTHER, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_CLIENT_OTHER, "ACCEPTED", ANY, IMPOSSIBLE, "a state of INVITE alone"},
    {SIM_CELLS_CLIENT_OTHER, "COMPLETED", "1xx|2xx|3xx-6xx|flow lost", IMPOSSIBLE,
     "timer K is 0: over in the same turn"},
    {SIM_CELLS_CLIENT_OTHER, "PROCEEDING", "1xx|2xx|3xx-6xx", ELSEWHERE,
     "nobody here sends a 1xx to it and then more", 3},
    {SIM_CELLS_SERVER_INVITE, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_SERVER_INVITE, "TRYING", ANY, IMPOSSIBLE, "not a state of INVITE"},
    {SIM_CELLS_SERVER_INVITE, "PROCEEDING", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_SERVER_INVITE, "COMPLETED|ACCEPTED", "1xx|2xx|3xx-6xx|abandon", IMPOSSIBLE,
     "it is answered once"},
    {SIM_CELLS_SERVER_INVITE, "CONFIRMED",
     "request|ACK|1xx|2xx|3xx-6xx|flow lost|abandon", IMPOSSIBLE,
     "timer I is 0: over in the same turn"},
    {SIM_CELLS_SERVER_INVITE, "PROCEEDING", "request|abandon|flow lost", ELSEWHERE, NULL,
     1},
    {SIM_CELLS_SERVER_OTHER, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_SERVER_OTHER, "CONFIRMED|ACCEPTED", ANY, IMPOSSIBLE,
     "states of INVITE alone"},
    {SIM_CELLS_SERVER_OTHER, "COMPLETED", "request|ACK|1xx|2xx|3xx-6xx|flow lost|abandon",
     IMPOSSIBLE, "timer J is 0: over in the same turn"},
    {SIM_CELLS_SERVER_OTHER, "TRYING|PROCEEDING", "ACK|timer", IMPOSSIBLE,
     "an ACK belongs to an INVITE, and no timer is armed"},
    {SIM_CELLS_SERVER_OTHER, "TRYING|PROCEEDING", ANY, ELSEWHERE,
     "answered in the turn it comes in, but for UPDATE", 10},
    {SIM_CELLS_FLOW, "DOWN|OPENING|WAITING", "heard|broken", ELSEWHERE,
     "there is no flow it could be of", 6},
    {SIM_CELLS_FLOW, "DOWN|WAITING|UP|PROBING", "opened", ELSEWHERE,
     "none is being opened", 4},
    {SIM_CELLS_FLOW, "DOWN|WAITING", "closed", IMPOSSIBLE, "the agent asks before"},
    {SIM_CELLS_FLOW, ANY, "timer|dial|reset|broken", ELSEWHERE, NULL, 4},
    {SIM_CELLS_REGISTRATION, ANY, ANY, ELSEWHERE, NULL, 46},
    {SIM_CELLS_OFFER, "NONE|STABLE", "our answer|their answer", ELSEWHERE,
     "not the turn for it", 4},
    {SIM_CELLS_OFFER, "LOCAL_OPEN|REMOTE_OPEN",
     "our offer|their offer|our answer|their answer", ELSEWHERE, "not the turn for it",
     6},
    {SIM_CELLS_OFFER, "NONE", "withdrawn", ELSEWHERE, NULL, 1},
    {SIM_CELLS_DIALOG, ANY, "early", IMPOSSIBLE, "where it begins"},
    {SIM_CELLS_DIALOG, "TERMINATED", "confirmed", IMPOSSIBLE, "no such edge"},
    {SIM_CELLS_DIALOG, "CONFIRMED", "confirmed", ELSEWHERE, "no step", 1},
    {SIM_CELLS_SESSION, "CANCELLING|HANGING_UP|OVER", COMMANDS, IMPOSSIBLE,
     "ENDED was told: the agent finds no such call"},
    {SIM_CELLS_SESSION, "INCOMING|ANSWERED", RESPONSES, IMPOSSIBLE, "we were called"},
    {SIM_CELLS_SESSION, "OFFERED|CONFIRMED|HANGING_UP", "1xx|3xx-6xx|no response",
     IMPOSSIBLE, "the INVITE is answered: only more 2xx pass its transaction"},
    {SIM_CELLS_SESSION, "OVER", "1xx|3xx-6xx|no response", IMPOSSIBLE,
     "its INVITE has had its final response"},
    {SIM_CELLS_SESSION, "CALLING|PROCEEDING|INCOMING|ANSWERED|CANCELLING", BYE_RESPONSES,
     IMPOSSIBLE, "no BYE of ours is under way"},
    {SIM_CELLS_SESSION, "CALLING|PROCEEDING|OFFERED|INCOMING|CANCELLING|OVER", "resend",
     IMPOSSIBLE, "no 2xx of ours waits for an ACK"},
    {SIM_CELLS_SESSION, "CALLING|PROCEEDING|INCOMING|ANSWERED|CANCELLING", "BYE again",
     IMPOSSIBLE, "no BYE is owed"},
    {SIM_CELLS_SESSION, "ANSWERED", "limit", IMPOSSIBLE, "the resends of the 2xx end it"},
    {SIM_CELLS_SESSION, "CALLING", "limit", IMPOSSIBLE, "timer B is before it"},
    {SIM_CELLS_SESSION, "CALLING", "BYE|re-INVITE|UPDATE|INFO", IMPOSSIBLE,
     "there is no dialog it could be in"},
    {SIM_CELLS_SESSION, "OVER", "BYE|re-INVITE|UPDATE|INFO", IMPOSSIBLE,
     "its dialogs are terminated: the agent answers 481"},
    {SIM_CELLS_SESSION, "CALLING|PROCEEDING|CANCELLING", "ACK", IMPOSSIBLE,
     "no dialog is the call yet"},
    {SIM_CELLS_SESSION, "CALLING|PROCEEDING|CANCELLING", "flow lost", IMPOSSIBLE,
     "the flow took its INVITE first"},
    {SIM_CELLS_SESSION, "CALLING|PROCEEDING|OFFERED|ANSWERED|CANCELLING|HANGING_UP|OVER",
     "CANCEL", IMPOSSIBLE, "no INVITE of theirs waits for the user"},
    {SIM_CELLS_SESSION, "INCOMING|ANSWERED|OFFERED|CANCELLING", "late 2xx", ELSEWHERE,
     "to no INVITE that there was", 3},
    {SIM_CELLS_SESSION, ANY, "INFO", ELSEWHERE, NULL, 4},
    {SIM_CELLS_SESSION, "OVER", "BYE: 1xx", ELSEWHERE,
     "as in HANGING_UP, where nothing comes of it", 1},
    {SIM_CELLS_SESSION, "OFFERED", "BYE again|send digit", ELSEWHERE, "as in CONFIRMED",
     1},
    {SIM_CELLS_SESSION, ANY,
     "answer|reject|hang up|progress|reoffer|answer offer|1xx|2xx|3xx-6xx|CANCEL|ACK|BYE"
     "|re-INVITE|UPDATE|limit|flow lost",
     ELSEWHERE, NULL, 14},
    {SIM_CELLS_REOFFER, "NONE|DUE", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_REOFFER, "OWING|WAITING|DUE", "1xx|3xx-6xx|no response", IMPOSSIBLE,
     "its INVITE is answered: only more 2xx pass its transaction"},
    {SIM_CELLS_REOFFER, ANY, ANY, ELSEWHERE, NULL, 14},
    {SIM_CELLS_REFER, "NONE|ASKING", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_REFER, "EXPECTING", RESPONSES, IMPOSSIBLE, "the REFER is answered"},
    {SIM_CELLS_REFER, ANY, ANY, ELSEWHERE, NULL, 5},
    {SIM_CELLS_REFERRED, "NONE|FOLLOWING|TELLING", "follow", IMPOSSIBLE,
     "the agent asks before"},
    {SIM_CELLS_REFERRED, "NONE|ASKED|TELLING", "progress", IMPOSSIBLE,
     "a call that rings is followed still"},
    {SIM_CELLS_REFERRED, "NONE", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_REFERRED, ANY, ANY, ELSEWHERE, NULL, 7},
    {SIM_CELLS_CONTEXT, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_CONTEXT, "PROCEEDING", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_CONTEXT, "COMPLETED", "1xx|branch over", IMPOSSIBLE, "no branch is open"},
    {SIM_CELLS_CONTEXT, "PROCEEDING|ACCEPTED", "ACK", IMPOSSIBLE,
     "the proxy asks before: it is of a failure"},
    {SIM_CELLS_CONTEXT, ANY, "repeated", ELSEWHERE, NULL, 1},
    {SIM_CELLS_BRANCH, "NEW", ANY, IMPOSSIBLE, "left in the turn it is made in"},
    {SIM_CELLS_BRANCH, "WAITING", "1xx|2xx|3xx-6xx|flow gone", IMPOSSIBLE,
     "nothing was sent yet"},
    {SIM_CELLS_BRANCH, "FAILED|ACCEPTED", "timer|flow gone", IMPOSSIBLE,
     "it has left both"},
    {SIM_CELLS_BRANCH, "CALLING|DOOMED|PROCEEDING|CANCELLING|FAILED|ACCEPTED",
     "flow back", IMPOSSIBLE, "only what waits is told"},
    {SIM_CELLS_BRANCH, ANY, ANY, ELSEWHERE, NULL, 1},
};

static guint n_excused[G_N_ELEMENTS (unvisited)];

static void
run_all (void)
{
  static const SimFaultKind kinds[] = {SIM_FAULT_LOST, SIM_FAULT_FROZEN,
                                       SIM_FAULT_REPLACED};
  SimRun run = {.play = sim_walk};

  for (guint i = 0; i < sim_n_scripts; i++)
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++)
      sim_faults_run (&sim_scripts[i], kinds[j], 11);
  for (run.seed = 20001; run.seed <= 20000 + N_WALKS; run.seed++)
    sim_run_single (&run);
}

static gboolean
is_among (const char *list, const char *name)
{
  g_auto (GStrv) names = g_strsplit (list, "|", -1);

  return g_str_equal (list, ANY) || g_strv_contains ((const char *const *)names, name);
}

static const Unvisited *
find_reason (SimCellsMachine machine, const char *state, const char *event)
{
  for (guint i = 0; i < G_N_ELEMENTS (unvisited); i++) {
    const Unvisited *u = &unvisited[i];

    if (u->machine == machine && is_among (u->states, state) &&
        is_among (u->events, event))
      return u;
  }
  return NULL;
}

/* Some unit tests put the machine they are about into any state, also into such as nothing
 * leads to. Those of the others have a whole agent, or a whole exchange. */
static gboolean
is_forced_by_units (SimCellsMachine machine)
{
  return machine > SIM_CELLS_AGENT && machine < SIM_CELLS_SESSION;
}

/* These two return TRUE when the cell is as it should be. */

static gboolean
judge_impossible (const char *cell, const char *why, const char *unit, gboolean is_forced)
{
  gboolean is_so = unit == NULL || is_forced;

  g_test_message ("%s       -  impossible: %s%s%s", cell, why,
                  is_so ? "" : ": NOT EXPECTED in ", is_so ? "" : unit);
  return is_so;
}

static gboolean
judge_elsewhere (const char *cell, const Unvisited *reason, const char *unit)
{
  gboolean is_so = reason != NULL && unit != NULL;
  const char *why = reason != NULL ? reason->why : NULL;

  g_test_message ("%s       -  %s%s%s%s", cell, is_so ? "" : "NOT VISITED ",
                  unit != NULL ? unit : "by any unit test", why != NULL ? ": " : "",
                  why != NULL ? why : "");
  return is_so;
}

static gboolean
judge (SimCellsMachine machine, guint state, guint event)
{
  const SimCellsNames *names = &sim_cells_names[machine];
  guint64 n = sim_cells_get (machine, state, event);
  const Unvisited *reason =
      find_reason (machine, names->states[state], names->events[event]);
  gboolean is_impossible = reason != NULL && reason->kind == IMPOSSIBLE;
  const char *unit = sim_cells_find_unit (machine, state, event);
  g_autofree char *cell = g_strdup_printf ("%28s  %-13s %-13s", names->name,
                                           names->states[state], names->events[event]);

  if (n > 0) {
    g_test_message ("%s%8" G_GUINT64_FORMAT "%s", cell, n,
                    is_impossible ? "  NOT EXPECTED" : "");
    return !is_impossible;
  }
  if (reason != NULL)
    n_excused[reason - unvisited]++;
  return is_impossible
             ? judge_impossible (cell, reason->why, unit, is_forced_by_units (machine))
             : judge_elsewhere (cell, reason, unit);
}

/* What is reached by chance may be lost by chance: then a story leads there. */
static gboolean
judge_row (guint row)
{
  const Unvisited *u = &unvisited[row];

  if (u->kind == IMPOSSIBLE || u->n == n_excused[row])
    return TRUE;
  g_test_message (
      "WRONG NUMBER: %s, %s, %s: %u cells excused, and not %u. %s",
      sim_cells_names[u->machine].name, u->states, u->events, n_excused[row], u->n,
      n_excused[row] > u->n ? "One is not visited any more, or new: give it a story"
                            : "One more is visited: lower the number");
  return FALSE;
}

static void
test_cells (gconstpointer programs)
{
  guint n_wrong = 0;

  run_all ();
  for (const char *const *program = programs; *program != NULL; program++)
    sim_cells_run_unit (*program);
  for (guint machine = 0; machine < SIM_CELLS_N_MACHINES; machine++) {
    const SimCellsNames *names = &sim_cells_names[machine];

    for (guint state = 0; names->states[state] != NULL; state++)
      for (guint event = 0; names->events[event] != NULL; event++)
        n_wrong += !judge (machine, state, event);
  }
  for (guint row = 0; row < G_N_ELEMENTS (unvisited); row++)
    n_wrong += !judge_row (row);
  if (n_wrong > 0)
    g_test_fail_printf (
        "%u cells or rows are not as the table says: look for NOT VISITED,"
        " NOT EXPECTED and WRONG NUMBER",
        n_wrong);
  sim_cells_forget_units ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sim/cells", argv + 1, test_cells);
  return g_test_run ();
}
