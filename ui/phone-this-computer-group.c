/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-this-computer-group.h"

#include "phone-closures.h"

#include <glib/gi18n.h>

struct _PhoneThisComputerGroup {
  AdwPreferencesGroup parent;

  /* owned */
  PhoneSession *session;
  GSignalGroup *session_signals;

  /* borrowed from the template */
  GtkSwitch *used;
  GtkSwitch *network;
  GtkButton *copy;

  gboolean is_optional;
};

enum { PROP_SESSION = 1, PROP_OPTIONAL, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneThisComputerGroup,
                     phone_this_computer_group,
                     ADW_TYPE_PREFERENCES_GROUP)

static PhoneReach
get_reach (PhoneThisComputerGroup *self)
{
  return phone_settings_get_reach (phone_session_get_settings (self->session));
}

static void
on_session_reach (PhoneThisComputerGroup *self)
{
  PhoneReach reach = get_reach (self);

  gtk_switch_set_active (self->used, reach != PHONE_REACH_NONE);
  gtk_switch_set_active (self->network, reach == PHONE_REACH_NETWORK);
  gtk_button_set_label (self->copy, _ ("Copy Link"));
}

static void
choose (PhoneThisComputerGroup *self, PhoneReach reach)
{
  g_object_set (self->session, "reach", reach, NULL);
}

/* The switches follow the reach, and are followed where a person moved them. */
static void
on_used_active (PhoneThisComputerGroup *self)
{
  gboolean is_on = gtk_switch_get_active (self->used);

  if (self->session != NULL && is_on != (get_reach (self) != PHONE_REACH_NONE))
    choose (self, is_on ? PHONE_REACH_COMPUTER : PHONE_REACH_NONE);
}

static void
on_network_active (PhoneThisComputerGroup *self)
{
  gboolean is_on = gtk_switch_get_active (self->network);

  if (self->session != NULL && get_reach (self) != PHONE_REACH_NONE &&
      is_on != (get_reach (self) == PHONE_REACH_NETWORK))
    choose (self, is_on ? PHONE_REACH_NETWORK : PHONE_REACH_COMPUTER);
}

static void
on_copy_clicked (PhoneThisComputerGroup *self)
{
  const char *link =
      phone_service_get_guest_link (phone_session_get_service (self->session));

  if (link == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), link);
  gtk_button_set_label (self->copy, C_ ("the link was", "Copied"));
}

static void
phone_this_computer_group_get_property (GObject *object,
                                        guint id,
                                        GValue *value,
                                        GParamSpec *pspec)
{
  PhoneThisComputerGroup *self = PHONE_THIS_COMPUTER_GROUP (object);

  if (id == PROP_SESSION)
    g_value_set_object (value, self->session);
  else if (id == PROP_OPTIONAL)
    g_value_set_boolean (value, self->is_optional);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_this_computer_group_set_property (GObject *object,
                                        guint id,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  PhoneThisComputerGroup *self = PHONE_THIS_COMPUTER_GROUP (object);

  if (id == PROP_OPTIONAL) {
    self->is_optional = g_value_get_boolean (value);
  } else if (id != PROP_SESSION) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  } else if (g_set_object (&self->session, g_value_get_object (value))) {
    g_signal_group_set_target (self->session_signals, self->session);
    if (self->session != NULL)
      on_session_reach (self);
    g_object_notify_by_pspec (object, properties[PROP_SESSION]);
  }
}

static void
phone_this_computer_group_dispose (GObject *object)
{
  PhoneThisComputerGroup *self = PHONE_THIS_COMPUTER_GROUP (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_this_computer_group_parent_class)->dispose (object);
}

static void
phone_this_computer_group_class_init (PhoneThisComputerGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_this_computer_group_get_property;
  object_class->set_property = phone_this_computer_group_set_property;
  object_class->dispose = phone_this_computer_group_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_OPTIONAL] = g_param_spec_boolean (
      "optional", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-this-computer-group.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneThisComputerGroup, used);
  gtk_widget_class_bind_template_child (widget_class, PhoneThisComputerGroup, network);
  gtk_widget_class_bind_template_child (widget_class, PhoneThisComputerGroup, copy);
  gtk_widget_class_bind_template_callback (widget_class, on_used_active);
  gtk_widget_class_bind_template_callback (widget_class, on_network_active);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
}

static void
phone_this_computer_group_init (PhoneThisComputerGroup *self)
{
  self->session_signals = g_signal_group_new (PHONE_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::reach",
                                  G_CALLBACK (on_session_reach), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}
