/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who an address belongs to, and what a call is called. */
#include "service-fixture.h"

#include <glib/gstdio.h>

static char *folder;

static char *
dup_path (void)
{
  return g_build_filename (folder, "contacts.sqlite", NULL);
}

static void
set_up (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  folder = g_dir_make_tmp ("phone-names-XXXXXX", NULL);
  path = dup_path ();
  service_fixture_set_up_with (f, &(PhoneServiceOptions){.source = PHONE_SOURCE_TEST,
                                                         .max_ringing = 2,
                                                         .contacts_path = path});
  g_object_set (phone_account_get_config (f->account), "dial-prefix", "+49", NULL);
}

static void
tear_down (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *path = dup_path ();

  service_fixture_tear_down (f, data);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_clear_pointer (&folder, g_free);
}

static void
add (ServiceFixture *f, gint64 id, const char *name, const char *address)
{
  PhoneContactBook *book = phone_service_get_contacts (f->service);
  PhoneContactRecord *record = phone_contact_record_new ();

  record->id = id;
  record->name = g_strdup (name);
  phone_contact_record_add_address (record, PHONE_ADDRESS_WORK, address);
  phone_contact_book_save_async (book, record, NULL, NULL);
  phone_contact_book_flush (book);
}

typedef struct {
  const char *address; /* of the contact */
  const char *called;
  gboolean is_found;
} Case;

/* The account is sip:alice@example.org, with the prefix "+49". */
static const Case cases[] = {
    {"sip:bob@example.net", "sip:bob@example.net", TRUE},
    {"bob@example.net", "sip:bob@EXAMPLE.net:5060;transport=ws", TRUE},
    {"sips:bob@example.net:5061", "sip:bob@example.net", TRUE},
    {"sip:b%6fb@example.net", "sip:bob@example.net", TRUE},
    {"bob@example.net", "sip:Bob@example.net", FALSE},
    {"bob@example.net", "sip:bob@example.com", FALSE},
    {"bob", "sip:bob@example.org", TRUE},
    {"bob", "sip:bob@example.net", FALSE},
    {"+49 (30) 123456-7", "sip:+49301234567@anywhere.example;user=phone", TRUE},
    {"+49 30 1234567", "sip:0301234567@example.net", TRUE},
    {"030 1234567", "sip:+49301234567@example.net", TRUE},
    {"tel:+49-30-1234567", "tel:+49301234567", TRUE},
    {"0049301234567", "+49 30 1234567", TRUE},
    {"+49 30 1234567", "sip:+44301234567@example.net", FALSE},
    {"030 1234567", "sip:1234567@example.net", FALSE},
    {"100", "sip:100@example.org", TRUE},
    {"100", "sip:100@example.net", FALSE},
    {"100", "100", TRUE},
    {"100", "sip:1100@example.org", FALSE},
    {"*21#", "sip:*21%23@example.org", TRUE},
    {"bob@example.net", "", FALSE},
    {"bob@example.net", "sip:", FALSE},
    {"bob@example.net", "@", FALSE},
    {"not an address @@", "sip:not", FALSE},
};

/* Whose name an address goes by; NULL: nobody's. */
static const char *
lookup (ServiceFixture *f, const char *address)
{
  PhoneContact *contact = phone_service_lookup_contact (f->service, address);

  return contact != NULL ? phone_contact_get_name (contact) : NULL;
}

static void
test_lookup (ServiceFixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    add (f, i > 0 ? 1 : 0, "Robert", cases[i].address);
    g_test_message ("%s for %s", cases[i].called, cases[i].address);
    g_assert_cmpstr (lookup (f, cases[i].called), ==,
                     cases[i].is_found ? "Robert" : NULL);
  }
}

/* What was found under an address that is gone is found no more, nor any other's. */
static void
test_changes (ServiceFixture *f, gconstpointer data)
{
  PhoneContactBook *book = phone_service_get_contacts (f->service);

  add (f, 0, "Robert", "bob@example.net");
  add (f, 0, "Another Robert", "bob@example.net");
  g_assert_cmpstr (lookup (f, "sip:bob@example.net"), ==, "Robert");
  phone_contact_book_remove_async (book, 1, NULL, NULL);
  phone_contact_book_flush (book);
  g_assert_cmpstr (lookup (f, "sip:bob@example.net"), ==, "Another Robert");
  add (f, 2, "Another Robert", "bob@example.com");
  g_assert_null (lookup (f, "sip:bob@example.net"));
}

/* All of them end in the same digits. */
static void
test_many_alike (ServiceFixture *f, gconstpointer data)
{
  for (guint i = 0; i < 65; i++) {
    g_autofree char *number = g_strdup_printf ("+49%u1234567", 100 + i);

    add (f, 0, number, number);
  }
  g_assert_cmpstr (lookup (f, "+491631234567"), ==, "+491631234567");
  g_assert_null (lookup (f, "+491641234567"));
}

static void
test_own_before_system (ServiceFixture *f, gconstpointer data)
{
  static const char *const cards[] = {
      "BEGIN:VCARD\nVERSION:3.0\nFN:Bobby\nX-SIP:bob@example.net\nEND:VCARD\n", NULL};
  PhoneContactBook *book = phone_service_get_contacts (f->service);

  phone_contact_book_set_system_cards (book, "k", "Personal", cards);
  phone_contact_book_flush (book);
  g_assert_cmpstr (lookup (f, "sip:bob@example.net"), ==, "Bobby");
  add (f, 0, "Robert", "bob@example.net");
  g_assert_cmpstr (lookup (f, "sip:bob@example.net"), ==, "Robert");
}

static void
assert_called (PhoneCall *call, const char *contact_name, const char *title)
{
  PhoneContact *contact = phone_call_get_contact (call);
  g_autofree char *actual = NULL;

  g_object_get (call, "title", &actual, NULL);
  g_assert_cmpstr (contact != NULL ? phone_contact_get_name (contact) : NULL, ==,
                   contact_name);
  g_assert_cmpstr (actual, ==, title);
}

/* The caller says "Bob". */
static void
test_caller (ServiceFixture *f, gconstpointer data)
{
  PhoneContactBook *book = phone_service_get_contacts (f->service);
  PhoneCall *call;

  add (f, 0, "Robert", "bob@example.org");
  service_fixture_invite (f, "one", NULL);
  sip_message_unref (service_fixture_take_response (f, 180));
  call = g_ptr_array_index (f->incoming, f->incoming->len - 1);
  assert_called (call, "Robert", "Robert");
  g_assert_cmpstr (phone_call_get_remote_name (call), ==, "Bob");
  g_assert_cmpstr (phone_call_get_remote_uri (call), ==, "sip:bob@example.org");

  add (f, 1, "Rob", "bob@example.org");
  assert_called (call, "Rob", "Rob");
  phone_contact_book_remove_async (book, 1, NULL, NULL);
  phone_contact_book_flush (book);
  assert_called (call, NULL, "Bob");

  phone_call_decline (call);
  sip_message_unref (service_fixture_take_response (f, 603));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, ServiceFixture, NULL, set_up, test, tear_down)
  ADD ("/contact-names/lookup", test_lookup);
  ADD ("/contact-names/changes", test_changes);
  ADD ("/contact-names/many-alike", test_many_alike);
  ADD ("/contact-names/own-before-system", test_own_before_system);
  ADD ("/contact-names/caller", test_caller);
  return g_test_run ();
}
