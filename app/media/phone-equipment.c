/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-equipment.h"

#include "phone-devices-private.h"
#include "phone-media-capture.h"

#include <unistd.h>

struct _PhoneEquipment {
  GObject parent_instance;

  /* owned */
  PhoneDevices *devices; /* NULL: nobody asked yet */
  char *chosen[PHONE_N_ROLES];
  PhoneDevice *current[PHONE_N_ROLES]; /* NULL: the system's */

  GQueue askers; /* GTask, owned: who waits for a camera to be let in */

  PhoneTreatment treatment;
  gboolean is_camera_remote;
  gboolean is_camera_refused; /* the last time */
  gint64 listed_us;           /* when the devices were last listed anew */
};

/* "plugged" is for those who wait: a device of the role's kind came. */
enum { CHANGED, PLUGGED, CAMERA_WANTED, N_SIGNALS };

/* A server that is there and has no microphone is not asked for more each second. */
#define LIST_PACE_US (10 * G_TIME_SPAN_SECOND)

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneEquipment, phone_equipment, G_TYPE_OBJECT)

static const PhoneDeviceKind kinds[PHONE_N_ROLES] = {
    [PHONE_ROLE_MICROPHONE] = PHONE_DEVICE_MICROPHONE,
    [PHONE_ROLE_SPEAKER] = PHONE_DEVICE_SPEAKER,
    [PHONE_ROLE_RINGER] = PHONE_DEVICE_SPEAKER,
    [PHONE_ROLE_CAMERA] = PHONE_DEVICE_CAMERA,
};

/* Sound servers have a default for sound; PipeWire waits without a word for a camera that
 * is not there, so it is asked for one that is. */
static PhoneDevice *
dup_wanted (PhoneEquipment *self, PhoneRole role)
{
  PhoneDevice *device = NULL;

  if (!self->devices)
    return NULL;
  if (*self->chosen[role])
    device = phone_devices_dup_device (self->devices, kinds[role], self->chosen[role]);
  if (!device && role == PHONE_ROLE_CAMERA)
    device = g_list_model_get_item (phone_devices_get_cameras (self->devices), 0);
  return device;
}

static void
resolve (PhoneEquipment *self, PhoneRole role)
{
  g_autoptr (PhoneDevice) device = dup_wanted (self, role);

  if (g_set_object (&self->current[role], device))
    g_signal_emit (self, signals[CHANGED], 0, (guint)role);
}

static void
on_devices_changed (
    GListModel *model, guint position, guint removed, guint added, PhoneEquipment *self)
{
  for (guint i = 0; i < PHONE_N_ROLES; i++) {
    if (phone_devices_get_model (self->devices, kinds[i]) != model)
      continue;
    resolve (self, (PhoneRole)i);
    if (added > 0)
      g_signal_emit (self, signals[PLUGGED], 0, i);
  }
}

static void
look_for_devices (PhoneEquipment *self)
{
  if (self->devices)
    return;
  self->devices = phone_devices_new ();
  for (guint i = 0; i < PHONE_DEVICE_N_KINDS; i++)
    g_signal_connect_object (phone_devices_get_model (self->devices, (PhoneDeviceKind)i),
                             "items-changed", G_CALLBACK (on_devices_changed), self, 0);
}

static void
phone_equipment_dispose (GObject *object)
{
  PhoneEquipment *self = PHONE_EQUIPMENT (object);

  g_clear_object (&self->devices);
  for (guint i = 0; i < PHONE_N_ROLES; i++)
    g_clear_object (&self->current[i]);
  G_OBJECT_CLASS (phone_equipment_parent_class)->dispose (object);
}

