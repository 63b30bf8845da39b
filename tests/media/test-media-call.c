/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

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

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/call/audio", test_audio);
  g_test_add_func ("/media/call/video", test_video);
  return g_test_run ();
}
