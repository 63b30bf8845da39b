/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-adaptive-bin.h"

#define BREAKPOINT_DEFAULT 550
#define XFT_DPI_AT_100_PERCENT (96 * 1024)

struct _PhoneAdaptiveBin {
  AdwBin parent;

  int breakpoint;
  int width;
  gboolean narrow;
  guint idle_id;
};

enum { PROP_BREAKPOINT = 1, PROP_NARROW, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneAdaptiveBin, phone_adaptive_bin, ADW_TYPE_BIN)

static gboolean
is_narrow (PhoneAdaptiveBin *self)
{
  int dpi = 0;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  if (dpi <= 0)
    dpi = XFT_DPI_AT_100_PERCENT;
  return (gint64)self->width * XFT_DPI_AT_100_PERCENT < (gint64)self->breakpoint * dpi;
}

static gboolean
on_idle (gpointer data)
{
  PhoneAdaptiveBin *self = data;

  self->idle_id = 0;
  if (self->narrow != is_narrow (self)) {
    self->narrow = !self->narrow;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
  }
  return G_SOURCE_REMOVE;
}

static void
phone_adaptive_bin_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));

  if (child != NULL)
    gtk_widget_measure (child, orientation, for_size, minimum, natural, minimum_baseline,
                        natural_baseline);
}

static GtkSizeRequestMode
phone_adaptive_bin_get_request_mode (GtkWidget *widget)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));

  return child != NULL ? gtk_widget_get_request_mode (child)
                       : GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* Nothing may be shown or hidden while sizes are given: that waits until it is done. */
static void
phone_adaptive_bin_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PhoneAdaptiveBin *self = PHONE_ADAPTIVE_BIN (widget);
  GtkWidget *child = adw_bin_get_child (ADW_BIN (self));

  if (child != NULL)
    gtk_widget_allocate (child, width, height, baseline, NULL);
  self->width = width;
  if (self->narrow != is_narrow (self) && self->idle_id == 0)
    self->idle_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
phone_adaptive_bin_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PhoneAdaptiveBin *self = PHONE_ADAPTIVE_BIN (object);

  switch (id) {
  case PROP_BREAKPOINT:
    g_value_set_int (value, self->breakpoint);
    break;
  case PROP_NARROW:
    g_value_set_boolean (value, self->narrow);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_adaptive_bin_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PhoneAdaptiveBin *self = PHONE_ADAPTIVE_BIN (object);

  if (id != PROP_BREAKPOINT) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  self->breakpoint = g_value_get_int (value);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
phone_adaptive_bin_dispose (GObject *object)
{
  PhoneAdaptiveBin *self = PHONE_ADAPTIVE_BIN (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  G_OBJECT_CLASS (phone_adaptive_bin_parent_class)->dispose (object);
}

static void
phone_adaptive_bin_class_init (PhoneAdaptiveBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_adaptive_bin_get_property;
  object_class->set_property = phone_adaptive_bin_set_property;
  object_class->dispose = phone_adaptive_bin_dispose;
  widget_class->measure = phone_adaptive_bin_measure;
  widget_class->get_request_mode = phone_adaptive_bin_get_request_mode;
  widget_class->size_allocate = phone_adaptive_bin_size_allocate;

  properties[PROP_BREAKPOINT] =
      g_param_spec_int ("breakpoint", NULL, NULL, 0, G_MAXINT, BREAKPOINT_DEFAULT,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] = g_param_spec_boolean (
      "narrow", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_adaptive_bin_init (PhoneAdaptiveBin *self)
{
  /* That of a bin would be asked instead of this class. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  self->breakpoint = BREAKPOINT_DEFAULT;
  self->narrow = TRUE;
}
