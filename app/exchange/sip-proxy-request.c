/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-flow-token.h"
#include "sip-registrar.h"
#include "sip-status.h"

#define RETRY_AFTER_S "5"
#define ALLOW                                                                            \
  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, MESSAGE, INFO, UPDATE, PRACK, REFER, "   \
  "NOTIFY, SUBSCRIBE, PUBLISH"

/* ---- Route ---- */

/* The flow token in the nth Route value; absent if it is none of ours. */
static SipText
get_route_token (const SipProxy *proxy, const SipMessage *request, guint n)
{
  SipValueIter iter;
  SipText value;
  SipNameAddr addr;

  sip_value_iter_init (&iter, request, SIP_HEADER_ROUTE);
  while (sip_value_iter_next (&iter, &value))
    if (n-- == 0)
      return sip_name_addr_parse (value, &addr, NULL) && !addr.is_star &&
                     sip_flow_token_is_valid (proxy->key, addr.uri.user)
                 ? addr.uri.user
                 : SIP_TEXT_NONE;
  return SIP_TEXT_NONE;
}

static gboolean
is_in_dialog (const SipProxy *proxy, const SipMessage *request)
{
  return sip_message_get_to_tag (request).s != NULL &&
         get_route_token (proxy, request, 0).s != NULL;
}

/* ---- REGISTER ---- */

static void
log_change (SipProxy *proxy,
            SipProxyFlow *flow,
            const char *aor,
            const SipRegistrarChange *change)
{
  gboolean is_removed = change->kind == SIP_REGISTRAR_REMOVED;

  if (change->kind == SIP_REGISTRAR_REFRESHED)
    return;
  sip_proxy_push_event (proxy, &(SipProxyOutput){
                                   .connection = flow->id,
                                   .event = is_removed ? SIP_PROXY_EVENT_UNREGISTERED
                                                       : SIP_PROXY_EVENT_REGISTERED,
                                   .aor = aor,
                                   .contact = change->contact,
                                   .remote = change->remote,
                                   .transport = flow->transport,
                                   .expires_at_us = change->expires_at_us,
                                   .duration_us = -1,
                               });
}

/* The client is here now: it has given up the connection before, even if that was not
 * noticed yet, so nothing will be answered over it. Requests that waited go now. */
static void
move (SipProxy *proxy, const SipRegistrarChange *change)
{
  SipProxyFlow *old = sip_proxy_get_flow (proxy, change->old_connection);
  const char *token = change->token;
  GQueue *queue = NULL;

  if (change->kind != SIP_REGISTRAR_ADDED)
    return;
  if (old != NULL)
    sip_proxy_branches_fail (old, token);
  while ((queue = g_hash_table_lookup (proxy->waiting, token)) != NULL)
    sip_proxy_branch_flow_back (g_queue_peek_head (queue));
}

static void
handle_register (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *message)
{
  const SipNameAddr *to = sip_message_get_to (message);
  g_autofree char *aor = sip_proxy_dup_local_aor (proxy, &to->uri);
  SipRegistrarRequest request = {
      .message = message,
      .aor = aor,
      .key = proxy->key,
      .connection = flow->id,
      .remote = flow->remote,
      .transport = flow->transport,
      .min_expires_s = SIP_PROXY_MIN_EXPIRES_S,
      .default_expires_s = SIP_PROXY_DEFAULT_EXPIRES_S,
      .max_expires_s = SIP_PROXY_MAX_EXPIRES_S,
      .now_us = proxy->now_us,
  };
  g_auto (SipRegistrarResult) result = {0};
  SipWriter *writer = NULL;

  if (aor == NULL) {
    sip_proxy_refuse (proxy, flow, message, SIP_STATUS_NOT_FOUND);
    return;
  }
  if (!sip_proxy_authorize_register (proxy, flow, message, aor))
    return;

  sip_registrar_register (proxy->location, &request, &result);
  if (result.status != SIP_STATUS_OK)
    sip_proxy_log_refused (proxy, flow, message, result.status);
  writer = sip_proxy_start_reply (proxy, message, result.status);
  sip_registrar_write (proxy->location, &request, &result, writer);
  sip_proxy_send_reply (proxy, flow, writer);
  for (guint i = 0; i < result.changes->len; i++)
    log_change (proxy, flow, aor, g_ptr_array_index (result.changes, i));
  for (guint i = 0; i < result.changes->len; i++)
    move (proxy, g_ptr_array_index (result.changes, i));
}

