/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the account that owns a call does with it. Private to phone/.
 */
#pragma once

#include "phone-agent.h"
#include "phone-call.h"
#include "phone-media-session.h"

G_BEGIN_DECLS

/** Private signal of PhoneCall, ::takes-floor: the user answers it, or takes it back from
 * hold. */
void phone_call_take_floor (PhoneCall *self);

/** A call that dials @uri as soon as its offer is made. @agent: NULL where the account is
 * not connected, and then the call comes to nothing. @asked_by: the session whose far end
 * asks for it (RFC 3515), or 0. Takes references. */
PhoneCall *phone_call_new_outgoing (PhoneAccount *account,
                                    PhoneAgent *agent,
                                    PhoneMediaSession *media,
                                    const char *uri,
                                    PhoneCallFlags flags,
                                    SipSessionId asked_by);

/** A call that rings; @output is the SIP_OUTPUT_INCOMING it comes from, and @media knows
 * the offer already where there was one. @replaced: the call it would go on from, or
 * NULL. */
PhoneCall *phone_call_new_incoming (PhoneAccount *account,
                                    PhoneAgent *agent,
                                    PhoneMediaSession *media,
                                    const SipOutput *output,
                                    PhoneCall *replaced);

/** Whom the user knows the far end as; NULL: not in the book. */
void phone_call_set_contact (PhoneCall *self, PhoneContact *contact);

/** It came under Do Not Disturb; before it is told of. */
void phone_call_silence (PhoneCall *self);

/** The network changed: another path for its media is looked for. */
void phone_call_network_changed (PhoneCall *self);

/** 0 while there is none. */
SipSessionId phone_call_get_session (PhoneCall *self);

/** What the agent puts out about this call's session. */
void phone_call_take_output (PhoneCall *self, const SipOutput *output);

G_END_DECLS
