/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

#include <string.h>

/* What must not be spoken with, and what must not be heard. */

static void
assert_nothing_heard (PhoneMediaSession *session)
{
  PhoneProbeReport report =
      phone_probe_get_report (phone_media_session_get_probe (session));

  g_assert_cmpuint (report.audio_ms, ==, 0);
  g_assert_cmpuint (report.frames, ==, 0);
  g_assert_cmpint (phone_media_session_get_timings (session).first_audio_ms, ==, -1);
}

/* The callee is given an offer whose certificate is another one: it must neither play nor
 * send, and the caller, who has the right answer, must hear nothing. */
static void
test_wrong_offer (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = media_offer (caller, TRUE);
  g_autofree char *wrong = media_wrong_fingerprint (offer);
  g_autofree char *answer = NULL;

  g_assert_true (phone_media_session_set_offer (callee, wrong, &error));
  answer = media_answer (callee, TRUE);
  g_assert_true (phone_media_session_set_answer (caller, answer, &error));
  g_assert_true (media_wait_state (callee, PHONE_MEDIA_STATE_FAILED, 5));
  g_assert_cmpint (phone_media_session_get_failure (callee), ==,
                   PHONE_MEDIA_FAILURE_FINGERPRINT);
  media_run (1500);
  assert_nothing_heard (callee);
  assert_nothing_heard (caller);
  media_end (caller);
  media_end (callee);
}

static void
test_wrong_answer (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = media_offer (caller, TRUE);
  g_autofree char *answer = NULL;
  g_autofree char *wrong = NULL;

  g_assert_true (phone_media_session_set_offer (callee, offer, &error));
  answer = media_answer (callee, TRUE);
  wrong = media_wrong_fingerprint (answer);
  g_assert_true (phone_media_session_set_answer (caller, wrong, &error));
  g_assert_true (media_wait_state (caller, PHONE_MEDIA_STATE_FAILED, 5));
  g_assert_cmpint (phone_media_session_get_failure (caller), ==,
                   PHONE_MEDIA_FAILURE_FINGERPRINT);
  media_run (1500);
  assert_nothing_heard (callee);
  assert_nothing_heard (caller);
  media_end (caller);
  media_end (callee);
}

typedef struct {
  const char *old;
  const char *new;
  PhoneMediaError code;
} Refusal;

/* By way of the whole session: the same error from both doors, and the call can be
 * refused with nothing left behind. */
