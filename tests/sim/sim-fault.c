/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

#include <string.h>

/* The one fault of a run: at which frame, and what happens there. */

/* How much later than the other end one may learn that the flow broke. */
#define LATE_US (2 * G_TIME_SPAN_SECOND)

void
sim_world_plan_fault (SimWorld *world, const SimFault *fault)
{
  world->fault = *fault;
  world->is_planned = TRUE;
  world->struck_at_us = world->recovery_us = 0;
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    agent->n_frames = agent->n_responses = 0;
  }
}

gboolean
sim_world_was_heard (const SimWorld *world)
{
  return world->was_heard;
}

gint64
sim_world_get_recovery_us (const SimWorld *world)
{
  if (world->struck_at_us == 0)
    return 0;
  return world->recovery_us > 0 ? world->recovery_us : G_MAXINT64;
}

/* ---- A response in the place of another ---- */

static gboolean
is_kept (const char *line)
{
  static const char *const names[] = {
      "Via:", "From:", "To:", "Call-ID:", "CSeq:", "Record-Route:", "Contact:"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strncasecmp (line, names[i], strlen (names[i])) == 0)
      return TRUE;
  return FALSE;
}

static void
add_line (GString *text, const char *line, guint status)
{
  gboolean is_to = g_ascii_strncasecmp (line, "To:", 3) == 0;

  g_string_append (text, line);
  if (is_to && status > 100 && strstr (line, ";tag=") == NULL)
    g_string_append (text, ";tag=instead");
  g_string_append (text, "\r\n");
}

/* What a response of this status has to have, so that it can be taken at its word. */
static void
add_what_belongs (GString *text, const SipMessage *response, guint status)
{
  gboolean is_invite = sip_message_get_method (response) == SIP_METHOD_INVITE;

  if (status == 401)
    g_string_append (text, "WWW-Authenticate: Digest realm=\"example.org\", "
                           "nonce=\"instead\", algorithm=SHA-256, qop=\"auth\"\r\n");
  if (status == 407)
    g_string_append (text, "Proxy-Authenticate: Digest realm=\"example.org\", "
                           "nonce=\"instead\", algorithm=SHA-256, qop=\"auth\"\r\n");
  if (status == 423)
    g_string_append (text, "Min-Expires: 700\r\n");
  if (status == 500 || status == 503)
    g_string_append (text, "Retry-After: 2\r\n");
  if (!sip_message_has_header (response, SIP_HEADER_CONTACT) && is_invite &&
      (status / 100 == 2 || status / 100 == 3))
    g_string_append (text, "Contact: <sip:instead@instead.invalid;transport=ws>\r\n");
  if (is_invite && status / 100 == 2)
    g_string_append (text, "Content-Type: application/sdp\r\nContent-Length: 12\r\n\r\n"
                           "v=0\r\ns=none\r\n");
  else
    g_string_append (text, "Content-Length: 0\r\n\r\n");
}

static GBytes *
make_instead (GBytes *frame, guint status)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (frame, &length);
  g_autoptr (SipMessage) response = sip_message_parse (data, length, NULL, NULL);
  g_autofree char *whole = g_strndup ((const char *)data, length);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  g_string_printf (text, "SIP/2.0 %u Instead\r\n", status);
  lines = g_strsplit (whole, "\r\n", -1);
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    if (is_kept (lines[i]))
      add_line (text, lines[i], status);
  add_what_belongs (text, response, status);
  return g_bytes_new (text->str, text->len);
}

static gboolean
is_response (GBytes *frame)
{
  gsize length;
  const char *data = g_bytes_get_data (frame, &length);

  return length > 8 && memcmp (data, "SIP/2.0 ", 8) == 0;
}

/* ---- The flow ---- */

/* It breaks, and by chance either end learns of it first. */
static void
break_link (Link *link)
{
  SimAgent *agent = link->agent;
  SimWorld *world = agent->world;
  gint64 late_us = world->now_us + sim_world_random (world, 0, LATE_US);

  link->is_deaf = link->is_mute = TRUE;
  switch (sim_world_random (world, 0, 2)) {
  case 0:
    sim_link_close (link, SIP_FLOW_CLOSE_LOST);
    return;
  case 1:
    sim_note (world, agent->name, "is cut off, here first");
    link->is_agent_end_open = FALSE;
    agent->link = NULL;
    sim_schedule (world, EVENT_CLOSED_AT_PROXY, link, late_us);
    sip_ua_flow_closed (agent->ua, SIP_FLOW_CLOSE_LOST, 0, world->now_us);
    sim_agent_pump (agent);
    return;
  default:
    sim_note (world, agent->name, "is cut off, there first");
    sim_schedule (world, EVENT_CLOSED_AT_PROXY, link, world->now_us);
    sim_schedule (world, EVENT_CLOSED_AT_AGENT, link, late_us)->why = SIP_FLOW_CLOSE_LOST;
    return;
  }
}

/* ---- Frames out of nowhere ---- */

#define MAX_SEEN 24

