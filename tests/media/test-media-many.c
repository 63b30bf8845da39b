/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

/* What a call takes from the system it gives back. */

enum { WARM = 3, CALLS = 50 };

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

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/many", test_many);
  return media_run_tests ();
}
