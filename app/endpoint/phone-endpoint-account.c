/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-account.h"

/* A tester wants many calls at once; a person would not. */
#define MAX_RINGING 32

static PhoneSource
choose_source (const PhoneEndpointOptions *options)
{
  if (options->devices)
    return PHONE_SOURCE_DEVICES;
  return options->echo ? PHONE_SOURCE_ECHO : PHONE_SOURCE_TEST;
}

PhoneService *
phone_endpoint_make_service (const PhoneEndpointOptions *options)
{
  const PhoneServiceOptions service_options = {
      .source = choose_source (options),
      .play = options->devices,
      .tone_hz = options->tone_hz,
      .max_ringing = MAX_RINGING,
      .trace = options->trace,
      .history_path = options->history_file,
      .contacts_path = options->contacts_file,
      .read_address_books = options->address_books,
  };

  return phone_service_new (&service_options);
}

static PhoneAccountConfig *
make_config (const PhoneEndpointOptions *options)
{
  PhoneAccountConfig *config = phone_account_config_new ();

  g_object_set (config, "aor", options->account, "servers", options->servers, "auth-user",
                options->auth_user, "ca-file", options->ca_file, "ice-servers",
                options->ice_servers, "turn-user", options->turn_user, "relay-only",
                options->relay_only, "local-address", options->local_address, NULL);
  if (options->audio_codecs != NULL)
    g_object_set (config, "audio-codecs", options->audio_codecs, NULL);
  if (options->video_codecs != NULL)
    g_object_set (config, "video-codecs", options->video_codecs, NULL);
  return config;
}

typedef void (*SetPassword) (PhoneAccount *account, const char *password);

static gboolean
give_password (PhoneAccount *account, const char *file, SetPassword set, GError **error)
{
  char *password;

  if (file == NULL)
    return TRUE;
  password = phone_endpoint_read_password (file, error);
  if (password == NULL)
    return FALSE;
  set (account, password);
  phone_endpoint_free_password (password);
  return TRUE;
}

PhoneAccount *
phone_endpoint_add_account (PhoneService *service,
                            const PhoneEndpointOptions *options,
                            GError **error)
{
  g_autoptr (PhoneAccountConfig) config = make_config (options);
  PhoneAccount *account = phone_service_add_account (service, config, error);

  if (account == NULL)
    return NULL;
  if (!give_password (account, options->password_file, phone_account_set_password,
                      error) ||
      !give_password (account, options->turn_password_file,
                      phone_account_set_turn_password, error)) {
    phone_service_remove_account (service, account);
    return NULL;
  }
  return account;
}
