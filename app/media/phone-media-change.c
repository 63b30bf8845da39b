/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* A later offer of ours. What it says comes into force with the answer, except that a hold
 * silences at once. */

/* ---- The offer ---- */

static void
close_change (PhoneMediaSession *self)
{
  self->change.open = FALSE;
  g_clear_pointer (&self->change.offer, gst_sdp_message_free);
}

/* What would be agreed if the peer took everything. */
static PhoneMediaAgreement
wish_to_agreement (const PhoneMediaWish *wish)
{
  return (PhoneMediaAgreement){.held = wish->hold, .own_video = wish->video};
}

static void
get_said (const PhoneMediaWish *wish, PhoneMediaDirection *said)
{
  PhoneMediaAgreement wished = wish_to_agreement (wish);

  for (guint i = 0; i < PHONE_MEDIA_SESSION_N_KINDS; i++)
    said[i] = phone_media_agreement_get_wanted (&wished, (PhoneMediaKind)i);
}

static GstSDPMessage *
make_offer (PhoneMediaSession *self, const PhoneMediaWish *wish)
{
  PhoneMediaSdpPlan plan = self->now.plan;
  PhoneMediaDirection said[PHONE_MEDIA_SESSION_N_KINDS];

  get_said (wish, said);
  if (wish->video && plan.video_line < 0 && self->known.video_line >= 0) {
    plan.video_line = self->known.video_line;
    plan.video = self->known.video;
  }
  return phone_media_sdp_offer_again (self->own, self->now.peer, &plan, said);
}

void
phone_media_session_change_async (PhoneMediaSession *self,
                                  const PhoneMediaWish *wish,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = phone_media_session_begin_operation (
      self, phone_media_session_change_async,
      phone_media_session_is_connected (self) && !self->change.open, cancellable,
      callback, user_data);

  if (!task)
    return;
  self->change.open = TRUE;
  self->change.wish = *wish;
  self->change.was_held = self->now.held;
  self->change.offer = make_offer (self, wish);
  if (wish->hold)
    phone_media_session_set_held (self, TRUE);
  phone_media_session_finish_operation (self, phone_media_sdp_copy (self->change.offer));
}

char *
phone_media_session_change_finish (PhoneMediaSession *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  return phone_media_session_take_result (self, result, phone_media_session_change_async,
                                          error);
}

/* ---- What becomes of it ---- */

void
phone_media_session_cancel_change (PhoneMediaSession *self)
{
  if (!self->change.open)
    return;
  close_change (self);
  if (self->now.held != self->change.was_held)
    phone_media_session_set_held (self, self->change.was_held);
}

static gboolean
take_answer (PhoneMediaSession *self, const char *text, GError **error)
{
  g_autoptr (GstSDPMessage) answer = phone_media_sdp_parse (text, error);
  PhoneMediaAgreement next = wish_to_agreement (&self->change.wish);

  if (!answer || !phone_media_sdp_check_shape (self->change.offer, answer, error) ||
      !phone_media_session_plan_again (self, answer, TRUE, &next.plan, error))
    return FALSE;
  next.peer = g_steal_pointer (&answer);
  next.peer_text = g_strdup (text);
  close_change (self);
  phone_media_session_agree (self, &next);
  return TRUE;
}

gboolean
phone_media_session_set_change_answer (PhoneMediaSession *self,
                                       const char *sdp,
                                       GError **error)
{
  if (!self->change.open || self->operation || !phone_media_session_is_connected (self))
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_WRONG_STATE,
                                       "no answer is awaited");
  if (take_answer (self, sdp, error))
    return TRUE;
  phone_media_session_cancel_change (self);
  return FALSE;
}
