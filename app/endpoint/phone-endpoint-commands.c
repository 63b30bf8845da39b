/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-commands-private.h"

#include "phone-account-json.h"
#include "phone-endpoint-snapshot.h"
#include "phone-endpoint-trial.h"
#include "phone-error.h"

#include <string.h>

GQuark
phone_rpc_error_quark (void)
{
  return g_quark_from_static_string ("phone-rpc-error");
}

/* ---- Arguments ---- */

/* How much of a list is in one answer. */
#define DEFAULT_LIMIT 50
#define MAX_LIMIT 100

const char *
phone_command_get_string (JsonObject *arguments, const char *name)
{
  return json_object_get_string_member_with_default (arguments, name, NULL);
}

gboolean
phone_command_get_boolean (JsonObject *arguments, const char *name)
{
  return json_object_get_boolean_member_with_default (arguments, name, FALSE);
}

static guint
get_number (JsonObject *arguments, const char *name, guint fallback)
{
  gint64 number = json_object_get_int_member_with_default (arguments, name, fallback);

  return (guint)CLAMP (number, 0, G_MAXUINT);
}

PhoneCommandPage
phone_command_get_page (JsonObject *arguments)
{
  return (PhoneCommandPage){
      .offset = get_number (arguments, "offset", 0),
      .limit = MIN (get_number (arguments, "limit", DEFAULT_LIMIT), MAX_LIMIT),
  };
}

static char **
dup_strings (JsonObject *arguments, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = json_object_get_array_member (arguments, name);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  return g_strv_builder_end (builder);
}

/* ---- Things by their names ---- */

PhoneAccount *
phone_command_find_account (PhoneService *service, const char *id, GError **error)
{
  GListModel *accounts = phone_service_get_accounts (service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);
    PhoneAccountConfig *config = phone_account_get_config (account);

    /* Without a name it is the first one. */
    if (id == NULL || strcmp (phone_account_config_get_id (config), id) == 0)
      return account; /* the list keeps it */
  }
  g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
               id != NULL ? "No such account" : "There is no account");
  return NULL;
}

/* Takes value. */
JsonObject *
phone_command_wrap_object (const char *name, JsonObject *value)
{
  JsonObject *object = json_object_new ();

  json_object_set_object_member (object, name, value);
  return object;
}

static JsonArray *
list_accounts (PhoneService *service)
{
  GListModel *accounts = phone_service_get_accounts (service);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    json_array_add_object_element (array, phone_endpoint_account_to_json (account));
  }
  return array;
}

static JsonArray *
list_calls (PhoneService *service)
{
  GListModel *calls = phone_service_get_calls (service);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    json_array_add_object_element (array, phone_endpoint_call_to_json (call));
  }
  return array;
}

/* ---- account.* ---- */

/* The argument and the property of PhoneAccountConfig it goes into. */
static const struct {
  const char *argument;
  const char *property;
} account_strings[] = {
    {"account", "aor"},
    {"label", "label"},
    {"displayName", "display-name"},
    {"authUser", "auth-user"},
    {"registrar", "registrar"},
    {"caFile", "ca-file"},
    {"fingerprint", "pinned-fingerprint"},
    {"turnUser", "turn-user"},
    {"localAddress", "local-address"},
    {"dialPrefix", "dial-prefix"},
    {"ringTone", "ring-tone"},
};

static const struct {
  const char *argument;
  const char *property;
} account_lists[] = {
    {"servers", "servers"},
    {"iceServers", "ice-servers"},
    {"audioCodecs", "audio-codecs"},
    {"videoCodecs", "video-codecs"},
};

static const struct {
  const char *argument;
  const char *property;
} account_flags[] = {
    {"relayOnly", "relay-only"},
    {"authInDialog", "auth-in-dialog"},
    {"refuseMd5", "refuse-md5"},
};

