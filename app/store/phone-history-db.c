/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-db.h"

#include "phone-error.h"
#include "phone-export.h"
#include "phone-history-csv.h"
#include "phone-history-schema.h"
#include "phone-words.h"

#include <string.h>

#define COLUMNS "id, incoming, outcome, started_at, duration, account, address, name"
/* So much is given to the file at a time. */
#define EXPORT_BYTES 65536

struct _PhoneHistoryDb {
  /* owned */
  PhoneDatabase *file;
  GQueue waiting; /* of PhoneHistoryRecord, not written yet */

  guint64 rows_read;
};

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)phone_history_record_free);
}

PhoneHistoryDb *
phone_history_db_new (const char *path)
{
  PhoneHistoryDb *self = g_new0 (PhoneHistoryDb, 1);

  self->file = phone_database_new (path, &phone_history_schema);
  g_queue_init (&self->waiting);
  return self;
}

void
phone_history_db_free (PhoneHistoryDb *self)
{
  phone_database_free (self->file);
  g_queue_clear_full (&self->waiting, (GDestroyNotify)phone_history_record_free);
  g_free (self);
}

typedef struct {
  PhoneHistoryDb *self;
  int (*task) (PhoneHistoryDb *self, gpointer data);
  gpointer data;
} Errand;

static int
do_errand (PhoneDatabase *file, gpointer data)
{
  const Errand *errand = data;

  return errand->task (errand->self, errand->data);
}

static int
run (PhoneHistoryDb *self,
     int (*task) (PhoneHistoryDb *self, gpointer data),
     gpointer data)
{
  Errand errand = {.self = self, .task = task, .data = data};

  return phone_database_read (self->file, do_errand, &errand);
}

static gboolean
change (PhoneHistoryDb *self,
        int (*task) (PhoneHistoryDb *self, gpointer data),
        gpointer data)
{
  Errand errand = {.self = self, .task = task, .data = data};

  return phone_database_write (self->file, do_errand, &errand);
}

static int
prepare (PhoneHistoryDb *self, const char *sql, sqlite3_stmt **statement)
{
  return phone_database_prepare (self->file, sql, statement);
}

/* ---- Writing ---- */

static void
cap (char **text)
{
  g_autofree char *whole = g_steal_pointer (text);

  *text = phone_database_dup_capped (whole, PHONE_HISTORY_MAX_TEXT_BYTES);
}

void
phone_history_db_add (PhoneHistoryDb *self, PhoneHistoryRecord *record)
{
  cap (&record->account);
  cap (&record->address);
  if (record->name != NULL)
    cap (&record->name);
  if (self->waiting.length == PHONE_HISTORY_MAX_WAITING)
    phone_history_record_free (g_queue_pop_head (&self->waiting));
  g_queue_push_tail (&self->waiting, record);
}

static int
insert (PhoneHistoryDb *self, PhoneHistoryRecord *record)
{
  sqlite3_stmt *statement = NULL;
  int result = prepare (self,
                        "INSERT INTO calls (incoming, outcome, started_at, duration,"
                        " account, address, name, seen, folded)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, phone_fold (?7, ?6))",
                        &statement);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int (statement, 1, record->is_incoming);
  sqlite3_bind_int (statement, 2, (int)record->outcome);
  sqlite3_bind_int64 (statement, 3, record->started_at_us);
  sqlite3_bind_int64 (statement, 4, record->duration_s);
  sqlite3_bind_text (statement, 5, record->account, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 6, record->address, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 7, record->name, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 8, record->outcome != PHONE_HISTORY_MISSED);
  result = phone_database_finish (statement);
  record->id = sqlite3_last_insert_rowid (phone_database_get_handle (self->file));
  return result;
}

static int
insert_waiting (PhoneHistoryDb *self, gpointer data)
{
  int result = SQLITE_OK;

  for (GList *l = self->waiting.head; l != NULL && result == SQLITE_OK; l = l->next)
    result = insert (self, l->data);
  return result;
}

static gboolean
write_all_waiting (PhoneHistoryDb *self)
{
  Errand errand = {.self = self, .task = insert_waiting};

  return phone_database_transact (self->file, do_errand, &errand);
}

GPtrArray *
phone_history_db_write_waiting (PhoneHistoryDb *self)
{
  GPtrArray *landed = new_records ();

  if (self->waiting.length > 0 && write_all_waiting (self))
    while (self->waiting.length > 0)
      g_ptr_array_add (landed, g_queue_pop_head (&self->waiting));
  return landed;
}

static int
delete_one (PhoneHistoryDb *self, gpointer data)
{
  sqlite3_stmt *statement = NULL;
  int result = prepare (self, "DELETE FROM calls WHERE id = ?1", &statement);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int64 (statement, 1, *(gint64 *)data);
  return phone_database_finish (statement);
}

