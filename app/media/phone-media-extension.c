/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* A video line that webrtcbin does not have yet: the only part of a later exchange that
 * goes through it. Until then it is shown nothing of that exchange, so that an offer that
 * comes to nothing leaves it stable: 1.22 has no rollback.
 *
 *   our offer      create-offer, kept ... answer: set-local (offer), set-remote (answer)
 *   their offer    set-remote (offer), create-answer, set-local (answer)
 *
 * The line rides on the transport that is there (RFC 8843): in a call without BUNDLE none
 * is added. */

int
phone_media_session_find_line (PhoneMediaSession *self)
{
  if (self->extension.busy || self->extension.broken ||
      !phone_media_sdp_has_bundle (self->own) ||
      !phone_media_sdp_has_bundle (self->now.peer))
    return -1;
  return phone_media_sdp_find_place (self->now.peer,
                                     gst_sdp_message_medias_len (self->own));
}

/* Where the peer puts one. */
gboolean
phone_media_session_can_add (PhoneMediaSession *self,
                             const GstSDPMessage *offer,
                             int line)
{
  return !self->extension.busy && !self->extension.broken &&
         phone_media_sdp_has_bundle (self->own) && phone_media_sdp_has_bundle (offer) &&
         line <= (int)gst_sdp_message_medias_len (self->own);
}

/* Which end began DTLS was settled by the first exchange, and stays (RFC 8842 §5.5). */
const char *
phone_media_session_get_dtls_role (PhoneMediaSession *self, gboolean of_peer)
{
  const GstSDPMessage *answer = self->is_offerer ? self->shown : self->own;
  const char *setup = gst_sdp_media_get_attribute_val (
      gst_sdp_message_get_media (answer, (guint)self->known.audio_line), "setup");
  gboolean answerer_is_active = g_strcmp0 (setup, "active") == 0;
  gboolean is_passive = answerer_is_active == self->is_offerer;

  return is_passive != of_peer ? "passive" : "active";
}

/* What webrtcbin made, with what the call has by now. */
static void
dress_made (PhoneMediaSession *self, GstSDPMessage *made)
{
  int audio_line = self->known.audio_line;

  phone_media_sdp_set_ice (made,
                           phone_media_sdp_attribute (self->own, audio_line, "ice-ufrag"),
                           phone_media_sdp_attribute (self->own, audio_line, "ice-pwd"));
}

/* 1.26: for webrtcbin a line has the mid for good that its own last offer gave it, though
 * that offer was never set: another one is an assertion when it answers. */
static const GstSDPMessage *
get_mids (PhoneMediaSession *self)
{
  const GstSDPMessage *offered = self->extension.offered;

  return offered && gst_sdp_message_medias_len (offered) >
                        gst_sdp_message_medias_len (self->own)
             ? offered
             : self->own;
}

static GstSDPMessage *
show (PhoneMediaSession *self,
      const GstSDPMessage *peer,
      const PhoneMediaSdpPlan *plan,
      guint n_lines)
{
  GstSDPMessage *shown = phone_media_sdp_show_first (peer, self->own, plan, n_lines);

  phone_media_sdp_adopt_mids (shown, get_mids (self));
  phone_media_sdp_set_setup (shown, phone_media_session_get_dtls_role (self, TRUE));
  return shown;
}

static void
know_line (PhoneMediaSession *self,
           const GstSDPMessage *made,
           const PhoneMediaSdpPlan *plan)
{
  phone_media_sdp_put_line (self->own, made, plan->video_line, plan->audio_line);
  self->known.video_line = plan->video_line;
  self->known.video = plan->video;
}

/* A camera waits for webrtcbin's pad. */
static void
end_extension (PhoneMediaSession *self, const GError *error)
{
  self->extension.busy = FALSE;
  if (error) {
    g_debug ("a line could not be added: %s", error->message);
    self->extension.broken = TRUE;
  } else if (phone_media_session_is_connected (self)) {
    phone_media_session_update_camera (self);
  }
}

/* ---- We offer ---- */

static void
on_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_media_pipeline_set_finish (PHONE_MEDIA_PIPELINE (source), result, &error))
    end_extension (self, error);
}

static void
on_answer_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  g_autoptr (GError) error = NULL;

  phone_media_pipeline_set_finish (PHONE_MEDIA_PIPELINE (source), result, &error);
  end_extension (self, error);
}

void
phone_media_session_take_line (PhoneMediaSession *self,
                               GstSDPMessage *made,
                               const GstSDPMessage *answer,
                               const PhoneMediaSdpPlan *plan)
{
  g_autoptr (GstSDPMessage) shown = NULL;

  dress_made (self, made);
  phone_media_sdp_add_events (made, plan);
  know_line (self, made, plan);
  shown = show (self, answer, plan, gst_sdp_message_medias_len (made));
  self->extension.busy = TRUE;
  phone_media_pipeline_set_async (self->pipeline, TRUE, PHONE_MEDIA_PIPELINE_OFFER, made,
                                  on_set, g_object_ref (self));
  phone_media_pipeline_set_async (self->pipeline, FALSE, PHONE_MEDIA_PIPELINE_ANSWER,
                                  shown, on_answer_set, g_object_ref (self));
}

/* ---- The peer offers ---- */

static void
finish_line (PhoneMediaSession *self, GError *error)
{
  end_extension (self, error);
  g_clear_pointer (&self->extension.made, gst_sdp_message_free);
  phone_media_session_on_line_added (self, error);
}

static void
on_line_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  GError *error = NULL;

  if (phone_media_pipeline_set_finish (PHONE_MEDIA_PIPELINE (source), result, &error))
    know_line (self, self->extension.made, &self->extension.plan);
  finish_line (self, error);
}

static void
on_line_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  GError *error = NULL;
  GstSDPMessage *made =
      phone_media_pipeline_create_finish (PHONE_MEDIA_PIPELINE (source), result, &error);

  if (!made) {
    finish_line (self, error);
    return;
  }
  self->extension.made = made;
  dress_made (self, made);
  phone_media_sdp_reject_others (made, &self->extension.plan);
  phone_media_sdp_add_events (made, &self->extension.plan);
  phone_media_pipeline_set_async (self->pipeline, TRUE, PHONE_MEDIA_PIPELINE_ANSWER, made,
                                  on_line_set, g_object_ref (self));
}

static void
on_line_shown (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  PhoneMediaPipeline *pipeline = PHONE_MEDIA_PIPELINE (source);
  const PhoneMediaSdpPlan *plan = &self->extension.plan;
  GError *error = NULL;

  if (!phone_media_pipeline_set_finish (pipeline, result, &error)) {
    finish_line (self, error);
    return;
  }
  phone_media_pipeline_add_chosen (pipeline, plan->video_line, &plan->video);
  phone_media_pipeline_create_async (pipeline, PHONE_MEDIA_PIPELINE_ANSWER, on_line_made,
                                     g_object_ref (self));
}

void
phone_media_session_add_line (PhoneMediaSession *self,
                              const GstSDPMessage *offer,
                              const PhoneMediaSdpPlan *plan)
{
  guint n = MAX (gst_sdp_message_medias_len (self->own), (guint)plan->video_line + 1);
  g_autoptr (GstSDPMessage) shown = show (self, offer, plan, n);

  self->extension.busy = TRUE;
  self->extension.plan = *plan;
  phone_media_pipeline_set_async (self->pipeline, FALSE, PHONE_MEDIA_PIPELINE_OFFER,
                                  shown, on_line_shown, g_object_ref (self));
}
