/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* One account to be edited, in a window of its own above the preferences. Nothing changes
 * before Save; what cannot be right is told beneath its field as it is typed. */

#define PHONE_TYPE_ACCOUNT_PAGE (phone_account_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneAccountPage, phone_account_page, PHONE, ACCOUNT_PAGE, AdwWindow)

/* @config NULL: a new account. */
GtkWindow *phone_account_page_new (GtkWindow *parent,
                                   PhoneSession *session,
                                   PhoneAccountConfig *config);
