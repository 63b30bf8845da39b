/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"
#include "phone-endpoint-lines.h"
#include "phone-endpoint-rpc.h"

#include <string.h>

/* What a pipeline writes to `phone-endpoint serve`: bytes into lines, lines into JSON-RPC.
 * Whatever a line is, its answer is one line, is JSON, and is an answer. */

static gboolean
is_one_of (JsonObject *request, const char *const *methods)
{
  JsonNode *method = json_object_get_member (request, "method");

  return method != NULL && JSON_NODE_HOLDS_VALUE (method) &&
         json_node_get_value_type (method) == G_TYPE_STRING &&
         g_strv_contains (methods, json_node_get_string (method));
}

/* Of an account that there is, these two would open a connection. */
static gboolean
leads_outside (PhoneService *service, const char *line, gsize length)
{
  static const char *const methods[] = {"account.register", "call.start", NULL};
  g_autoptr (JsonParser) parser = json_parser_new ();
  gboolean has_account =
      g_list_model_get_n_items (phone_service_get_accounts (service)) > 0;
  JsonNode *root;

  if (!json_parser_load_from_data (parser, line, (gssize)length, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return has_account && is_one_of (json_node_get_object (root), methods);
  for (guint i = 0; root != NULL && JSON_NODE_HOLDS_ARRAY (root) &&
                    i < json_array_get_length (json_node_get_array (root));
       i++) {
    JsonNode *node = json_array_get_element (json_node_get_array (root), i);

    if (JSON_NODE_HOLDS_OBJECT (node) && is_one_of (json_node_get_object (node), methods))
      return TRUE;
  }
  return FALSE;
}

static void
check_object (JsonObject *answer)
{
  g_assert_cmpstr (json_object_get_string_member (answer, "jsonrpc"), ==, "2.0");
  g_assert (json_object_has_member (answer, "id"));
  g_assert (json_object_has_member (answer, "result") !=
            json_object_has_member (answer, "error"));
}

static void
check_answer (const char *answer)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  g_assert (strchr (answer, '\n') == NULL && g_utf8_validate (answer, -1, NULL));
  json_parser_load_from_data (parser, answer, -1, &error);
  if (error != NULL)
    g_error ("%s: %s", error->message, answer);
  root = json_parser_get_root (parser);
  if (JSON_NODE_HOLDS_OBJECT (root)) {
    check_object (json_node_get_object (root));
    return;
  }
  g_assert (json_array_get_length (json_node_get_array (root)) > 0);
  for (guint i = 0; i < json_array_get_length (json_node_get_array (root)); i++)
    check_object (json_array_get_object_element (json_node_get_array (root), i));
}

static void
answer_all (PhoneService *service, PhoneLines *lines)
{
  PhoneLinesResult result;
  gsize length = 0;
  char *popped = NULL;

  while ((result = phone_lines_pop (lines, &popped, &length)) != PHONE_LINES_NONE) {
    g_autofree char *line = g_steal_pointer (&popped);
    g_autofree char *answer = NULL;

    if (result == PHONE_LINES_TOO_LONG)
      answer = phone_endpoint_answer_too_long ();
    else if (phone_line_check (line, length) != PHONE_LINE_GOOD ||
             !leads_outside (service, line, length))
      answer = phone_endpoint_answer_line (service, line, length);
    if (answer != NULL)
      check_answer (answer);
  }
}

static void
remove_accounts (PhoneService *service)
{
  GListModel *accounts = phone_service_get_accounts (service);

  while (g_list_model_get_n_items (accounts) > 0) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, 0);

    phone_service_remove_account (service, account);
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static PhoneService *service;
  g_autoptr (PhoneLines) lines = phone_lines_new ();
  gsize half = size / 2;

  if (service == NULL)
    service = phone_service_new (&(PhoneServiceOptions){.source = PHONE_SOURCE_TEST});
  phone_lines_push (lines, data, half);
  answer_all (service, lines);
  phone_lines_push (lines, data + half, size - half);
  phone_lines_push (lines, "\n", 1);
  answer_all (service, lines);
  remove_accounts (service);
  return 0;
}
