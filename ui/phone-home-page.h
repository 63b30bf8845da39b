/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* Where one dials: the account's state and what to do where it is not reachable, one field
 * for an address, and how others reach this phone.
 *
 *   session                     PhoneSession, read-write
 *   ::dialled (PhoneCall *call) a call was begun
 *   ::toast (char *text)        something that needs no decision */

#define PHONE_TYPE_HOME_PAGE (phone_home_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneHomePage, phone_home_page, PHONE, HOME_PAGE, AdwBin)
