/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in-steps.h"

GPtrArray *
phone_sign_in_steps_new (void)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < PHONE_SIGN_IN_N_STEPS; i++)
    g_ptr_array_add (steps, phone_sign_in_step_new (i));
  return steps;
}

static gboolean
is_protected (const char *server)
{
  return g_ascii_strncasecmp (server, "wss:", 4) == 0;
}

/* What a step is about, at @server. */
static char *
dup_detail (const PhoneSignInAttempt *attempt, PhoneSignInKind kind)
{
  const char *server = attempt->server;
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  int port = uri != NULL ? g_uri_get_port (uri) : -1;

  if (port < 0)
    port = is_protected (server) ? 443 : 80;
  switch (kind) {
  case PHONE_SIGN_IN_NAME:
    return g_strdup (uri != NULL ? g_uri_get_host (uri) : server);
  case PHONE_SIGN_IN_CONNECTION:
    return g_strdup_printf ("%s:%d", uri != NULL ? g_uri_get_host (uri) : server, port);
  case PHONE_SIGN_IN_CERTIFICATE:
    return g_strdup (attempt->fingerprint);
  case PHONE_SIGN_IN_WEBSOCKET:
    return g_strdup (server);
  case PHONE_SIGN_IN_SUBPROTOCOL:
    return g_strdup ("sip");
  case PHONE_SIGN_IN_REGISTRATION:
    return g_strdup (attempt->aor);
  case PHONE_SIGN_IN_SERVICE:
  case PHONE_SIGN_IN_N_STEPS:
    break;
  }
  return NULL;
}

void
phone_sign_in_steps_show (GPtrArray *steps,
                          const PhoneSignInAttempt *attempt,
                          PhoneSignInKind kind,
                          PhoneSignInState state,
                          const GError *error)
{
  for (guint i = PHONE_SIGN_IN_NAME; i < PHONE_SIGN_IN_N_STEPS; i++) {
    g_autofree char *detail = dup_detail (attempt, i);
    PhoneSignInState its = i < kind ? PHONE_SIGN_IN_DONE : PHONE_SIGN_IN_PENDING;

    if (i == kind)
      its = state;
    else if (i == PHONE_SIGN_IN_CERTIFICATE && !is_protected (attempt->server))
      its = PHONE_SIGN_IN_SKIPPED;
    phone_sign_in_step_set (g_ptr_array_index (steps, i), its, i <= kind ? detail : NULL,
                            i == kind ? error : NULL);
  }
}

PhoneSignInKind
phone_sign_in_steps_find (PhoneAccountStage stage)
{
  switch (stage) {
  case PHONE_ACCOUNT_STAGE_NONE:
  case PHONE_ACCOUNT_STAGE_NAME:
    return PHONE_SIGN_IN_NAME;
  case PHONE_ACCOUNT_STAGE_CONNECTION:
    return PHONE_SIGN_IN_CONNECTION;
  case PHONE_ACCOUNT_STAGE_CERTIFICATE:
    return PHONE_SIGN_IN_CERTIFICATE;
  case PHONE_ACCOUNT_STAGE_WEBSOCKET:
    return PHONE_SIGN_IN_WEBSOCKET;
  case PHONE_ACCOUNT_STAGE_OPEN:
    break;
  }
  return PHONE_SIGN_IN_REGISTRATION;
}
