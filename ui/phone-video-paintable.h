/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-video-feed.h"

#include <gdk/gdk.h>

/* The pictures of a PhoneVideoFeed for a GtkPicture. It holds no frame: when it is drawn
 * it takes the newest, whose bytes become a texture without a copy, and where nobody
 * draws, nothing is taken.
 *
 *   feed   PhoneVideoFeed, read-write, may be NULL
 *   empty  bool, TRUE while there is no picture
 *   mirrored  bool, construct: right is left, as in a mirror */

#define PHONE_TYPE_VIDEO_PAINTABLE (phone_video_paintable_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneVideoPaintable, phone_video_paintable, PHONE, VIDEO_PAINTABLE, GObject)
