/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-general-preferences.h"

struct _PhoneGeneralPreferences {
  AdwPreferencesPage parent;

  /* borrowed from the template */
  GtkSwitch *run_in_background;
  GtkSwitch *autostart;
};

G_DEFINE_FINAL_TYPE (PhoneGeneralPreferences,
                     phone_general_preferences,
                     ADW_TYPE_PREFERENCES_PAGE)

static void
phone_general_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_GENERAL_PREFERENCES);
  G_OBJECT_CLASS (phone_general_preferences_parent_class)->dispose (object);
}

static void
phone_general_preferences_class_init (PhoneGeneralPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = phone_general_preferences_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-general-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneGeneralPreferences,
                                        run_in_background);
  gtk_widget_class_bind_template_child (widget_class, PhoneGeneralPreferences, autostart);
}

static void
phone_general_preferences_init (PhoneGeneralPreferences *self)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_bind (settings, "run-in-background", self->run_in_background, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "autostart", self->autostart, "active",
                   G_SETTINGS_BIND_DEFAULT);
}

AdwPreferencesPage *
phone_general_preferences_new (void)
{
  return g_object_new (PHONE_TYPE_GENERAL_PREFERENCES, NULL);
}
