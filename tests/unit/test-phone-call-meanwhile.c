/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call does while it waits for somebody: for its user, whom the far end asks for
 * pictures; for the end of glare; and, while it rings, for an answer. */
#define GST_USE_UNSTABLE_API

#include "service-fixture.h"

#include "phone-call-state.h"
#include "phone-media-session-private.h"

#include <string.h>

/* ---- The user ---- */

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* The far end's offer to add pictures. */
static char *
make_video_offer (PhoneMediaSession *peer)
{
  static const PhoneMediaWish wish = {.video = TRUE};
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *offer;

  while (phone_media_session_get_state (peer) != PHONE_MEDIA_STATE_CONNECTED)
    g_main_context_iteration (NULL, TRUE);
  phone_media_session_change_async (peer, &wish, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  offer = phone_media_session_change_finish (peer, result, &error);
  g_assert_no_error (error);
  return offer;
}

static void
hang_up (ServiceFixture *f, PhoneCall *call)
{
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
}

/* How long the question still stands, by the clock that ends it. */
static gint64
get_left_us (PhoneCall *call)
{
  GSource *source = g_main_context_find_source_by_id (NULL, call->question_id);

  g_assert_nonnull (source);
  return g_source_get_ready_time (source) - g_source_get_time (source);
}

/* Nobody says anything for 25 s: no pictures then, and the camera stays off. */
static void
test_video_question_over (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (PhoneCall) call = service_fixture_call (f, peer, &invite);
  g_autofree char *offer = make_video_offer (peer);
  g_autofree char *answer = NULL;
  g_autoptr (SipMessage) ok = NULL;

  service_fixture_request_inside (f, invite, "INVITE", 1, NULL, NULL, "application/sdp",
                                  offer);
  while (!phone_call_get_video_asked (call))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (get_left_us (call), >, 23 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (get_left_us (call), <=, 26 * G_TIME_SPAN_SECOND);
  g_source_set_ready_time (g_main_context_find_source_by_id (NULL, call->question_id), 0);
  ok = service_fixture_take_response (f, 200);
  answer = service_fixture_dup_body (ok);
  g_assert_nonnull (strstr (answer, "m=video 0 "));
  g_assert_false (phone_call_get_video_asked (call));
  g_assert_false (phone_call_get_video (call));
  service_fixture_ack (f, ok, NULL);
  hang_up (f, call);
}

/* ---- Glare ---- */

/* Put on hold, refused with 491, and to be asked for again in 2.1 to 4 s (RFC
 * 3261 §14.1): from the press on the far end hears nothing. */
static void
test_silent_in_glare (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (PhoneCall) call = service_fixture_call (f, peer, &invite);

  phone_call_set_held (call, TRUE);
  first = service_fixture_take_request (f, SIP_METHOD_INVITE);
  service_fixture_respond (f, first, 491, NULL);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  while (call->change != PHONE_CHANGE_WAITING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (call->media->now.held);
  second = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_true (call->media->now.held);
  offer = service_fixture_dup_body (second);
  answer = service_fixture_make_reanswer (peer, offer);
  service_fixture_respond (f, second, 200, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  hang_up (f, call);
}

/* Our hold is pressed and not yet an offer when theirs comes: theirs is answered, and ours
 * is made anew after it (RFC 3264 §4: one at a time). Without an offer they ask for ours,
 * which says at once what we wish. */
static void
test_theirs_while_ours_is_made (ServiceFixture *f, gconstpointer has_offer)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) ok = NULL;
  g_autoptr (SipMessage) hold = NULL;
  g_autoptr (PhoneCall) call = service_fixture_call (f, peer, &invite);
  g_autofree char *theirs =
      has_offer != NULL ? service_fixture_make_reoffer (peer, FALSE) : NULL;
  g_autofree char *body = NULL;
  g_autofree char *answer = NULL;

  phone_call_set_held (call, TRUE);
  g_assert_cmpint (call->change, ==, PHONE_CHANGE_MAKING);
  f->is_at_once = TRUE;
  service_fixture_request_inside (f, invite, "INVITE", 1, NULL, NULL, "application/sdp",
                                  theirs);
  f->is_at_once = FALSE;
  g_assert_cmpint (call->change, ==, PHONE_CHANGE_DROPPING);
  ok = service_fixture_take_response (f, 200);
  g_assert_null (g_queue_peek_head (&f->requests)); /* one at a time */
  body = service_fixture_dup_body (ok);
  if (theirs != NULL)
    g_assert_true (phone_media_session_set_change_answer (peer, body, NULL));
  else
    answer = service_fixture_make_reanswer (peer, body);
  service_fixture_ack (f, ok, answer);
  if (theirs != NULL) {
    g_autofree char *offer = NULL;
    g_autofree char *reanswer = NULL;

    hold = service_fixture_take_request (f, SIP_METHOD_INVITE);
    offer = service_fixture_dup_body (hold);
    g_assert_nonnull (strstr (offer, "a=sendonly"));
    reanswer = service_fixture_make_reanswer (peer, offer);
    service_fixture_respond (f, hold, 200, reanswer);
    sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  } else {
    g_assert_nonnull (strstr (body, "a=sendonly"));
  }
  while (call->change != PHONE_CHANGE_IDLE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (call->media->now.held);
  hang_up (f, call);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* They take it back before ours is made: ours goes on its way all the same. */
static void
test_theirs_taken_back (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) hold = NULL;
  g_autoptr (PhoneCall) call = service_fixture_call (f, peer, &invite);
  g_autofree char *theirs = service_fixture_make_reoffer (peer, FALSE);
  g_autofree char *offer = NULL;

  phone_call_set_held (call, TRUE);
  g_assert_cmpint (call->change, ==, PHONE_CHANGE_MAKING);
  f->is_at_once = TRUE;
  service_fixture_request_inside (f, invite, "INVITE", 1, NULL, NULL, "application/sdp",
                                  theirs);
  service_fixture_request_inside (f, invite, "CANCEL", 1, NULL, NULL, NULL, NULL);
  f->is_at_once = FALSE;
  sip_message_unref (service_fixture_take_response (f, 487));
  hold = service_fixture_take_request (f, SIP_METHOD_INVITE);
  offer = service_fixture_dup_body (hold);
  g_assert_nonnull (strstr (offer, "a=sendonly"));
  service_fixture_respond (f, hold, 488, NULL);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  hang_up (f, call);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* ---- The answer ---- */

/* The media of a fork that was heard early breaks: the call rings on, and whoever answers,
 * be it that fork, gets new media. */
static void
test_early_media_breaks (ServiceFixture *f, gconstpointer who)
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

  service_fixture_respond_as (f, invite, 183, "far", early);
  while (phone_media_session_get_state (call->media) != PHONE_MEDIA_STATE_CONNECTED)
    g_main_context_iteration (NULL, TRUE);
  phone_media_session_fail (call->media, PHONE_MEDIA_FAILURE_ICE, "the path is gone");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_RINGING);
  g_assert_null (g_queue_peek_head (&f->requests));

  service_fixture_respond_as (f, invite, 200, who, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_CONNECTING);
  new_offer = service_fixture_dup_body (reinvite);
  new_answer = service_fixture_make_answer (anew, new_offer);
  service_fixture_respond_as (f, reinvite, 200, who, new_answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  hang_up (f, call);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, function)                                                        \
  g_test_add ("/phone/call-meanwhile/" name, ServiceFixture, data,                       \
              service_fixture_set_up, function, service_fixture_tear_down)
  ADD ("video-question-over", NULL, test_video_question_over);
  ADD ("silent-in-glare", NULL, test_silent_in_glare);
  ADD ("theirs-while-ours-is-made", "offer", test_theirs_while_ours_is_made);
  ADD ("theirs-without-an-offer", NULL, test_theirs_while_ours_is_made);
  ADD ("theirs-taken-back", NULL, test_theirs_taken_back);
  ADD ("early-media-breaks", "far", test_early_media_breaks);
  ADD ("early-media-breaks-other-answers", "other", test_early_media_breaks);
  return g_test_run ();
}
