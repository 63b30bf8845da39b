/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneContactList: contacts in their order, as a GListModel, found by their ids. What
 * changes in it changes in place where that can be told: a row that is looked at stays.
 * Main context only. Private to the book.
 */
#pragma once

#include "phone-contact.h"

G_BEGIN_DECLS

#define PHONE_TYPE_CONTACT_LIST (phone_contact_list_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactList, phone_contact_list, PHONE, CONTACT_LIST, GObject)

PhoneContactList *phone_contact_list_new (void);

/** NULL: there is none of that id. Borrowed. */
PhoneContact *phone_contact_list_get (PhoneContactList *self, gint64 id);

/** Takes out those of the ids in @removed (GArray of gint64, may be NULL), and takes
 * @records (GPtrArray of PhoneContactRecord, which is empty then), also in the place of
 * those with the same ids. */
void phone_contact_list_take (PhoneContactList *self,
                              const GArray *removed,
                              GPtrArray *records);

/** Nothing where there is none. */
void phone_contact_list_remove (PhoneContactList *self, gint64 id);

/** All but those of the system's address books. */
void phone_contact_list_forget_own (PhoneContactList *self);

G_END_DECLS
