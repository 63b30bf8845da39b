/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-settings.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "phone-error.h"

#define INSTALLATION_GROUP "installation"
#define ACCOUNT_PREFIX "account "
#define WRITE_DELAY_MS 500

struct _PhoneSettings {
  GObject parent_instance;

  /* owned */
  char *path;
  char *instance_id;
  char *default_account;
  GKeyFile *file; /* as read or written last: keys of a newer version stay in it */
  GListStore *accounts;
  GError *obstacle; /* why the file must not be written: it could not be read */
  guint write_timer;

  PhoneReach reach;
  guint exchange_port;
  gboolean is_loaded;
  gboolean is_dirty;
};

enum { PROP_0, PROP_REACH, PROP_EXCHANGE_PORT, PROP_DEFAULT_ACCOUNT, N_PROPS };

static GParamSpec *props[N_PROPS];

enum { SIGNAL_WRITE_FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void phone_settings_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneSettings,
                               phone_settings,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      phone_settings_list_model_init))

static const GEnumValue reaches[] = {
    {PHONE_REACH_NONE, "PHONE_REACH_NONE", "none"},
    {PHONE_REACH_COMPUTER, "PHONE_REACH_COMPUTER", "computer"},
    {PHONE_REACH_NETWORK, "PHONE_REACH_NETWORK", "network"},
    {0, NULL, NULL},
};

GType
phone_reach_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneReach", reaches));
  return type;
}

static GType
phone_settings_get_item_type (GListModel *model)
{
  return PHONE_TYPE_ACCOUNT_CONFIG;
}

static guint
phone_settings_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PHONE_SETTINGS (model)->accounts));
}

static gpointer
phone_settings_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (PHONE_SETTINGS (model)->accounts),
                                position);
}

static void
phone_settings_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_settings_get_item_type;
  iface->get_n_items = phone_settings_get_n_items;
  iface->get_item = phone_settings_get_item;
}

static void
on_accounts_items_changed (GListModel *accounts,
                           guint position,
                           guint n_removed,
                           guint n_added,
                           gpointer user_data)
{
  g_list_model_items_changed (G_LIST_MODEL (user_data), position, n_removed, n_added);
}

static char *
dup_group (PhoneAccountConfig *config)
{
  return g_strconcat (ACCOUNT_PREFIX, phone_account_config_get_id (config), NULL);
}

/* The order of the groups is the order of the accounts, so all are written anew; what
 * only a newer version knows is carried over key by key. */
static void
copy_foreign_keys (GKeyFile *from, GKeyFile *to, const char *group, GObjectClass *known)
{
  g_auto (GStrv) keys = g_key_file_get_keys (from, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_value (from, group, keys[i], NULL);

    if (!g_key_file_has_key (to, group, keys[i], NULL) &&
        (known == NULL || g_object_class_find_property (known, keys[i]) == NULL))
      g_key_file_set_value (to, group, keys[i], value);
  }
}

static void
save_installation (PhoneSettings *self, GKeyFile *file)
{
  g_key_file_set_string (file, INSTALLATION_GROUP, "instance-id", self->instance_id);
  g_key_file_set_string (file, INSTALLATION_GROUP, "reach",
                         reaches[self->reach].value_nick);
  g_key_file_set_integer (file, INSTALLATION_GROUP, "exchange-port",
                          (int)self->exchange_port);
  g_key_file_set_string (file, INSTALLATION_GROUP, "default-account",
                         self->default_account != NULL ? self->default_account : "");
}

static GKeyFile *
new_file (PhoneSettings *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = g_key_file_get_groups (self->file, NULL);
  guint n = phone_settings_get_n_items (G_LIST_MODEL (self));

  save_installation (self, file);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!g_str_has_prefix (groups[i], ACCOUNT_PREFIX))
      copy_foreign_keys (self->file, file, groups[i], NULL);
  for (guint i = 0; i < n; i++) {
    g_autoptr (PhoneAccountConfig) config =
        g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
    g_autofree char *group = dup_group (config);

    phone_account_config_save (config, file, group);
    copy_foreign_keys (self->file, file, group, G_OBJECT_GET_CLASS (config));
  }
  return g_steal_pointer (&file);
}

