/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The only bridge from GStreamer's threads to the main context. A port belongs to one
 * object; whoever holds a reference may post a note to it from any thread, and the note
 * is delivered on the context that made the port, in order. A note that comes after its
 * port was shut, or whose object is gone, is dropped with its value. */

typedef struct _PhoneMediaNotePort PhoneMediaNotePort;

/* kind and value mean what the two ends agreed upon. value is freed after the call
 * unless the receiver steals it. */
typedef void (*PhoneMediaNoteFunc) (GObject *target, int kind, gpointer *value);

PhoneMediaNotePort *phone_media_note_port_new (GObject *target,
                                               PhoneMediaNoteFunc receive);
PhoneMediaNotePort *phone_media_note_port_ref_any_thread (PhoneMediaNotePort *self);
void phone_media_note_port_unref_any_thread (PhoneMediaNotePort *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaNotePort, phone_media_note_port_unref_any_thread)

/* Takes value. free_value may be NULL where value needs none. */
void phone_media_note_post_any_thread (PhoneMediaNotePort *self,
                                       int kind,
                                       gpointer value,
                                       GDestroyNotify free_value);

/* Every note posted so far and from now on is dropped. */
void phone_media_note_port_shut (PhoneMediaNotePort *self);
