/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-pipeline.h"
#include "phone-media-ice.h"
#include "phone-media-receiver.h"
#include "phone-media-sender.h"
#include "phone-media-session.h"
#include "phone-tone.h"

#define START_LATENCY_MS 50

typedef enum {
  NOTE_REPLY,       /* Reply */
  NOTE_GATE,        /* PhoneMediaGate */
  NOTE_UNGUARDED,   /* an element that a gate could not be put on */
  NOTE_CERTIFICATE, /* PhoneMediaGatePem */
  NOTE_REPORT,      /* GArray of PhoneMediaReport */
  NOTE_SINK_PAD,    /* GstPad: webrtcbin wants packets there */
  NOTE_SRC_PAD,     /* BlockedPad: webrtcbin has packets there */
  NOTE_ICE_STATE,   /* the state itself */
  NOTE_GATHERED,
  NOTE_FIRST_SOUND,
  NOTE_FIRST_PICTURE,
} Note;

enum { N_KINDS = 2 };

struct _PhoneMediaPipeline {
  GObject parent_instance;

  /* owned */
  GstElement *pipeline; /* NULL: shut */
  PhoneMediaNotePort *port;
  PhoneMediaIce *ice;
  PhoneMediaPipelineUse use;
  GPtrArray *gates;
  GPtrArray *tasks; /* that wait for a reply */
  PhoneMediaSender *senders[N_KINDS];
  PhoneMediaReceiver *receivers[N_KINDS];
  guint32 received_ssrc[N_KINDS];
  PhoneMediaReport reports[N_KINDS]; /* ssrc 0: none yet */
  guint bus_watch;
  double source_level;
  PhoneMediaSdpPlan plan;
  gboolean gathered;
  gboolean muted;
  gboolean stopped[N_KINDS];

  /* borrowed */
  const PhoneMediaConfig *config;
  GstElement *webrtcbin; /* of pipeline */
};

G_DEFINE_FINAL_TYPE (PhoneMediaPipeline, phone_media_pipeline, G_TYPE_OBJECT)

enum {
  SIGNAL_GATHERED,
  SIGNAL_ICE_STATE,
  SIGNAL_CERTIFICATE,
  SIGNAL_FIRST_SOUND,
  SIGNAL_FIRST_PICTURE,
  SIGNAL_FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- From GStreamer's threads ---- */

typedef struct {
  GTask *task;
  GstStructure *reply; /* NULL: interrupted or expired */
} Reply;

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_clear_object (&reply->task);
  g_clear_pointer (&reply->reply, gst_structure_free);
  g_free (reply);
}

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

typedef struct {
  PhoneMediaNotePort *port;
  GTask *task;
} PromiseUse;

static void
on_promise_any_thread (GstPromise *promise, gpointer data)
{
  PromiseUse *use = data;
  Reply *reply = g_new0 (Reply, 1);
  const GstStructure *structure = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    structure = gst_promise_get_reply (promise);
  reply->task = g_steal_pointer (&use->task);
  reply->reply =
      structure ? gst_structure_copy (structure) : gst_structure_new_empty ("none");
  phone_media_note_post_any_thread (use->port, NOTE_REPLY, reply, reply_free);
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

static PhoneMediaGate *
dup_gate_any_thread (GstBin *transport_bin, PhoneMediaNotePort *port)
{
  static GQuark quark = 0;
  g_autoptr (GObject) stream = NULL;
  PhoneMediaGate *gate = NULL;
  guint session_id = 0;

  if (quark == 0)
    quark = g_quark_from_static_string ("phone-media-gate");
  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (transport_bin), "stream"))
    return NULL;
  g_object_get (transport_bin, "stream", &stream, NULL);
  if (!stream)
    return NULL;
  gate = g_object_get_qdata (stream, quark);
  if (gate)
    return phone_media_gate_ref_any_thread (gate);
  g_object_get (stream, "session-id", &session_id, NULL);
  gate = phone_media_gate_new (session_id, port, NOTE_CERTIFICATE, NOTE_REPORT);
  g_object_set_qdata_full (stream, quark, phone_media_gate_ref_any_thread (gate),
                           (GDestroyNotify)phone_media_gate_unref_any_thread);
  phone_media_note_post_any_thread (port, NOTE_GATE,
                                    phone_media_gate_ref_any_thread (gate),
                                    (GDestroyNotify)phone_media_gate_unref_any_thread);
  return gate;
}

