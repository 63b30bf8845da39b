/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-private.h"

#include "phone-error.h"

struct _PhoneHistory {
  GObject parent_instance;

  /* owned */
  PhoneHistoryWorker *worker;

  PhoneHistoryProblem problem;
  guint missed;
  guint64 rows_read;
};

enum { PROP_MISSED = 1, PROP_PROBLEM, N_PROPS };
enum { ADDED, REMOVED, CLEARED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneHistory, phone_history, G_TYPE_OBJECT)

static const GEnumValue problems[] = {
    {PHONE_HISTORY_PROBLEM_NONE, "PHONE_HISTORY_PROBLEM_NONE", "none"},
    {PHONE_HISTORY_PROBLEM_NOT_WRITTEN, "PHONE_HISTORY_PROBLEM_NOT_WRITTEN",
     "not-written"},
    {PHONE_HISTORY_PROBLEM_MOVED_ASIDE, "PHONE_HISTORY_PROBLEM_MOVED_ASIDE",
     "moved-aside"},
    {0, NULL, NULL},
};

GType
phone_history_problem_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneHistoryProblem", problems));
  return type;
}

/* ---- What every job tells ---- */

static PhoneHistoryRecord *
copy_record (const PhoneHistoryRecord *record)
{
  PhoneHistoryRecord *copy = g_memdup2 (record, sizeof *record);

  copy->account = g_strdup (record->account);
  copy->address = g_strdup (record->address);
  copy->name = g_strdup (record->name);
  return copy;
}

static PhoneHistoryEntry *
make_entry (const PhoneHistoryRecord *record)
{
  PhoneHistoryEntry *entry = phone_history_entry_new (record->id);

  phone_history_entry_take_record (entry, copy_record (record));
  return entry;
}

static GPtrArray *
make_entries (const GPtrArray *records)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (entries, make_entry (g_ptr_array_index (records, i)));
  return entries;
}

static PhoneHistoryProblem
problem_in (const PhoneHistoryReport *report)
{
  if (!report->is_writable)
    return PHONE_HISTORY_PROBLEM_NOT_WRITTEN;
  return report->was_broken ? PHONE_HISTORY_PROBLEM_MOVED_ASIDE
                            : PHONE_HISTORY_PROBLEM_NONE;
}

static void
on_report (const PhoneHistoryReport *report, gpointer user_data)
{
  PhoneHistory *self = user_data;
  PhoneHistoryProblem problem = problem_in (report);

  self->rows_read = report->rows_read;
  for (guint i = 0; i < report->landed->len; i++) {
    g_autoptr (PhoneHistoryEntry) entry =
        make_entry (g_ptr_array_index (report->landed, i));

    g_signal_emit (self, signals[ADDED], 0, entry);
  }
  if (self->missed != report->n_unseen) {
    self->missed = report->n_unseen;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MISSED]);
  }
  if (self->problem != problem) {
    self->problem = problem;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
  }
}

/* ---- Jobs ---- */

typedef struct {
  PhoneHistoryJob job;

  PhoneHistory *history;
  PhoneHistoryRecord *record;
  gint64 id;
  gboolean is_done;
} Change;

static void
change_free (Change *change)
{
  g_clear_pointer (&change->record, phone_history_record_free);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

/* Without a reference to history, which ends after the last of its jobs. */
static Change *
change_new (PhoneHistory *self,
            void (*run_any_thread) (PhoneHistoryJob *job, PhoneHistoryDb *db),
            void (*finish) (PhoneHistoryJob *job))
{
  Change *change = g_new0 (Change, 1);

  change->job.run_any_thread = run_any_thread;
  change->job.finish = finish;
  change->history = self;
  return change;
}

static void
finish_quietly (PhoneHistoryJob *job)
{
  change_free ((Change *)job);
}

static void
look_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
}

static void
add_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Change *change = (Change *)job;

  phone_history_db_add (db, g_steal_pointer (&change->record));
}