/* ---- What the proxy answers itself ---- */

static void
handle_options (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request)
{
  SipWriter *writer = sip_proxy_start_reply (proxy, request, SIP_STATUS_OK);

  sip_writer_add_header (writer, SIP_HEADER_ALLOW, ALLOW);
  sip_writer_add_header (writer, SIP_HEADER_SUPPORTED, SIP_REGISTRAR_OPTION_TAGS);
  sip_proxy_send_reply (proxy, flow, writer);
}

static void
refuse_extensions (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request)
{
  SipWriter *writer = sip_proxy_start_reply (proxy, request, SIP_STATUS_BAD_EXTENSION);
  SipValueIter iter;
  SipText option;

  sip_value_iter_init (&iter, request, SIP_HEADER_PROXY_REQUIRE);
  while (sip_value_iter_next (&iter, &option))
    sip_writer_add_text (writer, SIP_HEADER_UNSUPPORTED, option);
  sip_proxy_log_refused (proxy, flow, request, SIP_STATUS_BAD_EXTENSION);
  sip_proxy_send_reply (proxy, flow, writer);
}

static void
refuse_overload (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request)
{
  SipWriter *writer =
      sip_proxy_start_reply (proxy, request, SIP_STATUS_SERVICE_UNAVAILABLE);

  sip_writer_add_header (writer, SIP_HEADER_RETRY_AFTER, RETRY_AFTER_S);
  sip_proxy_log_refused (proxy, flow, request, SIP_STATUS_SERVICE_UNAVAILABLE);
  sip_proxy_send_reply (proxy, flow, writer);
}

/* RFC 3261 §16.3 step 4, by memory instead of by hash: a Via of ours that is still open
 * and whose request had the same Request-URI. */
static gboolean
is_loop (SipProxy *proxy, const SipMessage *request)
{
  SipText uri = sip_message_get_request_uri (request)->text;
  SipValueIter iter;
  SipText value;
  SipVia via;

  sip_value_iter_init (&iter, request, SIP_HEADER_VIA);
  while (sip_value_iter_next (&iter, &value)) {
    g_autofree char *id = NULL;
    SipProxyBranch *branch = NULL;

    if (!sip_via_parse (value, &via, NULL) || via.branch.s == NULL)
      continue;
    id = sip_text_dup (via.branch);
    branch = g_hash_table_lookup (proxy->branches, id);
    if (branch != NULL &&
        (sip_text_equal (uri,
                         sip_message_get_request_uri (branch->context->request)->text) ||
         sip_text_equal_str (uri, branch->uri)))
      return TRUE;
  }
  return FALSE;
}

/* RFC 3261 §16.3. 0 when it may go on. */
static guint
validate (SipProxy *proxy, const SipMessage *request)
{
  const SipUri *uri = sip_message_get_request_uri (request);

  if (uri->scheme == SIP_URI_OTHER)
    return SIP_STATUS_UNSUPPORTED_URI_SCHEME;
  if (sip_message_get_max_forwards (request) == 0)
    return SIP_STATUS_TOO_MANY_HOPS;
  if (is_loop (proxy, request))
    return SIP_STATUS_LOOP_DETECTED;
  if (sip_message_has_header (request, SIP_HEADER_PROXY_REQUIRE))
    return SIP_STATUS_BAD_EXTENSION;
  return 0;
}

/* ---- Targets ---- */

static void
add_branch (SipProxyContext *context, const SipProxyTarget *target)
{
  g_ptr_array_add (context->branches, sip_proxy_branch_new (context, target));
}

static gboolean
has_instance (SipProxyContext *context, const SipBinding *binding)
{
  for (guint i = 0; i < context->branches->len; i++) {
    const SipProxyBranch *branch = g_ptr_array_index (context->branches, i);
    if (binding->instance != NULL && g_strcmp0 (branch->instance, binding->instance) == 0)
      return TRUE;
  }
  return FALSE;
}

