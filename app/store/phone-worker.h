/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneWorker: a thread that owns something which may have to wait for a disk, and does one
 * job after the other with it. What came of each is told in the same order on the main
 * context that the worker was made on.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Embedded as the first member in what a job works on. It is in one thread's hands at a
 * time. */
typedef struct _PhoneWorkerJob PhoneWorkerJob;
struct _PhoneWorkerJob {
  void (*run_any_thread) (PhoneWorkerJob *job, gpointer owned);
  void (*finish) (PhoneWorkerJob *job); /* takes the job */
};

typedef struct _PhoneWorker PhoneWorker;

/** Starts the thread, which takes @owned, and frees it at its end. @name: static. */
PhoneWorker *phone_worker_new (const char *name,
                               gpointer owned,
                               GDestroyNotify free_any_thread);
/** Does what is still to be done, tells it, and ends the thread. */
void phone_worker_free (PhoneWorker *self);

/** Takes @job. */
void phone_worker_push (PhoneWorker *self, PhoneWorkerJob *job);
/** Waits until every job was told. */
void phone_worker_flush (PhoneWorker *self);

G_END_DECLS
