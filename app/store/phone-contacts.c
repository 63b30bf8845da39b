/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contacts.h"

#include "phone-contact-job.h"
#include "phone-error.h"

struct _PhoneContactBook {
  GObject parent_instance;

  /* owned */
  PhoneWorker *worker;
  GPtrArray *contacts; /* of PhoneContact, by phone_contact_compare() */
  GHashTable *by_id;   /* gint64 of the contact to the contact, borrowed of the array */
  GHashTable *systems; /* key of an address book to GArray of the ids in it */

  gint64 last_system_id; /* the system's are numbered downwards */
  PhoneContactsProblem problem;
  gboolean is_loading;
};

enum { PROP_LOADING = 1, PROP_N_ITEMS, PROP_PROBLEM, N_PROPS };

static GParamSpec *props[N_PROPS];

static void phone_contact_book_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneContactBook,
                               phone_contact_book,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      phone_contact_book_model_init))

/* More changes than these are told as one. */
#define MAX_SINGLE_CHANGES 16

static const GEnumValue problems[] = {
    {PHONE_CONTACTS_PROBLEM_NONE, "PHONE_CONTACTS_PROBLEM_NONE", "none"},
    {PHONE_CONTACTS_PROBLEM_NOT_WRITTEN, "PHONE_CONTACTS_PROBLEM_NOT_WRITTEN",
     "not-written"},
    {PHONE_CONTACTS_PROBLEM_MOVED_ASIDE, "PHONE_CONTACTS_PROBLEM_MOVED_ASIDE",
     "moved-aside"},
    {0, NULL, NULL},
};

GType
phone_contacts_problem_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneContactsProblem", problems));
  return type;
}

/* ---- The list ---- */

static void
change_items (PhoneContactBook *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_ITEMS]);
}

/* Where it is, or would be. */
static guint
find_position (PhoneContactBook *self, PhoneContact *contact)
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
know (PhoneContactBook *self, PhoneContact *contact)
{
  gint64 id = phone_contact_get_id (contact);

  g_hash_table_replace (self->by_id, g_memdup2 (&id, sizeof id), contact);
}

static void
remove_from_list (PhoneContactBook *self, PhoneContact *contact)
{
  guint position = find_position (self, contact);

  g_ptr_array_remove_index (self->contacts, position);
  change_items (self, position, 1, 0);
}

static void
take_out (PhoneContactBook *self, gint64 id)
{
  g_autoptr (PhoneContact) contact = g_hash_table_lookup (self->by_id, &id);

  if (contact == NULL)
    return;
  g_object_ref (contact);
  g_hash_table_remove (self->by_id, &id);
  remove_from_list (self, contact);
}

static void
put_in (PhoneContactBook *self, PhoneContact *contact)
{
  guint position = find_position (self, contact);

  g_ptr_array_insert (self->contacts, (int)position, g_object_ref (contact));
  know (self, contact);
  change_items (self, position, 0, 1);
}

/* In its place where it stays there: a row that is looked at does not go. */
static void
put (PhoneContactBook *self, PhoneContact *contact)
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
  change_items (self, position, 1, 1);
}

static int
compare_pointers (gconstpointer a, gconstpointer b)
{
  return phone_contact_compare (*(PhoneContact *const *)a, *(PhoneContact *const *)b);
}

/* @removed: ids, may be NULL; @added: contacts, those that are there in a new form too. */
static void
replace_many (PhoneContactBook *self, const GArray *removed, GPtrArray *added)
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
  change_items (self, 0, before, self->contacts->len);
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

static void
take_records (PhoneContactBook *self, const GArray *removed, GPtrArray *records)
{
  g_autoptr (GPtrArray) contacts = make_contacts (records);
  guint n_removed = removed != NULL ? removed->len : 0;

  if (contacts->len + n_removed > MAX_SINGLE_CHANGES) {
    replace_many (self, removed, contacts);
    return;
  }
  for (guint i = 0; i < n_removed; i++)
    take_out (self, g_array_index (removed, gint64, i));
  for (guint i = 0; i < contacts->len; i++)
    put (self, g_ptr_array_index (contacts, i));
}

