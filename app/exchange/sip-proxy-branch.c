/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-status.h"

/* One copy of a request on its way to one flow: the client transaction of RFC 3261
 * §17.1 over a reliable transport, with the wait for a flow before it, and CANCEL.
 *
 *    NEW --- the flow is not there, in a dialog --> WAITING
 *     |                                              |  | 8 s, cancelled
 *     | sent (timer B or F)                     back |  |
 *     v                                              |  |
 *   CALLING <----------------------------------------+  |
 *     |  |  | cancelled: CANCEL must wait for a 1xx     |
 *     |  |  +--------> DOOMED --- 1xx --------+         |
 *     |  | 1xx (timer C)                      |         |
 *     |  v                                    v         |
 *     | PROCEEDING --- cancelled, C ---> CANCELLING     |
 *     |  |                                    |         |
 *     v  v  any of them: 2xx                  v         v
 *   ACCEPTED <-- 2xx   3xx-6xx, timer, flow gone: FAILED
 *         ^---- 2xx to INVITE that comes late -----'
 */

#define ID_LENGTH 16
#define MAX_FORWARDS 70

typedef struct {
  SipProxyBranchState from;
  SipProxyBranchState to;
} Edge;

static const Edge edges[] = {
    {SIP_PROXY_BRANCH_NEW, SIP_PROXY_BRANCH_WAITING},
    {SIP_PROXY_BRANCH_NEW, SIP_PROXY_BRANCH_CALLING},
    {SIP_PROXY_BRANCH_NEW, SIP_PROXY_BRANCH_FAILED},
    {SIP_PROXY_BRANCH_WAITING, SIP_PROXY_BRANCH_CALLING},
    {SIP_PROXY_BRANCH_WAITING, SIP_PROXY_BRANCH_FAILED},
    {SIP_PROXY_BRANCH_CALLING, SIP_PROXY_BRANCH_DOOMED},
    {SIP_PROXY_BRANCH_CALLING, SIP_PROXY_BRANCH_PROCEEDING},
    {SIP_PROXY_BRANCH_CALLING, SIP_PROXY_BRANCH_FAILED},
    {SIP_PROXY_BRANCH_CALLING, SIP_PROXY_BRANCH_ACCEPTED},
    {SIP_PROXY_BRANCH_DOOMED, SIP_PROXY_BRANCH_CANCELLING},
    {SIP_PROXY_BRANCH_DOOMED, SIP_PROXY_BRANCH_FAILED},
    {SIP_PROXY_BRANCH_DOOMED, SIP_PROXY_BRANCH_ACCEPTED},
    {SIP_PROXY_BRANCH_PROCEEDING, SIP_PROXY_BRANCH_CANCELLING},
    {SIP_PROXY_BRANCH_PROCEEDING, SIP_PROXY_BRANCH_FAILED},
    {SIP_PROXY_BRANCH_PROCEEDING, SIP_PROXY_BRANCH_ACCEPTED},
    {SIP_PROXY_BRANCH_CANCELLING, SIP_PROXY_BRANCH_FAILED},
    {SIP_PROXY_BRANCH_CANCELLING, SIP_PROXY_BRANCH_ACCEPTED},
    {SIP_PROXY_BRANCH_FAILED, SIP_PROXY_BRANCH_ACCEPTED},
};

static void
set_state (SipProxyBranch *branch, SipProxyBranchState state)
{
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++) {
    if (edges[i].from == branch->state && edges[i].to == state) {
      branch->state = state;
      return;
    }
  }
  g_assert_not_reached ();
}

gboolean
sip_proxy_branch_is_over (const SipProxyBranch *branch)
{
  return branch->state == SIP_PROXY_BRANCH_FAILED ||
         branch->state == SIP_PROXY_BRANCH_ACCEPTED;
}

static void
arm (SipProxyBranch *branch, gint64 wait_us)
{
  SipProxy *proxy = branch->context->proxy;

  sip_timers_arm (&proxy->timers, &branch->timer, proxy->now_us + wait_us);
}

