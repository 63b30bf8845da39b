/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-devices.h"

#include <gst/gst.h>

typedef enum {
  PHONE_DEVICE_MICROPHONE,
  PHONE_DEVICE_SPEAKER,
  PHONE_DEVICE_CAMERA,
  PHONE_DEVICE_N_KINDS
} PhoneDeviceKind;

/* Borrowed. */
GListModel *phone_devices_get_model (PhoneDevices *self, PhoneDeviceKind kind);
/* NULL: it is not plugged in; the caller owns the reference. */
PhoneDevice *phone_devices_dup_device (PhoneDevices *self,
                                       PhoneDeviceKind kind,
                                       const char *id);

/* A sound server that was started again is asked what it has: until it has answered, the
 * lists stay as they are, and what it does not name leaves them. Nothing with PipeWire,
 * whose devices cannot be asked for twice. */
void phone_devices_list_again (PhoneDevices *self);

/* Borrowed; a device that is listed again may have another. */
GstDevice *phone_device_get_gst (PhoneDevice *self);

/* An element that is open (READY) on this device; or on the one that the system would
 * use, where device is NULL or does not open. Opening waits for sound servers and cameras:
 * it is done on another thread. Errors: PHONE_MEDIA_ERROR_MISSING_ELEMENT (there is none
 * that opens), G_IO_ERROR_CANCELLED. */
void phone_device_open_async (PhoneDeviceKind kind,
                              PhoneDevice *device,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* The same for a camera at the other end of a connection to PipeWire, which is taken; -1:
 * there is none. */
void phone_device_open_remote_async (int fd,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* The caller owns the reference, which is not floating; to give it up without having used
 * it: phone_device_close(). */
GstElement *phone_device_open_finish (GAsyncResult *result, GError **error);

/* Stops the element on another thread, and drops it. Takes element, which has no parent. */
void phone_device_close (GstElement *element);
