/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <gst/rtp/gstrtpbuffer.h>

#include <string.h>

/* ---- Codecs ---- */

static void
set_codecs (PhoneMediaConfig *config, const char *audio, const char *video)
{
  g_strfreev (config->audio_codecs);
  g_strfreev (config->video_codecs);
  config->audio_codecs = g_strsplit (audio, ",", -1);
  config->video_codecs = g_strsplit (video, ",", -1);
}

static gboolean
has_stats (gpointer data)
{
  g_autoptr (PhoneMediaStats) stats = phone_media_session_dup_stats (data);

  return stats && stats->audio_in.packets > 0;
}

/* The caller offers everything, the callee has one codec of each kind. */
static void
call_with_codec (const char *audio, const char *video)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = NULL;
  g_autoptr (PhoneMediaStats) stats = NULL;

  set_codecs (high, audio, video);
  callee = media_session (high);
  media_connect (caller, callee, *video != '\0');
  g_assert_true (media_wait_tone (caller, 1000, 500, 10));
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  if (*video) {
    g_assert_true (media_wait_frames (caller, 10, 10));
    g_assert_true (media_wait_frames (callee, 10, 10));
  }
  g_assert_true (media_wait (has_stats, caller, 5));
  stats = phone_media_session_dup_stats (caller);
  g_assert_cmpstr (stats->audio_in.codec, ==, audio);
  g_assert_cmpstr (stats->audio_out.codec, ==, audio);
  if (*video)
    g_assert_cmpstr (stats->video_in.codec, ==, video);
  media_end (caller);
  media_end (callee);
}

static void
test_codec (gconstpointer data)
{
  g_auto (GStrv) names = g_strsplit (data, " ", 2);

  for (guint i = 0; names[i]; i++) {
    if (phone_media_codec_is_available (names[i]))
      continue;
    g_test_skip ("its elements are not installed: G.722 and H.264 are optional");
    return;
  }
  call_with_codec (names[0], names[1] ? names[1] : "");
}

/* ---- Mute ---- */

static gboolean
is_quiet (gpointer data)
{
  return phone_probe_get_report (phone_media_session_get_probe (data)).level_db <
         PHONE_PROBE_SILENCE_DB;
}

static void
test_mute (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  PhoneProbe *probe = phone_media_session_get_probe (callee);
  guint64 audio_ms = 0;
  guint64 sounding_ms = 0;

  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  phone_media_session_set_muted (caller, TRUE);
  g_assert_true (media_wait (is_quiet, callee, 5));
  audio_ms = phone_probe_get_report (probe).audio_ms;
  sounding_ms = phone_probe_get_report (probe).sounding_ms;
  media_run (1000);
  /* Packets went on, and held silence. */
  g_assert_cmpuint (phone_probe_get_report (probe).audio_ms, >=, audio_ms + 600);
  g_assert_cmpuint (phone_probe_get_report (probe).sounding_ms, ==, sounding_ms);
  g_assert_true (media_wait_tone (caller, 1000, 300, 5));
  phone_media_session_set_muted (caller, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 500, 5));
  media_end (caller);
  media_end (callee);
}

/* What a re-offer may not do in this program is refused, and the call goes on. */
static void
test_reoffer_refused (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  g_autofree char *active = NULL;
  g_autofree char *other = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  media_connect (caller, callee, FALSE);
  active = phone_media_session_dup_local_sdp (callee);
  other = media_wrong_fingerprint (active);
  answer = media_reoffer (caller, other, FALSE, &error);
  g_assert_null (answer);
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE);
  g_assert_true (media_wait_tone (caller, 1000, 500, 5));
  g_assert_true (media_wait_tone (callee, 440, 500, 5));
  media_end (caller);
  media_end (callee);
}

/* ---- Echo ---- */

static gboolean
has_own_frames (gpointer data)
{
  return phone_probe_get_recognised_from (phone_media_session_get_probe (data),
                                          phone_media_session_get_frame_source (data)) >=
         15;
}

static void
test_echo (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (600);
  g_autoptr (PhoneMediaConfig) echoing = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;

  echoing->audio_source = PHONE_MEDIA_SOURCE_ECHO;
  echoing->video_source = PHONE_MEDIA_SOURCE_ECHO;
  callee = media_session (echoing);
  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait_tone (caller, 600, 1000, 10));
  g_assert_true (media_wait (has_own_frames, caller, 10));
  media_end (caller);
  media_end (callee);
}

/* ---- Peers that leave things out ---- */

static char *
without_lines (const char *sdp, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  g_autoptr (GString) kept = g_string_new (NULL);

  for (guint i = 0; lines[i] && *lines[i]; i++)
    if (!g_str_has_prefix (lines[i], prefix))
      g_string_append_printf (kept, "%s\r\n", lines[i]);
  return g_string_free (g_steal_pointer (&kept), FALSE);
}

static void
call_between (gboolean with_video, const char *prefix, gboolean in_offer)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = media_offer (caller, with_video);
  g_autofree char *offered = in_offer ? without_lines (offer, prefix) : g_strdup (offer);
  g_autofree char *answer = NULL;
  g_autofree char *answered = NULL;

  g_assert_true (phone_media_session_set_offer (callee, offered, &error));
  answer = media_answer (callee, with_video);
  g_test_message ("OFFER\n%s\nANSWER\n%s", offered, answer);
  answered = in_offer ? g_strdup (answer) : without_lines (answer, prefix);
  g_assert_true (phone_media_session_set_answer (caller, answered, &error));
  g_assert_true (media_wait_tone (caller, 1000, 500, 10));
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  if (with_video) {
    g_assert_true (media_wait_frames (caller, 20, 10));
    g_assert_true (media_wait_frames (callee, 20, 10));
  }
  media_end (caller);
  media_end (callee);
}