/* The system's stay. */
static void
forget_own (PhoneContactBook *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (guint i = 0; i < self->contacts->len; i++) {
    gint64 id = phone_contact_get_id (g_ptr_array_index (self->contacts, i));

    if (id > 0)
      g_array_append_val (ids, id);
  }
  if (ids->len > 0)
    take_records (self, ids, none);
}

/* ---- What every job tells ---- */

static void
note_problem (PhoneContactBook *self, PhoneContactsProblem problem)
{
  if (self->problem == problem)
    return;
  self->problem = problem;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

static void
push (PhoneContactBook *self, PhoneContactJob *job)
{
  phone_worker_push (self->worker, &job->base);
}

/* What the job has done is seen before whoever asked is told. */
static void
show (PhoneContactJob *job, PhoneContactBook *self)
{
  note_problem (self, job->problem);
  if (job->is_anew)
    forget_own (self);
  if (job->error == NULL)
    take_records (self, NULL, job->shown);
  if (job->gone != 0)
    take_out (self, job->gone);
}

/* ---- Jobs ---- */

static void
finish_load (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactBook *self = job->book;

  show (job, self);
  self->is_loading = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
}

static void
finish_save (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactBook *self = job->book;

  show (job, self);
  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (
        job->task, g_object_ref (phone_contact_book_get (self, job->id)), g_object_unref);
}

static PhoneContactJob *
job_new (PhoneContactBook *self,
         void (*run_any_thread) (PhoneContactJob *job, PhoneContactDb *db),
         void (*finish) (PhoneWorkerJob *base),
         GAsyncReadyCallback callback,
         gpointer user_data)
{
  PhoneContactJob *job = phone_contact_job_new (self, run_any_thread, finish);

  job->task = g_task_new (self, NULL, callback, user_data);
  return job;
}

void
phone_contact_book_save_async (PhoneContactBook *self,
                               PhoneContactRecord *record,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  PhoneContactJob *job =
      job_new (self, phone_contact_job_save_any_thread, finish_save, callback, user_data);

  g_task_set_source_tag (job->task, phone_contact_book_save_async);
  job->record = record;
  push (self, job);
}

PhoneContact *
phone_contact_book_save_finish (PhoneContactBook *self,
                                GAsyncResult *result,
                                GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
finish_remove (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;

  show (job, job->book);
  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (job->task, g_steal_pointer (&job->record),
                           (GDestroyNotify)phone_contact_record_free);
}

void
phone_contact_book_remove_async (PhoneContactBook *self,
                                 gint64 id,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  PhoneContactJob *job = job_new (self, phone_contact_job_remove_any_thread,
                                  finish_remove, callback, user_data);

  g_task_set_source_tag (job->task, phone_contact_book_remove_async);
  job->id = id;
  push (self, job);
}

PhoneContactRecord *
phone_contact_book_remove_finish (PhoneContactBook *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
finish_picture (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;

  show (job, job->book);
  g_task_return_pointer (job->task, g_steal_pointer (&job->picture),
                         (GDestroyNotify)g_bytes_unref);
}

void
phone_contact_book_load_picture_async (PhoneContactBook *self,
                                       gint64 id,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  PhoneContactJob *job = job_new (self, phone_contact_job_load_picture_any_thread,
                                  finish_picture, callback, user_data);

  g_task_set_source_tag (job->task, phone_contact_book_load_picture_async);
  job->id = id;
  push (self, job);
}

GBytes *
phone_contact_book_load_picture_finish (PhoneContactBook *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
finish_file (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactsImport *import = g_memdup2 (&job->import, sizeof job->import);

  show (job, job->book);
  if (job->error != NULL) {
    g_free (import);
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  } else
    g_task_return_pointer (job->task, import, g_free);
}

static void
push_file_job (PhoneContactBook *self, PhoneContactJob *job, GFile *file, gpointer tag)
{
  g_task_set_source_tag (job->task, tag);
  job->file = g_object_ref (file);
  push (self, job);
}

void
phone_contact_book_import_async (PhoneContactBook *self,
                                 GFile *file,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  push_file_job (self,
                 job_new (self, phone_contact_job_import_any_thread, finish_file,
                          callback, user_data),
                 file, phone_contact_book_import_async);
}

gboolean
phone_contact_book_import_finish (PhoneContactBook *self,
                                  GAsyncResult *result,
                                  PhoneContactsImport *import,
                                  GError **error)
{
  g_autofree PhoneContactsImport *counts =
      g_task_propagate_pointer (G_TASK (result), error);

  if (counts != NULL)
    *import = *counts;
  return counts != NULL;
}

static PhoneVcardVersion
version_of (PhoneContactsFormat format)
{
  return format == PHONE_CONTACTS_VCARD_4 ? PHONE_VCARD_4_0 : PHONE_VCARD_3_0;
}

void
phone_contact_book_export_async (PhoneContactBook *self,
                                 GFile *file,
                                 PhoneContactsFormat format,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  PhoneContactJob *job = job_new (self, phone_contact_job_export_any_thread, finish_file,
                                  callback, user_data);

  job->version = version_of (format);
  push_file_job (self, job, file, phone_contact_book_export_async);
}

gboolean
phone_contact_book_export_finish (PhoneContactBook *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_autofree PhoneContactsImport *counts =
      g_task_propagate_pointer (G_TASK (result), error);

  return counts != NULL;
}

/* ---- Waited for ---- */

/* Whoever waits has the answer in the job. */
static void
finish_waited (PhoneWorkerJob *base)
{
  PhoneContactJob *job = (PhoneContactJob *)base;

  show (job, job->book);
}

static gboolean
wait_for (PhoneContactBook *self, PhoneContactJob *job, GError **error)
{
  push (self, job);
  phone_contact_book_flush (self);
  if (job->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&job->error));
  return FALSE;
}

PhoneContact *
phone_contact_book_save (PhoneContactBook *self,
                         PhoneContactRecord *record,
                         GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_save_any_thread, finish_waited);

  job->record = record;
  return wait_for (self, job, error) ? phone_contact_book_get (self, job->id) : NULL;
}

gboolean
phone_contact_book_remove (PhoneContactBook *self, gint64 id, GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_remove_any_thread, finish_waited);

  job->id = id;
  return wait_for (self, job, error);
}

gboolean
phone_contact_book_import (PhoneContactBook *self,
                           GFile *file,
                           PhoneContactsImport *import,
                           GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_import_any_thread, finish_waited);

  job->file = g_object_ref (file);
  if (!wait_for (self, job, error))
    return FALSE;
  *import = job->import;
  return TRUE;
}

