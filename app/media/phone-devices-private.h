/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-devices.h"

#include <gst/gst.h>

typedef enum {
  PHONE_DEVICE_MICROPHONE,
  PHONE_DEVICE_SPEAKER,
  PHONE_DEVICE_CAMERA,
} PhoneDeviceKind;

/* An element that is open (READY) on this device, floating; or on the default one, where
 * id is NULL or is not plugged in. NULL: there is none that opens. */
GstElement *phone_device_make_element (PhoneDeviceKind kind, const char *id);
