/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

static void
lose_client_txs (SipUa *ua)
{
  g_autoptr (GList) txs = g_hash_table_get_values (ua->client_txs);

  for (GList *l = txs; l != NULL; l = l->next)
    sip_ua_client_tx_event (ua, l->data, SIP_CLIENT_TX_EVENT_FLOW_LOST, NULL);
}

/* ---- Responses for the next flow ---- */

typedef struct {
  GBytes *response;
  gint64 until_us; /* nobody waits for it any more */
} Held;

static void
held_free (Held *held)
{
  g_bytes_unref (held->response);
  g_free (held);
}

static int
compare_response (const Held *held, const GBytes *response)
{
  return held->response == response ? 0 : 1;
}

void
sip_ua_hold_response (SipUa *ua, GBytes *response)
{
  Held *held;

  if (g_queue_find_custom (&ua->held, response, (GCompareFunc)compare_response) != NULL)
    return;
  held = g_new (Held, 1);
  held->response = g_bytes_ref (response);
  held->until_us = ua->now_us + SIP_64_T1_US;
  if (g_queue_get_length (&ua->held) >= SIP_UA_MAX_TRANSACTIONS)
    held_free (g_queue_pop_head (&ua->held));
  g_queue_push_tail (&ua->held, held);
}

void
sip_ua_flush_responses (SipUa *ua)
{
  Held *held;

  if (!sip_ua_is_ready (ua))
    return;
  while ((held = g_queue_pop_head (&ua->held)) != NULL) {
    if (ua->now_us < held->until_us)
      sip_ua_push_frame (ua, held->response);
    held_free (held);
  }
}

void
sip_ua_forget_responses (SipUa *ua)
{
  g_queue_clear_full (&ua->held, (GDestroyNotify)held_free);
}

/* ---- The flow ---- */

/* That of an INVITE had no ACK: it may have gone down with the flow. */
static void
lose_server_tx (SipUa *ua, SipServerTx *tx)
{
  if (tx->is_invite && tx->state == SIP_SERVER_TX_COMPLETED)
    sip_ua_hold_response (ua, tx->response);
  sip_server_tx_handle (tx, SIP_SERVER_TX_EVENT_FLOW_LOST, &ua->timers, ua->now_us);
  if (tx->state == SIP_SERVER_TX_TERMINATED)
    sip_ua_remove_server_tx (ua, tx);
}

static void
lose_server_txs (SipUa *ua)
{
  g_autoptr (GList) txs = g_hash_table_get_values (ua->server_txs);

  for (GList *l = txs; l != NULL; l = l->next)
    lose_server_tx (ua, l->data);
}

static void
lose_flow (SipUa *ua)
{
  sip_registration_flow_lost (ua);
  lose_client_txs (ua);
  for (guint i = 0; i < ua->sessions->len; i++)
    sip_session_flow_lost (ua, g_ptr_array_index (ua->sessions, i));
  lose_server_txs (ua);
}

/* Whether it opens or waits: nobody needs it any more. */
static SipFlowAction
drop_unwanted (SipUa *ua, SipFlowAction action)
{
  if (sip_ua_is_wanted (ua) || (action & (SIP_FLOW_OPEN | SIP_FLOW_LOST)) == 0)
    return action;
  sip_flow_handle (&ua->flow, SIP_FLOW_EVENT_DROPPED, &ua->timers, ua->now_us);
  return action & ~(guint)SIP_FLOW_OPEN;
}

static void
tell_registration (SipUa *ua, SipFlowAction action)
{
  if ((action & SIP_FLOW_OPEN) != 0)
    sip_registration_event (ua, SIP_REGISTRATION_EVENT_FLOW_OPENING);
  else if (ua->flow.state == SIP_FLOW_WAITING && (action & SIP_FLOW_LOST) != 0)
    sip_registration_event (ua, SIP_REGISTRATION_EVENT_FLOW_WAITING);
  else if ((action & SIP_FLOW_LOST) != 0 && ua->phase == SIP_UA_STOPPING)
    sip_registration_event (ua, SIP_REGISTRATION_EVENT_UNWANTED);
}

void
sip_ua_flow_event (SipUa *ua, SipFlowEvent event)
{
  gboolean was_up = sip_flow_is_up (&ua->flow);
  SipFlowAction action = sip_flow_handle (&ua->flow, event, &ua->timers, ua->now_us);

  if ((action & SIP_FLOW_LOST) != 0 && was_up)
    lose_flow (ua);
  if (event != SIP_FLOW_EVENT_WANTED)
    action = drop_unwanted (ua, action);
  if ((action & SIP_FLOW_CLOSE) != 0)
    sip_ua_push (ua, SIP_OUTPUT_CLOSE_FLOW, 0, NULL, NULL, NULL);
  if ((action & SIP_FLOW_OPEN) != 0)
    sip_ua_push (ua, SIP_OUTPUT_OPEN_FLOW, 0, NULL, NULL, NULL);
  if ((action & SIP_FLOW_PING) != 0)
    sip_ua_push (ua, SIP_OUTPUT_PING, 0, NULL, NULL, NULL);
  tell_registration (ua, action);
  if (!was_up && sip_flow_is_up (&ua->flow))
    sip_registration_event (ua, SIP_REGISTRATION_EVENT_FLOW_UP);
}
