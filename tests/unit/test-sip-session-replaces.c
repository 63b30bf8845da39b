/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-session.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

/* A call comes that wants to take the place of another (RFC 3891). */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* @lines: whole headers. */
static void
receive_invite (UaFixture *f, const char *id, const char *lines)
{
  ua_fixture_receive (f,
                      "INVITE sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s\n"
                      "Max-Forwards: 70\nFrom: <sip:carol@example.org>;tag=carols\n"
                      "To: <sip:alice@example.org>\nCall-ID: %s\nCSeq: 1 INVITE\n"
                      "Contact: <sip:carol@far.invalid>\n%s"
                      "Content-Type: application/sdp\n\n" UA_OFFER,
                      id, id, lines);
}

/* Names a dialog of this call by its tags. */
static char *
make_replaces (UaFixture *f, SipSessionId call, guint n_dialog, const char *more)
{
  SipSession *session = sip_session_find (f->ua, call);
  const SipDialog *dialog = g_ptr_array_index (session->dialogs, n_dialog);

  return g_strdup_printf ("Replaces: %s;to-tag=%s;from-tag=%s%s\n", dialog->call_id,
                          dialog->local_tag, dialog->remote_tag, more);
}

static void
expect_status (UaFixture *f, const char *id, const char *lines, guint status)
{
  receive_invite (f, id, lines);
  ua_fixture_expect_response (f, status);
  ua_fixture_expect_silence (f);
  ua_fixture_expect_nothing_told (f);
}

static SipSessionId
expect_incoming (UaFixture *f, SipSessionId replaces)
{
  const UaTold *told;

  ua_fixture_expect_response (f, 100);
  ua_fixture_expect_response (f, 180);
  told = ua_fixture_take (f, SIP_OUTPUT_INCOMING);
  g_assert_cmpuint (told->replaces, ==, replaces);
  return told->session;
}

static void
answer (UaFixture *f, SipSessionId call)
{
  g_autoptr (GError) error = NULL;

  sip_ua_answer (f->ua, call, UA_ANSWER, f->now_us, &error);
  g_assert_no_error (error);
  ua_fixture_pump (f);
  ua_fixture_expect_response (f, 200);
}

