/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-status.h"
#include "sip-ua-private.h"
#include "transfer-fixture.h"

/* They ask us for a transfer (RFC 3515): the user decides, and they are told. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

static void
test_blind (void)
{
  g_autoptr (SipMessage) accepted = NULL;
  AskedRig rig;

  asked_start (&rig);
  asked_refer (&rig,
               CAROL "Referred-By: \"Bob\" <sip:bob@example.org?X=y>;cid=\"1@2\"\n");
  accepted = ua_fixture_take_response (&rig.f, 202);
  ua_expect_header (accepted, SIP_HEADER_CONTACT, "<sip:*>");
  asked_expect_asked (&rig, "sip:carol@example.org", FALSE);
  asked_answer_notify (&rig, "active;expires=300", "SIP/2.0 100 Trying");
  ua_fixture_advance (&rig.f, SECONDS (20));
  ua_fixture_expect_silence (&rig.f); /* the user thinks */
  asked_follow (&rig);
  ua_expect_target (rig.invite, "sip:carol@example.org");
  ua_expect_header (rig.invite, SIP_HEADER_REFERRED_BY, "\"Bob\" <sip:bob@example.org>");
  g_assert_false (sip_message_has_header (rig.invite, SIP_HEADER_REPLACES));
  asked_ring (&rig, 180);
  asked_answer_notify (&rig, "active;*", "SIP/2.0 180 Ringing");
  asked_ring (&rig, 180);
  ua_fixture_expect_silence (&rig.f); /* nothing new */
  asked_ring (&rig, 183);
  asked_answer_notify (&rig, "active;expires=280", "SIP/2.0 183 Session Progress");
  asked_take_up (&rig);
  asked_answer_notify (&rig, "terminated;reason=noresource", "SIP/2.0 200 OK");
  asked_expect_over (&rig);
  g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 2); /* hanging up is theirs */
  ua_fixture_hang_up (&rig.f, rig.made, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  asked_clear (&rig);
}

static void
test_attended (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL_INSTEAD "Referred-By: </\n");
  asked_follow (&rig);
  ua_expect_header (rig.invite, SIP_HEADER_REPLACES, "x@y;to-tag=1;from-tag=2");
  g_assert_false (sip_message_has_header (rig.invite, SIP_HEADER_REFERRED_BY));
  asked_take_up (&rig);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 200 OK");
  asked_clear (&rig);
  asked_start (&rig);
  asked_take_question (&rig, CAROL_INSTEAD);
  g_assert_true (asked_refuse (&rig));
  asked_answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  asked_expect_over (&rig);
  asked_clear (&rig);
}

/* The challenge of the server is answered, and the second INVITE has all of the first. */
static void
test_challenged (void)
{
  g_autoptr (SipMessage) first = NULL;
  AskedRig rig;

  asked_begin (&rig, CAROL_INSTEAD "Referred-By: <sip:bob@example.org>\n");
  asked_follow (&rig);
  first = g_steal_pointer (&rig.invite);
  ua_fixture_challenge (&rig.f, first, 407, "example.org", "n2", "");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_ACK);
  rig.invite = ua_fixture_take_request (&rig.f, SIP_METHOD_INVITE);
  ua_expect_header (rig.invite, SIP_HEADER_REPLACES, "x@y;to-tag=1;from-tag=2");
  ua_expect_header (rig.invite, SIP_HEADER_REFERRED_BY, "<sip:bob@example.org>");
  ua_expect_header (rig.invite, SIP_HEADER_PROXY_AUTHORIZATION, "Digest *");
  asked_refuse_call (&rig, 486);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 486 Busy Here");
  asked_clear (&rig);
}

/* How a call that was never answered is told. */
static void
test_failed (void)
{
  static const guint statuses[] = {302, 404, 481, 486, 503, 603};
  AskedRig rig;

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autofree char *frag = NULL;

    asked_begin (&rig, CAROL);
    asked_follow (&rig);
    asked_refuse_call (&rig, statuses[i]);
    frag = g_strdup_printf ("SIP/2.0 %u %s", statuses[i],
                            sip_status_get_phrase (statuses[i]));
    asked_answer_notify (&rig, "terminated;*", frag);
    asked_expect_over (&rig);
    g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 1);
    asked_clear (&rig);
  }
  asked_begin (&rig, CAROL);
  asked_follow (&rig);
  asked_ring (&rig, 180);
  asked_answer_notify (&rig, "active;*", "SIP/2.0 180 Ringing");
  ua_fixture_hang_up (&rig.f, rig.made, SIP_END_CANCELLED_HERE);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 487 Request Terminated");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_CANCEL);
  asked_clear (&rig);
  asked_begin (&rig, CAROL);
  asked_follow (&rig);
  ua_fixture_advance (&rig.f, SECONDS (33));
  ua_fixture_expect_end (&rig.f, rig.made, SIP_END_NO_ANSWER, 0);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 408 Request Timeout");
  asked_clear (&rig);
  asked_begin (&rig, CAROL);
  asked_follow (&rig);
  ua_fixture_respond (&rig.f, rig.invite, 200, "carols", UA_CONTACT,
                      NULL); /* no answer */
  ua_fixture_expect_request (&rig.f, SIP_METHOD_ACK);
  ua_fixture_expect_end (&rig.f, rig.made, SIP_END_PROTOCOL_ERROR, 200);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 500 Server Internal Error");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  asked_clear (&rig);
}

