/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of calls that are not as they should be. */
#include "history-fixture.h"

#include "phone-history-db.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>

static void
execute (const char *path, const char *sql)
{
  g_autofree char *folder = g_path_get_dirname (path);
  sqlite3 *handle = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

/* As the first layout was written. */
static void
test_migration (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history;
  g_autoptr (GPtrArray) entries = NULL;

  execute (f->path,
           "CREATE TABLE calls (id INTEGER PRIMARY KEY AUTOINCREMENT,"
           " incoming INTEGER NOT NULL, outcome INTEGER NOT NULL,"
           " started_at INTEGER NOT NULL, duration INTEGER NOT NULL,"
           " account TEXT NOT NULL, address TEXT NOT NULL, name TEXT);"
           "INSERT INTO calls VALUES (7, 1, 2, 5, 0, 'sip:me@x', 'sip:zoe@x', 'ZOË');"
           "INSERT INTO calls VALUES (9, 0, 1, 6, 3, 'sip:me@x', 'sip:bob@x', NULL);"
           "PRAGMA user_version = 1");
  history = phone_history_new (f->path);
  entries = phone_history_query (history, "zoë", FALSE, 0, 10, NULL);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpint (phone_history_entry_get_id (g_ptr_array_index (entries, 0)), ==, 7);
  g_assert_cmpuint (history_fixture_count (history), ==, 2);
  /* It was missed before anybody counted. */
  g_assert_cmpuint (phone_history_get_missed (history), ==, 0);
  g_assert_cmpint (phone_history_get_problem (history), ==, PHONE_HISTORY_PROBLEM_NONE);
  history_fixture_add (history, "sip:new@x", NULL, PHONE_HISTORY_MISSED);
  g_assert_cmpuint (history_fixture_count (history), ==, 3);
  g_assert_cmpuint (phone_history_get_missed (history), ==, 1);
  g_assert_finalize_object (history);
}

static void
assert_moved_aside (HistoryFixture *f)
{
  g_autofree char *aside = g_strconcat (f->path, ".broken", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before = 0;
  gsize n_after = 0;
  PhoneHistory *history;

  g_assert_true (g_file_get_contents (f->path, &before, &n_before, NULL));
  history = phone_history_new (f->path);
  history_fixture_add (history, "sip:bob@x", NULL, PHONE_HISTORY_ANSWERED);
  g_assert_cmpuint (history_fixture_count (history), ==, 1);
  g_assert_cmpint (phone_history_get_problem (history), ==,
                   PHONE_HISTORY_PROBLEM_MOVED_ASIDE);
  g_assert_finalize_object (history);
  g_assert_true (g_file_get_contents (aside, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);

  /* The new one is as good as any. */
  history = phone_history_new (f->path);
  g_assert_cmpuint (history_fixture_count (history), ==, 1);
  g_assert_cmpint (phone_history_get_problem (history), ==, PHONE_HISTORY_PROBLEM_NONE);
  g_assert_finalize_object (history);
}

static void
test_garbage (HistoryFixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autofree char *garbage = g_strnfill (5000, 'x');

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (f->path, garbage, -1, NULL));
  assert_moved_aside (f);
}

static void
test_truncated (HistoryFixture *f, gconstpointer data)
{
  history_fixture_fill (f->path, 1000);
  g_assert_cmpint (truncate (f->path, 8192), ==, 0);
  assert_moved_aside (f);
}

/* Bytes changed in every page but the first, which says what the file is. */
static void
test_damaged (HistoryFixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;

  history_fixture_fill (f->path, 1000);
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (gsize i = 4096; i < length; i += 64)
    bytes[i] ^= 0x55;
  g_assert_true (g_file_set_contents (f->path, bytes, (gssize)length, NULL));
  assert_moved_aside (f);
}

/* In a page that nothing needs at first: what is wrong is known before it is met. */
static void
test_damaged_deep (HistoryFixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  PhoneHistory *history;

  history_fixture_fill (f->path, 1000);
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  memset (bytes + length / 8192 * 4096, 0xff, 4096);
  g_assert_true (g_file_set_contents (f->path, bytes, (gssize)length, NULL));
  history = phone_history_new (f->path);
  phone_history_flush (history);
  g_assert_cmpint (phone_history_get_problem (history), ==,
                   PHONE_HISTORY_PROBLEM_MOVED_ASIDE);
  g_assert_finalize_object (history);
}

static void
test_newer (HistoryFixture *f, gconstpointer data)
{
  execute (f->path, "CREATE TABLE calls (other); PRAGMA user_version = 1000");
  assert_moved_aside (f);
}

static void
test_other_program (HistoryFixture *f, gconstpointer data)
{
  execute (f->path, "CREATE TABLE calls (other)");
  assert_moved_aside (f);
}

/* The file may not grow, as on a disk that is full; later it may again. */
static void
test_full (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autofree char *long_name = g_strnfill (1000, 'n');
  struct rlimit before;
  struct rlimit limit;
  GStatBuf info;

  history_fixture_add (history, "sip:first@x", NULL, PHONE_HISTORY_ANSWERED);
  g_assert_cmpuint (history_fixture_count (history), ==, 1);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = (struct rlimit){(rlim_t)info.st_size, before.rlim_max};
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  for (guint i = 0; i < 20; i++)
    history_fixture_add (history, "sip:later@x", long_name, PHONE_HISTORY_ANSWERED);
  phone_history_flush (history);
  g_assert_cmpint (phone_history_get_problem (history), ==,
                   PHONE_HISTORY_PROBLEM_NOT_WRITTEN);

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  history_fixture_add (history, "sip:last@x", NULL, PHONE_HISTORY_ANSWERED);
  phone_history_flush (history);
  g_assert_cmpint (phone_history_get_problem (history), ==, PHONE_HISTORY_PROBLEM_NONE);
  g_assert_cmpuint (history_fixture_count (history), ==, 22);
  g_assert_finalize_object (history);
}

/* The folder cannot be made yet. Of what waits the last 1000 are kept. */
static void
test_nowhere (HistoryFixture *f, gconstpointer data)
{
  g_autofree char *in_the_way = g_path_get_dirname (f->path);
  PhoneHistory *history;

  g_assert_true (g_file_set_contents (in_the_way, "", 0, NULL));
  history = phone_history_new (f->path);
  phone_history_flush (history);
  g_assert_cmpint (phone_history_get_problem (history), ==,
                   PHONE_HISTORY_PROBLEM_NOT_WRITTEN);
  for (guint i = 0; i < PHONE_HISTORY_MAX_WAITING + 10; i++)
    history_fixture_add (history, "sip:bob@x", NULL, PHONE_HISTORY_MISSED);
  g_assert_cmpuint (history_fixture_count (history), ==, 0);

  g_assert_cmpint (g_remove (in_the_way), ==, 0);
  phone_history_flush (history);
  g_assert_cmpuint (history_fixture_count (history), ==,
                    0); /* asked for before they were written */
  g_assert_cmpuint (history_fixture_count (history), ==, PHONE_HISTORY_MAX_WAITING);
  g_assert_cmpint (phone_history_get_problem (history), ==, PHONE_HISTORY_PROBLEM_NONE);
  g_assert_finalize_object (history);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/history/" name, HistoryFixture, NULL, history_fixture_set_up, function,  \
              history_fixture_tear_down)
  ADD ("migration", test_migration);
  ADD ("garbage", test_garbage);
  ADD ("truncated", test_truncated);
  ADD ("damaged", test_damaged);
  ADD ("damaged-deep", test_damaged_deep);
  ADD ("newer", test_newer);
  ADD ("other-program", test_other_program);
  ADD ("full", test_full);
  ADD ("nowhere", test_nowhere);
  return g_test_run ();
}
