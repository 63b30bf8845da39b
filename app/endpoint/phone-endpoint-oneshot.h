/* SPDX-License-Identifier: GPL-3.0-or-later */
/** The commands call, answer and register: registers, does the one thing, judges it,
 * leaves, and gives the exit status. Runs the default main context until then. */
#pragma once

#include "phone-endpoint-options.h"

G_BEGIN_DECLS

int phone_endpoint_run_oneshot (const PhoneEndpointOptions *options);

G_END_DECLS
