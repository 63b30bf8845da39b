/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"

/* Finds the call that is meant in the service's list of calls. Full, or NULL. */

PhoneCall *phone_call_lookup_id (GListModel *calls, const char *id);

/* The one that has rung here the longest. */
PhoneCall *phone_call_lookup_ringing (GListModel *calls);

/* The one that was made or answered here and is talked in: one on hold only where there is
 * no other; the newest of several. */
PhoneCall *phone_call_lookup_current (GListModel *calls);
