/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "phone-agent-map.h"
#include "sip-status.h"

static int
ms_since (gint64 from_us)
{
  return (int)((g_get_monotonic_time () - from_us) / 1000);
}

static void
set_signalling (PhoneCall *self, PhoneSignalling signalling)
{
  if (!phone_signalling_may_become (self->signalling, signalling))
    return;

  self->signalling = signalling;
  phone_call_update (self);
  phone_call_settle (self);
  phone_call_continue_digits (self);
}

/* Ends the call on this side without a word to the other: it was told, or never knew. */
static void
finish (PhoneCall *self, PhoneEndCause cause, guint status, const char *reason)
{
  if (self->signalling == PHONE_SIGNALLING_ENDED)
    return;

  self->end_cause = self->failure != PHONE_END_NONE ? self->failure : cause;
  self->end_status = status;
  if (reason != NULL)
    self->end_reason = g_utf8_make_valid (reason, -1);
  if (self->error == NULL)
    self->error = phone_error_from_end_cause (self->end_cause, NULL);
  phone_call_end_transfer (self);
  set_signalling (self, PHONE_SIGNALLING_ENDED);
}

/* What is said to the far end: what rings here is refused with status, all else is
 * cancelled or hung up. */
static gboolean
tell_far_end (PhoneCall *self, guint status, const char *reason_text, GError **error)
{
  if (self->signalling == PHONE_SIGNALLING_INCOMING)
    return phone_agent_reject (self->agent, self->session, status, error);
  return phone_agent_hang_up (self->agent, self->session, reason_text, error);
}

static void
end (PhoneCall *self, guint status, const char *reason_text)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  g_autoptr (GError) error = NULL;

  if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED)
    return;

  self->intent = PHONE_INTENT_END;
  g_cancellable_cancel (self->cancellable);
  phone_call_stop_changes (self);
  phone_call_stop_digits (self);
  phone_call_update (self);
  if (self->session == 0)
    finish (self, PHONE_END_CANCELLED_HERE, 0, NULL);
  else if (!tell_far_end (self, status, reason_text, &error)) {
    g_debug ("%s: end: %s", self->id, error->message);
    finish (self, PHONE_END_HUNG_UP_HERE, 0, NULL);
  }
  phone_media_session_close (self->media);
}

void
phone_call_fail (PhoneCall *self, PhoneEndCause cause, GError *error)
{
  guint status = cause == PHONE_END_NOT_ACCEPTABLE ? SIP_STATUS_NOT_ACCEPTABLE_HERE
                                                   : SIP_STATUS_SERVER_ERROR;

  if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED) {
    g_clear_error (&error);
    return;
  }
  self->failure = cause;
  self->error = error != NULL ? error : phone_error_from_end_cause (cause, NULL);
  g_debug ("%s: failed: %s", self->id, self->error->message);
  end (self, status, phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)cause));
}

void
phone_call_end (PhoneCall *self, PhoneEndCause cause)
{
  if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED)
    return;
  self->failure = cause;
  end (self, SIP_STATUS_DECLINE, NULL);
}

static PhoneEndCause
cause_of_media_error (const GError *error)
{
  PhoneError code = phone_error_get_code (error);

  return code == PHONE_ERROR_MEDIA_DESCRIPTION || code == PHONE_ERROR_MEDIA_INSECURE
             ? PHONE_END_NOT_ACCEPTABLE
             : PHONE_END_INTERNAL;
}

/* Takes a PHONE_MEDIA_ERROR. */
static void
fail_media (PhoneCall *self, GError *media_error)
{
  GError *error = phone_error_take_media (media_error);

  if (g_error_matches (error, PHONE_ERROR, PHONE_ERROR_CANCELLED))
    g_error_free (error); /* the call is over, which is why */
  else
    phone_call_fail (self, cause_of_media_error (error), error);
}

/* ---- Outgoing ---- */

static gboolean
invite (PhoneCall *self, const char *offer, GError **error)
{
  if (self->agent == NULL) {
    g_set_error (error, PHONE_ERROR, PHONE_ERROR_NOT_CONNECTED, "Not connected");
    return FALSE;
  }
  if (self->asked_by != 0)
    return phone_agent_accept_transfer (self->agent, self->asked_by, offer,
                                        &self->session, error);
  return phone_agent_invite (self->agent, self->remote_uri, offer, &self->session, error);
}

static void
dial (PhoneCall *self, const char *offer)
{
  GError *error = NULL;
  gboolean is_sent;

  if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED)
    return;
  is_sent = invite (self, offer, &error);
  if (self->session != 0)
    self->ladder = phone_agent_dup_ladder (self->agent, self->session);
  if (!is_sent)
    phone_call_fail (self,
                     g_error_matches (error, PHONE_ERROR, PHONE_ERROR_NOT_CONNECTED)
                         ? PHONE_END_CONNECTION_LOST
                         : PHONE_END_INTERNAL,
                     error);
}

