/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-pipeline-private.h"
#include "phone-media-session.h"

#include <string.h>

/* ---- Promises ---- */

static void
reply_free (gpointer data)
{
  PhoneMediaReply *reply = data;

  g_clear_object (&reply->task);
  g_clear_pointer (&reply->reply, gst_structure_free);
  g_free (reply);
}

typedef struct {
  PhoneMediaNotePort *port;
  GTask *task;
} PromiseUse;

static void
on_promise_any_thread (GstPromise *promise, gpointer data)
{
  PromiseUse *use = data;
  PhoneMediaReply *reply = g_new0 (PhoneMediaReply, 1);
  const GstStructure *structure = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    structure = gst_promise_get_reply (promise);
  reply->task = g_steal_pointer (&use->task);
  reply->reply =
      structure ? gst_structure_copy (structure) : gst_structure_new_empty ("none");
  phone_media_note_post_any_thread (use->port, PHONE_MEDIA_NOTE_REPLY, reply, reply_free);
  gst_promise_unref (promise);
}

static void
promise_use_free (gpointer data)
{
  PromiseUse *use = data;

  g_clear_object (&use->task);
  phone_media_note_port_unref_any_thread (use->port);
  g_free (use);
}

void
phone_media_pipeline_receive_reply (PhoneMediaPipeline *self, PhoneMediaReply *reply)
{
  g_autoptr (GError) error = NULL;

  /* First, since whoever is told may shut the pipeline. */
  if (!g_ptr_array_remove (self->tasks, reply->task))
    return;
  if (gst_structure_has_field (reply->reply, "error"))
    gst_structure_get (reply->reply, "error", G_TYPE_ERROR, &error, NULL);
  if (error)
    g_task_return_new_error (reply->task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                             "webrtcbin: %s", error->message);
  else
    g_task_return_pointer (reply->task, g_steal_pointer (&reply->reply),
                           (GDestroyNotify)gst_structure_free);
}

void
phone_media_pipeline_cancel_tasks (PhoneMediaPipeline *self)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->tasks);

  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error (tasks->pdata[i], G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "the call has ended");
}

/* ---- Negotiation ---- */

static GstCaps *
caps_of_codec (const PhoneMediaCodec *codec, guint payload_type)
{
  GstCaps *caps = gst_caps_new_simple (
      "application/x-rtp", "media", G_TYPE_STRING,
      codec->kind == PHONE_MEDIA_KIND_AUDIO ? "audio" : "video", "encoding-name",
      G_TYPE_STRING, codec->encoding, "clock-rate", G_TYPE_INT, (int)codec->clock_rate,
      "payload", G_TYPE_INT, (int)payload_type, NULL);
  g_autofree char *channels = g_strdup_printf ("%u", codec->channels);

  if (codec->channels > 0)
    gst_caps_set_simple (caps, "encoding-params", G_TYPE_STRING, channels, NULL);
  return caps;
}

static void
add_fmtp (GstCaps *caps, const char *fmtp)
{
  g_auto (GStrv) fields = g_strsplit (fmtp, ";", -1);

  for (guint i = 0; fields[i]; i++) {
    char *equals = strchr (fields[i], '=');

    if (!equals)
      continue;
    *equals = '\0';
    gst_caps_set_simple (caps, fields[i], G_TYPE_STRING, equals + 1, NULL);
  }
}

static GstWebRTCRTPTransceiver *
dup_transceiver_of_line (PhoneMediaPipeline *self, guint line)
{
  g_autoptr (GArray) transceivers = NULL;

  g_signal_emit_by_name (self->webrtcbin, "get-transceivers", &transceivers);
  for (guint i = 0; i < transceivers->len; i++) {
    GstWebRTCRTPTransceiver *transceiver =
        g_array_index (transceivers, GstWebRTCRTPTransceiver *, i);
    guint its_line = 0;

    g_object_get (transceiver, "mlineindex", &its_line, NULL);
    if (its_line == line)
      return gst_object_ref (transceiver);
  }
  return NULL;
}

