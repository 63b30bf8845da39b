/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-session.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

#include "sip-status.h"

/* They ask us for a transfer (RFC 3515): the user decides, and they are told. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)
#define CAROL "Refer-To: <sip:carol@example.org>\n"
#define REPLACES                                                                         \
  "Refer-To: <sip:carol@example.org?Replaces=x%40y%3Bto-tag%3D1%3Bfrom-tag%3D2>\n"

typedef struct {
  UaFixture f;
  SipSessionId call;
  SipSessionId made;
  SipMessage *answer;
  SipMessage *invite; /* to the target */
  guint cseq;         /* of the next request of the far end */
} Rig;

static void
start_as (Rig *rig, const UaOptions *options)
{
  *rig = (Rig){.cseq = 2};
  ua_fixture_init (&rig->f, options);
  ua_fixture_register (&rig->f);
  rig->call = ua_fixture_be_called (&rig->f, "in", &rig->answer);
}

static void
start (Rig *rig)
{
  start_as (rig, &(UaOptions){0});
}

static void
clear (Rig *rig)
{
  sip_message_unref (rig->answer);
  g_clear_pointer (&rig->invite, sip_message_unref);
  ua_fixture_clear (&rig->f);
}

static void
refer (Rig *rig, const char *more)
{
  ua_fixture_request_inside (&rig->f, rig->answer, "REFER", rig->cseq++, more, NULL);
}

static void
expect_asked (Rig *rig, const char *uri, gboolean is_attended)
{
  const UaTold *told = ua_fixture_take (&rig->f, SIP_OUTPUT_TRANSFER_ASKED);

  g_assert_cmpuint (told->session, ==, rig->call);
  g_assert_cmpstr (told->uri, ==, uri);
  g_assert_cmpint (told->is_attended, ==, is_attended);
}

/* @state: a pattern. The NOTIFY is not answered. */
static SipMessage *
take_notify (Rig *rig, const char *state, const char *frag)
{
  SipMessage *notify = ua_fixture_take_request (&rig->f, SIP_METHOD_NOTIFY);
  g_autofree char *body = ua_text (sip_message_get_body (notify));
  g_autofree char *line = g_strconcat (frag, "\r\n", NULL);

  ua_expect_header (notify, SIP_HEADER_SUBSCRIPTION_STATE, state);
  ua_expect_header (notify, SIP_HEADER_CONTENT_TYPE, "message/sipfrag;version=2.0");
  ua_expect_header (notify, SIP_HEADER_CONTACT, "<sip*>");
  g_assert_cmpstr (body, ==, line);
  return notify;
}

static void
answer_notify (Rig *rig, const char *state, const char *frag)
{
  g_autoptr (SipMessage) notify = take_notify (rig, state, frag);

  ua_fixture_respond (&rig->f, notify, 200, NULL, "", NULL);
}

/* Asked, and the first NOTIFY answered. */
static void
start_asked (Rig *rig, const char *more)
{
  start (rig);
  refer (rig, more);
  ua_fixture_expect_response (&rig->f, 202);
  answer_notify (rig, "active;expires=*", "SIP/2.0 100 Trying");
  ua_fixture_take (&rig->f, SIP_OUTPUT_TRANSFER_ASKED);
}

static void
follow (Rig *rig)
{
  g_autoptr (GError) error = NULL;

  rig->made =
      sip_ua_accept_transfer (rig->f.ua, rig->call, UA_OFFER, rig->f.now_us, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rig->made, >, rig->call);
  ua_fixture_pump (&rig->f);
  g_clear_pointer (&rig->invite, sip_message_unref);
  rig->invite = ua_fixture_take_request (&rig->f, SIP_METHOD_INVITE);
}

static void
ring (Rig *rig, guint status)
{
  ua_fixture_respond (&rig->f, rig->invite, status, "carols", UA_CONTACT, NULL);
  g_assert_cmpuint (ua_fixture_take (&rig->f, SIP_OUTPUT_PROGRESS)->session, ==,
                    rig->made);
}

