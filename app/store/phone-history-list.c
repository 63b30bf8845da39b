/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-list.h"

#include "phone-history-private.h"

/* So many entries are read together, and so many pages are kept. */
#define PAGE 64
#define MAX_PAGES 16

struct _PhoneHistoryList {
  GObject parent_instance;

  /* owned */
  PhoneHistory *history;
  GSignalGroup *signals;
  PhoneHistoryFilter filter;
  GArray *ids;         /* of gint64, newest (largest) first */
  GHashTable *entries; /* id to PhoneHistoryEntry: those of the pages that are kept */
  GQueue pages;        /* of GPtrArray of PhoneHistoryEntry, oldest first */

  guint generation; /* of the filter */
  gboolean is_loading;
};

enum {
  PROP_HISTORY = 1,
  PROP_SEARCH,
  PROP_MISSED_ONLY,
  PROP_N_ITEMS,
  PROP_LOADING,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void phone_history_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneHistoryList,
                               phone_history_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      phone_history_list_model_init))

/* ---- Which ids ---- */

typedef struct {
  PhoneHistoryJob job;

  PhoneHistoryFilter filter;
  GArray *ids;
  GWeakRef list;
  guint generation;
} Selection;

static void
change_items (PhoneHistoryList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_ITEMS]);
}

static void
set_loading (PhoneHistoryList *self, gboolean is_loading)
{
  if (self->is_loading == is_loading)
    return;
  self->is_loading = is_loading;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
}

static void
take_ids (PhoneHistoryList *self, GArray *ids)
{
  guint removed = self->ids->len;

  g_array_unref (self->ids);
  self->ids = ids;
  change_items (self, 0, removed, ids->len);
}

static void
select_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Selection *selection = (Selection *)job;

  selection->ids = phone_history_db_select_ids (db, &selection->filter);
}

static void
finish_selection (PhoneHistoryJob *job)
{
  Selection *selection = (Selection *)job;
  g_autoptr (PhoneHistoryList) list = g_weak_ref_get (&selection->list);

  if (list != NULL && selection->generation == list->generation) {
    take_ids (list, g_steal_pointer (&selection->ids));
    set_loading (list, FALSE);
  }
  g_weak_ref_clear (&selection->list);
  g_clear_pointer (&selection->ids, g_array_unref);
  g_free (selection->filter.search);
  g_free (selection);
}

static void
select_again (PhoneHistoryList *self)
{
  Selection *selection;

  self->generation++;
  if (self->history == NULL) {
    take_ids (self, g_array_new (FALSE, FALSE, sizeof (gint64)));
    set_loading (self, FALSE);
    return;
  }
  selection = g_new0 (Selection, 1);
  selection->job.run_any_thread = select_any_thread;
  selection->job.finish = finish_selection;
  selection->filter.search = g_strdup (self->filter.search);
  selection->filter.is_missed_only = self->filter.is_missed_only;
  selection->generation = self->generation;
  g_weak_ref_init (&selection->list, self);
  set_loading (self, TRUE);
  phone_history_push (self->history, &selection->job);
}

/* ---- Pages ---- */

typedef struct {
  PhoneHistoryJob job;

  GArray *ids;
  GPtrArray *entries; /* for finish_page() alone */
  GPtrArray *records;
} Page;

static void
load_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Page *page = (Page *)job;

  page->records = phone_history_db_load (db, page->ids);
}

/* Records come in the order of the ids; those of calls that are gone are missing. */
static void
finish_page (PhoneHistoryJob *job)
{
  Page *page = (Page *)job;
  guint next = 0;

  g_ptr_array_set_free_func (page->records, NULL);
  for (guint i = 0; i < page->entries->len && next < page->records->len; i++) {
    PhoneHistoryEntry *entry = g_ptr_array_index (page->entries, i);
    PhoneHistoryRecord *record = g_ptr_array_index (page->records, next);

    if (record->id != phone_history_entry_get_id (entry))
      continue;
    phone_history_entry_take_record (entry, record);
    next++;
  }
  g_ptr_array_unref (page->records);
  g_ptr_array_unref (page->entries);
  g_array_unref (page->ids);
  g_free (page);
}

