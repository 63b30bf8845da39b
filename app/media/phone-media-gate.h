/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-note.h"

#include <gst/gst.h>

/* The door of one DTLS transport: media passes in and out only while it is open, and it
 * is opened only by the one who found the peer's certificate in the SDP. Sits on the
 * pads of dtlssrtpdec and dtlssrtpenc, so that RTP and RTCP alike are held, before
 * anything else has seen them or after everything else has. A new certificate shuts it
 * at once, on whatever thread it came.
 *
 * It also counts what came in, which at this point is proven to be the peer's. */

typedef struct _PhoneMediaGate PhoneMediaGate;

/* The notes posted: with a PhoneMediaGatePem when a certificate came, and with a GArray
 * of PhoneMediaReport when the peer reported. */
PhoneMediaGate *phone_media_gate_new (guint session_id,
                                      PhoneMediaNotePort *port,
                                      int certificate_kind,
                                      int report_kind);
PhoneMediaGate *phone_media_gate_ref_any_thread (PhoneMediaGate *self);
void phone_media_gate_unref_any_thread (PhoneMediaGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaGate, phone_media_gate_unref_any_thread)

typedef struct {
  PhoneMediaGate *gate; /* owned */
  char *pem;
} PhoneMediaGatePem;

void phone_media_gate_pem_free (PhoneMediaGatePem *self);

/* Any thread: the elements as they are made. FALSE: they do not have the pads that they
 * should, and media would go past the gate: the call must end. */
gboolean phone_media_gate_watch_decoder_any_thread (PhoneMediaGate *self,
                                                    GstElement *decoder);
gboolean phone_media_gate_watch_encoder_any_thread (PhoneMediaGate *self,
                                                    GstElement *encoder);

/* The m-line whose transport it is. */
guint phone_media_gate_get_session_id (PhoneMediaGate *self);

/* Opens for the certificate that came last, if it is still the one judged. */
gboolean phone_media_gate_open (PhoneMediaGate *self, const PhoneMediaGatePem *judged);
void phone_media_gate_shut (PhoneMediaGate *self);

/* Packets let in, RTP and RTCP. */
guint phone_media_gate_get_passed_in (PhoneMediaGate *self);