void
sim_seen_free (gpointer data)
{
  Seen *seen = data;

  g_bytes_unref (seen->frame);
  g_free (seen);
}

void
sim_world_remember (SimWorld *world, gboolean is_to_agent, GBytes *frame)
{
  Seen *seen = g_new0 (Seen, 1);

  seen->is_to_agent = is_to_agent;
  seen->frame = g_bytes_ref (frame);
  g_queue_push_tail (&world->seen, seen);
  if (world->seen.length > MAX_SEEN)
    sim_seen_free (g_queue_pop_head (&world->seen));
}

static GBytes *
turn_bytes_round (SimWorld *world, GBytes *frame)
{
  gsize length = g_bytes_get_size (frame);
  char *bytes = g_memdup2 (g_bytes_get_data (frame, NULL), length);

  for (gint64 n = sim_world_random (world, 0, 4); n > 0 && length > 0; n--) {
    char byte = (char)sim_world_random (world, 0, 255);

    bytes[sim_world_random (world, 0, (gint64)length - 1)] = byte;
  }
  return g_bytes_new_take (bytes, length);
}

void
sim_world_disturb (SimWorld *world)
{
  SimAgent *agent = g_ptr_array_index (
      world->agents, sim_world_random (world, 0, world->agents->len - 1));
  Link *link = agent->link;
  g_autoptr (GBytes) frame = NULL;
  const Seen *seen;

  if (world->seen.length == 0 || link == NULL || !link->is_agent_end_open ||
      !link->is_proxy_end_open)
    return;
  seen = g_queue_peek_nth (&world->seen,
                           (guint)sim_world_random (world, 0, world->seen.length - 1));
  world->is_spoiled = TRUE;
  frame = turn_bytes_round (world, seen->frame);
  sim_note_frame (world, link, seen->is_to_agent ? "!<" : "!>", frame);
  sim_world_give (world, link, seen->is_to_agent, frame);
}

/* ---- Where and when ---- */

static gboolean
is_planned_here (SimAgent *agent, gboolean counts)
{
  SimWorld *world = agent->world;
  const SimFault *fault = &world->fault;
  guint number = fault->kind == SIM_FAULT_REPLACED ? agent->n_responses : agent->n_frames;

  return fault->kind != SIM_FAULT_NONE && counts && world->struck_at_us == 0 &&
         g_ptr_array_index (world->agents, fault->agent) == agent && number == fault->at;
}

/* TRUE if the frame arrives all the same. */
static gboolean
strike (Link *link, gboolean is_to_agent, GBytes **frame)
{
  SimWorld *world = link->agent->world;
  g_autoptr (GBytes) old = NULL;

  world->struck_at_us = world->now_us;
  sim_note (world, link->agent->name, "fault %d", world->fault.kind);
  switch (world->fault.kind) {
  case SIM_FAULT_NONE:
    return TRUE;
  case SIM_FAULT_LOST:
    break_link (link);
    return FALSE;
  case SIM_FAULT_CUT: /* after this frame, before whatever else happens */
    sim_schedule (world, EVENT_BREAKS, link, world->now_us);
    return TRUE;
  case SIM_FAULT_FROZEN:
    sim_link_freeze (link);
    world->was_heard = !link->is_deaf;
    return is_to_agent ? !link->is_deaf : !link->is_mute;
  case SIM_FAULT_REPLACED:
    world->is_spoiled = TRUE;
    old = *frame;
    *frame = make_instead (old, world->fault.status);
    sim_note_frame (world, link, "!!", *frame);
    return TRUE;
  }
  g_assert_not_reached ();
}

void
sim_link_freeze (Link *link)
{
  SimWorld *world = link->agent->world;

  switch (sim_world_random (world, 0, 2)) {
  case 0:
    link->is_deaf = TRUE;
    break;
  case 1:
    link->is_mute = TRUE;
    break;
  default:
    link->is_deaf = link->is_mute = TRUE;
    break;
  }
  sim_note (world, link->agent->name, "is frozen:%s%s", link->is_deaf ? " deaf" : "",
            link->is_mute ? " mute" : "");
}

void
sim_link_break (Link *link)
{
  if (link->is_agent_end_open && !(link->is_deaf && link->is_mute))
    break_link (link);
}

gboolean
sim_fault_let_pass (Link *link, gboolean is_to_agent, GBytes **frame)
{
  SimAgent *agent = link->agent;
  gboolean counts = agent->link == link;
  gboolean is_reply = is_response (*frame);

  agent->n_frames += counts ? 1 : 0;
  agent->n_responses += counts && is_reply ? 1 : 0;
  if (counts && agent->n_frames == agent->cut_at_frame) {
    sim_link_close (link, SIP_FLOW_CLOSE_LOST);
    return FALSE;
  }
  if (is_planned_here (
          agent, counts && (is_reply || agent->world->fault.kind != SIM_FAULT_REPLACED)))
    return strike (link, is_to_agent, frame);
  return TRUE;
}
