/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-verdict-private.h"

#include "phone-endpoint-text.h"

/* A call of ten seconds is hung up a moment before or after. */
#define DURATION_SLACK_MS 500
/* As near as the probe tells a frequency. */
#define TONE_SLACK_HZ 15

static void
check_free (gpointer data)
{
  PhoneCheck *check = data;

  g_free (check->name);
  g_free (check->sentence);
  g_free (check);
}

static PhoneVerdict *
verdict_new (void)
{
  PhoneVerdict *verdict = g_new0 (PhoneVerdict, 1);

  verdict->cause = "none";
  verdict->checks = g_ptr_array_new_with_free_func (check_free);
  return verdict;
}

void
phone_verdict_free (PhoneVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_ptr_array_unref (verdict->checks);
  g_free (verdict->sentence);
  g_free (verdict);
}

gboolean
phone_verdict_add_check (PhoneVerdict *verdict,
                         const char *name,
                         PhoneExit exit,
                         const char *cause,
                         char *sentence)
{
  PhoneCheck *check = g_new0 (PhoneCheck, 1);

  check->name = g_strdup (name);
  check->is_proven = cause == NULL;
  check->cause = cause != NULL ? cause : "none";
  check->sentence = sentence;
  g_ptr_array_add (verdict->checks, check);
  if (cause != NULL && verdict->exit == PHONE_EXIT_PROVEN) {
    verdict->exit = exit;
    verdict->cause = cause;
    verdict->sentence = g_strdup (sentence);
  }
  return cause == NULL;
}

/* ---- Registering ---- */

/* Below NOT_CONNECTED the codes are about the connection, in the order of its stages. */
PhoneExit
phone_exit_of_error (PhoneError code)
{
  if (code == PHONE_ERROR_INVALID_ADDRESS || code == PHONE_ERROR_INVALID_SETTING ||
      code == PHONE_ERROR_INVALID_DIGITS || code == PHONE_ERROR_ICE_SERVER)
    return PHONE_EXIT_USAGE;
  if (code >= PHONE_ERROR_OFFLINE && code <= PHONE_ERROR_NOT_CONNECTED)
    return PHONE_EXIT_NOT_CONNECTED;
  if (code == PHONE_ERROR_INTERNAL || code == PHONE_ERROR_MEDIA ||
      code == PHONE_ERROR_MEDIA_UNSUPPORTED)
    return PHONE_EXIT_INTERNAL;
  return PHONE_EXIT_NOT_REGISTERED;
}

static gboolean
judge_registered (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  PhoneError code = PHONE_ERROR_REGISTRATION_TIMEOUT;

  if (seen->is_registered)
    return phone_verdict_add_check (verdict, "registered", 0, NULL,
                                    g_strdup ("The account is registered."));
  if (seen->error != NULL)
    code = phone_error_get_code (seen->error);
  return phone_verdict_add_check (verdict, "registered", phone_exit_of_error (code),
                                  phone_error_get_name (code),
                                  g_strdup (phone_endpoint_text_error (code)));
}

/* ---- Being answered ---- */

static PhoneExit
exit_of_end_cause (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_BUSY:
  case PHONE_END_DECLINED:
  case PHONE_END_DECLINED_HERE:
  case PHONE_END_NOT_FOUND:
  case PHONE_END_UNAVAILABLE:
  case PHONE_END_FORBIDDEN:
  case PHONE_END_NOT_ACCEPTABLE:
  case PHONE_END_REDIRECTED:
  case PHONE_END_SERVER_FAILED:
    return PHONE_EXIT_REFUSED;
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_HERE:
  case PHONE_END_HUNG_UP_THERE:
  case PHONE_END_CANCELLED_HERE:
  case PHONE_END_MISSED:
  case PHONE_END_ANSWERED_ELSEWHERE:
  case PHONE_END_NO_ANSWER:
  case PHONE_END_TRANSFERRED:
  case PHONE_END_REPLACED:
    return PHONE_EXIT_NO_ANSWER;
  case PHONE_END_CONNECTION_LOST:
    return PHONE_EXIT_NOT_CONNECTED;
  case PHONE_END_CALL_LOST:
  case PHONE_END_MEDIA_FAILED:
  case PHONE_END_CERTIFICATE_MISMATCH:
  case PHONE_END_PEER_VANISHED:
    return PHONE_EXIT_MEDIA_NOT_PROVEN;
  case PHONE_END_INTERNAL:
    return PHONE_EXIT_INTERNAL;
  }
  return PHONE_EXIT_INTERNAL;
}

static gboolean
judge_answered (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  const char *cause = phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)seen->end_cause);

  if (seen->was_active)
    return phone_verdict_add_check (verdict, "answered", 0, NULL,
                                    g_strdup ("The call was answered."));
  if (!seen->has_call && seen->error != NULL) {
    PhoneError code = phone_error_get_code (seen->error);

    return phone_verdict_add_check (verdict, "answered", phone_exit_of_error (code),
                                    phone_error_get_name (code),
                                    g_strdup (phone_endpoint_text_error (code)));
  }
  if (!seen->has_call)
    return phone_verdict_add_check (verdict, "answered", PHONE_EXIT_NO_ANSWER, "no-call",
                                    g_strdup ("Nobody called."));
  if (seen->is_out_of_patience)
    return phone_verdict_add_check (verdict, "answered", PHONE_EXIT_NO_ANSWER,
                                    "no-answer", g_strdup ("Nobody answered in time."));
  return phone_verdict_add_check (
      verdict, "answered", exit_of_end_cause (seen->end_cause), cause,
      g_strdup (phone_endpoint_text_end_cause (seen->end_cause)));
}

