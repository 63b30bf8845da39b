/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The layout of the file of calls, and how an older one becomes it.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/** The layout that this program writes (PRAGMA user_version). */
#define PHONE_HISTORY_SCHEMA_VERSION 2

/** Opens @path, which is made where it is not there, checks it and brings it up to date.
 * NULL with SQLite's result code in @result. */
sqlite3 *phone_history_schema_open (const char *path, int *result);

/** Whether @result means that the file cannot be read, now or ever: it is damaged, no
 * database, or of a newer program. */
gboolean phone_history_schema_is_broken (int result);

/** Renames @path and its journal, by ".broken" at the end. FALSE: it could not be. */
gboolean phone_history_schema_move_aside (const char *path);

G_END_DECLS
