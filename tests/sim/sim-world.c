/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sip-text.h"

#define WAIT_LIMIT_US (5 * 60 * G_TIME_SPAN_SECOND)
#define OFFER "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=offer of %s\r\n"
#define ANSWER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\ns=answer of %s\r\n"

/* One flow between an agent and the proxy. Each end learns of its end by itself. */
typedef struct {
  SipProxyConnection id;
  SimAgent *agent;
  gboolean is_agent_end_open;
  gboolean is_proxy_end_open;
  gboolean is_frozen;
  gint64 to_agent_us; /* when the last frame on its way arrives: nothing overtakes it */
  gint64 to_proxy_us;
} Link;

typedef enum {
  EVENT_OPENED,
  EVENT_UNREACHED,
  EVENT_TO_PROXY,
  EVENT_TO_AGENT,
  EVENT_PING, /* at the proxy; the pong goes back */
  EVENT_PONG,
  EVENT_CLOSED_AT_PROXY,
  EVENT_CLOSED_AT_AGENT,
} EventKind;

typedef struct {
  gint64 due_us;
  guint64 order;
  EventKind kind;
  Link *link;
  GBytes *frame;
  SipFlowClose why;
} Event;

typedef struct {
  guint64 state;
} Stream;

struct _SimAgent {
  SimWorld *world;
  char *name;
  SipUa *ua;
  Stream stream;
  SimUser user;
  Link *link; /* the one it uses, or NULL */
  gboolean has_network;
  GQueue told;   /* of SimTold, not yet looked at */
  SimTold *last; /* what wait returned */
  guint n_frames;
  guint cut_at_frame;
};

struct _SimWorld {
  gint64 now_us;
  gint64 delay_low_us;
  gint64 delay_high_us;
  Stream stream;
  Stream proxy_stream;
  guint64 last_order;
  SipProxyConnection last_connection;
  SipProxy *proxy; /* NULL while the exchange is stopped */
  SipProxyConfig proxy_config;
  SipRandom proxy_random;
  GPtrArray *agents;
  GPtrArray *links;
  GSequence *events;
  GString *transcript;
  gboolean is_shown; /* on standard error, as it grows */
};

/* ---- Chance: splitmix64 ---- */

