/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scripts.h"

#include <string.h>

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
#define PATIENCE_US SECONDS (12)
/* After it whatever the fault broke has been found out by everybody. */
#define QUIET_US SECONDS (300)
/* By now also a flow that is silent one way was given up. */
#define FOUND_OUT_US SECONDS (80)

/* ---- What scripts are made of ---- */

/* FALSE when it does not come. */
static gboolean
await (SimPlay *play, SimAgent *agent, SipOutputType type)
{
  gboolean has_come = sim_agent_await (agent, type, PATIENCE_US) != NULL;

  g_assert_true (has_come || !play->is_smooth);
  return has_come;
}

static void
pass (SimPlay *play, gint64 us)
{
  sim_world_run (play->world, us);
}

static void
expect (SimPlay *play, gboolean is_done)
{
  g_assert_true (is_done || !play->is_smooth);
}

static SipSessionId
call_bob (SimPlay *play, gboolean has_offer)
{
  SipSessionId call = sim_agent_try_call (play->alice, "bob", has_offer);

  expect (play, call != 0);
  return call;
}

static void
answer (SimPlay *play, SimAgent *agent)
{
  expect (play, sim_agent_try_answer (agent, sim_agent_get_call (agent)));
}

static void
reject (SimPlay *play, SimAgent *agent, guint status)
{
  expect (play, sim_agent_try_reject (agent, sim_agent_get_call (agent), status));
}

static void
reoffer (SimPlay *play, SimAgent *agent)
{
  expect (play, sim_agent_try_reoffer (agent, sim_agent_get_call (agent), TRUE));
}

static void
hang_up (SimPlay *play, SimAgent *agent)
{
  expect (play, sim_agent_hang_up (agent, sim_agent_get_call (agent)));
}

