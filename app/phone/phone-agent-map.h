/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The words of the layers below, translated once into those of phone/: pure tables.
 */
#pragma once

#include "phone-enums.h"
#include "phone-error.h"
#include "phone-media-session.h"
#include "phone-ws-transport.h"
#include "sip-ua.h"

G_BEGIN_DECLS

SipFlowClose phone_flow_close_from_transport (PhoneTransportEnd end);

PhoneAccountStage phone_account_stage_from_ws (PhoneWsStage stage);

PhoneAccountState phone_account_state_from_sip (SipRegistrationState state);

/** Why a registration waits or was refused, for the status of @output or, where that is 0,
 * for the way the flow closed. Owned. */
GError *phone_error_from_registration (const SipOutput *output, gboolean has_password);

/** Takes an error of SIP_ERROR, gives one of PHONE_ERROR. */
GError *phone_error_take_sip (GError *error);

/** Takes an error of PHONE_MEDIA_ERROR, gives one of PHONE_ERROR. */
GError *phone_error_take_media (GError *error);

PhoneEndCause phone_end_cause_from_sip (SipEnd end, guint status);
PhoneEndCause phone_end_cause_from_media (PhoneMediaFailure failure);

/** The error of a call that came to nothing; NULL for an end that is none. Owned. */
GError *phone_error_from_end_cause (PhoneEndCause cause, const char *detail);

G_END_DECLS