/* One branch a user agent, over its newest flow (RFC 5626 §7). @instance: only that one
 * (RFC 5627), NULL: all. */
static void
add_bindings (SipProxy *proxy,
              SipProxyContext *context,
              const char *aor,
              const char *instance)
{
  const GPtrArray *bindings = sip_location_get_bindings (proxy->location, aor);

  for (guint i = 0; bindings != NULL && i < bindings->len; i++) {
    const SipBinding *binding = g_ptr_array_index (bindings, i);
    if (binding->connection == 0 || has_instance (context, binding) ||
        context->branches->len >= SIP_PROXY_MAX_BRANCHES ||
        (instance != NULL && g_strcmp0 (instance, binding->instance) != 0))
      continue;
    add_branch (context, &(SipProxyTarget){
                             .aor = binding->aor,
                             .token = binding->token,
                             .uri = binding->contact,
                             .instance = binding->instance,
                             .path = binding->path,
                         });
  }
}

static char *
dup_gruu_instance (const SipUri *uri)
{
  SipText value;

  return sip_uri_get_param (uri, "gr", &value) && value.s != NULL
             ? sip_uri_unescape (value)
             : NULL;
}

static SipProxyContext *
open_context (SipProxy *proxy, SipProxyFlow *flow, SipMessage *request)
{
  g_autofree char *key = sip_proxy_context_make_key (flow, request);
  SipProxyContext *context = NULL;

  if (g_hash_table_size (proxy->contexts) >= SIP_PROXY_MAX_TRANSACTIONS ||
      proxy->held_bytes >= SIP_PROXY_MAX_HELD_BYTES ||
      flow->contexts.length >= SIP_PROXY_MAX_FLOW_TRANSACTIONS)
    refuse_overload (proxy, flow, request);
  else
    context = sip_proxy_context_new (proxy, flow, request, key);
  return context;
}

/* A request that makes a dialog, or stands alone. */
static void
route_to_user (SipProxy *proxy, SipProxyFlow *flow, SipMessage *request)
{
  const SipUri *uri = sip_message_get_request_uri (request);
  g_autofree char *aor = sip_proxy_dup_local_aor (proxy, uri);
  g_autofree char *instance = dup_gruu_instance (uri);
  SipProxyContext *context = NULL;

  if (aor == NULL) {
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_NOT_FOUND);
    return;
  }
  if (flow->is_guest &&
      g_strcmp0 (aor, g_hash_table_lookup (proxy->guests, flow->identity)) != 0) {
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_FORBIDDEN);
    return;
  }
  context = open_context (proxy, flow, request);
  if (context == NULL)
    return;
  add_bindings (proxy, context, aor, instance);
  if (context->branches->len == 0) {
    sip_proxy_context_free (context);
    sip_proxy_refuse (proxy, flow, request,
                      sip_proxy_knows (proxy, aor) ? SIP_STATUS_TEMPORARILY_UNAVAILABLE
                                                   : SIP_STATUS_NOT_FOUND);
    return;
  }
  context->to_aor = g_steal_pointer (&aor);
  if (context->method == SIP_METHOD_INVITE)
    sip_proxy_call_started (proxy, request, flow->identity, context->to_aor);
  sip_proxy_context_begin (context);
}

/* The second Route value leads to the other side; the first must be the sender's own. An
 * edge on the way is in what follows, if it wants to be: Path leads to an address of record
 * alone (RFC 3327). */
static void
route_in_dialog (SipProxy *proxy, SipProxyFlow *flow, SipMessage *request)
{
  SipText own = get_route_token (proxy, request, 0);
  g_autofree char *other = sip_text_dup (get_route_token (proxy, request, 1));
  SipProxyContext *context = NULL;
  const SipBinding *binding = NULL;

  if (!sip_flow_token_is_of (proxy->key, own, flow->identity)) {
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_FORBIDDEN);
    return;
  }
  if (other == NULL) {
    sip_proxy_refuse (proxy, flow, request, SIP_STATUS_NOT_FOUND);
    return;
  }
  context = open_context (proxy, flow, request);
  if (context == NULL)
    return;
  context->in_dialog = TRUE;
  context->pop_routes = 2;
  binding = sip_location_get_by_token (proxy->location, other);
  add_branch (context, &(SipProxyTarget){
                           .aor = binding != NULL ? binding->aor : NULL,
                           .token = other,
                       });
  if (context->method == SIP_METHOD_BYE)
    sip_proxy_call_ended (proxy, request, 0);
  sip_proxy_context_begin (context);
}

