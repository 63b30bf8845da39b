/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-device-pipeline.h"

#include "phone-devices-private.h"

struct _PhoneDevicePipeline {
  GObject parent_instance;

  /* owned */
  PhoneEquipment *equipment;
  GCancellable *opening; /* NULL: no device is being opened */
  GstElement *pipeline;  /* NULL: none is open */
  guint bus_watch;

  PhoneRole role;
};

enum { OPENED, MESSAGE, ENDED, LOST, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneDevicePipeline, phone_device_pipeline, G_TYPE_OBJECT)

static void on_opened (GObject *object, GAsyncResult *result, gpointer data);

void
phone_device_pipeline_close (PhoneDevicePipeline *self)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline)
    phone_device_close (g_steal_pointer (&self->pipeline));
}

/* Who is told may close it. */
static void
try_again (PhoneDevicePipeline *self)
{
  phone_device_pipeline_close (self);
  self->opening = g_cancellable_new ();
  phone_equipment_open_later_async (self->equipment, self->role, self->opening, on_opened,
                                    self);
  g_signal_emit (self, signals[LOST], 0);
}

/* A source has no end of its own: its device went. */
static gboolean
is_loss (PhoneDevicePipeline *self, GstMessage *message)
{
  gboolean is_source =
      self->role == PHONE_ROLE_MICROPHONE || self->role == PHONE_ROLE_CAMERA;

  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR ||
         (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS && is_source);
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer data)
{
  g_autoptr (PhoneDevicePipeline) self = g_object_ref (data);

  if (is_loss (self, message)) {
    try_again (self);
    return G_SOURCE_REMOVE;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    phone_device_pipeline_close (self);
    g_signal_emit (self, signals[ENDED], 0);
    return G_SOURCE_REMOVE;
  }
  g_signal_emit (self, signals[MESSAGE], 0, message);
  return G_SOURCE_CONTINUE;
}

/* Takes device. */
static void
start (PhoneDevicePipeline *self, GstElement *device)
{
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add (GST_BIN (self->pipeline), device);
  gst_object_unref (device);
  g_signal_emit (self, signals[OPENED], 0, device);
  bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->bus_watch = gst_bus_add_watch (bus, on_bus_message, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  PhoneDevicePipeline *self = data;
  g_autoptr (GError) error = NULL;
  GstElement *device = phone_device_open_finish (result, &error);

  /* Who cancels it may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->opening);
  if (device)
    start (self, device);
  else
    try_again (self);
}

void
phone_device_pipeline_open (PhoneDevicePipeline *self)
{
  phone_device_pipeline_close (self);
  self->opening = g_cancellable_new ();
  phone_equipment_open_async (self->equipment, self->role, self->opening, on_opened,
                              self);
}

static void
on_equipment_changed (PhoneEquipment *equipment, guint role, PhoneDevicePipeline *self)
{
  if (role == self->role && (self->pipeline || self->opening))
    phone_device_pipeline_open (self);
}

static void
phone_device_pipeline_dispose (GObject *object)
{
  PhoneDevicePipeline *self = PHONE_DEVICE_PIPELINE (object);

  phone_device_pipeline_close (self);
  g_clear_object (&self->equipment);
  G_OBJECT_CLASS (phone_device_pipeline_parent_class)->dispose (object);
}

static guint
new_signal (const char *name, GType argument)
{
  return g_signal_new (name, PHONE_TYPE_DEVICE_PIPELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                       NULL, G_TYPE_NONE, argument == G_TYPE_NONE ? 0 : 1, argument);
}

static void
phone_device_pipeline_class_init (PhoneDevicePipelineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_device_pipeline_dispose;
  signals[OPENED] = new_signal ("opened", GST_TYPE_ELEMENT);
  signals[MESSAGE] = new_signal ("message", GST_TYPE_MESSAGE);
  signals[ENDED] = new_signal ("ended", G_TYPE_NONE);
  signals[LOST] = new_signal ("lost", G_TYPE_NONE);
}

static void
phone_device_pipeline_init (PhoneDevicePipeline *self)
{
}

PhoneDevicePipeline *
phone_device_pipeline_new (PhoneEquipment *equipment, PhoneRole role)
{
  PhoneDevicePipeline *self = g_object_new (PHONE_TYPE_DEVICE_PIPELINE, NULL);

  self->equipment = g_object_ref (equipment);
  self->role = role;
  g_signal_connect_object (equipment, "changed", G_CALLBACK (on_equipment_changed), self,
                           0);
  return self;
}

GstElement *
phone_device_pipeline_get_pipeline (PhoneDevicePipeline *self)
{
  return self->pipeline;
}

PhoneRole
phone_device_pipeline_get_role (PhoneDevicePipeline *self)
{
  return self->role;
}
