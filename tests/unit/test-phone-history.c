/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-fixture.h"

#include "phone-history-list.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static PhoneHistoryEntry *
get (GListModel *model, guint position)
{
  g_autoptr (PhoneHistoryEntry) entry = g_list_model_get_item (model, position);

  g_assert_nonnull (entry);
  return entry; /* the list keeps it */
}

/* ---- What is kept ---- */

static void
test_kept (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autoptr (GPtrArray) entries = NULL;
  PhoneHistoryEntry *entry;
  GStatBuf info;

  history_fixture_add (history, "sip:bob@example.org", "Bob <b>", PHONE_HISTORY_ANSWERED);
  history_fixture_add (history, "sip:carol@example.org", NULL, PHONE_HISTORY_MISSED);
  g_assert_finalize_object (history);

  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  history = phone_history_new (f->path);
  entries = phone_history_query (history, NULL, FALSE, 0, 10, NULL);
  g_assert_cmpuint (entries->len, ==, 2);
  entry = g_ptr_array_index (entries, 0);
  g_assert_true (phone_history_entry_is_incoming (entry));
  g_assert_cmpint (phone_history_entry_get_outcome (entry), ==, PHONE_HISTORY_MISSED);
  g_assert_cmpstr (phone_history_entry_get_title (entry), ==, "carol@example.org");
  entry = g_ptr_array_index (entries, 1);
  g_assert_false (phone_history_entry_is_incoming (entry));
  g_assert_cmpint (phone_history_entry_get_outcome (entry), ==, PHONE_HISTORY_ANSWERED);
  g_assert_cmpuint (phone_history_entry_get_duration_s (entry), ==, 61);
  g_assert_cmpint (phone_history_entry_get_started_at_us (entry), ==, 1700000000000000);
  g_assert_cmpstr (phone_history_entry_get_account (entry), ==, "sip:me@example.org");
  g_assert_cmpstr (phone_history_entry_get_address (entry), ==, "sip:bob@example.org");
  g_assert_cmpstr (phone_history_entry_get_title (entry), ==, "Bob <b>");
  g_assert_cmpint (phone_history_get_problem (history), ==, PHONE_HISTORY_PROBLEM_NONE);
  g_assert_finalize_object (history);
}

static void
on_notify (guint *count)
{
  (*count)++;
}

static void
test_missed (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  guint told = 0;

  g_signal_connect_swapped (history, "notify::missed", G_CALLBACK (on_notify), &told);
  history_fixture_add (history, "sip:a@x", NULL, PHONE_HISTORY_MISSED);
  history_fixture_add (history, "sip:b@x", NULL, PHONE_HISTORY_MISSED);
  history_fixture_add (history, "sip:c@x", NULL, PHONE_HISTORY_ANSWERED_ELSEWHERE);
  history_fixture_add (history, "sip:c@x", NULL, PHONE_HISTORY_DECLINED);
  phone_history_flush (history);
  g_assert_cmpuint (phone_history_get_missed (history), ==, 2);
  g_assert_cmpuint (told, ==, 2);
  g_assert_finalize_object (history);

  history = phone_history_new (f->path);
  phone_history_flush (history);
  g_assert_cmpuint (phone_history_get_missed (history), ==, 2);
  phone_history_mark_seen (history);
  phone_history_flush (history);
  g_assert_cmpuint (phone_history_get_missed (history), ==, 0);
  g_assert_finalize_object (history);

  history = phone_history_new (f->path);
  phone_history_flush (history);
  g_assert_cmpuint (phone_history_get_missed (history), ==, 0);
  g_assert_finalize_object (history);
}

/* ---- The list ---- */

typedef struct {
  guint position, removed, added, times;
} Changes;

static void
on_items_changed (
    GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  *changes = (Changes){position, removed, added, changes->times + 1};
}

