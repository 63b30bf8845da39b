/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact.h"

#include "phone-error.h"
#include "phone-import.h"
#include "phone-picture.h"
#include "phone-words.h"

#include <string.h>

struct _PhoneContact {
  GObject parent_instance;

  PhoneContactRecord *record; /* owned */
};

enum {
  PROP_ID = 1,
  PROP_NAME,
  PROP_ORGANISATION,
  PROP_NOTE,
  PROP_FAVOURITE,
  PROP_HAS_PICTURE,
  PROP_BOOK,
  PROP_ADDRESS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneContact, phone_contact, G_TYPE_OBJECT)

/* Written down here and not made from the names of the constants: others read them. */
static const GEnumValue kinds[] = {
    {PHONE_ADDRESS_OTHER, "PHONE_ADDRESS_OTHER", "other"},
    {PHONE_ADDRESS_WORK, "PHONE_ADDRESS_WORK", "work"},
    {PHONE_ADDRESS_HOME, "PHONE_ADDRESS_HOME", "home"},
    {PHONE_ADDRESS_MOBILE, "PHONE_ADDRESS_MOBILE", "mobile"},
    {0, NULL, NULL},
};

GType
phone_address_kind_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneAddressKind", kinds));
  return type;
}

/* ---- Records ---- */

static void
address_free (gpointer data)
{
  PhoneContactAddress *address = data;

  g_free (address->address);
  g_free (address);
}

PhoneContactRecord *
phone_contact_record_new (void)
{
  PhoneContactRecord *record = g_new0 (PhoneContactRecord, 1);

  record->addresses = g_ptr_array_new_with_free_func (address_free);
  return record;
}

void
phone_contact_record_add_address (PhoneContactRecord *record,
                                  PhoneAddressKind kind,
                                  const char *address)
{
  PhoneContactAddress *one = g_new0 (PhoneContactAddress, 1);

  one->kind = kind;
  one->address = g_strdup (address);
  g_ptr_array_add (record->addresses, one);
}

PhoneContactRecord *
phone_contact_record_copy (const PhoneContactRecord *record)
{
  PhoneContactRecord *copy = g_memdup2 (record, sizeof *record);

  copy->uid = g_strdup (record->uid);
  copy->name = g_strdup (record->name);
  copy->organisation = g_strdup (record->organisation);
  copy->note = g_strdup (record->note);
  copy->book = g_strdup (record->book);
  copy->folded = g_strdup (record->folded);
  copy->sort_key = g_strdup (record->sort_key);
  copy->picture = record->picture != NULL ? g_bytes_ref (record->picture) : NULL;
  copy->addresses = g_ptr_array_new_with_free_func (address_free);
  for (guint i = 0; i < record->addresses->len; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);

    phone_contact_record_add_address (copy, one->kind, one->address);
  }
  return copy;
}

void
phone_contact_record_free (PhoneContactRecord *record)
{
  g_free (record->uid);
  g_free (record->name);
  g_free (record->organisation);
  g_free (record->note);
  g_free (record->book);
  g_free (record->folded);
  g_free (record->sort_key);
  g_clear_pointer (&record->picture, g_bytes_unref);
  g_ptr_array_unref (record->addresses);
  g_free (record);
}

gboolean
phone_contact_record_read_picture (PhoneContactRecord *record,
                                   GFile *file,
                                   GError **error)
{
  GByteArray *bytes = phone_import_read (file, PHONE_CONTACT_MAX_PICTURE_BYTES, error);
  g_autoptr (GBytes) picture = bytes != NULL ? g_byte_array_free_to_bytes (bytes) : NULL;
  gsize size = 0;
  const guint8 *data = picture != NULL ? g_bytes_get_data (picture, &size) : NULL;

  if (picture == NULL)
    return FALSE;
  if (phone_picture_get_type (data, size) == PHONE_PICTURE_NONE) {
    g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING,
                         "This file is no picture");
    return FALSE;
  }
  g_clear_pointer (&record->picture, g_bytes_unref);
  record->picture = g_steal_pointer (&picture);
  record->has_picture = TRUE;
  return TRUE;
}

/* ---- Their form ---- */