static void
set_storage_error (GError **error, const char *path, const char *why)
{
  g_set_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE, "%s: %s", path, why);
}

static gboolean
write_file (PhoneSettings *self, GKeyFile *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *text = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length;

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    set_storage_error (error, folder, g_strerror (errno));
    return FALSE;
  }
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (self->path, text, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT, 0600, &failure))
    return TRUE;
  set_storage_error (error, self->path, failure->message);
  return FALSE;
}

gboolean
phone_settings_flush (PhoneSettings *self, GError **error)
{
  g_autoptr (GKeyFile) file = NULL;

  g_return_val_if_fail (PHONE_IS_SETTINGS (self), FALSE);

  g_clear_handle_id (&self->write_timer, g_source_remove);
  if (!self->is_dirty)
    return TRUE;
  g_return_val_if_fail (self->is_loaded, FALSE);
  if (self->obstacle != NULL) {
    g_propagate_error (error, g_error_copy (self->obstacle));
    return FALSE;
  }
  file = new_file (self);
  if (!write_file (self, file, error))
    return FALSE;
  g_key_file_unref (self->file);
  self->file = g_steal_pointer (&file);
  self->is_dirty = FALSE;
  return TRUE;
}

static gboolean
on_write_due (gpointer user_data)
{
  PhoneSettings *self = user_data;
  g_autoptr (GError) error = NULL;

  self->write_timer = 0;
  if (!phone_settings_flush (self, &error))
    g_signal_emit (self, signals[SIGNAL_WRITE_FAILED], 0, error);
  return G_SOURCE_REMOVE;
}

static void
mark_dirty (PhoneSettings *self)
{
  self->is_dirty = TRUE;
  if (self->write_timer == 0)
    self->write_timer = g_timeout_add (WRITE_DELAY_MS, on_write_due, self);
}

static void
on_account_notify (PhoneAccountConfig *config, GParamSpec *pspec, gpointer user_data)
{
  mark_dirty (PHONE_SETTINGS (user_data));
}

static void
append (PhoneSettings *self, PhoneAccountConfig *config)
{
  g_signal_connect (config, "notify", G_CALLBACK (on_account_notify), self);
  g_list_store_append (self->accounts, config);
}

static void
stop_watching (PhoneSettings *self)
{
  guint n = phone_settings_get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; i < n; i++) {
    g_autoptr (PhoneAccountConfig) config =
        g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
    g_signal_handlers_disconnect_by_data (config, self);
  }
}

/* A file that is nonsense would be lost with the next write, and nobody could look what
 * had been in it. */
static void
move_aside (PhoneSettings *self, const char *why, GError **error)
{
  g_autofree char *aside = g_strconcat (self->path, ".broken", NULL);
  g_autofree char *told = g_strdup_printf ("%s; moved to %s", why, aside);

  set_storage_error (error, self->path, g_rename (self->path, aside) == 0 ? told : why);
}

static gboolean
read_file (PhoneSettings *self, GKeyFile *file, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (self->path, &text, &length, &failure)) {
    if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    set_storage_error (error, self->path, failure->message);
    return FALSE;
  }
  if (length == 0 ||
      g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, &failure))
    return TRUE;
  move_aside (self, failure->message, error);
  return FALSE;
}

static void
load_installation (PhoneSettings *self)
{
  g_autofree char *kept =
      g_key_file_get_string (self->file, INSTALLATION_GROUP, "instance-id", NULL);

  if (kept != NULL && g_str_has_prefix (kept, "urn:uuid:") &&
      g_uuid_string_is_valid (kept + strlen ("urn:uuid:"))) {
    g_free (self->instance_id);
    self->instance_id = g_steal_pointer (&kept);
  } else {
    mark_dirty (self);
  }
}

