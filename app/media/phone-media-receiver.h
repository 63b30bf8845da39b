/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codec.h"
#include "phone-media-config.h"
#include "phone-media-note.h"
#include "phone-probe.h"
#include "phone-video-feed.h"

#include <gst/gst.h>

/* One direction of one kind, from the packets to what plays, probes, shows or echoes
 * them: a bin with one sink pad. Private to the pipeline. Main context only. */

typedef struct _PhoneMediaReceiver PhoneMediaReceiver;

typedef struct {
  const PhoneMediaConfig *config; /* borrowed, read at once */
  PhoneProbe *probe;
  PhoneVideoFeed *feed;
  PhoneMediaNotePort *port;
  GstElement *echo_probe; /* to pass on the way to the speaker; borrowed; may be NULL */
  int first_kind;         /* the note posted once, when the first piece was decoded */
} PhoneMediaReceiverUse;

PhoneMediaReceiver *phone_media_receiver_new (const PhoneMediaCodec *codec,
                                              const PhoneMediaReceiverUse *use,
                                              GError **error);
void phone_media_receiver_free (PhoneMediaReceiver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaReceiver, phone_media_receiver_free)

/* Borrowed; floating until it is added somewhere. */
GstElement *phone_media_receiver_get_bin (PhoneMediaReceiver *self);
const PhoneMediaCodec *phone_media_receiver_get_codec (PhoneMediaReceiver *self);
/* Of the packets that came last: a peer may change it in the call. 0: none came. */
guint32 phone_media_receiver_get_ssrc (PhoneMediaReceiver *self);
/* What comes is dropped before it is decoded. */
void phone_media_receiver_set_ignored (PhoneMediaReceiver *self, gboolean ignored);
/* The speaker was unplugged: if broken is this one's or a part of it, nothing is played
 * until another one opens, and TRUE. */
gboolean phone_media_receiver_drop_speaker (PhoneMediaReceiver *self, GstObject *broken);
/* Another speaker takes its place as soon as it is open. */
void phone_media_receiver_reopen_speaker (PhoneMediaReceiver *self);
/* An appsrc that gets what was decoded, or NULL: none any more. */
void phone_media_receiver_set_echo (PhoneMediaReceiver *self, GstElement *echo);
