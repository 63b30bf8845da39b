/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-flow-token.h"

#include <string.h>

void
sip_proxy_flow_free (SipProxyFlow *flow)
{
  sip_proxy_nonces_clear (flow);
  g_free (flow->host);
  g_free (flow->remote);
  g_free (flow->identity);
  g_free (flow->token);
  g_free (flow);
}

SipProxyFlow *
sip_proxy_get_flow (SipProxy *proxy, SipProxyConnection id)
{
  return g_hash_table_lookup (proxy->flows, &id);
}

char *
sip_proxy_dup_flow_token (SipProxy *proxy, SipProxyFlow *flow)
{
  const SipBinding *binding =
      sip_location_get_by_connection (proxy->location, flow->identity, flow->id);
  g_autofree char *name = NULL;

  if (binding != NULL)
    return g_strdup (binding->token);
  if (flow->token == NULL) {
    name = g_strdup_printf ("f%s;%" G_GUINT64_FORMAT, proxy->epoch, flow->id);
    flow->token = sip_flow_token_make (proxy->key, flow->identity, name, strlen (name));
    g_hash_table_insert (proxy->tokens, flow->token, flow);
  }
  return g_strdup (flow->token);
}

SipProxyFlow *
sip_proxy_find_flow (SipProxy *proxy, const char *token)
{
  const SipBinding *binding = sip_location_get_by_token (proxy->location, token);

  if (binding != NULL)
    return sip_proxy_get_flow (proxy, binding->connection);
  return g_hash_table_lookup (proxy->tokens, token);
}

/* A connection is closed when nobody said who it is in time, and when nothing was heard
 * from it for too long: then its other end may be gone without a word. */
static void
arm_flow (SipProxy *proxy, SipProxyFlow *flow)
{
  const SipProxyConfig *limits = &proxy->limits;
  gint64 due_us = G_MAXINT64;

  if (limits->unknown_idle_s > 0 && flow->identity == NULL)
    due_us = flow->opened_at_us + limits->unknown_idle_s * G_TIME_SPAN_SECOND;
  if (limits->silence_s > 0)
    due_us = MIN (due_us, flow->heard_at_us + limits->silence_s * G_TIME_SPAN_SECOND);
  if (due_us == G_MAXINT64)
    sip_timers_disarm (&proxy->timers, &flow->timer);
  else
    sip_timers_arm (&proxy->timers, &flow->timer, due_us);
}

void
sip_proxy_flow_due (SipProxy *proxy, SipProxyFlow *flow)
{
  gint64 silence_us = proxy->limits.silence_s * G_TIME_SPAN_SECOND;

  if (silence_us > 0 && proxy->now_us - flow->heard_at_us >= silence_us)
    sip_proxy_close_flow (proxy, flow, SIP_PROXY_CLOSE_GOING_AWAY);
  else if (flow->identity == NULL)
    sip_proxy_close_flow (proxy, flow, SIP_PROXY_CLOSE_POLICY);
  else
    arm_flow (proxy, flow);
}

static void
count_host (SipProxy *proxy, const char *host, int change)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (proxy->hosts, host)) + change;

  if (n == 0)
    g_hash_table_remove (proxy->hosts, host);
  else
    g_hash_table_insert (proxy->hosts, g_strdup (host), GUINT_TO_POINTER (n));
}

static void
log_disconnected (SipProxy *proxy, SipProxyFlow *flow)
{
  const GPtrArray *bindings =
      flow->identity != NULL ? sip_location_get_bindings (proxy->location, flow->identity)
                             : NULL;

  for (guint i = 0; bindings != NULL && i < bindings->len; i++) {
    const SipBinding *binding = g_ptr_array_index (bindings, i);
    if (binding->connection != flow->id)
      continue;
    sip_proxy_push_event (proxy, &(SipProxyOutput){
                                     .connection = flow->id,
                                     .event = SIP_PROXY_EVENT_DISCONNECTED,
                                     .aor = binding->aor,
                                     .contact = binding->contact,
                                     .remote = binding->remote,
                                     .transport = binding->transport,
                                     .expires_at_us = binding->expires_at_us,
                                     .duration_us = -1,
                                 });
  }
}

