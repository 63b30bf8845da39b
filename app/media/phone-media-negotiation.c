/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* One exchange is offer and answer. The first one goes through webrtcbin; a later one of
 * the peer that leaves codecs and transport alone does not, since webrtcbin is shown the
 * same every time (phone-media-sdp.h). */

static gboolean
fail_with (GError **error, PhoneMediaError code, const char *message)
{
  g_set_error_literal (error, PHONE_MEDIA_ERROR, code, message);
  return FALSE;
}

static GTask *
begin_operation (PhoneMediaSession *self,
                 gpointer tag,
                 gboolean allowed,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (!allowed || self->operation) {
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_WRONG_STATE,
                             "not now");
    return NULL;
  }
  self->operation = g_object_ref (task);
  return g_steal_pointer (&task);
}

/* Takes error. */
static void
abort_operation (PhoneMediaSession *self, GError *error)
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
    abort_operation (
        self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the call has ended"));
}

/* Takes sdp: the one that goes over the wire. */
static void
finish_operation (PhoneMediaSession *self, GstSDPMessage *sdp)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->operation);

  phone_media_sdp_set_origin (sdp, self->origin_id, ++self->version);
  g_free (self->sent_text);
  self->sent_text = phone_media_sdp_to_text (sdp);
  if (self->own)
    gst_sdp_message_free (sdp);
  else
    self->own = sdp;
  if (task)
    g_task_return_pointer (task, g_strdup (self->sent_text), g_free);
}

static char *
finish (PhoneMediaSession *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Directions ---- */

PhoneMediaDirection
phone_media_session_get_peer_direction (PhoneMediaSession *self, PhoneMediaKind kind)
{
  int line =
      kind == PHONE_MEDIA_KIND_AUDIO ? self->plan.audio_line : self->plan.video_line;

  if (!self->peer || line < 0)
    return PHONE_MEDIA_DIRECTION_INACTIVE;
  return phone_media_sdp_get_direction (self->peer, line);
}

gboolean
phone_media_session_get_has_video (PhoneMediaSession *self)
{
  return self->agreed_us != 0 && self->plan.video_line >= 0;
}

gboolean
phone_media_session_get_peer_hold (PhoneMediaSession *self)
{
  return self->agreed_us != 0 &&
         !(phone_media_session_get_peer_direction (self, PHONE_MEDIA_KIND_AUDIO) &
           PHONE_MEDIA_DIRECTION_RECV);
}

void
phone_media_session_apply_directions (PhoneMediaSession *self)
{
  PhoneMediaDirection audio =
      phone_media_session_get_peer_direction (self, PHONE_MEDIA_KIND_AUDIO);
  PhoneMediaDirection video =
      phone_media_session_get_peer_direction (self, PHONE_MEDIA_KIND_VIDEO);

  phone_media_pipeline_set_stopped (self->pipeline, PHONE_MEDIA_KIND_AUDIO,
                                    !(audio & PHONE_MEDIA_DIRECTION_RECV));
  phone_media_pipeline_set_stopped (self->pipeline, PHONE_MEDIA_KIND_VIDEO,
                                    !(video & PHONE_MEDIA_DIRECTION_RECV) ||
                                        !self->sending_video);
}

static void
notify_agreement (PhoneMediaSession *self, gboolean had_video, gboolean was_held)
{
  phone_media_session_apply_directions (self);
  if (phone_media_session_get_has_video (self) != had_video)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_HAS_VIDEO);
  if (phone_media_session_get_peer_hold (self) != was_held)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_PEER_HOLD);
  phone_media_session_check_digits (self);
}

/* Takes peer and agreed. */
static void
accept_peer (PhoneMediaSession *self,
             GstSDPMessage *peer,
             GstSDPMessage *agreed,
             const char *text,
             const PhoneMediaSdpPlan *plan)
{
  g_clear_pointer (&self->peer, gst_sdp_message_free);
  g_clear_pointer (&self->agreed, gst_sdp_message_free);
  g_free (self->peer_text);
  self->peer = peer;
  self->agreed = agreed;
  self->peer_text = g_strdup (text);
  self->plan = *plan;
  phone_media_pipeline_set_plan (self->pipeline, plan);
}

/* ---- Gathering ---- */

