/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-flow-token.h"
#include "sip-status.h"

static gboolean
is_sent (SipProxyBranchState state)
{
  return state == SIP_PROXY_BRANCH_CALLING || state == SIP_PROXY_BRANCH_DOOMED ||
         state == SIP_PROXY_BRANCH_PROCEEDING || state == SIP_PROXY_BRANCH_CANCELLING;
}

static void
check_branch (SipProxyContext *context, SipProxyBranch *branch)
{
  SipProxy *proxy = context->proxy;
  gboolean waits = branch->state == SIP_PROXY_BRANCH_WAITING;
  GQueue *queue = g_hash_table_lookup (proxy->waiting, branch->token);

  g_assert_true (branch->context == context);
  g_assert_true (g_hash_table_lookup (proxy->branches, branch->id) == branch);
  g_assert_cmpint (branch->state, !=, SIP_PROXY_BRANCH_NEW);
  g_assert_cmpint (branch->flow != NULL, ==, is_sent (branch->state));
  if (branch->flow != NULL)
    g_assert_true (g_hash_table_lookup (proxy->flows, &branch->flow->id) == branch->flow);
  /* What is open ends by itself, whatever the peer does. */
  g_assert_cmpint (sip_timer_is_armed (&branch->timer), ==,
                   !sip_proxy_branch_is_over (branch));
  g_assert_cmpint (queue != NULL && g_queue_find (queue, branch) != NULL, ==, waits);
  if (waits)
    g_assert_true (context->in_dialog);
  if (branch->status > 0)
    g_assert_cmpint (branch->state, ==, SIP_PROXY_BRANCH_FAILED);
  if (branch->response != NULL)
    g_assert_cmpuint (branch->status, ==, sip_message_get_status (branch->response));
}

/* It was answered, declined for all, or given up: nobody is rung for it any more. */
static gboolean
is_decided (const SipProxyContext *context)
{
  if (context->state == SIP_PROXY_CONTEXT_ACCEPTED || context->is_cancelled)
    return TRUE;
  for (guint i = 0; i < context->branches->len; i++) {
    const SipProxyBranch *branch = g_ptr_array_index (context->branches, i);
    if (sip_status_get_class (branch->status) == 6)
      return TRUE;
  }
  return FALSE;
}

/* The branches to each other: RFC 3261 §16.7 step 10, RFC 5626 §7. */
static void
check_fork (const SipProxyContext *context)
{
  gboolean has_answer = FALSE;

  for (guint i = 0; i < context->branches->len; i++) {
    const SipProxyBranch *branch = g_ptr_array_index (context->branches, i);

    has_answer |= branch->state == SIP_PROXY_BRANCH_ACCEPTED;
    if (is_decided (context) && context->method == SIP_METHOD_INVITE)
      g_assert_true (sip_proxy_branch_is_over (branch) ||
                     branch->state == SIP_PROXY_BRANCH_DOOMED ||
                     branch->state == SIP_PROXY_BRANCH_CANCELLING);
    for (guint j = 0; j < i; j++) {
      const SipProxyBranch *other = g_ptr_array_index (context->branches, j);
      g_assert_true (branch->instance == NULL ||
                     g_strcmp0 (branch->instance, other->instance) != 0);
    }
  }
  g_assert_cmpint (has_answer, ==, context->state == SIP_PROXY_CONTEXT_ACCEPTED);
  if (context->in_dialog)
    g_assert_cmpuint (context->branches->len, ==, 1);
}

