/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

#include <string.h>

/* ---- Chance: splitmix64 ---- */

guint64
sim_stream_next (Stream *stream)
{
  guint64 z = (stream->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void
sim_stream_fill (guint8 *buffer, gsize length, gpointer user_data)
{
  for (gsize i = 0; i < length; i++)
    buffer[i] = (guint8)sim_stream_next (user_data);
}

static void
proxy_fill (gpointer data, guint8 *bytes, gsize length)
{
  sim_stream_fill (bytes, length, data);
}

gint64
sim_world_random (SimWorld *world, gint64 low, gint64 high)
{
  return low + (gint64)(sim_stream_next (&world->stream) % (guint64)(high - low + 1));
}

/* ---- The transcript ---- */

void
sim_note (SimWorld *world, const char *who, const char *format, ...)
{
  gsize before = world->transcript->len;
  va_list args;

  g_string_append_printf (world->transcript, "%" G_GINT64_FORMAT " %s ", world->now_us,
                          who);
  va_start (args, format);
  g_string_append_vprintf (world->transcript, format, args);
  va_end (args);
  g_string_append_c (world->transcript, '\n');
  if (world->is_shown)
    g_printerr ("%s", world->transcript->str + before);
}

void
sim_note_frame (SimWorld *world, const Link *link, const char *arrow, GBytes *frame)
{
  gsize length;
  const char *data = g_bytes_get_data (frame, &length);

  sim_note (world, link->agent->name, "%s (%" G_GUINT64_FORMAT ") %.*s", arrow, link->id,
            (int)length, data);
}

/* ---- Events ---- */

static gint
compare_events (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Event *first = a;
  const Event *second = b;

  if (first->due_us != second->due_us)
    return first->due_us < second->due_us ? -1 : 1;
  return first->order < second->order ? -1 : 1;
}

static void
event_free (Event *event)
{
  g_clear_pointer (&event->frame, g_bytes_unref);
  g_free (event);
}

Event *
sim_schedule (SimWorld *world, EventKind kind, Link *link, gint64 due_us)
{
  Event *event = g_new0 (Event, 1);

  event->due_us = due_us;
  event->order = ++world->last_order;
  event->kind = kind;
  event->link = link;
  g_sequence_insert_sorted (world->events, event, compare_events, NULL);
  return event;
}

gint64
sim_arrival (SimWorld *world, gint64 *last_us)
{
  gint64 delay_us = sim_world_random (world, world->delay_low_us, world->delay_high_us);

  *last_us = MAX (*last_us, world->now_us + delay_us);
  return *last_us;
}

/* ---- What comes out of the proxy ---- */

static Link *
find_link (SimWorld *world, SipProxyConnection id)
{
  for (guint i = 0; i < world->links->len; i++) {
    Link *link = g_ptr_array_index (world->links, i);

    if (link->id == id)
      return link;
  }
  return NULL;
}

static SipFlowClose
get_why (guint16 code)
{
  if (code == 1013)
    return SIP_FLOW_CLOSE_OVERLOADED;
  return code == 1000 || code == 1001 ? SIP_FLOW_CLOSE_NORMAL : SIP_FLOW_CLOSE_POLICY;
}

static void
handle_proxy_output (SimWorld *world, const SipProxyOutput *output)
{
  Link *link = output->connection != 0 ? find_link (world, output->connection) : NULL;
  g_autoptr (GBytes) frame = NULL;

  switch (output->type) {
  case SIP_PROXY_OUTPUT_SEND:
    g_assert (link != NULL && link->is_proxy_end_open);
    frame = g_bytes_new (output->frame, output->frame_len);
    sim_note_frame (world, link, "<-", frame);
    if (!link->is_deaf)
      sim_schedule (world, EVENT_TO_AGENT, link, sim_arrival (world, &link->to_agent_us))
          ->frame = g_steal_pointer (&frame);
    return;
  case SIP_PROXY_OUTPUT_CLOSE:
    g_assert (link != NULL);
    link->is_proxy_end_open = FALSE;
    if (!link->is_deaf)
      sim_schedule (world, EVENT_CLOSED_AT_AGENT, link,
                    sim_arrival (world, &link->to_agent_us))
          ->why = get_why (output->close_code);
    return;
  case SIP_PROXY_OUTPUT_EVENT:
    return;
  }
  g_assert_not_reached ();
}

static void
pump_proxy (SimWorld *world)
{
  const SipProxyOutput *output;

  if (world->proxy == NULL)
    return;
  while ((output = sip_proxy_pop_output (world->proxy)) != NULL)
    handle_proxy_output (world, output);
  sip_proxy_check (world->proxy);
}

/* ---- One step ---- */

void
sim_link_close (Link *link, SipFlowClose why)
{
  SimAgent *agent = link->agent;
  SimWorld *world = agent->world;
  gboolean was_open = link->is_agent_end_open;

  link->is_agent_end_open = FALSE;
  if (was_open && agent->link == link)
    agent->link = NULL;
  if (link->is_proxy_end_open && world->proxy != NULL) {
    link->is_proxy_end_open = FALSE;
    sip_proxy_connection_closed (world->proxy, link->id, world->now_us);
    pump_proxy (world);
  }
  if (was_open) {
    sim_note (world, agent->name, "is cut off");
    sip_ua_flow_closed (agent->ua, why, 0, world->now_us);
    sim_agent_pump (agent);
  }
}

static void
handle_opened (SimWorld *world, Link *link)
{
  SimAgent *agent = link->agent;
  SipProxyPeer peer = {.host = "192.0.2.1", .port = (guint16)(1024 + link->id % 60000)};

  if (agent->link != link)
    return;
  if (world->proxy == NULL || !agent->has_network) {
    agent->link = NULL;
    sip_ua_flow_closed (agent->ua, SIP_FLOW_CLOSE_UNREACHED, 0, world->now_us);
    sim_agent_pump (agent);
    return;
  }
  sim_note (world, agent->name, "is connected");
  link->is_agent_end_open = link->is_proxy_end_open = TRUE;
  sip_proxy_connection_opened (world->proxy, link->id, &peer, world->now_us);
  pump_proxy (world);
  sip_ua_flow_opened (agent->ua, world->now_us);
  sim_agent_pump (agent);
}

void
sim_world_give (SimWorld *world, Link *link, gboolean is_to_agent, GBytes *frame)
{
  gsize length;
  const void *data = g_bytes_get_data (frame, &length);

  if (is_to_agent) {
    sip_ua_receive (link->agent->ua, data, length, world->now_us);
    sim_agent_pump (link->agent);
  } else {
    sip_proxy_receive (world->proxy, link->id, data, length, world->now_us);
    pump_proxy (world);
  }
}

static void
deliver (SimWorld *world, Link *link, gboolean is_to_agent, GBytes **frame)
{
  SimAgent *agent = link->agent;
  gboolean is_open = is_to_agent ? link->is_agent_end_open && !link->is_deaf
                                 : link->is_proxy_end_open && !link->is_mute;
  guint n_acks = agent->n_acks;
  GBytes *sent = NULL;

  if (!is_open)
    return;
  if (is_to_agent)
    sim_edge_pass_to_agent (agent, frame);
  else
    sim_edge_pass_to_proxy (agent, frame);
  sent = *frame;
  if (!sim_fault_let_pass (link, is_to_agent, frame))
    return;
  sim_world_remember (world, is_to_agent, *frame);
  sim_world_give (world, link, is_to_agent, *frame);
  if (is_to_agent && *frame == sent)
    sim_ledger_check_ack (agent, sent, n_acks);
}

/* Nothing overtakes anything on one flow; between flows it does. */
static void
note_arrival (SimWorld *world, Event *event)
{
  Link *link = event->link;
  guint64 *last =
      event->kind == EVENT_TO_AGENT ? &link->last_to_agent : &link->last_to_proxy;

  g_assert (event->order > *last);
  *last = event->order;
  world->n_overtaken += event->order < world->last_arrived;
  world->last_arrived = MAX (world->last_arrived, event->order);
}

static void
handle_event (SimWorld *world, Event *event)
{
  Link *link = event->link;

  switch (event->kind) {
  case EVENT_OPENED:
    handle_opened (world, link);
    return;
  case EVENT_UNREACHED:
    if (link->agent->link != link)
      return;
    link->agent->link = NULL;
    sip_ua_flow_closed (link->agent->ua, SIP_FLOW_CLOSE_UNREACHED, 0, world->now_us);
    sim_agent_pump (link->agent);
    return;
  case EVENT_TO_PROXY:
    note_arrival (world, event);
    deliver (world, link, FALSE, &event->frame);
    return;
  case EVENT_TO_AGENT:
    note_arrival (world, event);
    deliver (world, link, TRUE, &event->frame);
    return;
  case EVENT_PING:
    if (link->is_mute || !link->is_proxy_end_open)
      return;
    sip_proxy_heard (world->proxy, link->id, world->now_us);
    pump_proxy (world);
    sim_schedule (world, EVENT_PONG, link, sim_arrival (world, &link->to_agent_us));
    return;
  case EVENT_PONG:
    if (link->is_deaf || !link->is_agent_end_open)
      return;
    sip_ua_pong (link->agent->ua, world->now_us);
    sim_agent_pump (link->agent);
    return;
  case EVENT_CLOSED_AT_PROXY:
    if (!link->is_proxy_end_open || world->proxy == NULL)
      return;
    link->is_proxy_end_open = FALSE;
    sip_proxy_connection_closed (world->proxy, link->id, world->now_us);
    pump_proxy (world);
    return;
  case EVENT_CLOSED_AT_AGENT:
    sim_link_close (link, event->why);
    return;
  case EVENT_BREAKS:
    sim_link_break (link);
    return;
  }
  g_assert_not_reached ();
}

static gint64
get_next_us (SimWorld *world)
{
  gint64 next_us = G_MAXINT64;
  GSequenceIter *first = g_sequence_get_begin_iter (world->events);

  if (!g_sequence_iter_is_end (first))
    next_us = ((Event *)g_sequence_get (first))->due_us;
  if (world->proxy != NULL)
    next_us = MIN (next_us, sip_proxy_get_deadline (world->proxy));
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    next_us = MIN (next_us, sip_ua_get_deadline (agent->ua));
  }
  return next_us;
}

/* The first thing that is due at this moment; frames before timers. */
static void
do_step (SimWorld *world)
{
  GSequenceIter *first = g_sequence_get_begin_iter (world->events);

  if (!g_sequence_iter_is_end (first) &&
      ((Event *)g_sequence_get (first))->due_us <= world->now_us) {
    Event *event = g_sequence_get (first);

    g_sequence_remove (first);
    handle_event (world, event);
    event_free (event);
    return;
  }
  if (world->proxy != NULL && sip_proxy_get_deadline (world->proxy) <= world->now_us) {
    sip_proxy_tick (world->proxy, world->now_us);
    pump_proxy (world);
    return;
  }
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    if (sip_ua_get_deadline (agent->ua) > world->now_us)
      continue;
    sip_ua_tick (agent->ua, world->now_us);
    sim_agent_pump (agent);
    return;
  }
}

