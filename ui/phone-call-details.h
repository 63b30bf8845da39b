/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"

#include <adwaita.h>

/* What there is to know about a call: the last minute in four charts, the path and the
 * codecs, and its SIP messages, to copy or save. It follows the call while it lives, and
 * stays readable after. */

#define PHONE_TYPE_CALL_DETAILS (phone_call_details_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneCallDetails, phone_call_details, PHONE, CALL_DETAILS, AdwWindow)

/* Not shown yet. */
GtkWindow *phone_call_details_new (GtkWindow *parent, PhoneCall *call);
