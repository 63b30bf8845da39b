/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneContactBook: whom one knows, as a GListModel of PhoneContact, by name in the user's
 * language. It is a file that outlives the program (SQLite, mode 0600); a worker thread
 * owns it, so that a slow, full or broken disk is never waited for here. Main context only.
 *
 * All contacts are held in memory, but for their pictures; they come soon after the book is
 * made. Somebody who is edited is another PhoneContact in the same list. What is asked for
 * is done in order, and the list shows what is in the file: a change that could not be
 * written is an error, and no change. A file that cannot be read is moved aside (".broken"
 * is added to its name), and a new one begun, which :problem tells.
 *
 * Contacts of the system's address books are in the list too (PhoneContact:book says which),
 * and cannot be changed.
 *
 * Properties (notify; read-only):
 *   loading    bool                    what is in the file is not in the list yet
 *   n-items    uint                    as the list model has
 *   problem    PhoneContactsProblem
 */
#pragma once

#include "phone-contact.h"

G_BEGIN_DECLS

/** A file of more is not read: PHONE_ERROR_TOO_LARGE. */
#define PHONE_CONTACTS_MAX_FILE_BYTES (64 * 1024 * 1024)

typedef enum {
  PHONE_CONTACTS_PROBLEM_NONE,
  PHONE_CONTACTS_PROBLEM_NOT_WRITTEN, /* the last change, or the last attempt to open */
  PHONE_CONTACTS_PROBLEM_MOVED_ASIDE, /* a new file was begun; stays until the end */
} PhoneContactsProblem;

#define PHONE_TYPE_CONTACTS_PROBLEM (phone_contacts_problem_get_type ())
GType phone_contacts_problem_get_type (void);

/** What came of an import: how many cards. */
typedef struct {
  guint added;
  guint changed;  /* those that were there, by their UID */
  guint known;    /* nothing new in them */
  guint left_out; /* without an address, broken, or beyond what a book may have */
} PhoneContactsImport;

/** Versions of vCard. */
typedef enum {
  PHONE_CONTACTS_VCARD_3, /* what nearly every program reads */
  PHONE_CONTACTS_VCARD_4,
} PhoneContactsFormat;

#define PHONE_TYPE_CONTACT_BOOK (phone_contact_book_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactBook, phone_contact_book, PHONE, CONTACT_BOOK, GObject)

/** @path: the file, which is made, with its folder, where it is not there. */
PhoneContactBook *phone_contact_book_new (const char *path);

gboolean phone_contact_book_is_loading (PhoneContactBook *self);
PhoneContactsProblem phone_contact_book_get_problem (PhoneContactBook *self);

/** NULL: there is none of that id. Borrowed. */
PhoneContact *phone_contact_book_get (PhoneContactBook *self, gint64 id);
/** @limit contacts at most that phone_contact_matches(), favourites first, each by name.
 * GPtrArray of PhoneContact; full. */
GPtrArray *phone_contact_book_find (PhoneContactBook *self,
                                    const char *search,
                                    guint limit);

/** Writes @record, which it takes, as a new contact (id 0) or in place of what it was. */
void phone_contact_book_save_async (PhoneContactBook *self,
                                    PhoneContactRecord *record,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/** The contact that is in the list now; full. Errors: PHONE_ERROR_INVALID_SETTING (no name
 * and no address), PHONE_ERROR_WRONG_STATE (of the system), PHONE_ERROR_NOT_FOUND (gone, or
 * the book is full), PHONE_ERROR_STORAGE. */
PhoneContact *phone_contact_book_save_finish (PhoneContactBook *self,
                                              GAsyncResult *result,
                                              GError **error);

void phone_contact_book_remove_async (PhoneContactBook *self,
                                      gint64 id,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/** What it was, with its picture: saved again (its id is 0), it is back. Owned. Errors:
 * PHONE_ERROR_WRONG_STATE, PHONE_ERROR_NOT_FOUND, PHONE_ERROR_STORAGE. */
PhoneContactRecord *phone_contact_book_remove_finish (PhoneContactBook *self,
                                                      GAsyncResult *result,
                                                      GError **error);

void phone_contact_book_load_picture_async (PhoneContactBook *self,
                                            gint64 id,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
/** PNG or JPEG, of a stranger maybe; NULL: it has none. Owned. No errors. */
GBytes *phone_contact_book_load_picture_finish (PhoneContactBook *self,
                                                GAsyncResult *result);

/** Adds what is in a file of vCards, in one go. A card whose UID is in the book takes the
 * place of what is there; one with a name and addresses that are there is known. */
void phone_contact_book_import_async (PhoneContactBook *self,
                                      GFile *file,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/** Errors: PHONE_ERROR_TOO_LARGE, PHONE_ERROR_STORAGE. */
gboolean phone_contact_book_import_finish (PhoneContactBook *self,
                                           GAsyncResult *result,
                                           PhoneContactsImport *import,
                                           GError **error);

/** Writes our own contacts as vCards in place of what @file was. */
void phone_contact_book_export_async (PhoneContactBook *self,
                                      GFile *file,
                                      PhoneContactsFormat format,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/** Errors: PHONE_ERROR_STORAGE. */
gboolean phone_contact_book_export_finish (PhoneContactBook *self,
                                           GAsyncResult *result,
                                           GError **error);

/** What is in the system's address book @book (a name for people) from now on: vCards as
 * they come, or NULL for an address book that is there no more. @key tells books of one
 * name apart. */
void phone_contact_book_set_system_cards (PhoneContactBook *self,
                                          const char *key,
                                          const char *book,
                                          const char *const *cards);

/* ---- For those who have no picture to draw meanwhile: they wait for the disk ---- */

/** Waits until all that was asked for is done and told. */
void phone_contact_book_flush (PhoneContactBook *self);

/** The same as those above, with the same errors. The contact is borrowed. */
PhoneContact *phone_contact_book_save (PhoneContactBook *self,
                                       PhoneContactRecord *record,
                                       GError **error);
gboolean phone_contact_book_remove (PhoneContactBook *self, gint64 id, GError **error);
gboolean phone_contact_book_import (PhoneContactBook *self,
                                    GFile *file,
                                    PhoneContactsImport *import,
                                    GError **error);
gboolean phone_contact_book_export (PhoneContactBook *self,
                                    GFile *file,
                                    PhoneContactsFormat format,
                                    GError **error);

G_END_DECLS
