/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-digest.h"
#include "sip-flow-token.h"
#include "sip-status.h"

#include <string.h>

#define EPOCH_LENGTH 16

G_STATIC_ASSERT (SIP_PROXY_KEY_BYTES == SIP_FLOW_TOKEN_KEY_BYTES);

/* ---- Names ---- */

gboolean
sip_proxy_is_own_host (const SipProxy *proxy, SipText host)
{
  if (sip_text_equal_case_str (host, proxy->domain))
    return TRUE;
  for (guint i = 0; proxy->aliases != NULL && proxy->aliases[i] != NULL; i++)
    if (sip_text_equal_case_str (host, proxy->aliases[i]))
      return TRUE;
  return FALSE;
}

static char *
dup_aor (const SipProxy *proxy, SipText user)
{
  SipUri uri = {
      .scheme = SIP_URI_SIP,
      .scheme_text = SIP_TEXT_LITERAL ("sip"),
      .user = user,
      .host = sip_text_from_str (proxy->domain),
  };
  g_autofree char *text = sip_uri_dup_address_of_record (&uri);

  return text != NULL && g_str_has_prefix (text, "sip:") ? g_strdup (text + 4) : NULL;
}

char *
sip_proxy_dup_local_aor (const SipProxy *proxy, const SipUri *uri)
{
  if (uri->scheme == SIP_URI_OTHER || sip_text_is_empty (uri->user))
    return NULL;
  if (uri->scheme != SIP_URI_TEL && !sip_proxy_is_own_host (proxy, uri->host))
    return NULL;
  return dup_aor (proxy, uri->user);
}

char *
sip_proxy_dup_user_aor (const SipProxy *proxy, const char *user)
{
  g_autofree char *escaped = sip_uri_escape (sip_text_from_str (user), SIP_URI_PART_USER);

  return dup_aor (proxy, sip_text_from_str (escaped));
}

gboolean
sip_proxy_knows (const SipProxy *proxy, const char *aor)
{
  return g_hash_table_contains (proxy->users, aor) ||
         g_hash_table_contains (proxy->guests, aor) ||
         sip_location_get_bindings (proxy->location, aor) != NULL;
}

/* ---- The proxy ---- */

static void
hashes_free (SipProxyHashes *hashes)
{
  sip_secret_free (hashes->ha1_md5);
  sip_secret_free (hashes->ha1_sha256);
  g_free (hashes);
}

/* The links are part of the branches, so the queue must not free them. */
static void
waiting_free (GQueue *queue)
{
  g_queue_init (queue);
  g_queue_free (queue);
}

static void
make_tables (SipProxy *proxy)
{
  proxy->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)hashes_free);
  proxy->guests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  proxy->flows = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify)sip_proxy_flow_free);
  proxy->tokens = g_hash_table_new (g_str_hash, g_str_equal);
  proxy->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  proxy->contexts = g_hash_table_new (g_str_hash, g_str_equal);
  proxy->branches = g_hash_table_new (g_str_hash, g_str_equal);
  proxy->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)waiting_free);
  proxy->calls = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify)sip_proxy_call_free);
}

SipProxy *
sip_proxy_new (const SipProxyConfig *config, gint64 now_us)
{
  SipProxy *proxy = g_new0 (SipProxy, 1);

  g_assert (config->domain != NULL && config->random.fill != NULL);
  proxy->now_us = now_us;
  proxy->domain = g_ascii_strdown (config->domain, -1);
  proxy->aliases = g_strdupv ((char **)config->aliases);
  proxy->server = g_strdup (config->server);
  proxy->host = g_strdup (config->record_route_host != NULL ? config->record_route_host
                                                            : proxy->domain);
  memcpy (proxy->key, config->key, sizeof proxy->key);
  proxy->limits = *config;
  proxy->limits.domain = NULL;
  proxy->limits.aliases = NULL;
  proxy->limits.server = NULL;
  proxy->limits.record_route_host = NULL;
  proxy->epoch = sip_random_token (&config->random, EPOCH_LENGTH);
  proxy->location = sip_location_new ();
  sip_timers_init (&proxy->timers);
  g_queue_init (&proxy->outputs);
  make_tables (proxy);
  return proxy;
}

