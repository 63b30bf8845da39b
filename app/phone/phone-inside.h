/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The exchange inside the program, and the settings of its owner's account. Private to
 * phone/; PhoneService has the only one.
 */
#pragma once

#include "phone-exchange.h"
#include "phone-service.h"

G_BEGIN_DECLS

/** A started exchange of one user, who owns the guest link, with @password. Where the port
 * wished for is taken it is another one. Full. Errors: those of phone_exchange_new() and
 * phone_exchange_start(). */
PhoneExchange *phone_inside_start (const PhoneInsideOptions *options,
                                   const char *password,
                                   GError **error);

/** The owner's account at it: beyond loopback it trusts the one certificate alone. Full. */
PhoneAccountConfig *phone_inside_new_config (PhoneExchange *exchange);

/** The port of its address. */
guint16 phone_inside_get_port (PhoneExchange *exchange);

G_END_DECLS
