/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-session-private.h"

#include "phone-error.h"

enum {
  PROP_SERVICE = 1,
  PROP_SETTINGS,
  PROP_ACCOUNT,
  PROP_REACH,
  PROP_EMPTY,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneSession, phone_session, G_TYPE_OBJECT)

void
phone_session_take_problem (PhoneSession *self, GError *problem)
{
  if (self->problem == NULL && problem == NULL)
    return;
  g_clear_error (&self->problem);
  self->problem = problem;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

void
phone_session_flush_settings (PhoneSession *self)
{
  g_autoptr (GError) error = NULL;

  if (!phone_settings_flush (self->settings, &error))
    phone_session_take_problem (self, g_steal_pointer (&error));
}

/* ---- The account to dial with ---- */

PhoneAccount *
phone_session_find_account (PhoneSession *self, PhoneAccountConfig *config)
{
  GListModel *accounts = phone_service_get_accounts (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    if (phone_account_get_config (account) == config)
      return account; /* the list keeps it */
  }
  return NULL;
}

static PhoneAccount *
find_default (PhoneSession *self)
{
  const char *id = phone_settings_get_default_account (self->settings);
  PhoneAccount *inside = phone_service_get_exchange_account (self->service);
  GListModel *configs = G_LIST_MODEL (self->settings);
  PhoneAccount *first = NULL;

  if (g_strcmp0 (id, PHONE_SETTINGS_INSIDE) == 0 && inside != NULL)
    return inside;
  for (guint i = 0; i < g_list_model_get_n_items (configs); i++) {
    g_autoptr (PhoneAccountConfig) config = g_list_model_get_item (configs, i);
    PhoneAccount *account = phone_session_find_account (self, config);

    if (account != NULL &&
        (first == NULL || g_strcmp0 (id, phone_account_config_get_id (config)) == 0))
      first = account;
  }
  return first != NULL ? first : inside;
}

void
phone_session_look_again (PhoneSession *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->settings)) == 0 &&
                      phone_settings_get_reach (self->settings) == PHONE_REACH_NONE;

  if (g_set_object (&self->account, find_default (self)))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCOUNT]);
  if (self->is_empty != is_empty) {
    self->is_empty = is_empty;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
  }
}

void
phone_session_set_account (PhoneSession *self, PhoneAccount *account)
{
  const char *id = account == phone_service_get_exchange_account (self->service)
                       ? PHONE_SETTINGS_INSIDE
                       : phone_account_config_get_id (phone_account_get_config (account));

  g_object_set (self->settings, "default-account", id, NULL);
  phone_session_look_again (self);
}

/* ---- The exchange inside ---- */

static void
on_exchange_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSession) self = data;
  g_autoptr (GError) error = NULL;

  if (phone_service_start_exchange_finish (PHONE_SERVICE (source), result, &error) ==
      NULL)
    phone_session_take_problem (self, g_steal_pointer (&error));
  else
    g_object_set (self->settings, "exchange-port",
                  phone_service_get_exchange_port (self->service), NULL);
  phone_session_look_again (self);
}

static void
start_exchange (PhoneSession *self)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "phone", "exchange", NULL);
  const PhoneInsideOptions options = {
      .reach = phone_settings_get_reach (self->settings),
      .port = (guint16)phone_settings_get_exchange_port (self->settings),
      .state_dir = folder,
  };

  phone_service_start_exchange_async (self->service, &options, self->cancellable,
                                      on_exchange_started, g_object_ref (self));
}

static void
set_reach (PhoneSession *self, PhoneReach reach)
{
  if (reach == phone_settings_get_reach (self->settings))
    return;
  phone_session_take_problem (self, NULL);
  g_object_set (self->settings, "reach", reach, NULL);
  phone_session_flush_settings (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REACH]);
  if (reach == PHONE_REACH_NONE)
    phone_service_stop_exchange (self->service);
  else
    start_exchange (self);
  phone_session_look_again (self);
}

/* ---- Starting an account ---- */

