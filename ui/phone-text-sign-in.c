/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include <glib/gi18n.h>

const char *
phone_text_sign_in_kind (PhoneSignInKind kind)
{
  switch (kind) {
  case PHONE_SIGN_IN_SERVICE:
    return C_ ("step of signing in", "Finding the server");
  case PHONE_SIGN_IN_NAME:
    return C_ ("step of signing in", "Name");
  case PHONE_SIGN_IN_CONNECTION:
    return C_ ("step of signing in", "Connection");
  case PHONE_SIGN_IN_CERTIFICATE:
    return C_ ("step of signing in", "Certificate");
  case PHONE_SIGN_IN_WEBSOCKET:
    return C_ ("step of signing in", "WebSocket");
  case PHONE_SIGN_IN_SUBPROTOCOL:
    return C_ ("step of signing in", "SIP over WebSocket");
  case PHONE_SIGN_IN_REGISTRATION:
    return C_ ("step of signing in", "Signing in");
  case PHONE_SIGN_IN_N_STEPS:
    break;
  }
  return "";
}

static const char *
done_text (PhoneSignInKind kind, const char *detail, const GError *error)
{
  if (kind == PHONE_SIGN_IN_SERVICE && detail == NULL)
    return error != NULL ? _ ("Service records could not be looked up. The usual "
                              "addresses are tried.")
                         : _ ("There are no service records. The usual addresses are "
                              "tried.");
  return detail != NULL ? detail : "";
}

char *
phone_text_dup_sign_in_step (PhoneSignInKind kind,
                             PhoneSignInState state,
                             const char *detail,
                             const GError *error)
{
  const char *text = "";

  switch (state) {
  case PHONE_SIGN_IN_PENDING:
    break;
  case PHONE_SIGN_IN_RUNNING:
    text = detail != NULL ? detail : "";
    break;
  case PHONE_SIGN_IN_DONE:
    text = done_text (kind, detail, error);
    break;
  case PHONE_SIGN_IN_SKIPPED:
    text = kind == PHONE_SIGN_IN_CERTIFICATE
               ? _ ("None: the way to this server is not protected.")
               : _ ("Not needed: the address was given.");
    break;
  case PHONE_SIGN_IN_FAILED:
    return g_strdup (phone_text_error (error));
  }
  return phone_text_dup_literal (text);
}
