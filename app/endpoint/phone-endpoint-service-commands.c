/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-commands-private.h"

#include "phone-self-test.h"

JsonObject *
phone_command_network_changed (PhoneService *service,
                               JsonObject *arguments,
                               GError **error)
{
  phone_service_network_changed (service);
  return json_object_new ();
}

JsonObject *
phone_command_service_do_not_disturb (PhoneService *service,
                                      JsonObject *arguments,
                                      GError **error)
{
  phone_service_set_do_not_disturb (service, phone_command_get_boolean (arguments, "on"));
  return json_object_new ();
}

JsonObject *
phone_command_service_pause_music (PhoneService *service,
                                   JsonObject *arguments,
                                   GError **error)
{
  phone_service_set_pause_music (service, phone_command_get_boolean (arguments, "on"));
  return json_object_new ();
}

/* What cannot be done, and for want of which elements. */
JsonObject *
phone_command_service_self_test (PhoneService *service,
                                 JsonObject *arguments,
                                 GError **error)
{
  static const char *const names[PHONE_N_LACKS] = {
      [PHONE_LACK_CALLS] = "calls",         [PHONE_LACK_MICROPHONE] = "microphone",
      [PHONE_LACK_SPEAKER] = "speaker",     [PHONE_LACK_WIDEBAND] = "wideband",
      [PHONE_LACK_PICTURES] = "pictures",   [PHONE_LACK_CAMERA] = "camera",
      [PHONE_LACK_TREATMENT] = "treatment",
  };
  JsonObject *missing = json_object_new ();

  for (guint lack = 0; lack < PHONE_N_LACKS; lack++) {
    g_autofree char *elements = phone_self_test_dup_missing ((PhoneLack)lack);

    if (elements != NULL)
      json_object_set_string_member (missing, names[lack], elements);
  }
  return phone_command_wrap_object ("missing", missing);
}
