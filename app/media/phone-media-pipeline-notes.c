/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-pipeline-private.h"
#include "phone-certificate.h"
#include "phone-media-session.h"

/* ---- From GStreamer's threads ---- */

typedef struct {
  GstPad *pad;
  gulong block;
} BlockedPad;

static void
blocked_pad_free (gpointer data)
{
  BlockedPad *blocked = data;

  gst_pad_remove_probe (blocked->pad, blocked->block);
  gst_object_unref (blocked->pad);
  g_free (blocked);
}

static GQuark
certificate_quark (void)
{
  return g_quark_from_static_string ("phone-media-certificate");
}

static PhoneMediaGate *
dup_gate_any_thread (GstBin *transport_bin, PhoneMediaNotePort *port)
{
  GQuark quark = g_quark_from_static_string ("phone-media-gate");
  g_autoptr (GObject) stream = NULL;
  PhoneMediaGate *gate = NULL;
  guint session_id = 0;

  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (transport_bin), "stream"))
    return NULL;
  g_object_get (transport_bin, "stream", &stream, NULL);
  if (!stream)
    return NULL;
  gate = g_object_get_qdata (stream, quark);
  if (gate)
    return phone_media_gate_ref_any_thread (gate);
  g_object_get (stream, "session-id", &session_id, NULL);
  gate = phone_media_gate_new (session_id, port, PHONE_MEDIA_NOTE_CERTIFICATE,
                               PHONE_MEDIA_NOTE_REPORT);
  g_object_set_qdata_full (stream, quark, phone_media_gate_ref_any_thread (gate),
                           (GDestroyNotify)phone_media_gate_unref_any_thread);
  phone_media_note_post_any_thread (port, PHONE_MEDIA_NOTE_GATE,
                                    phone_media_gate_ref_any_thread (gate),
                                    (GDestroyNotify)phone_media_gate_unref_any_thread);
  return gate;
}

/* Both elements of a transport are made, one after the other, on webrtcbin's own thread,
 * and before anything is linked to them. Left alone, every dtlssrtpdec of a process has
 * one certificate (GStreamer 1.22 and 1.26); with it, new media in a call would pass for
 * the DTLS association that is there already (RFC 8842 §4), and the peer not begin one. */
static void
on_element_added_any_thread (GstBin *webrtcbin,
                             GstBin *parent,
                             GstElement *element,
                             PhoneMediaNotePort *port)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory ? GST_OBJECT_NAME (factory) : "";
  gboolean is_decoder = g_str_equal (name, "dtlssrtpdec");
  g_autoptr (PhoneMediaGate) gate = NULL;

  if (!is_decoder && !g_str_equal (name, "dtlssrtpenc"))
    return;
  if (is_decoder)
    g_object_set (element, "pem",
                  g_object_get_qdata (G_OBJECT (webrtcbin), certificate_quark ()), NULL);
  gate = dup_gate_any_thread (parent, port);
  if (!gate || !(is_decoder ? phone_media_gate_watch_decoder_any_thread (gate, element)
                            : phone_media_gate_watch_encoder_any_thread (gate, element)))
    phone_media_note_post_any_thread (port, PHONE_MEDIA_NOTE_UNGUARDED, NULL, NULL);
}

static GstPadProbeReturn
block_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  return GST_PAD_PROBE_OK;
}

static gulong
block (GstPad *pad)
{
  return gst_pad_add_probe (pad,
                            GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER |
                                GST_PAD_PROBE_TYPE_BUFFER_LIST,
                            block_any_thread, NULL, NULL);
}

/* Packets wait until the main context has linked what decodes them. */
static void
on_pad_added_any_thread (GstElement *webrtcbin, GstPad *pad, PhoneMediaNotePort *port)
{
  BlockedPad *blocked = NULL;

  if (GST_PAD_IS_SINK (pad)) {
    phone_media_note_post_any_thread (port, PHONE_MEDIA_NOTE_SINK_PAD,
                                      gst_object_ref (pad), gst_object_unref);
    return;
  }
  blocked = g_new0 (BlockedPad, 1);
  blocked->pad = gst_object_ref (pad);
  blocked->block = block (pad);
  phone_media_note_post_any_thread (port, PHONE_MEDIA_NOTE_SRC_PAD, blocked,
                                    blocked_pad_free);
}

