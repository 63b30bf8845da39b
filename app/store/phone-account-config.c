/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-config.h"

#include <string.h>

#include "phone-account-check.h"
#include "phone-error.h"

/* The first come first when validated and when saved. */
enum {
  PROP_0,
  PROP_ID,
  PROP_INSTANCE_ID,
  PROP_LABEL,
  PROP_DISPLAY_NAME,
  PROP_AOR,
  PROP_SERVERS,
  PROP_AUTH_USER,
  PROP_REGISTRAR,
  PROP_CA_FILE,
  PROP_PINNED_FINGERPRINT,
  PROP_TURN_USER,
  PROP_LOCAL_ADDRESS,
  PROP_DIAL_PREFIX,
  PROP_RING_TONE,
  PROP_ICE_SERVERS,
  PROP_AUDIO_CODECS,
  PROP_VIDEO_CODECS,
  PROP_RELAY_ONLY,
  PROP_AUTH_IN_DIALOG,
  PROP_REFUSE_MD5,
  PROP_ENABLED,
  N_PROPS
};

struct _PhoneAccountConfig {
  GObject parent_instance;

  /* owned; each property in the one of its type */
  char *texts[N_PROPS];
  char **lists[N_PROPS];
  gboolean flags[N_PROPS];
};

static const char *const audio_codecs[] = {"opus", "g722", "pcmu", "pcma", NULL};
static const char *const video_codecs[] = {"vp8", "h264", NULL};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneAccountConfig, phone_account_config, G_TYPE_OBJECT)

/* Upper case with colons where it is a SHA-256; otherwise as it is, for validate(). */
static char *
dup_normal_fingerprint (const char *text)
{
  GString *normal = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++) {
    if (*at == ':' || g_ascii_isspace (*at))
      continue;
    if (normal->len % 3 == 2)
      g_string_append_c (normal, ':');
    g_string_append_c (normal, g_ascii_toupper (*at));
  }
  return g_string_free (normal, FALSE);
}

static char *
dup_normal_aor (const char *text)
{
  if (g_ascii_strncasecmp (text, "sip:", 4) == 0 ||
      g_ascii_strncasecmp (text, "sips:", 5) == 0)
    return g_strdup (text);
  return g_strconcat ("sip:", text, NULL);
}

static char *
dup_normal_prefix (const char *text)
{
  GString *normal = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    if (strchr (" -.()/", *at) == NULL)
      g_string_append_c (normal, *at);
  return g_string_free (normal, FALSE);
}

static char *
dup_normal_text (guint prop_id, const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    return NULL;
  valid = g_strstrip (g_utf8_make_valid (text, -1));
  if (*valid == '\0')
    return NULL;
  if (prop_id == PROP_AOR)
    return dup_normal_aor (valid);
  if (prop_id == PROP_PINNED_FINGERPRINT)
    return dup_normal_fingerprint (valid);
  if (prop_id == PROP_DIAL_PREFIX)
    return dup_normal_prefix (valid);
  return g_steal_pointer (&valid);
}

static gboolean
is_codec_list (guint prop_id)
{
  return prop_id == PROP_AUDIO_CODECS || prop_id == PROP_VIDEO_CODECS;
}

static char **
dup_normal_list (guint prop_id, const char *const *list)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; list != NULL && list[i] != NULL; i++) {
    g_autofree char *text = dup_normal_text (prop_id, list[i]);
    g_autofree char *lower = text != NULL ? g_ascii_strdown (text, -1) : NULL;

    if (text != NULL)
      g_strv_builder_add (builder, is_codec_list (prop_id) ? lower : text);
  }
  return g_strv_builder_end (builder);
}

static gboolean
take_text (PhoneAccountConfig *self, guint prop_id, char *text)
{
  g_autofree char *old = g_steal_pointer (&self->texts[prop_id]);

  self->texts[prop_id] = text;
  return g_strcmp0 (old, text) != 0;
}

static gboolean
take_list (PhoneAccountConfig *self, guint prop_id, char **list)
{
  g_auto (GStrv) old = g_steal_pointer (&self->lists[prop_id]);

  self->lists[prop_id] = list;
  return old == NULL ||
         !g_strv_equal ((const char *const *)old, (const char *const *)list);
}

static gboolean
take_flag (PhoneAccountConfig *self, guint prop_id, gboolean flag)
{
  gboolean old = self->flags[prop_id];

  self->flags[prop_id] = flag;
  return old != flag;
}

