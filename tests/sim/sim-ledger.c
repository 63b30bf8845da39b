/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

#include <string.h>

/* What must be true of every call however it goes, and of everything in the end. */

/* Longer than any timer of a call, an agent's or the proxy's. */
#define QUIET_US (280 * G_TIME_SPAN_SECOND)

/* ---- What an agent tells of a call ---- */

SimCall *
sim_ledger_find (SimAgent *agent, SipSessionId id)
{
  for (guint i = 0; i < agent->calls->len; i++) {
    SimCall *call = g_ptr_array_index (agent->calls, i);

    if (call->id == id)
      return call;
  }
  return NULL;
}

void
sim_ledger_add (SimAgent *agent, SipSessionId id, gboolean is_incoming)
{
  SimCall *call = g_new0 (SimCall, 1);

  g_assert_null (sim_ledger_find (agent, id)); /* an id is never used twice */
  call->id = id;
  call->is_incoming = is_incoming;
  g_ptr_array_add (agent->calls, call);
}

static void
take_answered (SimCall *call)
{
  g_assert_false (call->is_incoming);
  g_assert_false (call->is_answered);
  call->is_answered = TRUE;
}

static void
take_asked (SimCall *call)
{
  g_assert_true (call->is_incoming ? call->is_confirmed : call->is_answered);
  g_assert_false (call->is_asked);
  call->is_asked = TRUE;
}

static gboolean has_far_end (SimWorld *world, const SipDialog *dialog);

/* One broken flow, which is back at once, takes no call away that both ends know of (RFC
 * 3261 §13.3.1.4: what was lost is sent again until it is there). */
static void
take_ended (SimAgent *agent, SimCall *call, SipEnd end)
{
  SimFaultKind fault = agent->world->fault.kind;

  call->is_ended = TRUE;
  if (end != SIP_END_DIALOG_GONE || !agent->world->is_planned ||
      (fault != SIM_FAULT_NONE && fault != SIM_FAULT_LOST && fault != SIM_FAULT_CUT))
    return;
  for (guint i = 0; i < agent->ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (agent->ua->sessions, i);

    if (session->id == call->id && session->dialog != NULL &&
        has_far_end (agent->world, session->dialog))
      g_error ("%s gives up call %" G_GUINT64_FORMAT ", which stands", agent->name,
               call->id);
  }
}

/* What comes in the moment of the fault itself came before it. */
static void
take_registration (SimAgent *agent, SipRegistrationState state)
{
  SimWorld *world = agent->world;

  agent->registration = state;
  if (state == SIP_REGISTRATION_REGISTERED && world->struck_at_us > 0 &&
      world->recovery_us == 0 && world->now_us > world->struck_at_us &&
      agent == g_ptr_array_index (world->agents, world->fault.agent))
    world->recovery_us = world->now_us - MAX (world->struck_at_us, agent->wanted_at_us);
}