static void
take_up (Rig *rig)
{
  ua_fixture_respond (&rig->f, rig->invite, 200, "carols", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&rig->f, SIP_METHOD_ACK);
  g_assert_cmpuint (ua_fixture_take (&rig->f, SIP_OUTPUT_ANSWERED)->session, ==,
                    rig->made);
}

static void
refuse_call (Rig *rig, guint status)
{
  ua_fixture_respond (&rig->f, rig->invite, status, "carols", "", NULL);
  ua_fixture_expect_request (&rig->f, SIP_METHOD_ACK);
  ua_fixture_take (&rig->f, SIP_OUTPUT_ENDED);
}

static gboolean
refuse (Rig *rig)
{
  gboolean is_done = sip_ua_refuse_transfer (rig->f.ua, rig->call, rig->f.now_us, NULL);

  ua_fixture_pump (&rig->f);
  return is_done;
}

static SipReferredState
get_state (Rig *rig)
{
  SipSession *session = sip_session_find (rig->f.ua, rig->call);

  return session != NULL ? session->referred.state : SIP_REFERRED_NONE;
}

static void
expect_over (Rig *rig)
{
  ua_fixture_expect_silence (&rig->f);
  ua_fixture_expect_nothing_told (&rig->f);
  g_assert_cmpint (get_state (rig), ==, SIP_REFERRED_NONE);
  g_assert_false (refuse (rig));
}

static void
test_blind (void)
{
  g_autoptr (SipMessage) accepted = NULL;
  Rig rig;

  start (&rig);
  refer (&rig, CAROL "Referred-By: \"Bob\" <sip:bob@example.org?X=y>;cid=\"1@2\"\n");
  accepted = ua_fixture_take_response (&rig.f, 202);
  ua_expect_header (accepted, SIP_HEADER_CONTACT, "<sip:*>");
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  answer_notify (&rig, "active;expires=300", "SIP/2.0 100 Trying");
  ua_fixture_advance (&rig.f, SECONDS (20));
  ua_fixture_expect_silence (&rig.f); /* the user thinks */
  follow (&rig);
  ua_expect_target (rig.invite, "sip:carol@example.org");
  ua_expect_header (rig.invite, SIP_HEADER_REFERRED_BY, "\"Bob\" <sip:bob@example.org>");
  g_assert_false (sip_message_has_header (rig.invite, SIP_HEADER_REPLACES));
  ring (&rig, 180);
  answer_notify (&rig, "active;*", "SIP/2.0 180 Ringing");
  ring (&rig, 180);
  ua_fixture_expect_silence (&rig.f); /* nothing new */
  ring (&rig, 183);
  answer_notify (&rig, "active;*", "SIP/2.0 183 Session Progress");
  take_up (&rig);
  answer_notify (&rig, "terminated;reason=noresource", "SIP/2.0 200 OK");
  expect_over (&rig);
  g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 2); /* hanging up is theirs */
  ua_fixture_hang_up (&rig.f, rig.made, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  clear (&rig);
}

static void
test_attended (void)
{
  Rig rig;

  start_asked (&rig, REPLACES "Referred-By: </\n");
  follow (&rig);
  ua_expect_header (rig.invite, SIP_HEADER_REPLACES, "x@y;to-tag=1;from-tag=2");
  g_assert_false (sip_message_has_header (rig.invite, SIP_HEADER_REFERRED_BY));
  take_up (&rig);
  answer_notify (&rig, "terminated;*", "SIP/2.0 200 OK");
  clear (&rig);
  start (&rig);
  refer (&rig, REPLACES);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", TRUE);
  g_assert_true (refuse (&rig));
  answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  expect_over (&rig);
  clear (&rig);
}

/* The challenge of the server is answered, and the second INVITE has all of the first. */
static void
test_challenged (void)
{
  g_autoptr (SipMessage) first = NULL;
  Rig rig;

  start_asked (&rig, REPLACES "Referred-By: <sip:bob@example.org>\n");
  follow (&rig);
  first = g_steal_pointer (&rig.invite);
  ua_fixture_challenge (&rig.f, first, 407, "example.org", "n2", "");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_ACK);
  rig.invite = ua_fixture_take_request (&rig.f, SIP_METHOD_INVITE);
  ua_expect_header (rig.invite, SIP_HEADER_REPLACES, "x@y;to-tag=1;from-tag=2");
  ua_expect_header (rig.invite, SIP_HEADER_REFERRED_BY, "<sip:bob@example.org>");
  ua_expect_header (rig.invite, SIP_HEADER_PROXY_AUTHORIZATION, "Digest *");
  refuse_call (&rig, 486);
  answer_notify (&rig, "terminated;*", "SIP/2.0 486 Busy Here");
  clear (&rig);
}

