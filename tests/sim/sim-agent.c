/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

#include <string.h>

#define WAIT_LIMIT_US (5 * 60 * G_TIME_SPAN_SECOND)

/* ---- What comes out of an agent ---- */

static void
sim_told_free (SimTold *told)
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
  told->fork = output->fork;
  told->digit = output->digit;
  told->duration_ms = output->duration_ms;
  told->end = output->end;
  told->registration = output->registration;
  told->retry_at_us = output->retry_at_us;
  told->close = output->close;
  g_queue_push_tail (&agent->told, told);
  sim_note (agent->world, agent->name,
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
  sim_schedule (world, is_reached ? EVENT_OPENED : EVENT_UNREACHED, link,
                sim_arrival (world, &link->to_proxy_us) + world->delay_low_us);
}

static void
close_agent_end (SimAgent *agent)
{
  Link *link = agent->link;

  if (link == NULL)
    return;
  link->is_agent_end_open = FALSE;
  agent->link = NULL;
  if (!link->is_mute)
    sim_schedule (agent->world, EVENT_CLOSED_AT_PROXY, link,
                  sim_arrival (agent->world, &link->to_proxy_us));
}

static void
send_to_proxy (SimAgent *agent, const SipOutput *output)
{
  SimWorld *world = agent->world;
  Link *link = agent->link;
  g_autoptr (GBytes) frame = g_bytes_new (output->frame, output->frame_len);

  g_assert (link != NULL && link->is_agent_end_open);
  sim_note_frame (world, link, "->", frame);
  if (output->frame_len > 4 && memcmp (output->frame, "ACK ", 4) == 0)
    agent->n_acks++;
  if (!link->is_mute)
    sim_schedule (world, EVENT_TO_PROXY, link, sim_arrival (world, &link->to_proxy_us))
        ->frame = g_steal_pointer (&frame);
}

static void
handle_output (SimAgent *agent, const SipOutput *output)
{
  SimWorld *world = agent->world;

  switch (output->type) {
  case SIP_OUTPUT_OPEN_FLOW:
    sim_note (world, agent->name, "opens");
    open_link (agent);
    return;
  case SIP_OUTPUT_CLOSE_FLOW:
    sim_note (world, agent->name, "closes");
    close_agent_end (agent);
    return;
  case SIP_OUTPUT_AVOID_SERVER: /* there is one exchange in this world */
  case SIP_OUTPUT_AVOID_NONE:
    g_assert_not_reached ();
  case SIP_OUTPUT_PING:
    if (agent->link != NULL && !agent->link->is_mute)
      sim_schedule (world, EVENT_PING, agent->link,
                    sim_arrival (world, &agent->link->to_proxy_us));
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
  case SIP_OUTPUT_REOFFER_WITHDRAWN:
  case SIP_OUTPUT_REANSWERED:
  case SIP_OUTPUT_REOFFER_DUE:
  case SIP_OUTPUT_DIGIT:
  case SIP_OUTPUT_DIGIT_SENT:
  case SIP_OUTPUT_TRANSFER:
  case SIP_OUTPUT_TRANSFER_ASKED:
  case SIP_OUTPUT_TRANSFER_WITHDRAWN:
  case SIP_OUTPUT_ENDED:
  case SIP_OUTPUT_STOPPED:
    keep_told (agent, output);
    sim_ledger_take (agent, output);
    sim_user_react (agent, output);
    return;
  }
  g_assert_not_reached ();
}

void
sim_agent_pump (SimAgent *agent)
{
  const SipOutput *output;

  while ((output = sip_ua_pop_output (agent->ua)) != NULL)
    handle_output (agent, output);
  sip_ua_check (agent->ua);
}

/* ---- Agents ---- */

void
sim_agent_free (SimAgent *agent)
{
  sip_ua_free (agent->ua);
  g_queue_clear_full (&agent->told, (GDestroyNotify)sim_told_free);
  g_clear_pointer (&agent->last, sim_told_free);
  g_ptr_array_unref (agent->calls);
  g_hash_table_unref (agent->pathed);
  g_free (agent->path);
  g_free (agent->user_name);
  g_free (agent->name);
  g_free (agent);
}

SimAgent *
sim_world_add_agent (SimWorld *world, const char *name)
{
  return sim_world_add_device (world, name, name);
}

SimAgent *
sim_world_add_device (SimWorld *world, const char *name, const char *user_name)
{
  SimAgent *agent = g_new0 (SimAgent, 1);
  SipProxyUser user = {.user = user_name, .password = "secret"};
  g_autofree char *aor = g_strdup_printf ("sip:%s@example.org", user_name);
  g_autofree char *instance = NULL;
  SipUaConfig config = {
      .aor = aor,
      .password = "secret",
      .random = sim_stream_fill,
      .random_data = &agent->stream,
  };

  agent->world = world;
  agent->name = g_strdup (name);
  agent->user_name = g_strdup (user_name);
  agent->user = SIM_USER_WAITS;
  agent->has_network = TRUE;
  agent->calls = g_ptr_array_new_with_free_func (g_free);
  agent->pathed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  agent->stream.state = sim_stream_next (&world->stream);
  instance =
      g_strdup_printf ("urn:uuid:00000000-0000-4000-8000-%012x", world->agents->len + 1);
  config.instance_id = instance;
  agent->ua = sip_ua_new (&config, world->now_us);
  g_queue_init (&agent->told);
  g_ptr_array_add (world->agents, agent);
  sip_proxy_add_user (world->proxy, &user);
  return agent;
}

void
sim_agent_set_edge (SimAgent *agent)
{
  agent->path = g_strdup_printf ("<sip:edge-of-%s@edge.invalid;lr>", agent->name);
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
  agent->is_wanted = TRUE;
  agent->wanted_at_us = agent->world->now_us;
  sip_ua_start (agent->ua, agent->world->now_us);
  sim_agent_pump (agent);
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
  agent->is_wanted = FALSE;
  sip_ua_stop (agent->ua, agent->world->now_us);
  sim_agent_pump (agent);
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
sim_agent_await (SimAgent *agent, SipOutputType type, gint64 us)
{
  SimWorld *world = agent->world;
  gint64 until_us = world->now_us + us;

  while (!find_told (agent, type))
    if (!sim_world_step (world, until_us))
      return NULL;
  do {
    g_clear_pointer (&agent->last, sim_told_free);
    agent->last = g_queue_pop_head (&agent->told);
  } while (agent->last->type != type);
  return agent->last;
}

const SimTold *
sim_agent_wait (SimAgent *agent, SipOutputType type)
{
  const SimTold *told = sim_agent_await (agent, type, WAIT_LIMIT_US);

  if (told == NULL)
    g_error ("%s never told %d:\n%s", agent->name, type, agent->world->transcript->str);
  return told;
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
    sim_link_close (agent->link, SIP_FLOW_CLOSE_LOST);
}

void
sim_agent_break (SimAgent *agent)
{
  if (agent->link != NULL)
    sim_link_break (agent->link);
}

void
sim_agent_change_network (SimAgent *agent)
{
  sip_ua_network_changed (agent->ua, agent->world->now_us);
  sim_agent_pump (agent);
}

void
sim_agent_freeze (SimAgent *agent)
{
  if (agent->link == NULL)
    return;
  sim_link_freeze (agent->link);
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

guint
sim_agent_get_n_responses (SimAgent *agent)
{
  return agent->n_responses;
}

SipRegistrationState
sim_agent_get_registration (const SimAgent *agent)
{
  return agent->registration;
}