static void
free_contexts (SipProxy *proxy)
{
  g_autoptr (GList) contexts = g_hash_table_get_values (proxy->contexts);

  for (GList *link = contexts; link != NULL; link = link->next)
    sip_proxy_context_free (link->data);
}

static void
disarm_the_rest (SipProxy *proxy)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, proxy->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sip_timers_disarm (&proxy->timers, &((SipProxyCall *)value)->timer);
  g_hash_table_iter_init (&iter, proxy->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sip_timers_disarm (&proxy->timers, &((SipProxyFlow *)value)->timer);
}

void
sip_proxy_free (SipProxy *proxy)
{
  if (proxy == NULL)
    return;
  free_contexts (proxy);
  disarm_the_rest (proxy);
  sip_proxy_drop_outputs (proxy);
  g_hash_table_unref (proxy->calls);
  g_hash_table_unref (proxy->waiting);
  g_hash_table_unref (proxy->branches);
  g_hash_table_unref (proxy->contexts);
  g_hash_table_unref (proxy->hosts);
  g_hash_table_unref (proxy->tokens);
  g_hash_table_unref (proxy->flows);
  g_hash_table_unref (proxy->guests);
  g_hash_table_unref (proxy->users);
  sip_location_free (proxy->location);
  sip_timers_clear (&proxy->timers);
  g_strfreev (proxy->aliases);
  g_free (proxy->domain);
  g_free (proxy->server);
  g_free (proxy->host);
  g_free (proxy->epoch);
  g_free (proxy);
}

void
sip_proxy_add_user (SipProxy *proxy, const SipProxyUser *user)
{
  SipProxyHashes *hashes = g_new0 (SipProxyHashes, 1);

  if (user->password != NULL) {
    hashes->ha1_md5 =
        sip_digest_make_ha1 (SIP_DIGEST_MD5, user->user, proxy->domain, user->password);
    hashes->ha1_sha256 = sip_digest_make_ha1 (SIP_DIGEST_SHA_256, user->user,
                                              proxy->domain, user->password);
  } else {
    hashes->ha1_md5 = g_ascii_strdown (user->ha1_md5, -1);
    hashes->ha1_sha256 = g_ascii_strdown (user->ha1_sha256, -1);
  }
  g_hash_table_replace (proxy->users, sip_proxy_dup_user_aor (proxy, user->user), hashes);
}

void
sip_proxy_add_guest (SipProxy *proxy, const char *guest, const char *owner)
{
  g_hash_table_replace (proxy->guests, g_strdup (guest), g_strdup (owner));
}

static void
answer_ping (SipProxy *proxy, SipProxyFlow *flow)
{
  g_autoptr (GBytes) pong = g_bytes_new_static ("\r\n", 2);

  sip_proxy_push_frame (proxy, flow, pong);
}

static void
handle_frame (SipProxy *proxy, SipProxyFlow *flow, const void *frame, gsize length)
{
  g_autoptr (SipMessage) broken = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMessage) message = sip_message_parse (frame, length, &broken, &error);

  if (message == NULL && broken != NULL)
    sip_proxy_refuse (proxy, flow, broken, sip_error_get_status (error));
  if (message == NULL)
    return;
  if (sip_message_is_request (message))
    sip_proxy_handle_request (proxy, flow, message);
  else
    sip_proxy_handle_response (proxy, flow, message);
}

