/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

#include <string.h>

/* The picture within a call: added, refused, taken out, added again, by either end. */

typedef struct {
  PhoneMediaSession *caller;
  PhoneMediaSession *callee;
} Pair;

static const PhoneMediaWish video = {.video = TRUE};
static const PhoneMediaWish no_video = {.video = FALSE};

static void
set_up (Pair *pair, gboolean with_video)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);

  pair->caller = media_session (low);
  pair->callee = media_session (high);
  media_connect (pair->caller, pair->callee, with_video);
  g_assert_true (media_wait_tone (pair->caller, 1000, 300, 10));
}

static void
set_up_sound (Pair *pair, gconstpointer data)
{
  set_up (pair, FALSE);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  media_end (pair->caller);
  media_end (pair->callee);
}

static guint64
count_frames (PhoneMediaSession *session)
{
  return phone_probe_get_report (phone_media_session_get_probe (session)).frames;
}

static guint64
count_own_frames (PhoneMediaSession *session)
{
  return phone_video_feed_get_count (phone_media_session_get_local_feed (session));
}

/* Frames come from the other end's source, and sound as before. */
static void
assert_sees (PhoneMediaSession *session, PhoneMediaSession *other)
{
  PhoneProbe *probe = phone_media_session_get_probe (session);

  g_assert_true (media_wait_frames (session, 10, 10));
  g_assert_cmpuint (phone_probe_get_report (probe).source, ==,
                    phone_media_session_get_frame_source (other));
}

/* What was under way goes by, and then time has to pass without any. */
static void
assert_blind (PhoneMediaSession *session)
{
  guint64 frames = 0;

  media_run (400);
  frames = count_frames (session);
  media_run (600);
  g_assert_cmpuint (count_frames (session), ==, frames);
}

/* No camera runs. */
static void
assert_dark (PhoneMediaSession *session)
{
  guint64 frames = 0;

  media_run (200);
  frames = count_own_frames (session);
  media_run (400);
  g_assert_cmpuint (count_own_frames (session), ==, frames);
  g_assert_false (phone_media_session_get_own_video (session));
}

static void
assert_talking (Pair *pair)
{
  g_assert_true (media_wait_tone (pair->caller, 1000, 300, 5));
  g_assert_true (media_wait_tone (pair->callee, 440, 300, 5));
}

static void
assert_watching (Pair *pair)
{
  assert_sees (pair->caller, pair->callee);
  assert_sees (pair->callee, pair->caller);
  g_assert_true (phone_media_session_get_has_video (pair->caller));
  g_assert_true (phone_media_session_get_own_video (pair->caller));
  g_assert_true (phone_media_session_get_own_video (pair->callee));
  assert_talking (pair);
}

static PhoneMediaSession *
other_of (Pair *pair, PhoneMediaSession *session)
{
  return session == pair->caller ? pair->callee : pair->caller;
}

/* Whether the other end has to ask its user. */
static gboolean
asks (Pair *pair, PhoneMediaSession *offerer, const PhoneMediaWish *wish)
{
  g_autofree char *offer = media_change (offerer, wish);
  gboolean does =
      phone_media_session_get_reoffer_asks_video (other_of (pair, offerer), offer);

  phone_media_session_cancel_change (offerer);
  return does;
}

/* Added and accepted, taken out, added again by the other end, refused, and once more. */
static void
add_and_remove (Pair *pair, PhoneMediaSession *first)
{
  PhoneMediaSession *second = other_of (pair, first);

  g_assert_true (asks (pair, first, &video));
  media_renegotiate (first, &video, second, TRUE);
  assert_watching (pair);
  g_assert_false (asks (pair, first, &video));
  media_renegotiate (first, &no_video, second, FALSE);
  g_assert_false (phone_media_session_get_peer_video (second));
  g_assert_true (phone_media_session_get_peer_video (first));
  assert_blind (second);
  assert_dark (first);
  assert_sees (first, second);
  media_renegotiate (second, &no_video, first, FALSE);
  assert_blind (first);
  assert_dark (second);
  g_assert_false (phone_media_session_get_has_video (first));
  g_assert_false (phone_media_session_get_has_video (second));
  assert_talking (pair);
  g_assert_true (asks (pair, second, &video));
  media_renegotiate (second, &video, first, FALSE);
  assert_dark (first);
  assert_dark (second);
  assert_talking (pair);
  media_renegotiate (second, &video, first, TRUE);
  assert_watching (pair);
}

static void
test_by_caller (Pair *pair, gconstpointer data)
{
  add_and_remove (pair, pair->caller);
}

static void
test_by_callee (Pair *pair, gconstpointer data)
{
  add_and_remove (pair, pair->callee);
}

/* The first word on it is no; no camera was opened for it, at neither end. */
static void
refuse_and_add (Pair *pair, PhoneMediaSession *first)
{
  PhoneMediaSession *second = other_of (pair, first);

  media_renegotiate (first, &video, second, FALSE);
  g_assert_false (phone_media_session_get_has_video (first));
  g_assert_cmpuint (count_own_frames (first), ==, 0);
  g_assert_cmpuint (count_own_frames (second), ==, 0);
  assert_talking (pair);
  media_renegotiate (second, &video, first, TRUE);
  assert_watching (pair);
}

