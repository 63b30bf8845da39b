/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <nice/agent.h>
#include <string.h>

/* ICE restarts within a call. That one took place is told by ICE itself, which looks for
 * a path again and finds one: checks with the old credentials would not be answered. To
 * webrtcbin it is as if there had been a path all the time: it takes nothing in else. */

typedef struct {
  PhoneMediaSession *caller;
  PhoneMediaSession *callee;
  int n_caller; /* how often each found a path since; written by the agents' threads */
  int n_callee;
} Pair;

static const PhoneMediaWish restart = {.restart_ice = TRUE};

static GObject *
dup_agent (PhoneMediaSession *session)
{
  g_autoptr (GObject) ice = NULL;
  GObject *agent = NULL;

  g_object_get (session->pipeline->webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  return agent;
}

static void
on_ice_state (PhoneMediaPipeline *pipeline, guint state, gpointer unused)
{
  g_assert_true (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
                 state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
}

static void
on_agent_state_any_thread (
    NiceAgent *agent, guint stream, guint component, guint state, int *n)
{
  if (state == NICE_COMPONENT_STATE_READY)
    g_atomic_int_inc (n);
}

static void
watch_ice (PhoneMediaSession *session, int *n)
{
  g_autoptr (GObject) agent = dup_agent (session);

  g_signal_connect (session->pipeline, "ice-state", G_CALLBACK (on_ice_state), NULL);
  g_signal_connect (agent, "component-state-changed",
                    G_CALLBACK (on_agent_state_any_thread), n);
}

/* The agent lives until it has closed, and the pair does not. */
static void
ignore_ice (PhoneMediaSession *session, int *n)
{
  g_autoptr (GObject) agent = dup_agent (session);

  g_signal_handlers_disconnect_by_data (agent, n);
}

static gboolean
is_settled (gpointer data)
{
  Pair *pair = data;

  return phone_media_session_get_timings (pair->caller).first_audio_ms >= 0 &&
         phone_media_session_get_timings (pair->callee).first_audio_ms >= 0;
}

static void
set_up (Pair *pair, gconstpointer data)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);

  pair->caller = media_session (low);
  pair->callee = media_session (high);
  media_connect (pair->caller, pair->callee, FALSE);
  g_assert_true (media_wait (is_settled, pair, 10));
  media_run (1000);
  watch_ice (pair->caller, &pair->n_caller);
  watch_ice (pair->callee, &pair->n_callee);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  ignore_ice (pair->caller, &pair->n_caller);
  ignore_ice (pair->callee, &pair->n_callee);
  media_end (pair->caller);
  media_end (pair->callee);
}

static gboolean
found_paths (gpointer data)
{
  Pair *pair = data;

  return g_atomic_int_get (&pair->n_caller) > 0 && g_atomic_int_get (&pair->n_callee) > 0;
}

static void
assert_restarted (Pair *pair)
{
  g_assert_true (media_wait (found_paths, pair, 10));
  g_assert_true (media_wait_tone (pair->caller, 1000, 500, 5));
  g_assert_true (media_wait_tone (pair->callee, 440, 500, 5));
  g_atomic_int_set (&pair->n_caller, 0);
  g_atomic_int_set (&pair->n_callee, 0);
}

static char *
ufrag_of (const char *sdp)
{
  const char *at = strstr (sdp, "a=ice-ufrag:");

  g_assert_nonnull (at);
  return g_strndup (at, strcspn (at, "\r\n"));
}

static void
restart_by (Pair *pair, PhoneMediaSession *offerer, PhoneMediaSession *answerer)
{
  g_autofree char *before = phone_media_session_dup_local_sdp (offerer);
  g_autofree char *theirs = phone_media_session_dup_local_sdp (answerer);
  g_autofree char *after = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *first = ufrag_of (before);
  g_autofree char *second = ufrag_of (theirs);

  media_renegotiate (offerer, &restart, answerer, FALSE);
  after = phone_media_session_dup_local_sdp (offerer);
  answer = phone_media_session_dup_local_sdp (answerer);
  g_assert_null (strstr (after, first));
  g_assert_null (strstr (answer, second));
  assert_restarted (pair);
}

