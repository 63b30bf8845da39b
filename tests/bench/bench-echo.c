/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-pulse.h"
#include "media-voice.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <gst/app/gstappsrc.h>
#include <math.h>
#include <stdio.h>

/* What the echo canceller takes away in a call through a sound server:
 *
 *   bench-echo
 *
 * The callee's microphone hears its loudspeaker, and a person who speaks in front of it.
 * What comes back to the caller is measured at the caller, without and with the canceller.
 * Prints one JSON object; "null" without PulseAudio or webrtcdsp. How well the server keeps
 * its times is in it, and how busy the machine is. */

enum { SETTLE_MS = 6000, PIECE_MS = 100, PIECES = 42, SPEECH_S = 30 };

typedef struct {
  PhoneMediaSession *caller;
  PhoneMediaSession *callee;
  GstElement *far_end;
} Room;

static GstElement *
dup_source (PhoneMediaSession *session)
{
  g_autoptr (GstIterator) found = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (session->pipeline->pipeline), "audiotestsrc");
  g_auto (GValue) element = G_VALUE_INIT;

  g_assert_cmpint (gst_iterator_next (found, &element), ==, GST_ITERATOR_OK);
  return g_value_dup_object (&element);
}

static void
room_open (Room *room, PhoneTreatment treatment)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  devices->equipment = phone_equipment_new ();
  phone_equipment_set_treatment (devices->equipment, treatment);
  room->caller = media_session (config);
  room->callee = media_session (devices);
  media_connect (room->caller, room->callee, FALSE);
  room->far_end = dup_source (room->caller);
  gst_util_set_object_arg (G_OBJECT (room->far_end), "wave", "pink-noise");
  g_object_set (room->far_end, "volume", 0.8, NULL);
}

static void
room_close (Room *room)
{
  gst_clear_object (&room->far_end);
  media_end (room->caller);
  media_end (room->callee);
}

/* Of what the caller hears in the next seconds, in dBFS. */
static double
measure (Room *room)
{
  PhoneProbe *probe = phone_media_session_get_probe (room->caller);
  double power = 0;

  for (guint i = 0; i < PIECES; i++) {
    media_run (PIECE_MS);
    power += pow (10, phone_probe_get_report (probe).level_db / 10);
  }
  return 10 * log10 (power / PIECES);
}

static GstElement *
speak (void)
{
  gsize n = (gsize)MEDIA_VOICE_RATE * SPEECH_S;
  float *samples = g_new (float, n);
  MediaVoice voice = {0};
  GstElement *near_end = gst_parse_launch (
      "appsrc name=in format=time caps=audio/x-raw,format=F32LE,layout=interleaved,"
      "rate=48000,channels=1 ! audioconvert ! pulsesink",
      NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (near_end), "in");
  GstBuffer *buffer = NULL;

  for (gsize i = 0; i < n; i++)
    samples[i] = media_voice_say (&voice);
  buffer = gst_buffer_new_wrapped (samples, n * sizeof (float));
  GST_BUFFER_PTS (buffer) = 0;
  gst_app_src_push_buffer (GST_APP_SRC (in), buffer);
  gst_element_set_state (near_end, GST_STATE_PLAYING);
  return near_end;
}

/* A null sink that played nothing is up to 2 s ahead, and the first stream begins so much
 * later than it is told: more than any echo canceller looks for. No loudspeaker does that;
 * this keeps it from it. */
static GstElement *
keep_awake (void)
{
  GstElement *silence = gst_parse_launch (
      "audiotestsrc is-live=true wave=silence ! pulsesink buffer-time=40000", NULL);

  gst_element_set_state (silence, GST_STATE_PLAYING);
  return silence;
}

static void
hush (GstElement *near_end)
{
  gst_element_set_state (near_end, GST_STATE_NULL);
  gst_object_unref (near_end);
}

typedef struct {
  double echo_db; /* of the far end alone */
  double near_db; /* of the near end alone */
} Levels;

static Levels
take_levels (PhoneTreatment treatment)
{
  Room room = {NULL};
  Levels levels = {0};
  GstElement *near_end = NULL;

  room_open (&room, treatment);
  media_run (SETTLE_MS);
  levels.echo_db = measure (&room);
  near_end = speak ();
  g_object_set (room.far_end, "volume", 0.0, NULL);
  media_run (1000);
  levels.near_db = measure (&room);
  hush (near_end);
  room_close (&room);
  return levels;
}

static void
measure_both (void)
{
  GstElement *silence = keep_awake ();
  Levels without = take_levels (PHONE_TREATMENT_NONE);
  Levels with = take_levels (PHONE_TREATMENT_ECHO);

  hush (silence);
  printf ("{\"echoTakenDb\": %.1f, \"nearChangeDb\": %.1f}\n",
          without.echo_db - with.echo_db, with.near_db - without.near_db);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  MediaPulse *pulse = media_pulse_start ();

  phone_media_init (&error);
  g_assert_no_error (error);
  if (pulse && phone_equipment_can_treat ())
    measure_both ();
  else
    printf ("null\n");
  if (pulse)
    media_pulse_stop (pulse);
  phone_media_finish ();
  return 0;
}
