/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-address.h"
#include "phone-exchange-certificate.h"
#include "phone-exchange-log.h"
#include "phone-exchange-state.h"
#include "phone-exchange-users.h"
#include "phone-fingerprint.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  char *folder;
  char *path;
} Files;

static void
files_init (Files *files, const char *text)
{
  g_autoptr (GError) error = NULL;

  files->folder = g_dir_make_tmp ("exchange-XXXXXX", &error);
  g_assert_no_error (error);
  files->path = g_build_filename (files->folder, "users", NULL);
  if (text != NULL)
    g_assert_true (g_file_set_contents_full (files->path, text, -1,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
files_clear (Files *files)
{
  g_autoptr (GDir) dir = g_dir_open (files->folder, 0, NULL);
  const char *name = NULL;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (files->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (files->folder);
  g_free (files->folder);
  g_free (files->path);
}

/* ---- Users ---- */

static void
test_users (void)
{
  Files files;
  g_autoptr (GPtrArray) users = NULL;
  g_autofree char *line =
      phone_exchange_users_make_line ("bob", "example.org", "pass:word");
  g_autofree char *text =
      g_strconcat ("# comment\n\nalice:with: colons\r\n", line, "\n", NULL);
  const PhoneExchangeUser *user = NULL;

  g_assert_true (g_str_has_prefix (line, "bob:example.org:"));
  g_assert_null (strstr (line, "pass"));
  files_init (&files, text);
  users = phone_exchange_users_load (files.path, "example.org", NULL);
  g_assert_cmpuint (users->len, ==, 2);
  user = g_ptr_array_index (users, 0);
  g_assert_cmpstr (user->user, ==, "alice");
  g_assert_cmpstr (user->password, ==, "with: colons");
  g_assert_null (user->ha1_md5);
  user = g_ptr_array_index (users, 1);
  g_assert_cmpstr (user->user, ==, "bob");
  g_assert_null (user->password);
  g_assert_cmpuint (strlen (user->ha1_md5), ==, 32);
  g_assert_cmpuint (strlen (user->ha1_sha256), ==, 64);
  g_assert_false (phone_exchange_users_is_exposed (files.path));
  g_chmod (files.path, 0644);
  g_assert_true (phone_exchange_users_is_exposed (files.path));
  files_clear (&files);
}

/* The error names the line and repeats nothing of it. */
static void
test_bad_users (void)
{
  static const char *const texts[] = {
      "alice:ok\nsecretword\n",
      "alice:ok\n:secretword\n",
      "alice:ok\nbob:\n",
      "alice:ok\nalice:secretword\n",
      "alice:ok\nbob:\xff\xfesecretword\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    Files files;
    g_autoptr (GError) error = NULL;

    files_init (&files, texts[i]);
    g_assert_null (phone_exchange_users_load (files.path, "example.org", &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    g_assert_nonnull (strstr (error->message, "line 2"));
    g_assert_null (strstr (error->message, "secretword"));
    files_clear (&files);
  }
}

static void
test_users_of_other_realm (void)
{
  Files files;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = phone_exchange_users_make_line ("bob", "other.org", "x");

  files_init (&files, line);
  g_assert_null (phone_exchange_users_load (files.path, "example.org", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  files_clear (&files);
}

/* ---- State ---- */

static void
expect_mode (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_state (void)
{
  Files files;
  guint8 key[PHONE_EXCHANGE_KEY_BYTES];
  guint8 again[PHONE_EXCHANGE_KEY_BYTES];
  guint8 other[PHONE_EXCHANGE_KEY_BYTES];
  g_autofree char *token = NULL;
  g_autofree char *same = NULL;
  g_autofree char *fresh = NULL;

  files_init (&files, NULL);
  g_assert_true (phone_exchange_state_load_key (files.folder, key, NULL));
  g_assert_true (phone_exchange_state_load_key (files.folder, again, NULL));
  g_assert_true (phone_exchange_state_load_key (NULL, other, NULL));
  g_assert_cmpmem (key, sizeof key, again, sizeof again);
  g_assert_cmpint (memcmp (key, other, sizeof key), !=, 0);
  expect_mode (files.folder, "flow.key");

  token = phone_exchange_state_load_guest_token (files.folder, NULL);
  same = phone_exchange_state_load_guest_token (files.folder, NULL);
  fresh = phone_exchange_state_load_guest_token (NULL, NULL);
  g_assert_cmpuint (strlen (token), ==, PHONE_EXCHANGE_GUEST_TOKEN_LENGTH);
  g_assert_cmpstr (token, ==, same);
  g_assert_cmpstr (token, !=, fresh);
  expect_mode (files.folder, "guest.token");
  files_clear (&files);
}

/* A damaged file is replaced, not used. */
static void
test_damaged_state (void)
{
  Files files;
  g_autofree char *path = NULL;
  g_autofree char *token = NULL;

  files_init (&files, NULL);
  path = g_build_filename (files.folder, "guest.token", NULL);
  g_assert_true (g_file_set_contents (path, "0123", -1, NULL));
  token = phone_exchange_state_load_guest_token (files.folder, NULL);
  g_assert_cmpuint (strlen (token), ==, PHONE_EXCHANGE_GUEST_TOKEN_LENGTH);
  files_clear (&files);
}

/* ---- Certificate ---- */

static void
test_certificate (void)
{
  const char *names[] = {"test.example", "localhost", "192.0.2.7", "2001:db8::7", NULL};
  const char *others[] = {"other.example", NULL};
  const char *other_address[] = {"192.0.2.8", NULL};
  Files files;
  g_autoptr (GTlsCertificate) made = NULL;
  g_autoptr (GTlsCertificate) kept = NULL;
  g_autoptr (GTlsCertificate) renewed = NULL;
  g_autofree char *fingerprint = NULL;

  files_init (&files, NULL);
  made = phone_exchange_state_load_certificate (files.folder, names, NULL);
  kept = phone_exchange_state_load_certificate (files.folder, names, NULL);
  g_assert_true (g_tls_certificate_is_same (made, kept));
  g_assert_true (phone_exchange_certificate_is_good (made, names));
  g_assert_false (phone_exchange_certificate_is_good (made, others));
  g_assert_false (phone_exchange_certificate_is_good (made, other_address));
  g_assert_cmpint (g_tls_certificate_verify (made, NULL, made), ==, 0);
  expect_mode (files.folder, "certificate.pem");
  /* For another name another one. */
  renewed = phone_exchange_state_load_certificate (files.folder, others, NULL);
  g_assert_false (g_tls_certificate_is_same (made, renewed));
  fingerprint = phone_fingerprint_dup (made);
  g_assert_cmpuint (strlen (fingerprint), ==, 32 * 3 - 1);
  g_assert_cmpuint (fingerprint[2], ==, ':');
  files_clear (&files);
}

/* The value is that of another implementation: openssl x509 -fingerprint -sha256. */
static void
test_fingerprint (void)
{
  const char *names[] = {"test.example", NULL};
  Files files;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *path = NULL;
  g_autofree char *output = NULL;
  const char *argv[] = {"openssl", "x509", "-noout", "-fingerprint",
                        "-sha256", "-in",  NULL,     NULL};

  files_init (&files, NULL);
  path = g_build_filename (files.folder, "certificate.pem", NULL);
  argv[6] = path;
  certificate = phone_exchange_state_load_certificate (files.folder, names, NULL);
  fingerprint = phone_fingerprint_dup (certificate);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               &output, NULL, NULL, NULL));
  g_assert_nonnull (strstr (output, fingerprint));
  files_clear (&files);
}

/* ---- Addresses ---- */

static void
test_addresses (void)
{
  const char *names[] = {"a.example", "127.0.0.1", "a.example", NULL};
  const char *any[] = {"a.example", "0.0.0.0", NULL};
  g_auto (GStrv) unique = phone_exchange_address_dup_names (names);
  g_auto (GStrv) all = phone_exchange_address_dup_names (any);
  g_autofree char *v4 = phone_exchange_address_dup_link_host ("192.0.2.1");
  g_autofree char *v6 = phone_exchange_address_dup_link_host ("2001:db8::1");
  g_autofree char *reachable = phone_exchange_address_dup_link_host ("0.0.0.0");

  g_assert_cmpuint (g_strv_length (unique), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *)all, "127.0.0.1"));
  g_assert_false (g_strv_contains ((const char *const *)all, "0.0.0.0"));
  g_assert_cmpstr (v4, ==, "192.0.2.1");
  g_assert_cmpstr (v6, ==, "[2001:db8::1]");
  g_assert_cmpstr (reachable, !=, "0.0.0.0");
}

/* ---- The log ---- */

/* One event is one line, whatever stands in it. */
static void
test_log (void)
{
  PhoneExchangeEvent event = {
      .name = "refused",
      .aor = "alice@example.org",
      .remote = "192.0.2.1:5",
      .transport = "ws",
      .call_id = "a\r\nb\"c\xff%n%s\x1b[2J",
      .method = "INV\nITE",
      .status = 403,
      .expires_s = -1,
      .duration_ms = -1,
  };
  g_autofree char *json = phone_exchange_log_dup_json (&event);
  g_autofree char *text = phone_exchange_log_dup_text (&event);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  JsonObject *object = json_node_get_object (node);

  g_assert_null (strpbrk (json, "\r\n\x1b"));
  g_assert_null (strpbrk (text, "\r\n\x1b"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpstr (json_object_get_string_member (object, "event"), ==, "refused");
  g_assert_cmpint (json_object_get_int_member (object, "status"), ==, 403);
  g_assert_false (json_object_has_member (object, "expires_s"));
  g_assert_false (json_object_has_member (object, "duration_ms"));
  g_assert_false (json_object_has_member (object, "contact"));
  g_assert_nonnull (strstr (text, "(403)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange-files/users", test_users);
  g_test_add_func ("/exchange-files/bad-users", test_bad_users);
  g_test_add_func ("/exchange-files/users-of-other-realm", test_users_of_other_realm);
  g_test_add_func ("/exchange-files/state", test_state);
  g_test_add_func ("/exchange-files/damaged-state", test_damaged_state);
  g_test_add_func ("/exchange-files/certificate", test_certificate);
  g_test_add_func ("/exchange-files/fingerprint", test_fingerprint);
  g_test_add_func ("/exchange-files/addresses", test_addresses);
  g_test_add_func ("/exchange-files/log", test_log);
  return g_test_run ();
}