SipProxyBranch *
sip_proxy_branch_new (SipProxyContext *context, const SipProxyTarget *target)
{
  SipProxy *proxy = context->proxy;
  SipProxyBranch *branch = g_new0 (SipProxyBranch, 1);
  g_autofree char *id = sip_random_token (&proxy->limits.random, ID_LENGTH);

  branch->context = context;
  branch->by_flow.data = branch;
  branch->by_token.data = branch;
  branch->id = g_strconcat ("z9hG4bK", id, NULL);
  branch->aor = g_strdup (target->aor);
  branch->token = g_strdup (target->token);
  branch->instance = g_strdup (target->instance);
  branch->uri = target->uri != NULL
                    ? g_strdup (target->uri)
                    : sip_text_dup (sip_message_get_request_uri (context->request)->text);
  branch->route = target->path != NULL ? g_strjoinv (", ", (char **)target->path) : NULL;
  sip_timer_init (&branch->timer, SIP_PROXY_TIMER_BRANCH, branch);
  g_hash_table_insert (proxy->branches, branch->id, branch);
  return branch;
}

static void
leave_flow (SipProxyBranch *branch)
{
  if (branch->flow != NULL)
    g_queue_unlink (&branch->flow->branches, &branch->by_flow);
  branch->flow = NULL;
}

static void
join_waiting (SipProxyBranch *branch)
{
  GHashTable *waiting = branch->context->proxy->waiting;
  GQueue *queue = g_hash_table_lookup (waiting, branch->token);

  if (queue == NULL) {
    queue = g_queue_new ();
    g_hash_table_insert (waiting, g_strdup (branch->token), queue);
  }
  g_queue_push_tail_link (queue, &branch->by_token);
}

static void
leave_waiting (SipProxyBranch *branch)
{
  GHashTable *waiting = branch->context->proxy->waiting;
  GQueue *queue = NULL;

  if (branch->state != SIP_PROXY_BRANCH_WAITING)
    return;
  queue = g_hash_table_lookup (waiting, branch->token);
  g_queue_unlink (queue, &branch->by_token);
  if (g_queue_is_empty (queue))
    g_hash_table_remove (waiting, branch->token);
}

void
sip_proxy_branch_free (SipProxyBranch *branch)
{
  SipProxy *proxy = branch->context->proxy;

  leave_waiting (branch);
  leave_flow (branch);
  sip_timers_disarm (&proxy->timers, &branch->timer);
  g_hash_table_remove (proxy->branches, branch->id);
  g_free (branch->id);
  g_free (branch->aor);
  g_free (branch->token);
  g_free (branch->instance);
  g_free (branch->uri);
  g_free (branch->route);
  g_free (branch->via);
  g_free (branch->cancel_reason);
  g_clear_pointer (&branch->response, sip_message_unref);
  g_free (branch);
}

/* ---- Sending ---- */

static char *
make_via (SipProxy *proxy, const SipProxyFlow *flow, const char *id)
{
  return g_strdup_printf ("SIP/2.0/%s %s;branch=%s",
                          g_str_equal (flow->transport, "wss") ? "WSS" : "WS",
                          proxy->host, id);
}

static int
count_down (const SipMessage *request)
{
  int max_forwards = sip_message_get_max_forwards (request);

  return max_forwards < 0 ? MAX_FORWARDS : max_forwards - 1;
}

/* One value for each side (RFC 5658): the callee's is on top, so that in the route set of
 * either its own token comes first. */
static char *
make_record_route (const SipProxyBranch *branch)
{
  const SipProxyContext *context = branch->context;
  const char *host = context->proxy->host;

  if (context->in_dialog)
    return NULL;
  return g_strdup_printf ("<sip:%s@%s;transport=ws;lr>, <sip:%s@%s;transport=ws;lr>",
                          branch->token, host, context->upstream_token, host);
}

/* Initial requests may carry a preloaded Route to this proxy; it ends here. */
static guint
count_own_routes (const SipProxyContext *context)
{
  return context->in_dialog
             ? context->pop_routes
             : sip_message_count_values (context->request, SIP_HEADER_ROUTE);
}

static GBytes *
write_request (const SipProxyBranch *branch)
{
  static const SipHeader secrets[] = {SIP_HEADER_PROXY_AUTHORIZATION, SIP_HEADER_OTHER};
  const SipMessage *request = branch->context->request;
  g_autofree char *record_route = make_record_route (branch);
  SipForward forward = SIP_FORWARD_INIT;

  forward.request_uri = branch->uri;
  forward.push_via = branch->via;
  forward.push_record_route = record_route;
  forward.push_route = branch->route;
  forward.pop_routes = count_own_routes (branch->context);
  forward.max_forwards = count_down (request);
  forward.drop = secrets;
  return sip_writer_finish (sip_writer_new_forward (request, &forward), NULL);
}

