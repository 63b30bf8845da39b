/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "phone-error.h"

#define FORMAT "phone-accounts"
#define VERSION 1
#define MAX_LIST 32

/* What a file says about an account. */
static const char *const members[] = {
    "label",
    "display-name",
    "aor",
    "servers",
    "auth-user",
    "registrar",
    "pinned-fingerprint",
    "turn-user",
    "dial-prefix",
    "ring-tone",
    "ice-servers",
    "audio-codecs",
    "video-codecs",
    "relay-only",
    "auth-in-dialog",
    "refuse-md5",
    "enabled",
    NULL,
};

/* ---- Writing ---- */

static void
add_list (JsonObject *object, const char *name, char **list)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; list[i] != NULL; i++)
    json_array_add_string_element (array, list[i]);
  json_object_set_array_member (object, name, array);
}

static void
add_member (JsonObject *object, PhoneAccountConfig *config, const char *name)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (config), name, &value);
  if (G_VALUE_HOLDS_BOOLEAN (&value))
    json_object_set_boolean_member (object, name, g_value_get_boolean (&value));
  else if (!G_VALUE_HOLDS_STRING (&value))
    add_list (object, name, g_value_get_boxed (&value));
  else if (g_value_get_string (&value) != NULL)
    json_object_set_string_member (object, name, g_value_get_string (&value));
}

char *
phone_account_json_export (GListModel *configs)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *file = json_object_new ();
  JsonArray *accounts = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (configs); i++) {
    g_autoptr (PhoneAccountConfig) config = g_list_model_get_item (configs, i);
    JsonObject *account = json_object_new ();

    for (guint k = 0; members[k] != NULL; k++)
      add_member (account, config, members[k]);
    json_array_add_object_element (accounts, account);
  }
  json_object_set_string_member (file, "format", FORMAT);
  json_object_set_int_member (file, "version", VERSION);
  json_object_set_array_member (file, "accounts", accounts);
  json_node_take_object (root, file);
  return json_to_string (root, TRUE);
}

/* ---- Reading ---- */

static void fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (PHONE_ERROR, PHONE_ERROR_INVALID_SETTING, format, args);
  va_end (args);
}

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static char **
dup_list (JsonNode *node)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) > MAX_LIST)
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (!is_string (element))
      return NULL;
    g_strv_builder_add (builder, json_node_get_string (element));
  }
  return g_strv_builder_end (builder);
}

static gboolean
take_member (PhoneAccountConfig *config, const char *name, JsonNode *node)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (config), name);
  g_auto (GStrv) list = NULL;

  if (G_IS_PARAM_SPEC_STRING (pspec) && is_string (node)) {
    g_object_set (config, name, json_node_get_string (node), NULL);
    return TRUE;
  }
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec)) {
    if (!JSON_NODE_HOLDS_VALUE (node) ||
        json_node_get_value_type (node) != G_TYPE_BOOLEAN)
      return FALSE;
    g_object_set (config, name, json_node_get_boolean (node), NULL);
    return TRUE;
  }
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return FALSE;
  list = dup_list (node);
  if (list != NULL)
    g_object_set (config, name, list, NULL);
  return list != NULL;
}

/* @number counts from 1, for people. */
static PhoneAccountConfig *
read_account (JsonNode *node, guint number, GError **error)
{
  g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
  g_autoptr (GError) reason = NULL;
  g_autoptr (GList) names = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    fail (error, "account %u: is not an object", number);
    return NULL;
  }
  names = json_object_get_members (json_node_get_object (node));
  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *value = json_object_get_member (json_node_get_object (node), l->data);

    if (g_strv_contains (members, l->data) && take_member (config, l->data, value))
      continue;
    fail (error, "account %u: %s: %s", number, (const char *)l->data,
          g_strv_contains (members, l->data) ? "is of the wrong type" : "is not known");
    return NULL;
  }
  if (phone_account_config_validate (config, NULL, &reason))
    return g_steal_pointer (&config);
  fail (error, "account %u: %s", number, reason->message);
  return NULL;
}

static JsonArray *
get_accounts (JsonNode *root, GError **error)
{
  JsonObject *file =
      root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *format = file != NULL ? json_object_get_member (file, "format") : NULL;
  JsonNode *version = file != NULL ? json_object_get_member (file, "version") : NULL;
  JsonNode *accounts = file != NULL ? json_object_get_member (file, "accounts") : NULL;

  if (format == NULL || !is_string (format) ||
      strcmp (json_node_get_string (format), FORMAT) != 0)
    fail (error, "format: is not " FORMAT);
  else if (version == NULL || !JSON_NODE_HOLDS_VALUE (version) ||
           json_node_get_value_type (version) != G_TYPE_INT64 ||
           json_node_get_int (version) != VERSION)
    fail (error, "version: is not %d", VERSION);
  else if (accounts == NULL || !JSON_NODE_HOLDS_ARRAY (accounts))
    fail (error, "accounts: is not a list");
  else if (json_array_get_length (json_node_get_array (accounts)) >
           PHONE_ACCOUNT_JSON_MAX_ACCOUNTS)
    fail (error, "accounts: holds more than %d", PHONE_ACCOUNT_JSON_MAX_ACCOUNTS);
  else if (json_object_get_size (file) != 3)
    fail (error, "the file holds something that is not known");
  else
    return json_node_get_array (accounts);
  return NULL;
}

static GPtrArray *
read_accounts (JsonNode *root, GError **error)
{
  g_autoptr (GPtrArray) configs = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *accounts = get_accounts (root, error);

  if (accounts == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (accounts); i++) {
    PhoneAccountConfig *config =
        read_account (json_array_get_element (accounts, i), i + 1, error);

    if (config == NULL)
      return NULL;
    g_ptr_array_add (configs, config);
  }
  return g_steal_pointer (&configs);
}

/* json-glib reads nested lists by calling itself: a file of brackets would exhaust the
 * stack. Brackets inside of strings count too, which only refuses strange files. */
static gboolean
is_deep (const char *text, gsize length)
{
  guint depth = 0;

  for (gsize i = 0; i < length; i++) {
    if (text[i] == '[' || text[i] == '{')
      depth++;
    else if ((text[i] == ']' || text[i] == '}') && depth > 0)
      depth--;
    if (depth > 16)
      return TRUE;
  }
  return FALSE;
}

GPtrArray *
phone_account_json_import (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) reason = NULL;

  if (length > PHONE_ACCOUNT_JSON_MAX_BYTES) {
    fail (error, "the file is larger than any list of accounts");
    return NULL;
  }
  if (!g_utf8_validate_len (text, length, NULL) || is_deep (text, length) ||
      !json_parser_load_from_data (parser, text, (gssize)length, &reason)) {
    fail (error, "the file is not JSON: %s", reason != NULL ? reason->message : "text");
    return NULL;
  }
  return read_accounts (json_parser_get_root (parser), error);
}
