/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* A later offer of the peer. */

gboolean
phone_media_session_is_connected (PhoneMediaSession *self)
{
  return self->own && (self->state == PHONE_MEDIA_STATE_CONNECTING ||
                       self->state == PHONE_MEDIA_STATE_CONNECTED ||
                       self->state == PHONE_MEDIA_STATE_INTERRUPTED);
}

/* ---- How it fits ---- */

static void
leave_video_out (PhoneMediaSdpPlan *plan)
{
  plan->video_line = -1;
  plan->video.codec = NULL;
}

/* A line that webrtcbin has stays what it is; a new one is where it can be added. */
static gboolean
video_fits (PhoneMediaSession *self,
            const GstSDPMessage *sdp,
            gboolean is_answer,
            const PhoneMediaSdpPlan *plan)
{
  const PhoneMediaSdpPlan *known = &self->known;

  if (known->video_line >= 0)
    return plan->video_line == known->video_line &&
           plan->video.payload_type == known->video.payload_type;
  if (is_answer)
    return self->change.made && plan->video_line == self->change.line;
  return phone_media_session_can_add (self, sdp, plan->video_line);
}

gboolean
phone_media_session_plan_again (PhoneMediaSession *self,
                                const GstSDPMessage *sdp,
                                gboolean is_answer,
                                PhoneMediaSdpPlan *plan,
                                GError **error)
{
  const PhoneMediaSdpPlan *known = &self->known;
  const char *audio_names[] = {known->audio.codec->name, NULL};
  const char *video_names[] = {NULL, NULL};
  gboolean has_video = known->video_line >= 0;

  if (has_video)
    video_names[0] = known->video.codec->name;
  if (!phone_media_sdp_plan (sdp, is_answer, audio_names,
                             has_video ? video_names
                                       : (const char *const *)self->config->video_codecs,
                             plan, error))
    return FALSE;
  if (gst_sdp_message_medias_len (sdp) < gst_sdp_message_medias_len (self->now.peer) ||
      plan->audio_line != known->audio_line ||
      plan->audio.payload_type != known->audio.payload_type ||
      !phone_media_sdp_has_same_certificate (self->now.peer, sdp, plan->audio_line))
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                                       "another codec or certificate than the call has");
  phone_media_sdp_keep_events (plan, known);
  if (plan->video_line >= 0 && !video_fits (self, sdp, is_answer, plan))
    leave_video_out (plan);
  return TRUE;
}

gboolean
phone_media_session_is_other_media (PhoneMediaSession *self, const char *sdp)
{
  g_autoptr (GstSDPMessage) offer = phone_media_sdp_parse (sdp, NULL);
  PhoneMediaSdpPlan plan;

  return offer && phone_media_session_is_connected (self) &&
         phone_media_sdp_plan (
             offer, FALSE, (const char *const *)self->config->audio_codecs,
             (const char *const *)self->config->video_codecs, &plan, NULL) &&
         !phone_media_session_plan_again (self, offer, FALSE, &plan, NULL);
}

/* ---- The picture ---- */

/* What the peer wants of it that it did not want before, but for a hold. */
static gboolean
asks_video (PhoneMediaSession *self,
            const GstSDPMessage *offer,
            const PhoneMediaSdpPlan *plan)
{
  guint before = self->now.plan.video_line >= 0 ? (guint)self->peer_video
                                                : (guint)PHONE_MEDIA_DIRECTION_INACTIVE;

  return plan->video_line >= 0 && !self->now.own_video &&
         ((guint)phone_media_sdp_get_direction (offer, plan->video_line) & ~before) != 0;
}

gboolean
phone_media_session_get_reoffer_asks_video (PhoneMediaSession *self, const char *sdp)
{
  g_autoptr (GstSDPMessage) offer = phone_media_sdp_parse (sdp, NULL);
  PhoneMediaSdpPlan plan;

  return offer && phone_media_session_is_connected (self) &&
         phone_media_session_plan_again (self, offer, FALSE, &plan, NULL) &&
         asks_video (self, offer, &plan);
}

