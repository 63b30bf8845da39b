/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The methods of serve: one table of names, arguments and handlers. The schema in
 * data/endpoint/phone-endpoint.schema.json lists the same methods, which a test compares.
 */
#pragma once

#include "phone-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Codes of JSON-RPC 2.0 §5.1. */
typedef enum {
  PHONE_RPC_PARSE_ERROR = -32700,
  PHONE_RPC_INVALID_REQUEST = -32600,
  PHONE_RPC_METHOD_NOT_FOUND = -32601,
  PHONE_RPC_INVALID_PARAMS = -32602,
  PHONE_RPC_INTERNAL_ERROR = -32603,
  PHONE_RPC_REFUSED = -32000, /* a PHONE_ERROR, named in data.cause */
} PhoneRpcCode;

#define PHONE_RPC_ERROR (phone_rpc_error_quark ())
GQuark phone_rpc_error_quark (void);

typedef enum {
  PHONE_ARGUMENT_STRING,
  PHONE_ARGUMENT_BOOLEAN,
  PHONE_ARGUMENT_STRINGS, /* an array of strings */
  PHONE_ARGUMENT_INTEGER,
  PHONE_ARGUMENT_NUMBER, /* with or without a fraction */
} PhoneArgumentType;

typedef struct {
  const char *name;
  PhoneArgumentType type;
  gboolean is_required;
} PhoneArgument;

#define PHONE_COMMAND_MAX_ARGUMENTS 24

typedef struct {
  const char *method;
  PhoneArgument arguments[PHONE_COMMAND_MAX_ARGUMENTS]; /* ends with a NULL name */
  /** The result, full, or NULL with an error of PHONE_RPC_ERROR or PHONE_ERROR. The
   * arguments have been checked against the table. */
  JsonObject *(*handler) (PhoneService *service, JsonObject *arguments, GError **error);
} PhoneCommandEntry;

/** Ends with a NULL method. */
const PhoneCommandEntry *phone_endpoint_get_commands (void);

/** Finds the method, checks @params (an object, or NULL for none) and calls it. Full. */
JsonObject *phone_endpoint_call_command (PhoneService *service,
                                         const char *method,
                                         JsonNode *params,
                                         GError **error);

G_END_DECLS
