/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

/* What a call takes from the system it gives back. */

enum { WARM = 3, CALLS = 50, CUT_CALLS = 40, LONGEST_MS = 60 };

static void
call_once (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);

  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 100, 10));
  media_end (caller);
  media_end (callee);
}

static void
test_many (void)
{
  MediaUse before;

  for (guint i = 0; i < WARM; i++)
    call_once ();
  g_assert_true (media_wait_idle (20));
  before = media_take_use ();
  for (guint i = 0; i < CALLS; i++)
    call_once ();
  g_assert_true (media_wait_use (&before, 10));
}

static void
forget (GObject *source, GAsyncResult *result, gpointer unused)
{
}

static void
answer_and_leave (guint turn, guint ms)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (GError) error = NULL;
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autofree char *offer = media_offer (caller, turn % 2 == 0);

  g_assert_true (phone_media_session_set_offer (callee, offer, &error));
  phone_media_session_answer_async (callee, turn % 2 == 0, NULL, forget, NULL);
  if (turn % 3 == 0)
    g_usleep (ms * 1000); /* its threads work, and nothing is heard of them */
  else
    media_run (ms);
  media_end (callee);
  media_end (caller);
}

/* Each ends at another moment of what webrtcbin does with an offer; warnings are fatal. */
static void
test_cut_short (void)
{
  for (guint i = 0; i < CUT_CALLS; i++)
    answer_and_leave (i, i * LONGEST_MS / CUT_CALLS);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/many/in-a-row", test_many);
  g_test_add_func ("/media/many/cut-short", test_cut_short);
  return media_run_tests ();
}