static void
on_ice_state_any_thread (GstElement *webrtcbin,
                         GParamSpec *pspec,
                         PhoneMediaNotePort *port)
{
  GstWebRTCICEConnectionState state = GST_WEBRTC_ICE_CONNECTION_STATE_NEW;

  g_object_get (webrtcbin, "ice-connection-state", &state, NULL);
  phone_media_note_post_any_thread (port, PHONE_MEDIA_NOTE_ICE_STATE,
                                    GUINT_TO_POINTER (state), NULL);
}

static void
on_gathering_any_thread (GstElement *webrtcbin,
                         GParamSpec *pspec,
                         PhoneMediaNotePort *port)
{
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;

  g_object_get (webrtcbin, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    phone_media_note_post_any_thread (port, PHONE_MEDIA_NOTE_GATHERED, NULL, NULL);
}

/* ---- On the main context ---- */

static void
connect_echo (PhoneMediaPipeline *self, PhoneMediaKind kind)
{
  if (self->senders[kind] && self->receivers[kind])
    phone_media_receiver_set_echo (self->receivers[kind],
                                   phone_media_sender_get_echo (self->senders[kind]));
}

static gboolean
kind_of_pad (GstPad *pad, PhoneMediaKind *kind)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstWebRTCKind of = GST_WEBRTC_KIND_UNKNOWN;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  if (transceiver)
    g_object_get (transceiver, "kind", &of, NULL);
  *kind = of == GST_WEBRTC_KIND_VIDEO ? PHONE_MEDIA_KIND_VIDEO : PHONE_MEDIA_KIND_AUDIO;
  return of != GST_WEBRTC_KIND_UNKNOWN;
}

static void
begin_sending (PhoneMediaPipeline *self, PhoneMediaKind kind)
{
  const PhoneMediaSdpChoice *choice =
      kind == PHONE_MEDIA_KIND_AUDIO ? &self->plan.audio : &self->plan.video;
  PhoneMediaSenderUse use = {
      .config = self->config,
      .feed = self->use.local_feed,
      .frame_source = self->use.frame_source,
      .echo_probe = self->echo_probe ? GST_OBJECT_NAME (self->echo_probe) : NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) packets = NULL;
  GstElement *bin = NULL;

  if (!self->outlets[kind] || self->senders[kind] || !choice->codec ||
      (kind == PHONE_MEDIA_KIND_VIDEO && !self->own_video))
    return;
  self->senders[kind] =
      phone_media_sender_new (&use, choice->codec, choice->payload_type, &error);
  if (!self->senders[kind]) {
    phone_media_pipeline_fail (self, error);
    return;
  }
  bin = phone_media_sender_get_bin (self->senders[kind]);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  packets = gst_element_get_static_pad (bin, "src");
  if (kind == PHONE_MEDIA_KIND_AUDIO)
    phone_media_dtmf_sender_watch (self->dtmf, packets);
  gst_pad_link (packets, self->outlets[kind]);
  phone_media_pipeline_apply_wishes (self, kind);
  gst_element_sync_state_with_parent (bin);
  connect_echo (self, kind);
}

void
phone_media_pipeline_begin_sending (PhoneMediaPipeline *self)
{
  for (guint i = 0; i < PHONE_MEDIA_N_KINDS && self->pipeline; i++)
    begin_sending (self, (PhoneMediaKind)i);
}

/* Before an offer of ours this one waits for the answer. */
static void
receive_sink_pad (PhoneMediaPipeline *self, GstPad *pad)
{
  PhoneMediaKind kind = PHONE_MEDIA_KIND_AUDIO;

  if (!kind_of_pad (pad, &kind) || self->outlets[kind])
    return;
  self->outlets[kind] = gst_object_ref (pad);
  begin_sending (self, kind);
}