static void
forget_entry (gpointer data, gpointer user_data)
{
  PhoneHistoryList *self = user_data;
  gint64 id = phone_history_entry_get_id (data);

  g_hash_table_remove (self->entries, &id);
}

static void
forget_pages (PhoneHistoryList *self, guint left)
{
  while (self->pages.length > left) {
    g_autoptr (GPtrArray) page = g_queue_pop_head (&self->pages);

    g_ptr_array_foreach (page, forget_entry, self);
  }
}

static void
keep_entry (PhoneHistoryList *self, GPtrArray *page, PhoneHistoryEntry *entry)
{
  gint64 id = phone_history_entry_get_id (entry);

  g_hash_table_insert (self->entries, g_memdup2 (&id, sizeof id), g_object_ref (entry));
  g_ptr_array_add (page, g_object_ref (entry));
}

/* Asks for what is not there yet of the page that has this position. */
static void
read_page (PhoneHistoryList *self, guint position)
{
  guint first = position - position % PAGE;
  guint end = MIN (first + PAGE, self->ids->len);
  Page *page = g_new0 (Page, 1);

  page->job.run_any_thread = load_any_thread;
  page->job.finish = finish_page;
  page->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  page->entries = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = first; i < end; i++) {
    gint64 id = g_array_index (self->ids, gint64, i);
    g_autoptr (PhoneHistoryEntry) entry = NULL;

    if (g_hash_table_contains (self->entries, &id))
      continue;
    entry = phone_history_entry_new (id);
    g_array_append_val (page->ids, id);
    keep_entry (self, page->entries, entry);
  }
  g_queue_push_tail (&self->pages, g_ptr_array_ref (page->entries));
  forget_pages (self, MAX_PAGES);
  phone_history_push (self->history, &page->job);
}

/* ---- What changes in the history ---- */

/* The position of @id, or where it would be. */
static guint
find_position (PhoneHistoryList *self, gint64 id, gboolean *is_there)
{
  guint low = 0;
  guint high = self->ids->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (self->ids, gint64, middle) > id)
      low = middle + 1;
    else
      high = middle;
  }
  *is_there = low < self->ids->len && g_array_index (self->ids, gint64, low) == id;
  return low;
}

static void
on_added (PhoneHistoryList *self, PhoneHistoryEntry *entry)
{
  const PhoneHistoryRecord record = {
      .outcome = phone_history_entry_get_outcome (entry),
      .address = (char *)phone_history_entry_get_address (entry),
      .name = (char *)phone_history_entry_get_name (entry),
  };
  gint64 id = phone_history_entry_get_id (entry);
  g_autoptr (GPtrArray) page = NULL;
  gboolean is_there;
  guint position = find_position (self, id, &is_there);

  if (is_there || !phone_history_filter_passes (&self->filter, &record))
    return;
  page = g_ptr_array_new_with_free_func (g_object_unref);
  keep_entry (self, page, entry);
  g_queue_push_tail (&self->pages, g_steal_pointer (&page));
  forget_pages (self, MAX_PAGES);
  g_array_insert_val (self->ids, position, id);
  change_items (self, position, 0, 1);
}

static void
on_removed (PhoneHistoryList *self, gint64 id)
{
  gboolean is_there;
  guint position = find_position (self, id, &is_there);

  if (!is_there)
    return;
  g_array_remove_index (self->ids, position);
  change_items (self, position, 1, 0);
}

static void
on_cleared (PhoneHistoryList *self)
{
  take_ids (self, g_array_new (FALSE, FALSE, sizeof (gint64)));
}

/* ---- The model ---- */

static GType
phone_history_list_get_item_type (GListModel *model)
{
  return PHONE_TYPE_HISTORY_ENTRY;
}

static guint
phone_history_list_get_n_items (GListModel *model)
{
  return PHONE_HISTORY_LIST (model)->ids->len;
}

static gpointer
phone_history_list_get_item (GListModel *model, guint position)
{
  PhoneHistoryList *self = PHONE_HISTORY_LIST (model);
  PhoneHistoryEntry *entry;
  gint64 id;

  if (position >= self->ids->len)
    return NULL;
  id = g_array_index (self->ids, gint64, position);
  entry = g_hash_table_lookup (self->entries, &id);
  if (entry == NULL) {
    read_page (self, position);
    entry = g_hash_table_lookup (self->entries, &id);
  }
  return g_object_ref (entry);
}

