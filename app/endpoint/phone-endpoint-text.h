/* SPDX-License-Identifier: GPL-3.0-or-later */
/** A plain English sentence for what accounts and calls can come to: for reports, which
 * are not translated, since pipelines read them. Static, never NULL. */
#pragma once

#include "phone-enums.h"
#include "phone-error.h"
#include "phone-media-stats.h"

G_BEGIN_DECLS

const char *phone_endpoint_text_error (PhoneError code);
const char *phone_endpoint_text_end_cause (PhoneEndCause cause);
const char *phone_endpoint_text_call_state (PhoneCallState state);
const char *phone_endpoint_text_silence (PhoneMediaSilence silence);

G_END_DECLS
