/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-session-private.h"

#include <stdio.h>
#include <string.h>

/* The peer is a process of its own, and is killed in the middle of the call. This program
 * starts itself again with --peer for it. */

enum { LONGEST_S = 35 };

static char *self_path;

static char *
read_sdp (FILE *from)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char line[4096];

  while (fgets (line, sizeof line, from) && *line != '.')
    g_string_append (text, line);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static int
be_peer (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (1000);
  PhoneMediaSession *session = media_session (config);
  g_autofree char *offer = read_sdp (stdin);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (phone_media_session_set_offer (session, offer, &error));
  answer = media_answer (session, FALSE);
  printf ("%s.\n", answer);
  fflush (stdout);
  media_run (120 * 1000);
  return 0;
}

static GSubprocess *
start_peer (const char *offer, char **answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  GSubprocess *peer = NULL;
  g_autofree char *message = g_strdup_printf ("%s.\n", offer);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  char *line = NULL;

  g_subprocess_launcher_set_child_setup (launcher, media_die_with_parent, NULL, NULL);
  peer = g_subprocess_launcher_spawn (launcher, &error, self_path, "--peer", NULL);
  g_assert_no_error (error);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (peer), message,
                             strlen (message), NULL, NULL, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer));
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) &&
         *line != '.') {
    g_string_append_printf (text, "%s\n", line);
    g_free (line);
  }
  g_free (line);
  *answer = g_string_free (g_steal_pointer (&text), FALSE);
  return peer;
}

typedef struct {
  PhoneMediaSession *session;
  GSubprocess *peer;
} Call;

static Call
start_call (const PhoneMediaConfig *config, gboolean held)
{
  Call call = {.session = media_session (config)};
  g_autofree char *offer = media_offer (call.session, FALSE);
  g_autofree char *answer = NULL;
  g_autofree char *inactive = NULL;
  g_autofree char *reply = NULL;
  g_autoptr (GError) error = NULL;

  call.peer = start_peer (offer, &answer);
  g_assert_true (phone_media_session_set_answer (call.session, answer, &error));
  g_assert_true (media_wait_tone (call.session, 1000, 500, 15));
  if (held) {
    inactive = media_replace (answer, "a=sendrecv", "a=inactive");
    reply = media_reoffer (call.session, inactive, FALSE, &error);
    g_assert_no_error (error);
  }
  return call;
}

/* A peer whose RTP and RTCP stop, while its ICE goes on: what a call on hold is like with
 * one that sends nothing at all. */
static void
start_quiet_call (const PhoneMediaConfig *config,
                  PhoneMediaSession **session,
                  PhoneMediaSession **peer)
{
  *session = media_session (config);
  *peer = media_session (config);
  media_connect (*session, *peer, FALSE);
  g_assert_true (media_wait_tone (*session, 440, 300, 10));
  phone_media_pipeline_shut_gates ((*peer)->pipeline);
}

static void
end_call (Call *call)
{
  g_assert_cmpint (phone_media_session_get_failure (call->session), ==,
                   PHONE_MEDIA_FAILURE_PEER_SILENT);
  g_subprocess_wait (call->peer, NULL, NULL);
  g_object_unref (call->peer);
  media_end (call->session);
}

/* One in the middle of a talk, and one on hold, where no sound is missed. */
static void
test_gone (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  Call talking = start_call (config, FALSE);
  Call held = start_call (config, TRUE);
  PhoneMediaSession *quiet = NULL;
  PhoneMediaSession *peer = NULL;
  gint64 killed_us = 0;
  gint64 quiet_us = 0;

  start_quiet_call (config, &quiet, &peer);
  quiet_us = g_get_monotonic_time ();
  g_subprocess_force_exit (talking.peer);
  g_subprocess_force_exit (held.peer);
  killed_us = g_get_monotonic_time ();
  g_assert_true (media_wait_state (talking.session, PHONE_MEDIA_STATE_INTERRUPTED, 8));
  g_assert_cmpint (phone_media_session_get_state (held.session), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  g_assert_true (media_wait_state (talking.session, PHONE_MEDIA_STATE_FAILED, LONGEST_S));
  g_assert_true (media_wait_state (held.session, PHONE_MEDIA_STATE_FAILED, LONGEST_S));
  g_test_message ("noticed after %.1f s",
                  (double)(g_get_monotonic_time () - killed_us) / G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - killed_us, <=, LONGEST_S * G_USEC_PER_SEC);

  /* Answers to binding requests are life enough. */
  while (g_get_monotonic_time () - quiet_us < LONGEST_S * G_USEC_PER_SEC)
    media_run (500);
  g_assert_cmpint (phone_media_session_get_state (quiet), ==,
                   PHONE_MEDIA_STATE_INTERRUPTED);
  media_end (quiet);
  media_end (peer);
  end_call (&talking);
  end_call (&held);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  self_path = argv[0];
  if (argc > 1 && g_str_equal (argv[1], "--peer")) {
    phone_media_init (NULL);
    return be_peer ();
  }
  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/peer-gone", test_gone);
  return media_run_tests ();
}
