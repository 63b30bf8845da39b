/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneExchangeInput: what comes from a client, with a limit on how much may come
 * without a whole message in it.
 *
 * libsoup limits a frame, and gathers the frames of a fragmented message without end
 * (3.2). This stream counts: past @limit bytes since the last
 * phone_exchange_input_rewind() reading fails, and the connection ends.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_EXCHANGE_INPUT (phone_exchange_input_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneExchangeInput, phone_exchange_input, PHONE, EXCHANGE_INPUT, GFilterInputStream)

/** @base must be pollable. */
PhoneExchangeInput *phone_exchange_input_new (GInputStream *base, gsize limit);
/** A whole message came. */
void phone_exchange_input_rewind (PhoneExchangeInput *self);
/** All bytes since the beginning. */
guint64 phone_exchange_input_get_total (PhoneExchangeInput *self);

G_END_DECLS
