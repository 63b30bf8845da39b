/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-proxy.h"
#include "sip-ua.h"

/* Real agents and the real proxy in one process under one clock that stands still between
 * steps. The network between them delays each frame by a random time (in order on each
 * flow, like TCP), and a flow can be cut, frozen (half-open: nothing arrives and nobody
 * is told), or be impossible to open. One step is one thing that happens; after each, the
 * invariants of all agents and of the proxy are checked.
 *
 * All chance comes from the seed: the same seed and the same script give the same
 * transcript, byte for byte. */

typedef struct _SimWorld SimWorld;
typedef struct _SimAgent SimAgent;

/* An output of an agent other than SEND, kept. */
typedef struct {
  gint64 at_us;
  SipOutputType type;
  SipSessionId session;
  char *body;
  char *reason;
  guint status;
  guint fork;
  char digit;
  guint duration_ms;
  SipEnd end;
  SipRegistrationState registration;
  gint64 retry_at_us;
  SipFlowClose close;
} SimTold;

/* What the user of an agent does without being asked. In all but the first, also what a
 * user has to do in the call: answer an offer, give one that is asked for or due, call whom
 * a transfer asks for, and hang up when it was done. */
typedef enum {
  SIM_USER_WAITS,   /* nothing: the script does it */
  SIM_USER_TALKS,   /* nothing about a call that rings */
  SIM_USER_ANSWERS, /* every call, at once */
  SIM_USER_REJECTS, /* every call, with 486 */
} SimUser;

/* What goes wrong once, at one frame that is about to arrive at one agent or from it. */
typedef enum {
  SIM_FAULT_NONE,
  SIM_FAULT_LOST,    /* the flow breaks, the frame with it */
  SIM_FAULT_CUT,     /* the frame arrives, and the flow breaks */
  SIM_FAULT_FROZEN,  /* from this frame on nothing arrives, one way or both, and nobody
                        is told */
  SIM_FAULT_REPLACED /* it is a response, and another one comes in its place */
} SimFaultKind;

typedef struct {
  SimFaultKind kind;
  guint agent; /* by number, in the order in which they were added */
  guint at;    /* frame, or response, from 1; both directions are counted */
  guint status;
} SimFault;

SimWorld *sim_world_new (guint64 seed);
void sim_world_free (SimWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimWorld, sim_world_free)

gint64 sim_world_now (const SimWorld *world);
/* Lets all that happens in this time happen. */
void sim_world_run (SimWorld *world, gint64 us);
/* Even chance, from low to high. */
gint64 sim_world_random (SimWorld *world, gint64 low, gint64 high);
/* All that was said and told so far. */
const char *sim_world_get_transcript (const SimWorld *world);
/* One way; the default is 1 to 40 ms. */
void sim_world_set_delay (SimWorld *world, gint64 low_us, gint64 high_us);
/* Frames that arrived after one that was sent later, on another flow. On one flow none
 * does. */
guint sim_world_get_n_overtaken (const SimWorld *world);
/* The exchange ends: all flows break, and none opens until it is started anew, with
 * nothing but its key. */
void sim_world_stop_exchange (SimWorld *world);
void sim_world_start_exchange (SimWorld *world);
gboolean sim_world_has_exchange (const SimWorld *world);
guint sim_world_count_bindings (SimWorld *world);
guint sim_world_count_proxy_transactions (SimWorld *world);

/* With an account at example.org and the password the proxy knows. */
SimAgent *sim_world_add_agent (SimWorld *world, const char *name);
/* One more user agent of @user, whose calls fork to it. */
SimAgent *sim_world_add_device (SimWorld *world, const char *name, const char *user);
/* Puts it behind an edge proxy, which adds itself to the Path of its registrations. */
void sim_agent_set_edge (SimAgent *agent);
/* Frames are counted from now on. */
void sim_world_plan_fault (SimWorld *world, const SimFault *fault);
/* The flow it silenced still carried what the exchange said. */
gboolean sim_world_was_heard (const SimWorld *world);
/* From the fault, or from the time at which its user came back after it, until the agent
 * was registered again; 0 without a fault, and G_MAXINT64 where it has not come back. */
gint64 sim_world_get_recovery_us (const SimWorld *world);
/* A frame that somebody got not long ago arrives at somebody once more, maybe with bytes
 * turned round. */
