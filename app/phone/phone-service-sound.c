/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-service-sound.h"

#include "phone-background.h"
#include "phone-portal-camera.h"

#define RING_VOLUME 0.7
#define RING_TONE "classic"

struct _PhoneServiceSound {
  /* owned */
  PhoneEquipment *equipment;
  char *ring_tone;

  double ring_volume;
};

static const struct {
  guint prop;
  PhoneTreatment treatment;
} treatments[] = {
    {PHONE_SERVICE_SOUND_ECHO_CANCELLATION, PHONE_TREATMENT_ECHO},
    {PHONE_SERVICE_SOUND_NOISE_SUPPRESSION, PHONE_TREATMENT_NOISE},
    {PHONE_SERVICE_SOUND_GAIN_CONTROL, PHONE_TREATMENT_GAIN},
};

void
phone_service_sound_make_props (GParamSpec **props)
{
  static const char *const roles[] = {"microphone", "speaker", "ringer", "camera"};
  static const char *const switches[] = {"echo-cancellation", "noise-suppression",
                                         "gain-control"};
  GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    props[PHONE_SERVICE_SOUND_MICROPHONE + i] =
        g_param_spec_string (roles[i], NULL, NULL, "", flags);
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    props[PHONE_SERVICE_SOUND_ECHO_CANCELLATION + i] =
        g_param_spec_boolean (switches[i], NULL, NULL, TRUE, flags);
  props[PHONE_SERVICE_SOUND_CAN_TREAT] = g_param_spec_boolean (
      "can-treat-sound", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PHONE_SERVICE_SOUND_RING_VOLUME] =
      g_param_spec_double ("ring-volume", NULL, NULL, 0.0, 1.0, RING_VOLUME, flags);
  props[PHONE_SERVICE_SOUND_RING_TONE] =
      g_param_spec_string ("ring-tone", NULL, NULL, RING_TONE, flags);
}

static void
on_camera (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneEquipment) equipment = data;
  g_autoptr (GError) error = NULL;
  int fd = phone_portal_camera_open_finish (result, &error);

  if (fd < 0)
    g_message ("No camera is let in: %s", error->message);
  phone_equipment_give_camera (equipment, fd);
}

static void
on_camera_wanted (PhoneEquipment *equipment)
{
  phone_portal_camera_open_async (NULL, on_camera, g_object_ref (equipment));
}

PhoneServiceSound *
phone_service_sound_new (void)
{
  PhoneServiceSound *self = g_new0 (PhoneServiceSound, 1);

  self->equipment = phone_equipment_new ();
  phone_equipment_set_camera_remote (self->equipment, phone_background_is_sandboxed ());
  g_signal_connect (self->equipment, "camera-wanted", G_CALLBACK (on_camera_wanted),
                    NULL);
  self->ring_tone = g_strdup (RING_TONE);
  self->ring_volume = RING_VOLUME;
  return self;
}

void
phone_service_sound_free (PhoneServiceSound *self)
{
  g_clear_object (&self->equipment);
  g_free (self->ring_tone);
  g_free (self);
}

PhoneEquipment *
phone_service_sound_get_equipment (PhoneServiceSound *self)
{
  return self->equipment;
}

static PhoneTreatment
treatment_of (guint prop)
{
  for (guint i = 0; i < G_N_ELEMENTS (treatments); i++)
    if (treatments[i].prop == prop)
      return treatments[i].treatment;
  return PHONE_TREATMENT_NONE;
}

void
phone_service_sound_get (PhoneServiceSound *self, guint prop, GValue *value)
{
  PhoneTreatment treatment = phone_equipment_get_treatment (self->equipment);

  if (prop <= PHONE_SERVICE_SOUND_CAMERA)
    g_value_set_string (value,
                        phone_equipment_get_device (self->equipment, (PhoneRole)prop));
  else if (prop == PHONE_SERVICE_SOUND_CAN_TREAT)
    g_value_set_boolean (value, phone_equipment_can_treat ());
  else if (prop == PHONE_SERVICE_SOUND_RING_VOLUME)
    g_value_set_double (value, self->ring_volume);
  else if (prop == PHONE_SERVICE_SOUND_RING_TONE)
    g_value_set_string (value, self->ring_tone);
  else
    g_value_set_boolean (value, (treatment & treatment_of (prop)) != 0);
}

static void
set_device (PhoneServiceSound *self, PhoneRole role, const char *id)
{
  phone_equipment_set_device (self->equipment, role, id);
}

static void
set_treatment (PhoneServiceSound *self, PhoneTreatment treatment, gboolean is_on)
{
  PhoneTreatment now = phone_equipment_get_treatment (self->equipment);

  phone_equipment_set_treatment (self->equipment,
                                 is_on ? now | treatment : now & ~treatment);
}

static void
take (PhoneServiceSound *self, guint prop, const GValue *value)
{
  if (prop <= PHONE_SERVICE_SOUND_CAMERA) {
    set_device (self, (PhoneRole)prop, g_value_get_string (value));
  } else if (prop == PHONE_SERVICE_SOUND_RING_VOLUME) {
    self->ring_volume = g_value_get_double (value);
  } else if (prop == PHONE_SERVICE_SOUND_RING_TONE) {
    g_free (self->ring_tone);
    self->ring_tone = g_value_dup_string (value);
  } else {
    set_treatment (self, treatment_of (prop), g_value_get_boolean (value));
  }
}

static gboolean
is_same (const GValue *a, const GValue *b)
{
  if (G_VALUE_HOLDS_STRING (a))
    return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;
  if (G_VALUE_HOLDS_DOUBLE (a))
    return ABS (g_value_get_double (a) - g_value_get_double (b)) < 0.001;
  return g_value_get_boolean (a) == g_value_get_boolean (b);
}

gboolean
phone_service_sound_set (PhoneServiceSound *self, guint prop, const GValue *value)
{
  g_auto (GValue) before = G_VALUE_INIT;
  g_auto (GValue) after = G_VALUE_INIT;

  g_value_init (&before, G_VALUE_TYPE (value));
  phone_service_sound_get (self, prop, &before);
  take (self, prop, value);
  g_value_init (&after, G_VALUE_TYPE (value));
  phone_service_sound_get (self, prop, &after);
  return !is_same (&before, &after);
}
