/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-session-private.h"

#include "phone-error.h"

/* What becomes of an account by the user's hand: it is kept, forgotten, or made twice, and
 * its passwords in the keyring with it. */

/* ---- Keeping and forgetting ---- */

static void
on_password_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_secrets_store_finish (result, &error) &&
      !g_error_matches (error, PHONE_ERROR, PHONE_ERROR_CANCELLED))
    phone_session_take_problem (self, g_steal_pointer (&error));
}

static void
store (PhoneSession *self,
       PhoneAccountConfig *config,
       PhoneSecretPurpose purpose,
       const char *password)
{
  if (password != NULL && *password != '\0')
    phone_secrets_store_async (phone_account_config_get_id (config), purpose,
                               phone_account_config_get_aor (config), password,
                               self->cancellable, on_password_stored,
                               g_object_ref (self));
}

static void
give_passwords (PhoneSession *self,
                PhoneAccount *account,
                const char *password,
                const char *turn_password)
{
  if (password != NULL) {
    g_ptr_array_remove (self->waiting, account);
    phone_account_set_password (account, password);
  }
  if (turn_password != NULL)
    phone_account_set_turn_password (account, turn_password);
}

void
phone_session_keep (PhoneSession *self,
                    PhoneAccountConfig *config,
                    const char *password,
                    const char *turn_password)
{
  PhoneAccount *account = phone_session_find_account (self, config);
  gboolean is_new = account == NULL;

  phone_session_take_problem (self, NULL);
  if (phone_settings_find (self->settings, phone_account_config_get_id (config)) ==
      NULL) {
    phone_settings_add (self->settings, config);
    phone_session_watch (self, config);
  }
  phone_session_flush_settings (self);
  store (self, config, PHONE_SECRET_SIP, password);
  store (self, config, PHONE_SECRET_TURN, turn_password);
  if (is_new && password == NULL) {
    phone_session_start_stored (self, config);
  } else {
    account = phone_session_add_account (self, config);
    if (account != NULL) {
      give_passwords (self, account, password, turn_password);
      if (!g_ptr_array_find (self->waiting, account, NULL))
        phone_session_mark_stale (self, account);
    }
  }
  phone_session_look_again (self);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_secrets_forget_finish (result, &error))
    g_debug ("The password stays in the keyring: %s", error->message);
}

void
phone_session_remove (PhoneSession *self, PhoneAccountConfig *config)
{
  g_autoptr (PhoneAccountConfig) alive = g_object_ref (config);
  PhoneAccount *account = phone_session_find_account (self, config);

  phone_session_take_problem (self, NULL);
  g_signal_handlers_disconnect_by_data (config, self);
  if (account != NULL)
    phone_session_stop (self, account);
  phone_settings_remove (self->settings, config);
  phone_session_flush_settings (self);
  phone_secrets_forget_async (phone_account_config_get_id (config), self->cancellable,
                              on_forgotten, g_object_ref (self));
  phone_session_look_again (self);
}

/* ---- Duplicating ---- */

typedef struct {
  PhoneSession *session;
  PhoneAccountConfig *copy;
  PhoneSecretPurpose purpose;
} Copying;

static void
copying_free (Copying *copying)
{
  g_object_unref (copying->session);
  g_object_unref (copying->copy);
  g_free (copying);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Copying, copying_free)

/* The copy may have been removed before the keyring answers: a password that is stored
 * after that is nobody's, and stays for ever. */
static void
on_password_to_copy (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Copying) copying = data;
  g_autoptr (GError) error = NULL;
  PhoneSession *self = copying->session;
  char *password = phone_secrets_lookup_finish (result, &error);
  gboolean is_over =
      g_error_matches (error, PHONE_ERROR, PHONE_ERROR_CANCELLED) ||
      phone_settings_find (self->settings, phone_account_config_get_id (copying->copy)) ==
          NULL;

  if (!is_over && error != NULL)
    phone_session_take_problem (self, g_steal_pointer (&error));
  else if (!is_over)
    store (self, copying->copy, copying->purpose, password);
  phone_secrets_free (password);
}

static void
copy_password (PhoneSession *self,
               PhoneAccountConfig *config,
               PhoneAccountConfig *copy,
               PhoneSecretPurpose purpose)
{
  Copying *copying = g_new0 (Copying, 1);

  copying->session = g_object_ref (self);
  copying->copy = g_object_ref (copy);
  copying->purpose = purpose;
  phone_secrets_lookup_async (phone_account_config_get_id (config), purpose,
                              self->cancellable, on_password_to_copy, copying);
}

PhoneAccountConfig *
phone_session_duplicate (PhoneSession *self, PhoneAccountConfig *config)
{
  g_autoptr (PhoneAccountConfig) copy = phone_settings_new_account (self->settings);

  phone_account_config_assign (copy, config);
  g_object_set (copy, "enabled", FALSE, NULL);
  phone_settings_add (self->settings, copy);
  phone_session_watch (self, copy);
  phone_session_flush_settings (self);
  copy_password (self, config, copy, PHONE_SECRET_SIP);
  if (phone_account_config_get_turn_user (config) != NULL)
    copy_password (self, config, copy, PHONE_SECRET_TURN);
  return copy; /* the settings keep it */
}