static void
take_of_call (SimAgent *agent, SimCall *call, const SipOutput *output)
{
  switch (output->type) {
  case SIP_OUTPUT_PROGRESS:
    g_assert_false (call->is_incoming || call->is_answered);
    g_assert_cmpuint (output->status, >, 100);
    g_assert_cmpuint (output->status, <, 200);
    return;
  case SIP_OUTPUT_ANSWERED:
    take_answered (call);
    return;
  case SIP_OUTPUT_CONFIRMED:
    g_assert_true (call->is_incoming && call->is_answered && !call->is_confirmed);
    call->is_confirmed = TRUE;
    return;
  case SIP_OUTPUT_REOFFER:
  case SIP_OUTPUT_OFFER_ASKED:
    take_asked (call);
    return;
  case SIP_OUTPUT_REOFFER_WITHDRAWN:
    g_assert_true (call->is_asked);
    call->is_asked = FALSE;
    return;
  case SIP_OUTPUT_REANSWERED:
    g_assert_true (call->is_confirmed || call->is_answered);
    g_assert_cmpuint (output->status, >=, 200);
    call->is_offer_due = call->is_offer_due || output->retry_at_us > 0;
    return;
  case SIP_OUTPUT_REOFFER_DUE:
    g_assert_true (call->is_offer_due || output->status == 200);
    call->is_offer_due = FALSE;
    return;
  case SIP_OUTPUT_DIGIT:
  case SIP_OUTPUT_DIGIT_SENT:
    g_assert_cmpint (output->digit, !=, 0);
    return;
  case SIP_OUTPUT_TRANSFER:
    g_assert_true (call->is_transferring);
    call->is_transferring = output->status < 200;
    return;
  case SIP_OUTPUT_TRANSFER_ASKED:
    g_assert_false (call->is_transfer_asked);
    call->is_transfer_asked = TRUE;
    return;
  case SIP_OUTPUT_TRANSFER_WITHDRAWN:
    g_assert_true (call->is_transfer_asked);
    call->is_transfer_asked = FALSE;
    return;
  case SIP_OUTPUT_ENDED:
    take_ended (agent, call, output->end);
    return;
  case SIP_OUTPUT_INCOMING:
  case SIP_OUTPUT_OPEN_FLOW:
  case SIP_OUTPUT_CLOSE_FLOW:
  case SIP_OUTPUT_AVOID_SERVER:
  case SIP_OUTPUT_AVOID_NONE:
  case SIP_OUTPUT_PING:
  case SIP_OUTPUT_SEND:
  case SIP_OUTPUT_REGISTRATION:
  case SIP_OUTPUT_STOPPED:
    return;
  }
}

void
sim_ledger_take (SimAgent *agent, const SipOutput *output)
{
  SimCall *call;

  if (output->type == SIP_OUTPUT_INCOMING)
    sim_ledger_add (agent, output->session, TRUE);
  if (output->type == SIP_OUTPUT_REGISTRATION)
    take_registration (agent, output->registration);
  if (output->session == 0)
    return;
  call = sim_ledger_find (agent, output->session);
  /* After it is over nothing more is told of it, ENDED least of all. */
  if (call == NULL || (call->is_ended && output->type != SIP_OUTPUT_TRANSFER_WITHDRAWN))
    g_error ("%s told %d of a call that is not there", agent->name, output->type);
  take_of_call (agent, call, output);
}

/* What the agent holds to be a call, and what its user was told, is the same. */
static void
check_ledger (SimAgent *agent)
{
  guint n = 0;

  for (guint i = 0; i < agent->calls->len; i++)
    n += !((SimCall *)g_ptr_array_index (agent->calls, i))->is_ended;
  g_assert_cmpuint (n, ==, sip_ua_get_n_calls (agent->ua));
}

/* ---- Both ends agree ---- */

static gboolean
is_far_end (const SipDialog *here, const SipSession *there)
{
  return sip_session_is_alive (there) && there->dialog != NULL &&
         g_str_equal (here->call_id, there->dialog->call_id) &&
         g_str_equal (here->local_tag, there->dialog->remote_tag) &&
         g_str_equal (here->remote_tag, there->dialog->local_tag);
}

static gboolean
has_far_end (SimWorld *world, const SipDialog *dialog)
{
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    for (guint j = 0; j < agent->ua->sessions->len; j++)
      if (is_far_end (dialog, g_ptr_array_index (agent->ua->sessions, j)))
        return TRUE;
  }
  return FALSE;
}

void
sim_world_check_agreement (SimWorld *world)
{
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    for (guint j = 0; j < agent->ua->sessions->len; j++) {
      SipSession *session = g_ptr_array_index (agent->ua->sessions, j);

      if (sip_session_is_alive (session) && session->dialog != NULL &&
          !has_far_end (world, session->dialog))
        g_error ("%s is alone in call %" G_GUINT64_FORMAT, agent->name, session->id);
    }
  }
}

static gboolean
has_caller (SimWorld *world, const SipSession *rings)
{
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    for (guint j = 0; j < agent->ua->sessions->len; j++) {
      const SipSession *session = g_ptr_array_index (agent->ua->sessions, j);

      if (!session->is_incoming && sip_session_is_alive (session) &&
          g_str_equal (session->call_id, rings->call_id))
        return TRUE;
    }
  }
  return FALSE;
}

