/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contacts.h"
#include "phone-error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

typedef struct {
  char *folder;
  char *path;
  PhoneContactBook *book;
  guint removed; /* of the last ::items-changed */
  guint added;
  guint position;
} Fixture;

static void
on_items_changed (
    GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Fixture *f = user_data;

  f->position = position;
  f->removed = removed;
  f->added = added;
}

static void
open_book (Fixture *f)
{
  f->book = phone_contact_book_new (f->path);
  g_signal_connect (f->book, "items-changed", G_CALLBACK (on_items_changed), f);
  g_assert_true (phone_contact_book_is_loading (f->book));
  phone_contact_book_flush (f->book);
  g_assert_false (phone_contact_book_is_loading (f->book));
}

static void
close_book (Fixture *f)
{
  g_assert_finalize_object (g_steal_pointer (&f->book));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("phone-contacts-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "kept", "contacts.sqlite", NULL);
  open_book (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  static const char *const names[] = {
      "kept/contacts.sqlite",
      "kept/contacts.sqlite.broken",
      "kept/contacts.sqlite-journal",
      "kept",
      "people.vcf",
  };

  if (f->book != NULL)
    close_book (f);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

static PhoneContactRecord *
make_record (const char *name, const char *address)
{
  PhoneContactRecord *record = phone_contact_record_new ();

  record->name = g_strdup (name);
  if (address != NULL)
    phone_contact_record_add_address (record, PHONE_ADDRESS_WORK, address);
  return record;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* The answer comes by the main context, though all is done. */
static void
wait_for (Fixture *f, GAsyncResult **result)
{
  phone_contact_book_flush (f->book);
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* The id of who is saved; the borrowed contact is in the list. */
static gint64
save (Fixture *f, PhoneContactRecord *record)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PhoneContact) contact = NULL;
  g_autoptr (GError) error = NULL;

  phone_contact_book_save_async (f->book, record, keep_result, &result);
  wait_for (f, &result);
  contact = phone_contact_book_save_finish (f->book, result, &error);
  g_assert_no_error (error);
  g_assert_true (contact ==
                 phone_contact_book_get (f->book, phone_contact_get_id (contact)));
  return phone_contact_get_id (contact);
}

static void
assert_not_saved (Fixture *f, PhoneContactRecord *record, PhoneError code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  phone_contact_book_save_async (f->book, record, keep_result, &result);
  wait_for (f, &result);
  g_assert_null (phone_contact_book_save_finish (f->book, result, &error));
  g_assert_error (error, PHONE_ERROR, (int)code);
}

static PhoneContactRecord *
take_out (Fixture *f, gint64 id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_contact_book_remove_async (f->book, id, keep_result, &result);
  wait_for (f, &result);
  return phone_contact_book_remove_finish (f->book, result, error);
}

static GBytes *
load_picture (Fixture *f, gint64 id)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_contact_book_load_picture_async (f->book, id, keep_result, &result);
  wait_for (f, &result);
  return phone_contact_book_load_picture_finish (f->book, result);
}

/* "Ann Bob": who is in the list, in its order. */
static char *
dup_names (GListModel *model)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PhoneContact) contact = g_list_model_get_item (model, i);

    g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                            phone_contact_get_name (contact));
  }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
assert_names (Fixture *f, const char *expected)
{
  g_autofree char *names = dup_names (G_LIST_MODEL (f->book));

  g_assert_cmpstr (names, ==, expected);
}

static void
assert_found (Fixture *f, const char *search, guint limit, const char *expected)
{
  g_autoptr (GPtrArray) found = phone_contact_book_find (f->book, search, limit);
  g_autoptr (GListStore) store = g_list_store_new (PHONE_TYPE_CONTACT);
  g_autofree char *names = NULL;

  g_list_store_splice (store, 0, 0, found->pdata, found->len);
  names = dup_names (G_LIST_MODEL (store));
  g_assert_cmpstr (names, ==, expected);
}

/* ---- Tests ---- */