void
sip_proxy_receive (SipProxy *proxy,
                   SipProxyConnection connection,
                   const void *frame,
                   gsize length,
                   gint64 now_us)
{
  SipProxyFlow *flow = sip_proxy_get_flow (proxy, connection);

  proxy->now_us = now_us;
  if (flow == NULL)
    return;
  if (!sip_throttle_take (&flow->messages, 1, now_us) ||
      !sip_throttle_take (&flow->kilobytes, 1 + length / 1024, now_us)) {
    sip_proxy_close_flow (proxy, flow, SIP_PROXY_CLOSE_POLICY);
    return;
  }
  switch (sip_keepalive_from_frame (frame, length)) {
  case SIP_KEEPALIVE_PING:
    answer_ping (proxy, flow);
    break;
  case SIP_KEEPALIVE_EMPTY:
  case SIP_KEEPALIVE_PONG:
    break;
  case SIP_KEEPALIVE_NONE:
    handle_frame (proxy, flow, frame, length);
    break;
  }
  sip_proxy_heard (proxy, connection, now_us);
}

static void
expire (SipProxy *proxy, const SipBinding *binding)
{
  sip_proxy_push_event (proxy, &(SipProxyOutput){
                                   .connection = binding->connection,
                                   .event = SIP_PROXY_EVENT_EXPIRED,
                                   .aor = binding->aor,
                                   .contact = binding->contact,
                                   .remote = binding->remote,
                                   .transport = binding->transport,
                                   .expires_at_us = binding->expires_at_us,
                                   .duration_us = -1,
                               });
  sip_location_remove (proxy->location, binding->token);
}

static void
handle_timer (SipProxy *proxy, SipTimer *timer)
{
  switch ((SipProxyTimerKind)timer->kind) {
  case SIP_PROXY_TIMER_FLOW:
    sip_proxy_flow_due (proxy, timer->owner);
    return;
  case SIP_PROXY_TIMER_CONTEXT:
    sip_proxy_context_due (timer->owner);
    return;
  case SIP_PROXY_TIMER_BRANCH:
    sip_proxy_branch_due (timer->owner);
    return;
  case SIP_PROXY_TIMER_CALL:
    sip_proxy_call_due (proxy, timer->owner);
    return;
  }
}

void
sip_proxy_tick (SipProxy *proxy, gint64 now_us)
{
  const SipBinding *binding = NULL;
  SipTimer *timer = NULL;

  proxy->now_us = now_us;
  while ((timer = sip_timers_pop (&proxy->timers, now_us)) != NULL)
    handle_timer (proxy, timer);
  while ((binding = sip_location_get_expired (proxy->location, now_us)) != NULL)
    expire (proxy, binding);
}

gint64
sip_proxy_get_deadline (const SipProxy *proxy)
{
  return MIN (sip_timers_get_deadline (&proxy->timers),
              sip_location_get_deadline (proxy->location));
}

guint
sip_proxy_get_n_connections (const SipProxy *proxy)
{
  return g_hash_table_size (proxy->flows);
}

guint
sip_proxy_get_n_transactions (const SipProxy *proxy)
{
  return g_hash_table_size (proxy->contexts);
}

guint
sip_proxy_get_n_bindings (const SipProxy *proxy)
{
  return sip_location_get_size (proxy->location);
}

typedef struct {
  void (*visit) (const SipProxyBindingInfo *binding, gpointer user_data);
  gpointer user_data;
} Visit;

static void
show_binding (const SipBinding *binding, gpointer user_data)
{
  Visit *visit = user_data;
  SipProxyBindingInfo info = {
      .aor = binding->aor,
      .contact = binding->contact,
      .instance = binding->instance,
      .remote = binding->remote,
      .transport = binding->transport,
      .connected = binding->connection != 0,
      .expires_at_us = binding->expires_at_us,
  };

  visit->visit (&info, visit->user_data);
}

void
sip_proxy_foreach_binding (SipProxy *proxy,
                           void (*visit) (const SipProxyBindingInfo *binding,
                                          gpointer user_data),
                           gpointer user_data)
{
  sip_location_foreach (proxy->location, show_binding, &(Visit){visit, user_data});
}
