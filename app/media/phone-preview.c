/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-preview-private.h"

#include "phone-device-pipeline.h"
#include "phone-media-painter.h"

#include <gst/app/gstappsink.h>

#define FLOOR_DB (-60.0) /* what a meter shows as nothing */

struct _PhonePreview {
  GObject parent_instance;

  /* owned */
  PhoneDevicePipeline *device;
  PhoneVideoFeed *feed;

  gboolean is_active;
  gboolean is_missing;
  double level;
};

enum { PROP_0, PROP_ACTIVE, PROP_LEVEL, PROP_MISSING, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhonePreview, phone_preview, G_TYPE_OBJECT)

static void
set_level (PhonePreview *self, double level)
{
  self->level = level;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LEVEL]);
}

static void
set_missing (PhonePreview *self, gboolean is_missing)
{
  if (self->is_missing == is_missing)
    return;
  self->is_missing = is_missing;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MISSING]);
}

static void
fall_silent (PhonePreview *self)
{
  phone_video_feed_clear (self->feed);
  set_level (self, 0);
}

static void
take_level (PhonePreview *self, const GstStructure *structure)
{
  const GValue *rms = gst_structure_get_value (structure, "rms");
  GValueArray *channels = rms ? g_value_get_boxed (rms) : NULL;
  double loudest = FLOOR_DB;

  for (guint i = 0; channels && i < channels->n_values; i++)
    loudest = MAX (loudest, g_value_get_double (&channels->values[i]));
  set_level (self, MIN (1, 1 - loudest / FLOOR_DB));
}

static void
on_message (PhoneDevicePipeline *device, GstMessage *message, PhonePreview *self)
{
  if (gst_message_has_name (message, "level"))
    take_level (self, gst_message_get_structure (message));
}

static GstFlowReturn
on_picture_any_thread (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample && gst_sample_get_buffer (sample))
    phone_media_painter_push_any_thread (data, gst_sample_get_caps (sample),
                                         gst_sample_get_buffer (sample));
  return GST_FLOW_OK;
}

static GstElement *
make_rest (PhonePreview *self)
{
  if (phone_device_pipeline_get_role (self->device) == PHONE_ROLE_CAMERA)
    return gst_parse_bin_from_description (
        "videoconvert ! videoscale ! videorate drop-only=true ! "
        "video/x-raw,format=I420,width=[1,640],framerate=[1/1,20/1] ! "
        "appsink name=picture sync=false max-buffers=2 drop=true",
        TRUE, NULL);
  return gst_parse_bin_from_description ("audioconvert ! audio/x-raw,channels=1 ! "
                                         "level interval=100000000 ! fakesink",
                                         TRUE, NULL);
}

static void
watch_pictures (PhonePreview *self, GstElement *rest)
{
  GstAppSinkCallbacks callbacks = {.new_sample = on_picture_any_thread};
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (rest), "picture");

  if (sink)
    gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks,
                                phone_media_painter_new (self->feed, NULL),
                                (GDestroyNotify)phone_media_painter_free);
}

static void
on_opened (PhoneDevicePipeline *device, GstElement *source, PhonePreview *self)
{
  GstElement *rest = make_rest (self);

  gst_bin_add (GST_BIN (phone_device_pipeline_get_pipeline (device)), rest);
  gst_element_link (source, rest);
  watch_pictures (self, rest);
  set_missing (self, FALSE);
}

static void
on_lost (PhoneDevicePipeline *device, PhonePreview *self)
{
  fall_silent (self);
  set_missing (self, TRUE);
}

static void
phone_preview_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhonePreview *self = PHONE_PREVIEW (object);

  switch (prop_id) {
  case PROP_ACTIVE:
    g_value_set_boolean (value, self->is_active);
    break;
  case PROP_LEVEL:
    g_value_set_double (value, self->level);
    break;
  case PROP_MISSING:
    g_value_set_boolean (value, self->is_missing);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_preview_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_ACTIVE:
    phone_preview_set_active (PHONE_PREVIEW (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_preview_dispose (GObject *object)
{
  PhonePreview *self = PHONE_PREVIEW (object);

  g_clear_object (&self->device);
  g_clear_object (&self->feed);
  G_OBJECT_CLASS (phone_preview_parent_class)->dispose (object);
}

static void
phone_preview_class_init (PhonePreviewClass *klass)
{
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_preview_dispose;
  object_class->get_property = phone_preview_get_property;
  object_class->set_property = phone_preview_set_property;
  props[PROP_ACTIVE] = g_param_spec_boolean (
      "active", NULL, NULL, FALSE, readable | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, 0, 1, 0, readable);
  props[PROP_MISSING] = g_param_spec_boolean ("missing", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_preview_init (PhonePreview *self)
{
  self->feed = phone_video_feed_new ();
}

PhonePreview *
phone_preview_new (PhoneEquipment *equipment, PhoneRole role)
{
  PhonePreview *self = g_object_new (PHONE_TYPE_PREVIEW, NULL);

  self->device = phone_device_pipeline_new (equipment, role);
  g_signal_connect_object (self->device, "opened", G_CALLBACK (on_opened), self, 0);
  g_signal_connect_object (self->device, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (self->device, "lost", G_CALLBACK (on_lost), self, 0);
  return self;
}

void
phone_preview_set_active (PhonePreview *self, gboolean active)
{
  if (self->is_active == active)
    return;
  self->is_active = active;
  if (active) {
    phone_device_pipeline_open (self->device);
  } else {
    phone_device_pipeline_close (self->device);
    fall_silent (self);
    set_missing (self, FALSE);
  }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
}

gboolean
phone_preview_get_active (PhonePreview *self)
{
  return self->is_active;
}

double
phone_preview_get_level (PhonePreview *self)
{
  return self->level;
}

gboolean
phone_preview_get_missing (PhonePreview *self)
{
  return self->is_missing;
}

PhoneVideoFeed *
phone_preview_get_feed (PhonePreview *self)
{
  return self->feed;
}
