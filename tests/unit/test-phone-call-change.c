/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call that stands is changed, by a far end that answers as it likes. */
#include "service-fixture.h"

#include "phone-call-state.h"
#include "phone-error.h"

#define GST_USE_UNSTABLE_API /* in what media is made of */
#include "phone-media-session-private.h"

#include <string.h>

/* Both ends of one call. */
typedef struct {
  PhoneMediaSession *peer;
  PhoneCall *call;
  SipMessage *invite;
} Pair;

static void
pair_init (Pair *pair, ServiceFixture *f)
{
  pair->peer = service_fixture_make_peer ();
  pair->call = service_fixture_call (f, pair->peer, &pair->invite);
}

static void
pair_clear (Pair *pair, ServiceFixture *f)
{
  phone_call_hang_up (pair->call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  g_clear_object (&pair->call);
  g_clear_object (&pair->peer);
  sip_message_unref (pair->invite);
}

static gboolean
get_boolean (PhoneCall *call, const char *name)
{
  gboolean value = FALSE;

  g_object_get (call, name, &value, NULL);
  return value;
}

static void
wait_boolean (PhoneCall *call, const char *name, gboolean value)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (get_boolean (call, name) != value) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
  }
}

/* The re-INVITE that comes; its sound has this direction. */
static SipMessage *
take_reinvite (ServiceFixture *f, const char *direction)
{
  SipMessage *reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autofree char *offer = service_fixture_dup_body (reinvite);

  g_test_message ("%s", offer);
  g_assert_nonnull (strstr (offer, direction));
  return reinvite;
}

static SipMessage *
take_ack (ServiceFixture *f)
{
  return service_fixture_take_request (f, SIP_METHOD_ACK);
}

static void
accept (ServiceFixture *f, Pair *pair, const SipMessage *reinvite)
{
  g_autofree char *offer = service_fixture_dup_body (reinvite);
  g_autofree char *answer = service_fixture_make_reanswer (pair->peer, offer);

  service_fixture_respond (f, reinvite, 200, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
}

static void
refuse (ServiceFixture *f, const SipMessage *reinvite, guint status)
{
  service_fixture_respond (f, reinvite, status, NULL);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
}

/* ---- Ours ---- */

/* It is held from the wish on, and stays what it was where the far end says no. */
static void
test_refused (ServiceFixture *f, gconstpointer data)
{
  static const guint statuses[] = {488, 500, 603};
  Pair pair;

  pair_init (&pair, f);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) reinvite = NULL;

    phone_call_set_held (pair.call, TRUE);
    g_assert_true (get_boolean (pair.call, "held"));
    reinvite = take_reinvite (f, "a=sendonly");
    refuse (f, reinvite, statuses[i]);
    wait_boolean (pair.call, "held", FALSE);
    g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  }
  pair_clear (&pair, f);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* Glare (RFC 3261 §14.1): the wish waits, and is asked for again. */
static void
test_glare (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  Pair pair;

  pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  first = take_reinvite (f, "a=sendonly");
  refuse (f, first, 491);
  g_assert_true (get_boolean (pair.call, "held"));
  second = take_reinvite (f, "a=sendonly");
  accept (f, &pair, second);
  wait_boolean (pair.call, "held", TRUE);
  pair_clear (&pair, f);
}

/* What is pressed while a change is under way is done after it: the last wish counts. */
static void
test_last_wish (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) hold = NULL;
  g_autoptr (SipMessage) resume = NULL;
  Pair pair;

  pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  hold = take_reinvite (f, "a=sendonly");
  phone_call_set_held (pair.call, FALSE);
  phone_call_set_held (pair.call, TRUE);
  phone_call_set_held (pair.call, FALSE);
  g_assert_true (get_boolean (pair.call, "held")); /* it is, as far as they know */
  accept (f, &pair, hold);
  resume = take_reinvite (f, "a=sendrecv");
  accept (f, &pair, resume);
  wait_boolean (pair.call, "held", FALSE);
  pair_clear (&pair, f);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* Nobody says anything, the connection breaks, and the wish is told on the next one. */
static void
test_flow_lost (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  Pair pair;

  pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  first = take_reinvite (f, "a=sendonly");
  service_fixture_cut (f);
  second = take_reinvite (f, "a=sendonly");
  accept (f, &pair, second);
  wait_boolean (pair.call, "held", TRUE);
  pair_clear (&pair, f);
}

/* Pressed while there is no connection at all. */
static void
test_no_flow (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) reinvite = NULL;
  Pair pair;

  pair_init (&pair, f);
  service_fixture_cut (f);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_CONNECTING);
  phone_call_set_held (pair.call, TRUE);
  reinvite = take_reinvite (f, "a=sendonly");
  accept (f, &pair, reinvite);
  wait_boolean (pair.call, "held", TRUE);
  pair_clear (&pair, f);
}