typedef struct {
  PhoneSession *session;
  PhoneAccount *account;
  PhoneSecretPurpose purpose;
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_object_unref (lookup->session);
  g_object_unref (lookup->account);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

static void on_password_found (GObject *source, GAsyncResult *result, gpointer data);

static void
look_up (PhoneSession *self, PhoneAccount *account, PhoneSecretPurpose purpose)
{
  PhoneAccountConfig *config = phone_account_get_config (account);
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->session = g_object_ref (self);
  lookup->account = g_object_ref (account);
  lookup->purpose = purpose;
  phone_secrets_lookup_async (phone_account_config_get_id (config), purpose,
                              self->cancellable, on_password_found, lookup);
}

/* The keyring may take its time: who typed a password, or removed the account, in the
 * meantime knows better. */
static void
on_password_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Lookup) lookup = data;
  g_autoptr (GError) error = NULL;
  PhoneSession *self = lookup->session;
  char *password = phone_secrets_lookup_finish (result, &error);

  if (!g_ptr_array_find (self->waiting, lookup->account, NULL)) {
    phone_secrets_free (password);
    return;
  }
  if (error != NULL && !g_error_matches (error, PHONE_ERROR, PHONE_ERROR_CANCELLED))
    phone_session_take_problem (self, g_steal_pointer (&error));
  if (lookup->purpose == PHONE_SECRET_TURN) {
    phone_account_set_turn_password (lookup->account, password);
    look_up (self, lookup->account, PHONE_SECRET_SIP);
  } else {
    phone_account_set_password (lookup->account, password);
    g_ptr_array_remove (self->waiting, lookup->account);
    phone_account_register (lookup->account);
  }
  phone_secrets_free (password);
}

static gboolean
is_wanted (PhoneSession *self, PhoneAccountConfig *config)
{
  return phone_account_config_get_enabled (config) &&
         phone_settings_find (self->settings, phone_account_config_get_id (config)) ==
             config;
}

PhoneAccount *
phone_session_add_account (PhoneSession *self, PhoneAccountConfig *config)
{
  g_autoptr (GError) error = NULL;
  PhoneAccount *account = NULL;

  if (is_wanted (self, config)) {
    account = phone_service_add_account (self->service, config, &error);
    if (account == NULL)
      phone_session_take_problem (self, g_steal_pointer (&error));
  }
  return account;
}

void
phone_session_start_stored (PhoneSession *self, PhoneAccountConfig *config)
{
  PhoneAccount *account = phone_session_add_account (self, config);

  if (account == NULL)
    return;
  g_ptr_array_add (self->waiting, g_object_ref (account));
  look_up (self, account,
           phone_account_config_get_turn_user (config) != NULL ? PHONE_SECRET_TURN
                                                               : PHONE_SECRET_SIP);
}

void
phone_session_stop (PhoneSession *self, PhoneAccount *account)
{
  g_ptr_array_remove (self->waiting, account);
  g_ptr_array_remove (self->stale, account);
  phone_service_remove_account (self->service, account);
}

/* The switch of an account, wherever it is shown. */
static void
on_config_enabled (PhoneAccountConfig *config, GParamSpec *pspec, PhoneSession *self)
{
  PhoneAccount *account = phone_session_find_account (self, config);

  if (account != NULL && !is_wanted (self, config))
    phone_session_stop (self, account);
  else if (account == NULL)
    phone_session_start_stored (self, config);
  phone_session_look_again (self);
}

void
phone_session_watch (PhoneSession *self, PhoneAccountConfig *config)
{
  g_signal_connect_object (config, "notify::enabled", G_CALLBACK (on_config_enabled),
                           self, 0);
}

static void
on_write_failed (PhoneSession *self, const GError *error)
{
  phone_session_take_problem (self, g_error_copy (error));
}

