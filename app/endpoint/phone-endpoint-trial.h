/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * account.probe: signing in to try it, told step by step (see phone-sign-in.h).
 */
#pragma once

#include "phone-service.h"
#include "phone-sign-in.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** GListModel of PhoneSignIn, those that run; borrowed. */
GListModel *phone_endpoint_get_trials (PhoneService *service);

/** Starts one for @config; it leaves the list when it is over. Borrowed. */
PhoneSignIn *phone_endpoint_try (PhoneService *service,
                                 PhoneAccountConfig *config,
                                 const char *password);

/** By the schema. Full. */
JsonObject *phone_endpoint_trial_to_json (PhoneSignIn *trial);

G_END_DECLS
