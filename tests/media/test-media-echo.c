/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-voice.h"
#include "phone-media-capture.h"
#include "phone-media-session.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <math.h>

/* The person is 12 dB louder than what is heard of the loudspeaker, as loud as the gain
 * control leaves a voice (-17 dBFS), and does not overdrive the microphone. */
static const float near_gain = 1.6F;

/* A room in which a loudspeaker plays what comes from a peer, a microphone hears it, and a
 * person speaks in front of it. What treats the microphone, and what hears the speaker for
 * it, are the program's own; the devices are made up. Time is counted in ticks of 10 ms,
 * and each end waits for the other, so that how busy the machine is changes nothing:
 *
 *    peer --jitter buffer--> probe --speaker's buffer--> room --microphone--> treatment
 */

enum {
  RATE = MEDIA_VOICE_RATE,
  TICK_MS = 10,
  TICK = RATE / 100,
  MICROPHONE_MS = 10,
};
enum { SETTLE_TICKS = 600, MEASURED_TICKS = 420, MAX_S = 30 };
/* Who speaks at the far end draws breath, as all do: what is always there is the noise of
 * the near end's room to a canceller. */
enum { SENTENCE_TICKS = 210, BREATH_TICKS = 40 };

typedef struct {
  guint jitter_ms;  /* how late the peer's sound comes */
  guint speaker_ms; /* how long the speaker keeps it */
  guint room_ms;    /* how long the air does */
} Delays;

typedef struct {
  const Delays *delays;
  PhoneTreatment treatment;
  gboolean is_steady; /* the far end never draws breath */
} Scene;

typedef struct {
  const Delays *delays;
  gboolean is_steady;
  GstElement *pipeline;
  GstElement *peer;
  GstElement *played;
  GstElement *microphone;
  GstElement *treated;
  GRand *random;
  float *far_end;  /* by the time it is to be played at, without any delay */
  float *near_end; /* by the time it is said */
  float *echo;     /* by the time it is heard */
  float *sent;     /* by the time that it was heard at */
  double noise;
  MediaVoice voice;
  gsize now; /* tick */
  gboolean is_far;
  gboolean is_near;
} Room;

/* More in the low tones, as speech has it. */
static float
make_noise (Room *room)
{
  double white = g_rand_double_range (room->random, -1, 1);

  room->noise = 0.8 * room->noise + 0.2 * white;
  return (float)(0.32 * room->noise + 0.04 * white);
}

static GstElement *
dup_app_source (guint late_ms)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (PHONE_TREATED_CAPS);
  GstElement *source = gst_element_factory_make_full (
      "appsrc", "is-live", TRUE, "format", GST_FORMAT_TIME, "caps", caps, "min-latency",
      (gint64)late_ms * GST_MSECOND, NULL);

  return gst_object_ref_sink (source);
}

static GstElement *
make_app_sink (void)
{
  return gst_element_factory_make_full ("appsink", "sync", FALSE, "async", FALSE, NULL);
}

static void
room_open (Room *room, const Scene *scene)
{
  g_autoptr (GstElement) probe = phone_media_capture_make_probe ();
  PhoneMediaCaptureDress dress = {.kind = PHONE_MEDIA_KIND_AUDIO,
                                  .treatment = scene->treatment,
                                  .echo_probe = GST_OBJECT_NAME (probe)};
  GstElement *source = NULL;
  const Delays *delays = scene->delays;
  guint late_ms = delays->jitter_ms + delays->speaker_ms;

  *room = (Room){.delays = delays, .is_steady = scene->is_steady, .is_far = TRUE};
  room->random = g_rand_new_with_seed (1);
  room->far_end = g_new0 (float, (gsize)MAX_S *RATE);
  room->near_end = g_new0 (float, (gsize)MAX_S *RATE);
  room->echo = g_new0 (float, (gsize)MAX_S *RATE);
  room->sent = g_new0 (float, (gsize)MAX_S *RATE);
  room->pipeline = gst_pipeline_new (NULL);
  room->peer = dup_app_source (delays->jitter_ms);
  room->microphone = dup_app_source (MICROPHONE_MS);
  room->played = make_app_sink ();
  room->treated = make_app_sink ();
  source = phone_media_capture_dress (gst_object_ref (room->microphone), &dress);
  gst_bin_add_many (GST_BIN (room->pipeline), room->peer, probe, room->played, source,
                    room->treated, NULL);
  g_assert_true (gst_element_link_many (room->peer, probe, room->played, NULL));
  g_assert_true (gst_element_link (source, room->treated));
  g_assert_cmpint (gst_element_set_state (room->pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
  gst_element_send_event (room->played, gst_event_new_latency (late_ms * GST_MSECOND));
}

static void
room_close (Room *room)
{
  gst_element_set_state (room->pipeline, GST_STATE_NULL);
  gst_object_unref (room->peer);
  gst_object_unref (room->microphone);
  gst_object_unref (room->pipeline);
  g_rand_free (room->random);
  g_free (room->far_end);
  g_free (room->near_end);
  g_free (room->echo);
  g_free (room->sent);
}

/* Into one end, and out of the other. */
static void
pass (GstElement *in, GstElement *out, const float *samples, gsize tick, float *passed)
{
  g_autoptr (GstSample) sample = NULL;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, TICK * sizeof (gint16), NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < TICK; i++)
    ((gint16 *)map.data)[i] = (gint16)(CLAMP (samples[i], -1, 1) * G_MAXINT16);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = tick * TICK_MS * GST_MSECOND;
  GST_BUFFER_DURATION (buffer) = TICK_MS * GST_MSECOND;
  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (in), buffer), ==, GST_FLOW_OK);

  sample = gst_app_sink_pull_sample (GST_APP_SINK (out));
  g_assert_nonnull (sample);
  gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ);
  g_assert_cmpuint (map.size, ==, TICK * sizeof (gint16));
  for (gsize i = 0; i < TICK; i++)
    passed[i] = (float)((gint16 *)map.data)[i] / G_MAXINT16;
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