/* How a call that was never answered is told. */
static void
test_failed (void)
{
  static const guint statuses[] = {302, 404, 481, 486, 503, 603};
  Rig rig;

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autofree char *frag = NULL;

    start_asked (&rig, CAROL);
    follow (&rig);
    refuse_call (&rig, statuses[i]);
    frag = g_strdup_printf ("SIP/2.0 %u %s", statuses[i],
                            sip_status_get_phrase (statuses[i]));
    answer_notify (&rig, "terminated;*", frag);
    expect_over (&rig);
    g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 1);
    clear (&rig);
  }
  start_asked (&rig, CAROL);
  follow (&rig);
  ring (&rig, 180);
  answer_notify (&rig, "active;*", "SIP/2.0 180 Ringing");
  ua_fixture_hang_up (&rig.f, rig.made, SIP_END_CANCELLED_HERE);
  answer_notify (&rig, "terminated;*", "SIP/2.0 487 Request Terminated");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_CANCEL);
  clear (&rig);
  start_asked (&rig, CAROL);
  follow (&rig);
  ua_fixture_advance (&rig.f, SECONDS (33));
  ua_fixture_expect_end (&rig.f, rig.made, SIP_END_NO_ANSWER, 0);
  answer_notify (&rig, "terminated;*", "SIP/2.0 408 Request Timeout");
  clear (&rig);
  start_asked (&rig, CAROL);
  follow (&rig);
  ua_fixture_respond (&rig.f, rig.invite, 200, "carols", UA_CONTACT,
                      NULL); /* no answer */
  ua_fixture_expect_request (&rig.f, SIP_METHOD_ACK);
  ua_fixture_expect_end (&rig.f, rig.made, SIP_END_PROTOCOL_ERROR, 200);
  answer_notify (&rig, "terminated;*", "SIP/2.0 500 Server Internal Error");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  clear (&rig);
}

static void
test_refused (void)
{
  Rig rig;

  start_asked (&rig, CAROL);
  g_assert_true (refuse (&rig));
  answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  expect_over (&rig);
  /* And asked again: another subscription, by its own number. */
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  {
    g_autoptr (SipMessage) notify = take_notify (&rig, "active;*", "SIP/2.0 100 Trying");

    ua_expect_header (notify, SIP_HEADER_EVENT, "refer;id=3");
    ua_fixture_respond (&rig.f, notify, 200, NULL, "", NULL);
  }
  clear (&rig);
}

static void
test_never_decided (void)
{
  Rig rig;

  start_asked (&rig, CAROL);
  ua_fixture_advance (&rig.f, SIP_REFERRED_ASK_US - SECONDS (1));
  ua_fixture_expect_nothing_told (&rig.f);
  ua_fixture_advance (&rig.f, SECONDS (2));
  g_assert_cmpuint (ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER_WITHDRAWN)->session, ==,
                    rig.call);
  answer_notify (&rig, "terminated;*", "SIP/2.0 480 Temporarily Unavailable");
  expect_over (&rig);
  clear (&rig);
}

/* One question at a time (RFC 3261 §21.4.27). */
static void
test_second (void)
{
  Rig rig;

  start_asked (&rig, CAROL);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 491);
  follow (&rig);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 491);
  ua_fixture_expect_nothing_told (&rig.f);
  take_up (&rig);
  refer (&rig, CAROL); /* the last NOTIFY is not answered */
  sip_message_unref (take_notify (&rig, "terminated;*", "SIP/2.0 200 OK"));
  ua_fixture_expect_response (&rig.f, 491);
  clear (&rig);
}

