/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-video-paintable.h"

#include <gtk/gtk.h>

struct _PhoneVideoPaintable {
  GObject parent;

  /* owned */
  PhoneVideoFeed *feed;
  GSignalGroup *feed_signals;
  GdkTexture *texture; /* of frame number texture_count */

  guint64 texture_count;
  gboolean mirrored;
  int width; /* of the newest frame; 0 while there is none */
  int height;
};

enum { PROP_FEED = 1, PROP_EMPTY, PROP_MIRRORED, N_PROPS };

static GParamSpec *properties[N_PROPS];

static GdkTexture *
newest_texture (PhoneVideoPaintable *self)
{
  g_auto (PhoneVideoFrame) frame = {0};
  guint64 count = phone_video_feed_get_count (self->feed);

  if (self->texture != NULL && count == self->texture_count)
    return self->texture;

  g_clear_object (&self->texture);
  if (phone_video_feed_dup_frame (self->feed, &frame))
    self->texture =
        gdk_memory_texture_new ((int)frame.width, (int)frame.height, GDK_MEMORY_R8G8B8A8,
                                frame.pixels, frame.stride_bytes);
  self->texture_count = count;
  return self->texture;
}

static void
phone_video_paintable_snapshot (GdkPaintable *paintable,
                                GdkSnapshot *snapshot,
                                double width,
                                double height)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (paintable);
  GdkTexture *texture = self->width > 0 ? newest_texture (self) : NULL;

  if (texture == NULL)
    return;
  gtk_snapshot_save (snapshot);
  if (self->mirrored) {
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)width, 0));
    gtk_snapshot_scale (snapshot, -1, 1);
  }
  gdk_paintable_snapshot (GDK_PAINTABLE (texture), snapshot, width, height);
  gtk_snapshot_restore (snapshot);
}

static int
phone_video_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  return PHONE_VIDEO_PAINTABLE (paintable)->width;
}

static int
phone_video_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  return PHONE_VIDEO_PAINTABLE (paintable)->height;
}

static void
phone_video_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = phone_video_paintable_snapshot;
  iface->get_intrinsic_width = phone_video_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = phone_video_paintable_get_intrinsic_height;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneVideoPaintable,
                               phone_video_paintable,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE,
                                                      phone_video_paintable_iface_init))

static void
set_size (PhoneVideoPaintable *self, int width, int height)
{
  gboolean was_empty = self->width == 0;

  if (self->width == width && self->height == height)
    return;
  self->width = width;
  self->height = height;
  gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  if (was_empty != (width == 0))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
}

static void
on_feed_frame_ready (PhoneVideoPaintable *self)
{
  g_auto (PhoneVideoFrame) frame = {0};

  if (self->feed != NULL && phone_video_feed_dup_frame (self->feed, &frame)) {
    set_size (self, (int)frame.width, (int)frame.height);
  } else {
    g_clear_object (&self->texture);
    set_size (self, 0, 0);
  }
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}

static void
set_feed (PhoneVideoPaintable *self, PhoneVideoFeed *feed)
{
  if (!g_set_object (&self->feed, feed))
    return;
  g_clear_object (&self->texture);
  g_signal_group_set_target (self->feed_signals, feed);
  on_feed_frame_ready (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FEED]);
}

static void
phone_video_paintable_get_property (GObject *object,
                                    guint id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (object);

  switch (id) {
  case PROP_FEED:
    g_value_set_object (value, self->feed);
    break;
  case PROP_EMPTY:
    g_value_set_boolean (value, self->width == 0);
    break;
  case PROP_MIRRORED:
    g_value_set_boolean (value, self->mirrored);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_video_paintable_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (object);

  switch (id) {
  case PROP_FEED:
    set_feed (self, g_value_get_object (value));
    break;
  case PROP_MIRRORED:
    self->mirrored = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_video_paintable_dispose (GObject *object)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (object);

  g_clear_object (&self->feed_signals);
  g_clear_object (&self->feed);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (phone_video_paintable_parent_class)->dispose (object);
}

static void
phone_video_paintable_class_init (PhoneVideoPaintableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_video_paintable_get_property;
  object_class->set_property = phone_video_paintable_set_property;
  object_class->dispose = phone_video_paintable_dispose;

  properties[PROP_FEED] = g_param_spec_object (
      "feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY] = g_param_spec_boolean (
      "empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MIRRORED] = g_param_spec_boolean (
      "mirrored", NULL, NULL, FALSE,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_video_paintable_init (PhoneVideoPaintable *self)
{
  self->feed_signals = g_signal_group_new (PHONE_TYPE_VIDEO_FEED);
  g_signal_group_connect_swapped (self->feed_signals, "frame-ready",
                                  G_CALLBACK (on_feed_frame_ready), self);
}
