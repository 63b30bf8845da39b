/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-pipeline-private.h"
#include "phone-certificate.h"
#include "phone-media-capture.h"
#include "phone-media-session.h"
#include "phone-media-spare.h"
#include "phone-media-watchdog.h"
#include "phone-media-work.h"
#include "phone-tone.h"

enum { MAX_STREAMS = 16 };

G_DEFINE_FINAL_TYPE (PhoneMediaPipeline, phone_media_pipeline, G_TYPE_OBJECT)

static guint signals[PHONE_MEDIA_N_SIGNALS];

void
phone_media_pipeline_emit (PhoneMediaPipeline *self, guint signal, gpointer argument)
{
  if (signal == PHONE_MEDIA_SIGNAL_ICE_STATE || signal == PHONE_MEDIA_SIGNAL_DIGIT_SENT)
    g_signal_emit (self, signals[signal], 0, GPOINTER_TO_UINT (argument));
  else
    g_signal_emit (self, signals[signal], 0, argument);
}

void
phone_media_pipeline_fail (PhoneMediaPipeline *self, const GError *error)
{
  g_signal_emit (self, signals[PHONE_MEDIA_SIGNAL_FAILED], 0, error);
}

/* ---- The bus ---- */

/* A call does not end with a device that is unplugged. */
static gboolean
do_without (PhoneMediaPipeline *self, GstObject *broken)
{
  for (guint i = 0; i < PHONE_MEDIA_N_KINDS; i++)
    if ((self->senders[i] &&
         phone_media_sender_replace_source (self->senders[i], broken)) ||
        (self->receivers[i] &&
         phone_media_receiver_drop_speaker (self->receivers[i], broken)))
      return TRUE;
  return FALSE;
}

/* These give up for what a peer sent, or did not send: no fault of this program. */
static gboolean
is_of_dtls (GstObject *broken)
{
  GstElementFactory *factory =
      GST_IS_ELEMENT (broken) ? gst_element_get_factory (GST_ELEMENT (broken)) : NULL;
  const char *klass =
      factory ? gst_element_factory_get_metadata (factory, GST_ELEMENT_METADATA_KLASS)
              : NULL;

  return klass && strstr (klass, "DTLS");
}