static void
test_kept (Fixture *f, gconstpointer data)
{
  PhoneContactRecord *record = make_record ("  Bob \xff", " bob@example.org ");
  PhoneContact *bob;
  struct stat status;
  gint64 id;

  record->organisation = g_strdup ("Acme");
  record->note = g_strdup ("a\nb");
  record->is_favourite = TRUE;
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "+49 30 1");
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "bob@example.org");
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "");
  id = save (f, record);
  close_book (f);
  open_book (f);

  bob = phone_contact_book_get (f->book, id);
  g_assert_cmpstr (phone_contact_get_name (bob), ==, "Bob \xef\xbf\xbd");
  g_assert_cmpstr (phone_contact_get_organisation (bob), ==, "Acme");
  g_assert_cmpstr (phone_contact_get_note (bob), ==, "a\nb");
  g_assert_true (phone_contact_is_favourite (bob));
  g_assert_null (phone_contact_get_book (bob));
  g_assert_cmpuint (phone_contact_get_n_addresses (bob), ==, 2);
  g_assert_cmpstr (phone_contact_get_address (bob, 0), ==, "bob@example.org");
  g_assert_cmpint (phone_contact_get_kind (bob, 0), ==, PHONE_ADDRESS_WORK);
  g_assert_cmpstr (phone_contact_get_address (bob, 1), ==, "+49 30 1");
  g_assert_cmpint (phone_contact_get_kind (bob, 1), ==, PHONE_ADDRESS_MOBILE);
  g_assert_cmpstr (phone_contact_get_address (bob, 2), ==, "");

  g_assert_cmpint (g_stat (f->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  gint64 bob = save (f, make_record ("bob", "b"));
  PhoneContactRecord *record;

  save (f, make_record ("Ann", "a"));
  save (f, make_record ("Carol", "c"));
  assert_names (f, "Ann bob Carol");
  g_assert_cmpuint (f->position, ==, 2);
  g_assert_cmpuint (f->added, ==, 1);

  /* Who stays in place is changed in place. */
  record = phone_contact_dup_record (phone_contact_book_get (f->book, bob));
  record->is_favourite = TRUE;
  save (f, record);
  g_assert_cmpuint (f->position, ==, 1);
  g_assert_cmpuint (f->removed, ==, 1);
  g_assert_cmpuint (f->added, ==, 1);

  record = phone_contact_dup_record (phone_contact_book_get (f->book, bob));
  g_free (record->name);
  record->name = g_strdup ("Zoe");
  save (f, record);
  assert_names (f, "Ann Carol Zoe");
  close_book (f);
  open_book (f);
  assert_names (f, "Ann Carol Zoe");
}

static void
test_find (Fixture *f, gconstpointer data)
{
  PhoneContactRecord *record = make_record ("Zoë Ängström", "+49 (30) 1234-5");

  record->organisation = g_strdup ("Acme");
  record->is_favourite = TRUE;
  save (f, record);
  save (f, make_record ("Ann", "ann@example.org"));
  assert_found (f, NULL, 9, "Zoë Ängström Ann");
  assert_found (f, "", 1, "Zoë Ängström");
  assert_found (f, "ÄNG acme", 9, "Zoë Ängström");
  assert_found (f, "301234", 9, "Zoë Ängström");
  assert_found (f, "(30) 1234", 9, "Zoë Ängström");
  assert_found (f, "example ann", 9, "Ann");
  assert_found (f, "nobody", 9, "");
}

static void
test_names (Fixture *f, gconstpointer data)
{
  PhoneContactRecord *record = make_record (NULL, "x");

  record->organisation = g_strdup ("Acme");
  save (f, record);
  save (f, make_record (" ", "sip:bob@example.org"));
  assert_names (f, "Acme bob@example.org");
  assert_not_saved (f, make_record ("", " "), PHONE_ERROR_INVALID_SETTING);
  assert_names (f, "Acme bob@example.org");
}

static void
test_remove_and_undo (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) picture = g_bytes_new ("picture", 7);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactRecord *record = make_record ("Bob", "bob");
  gint64 id;

  record->picture = g_bytes_ref (picture);
  id = save (f, record);
  save (f, make_record ("Ann", "ann"));
  record = take_out (f, id, &error);
  g_assert_no_error (error);
  assert_names (f, "Ann");
  g_assert_null (load_picture (f, id));

  id = save (f, record);
  assert_names (f, "Ann Bob");
  g_assert_cmpstr (phone_contact_get_address (phone_contact_book_get (f->book, id), 0),
                   ==, "bob");
  back = load_picture (f, id);
  g_assert_true (g_bytes_equal (picture, back));

  g_assert_null (take_out (f, 999, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_NOT_FOUND);
  record = make_record ("Nobody", "n");
  record->id = 999;
  assert_not_saved (f, record, PHONE_ERROR_NOT_FOUND);
  assert_names (f, "Ann Bob");
}

static void
test_picture (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) picture = g_bytes_new ("picture", 7);
  g_autoptr (GBytes) kept = NULL;
  PhoneContactRecord *record = make_record ("Bob", "bob");
  gint64 id;

  record->picture = g_bytes_ref (picture);
  id = save (f, record);
  g_assert_true (phone_contact_has_picture (phone_contact_book_get (f->book, id)));

  /* Who edits the name does not have the picture in hands. */
  save (f, phone_contact_dup_record (phone_contact_book_get (f->book, id)));
  close_book (f);
  open_book (f);
  g_assert_true (phone_contact_has_picture (phone_contact_book_get (f->book, id)));
  kept = load_picture (f, id);
  g_assert_true (g_bytes_equal (picture, kept));

  record = phone_contact_dup_record (phone_contact_book_get (f->book, id));
  record->has_picture = FALSE;
  save (f, record);
  g_assert_null (load_picture (f, id));

  record = phone_contact_dup_record (phone_contact_book_get (f->book, id));
  record->picture = g_bytes_new_take (g_malloc0 (PHONE_CONTACT_MAX_PICTURE_BYTES + 1),
                                      PHONE_CONTACT_MAX_PICTURE_BYTES + 1);
  save (f, record);
  g_assert_false (phone_contact_has_picture (phone_contact_book_get (f->book, id)));
}

