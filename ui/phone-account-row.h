/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* One stored account in a list: its name, its state in a word or why it is in trouble,
 * and the switch that enables it. Activated, it is to be edited. */

#define PHONE_TYPE_ACCOUNT_ROW (phone_account_row_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneAccountRow, phone_account_row, PHONE, ACCOUNT_ROW, AdwActionRow)

GtkWidget *phone_account_row_new (PhoneSession *session, PhoneAccountConfig *config);
PhoneAccountConfig *phone_account_row_get_config (PhoneAccountRow *self);
