/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-contacts.h"

/* A contact that is made or changed, as a form. */

G_BEGIN_DECLS

#define PHONE_TYPE_CONTACT_DIALOG (phone_contact_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneContactDialog, phone_contact_dialog, PHONE, CONTACT_DIALOG, AdwWindow)

/* Takes @record: with the id 0 a new contact, which may have something in it. */
GtkWindow *phone_contact_dialog_new (GtkWindow *parent,
                                     PhoneContactBook *book,
                                     PhoneContactRecord *record);

G_END_DECLS
