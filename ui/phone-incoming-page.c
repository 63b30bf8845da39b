/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-incoming-page.h"

#include "phone-call-closures.h"
#include "phone-call-face.h"
#include "phone-calls-strip.h"

struct _PhoneIncomingPage {
  AdwBin parent;

  /* owned */
  PhoneCall *call;
  PhoneService *service;
};

enum { PROP_CALL = 1, PROP_SERVICE, N_PROPS };
enum { ANSWERED, SELECTED, N_SIGNALS };

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
on_call_selected (PhoneIncomingPage *self, PhoneCall *call)
{
  g_signal_emit (self, signals[SELECTED], 0, call);
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
  PhoneIncomingPage *self = PHONE_INCOMING_PAGE (object);

  if (id == PROP_CALL)
    g_value_set_object (value, self->call);
  else if (id == PROP_SERVICE)
    g_value_set_object (value, self->service);
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

  gboolean is_new = FALSE;

  if (id == PROP_CALL)
    is_new = g_set_object (&self->call, g_value_get_object (value));
  else if (id == PROP_SERVICE)
    is_new = g_set_object (&self->service, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  if (is_new)
    g_object_notify_by_pspec (object, pspec);
}

static void
phone_incoming_page_dispose (GObject *object)
{
  PhoneIncomingPage *self = PHONE_INCOMING_PAGE (object);

  g_clear_object (&self->call);
  g_clear_object (&self->service);
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
  properties[PROP_SERVICE] = g_param_spec_object (
      "service", NULL, NULL, PHONE_TYPE_SERVICE,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ANSWERED] =
      g_signal_new ("answered", PHONE_TYPE_INCOMING_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  signals[SELECTED] =
      g_signal_new ("selected", PHONE_TYPE_INCOMING_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);

  g_type_ensure (PHONE_TYPE_CALL_FACE);
  g_type_ensure (PHONE_TYPE_CALLS_STRIP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-incoming-page.ui");
  phone_call_closures_bind (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_call_selected);
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
