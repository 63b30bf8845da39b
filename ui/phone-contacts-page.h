/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-session.h"

/* The view of whom one knows: search, call, add, edit, delete with a way back, and files of
 * cards in and out.
 *
 *   session   PhoneSession, read-write
 *
 *   ::dialled (PhoneCall)
 *   ::toast (string text) */

G_BEGIN_DECLS

#define PHONE_TYPE_CONTACTS_PAGE (phone_contacts_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneContactsPage, phone_contacts_page, PHONE, CONTACTS_PAGE, AdwBin)

G_END_DECLS
