/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-calls-preferences.h"

#include "phone-background.h"

struct _PhoneCallsPreferences {
  AdwPreferencesPage parent;

  /* borrowed from the template */
  GtkSwitch *do_not_disturb;
  GtkSwitch *pause_music;
  GtkWidget *pause_music_row;
};

G_DEFINE_FINAL_TYPE (PhoneCallsPreferences,
                     phone_calls_preferences,
                     ADW_TYPE_PREFERENCES_PAGE)

static void
phone_calls_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_CALLS_PREFERENCES);
  G_OBJECT_CLASS (phone_calls_preferences_parent_class)->dispose (object);
}

static void
phone_calls_preferences_class_init (PhoneCallsPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = phone_calls_preferences_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-calls-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneCallsPreferences,
                                        do_not_disturb);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallsPreferences, pause_music);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallsPreferences,
                                        pause_music_row);
}

static void
phone_calls_preferences_init (PhoneCallsPreferences *self)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_bind (settings, "do-not-disturb", self->do_not_disturb, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "pause-music", self->pause_music, "active",
                   G_SETTINGS_BIND_DEFAULT);
  /* No media player is seen from inside. */
  gtk_widget_set_visible (self->pause_music_row, !phone_background_is_sandboxed ());
}

AdwPreferencesPage *
phone_calls_preferences_new (void)
{
  return g_object_new (PHONE_TYPE_CALLS_PREFERENCES, NULL);
}
