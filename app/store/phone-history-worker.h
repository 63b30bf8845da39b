/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneHistoryWorker: a PhoneWorker that owns the PhoneHistoryDb, and tells after each job
 * how the file is.
 */
#pragma once

#include "phone-history-db.h"
#include "phone-worker.h"

G_BEGIN_DECLS

/** How the file is after a job. */
typedef struct {
  GPtrArray *landed; /* of PhoneHistoryRecord: what got into the file meanwhile */
  guint n_unseen;
  gboolean is_writable;
  gboolean was_broken;
  guint64 rows_read;
} PhoneHistoryReport;

typedef struct _PhoneHistoryWorker PhoneHistoryWorker;

/** Embedded as the first member in what a job works on. */
typedef struct _PhoneHistoryJob PhoneHistoryJob;
struct _PhoneHistoryJob {
  /* the worker's */
  PhoneWorkerJob base;
  PhoneHistoryWorker *worker;

  void (*run_any_thread) (PhoneHistoryJob *job, PhoneHistoryDb *db);
  void (*finish) (PhoneHistoryJob *job); /* takes the job */
  PhoneHistoryReport report;
};

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