static void
test_sdp (void)
{
  static const Refusal refusals[] = {
      {"a=fingerprint:sha-256", "a=fingerprint:sha-1", PHONE_MEDIA_ERROR_NO_FINGERPRINT},
      {"a=fingerprint:", "a=x-fingerprint:", PHONE_MEDIA_ERROR_NO_FINGERPRINT},
      {"UDP/TLS/RTP/SAVPF", "RTP/AVP", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=rtcp-mux\r\n", "", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=mid:", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\na=mid:",
       PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"OPUS/48000/2", "SPEEX/16000", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"m=audio", "m=text", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
  };
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  g_autofree char *offer = NULL;
  PhoneMediaSession *callee = media_session (config);

  g_strfreev (config->audio_codecs);
  config->audio_codecs = g_strsplit ("opus", ",", -1);
  media_end (caller);
  caller = media_session (config);
  offer = media_offer (caller, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *broken = media_replace (offer, refusals[i].old, refusals[i].new);
    g_autoptr (GError) error = NULL;

    g_assert_false (phone_media_session_set_offer (callee, broken, &error));
    g_assert_error (error, PHONE_MEDIA_ERROR, (int)refusals[i].code);
    g_clear_error (&error);
    g_assert_false (phone_media_session_set_answer (caller, broken, &error));
    g_assert_nonnull (error);
  }
  g_assert_cmpint (phone_media_session_get_state (callee), ==, PHONE_MEDIA_STATE_NEW);
  media_end (caller);
  media_end (callee);
}

/* No picture of our own, and none of theirs to see: the line is refused. */
static void
test_video_refused (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  g_autoptr (GError) error = NULL;
  g_autofree char *sendrecv = media_offer (caller, TRUE);
  g_autofree char *offer = media_replace (sendrecv, "a=sendrecv", "a=recvonly");
  g_autofree char *answer = NULL;

  g_assert_true (phone_media_session_set_offer (callee, offer, &error));
  g_assert_true (phone_media_session_get_offered_video (callee));
  answer = media_answer (callee, FALSE);
  g_assert_nonnull (strstr (answer, "m=video 0 "));
  g_assert_nonnull (strstr (answer, "a=group:BUNDLE audio0\r\n"));
  g_assert_true (phone_media_session_set_answer (caller, answer, &error));
  g_assert_true (media_wait_tone (caller, 1000, 500, 10));
  g_assert_false (phone_media_session_get_has_video (caller));
  g_assert_false (phone_media_session_get_has_video (callee));
  media_end (caller);
  media_end (callee);
}

/* Offer and answer have come, the peer has not: no state is waited for for ever. */
static void
test_wrong_order (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *session = media_session (config);
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = NULL;

  g_assert_false (phone_media_session_set_answer (session, "v=0\r\n", &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_WRONG_STATE);
  g_clear_error (&error);
  sdp = media_reoffer (session, "v=0\r\n", FALSE, &error);
  g_assert_null (sdp);
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_WRONG_STATE);
  media_end (session);
}

/* The peer's SDP is fine, and neither finds the other. */
static void
test_no_path (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = media_offer (caller, FALSE);
  g_autofree char *pathless_offer = media_replace (offer, "a=candidate:", "a=x-none:");
  g_autofree char *answer = NULL;
  g_autofree char *pathless_answer = NULL;

  g_assert_true (phone_media_session_set_offer (callee, pathless_offer, &error));
  answer = media_answer (callee, FALSE);
  pathless_answer = media_replace (answer, "a=candidate:", "a=x-none:");
  media_end (callee);
  g_assert_true (phone_media_session_set_answer (caller, pathless_answer, &error));
  g_assert_true (media_wait_state (caller, PHONE_MEDIA_STATE_FAILED, 15));
  g_assert_cmpint (phone_media_session_get_failure (caller), ==, PHONE_MEDIA_FAILURE_ICE);
  assert_nothing_heard (caller);
  media_end (caller);
}

/* ---- Anything at all ---- */

static void
on_answered (GObject *source, GAsyncResult *result, gpointer done)
{
  g_autofree char *answer =
      phone_media_session_answer_finish (PHONE_MEDIA_SESSION (source), result, NULL);

  *(gboolean *)done = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *)data;
}

static void
spoil (GRand *random, char *text)
{
  gint n = g_rand_int_range (random, 1, 4);

  while (n-- > 0) {
    gint at = g_rand_int_range (random, 20, (gint)strlen (text));

    text[at] = (char)g_rand_int_range (random, 32, 127);
  }
}

/* What is let through is harmless to webrtcbin: it answers, or says that it cannot. */
static void
test_mutations (void)
{
  guint32 seed = (guint32)g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  g_autofree char *offer = media_offer (caller, TRUE);
  guint n_answered = 0;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *spoiled = g_strdup (offer);
    PhoneMediaSession *callee = media_session (config);
    gboolean done = FALSE;

    spoil (random, spoiled);
    if (phone_media_session_set_offer (callee, spoiled, NULL)) {
      phone_media_session_answer_async (callee, TRUE, NULL, on_answered, &done);
      g_assert_true (media_wait (is_true, &done, 10));
      n_answered++;
    }
    media_end (callee);
  }
  g_assert_cmpuint (n_answered, >, 10);
  media_end (caller);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/refusal/wrong-certificate-in-offer", test_wrong_offer);
  g_test_add_func ("/media/refusal/wrong-certificate-in-answer", test_wrong_answer);
  g_test_add_func ("/media/refusal/sdp", test_sdp);
  g_test_add_func ("/media/refusal/video", test_video_refused);
  g_test_add_func ("/media/refusal/wrong-order", test_wrong_order);
  g_test_add_func ("/media/refusal/no-path", test_no_path);
  g_test_add_func ("/media/refusal/mutations", test_mutations);
  return media_run_tests ();
}
