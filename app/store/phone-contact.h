/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneContact: a person, or a place, with the addresses to call it at.
 *
 * It does not change once it is there: a PhoneContactBook puts another in its place where
 * somebody edits it. All text is literal and may come from strangers (an imported card).
 *
 * Properties (read-only, constant):
 *   id            int64   of our own book: > 0, never reused; of a book of the system: < 0,
 *                         and another one after the next start
 *   name          string  never ""
 *   organisation  string  "" where there is none
 *   note          string  "" where there is none
 *   favourite     bool
 *   has-picture   bool    phone_contact_book_load_picture_async() reads it
 *   book          string  name of the system's address book it is in, where it cannot be
 *                         changed; NULL for our own
 *   address       string  the first one
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_CONTACT_MAX_TEXT_BYTES 1024
#define PHONE_CONTACT_MAX_NOTE_BYTES 8192
#define PHONE_CONTACT_MAX_ADDRESSES 32
#define PHONE_CONTACT_MAX_PICTURE_BYTES (512 * 1024)
/** A character may be many when it is folded: what is behind these is not searched. */
#define PHONE_CONTACT_MAX_FOLDED_BYTES (16 * 1024)

/** What an address is for. The numbers are in files of people: they never change. */
typedef enum {
  PHONE_ADDRESS_OTHER = 0,
  PHONE_ADDRESS_WORK = 1,
  PHONE_ADDRESS_HOME = 2,
  PHONE_ADDRESS_MOBILE = 3,
} PhoneAddressKind;

#define PHONE_TYPE_ADDRESS_KIND (phone_address_kind_get_type ())
/** The nicks are part of the endpoint's protocol. */
GType phone_address_kind_get_type (void);

/** "sip:bob@example.org", "bob@example.org", "+49 30 1234": as somebody wrote it. */
typedef struct {
  PhoneAddressKind kind;
  char *address;
} PhoneContactAddress;

/** The values of a contact, owned by whoever holds it. */
typedef struct {
  gint64 id;          /* 0: not in the book yet */
  char *uid;          /* of the vCard (RFC 6350 §6.7.6); NULL: the book gives one */
  char *name;         /* NULL or "": its organisation, or its first address */
  char *organisation; /* may be NULL */
  char *note;         /* may be NULL */
  char *book;         /* as the property */
  gboolean is_favourite;
  gboolean has_picture;
  GBytes *picture;      /* PNG or JPEG; NULL with has_picture: as it is in the book */
  GPtrArray *addresses; /* of PhoneContactAddress, the preferred one first */

  /* Made by phone_contact_record_prepare(). */
  char *folded;   /* what a search looks into */
  char *sort_key; /* by the language's rules */
} PhoneContactRecord;

PhoneContactRecord *phone_contact_record_new (void);
PhoneContactRecord *phone_contact_record_copy (const PhoneContactRecord *record);
void phone_contact_record_free (PhoneContactRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneContactRecord, phone_contact_record_free)

void phone_contact_record_add_address (PhoneContactRecord *record,
                                       PhoneAddressKind kind,
                                       const char *address);

/** The picture that is in @file, PNG or JPEG; waits for the disk. Errors:
 * PHONE_ERROR_STORAGE, PHONE_ERROR_TOO_LARGE, PHONE_ERROR_INVALID_SETTING (no picture). */
gboolean phone_contact_record_read_picture (PhoneContactRecord *record,
                                            GFile *file,
                                            GError **error);

/** Brings it into the form that contacts have: valid text within the limits, no address
 * twice or empty, a name. FALSE: it has neither a name nor an address. Any thread. */
gboolean phone_contact_record_prepare (PhoneContactRecord *record);

#define PHONE_TYPE_CONTACT (phone_contact_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContact, phone_contact, PHONE, CONTACT, GObject)

/** Takes @record, which is prepared, and lets go of its picture. */
PhoneContact *phone_contact_new (PhoneContactRecord *record);

gint64 phone_contact_get_id (PhoneContact *self);
const char *phone_contact_get_name (PhoneContact *self);
const char *phone_contact_get_organisation (PhoneContact *self);
const char *phone_contact_get_note (PhoneContact *self);
const char *phone_contact_get_book (PhoneContact *self);
gboolean phone_contact_is_favourite (PhoneContact *self);
gboolean phone_contact_has_picture (PhoneContact *self);
guint phone_contact_get_n_addresses (PhoneContact *self);
/** "" where there are not so many. */
const char *phone_contact_get_address (PhoneContact *self, guint index);
PhoneAddressKind phone_contact_get_kind (PhoneContact *self, guint index);
/** What it is made of, without the picture; a copy to be changed and saved. Owned. */
PhoneContactRecord *phone_contact_dup_record (PhoneContact *self);

/** What phone_contact_matches() looks for, made once for many; NULL or "": nothing, which
 * everybody has. Owned. */
char **phone_contact_split_search (const char *search);
/** Whether name, organisation and addresses together have all these words (any case;
 * numbers also without what separates their digits). */
gboolean phone_contact_matches (PhoneContact *self, char *const *words);
/** The order of a list: by name in the user's language, then by age. For qsort(). */
int phone_contact_compare (PhoneContact *a, PhoneContact *b);

G_END_DECLS
