/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* Asks for a person, to whom a call is handed on or who is called as well; a call can be
 * handed on to whom one speaks with in another one, too (attended). What goes wrong is
 * told in the dialog, which stays then.
 *
 *   ::dialled (PhoneCall *call)   somebody is called */

#define PHONE_TYPE_PERSON_DIALOG (phone_person_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    PhonePersonDialog, phone_person_dialog, PHONE, PERSON_DIALOG, AdwWindow)

/* Hands call on. Not shown yet. */
GtkWindow *phone_person_dialog_new_transfer (GtkWindow *parent,
                                             PhoneService *service,
                                             PhoneCall *call);
/* Calls somebody with the account of call. Not shown yet. */
GtkWindow *phone_person_dialog_new_add (GtkWindow *parent,
                                        PhoneService *service,
                                        PhoneCall *call);
