/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-address-books.h"

#define SERVER "org.gnome.evolution.dataserver"
#define SOURCES_NAME SERVER ".Sources5"
#define SOURCES_PATH "/org/gnome/evolution/dataserver/SourceManager"
#define FACTORY_NAME SERVER ".AddressBook10"
#define FACTORY_PATH "/org/gnome/evolution/dataserver/AddressBookFactory"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* Everybody. */
#define QUERY "(contains \"x-evolution-any-field\" \"\")"
/* It starts a program, which may have to read a disk. */
#define ANSWER_MS 30000
/* Changes come in bursts. */
#define QUIET_MS 500

struct _PhoneAddressBooks {
  GObject parent_instance;

  /* owned */
  GDBusConnection *bus; /* NULL until it is there */
  GCancellable *cancellable;
  GHashTable *books; /* uid to Book */

  guint signals[3]; /* subscriptions to the sources */
  guint look_id;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneAddressBooks, phone_address_books, G_TYPE_OBJECT)

typedef struct {
  PhoneAddressBooks *all; /* borrowed */

  /* owned */
  char *uid;
  char *name;
  char *owner; /* who has it on the bus; NULL until it is open */
  char *path;
  GCancellable *cancellable; /* whoever goes cancels what was asked */

  guint signal; /* subscription */
  guint read_id;
} Book;

static void
book_free (gpointer data)
{
  Book *book = data;

  g_cancellable_cancel (book->cancellable);
  g_object_unref (book->cancellable);
  if (book->signal != 0)
    g_dbus_connection_signal_unsubscribe (book->all->bus, book->signal);
  g_clear_handle_id (&book->read_id, g_source_remove);
  g_free (book->uid);
  g_free (book->name);
  g_free (book->owner);
  g_free (book->path);
  g_free (book);
}

/* NULL, and nothing above debug: it is not there, or does not want to. @is_given_up,
 * which may be NULL: because whoever asked is gone, not by a cancellation of the server's. */
static GVariant *
finish (GObject *source, GAsyncResult *result, gboolean *is_given_up)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (is_given_up != NULL)
    *is_given_up = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                   !g_dbus_error_is_remote_error (error);
  if (reply == NULL)
    g_debug ("Address books: %s", error->message);
  return reply;
}

/* @parameters: of PropertiesChanged. */
static gboolean
has_changed (GVariant *parameters, const char *property)
{
  g_autoptr (GVariant) changed = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return FALSE;
  changed = g_variant_get_child_value (parameters, 1);
  return g_variant_lookup (changed, property, "s", NULL);
}

/* ---- One book ---- */

/* One that cannot be opened is forgotten, to be tried anew when books change: it may have
 * been asked for before there was a network. One that was given up is not looked at. */
static GVariant *
finish_opening (GObject *source, GAsyncResult *result, Book *book)
{
  gboolean is_given_up;
  GVariant *reply = finish (source, result, &is_given_up);

  if (reply == NULL && !is_given_up)
    g_hash_table_remove (book->all->books, book->uid);
  return reply;
}

static void
on_cards (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = finish (source, result, NULL);
  g_auto (GStrv) cards = NULL;
  Book *book = user_data;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(^as)", &cards);
  g_signal_emit (book->all, signals[CHANGED], 0, book->uid, book->name, cards);
}

static void
ask (Book *book,
     const char *method,
     GVariant *arguments,
     const char *answer,
     GAsyncReadyCallback callback)
{
  g_dbus_connection_call (book->all->bus, book->owner, book->path, SERVER ".AddressBook",
                          method, arguments, G_VARIANT_TYPE (answer),
                          G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, book->cancellable, callback,
                          book);
}

static void
read_cards (Book *book)
{
  ask (book, "GetContactList", g_variant_new ("(s)", QUERY), "(as)", on_cards);
}

static gboolean
on_quiet (gpointer user_data)
{
  Book *book = user_data;

  book->read_id = 0;
  read_cards (book);
  return G_SOURCE_REMOVE;
}

