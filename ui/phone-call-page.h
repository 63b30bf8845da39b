/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"

#include <adwaita.h>

/* One call while it lives and after: who, state in words, timer, pictures, and what can be
 * done. The controls keep their places.
 *
 *   call          PhoneCall, read-write, may be NULL
 *   ::dismissed   the ended call has been read
 *   ::call-again  the same address should be called again
 *
 *   call.hang-up, call.mute   with Ctrl+D and Ctrl+M */

#define PHONE_TYPE_CALL_PAGE (phone_call_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallPage, phone_call_page, PHONE, CALL_PAGE, AdwBin)
