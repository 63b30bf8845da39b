/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a picture is before anybody decodes it: its first bytes say it. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A side may have so many pixels; more would be a bomb, and not a face. */
#define PHONE_PICTURE_MAX_SIDE 4096

typedef enum {
  PHONE_PICTURE_NONE, /* anything else, or too large */
  PHONE_PICTURE_PNG,
  PHONE_PICTURE_JPEG,
} PhonePictureType;

PhonePictureType phone_picture_get_type (const guint8 *bytes, gsize size);

G_END_DECLS
