/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in-step.h"

struct _PhoneSignInStep {
  GObject parent_instance;

  /* owned */
  char *detail;
  GError *error;

  PhoneSignInKind kind;
  PhoneSignInState state;
};

enum { PROP_0, PROP_KIND, PROP_STATE, PROP_DETAIL, PROP_ERROR, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneSignInStep, phone_sign_in_step, G_TYPE_OBJECT)

static const GEnumValue kinds[] = {
    {PHONE_SIGN_IN_SERVICE, "PHONE_SIGN_IN_SERVICE", "service"},
    {PHONE_SIGN_IN_NAME, "PHONE_SIGN_IN_NAME", "name"},
    {PHONE_SIGN_IN_CONNECTION, "PHONE_SIGN_IN_CONNECTION", "connection"},
    {PHONE_SIGN_IN_CERTIFICATE, "PHONE_SIGN_IN_CERTIFICATE", "certificate"},
    {PHONE_SIGN_IN_WEBSOCKET, "PHONE_SIGN_IN_WEBSOCKET", "websocket"},
    {PHONE_SIGN_IN_SUBPROTOCOL, "PHONE_SIGN_IN_SUBPROTOCOL", "subprotocol"},
    {PHONE_SIGN_IN_REGISTRATION, "PHONE_SIGN_IN_REGISTRATION", "registration"},
    {0, NULL, NULL},
};

static const GEnumValue states[] = {
    {PHONE_SIGN_IN_PENDING, "PHONE_SIGN_IN_PENDING", "pending"},
    {PHONE_SIGN_IN_RUNNING, "PHONE_SIGN_IN_RUNNING", "running"},
    {PHONE_SIGN_IN_DONE, "PHONE_SIGN_IN_DONE", "done"},
    {PHONE_SIGN_IN_SKIPPED, "PHONE_SIGN_IN_SKIPPED", "skipped"},
    {PHONE_SIGN_IN_FAILED, "PHONE_SIGN_IN_FAILED", "failed"},
    {0, NULL, NULL},
};

GType
phone_sign_in_kind_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneSignInKind", kinds));
  return type;
}

GType
phone_sign_in_state_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneSignInState", states));
  return type;
}

static void
phone_sign_in_step_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PhoneSignInStep *self = PHONE_SIGN_IN_STEP (object);

  switch (prop_id) {
  case PROP_KIND:
    g_value_set_enum (value, (int)self->kind);
    break;
  case PROP_STATE:
    g_value_set_enum (value, (int)self->state);
    break;
  case PROP_DETAIL:
    g_value_set_string (value, self->detail);
    break;
  case PROP_ERROR:
    g_value_set_boxed (value, self->error);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_sign_in_step_finalize (GObject *object)
{
  PhoneSignInStep *self = PHONE_SIGN_IN_STEP (object);

  g_free (self->detail);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (phone_sign_in_step_parent_class)->finalize (object);
}

static void
phone_sign_in_step_class_init (PhoneSignInStepClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_sign_in_step_get_property;
  object_class->finalize = phone_sign_in_step_finalize;

  props[PROP_KIND] =
      g_param_spec_enum ("kind", NULL, NULL, PHONE_TYPE_SIGN_IN_KIND, 0, flags);
  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_SIGN_IN_STATE, 0, flags);
  props[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_sign_in_step_init (PhoneSignInStep *self)
{
}

PhoneSignInStep *
phone_sign_in_step_new (PhoneSignInKind kind)
{
  PhoneSignInStep *self = g_object_new (PHONE_TYPE_SIGN_IN_STEP, NULL);

  self->kind = kind;
  return self;
}

PhoneSignInKind
phone_sign_in_step_get_kind (PhoneSignInStep *self)
{
  return self->kind;
}

PhoneSignInState
phone_sign_in_step_get_state (PhoneSignInStep *self)
{
  return self->state;
}

const char *
phone_sign_in_step_get_detail (PhoneSignInStep *self)
{
  return self->detail;
}

const GError *
phone_sign_in_step_get_error (PhoneSignInStep *self)
{
  return self->error;
}

static void
set_detail (PhoneSignInStep *self, const char *detail)
{
  if (g_strcmp0 (self->detail, detail) == 0)
    return;
  g_free (self->detail);
  self->detail = g_strdup (detail);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAIL]);
}

static void
set_error (PhoneSignInStep *self, const GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
}

void
phone_sign_in_step_set (PhoneSignInStep *self,
                        PhoneSignInState state,
                        const char *detail,
                        const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_detail (self, detail);
  set_error (self, error);
  if (self->state != state) {
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}
