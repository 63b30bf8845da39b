/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "phone-agent-map.h"
#include "sip-header.h"

#include <string.h>

enum {
  PROP_0,
  PROP_ID,
  PROP_DIRECTION,
  PROP_ACCOUNT,
  PROP_STATE,
  PROP_REMOTE_URI,
  PROP_REMOTE_NAME,
  PROP_TITLE,
  PROP_END_CAUSE,
  PROP_END_STATUS,
  PROP_END_REASON,
  PROP_ERROR,
  PROP_STARTED_AT,
  PROP_ACTIVE_SINCE,
  PROP_DURATION,
  PROP_MUTED,
  PROP_VIDEO,
  PROP_OFFERS_VIDEO,
  PROP_REMOTE_VIDEO,
  PROP_ENCRYPTED,
  PROP_LOCAL_FEED,
  PROP_REMOTE_FEED,
  PROP_DIAGNOSIS,
  PROP_STATS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneCall, phone_call, G_TYPE_OBJECT)

static void
notify (PhoneCall *self, int prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static gboolean
on_second (gpointer user_data)
{
  notify (user_data, PROP_DURATION);
  return G_SOURCE_CONTINUE;
}

static void
note_active (PhoneCall *self)
{
  if (self->active_since_us != 0)
    return;

  self->active_since_us = g_get_monotonic_time ();
  self->second_id = g_timeout_add_seconds (1, on_second, self);
  notify (self, PROP_ACTIVE_SINCE);
}

static void
note_ended (PhoneCall *self)
{
  self->ended_at_us = g_get_monotonic_time ();
  g_clear_handle_id (&self->second_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  phone_media_session_close (self->media);
  notify (self, PROP_END_STATUS);
  notify (self, PROP_END_REASON);
  notify (self, PROP_ERROR);
  notify (self, PROP_END_CAUSE);
}

void
phone_call_update (PhoneCall *self)
{
  PhoneCallState state =
      phone_call_derive (self->signalling, self->media_state, self->intent);

  if (state == self->state)
    return;

  self->state = state;
  if (state == PHONE_CALL_STATE_ACTIVE)
    note_active (self);
  else if (state == PHONE_CALL_STATE_ENDED)
    note_ended (self);
  notify (self, PROP_STATE);
}

/* ---- Media ---- */

static void
notify_video (PhoneCall *self)
{
  notify (self, PROP_VIDEO);
  notify (self, PROP_REMOTE_VIDEO);
  notify (self, PROP_LOCAL_FEED);
  notify (self, PROP_REMOTE_FEED);
}

static void
on_media_state (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  gboolean was_encrypted = self->is_encrypted;
  const char *detail;

  self->media_state = phone_media_session_get_state (media);
  self->is_encrypted |= self->media_state == PHONE_MEDIA_STATE_CONNECTED;
  if (self->media_state == PHONE_MEDIA_STATE_FAILED) {
    PhoneEndCause cause =
        phone_end_cause_from_media (phone_media_session_get_failure (media));

    detail = phone_media_session_get_failure_detail (media);
    phone_call_fail (self, cause, phone_error_from_end_cause (cause, detail));
  }
  phone_call_update (self);
  if (was_encrypted != self->is_encrypted)
    notify (self, PROP_ENCRYPTED);
  notify_video (self);
}

static void
on_media_video (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  notify_video (self);
}

static void
on_media_silence (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  notify (self, PROP_DIAGNOSIS);
}

static void
on_media_muted (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  notify (self, PROP_MUTED);
}

static void
on_media_stats (PhoneMediaSession *media, GParamSpec *pspec, PhoneCall *self)
{
  notify (self, PROP_STATS);
}

static void
watch_media (PhoneCall *self)
{
  static const struct {
    const char *signal;
    GCallback callback;
  } table[] = {
      {"notify::state", G_CALLBACK (on_media_state)},
      {"notify::has-video", G_CALLBACK (on_media_video)},
      {"notify::sending-video", G_CALLBACK (on_media_video)},
      {"notify::silence-in", G_CALLBACK (on_media_silence)},
      {"notify::silence-out", G_CALLBACK (on_media_silence)},
      {"notify::muted", G_CALLBACK (on_media_muted)},
      {"notify::stats", G_CALLBACK (on_media_stats)},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_signal_connect_object (self->media, table[i].signal, table[i].callback, self,
                             G_CONNECT_DEFAULT);
}

/* ---- The object ---- */

static const char *
get_title (PhoneCall *self)
{
  const char *colon;

  if (self->remote_name != NULL)
    return self->remote_name;
  colon = strchr (self->remote_uri, ':');
  return colon != NULL ? colon + 1 : self->remote_uri;
}

static PhoneVideoFeed *
get_local_feed (PhoneCall *self)
{
  return phone_call_get_video (self) ? phone_media_session_get_local_feed (self->media)
                                     : NULL;
}

static PhoneVideoFeed *
get_remote_feed (PhoneCall *self)
{
  return phone_call_get_remote_video (self)
             ? phone_media_session_get_remote_feed (self->media)
             : NULL;
}

static void
phone_call_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PhoneCall *self = PHONE_CALL (object);

  switch (prop_id) {
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_DIRECTION:
    g_value_set_enum (value, (int)self->direction);
    break;
  case PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PROP_STATE:
    g_value_set_enum (value, (int)self->state);
    break;
  case PROP_REMOTE_URI:
    g_value_set_string (value, self->remote_uri);
    break;
  case PROP_REMOTE_NAME:
    g_value_set_string (value, self->remote_name);
    break;
  case PROP_TITLE:
    g_value_set_string (value, get_title (self));
    break;
  case PROP_END_CAUSE:
    g_value_set_enum (value, (int)self->end_cause);
    break;
  case PROP_END_STATUS:
    g_value_set_uint (value, self->end_status);
    break;
  case PROP_END_REASON:
    g_value_set_string (value, self->end_reason);
    break;
  case PROP_ERROR:
    g_value_set_boxed (value, self->error);
    break;
  case PROP_STARTED_AT:
    g_value_set_int64 (value, self->started_at_us);
    break;
  case PROP_ACTIVE_SINCE:
    g_value_set_int64 (value, self->active_since_us);
    break;
  case PROP_DURATION:
    g_value_set_uint (value, phone_call_get_duration (self));
    break;
  case PROP_MUTED:
    g_value_set_boolean (value, phone_call_get_muted (self));
    break;
  case PROP_VIDEO:
    g_value_set_boolean (value, phone_call_get_video (self));
    break;
  case PROP_OFFERS_VIDEO:
    g_value_set_boolean (value, phone_call_get_offers_video (self));
    break;
  case PROP_REMOTE_VIDEO:
    g_value_set_boolean (value, phone_call_get_remote_video (self));
    break;
  case PROP_ENCRYPTED:
    g_value_set_boolean (value, phone_call_get_encrypted (self));
    break;
  case PROP_LOCAL_FEED:
    g_value_set_object (value, get_local_feed (self));
    break;
  case PROP_REMOTE_FEED:
    g_value_set_object (value, get_remote_feed (self));
    break;
  case PROP_DIAGNOSIS:
    g_value_set_enum (value, (int)phone_call_get_diagnosis (self));
    break;
  case PROP_STATS:
    g_value_take_boxed (value, phone_call_dup_stats (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_call_set_property (GObject *object,
                         guint prop_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_MUTED:
    phone_call_set_muted (PHONE_CALL (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_call_dispose (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  g_clear_handle_id (&self->second_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->reoffer);
  if (self->media != NULL)
    phone_media_session_close (self->media);
  g_clear_object (&self->media);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->reoffer);
  g_clear_object (&self->agent);
  g_clear_object (&self->account);

  G_OBJECT_CLASS (phone_call_parent_class)->dispose (object);
}

static void
phone_call_finalize (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  g_free (self->id);
  g_free (self->remote_uri);
  g_free (self->remote_name);
  g_free (self->end_reason);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (phone_call_parent_class)->finalize (object);
}

static void
install_strings (void)
{
  static const struct {
    int prop;
    const char *name;
  } table[] = {
      {PROP_ID, "id"},
      {PROP_REMOTE_URI, "remote-uri"},
      {PROP_REMOTE_NAME, "remote-name"},
      {PROP_TITLE, "title"},
      {PROP_END_REASON, "end-reason"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    props[table[i].prop] = g_param_spec_string (
        table[i].name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_booleans (void)
{
  static const struct {
    int prop;
    const char *name;
  } table[] = {
      {PROP_VIDEO, "video"},
      {PROP_OFFERS_VIDEO, "offers-video"},
      {PROP_REMOTE_VIDEO, "remote-video"},
      {PROP_ENCRYPTED, "encrypted"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    props[table[i].prop] = g_param_spec_boolean (
        table[i].name, NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                G_PARAM_STATIC_STRINGS);
}

static void
install_enums (void)
{
  const struct {
    int prop;
    const char *name;
    GType type;
  } table[] = {
      {PROP_DIRECTION, "direction", PHONE_TYPE_DIRECTION},
      {PROP_STATE, "state", PHONE_TYPE_CALL_STATE},
      {PROP_END_CAUSE, "end-cause", PHONE_TYPE_END_CAUSE},
      {PROP_DIAGNOSIS, "diagnosis", PHONE_TYPE_MEDIA_SILENCE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    props[table[i].prop] = g_param_spec_enum (table[i].name, NULL, NULL, table[i].type, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_objects (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PROP_ACCOUNT] =
      g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT, flags);
  props[PROP_LOCAL_FEED] =
      g_param_spec_object ("local-feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED, flags);
  props[PROP_REMOTE_FEED] =
      g_param_spec_object ("remote-feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED, flags);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  props[PROP_STATS] =
      g_param_spec_boxed ("stats", NULL, NULL, PHONE_TYPE_MEDIA_STATS, flags);
  props[PROP_END_STATUS] = g_param_spec_uint ("end-status", NULL, NULL, 0, 699, 0, flags);
  props[PROP_DURATION] =
      g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_STARTED_AT] =
      g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_ACTIVE_SINCE] =
      g_param_spec_int64 ("active-since", NULL, NULL, 0, G_MAXINT64, 0, flags);
}

static void
phone_call_class_init (PhoneCallClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_call_get_property;
  object_class->set_property = phone_call_set_property;
  object_class->dispose = phone_call_dispose;
  object_class->finalize = phone_call_finalize;

  install_strings ();
  install_booleans ();
  install_enums ();
  install_objects ();
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_call_init (PhoneCall *self)
{
  static guint64 last_id;

  self->id = g_strdup_printf ("c%" G_GUINT64_FORMAT, ++last_id);
  self->cancellable = g_cancellable_new ();
  self->started_at_us = g_get_monotonic_time ();
  self->ringing_ms = -1;
  self->answered_ms = -1;
}

static PhoneCall *
new_call (PhoneAccount *account, PhoneAgent *agent, PhoneMediaSession *media)
{
  PhoneCall *self = g_object_new (PHONE_TYPE_CALL, NULL);

  self->account = g_object_ref (account);
  g_set_object (&self->agent, agent);
  self->media = g_object_ref (media);
  self->media_state = phone_media_session_get_state (media);
  watch_media (self);
  return self;
}

PhoneCall *
phone_call_new_outgoing (PhoneAccount *account,
                         PhoneAgent *agent,
                         PhoneMediaSession *media,
                         const char *uri,
                         PhoneCallFlags flags)
{
  PhoneCall *self = new_call (account, agent, media);

  self->direction = PHONE_DIRECTION_OUTGOING;
  self->signalling = PHONE_SIGNALLING_DIALLING;
  self->state = PHONE_CALL_STATE_DIALLING;
  self->flags = flags;
  self->remote_uri = g_strdup (uri);
  self->answer_from_us = self->started_at_us;
  phone_call_start (self);
  return self;
}

PhoneCall *
phone_call_new_incoming (PhoneAccount *account,
                         PhoneAgent *agent,
                         PhoneMediaSession *media,
                         const SipOutput *output)
{
  PhoneCall *self = new_call (account, agent, media);
  const SipNameAddr *from = sip_message_get_from (output->message);

  self->direction = PHONE_DIRECTION_INCOMING;
  self->signalling = PHONE_SIGNALLING_INCOMING;
  self->state = PHONE_CALL_STATE_INCOMING;
  self->session = output->session;
  self->is_offerless = output->body == NULL;
  self->remote_uri = sip_uri_dup_address_of_record (&from->uri);
  self->remote_name = sip_name_addr_dup_display_name (from);
  return self;
}

SipSessionId
phone_call_get_session (PhoneCall *self)
{
  return self->session;
}

const char *
phone_call_get_id (PhoneCall *self)
{
  return self->id;
}

PhoneAccount *
phone_call_get_account (PhoneCall *self)
{
  return self->account;
}

PhoneCallState
phone_call_get_state (PhoneCall *self)
{
  return self->state;
}

PhoneDirection
phone_call_get_direction (PhoneCall *self)
{
  return self->direction;
}

const char *
phone_call_get_remote_uri (PhoneCall *self)
{
  return self->remote_uri;
}

const char *
phone_call_get_remote_name (PhoneCall *self)
{
  return self->remote_name;
}

PhoneEndCause
phone_call_get_end_cause (PhoneCall *self)
{
  return self->end_cause;
}

guint
phone_call_get_end_status (PhoneCall *self)
{
  return self->end_status;
}

const char *
phone_call_get_end_reason (PhoneCall *self)
{
  return self->end_reason;
}

const GError *
phone_call_get_error (PhoneCall *self)
{
  return self->error;
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
  return phone_media_session_get_has_video (self->media) &&
         phone_media_session_get_sending_video (self->media);
}

gboolean
phone_call_get_remote_video (PhoneCall *self)
{
  return phone_media_session_get_has_video (self->media);
}

gboolean
phone_call_get_encrypted (PhoneCall *self)
{
  return self->is_encrypted;
}

PhoneMediaSilence
phone_call_get_diagnosis (PhoneCall *self)
{
  PhoneMediaSilence in = phone_media_session_get_silence_in (self->media);

  return in != PHONE_MEDIA_SILENCE_NONE
             ? in
             : phone_media_session_get_silence_out (self->media);
}

guint
phone_call_get_duration (PhoneCall *self)
{
  gint64 until_us = self->ended_at_us;

  if (self->active_since_us == 0)
    return 0;
  if (until_us == 0)
    until_us = g_get_monotonic_time ();
  return (guint)((until_us - self->active_since_us) / G_USEC_PER_SEC);
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
