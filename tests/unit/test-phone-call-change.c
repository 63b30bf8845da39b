/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call that stands is changed, by a far end that answers as it likes. */
#include "call-fixture.h"

#include "phone-call-state.h"
#include "phone-error.h"

#define GST_USE_UNSTABLE_API /* in what media is made of */
#include "phone-media-session-private.h"

#include <string.h>

/* ---- Ours ---- */

/* It is held from the wish on, and stays what it was where the far end says no. */
static void
test_refused (ServiceFixture *f, gconstpointer data)
{
  static const guint statuses[] = {488, 500, 603};
  CallPair pair;

  call_pair_init (&pair, f);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) reinvite = NULL;

    phone_call_set_held (pair.call, TRUE);
    g_assert_true (call_get_boolean (pair.call, "held"));
    reinvite = call_take_reinvite (f, "a=sendonly");
    call_refuse (f, reinvite, statuses[i]);
    call_wait_boolean (pair.call, "held", FALSE);
    g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  }
  call_pair_clear (&pair, f);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* Glare (RFC 3261 §14.1): the wish waits, and is asked for again. */
static void
test_glare (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  first = call_take_reinvite (f, "a=sendonly");
  call_refuse (f, first, 491);
  g_assert_true (call_get_boolean (pair.call, "held"));
  second = call_take_reinvite (f, "a=sendonly");
  call_pair_accept (f, &pair, second);
  call_wait_boolean (pair.call, "held", TRUE);
  call_pair_clear (&pair, f);
}

/* What is pressed while a change is under way is done after it: the last wish counts. */
static void
test_last_wish (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) hold = NULL;
  g_autoptr (SipMessage) resume = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  hold = call_take_reinvite (f, "a=sendonly");
  phone_call_set_held (pair.call, FALSE);
  phone_call_set_held (pair.call, TRUE);
  phone_call_set_held (pair.call, FALSE);
  g_assert_true (call_get_boolean (pair.call, "held")); /* it is, as far as they know */
  call_pair_accept (f, &pair, hold);
  resume = call_take_reinvite (f, "a=sendrecv");
  call_pair_accept (f, &pair, resume);
  call_wait_boolean (pair.call, "held", FALSE);
  call_pair_clear (&pair, f);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* Nobody says anything, the connection breaks, and the wish is told on the next one. */
static void
test_flow_lost (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  first = call_take_reinvite (f, "a=sendonly");
  service_fixture_cut (f);
  second = call_take_reinvite (f, "a=sendonly");
  call_pair_accept (f, &pair, second);
  call_wait_boolean (pair.call, "held", TRUE);
  call_pair_clear (&pair, f);
}

/* Pressed while there is no connection at all. */
static void
test_no_flow (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) reinvite = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  service_fixture_cut (f);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_CONNECTING);
  phone_call_set_held (pair.call, TRUE);
  reinvite = call_take_reinvite (f, "a=sendonly");
  call_pair_accept (f, &pair, reinvite);
  call_wait_boolean (pair.call, "held", TRUE);
  call_pair_clear (&pair, f);
}

/* A call that is hung up meanwhile has no wishes any more. */
static void
test_ended_meanwhile (ServiceFixture *f, gconstpointer data)
{
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  sip_message_unref (call_take_reinvite (f, "a=sendonly"));
  call_pair_clear (&pair, f);

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE); /* the offer is being made */
  call_pair_clear (&pair, f);
}

/* ---- Theirs ---- */

static void
test_held_by_them (ServiceFixture *f, gconstpointer data)
{
  CallPair pair;
  guint cseq = 1;

  call_pair_init (&pair, f);
  for (guint i = 0; i < 4; i++, cseq++) {
    gboolean hold = i % 2 == 0;
    g_autofree char *offer = service_fixture_make_reoffer (pair.peer, hold);
    g_autoptr (SipMessage) ok = NULL;
    g_autofree char *answer = NULL;

    service_fixture_request_inside (f, pair.invite, "INVITE", cseq, NULL, NULL,
                                    "application/sdp", offer);
    ok = service_fixture_take_response (f, 200);
    answer = service_fixture_dup_body (ok);
    g_assert_true (phone_media_session_set_change_answer (pair.peer, answer, NULL));
    service_fixture_request_inside (f, pair.invite, "ACK", cseq, NULL, NULL, NULL, NULL);
    g_assert_cmpint (call_get_boolean (pair.call, "peer-held"), ==, hold);
  }
  call_pair_clear (&pair, f);
}

/* It asks for our offer, which says what the call is, and answers in its ACK. */
static void
test_offer_asked (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (SipMessage) hold = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL, NULL, NULL);
  ok = service_fixture_take_response (f, 200);
  offer = service_fixture_dup_body (ok);
  g_assert_nonnull (strstr (offer, "a=sendrecv"));
  phone_call_set_held (pair.call, TRUE); /* waits for the ACK */
  answer = service_fixture_make_reanswer (pair.peer, offer);
  service_fixture_request_inside (f, pair.invite, "ACK", 1, NULL, NULL, "application/sdp",
                                  answer);
  hold = call_take_reinvite (f, "a=sendonly");
  call_pair_accept (f, &pair, hold);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  call_pair_clear (&pair, f);
}