static void
load_choices (PhoneSettings *self)
{
  g_autofree char *reach =
      g_key_file_get_string (self->file, INSTALLATION_GROUP, "reach", NULL);
  g_autofree char *account =
      g_key_file_get_string (self->file, INSTALLATION_GROUP, "default-account", NULL);
  int port =
      g_key_file_get_integer (self->file, INSTALLATION_GROUP, "exchange-port", NULL);

  self->reach = PHONE_REACH_NONE;
  for (guint i = 0; reaches[i].value_nick != NULL; i++)
    if (g_strcmp0 (reach, reaches[i].value_nick) == 0)
      self->reach = (PhoneReach)reaches[i].value;
  self->exchange_port = port > 0 && port <= G_MAXUINT16 ? (guint)port : 0;
  g_free (self->default_account);
  self->default_account =
      account != NULL && *account != '\0' ? g_steal_pointer (&account) : NULL;
}

static void
load_accounts (PhoneSettings *self)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->file, NULL);

  for (guint i = 0; groups[i] != NULL; i++) {
    g_autoptr (PhoneAccountConfig) config = NULL;

    if (!g_str_has_prefix (groups[i], ACCOUNT_PREFIX))
      continue;
    if (!g_key_file_has_key (self->file, groups[i], "id", NULL))
      mark_dirty (self);
    config = phone_account_config_load (self->file, groups[i]);
    if (phone_settings_find (self, phone_account_config_get_id (config)) == NULL)
      append (self, config);
  }
}

gboolean
phone_settings_load (PhoneSettings *self, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) failure = NULL;
  gboolean is_read;

  g_return_val_if_fail (PHONE_IS_SETTINGS (self), FALSE);

  stop_watching (self);
  g_list_store_remove_all (self->accounts);
  g_clear_handle_id (&self->write_timer, g_source_remove);
  g_clear_error (&self->obstacle);
  self->is_dirty = FALSE;
  self->is_loaded = TRUE;
  is_read = read_file (self, file, &failure);
  if (!is_read && g_file_test (self->path, G_FILE_TEST_EXISTS))
    self->obstacle = g_error_copy (failure);
  g_key_file_unref (self->file);
  self->file = is_read ? g_steal_pointer (&file) : g_key_file_new ();
  load_installation (self);
  load_choices (self);
  load_accounts (self);
  if (is_read)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
phone_settings_dispose (GObject *object)
{
  PhoneSettings *self = PHONE_SETTINGS (object);

  phone_settings_flush (self, NULL);
  stop_watching (self);

  G_OBJECT_CLASS (phone_settings_parent_class)->dispose (object);
}

static void
phone_settings_finalize (GObject *object)
{
  PhoneSettings *self = PHONE_SETTINGS (object);

  g_object_unref (self->accounts);
  g_key_file_unref (self->file);
  g_clear_error (&self->obstacle);
  g_free (self->default_account);
  g_free (self->instance_id);
  g_free (self->path);

  G_OBJECT_CLASS (phone_settings_parent_class)->finalize (object);
}

static void
phone_settings_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  PhoneSettings *self = PHONE_SETTINGS (object);

  switch (prop_id) {
  case PROP_REACH:
    g_value_set_enum (value, (int)self->reach);
    break;
  case PROP_EXCHANGE_PORT:
    g_value_set_uint (value, self->exchange_port);
    break;
  case PROP_DEFAULT_ACCOUNT:
    g_value_set_string (value, self->default_account);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static gboolean
take_choice (PhoneSettings *self, guint prop_id, const GValue *value)
{
  g_autofree char *old = NULL;

  if (prop_id == PROP_REACH) {
    PhoneReach reach = self->reach;

    self->reach = (PhoneReach)g_value_get_enum (value);
    return reach != self->reach;
  }
  if (prop_id == PROP_EXCHANGE_PORT) {
    guint port = self->exchange_port;

    self->exchange_port = g_value_get_uint (value);
    return port != self->exchange_port;
  }
  old = g_steal_pointer (&self->default_account);
  self->default_account = g_value_dup_string (value);
  return g_strcmp0 (old, self->default_account) != 0;
}

static void
phone_settings_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  PhoneSettings *self = PHONE_SETTINGS (object);

  if (prop_id == PROP_0 || prop_id >= N_PROPS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  } else if (take_choice (self, prop_id, value)) {
    mark_dirty (self);
    g_object_notify_by_pspec (object, pspec);
  }
}