static void
send_gathered (PhoneMediaSession *self)
{
  GstSDPMessage *sdp = phone_media_pipeline_dup_local (self->pipeline);

  g_clear_handle_id (&self->gather_timeout, g_source_remove);
  if (!sdp) {
    abort_operation (self, g_error_new (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                                        "webrtcbin has no description"));
    return;
  }
  self->timings.gather_ms = (gint)((g_get_monotonic_time () - self->gather_us) / 1000);
  if (self->config->relay_only)
    phone_media_sdp_keep_relays (sdp);
  if (!self->is_offerer)
    phone_media_sdp_dress_answer (sdp, self->peer, &self->plan);
  finish_operation (self, sdp);
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
    abort_operation (self, error);
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
    abort_operation (self, error);
    return;
  }
  if (!self->operation)
    return;
  phone_media_sdp_offer_events (sdp);
  set_local (self, PHONE_MEDIA_PIPELINE_OFFER, sdp);
}

void
phone_media_session_offer_async (PhoneMediaSession *self,
                                 gboolean with_video,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task =
      begin_operation (self, phone_media_session_offer_async,
                       self->state == PHONE_MEDIA_STATE_NEW && !self->own && !self->peer,
                       cancellable, callback, user_data);

  if (!task)
    return;
  self->is_offerer = TRUE;
  phone_media_pipeline_add_offered (self->pipeline,
                                    (const char *const *)self->config->audio_codecs);
  if (with_video && self->config->video_codecs[0])
    phone_media_pipeline_add_offered (self->pipeline,
                                      (const char *const *)self->config->video_codecs);
  phone_media_pipeline_create_async (self->pipeline, PHONE_MEDIA_PIPELINE_OFFER,
                                     on_offer_created, g_object_ref (self));
}

char *
phone_media_session_offer_finish (PhoneMediaSession *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  return finish (self, result, phone_media_session_offer_async, error);
}

static void
on_answer_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  g_autoptr (GError) error = NULL;

  if (phone_media_pipeline_set_finish (PHONE_MEDIA_PIPELINE (source), result, &error))
    phone_media_pipeline_begin_sending (PHONE_MEDIA_PIPELINE (source));
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

  if (self->is_offerer && g_strcmp0 (text, self->peer_text) == 0)
    return TRUE;
  if (!self->is_offerer || self->state != PHONE_MEDIA_STATE_NEW || !self->own)
    return fail_with (error, PHONE_MEDIA_ERROR_WRONG_STATE, "no answer is awaited");
  answer = phone_media_sdp_parse (text, error);
  if (!answer || !phone_media_sdp_check_shape (self->own, answer, error) ||
      !plan_peer (self, answer, TRUE, &plan, error))
    return FALSE;
  phone_media_sdp_drop_unbundled_video (self->own, answer, &plan);
  shown = phone_media_sdp_show (answer, self->own, &plan);
  phone_media_pipeline_set_async (self->pipeline, FALSE, PHONE_MEDIA_PIPELINE_ANSWER,
                                  shown, on_answer_set, g_object_ref (self));
  accept_peer (self, g_steal_pointer (&answer), g_steal_pointer (&shown), text, &plan);
  phone_media_session_begin_connecting (self);
  notify_agreement (self, FALSE, FALSE);
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
    abort_operation (self, error);
    return;
  }
  if (!self->operation)
    return;
  phone_media_sdp_reject_others (sdp, &self->plan);
  phone_media_sdp_add_events (sdp, &self->plan);
  set_local (self, PHONE_MEDIA_PIPELINE_ANSWER, sdp);
}

static void
create_answer (PhoneMediaSession *self)
{
  phone_media_pipeline_add_chosen (self->pipeline, self->plan.audio_line,
                                   &self->plan.audio);
  if (self->plan.video_line >= 0)
    phone_media_pipeline_add_chosen (self->pipeline, self->plan.video_line,
                                     &self->plan.video);
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

  if (self->state != PHONE_MEDIA_STATE_NEW || self->is_offerer || self->peer)
    return fail_with (error, PHONE_MEDIA_ERROR_WRONG_STATE, "no offer is awaited");
  offer = phone_media_sdp_parse (text, error);
  if (!offer || !plan_peer (self, offer, FALSE, &plan, error))
    return FALSE;
  shown = phone_media_sdp_show (offer, NULL, &plan);
  phone_media_pipeline_set_async (self->pipeline, FALSE, PHONE_MEDIA_PIPELINE_OFFER,
                                  shown, on_offer_set, g_object_ref (self));
  accept_peer (self, g_steal_pointer (&offer), g_steal_pointer (&shown), text, &plan);
  return TRUE;
}

gboolean
phone_media_session_get_offered_video (PhoneMediaSession *self)
{
  return !self->is_offerer && self->peer && self->plan.video_line >= 0;
}

static void
refuse_video (PhoneMediaSession *self)
{
  self->plan.video_line = -1;
  self->plan.video.codec = NULL;
  phone_media_pipeline_set_plan (self->pipeline, &self->plan);
}

