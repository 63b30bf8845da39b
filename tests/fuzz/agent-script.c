/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-script-private.h"

#include "sip-ua-private.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
#define NEVER_S (2 * 3600)

/* ---- What came out ---- */

static void
check_told (AgentScript *script, const UaTold *told)
{
  gpointer id = GSIZE_TO_POINTER (told->session);
  g_autofree char *note = g_strdup_printf (
      "told %d of %" G_GUINT64_FORMAT ": status %u, end %d, registration %d", told->type,
      told->session, told->status, told->end, told->registration);

  fuzz_trace (note, script->f.now_us, SIP_TEXT_NONE);
  if (told->session == 0)
    return;
  if (told->type == SIP_OUTPUT_INCOMING) {
    g_assert (told->session > script->last);
    script->last = told->session;
    g_hash_table_insert (script->calls, id, GINT_TO_POINTER (TRUE));
  }
  /* Who asks to be transferred may hang up at once, and the question stays. */
  g_assert (g_hash_table_lookup (script->calls, id) != NULL ||
            told->type == SIP_OUTPUT_TRANSFER_WITHDRAWN);
  if (told->type == SIP_OUTPUT_ENDED)
    g_hash_table_insert (script->calls, id, GINT_TO_POINTER (FALSE));
}

static void
keep_sent (AgentScript *script)
{
  SipMessage *message;

  while ((message = g_queue_pop_head (&script->f.sent)) != NULL) {
    fuzz_trace ("<--", script->f.now_us, sip_message_get_frame (message));
    g_ptr_array_add (script->sent, message);
    if (script->sent->len > AGENT_SCRIPT_KEPT)
      g_ptr_array_remove_index (script->sent, 0);
  }
  g_string_truncate (script->f.wire, 0);
}

static void
look (AgentScript *script)
{
  UaTold *told;

  keep_sent (script);
  while ((told = g_queue_peek_head (&script->f.told)) != NULL)
    check_told (script, ua_fixture_take (&script->f, told->type));
}

static guint
count_alive (AgentScript *script)
{
  GHashTableIter iter;
  gpointer is_alive;
  guint n = 0;

  g_hash_table_iter_init (&iter, script->calls);
  while (g_hash_table_iter_next (&iter, NULL, &is_alive))
    n += GPOINTER_TO_INT (is_alive);
  return n;
}

/* ---- The clock, the flow, the account ---- */

static void
step_wait (AgentScript *script)
{
  static const gint64 times_us[] = {1,
                                    100000,
                                    500000,
                                    SECONDS (1),
                                    SECONDS (4),
                                    SECONDS (11),
                                    SECONDS (16),
                                    SECONDS (31),
                                    SECONDS (33),
                                    SECONDS (64),
                                    SECONDS (185),
                                    SECONDS (601)};
  gint64 deadline_us = sip_ua_get_deadline (script->f.ua);
  guint n = fuzz_take (&script->bytes, G_N_ELEMENTS (times_us) + 2);

  if (n < G_N_ELEMENTS (times_us))
    ua_fixture_advance (&script->f, times_us[n]);
  else if (deadline_us != G_MAXINT64)
    ua_fixture_advance (&script->f, deadline_us - script->f.now_us);
}

static void
step_flow (AgentScript *script)
{
  static const guint waits_s[] = {0, 1, 30, 4000, G_MAXUINT};
  UaFixture *f = &script->f;
  guint n = fuzz_take (&script->bytes, SIP_FLOW_CLOSE_OVERLOADED + 6);

  if (n <= SIP_FLOW_CLOSE_OVERLOADED)
    sip_ua_flow_closed (f->ua, (SipFlowClose)n, fuzz_pick (&script->bytes, waits_s),
                        f->now_us);
  else if (n == SIP_FLOW_CLOSE_OVERLOADED + 1)
    sip_ua_network_changed (f->ua, f->now_us);
  else if (n == SIP_FLOW_CLOSE_OVERLOADED + 2)
    f->is_silent = !f->is_silent;
  else
    sip_ua_flow_opened (f->ua, f->now_us);
}

static void
step_account (AgentScript *script)
{
  UaFixture *f = &script->f;

  switch (fuzz_take (&script->bytes, 5)) {
  case 0:
    sip_ua_stop (f->ua, f->now_us);
    break;
  case 1:
    sip_ua_set_credentials (f->ua, NULL, "another", f->now_us);
    break;
  case 2:
    sip_ua_set_credentials (f->ua, "alice", NULL, f->now_us);
    break;
  default:
    sip_ua_start (f->ua, f->now_us);
    break;
  }
}

/* ---- The user ---- */

/* A call of ours there is now; 0: it was refused. */
static void
note_call (AgentScript *script, SipSessionId call)
{
  if (call == 0)
    return;
  g_assert (call > script->last);
  script->last = call;
  g_hash_table_insert (script->calls, GSIZE_TO_POINTER (call), GINT_TO_POINTER (TRUE));
}

/* One of the last calls, alive or over, or none. */
static SipSessionId
pick_call (AgentScript *script)
{
  guint back = fuzz_take (&script->bytes, 4);

  return script->last > back ? script->last - back : 0;
}

static void
step_dial (AgentScript *script)
{
  static const char *const uris[] = {
      "sip:bob@example.org", "sips:bob@example.org",
      "tel:+4930123456",     "sip:bob@example.org;gr=x;user=phone",
      "sip:%00@example.org", "urn:service:sos"};
  UaFixture *f = &script->f;
  const char *uri = fuzz_pick (&script->bytes, uris);
  const char *offer = fuzz_take (&script->bytes, 4) == 3 ? NULL : UA_OFFER;

  note_call (script, sip_ua_invite (f->ua, uri, offer, f->now_us, NULL));
}

