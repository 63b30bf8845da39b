/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-inside.h"

#include "phone-error.h"

#define OWNER "me"
#define ANY_ADDRESS "0.0.0.0"

static PhoneExchange *
start_at (const PhoneInsideOptions *options,
          guint16 port,
          const char *password,
          GError **error)
{
  gboolean is_open = options->reach == PHONE_REACH_NETWORK;
  PhoneExchangeConfig config = {
      .user = OWNER,
      .password = password,
      .guest_owner = OWNER,
      .listen_address = is_open ? ANY_ADDRESS : NULL,
      .listen_port = port,
      .flags = is_open ? PHONE_EXCHANGE_FLAG_TLS : PHONE_EXCHANGE_FLAG_NONE,
      .state_dir = options->state_dir,
  };
  g_autoptr (PhoneExchange) exchange = phone_exchange_new (&config, error);

  if (exchange == NULL || !phone_exchange_start (exchange, error))
    return NULL;
  return g_steal_pointer (&exchange);
}

PhoneExchange *
phone_inside_start (const PhoneInsideOptions *options,
                    const char *password,
                    GError **error)
{
  g_autoptr (GError) taken = NULL;
  PhoneExchange *exchange = start_at (options, options->port, password, &taken);

  if (exchange != NULL)
    return exchange;
  if (options->port != 0 &&
      g_error_matches (taken, PHONE_ERROR, PHONE_ERROR_ADDRESS_IN_USE))
    return start_at (options, 0, password, error);
  g_propagate_error (error, g_steal_pointer (&taken));
  return NULL;
}

PhoneAccountConfig *
phone_inside_new_config (PhoneExchange *exchange)
{
  PhoneAccountConfig *config = phone_account_config_new ();
  const char *const servers[] = {phone_exchange_get_url (exchange), NULL};
  g_autofree char *aor =
      g_strdup_printf ("sip:" OWNER "@%s", phone_exchange_get_domain (exchange));

  g_object_set (config, "aor", aor, "servers", servers, "pinned-fingerprint",
                phone_exchange_get_fingerprint (exchange), NULL);
  return config;
}

guint16
phone_inside_get_port (PhoneExchange *exchange)
{
  g_autoptr (GUri) uri =
      g_uri_parse (phone_exchange_get_url (exchange), G_URI_FLAGS_NONE, NULL);

  return (guint16)g_uri_get_port (uri);
}
