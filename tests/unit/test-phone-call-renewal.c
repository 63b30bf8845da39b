/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media that is made anew while a call stands: for another fork than the one that was
 * heard, and for a path that was lost. */
#include "call-fixture.h"

#include "phone-call-state.h"

#define GST_USE_UNSTABLE_API /* in what media is made of */
#include "phone-media-session-private.h"

#include <string.h>

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
  call_wait_boolean (call, "encrypted", TRUE);
  service_fixture_respond_as (f, invite, 200, "far", answer);
  sip_message_unref (call_take_ack (f));
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_CONNECTING);
  if (status_of_glare != 0) {
    call_refuse (f, reinvite, status_of_glare);
    sip_message_unref (reinvite);
    reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  }
  new_offer = service_fixture_dup_body (reinvite);
  new_answer = service_fixture_make_answer (anew, new_offer);
  service_fixture_respond (f, reinvite, 200, new_answer);
  sip_message_unref (call_take_ack (f));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (call_get_boolean (call, "muted"));
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
  sip_message_unref (call_take_ack (f));
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  call_refuse (f, reinvite, 488);
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
  CallPair pair;

  call_pair_init (&pair, f);
  before = dup_ufrag (pair.invite);
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_INTERRUPTED);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_RECONNECTING);
  reinvite = call_take_reinvite (f, "a=sendrecv");
  after = dup_ufrag (reinvite);
  g_assert_cmpstr (after, !=, before);
  call_pair_accept (f, &pair, reinvite);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ACTIVE);
  call_pair_clear (&pair, f);
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* For how long it is sought is told, and no more once it is found. */
static void
test_path_lost_for (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) reinvite = NULL;
  guint n_told = 0;
  CallPair pair;

  call_pair_init (&pair, f);
  g_assert_cmpuint (phone_call_get_reconnecting (pair.call), ==, 0);
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_INTERRUPTED);
  pair.call->lost_since_us -= 3 * G_USEC_PER_SEC;
  g_assert_cmpuint (phone_call_get_reconnecting (pair.call), ==, 3);
  g_signal_connect (pair.call, "notify::reconnecting", G_CALLBACK (on_told), &n_told);
  reinvite = call_take_reinvite (f, "a=sendrecv");
  call_pair_accept (f, &pair, reinvite);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpuint (phone_call_get_reconnecting (pair.call), ==, 0);
  g_assert_cmpuint (n_told, >, 0);
  call_pair_clear (&pair, f);
}

/* A path that is back by itself is not sought when it is our turn again. */
static void
test_path_found (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) hold = NULL;
  g_autoptr (SipMessage) resume = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  before = dup_ufrag (pair.invite);
  phone_call_set_held (pair.call, TRUE);
  hold = call_take_reinvite (f, "a=sendonly");
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_INTERRUPTED);
  phone_media_session_set_state (pair.call->media, PHONE_MEDIA_STATE_CONNECTED);
  call_pair_accept (f, &pair, hold);
  call_wait_boolean (pair.call, "held", TRUE);
  phone_call_set_held (pair.call, FALSE);
  resume = call_take_reinvite (f, "a=sendrecv");
  after = dup_ufrag (resume);
  g_assert_cmpstr (after, ==, before);
  call_pair_accept (f, &pair, resume);
  call_pair_clear (&pair, f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/phone/call-renewal/" name, ServiceFixture, NULL, service_fixture_set_up, \
              function, service_fixture_tear_down)
  ADD ("path-lost", test_path_lost);
  ADD ("path-lost-for", test_path_lost_for);
  ADD ("path-found", test_path_found);
  ADD ("other-fork", test_other_fork);
  g_test_add ("/phone/call-renewal/other-fork-glare", ServiceFixture,
              GUINT_TO_POINTER (491), service_fixture_set_up, test_other_fork,
              service_fixture_tear_down);
  ADD ("other-fork-refuses", test_other_fork_refuses);
#undef ADD
  return g_test_run ();
}
