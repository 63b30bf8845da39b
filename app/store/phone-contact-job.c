/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-job.h"

#include "phone-error.h"
#include "phone-export.h"
#include "phone-import.h"

#include <string.h>

/* So much is given to a file at a time. */
#define WRITE_BYTES 65536

static void
run_any_thread (PhoneWorkerJob *base, gpointer db)
{
  PhoneContactJob *job = (PhoneContactJob *)base;
  guint n_broken = phone_contact_db_count_broken (db);

  job->run_any_thread (job, db);
  job->is_anew = phone_contact_db_count_broken (db) != n_broken;
  if (!phone_contact_db_is_writable (db))
    job->problem = PHONE_CONTACTS_PROBLEM_NOT_WRITTEN;
  else if (phone_contact_db_count_broken (db) > 0)
    job->problem = PHONE_CONTACTS_PROBLEM_MOVED_ASIDE;
}

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)phone_contact_record_free);
}

PhoneContactJob *
phone_contact_job_new (PhoneContactBook *book,
                       void (*run) (PhoneContactJob *job, PhoneContactDb *db),
                       void (*finish) (PhoneWorkerJob *base))
{
  PhoneContactJob *job = g_new0 (PhoneContactJob, 1);

  job->base.run_any_thread = run_any_thread;
  job->base.finish = finish;
  job->run_any_thread = run;
  job->book = book;
  job->shown = new_records ();
  return job;
}

void
phone_contact_job_free (PhoneContactJob *job)
{
  g_clear_pointer (&job->record, phone_contact_record_free);
  g_clear_object (&job->file);
  g_free (job->key);
  g_free (job->name);
  g_strfreev (job->cards);
  g_ptr_array_unref (job->shown);
  g_clear_pointer (&job->picture, g_bytes_unref);
  g_clear_error (&job->error);
  /* The last: it may be what keeps the book. */
  g_clear_object (&job->task);
  g_free (job);
}

static void
fail (PhoneContactJob *job, PhoneError code, const char *message)
{
  job->error = g_error_new_literal (PHONE_ERROR, (int)code, message);
}

static void
fail_for (PhoneContactJob *job, PhoneError code, GError *cause)
{
  fail (job, code, cause->message);
  g_error_free (cause);
}

/* What is in the book; a failure for whoever asks where that cannot be told. Owned. */
static GPtrArray *
load (PhoneContactJob *job, PhoneContactDb *db)
{
  GPtrArray *records = phone_contact_db_load (db);

  if (records == NULL)
    fail (job, PHONE_ERROR_STORAGE, "The contacts could not be read");
  return records;
}

/* ---- One contact ---- */

void
phone_contact_job_load_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  GPtrArray *records = load (job, db);

  if (records == NULL)
    return;
  g_ptr_array_unref (job->shown);
  job->shown = records;
}

void
phone_contact_job_save_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  PhoneContactRecord *record = job->record;

  if (record->id < 0 || record->book != NULL) {
    fail (job, PHONE_ERROR_WRONG_STATE, "It belongs to the system's address book");
    return;
  }
  if (!phone_contact_record_prepare (record)) {
    fail (job, PHONE_ERROR_INVALID_SETTING, "It has neither a name nor an address");
    return;
  }
  g_ptr_array_add (job->shown, g_steal_pointer (&job->record));
  if (!phone_contact_db_save (db, job->shown))
    fail (job, PHONE_ERROR_STORAGE, "It could not be written");
  else if (record->id == 0)
    fail (job, PHONE_ERROR_NOT_FOUND, "It is gone, or the book is full");
  job->id = record->id;
}

void
phone_contact_job_remove_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  if (job->id < 0) {
    fail (job, PHONE_ERROR_WRONG_STATE, "It belongs to the system's address book");
    return;
  }
  job->record = phone_contact_db_remove (db, job->id);
  if (job->record != NULL) {
    job->record->id = 0;
    job->gone = job->id;
  } else if (phone_contact_db_is_writable (db))
    fail (job, PHONE_ERROR_NOT_FOUND, "It is not in the book");
  else
    fail (job, PHONE_ERROR_STORAGE, "It could not be written");
}

void
phone_contact_job_load_picture_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  job->picture = phone_contact_db_load_picture (db, job->id);
}

/* ---- Import ---- */

