/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The command serve: a service driven by JSON-RPC 2.0 lines on standard input, that tells
 * every change by a notification on standard output. Ends with the input, or on SIGTERM
 * and SIGINT: calls are hung up and accounts unregistered first.
 */
#pragma once

#include "phone-endpoint-options.h"

G_BEGIN_DECLS

/** Runs the default main context; gives the exit status. */
int phone_endpoint_run_serve (const PhoneEndpointOptions *options);

G_END_DECLS
