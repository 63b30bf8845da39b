/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-worker.h"

struct _PhoneWorker {
  /* owned */
  GThread *thread;
  GAsyncQueue *jobs;    /* of PhoneWorkerJob, or the worker itself for the end */
  GAsyncQueue *results; /* of PhoneWorkerJob */
  GSource *source;      /* made ready by the thread */
  gpointer owned;       /* the thread's */
  GDestroyNotify free_any_thread;

  guint n_open; /* pushed, and not told yet */
};

static gpointer
work_any_thread (gpointer data)
{
  PhoneWorker *self = data;
  gpointer job;

  while ((job = g_async_queue_pop (self->jobs)) != self) {
    ((PhoneWorkerJob *)job)->run_any_thread (job, self->owned);
    g_async_queue_push (self->results, job);
    g_source_set_ready_time (self->source, 0);
  }
  self->free_any_thread (g_steal_pointer (&self->owned));
  return NULL;
}

static void
tell (PhoneWorker *self, PhoneWorkerJob *job)
{
  self->n_open--;
  job->finish (job);
}

static gboolean
on_results (gpointer data)
{
  PhoneWorker *self = data;
  g_autoptr (GAsyncQueue) results = g_async_queue_ref (self->results);
  g_autoptr (GSource) source = g_source_ref (self->source);
  PhoneWorkerJob *job;

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

PhoneWorker *
phone_worker_new (const char *name, gpointer owned, GDestroyNotify free_any_thread)
{
  static GSourceFuncs funcs = {.dispatch = dispatch};
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  PhoneWorker *self = g_new0 (PhoneWorker, 1);

  self->owned = owned;
  self->free_any_thread = free_any_thread;
  self->jobs = g_async_queue_new ();
  self->results = g_async_queue_new ();
  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_static_name (self->source, name);
  g_source_set_callback (self->source, on_results, self, NULL);
  g_source_attach (self->source, context);
  self->thread = g_thread_new (name, work_any_thread, self);
  return self;
}

void
phone_worker_push (PhoneWorker *self, PhoneWorkerJob *job)
{
  self->n_open++;
  g_async_queue_push (self->jobs, job);
}

void
phone_worker_flush (PhoneWorker *self)
{
  while (self->n_open > 0)
    tell (self, g_async_queue_pop (self->results));
}

void
phone_worker_free (PhoneWorker *self)
{
  phone_worker_flush (self);
  g_async_queue_push (self->jobs, self);
  g_thread_join (self->thread);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_async_queue_unref (self->jobs);
  g_async_queue_unref (self->results);
  g_free (self);
}
