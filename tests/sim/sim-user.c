/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-world-private.h"

/* Who sits in front of an agent: the commands, and what is done without being asked. */

#define OFFER "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=offer of %s\r\n"
#define ANSWER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\ns=answer of %s\r\n"

/* ---- Where the command must be right ---- */

SipSessionId
sim_agent_call (SimAgent *agent, SimAgent *whom)
{
  SipSessionId call = sim_agent_try_call (agent, whom->user_name, TRUE);

  g_assert_cmpuint (call, !=, 0);
  return call;
}

void
sim_agent_answer (SimAgent *agent, SipSessionId call)
{
  g_assert_true (sim_agent_try_answer (agent, call));
}

void
sim_agent_reject (SimAgent *agent, SipSessionId call, guint status)
{
  g_assert_true (sim_agent_try_reject (agent, call, status));
}

/* ---- Where anything may have happened ---- */

SipSessionId
sim_agent_try_call (SimAgent *agent, const char *user, gboolean has_offer)
{
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.org", user);
  g_autofree char *offer = g_strdup_printf (OFFER, agent->name);
  SipSessionId call = sip_ua_invite (agent->ua, uri, has_offer ? offer : NULL,
                                     agent->world->now_us, NULL);

  if (call != 0) {
    sim_ledger_add (agent, call, FALSE);
    sim_ledger_find (agent, call)->is_offerless = !has_offer;
  }
  sim_agent_pump (agent);
  return call;
}

gboolean
sim_agent_try_answer (SimAgent *agent, SipSessionId call)
{
  g_autofree char *answer = g_strdup_printf (ANSWER, agent->name);
  gboolean is_done = sip_ua_answer (agent->ua, call, answer, agent->world->now_us, NULL);

  if (is_done)
    sim_ledger_find (agent, call)->is_answered = TRUE;
  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_reject (SimAgent *agent, SipSessionId call, guint status)
{
  gboolean is_done = sip_ua_reject (agent->ua, call, status, agent->world->now_us, NULL);

  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_progress (SimAgent *agent, SipSessionId call, gboolean has_body)
{
  g_autofree char *answer = g_strdup_printf (ANSWER, agent->name);
  gboolean is_done = sip_ua_progress (agent->ua, call, 183, has_body ? answer : NULL,
                                      agent->world->now_us, NULL);

  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_hang_up (SimAgent *agent, SipSessionId call)
{
  gboolean is_done =
      sip_ua_hang_up (agent->ua, call, "Enough", agent->world->now_us, NULL);

  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_reoffer (SimAgent *agent, SipSessionId call, gboolean has_offer)
{
  g_autofree char *offer = g_strdup_printf (OFFER, agent->name);
  gboolean is_done = sip_ua_reoffer (agent->ua, call, has_offer ? offer : NULL,
                                     agent->world->now_us, NULL);
  SimCall *known = sim_ledger_find (agent, call);

  if (!is_done && known != NULL)
    known->is_offer_due = TRUE;
  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_answer_reoffer (SimAgent *agent, SipSessionId call, guint status)
{
  g_autofree char *answer = g_strdup_printf (ANSWER, agent->name);
  gboolean is_done = sip_ua_answer_reoffer (
      agent->ua, call, status, status < 300 ? answer : NULL, agent->world->now_us, NULL);

  if (is_done)
    sim_ledger_find (agent, call)->is_asked = FALSE;
  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_digit (SimAgent *agent, SipSessionId call, char digit)
{
  gboolean is_done =
      sip_ua_send_digit (agent->ua, call, digit, 160, agent->world->now_us, NULL);

  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_transfer (SimAgent *agent, SipSessionId call, const char *user)
{
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.org", user);
  gboolean is_done = sip_ua_transfer (agent->ua, call, uri, agent->world->now_us, NULL);

  if (is_done)
    sim_ledger_find (agent, call)->is_transferring = TRUE;
  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_transfer_to (SimAgent *agent, SipSessionId call, SipSessionId other)
{
  gboolean is_done =
      sip_ua_transfer_to (agent->ua, call, other, agent->world->now_us, NULL);

  if (is_done)
    sim_ledger_find (agent, call)->is_transferring = TRUE;
  sim_agent_pump (agent);
  return is_done;
}

gboolean
sim_agent_try_answer_transfer (SimAgent *agent, SipSessionId call, gboolean is_accepted)
{
  g_autofree char *offer = g_strdup_printf (OFFER, agent->name);
  gint64 now_us = agent->world->now_us;
  SipSessionId made = 0;
  gboolean is_done = FALSE;

  if (is_accepted)
    made = sip_ua_accept_transfer (agent->ua, call, offer, now_us, NULL);
  else
    is_done = sip_ua_refuse_transfer (agent->ua, call, now_us, NULL);
  if (made != 0)
    sim_ledger_add (agent, made, FALSE);
  if (is_done || made != 0)
    sim_ledger_find (agent, call)->is_transfer_asked = FALSE;
  sim_agent_pump (agent);
  return is_done || made != 0;
}

SipSessionId
sim_agent_get_call (SimAgent *agent)
{
  for (guint i = agent->calls->len; i > 0; i--) {
    SimCall *call = g_ptr_array_index (agent->calls, i - 1);

    if (!call->is_ended)
      return call->id;
  }
  return 0;
}

/* The last ones more often than those before. */
SipSessionId
sim_agent_pick_call (SimAgent *agent)
{
  guint back = (guint)sim_world_random (agent->world, 1, 3);

  return agent->calls->len < back
             ? 0
             : ((SimCall *)g_ptr_array_index (agent->calls, agent->calls->len - back))
                   ->id;
}

/* ---- Without being asked ---- */

static void
react_to_ringing (SimAgent *agent, SipSessionId call, gboolean is_replacing)
{
  if (agent->user == SIM_USER_ANSWERS || is_replacing)
    sim_agent_try_answer (agent, call);
  else if (agent->user == SIM_USER_REJECTS)
    sim_agent_try_reject (agent, call, 486);
}

void
sim_user_react (SimAgent *agent, const SipOutput *output)
{
  SipSessionId call = output->session;

  if (agent->user == SIM_USER_WAITS)
    return;
  if (output->type == SIP_OUTPUT_INCOMING)
    react_to_ringing (agent, call, output->replaces != 0);
  else if (output->type == SIP_OUTPUT_REOFFER || output->type == SIP_OUTPUT_OFFER_ASKED)
    sim_agent_try_answer_reoffer (agent, call, 200);
  else if (output->type == SIP_OUTPUT_ANSWERED &&
           sim_ledger_find (agent, call)->is_offerless)
    sim_agent_try_answer (agent, call);
  else if (output->type == SIP_OUTPUT_REOFFER_DUE)
    sim_agent_try_reoffer (agent, call, TRUE);
  else if (output->type == SIP_OUTPUT_TRANSFER && output->status / 100 == 2)
    sim_agent_hang_up (agent, call);
  else if (output->type == SIP_OUTPUT_TRANSFER_ASKED &&
           !sim_agent_try_answer_transfer (agent, call, TRUE))
    sim_agent_try_answer_transfer (agent, call, FALSE);
}
