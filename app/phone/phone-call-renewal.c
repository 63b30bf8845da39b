/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media that a fork has spoilt. One gave early media and another one answered (RFC 3261
 * §13.2.2.4, RFC 6337 §2.2): media speaks with the first, and cannot be turned to the
 * second. Or two answered at once, and both began DTLS with the one transport of our
 * offer. So new media is made and offered in a re-INVITE, and the user sees no more of it
 * than that the call is still connecting. */
#include "phone-call-state.h"

#include "phone-account-private.h"
#include "phone-agent-map.h"
#include "sip-status.h"

static void
fail (PhoneCall *self, GError *error)
{
  phone_call_set_change (self, PHONE_CHANGE_IDLE);
  phone_call_fail (self, PHONE_END_MEDIA_FAILED, error);
}

static void
send_offer (PhoneCall *self, const char *offer)
{
  g_autoptr (GError) error = NULL;

  phone_call_set_change (self, PHONE_CHANGE_OFFERED);
  if (phone_agent_reoffer (self->agent, self->session, offer, &error))
    return;
  g_debug ("%s: re-INVITE: %s", self->id, error->message);
  if (g_error_matches (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE) ||
      g_error_matches (error, PHONE_ERROR, PHONE_ERROR_NOT_CONNECTED))
    phone_call_set_change (self, PHONE_CHANGE_WAITING);
  else
    fail (self, g_steal_pointer (&error));
}

static void
on_offer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  GError *error = NULL;
  g_autofree char *offer =
      phone_media_session_offer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED)
    g_clear_error (&error);
  else if (offer == NULL)
    fail (self, phone_error_take_media (error));
  else
    send_offer (self, offer);
}

void
phone_call_renew_media (PhoneCall *self)
{
  g_autoptr (PhoneMediaSession) media = NULL;
  GError *error = NULL;

  g_debug ("%s: media of another fork is replaced", self->id);
  media = phone_account_make_media (self->account, &error);
  if (media == NULL) {
    phone_call_fail (self, PHONE_END_INTERNAL, phone_error_take_media (error));
    return;
  }
  phone_call_replace_media (self, media);
  self->is_media_renewed = TRUE;
  phone_call_set_change (self, PHONE_CHANGE_MAKING);
  phone_media_session_set_renewal (media);
  phone_media_session_offer_async (media, (self->flags & PHONE_CALL_VIDEO) != 0,
                                   self->cancellable, on_offer_made, g_object_ref (self));
}

gboolean
phone_call_is_renewing (PhoneCall *self)
{
  return self->is_media_renewed && self->media_state == PHONE_MEDIA_STATE_NEW;
}

void
phone_call_take_renewed_answer (PhoneCall *self, const SipOutput *output)
{
  g_autofree char *answer = g_strdup (output->body);
  GError *error = NULL;

  if (self->change != PHONE_CHANGE_OFFERED)
    return;
  if (output->retry_at_us != 0) {
    phone_call_set_change (self, PHONE_CHANGE_WAITING);
    return;
  }
  if (answer == NULL)
    fail (self, NULL);
  else if (!phone_media_session_set_answer (self->media, answer, &error))
    fail (self, phone_error_take_media (error));
  else
    phone_call_set_change (self, PHONE_CHANGE_IDLE);
}

void
phone_call_offer_renewed_again (PhoneCall *self)
{
  g_autofree char *offer = phone_media_session_dup_local_sdp (self->media);

  if (self->change != PHONE_CHANGE_WAITING)
    return;
  phone_call_set_change (self, PHONE_CHANGE_IDLE);
  phone_call_set_change (self, PHONE_CHANGE_MAKING);
  send_offer (self, offer);
}
