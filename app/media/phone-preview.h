/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-video-feed.h"

#include <gio/gio.h>

/* What the chosen microphone or camera gives, beside any call: for a person who chooses
 * one. It is open while :active and at no other time, and follows the choice. Main context
 * only; phone_service_make_preview() makes one.
 *
 *   active   bool, read-write, FALSE at first
 *   level    double, read-only: of a microphone, 0 (silence) to 1 (as loud as can be), ten
 *            times a second while active
 *   missing  bool, read-only: active, and there is no such device, or it does not open */

#define PHONE_TYPE_PREVIEW (phone_preview_get_type ())
G_DECLARE_FINAL_TYPE (PhonePreview, phone_preview, PHONE, PREVIEW, GObject)

void phone_preview_set_active (PhonePreview *self, gboolean active);
gboolean phone_preview_get_active (PhonePreview *self);
double phone_preview_get_level (PhonePreview *self);
gboolean phone_preview_get_missing (PhonePreview *self);
/* Of a camera: borrowed. */
PhoneVideoFeed *phone_preview_get_feed (PhonePreview *self);