static void
test_offer_without_mid (void)
{
  call_between (FALSE, "a=mid:", TRUE);
}

static void
test_answer_without_mid (void)
{
  call_between (FALSE, "a=mid:", FALSE);
}

/* A peer that does not bundle meets each line on a transport of its own. */
static void
test_without_bundle (void)
{
  call_between (TRUE, "a=group:", TRUE);
}

static GstPadProbeReturn
on_packet_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp)) {
    gst_rtp_buffer_set_ssrc (&rtp, GPOINTER_TO_UINT (data));
    gst_rtp_buffer_unmap (&rtp);
  }
  return GST_PAD_PROBE_OK;
}

/* A gateway that puts another source in the place of one, twice. */
static void
test_another_stream (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  g_autoptr (GstPad) pad = NULL;

  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  pad = gst_element_get_static_pad (
      phone_media_sender_get_bin (caller->pipeline->senders[PHONE_MEDIA_KIND_AUDIO]),
      "src");
  for (guint ssrc = 0x1000; ssrc < 0x1002; ssrc++) {
    gulong probe =
        gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet_any_thread,
                           GUINT_TO_POINTER (ssrc), NULL);

    media_run (500);
    g_assert_true (media_wait_tone (callee, 440, 500, 5));
    gst_pad_remove_probe (pad, probe);
  }
  media_end (caller);
  media_end (callee);
}

/* ---- Statistics ---- */

static gboolean
is_confirmed (gpointer data)
{
  g_autoptr (PhoneMediaStats) stats = phone_media_session_dup_stats (data);

  return stats && stats->audio_out.confirmed && stats->video_out.confirmed &&
         stats->audio_in.packets > 100 && stats->audio_out.bitrate > 0;
}

static void
test_stats (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  g_autoptr (PhoneMediaStats) stats = NULL;

  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait (is_confirmed, caller, 15));
  stats = phone_media_session_dup_stats (caller);
  g_assert_true (stats->audio_in.present && stats->audio_out.present);
  g_assert_true (stats->video_in.present && stats->video_out.present);
  g_assert_cmpuint (stats->audio_in.ssrc, !=, stats->video_in.ssrc);
  g_assert_cmpuint (stats->audio_in.packets, >, 50);
  g_assert_cmpuint (stats->audio_out.bitrate, >, 8000);
  g_assert_cmpuint (stats->video_out.bitrate, >, stats->audio_out.bitrate);
  g_assert_cmpfloat (stats->level_in_db, >, -30);
  g_assert_cmpfloat (stats->level_out_db, >, -30);
  g_assert_cmpfloat (stats->audio_out.round_trip_ms, <, 500);
  g_assert_cmpuint (stats->audio_in.latency_ms, >=, 20);
  g_assert_cmpuint (stats->audio_in.latency_ms, <=, 200);
  g_assert_true (g_str_has_prefix (stats->local_candidate, "host udp 127.0.0.1:"));
  g_assert_cmpint (phone_media_session_get_silence_in (caller), ==,
                   PHONE_MEDIA_SILENCE_NONE);
  g_assert_cmpint (phone_media_session_get_silence_out (caller), ==,
                   PHONE_MEDIA_SILENCE_NONE);
  media_end (caller);
  media_end (callee);
}

/* ---- The self view ---- */

static void
count_frame (PhoneVideoFeed *feed, gpointer data)
{
  g_auto (PhoneVideoFrame) frame = {NULL};

  if (phone_video_feed_dup_frame (feed, &frame)) {
    g_assert_cmpuint (frame.width, ==, 320);
    g_assert_cmpuint (g_bytes_get_size (frame.pixels), >=, frame.stride_bytes * 240);
    (*(guint *)data)++;
  }
}

static gboolean
has_many (gpointer data)
{
  return *(guint *)data >= 10;
}

static void
test_feeds (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  PhoneVideoFeed *local = phone_media_session_get_local_feed (caller);
  PhoneVideoFeed *remote = phone_media_session_get_remote_feed (caller);
  guint n_local = 0;
  guint n_remote = 0;

  g_signal_connect (local, "frame-ready", G_CALLBACK (count_frame), &n_local);
  g_signal_connect (remote, "frame-ready", G_CALLBACK (count_frame), &n_remote);
  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait (has_many, &n_local, 10));
  g_assert_true (media_wait (has_many, &n_remote, 10));
  g_signal_handlers_disconnect_by_data (local, &n_local);
  g_signal_handlers_disconnect_by_data (remote, &n_remote);
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
  g_test_add_data_func ("/media/codec/pcmu", "pcmu", test_codec);
  g_test_add_data_func ("/media/codec/pcma", "pcma", test_codec);
  g_test_add_data_func ("/media/codec/g722", "g722", test_codec);
  g_test_add_data_func ("/media/codec/h264", "opus h264", test_codec);
  g_test_add_func ("/media/mute", test_mute);
  g_test_add_func ("/media/reoffer/refused", test_reoffer_refused);
  g_test_add_func ("/media/echo", test_echo);
  g_test_add_func ("/media/peer/offer-without-mid", test_offer_without_mid);
  g_test_add_func ("/media/peer/answer-without-mid", test_answer_without_mid);
  g_test_add_func ("/media/peer/without-bundle", test_without_bundle);
  g_test_add_func ("/media/peer/another-stream", test_another_stream);
  g_test_add_func ("/media/stats", test_stats);
  g_test_add_func ("/media/feeds", test_feeds);
  return media_run_tests ();
}