static void
receive_error (PhoneMediaPipeline *self, GstMessage *message)
{
  GstObject *origin = GST_MESSAGE_SRC (message);
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;

  gst_message_parse_error (message, &error, &detail);
  g_debug ("%s: %s (%s)", GST_OBJECT_NAME (origin), error->message, detail);
  /* The second complaint of one that is taken out concerns nobody. */
  if (!self->pipeline ||
      !gst_object_has_as_ancestor (origin, GST_OBJECT (self->pipeline)) ||
      do_without (self, origin))
    return;
  if (is_of_dtls (origin))
    phone_media_pipeline_emit (self, PHONE_MEDIA_SIGNAL_DTLS_FAILED, error);
  else
    phone_media_pipeline_fail (self, error);
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

/* ---- The equipment ---- */

static void
on_equipment_changed (PhoneEquipment *equipment, guint role, PhoneMediaPipeline *self)
{
  PhoneMediaSender *microphone = self->senders[PHONE_MEDIA_KIND_AUDIO];
  PhoneMediaSender *camera = self->senders[PHONE_MEDIA_KIND_VIDEO];
  PhoneMediaReceiver *speaker = self->receivers[PHONE_MEDIA_KIND_AUDIO];

  if (!self->pipeline)
    return;
  if (role == PHONE_ROLE_MICROPHONE && microphone)
    phone_media_sender_reopen_source (microphone);
  else if (role == PHONE_ROLE_CAMERA && camera)
    phone_media_sender_reopen_source (camera);
  else if (role == PHONE_ROLE_SPEAKER && speaker)
    phone_media_receiver_reopen_speaker (speaker);
}

static void
follow_equipment (PhoneMediaPipeline *self)
{
  PhoneEquipment *equipment = self->config->equipment;

  if (!equipment)
    return;
  g_signal_connect_object (equipment, "changed", G_CALLBACK (on_equipment_changed), self,
                           0);
  if (self->config->audio_sink == PHONE_MEDIA_SINK_DEVICE &&
      self->config->audio_source == PHONE_MEDIA_SOURCE_DEVICE &&
      phone_media_capture_can_treat ())
    self->echo_probe = phone_media_capture_make_probe ();
}

/* ---- Life ---- */

static void
stop_element_any_thread (const GValue *item, gpointer unused)
{
  gst_element_set_state (g_value_get_object (item), GST_STATE_NULL);
}

/* 1.22: webrtcbin stops its children first and then the thread on which it still makes
 * some, which are started by what they are put into and may take the pipeline along.
 * Who disposes of what runs is told off by GStreamer, and may crash. */
static void
stop_latecomers_any_thread (GstElement *pipeline)
{
  g_autoptr (GstIterator) all = gst_bin_iterate_recurse (GST_BIN (pipeline));

  while (gst_iterator_foreach (all, stop_element_any_thread, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (all);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* Owned. */
typedef struct {
  GstElement *pipeline;
  GObject *ice_owner;
} Stopping;

/* The agent's own thread is gone too when the work ends: it goes with who holds it last. */
static gpointer
stop_any_thread (gpointer data)
{
  Stopping *stopping = data;

  gst_element_set_state (stopping->pipeline, GST_STATE_NULL);
  stop_latecomers_any_thread (stopping->pipeline);
  phone_media_ice_close_any_thread (stopping->ice_owner);
  gst_object_unref (stopping->pipeline);
  g_object_unref (stopping->ice_owner);
  g_free (stopping);
  phone_media_work_end_any_thread ();
  return NULL;
}

void
phone_media_pipeline_shut (PhoneMediaPipeline *self)
{
  Stopping *stopping = NULL;

  if (!self->pipeline)
    return;
  stopping = g_new0 (Stopping, 1);
  stopping->pipeline = g_steal_pointer (&self->pipeline);
  stopping->ice_owner = phone_media_ice_dup_owner (self->ice);
  phone_media_note_port_shut (self->port);
  phone_media_pipeline_shut_gates (self);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_signal_handlers_disconnect_matched (self->webrtcbin, G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                        NULL, self->port);
  self->webrtcbin = NULL;
  phone_media_pipeline_cancel_tasks (self);
  phone_media_work_begin_any_thread ();
  g_thread_unref (g_thread_new ("media-stop", stop_any_thread, stopping));
}

static void
phone_media_pipeline_dispose (GObject *object)
{
  PhoneMediaPipeline *self = PHONE_MEDIA_PIPELINE (object);

  phone_media_pipeline_shut (self);
  for (guint i = 0; i < PHONE_MEDIA_N_KINDS; i++) {
    g_clear_pointer (&self->senders[i], phone_media_sender_free);
    g_clear_pointer (&self->receivers[i], phone_media_receiver_free);
    gst_clear_object (&self->outlets[i]);
  }
  g_clear_pointer (&self->dtmf, phone_media_dtmf_sender_free);
  g_clear_pointer (&self->ice, phone_media_ice_free);
  gst_clear_object (&self->echo_probe);
  g_clear_pointer (&self->port, phone_media_note_port_unref_any_thread);
  g_clear_pointer (&self->gates, g_ptr_array_unref);
  g_clear_pointer (&self->tasks, g_ptr_array_unref);
  g_clear_pointer (&self->fingerprint, g_free);
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
  signals[PHONE_MEDIA_SIGNAL_GATHERED] = new_signal ("gathered", G_TYPE_NONE);
  signals[PHONE_MEDIA_SIGNAL_ICE_STATE] = new_signal ("ice-state", G_TYPE_UINT);
  signals[PHONE_MEDIA_SIGNAL_CERTIFICATE] = new_signal ("certificate", G_TYPE_POINTER);
  signals[PHONE_MEDIA_SIGNAL_FIRST_SOUND] = new_signal ("first-sound", G_TYPE_NONE);
  signals[PHONE_MEDIA_SIGNAL_FIRST_PICTURE] = new_signal ("first-picture", G_TYPE_NONE);
  signals[PHONE_MEDIA_SIGNAL_DIGIT_SENT] = new_signal ("digit-sent", G_TYPE_UINT);
  signals[PHONE_MEDIA_SIGNAL_EVENT_PACKET] = new_signal ("event-packet", G_TYPE_POINTER);
  signals[PHONE_MEDIA_SIGNAL_DTLS_FAILED] = new_signal ("dtls-failed", G_TYPE_ERROR);
  signals[PHONE_MEDIA_SIGNAL_FAILED] = new_signal ("failed", G_TYPE_ERROR);
}

static void
phone_media_pipeline_init (PhoneMediaPipeline *self)
{
  self->gates =
      g_ptr_array_new_with_free_func ((GDestroyNotify)phone_media_gate_unref_any_thread);
  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->source_level = PHONE_TONE_SILENCE_DB;
}

/* Each stream costs a thread: a peer that makes up new ones gets no more than these. */
static void
limit_streams (PhoneMediaPipeline *self)
{
  g_autoptr (GstElement) rtpbin =
      gst_bin_get_by_name (GST_BIN (self->webrtcbin), "rtpbin");

  if (rtpbin)
    g_object_set (rtpbin, "max-streams", MAX_STREAMS, NULL);
}

static char *
dup_fingerprint (const char *certificate)
{
  g_autofree char *hash = phone_certificate_dup_fingerprint (certificate);

  return g_strconcat ("sha-256 ", hash, NULL);
}

static void
start (PhoneMediaPipeline *self, char *certificate)
{
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));

  g_object_set (self->webrtcbin, "latency", PHONE_MEDIA_LATENCY_START_MS, NULL);
  gst_util_set_object_arg (G_OBJECT (self->webrtcbin), "bundle-policy", "max-compat");
  limit_streams (self);
  self->fingerprint = dup_fingerprint (certificate);
  phone_media_pipeline_connect (self, certificate);
  self->bus_watch = gst_bus_add_watch (bus, on_bus_message, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

PhoneMediaPipeline *
phone_media_pipeline_new (const PhoneMediaConfig *config,
                          const PhoneMediaPipelineUse *use,
                          GError **error)
{
  g_autoptr (PhoneMediaPipeline) self = g_object_new (PHONE_TYPE_MEDIA_PIPELINE, NULL);
  char *certificate = phone_media_spare_take (error);

  if (!certificate)
    return NULL;
  self->config = config;
  follow_equipment (self);
  self->use.probe = g_object_ref (use->probe);
  self->use.remote_feed = g_object_ref (use->remote_feed);
  self->use.local_feed = g_object_ref (use->local_feed);
  self->use.frame_source = use->frame_source;
  self->port =
      phone_media_note_port_new (G_OBJECT (self), phone_media_pipeline_receive_note);
  self->dtmf = phone_media_dtmf_sender_new (self->port, PHONE_MEDIA_NOTE_DIGIT_SENT);
  self->webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  if (!self->webrtcbin) {
    phone_certificate_free (certificate);
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                 "webrtcbin");
    return NULL;
  }
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add (GST_BIN (self->pipeline), self->webrtcbin);
  self->ice = phone_media_ice_new (self->webrtcbin, config);
  start (self, certificate);
  return g_steal_pointer (&self);
}

/* ---- Statistics ---- */

guint
phone_media_pipeline_get_passed_in (PhoneMediaPipeline *self)
{
  guint sum = 0;

  for (guint i = 0; i < self->gates->len; i++)
    sum += phone_media_gate_get_passed_in (self->gates->pdata[i]);
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
  stream->ssrc = phone_media_receiver_get_ssrc (self->receivers[kind]);
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
phone_media_pipeline_apply_wishes (PhoneMediaPipeline *self, PhoneMediaKind kind)
{
  if (self->receivers[kind])
    phone_media_receiver_set_ignored (self->receivers[kind], self->ignored[kind]);
  if (!self->senders[kind])
    return;
  phone_media_sender_set_muted (self->senders[kind], self->muted);
  phone_media_sender_set_stopped (self->senders[kind], self->stopped[kind]);
  if (kind == PHONE_MEDIA_KIND_VIDEO && !self->own_video)
    phone_media_sender_close_source (self->senders[kind]);
  else
    phone_media_sender_open_source (self->senders[kind]);
}

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
  phone_media_pipeline_apply_wishes (self, PHONE_MEDIA_KIND_AUDIO);
}

void
phone_media_pipeline_set_stopped (PhoneMediaPipeline *self,
                                  PhoneMediaKind kind,
                                  gboolean stopped)
{
  self->stopped[kind] = stopped;
  phone_media_pipeline_apply_wishes (self, kind);
}

/* Events at the codec's own clock rate come first (RFC 4733 §2.1). */
static const PhoneMediaSdpEvents *
events_to_send (PhoneMediaPipeline *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->plan.events); i++)
    if (self->plan.events[i].clock_rate > 0)
      return &self->plan.events[i];
  return NULL;
}

gboolean
phone_media_pipeline_can_send_digits (PhoneMediaPipeline *self)
{
  return self->pipeline && events_to_send (self) &&
         !self->stopped[PHONE_MEDIA_KIND_AUDIO];
}

void
phone_media_pipeline_begin_digit (PhoneMediaPipeline *self,
                                  guint8 code,
                                  guint duration_ms,
                                  guint number)
{
  const PhoneMediaSdpEvents *events = events_to_send (self);
  PhoneMediaEventOrder order = {
      .code = code, .duration_ms = duration_ms, .gap_ms = PHONE_MEDIA_DIGIT_GAP_MS};

  if (!events)
    return;
  order.clock_rate = events->clock_rate;
  order.sound_clock_rate = self->plan.audio.codec->clock_rate;
  phone_media_dtmf_sender_begin (self->dtmf, &order, events->payload_type, number);
}

void
phone_media_pipeline_stop_digit (PhoneMediaPipeline *self)
{
  phone_media_dtmf_sender_stop (self->dtmf);
}

void
phone_media_pipeline_set_ignored (PhoneMediaPipeline *self,
                                  PhoneMediaKind kind,
                                  gboolean ignored)
{
  self->ignored[kind] = ignored;
  phone_media_pipeline_apply_wishes (self, kind);
}

void
phone_media_pipeline_set_own_video (PhoneMediaPipeline *self, gboolean own_video)
{
  self->own_video = own_video;
  phone_media_pipeline_apply_wishes (self, PHONE_MEDIA_KIND_VIDEO);
  /* Sound goes out already: nothing is waited for any more. */
  if (own_video && self->senders[PHONE_MEDIA_KIND_AUDIO])
    phone_media_pipeline_begin_sending (self);
}

gboolean
phone_media_pipeline_get_own_video (PhoneMediaPipeline *self)
{
  return self->own_video;
}

gboolean
phone_media_pipeline_lacks_camera (PhoneMediaPipeline *self)
{
  PhoneMediaSender *camera = self->senders[PHONE_MEDIA_KIND_VIDEO];

  return self->own_video && camera && !phone_media_sender_has_source (camera);
}

void
phone_media_pipeline_set_latency (PhoneMediaPipeline *self, guint latency_ms)
{
  if (self->webrtcbin)
    g_object_set (self->webrtcbin, "latency", latency_ms, NULL);
}

void
phone_media_pipeline_restart_ice (PhoneMediaPipeline *self,
                                  const GstSDPMessage *own,
                                  const GstSDPMessage *peer,
                                  int line,
                                  guint transport)
{
  phone_media_ice_restart (self->ice, own, peer, line, transport);
}

void
phone_media_pipeline_show_path (PhoneMediaPipeline *self)
{
  phone_media_ice_show_path (self->ice);
}

void
phone_media_pipeline_doubt_peer (PhoneMediaPipeline *self, gboolean doubt)
{
  phone_media_ice_doubt (self->ice, doubt);
}
