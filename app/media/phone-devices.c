/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devices-private.h"

struct _PhoneDevice {
  GObject parent_instance;
  GstDevice *device;
  char *id;
  char *name;
};

G_DEFINE_FINAL_TYPE (PhoneDevice, phone_device, G_TYPE_OBJECT)

struct _PhoneDevices {
  GObject parent_instance;

  /* owned */
  GstDeviceMonitor *monitor;
  GListStore *models[3]; /* by PhoneDeviceKind */
  guint watch;
};

G_DEFINE_FINAL_TYPE (PhoneDevices, phone_devices, G_TYPE_OBJECT)

static const char *const classes[] = {"Audio/Source", "Audio/Sink", "Video/Source"};

/* ---- One device ---- */

static void
phone_device_finalize (GObject *object)
{
  PhoneDevice *self = PHONE_DEVICE (object);

  gst_clear_object (&self->device);
  g_free (self->id);
  g_free (self->name);
  G_OBJECT_CLASS (phone_device_parent_class)->finalize (object);
}

static void
phone_device_class_init (PhoneDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_device_finalize;
}

static void
phone_device_init (PhoneDevice *self)
{
}

const char *
phone_device_get_id (PhoneDevice *self)
{
  return self->id;
}

const char *
phone_device_get_name (PhoneDevice *self)
{
  return self->name;
}

/* PulseAudio and PipeWire name a device for good; a camera by its path at least. */
static char *
dup_id (GstDevice *device)
{
  static const char *const keys[] = {"node.name", "device.path", "api.v4l2.path"};
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  g_autofree char *internal = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name"))
    g_object_get (device, "internal-name", &internal, NULL);
  if (internal)
    return g_steal_pointer (&internal);
  for (guint i = 0; properties && i < G_N_ELEMENTS (keys); i++)
    if (gst_structure_has_field_typed (properties, keys[i], G_TYPE_STRING))
      return g_strdup (gst_structure_get_string (properties, keys[i]));
  return gst_device_get_display_name (device);
}

static gboolean
is_monitor (GstDevice *device)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  const char *class =
      properties ? gst_structure_get_string (properties, "device.class") : NULL;

  return g_strcmp0 (class, "monitor") == 0;
}

/* ---- All of them ---- */

static int
kind_of (GstDevice *device)
{
  for (int i = 0; i < (int)G_N_ELEMENTS (classes); i++)
    if (gst_device_has_classes (device, classes[i]))
      return i;
  return -1;
}

static gboolean
find (GListModel *model, const char *id, guint *position)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (model, i);

    if (g_str_equal (device->id, id)) {
      *position = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* Where PipeWire also speaks PulseAudio, every device is seen twice, under one name. */
static void
add_device (PhoneDevices *self, GstDevice *device)
{
  int kind = kind_of (device);
  g_autofree char *id = dup_id (device);
  g_autoptr (PhoneDevice) item = NULL;
  guint position = 0;

  if (kind < 0 || is_monitor (device) ||
      find (G_LIST_MODEL (self->models[kind]), id, &position))
    return;
  item = g_object_new (PHONE_TYPE_DEVICE, NULL);
  item->device = gst_object_ref (device);
  item->id = g_steal_pointer (&id);
  item->name = gst_device_get_display_name (device);
  g_list_store_append (self->models[kind], item);
}

static void
remove_device (PhoneDevices *self, GstDevice *device)
{
  int kind = kind_of (device);
  g_autofree char *id = dup_id (device);
  guint position = 0;

  if (kind >= 0 && find (G_LIST_MODEL (self->models[kind]), id, &position))
    g_list_store_remove (self->models[kind], position);
}

static gboolean
on_monitor_message (GstBus *bus, GstMessage *message, gpointer data)
{
  PhoneDevices *self = data;
  g_autoptr (GstDevice) device = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED) {
    gst_message_parse_device_added (message, &device);
    add_device (self, device);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_REMOVED) {
    gst_message_parse_device_removed (message, &device);
    remove_device (self, device);
  }
  return G_SOURCE_CONTINUE;
}

static void
phone_devices_dispose (GObject *object)
{
  PhoneDevices *self = PHONE_DEVICES (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->monitor)
    gst_device_monitor_stop (self->monitor);
  gst_clear_object (&self->monitor);
  for (guint i = 0; i < G_N_ELEMENTS (self->models); i++)
    g_clear_object (&self->models[i]);
  G_OBJECT_CLASS (phone_devices_parent_class)->dispose (object);
}

static void
phone_devices_class_init (PhoneDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_devices_dispose;
}

static void
phone_devices_init (PhoneDevices *self)
{
  g_autoptr (GstBus) bus = NULL;
  GList *devices = NULL;

  self->monitor = gst_device_monitor_new ();
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    self->models[i] = g_list_store_new (PHONE_TYPE_DEVICE);
    gst_device_monitor_add_filter (self->monitor, classes[i], NULL);
  }
  bus = gst_device_monitor_get_bus (self->monitor);
  self->watch = gst_bus_add_watch (bus, on_monitor_message, self);
  gst_device_monitor_start (self->monitor);
  devices = gst_device_monitor_get_devices (self->monitor);
  for (GList *link = devices; link; link = link->next)
    add_device (self, link->data);
  g_list_free_full (devices, gst_object_unref);
}

PhoneDevices *
phone_devices_new (void)
{
  return g_object_new (PHONE_TYPE_DEVICES, NULL);
}

GListModel *
phone_devices_get_microphones (PhoneDevices *self)
{
  return G_LIST_MODEL (self->models[PHONE_DEVICE_MICROPHONE]);
}

GListModel *
phone_devices_get_speakers (PhoneDevices *self)
{
  return G_LIST_MODEL (self->models[PHONE_DEVICE_SPEAKER]);
}

GListModel *
phone_devices_get_cameras (PhoneDevices *self)
{
  return G_LIST_MODEL (self->models[PHONE_DEVICE_CAMERA]);
}

/* ---- Elements ---- */

static GstElement *
take_if_open (GstElement *element)
{
  if (!element)
    return NULL;
  if (gst_element_set_state (element, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE)
    return element;
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (gst_object_ref_sink (element));
  return NULL;
}

static GstElement *
make_named (PhoneDeviceKind kind, const char *id)
{
  g_autoptr (PhoneDevices) devices = phone_devices_new ();
  GListModel *model = G_LIST_MODEL (devices->models[kind]);
  g_autoptr (PhoneDevice) device = NULL;
  guint position = 0;

  if (!find (model, id, &position))
    return NULL;
  device = g_list_model_get_item (model, position);
  return take_if_open (gst_device_create_element (device->device, "source"));
}

/* Both sound servers speak PulseAudio. */
static GstElement *
make_default (PhoneDeviceKind kind)
{
  static const char *const factories[][3] = {
      {"pulsesrc"},
      {"pulsesink", NULL},
      {"pipewiresrc", "v4l2src", NULL},
  };

  for (guint i = 0; factories[kind][i]; i++) {
    GstElement *element = gst_element_factory_make (factories[kind][i], "source");

    element = take_if_open (element);
    if (element)
      return element;
  }
  return NULL;
}

GstElement *
phone_device_make_element (PhoneDeviceKind kind, const char *id)
{
  GstElement *element = id ? make_named (kind, id) : NULL;

  return element ? element : make_default (kind);
}
