/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <string.h>

static void
test_audio (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  PhoneMediaTimings timings;

  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (caller, 1000, 1000, 10));
  g_assert_true (media_wait_tone (callee, 440, 1000, 10));
  g_assert_cmpuint (phone_probe_get_tone_ms (phone_media_session_get_probe (caller), 440),
                    ==, 0);
  timings = phone_media_session_get_timings (callee);
  g_test_message ("gather %d ice %d dtls %d first sound %d", timings.gather_ms,
                  timings.ice_ms, timings.dtls_ms, timings.first_audio_ms);
  g_assert_cmpint (timings.gather_ms, >=, 0);
  g_assert_cmpint (timings.first_audio_ms, >=, timings.dtls_ms);
  g_assert_false (phone_media_session_get_has_video (caller));
  media_end (caller);
  media_end (callee);
}

static void
test_video (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  PhoneProbeReport report;

  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait_frames (caller, 30, 15));
  g_assert_true (media_wait_frames (callee, 30, 15));
  g_assert_true (media_wait_tone (caller, 1000, 500, 10));
  report = phone_probe_get_report (phone_media_session_get_probe (caller));
  g_test_message ("frames %" G_GUINT64_FORMAT " recognised %" G_GUINT64_FORMAT
                  " gaps %" G_GUINT64_FORMAT " delay %d",
                  report.frames, report.recognised, report.gaps, report.delay_ms);
  g_assert_cmpuint (report.source, ==, phone_media_session_get_frame_source (callee));
  g_assert_cmpuint (report.changes, >, 10);
  g_assert_cmpint (report.delay_ms, >=, 0);
  g_assert_cmpint (report.delay_ms, <, 2000);
  g_assert_true (phone_media_session_get_has_video (caller));
  media_end (caller);
  media_end (callee);
}

/* ---- Candidates ---- */

/* Only the address that was chosen is named, whatever interfaces there are. */
static void
test_local_address (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *session = media_session (config);
  g_autofree char *offer = media_offer (session, TRUE);
  g_auto (GStrv) lines = g_strsplit (offer, "\r\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i]; i++) {
    if (!g_str_has_prefix (lines[i], "a=candidate:"))
      continue;
    g_assert_nonnull (strstr (lines[i], " 127.0.0.1 "));
    n++;
  }
  g_assert_cmpuint (n, ==, 1);
  media_end (session);
}

/* A STUN server that never answers: the offer does not wait for it. */
static void
test_gathering_cap (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (GSocket) hole = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                           G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *offer = NULL;
  PhoneMediaSession *session = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_bind (hole, any, FALSE, NULL));
  bound = g_socket_get_local_address (hole, NULL);
  uri = g_strdup_printf ("stun:127.0.0.1:%u",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  g_assert_true (phone_media_config_add_ice_server (config, uri, NULL, NULL, &error));
  session = media_session (config);
  offer = media_offer (session, FALSE);
  g_assert_cmpint (phone_media_session_get_timings (session).gather_ms, >=, 490);
  g_assert_cmpint (phone_media_session_get_timings (session).gather_ms, <, 1000);
  g_assert_nonnull (strstr (offer, "a=candidate:"));
  g_assert_true (g_socket_condition_check (hole, G_IO_IN) & G_IO_IN);
  media_end (session);
}

static void
test_closed_under_way (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *session = media_session (config);

  phone_media_session_offer_async (session, TRUE, NULL, NULL, NULL);
  media_end (session);
  session = media_session (config);
  media_end (session);
}

static void
close_when_connecting (PhoneMediaSession *session)
{
  if (phone_media_session_get_state (session) == PHONE_MEDIA_STATE_CONNECTING)
    phone_media_session_close (session);
}

static gboolean
has_applied_offer (gpointer session)
{
  return PHONE_MEDIA_SESSION (session)->offer_applied;
}

