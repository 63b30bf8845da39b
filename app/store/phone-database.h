/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneDatabase: a file of SQLite that is private (mode 0600), has a layout with a number,
 * and may be found broken. It belongs to one thread, which may wait for a disk; the handle
 * never leaves it. The file is opened by the first use, and again by each use after a
 * failure.
 *
 * The layout has a number (PRAGMA user_version); an older one is brought up to date in one
 * transaction a step. A file that is no database, is damaged, or is of a newer program is
 * moved aside (".broken" is added to its name, in place of one that was there), and a new
 * one begun: each task may cause that, and is done in the new file then.
 *
 * Statements may call phone_fold (a, b): both texts with a space between, as they are
 * compared (phone-words.h).
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/** Step N makes layout N + 1 of layout N; a new file goes through all of them. Static. */
typedef struct {
  const char *const *steps;
  guint n_steps;
} PhoneDatabaseLayout;

typedef struct _PhoneDatabase PhoneDatabase;

/** Does something in the file; SQLite's result code. It is called once more where the file
 * was found broken, so it begins from the beginning. */
typedef int (*PhoneDatabaseTask) (PhoneDatabase *database, gpointer data);

/** Opens nothing yet. */
PhoneDatabase *phone_database_new (const char *path, const PhoneDatabaseLayout *layout);
void phone_database_free (PhoneDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneDatabase, phone_database_free)

/** Reads; SQLite's result code. */
int phone_database_read (PhoneDatabase *self, PhoneDatabaseTask task, gpointer data);
/** Writes. FALSE: not done, see phone_database_is_writable(). */
gboolean phone_database_write (PhoneDatabase *self,
                               PhoneDatabaseTask task,
                               gpointer data);
/** The same in one transaction, all of it or nothing. */
gboolean phone_database_transact (PhoneDatabase *self,
                                  PhoneDatabaseTask task,
                                  gpointer data);

/** FALSE after a write or an opening that failed, until one that did not. */
gboolean phone_database_is_writable (PhoneDatabase *self);
/** How often a file was moved aside. */
guint phone_database_count_broken (PhoneDatabase *self);

/* ---- Inside of a task ---- */

sqlite3 *phone_database_get_handle (PhoneDatabase *self);
int phone_database_prepare (PhoneDatabase *self,
                            const char *sql,
                            sqlite3_stmt **statement);
int phone_database_execute (PhoneDatabase *self, const char *sql);
/** Does @statement, which gives nothing, and takes it. */
int phone_database_finish (sqlite3_stmt *statement);
/** Valid UTF-8, whoever wrote it; NULL for NULL. Owned. */
char *phone_database_dup_text (sqlite3_stmt *statement, int column);

/** Valid UTF-8, @max_bytes at most and no character in halves; "" for NULL. Owned. */
char *phone_database_dup_capped (const char *text, gsize max_bytes);

/** Opens @path, which is made where it is not there, checks it and brings it up to date.
 * NULL with SQLite's result code in @result. */
sqlite3 *phone_database_open (const char *path,
                              const PhoneDatabaseLayout *layout,
                              int *result);

G_END_DECLS
