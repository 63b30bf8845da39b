/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneAgent: the pump between a SipUa and its transport. Private to phone/.
 *
 * It makes no decisions. What the transport tells goes into the agent, what the agent
 * puts out for the transport goes there, and everything else is told by ::output. One
 * GSource stands at the agent's deadline. Main context only.
 *
 *   ::output (const SipOutput *output)
 *
 * The output is borrowed and ends with the first command given to this object, which may
 * be given from inside the handler: what that brings about is told after it returned.
 *
 * Errors of all commands are in PHONE_ERROR.
 */
#pragma once

#include "phone-ladder.h"
#include "phone-transport.h"
#include "sip-ua.h"

G_BEGIN_DECLS

#define PHONE_TYPE_AGENT (phone_agent_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAgent, phone_agent, PHONE, AGENT, GObject)

/** The random source of @config is filled in here: the kernel's. NULL where the address of
 * record is no SIP URI with a user. */
PhoneAgent *phone_agent_new (const SipUaConfig *config, PhoneTransport *transport);

/** Why the flow went away the last time, PHONE_ERROR, or NULL; borrowed. */
const GError *phone_agent_get_flow_error (PhoneAgent *self);

/** The messages of a call, which go on to be added; NULL where it has none any more. Full. */
PhoneLadder *phone_agent_dup_ladder (PhoneAgent *self, SipSessionId session);

void phone_agent_start (PhoneAgent *self);
void phone_agent_stop (PhoneAgent *self);
/** What the flow runs over may be dead: opens another one. */
void phone_agent_network_changed (PhoneAgent *self);
/** Drops the flow at once, and says nothing more. */
void phone_agent_abandon (PhoneAgent *self);
void phone_agent_set_password (PhoneAgent *self,
                               const char *auth_user,
                               const char *password);

/** @session is set before any output about it is told. */
gboolean phone_agent_invite (PhoneAgent *self,
                             const char *uri,
                             const char *offer,
                             SipSessionId *session,
                             GError **error);
gboolean phone_agent_progress (PhoneAgent *self,
                               SipSessionId session,
                               guint status,
                               const char *body,
                               GError **error);
gboolean phone_agent_answer (PhoneAgent *self,
                             SipSessionId session,
                             const char *body,
                             GError **error);
gboolean phone_agent_reject (PhoneAgent *self,
                             SipSessionId session,
                             guint status,
                             GError **error);
/** @reason_text: nullable, for the Reason header (RFC 3326). */
gboolean phone_agent_hang_up (PhoneAgent *self,
                              SipSessionId session,
                              const char *reason_text,
                              GError **error);
gboolean phone_agent_reoffer (PhoneAgent *self,
                              SipSessionId session,
                              const char *offer,
                              GError **error);
gboolean phone_agent_answer_reoffer (PhoneAgent *self,
                                     SipSessionId session,
                                     guint status,
                                     const char *body,
                                     GError **error);
gboolean phone_agent_send_digit (PhoneAgent *self,
                                 SipSessionId session,
                                 char digit,
                                 guint duration_ms,
                                 GError **error);
gboolean phone_agent_transfer (PhoneAgent *self,
                               SipSessionId session,
                               const char *uri,
                               GError **error);
gboolean phone_agent_transfer_to (PhoneAgent *self,
                                  SipSessionId session,
                                  SipSessionId other,
                                  GError **error);
/** @followed is set before any output about it is told. */
gboolean phone_agent_accept_transfer (PhoneAgent *self,
                                      SipSessionId session,
                                      const char *offer,
                                      SipSessionId *followed,
                                      GError **error);
gboolean phone_agent_refuse_transfer (PhoneAgent *self,
                                      SipSessionId session,
                                      GError **error);

G_END_DECLS