static void
phone_history_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_history_list_get_item_type;
  iface->get_n_items = phone_history_list_get_n_items;
  iface->get_item = phone_history_list_get_item;
}

/* ---- The object ---- */

static void
set_history (PhoneHistoryList *self, PhoneHistory *history)
{
  if (!g_set_object (&self->history, history))
    return;
  g_signal_group_set_target (self->signals, history);
  /* The ids of another file mean other calls. */
  forget_pages (self, 0);
  select_again (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HISTORY]);
}

static void
phone_history_list_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PhoneHistoryList *self = PHONE_HISTORY_LIST (object);

  switch (prop_id) {
  case PROP_HISTORY:
    g_value_set_object (value, self->history);
    break;
  case PROP_SEARCH:
    g_value_set_string (value, self->filter.search);
    break;
  case PROP_MISSED_ONLY:
    g_value_set_boolean (value, self->filter.is_missed_only);
    break;
  case PROP_N_ITEMS:
    g_value_set_uint (value, self->ids->len);
    break;
  case PROP_LOADING:
    g_value_set_boolean (value, self->is_loading);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_history_list_set_property (GObject *object,
                                 guint prop_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PhoneHistoryList *self = PHONE_HISTORY_LIST (object);

  switch (prop_id) {
  case PROP_HISTORY:
    set_history (self, g_value_get_object (value));
    break;
  case PROP_SEARCH:
    phone_history_list_set_search (self, g_value_get_string (value));
    break;
  case PROP_MISSED_ONLY:
    phone_history_list_set_missed_only (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_history_list_dispose (GObject *object)
{
  PhoneHistoryList *self = PHONE_HISTORY_LIST (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->history);
  forget_pages (self, 0);
  G_OBJECT_CLASS (phone_history_list_parent_class)->dispose (object);
}

static void
phone_history_list_finalize (GObject *object)
{
  PhoneHistoryList *self = PHONE_HISTORY_LIST (object);

  g_hash_table_unref (self->entries);
  g_array_unref (self->ids);
  g_free (self->filter.search);
  G_OBJECT_CLASS (phone_history_list_parent_class)->finalize (object);
}

static void
phone_history_list_class_init (PhoneHistoryListClass *class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_history_list_get_property;
  object_class->set_property = phone_history_list_set_property;
  object_class->dispose = phone_history_list_dispose;
  object_class->finalize = phone_history_list_finalize;

  props[PROP_HISTORY] =
      g_param_spec_object ("history", NULL, NULL, PHONE_TYPE_HISTORY, writable);
  props[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, NULL, writable);
  props[PROP_MISSED_ONLY] =
      g_param_spec_boolean ("missed-only", NULL, NULL, FALSE, writable);
  props[PROP_N_ITEMS] =
      g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, readable);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_history_list_init (PhoneHistoryList *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->entries =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  g_queue_init (&self->pages);
  self->signals = g_signal_group_new (PHONE_TYPE_HISTORY);
  g_signal_group_connect_swapped (self->signals, "added", G_CALLBACK (on_added), self);
  g_signal_group_connect_swapped (self->signals, "removed", G_CALLBACK (on_removed),
                                  self);
  g_signal_group_connect_swapped (self->signals, "cleared", G_CALLBACK (on_cleared),
                                  self);
}

PhoneHistoryList *
phone_history_list_new (PhoneHistory *history)
{
  return g_object_new (PHONE_TYPE_HISTORY_LIST, "history", history, NULL);
}

void
phone_history_list_set_search (PhoneHistoryList *self, const char *search)
{
  if (g_strcmp0 (self->filter.search, search) == 0)
    return;
  g_free (self->filter.search);
  self->filter.search = g_strdup (search);
  select_again (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEARCH]);
}

void
phone_history_list_set_missed_only (PhoneHistoryList *self, gboolean missed_only)
{
  if (self->filter.is_missed_only == missed_only)
    return;
  self->filter.is_missed_only = missed_only;
  select_again (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MISSED_ONLY]);
}

gboolean
phone_history_list_is_loading (PhoneHistoryList *self)
{
  return self->is_loading;
}
