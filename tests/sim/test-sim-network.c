/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-run.h"
#include "sim-scripts.h"

#include <string.h>

/* What a network does that is only slow: every frame takes its time, each another one, so
 * that what was sent later over another flow comes sooner. It is shown that this happens,
 * and that every story comes out as it should all the same. */

#define MS(n) ((gint64)(n)*G_TIME_SPAN_MILLISECOND)
#define N_SEEDS 40
#define N_STORY_SEEDS 20
#ifdef __SANITIZE_ADDRESS__ /* each takes five times as long */
#define N_RACES 200
#else
#define N_RACES 1000
#endif

/* ---- Delay ---- */

static gint64
wait_from (SimAgent *agent, SipOutputType type, gint64 from_us)
{
  return sim_agent_wait (agent, type)->at_us - from_us;
}

/* Each step of a call takes as long as the frames that it is made of: two from end to
 * end. */
static void
play_delayed (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  gint64 delay_us = *(const gint64 *)data;
  SimAgent *alice = sim_world_add_agent (world, "alice");
  SimAgent *bob = sim_world_add_agent (world, "bob");
  gint64 from_us;

  sim_world_set_delay (world, delay_us, delay_us);
  sim_agent_register (alice);
  sim_agent_register (bob);
  from_us = sim_world_now (world);
  sim_agent_call (alice, bob);
  g_assert_cmpint (wait_from (bob, SIP_OUTPUT_INCOMING, from_us), ==, 2 * delay_us);
  g_assert_cmpint (wait_from (alice, SIP_OUTPUT_PROGRESS, from_us), ==, 4 * delay_us);
  from_us = sim_world_now (world);
  sim_agent_answer (bob, sim_agent_get_call (bob));
  g_assert_cmpint (wait_from (alice, SIP_OUTPUT_ANSWERED, from_us), ==, 2 * delay_us);
  g_assert_cmpint (wait_from (bob, SIP_OUTPUT_CONFIRMED, from_us), ==, 4 * delay_us);
  from_us = sim_world_now (world);
  g_assert_true (sim_agent_hang_up (alice, sim_agent_get_call (alice)));
  g_assert_cmpint (wait_from (bob, SIP_OUTPUT_ENDED, from_us), ==, 2 * delay_us);
  sim_world_settle (world);
  g_assert_cmpuint (sim_world_get_n_overtaken (world), ==, 0);
}

static void
test_delayed (void)
{
  static const gint64 delays[] = {MS (1), MS (50), MS (400), MS (2000)};
  SimRun run = {.play = play_delayed};

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++) {
    run.data = &delays[i];
    sim_run_twice (&run, FALSE);
  }
}

/* ---- Order ---- */

/* Alice calls Bob a moment before Carol does. @data: how often Carol's call came first. */
static void
play_two_callers (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  guint *n_carol_first = (guint *)data;
  SimAgent *alice = sim_world_add_agent (world, "alice");
  SimAgent *bob = sim_world_add_agent (world, "bob");
  SimAgent *carol = sim_world_add_agent (world, "carol");

  sim_agent_register (alice);
  sim_agent_register (bob);
  sim_agent_register (carol);
  sim_agent_call (alice, bob);
  sim_world_run (world, MS (5));
  sim_agent_call (carol, bob);
  *n_carol_first +=
      strstr (sim_agent_wait (bob, SIP_OUTPUT_INCOMING)->body, "of carol") != NULL;
  sim_agent_answer (bob, sim_agent_get_call (bob));
  sim_agent_wait (bob, SIP_OUTPUT_INCOMING);
  sim_agent_answer (bob, sim_agent_get_call (bob));
  sim_agent_wait (alice, SIP_OUTPUT_ANSWERED);
  sim_agent_wait (carol, SIP_OUTPUT_ANSWERED);
  sim_world_settle (world);
}

/* Both phones of Bob answer a moment after each other. @data: how often the one that did
 * so second has the call. */
