/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneHistoryDb: the file of calls, a PhoneDatabase, whose rules it follows: it belongs to
 * one thread, and each call here may find the file broken, and does what it is for in a new
 * one then.
 *
 * What cannot be written waits in memory, PHONE_HISTORY_MAX_WAITING records at most, and
 * is tried again by each later call.
 */
#pragma once

#include "phone-history-filter.h"

G_BEGIN_DECLS

#define PHONE_HISTORY_MAX_WAITING 1000
#define PHONE_HISTORY_MAX_TEXT_BYTES 1024

typedef struct _PhoneHistoryDb PhoneHistoryDb;

/** Opens nothing yet. */
PhoneHistoryDb *phone_history_db_new (const char *path);
void phone_history_db_free (PhoneHistoryDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneHistoryDb, phone_history_db_free)

/** Takes @record, to be written now or later. */
void phone_history_db_add (PhoneHistoryDb *self, PhoneHistoryRecord *record);
/** Writes what waits. Records that have got into the file since the last time, with their
 * ids; owned by the caller, maybe empty. */
GPtrArray *phone_history_db_write_waiting (PhoneHistoryDb *self);

/** FALSE: not done, see phone_history_db_is_writable(). */
gboolean phone_history_db_remove (PhoneHistoryDb *self, gint64 id);
gboolean phone_history_db_clear (PhoneHistoryDb *self);
gboolean phone_history_db_mark_seen (PhoneHistoryDb *self);

/** The ids of all that pass, newest first; of gint64. Owned. */
GArray *phone_history_db_select_ids (PhoneHistoryDb *self,
                                     const PhoneHistoryFilter *filter);
/** Records by their ids; those that are gone are left out. Owned. */
GPtrArray *phone_history_db_load (PhoneHistoryDb *self, const GArray *ids);
/** The last call with each of @limit people at most that pass. Owned. */
GPtrArray *phone_history_db_select_people (PhoneHistoryDb *self,
                                           const PhoneHistoryFilter *filter,
                                           guint limit);
/** Missed calls that were not marked as seen. */
guint phone_history_db_count_unseen (PhoneHistoryDb *self);
/** Writes all as CSV, in place of what @file was. Errors: PHONE_ERROR_STORAGE. */
gboolean phone_history_db_export (PhoneHistoryDb *self, GFile *file, GError **error);

/** FALSE after a write that failed, until one that did not. */
gboolean phone_history_db_is_writable (PhoneHistoryDb *self);
/** Whether a file was moved aside. */
gboolean phone_history_db_was_broken (PhoneHistoryDb *self);
/** Rows read so far, apart from ids. */
guint64 phone_history_db_get_rows_read (PhoneHistoryDb *self);

G_END_DECLS
