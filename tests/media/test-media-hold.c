/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-stranger.h"

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
assert_silent_at (PhoneMediaSession *session)
{
  guint64 heard = 0;

  media_run (300);
  heard = heard_ms (session);
  media_run (300);
  g_assert_cmpuint (heard_ms (session), ==, heard);
}

static void
assert_silent (Pair *pair)
{
  assert_silent_at (pair->caller);
  assert_silent_at (pair->callee);
}

/* What was not sent is not lost, says the peer (RFC 3550 §6.4.1). */
static void
assert_nothing_lost (PhoneMediaSession *session)
{
  g_autoptr (PhoneMediaStats) stats = NULL;

  media_run (1500); /* they are taken once a second */
  stats = phone_media_session_dup_stats (session);
  g_assert_nonnull (stats);
  g_assert_cmpuint (stats->audio_in.packets, >, 50);
  g_assert_true (stats->audio_out.confirmed);
  g_assert_cmpint (stats->audio_out.lost, <=, 0); /* a double makes it less than none */
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
  assert_nothing_lost (pair->caller);
  assert_nothing_lost (pair->callee);
}

/* ---- Ways to say it ---- */

static gboolean
is_held (gpointer data)
{
  return phone_media_session_get_silence_out (data) == PHONE_MEDIA_SILENCE_HOLD;
}

typedef struct {
  const char *path;
  const char *old; /* in the offer of one that goes on */
  const char *new;
  const char *answered;
  gboolean is_heard; /* the one who holds may play music */
} Saying;

static const Saying sayings[] = {
    {"/media/hold/sendonly", "a=sendrecv", "a=sendonly", "a=recvonly", TRUE},
    {"/media/hold/inactive", "a=sendrecv", "a=inactive", "a=inactive", FALSE},
    {"/media/hold/null-address", "m=audio 9", "m=audio 5004", "a=recvonly", TRUE},
};

/* By hand, as peers write it; the null address of old comes without candidates. */
static void
test_saying (gconstpointer data)
{
  const Saying *saying = data;
  Pair pair = {NULL};
  g_autofree char *active = NULL;
  g_autofree char *bare = NULL;
  g_autofree char *held = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *resumed = NULL;
  g_autoptr (GError) error = NULL;

  pair_set_up (&pair, NULL);
  assert_talking (&pair);
  active = media_change (pair.callee, &resume);
  phone_media_session_cancel_change (pair.callee);
  bare = g_str_has_prefix (saying->old, "m=") ? media_without_candidates (active)
                                              : g_strdup (active);
  held = media_replace (bare, saying->old, saying->new);
  answer = media_reoffer (pair.caller, held, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (answer, saying->answered));
  g_assert_nonnull (strstr (answer, "a=setup:passive"));
  g_assert_nonnull (strstr (answer, "a=candidate:"));
  g_assert_true (phone_media_session_get_peer_hold (pair.caller));
  g_assert_true (media_wait (is_held, pair.caller, 3));
  if (saying->is_heard)
    g_assert_true (media_wait_tone (pair.caller, 1000, 300, 5));
  else
    g_assert_cmpint (phone_media_session_get_silence_in (pair.caller), ==,
                     PHONE_MEDIA_SILENCE_HOLD);
  media_run (300);
  g_assert_false (media_wait_tone (pair.callee, 440, 200, 1));
  resumed = media_reoffer (pair.caller, active, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (resumed, "a=sendrecv"));
  g_assert_false (phone_media_session_get_peer_hold (pair.caller));
  assert_talking (&pair);
  pair_tear_down (&pair, NULL);
}

/* ---- Both, and neither ---- */

static void
test_both (Pair *pair, gconstpointer data)
{
  g_autofree char *said = NULL;

  media_renegotiate (pair->caller, &hold, pair->callee, FALSE);
  media_renegotiate (pair->callee, &hold, pair->caller, FALSE);
  g_assert_true (phone_media_session_get_held (pair->caller));
  g_assert_true (phone_media_session_get_held (pair->callee));
  said = phone_media_session_dup_local_sdp (pair->callee);
  g_assert_nonnull (strstr (said, "a=inactive"));
  g_assert_true (phone_media_session_get_peer_hold (pair->caller));
  media_renegotiate (pair->caller, &resume, pair->callee, FALSE);
  g_assert_false (phone_media_session_get_held (pair->caller));
  g_assert_true (phone_media_session_get_peer_hold (pair->caller));
  assert_silent (pair);
  media_renegotiate (pair->callee, &resume, pair->caller, FALSE);
  g_assert_false (phone_media_session_get_peer_hold (pair->caller));
  assert_talking (pair);
}

/* The wish silences, and what is refused brings the sound back. */
static void
test_refused (Pair *pair, gconstpointer data)
{
  g_autofree char *offer = media_change (pair->caller, &hold);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (offer, "a=sendonly"));
  g_assert_true (phone_media_session_get_held (pair->caller));
  assert_silent_at (pair->callee);
  assert_silent_at (pair->caller);
  g_assert_false (
      phone_media_session_set_change_answer (pair->caller, "v=0\r\n", &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE);
  g_assert_false (phone_media_session_get_held (pair->caller));
  assert_talking (pair);
}

/* A cancelled re-INVITE that would have held the call. */
static void
test_withdrawn (Pair *pair, gconstpointer data)
{
  g_autofree char *offer = media_change (pair->caller, &hold);
  g_autofree char *answer = NULL;
  g_autofree char *nothing = NULL;
  g_autoptr (GError) error = NULL;

  answer = media_reoffer (pair->callee, offer, FALSE, &error);
  g_assert_true (phone_media_session_get_peer_hold (pair->callee));
  phone_media_session_withdraw_reoffer (pair->callee);
  phone_media_session_cancel_change (pair->caller);
  g_assert_false (phone_media_session_get_peer_hold (pair->callee));
  assert_talking (pair);
  /* One that was refused has nothing to be withdrawn. */
  media_renegotiate (pair->caller, &hold, pair->callee, FALSE);
  nothing = media_reoffer (pair->callee, "v=0\r\n", FALSE, &error);
  g_assert_null (nothing);
  phone_media_session_withdraw_reoffer (pair->callee);
  g_assert_true (phone_media_session_get_peer_hold (pair->callee));
}

/* RFC 3264 §8: nothing new is said, so the version stays, and nothing is touched. */
static void
test_refresh (Pair *pair, gconstpointer data)
{
  g_autofree char *first = media_change (pair->caller, &resume);
  g_autofree char *second = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  answer = media_reoffer (pair->callee, first, FALSE, &error);
  g_assert_true (phone_media_session_set_change_answer (pair->caller, answer, &error));
  second = media_change (pair->caller, &resume);
  g_assert_cmpstr (first, ==, second);
  again = media_reoffer (pair->callee, second, FALSE, &error);
  g_assert_cmpstr (answer, ==, again);
  g_assert_true (phone_media_session_set_change_answer (pair->caller, again, &error));
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
  g_test_add ("/media/hold/both", Pair, NULL, pair_set_up, test_both, pair_tear_down);
  g_test_add ("/media/hold/refused", Pair, NULL, pair_set_up, test_refused,
              pair_tear_down);
  g_test_add ("/media/hold/withdrawn", Pair, NULL, pair_set_up, test_withdrawn,
              pair_tear_down);
  g_test_add ("/media/hold/refresh", Pair, NULL, pair_set_up, test_refresh,
              pair_tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    g_test_add_data_func (sayings[i].path, &sayings[i], test_saying);
  return media_run_tests ();
}
