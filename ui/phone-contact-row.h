/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-contacts.h"

/* A contact in the list: face, name, first address, and what can be done with them.
 *
 *   contact   PhoneContact; may be NULL while the row is not used
 *
 *   ::call (string address)
 *   ::copy-address, ::edit, ::favourite, ::remove */

G_BEGIN_DECLS

#define PHONE_TYPE_CONTACT_ROW (phone_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactRow, phone_contact_row, PHONE, CONTACT_ROW, AdwBin)

PhoneContact *phone_contact_row_get_contact (PhoneContactRow *self);
/* @book reads its picture. */
void phone_contact_row_set_contact (PhoneContactRow *self,
                                    PhoneContactBook *book,
                                    PhoneContact *contact);

G_END_DECLS
