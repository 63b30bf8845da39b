/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-flow.h"

#define TO(state) (1u << SIP_FLOW_##state)

static const guint edges[SIP_FLOW_N_STATES] = {
    [SIP_FLOW_DOWN] = TO (OPENING),
    [SIP_FLOW_OPENING] = TO (OPENING) | TO (UP) | TO (WAITING) | TO (DOWN),
    [SIP_FLOW_UP] = TO (UP) | TO (PROBING) | TO (OPENING) | TO (WAITING) | TO (DOWN),
    [SIP_FLOW_PROBING] = TO (UP) | TO (OPENING) | TO (WAITING) | TO (DOWN),
    [SIP_FLOW_WAITING] = TO (OPENING) | TO (DOWN),
};

static void
set_state (SipFlow *flow, SipFlowState state, SipTimers *timers, gint64 due_us)
{
  g_assert ((edges[flow->state] & (1u << state)) != 0);
  flow->state = state;
  if (!sip_flow_is_up (flow))
    flow->was_of_use = FALSE;
  if (state == SIP_FLOW_DOWN)
    sip_timers_disarm (timers, &flow->timer);
  else
    sip_timers_arm (timers, &flow->timer, due_us);
}

void
sip_flow_init (SipFlow *flow, guint timer_kind, const SipRandom *random)
{
  *flow = (SipFlow){.idle_us = SIP_FLOW_IDLE_US, .random = random};
  sip_timer_init (&flow->timer, timer_kind, flow);
}

gint64
sip_flow_back_off_us (guint n_failures, gint64 limit_us, const SipRandom *random)
{
  gint64 upper_us = SIP_FLOW_BASE_US << MIN (n_failures, 10);

  upper_us = MIN (upper_us, limit_us);
  return sip_random_between (random, upper_us / 2, upper_us);
}

static gint64
get_wait_us (const SipFlow *flow, gint64 now_us)
{
  gint64 asked_us =
      MIN (flow->retry_after_s, SIP_FLOW_RETRY_AFTER_MAX_S) * G_TIME_SPAN_SECOND;
  gint64 limit_us = SIP_FLOW_MAX_US;
  gint64 wait_us;

  if (now_us - flow->lost_at_us < SIP_FLOW_BRIEF_OUTAGE_US)
    limit_us = SIP_FLOW_BRIEF_WAIT_US;
  wait_us = sip_flow_back_off_us (flow->n_failures, limit_us, flow->random);
  switch (flow->why) {
  case SIP_FLOW_CLOSE_NORMAL:
  case SIP_FLOW_CLOSE_LOST:
  case SIP_FLOW_CLOSE_UNREACHED:
    break;
  case SIP_FLOW_CLOSE_REFUSED:
  case SIP_FLOW_CLOSE_POLICY:
    wait_us += SIP_FLOW_REFUSED_US;
    break;
  case SIP_FLOW_CLOSE_OVERLOADED:
    wait_us += SIP_FLOW_OVERLOADED_US;
    break;
  }
  /* Everybody was sent away with the same number: nobody comes back before, and not
   * all in the same second. */
  return asked_us > 0 ? MAX (wait_us, asked_us + wait_us / 2) : wait_us;
}

static SipFlowAction
open_now (SipFlow *flow, SipTimers *timers, gint64 now_us)
{
  set_state (flow, SIP_FLOW_OPENING, timers, now_us + SIP_FLOW_OPEN_LIMIT_US);
  return SIP_FLOW_OPEN;
}

static SipFlowAction
open_later (SipFlow *flow, SipTimers *timers, gint64 now_us)
{
  flow->n_failures++;
  set_state (flow, SIP_FLOW_WAITING, timers, now_us + get_wait_us (flow, now_us));
  return SIP_FLOW_LOST;
}

/* The first try is at once, but only after a flow that was good for something: a server
 * that hangs up on everybody is not run against. */
static SipFlowAction
lose (SipFlow *flow, SipTimers *timers, gint64 now_us)
{
  gboolean was_steady =
      flow->was_of_use && now_us - flow->opened_at_us >= SIP_FLOW_STEADY_US;
  gboolean may_hurry =
      flow->why == SIP_FLOW_CLOSE_NORMAL || flow->why == SIP_FLOW_CLOSE_LOST;

  if (was_steady) {
    flow->n_failures = 0;
    flow->lost_at_us = now_us;
  }
  if (was_steady && may_hurry && flow->retry_after_s == 0)
    return SIP_FLOW_LOST | open_now (flow, timers, now_us);
  return open_later (flow, timers, now_us);
}

static SipFlowAction
lose_for (SipFlow *flow, SipFlowClose why, SipTimers *timers, gint64 now_us)
{
  flow->why = why;
  flow->retry_after_s = 0;
  return SIP_FLOW_CLOSE | lose (flow, timers, now_us);
}

static SipFlowAction
drop (SipFlow *flow, SipFlowAction action, SipTimers *timers)
{
  set_state (flow, SIP_FLOW_DOWN, timers, 0);
  return action;
}

static SipFlowAction
start_anew (SipFlow *flow, SipFlowAction action, SipTimers *timers, gint64 now_us)
{
  flow->n_failures = 0;
  flow->lost_at_us = now_us;
  return action | open_now (flow, timers, now_us);
}

static SipFlowAction
handle_down (SipFlow *flow, SipFlowEvent event, SipTimers *timers, gint64 now_us)
{
  if (event == SIP_FLOW_EVENT_WANTED)
    return start_anew (flow, SIP_FLOW_NOTHING, timers, now_us);
  return SIP_FLOW_NOTHING;
}

