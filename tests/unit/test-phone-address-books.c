/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server of address books that the test plays, on a bus of its own. */
#include "bus-fixture.h"
#include "phone-address-books.h"

#include <string.h>

#define SERVER "org.gnome.evolution.dataserver"
#define SOURCES_PATH "/org/gnome/evolution/dataserver/SourceManager"
#define FACTORY_PATH "/org/gnome/evolution/dataserver/AddressBookFactory"
#define BOOK_PATH "/book"

#define SOURCE(name, is_enabled)                                                         \
  "[Data Source]\nDisplayName=" name "\nEnabled=" is_enabled                             \
  "\n[Address Book]\nBackendName=local\n"

static const char xml[] =
    "<node>"
    "<interface name='org.freedesktop.DBus.ObjectManager'>"
    "  <method name='GetManagedObjects'>"
    "    <arg type='a{oa{sa{sv}}}' direction='out'/></method>"
    "</interface>"
    "<interface name='" SERVER ".AddressBookFactory'>"
    "  <method name='OpenAddressBook'><arg type='s' direction='in'/>"
    "    <arg type='s' direction='out'/><arg type='s' direction='out'/></method>"
    "</interface>"
    "<interface name='" SERVER ".AddressBook'>"
    "  <method name='Open'><arg type='as' direction='out'/></method>"
    "  <method name='GetContactList'><arg type='s' direction='in'/>"
    "    <arg type='as' direction='out'/></method>"
    "</interface>"
    "</node>";

typedef struct {
  BusFixture bus;
  GDBusConnection *sources; /* borrowed */
  GDBusConnection *factory; /* borrowed */
  GDBusNodeInfo *node;
  const char *data; /* of the source; NULL: it is there no more */
  const char *card;
  const char *refused; /* a method; NULL: none is */
  guint n_refused;
  guint n_looks;

  PhoneAddressBooks *books;
  GString *told; /* "key name card;" of each ::changed */
} Fixture;

