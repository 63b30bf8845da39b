/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-server-tx.h"
#include "sip-status.h"

/* The response context of RFC 3261 §16.7 and the server transaction of §17.2 in one,
 * since on a WebSocket nothing is sent twice and neither does much alone.
 *
 *              | request, sent on in one branch or several
 *              v
 *         PROCEEDING ---- 2xx to INVITE ----> ACCEPTED (more 2xx pass)
 *          |      |                              |
 *          |      | 3xx-6xx to INVITE:           | 64*T1 (timer L, RFC 6026),
 *          |      | the best of all branches     | and no branch is open
 *          |      v                              |
 *          |   COMPLETED -- ACK, or 64*T1 -----+ |    (a late 2xx passes)
 *          | other methods: any final          | |
 *          v (timer J is 0), or nothing came   v v
 *         TERMINATED <--------------------------+
 */

typedef struct {
  SipProxyContextState from;
  SipProxyContextState to;
} Edge;

static const Edge edges[] = {
    {SIP_PROXY_CONTEXT_PROCEEDING, SIP_PROXY_CONTEXT_ACCEPTED},
    {SIP_PROXY_CONTEXT_PROCEEDING, SIP_PROXY_CONTEXT_COMPLETED},
    {SIP_PROXY_CONTEXT_PROCEEDING, SIP_PROXY_CONTEXT_TERMINATED},
    {SIP_PROXY_CONTEXT_COMPLETED, SIP_PROXY_CONTEXT_TERMINATED},
    {SIP_PROXY_CONTEXT_ACCEPTED, SIP_PROXY_CONTEXT_TERMINATED},
};

static void
set_state (SipProxyContext *context, SipProxyContextState state)
{
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++) {
    if (edges[i].from == context->state && edges[i].to == state) {
      context->state = state;
      return;
    }
  }
  g_assert_not_reached ();
}

char *
sip_proxy_context_make_key (const SipProxyFlow *flow, const SipMessage *request)
{
  SipMethod method = sip_message_get_method (request);
  g_autofree char *key = NULL;

  if (method == SIP_METHOD_ACK || method == SIP_METHOD_CANCEL)
    method = SIP_METHOD_INVITE;
  key = sip_server_tx_make_key (request, method);
  return g_strdup_printf ("%" G_GUINT64_FORMAT "|%s", flow->id, key);
}

SipProxyContext *
sip_proxy_context_new (SipProxy *proxy,
                       SipProxyFlow *upstream,
                       SipMessage *request,
                       const char *key)
{
  SipProxyContext *context = g_new0 (SipProxyContext, 1);

  context->proxy = proxy;
  context->upstream = upstream;
  context->by_upstream.data = context;
  context->method = sip_message_get_method (request);
  context->key = g_strdup (key);
  context->upstream_aor = g_strdup (upstream->identity);
  context->upstream_token = sip_proxy_dup_flow_token (proxy, upstream);
  context->request = sip_message_ref (request);
  context->branches =
      g_ptr_array_new_with_free_func ((GDestroyNotify)sip_proxy_branch_free);
  sip_timer_init (&context->timer, SIP_PROXY_TIMER_CONTEXT, context);
  g_hash_table_insert (proxy->contexts, context->key, context);
  g_queue_push_tail_link (&upstream->contexts, &context->by_upstream);
  proxy->held_bytes += sip_message_get_frame (request).len;
  return context;
}

void
sip_proxy_context_free (SipProxyContext *context)
{
  SipProxy *proxy = context->proxy;

  proxy->held_bytes -= sip_message_get_frame (context->request).len;
  sip_timers_disarm (&proxy->timers, &context->timer);
  if (context->upstream != NULL)
    g_queue_unlink (&context->upstream->contexts, &context->by_upstream);
  g_hash_table_remove (proxy->contexts, context->key);
  g_ptr_array_unref (context->branches);
  g_free (context->key);
  g_free (context->upstream_aor);
  g_free (context->upstream_token);
  g_free (context->to_aor);
  sip_message_unref (context->request);
  g_clear_pointer (&context->last_response, g_bytes_unref);
  g_free (context);
}

/* ---- Upstream ---- */

/* Where its responses go: the connection it came over, or the one that took its place. */
static SipProxyFlow *
get_upstream (SipProxyContext *context)
{
  return context->upstream != NULL
             ? context->upstream
             : sip_proxy_find_flow (context->proxy, context->upstream_token);
}

static void
send_upstream (SipProxyContext *context, SipWriter *writer)
{
  SipProxyFlow *flow = get_upstream (context);
  g_autoptr (GBytes) frame = sip_writer_finish (writer, NULL);

  if (frame == NULL)
    return;
  g_clear_pointer (&context->last_response, g_bytes_unref);
  context->last_response = g_bytes_ref (frame);
  if (flow != NULL)
    sip_proxy_push_frame (context->proxy, flow, frame);
}

