/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

enum { ICE_TIMEOUT_S = 12, DTLS_TIMEOUT_S = 10 };

G_DEFINE_FINAL_TYPE (PhoneMediaSession, phone_media_session, G_TYPE_OBJECT)

enum { DIGIT_SENT, DIGIT_RECEIVED, N_SIGNALS };

static guint signals[N_SIGNALS];

GQuark
phone_media_error_quark (void)
{
  return g_quark_from_static_string ("phone-media-error");
}

/* ---- State ----
 *
 *     NEW ----> CONNECTING ----> CONNECTED <----> INTERRUPTED
 *      |            |                |                 |
 *      +------------+-------+--------+-----------------+----> CLOSED
 *                           v                                   ^
 *                         FAILED -------------------------------+
 *
 * CONNECTED is reached only by the certificate of the peer (RFC 8827 §6.5). */

#define TO(state) (1u << PHONE_MEDIA_STATE_##state)

static const guint edges[] = {
    [PHONE_MEDIA_STATE_NEW] = TO (CONNECTING) | TO (FAILED) | TO (CLOSED),
    [PHONE_MEDIA_STATE_CONNECTING] = TO (CONNECTED) | TO (FAILED) | TO (CLOSED),
    [PHONE_MEDIA_STATE_CONNECTED] = TO (INTERRUPTED) | TO (FAILED) | TO (CLOSED),
    [PHONE_MEDIA_STATE_INTERRUPTED] = TO (CONNECTED) | TO (FAILED) | TO (CLOSED),
    [PHONE_MEDIA_STATE_FAILED] = TO (CLOSED),
    [PHONE_MEDIA_STATE_CLOSED] = 0,
};

#undef TO

static void
enter (PhoneMediaSession *self, PhoneMediaState state)
{
  switch (state) {
  case PHONE_MEDIA_STATE_CONNECTED:
    phone_media_session_start_monitor (self);
    break;
  case PHONE_MEDIA_STATE_FAILED:
    /* Not left to the one who closes: nothing is sent or played from here on. */
    phone_media_session_stop_monitor (self);
    phone_media_session_end_digits (self);
    phone_media_pipeline_shut (self->pipeline);
    break;
  case PHONE_MEDIA_STATE_CLOSED:
    phone_media_session_stop_monitor (self);
    phone_media_session_end_digits (self);
    break;
  case PHONE_MEDIA_STATE_NEW:
  case PHONE_MEDIA_STATE_CONNECTING:
  case PHONE_MEDIA_STATE_INTERRUPTED:
    break;
  }
}

void
phone_media_session_set_state (PhoneMediaSession *self, PhoneMediaState state)
{
  if (self->state == state || !(edges[self->state] & (1u << state)))
    return;
  self->state = state;
  if (state != PHONE_MEDIA_STATE_CONNECTING)
    g_clear_handle_id (&self->connect_timeout, g_source_remove);
  enter (self, state);
  phone_media_session_notify (self, PHONE_MEDIA_PROP_STATE);
  phone_media_session_check_digits (self);
}

void
phone_media_session_fail (PhoneMediaSession *self,
                          PhoneMediaFailure failure,
                          const char *detail)
{
  g_autoptr (PhoneMediaSession) alive = g_object_ref (self);

  if (!(edges[self->state] & (1u << PHONE_MEDIA_STATE_FAILED)))
    return;
  self->failure = failure;
  self->failure_detail = g_strdup (detail);
  phone_media_session_set_state (self, PHONE_MEDIA_STATE_FAILED);
  phone_media_session_notify (self, PHONE_MEDIA_PROP_FAILURE);
  phone_media_session_drop_operation (self);
}

void
phone_media_session_tell_digit_sent (PhoneMediaSession *self, char digit, gboolean sent)
{
  g_signal_emit (self, signals[DIGIT_SENT], 0, (guchar)digit, sent);
}

void
phone_media_session_tell_digit_received (PhoneMediaSession *self,
                                         const PhoneMediaDigit *digit)
{
  g_signal_emit (self, signals[DIGIT_RECEIVED], 0, (guchar)digit->digit,
                 digit->duration_ms);
}

/* ---- What the pipeline tells ---- */

static gint
since_agreed_ms (PhoneMediaSession *self)
{
  return (gint)((g_get_monotonic_time () - self->agreed_us) / 1000);
}

static gboolean
on_ice_timeout (gpointer data)
{
  PhoneMediaSession *self = data;

  self->connect_timeout = 0;
  phone_media_session_fail (self, PHONE_MEDIA_FAILURE_ICE, "no path within 12 s");
  return G_SOURCE_REMOVE;
}

static gboolean
on_dtls_timeout (gpointer data)
{
  PhoneMediaSession *self = data;

  self->connect_timeout = 0;
  phone_media_session_fail (self, PHONE_MEDIA_FAILURE_DTLS, "no keys within 10 s");
  return G_SOURCE_REMOVE;
}