static void
phone_account_config_set_property (GObject *object,
                                   guint prop_id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  PhoneAccountConfig *self = PHONE_ACCOUNT_CONFIG (object);
  gboolean is_changed;

  if (G_VALUE_HOLDS_STRING (value))
    is_changed =
        take_text (self, prop_id, dup_normal_text (prop_id, g_value_get_string (value)));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    is_changed = take_flag (self, prop_id, g_value_get_boolean (value));
  else
    is_changed =
        take_list (self, prop_id, dup_normal_list (prop_id, g_value_get_boxed (value)));
  if (is_changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
phone_account_config_get_property (GObject *object,
                                   guint prop_id,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  PhoneAccountConfig *self = PHONE_ACCOUNT_CONFIG (object);

  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, self->texts[prop_id]);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, self->flags[prop_id]);
  else
    g_value_set_boxed (value, self->lists[prop_id]);
}

static void
phone_account_config_constructed (GObject *object)
{
  PhoneAccountConfig *self = PHONE_ACCOUNT_CONFIG (object);

  G_OBJECT_CLASS (phone_account_config_parent_class)->constructed (object);

  if (self->texts[PROP_ID] == NULL)
    self->texts[PROP_ID] = g_uuid_string_random ();
  if (self->texts[PROP_INSTANCE_ID] == NULL) {
    g_autofree char *uuid = g_uuid_string_random ();
    self->texts[PROP_INSTANCE_ID] = g_strconcat ("urn:uuid:", uuid, NULL);
  }
}

static void
phone_account_config_finalize (GObject *object)
{
  PhoneAccountConfig *self = PHONE_ACCOUNT_CONFIG (object);

  for (guint i = 0; i < N_PROPS; i++) {
    g_free (self->texts[i]);
    g_strfreev (self->lists[i]);
  }

  G_OBJECT_CLASS (phone_account_config_parent_class)->finalize (object);
}

static GParamSpec *
text_spec (const char *name, GParamFlags more)
{
  return g_param_spec_string (name, NULL, NULL, NULL,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                  G_PARAM_STATIC_STRINGS | more);
}