void
sim_world_check_ringing (SimWorld *world)
{
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    for (guint j = 0; j < agent->ua->sessions->len; j++) {
      const SipSession *session = g_ptr_array_index (agent->ua->sessions, j);

      if (session->state == SIP_SESSION_INCOMING && !has_caller (world, session))
        g_error ("%s rings for nobody", agent->name);
    }
  }
}

/* ---- On the wire ---- */

static const SipSession *
find_session (SimAgent *agent, const SipMessage *response)
{
  SipText call_id = sip_message_get_call_id (response);
  SipText tag = sip_message_get_from_tag (response);

  for (guint i = 0; i < agent->ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (agent->ua->sessions, i);

    if (sip_text_equal_str (call_id, session->call_id) &&
        sip_text_equal_str (tag, session->local_tag))
      return session;
  }
  return NULL;
}

/* Each 2xx to the INVITE of a call gets an ACK, every time (RFC 3261 §13.2.2.4), but where
 * the user has to say first what is in it. */
void
sim_ledger_check_ack (SimAgent *agent, GBytes *frame, guint n_acks_before)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (frame, &length);
  g_autoptr (SipMessage) message = sip_message_parse (data, length, NULL, NULL);
  const SipSession *session;

  if (message == NULL || sip_message_is_request (message) || agent->link == NULL ||
      agent->world->is_spoiled || sip_message_get_status (message) / 100 != 2 ||
      sip_message_get_method (message) != SIP_METHOD_INVITE)
    return;
  session = find_session (agent, message);
  if (session == NULL || session->is_incoming || session->state == SIP_SESSION_OFFERED ||
      sip_message_get_cseq (message)->number != session->first_cseq)
    return;
  g_assert_cmpuint (agent->n_acks, ==, n_acks_before + 1);
}

/* ---- The end ---- */

static void
heal (SimWorld *world)
{
  if (world->proxy == NULL)
    sim_world_start_exchange (world);
  world->fault.kind = SIM_FAULT_NONE;
  world->is_planned = FALSE;
  for (guint i = 0; i < world->agents->len; i++) {
    SimAgent *agent = g_ptr_array_index (world->agents, i);

    agent->has_network = TRUE;
    agent->cut_at_frame = 0;
  }
}

static void
hang_up_all (SimAgent *agent)
{
  SipSessionId call = 0;

  while ((call = sim_agent_get_call (agent)) != 0)
    g_assert_true (sim_agent_hang_up (agent, call));
}

/* Somebody who was refused, or told to come back much later, does not wait for ever. */
static void
want_again (SimAgent *agent)
{
  if (!agent->is_wanted || agent->registration != SIP_REGISTRATION_REGISTERED)
    sim_agent_start (agent);
}

static void
check_nothing_left (SimAgent *agent)
{
  check_ledger (agent);
  g_assert_cmpint (agent->registration, ==, SIP_REGISTRATION_REGISTERED);
  g_assert_cmpuint (agent->ua->sessions->len, ==, 0);
  g_assert_cmpuint (g_hash_table_size (agent->ua->server_txs), ==, 0);
  /* It may be refreshing its registration just now. */
  g_assert_cmpuint (g_hash_table_size (agent->ua->client_txs), ==,
                    agent->ua->registration.tx != NULL ? 1 : 0);
}

void
sim_world_settle (SimWorld *world)
{
  heal (world);
  for (guint i = 0; i < world->agents->len; i++) {
    check_ledger (g_ptr_array_index (world->agents, i));
    hang_up_all (g_ptr_array_index (world->agents, i));
    want_again (g_ptr_array_index (world->agents, i));
  }
  sim_world_run (world, QUIET_US);
  for (guint i = 0; i < world->agents->len; i++)
    check_nothing_left (g_ptr_array_index (world->agents, i));
  g_assert_cmpuint (sip_proxy_get_n_bindings (world->proxy), ==, world->agents->len);
  g_assert_cmpuint (sip_proxy_get_n_transactions (world->proxy), ==, 0);
}
