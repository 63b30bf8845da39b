/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"
#include "transfer-fixture.h"

/* We ask for a transfer (RFC 3515, RFC 5589). */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

static void
test_blind (void)
{
  AskingRig rig;

  asking_begin (&rig);
  ua_expect_target (rig.refer, "sip:bob@far.invalid");
  ua_expect_header (rig.refer, SIP_HEADER_REFER_TO, "<sip:carol@example.org>");
  ua_expect_header (rig.refer, SIP_HEADER_REFERRED_BY, "<sip:alice@example.org>");
  ua_expect_header (rig.refer, SIP_HEADER_CONTACT, "<sip:*>");
  ua_expect_header (rig.refer, SIP_HEADER_TO, "*;tag=there");
  ua_expect_header (rig.refer, SIP_HEADER_CSEQ, "2 REFER");
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_ASKING);
  asking_respond (&rig, 202, UA_CONTACT);
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_EXPECTING);
  asking_notify (&rig, "refer;id=2", "active;expires=60", "SIP/2.0 100 Trying\n");
  ua_fixture_expect_response (&rig.f, 200);
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_WATCHING);
  asking_expect_told (&rig, 100, "Trying");
  asking_notify (&rig, "REFER", "Active", "SIP/2.0 180 Ringing\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 180, "Ringing");
  asking_notify (&rig, "refer", "active", "SIP/2.0 180 Ringing\n"); /* told once */
  ua_fixture_expect_response (&rig.f, 200);
  asking_notify (&rig, "refer", "terminated;reason=noresource", "SIP/2.0 200 OK\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 200, "OK");
  asking_expect_over (&rig);
  asking_clear (&rig);
}

/* The NOTIFY overtakes the 202 (RFC 3515 §2.4.4). */
static void
test_notify_first (void)
{
  AskingRig rig;

  asking_begin (&rig);
  asking_notify (&rig, "refer", "active", "SIP/2.0 100 Trying\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 100, "Trying");
  asking_respond (&rig, 202, UA_CONTACT);
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_WATCHING);
  asking_notify (&rig, "refer", "terminated", "SIP/2.0 486 Busy Here\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 486, "Busy Here");
  asking_expect_over (&rig);
  /* Even the last one; the 202 comes when all is over, and a new one is under way. */
  asking_notify (&rig, "refer", "terminated", "SIP/2.0 200 OK\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 200, "OK");
  asking_respond (&rig, 202, UA_CONTACT);
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_NONE);
  asking_clear (&rig);
}

static void
test_refused (void)
{
  static const guint statuses[] = {302, 400, 401, 403, 405, 407, 408,
                                   480, 481, 491, 501, 503, 603};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    AskingRig rig;

    asking_begin (&rig);
    asking_respond (&rig, 100, "");
    ua_fixture_expect_nothing_told (&rig.f);
    asking_respond (&rig, statuses[i], "");
    g_assert_cmpuint (ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER)->status, ==,
                      statuses[i]);
    asking_expect_over (&rig);
    asking_clear (&rig);
  }
}

/* Who asks for a password inside a call may be the far end: it gets none, unless the
 * account says that its server does so; then the second REFER is the one that counts. */
static void
test_challenged (void)
{
  AskingRig rig;

  asking_begin (&rig);
  ua_fixture_challenge (&rig.f, rig.refer, 407, "example.org", "n1", "");
  asking_expect_told (&rig, 407, "Proxy Authentication Required");
  asking_expect_over (&rig);
  asking_clear (&rig);

  rig = (AskingRig){.cseq = 100};
  ua_fixture_init (&rig.f, &(UaOptions){.flags = SIP_UA_FLAG_AUTH_IN_DIALOG});
  ua_fixture_register (&rig.f);
  rig.call = ua_fixture_call (&rig.f, &rig.invite);
  asking_transfer (&rig);
  ua_fixture_challenge (&rig.f, rig.refer, 407, "example.org", "n2", "");
  sip_message_unref (rig.refer);
  rig.refer = ua_fixture_take_request (&rig.f, SIP_METHOD_REFER);
  ua_expect_header (rig.refer, SIP_HEADER_PROXY_AUTHORIZATION, "Digest *");
  ua_expect_header (rig.refer, SIP_HEADER_REFER_TO, "<sip:carol@example.org>");
  asking_respond (&rig, 202, UA_CONTACT);
  asking_notify (&rig, "refer;id=2", "active", "SIP/2.0 100 Trying\n");
  ua_fixture_expect_response (&rig.f, 481);
  asking_notify (&rig, "refer;id=3", "active", "SIP/2.0 100 Trying\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 100, "Trying");
  asking_clear (&rig);
}

/* Ended without a word how it went: the call stays, and the host is told so. */
static void
test_terminated (void)
{
  static const struct {
    const char *state;
    const char *frag;
    guint status;
  } cases[] = {
      {"terminated", NULL, 408},
      {"terminated;reason=timeout", "SIP/2.0 180 Ringing\n", 408},
      {"terminated;reason=noresource", "SIP/2.0 100 Trying\n", 408},
      {"TERMINATED;reason=giveup", "From: <sip:a@b>\n", 408},
      {"terminated;reason=rejected", NULL, 603},
      {"terminated;reason=rejected", "SIP/2.0 404 Not Found\n", 404},
      {"active", "SIP/2.0 503 Service Unavailable\n", 503},
      {"pending", "SIP/2.0 302 Moved Temporarily\n", 302},
      {NULL, "SIP/2.0 200 OK\n", 200}, /* old senders forget it */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    AskingRig rig;

    asking_begin (&rig);
    asking_respond (&rig, 202, UA_CONTACT);
    asking_notify (&rig, "refer", cases[i].state, cases[i].frag);
    ua_fixture_expect_response (&rig.f, 200);
    g_assert_cmpuint (ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER)->status, ==,
                      cases[i].status);
    asking_expect_over (&rig);
    asking_clear (&rig);
  }
}