void
phone_session_start (PhoneSession *self)
{
  GListModel *configs = G_LIST_MODEL (self->settings);
  g_autoptr (GError) error = NULL;

  if (!phone_settings_load (self->settings, &error))
    phone_session_take_problem (self, g_steal_pointer (&error));
  for (guint i = 0; i < g_list_model_get_n_items (configs); i++) {
    g_autoptr (PhoneAccountConfig) config = g_list_model_get_item (configs, i);

    phone_session_watch (self, config);
    phone_session_start_stored (self, config);
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REACH]);
  if (phone_settings_get_reach (self->settings) != PHONE_REACH_NONE)
    start_exchange (self);
  phone_session_look_again (self);
}

/* ---- New settings for an account that runs ---- */

static gboolean
is_in_call (PhoneSession *self, PhoneAccount *account)
{
  GListModel *calls = phone_service_get_calls (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);
    g_autoptr (PhoneAccount) its = NULL;

    g_object_get (call, "account", &its, NULL);
    if (its == account)
      return TRUE;
  }
  return FALSE;
}

/* An account takes its settings when it starts. */
static void
start_stale_anew (PhoneSession *self)
{
  for (guint i = self->stale->len; i > 0; i--) {
    g_autoptr (PhoneAccount) account =
        g_object_ref (g_ptr_array_index (self->stale, i - 1));

    if (is_in_call (self, account))
      continue;
    g_ptr_array_remove (self->stale, account);
    phone_account_unregister (account);
    phone_account_register (account);
  }
}

void
phone_session_mark_stale (PhoneSession *self, PhoneAccount *account)
{
  if (!g_ptr_array_find (self->stale, account, NULL))
    g_ptr_array_add (self->stale, g_object_ref (account));
  start_stale_anew (self);
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
  case PROP_SETTINGS:
    g_value_set_object (value, self->settings);
    break;
  case PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PROP_REACH:
    g_value_set_enum (value, (int)phone_settings_get_reach (self->settings));
    break;
  case PROP_EMPTY:
    g_value_set_boolean (value, self->is_empty);
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
  else if (id == PROP_REACH)
    set_reach (self, (PhoneReach)g_value_get_enum (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_session_constructed (GObject *object)
{
  PhoneSession *self = PHONE_SESSION (object);

  G_OBJECT_CLASS (phone_session_parent_class)->constructed (object);
  g_signal_connect_object (phone_service_get_calls (self->service), "items-changed",
                           G_CALLBACK (start_stale_anew), self, G_CONNECT_SWAPPED);
}

static void
phone_session_dispose (GObject *object)
{
  PhoneSession *self = PHONE_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->stale, g_ptr_array_unref);
  g_clear_object (&self->settings);
  g_clear_object (&self->service);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (phone_session_parent_class)->dispose (object);
}

static void
phone_session_class_init (PhoneSessionClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_session_get_property;
  object_class->set_property = phone_session_set_property;
  object_class->constructed = phone_session_constructed;
  object_class->dispose = phone_session_dispose;

  properties[PROP_SERVICE] = g_param_spec_object (
      "service", NULL, NULL, PHONE_TYPE_SERVICE,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SETTINGS] =
      g_param_spec_object ("settings", NULL, NULL, PHONE_TYPE_SETTINGS, readable);
  properties[PROP_ACCOUNT] =
      g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT, readable);
  properties[PROP_REACH] = g_param_spec_enum (
      "reach", NULL, NULL, PHONE_TYPE_REACH, PHONE_REACH_NONE,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, TRUE, readable);
  properties[PROP_PROBLEM] =
      g_param_spec_boxed ("problem", NULL, NULL, G_TYPE_ERROR, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_session_init (PhoneSession *self)
{
  self->is_empty = TRUE;
  self->settings = phone_settings_new (NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->stale = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (self->settings, "write-failed", G_CALLBACK (on_write_failed),
                           self, G_CONNECT_SWAPPED);
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

PhoneSettings *
phone_session_get_settings (PhoneSession *self)
{
  return self->settings;
}

PhoneAccount *
phone_session_get_account (PhoneSession *self)
{
  return self->account;
}

gboolean
phone_session_is_empty (PhoneSession *self)
{
  return self->is_empty;
}
