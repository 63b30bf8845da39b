/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-worker.h"

struct _PhoneHistoryWorker {
  PhoneWorker *worker; /* owned */

  void (*on_report) (const PhoneHistoryReport *report, gpointer user_data);
  gpointer user_data;
};

static void
free_db_any_thread (gpointer db)
{
  phone_history_db_free (db);
}

static void
run_any_thread (PhoneWorkerJob *base, gpointer db)
{
  PhoneHistoryJob *job = (PhoneHistoryJob *)base;

  job->run_any_thread (job, db);
  job->report.landed = phone_history_db_write_waiting (db);
  job->report.n_unseen = phone_history_db_count_unseen (db);
  job->report.is_writable = phone_history_db_is_writable (db);
  job->report.was_broken = phone_history_db_was_broken (db);
  job->report.rows_read = phone_history_db_get_rows_read (db);
}

static void
finish (PhoneWorkerJob *base)
{
  PhoneHistoryJob *job = (PhoneHistoryJob *)base;
  g_autoptr (GPtrArray) landed = job->report.landed;

  job->worker->on_report (&job->report, job->worker->user_data);
  job->finish (job);
}

PhoneHistoryWorker *
phone_history_worker_new (const char *path,
                          void (*on_report) (const PhoneHistoryReport *report,
                                             gpointer user_data),
                          gpointer user_data)
{
  PhoneHistoryWorker *self = g_new0 (PhoneHistoryWorker, 1);

  self->on_report = on_report;
  self->user_data = user_data;
  self->worker =
      phone_worker_new ("phone-history", phone_history_db_new (path), free_db_any_thread);
  return self;
}

void
phone_history_worker_push (PhoneHistoryWorker *self, PhoneHistoryJob *job)
{
  job->base.run_any_thread = run_any_thread;
  job->base.finish = finish;
  job->worker = self;
  phone_worker_push (self->worker, &job->base);
}

void
phone_history_worker_flush (PhoneHistoryWorker *self)
{
  phone_worker_flush (self->worker);
}

void
phone_history_worker_free (PhoneHistoryWorker *self)
{
  phone_worker_free (self->worker);
  g_free (self);
}
