/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"
#include "phone-settings.h"

/* What is signed in: it joins the service, the stored accounts and the keyring, and keeps
 * none of their state. Each stored account that is enabled is registered, and the
 * exchange inside runs where the user chose so. Main context only.
 *
 *   service   PhoneService, construct
 *   settings  PhoneSettings: the list of the stored accounts, in their order
 *   account   PhoneAccount to dial with where nobody chooses: the user's default, else the
 *             first; NULL where there is none
 *   reach     PhoneReach, read-write: from where the exchange inside may be called
 *   empty     boolean: there is neither a stored account nor the exchange inside
 *   problem   boxed GError of starting, storing or the keyring; NULL where all is well */

#define PHONE_TYPE_SESSION (phone_session_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSession, phone_session, PHONE, SESSION, GObject)

PhoneSession *phone_session_new (PhoneService *service);

PhoneService *phone_session_get_service (PhoneSession *self);
PhoneSettings *phone_session_get_settings (PhoneSession *self);
PhoneAccount *phone_session_get_account (PhoneSession *self);
gboolean phone_session_is_empty (PhoneSession *self);

/* Reads what is stored, and signs in to it. Once. */
void phone_session_start (PhoneSession *self);

/* The account at the server that is made of @config; NULL where that is not enabled. */
PhoneAccount *phone_session_find_account (PhoneSession *self, PhoneAccountConfig *config);
/* Makes @account the one to dial with, now and after the next start. */
void phone_session_set_account (PhoneSession *self, PhoneAccount *account);

/* Stores @config, which is either in the settings or new there, and signs in with it. A
 * password that is NULL stays as it is; another goes to the keyring, and that it could
 * not be kept is a :problem. While the account is in a call the new settings wait for its
 * end. */
void phone_session_keep (PhoneSession *self,
                         PhoneAccountConfig *config,
                         const char *password,
                         const char *turn_password);
/* The same account once more, disabled until it was looked through, with the passwords
 * of the first. Borrowed. */
PhoneAccountConfig *phone_session_duplicate (PhoneSession *self,
                                             PhoneAccountConfig *config);
/* Signs out, and forgets the account and its passwords. */
void phone_session_remove (PhoneSession *self, PhoneAccountConfig *config);
