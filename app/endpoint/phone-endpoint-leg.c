/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-oneshot-private.h"

#include "phone-endpoint-snapshot.h"

/* ---- What was seen ---- */

static void
note_confirmed (PhoneLeg *leg)
{
  g_autoptr (PhoneMediaStats) stats = phone_call_dup_stats (leg->call);

  if (stats == NULL)
    return;
  leg->seen.audio_confirmed |= stats->audio_out.confirmed;
  leg->seen.video_confirmed |= stats->video_out.confirmed;
}

/* Nothing can be heard on hold, whoever holds: that time is no part of what is measured. */
static void
note_held (PhoneLeg *leg)
{
  gboolean is_held =
      phone_call_get_held (leg->call) || phone_call_get_peer_held (leg->call);
  gint64 now_us = g_get_monotonic_time ();

  if (!leg->seen.was_active || is_held == (leg->held_since_us != 0))
    return;
  if (!is_held)
    leg->held_us += now_us - leg->held_since_us;
  leg->held_since_us = is_held ? now_us : 0;
}

static void
note_times (PhoneLeg *leg)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 held_us =
      leg->held_us + (leg->held_since_us != 0 ? now_us - leg->held_since_us : 0);

  leg->seen.held_ms = (guint)(held_us / 1000);
  leg->seen.measured_ms = (guint)((now_us - leg->active_at_us - held_us) / 1000);
}

void
phone_leg_measure (PhoneLeg *leg)
{
  PhoneProbe *probe = phone_call_get_probe (leg->call);
  const PhoneEndpointOptions *options = leg->owner->options;
  PhoneObservation *seen = &leg->seen;

  if (leg->is_measured || !seen->was_active)
    return;
  leg->is_measured = TRUE;
  note_confirmed (leg);
  note_times (leg);
  seen->has_video = phone_call_get_remote_video (leg->call);
  seen->probe = phone_probe_get_report (probe);
  if (options->expect_hz != 0)
    seen->expect_tone_ms = phone_probe_get_tone_ms (probe, options->expect_hz);
  seen->own_tone_ms = phone_probe_get_tone_ms (probe, options->tone_hz);
  seen->own_frames =
      phone_probe_get_recognised_from (probe, phone_call_get_frame_source (leg->call));
  seen->silence = phone_call_get_diagnosis (leg->call);
  seen->is_video_added |= leg->video_add_id == 0 && phone_call_get_video (leg->call);
  seen->is_video_removed = leg->video_remove_id == 0 && !phone_call_get_video (leg->call);
}

JsonObject *
phone_leg_describe (PhoneLeg *leg)
{
  const PhoneEndpointOptions *options = leg->owner->options;
  JsonObject *details = phone_endpoint_call_stats_to_json (leg->call);

  json_object_set_object_member (details, "call",
                                 phone_endpoint_call_to_json (leg->call));
  json_object_set_int_member (details, "measuredMs", leg->seen.measured_ms);
  json_object_set_int_member (details, "heldMs", leg->seen.held_ms);
  if (options->expect_hz != 0)
    json_object_set_int_member (details, "expectedToneMs",
                                (gint64)leg->seen.expect_tone_ms);
  json_object_set_int_member (details, "ownToneMs", (gint64)leg->seen.own_tone_ms);
  json_object_set_int_member (details, "ownFrames", (gint64)leg->seen.own_frames);
  json_object_set_string_member (details, "digitsHeard", leg->heard->str);
  json_object_set_int_member (details, "digitsSent", leg->seen.digits_sent);
  return details;
}

/* ---- What is done ---- */

static void
send_digits (PhoneLeg *leg)
{
  const char *digits = leg->owner->options->dtmf;

  if (digits == NULL)
    return;
  if (!phone_call_send_digits (leg->call, digits, &leg->digits_error))
    return;
  for (const char *p = digits; *p != '\0'; p++) /* and not what stands between them */
    leg->seen.digits_asked += g_ascii_isalnum (*p) || *p == '*' || *p == '#' ? 1 : 0;
}

