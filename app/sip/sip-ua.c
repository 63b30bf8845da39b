/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#define TO(phase) (1u << SIP_UA_##phase)

static const guint edges[SIP_UA_N_PHASES] = {
    [SIP_UA_IDLE] = TO (RUNNING),
    [SIP_UA_RUNNING] = TO (STOPPING),
    [SIP_UA_STOPPING] = TO (IDLE),
};

static void
set_phase (SipUa *ua, SipUaPhase phase)
{
  g_assert ((edges[ua->phase] & (1u << phase)) != 0);
  ua->phase = phase;
}

/* ---- What is so ---- */

gboolean
sip_ua_is_bound (const SipUa *ua)
{
  if (!sip_flow_is_up (&ua->flow))
    return FALSE;
  if ((ua->flags & SIP_UA_FLAG_NO_REGISTER) != 0)
    return ua->registration.state == SIP_REGISTRATION_REGISTERED;
  return ua->registration.is_bound && ua->now_us < ua->registration.expires_at_us;
}

gboolean
sip_ua_is_ready (const SipUa *ua)
{
  return sip_flow_is_up (&ua->flow) &&
         ua->registration.state != SIP_REGISTRATION_REGISTERING;
}

gboolean
sip_ua_has_unfinished_calls (const SipUa *ua)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (session->state != SIP_SESSION_OVER || sip_session_owes_bye (session))
      return TRUE;
  }
  return FALSE;
}

gboolean
sip_ua_is_wanted (const SipUa *ua)
{
  return ua->phase == SIP_UA_RUNNING &&
         (ua->registration.state != SIP_REGISTRATION_REFUSED ||
          sip_ua_has_unfinished_calls (ua));
}

guint
sip_ua_count_ringing (const SipUa *ua)
{
  guint n = 0;

  for (guint i = 0; i < ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (session->state == SIP_SESSION_INCOMING)
      n++;
  }
  return n;
}

guint
sip_ua_get_n_calls (const SipUa *ua)
{
  guint n = 0;

  for (guint i = 0; i < ua->sessions->len; i++)
    if (sip_session_is_alive (g_ptr_array_index (ua->sessions, i)))
      n++;
  return n;
}

/* ---- A turn ---- */

static void
fire (SipUa *ua, SipTimer *timer)
{
  switch ((SipTimerKind)timer->kind) {
  case SIP_TIMER_CLIENT_TX:
    sip_ua_client_tx_event (ua, timer->owner, SIP_CLIENT_TX_EVENT_TIMER, NULL);
    return;
  case SIP_TIMER_SERVER_TX:
    sip_ua_server_tx_timer (ua, timer->owner);
    return;
  case SIP_TIMER_SESSION_LIMIT:
    sip_session_limit_reached (ua, timer->owner);
    return;
  case SIP_TIMER_SESSION_RESEND:
    sip_session_resend_due (ua, timer->owner);
    return;
  case SIP_TIMER_SESSION_BYE:
    sip_session_bye_due (ua, timer->owner);
    return;
  case SIP_TIMER_SESSION_REOFFER:
    sip_session_reoffer_due (ua, timer->owner);
    return;
  case SIP_TIMER_SESSION_REFER:
    sip_session_refer_out_of_time (ua, timer->owner);
    return;
  case SIP_TIMER_SESSION_REFERRED:
    sip_session_referred_due (ua, timer->owner);
    return;
  case SIP_TIMER_FLOW:
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_TIMER);
    return;
  case SIP_TIMER_REGISTRATION:
    sip_registration_event (ua, SIP_REGISTRATION_EVENT_TIMER);
    return;
  case SIP_TIMER_STOP: /* what is not done by now stays undone: see finish_stop() */
    return;
  }
  g_assert_not_reached ();
}

static void
reap (SipUa *ua)
{
  guint i = 0;

  while (i < ua->sessions->len) {
    SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (!sip_session_is_done (session)) {
      i++;
      continue;
    }
    g_ptr_array_remove_index (ua->sessions, i);
    sip_session_free (ua, session);
  }
}

static void
drop_everything (SipUa *ua)
{
  g_autoptr (GList) client_txs = g_hash_table_get_values (ua->client_txs);
  g_autoptr (GList) server_txs = g_hash_table_get_values (ua->server_txs);

  for (GList *l = client_txs; l != NULL; l = l->next)
    sip_ua_remove_client_tx (ua, l->data);
  for (GList *l = server_txs; l != NULL; l = l->next)
    sip_ua_remove_server_tx (ua, l->data);
  for (guint i = 0; i < ua->sessions->len; i++)
    sip_session_free (ua, g_ptr_array_index (ua->sessions, i));
  g_ptr_array_set_size (ua->sessions, 0);
  sip_ua_forget_responses (ua);
}

static void
avoid_none (SipUa *ua)
{
  ua->registration.asked_until_us = 0;
  ua->registration.left_until_us = 0;
  if ((ua->flags & SIP_UA_FLAG_SEVERAL_SERVERS) != 0)
    sip_ua_push (ua, SIP_OUTPUT_AVOID_NONE, 0, NULL, NULL, NULL);
}

