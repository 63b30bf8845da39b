/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-world.h"

#include "sip-ua-private.h"

/* The inside of the world, for sim-world.c (time, network, proxy), sim-edge.c (the edge
 * before some agents), sim-agent.c (agents and what they are told), sim-user.c (who sits
 * in front of them), sim-ledger.c (what must be true of every call), sim-fault.c (what goes
 * wrong) and sim-run.c (scenarios). */

/* One flow between an agent and the proxy. Each end learns of its end by itself. */
typedef struct {
  SipProxyConnection id;
  SimAgent *agent;
  gboolean is_agent_end_open;
  gboolean is_proxy_end_open;
  gboolean is_deaf;   /* nothing arrives at the agent any more, and nobody is told */
  gboolean is_mute;   /* the same at the proxy */
  gint64 to_agent_us; /* when the last frame on its way arrives: nothing overtakes it */
  gint64 to_proxy_us;
  guint64 last_to_agent; /* order of the last frame that arrived, by when it was sent */
  guint64 last_to_proxy;
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
  EVENT_BREAKS, /* see sim_link_break() */
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

typedef struct {
  gboolean is_to_agent;
  GBytes *frame;
} Seen;

/* What an agent's user knows of one call. */
typedef struct {
  SipSessionId id;
  gboolean is_incoming;
  gboolean is_offerless;      /* our INVITE had no offer: the answer is ours to give */
  gboolean is_answered;       /* ANSWERED was told, or the user answered */
  gboolean is_confirmed;      /* CONFIRMED was told */
  gboolean is_asked;          /* REOFFER or OFFER_ASKED waits for the user */
  gboolean is_offer_due;      /* REOFFER_DUE may be told */
  gboolean is_transferring;   /* the last word of ours is not told */
  gboolean is_transfer_asked; /* the user has not answered theirs */
  gboolean is_ended;
} SimCall;

struct _SimAgent {
  SimWorld *world;
  char *name;
  char *user_name;    /* of its address of record */
  char *path;         /* of the edge it is behind; NULL: none */
  GHashTable *pathed; /* branches of requests that came that way */
  SipUa *ua;
  Stream stream;
  SimUser user;
  Link *link; /* the one it uses, or NULL */
  gboolean has_network;
  gboolean is_wanted;  /* started, and not stopped since */
  gint64 wanted_at_us; /* when it was started the last time */
  SipRegistrationState registration;
  GPtrArray *calls; /* of SimCall, oldest first */
  GQueue told;      /* of SimTold, not yet looked at */
  SimTold *last;    /* what wait returned */
  guint n_frames;
  guint n_responses;
  guint n_acks;
  guint cut_at_frame;
};

struct _SimWorld {
  gint64 now_us;
  gint64 delay_low_us;
  gint64 delay_high_us;
  Stream stream;
  Stream proxy_stream;
  guint64 last_order;
  guint64 last_arrived; /* the highest order of a frame that arrived */
  guint n_overtaken;
  SipProxyConnection last_connection;
  SipProxy *proxy; /* NULL while the exchange is stopped */
  SipProxyConfig proxy_config;
  SipRandom proxy_random;
  GPtrArray *agents;
  GPtrArray *links;
  GSequence *events;
  GString *transcript;
  gboolean is_shown;   /* on standard error, as it grows */
  GQueue seen;         /* of Seen: the last frames that arrived */
  gboolean is_spoiled; /* somebody was told something untrue */
  gboolean is_planned; /* one fault at the most, and it is in the plan */
  SimFault fault;      /* the one that is planned */
  gboolean was_heard;  /* FROZEN: the agent is mute, but not deaf */
  gint64 struck_at_us; /* 0: not yet */
  gint64 recovery_us;  /* until the agent it struck was registered again; 0: not yet */
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
/* What its user does about an output without being asked (sim-user.c). */
void sim_user_react (SimAgent *agent, const SipOutput *output);

/* Holds an output against what was told before (sim-ledger.c). */
void sim_ledger_take (SimAgent *agent, const SipOutput *output);
void sim_ledger_check_ack (SimAgent *agent, GBytes *frame, guint n_acks_before);
void sim_ledger_add (SimAgent *agent, SipSessionId call, gboolean is_incoming);
SimCall *sim_ledger_find (SimAgent *agent, SipSessionId call);

/* A frame arrives, and may be replaced by what the edge makes of it (sim-edge.c). */
void sim_edge_pass_to_proxy (const SimAgent *agent, GBytes **frame);
void sim_edge_pass_to_agent (SimAgent *agent, GBytes **frame);

/* A frame is about to arrive over @link (sim-fault.c). FALSE: it does not. *frame may be
 * replaced by another. */
gboolean sim_fault_let_pass (Link *link, gboolean is_to_agent, GBytes **frame);
/* A frame arrives now, by whatever way. */
void sim_world_give (SimWorld *world, Link *link, gboolean is_to_agent, GBytes *frame);
void sim_seen_free (gpointer seen);
void sim_world_remember (SimWorld *world, gboolean is_to_agent, GBytes *frame);
/* Half-open from now on: by chance one way, or both. */
void sim_link_freeze (Link *link);
/* The flow breaks, and its ends learn of it one after the other, or at once. */
void sim_link_break (Link *link);
void sim_agent_free (SimAgent *agent);