/* The loudspeaker, and two walls. */
static float
hear (Room *room, gsize now)
{
  const Delays *delays = room->delays;
  gsize late_ms = delays->jitter_ms + delays->speaker_ms + delays->room_ms;
  gsize late = late_ms * RATE / 1000;
  double sum = 0;

  if (now >= late)
    sum += 0.42 * room->far_end[now - late];
  if (now >= late + 131)
    sum += 0.17 * room->far_end[now - late - 131];
  if (now >= late + 402)
    sum -= 0.07 * room->far_end[now - late - 402];
  return (float)sum;
}

static gboolean
is_far_speaking (Room *room)
{
  return room->is_far && (room->is_steady || room->now % SENTENCE_TICKS >= BREATH_TICKS);
}

/* What the peer said so long ago comes out of the jitter buffer now. */
static void
play (Room *room)
{
  gsize late = room->delays->jitter_ms / TICK_MS;
  gsize first = room->now * TICK;
  float played[TICK];

  for (gsize i = 0; i < TICK; i++)
    room->far_end[first + i] = is_far_speaking (room) ? make_noise (room) : 0;
  if (room->now >= late)
    pass (room->peer, room->played, room->far_end + (room->now - late) * TICK,
          room->now - late, played);
}

static void
record (Room *room)
{
  gsize tick = room->now - MICROPHONE_MS / TICK_MS;
  float samples[TICK];

  for (gsize i = 0; i < TICK; i++) {
    room->echo[tick * TICK + i] = hear (room, tick * TICK + i);
    if (room->is_near)
      room->near_end[tick * TICK + i] = near_gain * media_voice_say (&room->voice);
    samples[i] = room->echo[tick * TICK + i] + room->near_end[tick * TICK + i];
  }
  pass (room->microphone, room->treated, samples, tick, room->sent + tick * TICK);
}

static void
live (Room *room, guint ticks)
{
  for (guint i = 0; i < ticks; i++, room->now++) {
    g_assert_cmpuint (room->now, <, MAX_S * 100);
    play (room);
    if (room->now >= MICROPHONE_MS / TICK_MS)
      record (room);
  }
}

typedef struct {
  gsize first; /* samples */
  gsize n;
} Span;

static Span
measure (Room *room)
{
  gsize first = (room->now - MICROPHONE_MS / TICK_MS) * TICK;

  live (room, MEASURED_TICKS);
  return (Span){first, (gsize)MEASURED_TICKS * TICK};
}

static double
product (const float *a, const float *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double)a[i] * (double)b[i];
  return sum;
}

/* dBFS. */
static double
get_level (const float *samples, Span span)
{
  const float *at = samples + span.first;

  return 10 * log10 (product (at, at, span.n) / (double)span.n + 1e-12);
}

/* How late the treatment is: where what is sent is most like what is said. */
static gsize
find_lag (Room *room, Span span)
{
  gsize best = 0;
  double most = -1;

  for (gsize lag = 0; lag < RATE / 50; lag++) {
    double like = fabs (product (room->near_end + span.first,
                                 room->sent + span.first + lag, span.n - lag));

    if (like > most) {
      best = lag;
      most = like;
    }
  }
  return best;
}

/* What is heard of one end is found in what is sent, whatever else is in there: dB of it. */
static double
get_share (Room *room, const float *heard, Span span, gsize lag)
{
  const float *end = heard + span.first;
  gsize n = span.n - lag;

  return 20 * log10 (fabs (product (end, room->sent + span.first + lag, n)) /
                     product (end, end, n));
}

typedef struct {
  double echo_db;      /* of the far end alone */
  double far_gain_db;  /* what became of the far end in it */
  double near_db;      /* of the near end alone */
  double both_gain_db; /* what became of the near end while both speak */
  double near_gain_db; /* and while it is alone */
} Levels;

