/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-video-feed-private.h"

struct _PhoneVideoFeed {
  GObject parent_instance;

  GMutex lock; /* of the four below */
  PhoneVideoFrame frame;
  gboolean has_frame;
  gboolean told; /* ::frame-ready is on its way */
  guint64 count;
};

G_DEFINE_FINAL_TYPE (PhoneVideoFeed, phone_video_feed, G_TYPE_OBJECT)

static guint signal_frame_ready;

void
phone_video_frame_clear (PhoneVideoFrame *frame)
{
  g_clear_pointer (&frame->pixels, g_bytes_unref);
}

static void
phone_video_feed_finalize (GObject *object)
{
  PhoneVideoFeed *self = PHONE_VIDEO_FEED (object);

  phone_video_frame_clear (&self->frame);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (phone_video_feed_parent_class)->finalize (object);
}

static void
phone_video_feed_class_init (PhoneVideoFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_video_feed_finalize;
  signal_frame_ready =
      g_signal_new ("frame-ready", PHONE_TYPE_VIDEO_FEED, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_video_feed_init (PhoneVideoFeed *self)
{
  g_mutex_init (&self->lock);
}

PhoneVideoFeed *
phone_video_feed_new (void)
{
  return g_object_new (PHONE_TYPE_VIDEO_FEED, NULL);
}

static gboolean
tell (gpointer data)
{
  PhoneVideoFeed *self = data;

  g_mutex_lock (&self->lock);
  self->told = FALSE;
  g_mutex_unlock (&self->lock);
  g_signal_emit (self, signal_frame_ready, 0);
  return G_SOURCE_REMOVE;
}

void
phone_video_feed_push_any_thread (
    PhoneVideoFeed *self, GBytes *pixels, guint width, guint height, guint stride_bytes)
{
  PhoneVideoFrame old = {NULL};
  gboolean must_tell = FALSE;

  g_mutex_lock (&self->lock);
  old = self->frame;
  self->frame = (PhoneVideoFrame){.pixels = g_bytes_ref (pixels),
                                  .width = width,
                                  .height = height,
                                  .stride_bytes = stride_bytes,
                                  .time_us = g_get_monotonic_time ()};
  self->has_frame = TRUE;
  self->count++;
  must_tell = !self->told;
  self->told = TRUE;
  g_mutex_unlock (&self->lock);

  phone_video_frame_clear (&old);
  if (must_tell)
    g_idle_add_full (G_PRIORITY_DEFAULT, tell, g_object_ref (self), g_object_unref);
}

gboolean
phone_video_feed_is_watched_any_thread (PhoneVideoFeed *self)
{
  return g_signal_has_handler_pending (self, signal_frame_ready, 0, TRUE);
}

void
phone_video_feed_count_any_thread (PhoneVideoFeed *self)
{
  g_mutex_lock (&self->lock);
  self->count++;
  g_mutex_unlock (&self->lock);
}

gboolean
phone_video_feed_dup_frame (PhoneVideoFeed *self, PhoneVideoFrame *frame)
{
  gboolean has_frame = FALSE;

  g_mutex_lock (&self->lock);
  has_frame = self->has_frame;
  *frame = self->frame;
  if (has_frame)
    g_bytes_ref (frame->pixels);
  g_mutex_unlock (&self->lock);
  return has_frame;
}

guint64
phone_video_feed_get_count (PhoneVideoFeed *self)
{
  guint64 count = 0;

  g_mutex_lock (&self->lock);
  count = self->count;
  g_mutex_unlock (&self->lock);
  return count;
}

void
phone_video_feed_clear (PhoneVideoFeed *self)
{
  PhoneVideoFrame old = {NULL};

  g_mutex_lock (&self->lock);
  old = self->frame;
  self->frame = (PhoneVideoFrame){NULL};
  self->has_frame = FALSE;
  g_mutex_unlock (&self->lock);
  phone_video_frame_clear (&old);
  g_signal_emit (self, signal_frame_ready, 0);
}