/* A name and its addresses, as one text that is compared. */
static char *
dup_likeness (const PhoneContactRecord *record)
{
  g_autoptr (GString) all = g_string_new (record->name);

  for (guint i = 0; i < record->addresses->len; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);
    const char *address = one->address;

    if (g_ascii_strncasecmp (address, "sip:", 4) == 0)
      address += 4;
    g_string_append_c (all, '\n');
    g_string_append (all, address);
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

typedef struct {
  GHashTable *by_uid;     /* of PhoneContactRecord, borrowed */
  GHashTable *likenesses; /* of text */
  GHashTable *uids;       /* that came with the file */
} Known;

static void
know (Known *known, PhoneContactRecord *record)
{
  if (record->uid != NULL)
    g_hash_table_insert (known->by_uid, record->uid, record);
  g_hash_table_add (known->likenesses, dup_likeness (record));
}

/* Whether a card says nothing that the book does not. */
static gboolean
is_known (Known *known, const PhoneContactRecord *record, const PhoneContactRecord *there)
{
  g_autofree char *likeness = dup_likeness (record);
  g_autofree char *likeness_there = there != NULL ? dup_likeness (there) : NULL;

  if (there == NULL)
    return g_hash_table_contains (known->likenesses, likeness);
  return g_str_equal (likeness, likeness_there) &&
         g_str_equal (record->organisation, there->organisation) &&
         g_str_equal (record->note, there->note) &&
         (record->picture == NULL || there->has_picture);
}

/* Of those with the same uid in one file the first counts. */
static gboolean
came_before (Known *known, const PhoneContactRecord *record)
{
  return record->uid != NULL && !g_hash_table_add (known->uids, g_strdup (record->uid));
}

/* Decides what becomes of one card, and takes it. */
static void
sort_in (PhoneContactJob *job, Known *known, PhoneContactRecord *record)
{
  PhoneContactRecord *there =
      record->uid != NULL ? g_hash_table_lookup (known->by_uid, record->uid) : NULL;

  if (came_before (known, record) || is_known (known, record, there)) {
    job->import.known++;
    phone_contact_record_free (record);
    return;
  }
  if (there != NULL) {
    record->id = there->id;
    record->is_favourite = record->is_favourite || there->is_favourite;
    record->has_picture = record->has_picture || there->has_picture;
    job->import.changed++;
  } else
    job->import.added++;
  g_ptr_array_add (job->shown, record);
  know (known, record);
}

static void
sort_all_in (PhoneContactJob *job, GPtrArray *old, GPtrArray *records)
{
  g_autoptr (GHashTable) by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) likenesses =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) uids =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Known known = {.by_uid = by_uid, .likenesses = likenesses, .uids = uids};

  for (guint i = 0; i < old->len; i++)
    know (&known, g_ptr_array_index (old, i));
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    sort_in (job, &known, g_ptr_array_index (records, i));
}

static void
leave_out (PhoneContactJob *job, guint index, gboolean is_new)
{
  guint *count = is_new ? &job->import.added : &job->import.changed;

  (*count)--;
  job->import.left_out++;
  g_ptr_array_remove_index_fast (job->shown, index);
}

/* Another process may have filled the book, or removed whom a card would change. */
static gboolean
save_sorted (PhoneContactJob *job, PhoneContactDb *db)
{
  g_autofree gboolean *are_new = g_new (gboolean, job->shown->len + 1);

  for (guint i = 0; i < job->shown->len; i++)
    are_new[i] = ((PhoneContactRecord *)g_ptr_array_index (job->shown, i))->id == 0;
  if (!phone_contact_db_save (db, job->shown))
    return FALSE;
  for (guint i = job->shown->len; i > 0; i--)
    if (((PhoneContactRecord *)g_ptr_array_index (job->shown, i - 1))->id == 0)
      leave_out (job, i - 1, are_new[i - 1]);
  return TRUE;
}

void
phone_contact_job_import_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  g_autoptr (GByteArray) text =
      phone_import_read (job->file, PHONE_CONTACTS_MAX_FILE_BYTES, &job->error);
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GPtrArray) records = NULL;

  if (text == NULL)
    return;
  old = load (job, db);
  if (old == NULL)
    return;
  records = phone_vcard_parse (
      (const char *)text->data, text->len,
      PHONE_CONTACT_DB_MAX - MIN (old->len, PHONE_CONTACT_DB_MAX), &job->import.left_out);
  sort_all_in (job, old, records);
  if (!save_sorted (job, db))
    fail (job, PHONE_ERROR_STORAGE, "The contacts could not be written");
}

/* ---- Export ---- */

static gboolean
write_cards (PhoneContactJob *job,
             PhoneContactDb *db,
             GPtrArray *records,
             GOutputStream *stream,
             GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++) {
    PhoneContactRecord *record = g_ptr_array_index (records, i);

    if (record->has_picture)
      record->picture = phone_contact_db_load_picture (db, record->id);
    g_string_truncate (text, 0);
    phone_vcard_append (text, record, job->version);
    g_clear_pointer (&record->picture, g_bytes_unref);
    if (!g_output_stream_write_all (stream, text->str, text->len, NULL, NULL, error))
      return FALSE;
  }
  return g_output_stream_flush (stream, NULL, error);
}

/* The buffer would close, and so put in its place, also a file that it cannot write. */
static gboolean
write_file (PhoneContactJob *job, PhoneContactDb *db, GPtrArray *records, GError **error)
{
  g_autoptr (GOutputStream) stream = phone_export_open (job->file, error);
  g_autoptr (GOutputStream) buffer = NULL;

  if (stream == NULL)
    return FALSE;
  buffer = g_buffered_output_stream_new_sized (stream, WRITE_BYTES);
  if (write_cards (job, db, records, buffer, error))
    return g_output_stream_close (stream, NULL, error);
  phone_export_abandon (stream);
  return FALSE;
}

void
phone_contact_job_export_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) records = load (job, db);

  if (records != NULL && !write_file (job, db, records, &error))
    fail_for (job, PHONE_ERROR_STORAGE, error);
}

/* ---- The system's ---- */

void
phone_contact_job_read_cards_any_thread (PhoneContactJob *job, PhoneContactDb *db)
{
  for (char **card = job->cards; card != NULL && *card != NULL; card++) {
    g_autoptr (GPtrArray) records = phone_vcard_parse (*card, strlen (*card), 1, NULL);

    PhoneContactRecord *record;

    if (records->len == 0 || job->shown->len == PHONE_CONTACT_DB_MAX)
      continue;
    record = g_ptr_array_steal_index (records, 0);
    record->book = g_strdup (job->name);
    /* Kept nowhere: it would be read from where it is not. */
    record->has_picture = FALSE;
    g_clear_pointer (&record->picture, g_bytes_unref);
    g_ptr_array_add (job->shown, record);
  }
}
