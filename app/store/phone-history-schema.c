/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-schema.h"

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

const PhoneDatabaseLayout phone_history_schema = {
    .steps = steps,
    .n_steps = G_N_ELEMENTS (steps),
};
