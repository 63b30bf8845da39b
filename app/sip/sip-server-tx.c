/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-server-tx.h"

#include "sip-status.h"

#define TO(state) (1u << SIP_SERVER_TX_##state)

static const guint invite_edges[SIP_SERVER_TX_N_STATES] = {
    [SIP_SERVER_TX_TRYING] = 0,
    [SIP_SERVER_TX_PROCEEDING] = TO (COMPLETED) | TO (ACCEPTED) | TO (TERMINATED),
    [SIP_SERVER_TX_COMPLETED] = TO (CONFIRMED) | TO (TERMINATED),
    [SIP_SERVER_TX_CONFIRMED] = TO (TERMINATED),
    [SIP_SERVER_TX_ACCEPTED] = TO (TERMINATED),
    [SIP_SERVER_TX_TERMINATED] = 0,
};

static const guint other_edges[SIP_SERVER_TX_N_STATES] = {
    [SIP_SERVER_TX_TRYING] = TO (PROCEEDING) | TO (COMPLETED) | TO (TERMINATED),
    [SIP_SERVER_TX_PROCEEDING] = TO (COMPLETED) | TO (TERMINATED),
    [SIP_SERVER_TX_COMPLETED] = TO (TERMINATED),
    [SIP_SERVER_TX_CONFIRMED] = 0,
    [SIP_SERVER_TX_ACCEPTED] = 0,
    [SIP_SERVER_TX_TERMINATED] = 0,
};

static void
set_state (SipServerTx *tx, SipServerTxState state, SipTimers *timers, gint64 now_us)
{
  const guint *edges = tx->is_invite ? invite_edges : other_edges;

  g_assert ((edges[tx->state] & (1u << state)) != 0);
  tx->state = state;
  switch (state) {
  case SIP_SERVER_TX_TRYING:
  case SIP_SERVER_TX_PROCEEDING:
    break;
  case SIP_SERVER_TX_COMPLETED: /* timer H, or J */
    sip_timers_arm (timers, &tx->timer, tx->is_invite ? now_us + SIP_64_T1_US : now_us);
    break;
  case SIP_SERVER_TX_CONFIRMED: /* timer I */
    sip_timers_arm (timers, &tx->timer, now_us);
    break;
  case SIP_SERVER_TX_ACCEPTED: /* timer L */
    sip_timers_arm (timers, &tx->timer, now_us + SIP_64_T1_US);
    break;
  case SIP_SERVER_TX_TERMINATED:
    sip_timers_disarm (timers, &tx->timer);
    break;
  }
}

char *
sip_server_tx_make_key (const SipMessage *request, SipMethod method)
{
  const SipVia *via = sip_message_get_via (request);
  SipText name = sip_message_get_method_text (request);

  if (method != SIP_METHOD_OTHER)
    name = sip_text_from_str (sip_method_get_name (method));
  if (sip_text_starts_with_case (via->branch, "z9hG4bK"))
    return g_strdup_printf ("%.*s %.*s:%u %.*s", SIP_TEXT_ARG (via->branch),
                            SIP_TEXT_ARG (via->host), via->port, SIP_TEXT_ARG (name));
  return g_strdup_printf ("- %.*s %.*s %u %.*s %.*s",
                          SIP_TEXT_ARG (sip_message_get_call_id (request)),
                          SIP_TEXT_ARG (sip_message_get_from_tag (request)),
                          sip_message_get_cseq (request)->number,
                          SIP_TEXT_ARG (via->text), SIP_TEXT_ARG (name));
}

SipServerTx *
sip_server_tx_new (SipMessage *request, char *to_tag, guint timer_kind)
{
  SipServerTx *tx = g_new0 (SipServerTx, 1);

  tx->is_invite = sip_message_get_method (request) == SIP_METHOD_INVITE;
  tx->state = tx->is_invite ? SIP_SERVER_TX_PROCEEDING : SIP_SERVER_TX_TRYING;
  tx->request = sip_message_ref (request);
  tx->key = sip_server_tx_make_key (request, SIP_METHOD_OTHER);
  tx->to_tag = to_tag;
  sip_timer_init (&tx->timer, timer_kind, tx);
  return tx;
}

