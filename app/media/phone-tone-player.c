/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tone-player.h"

#include "phone-device-pipeline.h"

#include <gst/app/gstappsrc.h>

enum { CHUNK_MS = 20 };

struct _PhoneTonePlayer {
  GObject parent_instance;

  /* owned */
  PhoneDevicePipeline *device;

  const PhoneMelody *melody; /* wanted; NULL: none */
  guint rounds;              /* of it; 0: for ever */
  double volume;
};

enum { ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneTonePlayer, phone_tone_player, G_TYPE_OBJECT)

/* ---- On the streaming thread ---- */

typedef struct {
  GBytes *round;
  gsize at;
  guint rounds_left; /* 0: for ever */
  gboolean is_endless;
  guint64 n_samples;
} Reel;

static void
reel_free (gpointer data)
{
  Reel *reel = data;

  g_bytes_unref (reel->round);
  g_free (reel);
}

/* FALSE: that was all. */
static gboolean
rewind_any_thread (Reel *reel)
{
  if (reel->at < g_bytes_get_size (reel->round))
    return TRUE;
  reel->at = 0;
  return reel->is_endless || --reel->rounds_left > 0;
}

static void
on_need_data_any_thread (GstAppSrc *source, guint length, gpointer data)
{
  Reel *reel = data;
  gsize n = PHONE_MELODY_RATE * CHUNK_MS / 1000;
  g_autoptr (GBytes) piece = NULL;
  GstBuffer *buffer = NULL;

  if (!rewind_any_thread (reel)) {
    gst_app_src_end_of_stream (source);
    return;
  }
  n = MIN (n, (g_bytes_get_size (reel->round) - reel->at) / sizeof (float));
  piece = g_bytes_new_from_bytes (reel->round, reel->at, n * sizeof (float));
  buffer = gst_buffer_new_wrapped_bytes (piece);
  GST_BUFFER_PTS (buffer) =
      gst_util_uint64_scale (reel->n_samples, GST_SECOND, PHONE_MELODY_RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n, GST_SECOND, PHONE_MELODY_RATE);
  reel->at += n * sizeof (float);
  reel->n_samples += n;
  gst_app_src_push_buffer (source, buffer);
}

/* ---- On the main context ---- */

static GstElement *
make_source (const PhoneMelody *melody, guint rounds)
{
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "F32LE", "layout",
                           G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT,
                           PHONE_MELODY_RATE, "channels", G_TYPE_INT, 1, NULL);
  GstElement *source =
      gst_element_factory_make_full ("appsrc", "caps", caps, "is-live", FALSE, NULL);
  GstAppSrcCallbacks callbacks = {.need_data = on_need_data_any_thread};
  Reel *reel = g_new0 (Reel, 1);
  gsize n_samples = 0;
  float *samples = phone_melody_render (melody, &n_samples);

  gst_util_set_object_arg (G_OBJECT (source), "format", "time");
  reel->round = g_bytes_new_take (samples, n_samples * sizeof (float));
  reel->rounds_left = rounds;
  reel->is_endless = rounds == 0;
  gst_app_src_set_callbacks (GST_APP_SRC (source), &callbacks, reel, reel_free);
  return source;
}

static void
apply_volume (PhoneTonePlayer *self)
{
  GstElement *pipeline = phone_device_pipeline_get_pipeline (self->device);
  g_autoptr (GstElement) element =
      pipeline ? gst_bin_get_by_name (GST_BIN (pipeline), "volume") : NULL;

  if (element)
    g_object_set (element, "volume", self->volume * self->volume * self->volume, NULL);
}

static void
on_opened (PhoneDevicePipeline *device, GstElement *sink, PhoneTonePlayer *self)
{
  GstElement *source = make_source (self->melody, self->rounds);
  GstElement *volume = gst_element_factory_make ("volume", "volume");
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);

  gst_bin_add_many (GST_BIN (phone_device_pipeline_get_pipeline (device)), source, volume,
                    convert, resample, NULL);
  gst_element_link_many (source, volume, convert, resample, sink, NULL);
  apply_volume (self);
}

static void
on_ended (PhoneDevicePipeline *device, PhoneTonePlayer *self)
{
  self->melody = NULL;
  g_signal_emit (self, signals[ENDED], 0);
}

/* One that goes on until it is stopped waits for another device. */
static void
on_lost (PhoneDevicePipeline *device, PhoneTonePlayer *self)
{
  if (self->rounds == 0)
    return;
  phone_device_pipeline_close (device);
  on_ended (device, self);
}

static void
phone_tone_player_dispose (GObject *object)
{
  PhoneTonePlayer *self = PHONE_TONE_PLAYER (object);

  g_clear_object (&self->device);
  G_OBJECT_CLASS (phone_tone_player_parent_class)->dispose (object);
}

static void
phone_tone_player_class_init (PhoneTonePlayerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_tone_player_dispose;
  signals[ENDED] = g_signal_new ("ended", PHONE_TYPE_TONE_PLAYER, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_tone_player_init (PhoneTonePlayer *self)
{
  self->volume = 1;
}

PhoneTonePlayer *
phone_tone_player_new (PhoneEquipment *equipment, PhoneRole role)
{
  PhoneTonePlayer *self = g_object_new (PHONE_TYPE_TONE_PLAYER, NULL);

  self->device = phone_device_pipeline_new (equipment, role);
  g_signal_connect_object (self->device, "opened", G_CALLBACK (on_opened), self, 0);
  g_signal_connect_object (self->device, "ended", G_CALLBACK (on_ended), self, 0);
  g_signal_connect_object (self->device, "lost", G_CALLBACK (on_lost), self, 0);
  return self;
}

void
phone_tone_player_play (PhoneTonePlayer *self, const PhoneMelody *melody)
{
  self->melody = melody;
  self->rounds = melody->rounds;
  phone_device_pipeline_open (self->device);
}

void
phone_tone_player_play_once (PhoneTonePlayer *self, const PhoneMelody *melody)
{
  self->melody = melody;
  self->rounds = 1;
  phone_device_pipeline_open (self->device);
}

void
phone_tone_player_stop (PhoneTonePlayer *self)
{
  self->melody = NULL;
  phone_device_pipeline_close (self->device);
}

void
phone_tone_player_set_volume (PhoneTonePlayer *self, double volume)
{
  self->volume = CLAMP (volume, 0, 1);
  apply_volume (self);
}
