/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-session.h"

#include "phone-error.h"
#include "phone-secrets.h"
#include "phone-settings.h"

struct _PhoneSession {
  GObject parent;

  /* owned */
  PhoneService *service;
  PhoneSettings *settings;
  PhoneAccount *account;
  PhoneAccount *inside; /* the owner's at the exchange inside, once that runs */
  GError *problem;
  GCancellable *cancellable;
  gboolean awaits_password; /* the account's, from the keyring */
};

enum { PROP_SERVICE = 1, PROP_ACCOUNT, PROP_PROBLEM, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneSession, phone_session, G_TYPE_OBJECT)

static void
set_account (PhoneSession *self, PhoneAccount *account)
{
  if (!g_set_object (&self->account, account))
    return;
  self->awaits_password = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCOUNT]);
}

static void
take_problem (PhoneSession *self, GError *problem)
{
  g_clear_error (&self->problem);
  self->problem = problem;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* ---- The exchange inside ---- */

static void
on_exchange_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;
  PhoneAccount *account =
      phone_service_start_exchange_finish (PHONE_SERVICE (source), result, &error);

  if (account == NULL)
    take_problem (self, g_steal_pointer (&error));
  g_set_object (&self->inside, account);
  if (self->account == NULL)
    set_account (self, account);
}

static void
start_exchange (PhoneSession *self)
{
  if (self->inside != NULL) {
    set_account (self, self->inside);
    return;
  }
  phone_service_start_exchange_async (self->service, self->cancellable,
                                      on_exchange_started, g_object_ref (self));
}

/* ---- The stored account ---- */

/* The keyring may take its time: who signed in or out in the meantime knows better. */
static void
on_password_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;
  char *password = phone_secrets_lookup_finish (result, &error);

  if (self->awaits_password) {
    self->awaits_password = FALSE;
    if (error != NULL)
      take_problem (self, g_steal_pointer (&error));
    phone_account_set_password (self->account, password);
    phone_account_register (self->account);
  }
  phone_secrets_free (password);
}

static void
start_stored (PhoneSession *self, PhoneAccountConfig *config)
{
  g_autoptr (GError) error = NULL;
  PhoneAccount *account = phone_service_add_account (self->service, config, &error);

  if (account == NULL) {
    take_problem (self, g_steal_pointer (&error));
    return;
  }
  set_account (self, account);
  self->awaits_password = TRUE;
  phone_secrets_lookup_async (phone_account_config_get_id (config), PHONE_SECRET_SIP,
                              self->cancellable, on_password_found, g_object_ref (self));
}

static PhoneAccountConfig *
dup_stored (PhoneSession *self)
{
  return g_list_model_get_item (G_LIST_MODEL (self->settings), 0);
}

void
phone_session_start (PhoneSession *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneAccountConfig) config = NULL;

  if (!phone_settings_load (self->settings, &error))
    take_problem (self, g_steal_pointer (&error));

  config = dup_stored (self);
  if (config != NULL)
    start_stored (self, config);
  else
    start_exchange (self);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_secrets_forget_finish (result, &error))
    g_debug ("The password stays in the keyring: %s", error->message);
}

static void
forget_stored (PhoneSession *self)
{
  g_autoptr (PhoneAccountConfig) config = dup_stored (self);

  if (config == NULL)
    return;
  phone_settings_remove (self->settings, config);
  phone_secrets_forget_async (phone_account_config_get_id (config), self->cancellable,
                              on_forgotten, g_object_ref (self));
}

static void
flush_settings (PhoneSession *self)
{
  g_autoptr (GError) error = NULL;

  if (!phone_settings_flush (self->settings, &error))
    take_problem (self, g_steal_pointer (&error));
}

/* The account inside stays: the link that a browser has goes on working. */
static void
replace_account (PhoneSession *self, PhoneAccount *account)
{
  g_autoptr (PhoneAccount) old =
      self->account != NULL ? g_object_ref (self->account) : NULL;

  set_account (self, account);
  if (old != NULL && old != account && old != self->inside)
    phone_service_remove_account (self->service, old);
}

gboolean
phone_session_is_signed_in (PhoneSession *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->settings)) > 0;
}

void
phone_session_sign_out (PhoneSession *self)
{
  if (!phone_session_is_signed_in (self))
    return;
  forget_stored (self);
  flush_settings (self);
  replace_account (self, NULL);
  take_problem (self, NULL);
  start_exchange (self);
}

/* ---- Signing in ---- */

typedef struct {
  PhoneAccount *account;
  char *password;
  gulong state_id;
  gulong cancelled_id;
} SignIn;

static void
sign_in_free (SignIn *sign_in)
{
  g_clear_object (&sign_in->account);
  phone_secrets_free (sign_in->password);
  g_free (sign_in);
}

static void
on_password_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_secrets_store_finish (result, &error))
    take_problem (self, g_steal_pointer (&error));
}

static void
keep (PhoneSession *self, SignIn *sign_in)
{
  PhoneAccountConfig *config = phone_account_get_config (sign_in->account);

  if (self->account != sign_in->account)
    forget_stored (self);
  phone_settings_add (self->settings, config);
  replace_account (self, sign_in->account);
  take_problem (self, NULL);
  flush_settings (self);
  if (sign_in->password != NULL && *sign_in->password != '\0')
    phone_secrets_store_async (phone_account_config_get_id (config), PHONE_SECRET_SIP,
                               phone_account_config_get_aor (config), sign_in->password,
                               self->cancellable, on_password_stored,
                               g_object_ref (self));
}

