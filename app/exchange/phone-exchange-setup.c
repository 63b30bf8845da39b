/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-private.h"

#include "phone-error.h"
#include "phone-exchange-address.h"
#include "phone-exchange-users.h"
#include "phone-fingerprint.h"
#include "sip-uri.h"

#define DEFAULT_ADDRESS "127.0.0.1"

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING, text);
  return FALSE;
}

static gboolean
check_safety (PhoneExchange *self, const PhoneExchangeConfig *config, GError **error)
{
  g_autoptr (GInetAddress) address =
      g_inet_address_new_from_string (self->listen_address);

  if (!sip_text_is_host (sip_text_from_str (self->domain)))
    return fail (error, "The domain must be a host name");
  if (address == NULL)
    return fail (error, "The address to listen on must be a number, as 127.0.0.1");
  if ((config->user == NULL) != (config->password == NULL))
    return fail (error, "A user and a password go together");
  if (g_inet_address_get_is_loopback (address))
    return TRUE;
  if (self->flags & PHONE_EXCHANGE_FLAG_OPEN)
    return fail (error, "Without passwords it listens on this machine only (127.0.0.1)");
  if (!(self->flags & PHONE_EXCHANGE_FLAG_TLS))
    return fail (error, "Beyond this machine it needs TLS (--tls, or --cert)");
  return TRUE;
}

static void
add_user (PhoneExchange *self, const char *user, const char *password)
{
  PhoneExchangeUser *added = g_new0 (PhoneExchangeUser, 1);

  added->user = g_strdup (user);
  added->password = g_strdup (password);
  g_ptr_array_add (self->users, added);
}

static gboolean
load_users (PhoneExchange *self, const PhoneExchangeConfig *config, GError **error)
{
  if (config->users_file != NULL)
    self->users = phone_exchange_users_load (config->users_file, self->domain, error);
  else
    self->users =
        g_ptr_array_new_with_free_func ((GDestroyNotify)phone_exchange_user_free);
  if (self->users == NULL)
    return FALSE;
  if (config->user != NULL)
    add_user (self, config->user, config->password);
  if (self->users->len == 0 && !(self->flags & PHONE_EXCHANGE_FLAG_OPEN))
    return fail (error, "There are no users");
  return TRUE;
}

static gboolean
has_user (PhoneExchange *self, const char *name)
{
  for (guint i = 0; i < self->users->len; i++)
    if (g_str_equal (((PhoneExchangeUser *)g_ptr_array_index (self->users, i))->user,
                     name))
      return TRUE;
  return (self->flags & PHONE_EXCHANGE_FLAG_OPEN) != 0;
}

static gboolean
set_up_guest (PhoneExchange *self, const PhoneExchangeConfig *config, GError **error)
{
  g_autofree char *digest = NULL;
  g_autofree char *owner = NULL;

  if (config->guest_owner == NULL)
    return TRUE;
  if (!has_user (self, config->guest_owner))
    return fail (error, "The owner of the guest link is no user");
  self->guest_token = phone_exchange_state_load_guest_token (config->state_dir, error);
  if (self->guest_token == NULL)
    return FALSE;
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->guest_token, -1);
  self->guest_aor = g_strdup_printf ("guest-%.8s@%s", digest, self->domain);
  self->guest_name =
      g_strdup (config->guest_name != NULL ? config->guest_name : config->guest_owner);
  owner = sip_uri_escape (sip_text_from_str (config->guest_owner), SIP_URI_PART_USER);
  self->owner_aor = g_strdup_printf ("%s@%s", owner, self->domain);
  return TRUE;
}

static gboolean
set_up_tls (PhoneExchange *self, const PhoneExchangeConfig *config, GError **error)
{
  const char *const names[] = {self->domain, "localhost", self->listen_address, NULL};
  g_auto (GStrv) all = NULL;

  if (!(self->flags & PHONE_EXCHANGE_FLAG_TLS))
    return TRUE;
  if (config->certificate_file != NULL) {
    self->certificate = g_tls_certificate_new_from_files (
        config->certificate_file,
        config->key_file != NULL ? config->key_file : config->certificate_file, error);
  } else {
    all = phone_exchange_address_dup_names (names);
    self->certificate = phone_exchange_state_load_certificate (
        config->state_dir, (const char *const *)all, error);
  }
  if (self->certificate == NULL)
    return FALSE;
  self->fingerprint = phone_fingerprint_dup (self->certificate);
  return TRUE;
}

gboolean
phone_exchange_configure (PhoneExchange *self,
                          const PhoneExchangeConfig *config,
                          GError **error)
{
  self->domain = g_ascii_strdown (
      config->domain != NULL ? config->domain : PHONE_EXCHANGE_DEFAULT_DOMAIN, -1);
  self->listen_address = g_strdup (config->listen_address != NULL ? config->listen_address
                                                                  : DEFAULT_ADDRESS);
  self->port = config->listen_port;
  self->flags = config->flags;
  self->allowed_origins = g_strdupv ((char **)config->allowed_origins);
  self->ice_servers = g_strdupv ((char **)config->ice_servers);
  return check_safety (self, config, error) && load_users (self, config, error) &&
         set_up_guest (self, config, error) && set_up_tls (self, config, error) &&
         phone_exchange_state_load_key (config->state_dir, self->key, error);
}
