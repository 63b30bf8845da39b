/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contacts-private.h"

#include "phone-contact-list.h"

struct _PhoneContactBook {
  GObject parent_instance;

  /* owned */
  PhoneWorker *worker;
  PhoneContactList *list; /* whose contacts are the book's */
  GHashTable *systems;    /* key of an address book to GArray of the ids in it */

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

/* ---- The model ---- */

static GType
phone_contact_book_get_item_type (GListModel *model)
{
  return PHONE_TYPE_CONTACT;
}

static guint
phone_contact_book_get_n_items (GListModel *model)
{
  PhoneContactBook *self = PHONE_CONTACT_BOOK (model);

  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

static gpointer
phone_contact_book_get_item (GListModel *model, guint position)
{
  PhoneContactBook *self = PHONE_CONTACT_BOOK (model);

  return g_list_model_get_item (G_LIST_MODEL (self->list), position);
}

static void
on_list_changed (PhoneContactBook *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_ITEMS]);
}

static void
phone_contact_book_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_contact_book_get_item_type;
  iface->get_n_items = phone_contact_book_get_n_items;
  iface->get_item = phone_contact_book_get_item;
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

void
phone_contact_book_push (PhoneContactBook *self, PhoneContactJob *job)
{
  phone_worker_push (self->worker, &job->base);
}

void
phone_contact_book_show (PhoneContactBook *self, PhoneContactJob *job)
{
  note_problem (self, job->problem);
  if (job->is_anew)
    phone_contact_list_forget_own (self->list);
  if (job->error == NULL)
    phone_contact_list_take (self->list, NULL, job->shown);
  if (job->gone != 0)
    phone_contact_list_remove (self->list, job->gone);
}

static void
finish_load (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactBook *self = job->book;

  phone_contact_book_show (self, job);
  self->is_loading = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
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
  phone_contact_list_take (self->list, old, job->shown);
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
  phone_contact_book_push (self, job);
}

/* ---- Questions ---- */

PhoneContact *
phone_contact_book_get (PhoneContactBook *self, gint64 id)
{
  return phone_contact_list_get (self->list, id);
}

GPtrArray *
phone_contact_book_find (PhoneContactBook *self, const char *search, guint limit)
{
  g_auto (GStrv) words = phone_contact_split_search (search);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = G_LIST_MODEL (self);

  for (int favourites = 1; favourites >= 0; favourites--)
    for (guint i = 0; i < phone_contact_book_get_n_items (model) && found->len < limit;
         i++) {
      g_autoptr (PhoneContact) contact = phone_contact_book_get_item (model, i);

      if (phone_contact_is_favourite (contact) == favourites &&
          phone_contact_matches (contact, words))
        g_ptr_array_add (found, g_steal_pointer (&contact));
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
    g_value_set_uint (value, phone_contact_book_get_n_items (G_LIST_MODEL (self)));
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

  g_object_unref (self->list);
  g_hash_table_unref (self->systems);
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
  self->list = phone_contact_list_new ();
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (on_list_changed),
                           self, G_CONNECT_SWAPPED);
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
  phone_contact_book_push (
      self, phone_contact_job_new (self, phone_contact_job_load_any_thread, finish_load));
  return self;
}
