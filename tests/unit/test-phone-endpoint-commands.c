/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of methods and the schema say the same, each method in both; and what those
 * of devices and of sound do to a service. */
#include "phone-endpoint-commands.h"

#include "phone-endpoint-devices.h"

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
  case PHONE_ARGUMENT_NUMBER:
    return "number";
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

/* ---- Devices and sound ---- */

static PhoneService *
make_service (void)
{
  const PhoneServiceOptions options = {.source = PHONE_SOURCE_TEST, .max_ringing = 1};

  return phone_service_new (&options);
}

static JsonObject *
call (PhoneService *service, const char *method, const char *params, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (params, NULL);

  g_assert_nonnull (node);
  return phone_endpoint_call_command (service, method, node, error);
}

static JsonObject *
call_well (PhoneService *service, const char *method, const char *params)
{
  g_autoptr (GError) error = NULL;
  JsonObject *result = call (service, method, params, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_wrong (PhoneService *service, const char *method, const char *params)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("%s %s", method, params);
  g_assert_null (call (service, method, params, &error));
  g_assert_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS);
}

static const char *
get_chosen (JsonObject *result, const char *role)
{
  JsonObject *devices = json_object_get_object_member (result, "devices");

  return json_object_get_string_member (json_object_get_object_member (devices, role),
                                        "chosen");
}

static void
count (gpointer source, guint *n)
{
  (*n)++;
}

static void
test_select (void)
{
  static const char *const roles[] = {"microphone", "speaker", "ringer", "camera"};
  g_autoptr (PhoneService) service = make_service ();
  guint n_told = 0;

  g_signal_connect (phone_endpoint_get_devices (service), "changed", G_CALLBACK (count),
                    &n_told);
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    g_autofree char *params =
        g_strdup_printf ("{\"role\":\"%s\",\"id\":\"none-%s\"}", roles[i], roles[i]);
    g_autofree char *id = g_strconcat ("none-", roles[i], NULL);
    g_autofree char *kept = NULL;
    g_autoptr (JsonObject) result = call_well (service, "devices.select", params);

    g_assert_cmpstr (get_chosen (result, roles[i]), ==, id);
    g_object_get (service, roles[i], &kept, NULL);
    g_assert_cmpstr (kept, ==, id);
    g_assert_cmpuint (n_told, ==, i + 1);
  }
}

static void
test_follow_the_system (void)
{
  g_autoptr (PhoneService) service = make_service ();
  g_autoptr (JsonObject) none = call_well (service, "devices.list", "{}");
  g_autoptr (JsonObject) chosen =
      call_well (service, "devices.select", "{\"role\":\"speaker\",\"id\":\"x\"}");
  g_autoptr (JsonObject) again =
      call_well (service, "devices.select", "{\"role\":\"speaker\",\"id\":\"\"}");

  g_assert_cmpstr (get_chosen (none, "speaker"), ==, "");
  g_assert_cmpstr (get_chosen (chosen, "speaker"), ==, "x");
  g_assert_cmpstr (get_chosen (chosen, "ringer"), ==, "");
  g_assert_cmpstr (get_chosen (again, "speaker"), ==, "");
}

static void
test_wrong_device (void)
{
  g_autoptr (PhoneService) service = make_service ();

  assert_wrong (service, "devices.select", "{\"role\":\"ring-tone\",\"id\":\"x\"}");
  assert_wrong (service, "devices.select", "{\"role\":\"\",\"id\":\"x\"}");
  assert_wrong (service, "devices.select", "{\"role\":\"speaker\"}");
  assert_wrong (service, "devices.select", "{\"role\":\"speaker\",\"id\":1}");
}

static void
assert_sound (PhoneService *service, gboolean is_on, double volume, const char *tone)
{
  gboolean echo, noise, gain;
  double ring_volume;
  g_autofree char *ring_tone = NULL;

  g_object_get (service, "echo-cancellation", &echo, "noise-suppression", &noise,
                "gain-control", &gain, "ring-volume", &ring_volume, "ring-tone",
                &ring_tone, NULL);
  g_assert_cmpint (echo, ==, is_on);
  g_assert_cmpint (noise, ==, is_on);
  g_assert_cmpint (gain, ==, is_on);
  g_assert_cmpfloat_with_epsilon (ring_volume, volume, 0.001);
  g_assert_cmpstr (ring_tone, ==, tone);
}

