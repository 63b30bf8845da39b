/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the worker does for a PhoneContactBook. Private to the book.
 */
#pragma once

#include "phone-contact-db.h"
#include "phone-contacts.h"
#include "phone-vcard.h"
#include "phone-worker.h"

G_BEGIN_DECLS

/** In one thread's hands at a time, but for @book and @task, which are the main context's. */
typedef struct _PhoneContactJob PhoneContactJob;
struct _PhoneContactJob {
  PhoneWorkerJob base;
  void (*run_any_thread) (PhoneContactJob *job, PhoneContactDb *db);

  /* Without a reference: the book ends after the last of its jobs. */
  PhoneContactBook *book;
  GTask *task; /* NULL: nobody asked */

  /* What is asked for, owned. */
  PhoneContactRecord *record;
  gint64 id;
  GFile *file;
  PhoneVcardVersion version;
  char *key;
  char *name;
  char **cards;

  /* What came of it, owned. */
  GPtrArray *shown; /* of PhoneContactRecord: what the list has to show now */
  gint64 gone;      /* 0: nobody */
  gboolean is_anew; /* all that was in the file before is not in the new one */
  GBytes *picture;
  PhoneContactsImport import;
  GError *error;
  PhoneContactsProblem problem;
};

PhoneContactJob *phone_contact_job_new (PhoneContactBook *book,
                                        void (*run_any_thread) (PhoneContactJob *job,
                                                                PhoneContactDb *db),
                                        void (*finish) (PhoneWorkerJob *base));
void phone_contact_job_free (PhoneContactJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneContactJob, phone_contact_job_free)

void phone_contact_job_load_any_thread (PhoneContactJob *job, PhoneContactDb *db);
/** @record; its id is in @id then. */
void phone_contact_job_save_any_thread (PhoneContactJob *job, PhoneContactDb *db);
/** @id; @record is what it was. */
void phone_contact_job_remove_any_thread (PhoneContactJob *job, PhoneContactDb *db);
/** @id. */
void phone_contact_job_load_picture_any_thread (PhoneContactJob *job, PhoneContactDb *db);
/** @file. */
void phone_contact_job_import_any_thread (PhoneContactJob *job, PhoneContactDb *db);
/** @file, @version. */
void phone_contact_job_export_any_thread (PhoneContactJob *job, PhoneContactDb *db);
/** @cards, for the address book @name. */
void phone_contact_job_read_cards_any_thread (PhoneContactJob *job, PhoneContactDb *db);

G_END_DECLS