gboolean
phone_history_db_remove (PhoneHistoryDb *self, gint64 id)
{
  return change (self, delete_one, &id);
}

/* What is deleted is to be gone from the disk too. */
static int
delete_all (PhoneHistoryDb *self, gpointer data)
{
  int result = phone_database_execute (self->file, "DELETE FROM calls");

  if (result == SQLITE_OK)
    result = phone_database_execute (self->file, "VACUUM");
  return result;
}

gboolean
phone_history_db_clear (PhoneHistoryDb *self)
{
  g_queue_clear_full (&self->waiting, (GDestroyNotify)phone_history_record_free);
  return change (self, delete_all, NULL);
}

static int
set_seen (PhoneHistoryDb *self, gpointer data)
{
  return phone_database_execute (self->file, "UPDATE calls SET seen = 1 WHERE seen = 0");
}

gboolean
phone_history_db_mark_seen (PhoneHistoryDb *self)
{
  return change (self, set_seen, NULL);
}

/* ---- Which calls ---- */

/* "SELECT columns FROM calls" with the filter's conditions and its values. */
static int
prepare_filtered (PhoneHistoryDb *self,
                  const char *columns,
                  const PhoneHistoryFilter *filter,
                  sqlite3_stmt **statement)
{
  g_auto (GStrv) words = phone_words_split (filter->search);
  g_autoptr (GString) sql = g_string_new (NULL);
  int result;

  g_string_append_printf (sql, "SELECT %s FROM calls WHERE 1", columns);
  if (filter->is_missed_only)
    g_string_append_printf (sql, " AND outcome = %d", PHONE_HISTORY_MISSED);
  if (filter->is_outgoing_only)
    g_string_append (sql, " AND incoming = 0");
  for (guint i = 0; words[i] != NULL; i++)
    g_string_append_printf (sql, " AND instr (folded, ?%u)", i + 1);
  g_string_append (sql, " ORDER BY id DESC");

  result = prepare (self, sql->str, statement);
  if (result != SQLITE_OK)
    return result;
  for (guint i = 0; words[i] != NULL; i++)
    sqlite3_bind_text (*statement, (int)i + 1, words[i], -1, SQLITE_TRANSIENT);
  return SQLITE_OK;
}

/* ---- Reading ---- */

static PhoneHistoryRecord *
take_row (PhoneHistoryDb *self, sqlite3_stmt *statement)
{
  PhoneHistoryRecord *record = g_new0 (PhoneHistoryRecord, 1);
  int outcome = sqlite3_column_int (statement, 2);
  gint64 duration = sqlite3_column_int64 (statement, 4);

  record->id = sqlite3_column_int64 (statement, 0);
  record->is_incoming = sqlite3_column_int (statement, 1) != 0;
  record->outcome = outcome >= PHONE_HISTORY_ANSWERED && outcome <= PHONE_HISTORY_FAILED
                        ? (PhoneHistoryOutcome)outcome
                        : PHONE_HISTORY_FAILED;
  record->started_at_us = sqlite3_column_int64 (statement, 3);
  record->duration_s = (guint)CLAMP (duration, 0, G_MAXUINT);
  record->account = phone_database_dup_text (statement, 5);
  record->address = phone_database_dup_text (statement, 6);
  record->name = phone_database_dup_text (statement, 7);
  if (record->account == NULL)
    record->account = g_strdup ("");
  if (record->address == NULL)
    record->address = g_strdup ("");
  self->rows_read++;
  return record;
}

typedef struct {
  const PhoneHistoryFilter *filter;
  const GArray *wanted; /* of gint64 */
  guint limit;
  GString *text;
  GOutputStream *stream;
  GError **error;

  GArray *ids;
  GPtrArray *records;
  guint number;
} Reading;

static int
read_ids (PhoneHistoryDb *self, gpointer data)
{
  Reading *reading = data;
  sqlite3_stmt *statement = NULL;
  int result = prepare_filtered (self, "id", reading->filter, &statement);

  g_array_set_size (reading->ids, 0);
  if (result != SQLITE_OK)
    return result;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (statement, 0);

    g_array_append_val (reading->ids, id);
  }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

GArray *
phone_history_db_select_ids (PhoneHistoryDb *self, const PhoneHistoryFilter *filter)
{
  Reading reading = {
      .filter = filter,
      .ids = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };

  run (self, read_ids, &reading);
  return reading.ids;
}

