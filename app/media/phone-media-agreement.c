/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* What both ends agreed upon, and what it means for senders and receivers. webrtcbin is
 * not asked: 1.22 cannot change a direction, so it is shown sendrecv throughout, and what
 * is not to be sent or played is dropped here. */

void
phone_media_agreement_clear (PhoneMediaAgreement *self)
{
  g_clear_pointer (&self->peer, gst_sdp_message_free);
  g_clear_pointer (&self->peer_text, g_free);
  g_clear_pointer (&self->ufrag, g_free);
  g_clear_pointer (&self->password, g_free);
  self->plan = (PhoneMediaSdpPlan){.audio_line = -1, .video_line = -1};
}

static int
line_of (const PhoneMediaAgreement *self, PhoneMediaKind kind)
{
  return kind == PHONE_MEDIA_KIND_AUDIO ? self->plan.audio_line : self->plan.video_line;
}

/* ---- Directions ---- */

static PhoneMediaDirection
get_peer_direction (PhoneMediaSession *self, PhoneMediaKind kind)
{
  int line = line_of (&self->now, kind);

  if (!self->now.peer || line < 0)
    return PHONE_MEDIA_DIRECTION_INACTIVE;
  return phone_media_sdp_get_direction (self->now.peer, line);
}

/* RFC 3264 §8.4: who holds may still send, and takes nothing. */
PhoneMediaDirection
phone_media_agreement_get_wanted (const PhoneMediaAgreement *self, PhoneMediaKind kind)
{
  guint wanted = self->held ? 0 : PHONE_MEDIA_DIRECTION_RECV;

  if (kind == PHONE_MEDIA_KIND_AUDIO || self->own_video)
    wanted |= PHONE_MEDIA_DIRECTION_SEND;
  return (PhoneMediaDirection)wanted;
}

static void
meet (PhoneMediaAgreement *self)
{
  for (guint i = 0; i < PHONE_MEDIA_SESSION_N_KINDS; i++) {
    PhoneMediaKind kind = (PhoneMediaKind)i;
    int line = line_of (self, kind);
    guint theirs = line < 0 ? 0
                            : phone_media_direction_reverse (
                                  phone_media_sdp_get_direction (self->peer, line));

    self->directions[i] =
        (PhoneMediaDirection)(theirs & phone_media_agreement_get_wanted (self, kind));
  }
}

gboolean
phone_media_session_may (PhoneMediaSession *self,
                         PhoneMediaKind kind,
                         PhoneMediaDirection direction)
{
  return self->agreed_us != 0 && !self->now.held &&
         (self->now.directions[kind] & direction) != 0;
}

void
phone_media_session_apply_directions (PhoneMediaSession *self)
{
  for (guint i = 0; i < PHONE_MEDIA_SESSION_N_KINDS; i++) {
    PhoneMediaKind kind = (PhoneMediaKind)i;
    gboolean sends = phone_media_session_may (self, kind, PHONE_MEDIA_DIRECTION_SEND);

    if (kind == PHONE_MEDIA_KIND_VIDEO && !self->sending_video)
      sends = FALSE;
    phone_media_pipeline_set_stopped (self->pipeline, kind, !sends);
    phone_media_pipeline_set_ignored (
        self->pipeline, kind,
        !phone_media_session_may (self, kind, PHONE_MEDIA_DIRECTION_RECV));
  }
}

/* A camera is open only where its picture is agreed upon, and through a hold. */
static gboolean
needs_camera (PhoneMediaSession *self)
{
  const PhoneMediaAgreement *now = &self->now;

  if (!now->own_video || now->plan.video_line < 0 || self->extension.busy)
    return FALSE;
  return (now->directions[PHONE_MEDIA_KIND_VIDEO] & PHONE_MEDIA_DIRECTION_SEND) != 0 ||
         ((now->held || phone_media_session_get_peer_hold (self)) &&
          phone_media_pipeline_get_own_video (self->pipeline));
}

/* What was seen last does not stay as if it were live. */
static void
end_remote_picture (PhoneMediaSession *self)
{
  if (!phone_media_session_get_peer_video (self))
    phone_video_feed_clear (self->remote_feed);
}

void
phone_media_session_update_camera (PhoneMediaSession *self)
{
  gboolean had_own = phone_media_pipeline_get_own_video (self->pipeline);
  gboolean has_own = needs_camera (self);

  phone_media_pipeline_set_own_video (self->pipeline, has_own);
  if (had_own && !has_own)
    phone_video_feed_clear (self->local_feed);
}

/* ---- What is in force ---- */

typedef struct {
  gboolean has_video;
  gboolean own_video;
  gboolean peer_video;
  gboolean held;
  gboolean peer_hold;
} Seen;

static Seen
look (PhoneMediaSession *self)
{
  return (Seen){
      phone_media_session_get_has_video (self), phone_media_session_get_own_video (self),
      phone_media_session_get_peer_video (self), phone_media_session_get_held (self),
      phone_media_session_get_peer_hold (self)};
}

