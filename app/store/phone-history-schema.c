/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-schema.h"

#include "phone-history-filter.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How long another process may keep the file locked. */
#define BUSY_MS 2000

/* Step N makes layout N + 1 of layout N; a new file goes through all of them. */
static const char *const steps[] = {
    "CREATE TABLE calls ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  incoming INTEGER NOT NULL,"
    "  outcome INTEGER NOT NULL,"
    "  started_at INTEGER NOT NULL,"
    "  duration INTEGER NOT NULL,"
    "  account TEXT NOT NULL,"
    "  address TEXT NOT NULL,"
    "  name TEXT)",

    /* Search without case in every script, which SQLite's own functions do not know; and
     * which missed calls were seen: those of before, all. */
    "ALTER TABLE calls ADD COLUMN folded TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE calls ADD COLUMN seen INTEGER NOT NULL DEFAULT 1;"
    "UPDATE calls SET folded = phone_fold (name, address);"
    "CREATE INDEX unseen ON calls (seen) WHERE seen = 0",
};

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == PHONE_HISTORY_SCHEMA_VERSION);

static void
fold_any_thread (sqlite3_context *context, int count, sqlite3_value **values)
{
  const char *name = (const char *)sqlite3_value_text (values[0]);
  const char *address = (const char *)sqlite3_value_text (values[1]);
  g_autofree char *both =
      g_strdup_printf ("%s %s", name != NULL ? name : "", address != NULL ? address : "");
  char *folded = phone_history_dup_folded (both);

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
run_step (sqlite3 *handle, int version)
{
  g_autofree char *sql =
      g_strdup_printf ("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT",
                       steps[version], version + 1);
  int result = sqlite3_exec (handle, sql, NULL, NULL, NULL);

  if (result != SQLITE_OK)
    sqlite3_exec (handle, "ROLLBACK", NULL, NULL, NULL);
  return result;
}

static int
bring_up_to_date (sqlite3 *handle)
{
  int version = 0;
  int result = read_number (handle, "PRAGMA user_version", &version);

  if (result != SQLITE_OK)
    return result;
  /* What a newer program wrote could be lost in what this one does not know of. */
  if (version < 0 || version > PHONE_HISTORY_SCHEMA_VERSION)
    return SQLITE_NOTADB;
  for (; version < PHONE_HISTORY_SCHEMA_VERSION; version++) {
    result = run_step (handle, version);
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
prepare (sqlite3 *handle)
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
    result = bring_up_to_date (handle);
  return result;
}

sqlite3 *
phone_history_schema_open (const char *path, int *result)
{
  sqlite3 *handle = NULL;

  make_private (path);
  *result =
      sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (*result == SQLITE_OK)
    *result = prepare (handle);
  if (*result == SQLITE_OK)
    return handle;

  sqlite3_close (handle);
  return NULL;
}

gboolean
phone_history_schema_is_broken (int result)
{
  return result == SQLITE_CORRUPT || result == SQLITE_NOTADB;
}

gboolean
phone_history_schema_move_aside (const char *path)
{
  g_autofree char *aside = g_strconcat (path, ".broken", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree char *journal_aside = g_strconcat (aside, "-journal", NULL);

  /* With the journal first: what is left of it would be played into the new file. */
  if (g_rename (journal, journal_aside) != 0 && errno != ENOENT)
    return FALSE;
  return g_rename (path, aside) == 0;
}