/* By whoever is told that it connects; nothing goes off later. */
static void
test_closed_on_news (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autofree char *offer = media_offer (caller, FALSE);
  g_autoptr (GError) error = NULL;

  g_signal_connect (callee, "notify::state", G_CALLBACK (close_when_connecting), NULL);
  g_assert_true (phone_media_session_set_offer (callee, offer, &error));
  g_assert_no_error (error);
  g_assert_true (media_wait (has_applied_offer, callee, 10));
  phone_media_session_answer_async (callee, FALSE, NULL, NULL, NULL);
  g_assert_cmpint (phone_media_session_get_state (callee), ==, PHONE_MEDIA_STATE_CLOSED);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, callee));
  media_end (callee);
  media_end (caller);
}

static void
close_when_held (PhoneMediaSession *session)
{
  if (phone_media_session_get_held (session))
    phone_media_session_close (session);
}

static void
test_closed_on_hold (void)
{
  const PhoneMediaWish wish = {.hold = TRUE, .video = TRUE};
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);

  media_connect (caller, callee, FALSE);
  g_signal_connect (caller, "notify::held", G_CALLBACK (close_when_held), NULL);
  phone_media_session_change_async (caller, &wish, NULL, NULL, NULL);
  g_assert_cmpint (phone_media_session_get_state (caller), ==, PHONE_MEDIA_STATE_CLOSED);
  media_end (caller);
  media_end (callee);
}

/* A program that wants to exit is told to wait for it. */
static void
test_taken_apart (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *session = media_session (config);
  g_autofree char *offer = media_offer (session, FALSE);
  g_autoptr (GstElement) pipeline = gst_object_ref (session->pipeline->pipeline);

  g_assert_true (media_wait_idle (30));
  GST_STATE_LOCK (pipeline);
  phone_media_session_close (session);
  g_assert_true (phone_media_is_at_work ());
  GST_STATE_UNLOCK (pipeline);
  g_assert_true (media_wait_idle (10));
  g_assert_cmpint (GST_STATE (pipeline), ==, GST_STATE_NULL);
  media_end (session);
}

/* The same answer in 183 and in 200; another one is too late. */
static char *
dup_fingerprint (const char *sdp)
{
  const char *at = strstr (sdp, "a=fingerprint:");

  g_assert_nonnull (at);
  return g_strndup (at, strcspn (at, "\r\n"));
}

/* Media that takes another's place in a call would pass for the same DTLS association. */
static void
test_own_certificate (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *one = media_session (config);
  PhoneMediaSession *other = media_session (config);
  g_autofree char *offer = media_offer (one, FALSE);
  g_autofree char *other_offer = media_offer (other, FALSE);
  g_autofree char *shown = dup_fingerprint (offer);
  g_autofree char *other_shown = dup_fingerprint (other_offer);

  g_assert_cmpstr (shown, !=, other_shown);
  media_end (one);
  media_end (other);
}

static void
test_answer_twice (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autofree char *answer = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;

  media_connect (caller, callee, FALSE);
  answer = phone_media_session_dup_local_sdp (callee);
  g_assert_true (phone_media_session_set_answer (caller, answer, &error));
  g_assert_no_error (error);
  other = media_replace (answer, "sendrecv", "sendonly");
  g_assert_false (phone_media_session_set_answer (caller, other, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_WRONG_STATE);
  g_assert_true (media_wait_tone (caller, 440, 300, 5));
  media_end (caller);
  media_end (callee);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/call/audio", test_audio);
  g_test_add_func ("/media/call/video", test_video);
  g_test_add_func ("/media/call/local-address", test_local_address);
  g_test_add_func ("/media/call/gathering-cap", test_gathering_cap);
  g_test_add_func ("/media/call/closed-under-way", test_closed_under_way);
  g_test_add_func ("/media/call/closed-on-news", test_closed_on_news);
  g_test_add_func ("/media/call/closed-on-hold", test_closed_on_hold);
  g_test_add_func ("/media/call/taken-apart", test_taken_apart);
  g_test_add_func ("/media/call/own-certificate", test_own_certificate);
  g_test_add_func ("/media/call/answer-twice", test_answer_twice);
  return media_run_tests ();
}
