/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

/* The edge proxy that some agents are behind (RFC 3327). It puts itself into the Path of
 * each REGISTER and takes itself out of the Route of what comes that way; in dialogs it
 * does not stay. So a request that found its agent by the address of record has the Path of
 * that agent as its Route, and its CANCEL and the ACK of its refusal have the same. All
 * others have none: in a dialog only the route set counts (RFC 3261 §12.2.1.1), and the
 * exchange, which is all that is in it, has taken itself out. */

static SipMessage *
parse (GBytes *frame)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (frame, &length);

  return sip_message_parse (data, length, NULL, NULL);
}

static void
replace (GBytes **frame, SipWriter *writer)
{
  g_bytes_unref (*frame);
  *frame = sip_writer_finish (writer, NULL);
  g_assert_nonnull (*frame);
}

void
sim_edge_pass_to_proxy (const SimAgent *agent, GBytes **frame)
{
  g_autoptr (SipMessage) message = agent->path != NULL ? parse (*frame) : NULL;
  SipForward forward = SIP_FORWARD_INIT;

  if (message == NULL || !sip_message_is_request (message) ||
      sip_message_get_method (message) != SIP_METHOD_REGISTER)
    return;
  forward.push_path = agent->path;
  replace (frame, sip_writer_new_forward (message, &forward));
}

/* Notes those that do, for what belongs to them. */
static gboolean
is_routed_by_path (SimAgent *agent, const SipMessage *request)
{
  SipMethod method = sip_message_get_method (request);
  g_autofree char *branch = sip_text_dup (sip_message_get_via (request)->branch);

  if (method == SIP_METHOD_ACK || method == SIP_METHOD_CANCEL)
    return g_hash_table_contains (agent->pathed, branch);
  if (agent->path == NULL || sip_message_get_to_tag (request).len > 0)
    return FALSE;
  g_hash_table_add (agent->pathed, g_steal_pointer (&branch));
  return TRUE;
}

void
sim_edge_pass_to_agent (SimAgent *agent, GBytes **frame)
{
  g_autoptr (SipMessage) message = parse (*frame);
  SipForward forward = SIP_FORWARD_INIT;
  g_autofree char *route = NULL;

  if (message == NULL || !sip_message_is_request (message))
    return;
  route = sip_text_dup (sip_message_get_header (message, SIP_HEADER_ROUTE));
  if (!agent->world->is_spoiled)
    g_assert_cmpstr (route, ==, is_routed_by_path (agent, message) ? agent->path : NULL);
  forward.pop_routes = sip_message_count_values (message, SIP_HEADER_ROUTE);
  if (forward.pop_routes > 0)
    replace (frame, sip_writer_new_forward (message, &forward));
}
