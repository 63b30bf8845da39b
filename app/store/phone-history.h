/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneHistory: the calls of the past, in a file that outlives the program (SQLite, mode
 * 0600). A worker thread owns the file, so that a slow, full or broken disk is never
 * waited for here, and never hurts a call. Main context only.
 *
 * What is asked for is done in order. What cannot be written, since the disk is full or
 * may not be written, is kept in memory and tried again with the next thing asked for. A
 * file that cannot be read is moved aside (".broken" is added to its name), and a new one
 * begun. Both are told in :problem.
 *
 * Which calls there are is shown by a PhoneHistoryList, several at once where several
 * things are searched for.
 *
 * Properties (notify; read-only):
 *   missed     uint                  missed calls that nobody has seen yet
 *   problem    PhoneHistoryProblem
 *
 * Signals:
 *   ::added (PhoneHistoryEntry *entry)   it is in the file; it is the newest
 *   ::removed (gint64 id)                it is in the file no more
 *   ::cleared                            nor is any other
 */
#pragma once

#include "phone-history-entry.h"

G_BEGIN_DECLS

typedef enum {
  PHONE_HISTORY_PROBLEM_NONE,
  PHONE_HISTORY_PROBLEM_NOT_WRITTEN, /* calls are kept in memory until it can be */
  PHONE_HISTORY_PROBLEM_MOVED_ASIDE, /* a new file was begun; stays until the end */
} PhoneHistoryProblem;

/** Whom one looks for. */
typedef enum {
  PHONE_HISTORY_ANYBODY,
  PHONE_HISTORY_DIALLED, /* those that were called from here */
} PhoneHistoryPeople;

#define PHONE_TYPE_HISTORY_PROBLEM (phone_history_problem_get_type ())
GType phone_history_problem_get_type (void);

#define PHONE_TYPE_HISTORY (phone_history_get_type ())
G_DECLARE_FINAL_TYPE (PhoneHistory, phone_history, PHONE, HISTORY, GObject)

/** @path: the file, which is made, with its folder, where it is not there. */
PhoneHistory *phone_history_new (const char *path);

/** Adds a call that is over; takes @record. Text is cut at 1024 bytes. */
void phone_history_add (PhoneHistory *self, PhoneHistoryRecord *record);
void phone_history_remove (PhoneHistory *self, gint64 id);
/** Removes all, and what is left of them on the disk. */
void phone_history_clear (PhoneHistory *self);
/** Nothing is newly missed any more. */
void phone_history_mark_seen (PhoneHistory *self);

guint phone_history_get_missed (PhoneHistory *self);
PhoneHistoryProblem phone_history_get_problem (PhoneHistory *self);

/** Whom there were calls with: the last entry for each address, newest first, @limit at
 * most, of those that have all words of @search (NULL: all) in name or address. */
void phone_history_find_people_async (PhoneHistory *self,
                                      const char *search,
                                      PhoneHistoryPeople people,
                                      guint limit,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/** GPtrArray of PhoneHistoryEntry; full. Errors: PHONE_ERROR_CANCELLED. */
GPtrArray *phone_history_find_people_finish (PhoneHistory *self,
                                             GAsyncResult *result,
                                             GError **error);

/** Writes all as CSV (RFC 4180) in place of what @file was; what a spreadsheet would take
 * for a formula is text in it. */
void phone_history_export_async (PhoneHistory *self,
                                 GFile *file,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/** Errors: PHONE_ERROR_STORAGE. */
gboolean phone_history_export_finish (PhoneHistory *self,
                                      GAsyncResult *result,
                                      GError **error);

/* ---- For those who have no picture to draw meanwhile: they wait for the disk ---- */

/** Waits until all that was asked for is done and told. */
void phone_history_flush (PhoneHistory *self);
/** @limit entries from @offset on, newest first, of those that have all words of @search
 * (NULL: all) in name or address; @total, which may be NULL: how many there are. GPtrArray
 * of PhoneHistoryEntry; full. */
GPtrArray *phone_history_query (PhoneHistory *self,
                                const char *search,
                                gboolean is_missed_only,
                                guint offset,
                                guint limit,
                                guint *total);
/** Errors: PHONE_ERROR_STORAGE. */
gboolean phone_history_export (PhoneHistory *self, GFile *file, GError **error);

G_END_DECLS
