/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* The keys of a telephone, 3 by 4, with letters under the digits: for dialling, and for
 * digits in a call.
 *
 *   ::digit (guchar digit)   '0' to '9', '*', '#'; '+' where 0 is pressed for long */

#define PHONE_TYPE_KEYPAD (phone_keypad_get_type ())
G_DECLARE_FINAL_TYPE (PhoneKeypad, phone_keypad, PHONE, KEYPAD, AdwBin)

/* From now on digits, * and # that are typed anywhere in the window are this keypad's, as
 * long as page is shown and nothing else in the window wants them (a text field does), be
 * the keypad itself shown or not. The keypad is in page. */
void phone_keypad_listen (PhoneKeypad *self, GtkWidget *page);