static void
test_refused_to_caller (Pair *pair, gconstpointer data)
{
  refuse_and_add (pair, pair->caller);
}

static void
test_refused_to_callee (Pair *pair, gconstpointer data)
{
  refuse_and_add (pair, pair->callee);
}

/* Asked, and given up before it was answered: refused, failed, glare. */
static void
test_cancelled (Pair *pair, gconstpointer data)
{
  g_autofree char *offer = media_change (pair->caller, &video);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = media_reoffer (pair->caller, "v=0\r\n", FALSE, &error);
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_WRONG_STATE);
  phone_media_session_cancel_change (pair->caller);
  assert_talking (pair);
  assert_dark (pair->caller);
  media_renegotiate (pair->callee, &video, pair->caller, TRUE);
  assert_watching (pair);
}

/* Given up while webrtcbin still makes the line, and something else is wanted at once: the
 * line that comes then is nobody's. */
static void
test_overtaken (Pair *pair, gconstpointer data)
{
  static const PhoneMediaWish hold = {.hold = TRUE};
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  phone_media_session_change_async (pair->caller, &video, NULL, NULL, NULL);
  phone_media_session_cancel_change (pair->caller);
  offer = media_change (pair->caller, &hold);
  g_assert_null (strstr (offer, "m=video"));
  media_run (200);
  answer = media_reoffer (pair->callee, offer, FALSE, &error);
  g_assert_no_error (error);
  phone_media_session_set_change_answer (pair->caller, answer, &error);
  g_assert_no_error (error);
  media_renegotiate (pair->caller, &no_video, pair->callee, FALSE);
  assert_talking (pair);
  media_renegotiate (pair->callee, &video, pair->caller, TRUE);
  assert_watching (pair);
}

/* Their offer is withdrawn while webrtcbin is told of it, and after. */
static void
test_withdrawn (Pair *pair, gconstpointer data)
{
  g_autofree char *offer = media_change (pair->caller, &video);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  phone_media_session_reoffer_async (pair->callee, offer, TRUE, NULL, NULL, NULL);
  phone_media_session_withdraw_reoffer (pair->callee);
  phone_media_session_cancel_change (pair->caller);
  assert_dark (pair->callee);
  assert_talking (pair);
  g_free (offer);
  offer = media_change (pair->caller, &video);
  answer = media_reoffer (pair->callee, offer, TRUE, &error);
  g_assert_no_error (error);
  phone_media_session_withdraw_reoffer (pair->callee);
  phone_media_session_cancel_change (pair->caller);
  assert_dark (pair->callee);
  assert_talking (pair);
  media_renegotiate (pair->caller, &video, pair->callee, TRUE);
  assert_watching (pair);
}

/* ---- From the start ---- */

/* The picture of the one who calls is seen though none is sent back; later there is. */
static void
test_receive_only (void)
{
  Pair pair = {NULL};
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  pair.caller = media_session (low);
  pair.callee = media_session (high);
  offer = media_offer (pair.caller, TRUE);
  g_assert_true (phone_media_session_set_offer (pair.callee, offer, &error));
  answer = media_answer (pair.callee, FALSE);
  g_assert_nonnull (strstr (answer, "a=recvonly"));
  g_assert_true (phone_media_session_set_answer (pair.caller, answer, &error));
  assert_sees (pair.callee, pair.caller);
  g_assert_cmpuint (count_own_frames (pair.callee), ==, 0);
  g_assert_true (phone_media_session_get_has_video (pair.callee));
  assert_blind (pair.caller);
  g_assert_false (asks (&pair, pair.caller, &video));
  media_renegotiate (pair.callee, &video, pair.caller, FALSE);
  assert_watching (&pair);
  tear_down (&pair, NULL);
}

/* Offered with the call and refused with port 0; added later. */
static void
test_refused_at_first (void)
{
  Pair pair = {NULL};
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  g_autofree char *sendrecv = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  pair.caller = media_session (low);
  pair.callee = media_session (high);
  sendrecv = media_offer (pair.caller, TRUE);
  offer = media_replace (sendrecv, "a=sendrecv", "a=recvonly");
  g_assert_true (phone_media_session_set_offer (pair.callee, offer, &error));
  answer = media_answer (pair.callee, FALSE);
  g_assert_nonnull (strstr (answer, "m=video 0 "));
  g_free (offer);
  offer = media_replace (answer, "a=sendonly", "a=sendrecv");
  g_assert_true (phone_media_session_set_answer (pair.caller, offer, &error));
  assert_dark (pair.caller);
  add_and_remove (&pair, pair.caller);
  tear_down (&pair, NULL);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run) (Pair *, gconstpointer);
  } tests[] = {
      {"/media/video/by-caller", test_by_caller},
      {"/media/video/by-callee", test_by_callee},
      {"/media/video/refused-to-caller", test_refused_to_caller},
      {"/media/video/refused-to-callee", test_refused_to_callee},
      {"/media/video/cancelled", test_cancelled},
      {"/media/video/overtaken", test_overtaken},
      {"/media/video/withdrawn", test_withdrawn},
  };
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Pair, NULL, set_up_sound, tests[i].run, tear_down);
  g_test_add_func ("/media/video/receive-only", test_receive_only);
  g_test_add_func ("/media/video/refused-at-first", test_refused_at_first);
  return media_run_tests ();
}
