/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-oneshot.h"

#include "phone-endpoint-account.h"
#include "phone-endpoint-report.h"
#include "phone-endpoint-snapshot.h"
#include "phone-endpoint-verdict.h"

#include <glib-unix.h>
#include <signal.h>

/**
 *   REGISTERING --> CALLING --> LEAVING
 *       |           (or being called)  ^
 *       +-----------------------------+   not registered, or the command is register
 */
typedef enum {
  PHASE_REGISTERING,
  PHASE_CALLING,
  PHASE_LEAVING,
} Phase;

typedef struct {
  /* owned */
  PhoneService *service;
  GMainLoop *loop;
  GPtrArray *legs;       /* the calls under way */
  PhoneVerdict *verdict; /* of what is over; the first that failed stays */
  JsonObject *details;

  /* borrowed */
  const PhoneEndpointOptions *options;
  PhoneAccount *account;

  Phase phase;
  PhoneReportFormat format;
  guint patience_id;
  guint n_calls; /* taken so far */
  gboolean is_interrupted;
  gint64 started_at_us;
} Oneshot;

/* One call and what was seen of it. */
typedef struct {
  /* owned */
  PhoneCall *call;

  /* borrowed */
  Oneshot *owner;

  PhoneObservation seen;
  gint64 active_at_us;
  guint duration_id;
  gboolean is_measured;
} Leg;

static void finish (Oneshot *self);

static void
leg_free (gpointer data)
{
  Leg *leg = data;

  g_signal_handlers_disconnect_by_data (leg->call, leg);
  g_clear_handle_id (&leg->duration_id, g_source_remove);
  g_object_unref (leg->call);
  g_free (leg);
}

/* ---- What was seen ---- */

static PhoneWish
make_wish (const PhoneEndpointOptions *options)
{
  return (PhoneWish){
      .expect = options->expect,
      .expect_hz = options->expect_hz,
      .own_hz = options->tone_hz,
      .duration_s = options->duration_s,
      .needs_call = options->command != PHONE_COMMAND_REGISTER,
  };
}

static void
note_confirmed (Leg *leg)
{
  g_autoptr (PhoneMediaStats) stats = phone_call_dup_stats (leg->call);

  if (stats == NULL)
    return;
  leg->seen.audio_confirmed |= stats->audio_out.confirmed;
  leg->seen.video_confirmed |= stats->video_out.confirmed;
}

static void
measure (Leg *leg)
{
  PhoneProbe *probe = phone_call_get_probe (leg->call);
  const PhoneEndpointOptions *options = leg->owner->options;
  PhoneObservation *seen = &leg->seen;

  if (leg->is_measured || !seen->was_active)
    return;
  leg->is_measured = TRUE;
  note_confirmed (leg);
  seen->measured_ms = (guint)((g_get_monotonic_time () - leg->active_at_us) / 1000);
  seen->has_video = phone_call_get_remote_video (leg->call);
  seen->probe = phone_probe_get_report (probe);
  if (options->expect_hz != 0)
    seen->expect_tone_ms = phone_probe_get_tone_ms (probe, options->expect_hz);
  seen->own_tone_ms = phone_probe_get_tone_ms (probe, options->tone_hz);
  seen->own_frames =
      phone_probe_get_recognised_from (probe, phone_call_get_frame_source (leg->call));
  seen->silence = phone_call_get_diagnosis (leg->call);
}

static JsonObject *
describe (Leg *leg)
{
  JsonObject *details = phone_endpoint_call_stats_to_json (leg->call);

  json_object_set_object_member (details, "call",
                                 phone_endpoint_call_to_json (leg->call));
  json_object_set_int_member (details, "measuredMs", leg->seen.measured_ms);
  if (leg->owner->options->expect_hz != 0)
    json_object_set_int_member (details, "expectedToneMs",
                                (gint64)leg->seen.expect_tone_ms);
  json_object_set_int_member (details, "ownToneMs", (gint64)leg->seen.own_tone_ms);
  json_object_set_int_member (details, "ownFrames", (gint64)leg->seen.own_frames);
  return details;
}

/* Of several calls the first that failed is told, or else the last. */
static void
judge (Oneshot *self, const PhoneObservation *seen, JsonObject *details)
{
  PhoneWish wish = make_wish (self->options);

  if (self->verdict != NULL && self->verdict->exit != PHONE_EXIT_PROVEN) {
    g_clear_pointer (&details, json_object_unref);
    return;
  }
  g_clear_pointer (&self->verdict, phone_verdict_free);
  g_clear_pointer (&self->details, json_object_unref);
  self->verdict = phone_verdict_judge (&wish, seen);
  self->details = details;
}

/* ---- Calls ---- */

static gboolean
has_all_calls (Oneshot *self)
{
  return self->is_interrupted ||
         (self->options->count != 0 && self->n_calls >= self->options->count);
}

