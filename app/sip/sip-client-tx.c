/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-client-tx.h"

#include "sip-status.h"

#define TO(state) (1u << SIP_CLIENT_TX_##state)

static const guint invite_edges[SIP_CLIENT_TX_N_STATES] = {
    [SIP_CLIENT_TX_CALLING] =
        TO (PROCEEDING) | TO (COMPLETED) | TO (ACCEPTED) | TO (TERMINATED),
    [SIP_CLIENT_TX_PROCEEDING] = TO (COMPLETED) | TO (ACCEPTED) | TO (TERMINATED),
    [SIP_CLIENT_TX_COMPLETED] = TO (TERMINATED),
    [SIP_CLIENT_TX_ACCEPTED] = TO (TERMINATED),
    [SIP_CLIENT_TX_TERMINATED] = 0,
};

static const guint other_edges[SIP_CLIENT_TX_N_STATES] = {
    [SIP_CLIENT_TX_CALLING] = TO (PROCEEDING) | TO (COMPLETED) | TO (TERMINATED),
    [SIP_CLIENT_TX_PROCEEDING] = TO (COMPLETED) | TO (TERMINATED),
    [SIP_CLIENT_TX_COMPLETED] = TO (TERMINATED),
    [SIP_CLIENT_TX_ACCEPTED] = 0,
    [SIP_CLIENT_TX_TERMINATED] = 0,
};

static void
set_state (SipClientTx *tx, SipClientTxState state, SipTimers *timers, gint64 now_us)
{
  const guint *edges = tx->is_invite ? invite_edges : other_edges;

  g_assert ((edges[tx->state] & (1u << state)) != 0);
  tx->state = state;
  switch (state) {
  case SIP_CLIENT_TX_CALLING:
    break;
  case SIP_CLIENT_TX_PROCEEDING:
    /* Timer B ends here; how long it may ring is for the caller to say. Timer F goes
     * on (RFC 3261 §17.1.2.2). */
    if (tx->is_invite)
      sip_timers_disarm (timers, &tx->timer);
    break;
  case SIP_CLIENT_TX_COMPLETED: /* timers D and K */
    sip_timers_arm (timers, &tx->timer, now_us);
    break;
  case SIP_CLIENT_TX_ACCEPTED: /* timer M */
    sip_timers_arm (timers, &tx->timer, now_us + SIP_64_T1_US);
    break;
  case SIP_CLIENT_TX_TERMINATED:
    sip_timers_disarm (timers, &tx->timer);
    break;
  }
}

char *
sip_client_tx_make_key (SipText branch, SipText method)
{
  return g_strdup_printf ("%.*s %.*s", SIP_TEXT_ARG (branch), SIP_TEXT_ARG (method));
}

SipClientTx *
sip_client_tx_new (SipMessage *request,
                   guint timer_kind,
                   SipTimers *timers,
                   gint64 now_us)
{
  SipClientTx *tx = g_new0 (SipClientTx, 1);

  tx->state = SIP_CLIENT_TX_CALLING;
  tx->is_invite = sip_message_get_method (request) == SIP_METHOD_INVITE;
  tx->request = sip_message_ref (request);
  tx->key = sip_client_tx_make_key (sip_message_get_via (request)->branch,
                                    sip_message_get_method_text (request));
  tx->n_tries = 1;
  sip_timer_init (&tx->timer, timer_kind, tx);
  sip_timers_arm (timers, &tx->timer, now_us + SIP_64_T1_US);
  return tx;
}

void
sip_client_tx_free (SipClientTx *tx, SipTimers *timers)
{
  sip_timers_disarm (timers, &tx->timer);
  g_clear_pointer (&tx->key, g_free);
  g_clear_pointer (&tx->request, sip_message_unref);
  g_free (tx);
}

SipClientTxEvent
sip_client_tx_event_from_status (guint status)
{
  if (sip_status_is_provisional (status))
    return SIP_CLIENT_TX_EVENT_PROVISIONAL;
  return sip_status_is_success (status) ? SIP_CLIENT_TX_EVENT_SUCCESS
                                        : SIP_CLIENT_TX_EVENT_FAILURE;
}

static SipClientTxAction
finish (SipClientTx *tx, SipClientTxAction action, SipTimers *timers, gint64 now_us)
{
  set_state (tx, SIP_CLIENT_TX_TERMINATED, timers, now_us);
  return action;
}