static void
step_command (AgentScript *script)
{
  static const guint statuses[] = {183, 180, 486, 603, 488, 100, 200, 302, 700, 0};
  UaFixture *f = &script->f;
  SipSessionId call = pick_call (script);
  const char *body = fuzz_take (&script->bytes, 4) == 3 ? NULL : UA_ANSWER;

  switch (fuzz_take (&script->bytes, 9)) {
  case 0:
  case 1:
    sip_ua_answer (f->ua, call, body, f->now_us, NULL);
    break;
  case 2:
    sip_ua_hang_up (f->ua, call, body != NULL ? "gone" : NULL, f->now_us, NULL);
    break;
  case 3:
    sip_ua_progress (f->ua, call, fuzz_pick (&script->bytes, statuses), body, f->now_us,
                     NULL);
    break;
  case 4:
    sip_ua_reject (f->ua, call, fuzz_pick (&script->bytes, statuses), f->now_us, NULL);
    break;
  case 5:
  case 6:
    sip_ua_reoffer (f->ua, call, body, f->now_us, NULL);
    break;
  case 7:
    sip_ua_answer_reoffer (f->ua, call, 200, UA_ANSWER, f->now_us, NULL);
    break;
  default:
    sip_ua_answer_reoffer (f->ua, call, 488, NULL, f->now_us, NULL);
    break;
  }
}

static void
step_transfer (AgentScript *script)
{
  UaFixture *f = &script->f;
  SipSessionId call = pick_call (script);

  switch (fuzz_take (&script->bytes, 5)) {
  case 0:
    note_call (script, sip_ua_accept_transfer (f->ua, call, UA_OFFER, f->now_us, NULL));
    break;
  case 1:
    sip_ua_refuse_transfer (f->ua, call, f->now_us, NULL);
    break;
  case 2:
    sip_ua_transfer (f->ua, call, "sip:carol@example.org", f->now_us, NULL);
    break;
  case 3:
    sip_ua_transfer_to (f->ua, call, pick_call (script), f->now_us, NULL);
    break;
  default:
    sip_ua_send_digit (f->ua, call, "5#x"[fuzz_take (&script->bytes, 3)], 160,
                       f -> now_us, NULL);
    break;
  }
}

static void
step_edit (AgentScript *script)
{
  script->n_edits = 1 + fuzz_take (&script->bytes, 4);
}

/* ---- The play ---- */

static void (*const steps[]) (AgentScript *script) = {
    agent_script_do_well,
    agent_script_respond,
    agent_script_request_inside,
    agent_script_request_outside,
    step_dial,
    step_command,
    step_transfer,
    step_wait,
    step_flow,
    agent_script_repeat,
    step_edit,
    step_account,
    agent_script_raw,
};

void
agent_script_begin (AgentScript *script, const FuzzBytes *bytes)
{
  guint flags, few;

  *script = (AgentScript){.bytes = *bytes};
  flags = fuzz_take (&script->bytes, 32);
  few = fuzz_take (&script->bytes, 4);
  script->calls = g_hash_table_new (NULL, NULL);
  script->sent = g_ptr_array_new_with_free_func ((GDestroyNotify)sip_message_unref);
  script->came = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  ua_fixture_init (&script->f, &(UaOptions){
                                   .flags = (SipUaFlags)flags,
                                   .max_calls = few == 1 ? 2 : 0,
                                   .max_ringing = few == 2 ? 1 : 0,
                               });
  /* Most plays begin where something can happen. */
  if (few != 3 && (flags & SIP_UA_FLAG_NO_REGISTER) == 0)
    ua_fixture_register (&script->f);
  else if (few != 3)
    ua_fixture_open (&script->f);
  look (script);
}

gboolean
agent_script_step (AgentScript *script)
{
  if (script->bytes.len == 0 || script->n_steps++ == AGENT_SCRIPT_MAX_STEPS)
    return FALSE;
  fuzz_pick (&script->bytes, steps) (script);
  ua_fixture_pump (&script->f);
  look (script);
  g_assert_cmpuint (count_alive (script), ==, sip_ua_get_n_calls (script->f.ua));
  return TRUE;
}

static void
hang_up_all (AgentScript *script)
{
  g_autoptr (GList) calls = g_hash_table_get_keys (script->calls);

  for (GList *link = calls; link != NULL; link = link->next)
    sip_ua_hang_up (script->f.ua, GPOINTER_TO_SIZE (link->data), NULL, script->f.now_us,
                    NULL);
  ua_fixture_pump (&script->f);
  look (script);
  g_assert_cmpuint (count_alive (script), ==, 0);
}

/* Nobody answers any more, and still it all ends. */
void
agent_script_end (AgentScript *script)
{
  SipUa *ua = script->f.ua;

  hang_up_all (script);
  ua_fixture_advance (&script->f, SECONDS (NEVER_S));
  look (script);
  g_assert_cmpuint (ua->sessions->len, ==, 0);
  sip_ua_stop (ua, script->f.now_us);
  ua_fixture_pump (&script->f);
  ua_fixture_advance (&script->f, SECONDS (3));
  look (script);
  g_assert_cmpint (ua->phase, ==, SIP_UA_IDLE);
  g_assert_cmpuint (g_hash_table_size (ua->client_txs), ==, 0);
  g_assert_cmpuint (g_hash_table_size (ua->server_txs), ==, 0);
  g_assert_cmpint (sip_ua_get_deadline (ua), ==, G_MAXINT64);
  ua_fixture_drop (&script->f);
  g_ptr_array_unref (script->sent);
  g_ptr_array_unref (script->came);
  g_hash_table_unref (script->calls);
}