static void
test_broken (Fixture *f, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (f->path, ".broken", NULL);

  close_book (f);
  g_assert_true (g_file_set_contents (f->path, "no database at all", -1, NULL));
  open_book (f);
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_MOVED_ASIDE);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  save (f, make_record ("Bob", "bob"));
  assert_names (f, "Bob");
}

/* The ids begin anew in the new file: nobody of the old one is shown under them. */
static void
test_broken_while_open (Fixture *f, gconstpointer data)
{
  g_autofree char *nonsense = g_strnfill (8192, 'x');
  FILE *file;

  save (f, make_record ("Ann", "ann"));
  save (f, make_record ("Bob", "bob"));
  file = g_fopen (f->path, "r+");
  g_assert_cmpint (fputs (nonsense, file), >=, 0);
  fclose (file);
  save (f, make_record ("Carol", "carol"));
  assert_names (f, "Carol");
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_MOVED_ASIDE);
  save (f, make_record ("Dan", "dan"));
  assert_names (f, "Carol Dan");
}

static void
test_newer (Fixture *f, gconstpointer data)
{
  sqlite3 *handle = NULL;

  close_book (f);
  g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "PRAGMA user_version = 99", NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (handle);
  open_book (f);
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_MOVED_ASIDE);
}

/* A disk that takes no more: the change is an error, and none is shown. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  struct rlimit before;
  struct rlimit none;
  PhoneContactRecord *record = make_record ("Carol", "carol");
  gint64 bob = save (f, make_record ("Bob", "bob"));
  g_autoptr (GError) error = NULL;

  record->note = g_strnfill (PHONE_CONTACT_MAX_NOTE_BYTES, 'x');
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  none = before;
  none.rlim_cur = 0;
  setrlimit (RLIMIT_FSIZE, &none);
  assert_not_saved (f, record, PHONE_ERROR_STORAGE);
  g_assert_null (take_out (f, bob, &error));
  setrlimit (RLIMIT_FSIZE, &before);

  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  assert_names (f, "Bob");
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_NOT_WRITTEN);
  save (f, make_record ("Ann", "ann"));
  assert_names (f, "Ann Bob");
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_NONE);
}

/* ---- Files of cards ---- */

static GFile *
people (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->folder, "people.vcf", NULL);

  return g_file_new_for_path (path);
}