/* Both elements of a transport are made, one after the other, on webrtcbin's own thread,
 * and before anything is linked to them. */
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
  gate = dup_gate_any_thread (parent, port);
  if (!gate || !(is_decoder ? phone_media_gate_watch_decoder_any_thread (gate, element)
                            : phone_media_gate_watch_encoder_any_thread (gate, element)))
    phone_media_note_post_any_thread (port, NOTE_UNGUARDED, NULL, NULL);
}

static GstPadProbeReturn
block_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  return GST_PAD_PROBE_OK;
}

/* Packets wait until the main context has linked what decodes them. */
static void
on_pad_added_any_thread (GstElement *webrtcbin, GstPad *pad, PhoneMediaNotePort *port)
{
  BlockedPad *blocked = NULL;

  if (GST_PAD_IS_SINK (pad)) {
    phone_media_note_post_any_thread (port, NOTE_SINK_PAD, gst_object_ref (pad),
                                      gst_object_unref);
    return;
  }
  blocked = g_new0 (BlockedPad, 1);
  blocked->pad = gst_object_ref (pad);
  blocked->block =
      gst_pad_add_probe (pad,
                         GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER |
                             GST_PAD_PROBE_TYPE_BUFFER_LIST,
                         block_any_thread, NULL, NULL);
  phone_media_note_post_any_thread (port, NOTE_SRC_PAD, blocked, blocked_pad_free);
}

static void
on_ice_state_any_thread (GstElement *webrtcbin,
                         GParamSpec *pspec,
                         PhoneMediaNotePort *port)
{
  GstWebRTCICEConnectionState state = GST_WEBRTC_ICE_CONNECTION_STATE_NEW;

  g_object_get (webrtcbin, "ice-connection-state", &state, NULL);
  phone_media_note_post_any_thread (port, NOTE_ICE_STATE, GUINT_TO_POINTER (state), NULL);
}

static void
on_gathering_any_thread (GstElement *webrtcbin,
                         GParamSpec *pspec,
                         PhoneMediaNotePort *port)
{
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;

  g_object_get (webrtcbin, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    phone_media_note_post_any_thread (port, NOTE_GATHERED, NULL, NULL);
}

/* ---- On the main context ---- */

static void
fail (PhoneMediaPipeline *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
receive_reply (PhoneMediaPipeline *self, Reply *reply)
{
  g_autoptr (GError) error = NULL;
  guint position = 0;

  if (!g_ptr_array_find (self->tasks, reply->task, &position))
    return;
  if (gst_structure_has_field (reply->reply, "error"))
    gst_structure_get (reply->reply, "error", G_TYPE_ERROR, &error, NULL);
  if (error)
    g_task_return_new_error (reply->task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                             "webrtcbin: %s", error->message);
  else
    g_task_return_pointer (reply->task, g_steal_pointer (&reply->reply),
                           (GDestroyNotify)gst_structure_free);
  g_ptr_array_remove (self->tasks, reply->task);
}

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
apply_wishes (PhoneMediaPipeline *self, PhoneMediaKind kind)
{
  if (!self->senders[kind])
    return;
  phone_media_sender_set_muted (self->senders[kind], self->muted);
  phone_media_sender_set_stopped (self->senders[kind], self->stopped[kind]);
}

static void
receive_sink_pad (PhoneMediaPipeline *self, GstPad *pad)
{
  PhoneMediaKind kind = PHONE_MEDIA_KIND_AUDIO;
  const PhoneMediaSdpChoice *choice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) packets = NULL;
  GstElement *bin = NULL;

  if (!kind_of_pad (pad, &kind) || self->senders[kind])
    return;
  choice = kind == PHONE_MEDIA_KIND_AUDIO ? &self->plan.audio : &self->plan.video;
  if (!choice->codec)
    return;
  self->senders[kind] = phone_media_sender_new (
      self->config, choice->codec, choice->payload_type,
      kind == PHONE_MEDIA_KIND_VIDEO ? self->use.local_feed : NULL,
      self->use.frame_source, &error);
  if (!self->senders[kind]) {
    fail (self, error);
    return;
  }
  bin = phone_media_sender_get_bin (self->senders[kind]);
  apply_wishes (self, kind);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  packets = gst_element_get_static_pad (bin, "src");
  gst_pad_link (packets, pad);
  gst_element_sync_state_with_parent (bin);
  connect_echo (self, kind);
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
  gst_pad_link (pad, end);
  gst_element_sync_state_with_parent (sink);
}

static const PhoneMediaCodec *
codec_of_pad (GstPad *pad, guint32 *ssrc)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;
  const char *encoding =
      structure ? gst_structure_get_string (structure, "encoding-name") : NULL;
  guint value = 0;

  if (structure)
    gst_structure_get_uint (structure, "ssrc", &value);
  *ssrc = value;
  return encoding ? phone_media_codec_find_encoding (encoding) : NULL;
}

