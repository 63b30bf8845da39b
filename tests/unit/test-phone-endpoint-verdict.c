/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-verdict.h"

#include "phone-endpoint-report.h"

#include <string.h>

static const PhoneWish wish_all = {
    .expect = PHONE_EXPECT_AUDIO | PHONE_EXPECT_TONE | PHONE_EXPECT_ECHO |
              PHONE_EXPECT_VIDEO | PHONE_EXPECT_FRAMES,
    .expect_hz = 880,
    .own_hz = 440,
    .duration_s = 6,
    .needs_call = TRUE,
};

/* Six seconds of a call in which everything came. */
static const PhoneObservation seen_all = {
    .is_registered = TRUE,
    .has_call = TRUE,
    .was_active = TRUE,
    .end_cause = PHONE_END_HUNG_UP_HERE,
    .measured_ms = 6000,
    .has_video = TRUE,
    .probe = {.audio_ms = 5800,
              .sounding_ms = 5700,
              .tone_hz = 880,
              .frames = 110,
              .changes = 108,
              .recognised = 107,
              .gaps = 2},
    .expect_tone_ms = 5500,
    .own_tone_ms = 5500,
    .own_frames = 100,
    .audio_confirmed = TRUE,
    .video_confirmed = TRUE,
};

static void
assert_verdict (const PhoneWish *wish,
                const PhoneObservation *seen,
                PhoneExit exit,
                const char *cause)
{
  g_autoptr (PhoneVerdict) verdict = phone_verdict_judge (wish, seen);

  g_assert_cmpint (verdict->exit, ==, exit);
  g_assert_cmpstr (verdict->cause, ==, cause);
  g_assert_nonnull (verdict->sentence);
  g_assert_cmpint (verdict->sentence[strlen (verdict->sentence) - 1], ==, '.');
}

static void
test_proven (void)
{
  PhoneWish nothing = {.needs_call = TRUE};
  PhoneWish registered = {0};
  PhoneObservation seen = {.is_registered = TRUE};
  g_autoptr (PhoneVerdict) verdict = NULL;

  assert_verdict (&wish_all, &seen_all, PHONE_EXIT_PROVEN, "none");
  assert_verdict (&nothing, &seen_all, PHONE_EXIT_PROVEN, "none");
  assert_verdict (&registered, &seen, PHONE_EXIT_PROVEN, "none");
  verdict = phone_verdict_judge (&wish_all, &seen_all);
  g_assert_cmpuint (verdict->checks->len, ==, 8);
}

/* Everything that was proven takes one thing away: then it is that which is told. */
#define TAKE_AWAY(member, value, expected_cause)                                         \
  G_STMT_START                                                                           \
  {                                                                                      \
    PhoneObservation seen = seen_all;                                                    \
                                                                                         \
    seen.member = value;                                                                 \
    assert_verdict (&wish_all, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, expected_cause);      \
  }                                                                                      \
  G_STMT_END

static void
test_each_lack (void)
{
  TAKE_AWAY (probe.sounding_ms, 2999, "audio-silent");
  TAKE_AWAY (expect_tone_ms, 2999, "tone-too-short");
  TAKE_AWAY (own_tone_ms, 2999, "tone-not-echoed");
  TAKE_AWAY (own_frames, 5, "frames-not-echoed");
  TAKE_AWAY (probe.changes, 5, "video-frozen");
  TAKE_AWAY (probe.recognised, 5, "frames-not-recognised");
}

static void
test_no_tone (void)
{
  PhoneObservation seen = seen_all;

  seen.expect_tone_ms = 0;
  seen.probe.tone_hz = 0;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, "no-tone");
  seen.probe.tone_hz = 896;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, "wrong-tone");
}

static void
test_half_is_enough (void)
{
  PhoneObservation seen = seen_all;

  seen.probe.sounding_ms = 3000;
  seen.expect_tone_ms = 3000;
  seen.own_tone_ms = 3000;
  seen.own_frames = 6;
  seen.probe.changes = 6;
  seen.probe.recognised = 6;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_PROVEN, "none");
}