static PhoneAccountConfig *
make_config (JsonObject *arguments)
{
  PhoneAccountConfig *config = phone_account_config_new ();
  const char *server = phone_command_get_string (arguments, "server");

  if (server != NULL)
    g_object_set (config, "servers", (const char *[]){server, NULL}, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (account_strings); i++)
    if (json_object_has_member (arguments, account_strings[i].argument))
      g_object_set (config, account_strings[i].property,
                    phone_command_get_string (arguments, account_strings[i].argument),
                    NULL);
  for (guint i = 0; i < G_N_ELEMENTS (account_lists); i++) {
    g_auto (GStrv) names = NULL;

    if (!json_object_has_member (arguments, account_lists[i].argument))
      continue;
    names = dup_strings (arguments, account_lists[i].argument);
    g_object_set (config, account_lists[i].property, names, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (account_flags); i++)
    g_object_set (config, account_flags[i].property,
                  phone_command_get_boolean (arguments, account_flags[i].argument), NULL);
  return config;
}

static JsonObject *
account_add (PhoneService *service, JsonObject *arguments, GError **error)
{
  g_autoptr (PhoneAccountConfig) config = make_config (arguments);
  PhoneAccount *account = phone_service_add_account (service, config, error);

  if (account == NULL)
    return NULL;
  phone_account_set_password (account, phone_command_get_string (arguments, "password"));
  phone_account_set_turn_password (account,
                                   phone_command_get_string (arguments, "turnPassword"));
  return phone_command_wrap_object ("account", phone_endpoint_account_to_json (account));
}

static JsonObject *
account_probe (PhoneService *service, JsonObject *arguments, GError **error)
{
  g_autoptr (PhoneAccountConfig) config = make_config (arguments);
  PhoneSignIn *trial;

  if (!phone_sign_in_validate (config, NULL, error))
    return NULL;
  trial = phone_endpoint_try (service, config,
                              phone_command_get_string (arguments, "password"));
  return phone_command_wrap_object ("trial", phone_endpoint_trial_to_json (trial));
}

static JsonObject *
account_export (PhoneService *service, JsonObject *arguments, GError **error)
{
  GListModel *accounts = phone_service_get_accounts (service);
  g_autoptr (GListStore) configs = g_list_store_new (PHONE_TYPE_ACCOUNT_CONFIG);
  JsonObject *object = json_object_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    g_list_store_append (configs, phone_account_get_config (account));
  }
  text = phone_account_json_export (G_LIST_MODEL (configs));
  json_object_set_string_member (object, "text", text);
  return object;
}

/* All or none. */
static JsonObject *
account_import (PhoneService *service, JsonObject *arguments, GError **error)
{
  const char *text = phone_command_get_string (arguments, "text");
  g_autoptr (GPtrArray) configs = phone_account_json_import (text, strlen (text), error);
  JsonObject *object = json_object_new ();
  JsonArray *added = json_array_new ();

  json_object_set_array_member (object, "accounts", added);
  for (guint i = 0; configs != NULL && i < configs->len; i++) {
    PhoneAccount *account =
        phone_service_add_account (service, g_ptr_array_index (configs, i), NULL);

    if (account != NULL)
      json_array_add_object_element (added, phone_endpoint_account_to_json (account));
  }
  if (configs == NULL)
    g_clear_pointer (&object, json_object_unref);
  return object;
}

static JsonObject *
account_remove (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneAccount *account = phone_command_find_account (
      service, phone_command_get_string (arguments, "id"), error);

  if (account == NULL)
    return NULL;
  phone_service_remove_account (service, account);
  return json_object_new ();
}

static JsonObject *
account_register (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneAccount *account = phone_command_find_account (
      service, phone_command_get_string (arguments, "id"), error);

  if (account == NULL)
    return NULL;
  if (json_object_has_member (arguments, "password"))
    phone_account_set_password (account,
                                phone_command_get_string (arguments, "password"));
  phone_account_register (account);
  return phone_command_wrap_object ("account", phone_endpoint_account_to_json (account));
}