static void
test_replaced (void)
{
  g_autofree char *replaces = NULL;
  SipSessionId old, new;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_call (&f, NULL);
  replaces = make_replaces (&f, old, 0, "");
  receive_invite (&f, "new", replaces);
  new = expect_incoming (&f, old);
  ua_fixture_advance (&f, SECONDS (20));
  ua_fixture_expect_nothing_told (&f); /* it goes on while the new one rings */
  answer (&f, new);
  ua_fixture_expect_end (&f, old, SIP_END_REPLACED, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

static void
test_asked_for_by_option (void)
{
  g_autofree char *replaces = NULL;
  g_autofree char *lines = NULL;
  SipSessionId old;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_be_called (&f, "old", NULL);
  replaces = make_replaces (&f, old, 0, ";x=y");
  lines = g_strdup_printf ("Require: Replaces\nReferred-By: <sip:bob@example.org>\n%s",
                           replaces);
  receive_invite (&f, "new", lines);
  answer (&f, expect_incoming (&f, old));
  ua_fixture_expect_end (&f, old, SIP_END_REPLACED, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* The new one comes to nothing: the old one stays. */
static void
test_not_answered (void)
{
  g_autofree char *replaces = NULL;
  SipSessionId old, new;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_call (&f, NULL);
  replaces = make_replaces (&f, old, 0, "");
  receive_invite (&f, "declined", replaces);
  new = expect_incoming (&f, old);
  ua_fixture_hang_up (&f, new, SIP_END_DECLINED_HERE);
  ua_fixture_expect_response (&f, 603);
  receive_invite (&f, "cancelled", replaces);
  new = expect_incoming (&f, old);
  ua_fixture_receive (&f, "CANCEL sip:alice@example.org SIP/2.0\n"
                          "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-cancelled\n"
                          "Max-Forwards: 70\nFrom: <sip:carol@example.org>;tag=carols\n"
                          "To: <sip:alice@example.org>\nCall-ID: cancelled\n"
                          "CSeq: 1 CANCEL\n\n");
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_response (&f, 487);
  ua_fixture_expect_end (&f, new, SIP_END_CANCELLED_THERE, 0);
  receive_invite (&f, "not-answered", replaces);
  new = expect_incoming (&f, old);
  ua_fixture_advance (&f, SIP_SESSION_RING_HERE_US);
  ua_fixture_expect_response (&f, 480);
  ua_fixture_expect_end (&f, new, SIP_END_NO_ANSWER, 0);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_drop (&f);
}

/* The old one ends first: the new one is a call like any other. */
static void
test_ended_before (void)
{
  g_autofree char *replaces = NULL;
  g_autoptr (SipMessage) bye = NULL;
  SipSessionId old, new;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_call (&f, NULL);
  replaces = make_replaces (&f, old, 0, "");
  receive_invite (&f, "new", replaces);
  new = expect_incoming (&f, old);
  ua_fixture_hang_up (&f, old, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  answer (&f, new);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  /* What is over cannot be replaced; what is gone is not known. */
  expect_status (&f, "late", replaces, 603);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  ua_fixture_advance (&f, SECONDS (40));
  g_assert_null (sip_session_find (f.ua, old));
  ua_fixture_drop (&f);
}

static void
test_gone (void)
{
  g_autofree char *replaces = NULL;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;
  SipSessionId old;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_call (&f, &invite);
  replaces = make_replaces (&f, old, 0, "");
  ua_fixture_hang_up (&f, old, SIP_END_HUNG_UP_HERE);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  ua_fixture_advance (&f, SECONDS (33)); /* late answers to the INVITE */
  expect_status (&f, "new", replaces, 481);
  ua_fixture_clear (&f);
}

/* Wrong tags never steal a call. */
static void
test_wrong (void)
{
  static const struct {
    const char *lines; /* with CALL, OURS and THEIRS in the places of id and tags */
    guint status;
  } cases[] = {
      {"Replaces: xCALL;to-tag=OURS;from-tag=THEIRS\n", 481},
      {"Replaces: CALL;to-tag=xOURS;from-tag=THEIRS\n", 481},
      {"Replaces: CALL;to-tag=OURSx;from-tag=THEIRS\n", 481},
      {"Replaces: CALL;to-tag=OURS;from-tag=xTHEIRS\n", 481},
      {"Replaces: CALL;to-tag=THEIRS;from-tag=OURS\n", 481}, /* from the other side */
      {"Replaces: CALL;to-tag=0;from-tag=0\n", 481},
      {"Replaces: CALL;to-tag=OURS\n", 400},
      {"Replaces: CALL\n", 400},
      {"Replaces: ;to-tag=OURS;from-tag=THEIRS\n", 400},
      {"Replaces: CALL;to-tag=OURS;from-tag=THEIRS;to-tag=1\n", 400},
      {"Replaces: CALL;to-tag=OURS;from-tag=THEIRS\n"
       "Replaces: CALL;to-tag=OURS;from-tag=THEIRS\n",
       400},
      {"Replaces: CALL;to-tag=OURS;from-tag=THEIRS\nJoin: a;to-tag=1;from-tag=2\n", 400},
      {"Replaces: CALL;to-tag=OURS;from-tag=THEIRS;early-only\n", 486},
  };
  const SipDialog *dialog;
  SipSessionId old;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_call (&f, NULL);
  dialog = sip_session_find (f.ua, old)->dialog;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("new%u", i);
    g_autoptr (GString) lines = g_string_new (cases[i].lines);

    g_string_replace (lines, "CALL", dialog->call_id, 0);
    g_string_replace (lines, "OURS", dialog->local_tag, 0);
    g_string_replace (lines, "THEIRS", dialog->remote_tag, 0);
    expect_status (&f, id, lines->str, cases[i].status);
  }
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

/* It belongs into a first INVITE and nowhere else (RFC 3891 §3). */
static void
test_misplaced (void)
{
  static const char *const methods[] = {"INVITE", "BYE", "UPDATE", "INFO", "OPTIONS"};
  g_autoptr (SipMessage) inside = NULL;
  g_autofree char *replaces = NULL;
  SipSessionId old, call;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_call (&f, NULL);
  call = ua_fixture_be_called (&f, "in", &inside);
  replaces = make_replaces (&f, old, 0, "");
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    ua_fixture_request_inside (&f, inside, methods[i], 2 + i, replaces, NULL);
    ua_fixture_expect_response (&f, 400);
  }
  ua_fixture_receive (&f,
                      "OPTIONS sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-o\n"
                      "Max-Forwards: 70\nFrom: <sip:carol@example.org>;tag=x\n"
                      "To: <sip:alice@example.org>\nCall-ID: o\nCSeq: 1 OPTIONS\n%s\n",
                      replaces);
  ua_fixture_expect_response (&f, 400);
  ua_fixture_expect_nothing_told (&f);
  g_assert_nonnull (sip_session_find (f.ua, call));
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 2);
  ua_fixture_clear (&f);
}

/* An early dialog can be taken over where it is ours (a call that we make and that rings
 * there), and not where theirs rings here. */
static void
test_early (void)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;
  SipSessionId out, in, new;
  UaFixture f;

  ua_fixture_start (&f);
  in = ua_fixture_ring (&f, "in", NULL);
  theirs = make_replaces (&f, in, 0, "");
  expect_status (&f, "steals", theirs, 481);
  invite = ua_fixture_dial (&f, &out);
  ua_fixture_respond (&f, invite, 180, "first", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ua_fixture_respond (&f, invite, 180, "second", UA_CONTACT, NULL);
  ua_fixture_take (&f, SIP_OUTPUT_PROGRESS);
  ours = make_replaces (&f, out, 1, ";early-only");
  receive_invite (&f, "new", ours);
  new = expect_incoming (&f, out);
  answer (&f, new);
  ua_fixture_expect_end (&f, out, SIP_END_REPLACED, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_CANCEL);
  /* It is being cancelled, and not to be had any more. */
  expect_status (&f, "late", ours, 603);
  ua_fixture_clear (&f);
}

/* Our 2xx waits for its ACK: the BYE waits with it (RFC 3261 §15.1.1). */
static void
test_not_acknowledged (void)
{
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *replaces = NULL;
  SipSessionId old;
  UaFixture f;

  ua_fixture_start (&f);
  old = ua_fixture_ring (&f, "old", NULL);
  sip_ua_answer (f.ua, old, UA_ANSWER, f.now_us, NULL);
  ua_fixture_pump (&f);
  ok = ua_fixture_take_response (&f, 200);
  replaces = make_replaces (&f, old, 0, "");
  receive_invite (&f, "new", replaces);
  answer (&f, expect_incoming (&f, old));
  ua_fixture_expect_end (&f, old, SIP_END_REPLACED, 0);
  ua_fixture_expect_silence (&f);
  ua_fixture_request_inside (&f, ok, "ACK", 1, "", NULL);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* The far end of the old call has no tag (RFC 2543): "0" names that. */
static void
test_old_far_end (void)
{
  g_autofree char *replaces = NULL;
  g_autoptr (SipMessage) invite = NULL;
  SipSessionId old;
  UaFixture f;
  const SipDialog *dialog;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &old);
  ua_fixture_respond (&f, invite, 200, NULL, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  dialog = sip_session_find (f.ua, old)->dialog;
  replaces = g_strdup_printf ("Replaces: %s;to-tag=%s;from-tag=0\n", dialog->call_id,
                              dialog->local_tag);
  receive_invite (&f, "new", replaces);
  answer (&f, expect_incoming (&f, old));
  ua_fixture_expect_end (&f, old, SIP_END_REPLACED, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_clear (&f);
}

/* It is a call, and no more of them than any other. */
static void
test_limit (void)
{
  g_autofree char *replaces = NULL;
  SipSessionId old;
  UaFixture f;

  ua_fixture_init (&f, &(UaOptions){.max_calls = 1});
  ua_fixture_register (&f);
  old = ua_fixture_call (&f, NULL);
  replaces = make_replaces (&f, old, 0, "");
  expect_status (&f, "new", replaces, 486);
  expect_status (&f, "wrong", "Replaces: x;to-tag=1;from-tag=2\n", 481);
  ua_fixture_clear (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-replaces/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("replaced", test_replaced);
  ADD ("asked-for-by-option", test_asked_for_by_option);
  ADD ("not-answered", test_not_answered);
  ADD ("ended-before", test_ended_before);
  ADD ("gone", test_gone);
  ADD ("wrong", test_wrong);
  ADD ("misplaced", test_misplaced);
  ADD ("early", test_early);
  ADD ("not-acknowledged", test_not_acknowledged);
  ADD ("old-far-end", test_old_far_end);
  ADD ("limit", test_limit);
  return g_test_run ();
}
