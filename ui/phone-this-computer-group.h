/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The exchange inside: its link for a browser, from where it may be called, and what a
 * browser will show of its certificate.
 *
 *   session   PhoneSession
 *   optional  boolean: there is a switch for the whole of it */

#define PHONE_TYPE_THIS_COMPUTER_GROUP (phone_this_computer_group_get_type ())
G_DECLARE_FINAL_TYPE (PhoneThisComputerGroup,
                      phone_this_computer_group,
                      PHONE,
                      THIS_COMPUTER_GROUP,
                      AdwPreferencesGroup)