static JsonObject *
account_unregister (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneAccount *account = phone_command_find_account (
      service, phone_command_get_string (arguments, "id"), error);

  if (account == NULL)
    return NULL;
  phone_account_unregister (account);
  return phone_command_wrap_object ("account", phone_endpoint_account_to_json (account));
}

static JsonObject *
account_list (PhoneService *service, JsonObject *arguments, GError **error)
{
  JsonObject *object = json_object_new ();

  json_object_set_array_member (object, "accounts", list_accounts (service));
  return object;
}

static JsonObject *
call_list (PhoneService *service, JsonObject *arguments, GError **error)
{
  JsonObject *object = json_object_new ();

  json_object_set_array_member (object, "calls", list_calls (service));
  return object;
}

static JsonObject *
state (PhoneService *service, JsonObject *arguments, GError **error)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "version", PHONE_VERSION);
  json_object_set_boolean_member (object, "doNotDisturb",
                                  phone_service_get_do_not_disturb (service));
  json_object_set_array_member (object, "accounts", list_accounts (service));
  json_object_set_array_member (object, "calls", list_calls (service));
  return object;
}

/* ---- The table ---- */

#define ID                                                                               \
  {                                                                                      \
    "id", PHONE_ARGUMENT_STRING, TRUE                                                    \
  }
#define STRING(name)                                                                     \
  {                                                                                      \
    name, PHONE_ARGUMENT_STRING, FALSE                                                   \
  }
#define STRINGS(name)                                                                    \
  {                                                                                      \
    name, PHONE_ARGUMENT_STRINGS, FALSE                                                  \
  }
#define BOOLEAN(name)                                                                    \
  {                                                                                      \
    name, PHONE_ARGUMENT_BOOLEAN, FALSE                                                  \
  }

#define INTEGER(name)                                                                    \
  {                                                                                      \
    name, PHONE_ARGUMENT_INTEGER, FALSE                                                  \
  }

/* What an account is made of. */
#define ACCOUNT_ARGUMENTS                                                                \
  {"account", PHONE_ARGUMENT_STRING, TRUE}, STRING ("server"), STRINGS ("servers"),      \
      STRING ("password"), STRING ("label"), STRING ("displayName"),                     \
      STRING ("authUser"), STRING ("registrar"), STRING ("caFile"),                      \
      STRING ("fingerprint"), STRINGS ("iceServers"), STRING ("turnUser"),               \
      STRING ("turnPassword"), BOOLEAN ("relayOnly"), STRING ("localAddress"),           \
      STRINGS ("audioCodecs"), STRINGS ("videoCodecs"), STRING ("dialPrefix"),           \
      STRING ("ringTone"), BOOLEAN ("authInDialog"), BOOLEAN ("refuseMd5")

/* What a contact is given; all may be left out. */
#define CONTACT                                                                          \
  STRING ("name"), STRING ("organisation"), STRING ("note"), BOOLEAN ("favourite"),      \
      STRINGS ("addresses"), STRINGS ("kinds"), STRING ("picture")

