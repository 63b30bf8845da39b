/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include <string.h>

/* What people watch of a call. */

static GParamSpec *props[PHONE_CALL_N_PROPS];

void
phone_call_notify (PhoneCall *self, PhoneCallProp prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static const char *
get_title (PhoneCall *self)
{
  const char *colon;

  if (self->contact != NULL)
    return phone_contact_get_name (self->contact);
  if (self->remote_name != NULL)
    return self->remote_name;
  colon = strchr (self->remote_uri, ':');
  return colon != NULL ? colon + 1 : self->remote_uri;
}

static void
get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PhoneCall *self = PHONE_CALL (object);

  switch (prop_id) {
  case PHONE_CALL_PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PHONE_CALL_PROP_DIRECTION:
    g_value_set_enum (value, (int)self->direction);
    break;
  case PHONE_CALL_PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PHONE_CALL_PROP_STATE:
    g_value_set_enum (value, (int)self->state);
    break;
  case PHONE_CALL_PROP_REMOTE_URI:
    g_value_set_string (value, self->remote_uri);
    break;
  case PHONE_CALL_PROP_REMOTE_NAME:
    g_value_set_string (value, self->remote_name);
    break;
  case PHONE_CALL_PROP_CONTACT:
    g_value_set_object (value, self->contact);
    break;
  case PHONE_CALL_PROP_TITLE:
    g_value_set_string (value, get_title (self));
    break;
  case PHONE_CALL_PROP_END_CAUSE:
    g_value_set_enum (value, (int)self->end_cause);
    break;
  case PHONE_CALL_PROP_END_STATUS:
    g_value_set_uint (value, self->end_status);
    break;
  case PHONE_CALL_PROP_END_REASON:
    g_value_set_string (value, self->end_reason);
    break;
  case PHONE_CALL_PROP_ERROR:
    g_value_set_boxed (value, self->error);
    break;
  case PHONE_CALL_PROP_STARTED_AT:
    g_value_set_int64 (value, self->started_at_us);
    break;
  case PHONE_CALL_PROP_ACTIVE_SINCE:
    g_value_set_int64 (value, self->active_since_us);
    break;
  case PHONE_CALL_PROP_RECONNECTING:
    g_value_set_uint (value, phone_call_get_reconnecting (self));
    break;
  case PHONE_CALL_PROP_DURATION:
    g_value_set_uint (value, phone_call_get_duration (self));
    break;
  case PHONE_CALL_PROP_MUTED:
    g_value_set_boolean (value, phone_call_get_muted (self));
    break;
  case PHONE_CALL_PROP_VIDEO:
    g_value_set_boolean (value, phone_call_get_video (self));
    break;
  case PHONE_CALL_PROP_SILENCED:
    g_value_set_boolean (value, self->is_silenced);
    break;
  case PHONE_CALL_PROP_CAMERA_MISSING:
    g_value_set_boolean (value, phone_call_get_camera_missing (self));
    break;
  case PHONE_CALL_PROP_OFFERS_VIDEO:
    g_value_set_boolean (value, phone_call_get_offers_video (self));
    break;
  case PHONE_CALL_PROP_REMOTE_VIDEO:
    g_value_set_boolean (value, phone_call_get_remote_video (self));
    break;
  case PHONE_CALL_PROP_ENCRYPTED:
    g_value_set_boolean (value, phone_call_get_encrypted (self));
    break;
  case PHONE_CALL_PROP_HEARD:
    g_value_set_boolean (value, phone_call_get_heard (self));
    break;
  case PHONE_CALL_PROP_LOCAL_FEED:
    g_value_set_object (value, phone_call_get_local_feed (self));
    break;
  case PHONE_CALL_PROP_REMOTE_FEED:
    g_value_set_object (value, phone_call_get_remote_feed (self));
    break;
  case PHONE_CALL_PROP_HELD:
    g_value_set_boolean (value, phone_call_get_held (self));
    break;
  case PHONE_CALL_PROP_PEER_HELD:
    g_value_set_boolean (value, phone_call_get_peer_held (self));
    break;
  case PHONE_CALL_PROP_VIDEO_ASKED:
    g_value_set_boolean (value, phone_call_get_video_asked (self));
    break;
  case PHONE_CALL_PROP_TRANSFER_STATE:
    g_value_set_enum (value, (int)self->transfer_state);
    break;
  case PHONE_CALL_PROP_TRANSFER_STATUS:
    g_value_set_uint (value, self->transfer_status);
    break;
  case PHONE_CALL_PROP_TRANSFER_TARGET:
    g_value_set_string (value, self->transfer_target);
    break;
  case PHONE_CALL_PROP_REPLACES:
    g_value_set_string (value, self->replaces);
    break;
  case PHONE_CALL_PROP_DIAGNOSIS:
    g_value_set_enum (value, (int)phone_call_get_diagnosis (self));
    break;
  case PHONE_CALL_PROP_QUALITY:
    g_value_set_enum (value, (int)self->quality);
    break;
  case PHONE_CALL_PROP_QUALITY_REASON:
    g_value_set_enum (value, (int)self->quality_reason);
    break;
  case PHONE_CALL_PROP_STATS:
    g_value_take_boxed (value, phone_call_dup_stats (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PHONE_CALL_PROP_MUTED:
    phone_call_set_muted (PHONE_CALL (object), g_value_get_boolean (value));
    break;
  case PHONE_CALL_PROP_VIDEO:
    phone_call_set_video (PHONE_CALL (object), g_value_get_boolean (value));
    break;
  case PHONE_CALL_PROP_HELD:
    phone_call_set_held (PHONE_CALL (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
install_strings (void)
{
  static const struct {
    int prop;
    const char *name;
  } table[] = {
      {PHONE_CALL_PROP_ID, "id"},
      {PHONE_CALL_PROP_REMOTE_URI, "remote-uri"},
      {PHONE_CALL_PROP_REMOTE_NAME, "remote-name"},
      {PHONE_CALL_PROP_TITLE, "title"},
      {PHONE_CALL_PROP_END_REASON, "end-reason"},
      {PHONE_CALL_PROP_TRANSFER_TARGET, "transfer-target"},
      {PHONE_CALL_PROP_REPLACES, "replaces"},
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
      {PHONE_CALL_PROP_CAMERA_MISSING, "camera-missing"},
      {PHONE_CALL_PROP_SILENCED, "silenced"},
      {PHONE_CALL_PROP_OFFERS_VIDEO, "offers-video"},
      {PHONE_CALL_PROP_REMOTE_VIDEO, "remote-video"},
      {PHONE_CALL_PROP_ENCRYPTED, "encrypted"},
      {PHONE_CALL_PROP_HEARD, "heard"},
      {PHONE_CALL_PROP_PEER_HELD, "peer-held"},
      {PHONE_CALL_PROP_VIDEO_ASKED, "video-asked"},
  };
  const GParamFlags written =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    props[table[i].prop] = g_param_spec_boolean (
        table[i].name, NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PHONE_CALL_PROP_MUTED] =
      g_param_spec_boolean ("muted", NULL, NULL, FALSE, written);
  props[PHONE_CALL_PROP_VIDEO] =
      g_param_spec_boolean ("video", NULL, NULL, FALSE, written);
  props[PHONE_CALL_PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, written);
}

static void
install_enums (void)
{
  const struct {
    int prop;
    const char *name;
    GType type;
  } table[] = {
      {PHONE_CALL_PROP_DIRECTION, "direction", PHONE_TYPE_DIRECTION},
      {PHONE_CALL_PROP_STATE, "state", PHONE_TYPE_CALL_STATE},
      {PHONE_CALL_PROP_END_CAUSE, "end-cause", PHONE_TYPE_END_CAUSE},
      {PHONE_CALL_PROP_TRANSFER_STATE, "transfer-state", PHONE_TYPE_TRANSFER_STATE},
      {PHONE_CALL_PROP_DIAGNOSIS, "diagnosis", PHONE_TYPE_MEDIA_SILENCE},
      {PHONE_CALL_PROP_QUALITY, "quality", PHONE_TYPE_QUALITY},
      {PHONE_CALL_PROP_QUALITY_REASON, "quality-reason", PHONE_TYPE_QUALITY_REASON},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    props[table[i].prop] = g_param_spec_enum (table[i].name, NULL, NULL, table[i].type, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_objects (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PHONE_CALL_PROP_ACCOUNT] =
      g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT, flags);
  props[PHONE_CALL_PROP_CONTACT] =
      g_param_spec_object ("contact", NULL, NULL, PHONE_TYPE_CONTACT, flags);
  props[PHONE_CALL_PROP_LOCAL_FEED] =
      g_param_spec_object ("local-feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED, flags);
  props[PHONE_CALL_PROP_REMOTE_FEED] =
      g_param_spec_object ("remote-feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED, flags);
  props[PHONE_CALL_PROP_ERROR] =
      g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  props[PHONE_CALL_PROP_STATS] =
      g_param_spec_boxed ("stats", NULL, NULL, PHONE_TYPE_MEDIA_STATS, flags);
  props[PHONE_CALL_PROP_END_STATUS] =
      g_param_spec_uint ("end-status", NULL, NULL, 0, 699, 0, flags);
  props[PHONE_CALL_PROP_TRANSFER_STATUS] =
      g_param_spec_uint ("transfer-status", NULL, NULL, 0, 699, 0, flags);
  props[PHONE_CALL_PROP_DURATION] =
      g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PHONE_CALL_PROP_RECONNECTING] =
      g_param_spec_uint ("reconnecting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PHONE_CALL_PROP_STARTED_AT] =
      g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PHONE_CALL_PROP_ACTIVE_SINCE] =
      g_param_spec_int64 ("active-since", NULL, NULL, 0, G_MAXINT64, 0, flags);
}

void
phone_call_install_properties (GObjectClass *object_class)
{
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  install_strings ();
  install_booleans ();
  install_enums ();
  install_objects ();
  g_object_class_install_properties (object_class, PHONE_CALL_N_PROPS, props);
}