/* GStreamer 1.26 made one for the line when the offer was set, and it only receives. FALSE:
 * 1.22 made none. */
static gboolean
use_made_transceiver (PhoneMediaPipeline *self, int line, GstCaps *caps)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver =
      dup_transceiver_of_line (self, (guint)line);

  if (!transceiver)
    return FALSE;
  g_object_set (transceiver, "codec-preferences", caps, "direction",
                GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, NULL);
  return TRUE;
}

/* GStreamer 1.26 makes no pad for the answer to an offer that was made without one; 1.22
 * does not find the transceiver that was added for a pad: so the pad comes first. Nothing
 * is linked to it yet, or only one codec would be offered. Its name ties it to the line:
 * 1.22 would leave it on the transport of the offer, whatever the answer. */
static void
request_offered_pad (PhoneMediaPipeline *self, int line, GstCaps *caps)
{
  GstPadTemplate *template = gst_element_get_pad_template (self->webrtcbin, "sink_%u");
  g_autofree char *name = g_strdup_printf ("sink_%d", line);
  g_autoptr (GstPad) pad =
      gst_element_request_pad (self->webrtcbin, template, name, caps);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "codec-preferences", caps, NULL);
}

void
phone_media_pipeline_add_offered (PhoneMediaPipeline *self,
                                  int line,
                                  const char *const *codec_names)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty ();

  for (guint i = 0; codec_names[i]; i++) {
    const PhoneMediaCodec *codec = phone_media_codec_find (codec_names[i]);
    GstCaps *one = caps_of_codec (codec, codec->payload_type);

    add_fmtp (one, codec->fmtp);
    gst_caps_append (caps, one);
  }
  if (!use_made_transceiver (self, line, caps))
    request_offered_pad (self, line, caps);
}

void
phone_media_pipeline_add_chosen (PhoneMediaPipeline *self,
                                 int line,
                                 const PhoneMediaSdpChoice *choice)
{
  g_autoptr (GstCaps) caps = caps_of_codec (choice->codec, choice->payload_type);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  if (!use_made_transceiver (self, line, caps))
    g_signal_emit_by_name (self->webrtcbin, "add-transceiver",
                           GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, caps,
                           &transceiver);
}

void
phone_media_pipeline_set_plan (PhoneMediaPipeline *self, const PhoneMediaSdpPlan *plan)
{
  self->plan = *plan;
}

static GTask *
new_task (PhoneMediaPipeline *self,
          gpointer tag,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (!self->webrtcbin) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "the call has ended");
    g_clear_object (&task);
    return NULL;
  }
  g_ptr_array_add (self->tasks, g_object_ref (task));
  return task;
}

/* Takes task. */
static GstPromise *
new_promise (PhoneMediaPipeline *self, GTask *task)
{
  PromiseUse *use = g_new0 (PromiseUse, 1);

  use->task = task;
  use->port = phone_media_note_port_ref_any_thread (self->port);
  return gst_promise_new_with_change_func (on_promise_any_thread, use, promise_use_free);
}

void
phone_media_pipeline_create_async (PhoneMediaPipeline *self,
                                   PhoneMediaPipelineType type,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  gboolean is_offer = type == PHONE_MEDIA_PIPELINE_OFFER;
  GTask *task = new_task (self, phone_media_pipeline_create_async, callback, user_data);

  if (!task)
    return;
  g_task_set_task_data (task, (gpointer)(is_offer ? "offer" : "answer"), NULL);
  g_signal_emit_by_name (self->webrtcbin, is_offer ? "create-offer" : "create-answer",
                         NULL, new_promise (self, task));
}

GstSDPMessage *
phone_media_pipeline_create_finish (PhoneMediaPipeline *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  const char *field = g_task_get_task_data (G_TASK (result));
  g_autoptr (GstStructure) reply = g_task_propagate_pointer (G_TASK (result), error);
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *sdp = NULL;

  if (!reply)
    return NULL;
  gst_structure_get (reply, field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description,
                     NULL);
  if (!description) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                 "webrtcbin made no %s", field);
    return NULL;
  }
  gst_sdp_message_copy (description->sdp, &sdp);
  phone_media_sdp_set_fingerprint (sdp, self->fingerprint);
  return sdp;
}

