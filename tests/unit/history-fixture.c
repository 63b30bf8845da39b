/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-fixture.h"

#include "phone-history-db.h"
#include "phone-history-schema.h"

#include <glib/gstdio.h>

void
history_fixture_set_up (HistoryFixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("phone-history-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "kept", "history.sqlite", NULL);
}

void
history_fixture_tear_down (HistoryFixture *f, gconstpointer data)
{
  static const char *const names[] = {
      "kept/history.sqlite",
      "kept/history.sqlite.broken",
      "kept/history.sqlite-journal",
      "kept",
      "calls.csv",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

PhoneHistoryRecord *
history_fixture_make_record (const char *address,
                             const char *name,
                             PhoneHistoryOutcome outcome)
{
  PhoneHistoryRecord *record = g_new0 (PhoneHistoryRecord, 1);

  record->is_incoming = outcome == PHONE_HISTORY_MISSED;
  record->outcome = outcome;
  record->started_at_us = G_GINT64_CONSTANT (1700000000000000);
  record->duration_s = outcome == PHONE_HISTORY_ANSWERED ? 61 : 0;
  record->account = g_strdup ("sip:me@example.org");
  record->address = g_strdup (address);
  record->name = g_strdup (name);
  return record;
}

void
history_fixture_add (PhoneHistory *history,
                     const char *address,
                     const char *name,
                     PhoneHistoryOutcome outcome)
{
  phone_history_add (history, history_fixture_make_record (address, name, outcome));
}

guint
history_fixture_count (PhoneHistory *history)
{
  guint total = 0;
  g_autoptr (GPtrArray) entries =
      phone_history_query (history, NULL, FALSE, 0, 10, &total);

  g_assert_cmpuint (entries->len, ==, MIN (total, 10));
  return total;
}

void
history_fixture_fill (const char *path, guint count)
{
  sqlite3 *handle;
  int result;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *sql = g_strdup_printf (
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
      " INSERT INTO calls (incoming, outcome, started_at, duration, account, address,"
      " name, folded) SELECT i %% 2, 1 + i %% 10, i, i, 'sip:me@x',"
      " 'sip:u' || i || '@x', 'User ' || i, 'user ' || i FROM n",
      count);

  g_mkdir_with_parents (folder, 0700);
  handle = phone_database_open (path, &phone_history_schema, &result);
  g_assert_nonnull (handle);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}
