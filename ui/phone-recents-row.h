/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* One call of the past: who, which way, what came of it and when.
 *
 *   entry  PhoneHistoryEntry, read-write; may be NULL
 *   title  string: their name in the contacts, or as the entry has it
 *
 *   ::call-back, ::add-to-contacts, ::copy-address, ::remove ()
 *          the user wants it of :entry */

#define PHONE_TYPE_RECENTS_ROW (phone_recents_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneRecentsRow, phone_recents_row, PHONE, RECENTS_ROW, AdwBin)

PhoneHistoryEntry *phone_recents_row_get_entry (PhoneRecentsRow *self);
void phone_recents_row_set_entry (PhoneRecentsRow *self, PhoneHistoryEntry *entry);
/* Which knows the contacts. */
void phone_recents_row_set_service (PhoneRecentsRow *self, PhoneService *service);