static void
test_refused (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL);
  g_assert_true (asked_refuse (&rig));
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  asked_expect_over (&rig);
  /* And asked again: another subscription, by its own number. */
  asked_take_question (&rig, CAROL);
  {
    g_autoptr (SipMessage) notify =
        asked_take_notify (&rig, "active;*", "SIP/2.0 100 Trying");

    ua_expect_header (notify, SIP_HEADER_EVENT, "refer;id=3");
    ua_fixture_respond (&rig.f, notify, 200, NULL, "", NULL);
  }
  asked_clear (&rig);
}

static void
test_never_decided (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL);
  ua_fixture_advance (&rig.f, SIP_REFERRED_ASK_US - SECONDS (1));
  ua_fixture_expect_nothing_told (&rig.f);
  ua_fixture_advance (&rig.f, SECONDS (2));
  g_assert_cmpuint (ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER_WITHDRAWN)->session, ==,
                    rig.call);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 480 Temporarily Unavailable");
  asked_expect_over (&rig);
  asked_clear (&rig);
}

/* One question at a time (RFC 3261 §21.4.27). */
static void
test_second (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL);
  asked_refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 491);
  asked_follow (&rig);
  asked_refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 491);
  ua_fixture_expect_nothing_told (&rig.f);
  asked_take_up (&rig);
  asked_refer (&rig, CAROL); /* the last NOTIFY is not answered */
  sip_message_unref (asked_take_notify (&rig, "terminated;*", "SIP/2.0 200 OK"));
  ua_fixture_expect_response (&rig.f, 491);
  asked_clear (&rig);
}

/* Only who is in a call with us may ask, and only when it stands. */
static void
test_where (void)
{
  g_autoptr (SipMessage) ringing = NULL;
  AskedRig rig;

  asked_start (&rig);
  ua_fixture_receive (
      &rig.f, "REFER sip:alice@example.org SIP/2.0\n"
              "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-out\n"
              "Max-Forwards: 70\nFrom: <sip:bob@example.org>;tag=x\n"
              "To: <sip:alice@example.org>\nCall-ID: out\nCSeq: 1 REFER\n" CAROL "\n");
  ua_fixture_expect_response (&rig.f, 403);
  ua_fixture_receive (
      &rig.f,
      "REFER sip:alice@example.org SIP/2.0\n"
      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-out2\n"
      "Max-Forwards: 70\nFrom: <sip:bob@example.org>;tag=x\n"
      "To: <sip:alice@example.org>;tag=y\nCall-ID: out\nCSeq: 1 REFER\n" CAROL "\n");
  ua_fixture_expect_response (&rig.f, 481);
  ua_fixture_ring (&rig.f, "second", &ringing);
  ua_fixture_request_inside (&rig.f, ringing, "REFER", 2, CAROL, NULL);
  ua_fixture_expect_response (&rig.f, 403);
  ua_fixture_hang_up (&rig.f, rig.call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  asked_refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 481);
  asked_clear (&rig);
}

/* RFC 4488. */
static void
test_no_subscription (void)
{
  g_autoptr (SipMessage) accepted = NULL;
  AskedRig rig;

  asked_start (&rig);
  asked_refer (&rig, CAROL "Refer-Sub: false\nRequire: norefersub\n");
  accepted = ua_fixture_take_response (&rig.f, 202);
  ua_expect_header (accepted, SIP_HEADER_REFER_SUB, "false");
  asked_expect_asked (&rig, "sip:carol@example.org", FALSE);
  asked_follow (&rig);
  asked_take_up (&rig);
  asked_expect_over (&rig);
  asked_clear (&rig);
}

/* A sips: call does not lead out of itself. */
static void
test_secure (void)
{
  AskedRig rig;

  asked_start_as (&rig, &(UaOptions){.flags = SIP_UA_FLAG_SECURE});
  sip_session_find (rig.f.ua, rig.call)->is_secure = TRUE;
  asked_refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 403);
  asked_refer (&rig, "Refer-To: <tel:+4930>\n");
  ua_fixture_expect_response (&rig.f, 403);
  asked_refer (&rig, "Refer-To: <sips:carol@example.org>\n");
  ua_fixture_expect_response (&rig.f, 202);
  asked_expect_asked (&rig, "sips:carol@example.org", FALSE);
  asked_answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  asked_follow (&rig);
  ua_expect_target (rig.invite, "sips:carol@example.org");
  asked_clear (&rig);
}

