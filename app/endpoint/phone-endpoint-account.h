/* SPDX-License-Identifier: GPL-3.0-or-later */
/** The account that the command line describes, for one-shot commands and serve. */
#pragma once

#include "phone-endpoint-options.h"
#include "phone-service.h"

G_BEGIN_DECLS

/** The service that the options ask for. Full. */
PhoneService *phone_endpoint_make_service (const PhoneEndpointOptions *options);

/** Adds the account with its passwords, not yet registered; borrowed. Errors: G_OPTION_ERROR
 * for a password that cannot be read, and those of phone_service_add_account(). */
PhoneAccount *phone_endpoint_add_account (PhoneService *service,
                                          const PhoneEndpointOptions *options,
                                          GError **error);

G_END_DECLS
