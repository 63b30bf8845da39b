/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneSignIn: tries an account at its server, step by step, and tells each step.
 *
 * A GListModel of PhoneSignInStep, always the same PHONE_SIGN_IN_N_STEPS of them in their
 * order. It keeps nothing: what it registered is unregistered again, and whoever wants
 * the account adds it to the PhoneService afterwards. One object may run again and
 * again, one run at a time. Main context only.
 *
 * Without servers in the settings it looks for them: the service records of the domain,
 * then the usual addresses, one after the other; the first that registers is taken. A
 * certificate that is not trusted, and a server that refuses the account, end the
 * search, since there a person has to decide. Otherwise, when all have failed, the steps
 * tell of the one that came furthest.
 *
 *   running      boolean
 *   server       string   the address that is tried, or was last; NULL before
 *   tried        strv     those that were tried before it and failed
 *   fingerprint  string   SHA-256 of the certificate where that was the step that failed
 *                         and pinning it (:pinned-fingerprint) would help; else NULL
 */
#pragma once

#include "phone-account-config.h"
#include "phone-sign-in-step.h"

G_BEGIN_DECLS

/** For how long an address that is only guessed is waited for: not as one that was given. */
#define PHONE_SIGN_IN_GUESS_LIMIT_MS 4000

#define PHONE_TYPE_SIGN_IN (phone_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSignIn, phone_sign_in, PHONE, SIGN_IN, GObject)

/** @resolver: who is asked for service records; NULL: the system's. */
PhoneSignIn *phone_sign_in_new (GResolver *resolver);

gboolean phone_sign_in_is_running (PhoneSignIn *self);
const char *phone_sign_in_get_server (PhoneSignIn *self);
const char *const *phone_sign_in_get_tried (PhoneSignIn *self);
const char *phone_sign_in_get_fingerprint (PhoneSignIn *self);

/** Whether @config can be tried. Errors: as phone_account_config_validate(). */
gboolean phone_sign_in_validate (PhoneAccountConfig *config,
                                 const char **field,
                                 GError **error);

/** @config needs an address alone; where a server was looked for, it gets the one that
 * was found. @password may be NULL. */
void phone_sign_in_run_async (PhoneSignIn *self,
                              PhoneAccountConfig *config,
                              const char *password,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/** Errors: that of the step that failed; PHONE_ERROR_INVALID_SETTING before any step;
 * PHONE_ERROR_CANCELLED. */
gboolean phone_sign_in_run_finish (PhoneSignIn *self,
                                   GAsyncResult *result,
                                   GError **error);

G_END_DECLS
