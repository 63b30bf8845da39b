/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-probe.h"
#include "phone-video-feed.h"

#include <gst/video/video.h>

/* Brings raw pictures from one streaming thread to a feed, and to a probe: RGBA is made
 * only while somebody watches the feed, and not of a picture that is larger than any that
 * can be meant; others are counted. One painter belongs to one streaming thread. */

typedef struct _PhoneMediaPainter PhoneMediaPainter;

/* probe may be NULL. */
PhoneMediaPainter *phone_media_painter_new (PhoneVideoFeed *feed, PhoneProbe *probe);
void phone_media_painter_free (PhoneMediaPainter *self);

void phone_media_painter_push_any_thread (PhoneMediaPainter *self,
                                          GstCaps *caps,
                                          GstBuffer *buffer);