static guint64
stream_next (Stream *stream)
{
  guint64 z = (stream->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static void
stream_fill (guint8 *buffer, gsize length, gpointer user_data)
{
  for (gsize i = 0; i < length; i++)
    buffer[i] = (guint8)stream_next (user_data);
}

static void
proxy_fill (gpointer data, guint8 *bytes, gsize length)
{
  stream_fill (bytes, length, data);
}

gint64
sim_world_random (SimWorld *world, gint64 low, gint64 high)
{
  return low + (gint64)(stream_next (&world->stream) % (guint64)(high - low + 1));
}

/* ---- The transcript ---- */

static void note (SimWorld *world, const char *who, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
note (SimWorld *world, const char *who, const char *format, ...)
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

static void
note_frame (SimWorld *world, const Link *link, const char *arrow, GBytes *frame)
{
  gsize length;
  const char *data = g_bytes_get_data (frame, &length);

  note (world, link->agent->name, "%s (%" G_GUINT64_FORMAT ") %.*s", arrow, link->id,
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

static Event *
schedule (SimWorld *world, EventKind kind, Link *link, gint64 due_us)
{
  Event *event = g_new0 (Event, 1);

  event->due_us = due_us;
  event->order = ++world->last_order;
  event->kind = kind;
  event->link = link;
  g_sequence_insert_sorted (world->events, event, compare_events, NULL);
  return event;
}

static gint64
arrival (SimWorld *world, gint64 *last_us)
{
  gint64 delay_us = sim_world_random (world, world->delay_low_us, world->delay_high_us);

  *last_us = MAX (*last_us, world->now_us + delay_us);
  return *last_us;
}

/* ---- What comes out of an agent ---- */

static void
told_free (SimTold *told)
{
  g_free (told->body);
  g_free (told->reason);
  g_free (told);
}

static void
keep_told (SimAgent *agent, const SipOutput *output)
{
  SimTold *told = g_new0 (SimTold, 1);

  told->at_us = agent->world->now_us;
  told->type = output->type;
  told->session = output->session;
  told->body = g_strdup (output->body);
  told->reason = g_strdup (output->reason);
  told->status = output->status;
  told->end = output->end;
  told->registration = output->registration;
  told->retry_at_us = output->retry_at_us;
  told->close = output->close;
  g_queue_push_tail (&agent->told, told);
  note (agent->world, agent->name,
        "tells %d call %" G_GUINT64_FORMAT " status %u end %d registration %d",
        told->type, told->session, told->status, told->end, told->registration);
}

static void
open_link (SimAgent *agent)
{
  SimWorld *world = agent->world;
  Link *link = g_new0 (Link, 1);
  gboolean is_reached = agent->has_network && world->proxy != NULL;

  link->id = ++world->last_connection;
  link->agent = agent;
  g_ptr_array_add (world->links, link);
  agent->link = link;
  schedule (world, is_reached ? EVENT_OPENED : EVENT_UNREACHED, link,
            arrival (world, &link->to_proxy_us) + world->delay_low_us);
}

static void
close_agent_end (SimAgent *agent)
{
  Link *link = agent->link;

  if (link == NULL)
    return;
  link->is_agent_end_open = FALSE;
  agent->link = NULL;
  if (!link->is_frozen)
    schedule (agent->world, EVENT_CLOSED_AT_PROXY, link,
              arrival (agent->world, &link->to_proxy_us));
}

static void
send_to_proxy (SimAgent *agent, const SipOutput *output)
{
  SimWorld *world = agent->world;
  Link *link = agent->link;
  g_autoptr (GBytes) frame = g_bytes_new (output->frame, output->frame_len);

  g_assert (link != NULL && link->is_agent_end_open);
  note_frame (world, link, "->", frame);
  if (!link->is_frozen)
    schedule (world, EVENT_TO_PROXY, link, arrival (world, &link->to_proxy_us))->frame =
        g_steal_pointer (&frame);
}

static void
act_as_user (SimAgent *agent, const SipOutput *output)
{
  gint64 now_us = agent->world->now_us;
  SipSessionId call = output->session;

  if (output->type == SIP_OUTPUT_INCOMING && agent->user == SIM_USER_ANSWERS)
    sim_agent_answer (agent, call);
  else if (output->type == SIP_OUTPUT_INCOMING && agent->user == SIM_USER_REJECTS)
    sip_ua_reject (agent->ua, call, 486, now_us, NULL);
}

static void
handle_output (SimAgent *agent, const SipOutput *output)
{
  SimWorld *world = agent->world;

  switch (output->type) {
  case SIP_OUTPUT_OPEN_FLOW:
    note (world, agent->name, "opens");
    open_link (agent);
    return;
  case SIP_OUTPUT_CLOSE_FLOW:
    note (world, agent->name, "closes");
    close_agent_end (agent);
    return;
  case SIP_OUTPUT_PING:
    if (agent->link != NULL && !agent->link->is_frozen)
      schedule (world, EVENT_PING, agent->link,
                arrival (world, &agent->link->to_proxy_us));
    return;
  case SIP_OUTPUT_SEND:
    send_to_proxy (agent, output);
    return;
  case SIP_OUTPUT_REGISTRATION:
  case SIP_OUTPUT_INCOMING:
  case SIP_OUTPUT_PROGRESS:
  case SIP_OUTPUT_ANSWERED:
  case SIP_OUTPUT_CONFIRMED:
  case SIP_OUTPUT_REOFFER:
  case SIP_OUTPUT_OFFER_ASKED:
  case SIP_OUTPUT_REANSWERED:
  case SIP_OUTPUT_ENDED:
  case SIP_OUTPUT_STOPPED:
    keep_told (agent, output);
    act_as_user (agent, output);
    return;
  }
  g_assert_not_reached ();
}

static void
pump_agent (SimAgent *agent)
{
  const SipOutput *output;

  sip_ua_check (agent->ua);
  while ((output = sip_ua_pop_output (agent->ua)) != NULL)
    handle_output (agent, output);
  sip_ua_check (agent->ua);
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
    note_frame (world, link, "<-", frame);
    if (!link->is_frozen)
      schedule (world, EVENT_TO_AGENT, link, arrival (world, &link->to_agent_us))->frame =
          g_steal_pointer (&frame);
    return;
  case SIP_PROXY_OUTPUT_CLOSE:
    g_assert (link != NULL);
    link->is_proxy_end_open = FALSE;
    if (!link->is_frozen)
      schedule (world, EVENT_CLOSED_AT_AGENT, link, arrival (world, &link->to_agent_us))
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
  sip_proxy_check (world->proxy);
  while ((output = sip_proxy_pop_output (world->proxy)) != NULL)
    handle_proxy_output (world, output);
  sip_proxy_check (world->proxy);
}

/* ---- One step ---- */

static void
close_both_ends (Link *link, SipFlowClose why)
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
    note (world, agent->name, "is cut off");
    sip_ua_flow_closed (agent->ua, why, 0, world->now_us);
    pump_agent (agent);
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
    pump_agent (agent);
    return;
  }
  note (world, agent->name, "is connected");
  link->is_agent_end_open = link->is_proxy_end_open = TRUE;
  sip_proxy_connection_opened (world->proxy, link->id, &peer, world->now_us);
  pump_proxy (world);
  sip_ua_flow_opened (agent->ua, world->now_us);
  pump_agent (agent);
}

/* TRUE if this frame is where the flow is to be cut. */
static gboolean
is_cut_here (Link *link)
{
  SimAgent *agent = link->agent;

  if (agent->link != link || ++agent->n_frames != agent->cut_at_frame)
    return FALSE;
  close_both_ends (link, SIP_FLOW_CLOSE_LOST);
  return TRUE;
}

static void
deliver_to_proxy (SimWorld *world, Link *link, GBytes *frame)
{
  gsize length;
  const void *data = g_bytes_get_data (frame, &length);

  if (link->is_frozen || !link->is_proxy_end_open || is_cut_here (link))
    return;
  sip_proxy_receive (world->proxy, link->id, data, length, world->now_us);
  pump_proxy (world);
}

static void
deliver_to_agent (SimWorld *world, Link *link, GBytes *frame)
{
  gsize length;
  const void *data = g_bytes_get_data (frame, &length);

  if (link->is_frozen || !link->is_agent_end_open || is_cut_here (link))
    return;
  sip_ua_receive (link->agent->ua, data, length, world->now_us);
  pump_agent (link->agent);
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
    pump_agent (link->agent);
    return;
  case EVENT_TO_PROXY:
    deliver_to_proxy (world, link, event->frame);
    return;
  case EVENT_TO_AGENT:
    deliver_to_agent (world, link, event->frame);
    return;
  case EVENT_PING:
    if (link->is_frozen || !link->is_proxy_end_open)
      return;
    sip_proxy_heard (world->proxy, link->id, world->now_us);
    pump_proxy (world);
    schedule (world, EVENT_PONG, link, arrival (world, &link->to_agent_us));
    return;
  case EVENT_PONG:
    if (link->is_frozen || !link->is_agent_end_open)
      return;
    sip_ua_pong (link->agent->ua, world->now_us);
    pump_agent (link->agent);
    return;
  case EVENT_CLOSED_AT_PROXY:
    if (!link->is_proxy_end_open || world->proxy == NULL)
      return;
    link->is_proxy_end_open = FALSE;
    sip_proxy_connection_closed (world->proxy, link->id, world->now_us);
    pump_proxy (world);
    return;
  case EVENT_CLOSED_AT_AGENT:
    close_both_ends (link, event->why);
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
    pump_agent (agent);
    return;
  }
}

/* FALSE when nothing more happens until then. */
static gboolean
step_until (SimWorld *world, gint64 until_us)
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

  while (step_until (world, until_us))
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
    SipProxyUser user = {.user = agent->name, .password = "secret"};

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
  world->transcript = g_string_new (NULL);
  world->proxy_random = (SipRandom){.fill = proxy_fill, .data = &world->proxy_stream};
  world->proxy_config = (SipProxyConfig){.domain = "example.org", .server = "sim"};
  world->proxy_config.random = world->proxy_random;
  memset (world->proxy_config.key, 7, sizeof world->proxy_config.key);
  sim_world_start_exchange (world);
  return world;
}

static void
free_event (gpointer event, gpointer user_data)
{
  event_free (event);
}

static void
agent_free (SimAgent *agent)
{
  sip_ua_free (agent->ua);
  g_queue_clear_full (&agent->told, (GDestroyNotify)told_free);
  g_clear_pointer (&agent->last, told_free);
  g_free (agent->name);
  g_free (agent);
}

void
sim_world_free (SimWorld *world)
{
  for (guint i = 0; i < world->agents->len; i++)
    agent_free (g_ptr_array_index (world->agents, i));
  g_ptr_array_unref (world->agents);
  g_clear_pointer (&world->proxy, sip_proxy_free);
  g_sequence_foreach (world->events, free_event, NULL);
  g_sequence_free (world->events);
  g_ptr_array_unref (world->links);
  g_string_free (world->transcript, TRUE);
  g_free (world);
}

gint64
sim_world_now (const SimWorld *world)
{
  return world->now_us;
}

char *
sim_world_dup_digest (const SimWorld *world)
{
  return g_compute_checksum_for_data (
      G_CHECKSUM_SHA256, (const guint8 *)world->transcript->str, world->transcript->len);
}

void
sim_world_set_delay (SimWorld *world, gint64 low_us, gint64 high_us)
{
  world->delay_low_us = low_us;
  world->delay_high_us = high_us;
}

void
sim_world_stop_exchange (SimWorld *world)
{
  guint n_links = world->links->len;

  note (world, "exchange", "stops");
  g_clear_pointer (&world->proxy, sip_proxy_free);
  for (guint i = 0; i < n_links; i++) { /* not those that are opened meanwhile */
    Link *link = g_ptr_array_index (world->links, i);

    link->is_proxy_end_open = FALSE;
    close_both_ends (link, SIP_FLOW_CLOSE_LOST);
  }
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

/* ---- Agents ---- */

SimAgent *
sim_world_add_agent (SimWorld *world, const char *name)
{
  SimAgent *agent = g_new0 (SimAgent, 1);
  SipProxyUser user = {.user = name, .password = "secret"};
  g_autofree char *aor = g_strdup_printf ("sip:%s@example.org", name);
  g_autofree char *instance = NULL;
  SipUaConfig config = {
      .aor = aor,
      .password = "secret",
      .random = stream_fill,
      .random_data = &agent->stream,
  };

  agent->world = world;
  agent->name = g_strdup (name);
  agent->has_network = TRUE;
  agent->stream.state = stream_next (&world->stream);
  instance =
      g_strdup_printf ("urn:uuid:00000000-0000-4000-8000-%012x", world->agents->len + 1);
  config.instance_id = instance;
  agent->ua = sip_ua_new (&config, world->now_us);
  g_queue_init (&agent->told);
  g_ptr_array_add (world->agents, agent);
  sip_proxy_add_user (world->proxy, &user);
  return agent;
}

SipUa *
sim_agent_get_ua (SimAgent *agent)
{
  return agent->ua;
}

void
sim_agent_set_user (SimAgent *agent, SimUser user)
{
  agent->user = user;
}

void
sim_agent_start (SimAgent *agent)
{
  sip_ua_start (agent->ua, agent->world->now_us);
  pump_agent (agent);
}

void
sim_agent_register (SimAgent *agent)
{
  sim_agent_start (agent);
  sim_agent_wait_registration (agent, SIP_REGISTRATION_REGISTERED);
}

void
sim_agent_stop (SimAgent *agent)
{
  sip_ua_stop (agent->ua, agent->world->now_us);
  pump_agent (agent);
}

SipSessionId
sim_agent_call (SimAgent *agent, SimAgent *whom)
{
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.org", whom->name);
  g_autofree char *offer = g_strdup_printf (OFFER, agent->name);
  g_autoptr (GError) error = NULL;
  SipSessionId call;

  call = sip_ua_invite (agent->ua, uri, offer, agent->world->now_us, &error);
  g_assert_no_error (error);
  pump_agent (agent);
  return call;
}

void
sim_agent_answer (SimAgent *agent, SipSessionId call)
{
  g_autofree char *answer = g_strdup_printf (ANSWER, agent->name);
  g_autoptr (GError) error = NULL;

  sip_ua_answer (agent->ua, call, answer, agent->world->now_us, &error);
  g_assert_no_error (error);
  pump_agent (agent);
}

void
sim_agent_reject (SimAgent *agent, SipSessionId call, guint status)
{
  g_autoptr (GError) error = NULL;

  sip_ua_reject (agent->ua, call, status, agent->world->now_us, &error);
  g_assert_no_error (error);
  pump_agent (agent);
}

gboolean
sim_agent_hang_up (SimAgent *agent, SipSessionId call)
{
  gboolean is_done = sip_ua_hang_up (agent->ua, call, NULL, agent->world->now_us, NULL);

  pump_agent (agent);
  return is_done;
}

static gboolean
find_told (SimAgent *agent, SipOutputType type)
{
  for (GList *l = agent->told.head; l != NULL; l = l->next)
    if (((SimTold *)l->data)->type == type)
      return TRUE;
  return FALSE;
}

const SimTold *
sim_agent_wait (SimAgent *agent, SipOutputType type)
{
  SimWorld *world = agent->world;
  gint64 until_us = world->now_us + WAIT_LIMIT_US;

  while (!find_told (agent, type))
    if (!step_until (world, until_us))
      g_error ("%s never told %d:\n%s", agent->name, type, world->transcript->str);
  do {
    g_clear_pointer (&agent->last, told_free);
    agent->last = g_queue_pop_head (&agent->told);
  } while (agent->last->type != type);
  return agent->last;
}

const SimTold *
sim_agent_wait_registration (SimAgent *agent, SipRegistrationState state)
{
  const SimTold *told;

  do
    told = sim_agent_wait (agent, SIP_OUTPUT_REGISTRATION);
  while (told->registration != state);
  return told;
}

gboolean
sim_agent_has_told (SimAgent *agent, SipOutputType type)
{
  return find_told (agent, type);
}

void
sim_agent_expect_end (SimAgent *agent, SipSessionId call, SipEnd end)
{
  const SimTold *told = sim_agent_wait (agent, SIP_OUTPUT_ENDED);

  g_assert_cmpuint (told->session, ==, call);
  g_assert_cmpint (told->end, ==, end);
}

gboolean
sim_agent_is_quiet (SimAgent *agent)
{
  return sip_ua_get_n_calls (agent->ua) == 0;
}

/* ---- Faults ---- */

void
sim_agent_cut (SimAgent *agent)
{
  if (agent->link != NULL)
    close_both_ends (agent->link, SIP_FLOW_CLOSE_LOST);
}

void
sim_agent_freeze (SimAgent *agent)
{
  g_assert (agent->link != NULL);
  note (agent->world, agent->name, "is frozen");
  agent->link->is_frozen = TRUE;
}

void
sim_agent_set_network (SimAgent *agent, gboolean is_up)
{
  agent->has_network = is_up;
  if (!is_up)
    sim_agent_cut (agent);
}

void
sim_agent_cut_at_frame (SimAgent *agent, guint number)
{
  agent->n_frames = 0;
  agent->cut_at_frame = number;
}

guint
sim_agent_get_n_frames (SimAgent *agent)
{
  return agent->n_frames;
}

/* ---- Running scenarios ---- */

static char replay_line[256];

/* What a failed assertion ends in; only what is safe in a signal handler. */
static void
on_abort (int number)
{
  ssize_t written = write (STDERR_FILENO, replay_line, strlen (replay_line));

  signal (SIGABRT, SIG_DFL);
  if (written >= 0)
    raise (SIGABRT);
}

typedef struct {
  SimScenario scenario;
  guint n_seeds;
} Case;

static char *
run_once (SimScenario scenario, guint64 seed, gboolean is_shown)
{
  g_autoptr (SimWorld) world = sim_world_new (seed);

  world->is_shown = is_shown;
  scenario (world);
  return sim_world_dup_digest (world);
}

static void
run_seed (const Case *test_case, guint64 seed, gboolean is_shown)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_snprintf (replay_line, sizeof replay_line,
              "\nreplay with: PHONE_SIM_SEED=%" G_GUINT64_FORMAT " %s -p %s\n", seed,
              g_get_prgname (), g_test_get_path ());
  first = run_once (test_case->scenario, seed, is_shown);
  second = run_once (test_case->scenario, seed, FALSE);
  g_assert_cmpstr (first, ==, second);
}

static void
run_case (gconstpointer data)
{
  const Case *test_case = data;
  const char *only = g_getenv ("PHONE_SIM_SEED");

  signal (SIGABRT, on_abort);
  if (only != NULL) {
    run_seed (test_case, g_ascii_strtoull (only, NULL, 10), TRUE);
    return;
  }
  for (guint64 seed = 1; seed <= test_case->n_seeds; seed++)
    run_seed (test_case, seed, FALSE);
}

void
sim_add_scenario (const char *path, SimScenario scenario, guint n_seeds)
{
  Case *test_case = g_new0 (Case, 1);

  test_case->scenario = scenario;
  test_case->n_seeds = n_seeds;
  g_test_add_data_func_full (path, test_case, run_case, g_free);
}