/* Only who is in a call with us may ask, and only when it stands. */
static void
test_where (void)
{
  g_autoptr (SipMessage) ringing = NULL;
  Rig rig;

  start (&rig);
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
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 481);
  clear (&rig);
}

/* RFC 4488. */
static void
test_no_subscription (void)
{
  g_autoptr (SipMessage) accepted = NULL;
  Rig rig;

  start (&rig);
  refer (&rig, CAROL "Refer-Sub: false\nRequire: norefersub\n");
  accepted = ua_fixture_take_response (&rig.f, 202);
  ua_expect_header (accepted, SIP_HEADER_REFER_SUB, "false");
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  follow (&rig);
  take_up (&rig);
  expect_over (&rig);
  clear (&rig);
}

/* A sips: call does not lead out of itself. */
static void
test_secure (void)
{
  Rig rig;

  start_as (&rig, &(UaOptions){.flags = SIP_UA_FLAG_SECURE});
  sip_session_find (rig.f.ua, rig.call)->is_secure = TRUE;
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 403);
  refer (&rig, "Refer-To: <tel:+4930>\n");
  ua_fixture_expect_response (&rig.f, 403);
  refer (&rig, "Refer-To: <sips:carol@example.org>\n");
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sips:carol@example.org", FALSE);
  answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  follow (&rig);
  ua_expect_target (rig.invite, "sips:carol@example.org");
  clear (&rig);
}

/* The far end hangs up at once, as some do: the question stays. */
static void
test_they_hang_up (void)
{
  Rig rig;

  start_asked (&rig, CAROL);
  ua_fixture_request_inside (&rig.f, rig.answer, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 481);
  g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 0);
  follow (&rig);
  ring (&rig, 180);
  {
    /* They forgot all about it. */
    g_autoptr (SipMessage) notify = take_notify (&rig, "active;*", "SIP/2.0 180 Ringing");

    ua_fixture_respond (&rig.f, notify, 481, NULL, "", NULL);
  }
  take_up (&rig);
  expect_over (&rig);
  g_assert_null (sip_session_find (rig.f.ua, rig.call));
  g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 1);
  clear (&rig);
  /* Nobody decides: told, though the call is over, and nothing is left. */
  start_asked (&rig, CAROL);
  ua_fixture_request_inside (&rig.f, rig.answer, "BYE", rig.cseq++, "", NULL);
  ua_fixture_expect_response (&rig.f, 200);
  ua_fixture_expect_end (&rig.f, rig.call, SIP_END_HUNG_UP_THERE, 0);
  ua_fixture_advance (&rig.f, SIP_REFERRED_ASK_US);
  g_assert_cmpuint (ua_fixture_take (&rig.f, SIP_OUTPUT_TRANSFER_WITHDRAWN)->session, ==,
                    rig.call);
  answer_notify (&rig, "terminated;*", "SIP/2.0 480 Temporarily Unavailable");
  g_assert_cmpuint (rig.f.ua->sessions->len, ==, 0);
  clear (&rig);
}

/* Whoever hangs up wants no transfer either. */
static void
test_we_hang_up (void)
{
  Rig rig;

  start_asked (&rig, CAROL);
  ua_fixture_hang_up (&rig.f, rig.call, SIP_END_HUNG_UP_HERE);
  answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  expect_over (&rig);
  clear (&rig);
  /* While we follow it: the new call goes on, and they hear of it. */
  start_asked (&rig, CAROL);
  follow (&rig);
  ua_fixture_hang_up (&rig.f, rig.call, SIP_END_HUNG_UP_HERE);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  take_up (&rig);
  answer_notify (&rig, "terminated;*", "SIP/2.0 200 OK");
  expect_over (&rig);
  clear (&rig);
}

/* One NOTIFY at a time, and the next says what is so then. */
static void
test_slow_far_end (void)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  Rig rig;

  start (&rig);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  first = take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  follow (&rig);
  for (guint status = 180; status < 190; status++)
    ring (&rig, status);
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, first, 200, NULL, "", NULL);
  second = take_notify (&rig, "active;*", "SIP/2.0 189 Provisional");
  take_up (&rig);
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, second, 200, NULL, "", NULL);
  answer_notify (&rig, "terminated;*", "SIP/2.0 200 OK");
  expect_over (&rig);
  clear (&rig);
}

