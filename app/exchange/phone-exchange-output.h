/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneExchangeOutput: what goes to a client, counted.
 *
 * libsoup queues what a client does not read, without end and without saying how much it
 * is. What was given to it less what it wrote here is what waits.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_EXCHANGE_OUTPUT (phone_exchange_output_get_type ())
G_DECLARE_FINAL_TYPE (PhoneExchangeOutput,
                      phone_exchange_output,
                      PHONE,
                      EXCHANGE_OUTPUT,
                      GFilterOutputStream)

/** @base must be pollable. */
PhoneExchangeOutput *phone_exchange_output_new (GOutputStream *base);
/** All bytes since the beginning. */
guint64 phone_exchange_output_get_written (PhoneExchangeOutput *self);

G_END_DECLS
