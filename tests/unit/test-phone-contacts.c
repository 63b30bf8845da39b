/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts-fixture.h"

#include <sys/stat.h>
#include <glib/gstdio.h>

static GBytes *
load_picture (ContactsFixture *f, gint64 id)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_contact_book_load_picture_async (f->book, id, contacts_fixture_keep_result,
                                         &result);
  contacts_fixture_wait (f, &result);
  return phone_contact_book_load_picture_finish (f->book, result);
}

static void
test_kept (ContactsFixture *f, gconstpointer data)
{
  PhoneContactRecord *record =
      contacts_fixture_make_record ("  Bob \xff", " bob@example.org ");
  PhoneContact *bob;
  struct stat status;
  gint64 id;

  record->organisation = g_strdup ("Acme");
  record->note = g_strdup ("a\nb");
  record->is_favourite = TRUE;
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "+49 30 1");
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "bob@example.org");
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "");
  id = contacts_fixture_save (f, record);
  contacts_fixture_close (f);
  contacts_fixture_open (f);

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
test_order (ContactsFixture *f, gconstpointer data)
{
  gint64 bob = contacts_fixture_save (f, contacts_fixture_make_record ("bob", "b"));
  PhoneContactRecord *record;

  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "a"));
  contacts_fixture_save (f, contacts_fixture_make_record ("Carol", "c"));
  contacts_fixture_assert_names (f, "Ann bob Carol");
  g_assert_cmpuint (f->position, ==, 2);
  g_assert_cmpuint (f->added, ==, 1);

  /* Who stays in place is changed in place. */
  record = phone_contact_dup_record (phone_contact_book_get (f->book, bob));
  record->is_favourite = TRUE;
  contacts_fixture_save (f, record);
  g_assert_cmpuint (f->position, ==, 1);
  g_assert_cmpuint (f->removed, ==, 1);
  g_assert_cmpuint (f->added, ==, 1);

  record = phone_contact_dup_record (phone_contact_book_get (f->book, bob));
  g_free (record->name);
  record->name = g_strdup ("Zoe");
  contacts_fixture_save (f, record);
  contacts_fixture_assert_names (f, "Ann Carol Zoe");
  contacts_fixture_close (f);
  contacts_fixture_open (f);
  contacts_fixture_assert_names (f, "Ann Carol Zoe");
}

static void
test_find (ContactsFixture *f, gconstpointer data)
{
  PhoneContactRecord *record =
      contacts_fixture_make_record ("Zoë Ängström", "+49 (30) 1234-5");

  record->organisation = g_strdup ("Acme");
  record->is_favourite = TRUE;
  phone_contact_record_add_address (record, PHONE_ADDRESS_WORK, "tel:+49-40-99;ext=5");
  contacts_fixture_save (f, record);
  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "ann@example.org"));
  contacts_fixture_assert_found (f, NULL, 9, "Zoë Ängström Ann");
  contacts_fixture_assert_found (f, "", 1, "Zoë Ängström");
  contacts_fixture_assert_found (f, "ÄNG acme", 9, "Zoë Ängström");
  contacts_fixture_assert_found (f, "301234", 9, "Zoë Ängström");
  contacts_fixture_assert_found (f, "(30) 1234", 9, "Zoë Ängström");
  contacts_fixture_assert_found (f, "494099", 9, "Zoë Ängström");
  contacts_fixture_assert_found (f, "example ann", 9, "Ann");
  contacts_fixture_assert_found (f, "nobody", 9, "");
}

static void
test_names (ContactsFixture *f, gconstpointer data)
{
  PhoneContactRecord *record = contacts_fixture_make_record (NULL, "x");

  record->organisation = g_strdup ("Acme");
  contacts_fixture_save (f, record);
  contacts_fixture_save (f, contacts_fixture_make_record (" ", "sip:bob@example.org"));
  contacts_fixture_assert_names (f, "Acme bob@example.org");
  contacts_fixture_assert_not_saved (f, contacts_fixture_make_record ("", " "),
                                     PHONE_ERROR_INVALID_SETTING);
  contacts_fixture_assert_names (f, "Acme bob@example.org");
}

/* What is kept of a tel: URI (RFC 3966), and stays so when it is saved again. */
static void
test_tel (void)
{
  const struct {
    const char *address;
    const char *kept; /* NULL: nothing */
  } cases[] = {
      {"tel:+49-30-1234", "+49-30-1234"},
      {"TEL: 1234;x=1", "1234"},
      {"tel:1234;", "1234"},
      {"tel:1234;phone-context=+49", "tel:1234;phone-context=+49"},
      {"tel:1234;Phone-Context=+49", "tel:1234;Phone-Context=+49"},
      {"tel:1234;x=1;PHONE-CONTEXT=a.example", "tel:1234;x=1;PHONE-CONTEXT=a.example"},
      {"tel:+49301234;ext=56", "tel:+49301234;ext=56"},
      {"tel:+49301234; Ext = 56", "tel:+49301234; Ext = 56"},
      {"tel:+49301234;ISUB=7", "tel:+49301234;ISUB=7"},
      {"tel:1234;x=ext", "1234"},
      {"tel:1234;extra=5;x-phone-context=+49", "1234"},
      {"tel:;ext=5", NULL},
      {"1234;ext=5", "1234;ext=5"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PhoneContactRecord) record =
        contacts_fixture_make_record ("Bob", cases[i].address);

    g_test_message ("%s", cases[i].address);
    for (guint times = 0; times < 2; times++) {
      const PhoneContactAddress *one;

      g_assert_true (phone_contact_record_prepare (record));
      one = record->addresses->len > 0 ? g_ptr_array_index (record->addresses, 0) : NULL;
      g_assert_cmpstr (one != NULL ? one->address : NULL, ==, cases[i].kept);
    }
  }
}