/* ---- What becomes of a NOTIFY ---- */

static void
test_notify_refused (void)
{
  static const guint statuses[] = {400, 401, 405, 481, 489, 500, 603};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) notify = NULL;
    Rig rig;

    start (&rig);
    refer (&rig, CAROL);
    ua_fixture_expect_response (&rig.f, 202);
    expect_asked (&rig, "sip:carol@example.org", FALSE);
    notify = take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
    ua_fixture_respond (&rig.f, notify, statuses[i], NULL, "", NULL);
    follow (&rig); /* the question was not theirs to take back */
    ring (&rig, 180);
    take_up (&rig);
    expect_over (&rig);
    clear (&rig);
  }
}

/* What was only not passed on goes again, a little later each time. */
static void
test_notify_not_passed_on (void)
{
  static const guint statuses[] = {430, 503, 504};
  Rig rig;

  start (&rig);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) notify = take_notify (&rig, "active;*", "SIP/2.0 100 Trying");

    ua_fixture_respond (&rig.f, notify, statuses[i], NULL, "", NULL);
    ua_fixture_expect_silence (&rig.f);
    ua_fixture_advance (&rig.f, SECONDS (10));
  }
  answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_fixture_advance (&rig.f, SECONDS (20));
  ua_fixture_expect_silence (&rig.f);
  /* The last one too, and not for ever. */
  g_assert_true (refuse (&rig));
  while (get_state (&rig) != SIP_REFERRED_NONE) {
    if (!g_queue_is_empty (&rig.f.sent)) {
      g_autoptr (SipMessage) notify =
          take_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");

      ua_fixture_respond (&rig.f, notify, 430, NULL, "", NULL);
    }
    ua_fixture_advance (&rig.f, SECONDS (1));
  }
  ua_fixture_advance (&rig.f, SECONDS (60));
  ua_fixture_expect_silence (&rig.f);
  clear (&rig);
}

/* No answer at all: nobody is there to be told. */
static void
test_notify_not_answered (void)
{
  Rig rig;

  start (&rig);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  sip_message_unref (take_notify (&rig, "active;*", "SIP/2.0 100 Trying"));
  ua_fixture_advance (&rig.f, SECONDS (33));
  follow (&rig);
  take_up (&rig);
  expect_over (&rig);
  clear (&rig);
}

static void
test_notify_challenged (void)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  Rig rig;

  start_as (&rig, &(UaOptions){.flags = SIP_UA_FLAG_AUTH_IN_DIALOG});
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  first = take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_fixture_challenge (&rig.f, first, 407, "example.org", "n2", "");
  second = take_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_expect_header (second, SIP_HEADER_PROXY_AUTHORIZATION, "Digest *");
  g_assert_true (refuse (&rig));
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, second, 200, NULL, "", NULL);
  answer_notify (&rig, "terminated;*", "SIP/2.0 603 Decline");
  expect_over (&rig);
  clear (&rig);
}

/* The flow goes at every step: what was on its way goes again over the next one. */
static void
test_flow_lost (void)
{
  Rig rig;

  start (&rig);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  sip_message_unref (take_notify (&rig, "active;*", "SIP/2.0 100 Trying"));
  ua_fixture_reconnect (&rig.f);
  answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
  ua_fixture_advance (&rig.f, SECONDS (10));
  ua_fixture_reconnect (&rig.f);
  ua_fixture_expect_silence (&rig.f); /* that one had come */
  follow (&rig);
  ua_fixture_advance (&rig.f, SECONDS (10));
  ua_fixture_lose_flow (&rig.f);
  g_assert_cmpint (get_state (&rig), ==, SIP_REFERRED_TELLING);
  ua_fixture_advance (&rig.f, SIP_REFERRED_TELL_US + SECONDS (1));
  g_assert_cmpint (get_state (&rig), ==, SIP_REFERRED_NONE);
  sip_message_unref (rig.answer);
  sip_message_unref (rig.invite);
  ua_fixture_drop (&rig.f);

  start_asked (&rig, CAROL);
  follow (&rig);
  ua_fixture_advance (&rig.f, SECONDS (10));
  ua_fixture_lose_flow (&rig.f);
  ua_fixture_expect_end (&rig.f, rig.made, SIP_END_FLOW_LOST, 0);
  ua_fixture_expect_reconnect (&rig.f);
  ua_fixture_come_back (&rig.f);
  answer_notify (&rig, "terminated;*", "SIP/2.0 503 Service Unavailable");
  ua_fixture_expect_request (&rig.f, SIP_METHOD_CANCEL); /* Carol's may ring still */
  expect_over (&rig);
  clear (&rig);
}