/* ---- ACK and CANCEL ---- */

static void
handle_ack (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *ack)
{
  g_autofree char *key = sip_proxy_context_make_key (flow, ack);
  SipProxyContext *context = g_hash_table_lookup (proxy->contexts, key);
  g_autofree char *other = NULL;
  SipProxyFlow *to = NULL;

  if (context != NULL && context->state == SIP_PROXY_CONTEXT_COMPLETED) {
    sip_proxy_context_acked (context);
    return;
  }
  /* The ACK of a 2xx is a request of its own, end to end, and never answered. */
  if (flow->identity == NULL || sip_message_get_max_forwards (ack) == 0 ||
      !is_in_dialog (proxy, ack) ||
      !sip_flow_token_is_of (proxy->key, get_route_token (proxy, ack, 0), flow->identity))
    return;
  other = sip_text_dup (get_route_token (proxy, ack, 1));
  to = other != NULL ? sip_proxy_find_flow (proxy, other) : NULL;
  if (to != NULL)
    sip_proxy_pass_ack (proxy, to, ack);
}

static void
handle_cancel (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *cancel)
{
  g_autofree char *key = sip_proxy_context_make_key (flow, cancel);
  SipProxyContext *context = g_hash_table_lookup (proxy->contexts, key);
  g_autofree char *reason =
      sip_text_dup (sip_message_get_header (cancel, SIP_HEADER_REASON));

  if (context == NULL) {
    sip_proxy_reply (proxy, flow, cancel, SIP_STATUS_NO_SUCH_CALL);
    return;
  }
  sip_proxy_reply (proxy, flow, cancel, SIP_STATUS_OK);
  sip_proxy_context_cancel (context, reason);
}

/* ---- All the rest ---- */

static gboolean
is_for_proxy (SipProxy *proxy, const SipMessage *request)
{
  const SipUri *uri = sip_message_get_request_uri (request);

  return uri->scheme != SIP_URI_TEL && sip_text_is_empty (uri->user) &&
         sip_proxy_is_own_host (proxy, uri->host);
}

static gboolean
is_repeated (SipProxy *proxy, SipProxyFlow *flow, const SipMessage *request)
{
  g_autofree char *key = sip_proxy_context_make_key (flow, request);
  SipProxyContext *context = g_hash_table_lookup (proxy->contexts, key);

  if (context != NULL)
    sip_proxy_context_repeat (context);
  return context != NULL;
}

static void
route (SipProxy *proxy, SipProxyFlow *flow, SipMessage *request)
{
  guint status = validate (proxy, request);
  gboolean in_dialog = is_in_dialog (proxy, request);

  if (status == SIP_STATUS_BAD_EXTENSION)
    refuse_extensions (proxy, flow, request);
  else if (status != 0)
    sip_proxy_refuse (proxy, flow, request, status);
  else if (!sip_proxy_authorize (proxy, flow, request, in_dialog))
    return;
  else if (in_dialog)
    route_in_dialog (proxy, flow, request);
  else
    route_to_user (proxy, flow, request);
}

void
sip_proxy_handle_request (SipProxy *proxy, SipProxyFlow *flow, SipMessage *request)
{
  SipMethod method = sip_message_get_method (request);

  if (method == SIP_METHOD_ACK)
    handle_ack (proxy, flow, request);
  else if (method == SIP_METHOD_CANCEL)
    handle_cancel (proxy, flow, request);
  else if (is_repeated (proxy, flow, request))
    return;
  else if (method == SIP_METHOD_REGISTER)
    handle_register (proxy, flow, request);
  else if (is_for_proxy (proxy, request) && method == SIP_METHOD_OPTIONS)
    handle_options (proxy, flow, request);
  else
    route (proxy, flow, request);
}