/* A call that is hung up meanwhile has no wishes any more. */
static void
test_ended_meanwhile (ServiceFixture *f, gconstpointer data)
{
  Pair pair;

  pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  sip_message_unref (take_reinvite (f, "a=sendonly"));
  pair_clear (&pair, f);

  pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE); /* the offer is being made */
  pair_clear (&pair, f);
}

/* ---- Theirs ---- */

static void
test_held_by_them (ServiceFixture *f, gconstpointer data)
{
  Pair pair;
  guint cseq = 1;

  pair_init (&pair, f);
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
    g_assert_cmpint (get_boolean (pair.call, "peer-held"), ==, hold);
  }
  pair_clear (&pair, f);
}

/* It asks for our offer, which says what the call is, and answers in its ACK. */
static void
test_offer_asked (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (SipMessage) hold = NULL;
  Pair pair;

  pair_init (&pair, f);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL, NULL, NULL);
  ok = service_fixture_take_response (f, 200);
  offer = service_fixture_dup_body (ok);
  g_assert_nonnull (strstr (offer, "a=sendrecv"));
  phone_call_set_held (pair.call, TRUE); /* waits for the ACK */
  answer = service_fixture_make_reanswer (pair.peer, offer);
  service_fixture_request_inside (f, pair.invite, "ACK", 1, NULL, NULL, "application/sdp",
                                  answer);
  hold = take_reinvite (f, "a=sendonly");
  accept (f, &pair, hold);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  pair_clear (&pair, f);
}

/* A wish between our 200 and its ACK waits for that (RFC 3261 §14.1). */
static void
test_wish_before_ack (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *offer = NULL;
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (SipMessage) hold = NULL;
  Pair pair;

  pair_init (&pair, f);
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
  hold = take_reinvite (f, "a=sendonly");
  accept (f, &pair, hold);
  pair_clear (&pair, f);
}

/* A server puts another in their place: it is spoken with, as muted as before. */
static void
test_other_media (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) other = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (other);
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *answer = NULL;
  Pair pair;

  pair_init (&pair, f);
  phone_call_set_muted (pair.call, TRUE);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL,
                                  "application/sdp", offer);
  ok = service_fixture_take_response (f, 200);
  answer = service_fixture_dup_body (ok);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_CONNECTING);
  g_assert_true (phone_media_session_set_answer (other, answer, NULL));
  service_fixture_request_inside (f, pair.invite, "ACK", 1, NULL, NULL, NULL, NULL);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (get_boolean (pair.call, "muted"));
  pair_clear (&pair, f);
}

/* Held here, it would be heard before it could be held: the call stays as it was. */
static void
test_other_media_on_hold (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) other = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (other);
  g_autoptr (SipMessage) hold = NULL;
  Pair pair;

  pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  hold = take_reinvite (f, "a=sendonly");
  accept (f, &pair, hold);
  service_fixture_request_inside (f, pair.invite, "INVITE", 1, NULL, NULL,
                                  "application/sdp", offer);
  sip_message_unref (service_fixture_take_response (f, 488));
  g_assert_true (get_boolean (pair.call, "held"));
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  pair_clear (&pair, f);
}

/* What cannot be spoken with leaves the call as it was. */
static void
test_bad_offer (ServiceFixture *f, gconstpointer data)
{
  static const char *const offers[] = {"v=0\r\n", "garbage"};
  Pair pair;

  pair_init (&pair, f);
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++) {
    service_fixture_request_inside (f, pair.invite, "INVITE", i + 1, NULL, NULL,
                                    "application/sdp", offers[i]);
    sip_message_unref (service_fixture_take_response (f, 488));
    g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  }
  pair_clear (&pair, f);
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
  ack = take_ack (f);
  answer = service_fixture_dup_body (ack);
  g_assert_true (phone_media_session_set_answer (peer, answer, NULL));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_call_set_held (call, TRUE);
  sip_message_unref (take_reinvite (f, "a=sendonly"));
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
    sip_message_unref (take_ack (f));
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
  Pair pair;

  pair_init (&pair, f);
  phone_call_refresh (pair.call);
  refused = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_cmpuint (sip_message_get_body (refused).len, ==, 0);
  refuse (f, refused, 488);

  offer = service_fixture_make_reoffer (pair.peer, TRUE);
  phone_call_refresh (pair.call);
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  service_fixture_respond (f, reinvite, 200, offer);
  ack = take_ack (f);
  answer = service_fixture_dup_body (ack);
  g_assert_true (phone_media_session_set_change_answer (pair.peer, answer, NULL));
  g_assert_true (get_boolean (pair.call, "peer-held"));
  pair_clear (&pair, f);
}

/* ---- Forks ---- */

/* One fork is heard early, another one answers: media is made anew for that, and the user
 * sees a call that connects. */
