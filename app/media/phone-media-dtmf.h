/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-event.h"
#include "phone-media-note.h"

#include <gst/gst.h>

/* Where the digits of phone-media-event.h meet the streams: one on the packets of sound
 * that are sent, another on every pad of webrtcbin that brings telephone events. None of
 * GStreamer's own elements for it is needed. Made and told on the main context; both work
 * on the streaming threads, and say by note what they have to say. */

/* Packets that a peer sends beyond these are not looked at: 20 ms apart is usual. */
#define PHONE_MEDIA_DTMF_MAX_PACKETS_PER_SECOND 120

typedef struct _PhoneMediaDtmfSender PhoneMediaDtmfSender;

PhoneMediaDtmfSender *phone_media_dtmf_sender_new (PhoneMediaNotePort *port,
                                                   int sent_kind);
void phone_media_dtmf_sender_free (PhoneMediaDtmfSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaDtmfSender, phone_media_dtmf_sender_free)

/* RTP packets of sound go by on pad. A digit that was begun before waits for them. */
void phone_media_dtmf_sender_watch (PhoneMediaDtmfSender *self, GstPad *pad);

/* In the place of the one under way, if there is one. The note with this number
 * (GUINT_TO_POINTER) is posted when it and its gap have gone by. */
void phone_media_dtmf_sender_begin (PhoneMediaDtmfSender *self,
                                    const PhoneMediaEventOrder *order,
                                    guint payload_type,
                                    guint number);
/* The one under way gets no end. */
void phone_media_dtmf_sender_stop (PhoneMediaDtmfSender *self);

/* The packets on pad are telephone events of this clock rate: each becomes a note with a
 * PhoneMediaEventPacket. They go by unchanged. */
void phone_media_dtmf_watch (GstPad *pad,
                             guint clock_rate,
                             PhoneMediaNotePort *port,
                             int packet_kind);