/* FALSE when nothing more happens until then. */
gboolean
sim_world_step (SimWorld *world, gint64 until_us)
{
  gint64 next_us = get_next_us (world);

  if (next_us > until_us) {
    world->now_us = until_us;
    return FALSE;
  }
  world->now_us = MAX (world->now_us, next_us);
  do_step (world);
  return TRUE;
}

void
sim_world_run (SimWorld *world, gint64 us)
{
  gint64 until_us = world->now_us + us;

  while (sim_world_step (world, until_us))
    ;
}

/* ---- The world ---- */

void
sim_world_start_exchange (SimWorld *world)
{
  g_assert (world->proxy == NULL);
  world->proxy = sip_proxy_new (&world->proxy_config, world->now_us);
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);
    SipProxyUser user = {.user = agent->user_name, .password = "secret"};

    sip_proxy_add_user (world->proxy, &user);
  }
}

SimWorld *
sim_world_new (guint64 seed)
{
  SimWorld *world = g_new0 (SimWorld, 1);

  world->now_us = 1000 * G_TIME_SPAN_SECOND;
  world->delay_low_us = 1 * G_TIME_SPAN_MILLISECOND;
  world->delay_high_us = 40 * G_TIME_SPAN_MILLISECOND;
  world->stream.state = seed;
  world->proxy_stream.state = seed ^ G_GUINT64_CONSTANT (0x5bd1e995);
  world->agents = g_ptr_array_new ();
  world->links = g_ptr_array_new_with_free_func (g_free);
  world->events = g_sequence_new (NULL);
  g_queue_init (&world->seen);
  world->transcript = g_string_new (NULL);
  world->proxy_random = (SipRandom){.fill = proxy_fill, .data = &world->proxy_stream};
  world->proxy_config = (SipProxyConfig){.domain = "example.org", .server = "sim"};
  world->proxy_config.random = world->proxy_random;
  world->proxy_config.unknown_idle_s = 30; /* as the exchange has them */
  world->proxy_config.silence_s = 60;
  memset (world->proxy_config.key, 7, sizeof world->proxy_config.key);
  sim_world_start_exchange (world);
  return world;
}

