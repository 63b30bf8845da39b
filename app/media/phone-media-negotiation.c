/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* One exchange is offer and answer. The first one goes through webrtcbin; a later one that
 * leaves codecs and transport alone does not, since webrtcbin is shown the same every time
 * (phone-media-sdp.h). */

gboolean
phone_media_session_refuse (GError **error, PhoneMediaError code, const char *message)
{
  g_set_error_literal (error, PHONE_MEDIA_ERROR, code, message);
  return FALSE;
}

GTask *
phone_media_session_begin_operation (PhoneMediaSession *self,
                                     gpointer tag,
                                     gboolean allowed,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, tag);
  if (!allowed || self->operation) {
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_WRONG_STATE,
                             "not now");
    return NULL;
  }
  if (self->agreed_us == 0 && !phone_media_check_descriptors (&error)) {
    g_task_return_error (task, error);
    return NULL;
  }
  self->operation = g_object_ref (task);
  return g_steal_pointer (&task);
}

/* Takes error. */
void
phone_media_session_abort_operation (PhoneMediaSession *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->operation);

  g_clear_handle_id (&self->gather_timeout, g_source_remove);
  if (task)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

void
phone_media_session_drop_operation (PhoneMediaSession *self)
{
  if (self->operation)
    phone_media_session_abort_operation (
        self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the call has ended"));
}

/* RFC 3264 §8: the version is another one only where the rest is. */
static void
number_description (PhoneMediaSession *self, GstSDPMessage *sdp)
{
  phone_media_sdp_set_origin (sdp, self->origin_id, self->version);
  if (self->sent_text) {
    g_autofree char *same = phone_media_sdp_to_text (sdp);

    if (g_str_equal (same, self->sent_text))
      return;
  }
  phone_media_sdp_set_origin (sdp, self->origin_id, ++self->version);
}

void
phone_media_session_finish_operation (PhoneMediaSession *self, GstSDPMessage *sdp)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->operation);

  number_description (self, sdp);
  g_free (self->sent_text);
  self->sent_text = phone_media_sdp_to_text (sdp);
  if (self->own)
    gst_sdp_message_free (sdp);
  else
    self->own = sdp;
  if (task)
    g_task_return_pointer (task, g_strdup (self->sent_text), g_free);
}

char *
phone_media_session_take_result (PhoneMediaSession *self,
                                 GAsyncResult *result,
                                 gpointer tag,
                                 GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- The first agreement ---- */

/* The peer's description as it came, as webrtcbin was shown it (taken), and the plan; own
 * video as it was wished for. */
static void
accept_peer (PhoneMediaSession *self,
             const GstSDPMessage *peer,
             const char *text,
             const PhoneMediaSdpPlan *plan)
{
  PhoneMediaAgreement first = {.peer = phone_media_sdp_copy (peer),
                               .peer_text = g_strdup (text),
                               .plan = *plan,
                               .own_video = self->now.own_video};

  self->known = *plan;
  phone_media_session_agree (self, &first);
}

/* ---- Gathering ---- */

static void
dress_answer (PhoneMediaSession *self, GstSDPMessage *sdp)
{
  const PhoneMediaDirection wanted[] = {
      phone_media_agreement_get_wanted (&self->now, PHONE_MEDIA_KIND_AUDIO),
      phone_media_agreement_get_wanted (&self->now, PHONE_MEDIA_KIND_VIDEO)};

  phone_media_sdp_dress_answer (sdp, self->now.peer, &self->now.plan, wanted);
}

static void
send_gathered (PhoneMediaSession *self)
{
  GstSDPMessage *sdp = phone_media_pipeline_dup_local (self->pipeline);

  g_clear_handle_id (&self->gather_timeout, g_source_remove);
  if (!sdp) {
    phone_media_session_abort_operation (
        self, g_error_new (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                           "webrtcbin has no description"));
    return;
  }
  self->timings.gather_ms = (gint)((g_get_monotonic_time () - self->gather_us) / 1000);
  if (self->config->relay_only)
    phone_media_sdp_keep_relays (sdp);
  if (!self->is_offerer)
    dress_answer (self, sdp);
  phone_media_session_finish_operation (self, sdp);
}

void
phone_media_session_on_gathered (PhoneMediaSession *self)
{
  if (self->gather_timeout != 0)
    send_gathered (self);
}

static gboolean
on_gather_timeout (gpointer data)
{
  PhoneMediaSession *self = data;

  self->gather_timeout = 0;
  send_gathered (self);
  return G_SOURCE_REMOVE;
}

static void
on_local_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  GError *error = NULL;
  PhoneMediaPipeline *pipeline = PHONE_MEDIA_PIPELINE (source);

  if (!phone_media_pipeline_set_finish (pipeline, result, &error)) {
    phone_media_session_abort_operation (self, error);
    return;
  }
  if (!self->operation)
    return;
  self->gather_us = MAX (self->gather_us, 1);
  if (phone_media_pipeline_is_gathered (pipeline))
    send_gathered (self);
  else
    self->gather_timeout =
        g_timeout_add (self->config->gather_ms, on_gather_timeout, self);
}

