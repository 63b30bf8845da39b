/* SPDX-License-Identifier: GPL-3.0-or-later */
/* They wait for the disk, as those of the history do. */
#include "phone-endpoint-commands-private.h"

#include "phone-endpoint-rpc.h"
#include "phone-endpoint-snapshot.h"
#include "phone-error.h"

static PhoneContactBook *
get_book (PhoneService *service, GError **error)
{
  PhoneContactBook *book = phone_service_get_contacts (service);

  if (book == NULL)
    g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE,
                         "There are no contacts: see --contacts");
  else if (phone_contact_book_is_loading (book))
    phone_contact_book_flush (book);
  return book;
}

JsonObject *
phone_command_contact_list (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneContactBook *book = get_book (service, error);
  PhoneCommandPage page = phone_command_get_page (arguments);
  g_autoptr (GPtrArray) found = NULL;
  JsonArray *array;
  JsonObject *object;

  if (book == NULL)
    return NULL;
  found = phone_contact_book_find (book, phone_command_get_string (arguments, "search"),
                                   G_MAXUINT);
  array = json_array_new ();
  for (guint i = page.offset; i < found->len && i - page.offset < page.limit; i++)
    json_array_add_object_element (
        array, phone_endpoint_contact_to_json (g_ptr_array_index (found, i)));
  object = phone_command_wrap_object ("book", phone_endpoint_contacts_to_json (book));
  json_object_set_array_member (object, "contacts", array);
  json_object_set_int_member (object, "total", found->len);
  return object;
}

/* ---- What is changed ---- */

static void
take_text (char **place, JsonObject *arguments, const char *name)
{
  if (!json_object_has_member (arguments, name))
    return;
  g_free (*place);
  *place = g_strdup (phone_command_get_string (arguments, name));
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS, message);
  return FALSE;
}

/* Without kinds all are for work. */
static gboolean
take_addresses (PhoneContactRecord *record, JsonObject *arguments, GError **error)
{
  g_autoptr (GEnumClass) nicks = g_type_class_ref (PHONE_TYPE_ADDRESS_KIND);
  JsonArray *kinds = NULL;
  JsonArray *addresses;

  if (json_object_has_member (arguments, "kinds"))
    kinds = json_object_get_array_member (arguments, "kinds");
  if (!json_object_has_member (arguments, "addresses"))
    return kinds == NULL || refuse (error, "kinds go with addresses");
  addresses = json_object_get_array_member (arguments, "addresses");
  if (kinds != NULL && json_array_get_length (kinds) != json_array_get_length (addresses))
    return refuse (error, "There is not a kind for each address");
  g_ptr_array_set_size (record->addresses, 0);
  for (guint i = 0; i < json_array_get_length (addresses); i++) {
    const char *nick = kinds != NULL ? json_array_get_string_element (kinds, i) : "work";
    GEnumValue *kind = g_enum_get_value_by_nick (nicks, nick);

    if (kind == NULL)
      return refuse (error, "A kind is work, home, mobile or other");
    phone_contact_record_add_address (record, (PhoneAddressKind)kind->value,
                                      json_array_get_string_element (addresses, i));
  }
  return TRUE;
}

/* The name of a file; "" takes the picture away. */
static gboolean
take_picture (PhoneContactRecord *record, JsonObject *arguments, GError **error)
{
  const char *path = phone_command_get_string (arguments, "picture");
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  if (path == NULL)
    return TRUE;
  if (*path != '\0')
    return phone_contact_record_read_picture (record, file, error);
  g_clear_pointer (&record->picture, g_bytes_unref);
  record->has_picture = FALSE;
  return TRUE;
}

/* Takes @record. */
static JsonObject *
save (PhoneService *service,
      PhoneContactRecord *record,
      JsonObject *arguments,
      GError **error)
{
  g_autoptr (PhoneContactRecord) owned = record;
  PhoneContactBook *book = phone_service_get_contacts (service);
  PhoneContact *contact;

  take_text (&record->name, arguments, "name");
  take_text (&record->organisation, arguments, "organisation");
  take_text (&record->note, arguments, "note");
  if (json_object_has_member (arguments, "favourite"))
    record->is_favourite = phone_command_get_boolean (arguments, "favourite");
  if (!take_addresses (record, arguments, error) ||
      !take_picture (record, arguments, error))
    return NULL;
  contact = phone_contact_book_save (book, g_steal_pointer (&owned), error);
  return contact != NULL ? phone_command_wrap_object (
                               "contact", phone_endpoint_contact_to_json (contact))
                         : NULL;
}

JsonObject *
phone_command_contact_add (PhoneService *service, JsonObject *arguments, GError **error)
{
  if (get_book (service, error) == NULL)
    return NULL;
  return save (service, phone_contact_record_new (), arguments, error);
}

JsonObject *
phone_command_contact_update (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneContactBook *book = get_book (service, error);
  PhoneContact *contact;

  if (book == NULL)
    return NULL;
  contact = phone_contact_book_get (book, json_object_get_int_member (arguments, "id"));
  if (contact == NULL) {
    g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_NOT_FOUND, "No such contact");
    return NULL;
  }
  return save (service, phone_contact_dup_record (contact), arguments, error);
}

JsonObject *
phone_command_contact_remove (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneContactBook *book = get_book (service, error);

  if (book == NULL || !phone_contact_book_remove (
                          book, json_object_get_int_member (arguments, "id"), error))
    return NULL;
  return json_object_new ();
}

JsonObject *
phone_command_contact_lookup (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneContact *contact;

  if (get_book (service, error) == NULL)
    return NULL;
  contact = phone_service_lookup_contact (
      service, phone_command_get_string (arguments, "address"));
  if (contact == NULL)
    return json_object_new ();
  return phone_command_wrap_object ("contact", phone_endpoint_contact_to_json (contact));
}

/* ---- Files ---- */

JsonObject *
phone_command_contact_import (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneContactBook *book = get_book (service, error);
  g_autoptr (GFile) file =
      g_file_new_for_path (phone_command_get_string (arguments, "file"));
  PhoneContactsImport import = {0};
  JsonObject *object;

  if (book == NULL || !phone_contact_book_import (book, file, &import, error))
    return NULL;
  object = json_object_new ();
  json_object_set_int_member (object, "added", import.added);
  json_object_set_int_member (object, "changed", import.changed);
  json_object_set_int_member (object, "known", import.known);
  json_object_set_int_member (object, "leftOut", import.left_out);
  return object;
}

static gboolean
find_format (JsonObject *arguments, PhoneContactsFormat *format, GError **error)
{
  const char *version = phone_command_get_string (arguments, "version");

  *format =
      g_strcmp0 (version, "4.0") == 0 ? PHONE_CONTACTS_VCARD_4 : PHONE_CONTACTS_VCARD_3;
  return *format == PHONE_CONTACTS_VCARD_4 || version == NULL ||
         g_str_equal (version, "3.0") || refuse (error, "The version is 3.0 or 4.0");
}

JsonObject *
phone_command_contact_export (PhoneService *service,
                              JsonObject *arguments,
                              GError **error)
{
  PhoneContactBook *book = get_book (service, error);
  g_autoptr (GFile) file =
      g_file_new_for_path (phone_command_get_string (arguments, "file"));
  PhoneContactsFormat format;

  if (book == NULL || !find_format (arguments, &format, error) ||
      !phone_contact_book_export (book, file, format, error))
    return NULL;
  return json_object_new ();
}
