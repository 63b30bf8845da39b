/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-equipment.h"

#include "phone-devices-private.h"
#include "phone-media-capture.h"

struct _PhoneEquipment {
  GObject parent_instance;

  /* owned */
  PhoneDevices *devices; /* NULL: nobody asked yet */
  char *chosen[PHONE_N_ROLES];
  PhoneDevice *current[PHONE_N_ROLES]; /* NULL: the system's */

  PhoneTreatment treatment;
};

enum { CHANGED, PLUGGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneEquipment, phone_equipment, G_TYPE_OBJECT)

static const PhoneDeviceKind kinds[PHONE_N_ROLES] = {
    [PHONE_ROLE_MICROPHONE] = PHONE_DEVICE_MICROPHONE,
    [PHONE_ROLE_SPEAKER] = PHONE_DEVICE_SPEAKER,
    [PHONE_ROLE_RINGER] = PHONE_DEVICE_SPEAKER,
    [PHONE_ROLE_CAMERA] = PHONE_DEVICE_CAMERA,
};

static PhoneDevice *
dup_wanted (PhoneEquipment *self, PhoneRole role)
{
  if (!self->devices || !*self->chosen[role])
    return NULL;
  return phone_devices_dup_device (self->devices, kinds[role], self->chosen[role]);
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

void
phone_equipment_open_async (PhoneEquipment *self,
                            PhoneRole role,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  if (self)
    look_for_devices (self);
  phone_device_open_async (kinds[role], self ? self->current[role] : NULL, cancellable,
                           callback, user_data);
}
