/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-face.h"

#include "phone-contact-picture.h"
#include "phone-text.h"

struct _PhoneCallFace {
  AdwBin parent;

  /* owned */
  PhoneService *service;
  PhoneCall *call;
  GSignalGroup *signals; /* of call */

  AdwAvatar *avatar; /* borrowed */
};

enum { PROP_SERVICE = 1, PROP_CALL, PROP_SIZE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneCallFace, phone_call_face, ADW_TYPE_BIN)

static void
show_name (PhoneCallFace *self)
{
  g_autofree char *title = NULL;
  g_autofree char *name = NULL;

  if (self->call != NULL)
    g_object_get (self->call, "title", &title, NULL);
  name = phone_text_dup_literal (title != NULL ? title : "");
  adw_avatar_set_text (self->avatar, name);
}

static void
show_picture (PhoneCallFace *self)
{
  PhoneContact *contact = self->call != NULL ? phone_call_get_contact (self->call) : NULL;

  if (self->service != NULL)
    phone_contact_picture_show (self->avatar, phone_service_get_contacts (self->service),
                                contact);
}

static void
set_call (PhoneCallFace *self, PhoneCall *call)
{
  if (!g_set_object (&self->call, call))
    return;
  g_signal_group_set_target (self->signals, call);
  show_name (self);
  show_picture (self);
}

static void
phone_call_face_set_property (GObject *object,
                              guint id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  PhoneCallFace *self = PHONE_CALL_FACE (object);

  switch (id) {
  case PROP_SERVICE:
    if (g_set_object (&self->service, g_value_get_object (value)))
      show_picture (self);
    break;
  case PROP_CALL:
    set_call (self, g_value_get_object (value));
    break;
  case PROP_SIZE:
    adw_avatar_set_size (self->avatar, g_value_get_int (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_call_face_dispose (GObject *object)
{
  PhoneCallFace *self = PHONE_CALL_FACE (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->call);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (phone_call_face_parent_class)->dispose (object);
}

static void
phone_call_face_class_init (PhoneCallFaceClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = phone_call_face_set_property;
  object_class->dispose = phone_call_face_dispose;

  properties[PROP_SERVICE] =
      g_param_spec_object ("service", NULL, NULL, PHONE_TYPE_SERVICE, flags);
  properties[PROP_CALL] =
      g_param_spec_object ("call", NULL, NULL, PHONE_TYPE_CALL, flags);
  properties[PROP_SIZE] =
      g_param_spec_int ("size", NULL, NULL, 1, 256, 96, flags | G_PARAM_CONSTRUCT_ONLY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_call_face_init (PhoneCallFace *self)
{
  GtkWidget *avatar = adw_avatar_new (1, NULL, TRUE);

  self->avatar = ADW_AVATAR (avatar);
  adw_bin_set_child (ADW_BIN (self), avatar);
  self->signals = g_signal_group_new (PHONE_TYPE_CALL);
  g_signal_group_connect_swapped (self->signals, "notify::title", G_CALLBACK (show_name),
                                  self);
  g_signal_group_connect_swapped (self->signals, "notify::contact",
                                  G_CALLBACK (show_picture), self);
}