static const PhoneCommandEntry commands[] = {
    {"account.add", {ACCOUNT_ARGUMENTS}, account_add},
    {"account.probe", {ACCOUNT_ARGUMENTS}, account_probe},
    {"account.export", {{NULL}}, account_export},
    {"account.import", {{"text", PHONE_ARGUMENT_STRING, TRUE}}, account_import},
    {"account.remove", {ID}, account_remove},
    {"account.register", {STRING ("id"), STRING ("password")}, account_register},
    {"account.unregister", {STRING ("id")}, account_unregister},
    {"account.list", {{NULL}}, account_list},
    {"call.start",
     {{"target", PHONE_ARGUMENT_STRING, TRUE},
      STRING ("account"),
      BOOLEAN ("video"),
      BOOLEAN ("offerless")},
     phone_command_call_start},
    {"call.answer", {ID, BOOLEAN ("video")}, phone_command_call_answer},
    {"call.earlyMedia", {ID, BOOLEAN ("video")}, phone_command_call_early_media},
    {"call.reject", {ID, BOOLEAN ("busy")}, phone_command_call_reject},
    {"call.hangUp", {ID}, phone_command_call_hang_up},
    {"call.mute", {ID, {"muted", PHONE_ARGUMENT_BOOLEAN, TRUE}}, phone_command_call_mute},
    {"call.hold", {ID, {"held", PHONE_ARGUMENT_BOOLEAN, TRUE}}, phone_command_call_hold},
    {"call.swap", {ID}, phone_command_call_swap},
    {"call.refresh", {ID}, phone_command_call_refresh},
    {"call.video", {ID, {"on", PHONE_ARGUMENT_BOOLEAN, TRUE}}, phone_command_call_video},
    {"call.answerVideo",
     {ID, {"accept", PHONE_ARGUMENT_BOOLEAN, TRUE}},
     phone_command_call_answer_video},
    {"call.dtmf", {ID, {"digits", PHONE_ARGUMENT_STRING, TRUE}}, phone_command_call_dtmf},
    {"call.transfer", {ID, STRING ("to"), STRING ("with")}, phone_command_call_transfer},
    {"call.answerTransfer",
     {ID, {"accept", PHONE_ARGUMENT_BOOLEAN, TRUE}},
     phone_command_call_answer_transfer},
    {"call.ladder", {ID}, phone_command_call_ladder},
    {"call.stats", {ID}, phone_command_call_stats},
    {"call.list", {{NULL}}, call_list},
    {"network.changed", {{NULL}}, phone_command_network_changed},
    {"service.doNotDisturb",
     {{"on", PHONE_ARGUMENT_BOOLEAN, TRUE}},
     phone_command_service_do_not_disturb},
    {"history.list",
     {STRING ("search"), BOOLEAN ("missedOnly"), INTEGER ("offset"), INTEGER ("limit")},
     phone_command_history_list},
    {"history.remove",
     {{"id", PHONE_ARGUMENT_INTEGER, TRUE}},
     phone_command_history_remove},
    {"history.clear", {{NULL}}, phone_command_history_clear},
    {"history.markSeen", {{NULL}}, phone_command_history_mark_seen},
    {"history.export",
     {{"file", PHONE_ARGUMENT_STRING, TRUE}},
     phone_command_history_export},
    {"contact.list",
     {STRING ("search"), INTEGER ("offset"), INTEGER ("limit")},
     phone_command_contact_list},
    {"contact.add", {CONTACT}, phone_command_contact_add},
    {"contact.update",
     {{"id", PHONE_ARGUMENT_INTEGER, TRUE}, CONTACT},
     phone_command_contact_update},
    {"contact.remove",
     {{"id", PHONE_ARGUMENT_INTEGER, TRUE}},
     phone_command_contact_remove},
    {"contact.lookup",
     {{"address", PHONE_ARGUMENT_STRING, TRUE}},
     phone_command_contact_lookup},
    {"contact.import",
     {{"file", PHONE_ARGUMENT_STRING, TRUE}},
     phone_command_contact_import},
    {"contact.export",
     {{"file", PHONE_ARGUMENT_STRING, TRUE}, STRING ("version")},
     phone_command_contact_export},
    {"service.pauseMusic",
     {{"on", PHONE_ARGUMENT_BOOLEAN, TRUE}},
     phone_command_service_pause_music},
    {"service.selfTest", {{NULL}}, phone_command_service_self_test},
    {"devices.list", {{NULL}}, phone_command_devices_list},
    {"devices.select",
     {{"role", PHONE_ARGUMENT_STRING, TRUE}, ID},
     phone_command_devices_select},
    {"audio.set",
     {BOOLEAN ("echoCancellation"),
      BOOLEAN ("noiseSuppression"),
      BOOLEAN ("gainControl"),
      {"ringVolume", PHONE_ARGUMENT_NUMBER, FALSE},
      STRING ("ringTone")},
     phone_command_audio_set},
    {"audio.try",
     {{"what", PHONE_ARGUMENT_STRING, TRUE}, {"ringTone", PHONE_ARGUMENT_STRING, FALSE}},
     phone_command_audio_try},
    {"preview.set",
     {{"kind", PHONE_ARGUMENT_STRING, TRUE}, {"on", PHONE_ARGUMENT_BOOLEAN, TRUE}},
     phone_command_preview_set},
    {"state", {{NULL}}, state},
    {NULL, {{NULL}}, NULL},
};