static void
set_local (PhoneMediaSession *self, PhoneMediaPipelineType type, const GstSDPMessage *sdp)
{
  self->gather_us = g_get_monotonic_time ();
  phone_media_pipeline_set_async (self->pipeline, TRUE, type, sdp, on_local_set,
                                  g_object_ref (self));
}

/* ---- We offer ---- */

static void
on_offer_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  GError *error = NULL;
  g_autoptr (GstSDPMessage) sdp =
      phone_media_pipeline_create_finish (PHONE_MEDIA_PIPELINE (source), result, &error);

  if (!sdp) {
    phone_media_session_abort_operation (self, error);
    return;
  }
  if (!self->operation)
    return;
  phone_media_sdp_offer_events (sdp);
  set_local (self, PHONE_MEDIA_PIPELINE_OFFER, sdp);
}

void
phone_media_session_set_renewal (PhoneMediaSession *self)
{
  self->is_renewal = TRUE;
}

void
phone_media_session_offer_async (PhoneMediaSession *self,
                                 gboolean with_video,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = phone_media_session_begin_operation (
      self, phone_media_session_offer_async,
      self->state == PHONE_MEDIA_STATE_NEW && !self->own && !self->now.peer, cancellable,
      callback, user_data);

  if (!task)
    return;
  self->is_offerer = TRUE;
  self->now.own_video = with_video;
  phone_media_pipeline_add_offered (self->pipeline, 0,
                                    (const char *const *)self->config->audio_codecs);
  if (with_video && self->config->video_codecs[0])
    phone_media_pipeline_add_offered (self->pipeline, 1,
                                      (const char *const *)self->config->video_codecs);
  phone_media_pipeline_create_async (self->pipeline, PHONE_MEDIA_PIPELINE_OFFER,
                                     on_offer_created, g_object_ref (self));
}

char *
phone_media_session_offer_finish (PhoneMediaSession *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  return phone_media_session_take_result (self, result, phone_media_session_offer_async,
                                          error);
}

static void
begin_sending (PhoneMediaSession *self)
{
  if (phone_media_sdp_has_bundle (self->own) &&
      !phone_media_sdp_has_bundle (self->now.peer))
    phone_media_pipeline_open_transports (
        self->pipeline,
        phone_media_sdp_attribute (self->own, self->now.plan.audio_line, "ice-ufrag"),
        phone_media_sdp_attribute (self->own, self->now.plan.audio_line, "ice-pwd"));
  phone_media_pipeline_begin_sending (self->pipeline);
}

static void
on_answer_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  g_autoptr (GError) error = NULL;

  if (phone_media_pipeline_set_finish (PHONE_MEDIA_PIPELINE (source), result, &error))
    begin_sending (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    phone_media_session_fail (self, PHONE_MEDIA_FAILURE_PIPELINE, error->message);
}

static gboolean
plan_peer (PhoneMediaSession *self,
           const GstSDPMessage *sdp,
           gboolean is_answer,
           PhoneMediaSdpPlan *plan,
           GError **error)
{
  return phone_media_sdp_plan (
      sdp, is_answer, (const char *const *)self->config->audio_codecs,
      (const char *const *)self->config->video_codecs, plan, error);
}

gboolean
phone_media_session_set_answer (PhoneMediaSession *self, const char *text, GError **error)
{
  g_autoptr (GstSDPMessage) answer = NULL;
  g_autoptr (GstSDPMessage) shown = NULL;
  PhoneMediaSdpPlan plan;

  if (self->is_offerer && g_strcmp0 (text, self->now.peer_text) == 0)
    return TRUE;
  if (!self->is_offerer || self->state != PHONE_MEDIA_STATE_NEW || !self->own)
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_WRONG_STATE,
                                       "no answer is awaited");
  answer = phone_media_sdp_parse (text, error);
  if (!answer || !phone_media_sdp_check_shape (self->own, answer, error) ||
      !plan_peer (self, answer, TRUE, &plan, error))
    return FALSE;
  shown = phone_media_sdp_show (answer, self->own, &plan);
  phone_media_pipeline_set_async (self->pipeline, FALSE, PHONE_MEDIA_PIPELINE_ANSWER,
                                  shown, on_answer_set, g_object_ref (self));
  self->shown = g_steal_pointer (&shown);
  phone_media_session_begin_connecting (self);
  accept_peer (self, answer, text, &plan);
  return TRUE;
}

