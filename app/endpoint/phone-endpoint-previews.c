/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-previews.h"

#include <string.h>

#define PREVIEWS "phone-endpoint-previews"

static const char *const kinds[] = {
    [PHONE_PREVIEW_MICROPHONE] = "microphone",
    [PHONE_PREVIEW_CAMERA] = "camera",
};

struct _PhoneEndpointPreviews {
  GObject parent_instance;

  /* owned */
  PhonePreview *previews[G_N_ELEMENTS (kinds)];
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneEndpointPreviews, phone_endpoint_previews, G_TYPE_OBJECT)

static void
phone_endpoint_previews_dispose (GObject *object)
{
  PhoneEndpointPreviews *self = PHONE_ENDPOINT_PREVIEWS (object);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_clear_object (&self->previews[i]);
  G_OBJECT_CLASS (phone_endpoint_previews_parent_class)->dispose (object);
}

static void
phone_endpoint_previews_class_init (PhoneEndpointPreviewsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_endpoint_previews_dispose;
  signals[CHANGED] =
      g_signal_new ("changed", PHONE_TYPE_ENDPOINT_PREVIEWS, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_PREVIEW);
}

static void
phone_endpoint_previews_init (PhoneEndpointPreviews *self)
{
}

static void
on_notify (PhonePreview *preview, GParamSpec *pspec, PhoneEndpointPreviews *self)
{
  g_signal_emit (self, signals[CHANGED], 0, preview);
}

static void
on_frame_ready (PhoneVideoFeed *feed, PhoneEndpointPreviews *self)
{
  g_signal_emit (self, signals[CHANGED], 0, self->previews[PHONE_PREVIEW_CAMERA]);
}

PhoneEndpointPreviews *
phone_endpoint_get_previews (PhoneService *service)
{
  PhoneEndpointPreviews *self = g_object_get_data (G_OBJECT (service), PREVIEWS);

  if (self != NULL)
    return self;
  self = g_object_new (PHONE_TYPE_ENDPOINT_PREVIEWS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    self->previews[i] = phone_service_make_preview (service, (PhonePreviewKind)i);
    g_signal_connect_object (self->previews[i], "notify", G_CALLBACK (on_notify), self,
                             0);
  }
  g_signal_connect_object (phone_preview_get_feed (self->previews[PHONE_PREVIEW_CAMERA]),
                           "frame-ready", G_CALLBACK (on_frame_ready), self, 0);
  g_object_set_data_full (G_OBJECT (service), PREVIEWS, self, g_object_unref);
  return self;
}

PhonePreview *
phone_endpoint_previews_find (PhoneEndpointPreviews *self, const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0)
      return self->previews[i];
  return NULL;
}

static const char *
name_kind (PhoneEndpointPreviews *self, PhonePreview *preview)
{
  return kinds[preview == self->previews[PHONE_PREVIEW_CAMERA]
                   ? PHONE_PREVIEW_CAMERA
                   : PHONE_PREVIEW_MICROPHONE];
}

JsonObject *
phone_endpoint_previews_to_json (PhoneEndpointPreviews *self, PhonePreview *preview)
{
  PhoneVideoFeed *feed = phone_preview_get_feed (preview);
  JsonObject *object = json_object_new ();
  g_auto (PhoneVideoFrame) frame = {NULL};

  json_object_set_string_member (object, "kind", name_kind (self, preview));
  json_object_set_boolean_member (object, "active", phone_preview_get_active (preview));
  json_object_set_boolean_member (object, "missing", phone_preview_get_missing (preview));
  json_object_set_double_member (object, "level", phone_preview_get_level (preview));
  phone_video_feed_dup_frame (feed, &frame);
  json_object_set_int_member (object, "width", frame.width);
  json_object_set_int_member (object, "height", frame.height);
  return object;
}
