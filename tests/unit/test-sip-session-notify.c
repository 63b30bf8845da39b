/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer-fixture.h"

/* What becomes of the NOTIFYs that tell how a transfer goes. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* One NOTIFY at a time, and the next says what is so then. */
static void
test_slow_far_end (void)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  AskedRig rig;

  asked_start (&rig);
  asked_take_question (&rig, CAROL);
  first = asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  asked_follow (&rig);
  for (guint status = 180; status < 190; status++)
    asked_ring (&rig, status);
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, first, 200, NULL, "", NULL);
  second = asked_take_notify (&rig, "active;*", "SIP/2.0 189 Provisional");
  asked_take_up (&rig);
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, second, 200, NULL, "", NULL);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 200 OK");
  asked_expect_over (&rig);
  asked_clear (&rig);
}

static void
test_notify_refused (void)
{
  static const guint statuses[] = {400, 401, 405, 481, 489, 500, 603};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) notify = NULL;
    AskedRig rig;

    asked_start (&rig);
    asked_take_question (&rig, CAROL);
    notify = asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
    ua_fixture_respond (&rig.f, notify, statuses[i], NULL, "", NULL);
    asked_follow (&rig); /* the question was not theirs to take back */
    asked_ring (&rig, 180);
    asked_take_up (&rig);
    asked_expect_over (&rig);
    asked_clear (&rig);
  }
}

/* What was only not passed on goes again, a little later each time. */
static void
test_notify_not_passed_on (void)
{
  static const guint statuses[] = {430, 503, 504};
  AskedRig rig;

  asked_start (&rig);
  asked_take_question (&rig, CAROL);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) notify =
        asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying");

    ua_fixture_respond (&rig.f, notify, statuses[i], NULL, "", NULL);
    ua_fixture_expect_silence (&rig.f);
    ua_fixture_advance (&rig.f, SECONDS (10));
  }
  asked_answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_fixture_advance (&rig.f, SECONDS (20));
  ua_fixture_expect_silence (&rig.f);
  /* The last one too, and not for ever. */
  g_assert_true (asked_refuse (&rig));
  while (asked_get_state (&rig) != SIP_REFERRED_NONE) {
    if (!g_queue_is_empty (&rig.f.sent)) {
      g_autoptr (SipMessage) notify =
          asked_take_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");

      ua_fixture_respond (&rig.f, notify, 430, NULL, "", NULL);
    }
    ua_fixture_advance (&rig.f, SECONDS (1));
  }
  ua_fixture_advance (&rig.f, SECONDS (60));
  ua_fixture_expect_silence (&rig.f);
  asked_clear (&rig);
}

/* No answer at all: nobody is there to be told. */
static void
test_notify_not_answered (void)
{
  AskedRig rig;

  asked_start (&rig);
  asked_take_question (&rig, CAROL);
  sip_message_unref (asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying"));
  ua_fixture_advance (&rig.f, SECONDS (33));
  asked_follow (&rig);
  asked_take_up (&rig);
  asked_expect_over (&rig);
  asked_clear (&rig);
}

static void
test_notify_challenged (void)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  AskedRig rig;

  asked_start_as (&rig, &(UaOptions){.flags = SIP_UA_FLAG_AUTH_IN_DIALOG});
  asked_take_question (&rig, CAROL);
  first = asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_fixture_challenge (&rig.f, first, 407, "example.org", "n2", "");
  second = asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_expect_header (second, SIP_HEADER_PROXY_AUTHORIZATION, "Digest *");
  g_assert_true (asked_refuse (&rig));
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, second, 200, NULL, "", NULL);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  asked_expect_over (&rig);
  asked_clear (&rig);
}

/* The flow goes at every step: what was on its way goes again over the next one. */
static void
test_flow_lost (void)
{
  AskedRig rig;

  asked_start (&rig);
  asked_take_question (&rig, CAROL);
  sip_message_unref (asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying"));
  ua_fixture_reconnect (&rig.f);
  asked_answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_fixture_advance (&rig.f, SECONDS (10));
  ua_fixture_reconnect (&rig.f);
  ua_fixture_expect_silence (&rig.f); /* that one had come */
  asked_follow (&rig);
  ua_fixture_advance (&rig.f, SECONDS (10));
  ua_fixture_lose_flow (&rig.f);
  g_assert_cmpint (asked_get_state (&rig), ==, SIP_REFERRED_TELLING);
  ua_fixture_advance (&rig.f, SIP_REFERRED_TELL_US + SECONDS (1));
  g_assert_cmpint (asked_get_state (&rig), ==, SIP_REFERRED_NONE);
  sip_message_unref (rig.answer);
  sip_message_unref (rig.invite);
  ua_fixture_drop (&rig.f);

  asked_begin (&rig, CAROL);
  asked_follow (&rig);
  ua_fixture_advance (&rig.f, SECONDS (10));
  ua_fixture_lose_flow (&rig.f);
  ua_fixture_expect_end (&rig.f, rig.made, SIP_END_FLOW_LOST, 0);
  ua_fixture_expect_reconnect (&rig.f);
  ua_fixture_come_back (&rig.f);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 503 Service Unavailable");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_CANCEL); /* Carol's may ring still */
  asked_expect_over (&rig);
  asked_clear (&rig);
}

#define ADD(name, func) g_test_add_func ("/sip-session-notify/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("slow-far-end", test_slow_far_end);
  ADD ("refused", test_notify_refused);
  ADD ("not-passed-on", test_notify_not_passed_on);
  ADD ("not-answered", test_notify_not_answered);
  ADD ("challenged", test_notify_challenged);
  ADD ("flow-lost", test_flow_lost);
  return g_test_run ();
}