void
sip_server_tx_free (SipServerTx *tx, SipTimers *timers)
{
  sip_timers_disarm (timers, &tx->timer);
  g_clear_pointer (&tx->key, g_free);
  g_clear_pointer (&tx->request, sip_message_unref);
  g_clear_pointer (&tx->to_tag, g_free);
  g_clear_pointer (&tx->response, g_bytes_unref);
  g_free (tx);
}

SipServerTxEvent
sip_server_tx_event_from_status (guint status)
{
  if (sip_status_is_provisional (status))
    return SIP_SERVER_TX_EVENT_PROVISIONAL;
  return sip_status_is_success (status) ? SIP_SERVER_TX_EVENT_SUCCESS
                                        : SIP_SERVER_TX_EVENT_FAILURE;
}

/* TRYING and PROCEEDING. */
static SipServerTxAction
handle_pending (SipServerTx *tx, SipServerTxEvent event, SipTimers *timers, gint64 now_us)
{
  switch (event) {
  case SIP_SERVER_TX_EVENT_REQUEST:
    return tx->state == SIP_SERVER_TX_TRYING ? SIP_SERVER_TX_NOTHING
                                             : SIP_SERVER_TX_RESEND;
  case SIP_SERVER_TX_EVENT_PROVISIONAL:
    if (tx->state == SIP_SERVER_TX_TRYING)
      set_state (tx, SIP_SERVER_TX_PROCEEDING, timers, now_us);
    return SIP_SERVER_TX_SEND;
  case SIP_SERVER_TX_EVENT_SUCCESS:
    set_state (tx, tx->is_invite ? SIP_SERVER_TX_ACCEPTED : SIP_SERVER_TX_COMPLETED,
               timers, now_us);
    return SIP_SERVER_TX_SEND;
  case SIP_SERVER_TX_EVENT_FAILURE:
    set_state (tx, SIP_SERVER_TX_COMPLETED, timers, now_us);
    return SIP_SERVER_TX_SEND;
  case SIP_SERVER_TX_EVENT_ABANDON:
    set_state (tx, SIP_SERVER_TX_TERMINATED, timers, now_us);
    return SIP_SERVER_TX_NOTHING;
  case SIP_SERVER_TX_EVENT_ACK:
  case SIP_SERVER_TX_EVENT_TIMER:
  case SIP_SERVER_TX_EVENT_FLOW_LOST:
    return SIP_SERVER_TX_NOTHING;
  }
  g_assert_not_reached ();
}

static SipServerTxAction
handle_completed (SipServerTx *tx,
                  SipServerTxEvent event,
                  SipTimers *timers,
                  gint64 now_us)
{
  switch (event) {
  case SIP_SERVER_TX_EVENT_REQUEST:
    return SIP_SERVER_TX_RESEND;
  case SIP_SERVER_TX_EVENT_ACK:
    if (tx->is_invite)
      set_state (tx, SIP_SERVER_TX_CONFIRMED, timers, now_us);
    return SIP_SERVER_TX_NOTHING;
  case SIP_SERVER_TX_EVENT_TIMER:
  case SIP_SERVER_TX_EVENT_FLOW_LOST:
  case SIP_SERVER_TX_EVENT_ABANDON:
    set_state (tx, SIP_SERVER_TX_TERMINATED, timers, now_us);
    return SIP_SERVER_TX_NOTHING;
  case SIP_SERVER_TX_EVENT_PROVISIONAL:
  case SIP_SERVER_TX_EVENT_SUCCESS:
  case SIP_SERVER_TX_EVENT_FAILURE:
    return SIP_SERVER_TX_NOTHING;
  }
  g_assert_not_reached ();
}