/* Each expectation alone asks for the far end's reports, of the kind it is about. */
static void
test_confirmed (void)
{
  static const struct {
    PhoneExpect expect;
    gboolean of_audio;
    gboolean of_video;
  } table[] = {
      {PHONE_EXPECT_AUDIO, TRUE, FALSE},  {PHONE_EXPECT_TONE, TRUE, FALSE},
      {PHONE_EXPECT_ECHO, TRUE, TRUE},    {PHONE_EXPECT_VIDEO, FALSE, TRUE},
      {PHONE_EXPECT_FRAMES, FALSE, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint j = 0; j < 4; j++) {
      PhoneWish wish = wish_all;
      PhoneObservation seen = seen_all;
      gboolean is_good;

      wish.expect = table[i].expect;
      seen.audio_confirmed = (j & 1) != 0;
      seen.video_confirmed = (j & 2) != 0;
      is_good = (seen.audio_confirmed || !table[i].of_audio) &&
                (seen.video_confirmed || !table[i].of_video);
      assert_verdict (&wish, &seen,
                      is_good ? PHONE_EXIT_PROVEN : PHONE_EXIT_MEDIA_NOT_PROVEN,
                      is_good ? "none" : "not-confirmed");
    }
}

/* Digits are heard, or not: no report is waited for on their account. */
static void
test_digits_need_no_report (void)
{
  const PhoneObservation nothing = {.has_video = TRUE};

  g_assert_true (phone_verdict_is_confirmed (PHONE_EXPECT_NONE, &nothing));
  g_assert_true (phone_verdict_is_confirmed (PHONE_EXPECT_DIGITS, &nothing));
  g_assert_false (
      phone_verdict_is_confirmed (PHONE_EXPECT_DIGITS | PHONE_EXPECT_TONE, &nothing));
}

/* An echo of sound alone asks for no pictures. */
static void
test_echo_without_video (void)
{
  PhoneWish wish = wish_all;
  PhoneObservation seen = seen_all;

  wish.expect = PHONE_EXPECT_ECHO;
  seen.has_video = FALSE;
  seen.video_confirmed = FALSE;
  seen.own_frames = 0;
  assert_verdict (&wish, &seen, PHONE_EXIT_PROVEN, "none");
}

static void
test_nothing_measured (void)
{
  PhoneObservation seen = seen_all;

  seen.measured_ms = 0;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, "ended-early");
}

static void
test_ended_early (void)
{
  PhoneObservation seen = seen_all;
  PhoneWish without = {.needs_call = TRUE, .duration_s = 6};

  seen.measured_ms = 5000;
  seen.end_cause = PHONE_END_HUNG_UP_THERE;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, "ended-early");
  assert_verdict (&without, &seen, PHONE_EXIT_PROVEN, "none");
  seen.end_cause = PHONE_END_PEER_VANISHED;
  assert_verdict (&without, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, "peer-vanished");
}

static void
test_account_errors (void)
{
  static const struct {
    PhoneError code;
    PhoneExit exit;
  } table[] = {
      {PHONE_ERROR_CONNECT_REFUSED, PHONE_EXIT_NOT_CONNECTED},
      {PHONE_ERROR_NAME_NOT_FOUND, PHONE_EXIT_NOT_CONNECTED},
      {PHONE_ERROR_CERT_EXPIRED, PHONE_EXIT_NOT_CONNECTED},
      {PHONE_ERROR_NO_SUBPROTOCOL, PHONE_EXIT_NOT_CONNECTED},
      {PHONE_ERROR_CLOSED_BY_POLICY, PHONE_EXIT_NOT_CONNECTED},
      {PHONE_ERROR_AUTH_REFUSED, PHONE_EXIT_NOT_REGISTERED},
      {PHONE_ERROR_PASSWORD_MISSING, PHONE_EXIT_NOT_REGISTERED},
      {PHONE_ERROR_SERVER_BUSY, PHONE_EXIT_NOT_REGISTERED},
      {PHONE_ERROR_INVALID_ADDRESS, PHONE_EXIT_USAGE},
      {PHONE_ERROR_MEDIA_UNSUPPORTED, PHONE_EXIT_INTERNAL},
  };
  PhoneObservation silent = {0};

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = g_error_new_literal (PHONE_ERROR, table[i].code, "x");
    PhoneObservation seen = {.error = error};

    assert_verdict (&wish_all, &seen, table[i].exit,
                    phone_error_get_name (table[i].code));
  }
  assert_verdict (&wish_all, &silent, PHONE_EXIT_NOT_REGISTERED, "registration-timeout");
}

