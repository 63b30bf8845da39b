/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-config-private.h"
#include "phone-media-session.h"

typedef struct {
  const char *uri;
  const char *expected; /* as webrtcbin gets it; NULL: refused */
} Case;

static void
test_ice_servers (void)
{
  static const Case cases[] = {
      {"stun:stun.example", "stun://stun.example:3478"},
      {"stun:192.0.2.1:1234", "stun://192.0.2.1:1234"},
      {"stun:[2001:db8::1]:99", "stun://[2001:db8::1]:99"},
      {"turn:turn.example", "turn://al%40ice:p%3A%2Fw@turn.example:3478?transport=udp"},
      {"turn:turn.example:5?transport=udp",
       "turn://al%40ice:p%3A%2Fw@turn.example:5?transport=udp"},
      {"turn:turn.example?transport=tcp",
       "turn://al%40ice:p%3A%2Fw@turn.example:3478?transport=tcp"},
      {"turns:turn.example", NULL},
      {"turns:turn.example?transport=tcp", NULL},
      {"turn:turn.example?transport=tls", NULL},
      {"turn:turn.example?x=y", NULL},
      {"stun:stun.example?transport=udp", NULL},
      {"http://stun.example", NULL},
      {"stun:", NULL},
      {"stun:a b", NULL},
      {"turn:user@host", NULL},
      {"turn://host", NULL},
      {"", NULL},
      {"stun", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
    g_autoptr (GError) error = NULL;
    gboolean added = phone_media_config_add_ice_server (config, cases[i].uri, "al@ice",
                                                        "p:/w", &error);

    g_test_message ("%s", cases[i].uri);
    g_assert_cmpint (added, ==, cases[i].expected != NULL);
    if (added) {
      g_autofree char *uri =
          phone_media_ice_server_dup_gst_uri (config->ice_servers->pdata[0]);

      g_assert_cmpstr (uri, ==, cases[i].expected);
    } else {
      g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE_SERVER);
      g_assert_cmpuint (config->ice_servers->len, ==, 0);
    }
  }
}

static void
test_turn_needs_a_user (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();

  g_assert_false (
      phone_media_config_add_ice_server (config, "turn:turn.example", NULL, NULL, NULL));
}

static void
test_turns_is_named (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (GError) error = NULL;

  phone_media_config_add_ice_server (config, "turns:turn.example", "a", "b", &error);
  g_assert_nonnull (strstr (error->message, "turns:"));
}

static void
test_copy (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (PhoneMediaConfig) copy = NULL;

  phone_media_config_add_ice_server (config, "turn:turn.example", "a", "b", NULL);
  config->local_address = g_strdup ("127.0.0.1");
  copy = phone_media_config_copy (config);
  g_clear_pointer (&config, phone_media_config_free);
  g_assert_cmpstr (copy->local_address, ==, "127.0.0.1");
  g_assert_cmpuint (copy->ice_servers->len, ==, 1);
  g_assert_cmpstr (((PhoneMediaIceServer *)copy->ice_servers->pdata[0])->password, ==,
                   "b");
  g_assert_cmpstr (copy->audio_codecs[0], ==, "opus");
  g_assert_cmpuint (copy->gather_ms, ==, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media-config/ice-servers", test_ice_servers);
  g_test_add_func ("/media-config/turn-needs-a-user", test_turn_needs_a_user);
  g_test_add_func ("/media-config/turns", test_turns_is_named);
  g_test_add_func ("/media-config/copy", test_copy);
  return g_test_run ();
}
