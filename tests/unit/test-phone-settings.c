/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "phone-error.h"

typedef struct {
  char *folder;
  char *path;
  char *broken;
  PhoneSettings *settings;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("test-phone-settings-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "phone", "accounts.ini", NULL);
  f->broken = g_strconcat (f->path, ".broken", NULL);
  f->settings = phone_settings_new (f->path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (f->path);

  if (f->settings != NULL)
    g_assert_finalize_object (f->settings);
  g_remove (f->path);
  g_remove (f->broken);
  g_remove (inner);
  g_assert_cmpint (g_remove (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->broken);
}

static void
load (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  phone_settings_load (f->settings, &error);
  g_assert_no_error (error);
}

static void
flush (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  phone_settings_flush (f->settings, &error);
  g_assert_no_error (error);
}

static void
start_again (Fixture *f)
{
  g_assert_finalize_object (g_steal_pointer (&f->settings));
  f->settings = phone_settings_new (f->path);
  load (f);
}

static PhoneAccountConfig *
add (Fixture *f, const char *label)
{
  g_autoptr (PhoneAccountConfig) config = phone_settings_new_account (f->settings);

  g_object_set (config, "label", label, NULL);
  phone_settings_add (f->settings, config);
  return config; /* the settings keep it */
}

static void
assert_labels (Fixture *f, const char *labels)
{
  GListModel *model = G_LIST_MODEL (f->settings);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PhoneAccountConfig) config = g_list_model_get_item (model, i);
    g_string_append (all, phone_account_config_get_label (config));
  }
  g_assert_cmpstr (all->str, ==, labels);
  g_string_free (all, TRUE);
}

static char *
dup_content (Fixture *f)
{
  char *text = NULL;

  g_file_get_contents (f->path, &text, NULL, NULL);
  return text;
}

static void
write_content (Fixture *f, const char *text)
{
  g_autofree char *inner = g_path_get_dirname (f->path);

  g_mkdir (inner, 0700);
  g_assert_true (g_file_set_contents (f->path, text, -1, NULL));
}

static void
test_accounts_come_back_in_order (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;

  load (f);
  for (guint i = 0; i < 9; i++) {
    char label[2] = {(char)('a' + (i * 7) % 9), '\0'};
    add (f, label);
  }
  id = g_strdup (phone_account_config_get_id (add (f, "z")));
  assert_labels (f, "ahfdbigecz");
  start_again (f);
  assert_labels (f, "ahfdbigecz");
  g_assert_cmpstr (phone_account_config_get_label (phone_settings_find (f->settings, id)),
                   ==, "z");
  phone_settings_remove (f->settings, phone_settings_find (f->settings, id));
  g_assert_null (phone_settings_find (f->settings, id));
  start_again (f);
  assert_labels (f, "ahfdbigec");
}

static void
on_items_changed (
    GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  GString *changes = user_data;

  g_string_append_printf (changes, "%u-%u+%u ", position, n_removed, n_added);
}

static void
test_list_model (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  PhoneAccountConfig *first;

  load (f);
  g_signal_connect (f->settings, "items-changed", G_CALLBACK (on_items_changed), changes);
  first = add (f, "a");
  add (f, "b");
  phone_settings_add (f->settings, first);
  phone_settings_remove (f->settings, first);
  g_assert_cmpstr (changes->str, ==, "0-0+1 1-0+1 0-1+0 ");
  g_signal_handlers_disconnect_by_data (f->settings, changes);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (f->settings)) ==
                 PHONE_TYPE_ACCOUNT_CONFIG);
}

static void
test_instance_id_stays (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;

  load (f);
  id = g_strdup (phone_account_config_get_instance_id (add (f, "a")));
  g_assert_true (g_str_has_prefix (id, "urn:uuid:"));
  start_again (f);
  g_assert_cmpstr (phone_account_config_get_instance_id (add (f, "b")), ==, id);
}

