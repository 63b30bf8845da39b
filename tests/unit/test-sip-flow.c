/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-flow.h"

#define NOW (1000 * G_TIME_SPAN_SECOND)
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

static guint64 state;

static void
fill (gpointer data, guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    state = state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
    bytes[i] = (guint8)(state >> 56);
  }
}

static const SipRandom random_source = {.fill = fill};

typedef struct {
  SipTimers timers;
  SipFlow flow;
  gint64 now_us;
} Rig;

static void
rig_init (Rig *rig)
{
  rig->now_us = NOW;
  sip_timers_init (&rig->timers);
  sip_flow_init (&rig->flow, 1, &random_source);
}

static void
rig_clear (Rig *rig)
{
  sip_timers_disarm (&rig->timers, &rig->flow.timer);
  sip_timers_clear (&rig->timers);
}

static SipFlowAction
feed (Rig *rig, SipFlowEvent event)
{
  SipFlowAction action = sip_flow_handle (&rig->flow, event, &rig->timers, rig->now_us);

  sip_flow_check (&rig->flow);
  return action;
}

static SipFlowAction
feed_closed (Rig *rig, SipFlowClose why, guint retry_after_s)
{
  rig->flow.why = why;
  rig->flow.retry_after_s = retry_after_s;
  return feed (rig, SIP_FLOW_EVENT_CLOSED);
}

/* Lets the armed timer fire, and says how long it took. */
static gint64
feed_timer (Rig *rig, SipFlowAction *action)
{
  gint64 waited_us = rig->flow.timer.due_us - rig->now_us;

  rig->now_us = rig->flow.timer.due_us;
  g_assert_true (sip_timers_pop (&rig->timers, rig->now_us) == &rig->flow.timer);
  *action = feed (rig, SIP_FLOW_EVENT_TIMER);
  return waited_us;
}

static void
bring_to (Rig *rig, SipFlowState target)
{
  switch (target) {
  case SIP_FLOW_DOWN:
    return;
  case SIP_FLOW_OPENING:
    feed (rig, SIP_FLOW_EVENT_WANTED);
    break;
  case SIP_FLOW_UP:
    feed (rig, SIP_FLOW_EVENT_WANTED);
    feed (rig, SIP_FLOW_EVENT_OPENED);
    break;
  case SIP_FLOW_PROBING:
    bring_to (rig, SIP_FLOW_UP);
    feed (rig, SIP_FLOW_EVENT_DIAL);
    break;
  case SIP_FLOW_WAITING:
    feed (rig, SIP_FLOW_EVENT_WANTED);
    feed_closed (rig, SIP_FLOW_CLOSE_UNREACHED, 0);
    break;
  }
  g_assert_cmpint (rig->flow.state, ==, target);
}

/* ---- The machine ---- */

typedef struct {
  SipFlowState next;
  SipFlowAction action;
} Cell;

#define DOWN SIP_FLOW_DOWN
#define OPENING SIP_FLOW_OPENING
#define UP SIP_FLOW_UP
#define PROBING SIP_FLOW_PROBING
#define WAITING SIP_FLOW_WAITING
#define LOST SIP_FLOW_LOST
#define CLOSE SIP_FLOW_CLOSE
#define OPEN SIP_FLOW_OPEN
#define PING SIP_FLOW_PING

/* A flow that is up here was of no use yet. Columns: wanted, dropped, opened, closed,
 * broken, reset, heard, dial, timer. */
static const Cell cells[SIP_FLOW_N_STATES][SIP_FLOW_N_EVENTS] = {
    [DOWN] = {{OPENING, OPEN},
              {DOWN, 0},
              {DOWN, 0},
              {DOWN, 0},
              {DOWN, 0},
              {DOWN, 0},
              {DOWN, 0},
              {DOWN, 0},
              {DOWN, 0}},
    [OPENING] = {{OPENING, 0},
                 {DOWN, CLOSE},
                 {UP, 0},
                 {WAITING, LOST},
                 {OPENING, 0},
                 {OPENING, CLOSE | OPEN},
                 {OPENING, 0},
                 {OPENING, 0},
                 {WAITING, CLOSE | LOST}},
    [UP] = {{UP, 0},
            {DOWN, CLOSE | LOST},
            {UP, 0},
            {WAITING, LOST},
            {WAITING, CLOSE | LOST},
            {OPENING, CLOSE | LOST | OPEN},
            {UP, 0},
            {PROBING, PING},
            {PROBING, PING}},
    [PROBING] = {{PROBING, 0},
                 {DOWN, CLOSE | LOST},
                 {PROBING, 0},
                 {WAITING, LOST},
                 {WAITING, CLOSE | LOST},
                 {OPENING, CLOSE | LOST | OPEN},
                 {UP, 0},
                 {PROBING, 0},
                 {WAITING, CLOSE | LOST}},
    [WAITING] = {{OPENING, OPEN},
                 {DOWN, 0},
                 {WAITING, 0},
                 {WAITING, 0},
                 {WAITING, 0},
                 {OPENING, OPEN},
                 {WAITING, 0},
                 {WAITING, 0},
                 {OPENING, OPEN}},
};