static void
phone_equipment_finalize (GObject *object)
{
  PhoneEquipment *self = PHONE_EQUIPMENT (object);

  for (guint i = 0; i < PHONE_N_ROLES; i++)
    g_free (self->chosen[i]);
  G_OBJECT_CLASS (phone_equipment_parent_class)->finalize (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, PHONE_TYPE_EQUIPMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
phone_equipment_class_init (PhoneEquipmentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_equipment_dispose;
  G_OBJECT_CLASS (klass)->finalize = phone_equipment_finalize;
  signals[CHANGED] = new_signal ("changed");
  signals[PLUGGED] = new_signal ("plugged");
  signals[CAMERA_WANTED] =
      g_signal_new ("camera-wanted", PHONE_TYPE_EQUIPMENT, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_equipment_init (PhoneEquipment *self)
{
  for (guint i = 0; i < PHONE_N_ROLES; i++)
    self->chosen[i] = g_strdup ("");
  self->treatment = PHONE_TREATMENT_ALL;
}

PhoneEquipment *
phone_equipment_new (void)
{
  return g_object_new (PHONE_TYPE_EQUIPMENT, NULL);
}

PhoneDevices *
phone_equipment_get_devices (PhoneEquipment *self)
{
  look_for_devices (self);
  return self->devices;
}

void
phone_equipment_set_device (PhoneEquipment *self, PhoneRole role, const char *id)
{
  if (!id)
    id = "";
  if (g_str_equal (self->chosen[role], id))
    return;
  g_free (self->chosen[role]);
  self->chosen[role] = g_strdup (id);
  if (*id)
    look_for_devices (self);
  resolve (self, role);
}

const char *
phone_equipment_get_device (PhoneEquipment *self, PhoneRole role)
{
  return self->chosen[role];
}

void
phone_equipment_set_treatment (PhoneEquipment *self, PhoneTreatment treatment)
{
  if (self->treatment == treatment)
    return;
  self->treatment = treatment;
  g_signal_emit (self, signals[CHANGED], 0, (guint)PHONE_ROLE_MICROPHONE);
}

PhoneTreatment
phone_equipment_get_treatment (PhoneEquipment *self)
{
  return self->treatment;
}

gboolean
phone_equipment_can_treat (void)
{
  return phone_media_capture_can_treat ();
}

/* ---- A camera that is let in ---- */

static void
destroy_unwanted (gpointer element)
{
  phone_device_close (element);
}

void
phone_equipment_set_camera_remote (PhoneEquipment *self, gboolean is_remote)
{
  self->is_camera_remote = is_remote;
}

static void
ask_for_camera (PhoneEquipment *self,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ask_for_camera);
  g_queue_push_tail (&self->askers, task);
  g_signal_emit (self, signals[CAMERA_WANTED], 0);
}

static void
on_camera_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GstElement *element = phone_device_open_finish (result, &error);

  if (element)
    g_task_return_pointer (task, element, destroy_unwanted);
  else
    g_task_return_error (task, error);
}

/* The oldest who still waits; NULL: nobody. Owned. */
static GTask *
pop_asker (PhoneEquipment *self)
{
  GTask *task = g_queue_pop_head (&self->askers);

  while (task != NULL && g_task_return_error_if_cancelled (task)) {
    g_object_unref (task);
    task = g_queue_pop_head (&self->askers);
  }
  return task;
}

void
phone_equipment_give_camera (PhoneEquipment *self, int fd)
{
  GTask *task = pop_asker (self);

  self->is_camera_refused = fd < 0;
  if (task == NULL) {
    if (fd >= 0)
      close (fd);
    return;
  }
  phone_device_open_remote_async (fd, g_task_get_cancellable (task), on_camera_opened,
                                  task);
}

/* ---- Opening ---- */

void
phone_equipment_open_async (PhoneEquipment *self,
                            PhoneRole role,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  if (self)
    look_for_devices (self);
  if (self && role == PHONE_ROLE_CAMERA && self->is_camera_remote) {
    ask_for_camera (self, cancellable, callback, user_data);
    return;
  }
  phone_device_open_async (kinds[role], self ? self->current[role] : NULL, cancellable,
                           callback, user_data);
}

/* ---- Who waits ---- */

typedef struct {
  PhoneRole role;
  GSource *timer;   /* owned */
  gulong following; /* of "plugged" */
} Wait;

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  g_source_unref (wait->timer);
  g_free (wait);
}

/* What opens after something was lost may be of another server than before. */
static void
doubt_devices (PhoneEquipment *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!self->devices || now_us - self->listed_us < LIST_PACE_US)
    return;
  self->listed_us = now_us;
  phone_devices_list_again (self->devices);
}

static void
on_opened_later (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PhoneEquipment *self = g_task_get_source_object (task);
  GError *error = NULL;
  GstElement *element = phone_device_open_finish (result, &error);

  if (!element) {
    g_task_return_error (task, error);
    return;
  }
  if (self)
    doubt_devices (self);
  g_task_return_pointer (task, element, destroy_unwanted);
}

static gboolean
on_wait_over (gpointer data)
{
  GTask *task = data;
  Wait *wait = g_task_get_task_data (task);
  PhoneEquipment *self = g_task_get_source_object (task);

  if (wait->following)
    g_signal_handler_disconnect (self, wait->following);
  if (!g_task_return_error_if_cancelled (task))
    phone_equipment_open_async (self, wait->role, g_task_get_cancellable (task),
                                on_opened_later, g_object_ref (task));
  return G_SOURCE_REMOVE;
}

static void
on_plugged (PhoneEquipment *self, guint role, Wait *wait)
{
  if (role == wait->role)
    g_source_set_ready_time (wait->timer, 0);
}

void
phone_equipment_open_later_async (PhoneEquipment *self,
                                  PhoneRole role,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);
  Wait *wait = g_new0 (Wait, 1);

  wait->role = role;
  wait->timer = g_timeout_source_new (PHONE_EQUIPMENT_PATIENCE_MS);
  /* Who said no is not asked again and again. */
  if (self && role == PHONE_ROLE_CAMERA && self->is_camera_refused)
    g_source_set_ready_time (wait->timer, -1);
  if (self)
    wait->following = g_signal_connect (self, "plugged", G_CALLBACK (on_plugged), wait);
  g_source_set_dummy_callback (cancelled);
  g_source_add_child_source (wait->timer, cancelled);
  g_task_set_task_data (task, wait, wait_free);
  g_task_set_source_tag (task, phone_equipment_open_later_async);
  g_task_attach_source (task, wait->timer, on_wait_over);
}