void
phone_media_session_begin_connecting (PhoneMediaSession *self)
{
  self->agreed_us = g_get_monotonic_time ();
  phone_media_session_set_state (self, PHONE_MEDIA_STATE_CONNECTING);
  /* Whoever was told may have closed it. */
  if (self->state == PHONE_MEDIA_STATE_CONNECTING)
    self->connect_timeout = g_timeout_add_seconds (ICE_TIMEOUT_S, on_ice_timeout, self);
}

static void
ice_connected (PhoneMediaSession *self)
{
  self->ice_failed = FALSE;
  if (self->timings.ice_ms >= 0 || self->agreed_us == 0)
    return;
  self->timings.ice_ms = since_agreed_ms (self);
  if (self->is_renewal)
    phone_media_pipeline_show_path (self->pipeline);
  if (self->state != PHONE_MEDIA_STATE_CONNECTING)
    return;
  g_clear_handle_id (&self->connect_timeout, g_source_remove);
  self->connect_timeout = g_timeout_add_seconds (DTLS_TIMEOUT_S, on_dtls_timeout, self);
}

static void
on_ice_state (PhoneMediaPipeline *pipeline, guint state, PhoneMediaSession *self)
{
  switch ((GstWebRTCICEConnectionState)state) {
  case GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED:
  case GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED:
    ice_connected (self);
    break;
  case GST_WEBRTC_ICE_CONNECTION_STATE_FAILED:
    /* Not the end while connecting: libnice says so 5 s after its last candidate, and
     * goes on at once when the peer's checks come after all. The time-out decides. */
    self->ice_failed = TRUE;
    break;
  case GST_WEBRTC_ICE_CONNECTION_STATE_NEW:
  case GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING:
  case GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED:
  case GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED:
    break;
  }
}

static gboolean
certificate_fits (PhoneMediaSession *self, const PhoneMediaGatePem *shown)
{
  guint line = phone_media_gate_get_session_id (shown->gate);
  g_autoptr (GPtrArray) fingerprints = NULL;

  if (!self->now.peer || line >= gst_sdp_message_medias_len (self->now.peer))
    return FALSE;
  fingerprints = phone_media_sdp_get_fingerprints (self->now.peer, (int)line);
  return phone_media_fingerprint_matches_pem (shown->pem, fingerprints);
}

static void
on_certificate (PhoneMediaPipeline *pipeline,
                const PhoneMediaGatePem *shown,
                PhoneMediaSession *self)
{
  if (self->state == PHONE_MEDIA_STATE_FAILED || self->state == PHONE_MEDIA_STATE_CLOSED)
    return;
  if (!certificate_fits (self, shown)) {
    phone_media_session_fail (self, PHONE_MEDIA_FAILURE_FINGERPRINT,
                              "the peer's certificate is not the one in its SDP");
    return;
  }
  if (!phone_media_gate_open (shown->gate, shown))
    return;
  phone_media_pipeline_ask_keyframe (self->pipeline);
  if (self->timings.dtls_ms < 0)
    self->timings.dtls_ms = since_agreed_ms (self);
  phone_media_session_set_state (self, PHONE_MEDIA_STATE_CONNECTED);
}

static void
on_first_sound (PhoneMediaPipeline *pipeline, PhoneMediaSession *self)
{
  if (self->timings.first_audio_ms >= 0)
    return;
  self->timings.first_audio_ms = since_agreed_ms (self);
  phone_media_session_notify (self, PHONE_MEDIA_PROP_HEARD);
}

static void
on_first_picture (PhoneMediaPipeline *pipeline, PhoneMediaSession *self)
{
  if (self->timings.first_video_ms < 0)
    self->timings.first_video_ms = since_agreed_ms (self);
}

static void
on_digit_sent (PhoneMediaPipeline *pipeline, guint number, PhoneMediaSession *self)
{
  phone_media_session_on_digit_sent (self, number);
}

static void
on_event_packet (PhoneMediaPipeline *pipeline,
                 const PhoneMediaEventPacket *packet,
                 PhoneMediaSession *self)
{
  phone_media_session_on_event_packet (self, packet);
}

static void
on_dtls_failed (PhoneMediaPipeline *pipeline, GError *error, PhoneMediaSession *self)
{
  phone_media_session_fail (self, PHONE_MEDIA_FAILURE_DTLS, error->message);
}

static void
on_pipeline_failed (PhoneMediaPipeline *pipeline, GError *error, PhoneMediaSession *self)
{
  phone_media_session_fail (self, PHONE_MEDIA_FAILURE_PIPELINE, error->message);
}

/* ---- Life ---- */

static char **
keep_available (char **names)
{
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();

  for (guint i = 0; names && names[i]; i++)
    if (phone_media_codec_is_available (names[i]))
      g_strv_builder_add (kept, names[i]);
  return g_strv_builder_end (kept);
}

