/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of methods and the schema say the same, each method in both. */
#include "phone-endpoint-commands.h"

#include <string.h>

static JsonObject *
load_methods (JsonParser *parser)
{
  g_autofree char *path = g_test_build_filename (
      G_TEST_DIST, "..", "..", "data", "endpoint", "phone-endpoint.schema.json", NULL);
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_object_get_object_member (
      json_node_get_object (json_parser_get_root (parser)), "methods");
}

static const char *
schema_type (PhoneArgumentType type)
{
  switch (type) {
  case PHONE_ARGUMENT_STRING:
    return "string";
  case PHONE_ARGUMENT_BOOLEAN:
    return "boolean";
  case PHONE_ARGUMENT_STRINGS:
    return "array";
  case PHONE_ARGUMENT_INTEGER:
    return "integer";
  }
  return NULL;
}

static gboolean
is_required (JsonObject *params, const char *name)
{
  JsonArray *required = json_object_get_array_member (params, "required");

  for (guint i = 0; i < json_array_get_length (required); i++)
    if (strcmp (json_array_get_string_element (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

static void
assert_same (const PhoneCommandEntry *command, JsonObject *method)
{
  JsonObject *params = json_object_get_object_member (method, "params");
  JsonObject *properties = json_object_get_object_member (params, "properties");
  guint n = 0;

  g_assert_false (json_object_get_boolean_member (params, "additionalProperties"));
  g_assert_true (json_object_has_member (method, "result"));
  for (const PhoneArgument *a = command->arguments; a->name != NULL; a++, n++) {
    g_test_message ("%s %s", command->method, a->name);
    g_assert_true (json_object_has_member (properties, a->name));
    g_assert_cmpstr (json_object_get_string_member (
                         json_object_get_object_member (properties, a->name), "type"),
                     ==, schema_type (a->type));
    g_assert_cmpint (is_required (params, a->name), ==, a->is_required);
  }
  g_assert_cmpuint (n, ==, json_object_get_size (properties));
}

static void
test_schema (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *methods = load_methods (parser);
  guint n = 0;

  for (const PhoneCommandEntry *c = phone_endpoint_get_commands (); c->method != NULL;
       c++, n++) {
    g_test_message ("%s", c->method);
    g_assert_true (json_object_has_member (methods, c->method));
    g_assert_nonnull (c->handler);
    assert_same (c, json_object_get_object_member (methods, c->method));
  }
  g_assert_cmpuint (n, ==, json_object_get_size (methods));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/commands/schema", test_schema);
  return g_test_run ();
}
