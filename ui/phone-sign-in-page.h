/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The short form for an account at a server. What fails is told beneath the fields, which
 * keep what was typed.
 *
 *   session  PhoneSession, read-write
 *   busy     bool, while the server is asked
 *   problem  string, a sentence; "" for none
 *   ::done   signed in, or gone back
 *
 *   sign-in.back   with Escape */

#define PHONE_TYPE_SIGN_IN_PAGE (phone_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSignInPage, phone_sign_in_page, PHONE, SIGN_IN_PAGE, AdwBin)
