/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devices-private.h"
#include "phone-media-session.h"
#include "phone-media-work.h"

#include <unistd.h>

typedef struct {
  PhoneDeviceKind kind;
  GstDevice *device; /* NULL: the system's */
  gboolean is_remote;
  int fd; /* of a remote; -1: none */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  gst_clear_object (&order->device);
  if (order->fd >= 0)
    close (order->fd);
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
static GstStructure *
make_purpose (PhoneDeviceKind kind)
{
  if (kind == PHONE_DEVICE_CAMERA)
    return gst_structure_new ("props", "media.type", G_TYPE_STRING, "Video",
                              "media.category", G_TYPE_STRING, "Capture", "media.role",
                              G_TYPE_STRING, "Camera", NULL);
  return gst_structure_new ("props", "media.role", G_TYPE_STRING, "phone", NULL);
}

static GstElement *
name_purpose_any_thread (GstElement *element, PhoneDeviceKind kind)
{
  if (element &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), "stream-properties")) {
    g_autoptr (GstStructure) properties = make_purpose (kind);

    g_object_set (element, "stream-properties", properties, NULL);
  }
  return element;
}

static GstElement *
open_named_any_thread (GstDevice *device, PhoneDeviceKind kind)
{
  GstElement *element = gst_device_create_element (device, NULL);

  return take_if_open_any_thread (name_purpose_any_thread (element, kind));
}

/* Both sound servers speak PulseAudio. */
static GstElement *
open_default_any_thread (PhoneDeviceKind kind)
{
  static const char *const factories[PHONE_DEVICE_N_KINDS] = {
      "pulsesrc",
      "pulsesink",
      "v4l2src",
  };
  GstElement *element = gst_element_factory_make (factories[kind], NULL);

  return take_if_open_any_thread (name_purpose_any_thread (element, kind));
}

static void
close_fd (gpointer fd)
{
  close (GPOINTER_TO_INT (fd));
}

/* The element connects over a copy of it, but knows the connection by its number: it stays
 * open as long. */
static GstElement *
open_remote_any_thread (Order *order)
{
  GstElement *element =
      order->fd < 0 ? NULL : gst_element_factory_make ("pipewiresrc", NULL);

  if (!element)
    return NULL;
  g_object_set (element, "fd", order->fd, NULL);
  g_object_set_data_full (G_OBJECT (element), "phone-remote", GINT_TO_POINTER (order->fd),
                          close_fd);
  order->fd = -1;
  return take_if_open_any_thread (name_purpose_any_thread (element, PHONE_DEVICE_CAMERA));
}

/* PipeWire 0.3: pictures have the camera's time less the base time of our clock, which may
 * be another one: all are then of one moment, and all but the first are dropped. */
static GstPadProbeReturn
stamp_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstClock) clock = element ? gst_element_get_clock (element) : NULL;
  GstBuffer *buffer = NULL;

  if (!clock)
    return GST_PAD_PROBE_OK;
  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_BUFFER_PTS (buffer) =
      gst_clock_get_time (clock) - gst_element_get_base_time (element);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  info->data = buffer;
  return GST_PAD_PROBE_OK;
}

static void
stamp_pictures_any_thread (GstElement *camera)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (camera, "src");
  GstElementFactory *factory = gst_element_get_factory (camera);

  if (pad && factory && g_str_equal (GST_OBJECT_NAME (factory), "pipewiresrc"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, stamp_any_thread, NULL, NULL);
}

static GstElement *
open_ordered_any_thread (Order *order)
{
  GstElement *element = NULL;

  if (order->is_remote)
    return open_remote_any_thread (order);
  if (order->device)
    element = open_named_any_thread (order->device, order->kind);
  return element ? element : open_default_any_thread (order->kind);
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
  GstElement *element = open_ordered_any_thread (order);

  if (element && order->kind == PHONE_DEVICE_CAMERA)
    stamp_pictures_any_thread (element);
  if (element)
    g_task_return_pointer (task, element, destroy_unwanted);
  else
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                             "no device opens");
  phone_media_work_end_any_thread ();
}

/* Takes order. */
static void
run_order (Order *order,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, order, order_free);
  g_task_set_source_tag (task, run_order);
  phone_media_work_begin_any_thread ();
  g_task_run_in_thread (task, open_any_thread);
}

void
phone_device_open_async (PhoneDeviceKind kind,
                         PhoneDevice *device,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Order *order = g_new0 (Order, 1);

  order->kind = kind;
  order->device = device ? gst_object_ref (phone_device_get_gst (device)) : NULL;
  order->fd = -1;
  run_order (order, cancellable, callback, user_data);
}

void
phone_device_open_remote_async (int fd,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  Order *order = g_new0 (Order, 1);

  order->kind = PHONE_DEVICE_CAMERA;
  order->is_remote = TRUE;
  order->fd = fd;
  run_order (order, cancellable, callback, user_data);
}

GstElement *
phone_device_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
