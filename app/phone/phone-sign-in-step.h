/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneSignInStep: one line of the checklist of PhoneSignIn. Main context only.
 * Properties (all notify, read-only):
 *   kind    PhoneSignInKind
 *   state   PhoneSignInState
 *   detail  string  what was found or is tried: host names, addresses; not for translation.
 *                   PHONE_SIGN_IN_SERVICE is DONE without one where there are no records:
 *                   the usual addresses are tried
 *   error   boxed GError (PHONE_ERROR): why it FAILED, or why no records could be looked
 *           up; may be NULL
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** In the order in which they are done. */
typedef enum {
  PHONE_SIGN_IN_SERVICE,    /* service records of the domain (RFC 2782, RFC 3263 §4.2) */
  PHONE_SIGN_IN_NAME,       /* the address of the server's host */
  PHONE_SIGN_IN_CONNECTION, /* TCP */
  PHONE_SIGN_IN_CERTIFICATE, /* TLS */
  PHONE_SIGN_IN_WEBSOCKET,   /* RFC 6455 */
  PHONE_SIGN_IN_SUBPROTOCOL, /* "sip" (RFC 7118 §3) */
  PHONE_SIGN_IN_REGISTRATION,
  PHONE_SIGN_IN_N_STEPS
} PhoneSignInKind;

typedef enum {
  PHONE_SIGN_IN_PENDING,
  PHONE_SIGN_IN_RUNNING,
  PHONE_SIGN_IN_DONE,
  PHONE_SIGN_IN_SKIPPED, /* has no meaning here */
  PHONE_SIGN_IN_FAILED,
} PhoneSignInState;

#define PHONE_TYPE_SIGN_IN_KIND (phone_sign_in_kind_get_type ())
#define PHONE_TYPE_SIGN_IN_STATE (phone_sign_in_state_get_type ())
GType phone_sign_in_kind_get_type (void);
GType phone_sign_in_state_get_type (void);

#define PHONE_TYPE_SIGN_IN_STEP (phone_sign_in_step_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSignInStep, phone_sign_in_step, PHONE, SIGN_IN_STEP, GObject)

PhoneSignInKind phone_sign_in_step_get_kind (PhoneSignInStep *self);
PhoneSignInState phone_sign_in_step_get_state (PhoneSignInStep *self);
const char *phone_sign_in_step_get_detail (PhoneSignInStep *self);
const GError *phone_sign_in_step_get_error (PhoneSignInStep *self);

/* For PhoneSignIn. */
PhoneSignInStep *phone_sign_in_step_new (PhoneSignInKind kind);
/** @detail and @error are copied; both may be NULL. */
void phone_sign_in_step_set (PhoneSignInStep *self,
                             PhoneSignInState state,
                             const char *detail,
                             const GError *error);

G_END_DECLS
