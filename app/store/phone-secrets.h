/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Passwords, in the desktop's keyring and nowhere else (libsecret: the Secret Service,
 * or the Secret portal inside a sandbox).
 *
 * Asynchronous functions without an object; main context only. Whatever the keyring does
 * (it may show a prompt and wait for a person), each is answered within 10 s, and what
 * comes later is thrown away. There is no fallback in plain text.
 *
 * Errors: PHONE_ERROR_KEYRING_UNAVAILABLE (no service, or it failed),
 * PHONE_ERROR_KEYRING_LOCKED (locked; the prompt was dismissed or not answered in time),
 * PHONE_ERROR_CANCELLED.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  PHONE_SECRET_SIP,  /* the password of the account at its server */
  PHONE_SECRET_TURN, /* the password of :turn-user */
} PhoneSecretPurpose;

#define PHONE_SECRETS_TIMEOUT_MS 10000

/** @label: what the keyring's own program shows to the user. */
void phone_secrets_store_async (const char *account_id,
                                PhoneSecretPurpose purpose,
                                const char *label,
                                const char *password,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean phone_secrets_store_finish (GAsyncResult *result, GError **error);

void phone_secrets_lookup_async (const char *account_id,
                                 PhoneSecretPurpose purpose,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/** The password, freed by phone_secrets_free(); NULL without @error: none is kept. */
char *phone_secrets_lookup_finish (GAsyncResult *result, GError **error);
/** Overwrites before it frees; NULL is allowed. */
void phone_secrets_free (char *password);

/** Removes every password of the account. Without any it succeeds. */
void phone_secrets_forget_async (const char *account_id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean phone_secrets_forget_finish (GAsyncResult *result, GError **error);

G_END_DECLS