/* Alice and the first Bob are in a call, or they are not. */
static void
talk (SimPlay *play)
{
  call_bob (play, TRUE);
  await (play, play->bobs[0], SIP_OUTPUT_INCOMING);
  await (play, play->alice, SIP_OUTPUT_PROGRESS);
  answer (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  await (play, play->bobs[0], SIP_OUTPUT_CONFIRMED);
}

/* All of Bob's ring. */
static void
ring (SimPlay *play)
{
  call_bob (play, TRUE);
  for (guint i = 0; i < SIM_MAX_BOBS && play->bobs[i] != NULL; i++)
    await (play, play->bobs[i], SIP_OUTPUT_INCOMING);
  await (play, play->alice, SIP_OUTPUT_PROGRESS);
}

/* ---- Registration ---- */

static void
play_register (SimPlay *play)
{
  sim_agent_stop (play->alice);
  await (play, play->alice, SIP_OUTPUT_STOPPED);
  pass (play, SECONDS (5));
  sim_agent_start (play->alice);
  await (play, play->alice, SIP_OUTPUT_REGISTRATION);
  pass (play, SECONDS (5));
}

/* While somebody talks. */
static void
play_refresh (SimPlay *play)
{
  talk (play);
  pass (play, SECONDS (600));
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* ---- Calls ---- */

static void
play_call (SimPlay *play)
{
  talk (play);
  pass (play, SECONDS (10));
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

static void
play_busy (SimPlay *play)
{
  ring (play);
  reject (play, play->bobs[0], 486);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

static void
play_cancel (SimPlay *play)
{
  ring (play);
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* Before anything is known of the call there. */
static void
play_cancel_at_once (SimPlay *play)
{
  call_bob (play, TRUE);
  hang_up (play, play->alice);
}

/* The CANCEL and the 200 cross. */
static void
play_cancel_late (SimPlay *play)
{
  ring (play);
  answer (play, play->bobs[0]);
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

static void
play_no_answer (SimPlay *play)
{
  ring (play);
  pass (play, SECONDS (210));
}

static void
play_both_hang_up (SimPlay *play)
{
  talk (play);
  hang_up (play, play->alice);
  hang_up (play, play->bobs[0]);
}

static void
play_offerless (SimPlay *play)
{
  call_bob (play, FALSE);
  await (play, play->bobs[0], SIP_OUTPUT_INCOMING);
  answer (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  await (play, play->bobs[0], SIP_OUTPUT_CONFIRMED);
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* Called while in a call, by somebody else. */
static void
play_second_call (SimPlay *play)
{
  talk (play);
  expect (play, sim_agent_try_call (play->carol, "bob", TRUE) != 0);
  await (play, play->bobs[0], SIP_OUTPUT_INCOMING);
  answer (play, play->bobs[0]);
  await (play, play->bobs[0], SIP_OUTPUT_CONFIRMED);
  hang_up (play, play->carol);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* The user leaves, and the call with him. */
static void
play_leave (SimPlay *play)
{
  talk (play);
  sim_agent_stop (play->bobs[0]);
  await (play, play->bobs[0], SIP_OUTPUT_STOPPED);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* ---- Forks ---- */

static void
play_fork (SimPlay *play)
{
  ring (play);
  answer (play, play->bobs[1]);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
  pass (play, SECONDS (3));
  hang_up (play, play->alice);
  await (play, play->bobs[1], SIP_OUTPUT_ENDED);
}

/* One is busy, one answers early and is not the one who answers in the end. */
static void
play_fork_early (SimPlay *play)
{
  ring (play);
  expect (play, sim_agent_try_progress (play->bobs[0], sim_agent_get_call (play->bobs[0]),
                                        TRUE));
  expect (play, sim_agent_try_progress (play->bobs[1], sim_agent_get_call (play->bobs[1]),
                                        TRUE));
  await (play, play->alice, SIP_OUTPUT_PROGRESS);
  reject (play, play->bobs[2], 486);
  pass (play, SECONDS (2));
  answer (play, play->bobs[1]);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  pass (play, SECONDS (3));
  hang_up (play, play->bobs[1]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* Two answers: one is the call, the other is ended by the caller. */
static void
play_fork_both (SimPlay *play)
{
  ring (play);
  answer (play, play->bobs[0]);
  answer (play, play->bobs[1]);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  pass (play, SECONDS (3));
  hang_up (play, play->alice);
}

/* The same without an offer of ours, while the user thinks about theirs. */
static void
play_fork_offerless (SimPlay *play)
{
  sim_agent_set_user (play->alice, SIM_USER_WAITS);
  call_bob (play, FALSE);
  await (play, play->bobs[0], SIP_OUTPUT_INCOMING);
  await (play, play->bobs[1], SIP_OUTPUT_INCOMING);
  answer (play, play->bobs[0]);
  answer (play, play->bobs[1]);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  pass (play, SECONDS (5));
  answer (play, play->alice);
  pass (play, SECONDS (3));
  hang_up (play, play->alice);
}

static void
play_fork_cancel (SimPlay *play)
{
  ring (play);
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
  await (play, play->bobs[1], SIP_OUTPUT_ENDED);
}

static void
play_fork_decline (SimPlay *play)
{
  ring (play);
  reject (play, play->bobs[1], 603);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

static void
play_fork_busy (SimPlay *play)
{
  ring (play);
  reject (play, play->bobs[0], 480);
  reject (play, play->bobs[1], 486);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* ---- Changes ---- */

/* As hold is to the core: an offer from one side, then from the other. */
static void
play_hold (SimPlay *play)
{
  SimAgent *const sides[] = {play->alice, play->bobs[0], play->alice, play->bobs[0]};

  talk (play);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    reoffer (play, sides[i]);
    await (play, sides[i], SIP_OUTPUT_REANSWERED);
    pass (play, SECONDS (1)); /* and its ACK */
  }
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* Until the change this side wants was taken: after glare it is wanted again. */
static void
await_change (SimPlay *play, SimAgent *agent)
{
  const SimTold *told;

  do
    told = sim_agent_await (agent, SIP_OUTPUT_REANSWERED, PATIENCE_US);
  while (told != NULL && told->status != 200);
  g_assert_true (told != NULL || !play->is_smooth);
}

static void
play_glare (SimPlay *play)
{
  talk (play);
  reoffer (play, play->alice);
  reoffer (play, play->bobs[0]);
  await_change (play, play->alice);
  await_change (play, play->bobs[0]);
  pass (play, SECONDS (1));
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* One side asks for the other's offer, then the other does. */
static void
play_change_offerless (SimPlay *play)
{
  SimAgent *const sides[] = {play->alice, play->bobs[0]};

  talk (play);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    SipSessionId call = sim_agent_get_call (sides[i]);

    expect (play, sim_agent_try_reoffer (sides[i], call, FALSE));
    await (play, sides[1 - i], SIP_OUTPUT_OFFER_ASKED);
    await (play, sides[i], SIP_OUTPUT_REOFFER);
    await (play, sides[1 - i], SIP_OUTPUT_REANSWERED);
  }
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

static void
play_digits (SimPlay *play)
{
  talk (play);
  for (const char *digit = "1#"; *digit != '\0'; digit++) {
    expect (play,
            sim_agent_try_digit (play->alice, sim_agent_get_call (play->alice), *digit));
    await (play, play->bobs[0], SIP_OUTPUT_DIGIT);
    await (play, play->alice, SIP_OUTPUT_DIGIT_SENT);
  }
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* Their user says no; the call stays as it was. */
static void
play_change_refused (SimPlay *play)
{
  talk (play);
  sim_agent_set_user (play->bobs[0], SIM_USER_WAITS);
  reoffer (play, play->alice);
  if (await (play, play->bobs[0], SIP_OUTPUT_REOFFER))
    sim_agent_try_answer_reoffer (play->bobs[0], sim_agent_get_call (play->bobs[0]), 488);
  await (play, play->alice, SIP_OUTPUT_REANSWERED);
  pass (play, SECONDS (1));
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* Their user says nothing. */
static void
play_change_ignored (SimPlay *play)
{
  talk (play);
  sim_agent_set_user (play->bobs[0], SIM_USER_WAITS);
  reoffer (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_REOFFER);
  pass (play, SECONDS (31));
  await (play, play->alice, SIP_OUTPUT_REANSWERED);
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* One hangs up while the other changes. */
static void
play_change_and_end (SimPlay *play)
{
  talk (play);
  sim_agent_set_user (play->bobs[0], SIM_USER_WAITS);
  reoffer (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_REOFFER);
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* ---- Transfers ---- */

/* Bob is sent from Alice to Carol. */
static void
play_transfer (SimPlay *play)
{
  talk (play);
  expect (play, sim_agent_try_transfer (play->alice, sim_agent_get_call (play->alice),
                                        "carol"));
  await (play, play->carol, SIP_OUTPUT_INCOMING);
  answer (play, play->carol);
  await (play, play->alice, SIP_OUTPUT_ENDED);
  await (play, play->carol, SIP_OUTPUT_CONFIRMED);
  hang_up (play, play->carol);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

/* Carol is busy, and Bob stays with Alice. */
static void
play_transfer_failed (SimPlay *play)
{
  talk (play);
  sim_agent_set_user (play->carol, SIM_USER_REJECTS);
  expect (play, sim_agent_try_transfer (play->alice, sim_agent_get_call (play->alice),
                                        "carol"));
  await (play, play->carol, SIP_OUTPUT_ENDED);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED); /* his call to Carol */
  await (play, play->alice, SIP_OUTPUT_TRANSFER);
  pass (play, SECONDS (1));
  hang_up (play, play->alice);
  await (play, play->bobs[0], SIP_OUTPUT_ENDED);
}

static void
play_transfer_refused (SimPlay *play)
{
  talk (play);
  sim_agent_set_user (play->bobs[0], SIM_USER_WAITS);
  expect (play, sim_agent_try_transfer (play->alice, sim_agent_get_call (play->alice),
                                        "carol"));
  await (play, play->bobs[0], SIP_OUTPUT_TRANSFER_ASKED);
  expect (play, sim_agent_try_answer_transfer (
                    play->bobs[0], sim_agent_get_call (play->bobs[0]), FALSE));
  await (play, play->alice, SIP_OUTPUT_TRANSFER);
  pass (play, SECONDS (1));
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* Bob's user says nothing, and hangs up while he is asked. */
static void
play_transfer_ignored (SimPlay *play)
{
  talk (play);
  sim_agent_set_user (play->bobs[0], SIM_USER_WAITS);
  expect (play, sim_agent_try_transfer (play->alice, sim_agent_get_call (play->alice),
                                        "carol"));
  await (play, play->bobs[0], SIP_OUTPUT_TRANSFER_ASKED);
  pass (play, SECONDS (61));
  await (play, play->bobs[0], SIP_OUTPUT_TRANSFER_WITHDRAWN);
  expect (play, sim_agent_try_transfer (play->alice, sim_agent_get_call (play->alice),
                                        "carol"));
  await (play, play->bobs[0], SIP_OUTPUT_TRANSFER_ASKED);
  hang_up (play, play->bobs[0]);
  await (play, play->alice, SIP_OUTPUT_ENDED);
}

/* Alice asks Carol first, and then leaves the two to each other. */
static void
play_transfer_attended (SimPlay *play)
{
  SipSessionId first, second;

  talk (play);
  first = sim_agent_get_call (play->alice);
  second = sim_agent_try_call (play->alice, "carol", TRUE);
  await (play, play->carol, SIP_OUTPUT_INCOMING);
  answer (play, play->carol);
  await (play, play->alice, SIP_OUTPUT_ANSWERED);
  await (play, play->carol, SIP_OUTPUT_CONFIRMED);
  expect (play, sim_agent_try_transfer_to (play->alice, first, second));
  await (play, play->alice, SIP_OUTPUT_ENDED);
  await (play, play->alice, SIP_OUTPUT_ENDED);
  pass (play, SECONDS (2));
  hang_up (play, play->bobs[0]);
  await (play, play->carol, SIP_OUTPUT_ENDED);
}

/* ---- The table ---- */

const SimScript sim_scripts[] = {
    {"register", 1, FALSE, FALSE, play_register},
    {"refresh", 1, FALSE, FALSE, play_refresh},
    {"call", 1, FALSE, FALSE, play_call},
    {"busy", 1, FALSE, FALSE, play_busy},
    {"cancel", 1, FALSE, FALSE, play_cancel},
    {"cancel-at-once", 1, FALSE, FALSE, play_cancel_at_once},
    {"cancel-late", 1, FALSE, FALSE, play_cancel_late},
    {"no-answer", 1, FALSE, FALSE, play_no_answer},
    {"both-hang-up", 1, FALSE, FALSE, play_both_hang_up},
    {"offerless", 1, FALSE, FALSE, play_offerless},
    {"second-call", 1, TRUE, FALSE, play_second_call},
    {"leave", 1, FALSE, TRUE, play_leave},
    {"fork", 2, FALSE, FALSE, play_fork},
    {"fork-early", 3, FALSE, FALSE, play_fork_early},
    {"fork-both", 2, FALSE, FALSE, play_fork_both},
    {"fork-offerless", 2, FALSE, FALSE, play_fork_offerless},
    {"fork-cancel", 2, FALSE, FALSE, play_fork_cancel},
    {"fork-decline", 2, FALSE, FALSE, play_fork_decline},
    {"fork-busy", 2, FALSE, FALSE, play_fork_busy},
    {"hold", 1, FALSE, FALSE, play_hold},
    {"glare", 1, FALSE, FALSE, play_glare},
    {"change-offerless", 1, FALSE, FALSE, play_change_offerless},
    {"digits", 1, FALSE, FALSE, play_digits},
    {"change-refused", 1, FALSE, FALSE, play_change_refused},
    {"change-ignored", 1, FALSE, FALSE, play_change_ignored},
    {"change-and-end", 1, FALSE, FALSE, play_change_and_end},
    {"transfer", 1, TRUE, FALSE, play_transfer},
    {"transfer-failed", 1, TRUE, FALSE, play_transfer_failed},
    {"transfer-refused", 1, TRUE, FALSE, play_transfer_refused},
    {"transfer-ignored", 1, TRUE, FALSE, play_transfer_ignored},
    {"transfer-attended", 1, TRUE, FALSE, play_transfer_attended},
};
const guint sim_n_scripts = G_N_ELEMENTS (sim_scripts);

static SimAgent *
add (SimWorld *world, const char *name, const char *user)
{
  SimAgent *agent = sim_world_add_device (world, name, user);

  if (!g_str_equal (name, "bob-2")) /* somebody is behind none, beside one who is */
    sim_agent_set_edge (agent);
  sim_agent_set_user (agent, SIM_USER_TALKS);
  sim_agent_register (agent);
  return agent;
}

void
sim_play_init (SimPlay *play, const SimScript *script, SimWorld *world)
{
  static const char *const names[SIM_MAX_BOBS] = {"bob", "bob-2", "bob-3"};

  memset (play, 0, sizeof *play);
  play->world = world;
  play->alice = add (world, "alice", "alice");
  for (guint i = 0; i < script->n_bobs; i++)
    play->bobs[i] = add (world, names[i], "bob");
  if (script->has_carol)
    play->carol = add (world, "carol", "carol");
  pass (play, SECONDS (6));
}

void
sim_play_finish (SimPlay *play, gboolean must_agree)
{
  sim_world_run (play->world, FOUND_OUT_US);
  if (must_agree)
    sim_world_check_ringing (play->world);
  sim_world_run (play->world, QUIET_US);
  if (must_agree)
    sim_world_check_agreement (play->world);
  sim_world_settle (play->world);
}