gboolean
phone_contact_book_export (PhoneContactBook *self,
                           GFile *file,
                           PhoneContactsFormat format,
                           GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_export_any_thread, finish_waited);

  job->file = g_object_ref (file);
  job->version = version_of (format);
  return wait_for (self, job, error);
}

/* ---- The system's ---- */

static void
finish_cards (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactBook *self = job->book;
  g_autoptr (GArray) old = NULL;
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gpointer key = NULL;
  gpointer value = NULL;

  if (g_hash_table_steal_extended (self->systems, job->key, &key, &value)) {
    g_free (key);
    old = value;
  }
  for (guint i = 0; i < job->shown->len; i++) {
    PhoneContactRecord *record = g_ptr_array_index (job->shown, i);

    record->id = --self->last_system_id;
    g_array_append_val (ids, record->id);
  }
  g_hash_table_insert (self->systems, g_steal_pointer (&job->key), ids);
  take_records (self, old, job->shown);
}

void
phone_contact_book_set_system_cards (PhoneContactBook *self,
                                     const char *key,
                                     const char *book,
                                     const char *const *cards)
{
  PhoneContactJob *job =
      phone_contact_job_new (self, phone_contact_job_read_cards_any_thread, finish_cards);

  job->key = g_strdup (key);
  job->name = g_strdup (book);
  job->cards = g_strdupv ((char **)cards);
  push (self, job);
}

/* ---- Questions ---- */