/* What cannot be followed now may be later; and what there is not cannot be followed. */
static void
test_refused_here (void)
{
  g_autoptr (GError) error = NULL;
  Rig rig;

  start_as (&rig, &(UaOptions){.max_calls = 1});
  g_assert_cmpuint (
      sip_ua_accept_transfer (rig.f.ua, rig.call, UA_OFFER, rig.f.now_us, &error), ==, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_FOUND);
  g_clear_error (&error);
  refer (&rig, CAROL);
  ua_fixture_expect_response (&rig.f, 202);
  expect_asked (&rig, "sip:carol@example.org", FALSE);
  answer_notify (&rig, "active;*", "SIP/2.0 100 Trying");
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
  follow (&rig);
  clear (&rig);
}

/* Stopping leaves nothing. */
static void
test_stop (void)
{
  Rig rig;

  start_asked (&rig, CAROL);
  sip_ua_stop (rig.f.ua, rig.f.now_us);
  ua_fixture_pump (&rig.f);
  sip_message_unref (take_notify (&rig, "terminated;*", "SIP/2.0 603 Decline"));
  ua_fixture_expect_request (&rig.f, SIP_METHOD_BYE);
  ua_fixture_advance (&rig.f, SECONDS (3));
  g_assert_cmpuint (rig.f.ua->sessions->len, ==, 0);
  sip_message_unref (rig.answer);
  ua_fixture_drop (&rig.f);
}

/* ---- Every state meets everything ---- */

typedef enum {
  WE_ACCEPT,
  WE_REFUSE,
  THEY_REFER,
  THEY_TAKE_NOTIFY, /* 200 to the one under way, if any */
  THEY_REFUSE_NOTIFY,
  CAROL_RINGS,
  CAROL_ANSWERS,
  CAROL_REFUSES,
  TIME, /* 70 s */
  LONG_TIME,
  FLOW_LOST,
  WE_HANG_UP,
  THEY_HANG_UP,
  N_HAPPENINGS
} Happening;

#define NO SIP_REFERRED_NONE
#define AS SIP_REFERRED_ASKED
#define FO SIP_REFERRED_FOLLOWING
#define TE SIP_REFERRED_TELLING

/* Each begins with a NOTIFY under way: the last word waits for its answer. */
/* clang-format off */
static const SipReferredState cells[SIP_REFERRED_N_STATES][N_HAPPENINGS] = {
  /*      acc ref REF | 200 481 | 180 200 486 | 70s 10m lost hup BYE */
  [NO] = { NO, NO, AS,   NO, NO,   NO, NO, NO,   NO, NO, NO,  NO, NO },
  [AS] = { FO, TE, AS,   AS, AS,   AS, AS, AS,   NO, NO, AS,  TE, AS },
  [FO] = { FO, FO, FO,   FO, FO,   FO, TE, TE,   NO, NO, TE,  FO, FO },
  [TE] = { TE, TE, TE,   NO, NO,   TE, TE, TE,   NO, NO, TE,  TE, TE },
};
/* clang-format on */

static SipMessage *
take_last_notify (Rig *rig)
{
  SipMessage *last = NULL;
  SipMessage *message;

  while ((message = g_queue_pop_head (&rig->f.sent)) != NULL) {
    if (sip_message_is_request (message) &&
        sip_message_get_method (message) == SIP_METHOD_NOTIFY) {
      g_clear_pointer (&last, sip_message_unref);
      last = g_steal_pointer (&message);
    }
    g_clear_pointer (&message, sip_message_unref);
  }
  return last;
}