static void
test_call_ends (void)
{
  static const struct {
    PhoneEndCause cause;
    PhoneExit exit;
  } table[] = {
      {PHONE_END_BUSY, PHONE_EXIT_REFUSED},
      {PHONE_END_DECLINED, PHONE_EXIT_REFUSED},
      {PHONE_END_NOT_FOUND, PHONE_EXIT_REFUSED},
      {PHONE_END_UNAVAILABLE, PHONE_EXIT_REFUSED},
      {PHONE_END_FORBIDDEN, PHONE_EXIT_REFUSED},
      {PHONE_END_NOT_ACCEPTABLE, PHONE_EXIT_REFUSED},
      {PHONE_END_REDIRECTED, PHONE_EXIT_REFUSED},
      {PHONE_END_SERVER_FAILED, PHONE_EXIT_REFUSED},
      {PHONE_END_NO_ANSWER, PHONE_EXIT_NO_ANSWER},
      {PHONE_END_MISSED, PHONE_EXIT_NO_ANSWER},
      {PHONE_END_CONNECTION_LOST, PHONE_EXIT_NOT_CONNECTED},
      {PHONE_END_MEDIA_FAILED, PHONE_EXIT_MEDIA_NOT_PROVEN},
      {PHONE_END_CERTIFICATE_MISMATCH, PHONE_EXIT_MEDIA_NOT_PROVEN},
      {PHONE_END_INTERNAL, PHONE_EXIT_INTERNAL},
  };
  PhoneObservation no_call = {.is_registered = TRUE};

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    PhoneObservation seen = {
        .is_registered = TRUE, .has_call = TRUE, .end_cause = table[i].cause};

    assert_verdict (&wish_all, &seen, table[i].exit,
                    phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)table[i].cause));
    seen.is_out_of_patience = TRUE;
    assert_verdict (&wish_all, &seen, PHONE_EXIT_NO_ANSWER, "no-answer");
  }
  assert_verdict (&wish_all, &no_call, PHONE_EXIT_NO_ANSWER, "no-call");
}

/* ---- What is done in a call ---- */

static const PhoneWish wish_changes = {
    .needs_call = TRUE,
    .expect = PHONE_EXPECT_DIGITS,
    .expect_digits = "12#",
    .hold_every_s = 2,
    .sends_digits = TRUE,
    .adds_video = TRUE,
    .removes_video = TRUE,
    .transfers = TRUE,
};

static PhoneObservation
see_changes (void)
{
  PhoneObservation seen = seen_all;

  seen.digits_heard = "912#4";
  seen.digits_asked = 3;
  seen.digits_sent = 3;
  seen.holds = 1;
  seen.is_video_added = TRUE;
  seen.is_video_removed = TRUE;
  seen.transfer = PHONE_TRANSFER_DONE;
  return seen;
}

#define TAKE_AWAY_CHANGE(member, value, exit, cause)                                     \
  G_STMT_START                                                                           \
  {                                                                                      \
    PhoneObservation seen = see_changes ();                                              \
                                                                                         \
    seen.member = value;                                                                 \
    assert_verdict (&wish_changes, &seen, exit, cause);                                  \
  }                                                                                      \
  G_STMT_END