static void
test_cells (void)
{
  for (guint from = 0; from < SIP_FLOW_N_STATES; from++)
    for (guint event = 0; event < SIP_FLOW_N_EVENTS; event++) {
      const Cell *cell = &cells[from][event];
      Rig rig;

      rig_init (&rig);
      bring_to (&rig, from);
      g_assert_cmpuint (feed (&rig, event), ==, cell->action);
      g_assert_cmpuint (rig.flow.state, ==, cell->next);
      g_assert_cmpint (sip_flow_is_up (&rig.flow), ==,
                       cell->next == UP || cell->next == PROBING);
      g_assert_cmpint (sip_flow_get_retry_at (&rig.flow) != 0, ==, cell->next == WAITING);
      rig_clear (&rig);
    }
}

/* ---- RFC 5626 §4.5 ---- */

static void
test_formula (void)
{
  static const gint64 upper_s[] = {1, 2, 4, 8, 16, 30, 30, 30};

  for (guint n = 0; n < G_N_ELEMENTS (upper_s); n++) {
    gint64 least_us = G_MAXINT64, most_us = 0;

    for (guint i = 0; i < 2000; i++) {
      gint64 wait_us = sip_flow_back_off_us (n, SIP_FLOW_MAX_US, &random_source);

      least_us = MIN (least_us, wait_us);
      most_us = MAX (most_us, wait_us);
    }
    g_assert_cmpint (least_us, >=, SECONDS (upper_s[n]) / 2);
    g_assert_cmpint (least_us, <=, SECONDS (upper_s[n]) * 51 / 100);
    g_assert_cmpint (most_us, <=, SECONDS (upper_s[n]));
    g_assert_cmpint (most_us, >=, SECONDS (upper_s[n]) * 99 / 100);
  }
  g_assert_cmpint (sip_flow_back_off_us (G_MAXUINT, SIP_FLOW_MAX_US, &random_source), <=,
                   SECONDS (30));
}

/* A server that is away for long: every wait is in its bounds, and none is over 30 s. */
static void
test_outage (void)
{
  SipFlowAction action;
  Rig rig;

  rig_init (&rig);
  bring_to (&rig, SIP_FLOW_WAITING);
  for (guint n = 1; n < 50; n++) {
    gboolean is_brief = rig.now_us - NOW < SIP_FLOW_BRIEF_OUTAGE_US;
    gint64 upper_us = MIN (SECONDS (1) << MIN (n, 5), SECONDS (30));
    gint64 waited_us = feed_timer (&rig, &action);

    if (is_brief)
      upper_us = MIN (upper_us, SIP_FLOW_BRIEF_WAIT_US);
    g_assert_cmpuint (action, ==, SIP_FLOW_OPEN);
    g_assert_cmpint (waited_us, >=, upper_us / 2);
    g_assert_cmpint (waited_us, <=, upper_us);
    feed_closed (&rig, SIP_FLOW_CLOSE_UNREACHED, 0);
  }
  rig_clear (&rig);
}

#define N_CLIENTS 1000
#define AWAY_S 300

/* A server goes, and all its clients hear of it in the same moment: after half a minute
 * they have come apart, and no second sees twice as many of them as the middle one. */
static void
test_crowd (void)
{
  guint n_tries[AWAY_S + 40] = {0};
  guint peak = 0;
  guint sum = 0;

  for (guint i = 0; i < N_CLIENTS; i++) {
    SipFlowAction action;
    Rig rig;

    rig_init (&rig);
    bring_to (&rig, SIP_FLOW_WAITING);
    while (rig.now_us < NOW + SECONDS (AWAY_S)) {
      feed_timer (&rig, &action);
      n_tries[(rig.now_us - NOW) / G_TIME_SPAN_SECOND]++;
      feed_closed (&rig, SIP_FLOW_CLOSE_UNREACHED, 0);
    }
    rig_clear (&rig);
  }
  for (guint second = 30; second < AWAY_S; second++) {
    peak = MAX (peak, n_tries[second]);
    sum += n_tries[second];
  }
  g_test_message ("%u in the busiest second, %u in the middle", peak,
                  sum / (AWAY_S - 30));
  g_assert_cmpuint (peak, <=, 2 * sum / (AWAY_S - 30));
}

static void
be_of_use (Rig *rig, gint64 us)
{
  bring_to (rig, SIP_FLOW_UP);
  rig->flow.was_of_use = TRUE;
  rig->now_us += us;
}