static void
start (SipUa *ua)
{
  if (ua->phase == SIP_UA_IDLE)
    set_phase (ua, SIP_UA_RUNNING);
  avoid_none (ua);
  sip_ua_flow_event (ua, SIP_FLOW_EVENT_WANTED);
  sip_registration_event (ua, sip_flow_is_up (&ua->flow)
                                  ? SIP_REGISTRATION_EVENT_WANTED_NOW
                                  : SIP_REGISTRATION_EVENT_WANTED);
}

/* A call that was answered and ended must not say BYE before its ACK (RFC 3261 section 15),
 * and a server may bring that to a registered agent alone. */
static gboolean
awaits_ack (const SipUa *ua)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (session->answer != NULL && sip_session_owes_bye (session))
      return sip_flow_is_up (&ua->flow);
  }
  return FALSE;
}

/* Once in a stop; for an ACK it waits for half of the time that a stop may take. */
static void
leave_server (SipUa *ua)
{
  gboolean has_waited = !sip_timer_is_armed (&ua->stop_timer);

  if (ua->phase != SIP_UA_STOPPING || ua->has_left || (awaits_ack (ua) && !has_waited))
    return;
  ua->has_left = TRUE;
  if (has_waited)
    sip_timers_arm (&ua->timers, &ua->stop_timer, ua->now_us + SIP_UA_STOP_US / 2);
  sip_registration_event (ua, sip_flow_is_up (&ua->flow)
                                  ? SIP_REGISTRATION_EVENT_UNWANTED_NOW
                                  : SIP_REGISTRATION_EVENT_UNWANTED);
}

static void
finish_stop (SipUa *ua)
{
  gboolean is_done = ua->registration.state == SIP_REGISTRATION_OFFLINE &&
                     (!sip_flow_is_up (&ua->flow) || !sip_ua_has_unfinished_calls (ua));

  if (ua->phase != SIP_UA_STOPPING || (!is_done && sip_timer_is_armed (&ua->stop_timer)))
    return;
  sip_timers_disarm (&ua->timers, &ua->stop_timer);
  drop_everything (ua);
  sip_registration_flow_lost (ua);
  if ((sip_flow_handle (&ua->flow, SIP_FLOW_EVENT_DROPPED, &ua->timers, ua->now_us) &
       SIP_FLOW_CLOSE) != 0)
    sip_ua_push (ua, SIP_OUTPUT_CLOSE_FLOW, 0, NULL, NULL, NULL);
  sip_registration_event (ua, SIP_REGISTRATION_EVENT_UNWANTED);
  sip_ua_push (ua, SIP_OUTPUT_STOPPED, 0, NULL, NULL, NULL);
  set_phase (ua, SIP_UA_IDLE);
  if (!ua->is_restart_wanted)
    return;
  ua->is_restart_wanted = FALSE;
  start (ua);
}

void
sip_ua_enter (SipUa *ua, gint64 now_us)
{
  sip_ua_forget_popped (ua);
  ua->now_us = MAX (ua->now_us, now_us);
}

/* Losing the flow ends every transaction, and so it is not done from inside of one. */
static void
give_up_flow (SipUa *ua)
{
  SipUaFlowFate fate = ua->flow_fate;

  ua->flow_fate = SIP_UA_FLOW_STAYS;
  switch (fate) {
  case SIP_UA_FLOW_STAYS:
    return;
  case SIP_UA_FLOW_BROKEN:
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_BROKEN);
    return;
  case SIP_UA_FLOW_LEFT:
    ua->flow.why = SIP_FLOW_CLOSE_OVERLOADED;
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_RESET);
    return;
  }
  g_assert_not_reached ();
}

void
sip_ua_leave (SipUa *ua)
{
  SipTimer *timer;

  give_up_flow (ua);
  while ((timer = sip_timers_pop (&ua->timers, ua->now_us)) != NULL) {
    fire (ua, timer);
    give_up_flow (ua);
  }
  sip_ua_flush_responses (ua);
  for (guint i = 0; i < ua->sessions->len; i++) {
    sip_session_flush_notify (ua, g_ptr_array_index (ua->sessions, i));
    sip_session_flush (ua, g_ptr_array_index (ua->sessions, i));
  }
  reap (ua);
  leave_server (ua);
  finish_stop (ua);
}

/* ---- Making and freeing ---- */

static void
fill_random (gpointer data, guint8 *bytes, gsize length)
{
  SipUa *ua = data;

  ua->fill (bytes, length, ua->fill_data);
}

