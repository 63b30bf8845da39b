/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codec.h"
#include "phone-media-config.h"
#include "phone-video-feed.h"

#include <gst/gst.h>

/* One direction of one kind, from the source to the packets: a bin with one source pad.
 * Private to the pipeline. Main context only; it is made when its codec is agreed upon,
 * so no microphone and no camera is opened before a call is answered. */

typedef struct _PhoneMediaSender PhoneMediaSender;

typedef struct {
  const PhoneMediaConfig *config; /* borrowed, and must outlive the sender */
  PhoneVideoFeed *feed;           /* where the own picture is shown; NULL for sound */
  guint16 frame_source;           /* drawn into test frames */
  const char *echo_probe;         /* name of what hears the speaker; NULL: nothing does */
} PhoneMediaSenderUse;

/* The error is MISSING_ELEMENT. A device is opened on another thread, and nothing is sent
 * before it is; one that cannot be opened is replaced by silence or black, and has_source
 * tells. */
PhoneMediaSender *phone_media_sender_new (const PhoneMediaSenderUse *use,
                                          const PhoneMediaCodec *codec,
                                          guint payload_type,
                                          GError **error);
void phone_media_sender_free (PhoneMediaSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaSender, phone_media_sender_free)

/* Borrowed; floating until it is added somewhere. */
GstElement *phone_media_sender_get_bin (PhoneMediaSender *self);
const PhoneMediaCodec *phone_media_sender_get_codec (PhoneMediaSender *self);
guint phone_media_sender_get_payload_type (PhoneMediaSender *self);
/* 0 while nothing was made yet. */
guint32 phone_media_sender_get_ssrc (PhoneMediaSender *self);
gboolean phone_media_sender_has_source (PhoneMediaSender *self);
/* The camera is given back, and taken again; both do nothing where it is so already. */
void phone_media_sender_close_source (PhoneMediaSender *self);
void phone_media_sender_open_source (PhoneMediaSender *self);
/* Another device, or treatment, takes its place as soon as it is open. Nothing where it is
 * closed, or no device. */
void phone_media_sender_reopen_source (PhoneMediaSender *self);
/* The microphone or the camera was unplugged: if broken is this one's or a part of it,
 * silence or black takes its place, and TRUE. */
gboolean phone_media_sender_replace_source (PhoneMediaSender *self, GstObject *broken);
/* Where the echo is fed in; NULL: this is none. Borrowed. */
GstElement *phone_media_sender_get_echo (PhoneMediaSender *self);

/* Sound is replaced by silence; packets go on. */
void phone_media_sender_set_muted (PhoneMediaSender *self, gboolean muted);
/* No packets: the peer holds the call, or the picture is off. */
void phone_media_sender_set_stopped (PhoneMediaSender *self, gboolean stopped);
/* The next picture can be decoded alone. */
void phone_media_sender_ask_keyframe (PhoneMediaSender *self);
