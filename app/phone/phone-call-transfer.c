/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "phone-account-private.h"
#include "sip-status.h"

static void
set_transfer (PhoneCall *self, PhoneTransferState state, guint status)
{
  if (self->transfer_status != status) {
    self->transfer_status = status;
    phone_call_notify (self, PHONE_CALL_PROP_TRANSFER_STATUS);
  }
  if (self->transfer_state != state) {
    self->transfer_state = state;
    phone_call_notify (self, PHONE_CALL_PROP_TRANSFER_STATE);
  }
}

static void
set_target (PhoneCall *self, const char *target)
{
  if (g_strcmp0 (self->transfer_target, target) == 0)
    return;
  g_free (self->transfer_target);
  self->transfer_target = g_strdup (target);
  phone_call_notify (self, PHONE_CALL_PROP_TRANSFER_TARGET);
}

static gboolean
is_under_way (PhoneCall *self)
{
  return self->transfer_state == PHONE_TRANSFER_ASKED ||
         self->transfer_state == PHONE_TRANSFER_TRYING ||
         self->transfer_state == PHONE_TRANSFER_RINGING;
}

/* ---- We transfer ---- */

static gboolean
check_may_transfer (PhoneCall *self, GError **error)
{
  if (self->signalling == PHONE_SIGNALLING_ESTABLISHED &&
      self->intent != PHONE_INTENT_END && !is_under_way (self))
    return TRUE;
  g_set_error (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE,
               "It cannot be transferred now");
  return FALSE;
}

static void
begin (PhoneCall *self, const char *target)
{
  self->is_transferring = TRUE;
  set_target (self, target);
  set_transfer (self, PHONE_TRANSFER_TRYING, 0);
}

/* Where the two are joined, the other call ends by its far end, before or after we are
 * told: that is no hanging up. */
static void
set_joined (PhoneCall *self, PhoneCall *other)
{
  if (self->joined != NULL && self->joined->failure == PHONE_END_TRANSFERRED)
    self->joined->failure = PHONE_END_NONE;
  g_set_weak_pointer (&self->joined, other);
  if (other != NULL)
    other->failure = PHONE_END_TRANSFERRED;
}

static void
conclude (PhoneCall *self, PhoneTransferState state, guint status)
{
  self->is_transferring = FALSE;
  if (state == PHONE_TRANSFER_FAILED)
    set_joined (self, NULL);
  set_transfer (self, state, status);
}

gboolean
phone_call_transfer (PhoneCall *self, const char *target, GError **error)
{
  g_autofree char *uri = NULL;

  if (!check_may_transfer (self, error))
    return FALSE;
  uri = phone_account_dup_dialled (self->account, target, error);
  if (uri == NULL || !phone_agent_transfer (self->agent, self->session, uri, error))
    return FALSE;
  begin (self, uri);
  return TRUE;
}

gboolean
phone_call_transfer_to (PhoneCall *self, PhoneCall *other, GError **error)
{
  if (!check_may_transfer (self, error) || !check_may_transfer (other, error))
    return FALSE;
  if (self == other || self->agent != other->agent) {
    g_set_error (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE,
                 "It takes two calls of one account");
    return FALSE;
  }
  if (!phone_agent_transfer_to (self->agent, self->session, other->session, error))
    return FALSE;
  set_joined (self, other);
  begin (self, other->remote_uri);
  return TRUE;
}

/* A call that was handed on is over here; the far end may have hung up before. */
void
phone_call_take_transfer (PhoneCall *self, const SipOutput *output)
{
  guint status = output->status;

  if (sip_status_is_success (status)) {
    conclude (self, PHONE_TRANSFER_DONE, status);
    phone_call_end (self, PHONE_END_TRANSFERRED);
  } else if (sip_status_is_failure (status)) {
    conclude (self, PHONE_TRANSFER_FAILED, status);
  } else if (status == SIP_STATUS_RINGING || status == SIP_STATUS_PROGRESS) {
    set_transfer (self, PHONE_TRANSFER_RINGING, status);
  }
}

void
phone_call_end_transfer (PhoneCall *self)
{
  if (self->is_transferring)
    conclude (self, PHONE_TRANSFER_FAILED, SIP_STATUS_REQUEST_TIMEOUT);
}

/* ---- We are asked ---- */

/* Never followed silently: the user sees who it would be. */
void
phone_call_take_transfer_asked (PhoneCall *self, const SipOutput *output)
{
  set_target (self, output->uri);
  set_transfer (self, PHONE_TRANSFER_ASKED, 0);
}

void
phone_call_take_transfer_withdrawn (PhoneCall *self)
{
  if (self->transfer_state != PHONE_TRANSFER_ASKED)
    return;
  set_transfer (self, PHONE_TRANSFER_NONE, 0);
  set_target (self, NULL);
}

static void
on_followed_state (PhoneCall *followed, GParamSpec *pspec, PhoneCall *self)
{
  switch (phone_call_get_state (followed)) {
  case PHONE_CALL_STATE_DIALLING:
  case PHONE_CALL_STATE_INCOMING:
  case PHONE_CALL_STATE_ENDING:
    break;
  case PHONE_CALL_STATE_RINGING:
    set_transfer (self, PHONE_TRANSFER_RINGING, 0);
    break;
  case PHONE_CALL_STATE_CONNECTING:
  case PHONE_CALL_STATE_ACTIVE:
  case PHONE_CALL_STATE_RECONNECTING:
    set_transfer (self, PHONE_TRANSFER_DONE, 0);
    break;
  case PHONE_CALL_STATE_ENDED:
    if (self->transfer_state != PHONE_TRANSFER_DONE)
      set_transfer (self, PHONE_TRANSFER_FAILED, phone_call_get_end_status (followed));
    break;
  }
}

static void
follow (PhoneCall *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneCall) followed = phone_account_follow (
      self->account, self->session, self->transfer_target,
      phone_call_get_video (self) ? PHONE_CALL_VIDEO : PHONE_CALL_AUDIO, &error);

  if (followed == NULL) {
    g_debug ("%s: transfer: %s", self->id, error->message);
    phone_call_answer_transfer (self, FALSE);
    return;
  }
  set_transfer (self, PHONE_TRANSFER_TRYING, 0);
  g_signal_connect_object (followed, "notify::state", G_CALLBACK (on_followed_state),
                           self, 0);
}

void
phone_call_answer_transfer (PhoneCall *self, gboolean accept)
{
  g_autoptr (GError) error = NULL;

  if (self->transfer_state != PHONE_TRANSFER_ASKED)
    return;
  if (accept) {
    follow (self);
    return;
  }
  if (!phone_agent_refuse_transfer (self->agent, self->session, &error))
    g_debug ("%s: transfer: %s", self->id, error->message);
  phone_call_take_transfer_withdrawn (self);
}

PhoneTransferState
phone_call_get_transfer_state (PhoneCall *self)
{
  return self->transfer_state;
}

guint
phone_call_get_transfer_status (PhoneCall *self)
{
  return self->transfer_status;
}

const char *
phone_call_get_transfer_target (PhoneCall *self)
{
  return self->transfer_target;
}
