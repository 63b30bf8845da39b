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
 *   ::write-failed (GError *error)   what was changed could not be written by itself
 */
#pragma once

#include "phone-account-config.h"

G_BEGIN_DECLS

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

/** "urn:uuid:...", made once and kept in the file (RFC 5626 §4.1). */
const char *phone_settings_get_instance_id (PhoneSettings *self);

G_END_DECLS