/* CALLING and PROCEEDING, which differ in what a second 1xx does. */
static SipClientTxAction
handle_pending (SipClientTx *tx, SipClientTxEvent event, SipTimers *timers, gint64 now_us)
{
  switch (event) {
  case SIP_CLIENT_TX_EVENT_PROVISIONAL:
    if (tx->state == SIP_CLIENT_TX_CALLING)
      set_state (tx, SIP_CLIENT_TX_PROCEEDING, timers, now_us);
    return SIP_CLIENT_TX_PASS;
  case SIP_CLIENT_TX_EVENT_SUCCESS:
    set_state (tx, tx->is_invite ? SIP_CLIENT_TX_ACCEPTED : SIP_CLIENT_TX_COMPLETED,
               timers, now_us);
    return SIP_CLIENT_TX_PASS;
  case SIP_CLIENT_TX_EVENT_FAILURE:
    set_state (tx, SIP_CLIENT_TX_COMPLETED, timers, now_us);
    return tx->is_invite ? SIP_CLIENT_TX_PASS | SIP_CLIENT_TX_SEND_ACK
                         : SIP_CLIENT_TX_PASS;
  case SIP_CLIENT_TX_EVENT_TIMER:
    return finish (tx, SIP_CLIENT_TX_TIMED_OUT, timers, now_us);
  case SIP_CLIENT_TX_EVENT_FLOW_LOST:
    return finish (tx, SIP_CLIENT_TX_FLOW_FAILED, timers, now_us);
  }
  g_assert_not_reached ();
}

static SipClientTxAction
handle_completed (SipClientTx *tx,
                  SipClientTxEvent event,
                  SipTimers *timers,
                  gint64 now_us)
{
  switch (event) {
  case SIP_CLIENT_TX_EVENT_FAILURE:
    return tx->is_invite ? SIP_CLIENT_TX_SEND_ACK : SIP_CLIENT_TX_NOTHING;
  case SIP_CLIENT_TX_EVENT_TIMER:
  case SIP_CLIENT_TX_EVENT_FLOW_LOST:
    return finish (tx, SIP_CLIENT_TX_NOTHING, timers, now_us);
  case SIP_CLIENT_TX_EVENT_PROVISIONAL:
  case SIP_CLIENT_TX_EVENT_SUCCESS:
    return SIP_CLIENT_TX_NOTHING;
  }
  g_assert_not_reached ();
}

static SipClientTxAction
handle_accepted (SipClientTx *tx,
                 SipClientTxEvent event,
                 SipTimers *timers,
                 gint64 now_us)
{
  switch (event) {
  case SIP_CLIENT_TX_EVENT_SUCCESS:
    return SIP_CLIENT_TX_PASS;
  case SIP_CLIENT_TX_EVENT_TIMER:
    return finish (tx, SIP_CLIENT_TX_NOTHING, timers, now_us);
  case SIP_CLIENT_TX_EVENT_FLOW_LOST:
    /* A 2xx that is sent again may come over the next flow and wants its ACK. */
  case SIP_CLIENT_TX_EVENT_PROVISIONAL:
  case SIP_CLIENT_TX_EVENT_FAILURE:
    return SIP_CLIENT_TX_NOTHING;
  }
  g_assert_not_reached ();
}

SipClientTxAction
sip_client_tx_handle (SipClientTx *tx,
                      SipClientTxEvent event,
                      SipTimers *timers,
                      gint64 now_us)
{
  switch (tx->state) {
  case SIP_CLIENT_TX_CALLING:
  case SIP_CLIENT_TX_PROCEEDING:
    return handle_pending (tx, event, timers, now_us);
  case SIP_CLIENT_TX_COMPLETED:
    return handle_completed (tx, event, timers, now_us);
  case SIP_CLIENT_TX_ACCEPTED:
    return handle_accepted (tx, event, timers, now_us);
  case SIP_CLIENT_TX_TERMINATED:
    return SIP_CLIENT_TX_NOTHING;
  }
  g_assert_not_reached ();
}

void
sip_client_tx_abandon (SipClientTx *tx, SipTimers *timers)
{
  if (tx->state != SIP_CLIENT_TX_TERMINATED)
    set_state (tx, SIP_CLIENT_TX_TERMINATED, timers, 0);
}

void
sip_client_tx_check (const SipClientTx *tx)
{
  gboolean waits = tx->state == SIP_CLIENT_TX_CALLING ||
                   tx->state == SIP_CLIENT_TX_COMPLETED ||
                   tx->state == SIP_CLIENT_TX_ACCEPTED ||
                   (tx->state == SIP_CLIENT_TX_PROCEEDING && !tx->is_invite);

  g_assert (tx->key != NULL && tx->request != NULL);
  g_assert (tx->is_invite || tx->state != SIP_CLIENT_TX_ACCEPTED);
  g_assert (sip_timer_is_armed (&tx->timer) == waits);
  g_assert (tx->n_tries >= 1 && tx->n_tries <= 2);
  g_assert ((tx->session == NULL) == (tx->user == SIP_TX_USER_REGISTER));
}
