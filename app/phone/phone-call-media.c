/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "phone-agent-map.h"
#include "phone-quality.h"

void
phone_call_notify_video (PhoneCall *self)
{
  phone_call_notify (self, PHONE_CALL_PROP_VIDEO);
  phone_call_notify (self, PHONE_CALL_PROP_REMOTE_VIDEO);
  phone_call_notify (self, PHONE_CALL_PROP_LOCAL_FEED);
  phone_call_notify (self, PHONE_CALL_PROP_REMOTE_FEED);
}

/* What one fork gave early is no loss while another one may answer, but for a certificate
 * that is not the one announced: that is no accident. */
static gboolean
may_do_without (PhoneCall *self, PhoneMediaSession *media)
{
  return (self->signalling == PHONE_SIGNALLING_DIALLING ||
          self->signalling == PHONE_SIGNALLING_RINGING) &&
         phone_media_session_get_failure (media) != PHONE_MEDIA_FAILURE_FINGERPRINT;
}

/* Two that answer at once both speak to the one transport of our offer, and DTLS may have
 * taken what the one said for the other's. With new media the answerer is alone. */
static gboolean
may_be_renewed (PhoneCall *self, PhoneMediaSession *media)
{
  return self->direction == PHONE_DIRECTION_OUTGOING &&
         self->signalling == PHONE_SIGNALLING_ESTABLISHED &&
         self->intent != PHONE_INTENT_END && self->change == PHONE_CHANGE_IDLE &&
         !self->is_media_renewed &&
         phone_media_session_get_failure (media) == PHONE_MEDIA_FAILURE_DTLS;
}

static void
fail (PhoneCall *self, PhoneMediaSession *media)
{
  PhoneEndCause cause =
      phone_end_cause_from_media (phone_media_session_get_failure (media));
  const char *detail = phone_media_session_get_failure_detail (media);

  phone_call_fail (self, cause, phone_error_from_end_cause (cause, detail));
}

static void
on_media_state (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  gboolean was_encrypted = self->is_encrypted;

  if (may_be_renewed (self, media)) {
    phone_call_renew_media (self);
    return;
  }
  self->media_state = phone_media_session_get_state (media);
  self->is_encrypted |= self->media_state == PHONE_MEDIA_STATE_CONNECTED;
  if (self->media_state == PHONE_MEDIA_STATE_FAILED && !may_do_without (self, media))
    fail (self, media);
  phone_call_follow_media (self);
  phone_call_update (self);
  if (was_encrypted != self->is_encrypted)
    phone_call_notify (self, PHONE_CALL_PROP_ENCRYPTED);
  phone_call_notify_video (self);
  phone_call_seek_path (self, self->media_state == PHONE_MEDIA_STATE_INTERRUPTED);
  phone_call_settle (self);
  phone_call_continue_digits (self);
}

static void
on_media_video (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_follow_media (self);
  phone_call_notify_video (self);
}

static void
on_media_held (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_follow_media (self);
  phone_call_notify (self, PHONE_CALL_PROP_HELD);
  phone_call_continue_digits (self);
}

static void
on_media_peer_hold (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_notify (self, PHONE_CALL_PROP_PEER_HELD);
  phone_call_continue_digits (self);
}

static void
on_media_can_send_digits (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_continue_digits (self);
}

static void
on_media_digit_sent (PhoneMediaSession *media,
                     guchar digit,
                     gboolean is_sent,
                     PhoneCall *self)
{
  phone_call_take_media_digit_sent (self, is_sent);
}

static void
on_media_digit_received (PhoneMediaSession *media,
                         guchar digit,
                         guint duration_ms,
                         PhoneCall *self)
{
  phone_call_take_media_digit (self, digit, duration_ms);
}

void
phone_call_update_quality (PhoneCall *self)
{
  g_autoptr (PhoneMediaStats) stats = phone_media_session_dup_stats (self->media);
  PhoneQualityReason reason = PHONE_QUALITY_REASON_NONE;
  PhoneQuality quality = PHONE_QUALITY_UNKNOWN;

  if (self->state == PHONE_CALL_STATE_ACTIVE)
    quality = phone_quality_derive (stats, phone_call_get_diagnosis (self), &reason);
  if (quality == self->quality && reason == self->quality_reason)
    return;
  self->quality = quality;
  self->quality_reason = reason;
  phone_call_notify (self, PHONE_CALL_PROP_QUALITY);
  phone_call_notify (self, PHONE_CALL_PROP_QUALITY_REASON);
}

static void
on_media_silence (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_update_quality (self);
  phone_call_notify (self, PHONE_CALL_PROP_DIAGNOSIS);
}

static void
on_media_camera (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_notify (self, PHONE_CALL_PROP_CAMERA_MISSING);
}

static void
on_media_heard (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_notify (self, PHONE_CALL_PROP_HEARD);
}

static void
on_media_muted (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_notify (self, PHONE_CALL_PROP_MUTED);
}

static void
on_media_stats (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  phone_call_update_quality (self);
  phone_call_notify (self, PHONE_CALL_PROP_STATS);
}

