/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-list.h"
#include "phone-history-schema.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

/* What a long history costs, from the file to entries that can be shown:
 *
 *   bench-history [ENTRIES]
 *
 * Prints one JSON object: opening (until the list knows what there is), paging from one
 * end to the other, a search that finds nothing, and the longest that the main thread was
 * kept at a time meanwhile. */

#define PAGE 64

static gint64 longest_us;

static gboolean
fill (const char *path, guint count)
{
  g_autofree char *sql = g_strdup_printf (
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
      " INSERT INTO calls (incoming, outcome, started_at, duration, account, address,"
      " name, folded) SELECT i %% 2, 1 + i %% 10, i, i, 'sip:alice@example.org',"
      " 'sip:user' || i || '@example.org', 'User ' || i,"
      " 'user ' || i || ' sip:user' || i || '@example.org' FROM n",
      count);
  int result;
  sqlite3 *handle = phone_database_open (path, &phone_history_schema, &result);

  if (handle == NULL)
    return FALSE;
  result = sqlite3_exec (handle, sql, NULL, NULL, NULL);
  sqlite3_close (handle);
  return result == SQLITE_OK;
}

static void
note (gint64 begun_us)
{
  longest_us = MAX (longest_us, g_get_monotonic_time () - begun_us);
}

static void
turn (void)
{
  gint64 begun_us;

  while (!g_main_context_pending (NULL))
    g_usleep (50);
  begun_us = g_get_monotonic_time ();
  g_main_context_iteration (NULL, FALSE);
  note (begun_us);
}

static void
wait_for_list (PhoneHistoryList *list)
{
  while (phone_history_list_is_loading (list))
    turn ();
}

static void
show_page (GListModel *model, guint first)
{
  g_autoptr (PhoneHistoryEntry) last = NULL;
  gint64 begun_us = g_get_monotonic_time ();
  guint end = MIN (first + PAGE, g_list_model_get_n_items (model));

  for (guint i = first; i < end; i++) {
    g_clear_object (&last);
    last = g_list_model_get_item (model, i);
  }
  note (begun_us);
  while (!phone_history_entry_is_loaded (last))
    turn ();
}

static double
ms_since (gint64 *begun_us)
{
  gint64 now_us = g_get_monotonic_time ();
  double ms = (double)(now_us - *begun_us) / 1000;

  *begun_us = now_us;
  return ms;
}

static void
measure (const char *path, guint count)
{
  gint64 begun_us = g_get_monotonic_time ();
  g_autoptr (PhoneHistory) history = phone_history_new (path);
  g_autoptr (PhoneHistoryList) list = phone_history_list_new (history);
  GListModel *model = G_LIST_MODEL (list);
  double open_ms;
  double page_ms;

  wait_for_list (list);
  show_page (model, 0);
  open_ms = ms_since (&begun_us);
  for (guint first = 0; first < g_list_model_get_n_items (model); first += PAGE)
    show_page (model, first);
  page_ms = ms_since (&begun_us);
  phone_history_list_set_search (list, "nobody is called so");
  wait_for_list (list);
  printf ("{\"entries\":%u,\"openMs\":%.1f,\"pageMs\":%.1f,\"searchMs\":%.1f,"
          "\"longestMs\":%.2f}\n",
          count, open_ms, page_ms, ms_since (&begun_us), (double)longest_us / 1000);
}

int
main (int argc, char **argv)
{
  guint count = argc > 1 ? (guint)atoi (argv[1]) : 100000;
  g_autofree char *folder = g_dir_make_tmp ("phone-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "history.sqlite", NULL);
  gboolean is_filled = fill (path, count);

  if (is_filled)
    measure (path, count);
  g_remove (path);
  g_rmdir (folder);
  return is_filled ? 0 : 1;
}
