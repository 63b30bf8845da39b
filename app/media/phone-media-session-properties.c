/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* What is shown of a session: its properties, and the questions and wishes that need no
 * exchange with the peer. */

G_DEFINE_ENUM_TYPE (PhoneMediaState,
                    phone_media_state,
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_STATE_NEW, "new"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_STATE_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_STATE_INTERRUPTED, "interrupted"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_STATE_CLOSED, "closed"))

G_DEFINE_ENUM_TYPE (PhoneMediaFailure,
                    phone_media_failure,
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_FAILURE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_FAILURE_ICE, "ice"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_FAILURE_DTLS, "dtls"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_FAILURE_FINGERPRINT, "fingerprint"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_FAILURE_PEER_SILENT, "peer-silent"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_FAILURE_PIPELINE, "pipeline"))

static GParamSpec *properties[PHONE_MEDIA_N_PROPS];

void
phone_media_session_notify (PhoneMediaSession *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhoneMediaSession *self = PHONE_MEDIA_SESSION (object);

  switch (id) {
  case PHONE_MEDIA_PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PHONE_MEDIA_PROP_FAILURE:
    g_value_set_enum (value, self->failure);
    break;
  case PHONE_MEDIA_PROP_MUTED:
    g_value_set_boolean (value, self->muted);
    break;
  case PHONE_MEDIA_PROP_SENDING_VIDEO:
    g_value_set_boolean (value, self->sending_video);
    break;
  case PHONE_MEDIA_PROP_HAS_VIDEO:
    g_value_set_boolean (value, phone_media_session_get_has_video (self));
    break;
  case PHONE_MEDIA_PROP_OWN_VIDEO:
    g_value_set_boolean (value, phone_media_session_get_own_video (self));
    break;
  case PHONE_MEDIA_PROP_PEER_VIDEO:
    g_value_set_boolean (value, phone_media_session_get_peer_video (self));
    break;
  case PHONE_MEDIA_PROP_HELD:
    g_value_set_boolean (value, phone_media_session_get_held (self));
    break;
  case PHONE_MEDIA_PROP_HEARD:
    g_value_set_boolean (value, phone_media_session_get_heard (self));
    break;
  case PHONE_MEDIA_PROP_PEER_HOLD:
    g_value_set_boolean (value, phone_media_session_get_peer_hold (self));
    break;
  case PHONE_MEDIA_PROP_CAN_SEND_DIGITS:
    g_value_set_boolean (value, phone_media_session_get_can_send_digits (self));
    break;
  case PHONE_MEDIA_PROP_STATS:
    g_value_take_boxed (value, phone_media_session_dup_stats (self));
    break;
  case PHONE_MEDIA_PROP_SILENCE_IN:
    g_value_set_enum (value, self->verdict.silence_in);
    break;
  case PHONE_MEDIA_PROP_SILENCE_OUT:
    g_value_set_enum (value, self->verdict.silence_out);
    break;
  case PHONE_MEDIA_PROP_CAMERA_MISSING:
    g_value_set_boolean (value, self->camera_missing);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PhoneMediaSession *self = PHONE_MEDIA_SESSION (object);

  switch (id) {
  case PHONE_MEDIA_PROP_MUTED:
    phone_media_session_set_muted (self, g_value_get_boolean (value));
    break;
  case PHONE_MEDIA_PROP_SENDING_VIDEO:
    phone_media_session_set_sending_video (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

void
phone_media_session_install_properties (GObjectClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamSpec **p = properties;

  p[PHONE_MEDIA_PROP_STATE] = g_param_spec_enum (
      "state", NULL, NULL, PHONE_TYPE_MEDIA_STATE, PHONE_MEDIA_STATE_NEW, readable);
  p[PHONE_MEDIA_PROP_FAILURE] =
      g_param_spec_enum ("failure", NULL, NULL, PHONE_TYPE_MEDIA_FAILURE,
                         PHONE_MEDIA_FAILURE_NONE, readable);
  p[PHONE_MEDIA_PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, writable);
  p[PHONE_MEDIA_PROP_SENDING_VIDEO] =
      g_param_spec_boolean ("sending-video", NULL, NULL, TRUE, writable);
  p[PHONE_MEDIA_PROP_HAS_VIDEO] =
      g_param_spec_boolean ("has-video", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_OWN_VIDEO] =
      g_param_spec_boolean ("own-video", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_PEER_VIDEO] =
      g_param_spec_boolean ("peer-video", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_PEER_HOLD] =
      g_param_spec_boolean ("peer-hold", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_CAN_SEND_DIGITS] =
      g_param_spec_boolean ("can-send-digits", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_HEARD] = g_param_spec_boolean ("heard", NULL, NULL, FALSE, readable);
  p[PHONE_MEDIA_PROP_STATS] =
      g_param_spec_boxed ("stats", NULL, NULL, PHONE_TYPE_MEDIA_STATS, readable);
  p[PHONE_MEDIA_PROP_SILENCE_IN] =
      g_param_spec_enum ("silence-in", NULL, NULL, PHONE_TYPE_MEDIA_SILENCE,
                         PHONE_MEDIA_SILENCE_NONE, readable);
  p[PHONE_MEDIA_PROP_SILENCE_OUT] =
      g_param_spec_enum ("silence-out", NULL, NULL, PHONE_TYPE_MEDIA_SILENCE,
                         PHONE_MEDIA_SILENCE_NONE, readable);
  p[PHONE_MEDIA_PROP_CAMERA_MISSING] =
      g_param_spec_boolean ("camera-missing", NULL, NULL, FALSE, readable);
  klass->get_property = get_property;
  klass->set_property = set_property;
  g_object_class_install_properties (klass, PHONE_MEDIA_N_PROPS, p);
}

/* ---- Wishes and questions ---- */

void
phone_media_session_set_muted (PhoneMediaSession *self, gboolean muted)
{
  if (self->muted == !!muted)
    return;
  self->muted = !!muted;
  phone_media_pipeline_set_muted (self->pipeline, self->muted);
  phone_media_session_notify (self, PHONE_MEDIA_PROP_MUTED);
}

void
phone_media_session_set_sending_video (PhoneMediaSession *self, gboolean sending)
{
  if (self->sending_video == !!sending)
    return;
  self->sending_video = !!sending;
  phone_media_session_apply_directions (self);
  if (self->sending_video)
    phone_media_pipeline_ask_keyframe (self->pipeline);
  phone_media_session_notify (self, PHONE_MEDIA_PROP_SENDING_VIDEO);
}

PhoneMediaState
phone_media_session_get_state (PhoneMediaSession *self)
{
  return self->state;
}

PhoneMediaFailure
phone_media_session_get_failure (PhoneMediaSession *self)
{
  return self->failure;
}

const char *
phone_media_session_get_failure_detail (PhoneMediaSession *self)
{
  return self->failure_detail;
}

PhoneMediaTimings
phone_media_session_get_timings (PhoneMediaSession *self)
{
  return self->timings;
}

gboolean
phone_media_session_get_muted (PhoneMediaSession *self)
{
  return self->muted;
}

gboolean
phone_media_session_get_sending_video (PhoneMediaSession *self)
{
  return self->sending_video;
}

PhoneMediaSilence
phone_media_session_get_silence_in (PhoneMediaSession *self)
{
  return self->verdict.silence_in;
}

PhoneMediaSilence
phone_media_session_get_silence_out (PhoneMediaSession *self)
{
  return self->verdict.silence_out;
}

gboolean
phone_media_session_get_camera_missing (PhoneMediaSession *self)
{
  return self->camera_missing;
}

PhoneMediaStats *
phone_media_session_dup_stats (PhoneMediaSession *self)
{
  return self->stats ? phone_media_stats_ref (self->stats) : NULL;
}

PhoneVideoFeed *
phone_media_session_get_remote_feed (PhoneMediaSession *self)
{
  return self->remote_feed;
}

PhoneVideoFeed *
phone_media_session_get_local_feed (PhoneMediaSession *self)
{
  return self->local_feed;
}

PhoneProbe *
phone_media_session_get_probe (PhoneMediaSession *self)
{
  return self->probe;
}

guint16
phone_media_session_get_frame_source (PhoneMediaSession *self)
{
  return self->frame_source;
}

gboolean
phone_media_session_get_heard (PhoneMediaSession *self)
{
  return self->timings.first_audio_ms >= 0;
}
