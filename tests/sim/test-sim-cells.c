/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-cells.h"
#include "sim-faults.h"
#include "sim-walk.h"

#include <string.h>

/* Every state of every machine meets every event somewhere in the sim, and a table says how
 * often; a cell that nothing visits must stand here with the reason, and one that stands
 * here as impossible must not be visited. */

#define N_WALKS 1000
#define ANY "*"

typedef enum {
  IMPOSSIBLE, /* nothing leads there */
  ELSEWHERE, /* nothing here leads there; what comes of it stands in a table in tests/unit */
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
    {SIM_CELLS_AGENT, ANY, "stop|credentials|flow opened|flow closed", ELSEWHERE,
     "test-sip-ua-phases.c", 7},
    {SIM_CELLS_CLIENT_INVITE, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_CLIENT_INVITE, "COMPLETED", "1xx|2xx|3xx-6xx|flow lost", IMPOSSIBLE,
     "timer D is 0: over in the same turn"},
    {SIM_CELLS_CLIENT_INVITE, "PROCEEDING", "timer", IMPOSSIBLE, "a 1xx stops timer B"},
    {SIM_CELLS_CLIENT_OTHER, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_CLIENT_OTHER, "ACCEPTED", ANY, IMPOSSIBLE, "a state of INVITE alone"},
    {SIM_CELLS_CLIENT_OTHER, "COMPLETED", "1xx|2xx|3xx-6xx|flow lost", IMPOSSIBLE,
     "timer K is 0: over in the same turn"},
    {SIM_CELLS_CLIENT_OTHER, "PROCEEDING", "1xx|2xx|3xx-6xx", ELSEWHERE,
     "nobody here sends a 1xx to it and then more: test-sip-client-tx.c", 3},
    {SIM_CELLS_SERVER_INVITE, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_SERVER_INVITE, "TRYING", ANY, IMPOSSIBLE, "not a state of INVITE"},
    {SIM_CELLS_SERVER_INVITE, "PROCEEDING", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_SERVER_INVITE, "COMPLETED|ACCEPTED", "1xx|2xx|3xx-6xx|abandon", IMPOSSIBLE,
     "it is answered once"},
    {SIM_CELLS_SERVER_INVITE, "CONFIRMED",
     "request|ACK|1xx|2xx|3xx-6xx|flow lost|abandon", IMPOSSIBLE,
     "timer I is 0: over in the same turn"},
    {SIM_CELLS_SERVER_INVITE, "PROCEEDING", "request|abandon|flow lost", ELSEWHERE,
     "test-sip-server-tx.c", 1},
    {SIM_CELLS_SERVER_OTHER, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_SERVER_OTHER, "CONFIRMED|ACCEPTED", ANY, IMPOSSIBLE,
     "states of INVITE alone"},
    {SIM_CELLS_SERVER_OTHER, "COMPLETED", "request|ACK|1xx|2xx|3xx-6xx|flow lost|abandon",
     IMPOSSIBLE, "timer J is 0: over in the same turn"},
    {SIM_CELLS_SERVER_OTHER, "TRYING|PROCEEDING", "ACK|timer", IMPOSSIBLE,
     "an ACK belongs to an INVITE, and no timer is armed"},
    {SIM_CELLS_SERVER_OTHER, "TRYING|PROCEEDING", ANY, ELSEWHERE,
     "answered in the turn it comes in, but for UPDATE: test-sip-server-tx.c", 10},
    {SIM_CELLS_FLOW, "DOWN|OPENING|WAITING", "heard|broken", ELSEWHERE,
     "there is no flow it could be of: test-sip-flow.c", 6},
    {SIM_CELLS_FLOW, "DOWN|WAITING|UP|PROBING", "opened", ELSEWHERE,
     "none is being opened: test-sip-flow.c", 4},
    {SIM_CELLS_FLOW, "DOWN|WAITING", "closed", IMPOSSIBLE, "the agent asks before"},
    {SIM_CELLS_FLOW, ANY, "timer|dial|reset|broken", ELSEWHERE, "test-sip-flow.c", 4},
    {SIM_CELLS_REGISTRATION, ANY, ANY, ELSEWHERE, "test-sip-registration.c", 46},
    {SIM_CELLS_OFFER, "NONE|STABLE", "our answer|their answer", ELSEWHERE,
     "not the turn for it: test-sip-offer.c", 4},
    {SIM_CELLS_OFFER, "LOCAL_OPEN|REMOTE_OPEN",
     "our offer|their offer|our answer|their answer", ELSEWHERE,
     "not the turn for it: test-sip-offer.c", 6},
    {SIM_CELLS_OFFER, "NONE", "withdrawn", ELSEWHERE, "test-sip-offer.c", 1},
    {SIM_CELLS_DIALOG, ANY, "early", IMPOSSIBLE, "where it begins"},
    {SIM_CELLS_DIALOG, "CONFIRMED|TERMINATED", "confirmed", ELSEWHERE,
     "no such edge, or no step: test-sip-dialog.c", 2},
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
    {SIM_CELLS_SESSION, "INCOMING|ANSWERED|OFFERED|CANCELLING", "late 2xx", ELSEWHERE,
     "to no INVITE whose transaction is gone: test-sip-session-uac.c", 3},
    {SIM_CELLS_SESSION, ANY, "INFO", ELSEWHERE, "test-sip-session-cells.c", 6},
    {SIM_CELLS_SESSION, "OVER", "BYE: 1xx", ELSEWHERE,
     "as in HANGING_UP, where nothing comes of it: test-sip-session-lost.c", 1},
    {SIM_CELLS_SESSION, "OFFERED", "BYE again|send digit", ELSEWHERE,
     "as in CONFIRMED: test-sip-session-uac.c; test-sip-session-cells.c", 1},
    {SIM_CELLS_SESSION, ANY,
     "answer|reject|hang up|progress|reoffer|answer offer|1xx|2xx|3xx-6xx|CANCEL|ACK|BYE"
     "|re-INVITE|UPDATE|limit|flow lost",
     ELSEWHERE, "test-sip-session-cells.c", 34},
    {SIM_CELLS_REOFFER, ANY, ANY, ELSEWHERE, "test-sip-session-reoffer-cells.c", 25},
    {SIM_CELLS_REFER, ANY, ANY, ELSEWHERE, "test-sip-transfer-cells.c", 11},
    {SIM_CELLS_REFERRED, ANY, ANY, ELSEWHERE, "test-sip-transfer-cells.c", 14},
    {SIM_CELLS_CONTEXT, "TERMINATED", ANY, IMPOSSIBLE, "freed in the same turn"},
    {SIM_CELLS_CONTEXT, "PROCEEDING", "timer", IMPOSSIBLE, "none is armed"},
    {SIM_CELLS_CONTEXT, "COMPLETED", "1xx|branch over", IMPOSSIBLE, "no branch is open"},
    {SIM_CELLS_CONTEXT, ANY, "ACK|repeated", ELSEWHERE, "test-sip-proxy-cells.c", 3},
    {SIM_CELLS_BRANCH, "NEW", ANY, IMPOSSIBLE, "left in the turn it is made in"},
    {SIM_CELLS_BRANCH, "WAITING", "1xx|2xx|3xx-6xx|flow gone", IMPOSSIBLE,
     "nothing was sent yet"},
    {SIM_CELLS_BRANCH, "FAILED|ACCEPTED", "timer|flow gone", IMPOSSIBLE,
     "it has left both"},
    {SIM_CELLS_BRANCH, "CALLING|DOOMED|PROCEEDING|CANCELLING|FAILED|ACCEPTED",
     "flow back", IMPOSSIBLE, "only what waits is told"},
    {SIM_CELLS_BRANCH, ANY, ANY, ELSEWHERE, "test-sip-proxy-cells.c", 1},
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

/* TRUE when it is as it should be. */
static gboolean
judge (SimCellsMachine machine, guint state, guint event)
{
  const SimCellsNames *names = &sim_cells_names[machine];
  const char *state_name = names->states[state];
  const char *event_name = names->events[event];
  guint64 n = sim_cells_get (machine, state, event);
  const Unvisited *reason = find_reason (machine, state_name, event_name);

  if (n > 0) {
    g_test_message ("%28s  %-13s %-13s %8" G_GUINT64_FORMAT "%s", names->name, state_name,
                    event_name, n,
                    reason != NULL && reason->kind == IMPOSSIBLE ? "  NOT EXPECTED" : "");
    return reason == NULL || reason->kind != IMPOSSIBLE;
  }
  g_test_message ("%28s  %-13s %-13s        -  %s%s", names->name, state_name, event_name,
                  reason == NULL               ? "NOT VISITED"
                  : reason->kind == IMPOSSIBLE ? "impossible: "
                                               : "",
                  reason != NULL ? reason->why : "");
  if (reason != NULL)
    n_excused[reason - unvisited]++;
  return reason != NULL;
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
test_cells (void)
{
  guint n_wrong = 0;

  run_all ();
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
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/cells", test_cells);
  return g_test_run ();
}