/* ---- The peer offers ---- */

static void
on_answer_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  GError *error = NULL;
  g_autoptr (GstSDPMessage) sdp =
      phone_media_pipeline_create_finish (PHONE_MEDIA_PIPELINE (source), result, &error);

  if (!sdp) {
    phone_media_session_abort_operation (self, error);
    return;
  }
  if (!self->operation)
    return;
  phone_media_sdp_reject_others (sdp, &self->now.plan);
  phone_media_sdp_add_events (sdp, &self->now.plan);
  set_local (self, PHONE_MEDIA_PIPELINE_ANSWER, sdp);
}

static void
create_answer (PhoneMediaSession *self)
{
  const PhoneMediaSdpPlan *plan = &self->now.plan;

  phone_media_pipeline_add_chosen (self->pipeline, plan->audio_line, &plan->audio);
  if (plan->video_line >= 0)
    phone_media_pipeline_add_chosen (self->pipeline, plan->video_line, &plan->video);
  phone_media_pipeline_create_async (self->pipeline, PHONE_MEDIA_PIPELINE_ANSWER,
                                     on_answer_created, g_object_ref (self));
}

static void
on_offer_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_media_pipeline_set_finish (PHONE_MEDIA_PIPELINE (source), result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      phone_media_session_fail (self, PHONE_MEDIA_FAILURE_PIPELINE, error->message);
    return;
  }
  self->offer_applied = TRUE;
  if (self->operation)
    create_answer (self);
}

gboolean
phone_media_session_set_offer (PhoneMediaSession *self, const char *text, GError **error)
{
  g_autoptr (GstSDPMessage) offer = NULL;
  g_autoptr (GstSDPMessage) shown = NULL;
  PhoneMediaSdpPlan plan;

  if (self->state != PHONE_MEDIA_STATE_NEW || self->is_offerer || self->now.peer)
    return phone_media_session_refuse (error, PHONE_MEDIA_ERROR_WRONG_STATE,
                                       "no offer is awaited");
  offer = phone_media_sdp_parse (text, error);
  if (!offer || !plan_peer (self, offer, FALSE, &plan, error))
    return FALSE;
  shown = phone_media_sdp_show (offer, NULL, &plan);
  phone_media_pipeline_set_async (self->pipeline, FALSE, PHONE_MEDIA_PIPELINE_OFFER,
                                  shown, on_offer_set, g_object_ref (self));
  self->shown = g_steal_pointer (&shown);
  accept_peer (self, offer, text, &plan);
  return TRUE;
}

gboolean
phone_media_session_get_offered_video (PhoneMediaSession *self)
{
  return !self->is_offerer && self->now.peer && self->now.plan.video_line >= 0;
}

/* Without a picture of our own theirs is taken all the same. */
static void
settle_offer (PhoneMediaSession *self, gboolean with_video)
{
  PhoneMediaAgreement settled = phone_media_session_copy_agreement (self);
  PhoneMediaSdpPlan *plan = &settled.plan;

  settled.own_video = with_video && plan->video_line >= 0;
  if (!with_video && plan->video_line >= 0 &&
      !(phone_media_sdp_get_direction (settled.peer, plan->video_line) &
        PHONE_MEDIA_DIRECTION_SEND)) {
    plan->video_line = -1;
    plan->video.codec = NULL;
  }
  self->known = *plan;
  phone_media_session_agree (self, &settled);
}

void
phone_media_session_answer_async (PhoneMediaSession *self,
                                  gboolean with_video,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = phone_media_session_begin_operation (
      self, phone_media_session_answer_async,
      self->state == PHONE_MEDIA_STATE_NEW && !self->is_offerer && self->now.peer,
      cancellable, callback, user_data);

  if (!task)
    return;
  phone_media_session_begin_connecting (self);
  if (!self->operation) /* closed by whoever was told */
    return;
  settle_offer (self, with_video);
  if (self->offer_applied)
    create_answer (self);
}

char *
phone_media_session_answer_finish (PhoneMediaSession *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  return phone_media_session_take_result (self, result, phone_media_session_answer_async,
                                          error);
}

char *
phone_media_session_dup_local_sdp (PhoneMediaSession *self)
{
  return g_strdup (self->sent_text);
}