void
phone_media_pipeline_set_async (PhoneMediaPipeline *self,
                                gboolean local,
                                PhoneMediaPipelineType type,
                                const GstSDPMessage *sdp,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = new_task (self, phone_media_pipeline_set_async, callback, user_data);
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *copy = NULL;

  if (!task)
    return;
  gst_sdp_message_copy (sdp, &copy);
  description = gst_webrtc_session_description_new (type == PHONE_MEDIA_PIPELINE_OFFER
                                                        ? GST_WEBRTC_SDP_TYPE_OFFER
                                                        : GST_WEBRTC_SDP_TYPE_ANSWER,
                                                    copy);
  g_signal_emit_by_name (self->webrtcbin,
                         local ? "set-local-description" : "set-remote-description",
                         description, new_promise (self, task));
}

gboolean
phone_media_pipeline_set_finish (PhoneMediaPipeline *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  g_autoptr (GstStructure) reply = g_task_propagate_pointer (G_TASK (result), error);

  return reply != NULL;
}

GstSDPMessage *
phone_media_pipeline_dup_local (PhoneMediaPipeline *self)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *sdp = NULL;

  if (self->webrtcbin)
    g_object_get (self->webrtcbin, "local-description", &description, NULL);
  if (description)
    gst_sdp_message_copy (description->sdp, &sdp);
  return sdp;
}

gboolean
phone_media_pipeline_is_gathered (PhoneMediaPipeline *self)
{
  return self->gathered;
}

void
phone_media_pipeline_get_stats_async (PhoneMediaPipeline *self,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  GTask *task =
      new_task (self, phone_media_pipeline_get_stats_async, callback, user_data);

  if (task)
    g_signal_emit_by_name (self->webrtcbin, "get-stats", NULL, new_promise (self, task));
}

GstStructure *
phone_media_pipeline_get_stats_finish (PhoneMediaPipeline *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Transports that the answer asks for ---- */

static void
link_receiver (const GValue *item, gpointer rtpbin)
{
  static const char linked[] = "recv_rtcp_sink_";
  GstElement *receiver = g_value_get_object (item);
  g_autoptr (GstPad) rtp = gst_element_get_static_pad (receiver, "rtp_src");
  g_autoptr (GstPad) rtcp = gst_element_get_static_pad (receiver, "rtcp_src");
  g_autoptr (GstPad) peer = rtcp ? gst_pad_get_peer (rtcp) : NULL;
  g_autofree char *name = NULL;

  if (!rtp || gst_pad_is_linked (rtp) || !peer ||
      !g_str_has_prefix (GST_PAD_NAME (peer), linked))
    return;
  name = g_strconcat ("recv_rtp_sink_", GST_PAD_NAME (peer) + strlen (linked), NULL);
  if (!gst_element_link_pads (receiver, "rtp_src", rtpbin, name))
    g_debug ("%s takes no packets", name);
}

/* 1.26: webrtcbin links its transports to rtpbin when it makes the pads where packets come
 * out, which is at the offer, that had one transport for all lines. What it makes for the
 * answer stays unlinked, and the first packet there is an error that ends everything. */
static void
link_receivers (PhoneMediaPipeline *self)
{
  g_autoptr (GstElement) rtpbin =
      gst_bin_get_by_name (GST_BIN (self->webrtcbin), "rtpbin");
  GstIterator *children = gst_bin_iterate_elements (GST_BIN (self->webrtcbin));

  /* Another thread may change what is gone along; what is linked is left as it is. */
  while (rtpbin &&
         gst_iterator_foreach (children, link_receiver, rtpbin) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (children);
  gst_iterator_free (children);
}

void
phone_media_pipeline_open_transports (PhoneMediaPipeline *self,
                                      const char *ufrag,
                                      const char *password)
{
  link_receivers (self);
  phone_media_ice_open_transports (self->ice, ufrag, password);
}
