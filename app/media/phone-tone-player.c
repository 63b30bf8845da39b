/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tone-player.h"

#include "phone-devices-private.h"

#include <gst/app/gstappsrc.h>

enum { CHUNK_MS = 20 };

struct _PhoneTonePlayer {
  GObject parent_instance;

  /* owned */
  PhoneEquipment *equipment;
  GCancellable *opening; /* NULL: no device is being opened */
  GstElement *pipeline;  /* NULL: nothing is heard */
  guint bus_watch;

  PhoneRole role;
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
  g_autoptr (GstElement) element =
      self->pipeline ? gst_bin_get_by_name (GST_BIN (self->pipeline), "volume") : NULL;

  if (element)
    g_object_set (element, "volume", self->volume * self->volume * self->volume, NULL);
}

static void
fall_silent (PhoneTonePlayer *self)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline)
    phone_device_close (g_steal_pointer (&self->pipeline));
}

/* One that goes on until it is stopped waits for another device. */
static void
give_up (PhoneTonePlayer *self)
{
  fall_silent (self);
  if (!self->melody || self->rounds == 0)
    return;
  self->melody = NULL;
  g_signal_emit (self, signals[ENDED], 0);
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer data)
{
  g_autoptr (PhoneTonePlayer) self = g_object_ref (data);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS &&
      GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  self->bus_watch = 0;
  give_up (self);
  return G_SOURCE_REMOVE;
}

/* Takes sink. */
static void
start (PhoneTonePlayer *self, GstElement *sink)
{
  GstElement *source = make_source (self->melody, self->rounds);
  GstElement *volume = gst_element_factory_make ("volume", "volume");
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add_many (GST_BIN (self->pipeline), source, volume, convert, resample, sink,
                    NULL);
  gst_object_unref (sink);
  gst_element_link_many (source, volume, convert, resample, sink, NULL);
  bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->bus_watch = gst_bus_add_watch (bus, on_bus_message, self);
  apply_volume (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  PhoneTonePlayer *self = data;
  g_autoptr (GError) error = NULL;
  GstElement *sink = phone_device_open_finish (result, &error);

  /* Who cancels it may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->opening);
  if (sink)
    start (self, sink);
  else
    give_up (self);
}

static void
open_device (PhoneTonePlayer *self)
{
  fall_silent (self);
  self->opening = g_cancellable_new ();
  phone_equipment_open_async (self->equipment, self->role, self->opening, on_opened,
                              self);
}

static void
on_equipment_changed (PhoneEquipment *equipment, guint role, PhoneTonePlayer *self)
{
  if (role == self->role && self->melody)
    open_device (self);
}

static void
on_equipment_plugged (PhoneEquipment *equipment, guint role, PhoneTonePlayer *self)
{
  if (role == self->role && self->melody && !self->pipeline && !self->opening)
    open_device (self);
}

static void
phone_tone_player_dispose (GObject *object)
{
  PhoneTonePlayer *self = PHONE_TONE_PLAYER (object);

  phone_tone_player_stop (self);
  g_clear_object (&self->equipment);
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

  self->equipment = g_object_ref (equipment);
  self->role = role;
  g_signal_connect_object (equipment, "changed", G_CALLBACK (on_equipment_changed), self,
                           0);
  g_signal_connect_object (equipment, "plugged", G_CALLBACK (on_equipment_plugged), self,
                           0);
  return self;
}

void
phone_tone_player_play (PhoneTonePlayer *self, const PhoneMelody *melody)
{
  self->melody = melody;
  self->rounds = melody->rounds;
  open_device (self);
}

void
phone_tone_player_play_once (PhoneTonePlayer *self, const PhoneMelody *melody)
{
  self->melody = melody;
  self->rounds = 1;
  open_device (self);
}

void
phone_tone_player_stop (PhoneTonePlayer *self)
{
  self->melody = NULL;
  fall_silent (self);
}

const PhoneMelody *
phone_tone_player_get_melody (PhoneTonePlayer *self)
{
  return self->melody;
}

void
phone_tone_player_set_volume (PhoneTonePlayer *self, double volume)
{
  self->volume = CLAMP (volume, 0, 1);
  apply_volume (self);
}
