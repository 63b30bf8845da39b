/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneHistoryWorker: the thread that owns the PhoneHistoryDb, and does one job after the
 * other with it. What came of each is told in the same order on the main context that the
 * worker was made on.
 */
#pragma once

#include "phone-history-db.h"

G_BEGIN_DECLS

/** How the file is after a job. */
typedef struct {
  GPtrArray *landed; /* of PhoneHistoryRecord: what got into the file meanwhile */
  guint n_unseen;
  gboolean is_writable;
  gboolean was_broken;
  guint64 rows_read;
} PhoneHistoryReport;

/** Embedded as the first member in what a job works on. It is in one thread's hands at a
 * time. */
typedef struct _PhoneHistoryJob PhoneHistoryJob;
struct _PhoneHistoryJob {
  void (*run_any_thread) (PhoneHistoryJob *job, PhoneHistoryDb *db);
  void (*finish) (PhoneHistoryJob *job); /* takes the job */
  PhoneHistoryReport report;
};

typedef struct _PhoneHistoryWorker PhoneHistoryWorker;

/** Starts the thread. @on_report, with @user_data, sees each report before the job's
 * finish(). */
PhoneHistoryWorker *phone_history_worker_new (
    const char *path,
    void (*on_report) (const PhoneHistoryReport *report, gpointer user_data),
    gpointer user_data);
/** Does what is still to be done, tells it, and ends the thread. */
void phone_history_worker_free (PhoneHistoryWorker *self);

/** Takes @job. */
void phone_history_worker_push (PhoneHistoryWorker *self, PhoneHistoryJob *job);
/** Waits until every job was told. */
void phone_history_worker_flush (PhoneHistoryWorker *self);

G_END_DECLS