static gboolean
prepare_config (PhoneMediaSession *self, GError **error)
{
  g_auto (GStrv) audio = g_steal_pointer (&self->config->audio_codecs);
  g_auto (GStrv) video = g_steal_pointer (&self->config->video_codecs);

  self->config->audio_codecs = keep_available (audio);
  self->config->video_codecs = keep_available (video);
  if (self->config->audio_codecs[0])
    return TRUE;
  g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
               "no audio codec of those asked for is installed");
  return FALSE;
}

PhoneMediaSession *
phone_media_session_new (const PhoneMediaConfig *config, GError **error)
{
  g_autoptr (PhoneMediaSession) self = g_object_new (PHONE_TYPE_MEDIA_SESSION, NULL);
  PhoneMediaPipelineUse use = {.probe = self->probe,
                               .remote_feed = self->remote_feed,
                               .local_feed = self->local_feed,
                               .frame_source = self->frame_source};

  self->config = phone_media_config_copy (config);
  if (!phone_media_init (error) || !phone_media_check_descriptors (error) ||
      !prepare_config (self, error))
    return NULL;
  self->pipeline = phone_media_pipeline_new (self->config, &use, error);
  if (!self->pipeline)
    return NULL;
  g_signal_connect (self->pipeline, "ice-state", G_CALLBACK (on_ice_state), self);
  g_signal_connect (self->pipeline, "certificate", G_CALLBACK (on_certificate), self);
  g_signal_connect (self->pipeline, "first-sound", G_CALLBACK (on_first_sound), self);
  g_signal_connect (self->pipeline, "first-picture", G_CALLBACK (on_first_picture), self);
  g_signal_connect (self->pipeline, "digit-sent", G_CALLBACK (on_digit_sent), self);
  g_signal_connect (self->pipeline, "event-packet", G_CALLBACK (on_event_packet), self);
  g_signal_connect (self->pipeline, "dtls-failed", G_CALLBACK (on_dtls_failed), self);
  g_signal_connect (self->pipeline, "failed", G_CALLBACK (on_pipeline_failed), self);
  g_signal_connect_swapped (self->pipeline, "gathered",
                            G_CALLBACK (phone_media_session_on_gathered), self);
  return g_steal_pointer (&self);
}

void
phone_media_session_close (PhoneMediaSession *self)
{
  g_autoptr (PhoneMediaSession) alive = g_object_ref (self);

  if (self->state == PHONE_MEDIA_STATE_CLOSED)
    return;
  phone_media_session_set_state (self, PHONE_MEDIA_STATE_CLOSED);
  phone_media_session_drop_operation (self);
  if (self->pipeline) {
    g_signal_handlers_disconnect_by_data (self->pipeline, self);
    phone_media_pipeline_shut (self->pipeline);
  }
}

static void
phone_media_session_dispose (GObject *object)
{
  PhoneMediaSession *self = PHONE_MEDIA_SESSION (object);

  phone_media_session_close (self);
  g_clear_object (&self->pipeline);
  g_clear_object (&self->probe);
  g_clear_object (&self->remote_feed);
  g_clear_object (&self->local_feed);
  g_clear_pointer (&self->config, phone_media_config_free);
  g_clear_pointer (&self->own, gst_sdp_message_free);
  g_clear_pointer (&self->shown, gst_sdp_message_free);
  g_clear_pointer (&self->extension.made, gst_sdp_message_free);
  g_clear_pointer (&self->extension.offered, gst_sdp_message_free);
  phone_media_session_clear_change (self);
  phone_media_agreement_clear (&self->next);
  phone_media_agreement_clear (&self->now);
  phone_media_agreement_clear (&self->before);
  g_clear_pointer (&self->sent_text, g_free);
  g_clear_pointer (&self->failure_detail, g_free);
  g_clear_pointer (&self->stats, phone_media_stats_unref);
  G_OBJECT_CLASS (phone_media_session_parent_class)->dispose (object);
}

static void
install_signals (GObjectClass *klass)
{
  GType type = G_OBJECT_CLASS_TYPE (klass);

  signals[DIGIT_SENT] =
      g_signal_new ("digit-sent", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_UCHAR, G_TYPE_BOOLEAN);
  signals[DIGIT_RECEIVED] =
      g_signal_new ("digit-received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_UCHAR, G_TYPE_UINT);
}

static void
phone_media_session_class_init (PhoneMediaSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_media_session_dispose;
  phone_media_session_install_properties (object_class);
  install_signals (object_class);
}

static void
phone_media_session_init (PhoneMediaSession *self)
{
  self->timings = (PhoneMediaTimings){-1, -1, -1, -1, -1};
  self->known = (PhoneMediaSdpPlan){.audio_line = -1, .video_line = -1};
  phone_media_agreement_clear (&self->now);
  self->probe = phone_probe_new ();
  self->remote_feed = phone_video_feed_new ();
  self->local_feed = phone_video_feed_new ();
  self->sending_video = TRUE;
  self->frame_source = (guint16)g_random_int_range (1, 0x10000);
  self->origin_id = (guint64)g_random_int () << 30 | g_random_int ();
  self->latency_ms = PHONE_MEDIA_LATENCY_START_MS;
}
