/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The newest picture of one direction: a mailbox that holds one frame. A decoder puts
 * frames in from its own thread; the main context is told once for all that came since
 * it looked last, and takes the newest. Pixels are made only while ::frame-ready has a
 * handler; frames that nobody watches are counted. Free of any toolkit: the bytes are
 * RGBA, not premultiplied (alpha is 255), rows of stride bytes, top first. */

typedef struct {
  GBytes *pixels; /* borrowed from the frame's owner */
  guint width;
  guint height;
  guint stride_bytes;
  gint64 time_us; /* monotonic, when it was decoded */
} PhoneVideoFrame;

void phone_video_frame_clear (PhoneVideoFrame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhoneVideoFrame, phone_video_frame_clear)

#define PHONE_TYPE_VIDEO_FEED (phone_video_feed_get_type ())
G_DECLARE_FINAL_TYPE (PhoneVideoFeed, phone_video_feed, PHONE, VIDEO_FEED, GObject)

PhoneVideoFeed *phone_video_feed_new (void);

/* Any thread. Takes no reference but the one to pixels; may be called after the last
 * reader is gone. ::frame-ready follows on the default main context. */
void phone_video_feed_push_any_thread (
    PhoneVideoFeed *self, GBytes *pixels, guint width, guint height, guint stride_bytes);

/* Main context: the newest frame, FALSE while there is none. frame->pixels is a new
 * reference: clear it with phone_video_frame_clear(). The same frame may be taken
 * again. */
gboolean phone_video_feed_dup_frame (PhoneVideoFeed *self, PhoneVideoFrame *frame);

/* Frames that came since the start, watched or not. */
guint64 phone_video_feed_get_count (PhoneVideoFeed *self);

/* Main context: forgets the frame (the picture ended); ::frame-ready is emitted, and
 * dup_frame() gives FALSE. */
void phone_video_feed_clear (PhoneVideoFeed *self);

/* Signal "frame-ready" (void): a newer frame, or none, can be taken. On the default main
 * context. */
