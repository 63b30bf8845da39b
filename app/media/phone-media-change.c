/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* A later offer of ours. What it says comes into force with the answer, except that a hold
 * silences at once. */

void
phone_media_session_clear_change (PhoneMediaSession *self)
{
  self->change.open = FALSE;
  g_clear_pointer (&self->change.offer, gst_sdp_message_free);
  g_clear_pointer (&self->change.made, gst_sdp_message_free);
  g_clear_pointer (&self->change.ufrag, g_free);
  g_clear_pointer (&self->change.password, g_free);
}

/* ---- The offer ---- */

/* What would be agreed if the peer took everything; owns nothing. */
static PhoneMediaAgreement
wish_to_agreement (const PhoneMediaWish *wish)
{
  return (PhoneMediaAgreement){.held = wish->hold, .own_video = wish->video};
}

/* RFC 3264 §8.4: where the peer holds as well, nothing is left of sendonly. */
static void
get_said (PhoneMediaSession *self, const PhoneMediaWish *wish, PhoneMediaDirection *said)
{
  PhoneMediaAgreement wished = wish_to_agreement (wish);
  gboolean both_hold = wish->hold && phone_media_session_get_peer_hold (self);

  for (guint i = 0; i < PHONE_MEDIA_SESSION_N_KINDS; i++)
    said[i] = both_hold ? PHONE_MEDIA_DIRECTION_INACTIVE
                        : phone_media_agreement_get_wanted (&wished, (PhoneMediaKind)i);
}

/* A picture that nobody would send any more is taken out (RFC 3264 §8.2). */
static void
plan_offer (PhoneMediaSession *self, const PhoneMediaWish *wish, PhoneMediaSdpPlan *plan)
{
  *plan = self->now.plan;
  if (wish->video && plan->video_line < 0) {
    plan->video_line = self->known.video_line;
    plan->video = self->known.video;
  } else if (!wish->video && !(self->peer_video & PHONE_MEDIA_DIRECTION_SEND)) {
    plan->video_line = -1;
    plan->video.codec = NULL;
  }
}

static GstSDPMessage *
make_offer (PhoneMediaSession *self)
{
  const PhoneMediaWish *wish = &self->change.wish;
  PhoneMediaDirection said[PHONE_MEDIA_SESSION_N_KINDS];
  PhoneMediaSdpPlan plan;
  GstSDPMessage *offer = NULL;

  plan_offer (self, wish, &plan);
  get_said (self, wish, said);
  offer = phone_media_sdp_offer_again (self->own, self->now.peer, &plan, said);
  if (self->change.made) {
    phone_media_sdp_put_line (offer, self->change.made, self->change.line,
                              plan.audio_line);
    phone_media_sdp_set_direction (offer, self->change.line,
                                   said[PHONE_MEDIA_KIND_VIDEO]);
  }
  if (self->change.ufrag)
    phone_media_sdp_set_ice (offer, self->change.ufrag, self->change.password);
  return offer;
}

static void
abort_change (PhoneMediaSession *self, GError *error)
{
  phone_media_session_abort_operation (self, error);
  phone_media_session_cancel_change (self);
}

static void
finish_change (PhoneMediaSession *self)
{
  self->change.offer = make_offer (self);
  phone_media_session_finish_operation (self, phone_media_sdp_copy (self->change.offer));
}

/* What it was made for may have been given up, and another change be under way. */
static void
on_line_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  GError *error = NULL;
  g_autoptr (GstSDPMessage) made =
      phone_media_pipeline_create_finish (PHONE_MEDIA_PIPELINE (source), result, &error);

  self->extension.busy = FALSE;
  if (made) {
    g_clear_pointer (&self->extension.offered, gst_sdp_message_free);
    self->extension.offered = phone_media_sdp_copy (made);
  }
  if (!self->change.open || self->change.number != self->extension.change) {
    g_clear_error (&error);
  } else if (!made) {
    abort_change (self, error);
  } else {
    self->change.made = g_steal_pointer (&made);
    finish_change (self);
  }
}

static void
begin_change (PhoneMediaSession *self, const PhoneMediaWish *wish)
{
  self->change.open = TRUE;
  self->change.number++;
  self->change.wish = *wish;
  self->change.was_held = self->now.held;
  if (wish->restart_ice)
    phone_media_ice_make_credentials (&self->change.ufrag, &self->change.password);
  if (wish->hold)
    phone_media_session_set_held (self, TRUE);
}

/* FALSE: there is no place for it, or no codec. */
static gboolean
make_line (PhoneMediaSession *self)
{
  const char *const *codecs = (const char *const *)self->config->video_codecs;

  self->change.line = phone_media_session_find_line (self);
  if (self->change.line < 0 || !codecs[0])
    return FALSE;
  self->extension.busy = TRUE;
  self->extension.change = self->change.number;
  phone_media_pipeline_add_offered (self->pipeline, self->change.line, codecs);
  phone_media_pipeline_create_async (self->pipeline, PHONE_MEDIA_PIPELINE_OFFER,
                                     on_line_made, g_object_ref (self));
  return TRUE;
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
  begin_change (self, wish);
  if (!self->operation) /* closed by whoever was told of a hold */
    return;
  if (!wish->video || self->known.video_line >= 0)
    finish_change (self);
  else if (!make_line (self))
    abort_change (self, g_error_new (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                                     "no picture can be added to this call"));
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
  phone_media_session_clear_change (self);
  if (self->operation)
    phone_media_session_abort_operation (
        self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the change was given up"));
  if (self->now.held != self->change.was_held)
    phone_media_session_set_held (self, self->change.was_held);
}

static gboolean
plan_answer (PhoneMediaSession *self,
             const GstSDPMessage *answer,
             PhoneMediaSdpPlan *plan,
             GError **error)
{
  if (!phone_media_sdp_check_shape (self->change.offer, answer, error) ||
      !phone_media_session_plan_again (self, answer, TRUE, plan, error))
    return FALSE;
  if (!self->change.ufrag &&
      !phone_media_sdp_has_same_ice (self->now.peer, answer, plan->audio_line))
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                                       "a restart of ICE in an answer");
  if (plan->video_line >= 0 &&
      phone_media_sdp_is_rejected (self->change.offer, plan->video_line))
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                                       "a picture that was not offered");
  return TRUE;
}

static gboolean
take_answer (PhoneMediaSession *self, const char *text, GError **error)
{
  g_autoptr (GstSDPMessage) answer = phone_media_sdp_parse (text, error);
  PhoneMediaAgreement next = wish_to_agreement (&self->change.wish);

  if (!answer || !plan_answer (self, answer, &next.plan, error))
    return FALSE;
  if (self->change.made && next.plan.video_line >= 0)
    phone_media_session_take_line (self, self->change.made, answer, &next.plan);
  next.own_video = next.own_video && next.plan.video_line >= 0;
  next.peer = g_steal_pointer (&answer);
  next.peer_text = g_strdup (text);
  next.ufrag = g_steal_pointer (&self->change.ufrag);
  next.password = g_steal_pointer (&self->change.password);
  phone_media_session_clear_change (self);
  phone_media_agreement_clear (&self->before);
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
