/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A PhoneContactBook with a file of its own in a folder that goes with it. What is asked of
 * it is waited for.
 */
#pragma once

#include "phone-contacts.h"
#include "phone-error.h"

/** A vCard with these lines. */
#define CONTACTS_CARD(lines) "BEGIN:VCARD\nVERSION:3.0\n" lines "\nEND:VCARD\n"

typedef struct {
  char *folder;
  char *path;
  PhoneContactBook *book;
  guint removed; /* of the last ::items-changed */
  guint added;
  guint position;
} ContactsFixture;

void contacts_fixture_set_up (ContactsFixture *f, gconstpointer data);
void contacts_fixture_tear_down (ContactsFixture *f, gconstpointer data);
/** Makes the book, which loads meanwhile. */
void contacts_fixture_begin (ContactsFixture *f);
/** The same; loaded when it returns. */
void contacts_fixture_open (ContactsFixture *f);
void contacts_fixture_close (ContactsFixture *f);

/** Someone for work; @address may be NULL. Owned. */
PhoneContactRecord *contacts_fixture_make_record (const char *name, const char *address);
/** A GAsyncReadyCallback that keeps the result in @user_data (GAsyncResult **). */
void contacts_fixture_keep_result (GObject *source,
                                   GAsyncResult *result,
                                   gpointer user_data);
/** The answer comes by the main context, though all is done. */
void contacts_fixture_wait (ContactsFixture *f, GAsyncResult **result);

/** The id of who is saved, and in the list. Takes @record, as the next does. */
gint64 contacts_fixture_save (ContactsFixture *f, PhoneContactRecord *record);
void contacts_fixture_assert_not_saved (ContactsFixture *f,
                                        PhoneContactRecord *record,
                                        PhoneError code);
/** What it was; owned. */
PhoneContactRecord *contacts_fixture_take_out (ContactsFixture *f,
                                               gint64 id,
                                               GError **error);

/** "Ann Bob": who is in the list, in its order. */
void contacts_fixture_assert_names (ContactsFixture *f, const char *expected);
/** The same of what a search finds. */
void contacts_fixture_assert_found (ContactsFixture *f,
                                    const char *search,
                                    guint limit,
                                    const char *expected);
