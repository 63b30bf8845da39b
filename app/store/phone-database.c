/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-database.h"

#include "phone-words.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How long another process may keep the file locked. */
#define BUSY_MS 2000

struct _PhoneDatabase {
  /* owned */
  char *path;
  sqlite3 *handle; /* NULL: not opened, or it could not be */

  const PhoneDatabaseLayout *layout;
  gboolean is_unwritable; /* the last write failed, or the last opening */
  guint n_broken;
};

/* ---- Opening ---- */

static void
fold_any_thread (sqlite3_context *context, int count, sqlite3_value **values)
{
  const char *name = (const char *)sqlite3_value_text (values[0]);
  const char *address = (const char *)sqlite3_value_text (values[1]);
  g_autofree char *both =
      g_strdup_printf ("%s %s", name != NULL ? name : "", address != NULL ? address : "");
  char *folded = phone_words_dup_folded (both);

  sqlite3_result_text (context, folded, -1, g_free);
}

static int
read_number (sqlite3 *handle, const char *sql, int *number)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    *number = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int
check (sqlite3 *handle)
{
  sqlite3_stmt *statement = NULL;
  int result =
      sqlite3_prepare_v2 (handle, "PRAGMA quick_check (1)", -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    result = g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "ok") == 0
                 ? SQLITE_OK
                 : SQLITE_CORRUPT;
  sqlite3_finalize (statement);
  return result;
}

static int
run_step (sqlite3 *handle, const PhoneDatabaseLayout *layout, int version)
{
  g_autofree char *sql =
      g_strdup_printf ("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT",
                       layout->steps[version], version + 1);
  int result = sqlite3_exec (handle, sql, NULL, NULL, NULL);

  if (result != SQLITE_OK)
    sqlite3_exec (handle, "ROLLBACK", NULL, NULL, NULL);
  return result;
}

static int
bring_up_to_date (sqlite3 *handle, const PhoneDatabaseLayout *layout)
{
  int newest = (int)layout->n_steps;
  int version = 0;
  int result = read_number (handle, "PRAGMA user_version", &version);

  if (result != SQLITE_OK)
    return result;
  /* What a newer program wrote could be lost in what this one does not know of. */
  if (version < 0 || version > newest)
    return SQLITE_NOTADB;
  for (; version < newest; version++) {
    result = run_step (handle, layout, version);
    /* A step that means nothing to the file: its layout is none of ours. */
    if (result != SQLITE_OK)
      return result == SQLITE_ERROR ? SQLITE_NOTADB : result;
  }
  return SQLITE_OK;
}

/* Who somebody talks with is nobody else's business. */
static void
make_private (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  g_mkdir_with_parents (folder, 0700);
  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0)
    close (fd);
}

static int
prepare (sqlite3 *handle, const PhoneDatabaseLayout *layout)
{
  int result;

  sqlite3_extended_result_codes (handle, 0);
  sqlite3_busy_timeout (handle, BUSY_MS);
  result = sqlite3_create_function (handle, "phone_fold", 2,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                    fold_any_thread, NULL, NULL);
  if (result == SQLITE_OK)
    result = check (handle);
  if (result == SQLITE_OK)
    result = bring_up_to_date (handle, layout);
  return result;
}

sqlite3 *
phone_database_open (const char *path, const PhoneDatabaseLayout *layout, int *result)
{
  sqlite3 *handle = NULL;

  make_private (path);
  *result =
      sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (*result == SQLITE_OK)
    *result = prepare (handle, layout);
  if (*result == SQLITE_OK)
    return handle;

  sqlite3_close (handle);
  return NULL;
}

/* ---- What may be wrong with it ---- */

/* It cannot be read, now or ever. */
static gboolean
is_broken (int result)
{
  return result == SQLITE_CORRUPT || result == SQLITE_NOTADB;
}

