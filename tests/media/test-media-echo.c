/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-pulse.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <gst/app/gstappsrc.h>
#include <math.h>

/* The callee's microphone hears its loudspeaker, and a person who speaks in front of it.
 * What comes back to the caller is measured at the caller. */

enum { SETTLE_MS = 6000, PIECE_MS = 100, PIECES = 42, RATE = 48000, SPEECH_S = 30 };

static MediaPulse *pulse;

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

/* A voice: the harmonics of a pitch that wanders, through two formants, in syllables with
 * pauses between them. */
static float
say (double t, double *phase)
{
  double syllable = fmod (t, 0.28) / 0.28;
  double word = fmod (t, 1.4) / 1.4;
  double envelope = word < 0.8 && syllable < 0.75 ? sin (G_PI * syllable / 0.75) : 0;
  double pitch = 130 + 25 * sin (2 * G_PI * 0.7 * t);
  double shift = 1 + 0.3 * sin (2 * G_PI * t / 0.56);
  double sum = 0;

  *phase += pitch / RATE;
  for (guint k = 1; k < 24; k++) {
    double low = (k * pitch - 600 * shift) / 250;
    double high = (k * pitch - 1500 / shift) / 350;

    sum += (exp (-low * low) + 0.5 * exp (-high * high)) * sin (2 * G_PI * k * *phase);
  }
  return (float)(0.12 * envelope * sum);
}

static GstElement *
speak (void)
{
  gsize n = (gsize)RATE * SPEECH_S;
  float *samples = g_new (float, n);
  double phase = 0;
  GstElement *near_end = gst_parse_launch (
      "appsrc name=in format=time caps=audio/x-raw,format=F32LE,layout=interleaved,"
      "rate=48000,channels=1 ! audioconvert ! pulsesink",
      NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (near_end), "in");
  GstBuffer *buffer = NULL;

  for (gsize i = 0; i < n; i++)
    samples[i] = say ((double)i / RATE, &phase);
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
  double both_db;
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
  media_run (1000);
  levels.both_db = measure (&room);
  g_object_set (room.far_end, "volume", 0.0, NULL);
  media_run (1000);
  levels.near_db = measure (&room);
  hush (near_end);
  room_close (&room);
  g_test_message ("treatment %d: echo %.1f, both %.1f, near %.1f dBFS", treatment,
                  levels.echo_db, levels.both_db, levels.near_db);
  return levels;
}

/* By the echo canceller alone: what takes noise away would have its share in it, and what
 * evens out the gain would turn both up. */
static void
test_echo (void)
{
  Levels without = take_levels (PHONE_TREATMENT_NONE);
  Levels with = take_levels (PHONE_TREATMENT_ECHO);

  g_assert_cmpfloat (without.echo_db, >, -40);
  g_assert_cmpfloat (with.echo_db, <=, without.echo_db - 20);
  g_assert_cmpfloat (fabs (with.near_db - without.near_db), <=, 3);
}

/* With all three, as a person has them: speech stands out by so much more. */
static void
test_all (void)
{
  Levels without = take_levels (PHONE_TREATMENT_NONE);
  Levels with = take_levels (PHONE_TREATMENT_ALL);

  g_assert_cmpfloat (with.near_db - with.echo_db, >=,
                     without.near_db - without.echo_db + 20);
}

/* Whoever treats the microphone next hears the speaker, too: one after the other holds
 * what hears it. */
static void
test_switched (void)
{
  Room room = {NULL};

  room_open (&room, PHONE_TREATMENT_ECHO);
  media_run (1000);
  for (guint i = 0; i < 20; i++) {
    phone_equipment_set_treatment (room.callee->config->equipment,
                                   i % 2 ? PHONE_TREATMENT_ECHO : PHONE_TREATMENT_ALL);
    media_run (150);
    g_assert_true (phone_media_sender_has_source (
        room.callee->pipeline->senders[PHONE_MEDIA_KIND_AUDIO]));
  }
  g_assert_cmpint (phone_media_session_get_state (room.callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  room_close (&room);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  GstElement *silence = NULL;
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  pulse = media_pulse_start ();
  if (!pulse) {
    g_print ("1..0 # SKIP PulseAudio is not installed\n");
    return 0;
  }
  phone_media_init (&error);
  g_assert_no_error (error);
  if (!phone_equipment_can_treat ()) {
    g_print ("1..0 # SKIP webrtcdsp is not installed\n");
    media_pulse_stop (pulse);
    return 0;
  }
  g_test_add_func ("/media/echo/cancelled", test_echo);
  g_test_add_func ("/media/echo/all", test_all);
  g_test_add_func ("/media/echo/switched", test_switched);
  silence = keep_awake ();
  result = g_test_run ();
  hush (silence);
  media_pulse_stop (pulse);
  return result;
}
