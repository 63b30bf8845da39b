/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devices-popover.h"

#include "phone-device-row.h"

struct _PhoneDevicesPopover {
  GtkPopover parent;

  /* owned */
  PhoneService *service;
  GBindingGroup *bindings;

  /* borrowed from the template */
  PhoneDeviceRow *microphone;
  PhoneDeviceRow *speaker;
  PhoneDeviceRow *camera;
};

enum { PROP_SERVICE = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneDevicesPopover, phone_devices_popover, GTK_TYPE_POPOVER)

/* Who never opens it need not wait for what is plugged in to be listed. */
static void
phone_devices_popover_map (GtkWidget *widget)
{
  PhoneDevicesPopover *self = PHONE_DEVICES_POPOVER (widget);
  PhoneDevices *devices;

  GTK_WIDGET_CLASS (phone_devices_popover_parent_class)->map (widget);
  if (self->service == NULL)
    return;
  devices = phone_service_get_devices (self->service);
  phone_device_row_set_devices (self->microphone,
                                phone_devices_get_microphones (devices));
  phone_device_row_set_devices (self->speaker, phone_devices_get_speakers (devices));
  phone_device_row_set_devices (self->camera, phone_devices_get_cameras (devices));
}

static void
phone_devices_popover_get_property (GObject *object,
                                    guint id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  if (id == PROP_SERVICE)
    g_value_set_object (value, PHONE_DEVICES_POPOVER (object)->service);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_devices_popover_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  PhoneDevicesPopover *self = PHONE_DEVICES_POPOVER (object);

  if (id != PROP_SERVICE) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  if (g_set_object (&self->service, g_value_get_object (value)))
    g_binding_group_set_source (self->bindings, self->service);
}

static void
phone_devices_popover_dispose (GObject *object)
{
  PhoneDevicesPopover *self = PHONE_DEVICES_POPOVER (object);

  g_clear_object (&self->bindings);
  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_DEVICES_POPOVER);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (phone_devices_popover_parent_class)->dispose (object);
}

static void
phone_devices_popover_class_init (PhoneDevicesPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_devices_popover_get_property;
  object_class->set_property = phone_devices_popover_set_property;
  object_class->dispose = phone_devices_popover_dispose;
  widget_class->map = phone_devices_popover_map;
  properties[PROP_SERVICE] =
      g_param_spec_object ("service", NULL, NULL, PHONE_TYPE_SERVICE,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PHONE_TYPE_DEVICE_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-devices-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneDevicesPopover, microphone);
  gtk_widget_class_bind_template_child (widget_class, PhoneDevicesPopover, speaker);
  gtk_widget_class_bind_template_child (widget_class, PhoneDevicesPopover, camera);
}

static void
phone_devices_popover_init (PhoneDevicesPopover *self)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->bindings = g_binding_group_new ();
  g_binding_group_bind (self->bindings, "microphone", self->microphone, "device", both);
  g_binding_group_bind (self->bindings, "speaker", self->speaker, "device", both);
  g_binding_group_bind (self->bindings, "camera", self->camera, "device", both);
}
