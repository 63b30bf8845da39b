/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The way in for "phone-exchange bindings": a Unix socket of mode 0600 that tells who is
 * registered, as one line of JSON, to the same user and nobody else, and closes.
 */
#pragma once

#include "phone-exchange.h"

G_BEGIN_DECLS

#define PHONE_TYPE_EXCHANGE_CONTROL (phone_exchange_control_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneExchangeControl, phone_exchange_control, PHONE, EXCHANGE_CONTROL, GObject)

/** "$XDG_RUNTIME_DIR/phone-exchange.sock". Owned. */
char *phone_exchange_control_dup_default_path (void);

/** Listens at @path until it is finalized, and removes the socket then. A socket that
 * nobody listens on is replaced. Errors: G_IO_ERROR. @exchange is referenced. */
PhoneExchangeControl *phone_exchange_control_new (PhoneExchange *exchange,
                                                  const char *path,
                                                  GError **error);

/** Asks a running exchange; a JSON array. Blocks. Errors: G_IO_ERROR. Owned. */
char *phone_exchange_control_ask (const char *path, GError **error);

G_END_DECLS
