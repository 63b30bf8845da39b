/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneAccount: one account at one server, as a person sees it.
 *
 * Made by PhoneService from a PhoneAccountConfig. Main context only. Properties (all
 * notify, read-only):
 *   config         PhoneAccountConfig
 *   state          PhoneAccountState
 *   error          boxed GError (PHONE_ERROR): why it is WAITING or REFUSED; may be NULL
 *   status         uint   SIP status of that error where there was one, else 0
 *   retry-at       int64 monotonic us of the next attempt; 0 if none is planned
 *   stage          PhoneAccountStage  how far the connection has come, or came
 *   server         string  the address that is, or was last, tried
 *   registered-ms  int   how long the last start took until REGISTERED; -1 before
 */
#pragma once

#include <gio/gio.h>

#include "phone-account-config.h"
#include "phone-enums.h"

G_BEGIN_DECLS

#define PHONE_TYPE_ACCOUNT (phone_account_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAccount, phone_account, PHONE, ACCOUNT, GObject)

PhoneAccountConfig *phone_account_get_config (PhoneAccount *self);
PhoneAccountState phone_account_get_state (PhoneAccount *self);
const GError *phone_account_get_error (PhoneAccount *self);
guint phone_account_get_status (PhoneAccount *self);
gint64 phone_account_get_retry_at (PhoneAccount *self);
PhoneAccountStage phone_account_get_stage (PhoneAccount *self);
const char *phone_account_get_server (PhoneAccount *self);
/** SHA-256 of the certificate that this server showed, upper case with colons, or NULL:
 * what a person may pin when :error is about a certificate. */
const char *phone_account_get_peer_fingerprint (PhoneAccount *self);
int phone_account_get_registered_ms (PhoneAccount *self);

/** Connects and registers; where it waits or was refused, tries now. */
void phone_account_register (PhoneAccount *self);
/** Ends its calls, unregisters and disconnects. */
void phone_account_unregister (PhoneAccount *self);
/** Held in memory only, never written by this object; NULL forgets it. */
void phone_account_set_password (PhoneAccount *self, const char *password);
/** The same for the account's TURN servers; it counts from the next call on. */
void phone_account_set_turn_password (PhoneAccount *self, const char *password);

G_END_DECLS
