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

/* ---- Texts and flags ---- */

typedef struct {
  PhoneCallProp prop;
  const char *name;
  const char *(*get) (PhoneCall *self);
} String;

static const String strings[] = {
    {PHONE_CALL_PROP_ID, "id", phone_call_get_id},
    {PHONE_CALL_PROP_REMOTE_URI, "remote-uri", phone_call_get_remote_uri},
    {PHONE_CALL_PROP_REMOTE_NAME, "remote-name", phone_call_get_remote_name},
    {PHONE_CALL_PROP_TITLE, "title", get_title},
    {PHONE_CALL_PROP_END_REASON, "end-reason", phone_call_get_end_reason},
    {PHONE_CALL_PROP_TRANSFER_TARGET, "transfer-target", phone_call_get_transfer_target},
    {PHONE_CALL_PROP_REPLACES, "replaces", phone_call_get_replaces},
};

typedef struct {
  PhoneCallProp prop;
  const char *name;
  gboolean (*get) (PhoneCall *self);
  void (*set) (PhoneCall *self, gboolean value); /* NULL: read-only */
} Flag;

static const Flag flags[] = {
    {PHONE_CALL_PROP_MUTED, "muted", phone_call_get_muted, phone_call_set_muted},
    {PHONE_CALL_PROP_VIDEO, "video", phone_call_get_video, phone_call_set_video},
    {PHONE_CALL_PROP_HELD, "held", phone_call_get_held, phone_call_set_held},
    {PHONE_CALL_PROP_CAMERA_MISSING, "camera-missing", phone_call_get_camera_missing,
     NULL},
    {PHONE_CALL_PROP_SILENCED, "silenced", phone_call_get_silenced, NULL},
    {PHONE_CALL_PROP_OFFERS_VIDEO, "offers-video", phone_call_get_offers_video, NULL},
    {PHONE_CALL_PROP_REMOTE_VIDEO, "remote-video", phone_call_get_remote_video, NULL},
    {PHONE_CALL_PROP_ENCRYPTED, "encrypted", phone_call_get_encrypted, NULL},
    {PHONE_CALL_PROP_HEARD, "heard", phone_call_get_heard, NULL},
    {PHONE_CALL_PROP_PEER_HELD, "peer-held", phone_call_get_peer_held, NULL},
    {PHONE_CALL_PROP_VIDEO_ASKED, "video-asked", phone_call_get_video_asked, NULL},
};

static const String *
find_string (guint prop_id)
{
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    if (strings[i].prop == prop_id)
      return &strings[i];
  return NULL;
}

static const Flag *
find_flag (guint prop_id)
{
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (flags[i].prop == prop_id)
      return &flags[i];
  return NULL;
}

/* ---- What is of a type of its own ---- */

static void
get_other (PhoneCall *self, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PHONE_CALL_PROP_DIRECTION:
    g_value_set_enum (value, (int)self->direction);
    break;
  case PHONE_CALL_PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PHONE_CALL_PROP_STATE:
    g_value_set_enum (value, (int)self->state);
    break;
  case PHONE_CALL_PROP_CONTACT:
    g_value_set_object (value, self->contact);
    break;
  case PHONE_CALL_PROP_END_CAUSE:
    g_value_set_enum (value, (int)self->end_cause);
    break;
  case PHONE_CALL_PROP_END_STATUS:
    g_value_set_uint (value, self->end_status);
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
  case PHONE_CALL_PROP_LOCAL_FEED:
    g_value_set_object (value, phone_call_get_local_feed (self));
    break;
  case PHONE_CALL_PROP_REMOTE_FEED:
    g_value_set_object (value, phone_call_get_remote_feed (self));
    break;
  case PHONE_CALL_PROP_TRANSFER_STATE:
    g_value_set_enum (value, (int)self->transfer_state);
    break;
  case PHONE_CALL_PROP_TRANSFER_STATUS:
    g_value_set_uint (value, self->transfer_status);
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
    G_OBJECT_WARN_INVALID_PROPERTY_ID (self, prop_id, pspec);
  }
}

static void
get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PhoneCall *self = PHONE_CALL (object);
  const Flag *flag = find_flag (prop_id);
  const String *string = find_string (prop_id);

  if (flag != NULL)
    g_value_set_boolean (value, flag->get (self));
  else if (string != NULL)
    g_value_set_string (value, string->get (self));
  else
    get_other (self, prop_id, value, pspec);
}

static void
set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  const Flag *flag = find_flag (prop_id);

  g_return_if_fail (flag != NULL && flag->set != NULL);

  flag->set (PHONE_CALL (object), g_value_get_boolean (value));
}

static void
install_strings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    props[strings[i].prop] = g_param_spec_string (
        strings[i].name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_flags (void)
{
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags written = read | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY;

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    props[flags[i].prop] = g_param_spec_boolean (flags[i].name, NULL, NULL, FALSE,
                                                 flags[i].set != NULL ? written : read);
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
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PHONE_CALL_PROP_ACCOUNT] =
      g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT, read);
  props[PHONE_CALL_PROP_CONTACT] =
      g_param_spec_object ("contact", NULL, NULL, PHONE_TYPE_CONTACT, read);
  props[PHONE_CALL_PROP_LOCAL_FEED] =
      g_param_spec_object ("local-feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED, read);
  props[PHONE_CALL_PROP_REMOTE_FEED] =
      g_param_spec_object ("remote-feed", NULL, NULL, PHONE_TYPE_VIDEO_FEED, read);
  props[PHONE_CALL_PROP_ERROR] =
      g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, read);
  props[PHONE_CALL_PROP_STATS] =
      g_param_spec_boxed ("stats", NULL, NULL, PHONE_TYPE_MEDIA_STATS, read);
  props[PHONE_CALL_PROP_END_STATUS] =
      g_param_spec_uint ("end-status", NULL, NULL, 0, 699, 0, read);
  props[PHONE_CALL_PROP_TRANSFER_STATUS] =
      g_param_spec_uint ("transfer-status", NULL, NULL, 0, 699, 0, read);
  props[PHONE_CALL_PROP_DURATION] =
      g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, read);
  props[PHONE_CALL_PROP_RECONNECTING] =
      g_param_spec_uint ("reconnecting", NULL, NULL, 0, G_MAXUINT, 0, read);
  props[PHONE_CALL_PROP_STARTED_AT] =
      g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, read);
  props[PHONE_CALL_PROP_ACTIVE_SINCE] =
      g_param_spec_int64 ("active-since", NULL, NULL, 0, G_MAXINT64, 0, read);
}

void
phone_call_install_properties (GObjectClass *object_class)
{
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  install_strings ();
  install_flags ();
  install_enums ();
  install_objects ();
  g_object_class_install_properties (object_class, PHONE_CALL_N_PROPS, props);
}
