/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a service knows of devices and of ringing, and the properties it shows of it.
 * Private to phone/: who owns the service reads its header.
 */
#pragma once

#include "phone-equipment.h"

G_BEGIN_DECLS

/* In the order of their ids, from the first one on. */
enum {
  PHONE_SERVICE_SOUND_MICROPHONE,
  PHONE_SERVICE_SOUND_SPEAKER,
  PHONE_SERVICE_SOUND_RINGER,
  PHONE_SERVICE_SOUND_CAMERA,
  PHONE_SERVICE_SOUND_ECHO_CANCELLATION,
  PHONE_SERVICE_SOUND_NOISE_SUPPRESSION,
  PHONE_SERVICE_SOUND_GAIN_CONTROL,
  PHONE_SERVICE_SOUND_CAN_TREAT,
  PHONE_SERVICE_SOUND_RING_VOLUME,
  PHONE_SERVICE_SOUND_RING_TONE,
  PHONE_SERVICE_SOUND_N_PROPS
};

typedef struct _PhoneServiceSound PhoneServiceSound;

/** Their specifications, into PHONE_SERVICE_SOUND_N_PROPS places. */
void phone_service_sound_make_props (GParamSpec **props);

PhoneServiceSound *phone_service_sound_new (void);
void phone_service_sound_free (PhoneServiceSound *self);

/** Borrowed. */
PhoneEquipment *phone_service_sound_get_equipment (PhoneServiceSound *self);

void phone_service_sound_get (PhoneServiceSound *self, guint prop, GValue *value);
/** Whether it is another value than before. */
gboolean phone_service_sound_set (PhoneServiceSound *self,
                                  guint prop,
                                  const GValue *value);

G_END_DECLS