/* A picture that they newly want is refused where the user said no; one that is there
 * stays as it is. */
static void
decide_video (PhoneMediaSession *self, PhoneMediaAgreement *next, gboolean with_video)
{
  gboolean asks = asks_video (self, next->peer, &next->plan);

  next->own_video =
      next->plan.video_line >= 0 && (self->now.own_video || (asks && with_video));
  if (asks && !with_video && self->now.plan.video_line < 0)
    leave_video_out (&next->plan);
}

/* ---- The answer ---- */

static GstSDPMessage *
make_answer (PhoneMediaSession *self, const PhoneMediaAgreement *next)
{
  PhoneMediaDirection said[PHONE_MEDIA_SESSION_N_KINDS];
  GstSDPMessage *answer = NULL;

  for (guint i = 0; i < PHONE_MEDIA_SESSION_N_KINDS; i++)
    said[i] = phone_media_agreement_get_wanted (next, (PhoneMediaKind)i);
  answer = phone_media_sdp_answer_again (self->own, next->peer, &next->plan, said,
                                         phone_media_session_get_dtls_role (self, FALSE));
  if (next->ufrag)
    phone_media_sdp_set_ice (answer, next->ufrag, next->password);
  return answer;
}

static void
finish_reoffer (PhoneMediaSession *self)
{
  GstSDPMessage *answer = make_answer (self, &self->next);

  self->before = phone_media_session_copy_agreement (self);
  phone_media_session_agree (self, &self->next);
  phone_media_session_finish_operation (self, answer);
}

void
phone_media_session_on_line_added (PhoneMediaSession *self, GError *error)
{
  if (!self->next.peer || !self->operation) {
    g_clear_error (&error);
  } else if (error) {
    phone_media_agreement_clear (&self->next);
    phone_media_session_abort_operation (self, error);
  } else {
    self->next.held = self->now.held;
    finish_reoffer (self);
  }
}

static gboolean
take_offer (PhoneMediaSession *self,
            const char *text,
            gboolean with_video,
            GError **error)
{
  PhoneMediaAgreement *next = &self->next;

  phone_media_agreement_clear (&self->before);
  phone_media_agreement_clear (next);
  next->held = self->now.held;
  next->peer = phone_media_sdp_parse (text, error);
  if (!next->peer ||
      !phone_media_session_plan_again (self, next->peer, FALSE, &next->plan, error)) {
    phone_media_agreement_clear (next);
    return FALSE;
  }
  next->peer_text = g_strdup (text);
  if (!phone_media_sdp_has_same_ice (self->now.peer, next->peer, next->plan.audio_line))
    phone_media_ice_make_credentials (&next->ufrag, &next->password);
  decide_video (self, next, with_video);
  return TRUE;
}

void
phone_media_session_reoffer_async (PhoneMediaSession *self,
                                   const char *text,
                                   gboolean with_video,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = phone_media_session_begin_operation (
      self, phone_media_session_reoffer_async,
      phone_media_session_is_connected (self) && !self->change.open, cancellable,
      callback, user_data);
  GError *error = NULL;

  if (!task)
    return;
  if (!take_offer (self, text, with_video, &error))
    phone_media_session_abort_operation (self, error);
  else if (self->next.plan.video_line >= 0 && self->known.video_line < 0)
    phone_media_session_add_line (self, self->next.peer, &self->next.plan);
  else
    finish_reoffer (self);
}

char *
phone_media_session_reoffer_finish (PhoneMediaSession *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  return phone_media_session_take_result (self, result, phone_media_session_reoffer_async,
                                          error);
}

void
phone_media_session_withdraw_reoffer (PhoneMediaSession *self)
{
  if (self->next.peer) {
    phone_media_agreement_clear (&self->next);
    phone_media_session_drop_operation (self);
  } else if (self->before.peer && phone_media_session_is_connected (self)) {
    self->before.held = self->now.held;
    phone_media_session_agree (self, &self->before);
  }
}