/* The tables forget it first, so that nothing that follows is sent to it. */
static void
drop_flow (SipProxy *proxy, SipProxyFlow *flow)
{
  GList *link = NULL;

  flow->is_gone = TRUE;
  log_disconnected (proxy, flow);
  sip_location_connection_closed (proxy->location, flow->id);
  sip_timers_disarm (&proxy->timers, &flow->timer);
  count_host (proxy, flow->host, -1);
  if (flow->token != NULL)
    g_hash_table_remove (proxy->tokens, flow->token);
  g_hash_table_steal (proxy->flows, &flow->id);
  while ((link = g_queue_peek_head_link (&flow->contexts)) != NULL)
    sip_proxy_context_upstream_gone (link->data);
  while ((link = g_queue_peek_head_link (&flow->branches)) != NULL)
    sip_proxy_branch_flow_gone (link->data);
  sip_proxy_flow_free (flow);
}

void
sip_proxy_close_flow (SipProxy *proxy, SipProxyFlow *flow, guint16 code)
{
  SipProxyConnection id = flow->id;

  drop_flow (proxy, flow);
  sip_proxy_push_close (proxy, id, code);
}

static gboolean
has_room (SipProxy *proxy, const char *host)
{
  const SipProxyConfig *limits = &proxy->limits;
  guint max =
      limits->max_connections > 0 ? limits->max_connections : SIP_PROXY_MAX_CONNECTIONS;
  guint n_host = GPOINTER_TO_UINT (g_hash_table_lookup (proxy->hosts, host));

  return g_hash_table_size (proxy->flows) < max &&
         (limits->max_connections_per_address == 0 ||
          n_host < limits->max_connections_per_address);
}

static SipProxyFlow *
flow_new (SipProxy *proxy, SipProxyConnection id, const SipProxyPeer *peer)
{
  SipProxyFlow *flow = g_new0 (SipProxyFlow, 1);
  gboolean is_ipv6 = strchr (peer->host, ':') != NULL;

  flow->id = id;
  flow->host = g_strdup (peer->host);
  flow->remote =
      g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", peer->host, (guint)peer->port);
  flow->transport = peer->secure ? "wss" : "ws";
  flow->identity = g_strdup (peer->guest);
  flow->is_guest = peer->guest != NULL;
  flow->opened_at_us = proxy->now_us;
  flow->heard_at_us = proxy->now_us;
  sip_throttle_init (&flow->kilobytes, proxy->limits.kilobytes_per_s,
                     proxy->limits.kilobytes_burst, proxy->now_us);
  sip_throttle_init (&flow->messages, proxy->limits.messages_per_s,
                     proxy->limits.messages_burst, proxy->now_us);
  sip_timer_init (&flow->timer, SIP_PROXY_TIMER_FLOW, flow);
  return flow;
}

void
sip_proxy_connection_opened (SipProxy *proxy,
                             SipProxyConnection connection,
                             const SipProxyPeer *peer,
                             gint64 now_us)
{
  SipProxyFlow *flow = NULL;

  g_return_if_fail (connection != 0 && sip_proxy_get_flow (proxy, connection) == NULL);
  g_return_if_fail (peer->guest == NULL ||
                    g_hash_table_contains (proxy->guests, peer->guest));
  proxy->now_us = now_us;
  if (!has_room (proxy, peer->host)) {
    sip_proxy_push_close (proxy, connection, SIP_PROXY_CLOSE_TRY_LATER);
    return;
  }
  flow = flow_new (proxy, connection, peer);
  g_hash_table_insert (proxy->flows, &flow->id, flow);
  count_host (proxy, flow->host, 1);
  arm_flow (proxy, flow);
}

void
sip_proxy_connection_closed (SipProxy *proxy,
                             SipProxyConnection connection,
                             gint64 now_us)
{
  SipProxyFlow *flow = sip_proxy_get_flow (proxy, connection);

  proxy->now_us = now_us;
  if (flow != NULL)
    drop_flow (proxy, flow);
}

void
sip_proxy_heard (SipProxy *proxy, SipProxyConnection connection, gint64 now_us)
{
  SipProxyFlow *flow = sip_proxy_get_flow (proxy, connection);

  proxy->now_us = now_us;
  if (flow == NULL)
    return;
  flow->heard_at_us = now_us;
  arm_flow (proxy, flow);
}