/* Whether the far end took the last wish shows in that it is still so. */
static gboolean
on_hold_turn (gpointer user_data)
{
  PhoneLeg *leg = user_data;
  gboolean is_held = phone_call_get_held (leg->call);

  if (is_held != leg->is_hold_wanted)
    leg->seen.is_hold_refused = TRUE;
  else if (is_held)
    leg->seen.holds++;
  leg->is_hold_wanted = !is_held;
  phone_call_set_held (leg->call, !is_held);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_video_add (gpointer user_data)
{
  PhoneLeg *leg = user_data;

  leg->video_add_id = 0;
  phone_call_set_video (leg->call, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_video_remove (gpointer user_data)
{
  PhoneLeg *leg = user_data;

  leg->video_remove_id = 0;
  leg->seen.is_video_added |= phone_call_get_video (leg->call);
  phone_call_set_video (leg->call, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_transfer_patience (gpointer user_data)
{
  PhoneLeg *leg = user_data;

  leg->transfer_id = 0;
  phone_call_hang_up (leg->call);
  return G_SOURCE_REMOVE;
}

static void
hand_on (PhoneLeg *leg)
{
  const PhoneEndpointOptions *options = leg->owner->options;

  if (!phone_call_transfer (leg->call, options->transfer, &leg->transfer_error))
    phone_call_hang_up (leg->call);
  else if (options->timeout_s > 0)
    leg->transfer_id =
        g_timeout_add_seconds (options->timeout_s, on_transfer_patience, leg);
}

static void
leave_call (PhoneLeg *leg)
{
  if (leg->owner->options->transfer != NULL && !leg->goes_on)
    hand_on (leg);
  else
    phone_call_hang_up (leg->call);
}

/* The shortest call that is judged is shorter than the longest time between two reports of
 * RTCP (RFC 3550 §6.2: 5 s, and a quarter more), and the first may come before there was
 * anything to report. */
enum { REPORT_PATIENCE_MS = 4000 };

static gboolean
awaits_report (PhoneLeg *leg)
{
  return !phone_verdict_is_confirmed (leg->owner->options->expect, &leg->seen);
}

static gboolean
on_report_patience (gpointer user_data)
{
  PhoneLeg *leg = user_data;

  leg->report_id = 0;
  leave_call (leg);
  return G_SOURCE_REMOVE;
}

static void
stop_changes (PhoneLeg *leg)
{
  g_clear_handle_id (&leg->hold_id, g_source_remove);
  g_clear_handle_id (&leg->video_add_id, g_source_remove);
  g_clear_handle_id (&leg->video_remove_id, g_source_remove);
}

static gboolean
on_duration_over (gpointer user_data)
{
  PhoneLeg *leg = user_data;

  leg->duration_id = 0;
  phone_leg_measure (leg);
  stop_changes (leg);
  if (awaits_report (leg))
    leg->report_id = g_timeout_add (REPORT_PATIENCE_MS, on_report_patience, leg);
  else
    leave_call (leg);
  return G_SOURCE_REMOVE;
}

void
phone_leg_stop (PhoneLeg *leg)
{
  phone_leg_measure (leg);
  stop_changes (leg);
  g_clear_handle_id (&leg->duration_id, g_source_remove);
  g_clear_handle_id (&leg->report_id, g_source_remove);
}

static gboolean
on_early_media_over (gpointer user_data)
{
  PhoneLeg *leg = user_data;

  leg->early_id = 0;
  phone_call_answer (leg->call, leg->early_flags);
  return G_SOURCE_REMOVE;
}

void
phone_leg_answer (PhoneLeg *leg, PhoneCallFlags flags)
{
  guint early_s = leg->owner->options->early_media_s;

  if (early_s == 0) {
    phone_call_answer (leg->call, flags);
    return;
  }
  leg->early_flags = flags;
  leg->early_id = g_timeout_add (early_s * 1000, on_early_media_over, leg);
  phone_call_send_early_media (leg->call, flags);
}

static void
begin_changes (PhoneLeg *leg)
{
  const PhoneEndpointOptions *options = leg->owner->options;

  send_digits (leg);
  if (options->hold_every_s > 0)
    leg->hold_id = g_timeout_add (options->hold_every_s * 1000, on_hold_turn, leg);
  if (options->video_add_s > 0)
    leg->video_add_id = g_timeout_add (options->video_add_s * 1000, on_video_add, leg);
  if (options->video_remove_s > 0)
    leg->video_remove_id =
        g_timeout_add (options->video_remove_s * 1000, on_video_remove, leg);
}

/* ---- What the call tells ---- */

static void
on_leg_active (PhoneLeg *leg)
{
  guint duration_s = leg->owner->options->duration_s;

  if (leg->seen.was_active) /* back from an interruption */
    return;
  leg->seen.was_active = TRUE;
  leg->active_at_us = g_get_monotonic_time ();
  note_held (leg);
  phone_oneshot_leg_active (leg->owner);
  if (duration_s > 0)
    leg->duration_id = g_timeout_add (duration_s * 1000, on_duration_over, leg);
  if (!leg->goes_on)
    begin_changes (leg);
}

static void
on_leg_ended (PhoneLeg *leg)
{
  g_clear_handle_id (&leg->report_id, g_source_remove);
  phone_leg_measure (leg);
  leg->seen.digits_heard = leg->heard->str;
  leg->seen.digits_error = leg->digits_error;
  leg->seen.transfer_error = leg->transfer_error;
  leg->seen.end_cause = phone_call_get_end_cause (leg->call);
  leg->seen.status = phone_call_get_end_status (leg->call);
  leg->seen.error = phone_call_get_error (leg->call);
  phone_oneshot_leg_ended (leg->owner, leg);
}

static void
on_call_state (PhoneCall *call, GParamSpec *pspec, PhoneLeg *leg)
{
  phone_report_call (leg->owner->format, call);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_ACTIVE)
    on_leg_active (leg);
  else if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
    on_leg_ended (leg);
}

static void
on_call_stats (PhoneCall *call, GParamSpec *pspec, PhoneLeg *leg)
{
  note_confirmed (leg);
  if (leg->report_id == 0 || awaits_report (leg))
    return;
  g_clear_handle_id (&leg->report_id, g_source_remove);
  leave_call (leg);
}

static void
on_call_held (PhoneCall *call, GParamSpec *pspec, PhoneLeg *leg)
{
  note_held (leg);
}

/* Nobody is there to be asked but the command line. */
static void
on_call_video_asked (PhoneCall *call, GParamSpec *pspec, PhoneLeg *leg)
{
  const PhoneEndpointOptions *options = leg->owner->options;

  if (phone_call_get_video_asked (call))
    phone_call_answer_video (call, options->video || options->video_add_s > 0);
}

static void
on_call_transfer (PhoneCall *call, GParamSpec *pspec, PhoneLeg *leg)
{
  gboolean accept = leg->owner->options->accept_transfer;

  leg->seen.transfer = phone_call_get_transfer_state (call);
  leg->seen.transfer_status = phone_call_get_transfer_status (call);
  if (leg->seen.transfer == PHONE_TRANSFER_FAILED) {
    leg->is_followed = FALSE;
    if (leg->owner->options->transfer != NULL && leg->is_measured)
      phone_call_hang_up (call); /* its time was over before */
  } else if (leg->seen.transfer == PHONE_TRANSFER_ASKED) {
    leg->is_followed = accept;
    phone_call_answer_transfer (call, accept);
    if (accept)
      phone_oneshot_leg_followed (leg->owner);
  }
}

static void
on_call_digit_received (PhoneCall *call, guchar digit, guint duration_ms, PhoneLeg *leg)
{
  g_string_append_c (leg->heard, (char)digit);
}

static void
on_call_digit_sent (PhoneCall *call, guchar digit, gboolean is_sent, PhoneLeg *leg)
{
  leg->seen.digits_sent += is_sent ? 1 : 0;
}

static void
watch_call (PhoneLeg *leg)
{
  static const struct {
    const char *signal;
    GCallback callback;
  } table[] = {
      {"notify::state", G_CALLBACK (on_call_state)},
      {"notify::stats", G_CALLBACK (on_call_stats)},
      {"notify::held", G_CALLBACK (on_call_held)},
      {"notify::peer-held", G_CALLBACK (on_call_held)},
      {"notify::video-asked", G_CALLBACK (on_call_video_asked)},
      {"notify::transfer-state", G_CALLBACK (on_call_transfer)},
      {"digit-received", G_CALLBACK (on_call_digit_received)},
      {"digit-sent", G_CALLBACK (on_call_digit_sent)},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_signal_connect (leg->call, table[i].signal, table[i].callback, leg);
}

PhoneLeg *
phone_leg_new (PhoneOneshot *owner, PhoneCall *call, gboolean goes_on)
{
  PhoneLeg *leg = g_new0 (PhoneLeg, 1);

  leg->owner = owner;
  leg->call = call;
  leg->goes_on = goes_on;
  leg->heard = g_string_new (NULL);
  leg->seen.is_registered = TRUE;
  leg->seen.has_call = TRUE;
  watch_call (leg);
  phone_report_call (owner->format, call);
  return leg;
}

void
phone_leg_free (PhoneLeg *leg)
{
  g_signal_handlers_disconnect_by_data (leg->call, leg);
  stop_changes (leg);
  g_clear_handle_id (&leg->duration_id, g_source_remove);
  g_clear_handle_id (&leg->report_id, g_source_remove);
  g_clear_handle_id (&leg->early_id, g_source_remove);
  g_clear_handle_id (&leg->transfer_id, g_source_remove);
  g_clear_error (&leg->digits_error);
  g_clear_error (&leg->transfer_error);
  g_string_free (leg->heard, TRUE);
  g_object_unref (leg->call);
  g_free (leg);
}
