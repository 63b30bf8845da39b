/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneEndpointDevices: the roles of a service, the devices that each could have, and the
 * one that is chosen, as devices.list tells them. One a service, which keeps it.
 *
 *   ::changed   another device is chosen; or, once phone_endpoint_devices_look() was
 *               called, something was plugged in or unplugged
 */
#pragma once

#include "phone-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PHONE_TYPE_ENDPOINT_DEVICES (phone_endpoint_devices_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneEndpointDevices, phone_endpoint_devices, PHONE, ENDPOINT_DEVICES, GObject)

/** Borrowed. Nothing is looked for yet. */
PhoneEndpointDevices *phone_endpoint_get_devices (PhoneService *service);

/** Whether there is such a role: its name is that of the service's property. */
gboolean phone_endpoint_devices_is_role (const char *name);

/** Begins to look for what is plugged in. It is found, and told, later. */
void phone_endpoint_devices_look (PhoneEndpointDevices *self);

/** By the schema; begins to look. Full. */
JsonObject *phone_endpoint_devices_to_json (PhoneEndpointDevices *self);

G_END_DECLS
