/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-rpc.h"

#include "phone-endpoint-commands.h"
#include "phone-endpoint-lines.h"
#include "phone-endpoint-snapshot.h"
#include "phone-endpoint-text.h"

#include <math.h>
#include <string.h>

static JsonObject *
make_answer (JsonNode *id)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "jsonrpc", "2.0");
  json_object_set_member (
      answer, "id", id != NULL ? json_node_copy (id) : json_node_new (JSON_NODE_NULL));
  return answer;
}

static JsonObject *
make_error (JsonNode *id, const GError *error)
{
  JsonObject *answer = make_answer (id);
  JsonObject *member = json_object_new ();

  json_object_set_int_member (
      member, "code", error->domain == PHONE_RPC_ERROR ? error->code : PHONE_RPC_REFUSED);
  phone_endpoint_json_set_text (member, "message", error->message);
  if (error->domain == PHONE_ERROR) {
    JsonObject *data = json_object_new ();
    PhoneError code = phone_error_get_code (error);

    json_object_set_string_member (data, "cause", phone_error_get_name (code));
    json_object_set_string_member (data, "sentence", phone_endpoint_text_error (code));
    json_object_set_object_member (member, "data", data);
  }
  json_object_set_object_member (answer, "error", member);
  return answer;
}

static JsonObject *
make_rpc_error (JsonNode *id, PhoneRpcCode code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (PHONE_RPC_ERROR, code, message);

  return make_error (id, error);
}

static gboolean
is_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_STRING;
}

/* A string, a number or null (§4). One over what a double holds (1e999) comes out of the
 * parser as infinite, which cannot be written again. */
static gboolean
is_id (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return JSON_NODE_HOLDS_NULL (node);
  return json_node_get_value_type (node) != G_TYPE_BOOLEAN &&
         isfinite (json_node_get_double (node));
}

/* NULL for a notification, which gets no answer, not even that it failed (§4.1). */
static JsonObject *
answer_request (PhoneService *service, JsonNode *request)
{
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  JsonObject *answer;
  JsonNode *version;
  JsonNode *method;
  JsonNode *id;

  if (!JSON_NODE_HOLDS_OBJECT (request))
    return make_rpc_error (NULL, PHONE_RPC_INVALID_REQUEST, "A request is an object");
  object = json_node_get_object (request);
  version = json_object_get_member (object, "jsonrpc");
  method = json_object_get_member (object, "method");
  id = json_object_get_member (object, "id");
  if (id != NULL && !is_id (id))
    return make_rpc_error (NULL, PHONE_RPC_INVALID_REQUEST, "This is no id");
  if (!is_string (version) || strcmp (json_node_get_string (version), "2.0") != 0 ||
      !is_string (method))
    return make_rpc_error (id, PHONE_RPC_INVALID_REQUEST, "Not a JSON-RPC 2.0 request");

  result =
      phone_endpoint_call_command (service, json_node_get_string (method),
                                   json_object_get_member (object, "params"), &error);
  if (id == NULL)
    return NULL;
  if (result == NULL)
    return make_error (id, error);
  answer = make_answer (id);
  json_object_set_object_member (answer, "result", g_steal_pointer (&result));
  return answer;
}

/* ---- Batches (§6) ---- */

static char *
array_to_line (JsonArray *array)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (root, array);
  return phone_endpoint_json_to_line (root);
}

static char *
answer_batch (PhoneService *service, JsonArray *batch)
{
  g_autoptr (JsonArray) answers = json_array_new ();

  if (json_array_get_length (batch) == 0)
    return phone_endpoint_json_take_line (
        make_rpc_error (NULL, PHONE_RPC_INVALID_REQUEST, "An empty batch"));
  for (guint i = 0; i < json_array_get_length (batch); i++) {
    JsonObject *answer = answer_request (service, json_array_get_element (batch, i));

    if (answer != NULL)
      json_array_add_object_element (answers, answer);
  }
  if (json_array_get_length (answers) == 0)
    return NULL;
  return array_to_line (g_steal_pointer (&answers));
}

/* ---- Lines ---- */

static char *
answer_parsed (PhoneService *service, JsonNode *root)
{
  JsonObject *answer;

  if (JSON_NODE_HOLDS_ARRAY (root))
    return answer_batch (service, json_node_get_array (root));
  answer = answer_request (service, root);
  return answer != NULL ? phone_endpoint_json_take_line (answer) : NULL;
}

static char *
parse_error (const char *message)
{
  return phone_endpoint_json_take_line (
      make_rpc_error (NULL, PHONE_RPC_PARSE_ERROR, message));
}

char *
phone_endpoint_answer_line (PhoneService *service, const char *line, gsize length)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  switch (phone_line_check (line, length)) {
  case PHONE_LINE_GOOD:
    break;
  case PHONE_LINE_EMPTY:
    return NULL;
  case PHONE_LINE_NOT_UTF8:
    return parse_error ("The line is not UTF-8 text");
  case PHONE_LINE_TOO_DEEP:
    return parse_error ("The line is nested too deep");
  case PHONE_LINE_NOT_JSON:
    return parse_error ("Comments and single quotes are not JSON");
  case PHONE_LINE_NOT_TEXT:
    return parse_error (
        "An escape has four digits, and is neither NUL nor half of a pair");
  }
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, line, (gssize)length, &error))
    return parse_error (error->message);
  root = json_parser_get_root (parser);
  return root != NULL ? answer_parsed (service, root) : parse_error ("Nothing there");
}

char *
phone_endpoint_answer_too_long (void)
{
  return parse_error ("The line is too long");
}

char *
phone_endpoint_make_notification (const char *method,
                                  const char *name,
                                  JsonObject *object)
{
  JsonObject *notification = json_object_new ();
  JsonObject *params = json_object_new ();

  json_object_set_object_member (params, name, object);
  json_object_set_string_member (notification, "jsonrpc", "2.0");
  json_object_set_string_member (notification, "method", method);
  json_object_set_object_member (notification, "params", params);
  return phone_endpoint_json_take_line (notification);
}