static PhoneContactsImport
import (Fixture *f, const char *text)
{
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  if (text != NULL)
    g_assert_true (g_file_set_contents (g_file_peek_path (file), text, -1, NULL));
  phone_contact_book_import_async (f->book, file, keep_result, &result);
  wait_for (f, &result);
  g_assert_true (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_no_error (error);
  return counts;
}

static void export(Fixture *f, PhoneContactsFormat format)
{
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  phone_contact_book_export_async (f->book, file, format, keep_result, &result);
  wait_for (f, &result);
  g_assert_true (phone_contact_book_export_finish (f->book, result, &error));
  g_assert_no_error (error);
}

static void
assert_counts (
    PhoneContactsImport counts, guint added, guint changed, guint known, guint left_out)
{
  g_assert_cmpuint (counts.added, ==, added);
  g_assert_cmpuint (counts.changed, ==, changed);
  g_assert_cmpuint (counts.known, ==, known);
  g_assert_cmpuint (counts.left_out, ==, left_out);
}

#define CARD(lines) "BEGIN:VCARD\nVERSION:3.0\n" lines "\nEND:VCARD\n"

static void
test_import (Fixture *f, gconstpointer data)
{
  save (f, make_record ("Ann", "sip:ann@example.org"));
  assert_counts (import (f, CARD ("FN:Bob\nUID:1\nTEL:1") CARD ("FN:Carol") CARD (
                                "FN:Dan\nTEL:4") CARD ("FN:Ann\nX-SIP:ann@example.org")
                                CARD ("FN:Bob again\nUID:1\nTEL:2")),
                 2, 0, 2, 1);
  assert_names (f, "Ann Bob Dan");
  assert_counts (import (f, CARD ("FN:Bob\nUID:1\nTEL:1") CARD ("FN:Dan\nTEL:4")), 0, 0,
                 2, 0);
  assert_counts (import (f, CARD ("FN:Robert\nUID:1\nTEL:1")), 0, 1, 0, 0);
  assert_names (f, "Ann Dan Robert");
  assert_counts (import (f, "nothing of this kind"), 0, 0, 0, 0);
  assert_counts (import (f, CARD ("FN:Bo\nUID:1\nTEL:1") CARD ("FN:Rob\nUID:1\nTEL:1")),
                 0, 1, 1, 0);
  assert_counts (import (f, CARD ("FN:Bo\nUID:1\nTEL:1") CARD ("FN:Rob\nUID:1\nTEL:1")),
                 0, 0, 2, 0);
  assert_names (f, "Ann Bo Dan");
}

static void
test_import_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/people.vcf");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  phone_contact_book_import_async (f->book, file, keep_result, &result);
  wait_for (f, &result);
  g_assert_false (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
}

static void
test_endless_import (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/zero");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  phone_contact_book_import_async (f->book, file, keep_result, &result);
  wait_for (f, &result);
  g_assert_false (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_TOO_LARGE);
}

/* What is exported is known when it comes back; with the book gone it is all there. */
static void
test_export (Fixture *f, gconstpointer data)
{
  PhoneContactsFormat format = (PhoneContactsFormat)GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  PhoneContactRecord *record = make_record ("Bob", "bob@example.org");
  gint64 id;

  record->is_favourite = TRUE;
  id = save (f, record);
  save (f, make_record ("Ann", "+49 30 1"));
  export(f, format);
  assert_counts (import (f, NULL), 0, 0, 2, 0);
  phone_contact_record_free (take_out (f, id, &error));
  assert_counts (import (f, NULL), 1, 0, 1, 0);
  assert_found (f, NULL, 9, "Bob Ann");
}

static void
assert_not_exported (Fixture *f, const char *stays)
{
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  phone_contact_book_export_async (f->book, file, PHONE_CONTACTS_VCARD_3, keep_result,
                                   &result);
  wait_for (f, &result);
  g_assert_false (phone_contact_book_export_finish (f->book, result, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &text, NULL, NULL));
  g_assert_cmpstr (text, ==, stays);
}

/* What cannot be written whole leaves what was there. */
static void
test_export_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = people (f);
  struct rlimit before;
  struct rlimit none;

  save (f, make_record ("Bob", "bob"));
  g_assert_true (g_file_set_contents (g_file_peek_path (file), "old", -1, NULL));
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  none = before;
  none.rlim_cur = 0;
  setrlimit (RLIMIT_FSIZE, &none);
  assert_not_exported (f, "old");
  setrlimit (RLIMIT_FSIZE, &before);
  export(f, PHONE_CONTACTS_VCARD_3);
}

/* A book that cannot be opened is not an empty one. */
static void
test_unreadable (Fixture *f, gconstpointer data)
{
  static const char card[] = CARD ("FN:Bob\nTEL:1");
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  close_book (f);
  g_assert_cmpint (g_remove (f->path), ==, 0);
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (g_file_peek_path (file), card, -1, NULL));
  open_book (f);
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_NOT_WRITTEN);
  assert_not_exported (f, card);
  phone_contact_book_import_async (f->book, file, keep_result, &result);
  wait_for (f, &result);
  g_assert_false (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  assert_names (f, "");
}

