/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devices-private.h"
#include "phone-media-work.h"

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
  GThread *starter;
  GListStore *models[PHONE_DEVICE_N_KINDS];
  guint watch;

  gboolean is_ready;
};

enum { PROP_DEVICE_0, PROP_ID, PROP_NAME, N_DEVICE_PROPS };
enum { PROP_0, PROP_READY, N_PROPS };

static GParamSpec *device_props[N_DEVICE_PROPS];
static GParamSpec *props[N_PROPS];

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
phone_device_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  PhoneDevice *self = PHONE_DEVICE (object);

  switch (prop_id) {
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_device_class_init (PhoneDeviceClass *klass)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = phone_device_get_property;
  G_OBJECT_CLASS (klass)->finalize = phone_device_finalize;
  device_props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  device_props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_DEVICE_PROPS,
                                     device_props);
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

GstDevice *
phone_device_get_gst (PhoneDevice *self)
{
  return self->device;
}

/* The first of these that the device has. */
static char *
dup_property (GstDevice *device, const char *const *keys)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);

  for (guint i = 0; properties && keys[i]; i++)
    if (gst_structure_has_field_typed (properties, keys[i], G_TYPE_STRING))
      return g_strdup (gst_structure_get_string (properties, keys[i]));
  return NULL;
}

/* PulseAudio and PipeWire name a device for good; a camera by its path at least. */
static char *
dup_id (GstDevice *device)
{
  static const char *const keys[] = {"node.name", "device.path", "api.v4l2.path", NULL};
  g_autofree char *internal = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name"))
    g_object_get (device, "internal-name", &internal, NULL);
  if (!internal)
    internal = dup_property (device, keys);
  return internal ? g_steal_pointer (&internal) : gst_device_get_display_name (device);
}

/* Where a camera is; NULL: it has none, or is no camera. */
static char *
dup_path (GstDevice *device)
{
  static const char *const keys[] = {"api.v4l2.path", "device.path", NULL};

  return dup_property (device, keys);
}

static gboolean
is_monitor (GstDevice *device)
{
  static const char *const keys[] = {"device.class", NULL};
  g_autofree char *class = dup_property (device, keys);

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

static gboolean
has_path (GListModel *model, const char *path)
{
  for (guint i = 0; path && i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (model, i);
    g_autofree char *other = dup_path (device->device);

    if (g_strcmp0 (other, path) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Where PipeWire also speaks PulseAudio, a device is seen twice under one name; a camera
 * is seen by PipeWire and by the kernel, on one path. */
static void
add_device (PhoneDevices *self, GstDevice *device)
{
  int kind = kind_of (device);
  g_autofree char *id = dup_id (device);
  g_autofree char *path = dup_path (device);
  g_autoptr (PhoneDevice) item = NULL;
  guint position = 0;

  if (kind < 0 || is_monitor (device) ||
      find (G_LIST_MODEL (self->models[kind]), id, &position) ||
      (kind == PHONE_DEVICE_CAMERA && has_path (G_LIST_MODEL (self->models[kind]), path)))
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
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_APPLICATION) {
    self->is_ready = TRUE;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
  }
  return G_SOURCE_CONTINUE;
}

/* ---- The monitor: whoever it asks may be slow, or gone ---- */

/* What was there already is told by the providers while they start. */
static gpointer
start_any_thread (gpointer data)
{
  g_autoptr (GstDeviceMonitor) monitor = data;
  g_autoptr (GstBus) bus = gst_device_monitor_get_bus (monitor);
  gboolean is_started = gst_device_monitor_start (monitor);

  gst_bus_post (bus, gst_message_new_application (GST_OBJECT (monitor),
                                                  gst_structure_new_empty ("ready")));
  phone_media_work_end_any_thread ();
  return GINT_TO_POINTER (is_started);
}

typedef struct {
  GstDeviceMonitor *monitor;
  GThread *starter;
} Stop;

static gpointer
stop_any_thread (gpointer data)
{
  Stop *stop = data;

  if (GPOINTER_TO_INT (g_thread_join (stop->starter)))
    gst_device_monitor_stop (stop->monitor);
  gst_object_unref (stop->monitor);
  g_free (stop);
  phone_media_work_end_any_thread ();
  return NULL;
}

static void
start_monitor (PhoneDevices *self)
{
  phone_media_work_begin_any_thread ();
  self->starter =
      g_thread_new ("devices-start", start_any_thread, gst_object_ref (self->monitor));
}

static void
stop_monitor (PhoneDevices *self)
{
  Stop *stop = g_new0 (Stop, 1);

  stop->monitor = g_steal_pointer (&self->monitor);
  stop->starter = g_steal_pointer (&self->starter);
  phone_media_work_begin_any_thread ();
  g_thread_unref (g_thread_new ("devices-stop", stop_any_thread, stop));
}

static void
phone_devices_dispose (GObject *object)
{
  PhoneDevices *self = PHONE_DEVICES (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->monitor)
    stop_monitor (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->models); i++)
    g_clear_object (&self->models[i]);
  G_OBJECT_CLASS (phone_devices_parent_class)->dispose (object);
}

static void
phone_devices_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhoneDevices *self = PHONE_DEVICES (object);

  switch (prop_id) {
  case PROP_READY:
    g_value_set_boolean (value, self->is_ready);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_devices_class_init (PhoneDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_devices_dispose;
  G_OBJECT_CLASS (klass)->get_property = phone_devices_get_property;
  props[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
phone_devices_init (PhoneDevices *self)
{
  g_autoptr (GstBus) bus = NULL;

  self->monitor = gst_device_monitor_new ();
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    self->models[i] = g_list_store_new (PHONE_TYPE_DEVICE);
    gst_device_monitor_add_filter (self->monitor, classes[i], NULL);
  }
  bus = gst_device_monitor_get_bus (self->monitor);
  self->watch = gst_bus_add_watch (bus, on_monitor_message, self);
  start_monitor (self);
}

PhoneDevices *
phone_devices_new (void)
{
  return g_object_new (PHONE_TYPE_DEVICES, NULL);
}

gboolean
phone_devices_get_ready (PhoneDevices *self)
{
  return self->is_ready;
}

GListModel *
phone_devices_get_model (PhoneDevices *self, PhoneDeviceKind kind)
{
  return G_LIST_MODEL (self->models[kind]);
}

PhoneDevice *
phone_devices_dup_device (PhoneDevices *self, PhoneDeviceKind kind, const char *id)
{
  GListModel *model = G_LIST_MODEL (self->models[kind]);
  guint position = 0;

  return find (model, id, &position) ? g_list_model_get_item (model, position) : NULL;
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
