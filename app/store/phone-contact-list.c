/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-list.h"

/* More changes than these are told as one. */
#define MAX_SINGLE_CHANGES 16

struct _PhoneContactList {
  GObject parent_instance;

  /* owned */
  GPtrArray *contacts; /* of PhoneContact, by phone_contact_compare() */
  GHashTable *by_id;   /* gint64 of the contact to the contact, borrowed of the array */
};

static void phone_contact_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneContactList,
                               phone_contact_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      phone_contact_list_model_init))

/* Where it is, or would be. */
static guint
find_position (PhoneContactList *self, PhoneContact *contact)
{
  guint low = 0;
  guint high = self->contacts->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (phone_contact_compare (g_ptr_array_index (self->contacts, middle), contact) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
know (PhoneContactList *self, PhoneContact *contact)
{
  gint64 id = phone_contact_get_id (contact);

  g_hash_table_replace (self->by_id, g_memdup2 (&id, sizeof id), contact);
}

static void
remove_from_list (PhoneContactList *self, PhoneContact *contact)
{
  guint position = find_position (self, contact);

  g_ptr_array_remove_index (self->contacts, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
phone_contact_list_remove (PhoneContactList *self, gint64 id)
{
  g_autoptr (PhoneContact) contact = g_hash_table_lookup (self->by_id, &id);

  if (contact == NULL)
    return;
  g_object_ref (contact);
  g_hash_table_remove (self->by_id, &id);
  remove_from_list (self, contact);
}

static void
put_in (PhoneContactList *self, PhoneContact *contact)
{
  guint position = find_position (self, contact);

  g_ptr_array_insert (self->contacts, (int)position, g_object_ref (contact));
  know (self, contact);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/* In its place where it stays there: a row that is looked at does not go. */
static void
put (PhoneContactList *self, PhoneContact *contact)
{
  gint64 id = phone_contact_get_id (contact);
  PhoneContact *old = g_hash_table_lookup (self->by_id, &id);
  guint position = old != NULL ? find_position (self, old) : 0;

  if (old == NULL || phone_contact_compare (old, contact) != 0) {
    /* The new one first, so that nobody is without a name in between. */
    g_autoptr (PhoneContact) stale = old != NULL ? g_object_ref (old) : NULL;

    put_in (self, contact);
    if (stale != NULL)
      remove_from_list (self, stale);
    return;
  }
  know (self, contact);
  g_object_unref (old);
  self->contacts->pdata[position] = g_object_ref (contact);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
}

static int
compare_pointers (gconstpointer a, gconstpointer b)
{
  return phone_contact_compare (*(PhoneContact *const *)a, *(PhoneContact *const *)b);
}

/* @removed: ids, may be NULL; @added: contacts, those that are there in a new form too. */
static void
replace_many (PhoneContactList *self, const GArray *removed, GPtrArray *added)
{
  guint before = self->contacts->len;
  GHashTableIter iter;
  gpointer contact;

  for (guint i = 0; removed != NULL && i < removed->len; i++)
    g_hash_table_remove (self->by_id, &g_array_index (removed, gint64, i));
  /* What only the table will hold must outlive the array. */
  for (guint i = 0; i < before; i++)
    g_ptr_array_add (added, g_object_ref (g_ptr_array_index (self->contacts, i)));
  for (guint i = 0; i < added->len - before; i++)
    know (self, g_ptr_array_index (added, i));
  g_ptr_array_set_size (self->contacts, 0);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    g_ptr_array_add (self->contacts, g_object_ref (contact));
  g_ptr_array_sort (self->contacts, compare_pointers);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->contacts->len);
}

static GPtrArray *
make_contacts (GPtrArray *records)
{
  GPtrArray *contacts = g_ptr_array_new_full (records->len, g_object_unref);

  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (contacts, phone_contact_new (g_ptr_array_index (records, i)));
  g_ptr_array_set_size (records, 0);
  return contacts;
}

void
phone_contact_list_take (PhoneContactList *self,
                         const GArray *removed,
                         GPtrArray *records)
{
  g_autoptr (GPtrArray) contacts = make_contacts (records);
  guint n_removed = removed != NULL ? removed->len : 0;

  if (contacts->len + n_removed > MAX_SINGLE_CHANGES) {
    replace_many (self, removed, contacts);
    return;
  }
  for (guint i = 0; i < n_removed; i++)
    phone_contact_list_remove (self, g_array_index (removed, gint64, i));
  for (guint i = 0; i < contacts->len; i++)
    put (self, g_ptr_array_index (contacts, i));
}

void
phone_contact_list_forget_own (PhoneContactList *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (guint i = 0; i < self->contacts->len; i++) {
    gint64 id = phone_contact_get_id (g_ptr_array_index (self->contacts, i));

    if (id > 0)
      g_array_append_val (ids, id);
  }
  if (ids->len > 0)
    phone_contact_list_take (self, ids, none);
}

PhoneContact *
phone_contact_list_get (PhoneContactList *self, gint64 id)
{
  return g_hash_table_lookup (self->by_id, &id);
}

/* ---- The model ---- */

static GType
phone_contact_list_get_item_type (GListModel *model)
{
  return PHONE_TYPE_CONTACT;
}

static guint
phone_contact_list_get_n_items (GListModel *model)
{
  return PHONE_CONTACT_LIST (model)->contacts->len;
}

static gpointer
phone_contact_list_get_item (GListModel *model, guint position)
{
  PhoneContactList *self = PHONE_CONTACT_LIST (model);

  return position < self->contacts->len
             ? g_object_ref (g_ptr_array_index (self->contacts, position))
             : NULL;
}

static void
phone_contact_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_contact_list_get_item_type;
  iface->get_n_items = phone_contact_list_get_n_items;
  iface->get_item = phone_contact_list_get_item;
}

/* ---- The object ---- */

static void
phone_contact_list_finalize (GObject *object)
{
  PhoneContactList *self = PHONE_CONTACT_LIST (object);

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->contacts);
  G_OBJECT_CLASS (phone_contact_list_parent_class)->finalize (object);
}

static void
phone_contact_list_class_init (PhoneContactListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = phone_contact_list_finalize;
}

static void
phone_contact_list_init (PhoneContactList *self)
{
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

PhoneContactList *
phone_contact_list_new (void)
{
  return g_object_new (PHONE_TYPE_CONTACT_LIST, NULL);
}
