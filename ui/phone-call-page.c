/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-page.h"

#include "phone-closures.h"
#include "phone-video-paintable.h"

struct _PhoneCallPage {
  AdwBin parent;

  /* owned */
  PhoneCall *call;
  GBindingGroup *call_bindings;

  /* borrowed from the template */
  GtkWidget *mute;
};

enum { PROP_CALL = 1, N_PROPS };
enum { DISMISSED, CALL_AGAIN, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneCallPage, phone_call_page, ADW_TYPE_BIN)

static void
on_done_clicked (PhoneCallPage *self)
{
  g_signal_emit (self, signals[DISMISSED], 0);
}

static void
on_call_again_clicked (PhoneCallPage *self)
{
  g_signal_emit (self, signals[CALL_AGAIN], 0);
}

static void
hang_up (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (self->call != NULL && gtk_widget_get_mapped (widget))
    phone_call_hang_up (self->call);
}

static void
mute (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (self->call != NULL && gtk_widget_get_mapped (widget))
    phone_call_set_muted (self->call, !phone_call_get_muted (self->call));
}

static void
phone_call_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CALL)
    g_value_set_object (value, PHONE_CALL_PAGE (object)->call);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_call_page_set_property (GObject *object,
                              guint id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (object);

  if (id != PROP_CALL) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  } else if (g_set_object (&self->call, g_value_get_object (value))) {
    g_binding_group_set_source (self->call_bindings, self->call);
    g_object_notify_by_pspec (object, properties[PROP_CALL]);
  }
}

static void
phone_call_page_dispose (GObject *object)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (object);

  g_clear_object (&self->call_bindings);
  g_clear_object (&self->call);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_CALL_PAGE);
  G_OBJECT_CLASS (phone_call_page_parent_class)->dispose (object);
}

static void
phone_call_page_class_init (PhoneCallPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_call_page_get_property;
  object_class->set_property = phone_call_page_set_property;
  object_class->dispose = phone_call_page_dispose;

  properties[PROP_CALL] = g_param_spec_object (
      "call", NULL, NULL, PHONE_TYPE_CALL,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DISMISSED] = g_signal_new ("dismissed", PHONE_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CALL_AGAIN] =
      g_signal_new ("call-again", PHONE_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);

  g_type_ensure (PHONE_TYPE_VIDEO_PAINTABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-call-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, mute);
  gtk_widget_class_bind_template_callback (widget_class, on_done_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_call_again_clicked);
  /* Done takes the focus when it comes, so that no key that was meant for what was there
   * before calls again. */
  gtk_widget_class_bind_template_callback (widget_class, gtk_widget_grab_focus);
  gtk_widget_class_install_action (widget_class, "call.hang-up", NULL, hang_up);
  gtk_widget_class_install_action (widget_class, "call.mute", NULL, mute);
}

static void
phone_call_page_init (PhoneCallPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->call_bindings = g_binding_group_new ();
  g_binding_group_bind (self->call_bindings, "muted", self->mute, "active",
                        G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}