static PhoneMediaReceiver *
make_receiver (PhoneMediaPipeline *self, const PhoneMediaCodec *codec)
{
  PhoneMediaReceiverUse use = {.config = self->config,
                               .probe = self->use.probe,
                               .feed = self->use.remote_feed,
                               .port = self->port,
                               .first_kind = codec->kind == PHONE_MEDIA_KIND_AUDIO
                                                 ? NOTE_FIRST_SOUND
                                                 : NOTE_FIRST_PICTURE};
  g_autoptr (GError) error = NULL;
  PhoneMediaReceiver *receiver = phone_media_receiver_new (codec, &use, &error);

  if (!receiver)
    fail (self, error);
  return receiver;
}

static void
receive_src_pad (PhoneMediaPipeline *self, GstPad *pad)
{
  guint32 ssrc = 0;
  const PhoneMediaCodec *codec = codec_of_pad (pad, &ssrc);
  g_autoptr (GstPad) packets = NULL;
  GstElement *bin = NULL;

  if (!codec || self->receivers[codec->kind]) {
    swallow (self, pad);
    return;
  }
  self->receivers[codec->kind] = make_receiver (self, codec);
  if (!self->receivers[codec->kind])
    return;
  self->received_ssrc[codec->kind] = ssrc;
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

    for (guint kind = 0; kind < N_KINDS; kind++)
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

  fail (self, error);
}

static void
receive_note (GObject *target, int kind, gpointer *value)
{
  PhoneMediaPipeline *self = PHONE_MEDIA_PIPELINE (target);

  switch ((Note)kind) {
  case NOTE_REPLY:
    receive_reply (self, *value);
    break;
  case NOTE_GATE:
    g_ptr_array_add (self->gates, g_steal_pointer (value));
    break;
  case NOTE_UNGUARDED:
    receive_unguarded (self);
    break;
  case NOTE_CERTIFICATE:
    g_signal_emit (self, signals[SIGNAL_CERTIFICATE], 0, *value);
    break;
  case NOTE_REPORT:
    receive_reports (self, *value);
    break;
  case NOTE_SINK_PAD:
    receive_sink_pad (self, *value);
    break;
  case NOTE_SRC_PAD:
    receive_src_pad (self, ((BlockedPad *)*value)->pad);
    break;
  case NOTE_ICE_STATE:
    g_signal_emit (self, signals[SIGNAL_ICE_STATE], 0, GPOINTER_TO_UINT (*value));
    break;
  case NOTE_GATHERED:
    self->gathered = TRUE;
    g_signal_emit (self, signals[SIGNAL_GATHERED], 0);
    break;
  case NOTE_FIRST_SOUND:
    g_signal_emit (self, signals[SIGNAL_FIRST_SOUND], 0);
    break;
  case NOTE_FIRST_PICTURE:
    g_signal_emit (self, signals[SIGNAL_FIRST_PICTURE], 0);
    break;
  }
}

/* ---- The bus ---- */

static void
receive_error (PhoneMediaPipeline *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;

  gst_message_parse_error (message, &error, &detail);
  g_debug ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, detail);
  fail (self, error);
}

static void
receive_level (PhoneMediaPipeline *self, const GstStructure *structure)
{
  const GValue *rms = gst_structure_get_value (structure, "rms");
  GValueArray *channels = rms ? g_value_get_boxed (rms) : NULL;

  if (!channels || channels->n_values == 0)
    return;
  self->source_level =
      MAX (PHONE_TONE_SILENCE_DB, g_value_get_double (&channels->values[0]));
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer data)
{
  PhoneMediaPipeline *self = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    receive_error (self, message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY && self->pipeline)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  else if (gst_message_has_name (message, "level"))
    receive_level (self, gst_message_get_structure (message));
  return G_SOURCE_CONTINUE;
}

/* ---- Life ---- */

static void
cancel_tasks (PhoneMediaPipeline *self)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->tasks);

  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error (tasks->pdata[i], G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "the call has ended");
}

static void
stop_any_thread (GstElement *pipeline, gpointer unused)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

