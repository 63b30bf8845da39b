/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-commands-private.h"

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
