/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receive buffer follows the path: longer while packets come unevenly, and short again
 * when they do not. */
#include "media-pair.h"
#include "media-path.h"
#include "media-stranger.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"
#include "phone-media-watchdog.h"

#include <stdlib.h>
#include <string.h>

/* Much more than a busy machine does by itself: four times the jitter is wanted. */
enum { UNEVENNESS_MS = 45, LONG_MS = 120, SHORT_MS = 90, PATIENCE_S = 40 };

typedef struct {
  PhoneMediaSession *session;
  guint latest_ms;
  guint at_least_ms; /* what is waited for */
  guint at_most_ms;
} Watch;

static void
look_at_jitterbuffer (const GValue *item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory && g_str_equal (GST_OBJECT_NAME (factory), "rtpjitterbuffer"))
    g_object_get (element, "latency", data, NULL);
}

/* What is really waited for, by the one that waits. */
static guint
get_buffer_ms (PhoneMediaSession *session)
{
  GstIterator *elements =
      gst_bin_iterate_recurse (GST_BIN (session->pipeline->webrtcbin));
  guint ms = 0;

  gst_iterator_foreach (elements, look_at_jitterbuffer, &ms);
  gst_iterator_free (elements);
  return ms;
}

static void
on_stats (PhoneMediaSession *session, GParamSpec *pspec, Watch *watch)
{
  g_autoptr (PhoneMediaStats) stats = phone_media_session_dup_stats (session);

  if (stats->audio_in.packets == 0)
    return;
  watch->latest_ms = stats->audio_in.latency_ms;
  g_test_message ("jitter %.1f ms, latency %u ms", stats->audio_in.jitter_ms,
                  watch->latest_ms);
  g_assert_cmpuint (watch->latest_ms, >=, PHONE_MEDIA_LATENCY_MIN_MS);
  g_assert_cmpuint (watch->latest_ms, <=, PHONE_MEDIA_LATENCY_MAX_MS);
}

static gboolean
is_reached (gpointer data)
{
  Watch *watch = data;

  return watch->latest_ms >= watch->at_least_ms &&
         watch->latest_ms <= watch->at_most_ms &&
         get_buffer_ms (watch->session) >= watch->at_least_ms &&
         get_buffer_ms (watch->session) <= watch->at_most_ms;
}

static gboolean
wait_between (Watch *watch, guint at_least_ms, guint at_most_ms)
{
  watch->at_least_ms = at_least_ms;
  watch->at_most_ms = at_most_ms;
  return media_wait (is_reached, watch, PATIENCE_S);
}

/* The one UDP candidate of sound; owned. */
static char *
dup_candidate (const char *sdp, guint16 *port)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=candidate:\\S+ 1 UDP \\d+ 127\\.0\\.0\\.1 "
                                          "(\\d+) typ host",
                                          G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *digits = NULL;

  g_assert_true (g_regex_match (regex, sdp, 0, &match));
  digits = g_match_info_fetch (match, 1);
  *port = (guint16)atoi (digits);
  return g_match_info_fetch (match, 0);
}

/* Joined through the path: the callee knows no other way to the caller, and the caller none
 * at all before something comes. */
static MediaPath *
connect_through_path (PhoneMediaSession *caller, PhoneMediaSession *callee)
{
  g_autofree char *offer = media_offer (caller, FALSE);
  guint16 port = 0;
  g_autofree char *candidate = dup_candidate (offer, &port);
  g_autofree char *bare = media_without_candidates (offer);
  MediaPath *path = media_path_new (port);
  g_autofree char *old = g_strdup_printf (" %u typ", port);
  g_autofree char *new = g_strdup_printf (" %u typ", media_path_get_near_port (path));
  g_autofree char *detour = media_replace (candidate, old, new);
  g_autofree char *offer_there = g_strdup_printf ("%s%s\r\n", bare, detour);
  g_autofree char *answer = NULL;
  g_autofree char *answer_here = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (phone_media_session_set_offer (callee, offer_there, &error));
  answer = media_answer (callee, FALSE);
  answer_here = media_without_candidates (answer);
  g_assert_true (phone_media_session_set_answer (caller, answer_here, &error));
  g_assert_no_error (error);
  g_assert_true (media_wait_state (caller, PHONE_MEDIA_STATE_CONNECTED, 20));
  g_assert_true (media_wait_state (callee, PHONE_MEDIA_STATE_CONNECTED, 20));
  return path;
}

static void
test_follows_jitter (void)
{
  g_autoptr (PhoneMediaConfig) ours = media_config (440);
  g_autoptr (PhoneMediaConfig) theirs = media_config (1000);
  PhoneMediaSession *caller = media_session (ours);
  PhoneMediaSession *callee = media_session (theirs);
  MediaPath *path = NULL;
  Watch watch = {.session = caller};
  guint start_ms = 0;

  g_object_get (caller->pipeline->webrtcbin, "latency", &start_ms, NULL);
  g_assert_cmpuint (start_ms, ==, PHONE_MEDIA_LATENCY_START_MS);
  path = connect_through_path (caller, callee);
  g_signal_connect (caller, "notify::stats", G_CALLBACK (on_stats), &watch);
  media_path_set_unevenness (path, UNEVENNESS_MS);
  g_assert_true (wait_between (&watch, LONG_MS, PHONE_MEDIA_LATENCY_MAX_MS));
  media_path_set_unevenness (path, 0);
  g_assert_true (wait_between (&watch, PHONE_MEDIA_LATENCY_MIN_MS, SHORT_MS));
  g_signal_handlers_disconnect_by_data (caller, &watch);
  g_assert_true (media_wait_tone (caller, 1000, 1000, 10));
  media_end (caller);
  media_end (callee);
  media_path_free (path);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/latency/follows-jitter", test_follows_jitter);
  return media_run_tests ();
}