PhoneContact *
phone_contact_book_get (PhoneContactBook *self, gint64 id)
{
  return g_hash_table_lookup (self->by_id, &id);
}

GPtrArray *
phone_contact_book_find (PhoneContactBook *self, const char *search, guint limit)
{
  g_auto (GStrv) words = phone_contact_split_search (search);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (int favourites = 1; favourites >= 0; favourites--)
    for (guint i = 0; i < self->contacts->len && found->len < limit; i++) {
      PhoneContact *contact = g_ptr_array_index (self->contacts, i);

      if (phone_contact_is_favourite (contact) == favourites &&
          phone_contact_matches (contact, words))
        g_ptr_array_add (found, g_object_ref (contact));
    }
  return found;
}

gboolean
phone_contact_book_is_loading (PhoneContactBook *self)
{
  return self->is_loading;
}

PhoneContactsProblem
phone_contact_book_get_problem (PhoneContactBook *self)
{
  return self->problem;
}

void
phone_contact_book_flush (PhoneContactBook *self)
{
  /* Whoever is told may let go of it. */
  g_autoptr (PhoneContactBook) alive = g_object_ref (self);

  phone_worker_flush (alive->worker);
}

/* ---- The model ---- */

static GType
phone_contact_book_get_item_type (GListModel *model)
{
  return PHONE_TYPE_CONTACT;
}

static guint
phone_contact_book_get_n_items (GListModel *model)
{
  return PHONE_CONTACT_BOOK (model)->contacts->len;
}

static gpointer
phone_contact_book_get_item (GListModel *model, guint position)
{
  PhoneContactBook *self = PHONE_CONTACT_BOOK (model);

  return position < self->contacts->len
             ? g_object_ref (g_ptr_array_index (self->contacts, position))
             : NULL;
}

static void
phone_contact_book_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_contact_book_get_item_type;
  iface->get_n_items = phone_contact_book_get_n_items;
  iface->get_item = phone_contact_book_get_item;
}

/* ---- The object ---- */

static void
phone_contact_book_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PhoneContactBook *self = PHONE_CONTACT_BOOK (object);

  switch (prop_id) {
  case PROP_LOADING:
    g_value_set_boolean (value, self->is_loading);
    break;
  case PROP_N_ITEMS:
    g_value_set_uint (value, self->contacts->len);
    break;
  case PROP_PROBLEM:
    g_value_set_enum (value, (int)self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_contact_book_dispose (GObject *object)
{
  PhoneContactBook *self = PHONE_CONTACT_BOOK (object);

  g_clear_pointer (&self->worker, phone_worker_free);
  G_OBJECT_CLASS (phone_contact_book_parent_class)->dispose (object);
}

static void
phone_contact_book_finalize (GObject *object)
{
  PhoneContactBook *self = PHONE_CONTACT_BOOK (object);

  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->systems);
  g_ptr_array_unref (self->contacts);
  G_OBJECT_CLASS (phone_contact_book_parent_class)->finalize (object);
}

static void
phone_contact_book_class_init (PhoneContactBookClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_contact_book_get_property;
  object_class->dispose = phone_contact_book_dispose;
  object_class->finalize = phone_contact_book_finalize;

  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, flags);
  props[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_PROBLEM] =
      g_param_spec_enum ("problem", NULL, NULL, PHONE_TYPE_CONTACTS_PROBLEM,
                         PHONE_CONTACTS_PROBLEM_NONE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_contact_book_init (PhoneContactBook *self)
{
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->systems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_array_unref);
  self->is_loading = TRUE;
}

static void
free_db_any_thread (gpointer db)
{
  phone_contact_db_free (db);
}

PhoneContactBook *
phone_contact_book_new (const char *path)
{
  PhoneContactBook *self = g_object_new (PHONE_TYPE_CONTACT_BOOK, NULL);

  self->worker = phone_worker_new ("phone-contacts", phone_contact_db_new (path),
                                   free_db_any_thread);
  push (self,
        phone_contact_job_new (self, phone_contact_job_load_any_thread, finish_load));
  return self;
}