static void
test_list (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autoptr (PhoneHistoryList) list = phone_history_list_new (history);
  g_autoptr (PhoneHistoryList) missed = phone_history_list_new (history);
  GListModel *model = G_LIST_MODEL (list);
  Changes changes = {0};

  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &changes);
  phone_history_list_set_missed_only (missed, TRUE);
  history_fixture_add (history, "sip:bob@x", "Bob", PHONE_HISTORY_ANSWERED);
  history_fixture_add (history, "sip:carol@x", "Carol", PHONE_HISTORY_MISSED);
  history_fixture_add (history, "sip:bob@x", "Bob", PHONE_HISTORY_BUSY);
  phone_history_flush (history);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (missed)), ==, 1);
  g_assert_cmpint (phone_history_entry_get_outcome (get (model, 0)), ==,
                   PHONE_HISTORY_BUSY);
  g_assert_true (changes.position == 0 && changes.added == 1 && changes.removed == 0);

  phone_history_remove (history, phone_history_entry_get_id (get (model, 1)));
  phone_history_flush (history);
  g_assert_true (changes.position == 1 && changes.added == 0 && changes.removed == 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (missed)), ==, 0);
  g_assert_null (g_list_model_get_item (model, 2));

  phone_history_clear (history);
  phone_history_flush (history);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 0);
  history_fixture_add (history, "sip:dan@x", NULL, PHONE_HISTORY_FAILED);
  phone_history_flush (history);
  g_assert_cmpint (phone_history_entry_get_id (get (model, 0)), ==, 4);
  g_clear_object (&list);
  g_clear_object (&missed);
  g_assert_finalize_object (history);
}

static void
test_search (HistoryFixture *f, gconstpointer data)
{
  static const struct {
    const char *search;
    guint count;
  } table[] = {
      {"", 3},          {"bob", 1},    {"OHLSSON", 1}, {"ohl bo", 1},
      {"bob carol", 0}, {"zoë", 1},    {"ZOË", 1},     {"example", 3},
      {"%", 0},         {"_", 0},      {"'; DROP", 0}, {"  carol ", 1},
      {"1234", 1},      {"straße", 1}, {"STRASSE", 1}, {"sip", 3},
  };
  PhoneHistory *history = phone_history_new (f->path);
  PhoneHistoryList *list = phone_history_list_new (history);

  history_fixture_add (history, "sip:bob@example.org", "Bob Ohlsson",
                       PHONE_HISTORY_ANSWERED);
  history_fixture_add (history, "sip:carol@example.org", "Zoë Straße",
                       PHONE_HISTORY_ANSWERED);
  history_fixture_add (history, "sip:1234@example.org", NULL, PHONE_HISTORY_ANSWERED);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_test_message ("%s", table[i].search);
    phone_history_list_set_search (list, table[i].search);
    phone_history_flush (history);
    g_assert_false (phone_history_list_is_loading (list));
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, table[i].count);
  }

  /* One that comes while something is searched for is in the list if it passes. */
  phone_history_list_set_search (list, "bob");
  history_fixture_add (history, "sip:bob@example.org", NULL, PHONE_HISTORY_MISSED);
  history_fixture_add (history, "sip:dan@example.org", NULL, PHONE_HISTORY_MISSED);
  phone_history_flush (history);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_finalize_object (list);
  g_assert_finalize_object (history);
}

static void
on_people (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **people = user_data;
  g_autoptr (GError) error = NULL;

  *people = phone_history_find_people_finish (PHONE_HISTORY (source), result, &error);
  g_assert_no_error (error);
}

static void
test_people (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autoptr (GPtrArray) people = NULL;

  for (guint i = 0; i < 3; i++) {
    history_fixture_add (history, "sip:bob@x", "Bob", PHONE_HISTORY_ANSWERED);
    history_fixture_add (history, "sip:bo@y", "Bo", PHONE_HISTORY_ANSWERED);
    history_fixture_add (history, "sip:carol@x", "Carol", PHONE_HISTORY_ANSWERED);
  }
  phone_history_find_people_async (history, "bo", PHONE_HISTORY_ANYBODY, 5, NULL,
                                   on_people, &people);
  while (people == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (people->len, ==, 2);
  g_assert_cmpstr (phone_history_entry_get_title (g_ptr_array_index (people, 0)), ==,
                   "Bo");
  g_assert_cmpstr (phone_history_entry_get_title (g_ptr_array_index (people, 1)), ==,
                   "Bob");
  g_assert_finalize_object (history);
}

/* ---- Many ---- */

#define MANY 100000

static guint64
rows_for (PhoneHistory *history, GListModel *model, guint first, guint end)
{
  guint64 before = phone_history_get_rows_read (history);

  for (guint i = first; i < end; i++)
    g_object_unref (g_list_model_get_item (model, i));
  phone_history_flush (history);
  for (guint i = first; i < end; i++) {
    PhoneHistoryEntry *entry = get (model, i);
    g_autofree char *name = g_strdup_printf ("User %u", MANY - i);

    g_assert_true (phone_history_entry_is_loaded (entry));
    g_assert_cmpstr (phone_history_entry_get_name (entry), ==, name);
  }
  return phone_history_get_rows_read (history) - before;
}

/* What is read is what is looked at, rounded to pages, however many there are. */
static void
test_many (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history;
  PhoneHistoryList *list;
  GListModel *model;

  history_fixture_fill (f->path, MANY);
  history = phone_history_new (f->path);
  list = phone_history_list_new (history);
  model = G_LIST_MODEL (list);
  phone_history_flush (history);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, MANY);
  g_assert_cmpuint (phone_history_get_rows_read (history), ==, 0);

  g_assert_cmpuint (rows_for (history, model, 0, 200), ==, 256);
  g_assert_cmpuint (rows_for (history, model, 0, 200), ==, 0);
  g_assert_cmpuint (rows_for (history, model, 50000, 50020), <=, 128);
  g_assert_cmpuint (rows_for (history, model, MANY - 20, MANY), <=, 64);
  /* From one end to the other and back: what was left behind was let go. */
  for (guint i = 0; i < 20; i++)
    rows_for (history, model, i * 64, i * 64 + 64);
  g_assert_cmpuint (rows_for (history, model, 0, 10), ==, 64);

  phone_history_list_set_search (list, "user 99999");
  phone_history_flush (history);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  g_assert_finalize_object (list);
  g_assert_finalize_object (history);
}