static void
test_changes (void)
{
  g_autoptr (GError) no_digits =
      g_error_new_literal (PHONE_ERROR, PHONE_ERROR_INVALID_DIGITS, "x");
  g_autoptr (GError) no_address =
      g_error_new_literal (PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS, "x");
  PhoneObservation all = see_changes ();

  assert_verdict (&wish_changes, &all, PHONE_EXIT_PROVEN, "none");
  TAKE_AWAY_CHANGE (digits_heard, NULL, PHONE_EXIT_MEDIA_NOT_PROVEN, "no-digits");
  TAKE_AWAY_CHANGE (digits_heard, "1#2", PHONE_EXIT_MEDIA_NOT_PROVEN, "wrong-digits");
  TAKE_AWAY_CHANGE (digits_sent, 2, PHONE_EXIT_MEDIA_NOT_PROVEN, "digits-not-sent");
  TAKE_AWAY_CHANGE (digits_error, no_digits, PHONE_EXIT_USAGE, "invalid-digits");
  TAKE_AWAY_CHANGE (holds, 0, PHONE_EXIT_MEDIA_NOT_PROVEN, "not-held");
  TAKE_AWAY_CHANGE (is_hold_refused, TRUE, PHONE_EXIT_REFUSED, "hold-refused");
  TAKE_AWAY_CHANGE (is_video_added, FALSE, PHONE_EXIT_REFUSED, "video-refused");
  TAKE_AWAY_CHANGE (is_video_removed, FALSE, PHONE_EXIT_REFUSED, "video-not-removed");
  TAKE_AWAY_CHANGE (transfer, PHONE_TRANSFER_FAILED, PHONE_EXIT_REFUSED,
                    "transfer-refused");
  TAKE_AWAY_CHANGE (transfer, PHONE_TRANSFER_RINGING, PHONE_EXIT_NO_ANSWER,
                    "transfer-unknown");
  all.transfer = PHONE_TRANSFER_FAILED;
  all.transfer_status = 408;
  assert_verdict (&wish_changes, &all, PHONE_EXIT_NO_ANSWER, "transfer-unknown");
  TAKE_AWAY_CHANGE (transfer_error, no_address, PHONE_EXIT_USAGE, "invalid-address");
}

/* Time on hold is part of how long a call lasted, and of nothing else. */
static void
test_held_time (void)
{
  PhoneObservation seen = seen_all;

  seen.measured_ms = 3000;
  seen.held_ms = 3000;
  seen.probe.sounding_ms = 1500;
  seen.expect_tone_ms = 1500;
  seen.own_tone_ms = 1500;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_PROVEN, "none");
  seen.held_ms = 2000;
  assert_verdict (&wish_all, &seen, PHONE_EXIT_MEDIA_NOT_PROVEN, "ended-early");
}

static void
test_junit (void)
{
  PhoneObservation seen = seen_all;
  g_autoptr (PhoneVerdict) verdict = NULL;
  g_autofree char *text = NULL;

  seen.audio_confirmed = FALSE;
  seen.status = 200;
  verdict = phone_verdict_judge (&wish_all, &seen);
  text = phone_report_make_junit ("a<b>&\"c\"", verdict, 7.5);
  g_assert_nonnull (strstr (text, "name=\"a&lt;b&gt;&amp;&quot;c&quot;\""));
  g_assert_nonnull (
      strstr (text, "tests=\"8\" failures=\"3\" errors=\"0\" time=\"7.500\""));
  g_assert_nonnull (strstr (text, "<failure type=\"not-confirmed\""));
  g_assert_nonnull (strstr (text, "SIP status: 200"));
  g_assert_nonnull (strstr (text, "</testsuite>\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/verdict/proven", test_proven);
  g_test_add_func ("/endpoint/verdict/each-lack", test_each_lack);
  g_test_add_func ("/endpoint/verdict/no-tone", test_no_tone);
  g_test_add_func ("/endpoint/verdict/half-is-enough", test_half_is_enough);
  g_test_add_func ("/endpoint/verdict/confirmed", test_confirmed);
  g_test_add_func ("/endpoint/verdict/digits", test_digits_need_no_report);
  g_test_add_func ("/endpoint/verdict/echo-without-video", test_echo_without_video);
  g_test_add_func ("/endpoint/verdict/nothing-measured", test_nothing_measured);
  g_test_add_func ("/endpoint/verdict/ended-early", test_ended_early);
  g_test_add_func ("/endpoint/verdict/account-errors", test_account_errors);
  g_test_add_func ("/endpoint/verdict/call-ends", test_call_ends);
  g_test_add_func ("/endpoint/verdict/changes", test_changes);
  g_test_add_func ("/endpoint/verdict/held-time", test_held_time);
  g_test_add_func ("/endpoint/verdict/junit", test_junit);
  return g_test_run ();
}
