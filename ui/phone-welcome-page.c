/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-welcome-page.h"

#include "phone-closures.h"
#include "phone-this-computer-group.h"

struct _PhoneWelcomePage {
  AdwBin parent;

  /* owned */
  PhoneSession *session;

  /* borrowed from the template */
  GtkWidget *choice;
  GtkWidget *chosen;
  GtkWidget *computer;
  GtkWidget *go_on;
};

enum { PROP_SESSION = 1, N_PROPS };
enum { CHOSEN, DONE, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneWelcomePage, phone_welcome_page, ADW_TYPE_BIN)

static void
show (PhoneWelcomePage *self, GtkWidget *part)
{
  gtk_widget_set_visible (self->choice, part == self->choice);
  gtk_widget_set_visible (self->chosen, part == self->chosen);
}

static void
on_computer_activated (PhoneWelcomePage *self)
{
  g_signal_emit (self, signals[CHOSEN], 0);
  g_object_set (self->session, "reach", PHONE_REACH_COMPUTER, NULL);
  show (self, self->chosen);
  gtk_widget_grab_focus (self->go_on);
}

static void
on_go_on_clicked (PhoneWelcomePage *self)
{
  g_signal_emit (self, signals[DONE], 0);
  show (self, self->choice);
}

static void
on_map (PhoneWelcomePage *self)
{
  gtk_widget_grab_focus (self->computer);
}

static void
phone_welcome_page_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    g_value_set_object (value, PHONE_WELCOME_PAGE (object)->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_welcome_page_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PhoneWelcomePage *self = PHONE_WELCOME_PAGE (object);

  if (id != PROP_SESSION)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->session, g_value_get_object (value)))
    g_object_notify_by_pspec (object, properties[PROP_SESSION]);
}

static void
phone_welcome_page_dispose (GObject *object)
{
  PhoneWelcomePage *self = PHONE_WELCOME_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_WELCOME_PAGE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_welcome_page_parent_class)->dispose (object);
}

static void
phone_welcome_page_class_init (PhoneWelcomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_welcome_page_get_property;
  object_class->set_property = phone_welcome_page_set_property;
  object_class->dispose = phone_welcome_page_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHOSEN] = g_signal_new ("chosen", PHONE_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", PHONE_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PHONE_TYPE_THIS_COMPUTER_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-welcome-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneWelcomePage, choice);
  gtk_widget_class_bind_template_child (widget_class, PhoneWelcomePage, chosen);
  gtk_widget_class_bind_template_child (widget_class, PhoneWelcomePage, computer);
  gtk_widget_class_bind_template_child (widget_class, PhoneWelcomePage, go_on);
  gtk_widget_class_bind_template_callback (widget_class, on_computer_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_go_on_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
}

static void
phone_welcome_page_init (PhoneWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