static void
free_event (gpointer event, gpointer user_data)
{
  event_free (event);
}

void
sim_world_free (SimWorld *world)
{
  for (guint i = 0; i < world->agents->len; i++)
    sim_agent_free (g_ptr_array_index (world->agents, i));
  g_ptr_array_unref (world->agents);
  g_clear_pointer (&world->proxy, sip_proxy_free);
  g_sequence_foreach (world->events, free_event, NULL);
  g_sequence_free (world->events);
  g_queue_clear_full (&world->seen, sim_seen_free);
  g_ptr_array_unref (world->links);
  g_string_free (world->transcript, TRUE);
  g_free (world);
}

gint64
sim_world_now (const SimWorld *world)
{
  return world->now_us;
}

const char *
sim_world_get_transcript (const SimWorld *world)
{
  return world->transcript->str;
}

void
sim_world_set_delay (SimWorld *world, gint64 low_us, gint64 high_us)
{
  world->delay_low_us = low_us;
  world->delay_high_us = high_us;
}

guint
sim_world_get_n_overtaken (const SimWorld *world)
{
  return world->n_overtaken;
}

void
sim_world_stop_exchange (SimWorld *world)
{
  guint n_links = world->links->len;

  sim_note (world, "exchange", "stops");
  g_clear_pointer (&world->proxy, sip_proxy_free);
  for (guint i = 0; i < n_links; i++) { /* not those that are opened meanwhile */
    Link *link = g_ptr_array_index (world->links, i);

    link->is_proxy_end_open = FALSE;
    sim_link_close (link, SIP_FLOW_CLOSE_LOST);
  }
}

gboolean
sim_world_has_exchange (const SimWorld *world)
{
  return world->proxy != NULL;
}

guint
sim_world_count_bindings (SimWorld *world)
{
  return sip_proxy_get_n_bindings (world->proxy);
}

guint
sim_world_count_proxy_transactions (SimWorld *world)
{
  return sip_proxy_get_n_transactions (world->proxy);
}

guint
sim_world_get_n_agents (const SimWorld *world)
{
  return world->agents->len;
}

SimAgent *
sim_world_get_agent (const SimWorld *world, guint number)
{
  return g_ptr_array_index (world->agents, number);
}
