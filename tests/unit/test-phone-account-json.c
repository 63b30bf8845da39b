/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-json.h"

#include <string.h>

#include "phone-error.h"

#define HEAD "{\"format\":\"phone-accounts\",\"version\":1,\"accounts\":["
#define ONE "\"aor\":\"alice@example.org\",\"servers\":[\"wss://example.org/ws\"]"

static GPtrArray *
import (const char *text, GError **error)
{
  return phone_account_json_import (text, strlen (text), error);
}

static PhoneAccountConfig *
make_config (void)
{
  const char *servers[] = {"wss://a.example.org/ws", "wss://b.example.org/ws", NULL};
  const char *ice[] = {"stun:example.org", "turn:example.org", NULL};
  const char *codecs[] = {"pcma", "opus", NULL};
  PhoneAccountConfig *config = phone_account_config_new ();

  g_object_set (config, "aor", "alice@example.org", "servers", servers, "label",
                "W\xc3\xb6rk \"1\"", "ice-servers", ice, "turn-user", "t", "audio-codecs",
                codecs, "enabled", FALSE, "relay-only", TRUE, "dial-prefix", "+49",
                "ca-file", "/tmp/ca.pem", "local-address", "192.0.2.1", NULL);
  return config;
}

static void
test_there_and_back (void)
{
  static const char *const same[] = {"aor", "label", "turn-user", "dial-prefix", NULL};
  g_autoptr (PhoneAccountConfig) config = make_config ();
  g_autoptr (GListStore) list = g_list_store_new (PHONE_TYPE_ACCOUNT_CONFIG);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) read = NULL;
  PhoneAccountConfig *again;

  g_list_store_append (list, config);
  text = phone_account_json_export (G_LIST_MODEL (list));
  g_assert_null (strstr (text, phone_account_config_get_id (config)));
  g_assert_null (strstr (text, "ca.pem"));
  g_assert_null (strstr (text, "192.0.2.1"));
  read = import (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read->len, ==, 1);
  again = g_ptr_array_index (read, 0);
  for (guint i = 0; same[i] != NULL; i++) {
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    g_object_get (config, same[i], &before, NULL);
    g_object_get (again, same[i], &after, NULL);
    g_assert_cmpstr (before, ==, after);
  }
  g_assert_cmpstrv (phone_account_config_get_servers (config),
                    phone_account_config_get_servers (again));
  g_assert_cmpstrv (phone_account_config_get_audio_codecs (config),
                    phone_account_config_get_audio_codecs (again));
  g_assert_false (phone_account_config_get_enabled (again));
  g_assert_true (phone_account_config_get_relay_only (again));
  g_assert_cmpstr (phone_account_config_get_id (config), !=,
                   phone_account_config_get_id (again));
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    const char *told;
  } cases[] = {
      {"", "format"},
      {"[", "not JSON"},
      {"{\"a\":\"\xff\"}", "not JSON"},
      {"[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "not JSON"},
      {"[]", "format"},
      {"{}", "format"},
      {"{\"format\":\"x\"}", "format"},
      {"{\"format\":5}", "format"},
      {"{\"format\":\"phone-accounts\"}", "version"},
      {"{\"format\":\"phone-accounts\",\"version\":2,\"accounts\":[]}", "version"},
      {"{\"format\":\"phone-accounts\",\"version\":\"1\",\"accounts\":[]}", "version"},
      {"{\"format\":\"phone-accounts\",\"version\":1,\"accounts\":{}}", "accounts"},
      {"{\"format\":\"phone-accounts\",\"version\":1,\"accounts\":[],\"x\":1}",
       "not known"},
      {HEAD "5]}", "account 1: is not an object"},
      {HEAD "{}]}", "account 1: aor: is needed"},
      {HEAD "{" ONE "},{" ONE ",\"password\":\"x\"}]}",
       "account 2: password: is not known"},
      {HEAD "{" ONE ",\"id\":\"x\"}]}", "id: is not known"},
      {HEAD "{" ONE ",\"ca-file\":\"/dev/zero\"}]}", "ca-file: is not known"},
      {HEAD "{" ONE ",\"label\":5}]}", "label: is of the wrong type"},
      {HEAD "{" ONE ",\"enabled\":\"yes\"}]}", "enabled: is of the wrong type"},
      {HEAD "{" ONE ",\"ice-servers\":[5]}]}", "ice-servers: is of the wrong type"},
      {HEAD "{" ONE ",\"ice-servers\":null}]}", "ice-servers: is of the wrong type"},
      {HEAD "{" ONE ",\"audio-codecs\":[\"x\"]}]}", "audio-codecs: "},
      {HEAD "{" ONE ",\"label\":\"a\\nb\"}]}", "label: holds a control character"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) read = import (cases[i].text, &error);

    g_test_message ("%s", cases[i].text);
    g_assert_null (read);
    g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
    g_assert_nonnull (strstr (error->message, cases[i].told));
  }
}

static void
test_too_much (void)
{
  g_autoptr (GString) many = g_string_new (HEAD);
  g_autofree char *large = g_strnfill (PHONE_ACCOUNT_JSON_MAX_BYTES + 1, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_null (import (large, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
  g_clear_error (&error);
  for (guint i = 0; i <= PHONE_ACCOUNT_JSON_MAX_ACCOUNTS; i++)
    g_string_append (many, i > 0 ? ",{" ONE "}" : "{" ONE "}");
  g_string_append (many, "]}");
  g_assert_null (import (many->str, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone-account-json/there-and-back", test_there_and_back);
  g_test_add_func ("/phone-account-json/refused", test_refused);
  g_test_add_func ("/phone-account-json/too-much", test_too_much);
  return g_test_run ();
}
