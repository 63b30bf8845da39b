/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A place for the file of a PhoneHistory, in a folder that goes with it, and calls to put
 * into it.
 */
#pragma once

#include "phone-history-private.h"

typedef struct {
  char *folder;
  char *path; /* there is no file yet */
} HistoryFixture;

void history_fixture_set_up (HistoryFixture *f, gconstpointer data);
void history_fixture_tear_down (HistoryFixture *f, gconstpointer data);

/** Incoming where it was missed; owned. */
PhoneHistoryRecord *history_fixture_make_record (const char *address,
                                                 const char *name,
                                                 PhoneHistoryOutcome outcome);
void history_fixture_add (PhoneHistory *history,
                          const char *address,
                          const char *name,
                          PhoneHistoryOutcome outcome);
/** How many calls there are, once all that was asked for is done. */
guint history_fixture_count (PhoneHistory *history);
/** Makes a file of so many calls, which nobody has open. */
void history_fixture_fill (const char *path, guint count);
