/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-incoming-page.h"

#include "phone-closures.h"

struct _PhoneIncomingPage {
  AdwBin parent;

  /* owned */
  PhoneCall *call;
};

enum { PROP_CALL = 1, N_PROPS };
enum { ANSWERED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneIncomingPage, phone_incoming_page, ADW_TYPE_BIN)

static void
on_answer_clicked (PhoneIncomingPage *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, (guint)PHONE_CALL_AUDIO);
}

static void
on_answer_video_clicked (PhoneIncomingPage *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, (guint)PHONE_CALL_VIDEO);
}

static void
on_decline_clicked (PhoneIncomingPage *self)
{
  if (self->call != NULL)
    phone_call_decline (self->call);
}

static void
phone_incoming_page_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_CALL)
    g_value_set_object (value, PHONE_INCOMING_PAGE (object)->call);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_incoming_page_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  PhoneIncomingPage *self = PHONE_INCOMING_PAGE (object);

  if (id != PROP_CALL)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->call, g_value_get_object (value)))
    g_object_notify_by_pspec (object, properties[PROP_CALL]);
}

static void
phone_incoming_page_dispose (GObject *object)
{
  PhoneIncomingPage *self = PHONE_INCOMING_PAGE (object);

  g_clear_object (&self->call);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_INCOMING_PAGE);
  G_OBJECT_CLASS (phone_incoming_page_parent_class)->dispose (object);
}

static void
phone_incoming_page_class_init (PhoneIncomingPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_incoming_page_get_property;
  object_class->set_property = phone_incoming_page_set_property;
  object_class->dispose = phone_incoming_page_dispose;

  properties[PROP_CALL] = g_param_spec_object (
      "call", NULL, NULL, PHONE_TYPE_CALL,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ANSWERED] =
      g_signal_new ("answered", PHONE_TYPE_INCOMING_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-incoming-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, gtk_widget_grab_focus);
  gtk_widget_class_bind_template_callback (widget_class, on_answer_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_answer_video_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_decline_clicked);
}

static void
phone_incoming_page_init (PhoneIncomingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