static void
phone_settings_class_init (PhoneSettingsClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_settings_get_property;
  object_class->set_property = phone_settings_set_property;
  object_class->dispose = phone_settings_dispose;
  object_class->finalize = phone_settings_finalize;

  props[PROP_REACH] =
      g_param_spec_enum ("reach", NULL, NULL, PHONE_TYPE_REACH, PHONE_REACH_NONE, flags);
  props[PROP_EXCHANGE_PORT] =
      g_param_spec_uint ("exchange-port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  props[PROP_DEFAULT_ACCOUNT] =
      g_param_spec_string ("default-account", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_WRITE_FAILED] =
      g_signal_new ("write-failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
phone_settings_init (PhoneSettings *self)
{
  g_autofree char *uuid = g_uuid_string_random ();

  self->instance_id = g_strconcat ("urn:uuid:", uuid, NULL);
  self->file = g_key_file_new ();
  self->accounts = g_list_store_new (PHONE_TYPE_ACCOUNT_CONFIG);
  g_signal_connect (self->accounts, "items-changed",
                    G_CALLBACK (on_accounts_items_changed), self);
}

PhoneSettings *
phone_settings_new (const char *path)
{
  PhoneSettings *self = g_object_new (PHONE_TYPE_SETTINGS, NULL);

  self->path = path != NULL ? g_strdup (path)
                            : g_build_filename (g_get_user_config_dir (), "phone",
                                                "accounts.ini", NULL);
  return self;
}

PhoneAccountConfig *
phone_settings_new_account (PhoneSettings *self)
{
  g_return_val_if_fail (PHONE_IS_SETTINGS (self), NULL);

  return g_object_new (PHONE_TYPE_ACCOUNT_CONFIG, "instance-id", self->instance_id, NULL);
}

void
phone_settings_add (PhoneSettings *self, PhoneAccountConfig *config)
{
  g_return_if_fail (PHONE_IS_SETTINGS (self));
  g_return_if_fail (PHONE_IS_ACCOUNT_CONFIG (config));

  if (phone_settings_find (self, phone_account_config_get_id (config)) != NULL)
    return;
  append (self, config);
  mark_dirty (self);
}

void
phone_settings_remove (PhoneSettings *self, PhoneAccountConfig *config)
{
  guint position;

  g_return_if_fail (PHONE_IS_SETTINGS (self));

  if (!g_list_store_find (self->accounts, config, &position))
    return;
  g_signal_handlers_disconnect_by_data (config, self);
  g_list_store_remove (self->accounts, position);
  mark_dirty (self);
}

PhoneAccountConfig *
phone_settings_find (PhoneSettings *self, const char *id)
{
  guint n = phone_settings_get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; i < n; i++) {
    g_autoptr (PhoneAccountConfig) config =
        g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (g_strcmp0 (phone_account_config_get_id (config), id) == 0)
      return config; /* the list keeps it */
  }
  return NULL;
}

PhoneReach
phone_settings_get_reach (PhoneSettings *self)
{
  g_return_val_if_fail (PHONE_IS_SETTINGS (self), PHONE_REACH_NONE);

  return self->reach;
}

guint
phone_settings_get_exchange_port (PhoneSettings *self)
{
  g_return_val_if_fail (PHONE_IS_SETTINGS (self), 0);

  return self->exchange_port;
}

const char *
phone_settings_get_default_account (PhoneSettings *self)
{
  g_return_val_if_fail (PHONE_IS_SETTINGS (self), NULL);

  return self->default_account;
}
