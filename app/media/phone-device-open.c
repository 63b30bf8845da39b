/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devices-private.h"
#include "phone-media-session.h"
#include "phone-media-work.h"

typedef struct {
  PhoneDeviceKind kind;
  GstDevice *device; /* NULL: the system's */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  gst_clear_object (&order->device);
  g_free (order);
}

static void
stop_any_thread (GstElement *element, gpointer unused)
{
  gst_element_set_state (element, GST_STATE_NULL);
  phone_media_work_end_any_thread ();
}

void
phone_device_close (GstElement *element)
{
  phone_media_work_begin_any_thread ();
  gst_element_call_async (element, stop_any_thread, NULL, NULL);
  gst_object_unref (element);
}

/* Takes a floating element. */
static GstElement *
take_if_open_any_thread (GstElement *element)
{
  if (!element)
    return NULL;
  gst_object_ref_sink (element);
  if (gst_element_set_state (element, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE)
    return element;
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
  return NULL;
}

/* What the sound server may do with it: lower the music, remember a volume of its own. */
static GstElement *
name_purpose_any_thread (GstElement *element)
{
  if (element &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), "stream-properties")) {
    g_autoptr (GstStructure) properties =
        gst_structure_new ("props", "media.role", G_TYPE_STRING, "phone", NULL);

    g_object_set (element, "stream-properties", properties, NULL);
  }
  return element;
}

static GstElement *
open_named_any_thread (GstDevice *device)
{
  GstElement *element = gst_device_create_element (device, NULL);

  return take_if_open_any_thread (name_purpose_any_thread (element));
}

/* Both sound servers speak PulseAudio. */
static GstElement *
open_default_any_thread (PhoneDeviceKind kind)
{
  static const char *const factories[PHONE_DEVICE_N_KINDS][3] = {
      {"pulsesrc"},
      {"pulsesink"},
      {"pipewiresrc", "v4l2src"},
  };

  for (guint i = 0; factories[kind][i]; i++) {
    GstElement *element = gst_element_factory_make (factories[kind][i], NULL);

    element = take_if_open_any_thread (name_purpose_any_thread (element));
    if (element)
      return element;
  }
  return NULL;
}

static void
destroy_unwanted (gpointer element)
{
  phone_device_close (element);
}

static void
open_any_thread (GTask *task,
                 gpointer source,
                 gpointer task_data,
                 GCancellable *cancellable)
{
  Order *order = task_data;
  GstElement *element = order->device ? open_named_any_thread (order->device) : NULL;

  if (!element)
    element = open_default_any_thread (order->kind);
  if (element)
    g_task_return_pointer (task, element, destroy_unwanted);
  else
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                             "no device opens");
  phone_media_work_end_any_thread ();
}

void
phone_device_open_async (PhoneDeviceKind kind,
                         PhoneDevice *device,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Order *order = g_new0 (Order, 1);

  order->kind = kind;
  order->device = device ? gst_object_ref (phone_device_get_gst (device)) : NULL;
  g_task_set_task_data (task, order, order_free);
  g_task_set_source_tag (task, phone_device_open_async);
  phone_media_work_begin_any_thread ();
  g_task_run_in_thread (task, open_any_thread);
}

GstElement *
phone_device_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
