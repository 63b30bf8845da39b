/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-path.h"
#include "media-turn.h"

#include <string.h>

static MediaTurn *turn;

static void
add_turn (PhoneMediaConfig *config, const char *transport, const char *password)
{
  g_autofree char *uri = g_strdup_printf ("turn:127.0.0.1:%u?transport=%s",
                                          media_turn_get_port (turn), transport);
  g_autoptr (GError) error = NULL;

  phone_media_config_add_ice_server (config, uri, MEDIA_TURN_USER, password, &error);
  g_assert_no_error (error);
}

static gboolean
has_stats (gpointer data)
{
  g_autoptr (PhoneMediaStats) stats = phone_media_session_dup_stats (data);

  return stats && stats->local_candidate;
}

/* The caller may only use its relay; the callee is an ordinary one. */
static void
test_relay_only (gconstpointer transport)
{
  g_autoptr (PhoneMediaConfig) relayed = media_config (440);
  g_autoptr (PhoneMediaConfig) plain = media_config (1000);
  PhoneMediaSession *caller = NULL;
  PhoneMediaSession *callee = media_session (plain);
  g_autoptr (PhoneMediaStats) stats = NULL;
  g_autofree char *offer = NULL;

  add_turn (relayed, transport, MEDIA_TURN_PASSWORD);
  relayed->relay_only = TRUE;
  caller = media_session (relayed);
  media_connect (caller, callee, FALSE);
  offer = phone_media_session_dup_local_sdp (caller);
  g_assert_nonnull (strstr (offer, "typ relay"));
  g_assert_null (strstr (offer, "typ host"));
  g_assert_true (media_wait_tone (caller, 1000, 1000, 10));
  g_assert_true (media_wait_tone (callee, 440, 1000, 10));
  g_assert_true (media_wait (has_stats, caller, 5));
  stats = phone_media_session_dup_stats (caller);
  g_assert_true (g_str_has_prefix (stats->local_candidate, "relay"));
  media_end (caller);
  media_end (callee);
}

/* No candidates, and no path past the relay: the offer goes out all the same, in time. */
static void
test_wrong_password (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *session = NULL;
  g_autofree char *offer = NULL;
  gint64 start_us = 0;

  add_turn (config, "udp", "wrong");
  config->relay_only = TRUE;
  session = media_session (config);
  start_us = g_get_monotonic_time ();
  offer = media_offer (session, FALSE);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 3 * G_USEC_PER_SEC);
  g_assert_null (strstr (offer, "a=candidate"));
  media_end (session);
}

/* Behind a translator of addresses a STUN server tells how we are seen from outside, and the
 * offer says so (RFC 8445 §5.1.1.2). */
static void
test_server_reflexive (void)
{
  MediaPath *translator = media_path_new (media_turn_get_port (turn));
  g_autofree char *uri =
      g_strdup_printf ("stun:127.0.0.1:%u", media_path_get_near_port (translator));
  g_autofree char *seen =
      g_strdup_printf (" 127.0.0.1 %u typ srflx raddr 127.0.0.1 rport ",
                       media_path_get_far_port (translator));
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  PhoneMediaSession *session = NULL;

  phone_media_config_add_ice_server (config, uri, NULL, NULL, &error);
  g_assert_no_error (error);
  session = media_session (config);
  offer = media_offer (session, FALSE);
  g_test_message ("%s", offer);
  g_assert_nonnull (strstr (offer, seen));
  g_assert_nonnull (strstr (offer, "typ host"));
  media_end (session);
  media_path_free (translator);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  turn = media_turn_start ();
  if (!turn) {
    g_print ("1..0 # SKIP coturn is not installed\n");
    return 0;
  }
  g_test_add_data_func ("/media/relay/udp", "udp", test_relay_only);
  g_test_add_data_func ("/media/relay/tcp", "tcp", test_relay_only);
  g_test_add_func ("/media/relay/wrong-password", test_wrong_password);
  g_test_add_func ("/media/relay/server-reflexive", test_server_reflexive);
  result = media_run_tests ();
  media_turn_stop (turn);
  return result;
}
