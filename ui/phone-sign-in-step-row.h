/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sign-in-step.h"

#include <adwaita.h>

/* One line of the checklist: a tick, a spinner or a cross, what is done, and beneath it
 * what was found or why it stopped. */

#define PHONE_TYPE_SIGN_IN_STEP_ROW (phone_sign_in_step_row_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneSignInStepRow, phone_sign_in_step_row, PHONE, SIGN_IN_STEP_ROW, AdwActionRow)

GtkWidget *phone_sign_in_step_row_new (PhoneSignInStep *step);
