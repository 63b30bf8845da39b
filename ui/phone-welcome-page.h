/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The first page where nothing is set up: use this computer, or sign in. The first of
 * them goes on to the link for a browser; the second is win.sign-in.
 *
 *   session   PhoneSession
 *   ::chosen  this computer was chosen: the page stays until ::done
 *   ::done    the link was seen */

#define PHONE_TYPE_WELCOME_PAGE (phone_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneWelcomePage, phone_welcome_page, PHONE, WELCOME_PAGE, AdwBin)
