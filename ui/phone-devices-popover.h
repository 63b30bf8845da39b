/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* Microphone, speaker and camera, to be chosen while a call goes on, which follows at
 * once. What is chosen is that of the preferences.
 *
 *   service  PhoneService, read-write */

#define PHONE_TYPE_DEVICES_POPOVER (phone_devices_popover_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneDevicesPopover, phone_devices_popover, PHONE, DEVICES_POPOVER, GtkPopover)