/* What of the request goes into its CANCEL (RFC 3261 §9.1) and the ACK of a failure
 * (§17.1.1.3): all that makes it match. */
static void
add_matching (SipWriter *writer,
              const SipProxyBranch *branch,
              const SipMessage *to_from,
              const char *method)
{
  const SipMessage *request = branch->context->request;

  sip_writer_add_header (writer, SIP_HEADER_VIA, branch->via);
  sip_writer_add_printf (writer, SIP_HEADER_MAX_FORWARDS, "%d", MAX_FORWARDS);
  if (branch->route != NULL)
    sip_writer_add_header (writer, SIP_HEADER_ROUTE, branch->route);
  sip_writer_copy_header (writer, request, SIP_HEADER_FROM);
  sip_writer_copy_header (writer, to_from, SIP_HEADER_TO);
  sip_writer_copy_header (writer, request, SIP_HEADER_CALL_ID);
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u %s",
                         sip_message_get_cseq (request)->number, method);
}

static void
send_to (SipProxy *proxy, SipProxyFlow *flow, SipWriter *writer)
{
  g_autoptr (GBytes) frame = sip_writer_finish (writer, NULL);

  if (frame != NULL)
    sip_proxy_push_frame (proxy, flow, frame);
}

static void
send_cancel (SipProxyBranch *branch, const char *reason)
{
  SipWriter *writer = sip_writer_new_request ("CANCEL", branch->uri);

  add_matching (writer, branch, branch->context->request, "CANCEL");
  if (reason != NULL)
    sip_writer_add_header (writer, SIP_HEADER_REASON, reason);
  send_to (branch->context->proxy, branch->flow, writer);
  set_state (branch, SIP_PROXY_BRANCH_CANCELLING);
  arm (branch, SIP_PROXY_TRANSACTION_US);
}

static void
send_ack (SipProxyBranch *branch, SipProxyFlow *flow, const SipMessage *response)
{
  SipWriter *writer = sip_writer_new_request ("ACK", branch->uri);

  add_matching (writer, branch, response, "ACK");
  send_to (branch->context->proxy, flow, writer);
}

void
sip_proxy_pass_ack (SipProxy *proxy, SipProxyFlow *to, const SipMessage *request)
{
  g_autofree char *token = sip_random_token (&proxy->limits.random, ID_LENGTH);
  g_autofree char *id = g_strconcat ("z9hG4bK", token, NULL);
  g_autofree char *via = make_via (proxy, to, id);
  SipForward forward = SIP_FORWARD_INIT;

  forward.push_via = via;
  forward.pop_routes = 2;
  forward.max_forwards = count_down (request);
  send_to (proxy, to, sip_writer_new_forward (request, &forward));
}

/* ---- What happens ---- */

/* Without telling the context: for the ones that ask it themselves. @status 0: there is
 * nothing to say (RFC 4320). */
static void
fail_quietly (SipProxyBranch *branch, guint status)
{
  leave_waiting (branch);
  leave_flow (branch);
  sip_timers_disarm (&branch->context->proxy->timers, &branch->timer);
  branch->status = status;
  set_state (branch, SIP_PROXY_BRANCH_FAILED);
}

static void
fail (SipProxyBranch *branch, guint status)
{
  fail_quietly (branch, status);
  sip_proxy_context_branch_over (branch->context, branch);
}

/* RFC 5626 §5.3: what to say when the flow is not there. */
static guint
no_flow_status (const SipProxyBranch *branch)
{
  if (branch->context->is_cancelled)
    return SIP_STATUS_REQUEST_TERMINATED;
  return branch->context->in_dialog ? SIP_STATUS_FLOW_FAILED
                                    : SIP_STATUS_TEMPORARILY_UNAVAILABLE;
}

static void
send_request (SipProxyBranch *branch, SipProxyFlow *flow)
{
  SipProxy *proxy = branch->context->proxy;
  g_autoptr (GBytes) frame = NULL;

  branch->via = make_via (proxy, flow, branch->id);
  frame = write_request (branch);
  if (frame == NULL) {
    fail_quietly (branch, SIP_STATUS_SERVER_ERROR);
    return;
  }
  set_state (branch, SIP_PROXY_BRANCH_CALLING);
  if (branch->aor == NULL)
    branch->aor = g_strdup (flow->identity);
  branch->flow = flow;
  g_queue_push_tail_link (&flow->branches, &branch->by_flow);
  arm (branch, SIP_PROXY_TRANSACTION_US);
  sip_proxy_push_frame (proxy, flow, frame);
}

