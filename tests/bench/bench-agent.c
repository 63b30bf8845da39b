/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-cases.h"

#include "bench-count.h"
#include "bench-messages.h"
#include "sip-ua.h"

/* What an agent does: an INVITE answered by its user, and the ACK to a 200. */

static void
fill_for_agent (guint8 *buffer, gsize length, gpointer state)
{
  bench_fill (state, buffer, length);
}

typedef struct {
  SipUa *ua;
  gint64 now_us;
  guint64 seed;
  SipSessionId session; /* of the last INCOMING */
  GString *sent;        /* the last frame */
} Agent;

static void
pump (Agent *agent)
{
  const SipOutput *output;

  while ((output = sip_ua_pop_output (agent->ua)) != NULL) {
    if (output->type == SIP_OUTPUT_INCOMING)
      agent->session = output->session;
    if (output->type != SIP_OUTPUT_SEND)
      continue;
    g_string_truncate (agent->sent, 0);
    g_string_append_len (agent->sent, output->frame, output->frame_len);
  }
}

static void
agent_init (Agent *agent)
{
  const SipUaConfig config = {
      .aor = BENCH_BOB,
      .instance_id = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      .flags = SIP_UA_FLAG_NO_REGISTER,
      .random = fill_for_agent,
      .random_data = &agent->seed,
  };

  *agent = (Agent){.now_us = 1, .sent = g_string_sized_new (8192)};
  agent->ua = sip_ua_new (&config, agent->now_us);
  sip_ua_start (agent->ua, agent->now_us);
  pump (agent);
  sip_ua_flow_opened (agent->ua, agent->now_us);
  pump (agent);
}

static void
agent_clear (Agent *agent)
{
  sip_ua_free (agent->ua);
  g_string_free (agent->sent, TRUE);
}

static void
agent_receive (Agent *agent, const GString *frame)
{
  sip_ua_receive (agent->ua, frame->str, frame->len, agent->now_us);
  pump (agent);
}

/* Until all that belongs to the last call is forgotten. */
static void
agent_hang_up_and_forget (Agent *agent)
{
  GString *ok;

  g_assert_true (sip_ua_hang_up (agent->ua, agent->session, NULL, agent->now_us, NULL));
  pump (agent);
  ok = bench_make_ok (agent->sent->str, 0);
  agent_receive (agent, ok);
  g_string_free (ok, TRUE);
  for (guint i = 0; i < 4; i++) {
    agent->now_us += 20 * G_TIME_SPAN_SECOND;
    sip_ua_pong (agent->ua, agent->now_us);
    sip_ua_tick (agent->ua, agent->now_us);
    pump (agent);
  }
}

MEASURED static void
measured_answer_invite (Agent *agent, const GString *invite, const char *answer)
{
  agent_receive (agent, invite);
  sip_ua_answer (agent->ua, agent->session, answer, agent->now_us, NULL);
  pump (agent);
}

void
bench_answer_invite (guint times, gsize bytes)
{
  Agent agent;
  g_autofree char *answer = g_strnfill (1500, 'a');

  agent_init (&agent);
  for (guint i = 0; i < times; i++) {
    GString *invite = bench_make_invite (i, bytes);
    g_autoptr (SipMessage) ok = NULL;

    bench_begin ();
    measured_answer_invite (&agent, invite, answer);
    bench_end ();
    ok = sip_message_parse ((const guint8 *)agent.sent->str, agent.sent->len, NULL, NULL);
    g_assert_cmpuint (sip_message_get_status (ok), ==, 200);
    g_string_free (invite, TRUE);
    /* The ACK, which lets us hang up. */
    invite = g_string_new (NULL);
    g_string_printf (invite,
                     "ACK " BENCH_BOB " SIP/2.0\r\n"
                     "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKack%u\r\n"
                     "Max-Forwards: 70\r\nTo: <" BENCH_BOB ">;tag=%.*s\r\n"
                     "From: <" BENCH_ALICE ">;tag=asdyka899%u\r\n"
                     "Call-ID: asidkj3ss1d2kjs9d8fjs%u\r\nCSeq: 1 ACK\r\n\r\n",
                     i, (int)sip_message_get_to_tag (ok).len,
                     sip_message_get_to_tag (ok).s, i, i);
    agent_receive (&agent, invite);
    g_string_free (invite, TRUE);
    agent_hang_up_and_forget (&agent);
  }
  agent_clear (&agent);
}

MEASURED static void
measured_answer_ok (Agent *agent, const GString *ok)
{
  agent_receive (agent, ok);
}

void
bench_answer_ok (guint times, gsize bytes)
{
  Agent agent;
  g_autofree char *offer = g_strnfill (1500, 'o');

  agent_init (&agent);
  for (guint i = 0; i < times; i++) {
    GString *ok;

    agent.session = sip_ua_invite (agent.ua, BENCH_ALICE, offer, agent.now_us, NULL);
    g_assert_cmpuint (agent.session, !=, 0);
    pump (&agent);
    ok = bench_make_ok (agent.sent->str, bytes);
    bench_begin ();
    measured_answer_ok (&agent, ok);
    bench_end ();
    g_assert_true (g_str_has_prefix (agent.sent->str, "ACK "));
    g_string_free (ok, TRUE);
    agent_hang_up_and_forget (&agent);
  }
  agent_clear (&agent);
}
