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
                                    "modal", TRUE, "search-enabled", FALSE, NULL);

  for (gsize i = 0; i < n_pages; i++)
    adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), pages[i]);
  return window;
}

/* Each button of the dialog has its label for a name, and its label for a relation too:
 * assistive technology of 4.8 says both, "Cancel Cancel". */
static void
name_once (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget),
                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_once (child);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, GTask *task)
{
  g_task_return_boolean (task, g_str_equal (response, "accept"));
  g_object_unref (task);
}

void
phone_compat_ask_async (GtkWindow *parent,
                        const char *heading,
                        const char *body,
                        const char *accept,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);
  GTask *task = g_task_new (parent, NULL, callback, user_data);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"),
                                    "accept", accept, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "accept",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  name_once (dialog);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
phone_compat_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
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