void
sip_proxy_branch_begin (SipProxyBranch *branch)
{
  SipProxyFlow *flow = sip_proxy_find_flow (branch->context->proxy, branch->token);

  if (flow != NULL) {
    send_request (branch, flow);
  } else if (branch->context->in_dialog) {
    set_state (branch, SIP_PROXY_BRANCH_WAITING);
    join_waiting (branch);
    arm (branch, SIP_PROXY_FLOW_WAIT_US);
  } else {
    fail_quietly (branch, no_flow_status (branch));
  }
}

void
sip_proxy_branch_flow_back (SipProxyBranch *branch)
{
  SipProxyFlow *flow = sip_proxy_find_flow (branch->context->proxy, branch->token);

  leave_waiting (branch);
  send_request (branch, flow);
  if (sip_proxy_branch_is_over (branch))
    sip_proxy_context_branch_over (branch->context, branch);
}

void
sip_proxy_branch_flow_gone (SipProxyBranch *branch)
{
  fail (branch, no_flow_status (branch));
}

static SipProxyBranch *
find_sent (SipProxyFlow *flow, const char *token)
{
  for (GList *link = flow->branches.head; link != NULL; link = link->next) {
    SipProxyBranch *branch = link->data;
    if (g_str_equal (branch->token, token))
      return branch;
  }
  return NULL;
}

/* Each failure may end others with it, so the list is looked at anew. */
void
sip_proxy_branches_fail (SipProxyFlow *flow, const char *token)
{
  SipProxyBranch *branch = NULL;

  while ((branch = find_sent (flow, token)) != NULL)
    sip_proxy_branch_flow_gone (branch);
}

void
sip_proxy_branch_cancel (SipProxyBranch *branch, const char *reason)
{
  switch (branch->state) {
  case SIP_PROXY_BRANCH_NEW:
  case SIP_PROXY_BRANCH_WAITING:
    fail_quietly (branch, SIP_STATUS_REQUEST_TERMINATED);
    return;
  case SIP_PROXY_BRANCH_CALLING:
    branch->cancel_reason = g_strdup (reason);
    set_state (branch, SIP_PROXY_BRANCH_DOOMED);
    return;
  case SIP_PROXY_BRANCH_PROCEEDING:
    send_cancel (branch, reason);
    return;
  case SIP_PROXY_BRANCH_DOOMED:
  case SIP_PROXY_BRANCH_CANCELLING:
  case SIP_PROXY_BRANCH_FAILED:
  case SIP_PROXY_BRANCH_ACCEPTED:
    return;
  }
}

/* Timers B, F and C, and the end of the wait for a flow. */
void
sip_proxy_branch_due (SipProxyBranch *branch)
{
  SipProxyContext *context = branch->context;

  switch (branch->state) {
  case SIP_PROXY_BRANCH_WAITING:
    fail (branch, no_flow_status (branch));
    return;
  case SIP_PROXY_BRANCH_CALLING:
  case SIP_PROXY_BRANCH_DOOMED:
  case SIP_PROXY_BRANCH_CANCELLING:
    fail (branch, context->method != SIP_METHOD_INVITE ? 0
                  : context->is_cancelled              ? SIP_STATUS_REQUEST_TERMINATED
                                                       : SIP_STATUS_REQUEST_TIMEOUT);
    return;
  case SIP_PROXY_BRANCH_PROCEEDING:
    if (context->method == SIP_METHOD_INVITE)
      send_cancel (branch, "SIP;cause=408;text=\"No answer\"");
    else
      fail (branch, 0);
    return;
  case SIP_PROXY_BRANCH_NEW:
  case SIP_PROXY_BRANCH_FAILED:
  case SIP_PROXY_BRANCH_ACCEPTED:
    return;
  }
}

/* ---- Responses ---- */