static SipMessage *
bring_to (Rig *rig, SipReferredState state)
{
  SipMessage *notify;

  start (rig);
  if (state == SIP_REFERRED_NONE)
    return NULL;
  refer (rig, CAROL);
  if (state == SIP_REFERRED_TELLING) {
    ua_fixture_expect_response (&rig->f, 202);
    answer_notify (rig, "active;*", "SIP/2.0 100 Trying");
    refuse (rig);
  }
  notify = take_last_notify (rig);
  if (state == SIP_REFERRED_FOLLOWING)
    follow (rig);
  g_assert_cmpint (get_state (rig), ==, state);
  return notify;
}

static void
carol_responds (Rig *rig, guint status)
{
  if (rig->invite != NULL)
    ua_fixture_respond (&rig->f, rig->invite, status, "carols", UA_CONTACT,
                        status == 200 ? UA_ANSWER : NULL);
}

static void
happen (Rig *rig, Happening happening, const SipMessage *notify)
{
  UaFixture *f = &rig->f;

  switch (happening) {
  case WE_ACCEPT:
    sip_ua_accept_transfer (f->ua, rig->call, UA_OFFER, f->now_us, NULL);
    break;
  case WE_REFUSE:
    sip_ua_refuse_transfer (f->ua, rig->call, f->now_us, NULL);
    break;
  case THEY_REFER:
    refer (rig, CAROL);
    break;
  case THEY_TAKE_NOTIFY:
  case THEY_REFUSE_NOTIFY:
    if (notify != NULL)
      ua_fixture_respond (f, notify, happening == THEY_TAKE_NOTIFY ? 200 : 481, NULL, "",
                          NULL);
    break;
  case CAROL_RINGS:
    carol_responds (rig, 180);
    break;
  case CAROL_ANSWERS:
    carol_responds (rig, 200);
    break;
  case CAROL_REFUSES:
    carol_responds (rig, 486);
    break;
  case TIME:
    ua_fixture_advance (f, SECONDS (70));
    break;
  case LONG_TIME:
    ua_fixture_advance (f, SECONDS (600));
    break;
  case FLOW_LOST:
    ua_fixture_lose_flow (f);
    break;
  case WE_HANG_UP:
    sip_ua_hang_up (f->ua, rig->call, NULL, f->now_us, NULL);
    break;
  case THEY_HANG_UP:
    ua_fixture_request_inside (f, rig->answer, "BYE", 50, "", NULL);
    break;
  case N_HAPPENINGS:
    g_assert_not_reached ();
  }
  ua_fixture_pump (f);
}

static void
test_cells (void)
{
  for (guint state = 0; state < SIP_REFERRED_N_STATES; state++)
    for (guint happening = 0; happening < N_HAPPENINGS; happening++) {
      g_autoptr (SipMessage) notify = NULL;
      Rig rig;

      notify = bring_to (&rig, state);
      happen (&rig, happening, notify);
      if (get_state (&rig) != cells[state][happening])
        g_error ("state %u, happening %u: %d", state, happening, get_state (&rig));
      /* Whatever it was, it comes to an end. */
      sip_ua_hang_up (rig.f.ua, rig.call, NULL, rig.f.now_us, NULL);
      ua_fixture_pump (&rig.f);
      ua_fixture_advance (&rig.f, SECONDS (900));
      g_assert_null (sip_session_find (rig.f.ua, rig.call));
      sip_message_unref (rig.answer);
      g_clear_pointer (&rig.invite, sip_message_unref);
      ua_fixture_drop (&rig.f);
    }
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
  ADD ("slow-far-end", test_slow_far_end);
  ADD ("notify-refused", test_notify_refused);
  ADD ("notify-not-passed-on", test_notify_not_passed_on);
  ADD ("notify-not-answered", test_notify_not_answered);
  ADD ("notify-challenged", test_notify_challenged);
  ADD ("flow-lost", test_flow_lost);
  ADD ("refused-here", test_refused_here);
  ADD ("stop", test_stop);
  ADD ("cells", test_cells);
  return g_test_run ();
}