static GParamSpec *
list_spec (const char *name)
{
  return g_param_spec_boxed (name, NULL, NULL, G_TYPE_STRV,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                 G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
flag_spec (const char *name, gboolean value)
{
  return g_param_spec_boolean (name, NULL, NULL, value,
                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                   G_PARAM_STATIC_STRINGS);
}

static void
phone_account_config_class_init (PhoneAccountConfigClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = phone_account_config_set_property;
  object_class->get_property = phone_account_config_get_property;
  object_class->constructed = phone_account_config_constructed;
  object_class->finalize = phone_account_config_finalize;

  props[PROP_ID] = text_spec ("id", G_PARAM_CONSTRUCT_ONLY);
  props[PROP_INSTANCE_ID] = text_spec ("instance-id", G_PARAM_CONSTRUCT_ONLY);
  props[PROP_LABEL] = text_spec ("label", 0);
  props[PROP_DISPLAY_NAME] = text_spec ("display-name", 0);
  props[PROP_AOR] = text_spec ("aor", 0);
  props[PROP_SERVERS] = list_spec ("servers");
  props[PROP_AUTH_USER] = text_spec ("auth-user", 0);
  props[PROP_REGISTRAR] = text_spec ("registrar", 0);
  props[PROP_CA_FILE] = text_spec ("ca-file", 0);
  props[PROP_PINNED_FINGERPRINT] = text_spec ("pinned-fingerprint", 0);
  props[PROP_TURN_USER] = text_spec ("turn-user", 0);
  props[PROP_LOCAL_ADDRESS] = text_spec ("local-address", 0);
  props[PROP_DIAL_PREFIX] = text_spec ("dial-prefix", 0);
  props[PROP_RING_TONE] = text_spec ("ring-tone", 0);
  props[PROP_ICE_SERVERS] = list_spec ("ice-servers");
  props[PROP_AUDIO_CODECS] = list_spec ("audio-codecs");
  props[PROP_VIDEO_CODECS] = list_spec ("video-codecs");
  props[PROP_RELAY_ONLY] = flag_spec ("relay-only", FALSE);
  props[PROP_AUTH_IN_DIALOG] = flag_spec ("auth-in-dialog", FALSE);
  props[PROP_REFUSE_MD5] = flag_spec ("refuse-md5", FALSE);
  props[PROP_ENABLED] = flag_spec ("enabled", TRUE);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_account_config_init (PhoneAccountConfig *self)
{
  self->lists[PROP_SERVERS] = g_new0 (char *, 1);
  self->lists[PROP_ICE_SERVERS] = g_new0 (char *, 1);
  self->lists[PROP_AUDIO_CODECS] = g_strdupv ((char **)audio_codecs);
  self->lists[PROP_VIDEO_CODECS] = g_strdupv ((char **)video_codecs);
  self->flags[PROP_ENABLED] = TRUE;
}

PhoneAccountConfig *
phone_account_config_new (void)
{
  return g_object_new (PHONE_TYPE_ACCOUNT_CONFIG, NULL);
}

void
phone_account_config_assign (PhoneAccountConfig *self, PhoneAccountConfig *other)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_LABEL; i < N_PROPS; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    g_object_get_property (G_OBJECT (other), props[i]->name, &value);
    g_object_set_property (G_OBJECT (self), props[i]->name, &value);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

PhoneAccountConfig *
phone_account_config_duplicate (PhoneAccountConfig *self)
{
  PhoneAccountConfig *copy = phone_account_config_new ();

  phone_account_config_assign (copy, self);
  return copy;
}

static gboolean
has_turn_server (PhoneAccountConfig *self)
{
  char **servers = self->lists[PROP_ICE_SERVERS];

  for (guint i = 0; servers[i] != NULL; i++)
    if (g_str_has_prefix (servers[i], "turn:"))
      return TRUE;
  return FALSE;
}

static const char *
check_lists (PhoneAccountConfig *self, guint prop_id)
{
  const char *const *list = (const char *const *)self->lists[prop_id];
  const char *reason = NULL;

  for (guint i = 0; list[i] != NULL && reason == NULL; i++)
    reason = phone_account_check_text (list[i]);
  if (reason != NULL)
    return reason;
  if (prop_id == PROP_SERVERS)
    return phone_account_check_servers (list, self->texts[PROP_AOR]);
  if (prop_id == PROP_ICE_SERVERS)
    return phone_account_check_ice_servers (list);
  if (prop_id == PROP_VIDEO_CODECS)
    return phone_account_check_codecs (list, video_codecs);
  if (list[0] == NULL)
    return "names no codec at all";
  return phone_account_check_codecs (list, audio_codecs);
}

static const char *
check_property (PhoneAccountConfig *self, guint prop_id)
{
  const char *text = self->texts[prop_id];
  const char *reason = phone_account_check_text (text);

  if (reason != NULL)
    return reason;
  switch (prop_id) {
  case PROP_ID:
    return g_uuid_string_is_valid (text) ? NULL : "is not a UUID";
  case PROP_INSTANCE_ID:
    return phone_account_check_instance_id (text);
  case PROP_AOR:
    return phone_account_check_aor (text);
  case PROP_REGISTRAR:
    return phone_account_check_registrar (text);
  case PROP_PINNED_FINGERPRINT:
    return phone_account_check_fingerprint (text);
  case PROP_TURN_USER:
    return text == NULL && has_turn_server (self) ? "is needed at a turn: server" : NULL;
  case PROP_LOCAL_ADDRESS:
    return phone_account_check_local_address (text);
  case PROP_DIAL_PREFIX:
    return phone_account_check_dial_prefix (text);
  case PROP_SERVERS:
  case PROP_ICE_SERVERS:
  case PROP_AUDIO_CODECS:
  case PROP_VIDEO_CODECS:
    return check_lists (self, prop_id);
  case PROP_RELAY_ONLY:
    return self->flags[prop_id] && !has_turn_server (self) ? "needs a turn: server"
                                                           : NULL;
  default: /* any text, any truth value */
    return NULL;
  }
}

gboolean
phone_account_config_validate (PhoneAccountConfig *self,
                               const char **field,
                               GError **error)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT_CONFIG (self), FALSE);

  for (guint i = PROP_ID; i < N_PROPS; i++) {
    const char *reason = check_property (self, i);

    if (reason == NULL)
      continue;
    if (field != NULL)
      *field = props[i]->name;
    g_set_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING, "%s: %s",
                 props[i]->name, reason);
    return FALSE;
  }
  return TRUE;
}

gboolean
phone_account_config_is_good (PhoneAccountConfig *self, const char *field)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT_CONFIG (self), FALSE);

  for (guint i = PROP_ID; i < N_PROPS; i++)
    if (g_str_equal (props[i]->name, field))
      return check_property (self, i) == NULL;
  g_return_val_if_reached (FALSE);
}

void
phone_account_config_save (PhoneAccountConfig *self, GKeyFile *file, const char *group)
{
  for (guint i = PROP_ID; i < N_PROPS; i++) {
    const char *name = props[i]->name;

    if (G_IS_PARAM_SPEC_BOOLEAN (props[i]))
      g_key_file_set_boolean (file, group, name, self->flags[i]);
    else if (self->lists[i] != NULL)
      g_key_file_set_string_list (file, group, name, (const char *const *)self->lists[i],
                                  g_strv_length (self->lists[i]));
    else if (self->texts[i] != NULL)
      g_key_file_set_string (file, group, name, self->texts[i]);
    else
      g_key_file_remove_key (file, group, name, NULL);
  }
}