/* The far end hangs up at once, as some do: the question stays. */
static void
test_they_hang_up (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL);
  ua_fixture_request_inside (&rig.f, rig.answer, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  asked_refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 481);
  g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 0);
  asked_follow (&rig);
  asked_ring (&rig, 180);
  {
    /* They forgot all about it. */
    g_autoptr (SipMessage) notify =
        asked_take_notify (&rig, "active;*", "SIP/2.0 180 Ringing");

    ua_fixture_respond (&rig.f, notify, 481, NULL, "", NULL);
  }
  asked_take_up (&rig);
  asked_expect_over (&rig);
  g_assert_null (sip_session_find (rig.f.ua, rig.call));
  g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 1);
  asked_clear (&rig);
  /* Nobody decides: told, though the call is over, and nothing is left. */
  asked_begin (&rig, CAROL);
  ua_fixture_request_inside (&rig.f, rig.answer, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  ua_fixture_advance (&rig.f, SIP_REFERRED_ASK_US);
  g_assert_cmpuint (ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER_WITHDRAWN)->session, ==,
                    rig.call);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 480 Temporarily Unavailable");
  g_assert_cmpuint (rig.f.ua->sessions->len, ==, 0);
  asked_clear (&rig);
}

/* Whoever hangs up wants no transfer either. */
static void
test_we_hang_up (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL);
  ua_fixture_hang_up (&rig.f, rig.call, SIP_END_HUNG_UP_HERE);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  asked_expect_over (&rig);
  asked_clear (&rig);
  /* While we follow it: the new call goes on, and they hear of it. */
  asked_begin (&rig, CAROL);
  asked_follow (&rig);
  ua_fixture_hang_up (&rig.f, rig.call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  asked_take_up (&rig);
  asked_answer_notify (&rig, "terminated;*", "SIP/2.0 200 OK");
  asked_expect_over (&rig);
  asked_clear (&rig);
}

/* What cannot be followed now may be later; and what there is not cannot be followed. */
static void
test_refused_here (void)
{
  g_autoptr (GError) error = NULL;
  AskedRig rig;

  asked_start_as (&rig, &(UaOptions){.max_calls = 1});
  g_assert_cmpuint (
      sip_ua_accept_transfer (rig.f.ua, rig.call, UA_OFFER, rig.f.now_us, &error), ==, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_FOUND);
  g_clear_error (&error);
  asked_take_question (&rig, CAROL);
  asked_answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  g_assert_cmpuint (
      sip_ua_accept_transfer (rig.f.ua, rig.call, UA_OFFER, rig.f.now_us, &error), ==, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_LIMIT);
  g_clear_error (&error);
  ua_fixture_pump (&rig.f);
  ua_fixture_expect_silence (&rig.f);
  g_assert_cmpuint (sip_ua_accept_transfer (rig.f.ua, 99, UA_OFFER, rig.f.now_us, &error),
                    ==, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_FOUND);
  ua_fixture_request_inside (&rig.f, rig.answer, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  asked_follow (&rig);
  asked_clear (&rig);
}

/* Stopping leaves nothing. */
static void
test_stop (void)
{
  AskedRig rig;

  asked_begin (&rig, CAROL);
  sip_ua_stop (rig.f.ua, rig.f.now_us);
  ua_fixture_pump (&rig.f);
  sip_message_unref (asked_take_notify (&rig, "terminated;*", "SIP/2.0 603 Decline"));
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  ua_fixture_advance (&rig.f, SECONDS (3));
  g_assert_cmpuint (rig.f.ua->sessions->len, ==, 0);
  sip_message_unref (rig.answer);
  ua_fixture_drop (&rig.f);
  /* The call is over already, and the question with it now. */
  asked_begin (&rig, CAROL);
  ua_fixture_request_inside (&rig.f, rig.answer, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  sip_ua_stop (rig.f.ua, rig.f.now_us);
  ua_fixture_pump (&rig.f);
  ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER_WITHDRAWN);
  sip_message_unref (
      asked_take_notify (&rig, "terminated;*", "SIP/2.0 480 Temporarily Unavailable"));
  sip_message_unref (rig.answer);
  ua_fixture_drop (&rig.f);
}

#define ADD(name, func) g_test_add_func ("/sip-session-referred/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("blind", test_blind);
  ADD ("attended", test_attended);
  ADD ("challenged", test_challenged);
  ADD ("failed", test_failed);
  ADD ("refused", test_refused);
  ADD ("never-decided", test_never_decided);
  ADD ("second", test_second);
  ADD ("where", test_where);
  ADD ("no-subscription", test_no_subscription);
  ADD ("secure", test_secure);
  ADD ("they-hang-up", test_they_hang_up);
  ADD ("we-hang-up", test_we_hang_up);
  ADD ("refused-here", test_refused_here);
  ADD ("stop", test_stop);
  return g_test_run ();
}
