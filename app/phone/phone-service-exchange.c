/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-service-private.h"

#include "phone-error.h"
#include "phone-inside.h"
#include "phone-random.h"
#include "phone-secrets.h"

/* The exchange inside: this computer as the server, and the owner's account at it. */

static void
set_exchange (PhoneService *self, PhoneExchange *exchange)
{
  g_set_object (&self->exchange, exchange);
  g_object_notify (G_OBJECT (self), "guest-link");
  g_object_notify (G_OBJECT (self), "exchange-fingerprint");
}

/* An exchange without an owner serves nobody, and is none. */
static PhoneAccount *
add_owner (PhoneService *self, const char *password, GError **error)
{
  g_autoptr (PhoneAccountConfig) config = phone_inside_new_config (self->exchange);
  PhoneAccount *account = phone_service_add_account (self, config, error);

  if (account == NULL) {
    set_exchange (self, NULL);
    return NULL;
  }
  g_set_object (&self->inside, account);
  phone_account_set_password (account, password);
  phone_account_register (account);
  return account;
}

static PhoneAccount *
start_exchange (PhoneService *self, const PhoneInsideOptions *options, GError **error)
{
  char *password = phone_random_dup_hex (16);
  g_autoptr (PhoneExchange) exchange = phone_inside_start (options, password, error);
  PhoneAccount *account = NULL;

  if (exchange != NULL) {
    set_exchange (self, exchange);
    account = add_owner (self, password, error);
  }
  phone_secrets_free (password);
  return account;
}

void
phone_service_start_exchange_async (PhoneService *self,
                                    const PhoneInsideOptions *options,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  PhoneAccount *account;

  g_return_if_fail (options->reach != PHONE_REACH_NONE);

  g_task_set_source_tag (task, phone_service_start_exchange_async);
  phone_service_stop_exchange (self);
  account = start_exchange (self, options, &error);
  if (account != NULL)
    g_task_return_pointer (task, g_object_ref (account), g_object_unref);
  else
    g_task_return_error (task, phone_error_take_gio (error));
}

PhoneAccount *
phone_service_start_exchange_finish (PhoneService *self,
                                     GAsyncResult *result,
                                     GError **error)
{
  g_autoptr (PhoneAccount) account = g_task_propagate_pointer (G_TASK (result), error);

  return account; /* the list keeps it */
}

void
phone_service_stop_exchange (PhoneService *self)
{
  g_autoptr (PhoneAccount) inside = g_steal_pointer (&self->inside);

  if (self->exchange == NULL)
    return;
  if (inside != NULL)
    phone_service_remove_account (self, inside);
  phone_exchange_stop (self->exchange);
  set_exchange (self, NULL);
}

PhoneAccount *
phone_service_get_exchange_account (PhoneService *self)
{
  return self->inside;
}

const char *
phone_service_get_exchange_fingerprint (PhoneService *self)
{
  return self->exchange != NULL ? phone_exchange_get_fingerprint (self->exchange) : NULL;
}

guint16
phone_service_get_exchange_port (PhoneService *self)
{
  return self->exchange != NULL ? phone_inside_get_port (self->exchange) : 0;
}

const char *
phone_service_get_guest_link (PhoneService *self)
{
  return self->exchange != NULL ? phone_exchange_get_guest_link (self->exchange) : NULL;
}