static void
check_context (SipProxy *proxy, const char *key, SipProxyContext *context)
{
  guint n_open = 0;

  g_assert_cmpstr (key, ==, context->key);
  g_assert_cmpint (context->state, !=, SIP_PROXY_CONTEXT_TERMINATED);
  g_assert_cmpuint (context->branches->len, >, 0);
  g_assert_cmpuint (context->branches->len, <=, SIP_PROXY_MAX_BRANCHES);
  if (context->upstream != NULL) {
    g_assert_true (g_hash_table_lookup (proxy->flows, &context->upstream->id) ==
                   context->upstream);
    g_assert_nonnull (g_queue_find (&context->upstream->contexts, context));
  }
  for (guint i = 0; i < context->branches->len; i++) {
    SipProxyBranch *branch = g_ptr_array_index (context->branches, i);
    check_branch (context, branch);
    n_open += !sip_proxy_branch_is_over (branch);
  }
  check_fork (context);
  if (context->state == SIP_PROXY_CONTEXT_PROCEEDING)
    g_assert_cmpuint (n_open, >, 0);
  else
    g_assert_cmpint (context->method, ==, SIP_METHOD_INVITE);
  if (context->state == SIP_PROXY_CONTEXT_COMPLETED)
    g_assert_cmpuint (n_open, ==, 0);
  if (context->state != SIP_PROXY_CONTEXT_PROCEEDING)
    g_assert_true (n_open > 0 || sip_timer_is_armed (&context->timer));
}

static void
check_flow (SipProxy *proxy, SipProxyFlow *flow)
{
  g_assert_false (flow->is_gone);
  g_assert_true (sip_proxy_get_flow (proxy, flow->id) == flow);
  g_assert_cmpuint (flow->contexts.length, <=, SIP_PROXY_MAX_FLOW_TRANSACTIONS);
  if (flow->is_guest)
    g_assert_true (g_hash_table_contains (proxy->guests, flow->identity));
  if (flow->token != NULL)
    g_assert_true (sip_flow_token_is_of (proxy->key, sip_text_from_str (flow->token),
                                         flow->identity));
  for (GList *link = flow->branches.head; link != NULL; link = link->next)
    g_assert_true (((SipProxyBranch *)link->data)->flow == flow);
  for (GList *link = flow->contexts.head; link != NULL; link = link->next)
    g_assert_true (((SipProxyContext *)link->data)->upstream == flow);
}

/* A binding is reachable over a connection of its own user, or not at all. */
static void
check_binding (const SipBinding *binding, gpointer user_data)
{
  SipProxy *proxy = user_data;
  SipProxyFlow *flow = sip_proxy_get_flow (proxy, binding->connection);

  g_assert_cmpint (binding->connection != 0, ==, flow != NULL);
  if (flow != NULL)
    g_assert_cmpstr (flow->identity, ==, binding->aor);
  g_assert_true (sip_flow_token_is_of (proxy->key, sip_text_from_str (binding->token),
                                       binding->aor));
}

static void
check_counts (SipProxy *proxy, guint n_branches, gsize held_bytes)
{
  GHashTableIter iter;
  gpointer value = NULL;
  guint n_hosts = 0;

  g_assert_cmpuint (g_hash_table_size (proxy->branches), ==, n_branches);
  g_assert_cmpuint (proxy->held_bytes, ==, held_bytes);
  g_assert_cmpuint (g_hash_table_size (proxy->contexts), <=, SIP_PROXY_MAX_TRANSACTIONS);
  g_assert_cmpuint (g_hash_table_size (proxy->calls), <=, SIP_PROXY_MAX_CALLS);
  g_hash_table_iter_init (&iter, proxy->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n_hosts += GPOINTER_TO_UINT (value);
  g_assert_cmpuint (n_hosts, ==, g_hash_table_size (proxy->flows));
  g_hash_table_iter_init (&iter, proxy->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_assert_cmpuint (g_queue_get_length (value), >, 0);
}

void
sip_proxy_check (const SipProxy *const_proxy)
{
  SipProxy *proxy = (SipProxy *)const_proxy; /* lookups only */
  GHashTableIter iter;
  gpointer key = NULL;
  gpointer value = NULL;
  guint n_branches = 0;
  gsize held_bytes = 0;

  g_hash_table_iter_init (&iter, proxy->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    check_flow (proxy, value);
  g_hash_table_iter_init (&iter, proxy->contexts);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    SipProxyContext *context = value;
    check_context (proxy, key, context);
    n_branches += context->branches->len;
    held_bytes += sip_message_get_frame (context->request).len;
  }
  check_counts (proxy, n_branches, held_bytes);
  sip_location_check (proxy->location);
  sip_location_foreach (proxy->location, check_binding, proxy);
  sip_timers_check (&proxy->timers, G_MININT64);
}
