/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-pulse.h"
#include "phone-tone-player.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

/* What is played is heard at the monitor of the sink that it is played on. */

static MediaPulse *pulse;

typedef struct {
  GstElement *pipeline;
  PhoneProbe *probe;
} Ear;

static GstFlowReturn
on_sample_any_thread (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample ? gst_sample_get_buffer (sample) : NULL;
  GstMapInfo map;

  if (!buffer || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_OK;
  phone_probe_push_audio_any_thread (data, (const float *)(gconstpointer)map.data,
                                     map.size / sizeof (float));
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

static Ear
ear_open (const char *speaker)
{
  g_autofree char *description = g_strdup_printf (
      "pulsesrc device=%s.monitor ! audioconvert ! audioresample ! "
      "audio/x-raw,format=F32LE,rate=8000,channels=1 ! appsink name=out sync=false",
      speaker);
  GstAppSinkCallbacks callbacks = {.new_sample = on_sample_any_thread};
  Ear ear = {gst_parse_launch (description, NULL), phone_probe_new ()};
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (ear.pipeline), "out");

  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, ear.probe, NULL);
  gst_element_set_state (ear.pipeline, GST_STATE_PLAYING);
  return ear;
}

static void
ear_close (Ear *ear)
{
  gst_element_set_state (ear->pipeline, GST_STATE_NULL);
  gst_clear_object (&ear->pipeline);
  g_clear_object (&ear->probe);
}

typedef struct {
  PhoneProbe *probe;
  guint hz;
  guint64 goal;
} Wish;

static gboolean
has_tone (gpointer data)
{
  Wish *wish = data;

  return phone_probe_get_tone_ms (wish->probe, wish->hz) >= wish->goal;
}

static gboolean
hear (Ear *ear, guint hz, guint more_ms)
{
  Wish wish = {ear->probe, hz, phone_probe_get_tone_ms (ear->probe, hz) + more_ms};

  return media_wait (has_tone, &wish, 10);
}

static gboolean
is_quiet (gpointer data)
{
  return phone_probe_get_report (((Ear *)data)->probe).level_db < -60;
}

static gboolean
is_unused (gpointer data)
{
  return media_pulse_count_streams (pulse) == GPOINTER_TO_UINT (data);
}

/* Heard while it is played, and not a moment longer: then the device is given back. */
static void
test_tone (void)
{
  g_autoptr (PhoneEquipment) equipment = phone_equipment_new ();
  g_autoptr (PhoneTonePlayer) player =
      phone_tone_player_new (equipment, PHONE_ROLE_SPEAKER);
  Ear ear = ear_open ("speaker1");

  phone_tone_player_play (player, phone_melody_get_tone (PHONE_MELODY_RINGBACK));
  g_assert_true (hear (&ear, 425, 800));
  phone_tone_player_stop (player);
  g_assert_true (media_wait (is_quiet, &ear, 5));
  g_assert_true (media_wait (is_unused, GUINT_TO_POINTER (0), 5));
  ear_close (&ear);
}

static void
on_ended (PhoneTonePlayer *player, gboolean *ended)
{
  *ended = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *)data;
}

static void
test_ends (void)
{
  g_autoptr (PhoneEquipment) equipment = phone_equipment_new ();
  g_autoptr (PhoneTonePlayer) player =
      phone_tone_player_new (equipment, PHONE_ROLE_SPEAKER);
  gboolean ended = FALSE;

  g_signal_connect (player, "ended", G_CALLBACK (on_ended), &ended);
  phone_tone_player_play (player, phone_melody_get_digit ('5'));
  g_assert_true (media_wait (is_true, &ended, 10));
  g_assert_true (media_wait (is_unused, GUINT_TO_POINTER (0), 5));
}

/* The ring has its own device, and moves to another one while it rings. */
static void
test_ringer (void)
{
  g_autoptr (PhoneEquipment) equipment = phone_equipment_new ();
  g_autoptr (PhoneTonePlayer) player =
      phone_tone_player_new (equipment, PHONE_ROLE_RINGER);
  g_autofree char *number = media_pulse_plug_speaker (pulse, "speaker2");
  Ear first = ear_open ("speaker1");
  Ear second = ear_open ("speaker2");

  phone_equipment_set_device (equipment, PHONE_ROLE_RINGER, "speaker2");
  phone_tone_player_play (player, phone_melody_get_tone (PHONE_MELODY_BUSY));
  g_assert_true (hear (&second, 425, 800));
  phone_tone_player_play (player, phone_melody_get_tone (PHONE_MELODY_RINGBACK));
  phone_equipment_set_device (equipment, PHONE_ROLE_RINGER, "");
  g_assert_true (hear (&first, 425, 800));
  phone_tone_player_stop (player);
  ear_close (&first);
  ear_close (&second);
  media_pulse_unplug (pulse, number);
}

static void
test_volume (void)
{
  g_autoptr (PhoneEquipment) equipment = phone_equipment_new ();
  g_autoptr (PhoneTonePlayer) player =
      phone_tone_player_new (equipment, PHONE_ROLE_SPEAKER);
  Ear ear = ear_open ("speaker1");

  phone_tone_player_set_volume (player, 0);
  phone_tone_player_play (player, phone_melody_get_tone (PHONE_MELODY_CONGESTION));
  media_run (2500);
  g_assert_cmpuint (phone_probe_get_tone_ms (ear.probe, 425), ==, 0);
  phone_tone_player_play (player, phone_melody_get_tone (PHONE_MELODY_CONGESTION));
  phone_tone_player_set_volume (player, 1);
  g_assert_true (hear (&ear, 425, 400));
  phone_tone_player_stop (player);
  ear_close (&ear);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  pulse = media_pulse_start ();
  if (!pulse) {
    g_print ("1..0 # SKIP PulseAudio is not installed\n");
    return 0;
  }
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/tones/tone", test_tone);
  g_test_add_func ("/media/tones/ends", test_ends);
  g_test_add_func ("/media/tones/ringer", test_ringer);
  g_test_add_func ("/media/tones/volume", test_volume);
  result = media_run_tests ();
  media_pulse_stop (pulse);
  return result;
}
