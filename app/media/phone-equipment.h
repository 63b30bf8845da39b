/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-devices.h"

/* Which device each role has, and what is done to the sound of the microphone: what the
 * user chose, shared by every call, every tone and every preview. Main context only.
 *
 * A role follows the system, or is given a device by its id. While that one is not
 * plugged in, the role follows the system, and it has it back when it returns.
 *
 * Signals:
 *   "changed" (guint role)   another device, or another treatment of the microphone: who
 *                            has the role open opens it again
 *   "camera-wanted" ()       a camera is to be opened, and they are remote: answer it by
 *                            phone_equipment_give_camera(), once, at any time
 */

#define PHONE_TYPE_EQUIPMENT (phone_equipment_get_type ())
G_DECLARE_FINAL_TYPE (PhoneEquipment, phone_equipment, PHONE, EQUIPMENT, GObject)

typedef enum {
  PHONE_ROLE_MICROPHONE,
  PHONE_ROLE_SPEAKER,
  PHONE_ROLE_RINGER,
  PHONE_ROLE_CAMERA,
  PHONE_N_ROLES
} PhoneRole;

/* What is taken from the microphone's sound, and what is given. */
typedef enum {
  PHONE_TREATMENT_NONE = 0,
  PHONE_TREATMENT_ECHO = 1 << 0,  /* what the speaker plays */
  PHONE_TREATMENT_NOISE = 1 << 1, /* what is no speech */
  PHONE_TREATMENT_GAIN = 1 << 2,  /* speech is brought to one level */
  PHONE_TREATMENT_ALL =
      PHONE_TREATMENT_ECHO | PHONE_TREATMENT_NOISE | PHONE_TREATMENT_GAIN,
} PhoneTreatment;

/* Follows the system in every role, with every treatment. */
PhoneEquipment *phone_equipment_new (void);

/* Borrowed. The first call begins to look for devices; nothing asks the sound server
 * before that, or before a role is given a device. */
PhoneDevices *phone_equipment_get_devices (PhoneEquipment *self);

/* A PhoneDevice id; "" (and NULL): follow the system. */
void phone_equipment_set_device (PhoneEquipment *self, PhoneRole role, const char *id);
const char *phone_equipment_get_device (PhoneEquipment *self, PhoneRole role);

void phone_equipment_set_treatment (PhoneEquipment *self, PhoneTreatment treatment);
PhoneTreatment phone_equipment_get_treatment (PhoneEquipment *self);
/* FALSE: what treats sound is not installed, and it stays as it is. */
gboolean phone_equipment_can_treat (void);

/* Inside a sandbox there are no cameras, but somebody may let one in. FALSE. */
void phone_equipment_set_camera_remote (PhoneEquipment *self, gboolean is_remote);
/* The answer to the oldest "camera-wanted" that somebody still waits for; with nobody left
 * the connection is closed. @fd: a connection to PipeWire, which is taken; -1: there is
 * none, and it is not asked for again before one is wanted anew. */
void phone_equipment_give_camera (PhoneEquipment *self, int fd);

/* An open element on the role's device: phone_device_open_finish() gives it. self NULL:
 * on the one that the system would use. */
void phone_equipment_open_async (PhoneEquipment *self,
                                 PhoneRole role,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* The same for who lost its device, or found none: after PHONE_EQUIPMENT_PATIENCE_MS, or
 * as soon as one is plugged in. A sound server that was started again lists its devices
 * again. */
#define PHONE_EQUIPMENT_PATIENCE_MS 500
void phone_equipment_open_later_async (PhoneEquipment *self,
                                       PhoneRole role,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