static void
on_offer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  GError *error = NULL;
  g_autofree char *offer =
      phone_media_session_offer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (offer != NULL)
    dial (self, offer);
  else
    fail_media (self, error);
}

static gboolean
on_offerless_start (gpointer user_data)
{
  PhoneCall *self = user_data;

  dial (self, NULL);
  return G_SOURCE_REMOVE;
}

/* Not before the call is there for those who dialled. */
void
phone_call_start (PhoneCall *self)
{
  if ((self->flags & PHONE_CALL_OFFERLESS) != 0) {
    self->is_offerless = TRUE;
    g_idle_add_full (G_PRIORITY_DEFAULT, on_offerless_start, g_object_ref (self),
                     g_object_unref);
    return;
  }
  phone_media_session_offer_async (self->media, (self->flags & PHONE_CALL_VIDEO) != 0,
                                   self->cancellable, on_offer_made, g_object_ref (self));
}

/* The answer in a 183 is the final one, and the same in the 200 changes nothing. */
static void
apply_answer (PhoneCall *self, const char *body)
{
  GError *error = NULL;

  if (!phone_media_session_set_answer (self->media, body, &error))
    fail_media (self, error);
}

static void
on_progress (PhoneCall *self, const SipOutput *output)
{
  g_autofree char *body = g_strdup (output->body);
  guint fork = output->fork;

  if (output->status == SIP_STATUS_RINGING || output->status == SIP_STATUS_PROGRESS) {
    if (self->ringing_ms < 0)
      self->ringing_ms = ms_since (self->started_at_us);
    set_signalling (self, PHONE_SIGNALLING_RINGING);
  }
  /* A second fork's early media cannot be heard beside the first one's. */
  if (body == NULL || self->media_state != PHONE_MEDIA_STATE_NEW || self->is_offerless)
    return;
  self->media_fork = fork;
  apply_answer (self, body);
}

static void
on_late_answer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  GError *error = NULL;
  g_autofree char *body =
      phone_media_session_answer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (body == NULL)
    fail_media (self, error);
  else if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED)
    return;
  else if (!phone_agent_answer (self->agent, self->session, body, &error))
    phone_call_fail (self, PHONE_END_INTERNAL, error);
}

/* Ours goes into the ACK (RFC 3261 §13.2.1). */
static void
answer_late_offer (PhoneCall *self, const char *offer)
{
  GError *error = NULL;

  if (!phone_media_session_set_offer (self->media, offer != NULL ? offer : "", &error))
    fail_media (self, error);
  else
    phone_media_session_answer_async (self->media, (self->flags & PHONE_CALL_VIDEO) != 0,
                                      self->cancellable, on_late_answer_made,
                                      g_object_ref (self));
}

static void
on_answered (PhoneCall *self, const SipOutput *output)
{
  g_autofree char *body = g_strdup (output->body);
  gboolean is_another =
      self->media_state == PHONE_MEDIA_STATE_FAILED ||
      (self->media_state != PHONE_MEDIA_STATE_NEW && output->fork != self->media_fork);

  self->answered_ms = ms_since (self->answer_from_us);
  if (is_another) /* first: what is broken is not seen any more then */
    phone_call_renew_media (self);
  set_signalling (self, PHONE_SIGNALLING_ESTABLISHED);
  if (self->is_offerless)
    answer_late_offer (self, body);
  else if (body != NULL && !is_another) /* without it the early answer stands */
    apply_answer (self, body);
}

/* ---- Incoming ---- */

static void
send_answer (PhoneCall *self, const char *body)
{
  g_autoptr (GError) error = NULL;

  if (self->intent != PHONE_INTENT_ANSWER ||
      self->signalling != PHONE_SIGNALLING_INCOMING)
    return;
  if (phone_agent_answer (self->agent, self->session, body, &error))
    set_signalling (self, PHONE_SIGNALLING_ANSWERED);
  else
    phone_call_fail (self, PHONE_END_INTERNAL, g_steal_pointer (&error));
}

static void
send_early_answer (PhoneCall *self, const char *body)
{
  g_autoptr (GError) error = NULL;

  if (self->signalling == PHONE_SIGNALLING_INCOMING &&
      !phone_agent_progress (self->agent, self->session, SIP_STATUS_PROGRESS, body,
                             &error))
    g_debug ("%s: early media: %s", self->id, error->message);
}

/* The user may have answered meanwhile: then the 200 has it at once. */
static void
on_answer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  GError *error = NULL;
  g_autofree char *body =
      phone_media_session_answer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (body == NULL)
    fail_media (self, error);
  else if (self->intent == PHONE_INTENT_EARLY_MEDIA)
    send_early_answer (self, body);
  else
    send_answer (self, body);
}

/* The INVITE had no offer: ours goes into the 200 (RFC 3264 §5, RFC 3261 §13.2.1). */
static void
on_late_offer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  GError *error = NULL;
  g_autofree char *body =
      phone_media_session_offer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (body != NULL)
    send_answer (self, body);
  else
    fail_media (self, error);
}