void
phone_media_pipeline_shut (PhoneMediaPipeline *self)
{
  g_autoptr (GstElement) pipeline = g_steal_pointer (&self->pipeline);

  if (!pipeline)
    return;
  phone_media_note_port_shut (self->port);
  phone_media_pipeline_shut_gates (self);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_signal_handlers_disconnect_matched (self->webrtcbin, G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                        NULL, self->port);
  self->webrtcbin = NULL;
  cancel_tasks (self);
  phone_media_ice_close (self->ice);
  gst_element_call_async (pipeline, stop_any_thread, NULL, NULL);
}

static void
phone_media_pipeline_dispose (GObject *object)
{
  PhoneMediaPipeline *self = PHONE_MEDIA_PIPELINE (object);

  phone_media_pipeline_shut (self);
  for (guint i = 0; i < N_KINDS; i++) {
    g_clear_pointer (&self->senders[i], phone_media_sender_free);
    g_clear_pointer (&self->receivers[i], phone_media_receiver_free);
  }
  g_clear_pointer (&self->ice, phone_media_ice_free);
  g_clear_pointer (&self->port, phone_media_note_port_unref_any_thread);
  g_clear_pointer (&self->gates, g_ptr_array_unref);
  g_clear_pointer (&self->tasks, g_ptr_array_unref);
  g_clear_object (&self->use.probe);
  g_clear_object (&self->use.remote_feed);
  g_clear_object (&self->use.local_feed);
  G_OBJECT_CLASS (phone_media_pipeline_parent_class)->dispose (object);
}

static guint
new_signal (const char *name, GType argument)
{
  return g_signal_new (name, PHONE_TYPE_MEDIA_PIPELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                       NULL, G_TYPE_NONE, argument == G_TYPE_NONE ? 0 : 1, argument);
}

static void
phone_media_pipeline_class_init (PhoneMediaPipelineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_media_pipeline_dispose;
  signals[SIGNAL_GATHERED] = new_signal ("gathered", G_TYPE_NONE);
  signals[SIGNAL_ICE_STATE] = new_signal ("ice-state", G_TYPE_UINT);
  signals[SIGNAL_CERTIFICATE] = new_signal ("certificate", G_TYPE_POINTER);
  signals[SIGNAL_FIRST_SOUND] = new_signal ("first-sound", G_TYPE_NONE);
  signals[SIGNAL_FIRST_PICTURE] = new_signal ("first-picture", G_TYPE_NONE);
  signals[SIGNAL_FAILED] = new_signal ("failed", G_TYPE_ERROR);
}

static void
phone_media_pipeline_init (PhoneMediaPipeline *self)
{
  self->gates =
      g_ptr_array_new_with_free_func ((GDestroyNotify)phone_media_gate_unref_any_thread);
  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->source_level = PHONE_TONE_SILENCE_DB;
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

static void
start (PhoneMediaPipeline *self)
{
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));

  g_object_set (self->webrtcbin, "latency", START_LATENCY_MS, NULL);
  gst_util_set_object_arg (G_OBJECT (self->webrtcbin), "bundle-policy", "max-compat");
  connect (self, "deep-element-added", G_CALLBACK (on_element_added_any_thread));
  connect (self, "pad-added", G_CALLBACK (on_pad_added_any_thread));
  connect (self, "notify::ice-connection-state", G_CALLBACK (on_ice_state_any_thread));
  connect (self, "notify::ice-gathering-state", G_CALLBACK (on_gathering_any_thread));
  self->bus_watch = gst_bus_add_watch (bus, on_bus_message, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

PhoneMediaPipeline *
phone_media_pipeline_new (const PhoneMediaConfig *config,
                          const PhoneMediaPipelineUse *use,
                          GError **error)
{
  g_autoptr (PhoneMediaPipeline) self = g_object_new (PHONE_TYPE_MEDIA_PIPELINE, NULL);

  self->config = config;
  self->use.probe = g_object_ref (use->probe);
  self->use.remote_feed = g_object_ref (use->remote_feed);
  self->use.local_feed = g_object_ref (use->local_feed);
  self->use.frame_source = use->frame_source;
  self->port = phone_media_note_port_new (G_OBJECT (self), receive_note);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  if (!self->webrtcbin) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                 "webrtcbin");
    return NULL;
  }
  gst_bin_add (GST_BIN (self->pipeline), self->webrtcbin);
  self->ice = phone_media_ice_new (self->webrtcbin, config);
  start (self);
  return g_steal_pointer (&self);
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