/* What has no place in one line. */
static void
blank_controls (char *text)
{
  for (char *at = text; at != NULL && *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
}

static void
cap (char **text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (*text != NULL ? *text : "", -1);
  const char *end;

  g_strstrip (valid);
  for (end = valid; *end != '\0'; end = g_utf8_next_char (end))
    if ((gsize)(g_utf8_next_char (end) - valid) > max_bytes)
      break;
  g_free (*text);
  *text = g_strndup (valid, (gsize)(end - valid));
}

/* Whether one of these parameters makes another number of it: the place that a local one is
 * of, a subaddress, an extension (RFC 3966 §5.1.5, §5.2, §5.3). Names have any case. */
static gboolean
say_more (const char *params)
{
  static const char *const names[] = {"phone-context", "isub", "ext"};
  g_auto (GStrv) list = g_strsplit (params, ";", -1);

  for (char **param = list; *param != NULL; param++) {
    g_autofree char *name = g_strstrip (g_strndup (*param, strcspn (*param, "=")));

    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_ascii_strcasecmp (name, names[i]) == 0)
        return TRUE;
  }
  return FALSE;
}

/* A tel: URI is the number in it, where it says no more; one without a digit is none. */
static gboolean
is_number_alone (const char *address)
{
  const char *params = address + strcspn (address, ";");

  return g_ascii_strncasecmp (address, "tel:", strlen ("tel:")) == 0 &&
         (strcspn (address, "0123456789*#") > (gsize)(params - address) ||
          !say_more (params));
}

static void
prepare_address (char **address)
{
  blank_controls (*address);
  cap (address, PHONE_CONTACT_MAX_TEXT_BYTES);
  while (is_number_alone (*address)) {
    g_autofree char *uri = g_steal_pointer (address);
    const char *number = uri + strlen ("tel:");

    *address = g_strstrip (g_strndup (number, strcspn (number, ";")));
  }
}

static void
prepare_addresses (PhoneContactRecord *record)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < record->addresses->len;) {
    PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);

    /* One of nothing else is none. */
    prepare_address (&one->address);
    if (*one->address == '\0' || i == PHONE_CONTACT_MAX_ADDRESSES ||
        g_hash_table_contains (known, one->address))
      g_ptr_array_remove_index (record->addresses, i);
    else {
      g_hash_table_add (known, one->address);
      i++;
    }
  }
}

static const char *
first_address (const PhoneContactRecord *record)
{
  const PhoneContactAddress *first =
      record->addresses->len > 0 ? g_ptr_array_index (record->addresses, 0) : NULL;

  return first != NULL ? first->address : "";
}

static const char *
without_scheme (const char *address)
{
  for (const char *const *scheme = (const char *const[]){"sip:", "sips:", "tel:", NULL};
       *scheme != NULL; scheme++)
    if (g_ascii_strncasecmp (address, *scheme, strlen (*scheme)) == 0)
      return address + strlen (*scheme);
  return address;
}

static void
prepare_name (PhoneContactRecord *record)
{
  blank_controls (record->name);
  blank_controls (record->organisation);
  cap (&record->name, PHONE_CONTACT_MAX_TEXT_BYTES);
  cap (&record->organisation, PHONE_CONTACT_MAX_TEXT_BYTES);
  cap (&record->note, PHONE_CONTACT_MAX_NOTE_BYTES);
  if (*record->name != '\0')
    return;
  g_free (record->name);
  record->name =
      g_strdup (*record->organisation != '\0' ? record->organisation
                                              : without_scheme (first_address (record)));
}

/* "+49 (30) 1234" is found by "30 12" and by "3012"; parameters are no part of it. */
static void
append_digits (GString *text, const char *address)
{
  gboolean is_number = TRUE;
  gsize before = text->len;

  for (const char *at = without_scheme (address); *at != '\0' && *at != ';' && is_number;
       at++) {
    is_number = strchr ("0123456789*#+ -.()/", *at) != NULL;
    if (strchr (" -.()/", *at) == NULL)
      g_string_append_c (text, *at);
  }
  if (!is_number)
    g_string_truncate (text, before);
}

static void
make_folded (PhoneContactRecord *record)
{
  g_autoptr (GString) all = g_string_new (record->name);

  g_string_append_c (all, ' ');
  g_string_append (all, record->organisation);
  for (guint i = 0;
       i < record->addresses->len && all->len < PHONE_CONTACT_MAX_FOLDED_BYTES; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);

    g_string_append_c (all, ' ');
    g_string_append (all, one->address);
    g_string_append_c (all, ' ');
    append_digits (all, one->address);
  }
  g_free (record->folded);
  record->folded = phone_words_dup_folded (all->str);
  cap (&record->folded, PHONE_CONTACT_MAX_FOLDED_BYTES);
}