/* A wish between our 200 and its ACK waits for that (RFC 3261 §14.1). */
static void
test_wish_before_ack (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *offer = NULL;
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (SipMessage) hold = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  offer = service_fixture_make_reoffer (pair.peer, FALSE);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL,
                                  "application/sdp", offer);
  ok = service_fixture_take_response (f, 200);
  answer = service_fixture_dup_body (ok);
  g_assert_true (phone_media_session_set_change_answer (pair.peer, answer, NULL));
  phone_call_set_held (pair.call, TRUE);
  sip_message_unref (service_fixture_take_response (f, 200)); /* it is said again */
  g_assert_null (g_queue_peek_head (&f->requests));
  service_fixture_request_inside (f, pair.invite, "ACK", 1, NULL, NULL, NULL, NULL);
  hold = call_take_reinvite (f, "a=sendonly");
  call_pair_accept (f, &pair, hold);
  call_pair_clear (&pair, f);
}

/* A server puts another in their place: it is spoken with, as muted as before. */
static void
test_other_media (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) other = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (other);
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *answer = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_muted (pair.call, TRUE);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL,
                                  "application/sdp", offer);
  ok = service_fixture_take_response (f, 200);
  answer = service_fixture_dup_body (ok);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_CONNECTING);
  g_assert_true (phone_media_session_set_answer (other, answer, NULL));
  service_fixture_request_inside (f, pair.invite, "ACK", 1, NULL, NULL, NULL, NULL);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (call_get_boolean (pair.call, "muted"));
  call_pair_clear (&pair, f);
}

/* Held here, it would be heard before it could be held: the call stays as it was. */
static void
test_other_media_on_hold (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) other = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (other);
  g_autoptr (SipMessage) hold = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  hold = call_take_reinvite (f, "a=sendonly");
  call_pair_accept (f, &pair, hold);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL,
                                  "application/sdp", offer);
  sip_message_unref (service_fixture_take_response (f, 488));
  g_assert_true (call_get_boolean (pair.call, "held"));
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  call_pair_clear (&pair, f);
}

/* What cannot be spoken with leaves the call as it was. */
static void
test_bad_offer (ServiceFixture *f, gconstpointer data)
{
  static const char *const offers[] = {"v=0\r\n", "garbage"};
  CallPair pair;

  call_pair_init (&pair, f);
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++) {
    service_fixture_request_inside (f, pair.invite, "INVITE", i + 1, NULL, NULL,
                                    "application/sdp", offers[i]);
    sip_message_unref (service_fixture_take_response (f, 488));
    g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  }
  call_pair_clear (&pair, f);
}

/* ---- Without an offer of ours ---- */

/* The offer is in the 200, our answer in the ACK (RFC 3261 §13.2.1). */
static void
test_dial_offerless (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (peer);
  g_autoptr (PhoneCall) call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_OFFERLESS, NULL);
  g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autoptr (SipMessage) ack = NULL;
  g_autofree char *answer = NULL;

  g_assert_cmpuint (sip_message_get_body (invite).len, ==, 0);
  service_fixture_respond (f, invite, 180, NULL);
  service_fixture_wait_state (call, PHONE_CALL_STATE_RINGING);
  service_fixture_respond (f, invite, 200, offer);
  ack = call_take_ack (f);
  answer = service_fixture_dup_body (ack);
  g_assert_true (phone_media_session_set_answer (peer, answer, NULL));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_call_set_held (call, TRUE);
  sip_message_unref (call_take_reinvite (f, "a=sendonly"));
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
}

static void
test_dial_offerless_fails (ServiceFixture *f, gconstpointer data)
{
  static const char *const offers[] = {NULL, "garbage", "v=0\r\n"};

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++) {
    g_autoptr (PhoneCall) call =
        phone_service_dial (f->service, f->account, "bob", PHONE_CALL_OFFERLESS, NULL);
    g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);

    service_fixture_respond (f, invite, 200, offers[i]);
    sip_message_unref (call_take_ack (f));
    sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
    service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
    g_assert_cmpint (phone_call_get_end_cause (call), ==, PHONE_END_NOT_ACCEPTABLE);
  }
}

/* The far end says how it would have the call: on hold. One that says nothing changes
 * nothing. */
static void
test_refresh (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) refused = NULL;
  g_autoptr (SipMessage) reinvite = NULL;
  g_autoptr (SipMessage) ack = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_refresh (pair.call);
  refused = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_cmpuint (sip_message_get_body (refused).len, ==, 0);
  call_refuse (f, refused, 488);

  offer = service_fixture_make_reoffer (pair.peer, TRUE);
  phone_call_refresh (pair.call);
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  service_fixture_respond (f, reinvite, 200, offer);
  ack = call_take_ack (f);
  answer = service_fixture_dup_body (ack);
  g_assert_true (phone_media_session_set_change_answer (pair.peer, answer, NULL));
  g_assert_true (call_get_boolean (pair.call, "peer-held"));
  call_pair_clear (&pair, f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/phone/call-change/" name, ServiceFixture, NULL, service_fixture_set_up,  \
              function, service_fixture_tear_down)
  ADD ("refused", test_refused);
  ADD ("glare", test_glare);
  ADD ("last-wish", test_last_wish);
  ADD ("flow-lost", test_flow_lost);
  ADD ("no-flow", test_no_flow);
  ADD ("ended-meanwhile", test_ended_meanwhile);
  ADD ("held-by-them", test_held_by_them);
  ADD ("offer-asked", test_offer_asked);
  ADD ("wish-before-ack", test_wish_before_ack);
  ADD ("other-media", test_other_media);
  ADD ("other-media-on-hold", test_other_media_on_hold);
  ADD ("bad-offer", test_bad_offer);
  ADD ("dial-offerless", test_dial_offerless);
  ADD ("dial-offerless-fails", test_dial_offerless_fails);
  ADD ("refresh", test_refresh);
  return g_test_run ();
}
