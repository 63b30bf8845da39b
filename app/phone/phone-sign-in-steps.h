/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The checklist of a PhoneSignIn: what it shows of how far one server has come. Private to
 * phone/.
 */
#pragma once

#include "phone-enums.h"
#include "phone-sign-in-step.h"

G_BEGIN_DECLS

/** All borrowed. */
typedef struct {
  const char *server;
  const char *aor;
  const char *fingerprint; /* of the certificate that it showed; nullable */
} PhoneSignInAttempt;

/** Of PhoneSignInStep, one of each kind, all PENDING. Full. */
GPtrArray *phone_sign_in_steps_new (void);

/** All before @kind are done, it is in @state, and what follows is still to come. @error is
 * that of @kind; nullable. */
void phone_sign_in_steps_show (GPtrArray *steps,
                               const PhoneSignInAttempt *attempt,
                               PhoneSignInKind kind,
                               PhoneSignInState state,
                               const GError *error);

/** The step at which an account of this stage is. */
PhoneSignInKind phone_sign_in_steps_find (PhoneAccountStage stage);

G_END_DECLS
