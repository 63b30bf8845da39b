/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz-bytes.h"
#include "ua-fixture.h"

/* Bytes read as a play around one agent. Each step is one thing that a server, a far end,
 * a user, a flow or a clock does. Requests and responses are filled in from what the
 * agent said before, with the right tags and branches, so that a few bytes lead deep into
 * a call; headers, bodies and single bytes of them are then as wrong as the input wants.
 *
 * Held after every step, besides sip_ua_check(): an id is told of from its INCOMING or its
 * command up to its ENDED, which comes once, and no other. At the end the user hangs up
 * and stops, and nothing may be left. */

#define AGENT_SCRIPT_KEPT 12
#define AGENT_SCRIPT_MAX_STEPS 400

typedef struct {
  UaFixture f;
  FuzzBytes bytes;
  guint n_steps;
  guint n_branches;
  GHashTable *calls; /* id -> TRUE while it is alive, FALSE once it ended */
  SipSessionId last; /* the greatest id seen */
  GPtrArray *sent;   /* of SipMessage: the last that the agent said */
  GPtrArray *came;   /* of GBytes: the last that it was told */
  guint n_edits;     /* bytes to be changed in the next frame */
} AgentScript;

void agent_script_begin (AgentScript *script, const FuzzBytes *bytes);
/* FALSE when the input is over. */
gboolean agent_script_step (AgentScript *script);
void agent_script_end (AgentScript *script);