static void
add_transceiver (PhoneMediaPipeline *self, GstCaps *caps)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  g_signal_emit_by_name (self->webrtcbin, "add-transceiver",
                         GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, caps,
                         &transceiver);
}

void
phone_media_pipeline_add_offered (PhoneMediaPipeline *self,
                                  const char *const *codec_names)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty ();

  for (guint i = 0; codec_names[i]; i++) {
    const PhoneMediaCodec *codec = phone_media_codec_find (codec_names[i]);
    GstCaps *one = caps_of_codec (codec, codec->payload_type);

    add_fmtp (one, codec->fmtp);
    gst_caps_append (caps, one);
  }
  add_transceiver (self, caps);
}

void
phone_media_pipeline_add_chosen (PhoneMediaPipeline *self,
                                 const PhoneMediaSdpChoice *choice)
{
  g_autoptr (GstCaps) caps = caps_of_codec (choice->codec, choice->payload_type);

  add_transceiver (self, caps);
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

/* ---- Statistics ---- */

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

guint
phone_media_pipeline_get_passed_in (PhoneMediaPipeline *self)
{
  guint sum = 0;

  for (guint i = 0; i < self->gates->len; i++)
    sum += phone_media_gate_get_passed_in (self->gates->pdata[i]);
  return sum;
}

guint
phone_media_pipeline_get_passed_out (PhoneMediaPipeline *self)
{
  guint sum = 0;

  for (guint i = 0; i < self->gates->len; i++)
    sum += phone_media_gate_get_passed_out (self->gates->pdata[i]);
  return sum;
}

gboolean
phone_media_pipeline_get_sent (PhoneMediaPipeline *self,
                               PhoneMediaKind kind,
                               PhoneMediaPipelineStream *stream)
{
  if (!self->senders[kind])
    return FALSE;
  stream->codec = phone_media_sender_get_codec (self->senders[kind]);
  stream->ssrc = phone_media_sender_get_ssrc (self->senders[kind]);
  stream->report = self->reports[kind];
  stream->payload_type = phone_media_sender_get_payload_type (self->senders[kind]);
  return TRUE;
}

gboolean
phone_media_pipeline_get_received (PhoneMediaPipeline *self,
                                   PhoneMediaKind kind,
                                   PhoneMediaPipelineStream *stream)
{
  if (!self->receivers[kind])
    return FALSE;
  stream->codec = phone_media_receiver_get_codec (self->receivers[kind]);
  stream->ssrc = self->received_ssrc[kind];
  return TRUE;
}

double
phone_media_pipeline_get_source_level (PhoneMediaPipeline *self)
{
  PhoneMediaSender *sender = self->senders[PHONE_MEDIA_KIND_AUDIO];

  return sender && phone_media_sender_has_source (sender) ? self->source_level
                                                          : PHONE_TONE_SILENCE_DB;
}

char *
phone_media_pipeline_dup_candidate (PhoneMediaPipeline *self, gboolean local)
{
  return phone_media_ice_dup_candidate (self->ice, local);
}

/* ---- Wishes ---- */

void
phone_media_pipeline_shut_gates (PhoneMediaPipeline *self)
{
  for (guint i = 0; i < self->gates->len; i++)
    phone_media_gate_shut (self->gates->pdata[i]);
}

void
phone_media_pipeline_ask_keyframe (PhoneMediaPipeline *self)
{
  if (self->senders[PHONE_MEDIA_KIND_VIDEO])
    phone_media_sender_ask_keyframe (self->senders[PHONE_MEDIA_KIND_VIDEO]);
}

void
phone_media_pipeline_set_muted (PhoneMediaPipeline *self, gboolean muted)
{
  self->muted = muted;
  apply_wishes (self, PHONE_MEDIA_KIND_AUDIO);
}

void
phone_media_pipeline_set_stopped (PhoneMediaPipeline *self,
                                  PhoneMediaKind kind,
                                  gboolean stopped)
{
  self->stopped[kind] = stopped;
  apply_wishes (self, kind);
}

void
phone_media_pipeline_set_latency (PhoneMediaPipeline *self, guint latency_ms)
{
  if (self->webrtcbin)
    g_object_set (self->webrtcbin, "latency", latency_ms, NULL);
}

void
phone_media_pipeline_doubt_peer (PhoneMediaPipeline *self, gboolean doubt)
{
  phone_media_ice_doubt (self->ice, doubt);
}
