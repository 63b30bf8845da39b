/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-db.h"

#include "phone-database.h"

struct _PhoneContactDb {
  PhoneDatabase *file; /* owned */
};

static const char *const steps[] = {
    "CREATE TABLE contacts ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  uid TEXT NOT NULL UNIQUE,"
    "  name TEXT NOT NULL,"
    "  organisation TEXT NOT NULL,"
    "  note TEXT NOT NULL,"
    "  favourite INTEGER NOT NULL);"
    "CREATE TABLE addresses ("
    "  contact INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL,"
    "  address TEXT NOT NULL,"
    "  PRIMARY KEY (contact, position)) WITHOUT ROWID;"
    "CREATE TABLE pictures ("
    "  contact INTEGER PRIMARY KEY,"
    "  data BLOB NOT NULL)",
};

static const PhoneDatabaseLayout layout = {
    .steps = steps,
    .n_steps = G_N_ELEMENTS (steps),
};

PhoneContactDb *
phone_contact_db_new (const char *path)
{
  PhoneContactDb *self = g_new0 (PhoneContactDb, 1);

  self->file = phone_database_new (path, &layout);
  return self;
}

void
phone_contact_db_free (PhoneContactDb *self)
{
  phone_database_free (self->file);
  g_free (self);
}

/* A statement about one contact that gives nothing. */
static int
execute_for (PhoneDatabase *file, const char *sql, gint64 id)
{
  sqlite3_stmt *statement = NULL;
  int result = phone_database_prepare (file, sql, &statement);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int64 (statement, 1, id);
  return phone_database_finish (statement);
}

/* ---- Reading ---- */

static PhoneAddressKind
kind_of (int number)
{
  return number >= PHONE_ADDRESS_OTHER && number <= PHONE_ADDRESS_MOBILE
             ? (PhoneAddressKind)number
             : PHONE_ADDRESS_OTHER;
}

static PhoneContactRecord *
take_row (sqlite3_stmt *statement)
{
  PhoneContactRecord *record = phone_contact_record_new ();

  record->id = sqlite3_column_int64 (statement, 0);
  record->uid = phone_database_dup_text (statement, 1);
  record->name = phone_database_dup_text (statement, 2);
  record->organisation = phone_database_dup_text (statement, 3);
  record->note = phone_database_dup_text (statement, 4);
  record->is_favourite = sqlite3_column_int (statement, 5) != 0;
  record->has_picture = sqlite3_column_int (statement, 6) != 0;
  return record;
}

typedef struct {
  gint64 id; /* 0: all */
  GPtrArray *records;
  GBytes *picture;
} Reading;

/* Both are in the order of the contacts' ids: one goes along the other. */
static int
read_addresses (PhoneDatabase *file, Reading *reading)
{
  sqlite3_stmt *statement = NULL;
  guint next = 0;
  int result = phone_database_prepare (
      file,
      "SELECT contact, kind, address FROM addresses WHERE ?1 = 0 OR contact = ?1"
      " ORDER BY contact, position",
      &statement);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int64 (statement, 1, reading->id);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (statement, 0);
    g_autofree char *address = phone_database_dup_text (statement, 2);
    PhoneContactRecord *record = NULL;

    for (; next < reading->records->len; next++) {
      record = g_ptr_array_index (reading->records, next);
      if (record->id >= id)
        break;
    }
    if (record != NULL && record->id == id && address != NULL)
      phone_contact_record_add_address (
          record, kind_of (sqlite3_column_int (statement, 1)), address);
  }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
read_contacts (PhoneDatabase *file, gpointer data)
{
  Reading *reading = data;
  sqlite3_stmt *statement = NULL;
  int result =
      phone_database_prepare (file,
                              "SELECT id, uid, name, organisation, note, favourite,"
                              " EXISTS (SELECT 1 FROM pictures WHERE contact = id)"
                              " FROM contacts WHERE ?1 = 0 OR id = ?1 ORDER BY id",
                              &statement);

  g_ptr_array_set_size (reading->records, 0);
  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int64 (statement, 1, reading->id);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (reading->records, take_row (statement));
  sqlite3_finalize (statement);
  return result == SQLITE_DONE ? read_addresses (file, reading) : result;
}

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)phone_contact_record_free);
}

GPtrArray *
phone_contact_db_load (PhoneContactDb *self)
{
  g_autoptr (GPtrArray) records = new_records ();
  Reading reading = {.records = records};

  if (phone_database_read (self->file, read_contacts, &reading) != SQLITE_OK)
    return NULL;
  for (guint i = records->len; i > 0; i--)
    if (!phone_contact_record_prepare (g_ptr_array_index (records, i - 1)))
      g_ptr_array_remove_index_fast (records, i - 1);
  return g_steal_pointer (&records);
}

static int
read_picture (PhoneDatabase *file, gpointer data)
{
  Reading *reading = data;
  sqlite3_stmt *statement = NULL;
  int result = phone_database_prepare (
      file, "SELECT data FROM pictures WHERE contact = ?1", &statement);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int64 (statement, 1, reading->id);
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    reading->picture = g_bytes_new (sqlite3_column_blob (statement, 0),
                                    (gsize)sqlite3_column_bytes (statement, 0));
  sqlite3_finalize (statement);
  return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

GBytes *
phone_contact_db_load_picture (PhoneContactDb *self, gint64 id)
{
  Reading reading = {.id = id};

  phone_database_read (self->file, read_picture, &reading);
  return reading.picture;
}

/* ---- Writing ---- */

static int
write_addresses (PhoneDatabase *file, const PhoneContactRecord *record)
{
  int result = execute_for (file, "DELETE FROM addresses WHERE contact = ?1", record->id);

  for (guint i = 0; i < record->addresses->len && result == SQLITE_OK; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);
    sqlite3_stmt *statement = NULL;

    result = phone_database_prepare (
        file, "INSERT INTO addresses VALUES (?1, ?2, ?3, ?4)", &statement);
    if (result != SQLITE_OK)
      return result;
    sqlite3_bind_int64 (statement, 1, record->id);
    sqlite3_bind_int64 (statement, 2, i);
    sqlite3_bind_int (statement, 3, (int)one->kind);
    sqlite3_bind_text (statement, 4, one->address, -1, SQLITE_STATIC);
    result = phone_database_finish (statement);
  }
  return result;
}

