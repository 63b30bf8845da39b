/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-world.h"

/* The inside of the world, for sim-world.c (time, network, proxy), sim-agent.c (agents and
 * their users) and sim-run.c (scenarios). */

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

/* Chance: splitmix64. */
guint64 sim_stream_next (Stream *stream);
void sim_stream_fill (guint8 *buffer, gsize length, gpointer stream);

/* A line of the transcript. */
void sim_note (SimWorld *world, const char *who, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void sim_note_frame (SimWorld *world, const Link *link, const char *arrow, GBytes *frame);

Event *sim_schedule (SimWorld *world, EventKind kind, Link *link, gint64 due_us);
/* When something sent now arrives, and not before what was sent earlier. */
gint64 sim_arrival (SimWorld *world, gint64 *last_us);
/* FALSE when nothing more happens until then. */
gboolean sim_world_step (SimWorld *world, gint64 until_us);
void sim_link_close (Link *link, SipFlowClose why);

/* Takes what came out of an agent, and checks it. */
void sim_agent_pump (SimAgent *agent);
void sim_agent_free (SimAgent *agent);