static void
test_both_ways (Pair *pair, gconstpointer data)
{
  restart_by (pair, pair->caller, pair->callee);
  restart_by (pair, pair->callee, pair->caller);
}

/* Cancelled after it was followed: with the old credentials again. */
static void
test_withdrawn (Pair *pair, gconstpointer data)
{
  g_autofree char *offer = media_change (pair->caller, &restart);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = media_reoffer (pair->callee, offer, FALSE, &error);
  g_assert_no_error (error);
  phone_media_session_withdraw_reoffer (pair->callee);
  phone_media_session_cancel_change (pair->caller);
  /* The other one noticed nothing. */
  g_atomic_int_set (&pair->n_caller, 1);
  assert_restarted (pair);
  restart_by (pair, pair->caller, pair->callee);
}

/* An answer that restarts what nobody restarted. */
static void
test_in_an_answer (Pair *pair, gconstpointer data)
{
  const PhoneMediaWish nothing = {.hold = FALSE};
  g_autofree char *offer = media_change (pair->caller, &nothing);
  g_autofree char *answer = NULL;
  g_autofree char *ufrag = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;

  answer = media_reoffer (pair->callee, offer, FALSE, &error);
  ufrag = ufrag_of (answer);
  other = media_replace (answer, ufrag, "a=ice-ufrag:another");
  g_assert_false (phone_media_session_set_change_answer (pair->caller, other, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE);
  g_assert_true (media_wait_tone (pair->caller, 1000, 300, 5));
}

/* What webrtcbin and its agent go by is what was said over the wire. */
static void
assert_kept (PhoneMediaSession *session, const char *role)
{
  GstElement *webrtcbin = session->pipeline->webrtcbin;
  g_autoptr (GObject) agent = dup_agent (session);
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  g_autofree char *said = phone_media_session_dup_local_sdp (session);
  g_autofree char *own = ufrag_of (said);
  g_autofree char *kept = NULL;
  g_autofree char *ufrag = NULL;
  g_autofree char *password = NULL;

  g_object_get (webrtcbin, "current-local-description", &description, NULL);
  g_assert_true (
      nice_agent_get_local_credentials (NICE_AGENT (agent), 1, &ufrag, &password));
  kept = g_strdup_printf ("a=ice-ufrag:%s", ufrag);
  g_assert_cmpstr (kept, ==, own);
  g_assert_cmpstr (gst_sdp_media_get_attribute_val (
                       gst_sdp_message_get_media (description->sdp, 0), "setup"),
                   ==, role);
}

/* A picture is added to a call that has restarted: webrtcbin does not bring the old
 * credentials back, nor does it take the other role of DTLS. */
static void
test_then_video (Pair *pair, gconstpointer data)
{
  const PhoneMediaWish video = {.video = TRUE};

  restart_by (pair, pair->caller, pair->callee);
  media_renegotiate (pair->callee, &video, pair->caller, TRUE);
  g_assert_true (media_wait_frames (pair->caller, 10, 10));
  g_assert_true (media_wait_frames (pair->callee, 10, 10));
  assert_kept (pair->caller, "passive");
  assert_kept (pair->callee, "active");
  restart_by (pair, pair->callee, pair->caller);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add ("/media/restart/both-ways", Pair, NULL, set_up, test_both_ways, tear_down);
  g_test_add ("/media/restart/withdrawn", Pair, NULL, set_up, test_withdrawn, tear_down);
  g_test_add ("/media/restart/in-an-answer", Pair, NULL, set_up, test_in_an_answer,
              tear_down);
  g_test_add ("/media/restart/then-video", Pair, NULL, set_up, test_then_video,
              tear_down);
  return media_run_tests ();
}