static int
write_picture (PhoneDatabase *file, const PhoneContactRecord *record)
{
  sqlite3_stmt *statement = NULL;
  gsize size = 0;
  const void *bytes = NULL;
  int result;

  if (!record->has_picture)
    return execute_for (file, "DELETE FROM pictures WHERE contact = ?1", record->id);
  if (record->picture == NULL)
    return SQLITE_OK;
  result = phone_database_prepare (
      file, "INSERT OR REPLACE INTO pictures VALUES (?1, ?2)", &statement);
  if (result != SQLITE_OK)
    return result;
  bytes = g_bytes_get_data (record->picture, &size);
  sqlite3_bind_int64 (statement, 1, record->id);
  sqlite3_bind_blob (statement, 2, bytes, (int)size, SQLITE_STATIC);
  return phone_database_finish (statement);
}

static int
write_contact (PhoneDatabase *file, PhoneContactRecord *record)
{
  gboolean is_new = record->id == 0;
  sqlite3_stmt *statement = NULL;
  int result = phone_database_prepare (
      file,
      is_new ? "INSERT INTO contacts (uid, name, organisation, note, favourite)"
               " VALUES (?1, ?2, ?3, ?4, ?5)"
             : "UPDATE contacts SET uid = ?1, name = ?2, organisation = ?3, note = ?4,"
               " favourite = ?5 WHERE id = ?6",
      &statement);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_text (statement, 1, record->uid, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, record->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, record->organisation, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, record->note, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 5, record->is_favourite);
  if (!is_new)
    sqlite3_bind_int64 (statement, 6, record->id);
  return phone_database_finish (statement);
}

static int
save_one (PhoneDatabase *file, PhoneContactRecord *record)
{
  sqlite3 *handle = phone_database_get_handle (file);
  gboolean is_new = record->id == 0;
  int result;

  if (record->uid == NULL)
    record->uid = g_uuid_string_random ();
  result = write_contact (file, record);
  if (result != SQLITE_OK)
    return result;
  if (sqlite3_changes (handle) == 0) {
    record->id = 0;
    return SQLITE_OK;
  }
  if (is_new)
    record->id = sqlite3_last_insert_rowid (handle);
  result = write_addresses (file, record);
  return result == SQLITE_OK ? write_picture (file, record) : result;
}

/* New ones are new in each attempt. */
typedef struct {
  GPtrArray *records;
  const gint64 *ids;
} Saving;

static int
count_contacts (PhoneDatabase *file, gint64 *count)
{
  sqlite3_stmt *statement = NULL;
  int result =
      phone_database_prepare (file, "SELECT count (*) FROM contacts", &statement);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_step (statement);
  *count = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int
save_all (PhoneDatabase *file, gpointer data)
{
  const Saving *saving = data;
  gint64 count = 0;
  int result = count_contacts (file, &count);

  for (guint i = 0; i < saving->records->len && result == SQLITE_OK; i++) {
    PhoneContactRecord *record = g_ptr_array_index (saving->records, i);

    record->id = saving->ids[i];
    if (record->id == 0 && count++ >= PHONE_CONTACT_DB_MAX)
      continue;
    result = save_one (file, record);
  }
  return result;
}

gboolean
phone_contact_db_save (PhoneContactDb *self, GPtrArray *records)
{
  g_autofree gint64 *ids = g_new0 (gint64, records->len + 1);
  Saving saving = {.records = records, .ids = ids};

  for (guint i = 0; i < records->len; i++)
    ids[i] = ((PhoneContactRecord *)g_ptr_array_index (records, i))->id;
  return phone_database_transact (self->file, save_all, &saving);
}

static int
remove_one (PhoneDatabase *file, gpointer data)
{
  Reading *reading = data;
  int result = read_contacts (file, reading);

  g_clear_pointer (&reading->picture, g_bytes_unref);
  if (result == SQLITE_OK)
    result = read_picture (file, reading);
  if (result == SQLITE_OK)
    result = execute_for (file, "DELETE FROM contacts WHERE id = ?1", reading->id);
  if (result == SQLITE_OK)
    result = execute_for (file, "DELETE FROM addresses WHERE contact = ?1", reading->id);
  if (result == SQLITE_OK)
    result = execute_for (file, "DELETE FROM pictures WHERE contact = ?1", reading->id);
  return result;
}

PhoneContactRecord *
phone_contact_db_remove (PhoneContactDb *self, gint64 id)
{
  g_autoptr (GPtrArray) records = new_records ();
  Reading reading = {.id = id, .records = records};
  PhoneContactRecord *record = NULL;

  if (phone_database_transact (self->file, remove_one, &reading) && records->len > 0) {
    record = g_ptr_array_steal_index (records, 0);
    record->picture = g_steal_pointer (&reading.picture);
  }
  g_clear_pointer (&reading.picture, g_bytes_unref);
  return record;
}

gboolean
phone_contact_db_is_writable (PhoneContactDb *self)
{
  return phone_database_is_writable (self->file);
}

guint
phone_contact_db_count_broken (PhoneContactDb *self)
{
  return phone_database_count_broken (self->file);
}
