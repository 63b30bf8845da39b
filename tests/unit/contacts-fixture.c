/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts-fixture.h"

#include <glib/gstdio.h>

static void
on_items_changed (
    GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  ContactsFixture *f = user_data;

  f->position = position;
  f->removed = removed;
  f->added = added;
}

void
contacts_fixture_begin (ContactsFixture *f)
{
  f->book = phone_contact_book_new (f->path);
  g_signal_connect (f->book, "items-changed", G_CALLBACK (on_items_changed), f);
}

void
contacts_fixture_open (ContactsFixture *f)
{
  contacts_fixture_begin (f);
  g_assert_true (phone_contact_book_is_loading (f->book));
  phone_contact_book_flush (f->book);
  g_assert_false (phone_contact_book_is_loading (f->book));
}

void
contacts_fixture_close (ContactsFixture *f)
{
  g_assert_finalize_object (g_steal_pointer (&f->book));
}

void
contacts_fixture_set_up (ContactsFixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("phone-contacts-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "kept", "contacts.sqlite", NULL);
  contacts_fixture_open (f);
}

void
contacts_fixture_tear_down (ContactsFixture *f, gconstpointer data)
{
  static const char *const names[] = {
      "kept/contacts.sqlite",
      "kept/contacts.sqlite.broken",
      "kept/contacts.sqlite-journal",
      "kept",
      "people.vcf",
  };

  if (f->book != NULL)
    contacts_fixture_close (f);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

PhoneContactRecord *
contacts_fixture_make_record (const char *name, const char *address)
{
  PhoneContactRecord *record = phone_contact_record_new ();

  record->name = g_strdup (name);
  if (address != NULL)
    phone_contact_record_add_address (record, PHONE_ADDRESS_WORK, address);
  return record;
}

void
contacts_fixture_keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

void
contacts_fixture_wait (ContactsFixture *f, GAsyncResult **result)
{
  phone_contact_book_flush (f->book);
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

gint64
contacts_fixture_save (ContactsFixture *f, PhoneContactRecord *record)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PhoneContact) contact = NULL;
  g_autoptr (GError) error = NULL;

  phone_contact_book_save_async (f->book, record, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  contact = phone_contact_book_save_finish (f->book, result, &error);
  g_assert_no_error (error);
  g_assert_true (contact ==
                 phone_contact_book_get (f->book, phone_contact_get_id (contact)));
  return phone_contact_get_id (contact);
}

void
contacts_fixture_assert_not_saved (ContactsFixture *f,
                                   PhoneContactRecord *record,
                                   PhoneError code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  phone_contact_book_save_async (f->book, record, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  g_assert_null (phone_contact_book_save_finish (f->book, result, &error));
  g_assert_error (error, PHONE_ERROR, (int)code);
}

PhoneContactRecord *
contacts_fixture_take_out (ContactsFixture *f, gint64 id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_contact_book_remove_async (f->book, id, contacts_fixture_keep_result, &result);
  contacts_fixture_wait (f, &result);
  return phone_contact_book_remove_finish (f->book, result, error);
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

void
contacts_fixture_assert_names (ContactsFixture *f, const char *expected)
{
  g_autofree char *names = dup_names (G_LIST_MODEL (f->book));

  g_assert_cmpstr (names, ==, expected);
}

void
contacts_fixture_assert_found (ContactsFixture *f,
                               const char *search,
                               guint limit,
                               const char *expected)
{
  g_autoptr (GPtrArray) found = phone_contact_book_find (f->book, search, limit);
  g_autoptr (GListStore) store = g_list_store_new (PHONE_TYPE_CONTACT);
  g_autofree char *names = NULL;

  g_list_store_splice (store, 0, 0, found->pdata, found->len);
  names = dup_names (G_LIST_MODEL (store));
  g_assert_cmpstr (names, ==, expected);
}
