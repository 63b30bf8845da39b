/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-compat.h"

#include <glib/gi18n.h>

void
phone_compat_show_about (GtkWindow *parent)
{
  adw_show_about_window (parent, "application-name", _ ("Phone"), "application-icon",
                         APPLICATION_ID, "version", PHONE_VERSION, "comments",
                         _ ("Calls browsers, and is called by them."), "license-type",
                         GTK_LICENSE_GPL_3_0, NULL);
}

GtkWindow *
phone_compat_preferences_new (GtkWindow *parent,
                              AdwPreferencesPage *pages[],
                              gsize n_pages)
{
  GtkWindow *window = g_object_new (ADW_TYPE_PREFERENCES_WINDOW, "transient-for", parent,
                                    "modal", TRUE, NULL);

  for (gsize i = 0; i < n_pages; i++)
    adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), pages[i]);
  return window;
}

AdwToast *
phone_compat_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}

static void
name_buttons (GtkWidget *widget)
{
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) ==
      GTK_ACCESSIBLE_ROLE_BUTTON)
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Show Password"), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_buttons (child);
}

void
phone_compat_name_password_button (AdwPasswordEntryRow *row)
{
  name_buttons (GTK_WIDGET (row));
}
