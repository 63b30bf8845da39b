/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codec.h"
#include "phone-media-config.h"

#include <gst/gst.h>

/* What a sender has in front: made-up sound and pictures, or a device, whose sound may be
 * treated. All results are floating. */

GstElement *phone_media_capture_make_test (const PhoneMediaConfig *config,
                                           const PhoneMediaCodec *codec);
/* Silence, or black. */
GstElement *phone_media_capture_make_empty (PhoneMediaKind kind);
/* An appsrc that is fed with what was decoded. */
GstElement *phone_media_capture_make_echo (void);

typedef struct {
  PhoneMediaKind kind;
  PhoneTreatment treatment;
  const char *echo_probe; /* name of what hears the speaker; NULL: nothing does */
} PhoneMediaCaptureDress;

/* What treats the microphone, and what hears the speaker for it, speak this. */
#define PHONE_TREATED_CAPS                                                               \
  "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1"

/* Whether both are installed. */
gboolean phone_media_capture_can_treat (void);

/* What hears the speaker, under a name of its own: what treats the microphone looks it up
 * among all of the process, and does not start before it is there. The caller owns the
 * reference, which is not floating. */
GstElement *phone_media_capture_make_probe (void);

/* Takes device, which is open, and treats its sound where that can be done. */
GstElement *phone_media_capture_dress (GstElement *device,
                                       const PhoneMediaCaptureDress *dress);
/* What it hears the speaker by is free for the next one at once, though the device itself
 * stops in its own time: it is held by one at a time. */
void phone_media_capture_undress (GstElement *source);