void
phone_media_session_answer_async (PhoneMediaSession *self,
                                  gboolean with_video,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = begin_operation (self, phone_media_session_answer_async,
                                            self->state == PHONE_MEDIA_STATE_NEW &&
                                                !self->is_offerer && self->peer,
                                            cancellable, callback, user_data);

  if (!task)
    return;
  if (!with_video)
    refuse_video (self);
  phone_media_session_begin_connecting (self);
  notify_agreement (self, FALSE, FALSE);
  if (self->offer_applied)
    create_answer (self);
}

char *
phone_media_session_answer_finish (PhoneMediaSession *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  return finish (self, result, phone_media_session_answer_async, error);
}

/* ---- A later offer of the peer ---- */

static gboolean
is_connected (PhoneMediaSession *self)
{
  return self->own && (self->state == PHONE_MEDIA_STATE_CONNECTING ||
                       self->state == PHONE_MEDIA_STATE_CONNECTED ||
                       self->state == PHONE_MEDIA_STATE_INTERRUPTED);
}

/* What webrtcbin sends stays, so a re-offer is planned with the codecs in use alone. */
static gboolean
plan_again (PhoneMediaSession *self,
            const GstSDPMessage *offer,
            PhoneMediaSdpPlan *plan,
            GError **error)
{
  PhoneMediaPipelineStream video = {NULL};
  const char *audio_names[] = {self->plan.audio.codec->name, NULL};
  const char *video_names[] = {NULL, NULL};

  if (phone_media_pipeline_get_sent (self->pipeline, PHONE_MEDIA_KIND_VIDEO, &video))
    video_names[0] = video.codec->name;
  if (!phone_media_sdp_plan (offer, FALSE, audio_names, video_names, plan, error))
    return FALSE;
  if (gst_sdp_message_medias_len (offer) < gst_sdp_message_medias_len (self->peer) ||
      plan->audio_line != self->plan.audio_line ||
      plan->audio.payload_type != self->plan.audio.payload_type ||
      !phone_media_sdp_has_same_transport (self->peer, offer, plan->audio_line))
    return fail_with (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                      "another codec or transport than the call has");
  if (plan->video_line >= 0 && plan->video.payload_type != video.payload_type)
    plan->video_line = -1;
  phone_media_sdp_keep_events (plan, &self->plan);
  return TRUE;
}

/* Which end began DTLS was settled by the first exchange, and stays (RFC 8842 §5.5). */
static const char *
dtls_role (PhoneMediaSession *self)
{
  const GstSDPMessage *answer = self->is_offerer ? self->agreed : self->own;
  const char *setup = gst_sdp_media_get_attribute_val (
      gst_sdp_message_get_media (answer, (guint)self->plan.audio_line), "setup");
  gboolean answerer_is_active = g_strcmp0 (setup, "active") == 0;

  return answerer_is_active == self->is_offerer ? "passive" : "active";
}

void
phone_media_session_reoffer_async (PhoneMediaSession *self,
                                   const char *text,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task =
      begin_operation (self, phone_media_session_reoffer_async, is_connected (self),
                       cancellable, callback, user_data);
  g_autoptr (GstSDPMessage) offer = NULL;
  GstSDPMessage *answer = NULL;
  PhoneMediaSdpPlan plan;
  GError *error = NULL;
  gboolean had_video = phone_media_session_get_has_video (self);
  gboolean was_held = phone_media_session_get_peer_hold (self);
  const char *role = NULL;

  if (!task)
    return;
  offer = phone_media_sdp_parse (text, &error);
  if (!offer || !plan_again (self, offer, &plan, &error)) {
    abort_operation (self, error);
    return;
  }
  role = dtls_role (self);
  answer = phone_media_sdp_answer_again (self->own, offer, &plan, role);
  accept_peer (self, g_steal_pointer (&offer), g_steal_pointer (&self->agreed), text,
               &plan);
  notify_agreement (self, had_video, was_held);
  finish_operation (self, answer);
}

char *
phone_media_session_reoffer_finish (PhoneMediaSession *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  return finish (self, result, phone_media_session_reoffer_async, error);
}

char *
phone_media_session_dup_local_sdp (PhoneMediaSession *self)
{
  return g_strdup (self->sent_text);
}

char *
phone_media_session_dup_reoffer (PhoneMediaSession *self)
{
  g_autoptr (GstSDPMessage) sdp =
      self->sent_text ? phone_media_sdp_parse (self->sent_text, NULL) : NULL;

  if (!sdp)
    return NULL;
  phone_media_sdp_set_setup (sdp, "actpass");
  phone_media_sdp_mask_directions (sdp);
  phone_media_sdp_set_origin (sdp, self->origin_id, ++self->version);
  return phone_media_sdp_to_text (sdp);
}