void
phone_history_add (PhoneHistory *self, PhoneHistoryRecord *record)
{
  Change *change = change_new (self, add_any_thread, finish_quietly);

  change->record = record;
  phone_history_push (self, &change->job);
}

static void
remove_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Change *change = (Change *)job;

  change->is_done = phone_history_db_remove (db, change->id);
}

static void
finish_remove (PhoneHistoryJob *job)
{
  g_autoptr (Change) change = (Change *)job;

  if (change->is_done)
    g_signal_emit (change->history, signals[REMOVED], 0, change->id);
}

void
phone_history_remove (PhoneHistory *self, gint64 id)
{
  Change *change = change_new (self, remove_any_thread, finish_remove);

  change->id = id;
  phone_history_push (self, &change->job);
}

static void
clear_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Change *change = (Change *)job;

  change->is_done = phone_history_db_clear (db);
}

static void
finish_clear (PhoneHistoryJob *job)
{
  g_autoptr (Change) change = (Change *)job;

  if (change->is_done)
    g_signal_emit (change->history, signals[CLEARED], 0);
}

void
phone_history_clear (PhoneHistory *self)
{
  phone_history_push (self, &change_new (self, clear_any_thread, finish_clear)->job);
}

static void
mark_seen_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  phone_history_db_mark_seen (db);
}

void
phone_history_mark_seen (PhoneHistory *self)
{
  if (self->missed > 0)
    phone_history_push (self,
                        &change_new (self, mark_seen_any_thread, finish_quietly)->job);
}

/* ---- Questions ---- */

/* Either a task is answered, or whoever waits finds the answer here. */
typedef struct {
  PhoneHistoryJob job;

  /* owned */
  GTask *task;
  PhoneHistoryFilter filter;
  GFile *file;
  GPtrArray *records;
  GError *error;

  guint offset;
  guint limit;
  guint total;
} Question;

static void
question_free (Question *question)
{
  g_clear_object (&question->task);
  g_clear_object (&question->file);
  g_clear_pointer (&question->records, g_ptr_array_unref);
  g_clear_error (&question->error);
  g_free (question->filter.search);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static Question *
question_new (void (*run_any_thread) (PhoneHistoryJob *job, PhoneHistoryDb *db),
              void (*finish) (PhoneHistoryJob *job))
{
  Question *question = g_new0 (Question, 1);

  question->job.run_any_thread = run_any_thread;
  question->job.finish = finish;
  return question;
}

/* Whoever waits takes it. */
static void
leave_answer (PhoneHistoryJob *job)
{
}

static void
find_people_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Question *question = (Question *)job;

  question->records =
      phone_history_db_select_people (db, &question->filter, question->limit);
}

static void
finish_people (PhoneHistoryJob *job)
{
  g_autoptr (Question) question = (Question *)job;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (question->task)))
    g_task_return_new_error (question->task, PHONE_ERROR, PHONE_ERROR_CANCELLED,
                             "the search was cancelled");
  else
    g_task_return_pointer (question->task, make_entries (question->records),
                           (GDestroyNotify)g_ptr_array_unref);
}

void
phone_history_find_people_async (PhoneHistory *self,
                                 const char *search,
                                 PhoneHistoryPeople people,
                                 guint limit,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Question *question = question_new (find_people_any_thread, finish_people);

  question->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (question->task, phone_history_find_people_async);
  /* Our own code says so, in finish_people(). */
  g_task_set_check_cancellable (question->task, FALSE);
  question->filter.search = g_strdup (search);
  question->filter.is_outgoing_only = people == PHONE_HISTORY_DIALLED;
  question->limit = limit;
  phone_history_push (self, &question->job);
}

GPtrArray *
phone_history_find_people_finish (PhoneHistory *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
export_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Question *question = (Question *)job;

  phone_history_db_export (db, question->file, &question->error);
}

static void
finish_export (PhoneHistoryJob *job)
{
  g_autoptr (Question) question = (Question *)job;

  if (question->error != NULL)
    g_task_return_error (question->task, g_steal_pointer (&question->error));
  else
    g_task_return_boolean (question->task, TRUE);
}

