/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Microphones, loudspeakers and cameras of this machine, as three list models of
 * PhoneDevice that follow plugging and unplugging. Main context only; the sound server is
 * asked on another thread, so the lists are empty at first, and fill before "ready".
 *
 * Monitors of sinks are left out, and what two servers list under one name, or one path,
 * is one device. */

#define PHONE_TYPE_DEVICE (phone_device_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDevice, phone_device, PHONE, DEVICE, GObject)

/* Stable over restarts: what a setting keeps. */
const char *phone_device_get_id (PhoneDevice *self);
/* As the system names it, for people: literal text. Both are properties, too. */
const char *phone_device_get_name (PhoneDevice *self);

#define PHONE_TYPE_DEVICES (phone_devices_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDevices, phone_devices, PHONE, DEVICES, GObject)

PhoneDevices *phone_devices_new (void);

/* Whether what was plugged in at the start has been listed; property "ready". */
gboolean phone_devices_get_ready (PhoneDevices *self);

/* Borrowed models of PhoneDevice. */
GListModel *phone_devices_get_microphones (PhoneDevices *self);
GListModel *phone_devices_get_speakers (PhoneDevices *self);
GListModel *phone_devices_get_cameras (PhoneDevices *self);
