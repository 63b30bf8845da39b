/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The log of an exchange: one event, one line. Whatever a client puts into its names, it
 * adds no line and no control character.
 */
#pragma once

#include "phone-exchange.h"

G_BEGIN_DECLS

/** A JSON object without line breaks: "time" (UTC), "event", and what the event has.
 * Owned. */
char *phone_exchange_log_dup_json (const PhoneExchangeEvent *event);
/** The same for people. Owned. */
char *phone_exchange_log_dup_text (const PhoneExchangeEvent *event);

G_END_DECLS
