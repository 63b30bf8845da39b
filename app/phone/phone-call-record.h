/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What is kept of a call when it is over.
 */
#pragma once

#include "phone-call.h"
#include "phone-history-entry.h"

G_BEGIN_DECLS

/** What a call comes to. @was_answered: by a person, on this side or the other. A ringing
 * call that was refused as busy is one that its caller could not get through with: missed. */
PhoneHistoryOutcome phone_history_outcome_of (PhoneDirection direction,
                                              PhoneEndCause cause,
                                              gboolean was_answered,
                                              gboolean was_busy);

/** @call is ENDED; full. */
PhoneHistoryRecord *phone_call_make_record (PhoneCall *call);

G_END_DECLS