/* ---- What the call was like ---- */

/* That it lasted as long as it should, and that nothing broke it. */
static void
judge_lasted (PhoneVerdict *verdict, const PhoneWish *wish, const PhoneObservation *seen)
{
  PhoneExit exit = exit_of_end_cause (seen->end_cause);
  gboolean is_broken = exit == PHONE_EXIT_MEDIA_NOT_PROVEN || exit == PHONE_EXIT_INTERNAL;
  guint lasted_ms = seen->measured_ms + seen->held_ms;
  double seconds = lasted_ms / 1000.0;

  if (is_broken)
    phone_verdict_add_check (verdict, "lasted", exit,
                             phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)seen->end_cause),
                             g_strdup (phone_endpoint_text_end_cause (seen->end_cause)));
  else if (wish->expect != PHONE_EXPECT_NONE &&
           lasted_ms + DURATION_SLACK_MS < wish->duration_s * 1000)
    phone_verdict_add_check (
        verdict, "lasted", PHONE_EXIT_MEDIA_NOT_PROVEN, "ended-early",
        g_strdup_printf ("The call ended after %.1f s instead of %u s.", seconds,
                         wish->duration_s));
  else
    phone_verdict_add_check (verdict, "lasted", 0, NULL,
                             g_strdup_printf ("The call lasted %.1f s.", seconds));
}

static gboolean
is_most_of (guint64 part_ms, guint measured_ms)
{
  return measured_ms > 0 && part_ms * 100 >= (guint64)measured_ms * PHONE_PROVEN_PERCENT;
}

static gboolean
are_enough (guint64 pictures, guint measured_ms)
{
  return measured_ms > 0 &&
         pictures * 1000 >= (guint64)measured_ms * PHONE_PROVEN_PICTURES_PER_S;
}

/* Takes sentence. Content first: where nothing arrives here, that is what is told. */
gboolean
phone_verdict_is_confirmed (PhoneExpect kinds, const PhoneObservation *seen)
{
  const PhoneExpect sound = PHONE_EXPECT_AUDIO | PHONE_EXPECT_TONE | PHONE_EXPECT_ECHO;
  const PhoneExpect pictures = PHONE_EXPECT_VIDEO | PHONE_EXPECT_FRAMES |
                               (seen->has_video ? PHONE_EXPECT_ECHO : PHONE_EXPECT_NONE);

  return ((kinds & sound) == 0 || seen->audio_confirmed) &&
         ((kinds & pictures) == 0 || seen->video_confirmed);
}

static void
add_media_check (PhoneVerdict *verdict,
                 const char *name,
                 gboolean is_there,
                 const char *cause,
                 gboolean is_confirmed,
                 char *sentence)
{
  g_autofree char *content = sentence;

  if (!is_there)
    phone_verdict_add_check (verdict, name, PHONE_EXIT_MEDIA_NOT_PROVEN, cause,
                             g_steal_pointer (&content));
  else if (!is_confirmed)
    phone_verdict_add_check (
        verdict, name, PHONE_EXIT_MEDIA_NOT_PROVEN, "not-confirmed",
        g_strdup_printf (
            "%s But the far end's RTCP reports do not confirm the receipt of "
            "what we sent.",
            content));
  else
    phone_verdict_add_check (verdict, name, 0, NULL, g_steal_pointer (&content));
}

static void
judge_audio (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  gboolean is_there = is_most_of (seen->probe.sounding_ms, seen->measured_ms);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "Sound was heard for %.1f of %.1f s",
                   (double)seen->probe.sounding_ms / 1000.0, seen->measured_ms / 1000.0);
  if (!is_there && seen->silence != PHONE_MEDIA_SILENCE_NONE)
    g_string_append_printf (text, ": %s", phone_endpoint_text_silence (seen->silence));
  g_string_append_c (text, '.');
  add_media_check (
      verdict, "audio", is_there, seen->probe.audio_ms == 0 ? "no-audio" : "audio-silent",
      phone_verdict_is_confirmed (PHONE_EXPECT_AUDIO, seen), g_string_free (text, FALSE));
}

static const char *
tone_cause (const PhoneWish *wish, const PhoneObservation *seen)
{
  int apart = ABS ((int)seen->probe.tone_hz - (int)wish->expect_hz);

  if (seen->probe.tone_hz == 0)
    return "no-tone";
  return apart <= TONE_SLACK_HZ ? "tone-too-short" : "wrong-tone";
}