const PhoneCommandEntry *
phone_endpoint_get_commands (void)
{
  return commands;
}

/* ---- Checking and calling ---- */

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
are_strings (JsonNode *node)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!is_string (json_array_get_element (array, i)))
      return FALSE;
  return TRUE;
}

static gboolean
is_of_type (JsonNode *node, PhoneArgumentType type)
{
  switch (type) {
  case PHONE_ARGUMENT_STRING:
    return is_string (node);
  case PHONE_ARGUMENT_BOOLEAN:
    return JSON_NODE_HOLDS_VALUE (node) &&
           json_node_get_value_type (node) == G_TYPE_BOOLEAN;
  case PHONE_ARGUMENT_STRINGS:
    return are_strings (node);
  case PHONE_ARGUMENT_INTEGER:
    return JSON_NODE_HOLDS_VALUE (node) &&
           json_node_get_value_type (node) == G_TYPE_INT64;
  case PHONE_ARGUMENT_NUMBER:
    return JSON_NODE_HOLDS_VALUE (node) &&
           (json_node_get_value_type (node) == G_TYPE_INT64 ||
            json_node_get_value_type (node) == G_TYPE_DOUBLE);
  }
  return FALSE;
}

static gboolean
is_known (const PhoneCommandEntry *command, const char *name)
{
  for (const PhoneArgument *a = command->arguments; a->name != NULL; a++)
    if (strcmp (a->name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
check_arguments (const PhoneCommandEntry *command, JsonObject *arguments, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (arguments);

  for (GList *l = names; l != NULL; l = l->next)
    if (!is_known (command, l->data)) {
      g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS, "%s takes no \"%s\"",
                   command->method, (const char *)l->data);
      return FALSE;
    }
  for (const PhoneArgument *a = command->arguments; a->name != NULL; a++) {
    JsonNode *node = json_object_get_member (arguments, a->name);

    if (node != NULL ? is_of_type (node, a->type) : !a->is_required)
      continue;
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
                 node != NULL ? "\"%s\" is of the wrong type" : "\"%s\" is missing",
                 a->name);
    return FALSE;
  }
  return TRUE;
}

static const PhoneCommandEntry *
find_command (const char *method)
{
  for (const PhoneCommandEntry *c = commands; c->method != NULL; c++)
    if (strcmp (c->method, method) == 0)
      return c;
  return NULL;
}

JsonObject *
phone_endpoint_call_command (PhoneService *service,
                             const char *method,
                             JsonNode *params,
                             GError **error)
{
  g_autoptr (JsonObject) arguments = NULL;
  const PhoneCommandEntry *command = find_command (method);

  if (command == NULL) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_METHOD_NOT_FOUND, "No such method");
    return NULL;
  }
  if (params != NULL && !JSON_NODE_HOLDS_OBJECT (params)) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
                 "Arguments go by name");
    return NULL;
  }
  arguments = params != NULL ? json_object_ref (json_node_get_object (params))
                             : json_object_new ();
  if (!check_arguments (command, arguments, error))
    return NULL;
  return command->handler (service, arguments, error);
}
