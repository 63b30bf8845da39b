/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* One call while it lives and after: who, state in words, timer, pictures, and what can be
 * done. The controls keep their places; over a picture they fade when nothing is touched
 * for a while, and are there all the same for keys and for assistive technology.
 *
 *   call          PhoneCall, read-write, may be NULL
 *   service       PhoneService, read-write: the calls beside it
 *   faded         boolean, read-only
 *   ::dismissed   the ended call has been read
 *   ::call-again  the same address should be called again
 *   ::selected (PhoneCall *call)   another call should be in view
 *
 *   call.hang-up, call.mute, call.hold, call.transfer, call.full-screen   with Ctrl+D,
 *       Ctrl+M, Ctrl+H, Ctrl+T, F11
 *   call.add, call.details, call.accept-video, call.refuse-video, call.accept-transfer,
 *       call.refuse-transfer
 *
 * Digits that are typed go to the far end. */

#define PHONE_TYPE_CALL_PAGE (phone_call_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallPage, phone_call_page, PHONE, CALL_PAGE, AdwBin)
