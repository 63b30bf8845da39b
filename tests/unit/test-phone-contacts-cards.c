/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vCards into the book and out of it. */
#include "contacts-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

/* ---- Files of cards ---- */

static GFile *
people (ContactsFixture *f)
{
  g_autofree char *path = g_build_filename (f->folder, "people.vcf", NULL);

  return g_file_new_for_path (path);
}

static PhoneContactsImport
import (ContactsFixture *f, const char *text)
{
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  if (text != NULL)
    g_assert_true (g_file_set_contents (g_file_peek_path (file), text, -1, NULL));
  phone_contact_book_import_async (f->book, file, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  g_assert_true (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_no_error (error);
  return counts;
}

static void export(ContactsFixture *f, PhoneContactsFormat format)
{
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  phone_contact_book_export_async (f->book, file, format, contacts_fixture_keep_result,
                                   &result);
  contacts_fixture_wait (f, &result);
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

static void
test_import (ContactsFixture *f, gconstpointer data)
{
  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "sip:ann@example.org"));
  assert_counts (import (f, CONTACTS_CARD ("FN:Bob\nUID:1\nTEL:1")
                                CONTACTS_CARD ("FN:Carol") CONTACTS_CARD ("FN:Dan\nTEL:4")
                                    CONTACTS_CARD ("FN:Ann\nX-SIP:ann@example.org")
                                        CONTACTS_CARD ("FN:Bob again\nUID:1\nTEL:2")),
                 2, 0, 2, 1);
  contacts_fixture_assert_names (f, "Ann Bob Dan");
  assert_counts (
      import (f, CONTACTS_CARD ("FN:Bob\nUID:1\nTEL:1") CONTACTS_CARD ("FN:Dan\nTEL:4")),
      0, 0, 2, 0);
  assert_counts (import (f, CONTACTS_CARD ("FN:Robert\nUID:1\nTEL:1")), 0, 1, 0, 0);
  contacts_fixture_assert_names (f, "Ann Dan Robert");
  assert_counts (import (f, "nothing of this kind"), 0, 0, 0, 0);
  assert_counts (import (f, CONTACTS_CARD ("FN:Bo\nUID:1\nTEL:1")
                                CONTACTS_CARD ("FN:Rob\nUID:1\nTEL:1")),
                 0, 1, 1, 0);
  assert_counts (import (f, CONTACTS_CARD ("FN:Bo\nUID:1\nTEL:1")
                                CONTACTS_CARD ("FN:Rob\nUID:1\nTEL:1")),
                 0, 0, 2, 0);
  contacts_fixture_assert_names (f, "Ann Bo Dan");
}

static void
test_import_fails (ContactsFixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/people.vcf");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  phone_contact_book_import_async (f->book, file, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  g_assert_false (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
}

static void
test_endless_import (ContactsFixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/zero");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  phone_contact_book_import_async (f->book, file, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  g_assert_false (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_TOO_LARGE);
}

/* What is exported is known when it comes back; with the book gone it is all there. */
static void
test_export (ContactsFixture *f, gconstpointer data)
{
  PhoneContactsFormat format = (PhoneContactsFormat)GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  PhoneContactRecord *record = contacts_fixture_make_record ("Bob", "bob@example.org");
  gint64 id;

  record->is_favourite = TRUE;
  id = contacts_fixture_save (f, record);
  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "+49 30 1"));
  export(f, format);
  assert_counts (import (f, NULL), 0, 0, 2, 0);
  phone_contact_record_free (contacts_fixture_take_out (f, id, &error));
  assert_counts (import (f, NULL), 1, 0, 1, 0);
  contacts_fixture_assert_found (f, NULL, 9, "Bob Ann");
}

static void
assert_not_exported (ContactsFixture *f, const char *stays)
{
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  phone_contact_book_export_async (f->book, file, PHONE_CONTACTS_VCARD_3,
                                   contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  g_assert_false (phone_contact_book_export_finish (f->book, result, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &text, NULL, NULL));
  g_assert_cmpstr (text, ==, stays);
}

/* What cannot be written whole leaves what was there. */
static void
test_export_fails (ContactsFixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = people (f);
  struct rlimit before;
  struct rlimit none;

  contacts_fixture_save (f, contacts_fixture_make_record ("Bob", "bob"));
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
test_unreadable (ContactsFixture *f, gconstpointer data)
{
  static const char card[] = CONTACTS_CARD ("FN:Bob\nTEL:1");
  g_autoptr (GFile) file = people (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport counts;

  contacts_fixture_close (f);
  g_assert_cmpint (g_remove (f->path), ==, 0);
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (g_file_peek_path (file), card, -1, NULL));
  contacts_fixture_open (f);
  g_assert_cmpint (phone_contact_book_get_problem (f->book), ==,
                   PHONE_CONTACTS_PROBLEM_NOT_WRITTEN);
  assert_not_exported (f, card);
  phone_contact_book_import_async (f->book, file, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  g_assert_false (phone_contact_book_import_finish (f->book, result, &counts, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_STORAGE);
  contacts_fixture_assert_names (f, "");
}

/* ---- Many ---- */

#define MANY 10000

static void
test_many (ContactsFixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 before;
  gint64 longest = 0;

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (
        text, CONTACTS_CARD ("FN:Person %04u\nTEL:+49 30 %u\nIMPP:sip:p%u@example.org"),
        (i * 7919) % MANY, i, i);
  g_assert_cmpuint (import (f, text->str).added, ==, MANY);
  contacts_fixture_close (f);

  contacts_fixture_begin (f);
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
  contacts_fixture_assert_found (f, "p9999@", 5, "Person 2081");
  g_test_message ("found in %" G_GINT64_FORMAT " us", g_get_monotonic_time () - before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test)                                                            \
  g_test_add (path, ContactsFixture, data, contacts_fixture_set_up, test,                \
              contacts_fixture_tear_down)
  ADD ("/contacts/import", NULL, test_import);
  ADD ("/contacts/import-fails", NULL, test_import_fails);
  ADD ("/contacts/endless-import", NULL, test_endless_import);
  ADD ("/contacts/export/3", GINT_TO_POINTER (PHONE_CONTACTS_VCARD_3), test_export);
  ADD ("/contacts/export/4", GINT_TO_POINTER (PHONE_CONTACTS_VCARD_4), test_export);
  ADD ("/contacts/export-fails", NULL, test_export_fails);
  ADD ("/contacts/unreadable", NULL, test_unreadable);
  ADD ("/contacts/many", NULL, test_many);
  return g_test_run ();
}
