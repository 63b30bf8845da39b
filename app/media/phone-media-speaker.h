/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-equipment.h"

#include <gst/gst.h>

/* The loudspeaker that hangs on a tee, and gives its place to another. Private to the
 * receiver. Main context only; it is opened on another thread. */

typedef struct _PhoneMediaSpeaker PhoneMediaSpeaker;

/* Opens the speaker's device, and hangs it on tee, which is in bin; both are borrowed, and
 * must outlive it. */
PhoneMediaSpeaker *phone_media_speaker_new (GstBin *bin,
                                            GstElement *tee,
                                            PhoneEquipment *equipment);
void phone_media_speaker_free (PhoneMediaSpeaker *self);

/* Opens what the role has now; the one before plays until it is open. */
void phone_media_speaker_reopen (PhoneMediaSpeaker *self);
/* If broken is this one's or a part of it, nothing is played until another one opens, and
 * TRUE. */
gboolean phone_media_speaker_drop (PhoneMediaSpeaker *self, GstObject *broken);
