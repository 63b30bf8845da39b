/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneSettings: the accounts and choices that outlive the program.
 *
 * One key file, "phone/accounts.ini" in the user's configuration folder, mode 0600,
 * replaced as a whole so that a crash leaves the old or the new one. It holds no secret
 * (see phone-secrets.h). A GListModel of PhoneAccountConfig in the user's order. Main
 * context only. A change of an account in the list is written by itself after a moment;
 * phone_settings_flush() writes at once.
 *
 * A file that cannot be read is moved aside to "accounts.ini.broken", never overwritten,
 * and told by phone_settings_load().
 *
 *   reach            PhoneReach  from where the exchange inside may be called
 *   exchange-port    uint        where it listened last, so that a link stays good; 0: none
 *   default-account  string      the id of the account to dial with, or
 *                                PHONE_SETTINGS_INSIDE; NULL: whichever comes first
 *
 *   ::write-failed (GError *error)   what was changed could not be written by itself
 */
#pragma once

#include "phone-account-config.h"

G_BEGIN_DECLS

/** From where the exchange that runs inside the program ("this computer") may be called. */
typedef enum {
  PHONE_REACH_NONE,     /* it does not run */
  PHONE_REACH_COMPUTER, /* from programs on this computer: loopback */
  PHONE_REACH_NETWORK,  /* from every network of this computer, by HTTPS and WSS */
} PhoneReach;

#define PHONE_TYPE_REACH (phone_reach_get_type ())
GType phone_reach_get_type (void);

/** Stands for the account of the exchange inside, which has no stored id. */
#define PHONE_SETTINGS_INSIDE "inside"

#define PHONE_TYPE_SETTINGS (phone_settings_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSettings, phone_settings, PHONE, SETTINGS, GObject)

/** @path: the key file; NULL: the one in the user's configuration folder. Reads nothing:
 * phone_settings_load() comes before anything is added. */
PhoneSettings *phone_settings_new (const char *path);

/** Replaces the list by what is in the file; no file is an empty list. Errors:
 * PHONE_ERROR_STORAGE; the list is empty then and the phone goes on. */
gboolean phone_settings_load (PhoneSettings *self, GError **error);
/** Writes what is not written yet. Errors: PHONE_ERROR_STORAGE; tried again at the next
 * change. */
gboolean phone_settings_flush (PhoneSettings *self, GError **error);

/** A new account that carries this installation's instance id; not in the list. Full. */
PhoneAccountConfig *phone_settings_new_account (PhoneSettings *self);
/** Appends it; one whose id is in the list already is not added again. */
void phone_settings_add (PhoneSettings *self, PhoneAccountConfig *config);
/** Its passwords stay until phone_secrets_forget_async(). */
void phone_settings_remove (PhoneSettings *self, PhoneAccountConfig *config);
/** The account with @id, or NULL; borrowed. */
PhoneAccountConfig *phone_settings_find (PhoneSettings *self, const char *id);

PhoneReach phone_settings_get_reach (PhoneSettings *self);
guint phone_settings_get_exchange_port (PhoneSettings *self);
const char *phone_settings_get_default_account (PhoneSettings *self);

G_END_DECLS
