/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-worker.h"

struct _PhoneHistoryWorker {
  /* owned */
  GThread *thread;
  GAsyncQueue *jobs;    /* of PhoneHistoryJob, or the worker itself for the end */
  GAsyncQueue *results; /* of PhoneHistoryJob */
  GSource *source;      /* made ready by the thread */
  char *path;

  void (*on_report) (const PhoneHistoryReport *report, gpointer user_data);
  gpointer user_data;
  guint n_open; /* pushed, and not told yet */
};

static void
run_job_any_thread (PhoneHistoryJob *job, PhoneHistoryDb *db)
{
  job->run_any_thread (job, db);
  job->report.landed = phone_history_db_write_waiting (db);
  job->report.n_unseen = phone_history_db_count_unseen (db);
  job->report.is_writable = phone_history_db_is_writable (db);
  job->report.was_broken = phone_history_db_was_broken (db);
  job->report.rows_read = phone_history_db_get_rows_read (db);
}

static gpointer
work_any_thread (gpointer data)
{
  PhoneHistoryWorker *self = data;
  g_autoptr (PhoneHistoryDb) db = phone_history_db_new (self->path);
  gpointer job;

  while ((job = g_async_queue_pop (self->jobs)) != self) {
    run_job_any_thread (job, db);
    g_async_queue_push (self->results, job);
    g_source_set_ready_time (self->source, 0);
  }
  return NULL;
}

static void
tell (PhoneHistoryWorker *self, PhoneHistoryJob *job)
{
  g_autoptr (GPtrArray) landed = job->report.landed;

  self->n_open--;
  self->on_report (&job->report, self->user_data);
  job->finish (job);
}

static gboolean
on_results (gpointer data)
{
  PhoneHistoryWorker *self = data;
  g_autoptr (GAsyncQueue) results = g_async_queue_ref (self->results);
  g_autoptr (GSource) source = g_source_ref (self->source);
  PhoneHistoryJob *job;

  g_source_set_ready_time (source, -1);
  /* Whoever is told may let go of the worker. */
  while (!g_source_is_destroyed (source) &&
         (job = g_async_queue_try_pop (results)) != NULL)
    tell (self, job);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

PhoneHistoryWorker *
phone_history_worker_new (const char *path,
                          void (*on_report) (const PhoneHistoryReport *report,
                                             gpointer user_data),
                          gpointer user_data)
{
  static GSourceFuncs funcs = {.dispatch = dispatch};
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  PhoneHistoryWorker *self = g_new0 (PhoneHistoryWorker, 1);

  self->path = g_strdup (path);
  self->on_report = on_report;
  self->user_data = user_data;
  self->jobs = g_async_queue_new ();
  self->results = g_async_queue_new ();
  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "phone-history");
  g_source_set_callback (self->source, on_results, self, NULL);
  g_source_attach (self->source, context);
  self->thread = g_thread_new ("phone-history", work_any_thread, self);
  return self;
}

void
phone_history_worker_push (PhoneHistoryWorker *self, PhoneHistoryJob *job)
{
  self->n_open++;
  g_async_queue_push (self->jobs, job);
}

void
phone_history_worker_flush (PhoneHistoryWorker *self)
{
  while (self->n_open > 0)
    tell (self, g_async_queue_pop (self->results));
}

void
phone_history_worker_free (PhoneHistoryWorker *self)
{
  phone_history_worker_flush (self);
  g_async_queue_push (self->jobs, self);
  g_thread_join (self->thread);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_async_queue_unref (self->jobs);
  g_async_queue_unref (self->results);
  g_free (self->path);
  g_free (self);
}
