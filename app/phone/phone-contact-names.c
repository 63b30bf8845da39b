/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-names.h"

#include "phone-account.h"
#include "phone-call-private.h"
#include "phone-number.h"
#include "sip-uri.h"

#include <string.h>

/* Numbers are found by so many of their last digits, and compared as a whole then. */
#define LAST_DIGITS 7
/* So many with the same key are looked at: a book of one number over and over costs no more
 * than this. */
#define MAX_LOOKED_AT 64

struct _PhoneContactNames {
  GObject parent_instance;

  /* owned */
  PhoneContactBook *book;
  GListModel *accounts;
  GListModel *calls;
  GPtrArray *contacts; /* as they were in the book when the table was made */
  GHashTable *by_key;  /* text to GPtrArray of PhoneContact, borrowed of the array */
};

G_DEFINE_FINAL_TYPE (PhoneContactNames, phone_contact_names, G_TYPE_OBJECT)

/* ---- Keys ---- */

static gboolean
has_scheme (const char *address, const char *scheme)
{
  return g_ascii_strncasecmp (address, scheme, strlen (scheme)) == 0;
}

/* "sip:bob@example.org" for what is a SIP URI with a user, or is one but for its scheme. */
static char *
dup_uri_key (const char *address)
{
  g_autofree char *text = NULL;
  SipUri uri;

  if (strchr (address, '@') == NULL)
    return NULL;
  text = has_scheme (address, "sip:") || has_scheme (address, "sips:")
             ? g_strdup (address)
             : g_strconcat ("sip:", address, NULL);
  if (!sip_uri_parse (sip_text_from_str (text), &uri, NULL) ||
      sip_text_is_empty (uri.user))
    return NULL;
  uri.scheme = SIP_URI_SIP;
  uri.scheme_text = sip_text_from_str ("sip");
  uri.port = 0;
  return sip_uri_dup_address_of_record (&uri);
}

static char *
dup_digits_key (const char *number)
{
  const char *digits = *number == '+' ? number + 1 : number;
  gsize length = strlen (digits);

  return g_strconcat ("#", length > LAST_DIGITS ? digits + length - LAST_DIGITS : digits,
                      NULL);
}

/* The table's key for an address of a contact. Owned. */
static char *
dup_key (const char *address)
{
  g_autofree char *number = phone_number_dup_dialled (address, NULL);

  if (number != NULL)
    return dup_digits_key (number);
  if (strchr (address, '@') != NULL)
    return dup_uri_key (address);
  return g_strconcat ("@", address, NULL);
}

/* ---- The table ---- */

static void
enter (PhoneContactNames *self, PhoneContact *contact)
{
  for (guint i = 0; i < phone_contact_get_n_addresses (contact); i++) {
    g_autofree char *key = dup_key (phone_contact_get_address (contact, i));
    GPtrArray *contacts = key != NULL ? g_hash_table_lookup (self->by_key, key) : NULL;

    if (key == NULL)
      continue;
    if (contacts == NULL) {
      contacts = g_ptr_array_new ();
      g_hash_table_insert (self->by_key, g_steal_pointer (&key), contacts);
    }
    g_ptr_array_add (contacts, contact);
  }
}

static void
strike_out (PhoneContactNames *self, PhoneContact *contact)
{
  for (guint i = 0; i < phone_contact_get_n_addresses (contact); i++) {
    g_autofree char *key = dup_key (phone_contact_get_address (contact, i));
    GPtrArray *contacts = key != NULL ? g_hash_table_lookup (self->by_key, key) : NULL;

    if (contacts == NULL)
      continue;
    g_ptr_array_remove (contacts, contact);
    if (contacts->len == 0)
      g_hash_table_remove (self->by_key, key);
  }
}

/* ---- Looking up ---- */

static gboolean
has_number (PhoneContact *contact, const char *number, const char *prefix)
{
  g_autofree char *whole = phone_number_dup_dialled (number, prefix);

  for (guint i = 0; i < phone_contact_get_n_addresses (contact); i++) {
    g_autofree char *other =
        phone_number_dup_dialled (phone_contact_get_address (contact, i), prefix);

    if (other != NULL && g_str_equal (other, whole))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_same_number (PhoneContactNames *self, PhoneContact *contact, const char *number)
{
  if (has_number (contact, number, NULL))
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (self->accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (self->accounts, i);
    const char *prefix =
        phone_account_config_get_dial_prefix (phone_account_get_config (account));

    if (prefix != NULL && *prefix != '\0' && has_number (contact, number, prefix))
      return TRUE;
  }
  return FALSE;
}

/* @number: NULL for what the key tells alone. */
static PhoneContact *
find (PhoneContactNames *self, const char *key, const char *number)
{
  GPtrArray *contacts = g_hash_table_lookup (self->by_key, key);
  guint count = contacts != NULL ? MIN (contacts->len, MAX_LOOKED_AT) : 0;
  PhoneContact *found = NULL;

  for (guint i = 0; i < count; i++) {
    PhoneContact *contact = g_ptr_array_index (contacts, i);

    if (number != NULL && !is_same_number (self, contact, number))
      continue;
    if (phone_contact_get_book (contact) == NULL)
      return contact;
    if (found == NULL)
      found = contact;
  }
  return found;
}

static gboolean
is_own_domain (PhoneContactNames *self, const SipUri *uri)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (self->accounts, i);
    const char *aor = phone_account_config_get_aor (phone_account_get_config (account));
    SipUri own;

    if (sip_uri_parse (sip_text_from_str (aor), &own, NULL) &&
        sip_text_equal_case (own.host, uri->host))
      return TRUE;
  }
  return FALSE;
}