void
phone_history_export_async (PhoneHistory *self,
                            GFile *file,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Question *question = question_new (export_any_thread, finish_export);

  question->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (question->task, phone_history_export_async);
  question->file = g_object_ref (file);
  phone_history_push (self, &question->job);
}

gboolean
phone_history_export_finish (PhoneHistory *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
phone_history_export (PhoneHistory *self, GFile *file, GError **error)
{
  g_autoptr (Question) question = question_new (export_any_thread, leave_answer);

  question->file = g_object_ref (file);
  phone_history_push (self, &question->job);
  phone_history_flush (self);
  if (question->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&question->error));
  return FALSE;
}

static void
query_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  Question *question = (Question *)job;
  g_autoptr (GArray) ids = phone_history_db_select_ids (db, &question->filter);
  guint offset = MIN (question->offset, ids->len);
  guint count = MIN (question->limit, ids->len - offset);

  question->total = ids->len;
  g_array_remove_range (ids, 0, offset);
  g_array_set_size (ids, count);
  question->records = phone_history_db_load (db, ids);
}

GPtrArray *
phone_history_query (PhoneHistory *self,
                     const char *search,
                     gboolean is_missed_only,
                     guint offset,
                     guint limit,
                     guint *total)
{
  g_autoptr (Question) question = question_new (query_any_thread, leave_answer);

  question->filter.search = g_strdup (search);
  question->filter.is_missed_only = is_missed_only;
  question->offset = offset;
  question->limit = limit;
  phone_history_push (self, &question->job);
  phone_history_flush (self);
  if (total != NULL)
    *total = question->total;
  return make_entries (question->records);
}

void
phone_history_flush (PhoneHistory *self)
{
  /* Whoever is told may let go of it. */
  g_autoptr (PhoneHistory) alive = g_object_ref (self);

  phone_history_worker_flush (alive->worker);
}

void
phone_history_push (PhoneHistory *self, PhoneHistoryJob *job)
{
  phone_history_worker_push (self->worker, job);
}

guint64
phone_history_get_rows_read (PhoneHistory *self)
{
  return self->rows_read;
}

guint
phone_history_get_missed (PhoneHistory *self)
{
  return self->missed;
}

PhoneHistoryProblem
phone_history_get_problem (PhoneHistory *self)
{
  return self->problem;
}

/* ---- The object ---- */

static void
phone_history_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhoneHistory *self = PHONE_HISTORY (object);

  switch (prop_id) {
  case PROP_MISSED:
    g_value_set_uint (value, self->missed);
    break;
  case PROP_PROBLEM:
    g_value_set_enum (value, (int)self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_history_dispose (GObject *object)
{
  PhoneHistory *self = PHONE_HISTORY (object);

  g_clear_pointer (&self->worker, phone_history_worker_free);
  G_OBJECT_CLASS (phone_history_parent_class)->dispose (object);
}

static void
phone_history_class_init (PhoneHistoryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_history_get_property;
  object_class->dispose = phone_history_dispose;

  props[PROP_MISSED] = g_param_spec_uint ("missed", NULL, NULL, 0, G_MAXUINT, 0,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_PROBLEM] = g_param_spec_enum (
      "problem", NULL, NULL, PHONE_TYPE_HISTORY_PROBLEM, PHONE_HISTORY_PROBLEM_NONE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[ADDED] = g_signal_new ("added", PHONE_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_HISTORY_ENTRY);
  signals[REMOVED] = g_signal_new ("removed", PHONE_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[CLEARED] = g_signal_new ("cleared", PHONE_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_history_init (PhoneHistory *self)
{
}

PhoneHistory *
phone_history_new (const char *path)
{
  PhoneHistory *self = g_object_new (PHONE_TYPE_HISTORY, NULL);

  self->worker = phone_history_worker_new (path, on_report, self);
  /* How many were missed before, and whether the file can be used. */
  phone_history_push (self, &change_new (self, look_any_thread, finish_quietly)->job);
  return self;
}