/* Reading does not change the revision; what else changes says nothing of contacts. */
static void
on_properties (GDBusConnection *bus,
               const char *sender,
               const char *path,
               const char *interface,
               const char *signal,
               GVariant *parameters,
               gpointer user_data)
{
  Book *book = user_data;

  if (book->read_id == 0 && has_changed (parameters, "Revision"))
    book->read_id = g_timeout_add (QUIET_MS, on_quiet, book);
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Book *book = user_data;
  g_autoptr (GVariant) reply = finish_opening (source, result, book);

  if (reply == NULL)
    return;
  book->signal = g_dbus_connection_signal_subscribe (
      book->all->bus, book->owner, PROPERTIES, "PropertiesChanged", book->path,
      SERVER ".AddressBook", G_DBUS_SIGNAL_FLAGS_NONE, on_properties, book, NULL);
  read_cards (book);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Book *book = user_data;
  g_autoptr (GVariant) reply = finish_opening (source, result, book);

  if (reply == NULL)
    return;
  g_variant_get (reply, "(ss)", &book->path, &book->owner);
  if (g_variant_is_object_path (book->path) && g_dbus_is_name (book->owner))
    ask (book, "Open", NULL, "(as)", on_open);
  else
    g_hash_table_remove (book->all->books, book->uid);
}

static void
add_book (PhoneAddressBooks *self, const char *uid, const char *name)
{
  Book *book = g_new0 (Book, 1);

  book->all = self;
  book->uid = g_strdup (uid);
  book->name = g_strdup (name);
  book->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->books, book->uid, book);
  g_dbus_connection_call (
      self->bus, FACTORY_NAME, FACTORY_PATH, SERVER ".AddressBookFactory",
      "OpenAddressBook", g_variant_new ("(s)", uid), G_VARIANT_TYPE ("(ss)"),
      G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, book->cancellable, on_made, book);
}

/* ---- Which books ---- */

/* A source is a key file; what is no address book, or is switched off, is left out. */
static char *
dup_book_name (const char *data)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *name = NULL;

  if (!g_key_file_load_from_data (file, data, (gsize)-1, G_KEY_FILE_NONE, NULL) ||
      !g_key_file_has_group (file, "Address Book"))
    return NULL;
  if (g_key_file_has_key (file, "Data Source", "Enabled", NULL) &&
      !g_key_file_get_boolean (file, "Data Source", "Enabled", NULL))
    return NULL;
  name = g_key_file_get_locale_string (file, "Data Source", "DisplayName", NULL, NULL);
  return name != NULL ? g_steal_pointer (&name) : g_strdup ("");
}

/* One that is not open yet is read under its new name. */
static void
name_book (Book *book, const char *name)
{
  if (g_str_equal (book->name, name))
    return;
  g_free (book->name);
  book->name = g_strdup (name);
  if (book->signal != 0)
    read_cards (book);
}

static void
take_source (PhoneAddressBooks *self, GVariant *interfaces, GHashTable *seen)
{
  g_autoptr (GVariant) source =
      g_variant_lookup_value (interfaces, SERVER ".Source", G_VARIANT_TYPE_VARDICT);
  const char *uid = NULL;
  const char *data = NULL;
  g_autofree char *name = NULL;
  Book *book;

  if (source == NULL || !g_variant_lookup (source, "UID", "&s", &uid) ||
      !g_variant_lookup (source, "Data", "&s", &data))
    return;
  name = dup_book_name (data);
  if (name == NULL)
    return;
  g_hash_table_add (seen, g_strdup (uid));
  book = g_hash_table_lookup (self->books, uid);
  if (book != NULL)
    name_book (book, name);
  else if (g_hash_table_size (self->books) < PHONE_ADDRESS_BOOKS_MAX)
    add_book (self, uid, name);
}

static void
forget_others (PhoneAddressBooks *self, GHashTable *seen)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    if (!g_hash_table_contains (seen, uid))
      g_ptr_array_add (gone, uid);
  for (guint i = 0; i < gone->len; i++) {
    Book *book = g_hash_table_lookup (self->books, g_ptr_array_index (gone, i));

    g_signal_emit (self, signals[CHANGED], 0, book->uid, book->name, NULL);
    g_hash_table_remove (self->books, book->uid);
  }
}