SipUa *
sip_ua_new (const SipUaConfig *config, gint64 now_us)
{
  SipUa *ua;

  g_return_val_if_fail (config->random != NULL && config->instance_id != NULL, NULL);
  ua = g_new0 (SipUa, 1);
  ua->now_us = now_us;
  ua->fill = config->random;
  ua->fill_data = config->random_data;
  ua->random = (SipRandom){.fill = fill_random, .data = ua};
  if (!sip_ua_take_account (ua, config)) {
    g_free (ua);
    return NULL;
  }
  sip_timers_init (&ua->timers);
  sip_timer_init (&ua->stop_timer, SIP_TIMER_STOP, ua);
  sip_flow_init (&ua->flow, SIP_TIMER_FLOW, &ua->random);
  sip_registration_init (&ua->registration, SIP_TIMER_REGISTRATION);
  ua->client_txs = g_hash_table_new (g_str_hash, g_str_equal);
  ua->server_txs = g_hash_table_new (g_str_hash, g_str_equal);
  ua->sessions = g_ptr_array_new ();
  g_queue_init (&ua->outputs);
  g_queue_init (&ua->held);
  return ua;
}

void
sip_ua_free (SipUa *ua)
{
  drop_everything (ua);
  sip_registration_clear (&ua->registration, &ua->timers);
  sip_timers_disarm (&ua->timers, &ua->flow.timer);
  sip_timers_disarm (&ua->timers, &ua->stop_timer);
  sip_timers_clear (&ua->timers);
  g_hash_table_unref (ua->client_txs);
  g_hash_table_unref (ua->server_txs);
  g_ptr_array_unref (ua->sessions);
  sip_ua_forget_outputs (ua);
  sip_ua_free_account (ua);
  g_free (ua);
}

/* ---- What the host tells ---- */

void
sip_ua_start (SipUa *ua, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  if (ua->phase == SIP_UA_STOPPING)
    ua->is_restart_wanted = TRUE;
  else
    start (ua);
  sip_ua_leave (ua);
}

void
sip_ua_stop (SipUa *ua, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  ua->is_restart_wanted = FALSE;
  if (ua->phase == SIP_UA_IDLE) {
    sip_ua_push (ua, SIP_OUTPUT_STOPPED, 0, NULL, NULL, NULL);
  } else if (ua->phase == SIP_UA_RUNNING) {
    set_phase (ua, SIP_UA_STOPPING);
    for (guint i = 0; i < ua->sessions->len; i++) {
      SipSession *session = g_ptr_array_index (ua->sessions, i);

      if (sip_session_is_alive (session))
        sip_session_hang_up (ua, session, SIP_END_HUNG_UP_HERE, NULL);
      else
        sip_session_withdraw_refer (ua, session);
    }
    ua->has_left = FALSE;
    sip_timers_arm (&ua->timers, &ua->stop_timer,
                    ua->now_us + (awaits_ack (ua) ? SIP_UA_STOP_US / 2 : SIP_UA_STOP_US));
    leave_server (ua);
  }
  sip_ua_leave (ua);
}

void
sip_ua_set_credentials (SipUa *ua,
                        const char *auth_user,
                        const char *password,
                        gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  if (auth_user != NULL) {
    g_free (ua->auth_user);
    ua->auth_user = g_strdup (auth_user);
  }
  sip_secret_free (ua->password);
  ua->password = g_strdup (password);
  sip_registration_forget_proof (ua);
  if (ua->phase == SIP_UA_RUNNING)
    start (ua);
  sip_ua_leave (ua);
}

void
sip_ua_network_changed (SipUa *ua, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  /* Who did not answer may do so from there; but no way around what one asked for. */
  if (ua->now_us >= ua->registration.asked_until_us)
    avoid_none (ua);
  ua->flow.why = SIP_FLOW_CLOSE_LOST;
  sip_ua_flow_event (ua, SIP_FLOW_EVENT_RESET);
  sip_ua_leave (ua);
}

void
sip_ua_flow_opened (SipUa *ua, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  sip_ua_flow_event (ua, SIP_FLOW_EVENT_OPENED);
  sip_ua_leave (ua);
}

void
sip_ua_flow_closed (SipUa *ua, SipFlowClose why, guint retry_after_s, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  if (ua->flow.state == SIP_FLOW_OPENING || sip_flow_is_up (&ua->flow)) {
    ua->flow.why = why;
    ua->flow.retry_after_s = retry_after_s;
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_CLOSED);
  }
  sip_ua_leave (ua);
}

void
sip_ua_receive (SipUa *ua, const void *frame, gsize length, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  if (sip_flow_is_up (&ua->flow)) {
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_HEARD);
    sip_ua_handle_frame (ua, frame, length);
  }
  sip_ua_leave (ua);
}

void
sip_ua_pong (SipUa *ua, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  sip_ua_flow_event (ua, SIP_FLOW_EVENT_HEARD);
  sip_ua_leave (ua);
}

void
sip_ua_tick (SipUa *ua, gint64 now_us)
{
  sip_ua_enter (ua, now_us);
  sip_ua_leave (ua);
}

/* ---- What the host asks ---- */

gint64
sip_ua_get_deadline (const SipUa *ua)
{
  return sip_timers_get_deadline (&ua->timers);
}

const char *
sip_ua_get_call_id (const SipUa *ua, SipSessionId session)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    const SipSession *one = g_ptr_array_index (ua->sessions, i);

    if (one->id == session)
      return one->call_id;
  }
  return NULL;
}

const char *
sip_ua_get_contact (const SipUa *ua)
{
  return sip_ua_get_call_contact (ua);
}