static void
load_property (PhoneAccountConfig *self, guint prop_id, GKeyFile *file, const char *group)
{
  const char *name = props[prop_id]->name;
  g_autoptr (GError) error = NULL;

  if (!g_key_file_has_key (file, group, name, NULL))
    return;
  if (G_IS_PARAM_SPEC_BOOLEAN (props[prop_id])) {
    gboolean flag = g_key_file_get_boolean (file, group, name, &error);

    if (error == NULL)
      take_flag (self, prop_id, flag);
  } else if (self->lists[prop_id] != NULL) {
    g_auto (GStrv) list = g_key_file_get_string_list (file, group, name, NULL, NULL);

    if (list != NULL)
      take_list (self, prop_id, dup_normal_list (prop_id, (const char *const *)list));
  } else {
    g_autofree char *text = g_key_file_get_string (file, group, name, NULL);

    take_text (self, prop_id, dup_normal_text (prop_id, text));
  }
}

static void
load_only_server (PhoneAccountConfig *self, GKeyFile *file, const char *group)
{
  g_autofree char *server = NULL;

  if (g_key_file_has_key (file, group, "servers", NULL))
    return;
  server = g_key_file_get_string (file, group, "server", NULL);
  take_list (self, PROP_SERVERS,
             dup_normal_list (PROP_SERVERS, (const char *[]){server, NULL}));
}

PhoneAccountConfig *
phone_account_config_load (GKeyFile *file, const char *group)
{
  g_autofree char *id = g_key_file_get_string (file, group, "id", NULL);
  g_autofree char *instance = g_key_file_get_string (file, group, "instance-id", NULL);
  PhoneAccountConfig *self =
      g_object_new (PHONE_TYPE_ACCOUNT_CONFIG, "id", id, "instance-id", instance, NULL);

  for (guint i = PROP_LABEL; i < N_PROPS; i++)
    load_property (self, i, file, group);
  load_only_server (self, file, group);
  return self;
}

#define DEFINE_TEXT_GETTER(name, PROP)                                                   \
  const char *phone_account_config_get_##name (PhoneAccountConfig *self)                 \
  {                                                                                      \
    g_return_val_if_fail (PHONE_IS_ACCOUNT_CONFIG (self), NULL);                         \
    return self->texts[PROP];                                                            \
  }

#define DEFINE_LIST_GETTER(name, PROP)                                                   \
  const char *const *phone_account_config_get_##name (PhoneAccountConfig *self)          \
  {                                                                                      \
    g_return_val_if_fail (PHONE_IS_ACCOUNT_CONFIG (self), NULL);                         \
    return (const char *const *)self->lists[PROP];                                       \
  }

#define DEFINE_FLAG_GETTER(name, PROP)                                                   \
  gboolean phone_account_config_get_##name (PhoneAccountConfig *self)                    \
  {                                                                                      \
    g_return_val_if_fail (PHONE_IS_ACCOUNT_CONFIG (self), FALSE);                        \
    return self->flags[PROP];                                                            \
  }

DEFINE_TEXT_GETTER (id, PROP_ID)
DEFINE_TEXT_GETTER (instance_id, PROP_INSTANCE_ID)
DEFINE_TEXT_GETTER (label, PROP_LABEL)
DEFINE_TEXT_GETTER (display_name, PROP_DISPLAY_NAME)
DEFINE_TEXT_GETTER (aor, PROP_AOR)
DEFINE_LIST_GETTER (servers, PROP_SERVERS)
DEFINE_TEXT_GETTER (auth_user, PROP_AUTH_USER)
DEFINE_TEXT_GETTER (registrar, PROP_REGISTRAR)
DEFINE_TEXT_GETTER (ca_file, PROP_CA_FILE)
DEFINE_TEXT_GETTER (pinned_fingerprint, PROP_PINNED_FINGERPRINT)
DEFINE_TEXT_GETTER (turn_user, PROP_TURN_USER)
DEFINE_TEXT_GETTER (dial_prefix, PROP_DIAL_PREFIX)
DEFINE_TEXT_GETTER (ring_tone, PROP_RING_TONE)
DEFINE_TEXT_GETTER (local_address, PROP_LOCAL_ADDRESS)
DEFINE_LIST_GETTER (ice_servers, PROP_ICE_SERVERS)
DEFINE_LIST_GETTER (audio_codecs, PROP_AUDIO_CODECS)
DEFINE_LIST_GETTER (video_codecs, PROP_VIDEO_CODECS)
DEFINE_FLAG_GETTER (relay_only, PROP_RELAY_ONLY)
DEFINE_FLAG_GETTER (auth_in_dialog, PROP_AUTH_IN_DIALOG)
DEFINE_FLAG_GETTER (refuse_md5, PROP_REFUSE_MD5)
DEFINE_FLAG_GETTER (enabled, PROP_ENABLED)

const char *
phone_account_config_get_server (PhoneAccountConfig *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT_CONFIG (self), NULL);
  return self->lists[PROP_SERVERS][0];
}