static void
play_two_answers (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  guint *n_second_won = (guint *)data;
  SimAgent *alice = sim_world_add_agent (world, "alice");
  SimAgent *desk = sim_world_add_device (world, "desk", "bob");
  SimAgent *mobile = sim_world_add_device (world, "mobile", "bob");

  sim_agent_register (alice);
  sim_agent_register (desk);
  sim_agent_register (mobile);
  sim_agent_call (alice, desk);
  sim_agent_wait (desk, SIP_OUTPUT_INCOMING);
  sim_agent_wait (mobile, SIP_OUTPUT_INCOMING);
  sim_world_run (world, MS (100));
  sim_agent_answer (desk, sim_agent_get_call (desk));
  sim_agent_answer (mobile, sim_agent_get_call (mobile));
  *n_second_won +=
      strstr (sim_agent_wait (alice, SIP_OUTPUT_ANSWERED)->body, "of mobile") != NULL;
  sim_world_run (world, MS (5000));
  g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (alice)), ==, 1);
  g_assert_cmpuint (sip_ua_get_n_calls (sim_agent_get_ua (desk)) +
                        sip_ua_get_n_calls (sim_agent_get_ua (mobile)),
                    ==, 1);
  sim_world_check_agreement (world);
  sim_world_settle (world);
}

/* Over the seeds it must have come out both ways. */
static void
test_both_orders (gconstpointer data)
{
  guint n_second_first = 0;
  SimRun run = {.data = &n_second_first};

  run.play = g_str_equal (data, "callers") ? play_two_callers : play_two_answers;
  if (sim_run_get_only (&run.seed, &run.fault)) {
    sim_run_twice (&run, TRUE);
    return;
  }
  for (run.seed = 1; run.seed <= N_SEEDS; run.seed++)
    sim_run_single (&run);
  g_test_message ("the second came first in %u of %u", n_second_first, N_SEEDS);
  g_assert_cmpuint (n_second_first, >, 0);
  g_assert_cmpuint (n_second_first, <, N_SEEDS);
}

/* ---- Races ---- */

/* Who meets whom where is for the network to say. However it goes, all that the story waits
 * for comes, both ends are told the same, and nothing is left. */
static void
play_race (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  const SimScript *script = data;
  SimPlay play = {0};

  sim_play_init (&play, script, world);
  play.is_smooth = TRUE;
  script->play (&play);
  sim_play_finish (&play, TRUE);
}

static void
test_race (gconstpointer data)
{
  SimRun run = {.play = play_race, .data = data};

  if (sim_run_get_only (&run.seed, &run.fault)) {
    sim_run_twice (&run, TRUE);
    return;
  }
  for (run.seed = 1; run.seed <= N_RACES; run.seed++)
    sim_run_single (&run);
}

static gboolean
is_race (const SimScript *script)
{
  static const char *const races[] = {"cancel-late", "both-hang-up", "fork-both", "glare",
                                      NULL};

  return g_strv_contains (races, script->name);
}

/* ---- Every story ---- */

typedef struct {
  const SimScript *script;
  guint n_overtaken;
} Story;

/* On a network whose frames take up to a second and a half each. What a script waits for
 * may be later than its patience; both ends must agree on what came of it. */
static void
play_story (SimWorld *world, gconstpointer data, const SimFault *fault)
{
  Story *story = (Story *)data;
  SimPlay play = {0};

  sim_play_init (&play, story->script, world);
  sim_world_set_delay (world, MS (1), MS (1500));
  story->script->play (&play);
  sim_play_finish (&play, !story->script->leaves);
  story->n_overtaken += sim_world_get_n_overtaken (world);
}

static void
test_story (gconstpointer data)
{
  Story story = {.script = data};
  SimRun run = {.play = play_story, .data = &story};
  gboolean is_alone = g_str_equal (story.script->name, "register");

  if (sim_run_get_only (&run.seed, &run.fault)) {
    sim_run_twice (&run, TRUE);
    return;
  }
  for (run.seed = 1; run.seed <= N_STORY_SEEDS; run.seed++)
    sim_run_single (&run);
  g_test_message ("%u frames were overtaken", story.n_overtaken);
  if (is_alone) /* there is one flow that anything is said on */
    g_assert_cmpuint (story.n_overtaken, ==, 0);
  else
    g_assert_cmpuint (story.n_overtaken, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/network/delayed", test_delayed);
  g_test_add_data_func ("/sim/network/two-callers", "callers", test_both_orders);
  g_test_add_data_func ("/sim/network/two-answers", "answers", test_both_orders);
  for (guint i = 0; i < sim_n_scripts; i++) {
    g_autofree char *path = g_strdup_printf ("/sim/network/%s", sim_scripts[i].name);

    g_test_add_data_func (path, &sim_scripts[i], test_story);
    if (is_race (&sim_scripts[i])) {
      g_autofree char *again =
          g_strdup_printf ("/sim/network/race/%s", sim_scripts[i].name);

      g_test_add_data_func (again, &sim_scripts[i], test_race);
    }
  }
  return g_test_run ();
}
