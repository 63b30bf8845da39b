/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contacts-private.h"

/* ---- Answered by a task ---- */

static void
finish_save (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactBook *self = job->book;

  phone_contact_book_show (self, job);
  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (
        job->task, g_object_ref (phone_contact_book_get (self, job->id)), g_object_unref);
}

static PhoneContactJob *
job_new (PhoneContactBook *self,
         void (*run_any_thread) (PhoneContactJob *job, PhoneContactDb *db),
         void (*finish) (PhoneWorkerJob *base),
         GAsyncReadyCallback callback,
         gpointer user_data)
{
  PhoneContactJob *job = phone_contact_job_new (self, run_any_thread, finish);

  job->task = g_task_new (self, NULL, callback, user_data);
  return job;
}

void
phone_contact_book_save_async (PhoneContactBook *self,
                               PhoneContactRecord *record,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  PhoneContactJob *job =
      job_new (self, phone_contact_job_save_any_thread, finish_save, callback, user_data);

  g_task_set_source_tag (job->task, phone_contact_book_save_async);
  job->record = record;
  phone_contact_book_push (self, job);
}

PhoneContact *
phone_contact_book_save_finish (PhoneContactBook *self,
                                GAsyncResult *result,
                                GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
finish_remove (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;

  phone_contact_book_show (job->book, job);
  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (job->task, g_steal_pointer (&job->record),
                           (GDestroyNotify)phone_contact_record_free);
}

void
phone_contact_book_remove_async (PhoneContactBook *self,
                                 gint64 id,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  PhoneContactJob *job = job_new (self, phone_contact_job_remove_any_thread,
                                  finish_remove, callback, user_data);

  g_task_set_source_tag (job->task, phone_contact_book_remove_async);
  job->id = id;
  phone_contact_book_push (self, job);
}

PhoneContactRecord *
phone_contact_book_remove_finish (PhoneContactBook *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
finish_picture (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;

  phone_contact_book_show (job->book, job);
  g_task_return_pointer (job->task, g_steal_pointer (&job->picture),
                         (GDestroyNotify)g_bytes_unref);
}

void
phone_contact_book_load_picture_async (PhoneContactBook *self,
                                       gint64 id,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  PhoneContactJob *job = job_new (self, phone_contact_job_load_picture_any_thread,
                                  finish_picture, callback, user_data);

  g_task_set_source_tag (job->task, phone_contact_book_load_picture_async);
  job->id = id;
  phone_contact_book_push (self, job);
}

GBytes *
phone_contact_book_load_picture_finish (PhoneContactBook *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
finish_file (PhoneWorkerJob *base)
{
  g_autoptr (PhoneContactJob) job = (PhoneContactJob *)base;
  PhoneContactsImport *import = g_memdup2 (&job->import, sizeof job->import);

  phone_contact_book_show (job->book, job);
  if (job->error != NULL) {
    g_free (import);
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  } else
    g_task_return_pointer (job->task, import, g_free);
}

static void
push_file_job (PhoneContactBook *self, PhoneContactJob *job, GFile *file, gpointer tag)
{
  g_task_set_source_tag (job->task, tag);
  job->file = g_object_ref (file);
  phone_contact_book_push (self, job);
}

void
phone_contact_book_import_async (PhoneContactBook *self,
                                 GFile *file,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  push_file_job (self,
                 job_new (self, phone_contact_job_import_any_thread, finish_file,
                          callback, user_data),
                 file, phone_contact_book_import_async);
}

gboolean
phone_contact_book_import_finish (PhoneContactBook *self,
                                  GAsyncResult *result,
                                  PhoneContactsImport *import,
                                  GError **error)
{
  g_autofree PhoneContactsImport *counts =
      g_task_propagate_pointer (G_TASK (result), error);

  if (counts != NULL)
    *import = *counts;
  return counts != NULL;
}

static PhoneVcardVersion
version_of (PhoneContactsFormat format)
{
  return format == PHONE_CONTACTS_VCARD_4 ? PHONE_VCARD_4_0 : PHONE_VCARD_3_0;
}

void
phone_contact_book_export_async (PhoneContactBook *self,
                                 GFile *file,
                                 PhoneContactsFormat format,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  PhoneContactJob *job = job_new (self, phone_contact_job_export_any_thread, finish_file,
                                  callback, user_data);

  job->version = version_of (format);
  push_file_job (self, job, file, phone_contact_book_export_async);
}

gboolean
phone_contact_book_export_finish (PhoneContactBook *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_autofree PhoneContactsImport *counts =
      g_task_propagate_pointer (G_TASK (result), error);

  return counts != NULL;
}

/* ---- Waited for ---- */

/* Whoever waits has the answer in the job. */
static void
finish_waited (PhoneWorkerJob *base)
{
  PhoneContactJob *job = (PhoneContactJob *)base;

  phone_contact_book_show (job->book, job);
}

static gboolean
wait_for (PhoneContactBook *self, PhoneContactJob *job, GError **error)
{
  phone_contact_book_push (self, job);
  phone_contact_book_flush (self);
  if (job->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&job->error));
  return FALSE;
}

PhoneContact *
phone_contact_book_save (PhoneContactBook *self,
                         PhoneContactRecord *record,
                         GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_save_any_thread, finish_waited);

  job->record = record;
  return wait_for (self, job, error) ? phone_contact_book_get (self, job->id) : NULL;
}

gboolean
phone_contact_book_remove (PhoneContactBook *self, gint64 id, GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_remove_any_thread, finish_waited);

  job->id = id;
  return wait_for (self, job, error);
}

gboolean
phone_contact_book_import (PhoneContactBook *self,
                           GFile *file,
                           PhoneContactsImport *import,
                           GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_import_any_thread, finish_waited);

  job->file = g_object_ref (file);
  if (!wait_for (self, job, error))
    return FALSE;
  *import = job->import;
  return TRUE;
}

gboolean
phone_contact_book_export (PhoneContactBook *self,
                           GFile *file,
                           PhoneContactsFormat format,
                           GError **error)
{
  g_autoptr (PhoneContactJob) job =
      phone_contact_job_new (self, phone_contact_job_export_any_thread, finish_waited);

  job->file = g_object_ref (file);
  job->version = version_of (format);
  return wait_for (self, job, error);
}