static void
on_leg_ended (Leg *leg)
{
  Oneshot *self = leg->owner;

  measure (leg);
  leg->seen.end_cause = phone_call_get_end_cause (leg->call);
  leg->seen.status = phone_call_get_end_status (leg->call);
  leg->seen.error = phone_call_get_error (leg->call);
  judge (self, &leg->seen, describe (leg));
  g_ptr_array_remove (self->legs, leg);
  if (self->legs->len == 0 && has_all_calls (self))
    finish (self);
}

static gboolean
on_duration_over (gpointer user_data)
{
  Leg *leg = user_data;

  leg->duration_id = 0;
  measure (leg);
  phone_call_hang_up (leg->call);
  return G_SOURCE_REMOVE;
}

static void
on_leg_active (Leg *leg)
{
  guint duration_s = leg->owner->options->duration_s;

  if (leg->seen.was_active) /* back from an interruption */
    return;
  leg->seen.was_active = TRUE;
  leg->active_at_us = g_get_monotonic_time ();
  g_clear_handle_id (&leg->owner->patience_id, g_source_remove);
  if (duration_s > 0)
    leg->duration_id = g_timeout_add (duration_s * 1000, on_duration_over, leg);
}

static void
on_call_state (PhoneCall *call, GParamSpec *pspec, Leg *leg)
{
  phone_report_call (leg->owner->format, call);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_ACTIVE)
    on_leg_active (leg);
  else if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
    on_leg_ended (leg);
}

static void
on_call_stats (PhoneCall *call, GParamSpec *pspec, Leg *leg)
{
  note_confirmed (leg);
}

/* Takes call. */
static void
add_leg (Oneshot *self, PhoneCall *call)
{
  Leg *leg = g_new0 (Leg, 1);

  leg->owner = self;
  leg->call = call;
  leg->seen.is_registered = TRUE;
  leg->seen.has_call = TRUE;
  self->n_calls++;
  g_ptr_array_add (self->legs, leg);
  g_signal_connect (call, "notify::state", G_CALLBACK (on_call_state), leg);
  g_signal_connect (call, "notify::stats", G_CALLBACK (on_call_stats), leg);
  phone_report_call (self->format, call);
}

static PhoneCallFlags
call_flags (const PhoneEndpointOptions *options)
{
  return options->video ? PHONE_CALL_VIDEO : PHONE_CALL_AUDIO;
}

static void
on_incoming (PhoneService *service, PhoneCall *call, Oneshot *self)
{
  if (self->options->command != PHONE_COMMAND_ANSWER || self->phase == PHASE_LEAVING ||
      has_all_calls (self)) {
    phone_call_decline_busy (call);
    return;
  }
  add_leg (self, g_object_ref (call));
  phone_call_answer (call, call_flags (self->options));
}

static void
dial (Oneshot *self)
{
  g_autoptr (GError) error = NULL;
  PhoneCall *call =
      phone_service_dial (self->service, self->account, self->options->target,
                          call_flags (self->options), &error);

  if (call == NULL) {
    const PhoneObservation seen = {.is_registered = TRUE, .error = error};

    judge (self, &seen, NULL);
    finish (self);
    return;
  }
  add_leg (self, call);
}

/* ---- Patience ---- */

static void
judge_no_call (Oneshot *self, gboolean is_registered)
{
  const PhoneObservation seen = {
      .is_registered = is_registered,
      .error = phone_account_get_error (self->account),
      .status = is_registered ? 0 : phone_account_get_status (self->account),
  };

  judge (self, &seen, NULL);
  finish (self);
}

static void
end_legs (Oneshot *self)
{
  /* A leg leaves the array when its call ends, which may be at once. */
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->legs->len; i++) {
    Leg *leg = g_ptr_array_index (self->legs, i);

    measure (leg);
    leg->seen.is_out_of_patience = !leg->seen.was_active;
    g_ptr_array_add (calls, g_object_ref (leg->call));
  }
  for (guint i = 0; i < calls->len; i++)
    phone_call_hang_up (g_ptr_array_index (calls, i));
}

static gboolean
on_out_of_patience (gpointer user_data)
{
  Oneshot *self = user_data;

  self->patience_id = 0;
  if (self->phase == PHASE_REGISTERING)
    judge_no_call (self, FALSE);
  else if (self->legs->len > 0)
    end_legs (self);
  else if (self->verdict == NULL)
    judge_no_call (self, TRUE);
  else
    finish (self);
  return G_SOURCE_REMOVE;
}

static void
start_patience (Oneshot *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (self->options->timeout_s > 0)
    self->patience_id =
        g_timeout_add_seconds (self->options->timeout_s, on_out_of_patience, self);
}

/* The user's signal: the time is up now, and what is proven by now counts. */
static gboolean
on_interrupted (gpointer user_data)
{
  Oneshot *self = user_data;

  if (self->phase == PHASE_LEAVING)
    return G_SOURCE_CONTINUE;
  self->is_interrupted = TRUE;
  g_clear_handle_id (&self->patience_id, g_source_remove);
  on_out_of_patience (self);
  return G_SOURCE_CONTINUE;
}

/* ---- The account ---- */

