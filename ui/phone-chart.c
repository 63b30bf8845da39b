/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-chart.h"

#include "phone-compat.h"

#define N_SECONDS 60
#define HEIGHT 56
#define WIDTH 120
#define NO_VALUES "\n" /* as high as two of them */

typedef struct {
  double up;
  double down;
} Sample;

struct _PhoneChart {
  GtkWidget parent;

  /* owned */
  GtkWidget *caption;
  GtkWidget *value;
  char *title;

  double scale;
  Sample samples[N_SECONDS]; /* a ring; next is the oldest */
  guint next;
};

enum { PROP_TITLE = 1, PROP_SCALE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneChart, phone_chart, GTK_TYPE_WIDGET)

static double
get_top (PhoneChart *self)
{
  double top = self->scale;

  for (guint i = 0; i < N_SECONDS; i++)
    top = MAX (top, MAX (self->samples[i].up, self->samples[i].down));
  return top;
}

static void
draw_bar (
    GtkSnapshot *snapshot, const GdkRGBA *color, float x, float width, float y0, float y1)
{
  if (y1 > y0)
    gtk_snapshot_append_color (snapshot, color,
                               &GRAPHENE_RECT_INIT (x, y0, width, y1 - y0));
}

static void
draw_bars (PhoneChart *self, GtkSnapshot *snapshot, float width, float top, float height)
{
  float middle = top + height / 2;
  float step = width / N_SECONDS;
  float unit = (float)(height / 2 / get_top (self));
  GdkRGBA color;
  GdkRGBA pale;

  phone_compat_get_color (GTK_WIDGET (self), &color);
  pale = color;
  pale.alpha = 0.5F;
  for (guint i = 0; i < N_SECONDS; i++) {
    const Sample *sample = &self->samples[(self->next + i) % N_SECONDS];
    float x = step * (float)i;

    draw_bar (snapshot, &color, x, step - 1, middle - unit * (float)sample->up, middle);
    draw_bar (snapshot, &pale, x, step - 1, middle, middle + unit * (float)sample->down);
  }
  pale.alpha = 0.25F;
  draw_bar (snapshot, &pale, 0, width, middle, middle + 1);
}

static int
get_text_height (PhoneChart *self)
{
  int caption = 0;
  int value = 0;

  gtk_widget_measure (self->caption, GTK_ORIENTATION_VERTICAL, -1, NULL, &caption, NULL,
                      NULL);
  gtk_widget_measure (self->value, GTK_ORIENTATION_VERTICAL, -1, NULL, &value, NULL,
                      NULL);
  return caption + value;
}

static void
phone_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PhoneChart *self = PHONE_CHART (widget);
  int top = get_text_height (self);

  draw_bars (self, snapshot, (float)gtk_widget_get_width (widget), (float)top,
             (float)(gtk_widget_get_height (widget) - top));
  gtk_widget_snapshot_child (widget, self->caption, snapshot);
  gtk_widget_snapshot_child (widget, self->value, snapshot);
}

static void
phone_chart_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL
                            ? WIDTH
                            : HEIGHT + get_text_height (PHONE_CHART (widget));
}

static void
phone_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PhoneChart *self = PHONE_CHART (widget);
  GtkRequisition caption;
  GtkRequisition value;

  gtk_widget_get_preferred_size (self->caption, NULL, &caption);
  gtk_widget_get_preferred_size (self->value, NULL, &value);
  gtk_widget_size_allocate (self->caption, &(GtkAllocation){0, 0, width, caption.height},
                            -1);
  gtk_widget_size_allocate (self->value,
                            &(GtkAllocation){0, caption.height, width, value.height}, -1);
}

void
phone_chart_push (PhoneChart *self, double up, double down, const char *text)
{
  self->samples[self->next] = (Sample){MAX (up, 0), MAX (down, 0)};
  self->next = (self->next + 1) % N_SECONDS;
  gtk_label_set_label (GTK_LABEL (self->value), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
phone_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhoneChart *self = PHONE_CHART (object);

  switch (id) {
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  case PROP_SCALE:
    g_value_set_double (value, self->scale);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_chart_set_property (GObject *object,
                          guint id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  PhoneChart *self = PHONE_CHART (object);

  switch (id) {
  case PROP_TITLE:
    self->title = g_value_dup_string (value);
    gtk_label_set_label (GTK_LABEL (self->caption), self->title);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    self->title != NULL ? self->title : "", -1);
    break;
  case PROP_SCALE:
    self->scale = g_value_get_double (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_chart_dispose (GObject *object)
{
  PhoneChart *self = PHONE_CHART (object);

  g_clear_pointer (&self->caption, gtk_widget_unparent);
  g_clear_pointer (&self->value, gtk_widget_unparent);
  g_clear_pointer (&self->title, g_free);
  G_OBJECT_CLASS (phone_chart_parent_class)->dispose (object);
}

static void
phone_chart_class_init (PhoneChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = phone_chart_get_property;
  object_class->set_property = phone_chart_set_property;
  object_class->dispose = phone_chart_dispose;
  widget_class->snapshot = phone_chart_snapshot;
  widget_class->measure = phone_chart_measure;
  widget_class->size_allocate = phone_chart_size_allocate;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SCALE] =
      g_param_spec_double ("scale", NULL, NULL, 0.001, G_MAXDOUBLE, 1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static GtkWidget *
add_label (PhoneChart *self, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

static void
phone_chart_init (PhoneChart *self)
{
  self->caption = add_label (self, "caption-heading");
  self->value = add_label (self, "caption");
  gtk_label_set_label (GTK_LABEL (self->value), NO_VALUES);
  gtk_widget_add_css_class (self->value, "numeric");
}
