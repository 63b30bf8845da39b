/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-devices.h"

#include <adwaita.h>

/* A row that chooses a device: the system's one, one that is plugged in, or the one that
 * was chosen and is not plugged in now, which is told.
 *
 *   device    string, read-write: a PhoneDevice id, "": follow the system
 *   devices   GListModel of PhoneDevice, read-write */

#define PHONE_TYPE_DEVICE_ROW (phone_device_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDeviceRow, phone_device_row, PHONE, DEVICE_ROW, AdwComboRow)

void phone_device_row_set_devices (PhoneDeviceRow *self, GListModel *devices);