static void
tell_changes (PhoneMediaSession *self, const Seen *was)
{
  Seen is = look (self);

  if (is.has_video != was->has_video)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_HAS_VIDEO);
  if (is.own_video != was->own_video)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_OWN_VIDEO);
  if (is.peer_video != was->peer_video)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_PEER_VIDEO);
  if (is.held != was->held)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_HELD);
  if (is.peer_hold != was->peer_hold)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_PEER_HOLD);
  phone_media_session_check_digits (self);
}

/* The transports of a call without BUNDLE are counted like its lines. */
static void
restart_line (PhoneMediaSession *self, const GstSDPMessage *shown, int line)
{
  gboolean is_bundled =
      phone_media_sdp_has_bundle (self->own) && phone_media_sdp_has_bundle (shown);

  if (line >= 0 && (!is_bundled || line == self->known.audio_line))
    phone_media_pipeline_restart_ice (self->pipeline, self->own, shown, line,
                                      is_bundled ? 0 : (guint)line);
}

/* Other credentials at either end are another path (RFC 8445 §2.4). */
static void
follow_ice (PhoneMediaSession *self, const PhoneMediaAgreement *next)
{
  int line = self->known.audio_line;
  g_autoptr (GstSDPMessage) shown = NULL;

  if (!self->own || !self->now.peer)
    return;
  if (phone_media_sdp_has_same_ice (self->now.peer, next->peer, line) &&
      (!next->ufrag || g_str_equal (next->ufrag, phone_media_sdp_attribute (
                                                     self->own, line, "ice-ufrag"))))
    return;
  if (next->ufrag)
    phone_media_sdp_set_ice (self->own, next->ufrag, next->password);
  shown = phone_media_sdp_show (next->peer, self->own, &self->known);
  restart_line (self, shown, self->known.audio_line);
  restart_line (self, shown, self->known.video_line);
}

void
phone_media_session_agree (PhoneMediaSession *self, PhoneMediaAgreement *agreement)
{
  g_autoptr (PhoneMediaSession) alive = g_object_ref (self);
  Seen was = look (self);

  follow_ice (self, agreement);
  phone_media_agreement_clear (&self->now);
  self->now = *agreement;
  *agreement = (PhoneMediaAgreement){NULL};
  meet (&self->now);
  if (!self->now.held && !phone_media_session_get_peer_hold (self))
    self->peer_video = get_peer_direction (self, PHONE_MEDIA_KIND_VIDEO);
  phone_media_pipeline_set_plan (self->pipeline, &self->now.plan);
  phone_media_session_apply_directions (self);
  phone_media_session_update_camera (self);
  end_remote_picture (self);
  tell_changes (self, &was);
}

void
phone_media_session_set_held (PhoneMediaSession *self, gboolean held)
{
  Seen was = look (self);

  self->now.held = held;
  phone_media_session_apply_directions (self);
  tell_changes (self, &was);
}

PhoneMediaAgreement
phone_media_session_copy_agreement (PhoneMediaSession *self)
{
  PhoneMediaAgreement copy = self->now;

  copy.peer = NULL;
  if (self->now.peer)
    gst_sdp_message_copy (self->now.peer, &copy.peer);
  copy.peer_text = g_strdup (self->now.peer_text);
  copy.ufrag = NULL;
  copy.password = NULL;
  if (self->own) {
    int line = self->known.audio_line;

    copy.ufrag = g_strdup (phone_media_sdp_attribute (self->own, line, "ice-ufrag"));
    copy.password = g_strdup (phone_media_sdp_attribute (self->own, line, "ice-pwd"));
  }
  return copy;
}

gboolean
phone_media_session_get_has_video (PhoneMediaSession *self)
{
  return self->agreed_us != 0 && self->now.plan.video_line >= 0 &&
         (self->now.directions[PHONE_MEDIA_KIND_VIDEO] != 0 || self->now.held ||
          phone_media_session_get_peer_hold (self));
}

gboolean
phone_media_session_get_own_video (PhoneMediaSession *self)
{
  return self->now.own_video && phone_media_session_get_has_video (self);
}

gboolean
phone_media_session_get_peer_video (PhoneMediaSession *self)
{
  return self->agreed_us != 0 && self->now.plan.video_line >= 0 &&
         (self->peer_video & PHONE_MEDIA_DIRECTION_SEND) != 0;
}

gboolean
phone_media_session_get_held (PhoneMediaSession *self)
{
  return self->now.held;
}

gboolean
phone_media_session_get_peer_hold (PhoneMediaSession *self)
{
  return self->now.peer != NULL && !(get_peer_direction (self, PHONE_MEDIA_KIND_AUDIO) &
                                     PHONE_MEDIA_DIRECTION_RECV);
}