void
phone_call_watch_media (PhoneCall *self)
{
  static const struct {
    const char *signal;
    GCallback callback;
  } table[] = {
      {"notify::state", G_CALLBACK (on_media_state)},
      {"notify::peer-video", G_CALLBACK (on_media_video)},
      {"notify::own-video", G_CALLBACK (on_media_video)},
      {"notify::sending-video", G_CALLBACK (on_media_video)},
      {"notify::held", G_CALLBACK (on_media_held)},
      {"notify::peer-hold", G_CALLBACK (on_media_peer_hold)},
      {"notify::can-send-digits", G_CALLBACK (on_media_can_send_digits)},
      {"digit-sent", G_CALLBACK (on_media_digit_sent)},
      {"digit-received", G_CALLBACK (on_media_digit_received)},
      {"notify::silence-in", G_CALLBACK (on_media_silence)},
      {"notify::silence-out", G_CALLBACK (on_media_silence)},
      {"notify::camera-missing", G_CALLBACK (on_media_camera)},
      {"notify::heard", G_CALLBACK (on_media_heard)},
      {"notify::muted", G_CALLBACK (on_media_muted)},
      {"notify::stats", G_CALLBACK (on_media_stats)},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_signal_connect_object (self->media, table[i].signal, table[i].callback, self,
                             G_CONNECT_DEFAULT);
}

void
phone_call_replace_media (PhoneCall *self, PhoneMediaSession *media)
{
  g_autoptr (PhoneMediaSession) old = g_steal_pointer (&self->media);

  g_signal_handlers_disconnect_by_data (old, self);
  phone_media_session_set_muted (media, phone_media_session_get_muted (old));
  phone_media_session_close (old);
  self->media = g_object_ref (media);
  self->media_state = phone_media_session_get_state (media);
  phone_call_watch_media (self);
  phone_call_update (self);
  phone_call_notify_video (self);
}

/* ---- What people see of it ---- */

PhoneVideoFeed *
phone_call_get_local_feed (PhoneCall *self)
{
  return phone_call_get_video (self) ? phone_media_session_get_local_feed (self->media)
                                     : NULL;
}

PhoneVideoFeed *
phone_call_get_remote_feed (PhoneCall *self)
{
  return phone_call_get_remote_video (self)
             ? phone_media_session_get_remote_feed (self->media)
             : NULL;
}

gboolean
phone_call_get_offers_video (PhoneCall *self)
{
  return self->direction == PHONE_DIRECTION_INCOMING &&
         phone_media_session_get_offered_video (self->media);
}

gboolean
phone_call_get_video (PhoneCall *self)
{
  if (self->media_state == PHONE_MEDIA_STATE_NEW)
    return (self->flags & PHONE_CALL_VIDEO) != 0;
  return self->wanted.video && phone_media_session_get_sending_video (self->media);
}

gboolean
phone_call_get_remote_video (PhoneCall *self)
{
  return phone_media_session_get_peer_video (self->media);
}

gboolean
phone_call_get_peer_held (PhoneCall *self)
{
  return phone_media_session_get_peer_hold (self->media);
}

gboolean
phone_call_get_encrypted (PhoneCall *self)
{
  return self->is_encrypted;
}

gboolean
phone_call_get_heard (PhoneCall *self)
{
  return phone_media_session_get_heard (self->media);
}

gboolean
phone_call_get_camera_missing (PhoneCall *self)
{
  return phone_media_session_get_camera_missing (self->media);
}

PhoneMediaSilence
phone_call_get_diagnosis (PhoneCall *self)
{
  PhoneMediaSilence in = phone_media_session_get_silence_in (self->media);

  return in != PHONE_MEDIA_SILENCE_NONE
             ? in
             : phone_media_session_get_silence_out (self->media);
}

PhoneQuality
phone_call_get_quality (PhoneCall *self)
{
  return self->quality;
}

PhoneQualityReason
phone_call_get_quality_reason (PhoneCall *self)
{
  return self->quality_reason;
}

void
phone_call_get_timings (PhoneCall *self, PhoneCallTimings *timings)
{
  PhoneMediaTimings media = phone_media_session_get_timings (self->media);

  timings->ringing_ms = self->ringing_ms;
  timings->answered_ms = self->answered_ms;
  timings->gathering_ms = media.gather_ms;
  timings->ice_ms = media.ice_ms;
  timings->dtls_ms = media.dtls_ms;
  timings->first_audio_ms = media.first_audio_ms;
  timings->first_video_ms = media.first_video_ms;
}

void
phone_call_set_muted (PhoneCall *self, gboolean muted)
{
  phone_media_session_set_muted (self->media, muted);
}

gboolean
phone_call_get_muted (PhoneCall *self)
{
  return phone_media_session_get_muted (self->media);
}

PhoneProbe *
phone_call_get_probe (PhoneCall *self)
{
  return phone_media_session_get_probe (self->media);
}

guint16
phone_call_get_frame_source (PhoneCall *self)
{
  return phone_media_session_get_frame_source (self->media);
}

PhoneMediaStats *
phone_call_dup_stats (PhoneCall *self)
{
  return phone_media_session_dup_stats (self->media);
}