/* What a NOTIFY must not do. */
static void
test_bad_notify (void)
{
  static const struct {
    const char *more;
    guint status;
  } cases[] = {
      {"Subscription-State: active\n", 400}, /* about what? */
      {"Event: presence\nSubscription-State: active\n", 489},
      {"Event: refer;id=99\nSubscription-State: active\n", 481},
      {"Event: refer;id=99\nSubscription-State: terminated\n", 481},
      {"Event: refer;id=-2\nSubscription-State: terminated\n", 481},
      {"Event: refer;id=99999999999999999999\nSubscription-State: terminated\n", 481},
      {"Event: refer\nSubscription-State: active\nContent-Type: text/plain\n\nhello\n",
       415},
      {"Event: refer\nSubscription-State: active\n\nSIP/2.0 200 OK\n", 415},
      {"Event: refer\nSubscription-State: active\nContent-Type: "
       "message/sipfrag\n\nhello\n",
       400},
      {"Event: refer\nSubscription-State: active\nContent-Type: message/sipfrag\n\n"
       "SIP/2.0 999 %n%s\n",
       400},
  };
  AskingRig rig;

  asking_begin (&rig);
  asking_respond (&rig, 202, UA_CONTACT);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ua_fixture_request_inside (&rig.f, rig.invite, "NOTIFY", rig.cseq++, cases[i].more,
                               NULL);
    ua_fixture_expect_response (&rig.f, cases[i].status);
    ua_fixture_expect_nothing_told (&rig.f);
    g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_EXPECTING);
  }
  /* Empty news are none, and still a sign of life. */
  asking_notify (&rig, "refer", "active", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_nothing_told (&rig.f);
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_WATCHING);
  /* Broken, and the last one all the same. */
  asking_notify (&rig, "refer", "terminated", "hello\n");
  ua_fixture_expect_response (&rig.f, 400);
  asking_expect_told (&rig, 408, NULL);
  asking_expect_over (&rig);
  asking_clear (&rig);
}

