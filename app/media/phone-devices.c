/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devices-private.h"
#include "phone-media-work.h"

struct _PhoneDevice {
  GObject parent_instance;
  GstDevice *device;
  char *id;
  char *name;
  guint listing; /* that it was last seen in */
};

G_DEFINE_FINAL_TYPE (PhoneDevice, phone_device, G_TYPE_OBJECT)

struct _PhoneDevices {
  GObject parent_instance;

  /* owned */
  GstDeviceMonitor *monitor;
  GThread *starter;
  GListStore *models[PHONE_DEVICE_N_KINDS];
  guint watch;

  guint listing; /* grows each time that all are listed anew */
  gboolean is_listing;
  gboolean has_pipewire;
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

/* Sound goes by PulseAudio, which PipeWire speaks: PipeWire's own elements for it corrupt
 * memory in 0.3.65. */
static gboolean
is_of_pipewire (GstDevice *device)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (device), "GstPipeWireDevice");
}

static gboolean
is_known_twice (GstDevice *device, PhoneDeviceKind kind)
{
  return kind != PHONE_DEVICE_CAMERA && is_of_pipewire (device);
}

/* -1: none that is listed. */
static int
kind_of (GstDevice *device)
{
  for (int i = 0; i < (int)G_N_ELEMENTS (classes); i++)
    if (gst_device_has_classes (device, classes[i]))
      return is_known_twice (device, (PhoneDeviceKind)i) ? -1 : i;
  return -1;
}

/* NULL: there is none; the caller owns the reference. */
static PhoneDevice *
dup_by_id (GListStore *store, const char *id, guint *position)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (G_LIST_MODEL (store), i);

    if (g_str_equal (device->id, id)) {
      *position = i;
      return g_steal_pointer (&device);
    }
  }
  return NULL;
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

/* What it was known by is of a server that may be gone. */
static void
see_again (PhoneDevice *item, GstDevice *device, guint listing)
{
  if (item->listing != listing)
    gst_object_replace ((GstObject **)&item->device, GST_OBJECT (device));
  item->listing = listing;
}

/* A camera is seen by PipeWire and by the kernel, on one path. */
static void
add_device (PhoneDevices *self, GstDevice *device)
{
  int kind = kind_of (device);
  g_autofree char *id = dup_id (device);
  g_autofree char *path = dup_path (device);
  g_autoptr (PhoneDevice) item = NULL;
  guint position = 0;

  self->has_pipewire |= is_of_pipewire (device);
  if (kind < 0 || is_monitor (device))
    return;
  item = dup_by_id (self->models[kind], id, &position);
  if (item) {
    see_again (item, device, self->listing);
    return;
  }
  if (kind == PHONE_DEVICE_CAMERA && has_path (G_LIST_MODEL (self->models[kind]), path))
    return;
  item = g_object_new (PHONE_TYPE_DEVICE, NULL);
  item->device = gst_object_ref (device);
  item->id = g_steal_pointer (&id);
  item->name = gst_device_get_display_name (device);
  item->listing = self->listing;
  g_list_store_append (self->models[kind], item);
}

static void
remove_device (PhoneDevices *self, GstDevice *device)
{
  int kind = kind_of (device);
  g_autofree char *id = dup_id (device);
  g_autoptr (PhoneDevice) item = NULL;
  guint position = 0;

  if (kind >= 0)
    item = dup_by_id (self->models[kind], id, &position);
  if (item)
    g_list_store_remove (self->models[kind], position);
}

/* What was there before, and was not listed again. */
static void
remove_unlisted (PhoneDevices *self, GListStore *store)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (G_LIST_MODEL (store), i - 1);

    if (device->listing != self->listing)
      g_list_store_remove (store, i - 1);
  }
}

static void
end_listing (PhoneDevices *self)
{
  self->is_listing = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (self->models); i++)
    remove_unlisted (self, self->models[i]);
  if (self->is_ready)
    return;
  self->is_ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
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
    end_listing (self);
  }
  return G_SOURCE_CONTINUE;
}

/* ---- The monitor: whoever it asks may be slow, or gone ---- */

typedef struct {
  GstDeviceMonitor *monitor;
  GThread *before; /* that started it; NULL: nothing did */
} Work;

/* Takes work, and waits for who was before. */
static void
end_work_any_thread (Work *work)
{
  if (work->before && GPOINTER_TO_INT (g_thread_join (work->before)))
    gst_device_monitor_stop (work->monitor);
  gst_object_unref (work->monitor);
  g_free (work);
  phone_media_work_end_any_thread ();
}

/* What was there already is told by the providers while they start. They ask their server
 * anew after they were stopped; 1.22 does not listen to them for a second monitor. */
static gpointer
start_any_thread (gpointer data)
{
  Work *work = data;
  g_autoptr (GstDeviceMonitor) monitor = gst_object_ref (work->monitor);
  g_autoptr (GstBus) bus = gst_device_monitor_get_bus (monitor);
  gboolean is_started = FALSE;

  end_work_any_thread (work);
  is_started = gst_device_monitor_start (monitor);
  gst_bus_post (bus, gst_message_new_application (GST_OBJECT (monitor),
                                                  gst_structure_new_empty ("ready")));
  phone_media_work_end_any_thread ();
  return GINT_TO_POINTER (is_started);
}

static gpointer
stop_any_thread (gpointer work)
{
  end_work_any_thread (work);
  return NULL;
}

static Work *
begin_work (PhoneDevices *self)
{
  Work *work = g_new0 (Work, 1);

  phone_media_work_begin_any_thread ();
  work->monitor = gst_object_ref (self->monitor);
  work->before = g_steal_pointer (&self->starter);
  return work;
}

static void
start_monitor (PhoneDevices *self)
{
  Work *work = begin_work (self);

  self->is_listing = TRUE;
  phone_media_work_begin_any_thread ();
  self->starter = g_thread_new ("devices-start", start_any_thread, work);
}

static void
stop_monitor (PhoneDevices *self)
{
  g_thread_unref (g_thread_new ("devices-stop", stop_any_thread, begin_work (self)));
  g_clear_pointer (&self->monitor, gst_object_unref);
}

void
phone_devices_list_again (PhoneDevices *self)
{
  /* PipeWire's provider, once stopped, uses devices that are gone (0.3.65). What opens by
   * name opens all the same. */
  if (self->is_listing || self->has_pipewire)
    return;
  self->listing++;
  start_monitor (self);
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
  guint position = 0;

  return dup_by_id (self->models[kind], id, &position);
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
