/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* The calls beside the one in view, a thin row each: who, the state, and Swap, or Decline
 * and Answer where one rings. It is not visible where there is none. At the side it lists
 * the one in view as well, selected.
 *
 *   service  PhoneService, read-write, may be NULL
 *   call     the PhoneCall in view, read-write, may be NULL
 *   side     boolean, construct, FALSE: it is at the side
 *   fits     boolean, read-write, TRUE: there is room for it; FALSE: it is not visible
 *   in-call  boolean, read-only: one of them is more than ringing here
 *   ::selected (PhoneCall *call)   it should be in view now */

#define PHONE_TYPE_CALLS_STRIP (phone_calls_strip_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallsStrip, phone_calls_strip, PHONE, CALLS_STRIP, AdwBin)