static void
add_source (GVariantBuilder *objects, const char *path, const char *uid, const char *data)
{
  g_variant_builder_open (objects, G_VARIANT_TYPE ("{oa{sa{sv}}}"));
  g_variant_builder_add (objects, "o", path);
  g_variant_builder_open (objects, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_builder_open (objects, G_VARIANT_TYPE ("{sa{sv}}"));
  g_variant_builder_add (objects, "s", SERVER ".Source");
  g_variant_builder_open (objects, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (objects, "{sv}", "UID", g_variant_new_string (uid));
  g_variant_builder_add (objects, "{sv}", "Data", g_variant_new_string (data));
  g_variant_builder_close (objects);
  g_variant_builder_close (objects);
  g_variant_builder_close (objects);
  g_variant_builder_close (objects);
}

static GVariant *
make_sources (Fixture *f)
{
  GVariantBuilder objects;

  g_variant_builder_init (&objects, G_VARIANT_TYPE ("a{oa{sa{sv}}}"));
  add_source (&objects, "/mail", "mail", "[Data Source]\nDisplayName=Mail\n[Mail]\n");
  add_source (&objects, "/off", "off",
              "[Data Source]\nDisplayName=Off\nEnabled=false\n[Address Book]\n");
  add_source (&objects, "/broken", "broken", "no key file");
  if (f->data != NULL)
    add_source (&objects, "/one", "one", f->data);
  return g_variant_new ("(a{oa{sa{sv}}})", &objects);
}

static void
on_method (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  Fixture *f = user_data;
  const char *const cards[] = {f->card, NULL};
  const char *const none[] = {NULL};
  GVariant *answer = NULL;

  if (g_strcmp0 (method, f->refused) == 0) {
    f->n_refused++;
    g_dbus_method_invocation_return_error_literal (invocation, G_IO_ERROR,
                                                   G_IO_ERROR_CANCELLED, "offline");
    return;
  }
  if (g_str_equal (method, "GetManagedObjects")) {
    f->n_looks++;
    answer = make_sources (f);
  } else if (g_str_equal (method, "OpenAddressBook"))
    answer =
        g_variant_new ("(ss)", BOOK_PATH, g_dbus_connection_get_unique_name (f->factory));
  else
    answer = g_variant_new ("(^as)", g_str_equal (method, "Open") ? none : cards);
  g_dbus_method_invocation_return_value (invocation, answer);
}

static void
serve (Fixture *f, GDBusConnection *connection, const char *path, guint interface)
{
  static const GDBusInterfaceVTable table = {.method_call = on_method};
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (connection, path, f->node->interfaces[interface],
                                     &table, f, NULL, &error);
  g_assert_no_error (error);
}

static void
on_changed (PhoneAddressBooks *books,
            const char *key,
            const char *name,
            const char *const *cards,
            Fixture *f)
{
  g_string_append_printf (f->told, "%s %s %s;", key, name,
                          cards != NULL ? cards[0] : "gone");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  bus_fixture_set_up (&f->bus);
  f->told = g_string_new (NULL);
  f->node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_assert_nonnull (f->node);
  f->data = SOURCE ("Personal", "true");
  f->card = "first";
}

static void
start_server (Fixture *f)
{
  f->sources = bus_fixture_add (&f->bus, SERVER ".Sources5");
  f->factory = bus_fixture_add (&f->bus, SERVER ".AddressBook10");
  serve (f, f->sources, SOURCES_PATH, 0);
  serve (f, f->factory, FACTORY_PATH, 1);
  serve (f, f->factory, BOOK_PATH, 2);
}

static void
look (Fixture *f)
{
  f->books = phone_address_books_new (f->bus.connection);
  g_signal_connect (f->books, "changed", G_CALLBACK (on_changed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->books);
  g_dbus_node_info_unref (f->node);
  g_string_free (f->told, TRUE);
  bus_fixture_tear_down (&f->bus);
}

static void
wait_told (Fixture *f, const char *expected)
{
  while (f->told->len < strlen (expected))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (f->told->str, ==, expected);
}

static void
test_read (Fixture *f, gconstpointer data)
{
  start_server (f);
  look (f);
  wait_told (f, "one Personal first;");
}

static void
tell_property (GDBusConnection *server,
               const char *path,
               const char *interface,
               const char *name,
               const char *value)
{
  GVariantBuilder changed;

  g_variant_builder_init (&changed, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&changed, "{sv}", name, g_variant_new_string (value));
  g_dbus_connection_emit_signal (
      server, NULL, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
      g_variant_new ("(sa{sv}as)", interface, &changed, NULL), NULL);
}

static void
change_card (Fixture *f, const char *card)
{
  f->card = card;
  tell_property (f->factory, BOOK_PATH, SERVER ".AddressBook", "Revision", card);
}

static void
test_changed (Fixture *f, gconstpointer data)
{
  start_server (f);
  look (f);
  wait_told (f, "one Personal first;");
  change_card (f, "second");
  wait_told (f, "one Personal first;one Personal second;");

  f->data = NULL;
  g_dbus_connection_emit_signal (
      f->sources, NULL, SOURCES_PATH, "org.freedesktop.DBus.ObjectManager",
      "InterfacesRemoved", g_variant_new ("(oas)", "/one", NULL), NULL);
  wait_told (f, "one Personal first;one Personal second;one Personal gone;");
}

static void
change_source (Fixture *f, const char *data)
{
  f->data = data;
  tell_property (f->sources, "/one", SERVER ".Source", "Data", data);
}

/* A book may be named anew, and switched off and on, while it is read. */
static void
test_renamed (Fixture *f, gconstpointer data)
{
  start_server (f);
  look (f);
  wait_told (f, "one Personal first;");
  change_source (f, SOURCE ("Private", "true"));
  wait_told (f, "one Personal first;one Private first;");
  change_source (f, SOURCE ("Private", "false"));
  wait_told (f, "one Personal first;one Private first;one Private gone;");
  change_source (f, SOURCE ("Private", "true"));
  wait_told (f, "one Personal first;one Private first;one Private gone;"
                "one Private first;");
}

/* Whether a source is connected is no reason to look again, which would have begun before
 * the change of the cards is read. */
static void
test_connection (Fixture *f, gconstpointer data)
{
  start_server (f);
  look (f);
  wait_told (f, "one Personal first;");
  tell_property (f->sources, "/mail", SERVER ".Source", "ConnectionStatus", "connected");
  tell_property (f->sources, "/one", SERVER ".Source", "ConnectionStatus", "connected");
  bus_fixture_hear (&f->bus, f->sources);
  change_card (f, "second");
  wait_told (f, "one Personal first;one Personal second;");
  g_assert_cmpuint (f->n_looks, ==, 1);
}

/* A book that could not be opened, as without a network, is at the next change. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  f->refused = data;
  start_server (f);
  look (f);
  while (f->n_refused == 0)
    g_main_context_iteration (NULL, TRUE);
  bus_fixture_hear (&f->bus, f->factory);
  g_assert_cmpstr (f->told->str, ==, "");
  f->refused = NULL;
  change_source (f, SOURCE ("Private", "true"));
  wait_told (f, "one Private first;");
}

/* A session without the server: nothing is told, and nothing above debug. */
static void
test_absent (Fixture *f, gconstpointer data)
{
  look (f);
  bus_fixture_settle (f->bus.connection);
  bus_fixture_hear (&f->bus, bus_fixture_add (&f->bus, "org.example.Other"));
  g_assert_cmpstr (f->told->str, ==, "");
}

/* Whoever leaves while it is asked hears nothing any more. */
static void
test_left (Fixture *f, gconstpointer data)
{
  start_server (f);
  look (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/address-books/read", test_read);
  ADD ("/address-books/changed", test_changed);
  ADD ("/address-books/renamed", test_renamed);
  ADD ("/address-books/connection", test_connection);
  g_test_add ("/address-books/refused/made", Fixture, "OpenAddressBook", set_up,
              test_refused, tear_down);
  g_test_add ("/address-books/refused/opened", Fixture, "Open", set_up, test_refused,
              tear_down);
  ADD ("/address-books/absent", test_absent);
  ADD ("/address-books/left", test_left);
  return g_test_run ();
}
