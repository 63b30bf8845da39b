/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* A call that rings here: who, and Answer and Decline. The page itself takes the focus, so
 * that no key that was meant for another page answers or declines.
 *
 *   call                     PhoneCall, read-write, may be NULL
 *   service                  PhoneService, read-write: the calls beside it
 *   ::answered (guint flags) PhoneCallFlags with which it should be answered
 *   ::selected (PhoneCall *call)   another call should be in view */

#define PHONE_TYPE_INCOMING_PAGE (phone_incoming_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneIncomingPage, phone_incoming_page, PHONE, INCOMING_PAGE, AdwBin)