static void
test_remove_and_undo (ContactsFixture *f, gconstpointer data)
{
  g_autoptr (GBytes) picture = g_bytes_new ("picture", 7);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactRecord *record = contacts_fixture_make_record ("Bob", "bob");
  gint64 id;

  record->picture = g_bytes_ref (picture);
  id = contacts_fixture_save (f, record);
  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "ann"));
  record = contacts_fixture_take_out (f, id, &error);
  g_assert_no_error (error);
  contacts_fixture_assert_names (f, "Ann");
  g_assert_null (load_picture (f, id));

  id = contacts_fixture_save (f, record);
  contacts_fixture_assert_names (f, "Ann Bob");
  g_assert_cmpstr (phone_contact_get_address (phone_contact_book_get (f->book, id), 0),
                   ==, "bob");
  back = load_picture (f, id);
  g_assert_true (g_bytes_equal (picture, back));

  g_assert_null (contacts_fixture_take_out (f, 999, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_NOT_FOUND);
  record = contacts_fixture_make_record ("Nobody", "n");
  record->id = 999;
  contacts_fixture_assert_not_saved (f, record, PHONE_ERROR_NOT_FOUND);
  contacts_fixture_assert_names (f, "Ann Bob");
}

static void
test_picture (ContactsFixture *f, gconstpointer data)
{
  g_autoptr (GBytes) picture = g_bytes_new ("picture", 7);
  g_autoptr (GBytes) kept = NULL;
  PhoneContactRecord *record = contacts_fixture_make_record ("Bob", "bob");
  gint64 id;

  record->picture = g_bytes_ref (picture);
  id = contacts_fixture_save (f, record);
  g_assert_true (phone_contact_has_picture (phone_contact_book_get (f->book, id)));

  /* Who edits the name does not have the picture in hands. */
  contacts_fixture_save (f,
                         phone_contact_dup_record (phone_contact_book_get (f->book, id)));
  contacts_fixture_close (f);
  contacts_fixture_open (f);
  g_assert_true (phone_contact_has_picture (phone_contact_book_get (f->book, id)));
  kept = load_picture (f, id);
  g_assert_true (g_bytes_equal (picture, kept));

  record = phone_contact_dup_record (phone_contact_book_get (f->book, id));
  record->has_picture = FALSE;
  contacts_fixture_save (f, record);
  g_assert_null (load_picture (f, id));

  record = phone_contact_dup_record (phone_contact_book_get (f->book, id));
  record->picture = g_bytes_new_take (g_malloc0 (PHONE_CONTACT_MAX_PICTURE_BYTES + 1),
                                      PHONE_CONTACT_MAX_PICTURE_BYTES + 1);
  contacts_fixture_save (f, record);
  g_assert_false (phone_contact_has_picture (phone_contact_book_get (f->book, id)));
}

/* ---- The system's ---- */

static void
test_system (ContactsFixture *f, gconstpointer data)
{
  static const char *const cards[] = {CONTACTS_CARD ("FN:Sue\nTEL:1"),
                                      CONTACTS_CARD ("FN:None"),
                                      CONTACTS_CARD ("FN:Tom\nTEL:2"), NULL};
  static const char *const fewer[] = {CONTACTS_CARD ("FN:Tom\nTEL:2"), NULL};
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContact *sue;
  gint64 id;

  contacts_fixture_save (f, contacts_fixture_make_record ("Ann", "ann"));
  phone_contact_book_set_system_cards (f->book, "k", "Personal", cards);
  phone_contact_book_flush (f->book);
  contacts_fixture_assert_names (f, "Ann Sue Tom");
  found = phone_contact_book_find (f->book, "sue", 1);
  sue = g_ptr_array_index (found, 0);
  id = phone_contact_get_id (sue);
  g_assert_cmpint (id, <, 0);
  g_assert_cmpstr (phone_contact_get_book (sue), ==, "Personal");
  contacts_fixture_assert_not_saved (f, phone_contact_dup_record (sue),
                                     PHONE_ERROR_WRONG_STATE);
  g_assert_null (contacts_fixture_take_out (f, id, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE);

  phone_contact_book_set_system_cards (f->book, "k", "Personal", fewer);
  phone_contact_book_flush (f->book);
  contacts_fixture_assert_names (f, "Ann Tom");
  g_assert_null (phone_contact_book_get (f->book, id));
  phone_contact_book_set_system_cards (f->book, "k", "Personal", NULL);
  phone_contact_book_flush (f->book);
  contacts_fixture_assert_names (f, "Ann");
  contacts_fixture_close (f);
  contacts_fixture_open (f);
  contacts_fixture_assert_names (f, "Ann");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test)                                                            \
  g_test_add (path, ContactsFixture, data, contacts_fixture_set_up, test,                \
              contacts_fixture_tear_down)
  ADD ("/contacts/kept", NULL, test_kept);
  ADD ("/contacts/order", NULL, test_order);
  ADD ("/contacts/find", NULL, test_find);
  ADD ("/contacts/names", NULL, test_names);
  g_test_add_func ("/contacts/tel", test_tel);
  ADD ("/contacts/remove-and-undo", NULL, test_remove_and_undo);
  ADD ("/contacts/picture", NULL, test_picture);
  ADD ("/contacts/system", NULL, test_system);
  return g_test_run ();
}
