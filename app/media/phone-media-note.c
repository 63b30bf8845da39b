/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-note.h"

struct _PhoneMediaNotePort {
  gatomicrefcount count;
  GMainContext *context;
  PhoneMediaNoteFunc receive;
  guint generation; /* atomic; 0: shut */
  GWeakRef target;
};

typedef struct {
  PhoneMediaNotePort *port;
  guint generation;
  int kind;
  gpointer value;
  GDestroyNotify free_value;
} Note;

PhoneMediaNotePort *
phone_media_note_port_new (GObject *target, PhoneMediaNoteFunc receive)
{
  PhoneMediaNotePort *self = g_new0 (PhoneMediaNotePort, 1);

  g_atomic_ref_count_init (&self->count);
  self->context = g_main_context_ref_thread_default ();
  self->receive = receive;
  self->generation = 1;
  g_weak_ref_init (&self->target, target);
  return self;
}

PhoneMediaNotePort *
phone_media_note_port_ref_any_thread (PhoneMediaNotePort *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
phone_media_note_port_unref_any_thread (PhoneMediaNotePort *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_weak_ref_clear (&self->target);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
note_free (gpointer data)
{
  Note *note = data;

  if (note->free_value && note->value)
    note->free_value (note->value);
  phone_media_note_port_unref_any_thread (note->port);
  g_free (note);
}

static gboolean
deliver (gpointer data)
{
  Note *note = data;
  g_autoptr (GObject) target = g_weak_ref_get (&note->port->target);

  if (target && note->generation != 0 &&
      note->generation == (guint)g_atomic_int_get (&note->port->generation))
    note->port->receive (target, note->kind, &note->value);
  return G_SOURCE_REMOVE;
}

void
phone_media_note_post_any_thread (PhoneMediaNotePort *self,
                                  int kind,
                                  gpointer value,
                                  GDestroyNotify free_value)
{
  Note *note = g_new0 (Note, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  note->port = phone_media_note_port_ref_any_thread (self);
  note->generation = (guint)g_atomic_int_get (&self->generation);
  note->kind = kind;
  note->value = value;
  note->free_value = free_value;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, note, note_free);
  g_source_attach (source, self->context);
}

void
phone_media_note_port_shut (PhoneMediaNotePort *self)
{
  g_atomic_int_set (&self->generation, 0);
}