/* ---- The system's ---- */

static void
test_system (Fixture *f, gconstpointer data)
{
  static const char *const cards[] = {CARD ("FN:Sue\nTEL:1"), CARD ("FN:None"),
                                      CARD ("FN:Tom\nTEL:2"), NULL};
  static const char *const fewer[] = {CARD ("FN:Tom\nTEL:2"), NULL};
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContact *sue;
  gint64 id;

  save (f, make_record ("Ann", "ann"));
  phone_contact_book_set_system_cards (f->book, "k", "Personal", cards);
  phone_contact_book_flush (f->book);
  assert_names (f, "Ann Sue Tom");
  found = phone_contact_book_find (f->book, "sue", 1);
  sue = g_ptr_array_index (found, 0);
  id = phone_contact_get_id (sue);
  g_assert_cmpint (id, <, 0);
  g_assert_cmpstr (phone_contact_get_book (sue), ==, "Personal");
  assert_not_saved (f, phone_contact_dup_record (sue), PHONE_ERROR_WRONG_STATE);
  g_assert_null (take_out (f, id, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE);

  phone_contact_book_set_system_cards (f->book, "k", "Personal", fewer);
  phone_contact_book_flush (f->book);
  assert_names (f, "Ann Tom");
  g_assert_null (phone_contact_book_get (f->book, id));
  phone_contact_book_set_system_cards (f->book, "k", "Personal", NULL);
  phone_contact_book_flush (f->book);
  assert_names (f, "Ann");
  close_book (f);
  open_book (f);
  assert_names (f, "Ann");
}

/* ---- Many ---- */

#define MANY 10000

static void
test_many (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 before;
  gint64 longest = 0;

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (
        text, CARD ("FN:Person %04u\nTEL:+49 30 %u\nIMPP:sip:p%u@example.org"),
        (i * 7919) % MANY, i, i);
  g_assert_cmpuint (import (f, text->str).added, ==, MANY);
  close_book (f);

  f->book = phone_contact_book_new (f->path);
  g_signal_connect (f->book, "items-changed", G_CALLBACK (on_items_changed), f);
  while (phone_contact_book_is_loading (f->book)) {
    before = g_get_monotonic_time ();
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (100);
    longest = MAX (longest, g_get_monotonic_time () - before);
  }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->book)), ==, MANY);
  g_assert_cmpuint (f->added, ==, MANY);
  g_test_message ("the main context was kept for %" G_GINT64_FORMAT " us at most",
                  longest);
  g_test_minimized_result ((double)longest / 1000, "kept for %.1f ms",
                           (double)longest / 1000);

  before = g_get_monotonic_time ();
  assert_found (f, "p9999@", 5, "Person 2081");
  g_test_message ("found in %" G_GINT64_FORMAT " us", g_get_monotonic_time () - before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test) g_test_add (path, Fixture, data, set_up, test, tear_down)
  ADD ("/contacts/kept", NULL, test_kept);
  ADD ("/contacts/order", NULL, test_order);
  ADD ("/contacts/find", NULL, test_find);
  ADD ("/contacts/names", NULL, test_names);
  ADD ("/contacts/remove-and-undo", NULL, test_remove_and_undo);
  ADD ("/contacts/picture", NULL, test_picture);
  ADD ("/contacts/broken", NULL, test_broken);
  ADD ("/contacts/broken-while-open", NULL, test_broken_while_open);
  ADD ("/contacts/newer", NULL, test_newer);
  ADD ("/contacts/full-disk", NULL, test_full_disk);
  ADD ("/contacts/import", NULL, test_import);
  ADD ("/contacts/import-fails", NULL, test_import_fails);
  ADD ("/contacts/endless-import", NULL, test_endless_import);
  ADD ("/contacts/export/3", GINT_TO_POINTER (PHONE_CONTACTS_VCARD_3), test_export);
  ADD ("/contacts/export/4", GINT_TO_POINTER (PHONE_CONTACTS_VCARD_4), test_export);
  ADD ("/contacts/export-fails", NULL, test_export_fails);
  ADD ("/contacts/unreadable", NULL, test_unreadable);
  ADD ("/contacts/system", NULL, test_system);
  ADD ("/contacts/many", NULL, test_many);
  return g_test_run ();
}
