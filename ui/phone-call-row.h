/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"

#include <adwaita.h>

/* One row of PhoneCallsStrip. Its buttons activate that one's actions with the call's id:
 * calls.swap, calls.answer, calls.decline, calls.end, calls.show.
 *
 *   call     PhoneCall, construct
 *   in-view  bool, read-write: it is the one on the page, with which there is no swap */

#define PHONE_TYPE_CALL_ROW (phone_call_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallRow, phone_call_row, PHONE, CALL_ROW, GtkListBoxRow)

GtkWidget *phone_call_row_new (PhoneCall *call);
