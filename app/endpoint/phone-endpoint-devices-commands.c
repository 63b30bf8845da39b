/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-commands-private.h"

#include "phone-endpoint-devices.h"
#include "phone-endpoint-previews.h"

#include <string.h>

/* ---- devices.* ---- */

JsonObject *
phone_command_devices_list (PhoneService *service, JsonObject *arguments, GError **error)
{
  return phone_command_wrap_object (
      "devices", phone_endpoint_devices_to_json (phone_endpoint_get_devices (service)));
}

/* An id that nothing has now is remembered: its device may be plugged in later. */
JsonObject *
phone_command_devices_select (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  const char *role = phone_command_get_string (arguments, "role");

  if (!phone_endpoint_devices_is_role (role)) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS, "No such role");
    return NULL;
  }
  g_object_set (service, role, phone_command_get_string (arguments, "id"), NULL);
  return phone_command_devices_list (service, arguments, error);
}

/* ---- audio.set ---- */

/* The argument and the property of PhoneService it goes into. */
static const struct {
  const char *argument;
  const char *property;
} switches[] = {
    {"echoCancellation", "echo-cancellation"},
    {"noiseSuppression", "noise-suppression"},
    {"gainControl", "gain-control"},
};

static JsonArray *
list_tones (void)
{
  const char *const *names = phone_ringer_get_tone_names ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    json_array_add_string_element (array, names[i]);
  return array;
}

static JsonObject *
audio_to_json (PhoneService *service)
{
  JsonObject *object = json_object_new ();
  gboolean can_treat = FALSE;
  double ring_volume = 0;
  g_autofree char *ring_tone = NULL;

  g_object_get (service, "can-treat-sound", &can_treat, "ring-volume", &ring_volume,
                "ring-tone", &ring_tone, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++) {
    gboolean is_on = FALSE;

    g_object_get (service, switches[i].property, &is_on, NULL);
    json_object_set_boolean_member (object, switches[i].argument, is_on);
  }
  json_object_set_boolean_member (object, "canTreatSound", can_treat);
  json_object_set_double_member (object, "ringVolume", ring_volume);
  json_object_set_string_member (object, "ringTone", ring_tone);
  json_object_set_array_member (object, "ringTones", list_tones ());
  return object;
}

static gboolean
check_ring (JsonObject *arguments, GError **error)
{
  double volume = json_object_get_double_member_with_default (arguments, "ringVolume", 0);
  const char *tone = phone_command_get_string (arguments, "ringTone");

  if (!(volume >= 0 && volume <= 1)) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
                 "\"ringVolume\" is from 0 to 1");
    return FALSE;
  }
  if (tone != NULL && !g_strv_contains (phone_ringer_get_tone_names (), tone)) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS, "No such ring tone");
    return FALSE;
  }
  return TRUE;
}

/* All or none. */
JsonObject *
phone_command_audio_set (PhoneService *service, JsonObject *arguments, GError **error)
{
  const char *tone = phone_command_get_string (arguments, "ringTone");

  if (!check_ring (arguments, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    if (json_object_has_member (arguments, switches[i].argument))
      g_object_set (service, switches[i].property,
                    phone_command_get_boolean (arguments, switches[i].argument), NULL);
  if (json_object_has_member (arguments, "ringVolume"))
    g_object_set (service, "ring-volume",
                  json_object_get_double_member (arguments, "ringVolume"), NULL);
  if (tone != NULL)
    g_object_set (service, "ring-tone", tone, NULL);
  return phone_command_wrap_object ("audio", audio_to_json (service));
}

/* ---- Trying devices ---- */

JsonObject *
phone_command_audio_try (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneRinger *ringer = phone_service_get_ringer (service);
  const char *what = phone_command_get_string (arguments, "what");
  const char *tone = phone_command_get_string (arguments, "ringTone");

  if (!check_ring (arguments, error))
    return NULL;
  if (strcmp (what, "ring") == 0) {
    phone_ringer_try (ringer, tone);
  } else if (strcmp (what, "speaker") == 0) {
    phone_ringer_try_speaker (ringer);
  } else {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
                 "\"what\" is ring or speaker");
    return NULL;
  }
  return json_object_new ();
}

JsonObject *
phone_command_preview_set (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneEndpointPreviews *previews = phone_endpoint_get_previews (service);
  PhonePreview *preview = phone_endpoint_previews_find (
      previews, phone_command_get_string (arguments, "kind"));

  if (preview == NULL) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
                 "\"kind\" is microphone or camera");
    return NULL;
  }
  phone_preview_set_active (preview, phone_command_get_boolean (arguments, "on"));
  return phone_command_wrap_object ("preview",
                                    phone_endpoint_previews_to_json (previews, preview));
}
