/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-oneshot-private.h"

#include "phone-endpoint-account.h"

#include <glib-unix.h>
#include <signal.h>

static void finish (PhoneOneshot *self);

/* ---- The verdict ---- */

static PhoneWish
make_wish (const PhoneEndpointOptions *options)
{
  return (PhoneWish){
      .expect = options->expect,
      .expect_hz = options->expect_hz,
      .own_hz = options->tone_hz,
      .expect_digits = options->expect_digits,
      .hold_every_s = options->hold_every_s,
      .sends_digits = options->dtmf != NULL,
      .adds_video = options->video_add_s != 0,
      .removes_video = options->video_remove_s != 0,
      .transfers = options->transfer != NULL,
      .duration_s = options->duration_s,
      .needs_call = options->command != PHONE_COMMAND_REGISTER,
  };
}

/* Of several calls the first that failed is told, or else the last. */
static void
judge (PhoneOneshot *self, const PhoneObservation *seen, JsonObject *details)
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
has_all_calls (PhoneOneshot *self)
{
  return self->is_interrupted ||
         (self->options->count != 0 && self->n_calls >= self->options->count);
}

void
phone_oneshot_leg_active (PhoneOneshot *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
}

/* A call that goes on as another one is judged as that. */
static gboolean
goes_on_elsewhere (PhoneLeg *leg)
{
  return phone_call_get_end_cause (leg->call) == PHONE_END_REPLACED || leg->is_followed;
}

void
phone_oneshot_leg_ended (PhoneOneshot *self, PhoneLeg *leg)
{
  if (!goes_on_elsewhere (leg))
    judge (self, &leg->seen, phone_leg_describe (leg));
  g_ptr_array_remove (self->legs, leg);
  if (self->legs->len == 0 && has_all_calls (self))
    finish (self);
}

/* Takes call. */
static PhoneLeg *
add_leg (PhoneOneshot *self, PhoneCall *call, gboolean goes_on)
{
  PhoneLeg *leg = phone_leg_new (self, call, goes_on);

  self->n_calls += goes_on ? 0 : 1;
  g_ptr_array_add (self->legs, leg);
  return leg;
}

static gboolean
is_leg (PhoneOneshot *self, PhoneCall *call)
{
  for (guint i = 0; i < self->legs->len; i++)
    if (((PhoneLeg *)g_ptr_array_index (self->legs, i))->call == call)
      return TRUE;
  return FALSE;
}

void
phone_oneshot_leg_followed (PhoneOneshot *self)
{
  GListModel *calls = phone_service_get_calls (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (!is_leg (self, call))
      add_leg (self, g_steal_pointer (&call), TRUE);
  }
}

static PhoneCallFlags
call_flags (const PhoneEndpointOptions *options)
{
  PhoneCallFlags flags = options->video ? PHONE_CALL_VIDEO : PHONE_CALL_AUDIO;

  return options->offerless ? flags | PHONE_CALL_OFFERLESS : flags;
}

static void
on_incoming (PhoneService *service, PhoneCall *call, PhoneOneshot *self)
{
  if (phone_call_get_replaces (call) != NULL) {
    add_leg (self, g_object_ref (call), TRUE);
    phone_call_answer (call, call_flags (self->options));
    return;
  }
  if (self->options->command != PHONE_COMMAND_ANSWER ||
      self->phase == PHONE_ONESHOT_LEAVING || has_all_calls (self)) {
    phone_call_decline_busy (call);
    return;
  }
  phone_leg_answer (add_leg (self, g_object_ref (call), FALSE),
                    call_flags (self->options));
}

static void
dial (PhoneOneshot *self)
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
  add_leg (self, call, FALSE);
}

/* ---- Patience ---- */

static void
judge_no_call (PhoneOneshot *self, gboolean is_registered)
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
end_legs (PhoneOneshot *self)
{
  /* A leg leaves the array when its call ends, which may be at once. */
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->legs->len; i++) {
    PhoneLeg *leg = g_ptr_array_index (self->legs, i);

    phone_leg_stop (leg);
    leg->seen.is_out_of_patience = !leg->seen.was_active;
    g_ptr_array_add (calls, g_object_ref (leg->call));
  }
  for (guint i = 0; i < calls->len; i++)
    phone_call_hang_up (g_ptr_array_index (calls, i));
}

static gboolean
on_out_of_patience (gpointer user_data)
{
  PhoneOneshot *self = user_data;

  self->patience_id = 0;
  if (self->phase == PHONE_ONESHOT_REGISTERING)
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
start_patience (PhoneOneshot *self)
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
  PhoneOneshot *self = user_data;

  if (self->phase == PHONE_ONESHOT_LEAVING)
    return G_SOURCE_CONTINUE;
  self->is_interrupted = TRUE;
  g_clear_handle_id (&self->patience_id, g_source_remove);
  on_out_of_patience (self);
  return G_SOURCE_CONTINUE;
}

/* ---- The account ---- */

static void
start_calling (PhoneOneshot *self)
{
  self->phase = PHONE_ONESHOT_CALLING;
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
on_account_state (PhoneAccount *account, GParamSpec *pspec, PhoneOneshot *self)
{
  phone_report_account (self->format, account);
  if (self->phase != PHONE_ONESHOT_REGISTERING)
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
  PhoneOneshot *self = user_data;

  phone_service_shut_down_finish (PHONE_SERVICE (source), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
finish (PhoneOneshot *self)
{
  if (self->phase == PHONE_ONESHOT_LEAVING)
    return;
  self->phase = PHONE_ONESHOT_LEAVING;
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
report (PhoneOneshot *self)
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
add_account (PhoneOneshot *self)
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
run (PhoneOneshot *self)
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
  PhoneOneshot self = {
      .options = options,
      .format = options->json ? PHONE_REPORT_JSON : PHONE_REPORT_TEXT,
      .service = phone_endpoint_make_service (options),
      .loop = g_main_loop_new (NULL, FALSE),
      .legs = g_ptr_array_new_with_free_func ((GDestroyNotify)phone_leg_free),
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
