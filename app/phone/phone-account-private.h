/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the service does with an account. Private to phone/.
 *
 *   ::incoming (PhoneCall *call)   it is in the list of calls already
 */
#pragma once

#include "phone-account.h"
#include "phone-equipment.h"
#include "phone-media-session.h"
#include "phone-service.h"
#include "sip-ua.h"

G_BEGIN_DECLS

/** @calls: where its calls are while they live; shared by all accounts, as @equipment,
 * without which it is a trial: it registers, and takes and makes no calls. */
PhoneAccount *phone_account_new (PhoneAccountConfig *config,
                                 const PhoneServiceOptions *options,
                                 GListStore *calls,
                                 PhoneEquipment *equipment);

/** For how long each server is waited for; 0: as the transport does. Before it registers. */
void phone_account_set_patience (PhoneAccount *self, guint handshake_timeout_ms);

/** Whether calls can be made of its settings. Errors: PHONE_ERROR. */
gboolean phone_account_check_media (PhoneAccount *self, GError **error);

/** The network changed, or the machine slept: registers over another flow. */
void phone_account_network_changed (PhoneAccount *self);

/** Calls that come from now on are :silenced. */
void phone_account_set_do_not_disturb (PhoneAccount *self, gboolean do_not_disturb);

/** Media for a call, by its settings. Full. Errors: PHONE_MEDIA_ERROR. */
PhoneMediaSession *phone_account_make_media (PhoneAccount *self, GError **error);

PhoneCall *phone_account_dial (PhoneAccount *self,
                               const char *target,
                               PhoneCallFlags flags,
                               GError **error);
/** The same for @uri, which the far end of @session asks us to call. */
PhoneCall *phone_account_follow (PhoneAccount *self,
                                 SipSessionId session,
                                 const char *uri,
                                 PhoneCallFlags flags,
                                 GError **error);

/** What a person types as a URI, relative to the account's domain. Owned. Errors:
 * PHONE_ERROR_INVALID_ADDRESS. */
char *phone_account_dup_dialled (PhoneAccount *self, const char *target, GError **error);

G_END_DECLS
