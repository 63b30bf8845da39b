/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-painter.h"

#include <gst/gst.h>

static void
push (PhoneMediaPainter *painter, int width, int height)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, width,
      "height", G_TYPE_INT, height, "framerate", GST_TYPE_FRACTION, 30, 1, NULL);
  GstVideoInfo info;
  g_autoptr (GstBuffer) buffer = NULL;

  g_assert_true (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&info), NULL);
  gst_buffer_memset (buffer, 0, 0x80, GST_VIDEO_INFO_SIZE (&info));
  phone_media_painter_push_any_thread (painter, caps, buffer);
}

static void
on_frame (PhoneVideoFeed *feed, gpointer unused)
{
}

/* The three 0x80 of Y, U and V are a grey. */
static void
expect_grey (PhoneVideoFeed *feed, guint width, guint height)
{
  g_auto (PhoneVideoFrame) frame = {NULL};
  const guint8 *pixels = NULL;
  gsize size = 0;

  g_assert_true (phone_video_feed_dup_frame (feed, &frame));
  g_assert_cmpuint (frame.width, ==, width);
  g_assert_cmpuint (frame.height, ==, height);
  pixels = g_bytes_get_data (frame.pixels, &size);
  g_assert_cmpuint (size, ==, (gsize)frame.stride_bytes * height);
  g_assert_cmpuint (frame.stride_bytes, >=, 4 * width);
  for (guint channel = 0; channel < 3; channel++) {
    g_assert_cmpuint (pixels[size - 4 + channel], >, 0x78);
    g_assert_cmpuint (pixels[size - 4 + channel], <, 0x90);
  }
  g_assert_cmphex (pixels[size - 1], ==, 0xff);
}

/* One that nobody can mean is counted, and costs no memory. */
static void
test_sizes (void)
{
  g_autoptr (PhoneVideoFeed) feed = phone_video_feed_new ();
  PhoneMediaPainter *painter = phone_media_painter_new (feed, NULL);
  g_auto (PhoneVideoFrame) none = {NULL};

  g_signal_connect (feed, "frame-ready", G_CALLBACK (on_frame), NULL);
  push (painter, 4100, 2304);
  g_assert_cmpuint (phone_video_feed_get_count (feed), ==, 1);
  g_assert_false (phone_video_feed_dup_frame (feed, &none));
  push (painter, 64, 48);
  g_assert_cmpuint (phone_video_feed_get_count (feed), ==, 2);
  expect_grey (feed, 64, 48);
  push (painter, 48, 64);
  expect_grey (feed, 48, 64);
  phone_media_painter_free (painter);
}

/* Without anybody who looks there are no pixels. */
static void
test_unwatched (void)
{
  g_autoptr (PhoneVideoFeed) feed = phone_video_feed_new ();
  PhoneMediaPainter *painter = phone_media_painter_new (feed, NULL);
  g_auto (PhoneVideoFrame) none = {NULL};

  push (painter, 64, 48);
  g_assert_cmpuint (phone_video_feed_get_count (feed), ==, 1);
  g_assert_false (phone_video_feed_dup_frame (feed, &none));
  phone_media_painter_free (painter);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media-painter/sizes", test_sizes);
  g_test_add_func ("/media-painter/unwatched", test_unwatched);
  return g_test_run ();
}