static int
read_wanted (PhoneHistoryDb *self, gpointer data)
{
  Reading *reading = data;
  sqlite3_stmt *statement = NULL;
  int result = prepare (self, "SELECT " COLUMNS " FROM calls WHERE id = ?1", &statement);

  g_ptr_array_set_size (reading->records, 0);
  if (result != SQLITE_OK)
    return result;
  for (guint i = 0; i < reading->wanted->len; i++) {
    sqlite3_bind_int64 (statement, 1, g_array_index (reading->wanted, gint64, i));
    result = sqlite3_step (statement);
    if (result == SQLITE_ROW)
      g_ptr_array_add (reading->records, take_row (self, statement));
    else if (result != SQLITE_DONE)
      break;
    sqlite3_reset (statement);
  }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

GPtrArray *
phone_history_db_load (PhoneHistoryDb *self, const GArray *ids)
{
  Reading reading = {.wanted = ids, .records = new_records ()};

  run (self, read_wanted, &reading);
  return reading.records;
}

static int
read_people (PhoneHistoryDb *self, gpointer data)
{
  Reading *reading = data;
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  sqlite3_stmt *statement = NULL;
  int result = prepare_filtered (self, COLUMNS, reading->filter, &statement);

  g_ptr_array_set_size (reading->records, 0);
  if (result != SQLITE_OK)
    return result;
  while (reading->records->len < reading->limit &&
         (result = sqlite3_step (statement)) == SQLITE_ROW) {
    g_autoptr (PhoneHistoryRecord) record = take_row (self, statement);

    /* Adding it would put this text, which goes at once, in the place of the first. */
    if (g_hash_table_contains (known, record->address))
      continue;
    g_hash_table_add (known, record->address);
    g_ptr_array_add (reading->records, g_steal_pointer (&record));
  }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

GPtrArray *
phone_history_db_select_people (PhoneHistoryDb *self,
                                const PhoneHistoryFilter *filter,
                                guint limit)
{
  Reading reading = {.filter = filter, .limit = limit, .records = new_records ()};

  run (self, read_people, &reading);
  return reading.records;
}

static int
read_unseen (PhoneHistoryDb *self, gpointer data)
{
  Reading *reading = data;
  sqlite3_stmt *statement = NULL;
  int result = prepare (self, "SELECT count (*) FROM calls WHERE seen = 0", &statement);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    reading->number = (guint)sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return result == SQLITE_ROW ? SQLITE_OK : result;
}

guint
phone_history_db_count_unseen (PhoneHistoryDb *self)
{
  Reading reading = {0};

  run (self, read_unseen, &reading);
  return reading.number;
}

/* ---- Export ---- */

static gboolean
put (Reading *reading)
{
  if (!g_output_stream_write_all (reading->stream, reading->text->str, reading->text->len,
                                  NULL, NULL, reading->error))
    return FALSE;
  g_string_truncate (reading->text, 0);
  return TRUE;
}

static int
write_rows (PhoneHistoryDb *self, gpointer data)
{
  const PhoneHistoryFilter all = {0};
  Reading *reading = data;
  sqlite3_stmt *statement = NULL;
  gboolean is_good = TRUE;
  int result = prepare_filtered (self, COLUMNS, &all, &statement);

  if (result != SQLITE_OK)
    return result;
  while (is_good && (result = sqlite3_step (statement)) == SQLITE_ROW) {
    g_autoptr (PhoneHistoryRecord) record = take_row (self, statement);

    phone_history_csv_append (reading->text, record);
    if (reading->text->len > EXPORT_BYTES)
      is_good = put (reading);
  }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE || !is_good ? SQLITE_OK : result;
}

static gboolean
write_table (PhoneHistoryDb *self, Reading *reading)
{
  int result = run (self, write_rows, reading);

  if (reading->error != NULL && *reading->error != NULL)
    return FALSE;
  if (result != SQLITE_OK) {
    g_set_error_literal (reading->error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         sqlite3_errstr (result));
    return FALSE;
  }
  return put (reading) && g_output_stream_close (reading->stream, NULL, reading->error);
}

gboolean
phone_history_db_export (PhoneHistoryDb *self, GFile *file, GError **error)
{
  GError *failure = NULL;
  g_autoptr (GString) text = g_string_new (phone_history_csv_get_header ());
  g_autoptr (GOutputStream) stream = phone_export_open (file, &failure);
  Reading reading = {
      .text = text,
      .stream = stream,
      .error = &failure,
  };

  if (stream != NULL && write_table (self, &reading))
    return TRUE;
  if (stream != NULL)
    phone_export_abandon (stream);
  g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_STORAGE, failure->message);
  g_clear_error (&failure);
  return FALSE;
}

/* ---- How it is ---- */

gboolean
phone_history_db_is_writable (PhoneHistoryDb *self)
{
  return phone_database_is_writable (self->file);
}

gboolean
phone_history_db_was_broken (PhoneHistoryDb *self)
{
  return phone_database_count_broken (self->file) > 0;
}

guint64
phone_history_db_get_rows_read (PhoneHistoryDb *self)
{
  return self->rows_read;
}
