/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-video-page.h"

#include "phone-device-row.h"
#include "phone-video-paintable.h"

#include <glib/gi18n.h>

struct _PhoneVideoPage {
  AdwPreferencesPage parent;

  /* owned */
  PhonePreview *preview;
  GListModel *cameras;

  /* borrowed from the template */
  PhoneDeviceRow *camera;
  GtkLabel *no_camera;
  GtkWidget *picture;
  PhoneVideoPaintable *paintable;
};

G_DEFINE_FINAL_TYPE (PhoneVideoPage, phone_video_page, ADW_TYPE_PREFERENCES_PAGE)

static void
phone_video_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (phone_video_page_parent_class)->map (widget);
  phone_preview_set_active (PHONE_VIDEO_PAGE (widget)->preview, TRUE);
}

static void
phone_video_page_unmap (GtkWidget *widget)
{
  phone_preview_set_active (PHONE_VIDEO_PAGE (widget)->preview, FALSE);
  GTK_WIDGET_CLASS (phone_video_page_parent_class)->unmap (widget);
}

static void
show_reason (PhoneVideoPage *self)
{
  gtk_label_set_label (
      self->no_camera,
      g_list_model_get_n_items (self->cameras) == 0
          ? _ ("No camera is plugged in.")
          : _ ("The camera gives no picture. Another program may be using it: close that "
               "one, or choose another camera."));
}

static void
phone_video_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_VIDEO_PAGE);
  g_clear_object (&PHONE_VIDEO_PAGE (object)->preview);
  g_clear_object (&PHONE_VIDEO_PAGE (object)->cameras);
  G_OBJECT_CLASS (phone_video_page_parent_class)->dispose (object);
}

static void
phone_video_page_class_init (PhoneVideoPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = phone_video_page_dispose;
  widget_class->map = phone_video_page_map;
  widget_class->unmap = phone_video_page_unmap;
  g_type_ensure (PHONE_TYPE_DEVICE_ROW);
  g_type_ensure (PHONE_TYPE_VIDEO_PAINTABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-video-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneVideoPage, camera);
  gtk_widget_class_bind_template_child (widget_class, PhoneVideoPage, no_camera);
  gtk_widget_class_bind_template_child (widget_class, PhoneVideoPage, picture);
  gtk_widget_class_bind_template_child (widget_class, PhoneVideoPage, paintable);
}

static void
phone_video_page_init (PhoneVideoPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
phone_video_page_new (PhoneService *service)
{
  PhoneVideoPage *self = g_object_new (PHONE_TYPE_VIDEO_PAGE, NULL);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  PhoneDevices *devices = phone_service_get_devices (service);

  self->preview = phone_service_make_preview (service, PHONE_PREVIEW_CAMERA);
  phone_device_row_set_devices (self->camera, phone_devices_get_cameras (devices));
  g_settings_bind (settings, "camera", self->camera, "device",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY);
  self->cameras = g_object_ref (phone_devices_get_cameras (devices));
  g_signal_connect_object (self->cameras, "items-changed", G_CALLBACK (show_reason), self,
                           G_CONNECT_SWAPPED);
  show_reason (self);
  g_object_set (self->paintable, "feed", phone_preview_get_feed (self->preview), NULL);
  g_object_bind_property (self->preview, "missing", self->no_camera, "visible",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->preview, "missing", self->picture, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  return ADW_PREFERENCES_PAGE (self);
}
