/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-pulse.h"
#include "media-voice.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <gst/app/gstappsrc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What the echo canceller takes away in a call through a sound server:
 *
 *   bench-echo
 *
 * The callee's microphone hears its loudspeaker, and a person who speaks in front of it.
 * What comes back to the caller is measured at the caller, without and with the canceller.
 * Prints one JSON object; "null" without PulseAudio or webrtcdsp.
 *
 * How well the server keeps its times is in it, and how busy the machine is. The canceller
 * is told when each sound is to be played. With GStreamer 1.22 it finds an echo that comes
 * from 5 ms before to 45 ms after that, and nothing beyond: its filter is 48 ms long, for
 * webrtcdsp does not hand its extended-filter on. From 1.24 on (AEC3) it looks for the echo
 * itself, 400 ms after and more. Through PulseAudio a call has its echo some 10 to 60 ms
 * late, each another, and in the first seconds up to 90, until GStreamer moves the sink by
 * 50; where packets come late because no processor is free, the far end itself moves. After
 * each step the whole echo is heard until it is learned again, a second or a few.
 *
 * Hence the earliest and the latest that the echo came are told: where they are one number
 * the call was not disturbed, and the number says whether it could be cancelled. The median
 * of pieces beside the mean is what was taken away most of the time. test-media-echo.c asks
 * for what the canceller has to take away, in time that is counted. */

enum { SETTLE_MS = 6000, PIECE_MS = 100, PIECES = 42, SPEECH_S = 30 };
/* What is looked for, each way. */
enum { LATEST_MS = 400, TRACK_S = 30, TRACK_RATE = 4000, SPAN = TRACK_RATE / 2 };

typedef struct {
  PhoneMediaSession *caller;
  PhoneMediaSession *callee;
  GstElement *far_end;
} Room;

static GstElement *
dup_element (PhoneMediaSession *session, const char *factory)
{
  g_autoptr (GstIterator) found = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (session->pipeline->pipeline), factory);
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
  room->far_end = dup_element (room->caller, "audiotestsrc");
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

/* Of pieces, in dBFS. */
typedef struct {
  double mean_db;
  double median_db;
} Level;

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const double *)a < *(const double *)b ? -1 : 1;
}

/* Of what the caller hears in the next seconds. */
static Level
measure (Room *room)
{
  PhoneProbe *probe = phone_media_session_get_probe (room->caller);
  double pieces[PIECES];
  double power = 0;

  for (guint i = 0; i < PIECES; i++) {
    media_run (PIECE_MS);
    pieces[i] = phone_probe_get_report (probe).level_db;
    power += pow (10, pieces[i] / 10);
  }
  qsort (pieces, PIECES, sizeof *pieces, compare);
  return (Level){10 * log10 (power / PIECES), pieces[PIECES / 2]};
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

/* ---- How late the echo is ---- */

/* What goes by, at TRACK_RATE, by its running time. */
typedef struct {
  float *samples;
  GstClockTime latency; /* by which all of it is played later */
} Track;

static GstPadProbeReturn
on_sound_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Track *track = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  enum { EACH = MEDIA_VOICE_RATE / TRACK_RATE };
  gsize at = gst_util_uint64_scale (GST_BUFFER_PTS (buffer), TRACK_RATE, GST_SECOND);
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  for (gsize i = 0; i < map.size / sizeof (gint16); i++)
    if (at + i / EACH < (gsize)TRACK_S * TRACK_RATE)
      track->samples[at + i / EACH] += (float)((gint16 *)map.data)[i] / EACH / G_MAXINT16;
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_latency_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Track *track = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY)
    gst_event_parse_latency (event, &track->latency);
  return GST_PAD_PROBE_OK;
}

static void
listen (PhoneMediaSession *session, const char *factory, const char *name, Track *track)
{
  g_autoptr (GstElement) element = dup_element (session, factory);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  track->samples = g_new0 (float, (gsize)TRACK_S *TRACK_RATE);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound_any_thread, track, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_latency_any_thread, track,
                     NULL);
}

static double
product (const float *a, const float *b)
{
  double sum = 0;

  for (gsize i = 0; i < SPAN; i++)
    sum += (double)a[i] * (double)b[i];
  return sum;
}

/* Where what is heard is most like what is played; FALSE: they are not alike. */
static gboolean
find_late (const float *played, const float *heard, int *late_ms)
{
  const int most = LATEST_MS * TRACK_RATE / 1000;
  double best = 0;
  double both = 0;

  for (int late = -most; late <= most; late++) {
    double sum = fabs (product (played, heard + late));

    if (sum > best) {
      best = sum;
      both = product (played, played) * product (heard + late, heard + late);
      *late_ms = late * 1000 / TRACK_RATE;
    }
  }
  return best > 0.5 * sqrt (both) && best > 0;
}

/* The earliest and the latest, of each half a second. */
static void
find_range (const Track *played, const Track *heard, int range_ms[2])
{
  gsize later = gst_util_uint64_scale (played->latency, TRACK_RATE, GST_SECOND);
  gsize margin = LATEST_MS * TRACK_RATE / 1000;
  int late_ms = 0;

  range_ms[0] = LATEST_MS;
  range_ms[1] = -LATEST_MS;
  for (gsize i = MAX (margin, later); i + margin + SPAN <= TRACK_S * TRACK_RATE;
       i += SPAN)
    if (find_late (played->samples + i - later, heard->samples + i, &late_ms)) {
      range_ms[0] = MIN (range_ms[0], late_ms);
      range_ms[1] = MAX (range_ms[1], late_ms);
    }
}

typedef struct {
  Level echo;      /* of the far end alone */
  Level near;      /* of the near end alone */
  int range_ms[2]; /* how much later than told the echo came; not looked for without it */
} Levels;

/* Threads that end later write into them. */
static Track played;
static Track heard;

static Levels
take_levels (PhoneTreatment treatment)
{
  Room room = {NULL};
  Levels levels = {0};
  GstElement *near_end = NULL;

  room_open (&room, treatment);
  media_run (SETTLE_MS);
  if (treatment != PHONE_TREATMENT_NONE) {
    listen (room.callee, "webrtcechoprobe", "src", &played);
    listen (room.callee, "webrtcdsp", "sink", &heard);
    gst_bin_recalculate_latency (GST_BIN (room.callee->pipeline->pipeline));
  }
  levels.echo = measure (&room);
  near_end = speak ();
  g_object_set (room.far_end, "volume", 0.0, NULL);
  media_run (1000);
  levels.near = measure (&room);
  hush (near_end);
  room_close (&room);
  if (treatment != PHONE_TREATMENT_NONE)
    find_range (&played, &heard, levels.range_ms);
  return levels;
}

static void
measure_both (void)
{
  GstElement *silence = keep_awake ();
  Levels without = take_levels (PHONE_TREATMENT_NONE);
  Levels with = take_levels (PHONE_TREATMENT_ECHO);

  hush (silence);
  printf ("{\"echoTakenDb\": %.1f, \"echoMedianTakenDb\": %.1f, \"nearChangeDb\": %.1f, "
          "\"earliestMs\": %d, \"latestMs\": %d}\n",
          without.echo.mean_db - with.echo.mean_db,
          without.echo.median_db - with.echo.median_db,
          with.near.mean_db - without.near.mean_db, with.range_ms[0], with.range_ms[1]);
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
