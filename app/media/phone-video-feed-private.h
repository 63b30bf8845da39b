/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-video-feed.h"

/* Any thread: whether ::frame-ready has a handler, so that making pixels is worth it. */
gboolean phone_video_feed_is_watched_any_thread (PhoneVideoFeed *self);

/* Any thread: a frame came that nobody wanted to see. */
void phone_video_feed_count_any_thread (PhoneVideoFeed *self);