static gboolean
move_aside (const char *path)
{
  g_autofree char *aside = g_strconcat (path, ".broken", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree char *journal_aside = g_strconcat (aside, "-journal", NULL);

  /* With the journal first: what is left of it would be played into the new file. */
  if (g_rename (journal, journal_aside) != 0 && errno != ENOENT)
    return FALSE;
  return g_rename (path, aside) == 0;
}

/* How the last attempt to write went; told once, though it is made again and again. */
static void
note (PhoneDatabase *self, int result)
{
  if (result != SQLITE_OK && !self->is_unwritable)
    g_debug ("%s: %s", self->path, sqlite3_errstr (result));
  self->is_unwritable = result != SQLITE_OK;
}

static int
open_once (PhoneDatabase *self)
{
  int result = SQLITE_OK;

  if (self->handle != NULL)
    return SQLITE_OK;
  self->handle = phone_database_open (self->path, self->layout, &result);
  note (self, result);
  return result;
}

static int
begin_anew (PhoneDatabase *self)
{
  sqlite3_close (g_steal_pointer (&self->handle));
  if (!move_aside (self->path))
    return SQLITE_CANTOPEN;
  self->n_broken++;
  return open_once (self);
}

int
phone_database_read (PhoneDatabase *self, PhoneDatabaseTask task, gpointer data)
{
  int result = open_once (self);

  if (result == SQLITE_OK)
    result = task (self, data);
  if (!is_broken (result))
    return result;

  result = begin_anew (self);
  return result == SQLITE_OK ? task (self, data) : result;
}

gboolean
phone_database_write (PhoneDatabase *self, PhoneDatabaseTask task, gpointer data)
{
  int result = phone_database_read (self, task, data);

  note (self, result);
  return result == SQLITE_OK;
}

typedef struct {
  PhoneDatabaseTask task;
  gpointer data;
} Transaction;

static int
do_transaction (PhoneDatabase *self, gpointer data)
{
  const Transaction *transaction = data;
  int result = phone_database_execute (self, "BEGIN IMMEDIATE");

  if (result == SQLITE_OK)
    result = transaction->task (self, transaction->data);
  if (result == SQLITE_OK)
    result = phone_database_execute (self, "COMMIT");
  /* Also after a COMMIT that found the disk full; no harm where there is nothing left. */
  if (result != SQLITE_OK)
    phone_database_execute (self, "ROLLBACK");
  return result;
}

gboolean
phone_database_transact (PhoneDatabase *self, PhoneDatabaseTask task, gpointer data)
{
  Transaction transaction = {.task = task, .data = data};

  return phone_database_write (self, do_transaction, &transaction);
}

/* ---- Inside of a task ---- */

sqlite3 *
phone_database_get_handle (PhoneDatabase *self)
{
  return self->handle;
}

int
phone_database_prepare (PhoneDatabase *self, const char *sql, sqlite3_stmt **statement)
{
  return sqlite3_prepare_v2 (self->handle, sql, -1, statement, NULL);
}

int
phone_database_execute (PhoneDatabase *self, const char *sql)
{
  return sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
}

int
phone_database_finish (sqlite3_stmt *statement)
{
  int result = sqlite3_step (statement);

  sqlite3_finalize (statement);
  return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

char *
phone_database_dup_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *)sqlite3_column_text (statement, column);

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

char *
phone_database_dup_capped (const char *text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  const char *end = valid;

  while (*end != '\0' && (gsize)(g_utf8_next_char (end) - valid) <= max_bytes)
    end = g_utf8_next_char (end);
  return g_strndup (valid, (gsize)(end - valid));
}

/* ---- How it is ---- */

PhoneDatabase *
phone_database_new (const char *path, const PhoneDatabaseLayout *layout)
{
  PhoneDatabase *self = g_new0 (PhoneDatabase, 1);

  self->path = g_strdup (path);
  self->layout = layout;
  return self;
}

void
phone_database_free (PhoneDatabase *self)
{
  sqlite3_close (self->handle);
  g_free (self->path);
  g_free (self);
}

gboolean
phone_database_is_writable (PhoneDatabase *self)
{
  return !self->is_unwritable;
}

guint
phone_database_count_broken (PhoneDatabase *self)
{
  return self->n_broken;
}
