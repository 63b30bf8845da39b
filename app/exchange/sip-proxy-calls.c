/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

/* Who talks to whom, as far as a proxy can see it: from the INVITE that makes a call to
 * the BYE that ends it. For the log alone; nothing is decided by it. */

#define CALL_US (24 * G_TIME_SPAN_HOUR) /* over then, if no BYE came by */
/* An ended one is known a little longer: both may hang up at once. */
#define ENDED_US (2 * SIP_PROXY_TRANSACTION_US)
#define MAX_CALL_ID 512 /* a longer one is not kept */

static void
emit (SipProxy *proxy, const SipProxyCall *call, SipProxyEvent event, guint status)
{
  gint64 duration_us = -1;

  if (event == SIP_PROXY_EVENT_CALL_ENDED && call->state == SIP_PROXY_CALL_ANSWERED)
    duration_us = proxy->now_us - call->answered_at_us;
  sip_proxy_push_event (proxy, &(SipProxyOutput){
                                   .event = event,
                                   .call_id = call->call_id,
                                   .from = call->from,
                                   .to = call->to,
                                   .status = status,
                                   .duration_us = duration_us,
                               });
}

static void
end (SipProxy *proxy, SipProxyCall *call, guint status)
{
  emit (proxy, call, SIP_PROXY_EVENT_CALL_ENDED, status);
  call->state = SIP_PROXY_CALL_ENDED;
  sip_timers_arm (&proxy->timers, &call->timer, proxy->now_us + ENDED_US);
}

static void
forget (SipProxy *proxy, SipProxyCall *call)
{
  sip_timers_disarm (&proxy->timers, &call->timer);
  g_hash_table_remove (proxy->calls, call->call_id);
}

static SipProxyCall *
find (SipProxy *proxy, const SipMessage *message)
{
  g_autofree char *call_id = sip_text_dup (sip_message_get_call_id (message));

  return g_hash_table_lookup (proxy->calls, call_id);
}

static SipProxyCall *
call_new (const SipMessage *message, const char *from, const char *to)
{
  SipProxyCall *call = g_new0 (SipProxyCall, 1);

  call->call_id = sip_text_dup (sip_message_get_call_id (message));
  call->from = g_strdup (from);
  call->to = g_strdup (to);
  sip_timer_init (&call->timer, SIP_PROXY_TIMER_CALL, call);
  return call;
}

void
sip_proxy_call_free (SipProxyCall *call)
{
  g_free (call->call_id);
  g_free (call->from);
  g_free (call->to);
  g_free (call);
}

void
sip_proxy_call_started (SipProxy *proxy,
                        const SipMessage *invite,
                        const char *from,
                        const char *to)
{
  SipProxyCall *call = find (proxy, invite);

  if (call != NULL && call->state == SIP_PROXY_CALL_ENDED)
    forget (proxy, g_steal_pointer (&call));
  if (call != NULL || g_hash_table_size (proxy->calls) >= SIP_PROXY_MAX_CALLS ||
      sip_message_get_call_id (invite).len > MAX_CALL_ID)
    return;
  call = call_new (invite, from, to);
  g_hash_table_insert (proxy->calls, call->call_id, call);
  sip_timers_arm (&proxy->timers, &call->timer, proxy->now_us + CALL_US);
  emit (proxy, call, SIP_PROXY_EVENT_CALL_STARTED, 0);
}

void
sip_proxy_call_answered (SipProxy *proxy, const SipMessage *invite)
{
  SipProxyCall *call = find (proxy, invite);

  if (call == NULL || call->state != SIP_PROXY_CALL_STARTED)
    return;
  call->state = SIP_PROXY_CALL_ANSWERED;
  call->answered_at_us = proxy->now_us;
  emit (proxy, call, SIP_PROXY_EVENT_CALL_ANSWERED, 0);
}

/* A call from before a restart: the BYE is all there is to tell of it. */
static void
emit_unknown (SipProxy *proxy, const SipMessage *bye)
{
  const SipNameAddr *from = sip_message_get_from (bye);
  const SipNameAddr *to = sip_message_get_to (bye);
  g_autofree char *from_aor = sip_proxy_dup_local_aor (proxy, &from->uri);
  g_autofree char *to_aor = sip_proxy_dup_local_aor (proxy, &to->uri);
  SipProxyCall *call = call_new (bye, from_aor, to_aor);

  emit (proxy, call, SIP_PROXY_EVENT_CALL_ENDED, 0);
  sip_proxy_call_free (call);
}

void
sip_proxy_call_ended (SipProxy *proxy, const SipMessage *request, guint status)
{
  SipProxyCall *call = find (proxy, request);

  if (call == NULL && status == 0)
    emit_unknown (proxy, request);
  if (call == NULL)
    return;
  if (call->state == SIP_PROXY_CALL_STARTED ||
      (call->state == SIP_PROXY_CALL_ANSWERED && status == 0))
    end (proxy, call, status);
}

void
sip_proxy_call_due (SipProxy *proxy, SipProxyCall *call)
{
  if (call->state == SIP_PROXY_CALL_ENDED)
    forget (proxy, call);
  else
    end (proxy, call, 0);
}
