/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

#include <string.h>

/* Hold and resume, by content: what was heard before, during and after. */

typedef struct {
  PhoneMediaSession *caller; /* plays 440 Hz */
  PhoneMediaSession *callee; /* plays 1000 Hz */
} Pair;

static const PhoneMediaWish hold = {.hold = TRUE};
static const PhoneMediaWish resume = {.hold = FALSE};

/* Whoever is told that it connects may look at everything. */
static void
on_state (PhoneMediaSession *session, GParamSpec *pspec, gpointer data)
{
  g_assert_false (phone_media_session_get_peer_hold (session));
}

static void
pair_set_up (Pair *pair, gconstpointer data)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);

  pair->caller = media_session (low);
  pair->callee = media_session (high);
  g_signal_connect (pair->caller, "notify::state", G_CALLBACK (on_state), NULL);
  g_signal_connect (pair->callee, "notify::state", G_CALLBACK (on_state), NULL);
  media_connect (pair->caller, pair->callee, FALSE);
  g_signal_handlers_disconnect_by_func (pair->caller, on_state, NULL);
  g_signal_handlers_disconnect_by_func (pair->callee, on_state, NULL);
}

static void
pair_tear_down (Pair *pair, gconstpointer data)
{
  media_end (pair->caller);
  media_end (pair->callee);
}

static guint64
heard_ms (PhoneMediaSession *session)
{
  return phone_probe_get_report (phone_media_session_get_probe (session)).audio_ms;
}

static void
assert_talking (Pair *pair)
{
  g_assert_true (media_wait_tone (pair->caller, 1000, 300, 5));
  g_assert_true (media_wait_tone (pair->callee, 440, 300, 5));
}

/* What was under way may still be heard. */
static void
assert_silent (Pair *pair)
{
  guint64 there = 0;
  guint64 here = 0;

  media_run (300);
  here = heard_ms (pair->caller);
  there = heard_ms (pair->callee);
  media_run (500);
  g_assert_cmpuint (heard_ms (pair->caller), ==, here);
  g_assert_cmpuint (heard_ms (pair->callee), ==, there);
}

static void
test_ten_times (Pair *pair, gconstpointer data)
{
  for (guint i = 0; i < 10; i++) {
    PhoneMediaSession *holder = i % 2 == 0 ? pair->caller : pair->callee;
    PhoneMediaSession *other = i % 2 == 0 ? pair->callee : pair->caller;

    assert_talking (pair);
    media_renegotiate (holder, &hold, other, FALSE);
    g_assert_true (phone_media_session_get_held (holder));
    g_assert_false (phone_media_session_get_peer_hold (holder));
    g_assert_false (phone_media_session_get_held (other));
    assert_silent (pair);
    media_renegotiate (holder, &resume, other, FALSE);
    g_assert_false (phone_media_session_get_held (holder));
  }
  assert_talking (pair);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add ("/media/hold/ten-times", Pair, NULL, pair_set_up, test_ten_times,
              pair_tear_down);
  return g_test_run ();
}