static PhoneContact *
find_number (PhoneContactNames *self, const char *number)
{
  g_autofree char *key = dup_digits_key (number);

  return find (self, key, number);
}

/* By the user part alone: a number, or a name at a server of one's own. */
static PhoneContact *
find_user (PhoneContactNames *self, const SipUri *uri)
{
  g_autofree char *user = sip_uri_unescape (uri->user);
  g_autofree char *number = user != NULL ? phone_number_dup_dialled (user, NULL) : NULL;
  g_autofree char *key = NULL;

  if (user == NULL)
    return NULL;
  if (number != NULL &&
      (strlen (number) > PHONE_NUMBER_MAX_EXTENSION_DIGITS || is_own_domain (self, uri)))
    return find_number (self, number);
  if (number != NULL || !is_own_domain (self, uri))
    return NULL;
  key = g_strconcat ("@", user, NULL);
  return find (self, key, NULL);
}

PhoneContact *
phone_contact_names_lookup (PhoneContactNames *self, const char *address)
{
  g_autofree char *key = NULL;
  g_autofree char *number = NULL;
  PhoneContact *contact = NULL;
  SipUri uri;

  if (g_hash_table_size (self->by_key) == 0)
    return NULL;
  number = phone_number_dup_dialled (address, NULL);
  if (number != NULL)
    return find_number (self, number);
  key = dup_uri_key (address);
  contact = key != NULL ? find (self, key, NULL) : NULL;
  if (contact == NULL && key != NULL &&
      sip_uri_parse (sip_text_from_str (key), &uri, NULL))
    contact = find_user (self, &uri);
  return contact;
}

/* ---- Those in a call ---- */

static void
name_calls (PhoneContactNames *self, guint position, guint count)
{
  for (guint i = position; i < position + count; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (self->calls, i);

    phone_call_set_contact (
        call, phone_contact_names_lookup (self, phone_call_get_remote_uri (call)));
  }
}

static void
on_calls_changed (PhoneContactNames *self, guint position, guint removed, guint added)
{
  name_calls (self, position, added);
}

static void
on_contacts_changed (PhoneContactNames *self, guint position, guint removed, guint added)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func (g_object_unref);

  if (removed == self->contacts->len)
    g_hash_table_remove_all (self->by_key);
  for (guint i = 0; i < removed; i++) {
    PhoneContact *contact = g_ptr_array_index (self->contacts, position + i);

    if (removed < self->contacts->len)
      strike_out (self, contact);
    g_ptr_array_add (old, g_object_ref (contact));
  }
  if (removed > 0)
    g_ptr_array_remove_range (self->contacts, position, removed);
  for (guint i = 0; i < added; i++) {
    PhoneContact *contact =
        g_list_model_get_item (G_LIST_MODEL (self->book), position + i);

    g_ptr_array_insert (self->contacts, (int)(position + i), contact);
    enter (self, contact);
  }
  name_calls (self, 0, g_list_model_get_n_items (self->calls));
}

/* ---- The object ---- */

static void
phone_contact_names_dispose (GObject *object)
{
  PhoneContactNames *self = PHONE_CONTACT_NAMES (object);

  g_hash_table_remove_all (self->by_key);
  g_ptr_array_set_size (self->contacts, 0);
  g_clear_object (&self->book);
  g_clear_object (&self->accounts);
  g_clear_object (&self->calls);
  G_OBJECT_CLASS (phone_contact_names_parent_class)->dispose (object);
}

static void
phone_contact_names_finalize (GObject *object)
{
  PhoneContactNames *self = PHONE_CONTACT_NAMES (object);

  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->contacts);
  G_OBJECT_CLASS (phone_contact_names_parent_class)->finalize (object);
}

static void
phone_contact_names_class_init (PhoneContactNamesClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_contact_names_dispose;
  object_class->finalize = phone_contact_names_finalize;
}

static void
phone_contact_names_init (PhoneContactNames *self)
{
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)g_ptr_array_unref);
}

PhoneContactNames *
phone_contact_names_new (PhoneContactBook *book, GListModel *accounts, GListModel *calls)
{
  PhoneContactNames *self = g_object_new (PHONE_TYPE_CONTACT_NAMES, NULL);

  self->book = g_object_ref (book);
  self->accounts = g_object_ref (accounts);
  self->calls = g_object_ref (calls);
  g_signal_connect_object (book, "items-changed", G_CALLBACK (on_contacts_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self,
                           G_CONNECT_SWAPPED);
  on_contacts_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (book)));
  return self;
}