/* Something that is not asked for, or a codec that changed in the call: it must go
 * somewhere, or the error of one pad ends the whole transport. */
static void
swallow (PhoneMediaPipeline *self, GstPad *pad)
{
  GstElement *sink =
      gst_element_factory_make_full ("fakesink", "async", FALSE, "sync", FALSE, NULL);
  g_autoptr (GstPad) end = gst_element_get_static_pad (sink, "sink");

  gst_bin_add (GST_BIN (self->pipeline), sink);
  /* Linked when it is ready: pads are blocked for packets alone, and an event that finds
   * an end which is not is an error of the transport, too. */
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, end);
}

/* Telephone events are listened to on their way into nothing. */
static void
watch_events (PhoneMediaPipeline *self, GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;
  const char *encoding =
      structure ? gst_structure_get_string (structure, "encoding-name") : NULL;
  int clock_rate = 0;

  if (encoding && g_ascii_strcasecmp (encoding, "telephone-event") == 0 &&
      gst_structure_get_int (structure, "clock-rate", &clock_rate) && clock_rate > 0)
    phone_media_dtmf_watch (pad, (guint)clock_rate, self->port,
                            PHONE_MEDIA_NOTE_EVENT_PACKET);
}

static const PhoneMediaCodec *
codec_of_pad (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;
  const char *encoding =
      structure ? gst_structure_get_string (structure, "encoding-name") : NULL;

  return encoding ? phone_media_codec_find_encoding (encoding) : NULL;
}

static PhoneMediaReceiver *
make_receiver (PhoneMediaPipeline *self, const PhoneMediaCodec *codec)
{
  PhoneMediaReceiverUse use = {.config = self->config,
                               .probe = self->use.probe,
                               .feed = self->use.remote_feed,
                               .port = self->port,
                               .echo_probe = self->echo_probe,
                               .first_kind = codec->kind == PHONE_MEDIA_KIND_AUDIO
                                                 ? PHONE_MEDIA_NOTE_FIRST_SOUND
                                                 : PHONE_MEDIA_NOTE_FIRST_PICTURE};
  g_autoptr (GError) error = NULL;
  PhoneMediaReceiver *receiver = phone_media_receiver_new (codec, &use, &error);

  if (!receiver)
    phone_media_pipeline_fail (self, error);
  return receiver;
}

/* The peer may send another stream in the place of one (another SSRC, RFC 3550 §5.1): a
 * picture that was taken out and added again, or another source behind a gateway. The
 * newest is what is meant. */
static void
replace_stream (PhoneMediaPipeline *self, GstPad *pad, const PhoneMediaCodec *codec)
{
  PhoneMediaReceiver *receiver = self->receivers[codec->kind];
  GstElement *bin = phone_media_receiver_get_bin (receiver);
  g_autoptr (GstPad) packets = gst_element_get_static_pad (bin, "sink");
  g_autoptr (GstPad) old = gst_pad_get_peer (packets);

  if (phone_media_receiver_get_codec (receiver) != codec) {
    swallow (self, pad);
    return;
  }
  if (old) {
    gulong blocked = block (old); /* a packet that found it unlinked would be an error */

    gst_pad_unlink (old, packets);
    swallow (self, old);
    gst_pad_remove_probe (old, blocked);
  }
  gst_pad_link (pad, packets);
}

static void
receive_src_pad (PhoneMediaPipeline *self, GstPad *pad)
{
  const PhoneMediaCodec *codec = codec_of_pad (pad);
  g_autoptr (GstPad) packets = NULL;
  GstElement *bin = NULL;

  if (codec && self->receivers[codec->kind]) {
    replace_stream (self, pad, codec);
    return;
  }
  if (!codec) {
    watch_events (self, pad);
    swallow (self, pad);
    return;
  }
  self->receivers[codec->kind] = make_receiver (self, codec);
  if (!self->receivers[codec->kind])
    return;
  phone_media_pipeline_apply_wishes (self, codec->kind);
  bin = phone_media_receiver_get_bin (self->receivers[codec->kind]);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  packets = gst_element_get_static_pad (bin, "sink");
  gst_element_sync_state_with_parent (bin);
  gst_pad_link (pad, packets);
  connect_echo (self, codec->kind);
}