static void
on_confirmed (PhoneCall *self, const SipOutput *output)
{
  g_autofree char *body = g_strdup (output->body);

  if (self->signalling != PHONE_SIGNALLING_ANSWERED)
    return;
  self->answered_ms = ms_since (self->answer_from_us);
  set_signalling (self, PHONE_SIGNALLING_ESTABLISHED);
  if (body != NULL)
    apply_answer (self, body);
}

void
phone_call_take_output (PhoneCall *self, const SipOutput *output)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);

  switch (output->type) {
  case SIP_OUTPUT_PROGRESS:
    on_progress (self, output);
    break;
  case SIP_OUTPUT_ANSWERED:
    on_answered (self, output);
    break;
  case SIP_OUTPUT_CONFIRMED:
    on_confirmed (self, output);
    break;
  case SIP_OUTPUT_REOFFER:
  case SIP_OUTPUT_OFFER_ASKED:
    phone_call_take_reoffer (self, output);
    break;
  case SIP_OUTPUT_REOFFER_WITHDRAWN:
    phone_call_take_withdrawal (self);
    break;
  case SIP_OUTPUT_REANSWERED:
    phone_call_take_reanswer (self, output);
    break;
  case SIP_OUTPUT_REOFFER_DUE:
    phone_call_take_reoffer_due (self, output);
    break;
  case SIP_OUTPUT_DIGIT:
    phone_call_take_info_digit (self, output);
    break;
  case SIP_OUTPUT_DIGIT_SENT:
    phone_call_take_info_sent (self, output);
    break;
  case SIP_OUTPUT_TRANSFER:
    phone_call_take_transfer (self, output);
    break;
  case SIP_OUTPUT_TRANSFER_ASKED:
    phone_call_take_transfer_asked (self, output);
    break;
  case SIP_OUTPUT_TRANSFER_WITHDRAWN:
    phone_call_take_transfer_withdrawn (self);
    break;
  case SIP_OUTPUT_ENDED:
    finish (self, phone_end_cause_from_sip (output->end, output->status), output->status,
            output->reason);
    break;
  case SIP_OUTPUT_INCOMING:
  case SIP_OUTPUT_OPEN_FLOW:
  case SIP_OUTPUT_CLOSE_FLOW:
  case SIP_OUTPUT_AVOID_SERVER:
  case SIP_OUTPUT_AVOID_NONE:
  case SIP_OUTPUT_PING:
  case SIP_OUTPUT_SEND:
  case SIP_OUTPUT_REGISTRATION:
  case SIP_OUTPUT_STOPPED:
    break;
  }
}

/* ---- The user ---- */

static void
make_answer (PhoneCall *self, PhoneCallFlags flags)
{
  self->flags = flags;
  phone_media_session_answer_async (self->media, (flags & PHONE_CALL_VIDEO) != 0,
                                    self->cancellable, on_answer_made,
                                    g_object_ref (self));
}

void
phone_call_send_early_media (PhoneCall *self, PhoneCallFlags flags)
{
  if (self->signalling != PHONE_SIGNALLING_INCOMING ||
      self->intent != PHONE_INTENT_NONE || self->is_offerless)
    return;
  self->intent = PHONE_INTENT_EARLY_MEDIA;
  make_answer (self, flags);
}

/* What the caller has from the 183 is said again; where it is still being made, that goes
 * into the 200. */
static void
answer_after_early_media (PhoneCall *self)
{
  g_autofree char *body = phone_media_session_dup_local_sdp (self->media);

  if (body != NULL)
    send_answer (self, body);
}

void
phone_call_answer (PhoneCall *self, PhoneCallFlags flags)
{
  gboolean is_early = self->intent == PHONE_INTENT_EARLY_MEDIA;

  if (self->signalling != PHONE_SIGNALLING_INCOMING ||
      (self->intent != PHONE_INTENT_NONE && !is_early))
    return;

  self->intent = PHONE_INTENT_ANSWER;
  self->answer_from_us = g_get_monotonic_time ();
  phone_call_take_floor (self);
  if (is_early)
    answer_after_early_media (self);
  else if (self->is_offerless) {
    self->flags = flags;
    phone_media_session_offer_async (self->media, (flags & PHONE_CALL_VIDEO) != 0,
                                     self->cancellable, on_late_offer_made,
                                     g_object_ref (self));
  } else {
    make_answer (self, flags);
  }
  phone_call_update (self);
}

void
phone_call_decline (PhoneCall *self)
{
  if (self->signalling == PHONE_SIGNALLING_INCOMING)
    end (self, SIP_STATUS_DECLINE, NULL);
}

void
phone_call_decline_busy (PhoneCall *self)
{
  if (self->signalling == PHONE_SIGNALLING_INCOMING)
    end (self, SIP_STATUS_BUSY_HERE, NULL);
}

void
phone_call_hang_up (PhoneCall *self)
{
  end (self, SIP_STATUS_DECLINE, NULL);
}