/* The first try is at once, but not when the server hangs up on us each time. */
static void
test_first_try (void)
{
  Rig rig;

  rig_init (&rig);
  be_of_use (&rig, SECONDS (5));
  g_assert_cmpuint (feed_closed (&rig, SIP_FLOW_CLOSE_NORMAL, 0), ==, LOST | OPEN);
  g_assert_cmpint (rig.flow.state, ==, SIP_FLOW_OPENING);
  feed (&rig, SIP_FLOW_EVENT_OPENED);
  rig.flow.was_of_use = TRUE;
  rig.now_us += SECONDS (1);
  g_assert_cmpuint (feed_closed (&rig, SIP_FLOW_CLOSE_NORMAL, 0), ==, LOST);
  g_assert_cmpint (rig.flow.state, ==, SIP_FLOW_WAITING);
  rig_clear (&rig);
}

static gint64
wait_after (SipFlowClose why, guint retry_after_s)
{
  gint64 waited_us;
  Rig rig;

  rig_init (&rig);
  be_of_use (&rig, SECONDS (60));
  feed_closed (&rig, why, retry_after_s);
  g_assert_cmpint (rig.flow.state, ==, SIP_FLOW_WAITING);
  waited_us = sip_flow_get_retry_at (&rig.flow) - rig.now_us;
  rig_clear (&rig);
  return waited_us;
}

static void
test_not_hammered (void)
{
  for (guint i = 0; i < 200; i++) {
    gint64 overloaded_us = wait_after (SIP_FLOW_CLOSE_OVERLOADED, 0);

    g_assert_cmpint (wait_after (SIP_FLOW_CLOSE_POLICY, 0), >=, SECONDS (30));
    g_assert_cmpint (wait_after (SIP_FLOW_CLOSE_REFUSED, 0), >=, SECONDS (30));
    g_assert_cmpint (overloaded_us, >=, SECONDS (5));
    g_assert_cmpint (overloaded_us, <=, SECONDS (30));
  }
}

static void
test_retry_after (void)
{
  for (guint i = 0; i < 200; i++) {
    gint64 kept_us = wait_after (SIP_FLOW_CLOSE_OVERLOADED, 120);
    gint64 capped_us = wait_after (SIP_FLOW_CLOSE_OVERLOADED, G_MAXUINT);

    g_assert_cmpint (kept_us, >=, SECONDS (120));
    g_assert_cmpint (kept_us, <=, SECONDS (130));
    g_assert_cmpint (capped_us, >=, SECONDS (3600));
    g_assert_cmpint (capped_us, <=, SECONDS (3630));
    g_assert_cmpint (wait_after (SIP_FLOW_CLOSE_NORMAL, 60), >=, SECONDS (60));
  }
}

/* ---- Signs of life ---- */

static void
test_half_open (void)
{
  SipFlowAction action;
  gint64 silent_us;
  Rig rig;

  rig_init (&rig);
  be_of_use (&rig, SECONDS (7));
  feed (&rig, SIP_FLOW_EVENT_HEARD);
  silent_us = feed_timer (&rig, &action);
  g_assert_cmpuint (action, ==, SIP_FLOW_PING);
  silent_us += feed_timer (&rig, &action);
  g_assert_cmpint (silent_us, <=, SECONDS (30));
  g_assert_cmpuint (action, ==, SIP_FLOW_CLOSE | SIP_FLOW_LOST | SIP_FLOW_OPEN);
  rig_clear (&rig);
}

static void
test_half_open_dialling (void)
{
  SipFlowAction action;
  Rig rig;

  rig_init (&rig);
  be_of_use (&rig, SECONDS (20));
  g_assert_cmpuint (feed (&rig, SIP_FLOW_EVENT_DIAL), ==, SIP_FLOW_PING);
  g_assert_cmpint (feed_timer (&rig, &action), <=, SECONDS (10));
  g_assert_cmpuint (action, ==, SIP_FLOW_CLOSE | SIP_FLOW_LOST | SIP_FLOW_OPEN);
  rig_clear (&rig);
}

static void
test_any_frame_is_life (void)
{
  SipFlowAction action;
  Rig rig;

  rig_init (&rig);
  bring_to (&rig, SIP_FLOW_PROBING);
  rig.now_us += SECONDS (4);
  feed (&rig, SIP_FLOW_EVENT_HEARD);
  g_assert_cmpint (feed_timer (&rig, &action), ==, SECONDS (25));
  g_assert_cmpuint (action, ==, SIP_FLOW_PING);
  rig_clear (&rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-flow/cells", test_cells);
  g_test_add_func ("/sip-flow/formula", test_formula);
  g_test_add_func ("/sip-flow/outage", test_outage);
  g_test_add_func ("/sip-flow/crowd", test_crowd);
  g_test_add_func ("/sip-flow/first-try", test_first_try);
  g_test_add_func ("/sip-flow/not-hammered", test_not_hammered);
  g_test_add_func ("/sip-flow/retry-after", test_retry_after);
  g_test_add_func ("/sip-flow/half-open", test_half_open);
  g_test_add_func ("/sip-flow/half-open-dialling", test_half_open_dialling);
  g_test_add_func ("/sip-flow/any-frame-is-life", test_any_frame_is_life);
  return g_test_run ();
}
