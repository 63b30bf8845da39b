/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The handlers of call.*, which are in phone-endpoint-call-commands.c, of history.*, in
 * phone-endpoint-history-commands.c, of contact.*, in phone-endpoint-contact-commands.c,
 * those of devices.*, preview.* and audio.*, in phone-endpoint-devices-commands.c, those of
 * what is no account's and no call's, in phone-endpoint-service-commands.c, and what they
 * share with the others, in phone-endpoint-commands.c beside the table.
 */
#pragma once

#include "phone-endpoint-commands.h"

G_BEGIN_DECLS

/** NULL where it is not given; borrowed. */
const char *phone_command_get_string (JsonObject *arguments, const char *name);
/** FALSE where it is not given. */
gboolean phone_command_get_boolean (JsonObject *arguments, const char *name);
/** The part of a list that is asked for: "offset", and "limit", which has a most. */
typedef struct {
  guint offset;
  guint limit;
} PhoneCommandPage;
PhoneCommandPage phone_command_get_page (JsonObject *arguments);
/** @id NULL: the first one; borrowed. */
PhoneAccount *phone_command_find_account (PhoneService *service,
                                          const char *id,
                                          GError **error);
/** An object with one member. Takes @value. */
JsonObject *phone_command_wrap_object (const char *name, JsonObject *value);

JsonObject *phone_command_call_start (PhoneService *service,
                                      JsonObject *arguments,
                                      GError **error);
JsonObject *phone_command_call_early_media (PhoneService *service,
                                            JsonObject *arguments,
                                            GError **error);
JsonObject *phone_command_call_answer (PhoneService *service,
                                       JsonObject *arguments,
                                       GError **error);
JsonObject *phone_command_call_reject (PhoneService *service,
                                       JsonObject *arguments,
                                       GError **error);
JsonObject *phone_command_call_hang_up (PhoneService *service,
                                        JsonObject *arguments,
                                        GError **error);
JsonObject *phone_command_call_mute (PhoneService *service,
                                     JsonObject *arguments,
                                     GError **error);
JsonObject *phone_command_call_hold (PhoneService *service,
                                     JsonObject *arguments,
                                     GError **error);
JsonObject *phone_command_call_swap (PhoneService *service,
                                     JsonObject *arguments,
                                     GError **error);
JsonObject *phone_command_call_refresh (PhoneService *service,
                                        JsonObject *arguments,
                                        GError **error);
JsonObject *phone_command_call_video (PhoneService *service,
                                      JsonObject *arguments,
                                      GError **error);
JsonObject *phone_command_call_answer_video (PhoneService *service,
                                             JsonObject *arguments,
                                             GError **error);
JsonObject *phone_command_call_dtmf (PhoneService *service,
                                     JsonObject *arguments,
                                     GError **error);
JsonObject *phone_command_call_transfer (PhoneService *service,
                                         JsonObject *arguments,
                                         GError **error);
JsonObject *phone_command_call_answer_transfer (PhoneService *service,
                                                JsonObject *arguments,
                                                GError **error);
JsonObject *phone_command_call_ladder (PhoneService *service,
                                       JsonObject *arguments,
                                       GError **error);
JsonObject *phone_command_call_stats (PhoneService *service,
                                      JsonObject *arguments,
                                      GError **error);
JsonObject *phone_command_history_list (PhoneService *service,
                                        JsonObject *arguments,
                                        GError **error);
JsonObject *phone_command_history_remove (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);
JsonObject *phone_command_history_clear (PhoneService *service,
                                         JsonObject *arguments,
                                         GError **error);
JsonObject *phone_command_history_mark_seen (PhoneService *service,
                                             JsonObject *arguments,
                                             GError **error);
JsonObject *phone_command_history_export (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);

JsonObject *phone_command_contact_list (PhoneService *service,
                                        JsonObject *arguments,
                                        GError **error);
JsonObject *phone_command_contact_add (PhoneService *service,
                                       JsonObject *arguments,
                                       GError **error);
JsonObject *phone_command_contact_update (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);
JsonObject *phone_command_contact_remove (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);
JsonObject *phone_command_contact_lookup (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);
JsonObject *phone_command_contact_import (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);
JsonObject *phone_command_contact_export (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);

JsonObject *phone_command_devices_list (PhoneService *service,
                                        JsonObject *arguments,
                                        GError **error);
JsonObject *phone_command_devices_select (PhoneService *service,
                                          JsonObject *arguments,
                                          GError **error);
JsonObject *phone_command_audio_set (PhoneService *service,
                                     JsonObject *arguments,
                                     GError **error);

JsonObject *phone_command_audio_try (PhoneService *service,
                                     JsonObject *arguments,
                                     GError **error);
JsonObject *phone_command_preview_set (PhoneService *service,
                                       JsonObject *arguments,
                                       GError **error);

JsonObject *phone_command_network_changed (PhoneService *service,
                                           JsonObject *arguments,
                                           GError **error);
JsonObject *phone_command_service_do_not_disturb (PhoneService *service,
                                                  JsonObject *arguments,
                                                  GError **error);
JsonObject *phone_command_service_self_test (PhoneService *service,
                                             JsonObject *arguments,
                                             GError **error);
JsonObject *phone_command_service_pause_music (PhoneService *service,
                                               JsonObject *arguments,
                                               GError **error);

G_END_DECLS