static void
on_sources (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = finish (source, result, NULL);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GVariantIter) objects = NULL;
  PhoneAddressBooks *self = user_data;
  GVariant *interfaces;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(a{oa{sa{sv}}})", &objects);
  while (g_variant_iter_loop (objects, "{&o@a{sa{sv}}}", NULL, &interfaces))
    take_source (self, interfaces, seen);
  forget_others (self, seen);
}

static gboolean
look (gpointer user_data)
{
  PhoneAddressBooks *self = user_data;

  self->look_id = 0;
  g_dbus_connection_call (self->bus, SOURCES_NAME, SOURCES_PATH, OBJECT_MANAGER,
                          "GetManagedObjects", NULL, G_VARIANT_TYPE ("(a{oa{sa{sv}}})"),
                          G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, self->cancellable,
                          on_sources, self);
  return G_SOURCE_REMOVE;
}

/* What else changes of a source says nothing of which books there are: to open one changes
 * whether it is connected. */
static void
on_sources_changed (GDBusConnection *bus,
                    const char *sender,
                    const char *path,
                    const char *interface,
                    const char *signal,
                    GVariant *parameters,
                    gpointer user_data)
{
  PhoneAddressBooks *self = user_data;

  if (self->look_id == 0 &&
      (g_str_equal (interface, OBJECT_MANAGER) || has_changed (parameters, "Data")))
    self->look_id = g_timeout_add (QUIET_MS, look, self);
}

static void
begin (PhoneAddressBooks *self)
{
  /* Books come and go, and are renamed and switched on and off. */
  static const struct {
    const char *interface;
    const char *name;
    const char *path; /* NULL: any */
    const char *first_argument;
  } told[] = {
      {OBJECT_MANAGER, "InterfacesAdded", SOURCES_PATH, NULL},
      {OBJECT_MANAGER, "InterfacesRemoved", SOURCES_PATH, NULL},
      {PROPERTIES, "PropertiesChanged", NULL, SERVER ".Source"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    self->signals[i] = g_dbus_connection_signal_subscribe (
        self->bus, SOURCES_NAME, told[i].interface, told[i].name, told[i].path,
        told[i].first_argument, G_DBUS_SIGNAL_FLAGS_NONE, on_sources_changed, self, NULL);
  look (self);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);
  PhoneAddressBooks *self = user_data;

  if (bus == NULL) {
    g_debug ("Address books: %s", error->message);
    return;
  }
  self->bus = bus;
  begin (self);
}

/* ---- The object ---- */

static void
phone_address_books_dispose (GObject *object)
{
  PhoneAddressBooks *self = PHONE_ADDRESS_BOOKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_hash_table_remove_all (self->books);
  for (guint i = 0; i < G_N_ELEMENTS (self->signals); i++)
    if (self->signals[i] != 0) {
      g_dbus_connection_signal_unsubscribe (self->bus, self->signals[i]);
      self->signals[i] = 0;
    }
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (phone_address_books_parent_class)->dispose (object);
}

static void
phone_address_books_finalize (GObject *object)
{
  PhoneAddressBooks *self = PHONE_ADDRESS_BOOKS (object);

  g_hash_table_unref (self->books);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (phone_address_books_parent_class)->finalize (object);
}

static void
phone_address_books_class_init (PhoneAddressBooksClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_address_books_dispose;
  object_class->finalize = phone_address_books_finalize;

  signals[CHANGED] =
      g_signal_new ("changed", PHONE_TYPE_ADDRESS_BOOKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRV);
}

static void
phone_address_books_init (PhoneAddressBooks *self)
{
  self->books = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, book_free);
  self->cancellable = g_cancellable_new ();
}

PhoneAddressBooks *
phone_address_books_new (GDBusConnection *bus)
{
  PhoneAddressBooks *self = g_object_new (PHONE_TYPE_ADDRESS_BOOKS, NULL);

  if (bus != NULL) {
    self->bus = g_object_ref (bus);
    begin (self);
  } else
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_bus, self);
  return self;
}