static void
receive_reports (PhoneMediaPipeline *self, GArray *reports)
{
  for (guint i = 0; i < reports->len; i++) {
    PhoneMediaReport *report = &g_array_index (reports, PhoneMediaReport, i);

    for (guint kind = 0; kind < PHONE_MEDIA_N_KINDS; kind++)
      if (self->senders[kind] &&
          phone_media_sender_get_ssrc (self->senders[kind]) == report->ssrc)
        self->reports[kind] = *report;
  }
}

static void
receive_unguarded (PhoneMediaPipeline *self)
{
  g_autoptr (GError) error =
      g_error_new (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                   "no place to check the peer's certificate in this GStreamer");

  phone_media_pipeline_fail (self, error);
}

void
phone_media_pipeline_receive_note (GObject *target, int kind, gpointer *value)
{
  PhoneMediaPipeline *self = PHONE_MEDIA_PIPELINE (target);

  switch ((PhoneMediaNote)kind) {
  case PHONE_MEDIA_NOTE_REPLY:
    phone_media_pipeline_receive_reply (self, *value);
    break;
  case PHONE_MEDIA_NOTE_GATE:
    g_ptr_array_add (self->gates, g_steal_pointer (value));
    break;
  case PHONE_MEDIA_NOTE_UNGUARDED:
    receive_unguarded (self);
    break;
  case PHONE_MEDIA_NOTE_CERTIFICATE:
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_CERTIFICATE, *value);
    break;
  case PHONE_MEDIA_NOTE_REPORT:
    receive_reports (self, *value);
    break;
  case PHONE_MEDIA_NOTE_SINK_PAD:
    receive_sink_pad (self, *value);
    break;
  case PHONE_MEDIA_NOTE_SRC_PAD:
    receive_src_pad (self, ((BlockedPad *)*value)->pad);
    break;
  case PHONE_MEDIA_NOTE_ICE_STATE:
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_ICE_STATE, *value);
    break;
  case PHONE_MEDIA_NOTE_GATHERED:
    self->gathered = TRUE;
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_GATHERED, NULL);
    break;
  case PHONE_MEDIA_NOTE_FIRST_SOUND:
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_FIRST_SOUND, NULL);
    break;
  case PHONE_MEDIA_NOTE_FIRST_PICTURE:
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_FIRST_PICTURE, NULL);
    break;
  case PHONE_MEDIA_NOTE_DIGIT_SENT:
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_DIGIT_SENT, *value);
    break;
  case PHONE_MEDIA_NOTE_EVENT_PACKET:
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_EVENT_PACKET, *value);
    break;
  }
}

static void
port_closure_free (gpointer data, GClosure *closure)
{
  phone_media_note_port_unref_any_thread (data);
}

static void
connect (PhoneMediaPipeline *self, const char *signal, GCallback callback)
{
  g_signal_connect_data (self->webrtcbin, signal, callback,
                         phone_media_note_port_ref_any_thread (self->port),
                         port_closure_free, 0);
}

void
phone_media_pipeline_connect (PhoneMediaPipeline *self, char *certificate)
{
  g_object_set_qdata_full (G_OBJECT (self->webrtcbin), certificate_quark (), certificate,
                           (GDestroyNotify)phone_certificate_free);
  connect (self, "deep-element-added", G_CALLBACK (on_element_added_any_thread));
  connect (self, "pad-added", G_CALLBACK (on_pad_added_any_thread));
  connect (self, "notify::ice-connection-state", G_CALLBACK (on_ice_state_any_thread));
  connect (self, "notify::ice-gathering-state", G_CALLBACK (on_gathering_any_thread));
}