void sim_world_disturb (SimWorld *world);
guint sim_world_get_n_agents (const SimWorld *world);
SimAgent *sim_world_get_agent (const SimWorld *world, guint number);
SipUa *sim_agent_get_ua (SimAgent *agent);
void sim_agent_set_user (SimAgent *agent, SimUser user);
void sim_agent_start (SimAgent *agent);
/* Started, and run until it is registered. */
void sim_agent_register (SimAgent *agent);
void sim_agent_stop (SimAgent *agent);
SipSessionId sim_agent_call (SimAgent *agent, SimAgent *whom);
void sim_agent_answer (SimAgent *agent, SipSessionId call);
void sim_agent_reject (SimAgent *agent, SipSessionId call, guint status);
/* FALSE when the call is over already. */
gboolean sim_agent_hang_up (SimAgent *agent, SipSessionId call);

/* Runs until the agent has told this, and returns it; fails after five minutes of the
 * clock. What it told before it is forgotten, so the next wait looks further on. */
const SimTold *sim_agent_wait (SimAgent *agent, SipOutputType type);
/* The same, but NULL when it was not told within this time. */
const SimTold *sim_agent_await (SimAgent *agent, SipOutputType type, gint64 us);
/* The same for a state of the registration. */
const SimTold *sim_agent_wait_registration (SimAgent *agent, SipRegistrationState state);
/* Whether it told this since the last wait. */
gboolean sim_agent_has_told (SimAgent *agent, SipOutputType type);
void sim_agent_expect_end (SimAgent *agent, SipSessionId call, SipEnd end);
gboolean sim_agent_is_quiet (SimAgent *agent); /* no calls, nothing waits for a far end */

/* The flow breaks, and both ends are told at once. */
void sim_agent_cut (SimAgent *agent);
/* The same, but one end may learn of it later than the other. */
void sim_agent_break (SimAgent *agent);
/* The machine says that the network changed. */
void sim_agent_change_network (SimAgent *agent);
/* The flow becomes half-open: one way, or both. */
void sim_agent_freeze (SimAgent *agent);
/* While it is down no flow can be opened; what is open is cut. */
void sim_agent_set_network (SimAgent *agent, gboolean is_up);
/* Cuts the flow when the frame of that number (from 1, both directions counted, from now
 * on) would arrive, which it does not; 0 never. */
void sim_agent_cut_at_frame (SimAgent *agent, guint number);
guint sim_agent_get_n_frames (SimAgent *agent);
guint sim_agent_get_n_responses (SimAgent *agent);
SipRegistrationState sim_agent_get_registration (const SimAgent *agent);

/* The same commands where anything may have happened meanwhile: FALSE, or 0, when the
 * agent says that it has no meaning now. */
SipSessionId sim_agent_try_call (SimAgent *agent, const char *user, gboolean has_offer);
gboolean sim_agent_try_answer (SimAgent *agent, SipSessionId call);
gboolean sim_agent_try_reject (SimAgent *agent, SipSessionId call, guint status);
gboolean sim_agent_try_progress (SimAgent *agent, SipSessionId call, gboolean has_body);
gboolean sim_agent_try_reoffer (SimAgent *agent, SipSessionId call, gboolean has_offer);
gboolean sim_agent_try_digit (SimAgent *agent, SipSessionId call, char digit);
gboolean sim_agent_try_answer_reoffer (SimAgent *agent, SipSessionId call, guint status);
gboolean sim_agent_try_transfer (SimAgent *agent, SipSessionId call, const char *user);
gboolean sim_agent_try_transfer_to (SimAgent *agent,
                                    SipSessionId call,
                                    SipSessionId other);
/* @is_accepted FALSE: refused. */
gboolean sim_agent_try_answer_transfer (SimAgent *agent,
                                        SipSessionId call,
                                        gboolean is_accepted);
/* The newest call that is not over; 0: none. */
SipSessionId sim_agent_get_call (SimAgent *agent);

/* Any call it ever had, or none. */
SipSessionId sim_agent_pick_call (SimAgent *agent);

/* ---- The end of every story (sim-ledger.c) ---- */

/* Some seconds after a fault: where it rings there is somebody who calls. */
void sim_world_check_ringing (SimWorld *world);
/* After a time without faults: who is in a call is in it with somebody. */
void sim_world_check_agreement (SimWorld *world);
/* Everybody hangs up; in the end all are registered, and nothing is left of the calls,
 * with the agents or with the proxy. */
void sim_world_settle (SimWorld *world);