static void
test_audio (void)
{
  g_autoptr (PhoneService) service = make_service ();
  g_autoptr (JsonObject) all = call_well (
      service, "audio.set",
      "{\"echoCancellation\":false,\"noiseSuppression\":false,\"gainControl\":false,"
      "\"ringVolume\":0.25,\"ringTone\":\"chimes\"}");
  JsonObject *audio = json_object_get_object_member (all, "audio");
  g_autoptr (JsonObject) loud = NULL;
  g_autoptr (JsonObject) nothing = NULL;

  assert_sound (service, FALSE, 0.25, "chimes");
  g_assert_false (json_object_get_boolean_member (audio, "echoCancellation"));
  g_assert_cmpstr (json_object_get_string_member (audio, "ringTone"), ==, "chimes");
  loud = call_well (service, "audio.set", "{\"ringVolume\":1}");
  nothing = call_well (service, "audio.set", "{}");
  assert_sound (service, FALSE, 1, "chimes");
}

static void
test_trying (void)
{
  g_autoptr (PhoneService) service = make_service ();
  g_autoptr (JsonObject) idle =
      call_well (service, "preview.set", "{\"kind\":\"camera\",\"on\":false}");
  JsonObject *preview = json_object_get_object_member (idle, "preview");
  g_autoptr (JsonObject) ring = call_well (service, "audio.try", "{\"what\":\"ring\"}");
  g_autoptr (JsonObject) rise =
      call_well (service, "audio.try", "{\"what\":\"ring\",\"ringTone\":\"rise\"}");

  g_assert_cmpstr (json_object_get_string_member (preview, "kind"), ==, "camera");
  g_assert_false (json_object_get_boolean_member (preview, "active"));
  assert_wrong (service, "audio.try", "{\"what\":\"ring\",\"ringTone\":\"moo\"}");
  assert_wrong (service, "audio.try", "{\"what\":\"moo\"}");
  assert_wrong (service, "audio.try", "{}");
  assert_wrong (service, "preview.set", "{\"kind\":\"speaker\",\"on\":true}");
  assert_wrong (service, "preview.set", "{\"kind\":\"camera\"}");
}

static void
test_pause_music (void)
{
  g_autoptr (PhoneService) service = make_service ();
  g_autoptr (JsonObject) on = NULL;
  g_autoptr (JsonObject) off = NULL;

  g_assert_false (phone_service_get_pause_music (service));
  on = call_well (service, "service.pauseMusic", "{\"on\":true}");
  g_assert_true (phone_service_get_pause_music (service));
  off = call_well (service, "service.pauseMusic", "{\"on\":false}");
  g_assert_false (phone_service_get_pause_music (service));
  assert_wrong (service, "service.pauseMusic", "{}");
}

/* Nothing of it is taken. */
static void
test_wrong_audio (void)
{
  g_autoptr (PhoneService) service = make_service ();
  g_autoptr (JsonObject) known =
      call_well (service, "audio.set", "{\"ringVolume\":0.5,\"ringTone\":\"pulse\"}");

  assert_wrong (service, "audio.set", "{\"gainControl\":false,\"ringVolume\":1.1}");
  assert_wrong (service, "audio.set", "{\"gainControl\":false,\"ringVolume\":-1}");
  assert_wrong (service, "audio.set", "{\"gainControl\":false,\"ringVolume\":\"1\"}");
  assert_wrong (service, "audio.set", "{\"gainControl\":false,\"ringTone\":\"moo\"}");
  assert_wrong (service, "audio.set", "{\"gainControl\":0,\"ringVolume\":1}");
  assert_sound (service, TRUE, 0.5, "pulse");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/commands/schema", test_schema);
  g_test_add_func ("/endpoint/commands/select", test_select);
  g_test_add_func ("/endpoint/commands/follow-the-system", test_follow_the_system);
  g_test_add_func ("/endpoint/commands/wrong-device", test_wrong_device);
  g_test_add_func ("/endpoint/commands/audio", test_audio);
  g_test_add_func ("/endpoint/commands/trying", test_trying);
  g_test_add_func ("/endpoint/commands/pause-music", test_pause_music);
  g_test_add_func ("/endpoint/commands/wrong-audio", test_wrong_audio);
  return g_test_run ();
}