static Levels
take_levels (const Scene *scene)
{
  const Delays *delays = scene->delays;
  Room room;
  Levels levels = {0};
  Span far_alone = {0};
  Span both = {0};
  Span near_alone = {0};
  gsize lag = 0;

  room_open (&room, scene);
  live (&room, SETTLE_TICKS);
  far_alone = measure (&room);
  room.is_near = TRUE;
  live (&room, 100);
  both = measure (&room);
  room.is_far = FALSE;
  live (&room, 100);
  near_alone = measure (&room);
  lag = find_lag (&room, near_alone);
  levels.echo_db = get_level (room.sent, far_alone);
  levels.far_gain_db = get_share (&room, room.echo, far_alone, lag);
  levels.near_db = get_level (room.sent, near_alone);
  levels.near_gain_db = get_share (&room, room.near_end, near_alone, lag);
  levels.both_gain_db = get_share (&room, room.near_end, both, lag);
  room_close (&room);
  g_test_message (
      "%u+%u+%u ms, treatment %d%s: echo %.1f, near end %.1f dBFS; the far end "
      "changed by %.1f dB, the near end by %.1f, by %.1f while both speak",
      delays->jitter_ms, delays->speaker_ms, delays->room_ms, scene->treatment,
      scene->is_steady ? ", steady" : "", levels.echo_db, levels.near_db,
      levels.far_gain_db, levels.near_gain_db, levels.both_gain_db);
  return levels;
}

/* From a wire and small buffers to a bad network and large ones. */
static const Delays all_delays[] = {
    {20, 40, 0}, {60, 100, 10}, {120, 130, 0}, {170, 130, 40}, {400, 200, 20},
};

static Levels
take (const Delays *delays, PhoneTreatment treatment)
{
  const Scene scene = {delays, treatment, FALSE};

  return take_levels (&scene);
}

/* By the echo canceller alone: what takes noise away would have its share in it, and what
 * evens out the gain would turn both up. */
static void
test_echo (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_delays); i++) {
    Levels without = take (&all_delays[i], PHONE_TREATMENT_NONE);
    Levels with = take (&all_delays[i], PHONE_TREATMENT_ECHO);

    g_assert_cmpfloat (without.echo_db, >, -40);
    g_assert_cmpfloat (with.echo_db, <=, without.echo_db - 20);
    g_assert_cmpfloat (fabs (with.near_gain_db), <=, 3);
    g_assert_cmpfloat (fabs (with.both_gain_db), <=, 3);
  }
}

/* With all three, as a person has them: speech stands out by so much more. */
static void
test_all (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_delays); i++) {
    Levels without = take (&all_delays[i], PHONE_TREATMENT_NONE);
    Levels with = take (&all_delays[i], PHONE_TREATMENT_ALL);

    g_assert_cmpfloat (with.near_db - with.echo_db, >=,
                       without.near_db - without.echo_db + 20);
    g_assert_cmpfloat (fabs (with.near_gain_db), <=, 3);
    g_assert_cmpfloat (fabs (with.both_gain_db), <=, 3);
  }
}

static Levels
take_steady (const Delays *delays, PhoneTreatment treatment)
{
  const Scene scene = {delays, treatment, TRUE};

  return take_levels (&scene);
}

/* Webrtcdsp has AEC3 from here on, of webrtc-audio-processing 1. */
static gboolean
has_aec3 (void)
{
  guint major, minor, micro, nano;

  gst_version (&major, &minor, &micro, &nano);
  return major > 1 || minor >= 24;
}

/* A far end that never draws breath. What the microphone hears all the time is the noise of
 * its room to a canceller: it takes the far end away, and puts noise of its own in its
 * place, as loud as the quietest moments were. Alone AEC3 leaves more of that than it may
 * (16 to 19 dB below the echo), and takes more from who speaks meanwhile. */
static void
test_steady (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_delays); i++) {
    Levels without = take_steady (&all_delays[i], PHONE_TREATMENT_NONE);
    Levels alone = take_steady (&all_delays[i], PHONE_TREATMENT_ECHO);
    Levels all = take_steady (&all_delays[i], PHONE_TREATMENT_ALL);

    g_assert_cmpfloat (without.echo_db - all.echo_db, >=, 20);
    g_assert_cmpfloat (fabs (all.near_gain_db), <=, 3);
    g_assert_cmpfloat (alone.far_gain_db, <=, -20);
    g_assert_cmpfloat (fabs (alone.near_gain_db), <=, 3);
    if (has_aec3 ())
      continue;
    g_assert_cmpfloat (without.echo_db - alone.echo_db, >=, 20);
    g_assert_cmpfloat (fabs (alone.both_gain_db), <=, 3);
    g_assert_cmpfloat (fabs (all.both_gain_db), <=, 3);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  if (!phone_media_capture_can_treat ()) {
    g_print ("1..0 # SKIP webrtcdsp is not installed\n");
    return 0;
  }
  g_test_add_func ("/media/echo/cancelled", test_echo);
  g_test_add_func ("/media/echo/all", test_all);
  g_test_add_func ("/media/echo/steady", test_steady);
  return media_run_tests ();
}