/* Takes the task: it is over, for better (no error) or worse. */
static void
finish_sign_in (GTask *task, GError *error)
{
  PhoneSession *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);

  g_clear_signal_handler (&sign_in->state_id, sign_in->account);
  g_cancellable_disconnect (g_task_get_cancellable (task), sign_in->cancelled_id);
  if (error == NULL) {
    keep (self, sign_in);
    g_task_return_boolean (task, TRUE);
  } else {
    if (self->account != sign_in->account)
      phone_service_remove_account (self->service, sign_in->account);
    g_task_return_error (task, error);
  }
  g_object_unref (task);
}

static void
on_account_state (GTask *task)
{
  SignIn *sign_in = g_task_get_task_data (task);
  const GError *error = phone_account_get_error (sign_in->account);

  switch (phone_account_get_state (sign_in->account)) {
  case PHONE_ACCOUNT_STATE_REGISTERED:
    finish_sign_in (task, NULL);
    break;
  case PHONE_ACCOUNT_STATE_WAITING:
  case PHONE_ACCOUNT_STATE_REFUSED:
    finish_sign_in (task, error != NULL
                              ? g_error_copy (error)
                              : g_error_new_literal (PHONE_ERROR,
                                                     PHONE_ERROR_REGISTRATION_REFUSED,
                                                     "refused without a reason"));
    break;
  case PHONE_ACCOUNT_STATE_OFFLINE:
  case PHONE_ACCOUNT_STATE_CONNECTING:
  case PHONE_ACCOUNT_STATE_REGISTERING:
  case PHONE_ACCOUNT_STATE_UNREGISTERING:
    break;
  }
}

/* g_cancellable_disconnect() must not be called from inside ::cancelled. */
static gboolean
cancel_in_idle (gpointer data)
{
  finish_sign_in (data, g_error_new_literal (PHONE_ERROR, PHONE_ERROR_CANCELLED,
                                             "signing in was cancelled"));
  return G_SOURCE_REMOVE;
}

static void
on_sign_in_cancelled (GCancellable *cancellable, GTask *task)
{
  SignIn *sign_in = g_task_get_task_data (task);

  g_clear_signal_handler (&sign_in->state_id, sign_in->account);
  g_idle_add (cancel_in_idle, task);
}

/* The account that is there already, where only its password was wrong; otherwise a new
 * one that nobody keeps yet. */
static PhoneAccount *
dup_account_for (PhoneSession *self,
                 const char *server,
                 const char *address,
                 GError **error)
{
  g_autoptr (PhoneAccountConfig) config = phone_settings_new_account (self->settings);
  PhoneAccount *account;

  g_object_set (config, "servers", (const char *[]){server, NULL}, "aor", address, NULL);
  if (self->account != NULL) {
    PhoneAccountConfig *old = phone_account_get_config (self->account);

    if (g_strcmp0 (phone_account_config_get_server (old),
                   phone_account_config_get_server (config)) == 0 &&
        g_strcmp0 (phone_account_config_get_aor (old),
                   phone_account_config_get_aor (config)) == 0)
      return g_object_ref (self->account);
  }
  if (!phone_account_config_validate (config, NULL, error))
    return NULL;

  account = phone_service_add_account (self->service, config, error);
  return account != NULL ? g_object_ref (account) : NULL;
}

void
phone_session_sign_in_async (PhoneSession *self,
                             const char *server,
                             const char *address,
                             const char *password,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  SignIn *sign_in;
  PhoneAccount *account = dup_account_for (self, server, address, &error);

  /* Whether it was cancelled is decided in one place, on_sign_in_cancelled(). */
  g_task_set_check_cancellable (task, FALSE);
  if (account == NULL) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }

  sign_in = g_new0 (SignIn, 1);
  sign_in->account = account;
  sign_in->password = g_strdup (password);
  g_task_set_task_data (task, sign_in, (GDestroyNotify)sign_in_free);
  sign_in->state_id = g_signal_connect_swapped (account, "notify::state",
                                                G_CALLBACK (on_account_state), task);
  if (cancellable != NULL)
    sign_in->cancelled_id = g_signal_connect (cancellable, "cancelled",
                                              G_CALLBACK (on_sign_in_cancelled), task);
  if (account == self->account)
    self->awaits_password = FALSE;
  phone_account_set_password (account, password);
  phone_account_register (account);
}

gboolean
phone_session_sign_in_finish (PhoneSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- The object ---- */

static void
phone_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhoneSession *self = PHONE_SESSION (object);

  switch (id) {
  case PROP_SERVICE:
    g_value_set_object (value, self->service);
    break;
  case PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PROP_PROBLEM:
    g_value_set_boxed (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_session_set_property (GObject *object,
                            guint id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  PhoneSession *self = PHONE_SESSION (object);

  if (id == PROP_SERVICE)
    self->service = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_session_dispose (GObject *object)
{
  PhoneSession *self = PHONE_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->inside);
  g_clear_object (&self->settings);
  g_clear_object (&self->service);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (phone_session_parent_class)->dispose (object);
}

static void
phone_session_class_init (PhoneSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_session_get_property;
  object_class->set_property = phone_session_set_property;
  object_class->dispose = phone_session_dispose;

  properties[PROP_SERVICE] = g_param_spec_object (
      "service", NULL, NULL, PHONE_TYPE_SERVICE,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACCOUNT] =
      g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PROBLEM] = g_param_spec_boxed (
      "problem", NULL, NULL, G_TYPE_ERROR, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_session_init (PhoneSession *self)
{
  self->settings = phone_settings_new (NULL);
  self->cancellable = g_cancellable_new ();
}

PhoneSession *
phone_session_new (PhoneService *service)
{
  return g_object_new (PHONE_TYPE_SESSION, "service", service, NULL);
}

PhoneService *
phone_session_get_service (PhoneSession *self)
{
  return self->service;
}

PhoneAccount *
phone_session_get_account (PhoneSession *self)
{
  return self->account;
}