static void
test_other_fork (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) one = service_fixture_make_peer ();
  g_autoptr (PhoneMediaSession) other = service_fixture_make_peer ();
  g_autoptr (PhoneMediaSession) anew = service_fixture_make_peer ();
  g_autoptr (PhoneCall) call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, NULL);
  g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autoptr (SipMessage) reinvite = NULL;
  g_autofree char *offer = service_fixture_dup_body (invite);
  g_autofree char *early = service_fixture_make_answer (one, offer);
  g_autofree char *answer = service_fixture_make_answer (other, offer);
  g_autofree char *new_offer = NULL;
  g_autofree char *new_answer = NULL;
  guint status_of_glare = GPOINTER_TO_UINT (data);

  phone_call_set_muted (call, TRUE);
  service_fixture_respond_as (f, invite, 183, "one", early);
  wait_boolean (call, "encrypted", TRUE);
  service_fixture_respond_as (f, invite, 200, "far", answer);
  sip_message_unref (take_ack (f));
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_CONNECTING);
  if (status_of_glare != 0) {
    refuse (f, reinvite, status_of_glare);
    sip_message_unref (reinvite);
    reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  }
  new_offer = service_fixture_dup_body (reinvite);
  new_answer = service_fixture_make_answer (anew, new_offer);
  service_fixture_respond (f, reinvite, 200, new_answer);
  sip_message_unref (take_ack (f));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (get_boolean (call, "muted"));
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
}

/* The same where the far end wants nothing of it: the call cannot be. */
static void
test_other_fork_refuses (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) one = service_fixture_make_peer ();
  g_autoptr (PhoneMediaSession) other = service_fixture_make_peer ();
  g_autoptr (PhoneCall) call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, NULL);
  g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autoptr (SipMessage) reinvite = NULL;
  g_autofree char *offer = service_fixture_dup_body (invite);
  g_autofree char *early = service_fixture_make_answer (one, offer);
  g_autofree char *answer = service_fixture_make_answer (other, offer);

  service_fixture_respond_as (f, invite, 183, "one", early);
  service_fixture_respond_as (f, invite, 200, "far", answer);
  sip_message_unref (take_ack (f));
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  refuse (f, reinvite, 488);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_cause (call), ==, PHONE_END_MEDIA_FAILED);
}

/* ---- The path ---- */

static char *
dup_ufrag (const SipMessage *message)
{
  g_autofree char *body = service_fixture_dup_body (message);
  const char *at = strstr (body, "a=ice-ufrag:");

  g_assert_nonnull (at);
  return g_strndup (at, strcspn (at, "\r\n"));
}

static void
on_told (PhoneCall *call, GParamSpec *pspec, guint *n_told)
{
  ++*n_told;
}

/* ICE is restarted where nothing comes any more, once. */
static void
test_path_lost (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) reinvite = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  Pair pair;

  pair_init (&pair, f);
  before = dup_ufrag (pair.invite);
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_INTERRUPTED);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_RECONNECTING);
  reinvite = take_reinvite (f, "a=sendrecv");
  after = dup_ufrag (reinvite);
  g_assert_cmpstr (after, !=, before);
  accept (f, &pair, reinvite);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ACTIVE);
  pair_clear (&pair, f);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* For how long it is sought is told, and no more once it is found. */
static void
test_path_lost_for (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) reinvite = NULL;
  guint n_told = 0;
  Pair pair;

  pair_init (&pair, f);
  g_assert_cmpuint (phone_call_get_reconnecting (pair.call), ==, 0);
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_INTERRUPTED);
  pair.call->lost_since_us -= 3 * G_USEC_PER_SEC;
  g_assert_cmpuint (phone_call_get_reconnecting (pair.call), ==, 3);
  g_signal_connect (pair.call, "notify::reconnecting", G_CALLBACK (on_told), &n_told);
  reinvite = take_reinvite (f, "a=sendrecv");
  accept (f, &pair, reinvite);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpuint (phone_call_get_reconnecting (pair.call), ==, 0);
  g_assert_cmpuint (n_told, >, 0);
  pair_clear (&pair, f);
}

/* A path that is back by itself is not sought when it is our turn again. */
static void
test_path_found (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) hold = NULL;
  g_autoptr (SipMessage) resume = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  Pair pair;

  pair_init (&pair, f);
  before = dup_ufrag (pair.invite);
  phone_call_set_held (pair.call, TRUE);
  hold = take_reinvite (f, "a=sendonly");
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_INTERRUPTED);
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_CONNECTED);
  accept (f, &pair, hold);
  wait_boolean (pair.call, "held", TRUE);
  phone_call_set_held (pair.call, FALSE);
  resume = take_reinvite (f, "a=sendrecv");
  after = dup_ufrag (resume);
  g_assert_cmpstr (after, ==, before);
  accept (f, &pair, resume);
  pair_clear (&pair, f);
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
  ADD ("path-lost", test_path_lost);
  ADD ("path-lost-for", test_path_lost_for);
  ADD ("path-found", test_path_found);
  ADD ("other-fork", test_other_fork);
  g_test_add ("/phone/call-change/other-fork-glare", ServiceFixture,
              GUINT_TO_POINTER (491), service_fixture_set_up, test_other_fork,
              service_fixture_tear_down);
  ADD ("other-fork-refuses", test_other_fork_refuses);
  return g_test_run ();
}