static void
handle_provisional (SipProxyBranch *branch, const SipMessage *response)
{
  gboolean is_invite = branch->context->method == SIP_METHOD_INVITE;

  switch (branch->state) {
  case SIP_PROXY_BRANCH_CALLING:
    set_state (branch, SIP_PROXY_BRANCH_PROCEEDING);
    if (is_invite)
      arm (branch, SIP_PROXY_TIMER_C_US);
    break;
  case SIP_PROXY_BRANCH_DOOMED:
    send_cancel (branch, branch->cancel_reason);
    return;
  case SIP_PROXY_BRANCH_PROCEEDING:
    if (is_invite && sip_message_get_status (response) != SIP_STATUS_TRYING)
      arm (branch, SIP_PROXY_TIMER_C_US);
    break;
  case SIP_PROXY_BRANCH_CANCELLING:
    break;
  case SIP_PROXY_BRANCH_NEW:
  case SIP_PROXY_BRANCH_WAITING:
  case SIP_PROXY_BRANCH_FAILED:
  case SIP_PROXY_BRANCH_ACCEPTED:
    return;
  }
  sip_proxy_context_progress (branch->context, response);
}

static void
become_accepted (SipProxyBranch *branch)
{
  leave_flow (branch);
  sip_timers_disarm (&branch->context->proxy->timers, &branch->timer);
  branch->status = 0;
  g_clear_pointer (&branch->response, sip_message_unref);
  set_state (branch, SIP_PROXY_BRANCH_ACCEPTED);
}

/* Every 2xx to an INVITE goes on, also where this branch was given up already and also
 * behind the final response of another (RFC 3261 §16.7 step 5). */
static void
handle_success (SipProxyBranch *branch, const SipMessage *response)
{
  SipProxyContext *context = branch->context;

  if (branch->state == SIP_PROXY_BRANCH_FAILED && context->method != SIP_METHOD_INVITE)
    return;
  if (branch->state != SIP_PROXY_BRANCH_ACCEPTED &&
      context->state != SIP_PROXY_CONTEXT_COMPLETED)
    become_accepted (branch);
  sip_proxy_context_accepted (context, response);
}

static void
handle_failure (SipProxyBranch *branch, SipProxyFlow *flow, SipMessage *response)
{
  guint status = sip_message_get_status (response);

  if (branch->context->method == SIP_METHOD_INVITE)
    send_ack (branch, flow, response);
  if (sip_proxy_branch_is_over (branch))
    return;
  /* Not the caller gave up but timer C: that is what the caller should hear. */
  if (status == SIP_STATUS_REQUEST_TERMINATED && !branch->context->is_cancelled)
    status = SIP_STATUS_REQUEST_TIMEOUT;
  else
    branch->response = sip_message_ref (response);
  fail (branch, status);
}

/* A response must come from where the request went: over that connection, or, for a 2xx
 * that is sent again until its ACK, over a later one of the same user. */
static gboolean
is_from_target (const SipProxyBranch *branch, const SipProxyFlow *flow)
{
  return branch->flow == flow ||
         (sip_proxy_branch_is_over (branch) && flow->identity != NULL &&
          g_strcmp0 (branch->aor, flow->identity) == 0);
}

/* What it passes on is what the client can match: the Via below ours is its own, and
 * the rest is as its request had it. */
static gboolean
is_response_to (const SipMessage *response, const SipMessage *request)
{
  SipValueIter iter;
  SipText value;
  SipVia via;

  sip_value_iter_init (&iter, response, SIP_HEADER_VIA);
  return sip_value_iter_next (&iter, &value) && sip_value_iter_next (&iter, &value) &&
         sip_via_parse (value, &via, NULL) &&
         sip_text_equal (via.branch, sip_message_get_via (request)->branch) &&
         sip_message_is_response_to (response, request);
}

void
sip_proxy_handle_response (SipProxy *proxy, SipProxyFlow *flow, SipMessage *response)
{
  g_autofree char *id = sip_text_dup (sip_message_get_via (response)->branch);
  guint status = sip_message_get_status (response);
  SipProxyBranch *branch = NULL;

  if (id != NULL)
    branch = g_hash_table_lookup (proxy->branches, id);
  if (branch == NULL || branch->via == NULL || !is_from_target (branch, flow) ||
      !is_response_to (response, branch->context->request))
    return;
  if (sip_status_is_provisional (status))
    handle_provisional (branch, response);
  else if (sip_status_is_success (status))
    handle_success (branch, response);
  else
    handle_failure (branch, flow, response);
}