gboolean
phone_contact_record_prepare (PhoneContactRecord *record)
{
  g_autofree char *folded_name = NULL;

  prepare_addresses (record);
  prepare_name (record);
  if (*record->name == '\0')
    return FALSE;
  if (record->picture != NULL)
    record->has_picture =
        g_bytes_get_size (record->picture) <= PHONE_CONTACT_MAX_PICTURE_BYTES;
  if (!record->has_picture)
    g_clear_pointer (&record->picture, g_bytes_unref);
  make_folded (record);
  folded_name = phone_words_dup_folded (record->name);
  g_free (record->sort_key);
  record->sort_key = g_utf8_collate_key (folded_name, -1);
  return TRUE;
}

/* ---- The object ---- */

static void
phone_contact_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhoneContact *self = PHONE_CONTACT (object);

  switch (prop_id) {
  case PROP_ID:
    g_value_set_int64 (value, self->record->id);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->record->name);
    break;
  case PROP_ORGANISATION:
    g_value_set_string (value, self->record->organisation);
    break;
  case PROP_NOTE:
    g_value_set_string (value, self->record->note);
    break;
  case PROP_FAVOURITE:
    g_value_set_boolean (value, self->record->is_favourite);
    break;
  case PROP_HAS_PICTURE:
    g_value_set_boolean (value, self->record->has_picture);
    break;
  case PROP_BOOK:
    g_value_set_string (value, self->record->book);
    break;
  case PROP_ADDRESS:
    g_value_set_string (value, first_address (self->record));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_contact_finalize (GObject *object)
{
  phone_contact_record_free (PHONE_CONTACT (object)->record);
  G_OBJECT_CLASS (phone_contact_parent_class)->finalize (object);
}

static void
phone_contact_class_init (PhoneContactClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_contact_get_property;
  object_class->finalize = phone_contact_finalize;

  props[PROP_ID] =
      g_param_spec_int64 ("id", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  props[PROP_ORGANISATION] = g_param_spec_string ("organisation", NULL, NULL, "", flags);
  props[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, "", flags);
  props[PROP_FAVOURITE] = g_param_spec_boolean ("favourite", NULL, NULL, FALSE, flags);
  props[PROP_HAS_PICTURE] =
      g_param_spec_boolean ("has-picture", NULL, NULL, FALSE, flags);
  props[PROP_BOOK] = g_param_spec_string ("book", NULL, NULL, NULL, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_contact_init (PhoneContact *self)
{
}

PhoneContact *
phone_contact_new (PhoneContactRecord *record)
{
  PhoneContact *self = g_object_new (PHONE_TYPE_CONTACT, NULL);

  g_clear_pointer (&record->picture, g_bytes_unref);
  self->record = record;
  return self;
}

gint64
phone_contact_get_id (PhoneContact *self)
{
  return self->record->id;
}

const char *
phone_contact_get_name (PhoneContact *self)
{
  return self->record->name;
}

const char *
phone_contact_get_organisation (PhoneContact *self)
{
  return self->record->organisation;
}

const char *
phone_contact_get_note (PhoneContact *self)
{
  return self->record->note;
}

const char *
phone_contact_get_book (PhoneContact *self)
{
  return self->record->book;
}

gboolean
phone_contact_is_favourite (PhoneContact *self)
{
  return self->record->is_favourite;
}

gboolean
phone_contact_has_picture (PhoneContact *self)
{
  return self->record->has_picture;
}

guint
phone_contact_get_n_addresses (PhoneContact *self)
{
  return self->record->addresses->len;
}

static const PhoneContactAddress *
get_address (PhoneContact *self, guint index)
{
  static const PhoneContactAddress none = {.address = (char *)""};

  return index < self->record->addresses->len
             ? g_ptr_array_index (self->record->addresses, index)
             : &none;
}

const char *
phone_contact_get_address (PhoneContact *self, guint index)
{
  return get_address (self, index)->address;
}

PhoneAddressKind
phone_contact_get_kind (PhoneContact *self, guint index)
{
  return get_address (self, index)->kind;
}

PhoneContactRecord *
phone_contact_dup_record (PhoneContact *self)
{
  return phone_contact_record_copy (self->record);
}

char **
phone_contact_split_search (const char *search)
{
  return phone_words_split (search);
}

gboolean
phone_contact_matches (PhoneContact *self, char *const *words)
{
  return phone_words_are_in (words, self->record->folded);
}

int
phone_contact_compare (PhoneContact *a, PhoneContact *b)
{
  int order = strcmp (a->record->sort_key, b->record->sort_key);

  if (order != 0 || a->record->id == b->record->id)
    return order;
  return a->record->id < b->record->id ? -1 : 1;
}