/* The file changes by itself after a change of an account, and not without one. */
static void
test_change_is_written (Fixture *f, gconstpointer data)
{
  PhoneAccountConfig *config;

  load (f);
  config = add (f, "before");
  flush (f);
  g_remove (f->path);
  flush (f);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_object_set (config, "label", "after", NULL);
  while (!g_file_test (f->path, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  {
    g_autofree char *text = dup_content (f);
    g_assert_nonnull (strstr (text, "label=after"));
  }
  phone_settings_remove (f->settings, config);
}

static void
test_removed_account_is_let_go (Fixture *f, gconstpointer data)
{
  g_autoptr (PhoneAccountConfig) config = NULL;

  load (f);
  config = g_object_ref (add (f, "a"));
  phone_settings_remove (f->settings, config);
  flush (f);
  g_remove (f->path);
  g_object_set (config, "label", "b", NULL);
  flush (f);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
test_file_is_private (Fixture *f, gconstpointer data)
{
  struct stat info;

  load (f);
  add (f, "a");
  flush (f);
  g_assert_cmpint (stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

/* A newer version may know more; an older one must not forget it for the user. */
static void
test_unknown_is_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  write_content (f, "[installation]\nnewer=1\n[future]\nlabel=x\n"
                    "[account 8d7b3e52-0000-4000-8000-000000000001]\n"
                    "id=8d7b3e52-0000-4000-8000-000000000001\nlabel=a\nring-tone=bell\n");
  load (f);
  assert_labels (f, "a");
  add (f, "b");
  g_object_set (phone_settings_find (f->settings, "8d7b3e52-0000-4000-8000-000000000001"),
                "label", NULL, NULL);
  flush (f);
  text = dup_content (f);
  g_assert_nonnull (strstr (text, "newer=1"));
  g_assert_nonnull (strstr (text, "[future]\nlabel=x"));
  g_assert_nonnull (strstr (text, "ring-tone=bell"));
  g_assert_null (strstr (text, "label=a"));
}

static void
test_same_id_twice (Fixture *f, gconstpointer data)
{
  write_content (f, "[account 1]\nid=8d7b3e52-0000-4000-8000-000000000001\nlabel=a\n"
                    "[account 2]\nid=8d7b3e52-0000-4000-8000-000000000001\nlabel=b\n");
  load (f);
  assert_labels (f, "a");
}

static void
test_empty_file (Fixture *f, gconstpointer data)
{
  write_content (f, "");
  load (f);
  assert_labels (f, "");
}

static void
test_broken_file_is_moved_aside (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  write_content (f, "\x01 this is [no key file");
  g_assert_false (phone_settings_load (f->settings, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  assert_labels (f, "");
  add (f, "a");
  flush (f);
  g_assert_true (g_file_get_contents (f->broken, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "\x01 this is [no key file");
  start_again (f);
  assert_labels (f, "a");
}

/* What cannot be read at the moment is not written over: here a link to a folder, which
 * a write would replace. */
static void
test_unreadable_file_is_left (Fixture *f, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (f->path);
  g_autoptr (GError) load_error = NULL;
  g_autoptr (GError) flush_error = NULL;

  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_assert_cmpint (symlink (f->folder, f->path), ==, 0);
  g_assert_false (phone_settings_load (f->settings, &load_error));
  g_assert_error (load_error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  add (f, "a");
  g_assert_false (phone_settings_flush (f->settings, &flush_error));
  g_assert_error (flush_error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  g_assert_true (g_file_test (f->path, G_FILE_TEST_IS_SYMLINK));
}

static void
on_write_failed (PhoneSettings *settings, GError *error, gpointer user_data)
{
  guint *n = user_data;

  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  (*n)++;
}

/* The folder cannot be made: a file has its name. Once it can, nothing is lost. */
static void
test_failed_write_is_told (Fixture *f, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (f->path);
  guint n = 0;

  load (f);
  g_assert_true (g_file_set_contents (inner, "in the way", -1, NULL));
  g_signal_connect (f->settings, "write-failed", G_CALLBACK (on_write_failed), &n);
  add (f, "a");
  while (n == 0)
    g_main_context_iteration (NULL, TRUE);
  g_remove (inner);
  start_again (f);
  assert_labels (f, "a");
}

/* What was chosen outlives the program; nonsense in its place is nothing chosen. */
static void
test_choices (Fixture *f, gconstpointer data)
{
  static const char nonsense[] =
      "[installation]\nreach=everywhere\nexchange-port=99999\ndefault-account=\n";
  g_autoptr (GError) error = NULL;

  load (f);
  g_assert_cmpint (phone_settings_get_reach (f->settings), ==, PHONE_REACH_NONE);
  g_assert_null (phone_settings_get_default_account (f->settings));
  g_object_set (f->settings, "reach", PHONE_REACH_NETWORK, "exchange-port", 8443u,
                "default-account", PHONE_SETTINGS_INSIDE, NULL);
  flush (f);
  load (f);
  g_assert_cmpint (phone_settings_get_reach (f->settings), ==, PHONE_REACH_NETWORK);
  g_assert_cmpuint (phone_settings_get_exchange_port (f->settings), ==, 8443);
  g_assert_cmpstr (phone_settings_get_default_account (f->settings), ==,
                   PHONE_SETTINGS_INSIDE);

  g_file_set_contents (f->path, nonsense, -1, &error);
  g_assert_no_error (error);
  load (f);
  g_assert_cmpint (phone_settings_get_reach (f->settings), ==, PHONE_REACH_NONE);
  g_assert_cmpuint (phone_settings_get_exchange_port (f->settings), ==, 0);
  g_assert_null (phone_settings_get_default_account (f->settings));
}

/* A file of a version that knew one server. */
static void
test_one_server (Fixture *f, gconstpointer data)
{
  static const char old[] = "[account 1]\nid=1\naor=sip:alice@example.org\n"
                            "server=wss://example.org/ws\n";
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autoptr (PhoneAccountConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (f->path, old, -1, &error);
  g_assert_no_error (error);
  load (f);
  config = g_list_model_get_item (G_LIST_MODEL (f->settings), 0);
  g_assert_cmpstr (phone_account_config_get_server (config), ==, "wss://example.org/ws");
  g_assert_null (phone_account_config_get_servers (config)[1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test)                                                                  \
  g_test_add ("/phone-settings/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("accounts-come-back-in-order", test_accounts_come_back_in_order);
  ADD ("list-model", test_list_model);
  ADD ("instance-id-stays", test_instance_id_stays);
  ADD ("change-is-written", test_change_is_written);
  ADD ("removed-account-is-let-go", test_removed_account_is_let_go);
  ADD ("file-is-private", test_file_is_private);
  ADD ("unknown-is-kept", test_unknown_is_kept);
  ADD ("same-id-twice", test_same_id_twice);
  ADD ("empty-file", test_empty_file);
  ADD ("broken-file-is-moved-aside", test_broken_file_is_moved_aside);
  ADD ("unreadable-file-is-left", test_unreadable_file_is_left);
  ADD ("failed-write-is-told", test_failed_write_is_told);
  ADD ("choices", test_choices);
  ADD ("one-server", test_one_server);
#undef ADD

  return g_test_run ();
}