static SipWriter *
start_forward (const SipMessage *response)
{
  SipForward forward = SIP_FORWARD_INIT;

  forward.pop_via = TRUE;
  return sip_writer_new_forward (response, &forward);
}

void
sip_proxy_context_repeat (SipProxyContext *context)
{
  if (context->upstream != NULL && context->last_response != NULL)
    sip_proxy_push_frame (context->proxy, context->upstream, context->last_response);
}

/* ---- The best response (RFC 3261 §16.7 step 6) ---- */

/* The lower the better. Within 4xx those come first from which the caller can learn what
 * to do better, and last those that say that nobody was there. To a caller who has
 * cancelled, 487 tells what came of that (§9.1): the class is the same, so which of it is
 * for us to choose. */
static guint
rank (const SipProxyContext *context, guint status)
{
  if (context->is_cancelled && status == SIP_STATUS_REQUEST_TERMINATED)
    return 4000;
  switch (status) {
  case SIP_STATUS_UNAUTHORIZED:
  case SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED:
  case SIP_STATUS_UNSUPPORTED_MEDIA_TYPE:
  case SIP_STATUS_BAD_EXTENSION:
  case SIP_STATUS_ADDRESS_INCOMPLETE:
    return 4000 + status % 100;
  case SIP_STATUS_REQUEST_TIMEOUT:
  case SIP_STATUS_FLOW_FAILED:
  case SIP_STATUS_TEMPORARILY_UNAVAILABLE:
  case SIP_STATUS_REQUEST_TERMINATED:
    return 4800 + status % 100;
  default:
    break;
  }
  if (sip_status_get_class (status) == 6)
    return status;
  if (sip_status_get_class (status) == 4)
    return 4000 + 200 + status % 100;
  return sip_status_get_class (status) * 1000 + status % 100;
}

static SipProxyBranch *
find_best (SipProxyContext *context)
{
  SipProxyBranch *best = NULL;

  for (guint i = 0; i < context->branches->len; i++) {
    SipProxyBranch *branch = g_ptr_array_index (context->branches, i);
    if (branch->status > 0 &&
        (best == NULL || rank (context, branch->status) < rank (context, best->status)))
      best = branch;
  }
  return best;
}

