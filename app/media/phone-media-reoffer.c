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

/* What webrtcbin sends stays, so later descriptions are planned with the codecs in use. */
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

  if (known->video_line >= 0)
    video_names[0] = known->video.codec->name;
  if (!phone_media_sdp_plan (sdp, is_answer, audio_names, video_names, plan, error))
    return FALSE;
  if (gst_sdp_message_medias_len (sdp) < gst_sdp_message_medias_len (self->now.peer) ||
      plan->audio_line != known->audio_line ||
      plan->audio.payload_type != known->audio.payload_type ||
      !phone_media_sdp_has_same_transport (self->now.peer, sdp, plan->audio_line))
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                                       "another codec or transport than the call has");
  phone_media_sdp_keep_events (plan, known);
  if (plan->video_line >= 0 && (plan->video_line != known->video_line ||
                                plan->video.payload_type != known->video.payload_type)) {
    plan->video_line = -1;
    plan->video.codec = NULL;
  }
  return TRUE;
}

/* Which end began DTLS was settled by the first exchange, and stays (RFC 8842 §5.5). */
static const char *
dtls_role (PhoneMediaSession *self)
{
  const GstSDPMessage *answer = self->is_offerer ? self->shown : self->own;
  const char *setup = gst_sdp_media_get_attribute_val (
      gst_sdp_message_get_media (answer, (guint)self->known.audio_line), "setup");
  gboolean answerer_is_active = g_strcmp0 (setup, "active") == 0;

  return answerer_is_active == self->is_offerer ? "passive" : "active";
}

/* What the peer wants of the picture that it did not want before, but for a hold. */
static gboolean
asks_video (PhoneMediaSession *self,
            const GstSDPMessage *offer,
            const PhoneMediaSdpPlan *plan)
{
  guint before = self->now.plan.video_line >= 0 ? (guint)self->peer_video
                                                : (guint)PHONE_MEDIA_DIRECTION_INACTIVE;
  guint wanted = 0;

  if (plan->video_line < 0 || self->now.own_video)
    return FALSE;
  wanted = (guint)phone_media_sdp_get_direction (offer, plan->video_line);
  return (wanted & ~before) != 0;
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
  if (asks && !with_video && self->now.plan.video_line < 0) {
    next->plan.video_line = -1;
    next->plan.video.codec = NULL;
  }
}

static GstSDPMessage *
make_answer (PhoneMediaSession *self, const PhoneMediaAgreement *next)
{
  PhoneMediaDirection said[PHONE_MEDIA_SESSION_N_KINDS];

  for (guint i = 0; i < PHONE_MEDIA_SESSION_N_KINDS; i++)
    said[i] = phone_media_agreement_get_wanted (next, (PhoneMediaKind)i);
  return phone_media_sdp_answer_again (self->own, next->peer, &next->plan, said,
                                       dtls_role (self));
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
  PhoneMediaAgreement next = {.held = self->now.held};
  GstSDPMessage *answer = NULL;
  GError *error = NULL;

  if (!task)
    return;
  next.peer = phone_media_sdp_parse (text, &error);
  if (!next.peer ||
      !phone_media_session_plan_again (self, next.peer, FALSE, &next.plan, &error)) {
    phone_media_agreement_clear (&next);
    phone_media_session_abort_operation (self, error);
    return;
  }
  next.peer_text = g_strdup (text);
  decide_video (self, &next, with_video);
  answer = make_answer (self, &next);
  phone_media_agreement_clear (&self->before);
  self->before = phone_media_session_copy_agreement (self);
  phone_media_session_agree (self, &next);
  phone_media_session_finish_operation (self, answer);
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
  if (!self->before.peer || !phone_media_session_is_connected (self))
    return;
  self->before.held = self->now.held;
  phone_media_session_agree (self, &self->before);
}
