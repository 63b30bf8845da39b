/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The preferences of accounts: this computer, and the stored accounts, each with its state
 * and a switch; to add, edit, export and import.
 *
 *   session  PhoneSession, construct */

#define PHONE_TYPE_ACCOUNTS_PAGE (phone_accounts_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneAccountsPage, phone_accounts_page, PHONE, ACCOUNTS_PAGE, AdwPreferencesPage)

AdwPreferencesPage *phone_accounts_page_new (PhoneSession *session);