/* RFC 3261 §16.7 step 7: the challenges of all, since each answers for another realm. */
static void
add_other_challenges (SipProxyContext *context,
                      const SipProxyBranch *best,
                      SipWriter *writer)
{
  if (best->status != SIP_STATUS_UNAUTHORIZED &&
      best->status != SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
    return;
  for (guint i = 0; i < context->branches->len; i++) {
    const SipProxyBranch *branch = g_ptr_array_index (context->branches, i);
    if (branch == best || branch->response == NULL)
      continue;
    sip_writer_copy_header (writer, branch->response, SIP_HEADER_WWW_AUTHENTICATE);
    sip_writer_copy_header (writer, branch->response, SIP_HEADER_PROXY_AUTHENTICATE);
  }
}

/* A 503 says that its sender has no room, which is nothing a caller should take for
 * ours (RFC 3261 §16.7 step 6). */
static SipWriter *
write_best (SipProxyContext *context, const SipProxyBranch *best)
{
  SipWriter *writer = NULL;

  if (best->response == NULL)
    return sip_proxy_start_reply (context->proxy, context->request, best->status);
  if (best->status == SIP_STATUS_SERVICE_UNAVAILABLE)
    return sip_proxy_start_reply (context->proxy, context->request,
                                  SIP_STATUS_SERVER_ERROR);
  writer = start_forward (best->response);
  add_other_challenges (context, best, writer);
  return writer;
}

static gboolean
has_open_branch (SipProxyContext *context)
{
  for (guint i = 0; i < context->branches->len; i++)
    if (!sip_proxy_branch_is_over (g_ptr_array_index (context->branches, i)))
      return TRUE;
  return FALSE;
}

static void
cancel_open (SipProxyContext *context, const char *reason)
{
  for (guint i = 0; i < context->branches->len; i++)
    sip_proxy_branch_cancel (g_ptr_array_index (context->branches, i), reason);
}

static void
terminate (SipProxyContext *context)
{
  set_state (context, SIP_PROXY_CONTEXT_TERMINATED);
  sip_proxy_context_free (context);
}

/* All branches are over and none was a success. Without a status at all (RFC 4320: no
 * 408 to anything but INVITE) there is nothing to say any more. */
static void
finish (SipProxyContext *context)
{
  SipProxyBranch *best = find_best (context);
  gboolean is_invite = context->method == SIP_METHOD_INVITE;

  if (best != NULL) {
    if (is_invite && !context->in_dialog)
      sip_proxy_call_ended (context->proxy, context->request, best->status);
    send_upstream (context, write_best (context, best));
  }
  if (!is_invite || context->upstream == NULL) {
    terminate (context);
    return;
  }
  set_state (context, SIP_PROXY_CONTEXT_COMPLETED);
  sip_timers_arm (&context->proxy->timers, &context->timer,
                  context->proxy->now_us + SIP_PROXY_TRANSACTION_US);
}

/* ---- What happens ---- */

void
sip_proxy_context_begin (SipProxyContext *context)
{
  guint n = context->branches->len;

  if (context->method == SIP_METHOD_INVITE)
    send_upstream (context, sip_proxy_start_reply (context->proxy, context->request,
                                                   SIP_STATUS_TRYING));
  for (guint i = 0; i < n; i++)
    sip_proxy_branch_begin (g_ptr_array_index (context->branches, i));
  if (!has_open_branch (context))
    finish (context);
}

void
sip_proxy_context_progress (SipProxyContext *context, const SipMessage *response)
{
  if (context->state == SIP_PROXY_CONTEXT_PROCEEDING &&
      sip_message_get_status (response) != SIP_STATUS_TRYING)
    send_upstream (context, start_forward (response));
}

/* The final response was another one, and stays the one that is repeated. Who hears of
 * the call nevertheless ends it with ACK and BYE (RFC 3261 §13.2.2.4). */
static void
pass_late_answer (SipProxyContext *context, const SipMessage *response)
{
  g_autoptr (GBytes) frame = sip_writer_finish (start_forward (response), NULL);

  if (frame != NULL)
    sip_proxy_push_frame (context->proxy, context->upstream, frame);
}

void
sip_proxy_context_accepted (SipProxyContext *context, const SipMessage *response)
{
  SipProxy *proxy = context->proxy;

  if (context->state == SIP_PROXY_CONTEXT_COMPLETED) {
    pass_late_answer (context, response);
    return;
  }
  send_upstream (context, start_forward (response));
  if (context->method != SIP_METHOD_INVITE) {
    terminate (context);
    return;
  }
  if (context->state == SIP_PROXY_CONTEXT_ACCEPTED)
    return;
  set_state (context, SIP_PROXY_CONTEXT_ACCEPTED);
  if (!context->in_dialog)
    sip_proxy_call_answered (proxy, context->request);
  sip_timers_arm (&proxy->timers, &context->timer,
                  proxy->now_us + SIP_PROXY_TRANSACTION_US);
  cancel_open (context, "SIP;cause=200;text=\"Call completed elsewhere\"");
}

void
sip_proxy_context_branch_over (SipProxyContext *context, SipProxyBranch *branch)
{
  g_autofree char *reason = NULL;

  switch (context->state) {
  case SIP_PROXY_CONTEXT_PROCEEDING:
    if (sip_status_get_class (branch->status) == 6) {
      reason =
          g_strdup_printf ("SIP;cause=%u;text=\"Declined elsewhere\"", branch->status);
      cancel_open (context, reason);
    }
    if (!has_open_branch (context))
      finish (context);
    return;
  case SIP_PROXY_CONTEXT_ACCEPTED:
    if (!has_open_branch (context) && !sip_timer_is_armed (&context->timer))
      terminate (context);
    return;
  case SIP_PROXY_CONTEXT_COMPLETED:
  case SIP_PROXY_CONTEXT_TERMINATED:
    return;
  }
}

void
sip_proxy_context_cancel (SipProxyContext *context, const char *reason)
{
  if (context->state != SIP_PROXY_CONTEXT_PROCEEDING)
    return;
  context->is_cancelled = TRUE;
  cancel_open (context, reason);
  if (!has_open_branch (context))
    finish (context);
}

void
sip_proxy_context_acked (SipProxyContext *context)
{
  terminate (context);
}

/* Nobody waits for the answer any more, so nobody should be rung for it. A 2xx that
 * comes nevertheless is brought to the caller's next connection. */
void
sip_proxy_context_upstream_gone (SipProxyContext *context)
{
  g_queue_unlink (&context->upstream->contexts, &context->by_upstream);
  context->upstream = NULL;
  if (context->state == SIP_PROXY_CONTEXT_COMPLETED)
    terminate (context);
  else if (context->method == SIP_METHOD_INVITE)
    sip_proxy_context_cancel (context, "SIP;cause=480;text=\"The caller is gone\"");
}

void
sip_proxy_context_due (SipProxyContext *context)
{
  if (context->state == SIP_PROXY_CONTEXT_ACCEPTED && has_open_branch (context))
    return; /* the last branch to be over ends it */
  terminate (context);
}