static void
start_calling (Oneshot *self)
{
  self->phase = PHASE_CALLING;
  start_patience (self);
  switch (self->options->command) {
  case PHONE_COMMAND_CALL:
    dial (self);
    break;
  case PHONE_COMMAND_ANSWER:
    break;
  case PHONE_COMMAND_REGISTER:
  case PHONE_COMMAND_SERVE:
    judge_no_call (self, TRUE);
    break;
  }
}

static void
on_account_state (PhoneAccount *account, GParamSpec *pspec, Oneshot *self)
{
  phone_report_account (self->format, account);
  if (self->phase != PHASE_REGISTERING)
    return;

  switch (phone_account_get_state (account)) {
  case PHONE_ACCOUNT_STATE_REGISTERED:
    start_calling (self);
    break;
  case PHONE_ACCOUNT_STATE_WAITING:
  case PHONE_ACCOUNT_STATE_REFUSED:
    judge_no_call (self, FALSE);
    break;
  case PHONE_ACCOUNT_STATE_OFFLINE:
  case PHONE_ACCOUNT_STATE_CONNECTING:
  case PHONE_ACCOUNT_STATE_REGISTERING:
  case PHONE_ACCOUNT_STATE_UNREGISTERING:
    break;
  }
}

/* ---- Beginning and end ---- */

static void
on_shut_down (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Oneshot *self = user_data;

  phone_service_shut_down_finish (PHONE_SERVICE (source), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
finish (Oneshot *self)
{
  if (self->phase == PHASE_LEAVING)
    return;
  self->phase = PHASE_LEAVING;
  g_clear_handle_id (&self->patience_id, g_source_remove);
  phone_service_shut_down_async (self->service, on_shut_down, self);
}

static const char *
command_name (PhoneCommand command)
{
  switch (command) {
  case PHONE_COMMAND_CALL:
    return "phone-endpoint.call";
  case PHONE_COMMAND_ANSWER:
    return "phone-endpoint.answer";
  case PHONE_COMMAND_REGISTER:
    return "phone-endpoint.register";
  case PHONE_COMMAND_SERVE:
    return "phone-endpoint.serve";
  }
  return "phone-endpoint";
}

/* Gives the exit status. The verdict is the last line, whatever the leaving told. */
static int
report (Oneshot *self)
{
  double seconds = (double)(g_get_monotonic_time () - self->started_at_us) / 1e6;
  const char *junit = self->options->junit_file;
  g_autoptr (GError) error = NULL;
  PhoneExit exit = self->verdict->exit;

  if (junit != NULL &&
      !phone_report_write_junit (junit, command_name (self->options->command),
                                 self->verdict, seconds, &error)) {
    g_warning ("%s", error->message);
    exit = exit == PHONE_EXIT_PROVEN ? PHONE_EXIT_INTERNAL : exit;
  }
  if (self->details == NULL)
    self->details = json_object_new ();
  if (self->account != NULL && phone_account_get_registered_ms (self->account) >= 0)
    json_object_set_int_member (self->details, "registeredMs",
                                phone_account_get_registered_ms (self->account));
  phone_report_verdict (self->format, self->verdict, g_steal_pointer (&self->details));
  return (int)exit;
}

static gboolean
add_account (Oneshot *self)
{
  g_autoptr (GError) error = NULL;

  self->account = phone_endpoint_add_account (self->service, self->options, &error);
  if (self->account != NULL)
    return TRUE;
  self->verdict = phone_verdict_new_failure (
      PHONE_EXIT_USAGE,
      error->domain == PHONE_ERROR ? phone_error_get_name ((PhoneError)error->code)
                                   : "usage",
      error->message);
  return FALSE;
}

static void
run (Oneshot *self)
{
  guint interrupt_id = g_unix_signal_add (SIGINT, on_interrupted, self);
  guint terminate_id = g_unix_signal_add (SIGTERM, on_interrupted, self);

  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_connect (self->account, "notify::state", G_CALLBACK (on_account_state), self);
  start_patience (self);
  phone_account_register (self->account);
  g_main_loop_run (self->loop);
  g_source_remove (interrupt_id);
  g_source_remove (terminate_id);
  g_signal_handlers_disconnect_by_data (self->account, self);
  g_signal_handlers_disconnect_by_data (self->service, self);
}

int
phone_endpoint_run_oneshot (const PhoneEndpointOptions *options)
{
  Oneshot self = {
      .options = options,
      .format = options->json ? PHONE_REPORT_JSON : PHONE_REPORT_TEXT,
      .service = phone_endpoint_make_service (options),
      .loop = g_main_loop_new (NULL, FALSE),
      .legs = g_ptr_array_new_with_free_func (leg_free),
      .started_at_us = g_get_monotonic_time (),
  };
  int status;

  if (add_account (&self))
    run (&self);
  status = report (&self);

  g_ptr_array_unref (self.legs);
  g_clear_pointer (&self.verdict, phone_verdict_free);
  g_clear_pointer (&self.loop, g_main_loop_unref);
  g_clear_object (&self.service);
  return status;
}
