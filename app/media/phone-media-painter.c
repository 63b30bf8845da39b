/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-painter.h"
#include "phone-video-feed-private.h"

/* A codec lets a peer say 16383 x 16383: that would be 1 GiB a picture. */
#define MAX_PIXELS (4096 * 2304)

struct _PhoneMediaPainter {
  PhoneVideoFeed *feed;
  PhoneProbe *probe;
  GstVideoInfo from;
  GstVideoInfo to;
  GstVideoConverter *converter; /* for from and to; NULL: not made yet */
};

PhoneMediaPainter *
phone_media_painter_new (PhoneVideoFeed *feed, PhoneProbe *probe)
{
  PhoneMediaPainter *self = g_new0 (PhoneMediaPainter, 1);

  self->feed = g_object_ref (feed);
  self->probe = probe ? g_object_ref (probe) : NULL;
  return self;
}

void
phone_media_painter_free (PhoneMediaPainter *self)
{
  g_clear_pointer (&self->converter, gst_video_converter_free);
  g_clear_object (&self->feed);
  g_clear_object (&self->probe);
  g_free (self);
}

static gboolean
prepare (PhoneMediaPainter *self, const GstVideoInfo *info)
{
  if (self->converter && gst_video_info_is_equal (&self->from, info))
    return TRUE;
  g_clear_pointer (&self->converter, gst_video_converter_free);
  self->from = *info;
  gst_video_info_set_format (&self->to, GST_VIDEO_FORMAT_RGBA,
                             GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
  self->to.fps_n = info->fps_n; /* the converter refuses two rates */
  self->to.fps_d = info->fps_d;
  self->converter = gst_video_converter_new (&self->from, &self->to, NULL);
  return self->converter != NULL;
}

static gboolean
is_paintable (const GstVideoInfo *info)
{
  return (gint64)GST_VIDEO_INFO_WIDTH (info) * GST_VIDEO_INFO_HEIGHT (info) <= MAX_PIXELS;
}

static void
paint (PhoneMediaPainter *self, GstVideoFrame *frame)
{
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (GstBuffer) buffer = NULL; /* a view of the pixels */
  GstVideoFrame rgba;
  gsize size = 0;
  guint8 *data = NULL;

  if (!prepare (self, &frame->info))
    return;
  size = GST_VIDEO_INFO_SIZE (&self->to);
  data = g_malloc (size);
  pixels = g_bytes_new_take (data, size);
  buffer = gst_buffer_new_wrapped_full (0, data, size, 0, size, NULL, NULL);
  if (!gst_video_frame_map (&rgba, &self->to, buffer, GST_MAP_WRITE))
    return;
  gst_video_converter_frame (self->converter, frame, &rgba);
  gst_video_frame_unmap (&rgba);
  phone_video_feed_push_any_thread (self->feed, pixels,
                                    (guint)GST_VIDEO_INFO_WIDTH (&self->to),
                                    (guint)GST_VIDEO_INFO_HEIGHT (&self->to),
                                    (guint)GST_VIDEO_INFO_PLANE_STRIDE (&self->to, 0));
}

void
phone_media_painter_push_any_thread (PhoneMediaPainter *self,
                                     GstCaps *caps,
                                     GstBuffer *buffer)
{
  GstVideoInfo info;
  GstVideoFrame frame;

  if (!caps || !gst_video_info_from_caps (&info, caps) ||
      !gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ))
    return;
  if (self->probe)
    phone_probe_push_luma_any_thread (self->probe, GST_VIDEO_FRAME_PLANE_DATA (&frame, 0),
                                      (guint)GST_VIDEO_FRAME_WIDTH (&frame),
                                      (guint)GST_VIDEO_FRAME_HEIGHT (&frame),
                                      (guint)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0));
  if (phone_video_feed_is_watched_any_thread (self->feed) && is_paintable (&info))
    paint (self, &frame);
  else
    phone_video_feed_count_any_thread (self->feed);
  gst_video_frame_unmap (&frame);
}
