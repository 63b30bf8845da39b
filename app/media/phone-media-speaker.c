/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-speaker.h"

#include "phone-devices-private.h"

struct _PhoneMediaSpeaker {
  /* owned */
  GCancellable *opening; /* NULL: none is being opened */
  PhoneEquipment *equipment;

  /* borrowed */
  GstBin *bin;
  GstElement *tee;
  GstElement *branch; /* of bin, with the device; NULL: none */
  GstPad *outlet;     /* of tee, to the branch */
};

static GstPadProbeReturn
drop_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  return GST_PAD_PROBE_DROP;
}

/* Between two packets, or at once. */
static GstPadProbeReturn
cut_any_thread (GstPad *outlet, GstPadProbeInfo *info, gpointer data)
{
  GstElement *branch = data;
  g_autoptr (GstElement) tee = gst_pad_get_parent_element (outlet);
  g_autoptr (GstPad) inlet = gst_pad_get_peer (outlet);
  g_autoptr (GstObject) bin = gst_object_get_parent (GST_OBJECT (branch));

  if (inlet)
    gst_pad_unlink (outlet, inlet);
  if (tee)
    gst_element_release_request_pad (tee, outlet);
  gst_element_set_locked_state (branch, TRUE);
  if (bin)
    gst_bin_remove (GST_BIN (bin), branch);
  phone_device_close (gst_object_ref (branch));
  return GST_PAD_PROBE_REMOVE;
}

static void
take_down (PhoneMediaSpeaker *self)
{
  GstElement *branch = g_steal_pointer (&self->branch);
  g_autoptr (GstPad) outlet = g_steal_pointer (&self->outlet);

  if (branch)
    gst_pad_add_probe (outlet, GST_PAD_PROBE_TYPE_IDLE, cut_any_thread,
                       gst_object_ref (branch), gst_object_unref);
}

/* That a speaker failed is not told upwards: webrtcbin would stop reading from the peer.
 * Where there is no such guard, it does until the speaker is taken away. */
static GstElement *
make_guard (void)
{
  GstElement *guard = gst_element_factory_make ("errorignore", NULL);

  if (!guard)
    return gst_element_factory_make ("identity", NULL);
  gst_util_set_object_arg (G_OBJECT (guard), "convert-to", "ok");
  return guard;
}

static void
hang_up_branch (PhoneMediaSpeaker *self, GstElement *sink)
{
  GstElement *guard = make_guard ();
  GstElement *queue = gst_element_factory_make ("queue", NULL);
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);
  g_autoptr (GstPad) inlet = gst_element_get_static_pad (guard, "sink");
  GstPad *ghost = NULL;

  g_object_set (sink, "async", FALSE, NULL);
  self->branch = gst_bin_new (NULL);
  gst_bin_add_many (GST_BIN (self->branch), guard, queue, convert, resample, sink, NULL);
  gst_object_unref (sink);
  gst_element_link_many (guard, queue, convert, resample, sink, NULL);
  /* Made last: what is added to a bin loses its links. */
  ghost = gst_ghost_pad_new ("sink", inlet);
  gst_element_add_pad (self->branch, ghost);

  gst_bin_add (self->bin, self->branch);
  gst_element_sync_state_with_parent (self->branch);
  self->outlet = gst_element_request_pad_simple (self->tee, "src_%u");
  gst_pad_link (self->outlet, ghost);
  /* How late the others are is new to this one. */
  gst_element_post_message (self->branch,
                            gst_message_new_latency (GST_OBJECT (self->branch)));
}

static void on_opened (GObject *object, GAsyncResult *result, gpointer data);

static void
cancel_opening (PhoneMediaSpeaker *self)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
}

/* Another one, or the same, when it comes back. */
static void
wait_for_speaker (PhoneMediaSpeaker *self)
{
  cancel_opening (self);
  self->opening = g_cancellable_new ();
  phone_equipment_open_later_async (self->equipment, PHONE_ROLE_SPEAKER, self->opening,
                                    on_opened, self);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  PhoneMediaSpeaker *self = data;
  g_autoptr (GError) error = NULL;
  GstElement *sink = phone_device_open_finish (result, &error);

  /* Who cancels it may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->opening);
  take_down (self);
  if (sink)
    hang_up_branch (self, sink);
  else
    wait_for_speaker (self);
}

void
phone_media_speaker_reopen (PhoneMediaSpeaker *self)
{
  cancel_opening (self);
  self->opening = g_cancellable_new ();
  phone_equipment_open_async (self->equipment, PHONE_ROLE_SPEAKER, self->opening,
                              on_opened, self);
}

PhoneMediaSpeaker *
phone_media_speaker_new (GstBin *bin, GstElement *tee, PhoneEquipment *equipment)
{
  PhoneMediaSpeaker *self = g_new0 (PhoneMediaSpeaker, 1);

  self->bin = bin;
  self->tee = tee;
  self->equipment = equipment ? g_object_ref (equipment) : NULL;
  phone_media_speaker_reopen (self);
  return self;
}

void
phone_media_speaker_free (PhoneMediaSpeaker *self)
{
  cancel_opening (self);
  g_clear_object (&self->equipment);
  gst_clear_object (&self->outlet);
  g_free (self);
}

gboolean
phone_media_speaker_drop (PhoneMediaSpeaker *self, GstObject *broken)
{
  GstObject *branch = (GstObject *)self->branch;

  if (!branch || !gst_object_has_as_ancestor (broken, branch))
    return FALSE;
  /* A pulsesink without its server waits for ever with the packet that it holds: no more
   * are given to it. */
  gst_pad_add_probe (self->outlet, GST_PAD_PROBE_TYPE_BUFFER, drop_any_thread, NULL,
                     NULL);
  take_down (self);
  wait_for_speaker (self);
  return TRUE;
}
