/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-picture.h"

#include <string.h>

static guint
read_16 (const guint8 *bytes)
{
  return (guint)bytes[0] << 8 | bytes[1];
}

static gboolean
is_side (guint side)
{
  return side > 0 && side <= PHONE_PICTURE_MAX_SIDE;
}

/* The signature, and the chunk that is the first by the rules: IHDR. */
static gboolean
is_png (const guint8 *bytes, gsize size)
{
  static const guint8 begin[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                 0,    0,   0,   13,  'I',  'H',  'D',  'R'};

  return size >= sizeof begin + 8 && memcmp (bytes, begin, sizeof begin) == 0 &&
         read_16 (bytes + 16) == 0 && is_side (read_16 (bytes + 18)) &&
         read_16 (bytes + 20) == 0 && is_side (read_16 (bytes + 22));
}

/* A start of frame: SOF0 to SOF15, without the three that only look like one. */
static gboolean
is_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
         marker != 0xcc;
}

/* Segment by segment up to the first frame, which has the size. */
static gboolean
is_jpeg (const guint8 *bytes, gsize size)
{
  gsize at = 2;

  if (size < 4 || bytes[0] != 0xff || bytes[1] != 0xd8)
    return FALSE;
  while (at + 9 <= size && bytes[at] == 0xff) {
    guint8 marker = bytes[at + 1];

    /* What has no length, and the picture itself before any frame: nothing to go on by. */
    if (marker < 0xc0 || marker == 0xff || (marker >= 0xd0 && marker <= 0xda))
      return FALSE;
    if (is_frame (marker))
      return is_side (read_16 (bytes + at + 5)) && is_side (read_16 (bytes + at + 7));
    at += 2 + MAX (read_16 (bytes + at + 2), 2);
  }
  return FALSE;
}

PhonePictureType
phone_picture_get_type (const guint8 *bytes, gsize size)
{
  if (is_png (bytes, size))
    return PHONE_PICTURE_PNG;
  return is_jpeg (bytes, size) ? PHONE_PICTURE_JPEG : PHONE_PICTURE_NONE;
}
