/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-self-view.h"

#include <glib/gi18n.h>

#define WIDTH 128

struct _PhoneSelfView {
  AdwBin parent;

  /* borrowed */
  GtkPicture *picture;
};

enum { PROP_PAINTABLE = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneSelfView, phone_self_view, ADW_TYPE_BIN)

static void
go_to (PhoneSelfView *self, gboolean is_right, gboolean is_bottom)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  gtk_widget_set_halign (GTK_WIDGET (self),
                         is_right != is_rtl ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), is_bottom ? GTK_ALIGN_END : GTK_ALIGN_START);
  /* GTK 4.8: an overlay does not look at these again by itself. */
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    gtk_widget_queue_allocate (gtk_widget_get_parent (GTK_WIDGET (self)));
}

/* The corner that is nearest to where the middle of it was let go. */
static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, PhoneSelfView *self)
{
  GtkWidget *area = gtk_widget_get_parent (GTK_WIDGET (self));
  graphene_point_t middle =
      GRAPHENE_POINT_INIT ((float)(gtk_widget_get_width (GTK_WIDGET (self)) / 2.0 + dx),
                           (float)(gtk_widget_get_height (GTK_WIDGET (self)) / 2.0 + dy));

  if (!gtk_widget_compute_point (GTK_WIDGET (self), area, &middle, &middle))
    return;
  go_to (self, middle.x > gtk_widget_get_width (area) / 2.0,
         middle.y > gtk_widget_get_height (area) / 2.0);
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType modifiers,
                PhoneSelfView *self)
{
  gboolean is_end = gtk_widget_get_halign (GTK_WIDGET (self)) == GTK_ALIGN_END;
  gboolean is_bottom = gtk_widget_get_valign (GTK_WIDGET (self)) == GTK_ALIGN_END;
  gboolean is_right =
      is_end != (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL);

  switch (keyval) {
  case GDK_KEY_Left:
    go_to (self, FALSE, is_bottom);
    return TRUE;
  case GDK_KEY_Right:
    go_to (self, TRUE, is_bottom);
    return TRUE;
  case GDK_KEY_Up:
    go_to (self, is_right, FALSE);
    return TRUE;
  case GDK_KEY_Down:
    go_to (self, is_right, TRUE);
    return TRUE;
  default:
    return FALSE;
  }
}

static void
phone_self_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PAINTABLE)
    g_value_set_object (value,
                        gtk_picture_get_paintable (PHONE_SELF_VIEW (object)->picture));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_self_view_set_property (GObject *object,
                              guint id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  if (id == PROP_PAINTABLE)
    gtk_picture_set_paintable (PHONE_SELF_VIEW (object)->picture,
                               g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_self_view_class_init (PhoneSelfViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_self_view_get_property;
  object_class->set_property = phone_self_view_set_property;

  properties[PROP_PAINTABLE] =
      g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_self_view_init (PhoneSelfView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *picture = gtk_picture_new ();

  self->picture = GTK_PICTURE (picture);
  gtk_picture_set_can_shrink (self->picture, TRUE);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (picture, "self-view");
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Your own picture"), -1);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), picture);
  adw_bin_set_child (ADW_BIN (self), clamp);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("Drag to another corner"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Place of your own picture"), -1);
  go_to (self, TRUE, FALSE);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