/* Nothing comes at all: no answer to the REFER, no NOTIFY after it, none that ends it. */
static void
test_out_of_time (void)
{
  AskingRig rig;

  asking_begin (&rig);
  ua_fixture_advance (&rig.f, SECONDS (31));
  ua_fixture_expect_nothing_told (&rig.f);
  ua_fixture_advance (&rig.f, SECONDS (2));
  asking_expect_told (&rig, 408, NULL);
  asking_expect_over (&rig);
  asking_respond (&rig, 202, UA_CONTACT);
  ua_fixture_advance (&rig.f, SECONDS (31));
  ua_fixture_expect_nothing_told (&rig.f);
  ua_fixture_advance (&rig.f, SECONDS (2));
  asking_expect_told (&rig, 408, NULL);
  asking_expect_over (&rig);
  asking_respond (&rig, 202, UA_CONTACT);
  asking_notify (&rig, "refer", "active;expires=1", "SIP/2.0 180 Ringing\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 180, "Ringing");
  ua_fixture_advance (&rig.f, SIP_REFER_LIMIT_US - SECONDS (1));
  ua_fixture_expect_nothing_told (&rig.f);
  ua_fixture_advance (&rig.f, SECONDS (2));
  asking_expect_told (&rig, 408, NULL);
  asking_clear (&rig);
}

/* RFC 4488: the far end tells nothing, and says so. */
static void
test_no_subscription (void)
{
  AskingRig rig;

  asking_begin (&rig);
  asking_respond (&rig, 200, "Refer-Sub: false\n");
  asking_expect_told (&rig, 200, NULL);
  asking_expect_over (&rig);
  asking_clear (&rig);
}

/* The call ends in the middle: ENDED says all, and what comes late finds nothing. */
static void
test_call_ends (void)
{
  AskingRig rig;

  for (guint i = 0; i < 3; i++) {
    asking_begin (&rig);
    if (i > 0)
      asking_respond (&rig, 202, UA_CONTACT);
    if (i > 1) {
      asking_notify (&rig, "refer", "active", "SIP/2.0 100 Trying\n");
      ua_fixture_expect_response (&rig.f, 200);
      asking_expect_told (&rig, 100, "Trying");
    }
    ua_fixture_hang_up (&rig.f, rig.call, SIP_END_HUNG_UP_HERE);
    ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
    asking_notify (&rig, "refer", "terminated", "SIP/2.0 200 OK\n");
    ua_fixture_expect_response (&rig.f, 481);
    if (i == 0)
      asking_respond (&rig, 202, UA_CONTACT);
    asking_clear (&rig);
  }
  asking_begin (&rig);
  ua_fixture_request_inside (&rig.f, rig.invite, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  asking_clear (&rig);
}

/* The flow goes with the REFER on its way: the far end may have it, and tells. */
static void
test_flow_lost (void)
{
  AskingRig rig;

  asking_begin (&rig);
  ua_fixture_reconnect (&rig.f);
  g_assert_cmpint (asking_get_state (&rig), ==, SIP_REFER_EXPECTING);
  asking_notify (&rig, "refer", "active", "SIP/2.0 100 Trying\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 100, "Trying");
  ua_fixture_reconnect (&rig.f);
  asking_notify (&rig, "refer", "terminated", "SIP/2.0 200 OK\n");
  ua_fixture_expect_response (&rig.f, 200);
  asking_expect_told (&rig, 200, "OK");
  asking_expect_over (&rig);
  /* Or it has not. */
  ua_fixture_reconnect (&rig.f);
  ua_fixture_advance (&rig.f, SECONDS (33));
  asking_expect_told (&rig, 408, NULL);
  asking_clear (&rig);
}

/* ---- What is refused here ---- */

static void
expect_refused (AskingRig *rig, const char *uri, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sip_ua_transfer (rig->f.ua, rig->call, uri, rig->f.now_us, &error));
  ua_fixture_pump (&rig->f);
  g_assert_error (error, SIP_ERROR, code);
  ua_fixture_expect_silence (&rig->f);
}

static void
test_refused_here (void)
{
  AskingRig rig = {.cseq = 100};
  SipSessionId ringing;

  ua_fixture_start (&rig.f);
  ringing = rig.call = ua_fixture_ring (&rig.f, "in", NULL);
  expect_refused (&rig, "carol", SIP_ERROR_WRONG_STATE);
  ua_fixture_hang_up (&rig.f, ringing, SIP_END_DECLINED_HERE);
  ua_fixture_expect_response (&rig.f, 603);
  expect_refused (&rig, "carol", SIP_ERROR_NOT_FOUND);
  rig.call = ua_fixture_call (&rig.f, &rig.invite);
  expect_refused (&rig, "", SIP_ERROR_SYNTAX);
  expect_refused (&rig, "sip:carol@example.org?Replaces=x", SIP_ERROR_SYNTAX);
  expect_refused (&rig, "sip:carol%0d%0aX@example.org", SIP_ERROR_FORBIDDEN_BYTE);
  expect_refused (&rig, "mailto:carol@example.org", SIP_ERROR_UNSUPPORTED);
  expect_refused (&rig, "sips:carol@example.org", SIP_ERROR_UNSUPPORTED);
  asking_transfer (&rig);
  expect_refused (&rig, "dave", SIP_ERROR_WRONG_STATE);
  asking_respond (&rig, 202, UA_CONTACT);
  expect_refused (&rig, "dave", SIP_ERROR_WRONG_STATE);
  asking_respond (&rig, 603, "");
  ua_fixture_lose_flow (&rig.f);
  sip_message_unref (rig.invite);
  sip_message_unref (rig.refer);
  ua_fixture_drop (&rig.f);
}

static void
test_no_flow (void)
{
  AskingRig rig;

  asking_start (&rig);
  ua_fixture_lose_flow (&rig.f);
  expect_refused (&rig, "carol", SIP_ERROR_NO_FLOW);
  sip_message_unref (rig.invite);
  ua_fixture_drop (&rig.f);
}

/* ---- Attended ---- */

/* The second call, to Carol, who says with @contact and To how she can be reached. */
static SipSessionId
consult (AskingRig *rig, const char *uri, const char *contact)
{
  g_autoptr (SipMessage) invite = NULL;
  SipSessionId call;

  call = sip_ua_invite (rig->f.ua, uri, UA_OFFER, rig->f.now_us, NULL);
  ua_fixture_pump (&rig->f);
  invite = ua_fixture_take_request (&rig->f, SIP_METHOD_INVITE);
  ua_fixture_respond (&rig->f, invite, 200, "carols", contact, UA_ANSWER);
  ua_fixture_expect_request (&rig->f, SIP_METHOD_ACK);
  ua_fixture_take (&rig->f, SIP_OUTPUT_ANSWERED);
  return call;
}

static void
test_attended (void)
{
  static const struct {
    const char *uri;
    const char *contact;
    const char *refer_to;
  } cases[] = {
      /* Her GRUU, where she has one; else her address; else what there is. */
      {"carol", "Contact: <sip:carol@example.org;gr=urn:uuid:1>\n",
       "<sip:carol@example.org;gr=urn:uuid:1?Replaces=*>"},
      {"carol", "Contact: <sip:x@y.invalid;transport=ws>\n",
       "<sip:carol@example.org?Replaces=*>"},
      {"sip:anonymous@anonymous.invalid", "Contact: <sip:x@192.0.2.1>\n",
       "<sip:x@192.0.2.1?Replaces=*>"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (SipReferTo) target = {0};
    SipReplaces replaces;
    const SipDialog *dialog;
    SipSessionId other;
    AskingRig rig;

    asking_start (&rig);
    other = consult (&rig, cases[i].uri, cases[i].contact);
    dialog = sip_session_find (rig.f.ua, other)->dialog;
    sip_ua_transfer_to (rig.f.ua, rig.call, other, rig.f.now_us, &error);
    g_assert_no_error (error);
    ua_fixture_pump (&rig.f);
    rig.refer = ua_fixture_take_request (&rig.f, SIP_METHOD_REFER);
    ua_expect_target (rig.refer, "sip:bob@far.invalid");
    ua_expect_header (rig.refer, SIP_HEADER_REFER_TO, cases[i].refer_to);
    /* Who reads it names Carol's dialog, from her side. */
    g_assert_cmpuint (sip_refer_to_read (rig.refer, FALSE, &target), ==, 0);
    g_assert_true (
        sip_replaces_parse (sip_text_from_str (target.replaces), &replaces, NULL));
    g_assert_true (sip_text_equal_str (replaces.call_id, dialog->call_id));
    g_assert_true (sip_text_equal_str (replaces.to_tag, "carols"));
    g_assert_true (sip_text_equal_str (replaces.from_tag, dialog->local_tag));
    asking_clear (&rig);
  }
}

static void
test_attended_refused_here (void)
{
  g_autoptr (SipMessage) invite = NULL;
  SipSessionId early;
  AskingRig rig;

  asking_start (&rig);
  invite = ua_fixture_dial (&rig.f, &early);
  ua_fixture_respond (&rig.f, invite, 180, "other", UA_CONTACT, NULL);
  ua_fixture_take (&rig.f, SIP_OUTPUT_PROGRESS);
  for (guint i = 0; i < 3; i++) {
    const SipSessionId others[] = {rig.call, early, 99};
    const int codes[] = {SIP_ERROR_WRONG_STATE, SIP_ERROR_WRONG_STATE,
                         SIP_ERROR_NOT_FOUND};
    g_autoptr (GError) error = NULL;

    g_assert_false (
        sip_ua_transfer_to (rig.f.ua, rig.call, others[i], rig.f.now_us, &error));
    ua_fixture_pump (&rig.f);
    g_assert_error (error, SIP_ERROR, codes[i]);
    ua_fixture_expect_silence (&rig.f);
  }
  asking_clear (&rig);
}

#define ADD(name, func) g_test_add_func ("/sip-session-refer/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("blind", test_blind);
  ADD ("notify-first", test_notify_first);
  ADD ("refused", test_refused);
  ADD ("challenged", test_challenged);
  ADD ("terminated", test_terminated);
  ADD ("bad-notify", test_bad_notify);
  ADD ("out-of-time", test_out_of_time);
  ADD ("no-subscription", test_no_subscription);
  ADD ("call-ends", test_call_ends);
  ADD ("flow-lost", test_flow_lost);
  ADD ("refused-here", test_refused_here);
  ADD ("no-flow", test_no_flow);
  ADD ("attended", test_attended);
  ADD ("attended-refused-here", test_attended_refused_here);
  return g_test_run ();
}