static SipFlowAction
handle_opening (SipFlow *flow, SipFlowEvent event, SipTimers *timers, gint64 now_us)
{
  switch (event) {
  case SIP_FLOW_EVENT_OPENED:
    flow->opened_at_us = now_us;
    flow->idle_us = SIP_FLOW_IDLE_US;
    set_state (flow, SIP_FLOW_UP, timers, now_us + flow->idle_us);
    return SIP_FLOW_NOTHING;
  case SIP_FLOW_EVENT_CLOSED:
    return open_later (flow, timers, now_us);
  case SIP_FLOW_EVENT_TIMER:
    return lose_for (flow, SIP_FLOW_CLOSE_UNREACHED, timers, now_us);
  case SIP_FLOW_EVENT_DROPPED:
    return drop (flow, SIP_FLOW_CLOSE, timers);
  case SIP_FLOW_EVENT_RESET:
    return start_anew (flow, SIP_FLOW_CLOSE, timers, now_us);
  case SIP_FLOW_EVENT_WANTED:
  case SIP_FLOW_EVENT_BROKEN:
  case SIP_FLOW_EVENT_HEARD:
  case SIP_FLOW_EVENT_DIAL:
    return SIP_FLOW_NOTHING;
  }
  g_assert_not_reached ();
}

static SipFlowAction
probe (SipFlow *flow, SipTimers *timers, gint64 now_us)
{
  set_state (flow, SIP_FLOW_PROBING, timers, now_us + SIP_FLOW_PONG_US);
  return SIP_FLOW_PING;
}

/* UP and PROBING. */
static SipFlowAction
handle_up (SipFlow *flow, SipFlowEvent event, SipTimers *timers, gint64 now_us)
{
  gboolean is_probing = flow->state == SIP_FLOW_PROBING;

  switch (event) {
  case SIP_FLOW_EVENT_CLOSED:
    return lose (flow, timers, now_us);
  case SIP_FLOW_EVENT_BROKEN:
    return lose_for (flow, SIP_FLOW_CLOSE_LOST, timers, now_us);
  case SIP_FLOW_EVENT_DROPPED:
    return drop (flow, SIP_FLOW_CLOSE | SIP_FLOW_LOST, timers);
  case SIP_FLOW_EVENT_RESET:
    return start_anew (flow, SIP_FLOW_CLOSE | SIP_FLOW_LOST, timers, now_us);
  case SIP_FLOW_EVENT_HEARD:
    set_state (flow, SIP_FLOW_UP, timers, now_us + flow->idle_us);
    return SIP_FLOW_NOTHING;
  case SIP_FLOW_EVENT_DIAL:
    return is_probing ? SIP_FLOW_NOTHING : probe (flow, timers, now_us);
  case SIP_FLOW_EVENT_TIMER:
    return is_probing ? lose_for (flow, SIP_FLOW_CLOSE_LOST, timers, now_us)
                      : probe (flow, timers, now_us);
  case SIP_FLOW_EVENT_WANTED:
  case SIP_FLOW_EVENT_OPENED:
    return SIP_FLOW_NOTHING;
  }
  g_assert_not_reached ();
}

static SipFlowAction
handle_waiting (SipFlow *flow, SipFlowEvent event, SipTimers *timers, gint64 now_us)
{
  switch (event) {
  case SIP_FLOW_EVENT_TIMER:
    return open_now (flow, timers, now_us);
  case SIP_FLOW_EVENT_WANTED:
  case SIP_FLOW_EVENT_RESET:
    return start_anew (flow, SIP_FLOW_NOTHING, timers, now_us);
  case SIP_FLOW_EVENT_DROPPED:
    return drop (flow, SIP_FLOW_NOTHING, timers);
  case SIP_FLOW_EVENT_OPENED:
  case SIP_FLOW_EVENT_CLOSED:
  case SIP_FLOW_EVENT_BROKEN:
  case SIP_FLOW_EVENT_HEARD:
  case SIP_FLOW_EVENT_DIAL:
    return SIP_FLOW_NOTHING;
  }
  g_assert_not_reached ();
}

SipFlowAction
sip_flow_handle (SipFlow *flow, SipFlowEvent event, SipTimers *timers, gint64 now_us)
{
  switch (flow->state) {
  case SIP_FLOW_DOWN:
    return handle_down (flow, event, timers, now_us);
  case SIP_FLOW_OPENING:
    return handle_opening (flow, event, timers, now_us);
  case SIP_FLOW_UP:
  case SIP_FLOW_PROBING:
    return handle_up (flow, event, timers, now_us);
  case SIP_FLOW_WAITING:
    return handle_waiting (flow, event, timers, now_us);
  }
  g_assert_not_reached ();
}

gboolean
sip_flow_is_up (const SipFlow *flow)
{
  return flow->state == SIP_FLOW_UP || flow->state == SIP_FLOW_PROBING;
}

gint64
sip_flow_get_retry_at (const SipFlow *flow)
{
  return flow->state == SIP_FLOW_WAITING ? flow->timer.due_us : 0;
}

void
sip_flow_check (const SipFlow *flow)
{
  g_assert (flow->state < SIP_FLOW_N_STATES);
  g_assert (sip_timer_is_armed (&flow->timer) == (flow->state != SIP_FLOW_DOWN));
  g_assert (!flow->was_of_use || sip_flow_is_up (flow));
  g_assert (flow->idle_us > 0 && flow->idle_us <= SIP_FLOW_IDLE_US);
}
