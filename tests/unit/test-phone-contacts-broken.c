/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of contacts that cannot be read or written. */
#include "contacts-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

static void
test_broken (ContactsFixture *f, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (f->path, ".broken", NULL);

  contacts_fixture_close (f);
  g_assert_true (g_file_set_contents (f->path, "no database at all", -1, NULL));
  contacts_fixture_open (f);
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_MOVED_ASIDE);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  contacts_fixture_save (f, contacts_fixture_make_record ("Bob", "bob"));
  contacts_fixture_assert_names (f, "Bob");
}

/* The ids begin anew in the new file: nobody of the old one is shown under them. */
static void
test_broken_while_open (ContactsFixture *f, gconstpointer data)
{
  g_autofree char *nonsense = g_strnfill (8192, 'x');
  FILE *file;

  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "ann"));
  contacts_fixture_save (f, contacts_fixture_make_record ("Bob", "bob"));
  file = g_fopen (f->path, "r+");
  g_assert_cmpint (fputs (nonsense, file), >=, 0);
  fclose (file);
  contacts_fixture_save (f, contacts_fixture_make_record ("Carol", "carol"));
  contacts_fixture_assert_names (f, "Carol");
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_MOVED_ASIDE);
  contacts_fixture_save (f, contacts_fixture_make_record ("Dan", "dan"));
  contacts_fixture_assert_names (f, "Carol Dan");
}

static void
test_newer (ContactsFixture *f, gconstpointer data)
{
  sqlite3 *handle = NULL;

  contacts_fixture_close (f);
  g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "PRAGMA user_version = 99", NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (handle);
  contacts_fixture_open (f);
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_MOVED_ASIDE);
}

/* A disk that takes no more: the change is an error, and none is shown. */
static void
test_full_disk (ContactsFixture *f, gconstpointer data)
{
  struct rlimit before;
  struct rlimit none;
  PhoneContactRecord *record = contacts_fixture_make_record ("Carol", "carol");
  gint64 bob = contacts_fixture_save (f, contacts_fixture_make_record ("Bob", "bob"));
  g_autoptr (GError) error = NULL;

  record->note = g_strnfill (PHONE_CONTACT_MAX_NOTE_BYTES, 'x');
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  none = before;
  none.rlim_cur = 0;
  setrlimit (RLIMIT_FSIZE, &none);
  contacts_fixture_assert_not_saved (f, record, PHONE_ERROR_STORAGE);
  g_assert_null (contacts_fixture_take_out (f, bob, &error));
  setrlimit (RLIMIT_FSIZE, &before);

  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  contacts_fixture_assert_names (f, "Bob");
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_NOT_WRITTEN);
  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "ann"));
  contacts_fixture_assert_names (f, "Ann Bob");
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test)                                                            \
  g_test_add (path, ContactsFixture, data, contacts_fixture_set_up, test,                \
              contacts_fixture_tear_down)
  ADD ("/contacts/broken", NULL, test_broken);
  ADD ("/contacts/broken-while-open", NULL, test_broken_while_open);
  ADD ("/contacts/newer", NULL, test_newer);
  ADD ("/contacts/full-disk", NULL, test_full_disk);
  return g_test_run ();
}