static void
judge_tone (PhoneVerdict *verdict, const PhoneWish *wish, const PhoneObservation *seen)
{
  g_autofree char *name = g_strdup_printf ("tone=%u", wish->expect_hz);
  gboolean is_there = is_most_of (seen->expect_tone_ms, seen->measured_ms);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "A tone of %u Hz was heard for %.1f of %.1f s", wish->expect_hz,
                   (double)seen->expect_tone_ms / 1000.0, seen->measured_ms / 1000.0);
  if (!is_there && seen->probe.tone_hz != 0)
    g_string_append_printf (text, "; the last one had %u Hz", seen->probe.tone_hz);
  g_string_append_c (text, '.');
  add_media_check (verdict, name, is_there, tone_cause (wish, seen),
                   phone_verdict_is_confirmed (PHONE_EXPECT_TONE, seen),
                   g_string_free (text, FALSE));
}

static void
judge_echo (PhoneVerdict *verdict, const PhoneWish *wish, const PhoneObservation *seen)
{
  gboolean is_heard = is_most_of (seen->own_tone_ms, seen->measured_ms);
  gboolean is_seen = !seen->has_video || are_enough (seen->own_frames, seen->measured_ms);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "Our tone of %u Hz came back for %.1f of %.1f s", wish->own_hz,
                   (double)seen->own_tone_ms / 1000.0, seen->measured_ms / 1000.0);
  if (seen->has_video)
    g_string_append_printf (text, ", and %" G_GUINT64_FORMAT " of our own frames",
                            seen->own_frames);
  g_string_append_c (text, '.');
  add_media_check (verdict, "echo", is_heard && is_seen,
                   is_heard ? "frames-not-echoed" : "tone-not-echoed",
                   phone_verdict_is_confirmed (PHONE_EXPECT_ECHO, seen),
                   g_string_free (text, FALSE));
}

static void
judge_video (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  add_media_check (verdict, "video", are_enough (seen->probe.changes, seen->measured_ms),
                   seen->probe.frames == 0 ? "no-video" : "video-frozen",
                   phone_verdict_is_confirmed (PHONE_EXPECT_VIDEO, seen),
                   g_strdup_printf ("%" G_GUINT64_FORMAT
                                    " pictures were decoded, %" G_GUINT64_FORMAT
                                    " of them new.",
                                    seen->probe.frames, seen->probe.changes));
}

static void
judge_frames (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%" G_GUINT64_FORMAT " numbered frames were recognised",
                   seen->probe.recognised);
  g_string_append_printf (text, ", %" G_GUINT64_FORMAT " never came.", seen->probe.gaps);
  add_media_check (verdict, "frames",
                   are_enough (seen->probe.recognised, seen->measured_ms),
                   seen->probe.frames == 0 ? "no-video" : "frames-not-recognised",
                   phone_verdict_is_confirmed (PHONE_EXPECT_FRAMES, seen),
                   g_string_free (text, FALSE));
}

static void
judge_call (PhoneVerdict *verdict, const PhoneWish *wish, const PhoneObservation *seen)
{
  judge_lasted (verdict, wish, seen);
  phone_verdict_judge_changes (verdict, wish, seen);
  if ((wish->expect & PHONE_EXPECT_AUDIO) != 0)
    judge_audio (verdict, seen);
  if ((wish->expect & PHONE_EXPECT_TONE) != 0)
    judge_tone (verdict, wish, seen);
  if ((wish->expect & PHONE_EXPECT_ECHO) != 0)
    judge_echo (verdict, wish, seen);
  if ((wish->expect & PHONE_EXPECT_VIDEO) != 0)
    judge_video (verdict, seen);
  if ((wish->expect & PHONE_EXPECT_FRAMES) != 0)
    judge_frames (verdict, seen);
}

PhoneVerdict *
phone_verdict_judge (const PhoneWish *wish, const PhoneObservation *seen)
{
  PhoneVerdict *verdict = verdict_new ();

  verdict->status = seen->status;
  if (judge_registered (verdict, seen) && wish->needs_call &&
      judge_answered (verdict, seen))
    judge_call (verdict, wish, seen);
  if (verdict->exit == PHONE_EXIT_PROVEN)
    verdict->sentence = g_strdup ("Proven.");
  return verdict;
}

PhoneVerdict *
phone_verdict_new_failure (PhoneExit exit, const char *cause, const char *sentence)
{
  PhoneVerdict *verdict = verdict_new ();

  phone_verdict_add_check (verdict, "started", exit, cause, g_strdup (sentence));
  return verdict;
}

const char *
phone_exit_get_name (PhoneExit exit)
{
  switch (exit) {
  case PHONE_EXIT_PROVEN:
    return "proven";
  case PHONE_EXIT_USAGE:
    return "usage";
  case PHONE_EXIT_NOT_CONNECTED:
    return "not-connected";
  case PHONE_EXIT_NOT_REGISTERED:
    return "not-registered";
  case PHONE_EXIT_REFUSED:
    return "refused";
  case PHONE_EXIT_NO_ANSWER:
    return "no-answer";
  case PHONE_EXIT_MEDIA_NOT_PROVEN:
    return "media-not-proven";
  case PHONE_EXIT_INTERNAL:
    return "internal";
  }
  return "internal";
}