static SipServerTxAction
handle_confirmed (SipServerTx *tx,
                  SipServerTxEvent event,
                  SipTimers *timers,
                  gint64 now_us)
{
  switch (event) {
  case SIP_SERVER_TX_EVENT_TIMER:
  case SIP_SERVER_TX_EVENT_FLOW_LOST:
  case SIP_SERVER_TX_EVENT_ABANDON:
    set_state (tx, SIP_SERVER_TX_TERMINATED, timers, now_us);
    return SIP_SERVER_TX_NOTHING;
  case SIP_SERVER_TX_EVENT_REQUEST:
  case SIP_SERVER_TX_EVENT_ACK:
  case SIP_SERVER_TX_EVENT_PROVISIONAL:
  case SIP_SERVER_TX_EVENT_SUCCESS:
  case SIP_SERVER_TX_EVENT_FAILURE:
    return SIP_SERVER_TX_NOTHING;
  }
  g_assert_not_reached ();
}

static SipServerTxAction
handle_accepted (SipServerTx *tx,
                 SipServerTxEvent event,
                 SipTimers *timers,
                 gint64 now_us)
{
  switch (event) {
  case SIP_SERVER_TX_EVENT_ACK:
    return SIP_SERVER_TX_PASS;
  case SIP_SERVER_TX_EVENT_SUCCESS:
    return SIP_SERVER_TX_SEND;
  case SIP_SERVER_TX_EVENT_TIMER:
  case SIP_SERVER_TX_EVENT_ABANDON:
    set_state (tx, SIP_SERVER_TX_TERMINATED, timers, now_us);
    return SIP_SERVER_TX_NOTHING;
  case SIP_SERVER_TX_EVENT_REQUEST:
  case SIP_SERVER_TX_EVENT_PROVISIONAL:
  case SIP_SERVER_TX_EVENT_FAILURE:
  case SIP_SERVER_TX_EVENT_FLOW_LOST:
    return SIP_SERVER_TX_NOTHING;
  }
  g_assert_not_reached ();
}

SipServerTxAction
sip_server_tx_handle (SipServerTx *tx,
                      SipServerTxEvent event,
                      SipTimers *timers,
                      gint64 now_us)
{
  switch (tx->state) {
  case SIP_SERVER_TX_TRYING:
  case SIP_SERVER_TX_PROCEEDING:
    return handle_pending (tx, event, timers, now_us);
  case SIP_SERVER_TX_COMPLETED:
    return handle_completed (tx, event, timers, now_us);
  case SIP_SERVER_TX_CONFIRMED:
    return handle_confirmed (tx, event, timers, now_us);
  case SIP_SERVER_TX_ACCEPTED:
    return handle_accepted (tx, event, timers, now_us);
  case SIP_SERVER_TX_TERMINATED:
    return SIP_SERVER_TX_NOTHING;
  }
  g_assert_not_reached ();
}

gboolean
sip_server_tx_is_pending (const SipServerTx *tx)
{
  return tx->state == SIP_SERVER_TX_TRYING || tx->state == SIP_SERVER_TX_PROCEEDING;
}

void
sip_server_tx_check (const SipServerTx *tx)
{
  gboolean waits = tx->state == SIP_SERVER_TX_COMPLETED ||
                   tx->state == SIP_SERVER_TX_CONFIRMED ||
                   tx->state == SIP_SERVER_TX_ACCEPTED;

  g_assert (tx->key != NULL && tx->request != NULL && tx->to_tag != NULL);
  g_assert (sip_timer_is_armed (&tx->timer) == waits);
  g_assert (tx->is_invite || (tx->state != SIP_SERVER_TX_CONFIRMED &&
                              tx->state != SIP_SERVER_TX_ACCEPTED));
  g_assert (!tx->is_invite || tx->state != SIP_SERVER_TX_TRYING);
  g_assert (!waits || tx->response != NULL);
}
