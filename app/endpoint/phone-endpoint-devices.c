/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-devices.h"

#include "phone-endpoint-snapshot.h"

#include <string.h>

#define DEVICES "phone-endpoint-devices"

struct _PhoneEndpointDevices {
  GObject parent_instance;

  /* borrowed */
  PhoneService *service;

  gboolean is_looking;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneEndpointDevices, phone_endpoint_devices, G_TYPE_OBJECT)

static const struct {
  const char *name;
  GListModel *(*get_model) (PhoneDevices *devices);
} roles[] = {
    {"microphone", phone_devices_get_microphones},
    {"speaker", phone_devices_get_speakers},
    {"ringer", phone_devices_get_speakers},
    {"camera", phone_devices_get_cameras},
};

static void
phone_endpoint_devices_class_init (PhoneEndpointDevicesClass *klass)
{
  signals[CHANGED] =
      g_signal_new ("changed", PHONE_TYPE_ENDPOINT_DEVICES, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_endpoint_devices_init (PhoneEndpointDevices *self)
{
}

static void
tell (PhoneEndpointDevices *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What was plugged in before is found one by one, and told together by "ready". */
static void
on_plugged (PhoneEndpointDevices *self)
{
  if (phone_devices_get_ready (phone_service_get_devices (self->service)))
    tell (self);
}

PhoneEndpointDevices *
phone_endpoint_get_devices (PhoneService *service)
{
  PhoneEndpointDevices *self = g_object_get_data (G_OBJECT (service), DEVICES);

  if (self != NULL)
    return self;
  self = g_object_new (PHONE_TYPE_ENDPOINT_DEVICES, NULL);
  self->service = service;
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++) {
    g_autofree char *signal = g_strconcat ("notify::", roles[i].name, NULL);

    g_signal_connect_object (service, signal, G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
  }
  g_object_set_data_full (G_OBJECT (service), DEVICES, self, g_object_unref);
  return self;
}

gboolean
phone_endpoint_devices_is_role (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (strcmp (roles[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

void
phone_endpoint_devices_look (PhoneEndpointDevices *self)
{
  PhoneDevices *devices = phone_service_get_devices (self->service);
  GListModel *models[] = {phone_devices_get_microphones (devices),
                          phone_devices_get_speakers (devices),
                          phone_devices_get_cameras (devices)};

  if (self->is_looking)
    return;
  self->is_looking = TRUE;
  g_signal_connect_object (devices, "notify::ready", G_CALLBACK (tell), self,
                           G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    g_signal_connect_object (models[i], "items-changed", G_CALLBACK (on_plugged), self,
                             G_CONNECT_SWAPPED);
}

/* ---- As JSON ---- */

static JsonArray *
list_devices (GListModel *model)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (model, i);
    JsonObject *object = json_object_new ();

    phone_endpoint_json_set_text (object, "id", phone_device_get_id (device));
    phone_endpoint_json_set_text (object, "name", phone_device_get_name (device));
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonObject *
role_to_json (PhoneEndpointDevices *self, gsize role)
{
  PhoneDevices *devices = phone_service_get_devices (self->service);
  JsonObject *object = json_object_new ();
  g_autofree char *chosen = NULL;

  g_object_get (self->service, roles[role].name, &chosen, NULL);
  json_object_set_string_member (object, "chosen", chosen);
  json_object_set_array_member (object, "devices",
                                list_devices (roles[role].get_model (devices)));
  return object;
}

JsonObject *
phone_endpoint_devices_to_json (PhoneEndpointDevices *self)
{
  JsonObject *object = json_object_new ();

  phone_endpoint_devices_look (self);
  json_object_set_boolean_member (
      object, "ready",
      phone_devices_get_ready (phone_service_get_devices (self->service)));
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    json_object_set_object_member (object, roles[i].name, role_to_json (self, i));
  return object;
}
