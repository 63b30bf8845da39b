/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

/* What is signed in: it joins the service, the stored accounts and the keyring, and keeps
 * none of their state. Without a stored account it starts the exchange inside.
 *
 *   service  PhoneService, construct
 *   account  PhoneAccount that calls are made with; NULL until there is one
 *   problem  boxed GError of starting, storing or the keyring; NULL where all is well
 *
 * At most one account at a server is kept. Main context only. */

#define PHONE_TYPE_SESSION (phone_session_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSession, phone_session, PHONE, SESSION, GObject)

PhoneSession *phone_session_new (PhoneService *service);

PhoneService *phone_session_get_service (PhoneSession *self);
PhoneAccount *phone_session_get_account (PhoneSession *self);

/* Reads what is stored and signs in to it, or starts the exchange inside. Once. */
void phone_session_start (PhoneSession *self);

/* Signs in to a server, and on success keeps the account, and its password in the
 * keyring, in place of the one before. Errors: why the server could not be reached or
 * refused, PHONE_ERROR_INVALID_SETTING, PHONE_ERROR_CANCELLED; nothing is kept then. That
 * the password could not be kept is no error of this, but a :problem. */
void phone_session_sign_in_async (PhoneSession *self,
                                  const char *server,
                                  const char *address,
                                  const char *password,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean phone_session_sign_in_finish (PhoneSession *self,
                                       GAsyncResult *result,
                                       GError **error);

/* Forgets the stored account and its password, and starts the exchange inside. */
void phone_session_sign_out (PhoneSession *self);
/* Whether there is a stored account to sign out of. */
gboolean phone_session_is_signed_in (PhoneSession *self);
