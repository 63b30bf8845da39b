/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

static void
lose_client_txs (SipUa *ua)
{
  g_autoptr (GList) txs = g_hash_table_get_values (ua->client_txs);

  for (GList *l = txs; l != NULL; l = l->next)
    sip_ua_client_tx_event (ua, l->data, SIP_CLIENT_TX_EVENT_FLOW_LOST, NULL);
}

static void
lose_server_txs (SipUa *ua)
{
  g_autoptr (GList) txs = g_hash_table_get_values (ua->server_txs);

  for (GList *l = txs; l != NULL; l = l->next) {
    SipServerTx *tx = l->data;

    sip_server_tx_handle (tx, SIP_SERVER_TX_EVENT_FLOW_LOST, &ua->timers, ua->now_us);
    if (tx->state == SIP_SERVER_TX_TERMINATED)
      sip_ua_remove_server_tx (ua, tx);
  }
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