static void
test_long_text (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autofree char *name = g_strnfill (10000, 'x');
  g_autoptr (GPtrArray) entries = NULL;

  memcpy (name + 1022, "€", 3);
  history_fixture_add (history, "sip:bob@x", name, PHONE_HISTORY_MISSED);
  history_fixture_add (history, "sip:\xff\xfe@x", "\xff", PHONE_HISTORY_MISSED);
  entries = phone_history_query (history, NULL, FALSE, 0, 10, NULL);
  g_assert_cmpuint (
      strlen (phone_history_entry_get_name (g_ptr_array_index (entries, 1))), ==, 1022);
  g_assert_true (g_utf8_validate (
      phone_history_entry_get_address (g_ptr_array_index (entries, 0)), -1, NULL));
  g_assert_finalize_object (history);
}

/* ---- Export ---- */

static void
test_export (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autofree char *path = g_build_filename (f->folder, "calls.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/dev/null/calls.csv");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_setenv ("TZ", "UTC", TRUE);
  history_fixture_add (history, "sip:bob@x", "Bob, \"B\"", PHONE_HISTORY_ANSWERED);
  history_fixture_add (history, "=cmd|' /C calc'!A0", "+49\r\n@x", PHONE_HISTORY_MISSED);
  history_fixture_add (history, "sip:dan@x", "-1", PHONE_HISTORY_NO_ANSWER);
  g_assert_true (phone_history_export (history, file, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (
      text, ==,
      "started,direction,outcome,seconds,account,address,name\r\n"
      "2023-11-14T22:13:20Z,outgoing,no-answer,0,sip:me@example.org,sip:dan@x,'-1\r\n"
      "2023-11-14T22:13:20Z,incoming,missed,0,sip:me@example.org,"
      "'=cmd|' /C calc'!A0,\"'+49\r\n@x\"\r\n"
      "2023-11-14T22:13:20Z,outgoing,answered,61,sip:me@example.org,sip:bob@x,"
      "\"Bob, \"\"B\"\"\"\r\n");
  g_assert_false (phone_history_export (history, nowhere, &error));
  g_assert_nonnull (error);
  g_assert_finalize_object (history);
}

/* What cannot be written whole leaves what was there. */
static void
test_export_fails (HistoryFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_history_new (f->path);
  g_autofree char *path = g_build_filename (f->folder, "calls.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  struct rlimit before;
  struct rlimit none;

  history_fixture_add (history, "sip:bob@x", "Bob", PHONE_HISTORY_ANSWERED);
  phone_history_flush (history);
  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  none = (struct rlimit){0, before.rlim_max};
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  g_assert_false (phone_history_export (history, file, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_nonnull (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_assert_finalize_object (history);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/history/" name, HistoryFixture, NULL, history_fixture_set_up, function,  \
              history_fixture_tear_down)
  ADD ("kept", test_kept);
  ADD ("missed", test_missed);
  ADD ("list", test_list);
  ADD ("search", test_search);
  ADD ("people", test_people);
  ADD ("many", test_many);
  ADD ("long-text", test_long_text);
  ADD ("export", test_export);
  ADD ("export-fails", test_export_fails);
  return g_test_run ();
}
