/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-compat.h"

#include <glib/gi18n.h>
#include <string.h>

/* That is what this file is for. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

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

void
phone_compat_preferences_toast (GtkWindow *preferences, const char *text)
{
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (preferences),
                                    phone_compat_toast_new (text));
}

/* Each button of a dialog or a toast has its label for a name, and its label for a relation too:
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

void
phone_compat_ask_by_toast (AdwToastOverlay *overlay, AdwToast *toast)
{
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (overlay, toast);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (overlay));
       child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (child != adw_toast_overlay_get_child (overlay))
      name_once (child);
  }
}

/* A dialog is 300 pixels wide at least, with some room at both sides. */
enum { LEAST_HEADING_WIDTH = 200 };

/* libadwaita 1.7 has a heading twice, large in one line and small in several, and shows the
 * large one where that has room; but it measures it for as little as the small one takes,
 * of which GTK 4.18 warns. One that might be cut fits into what there always is, and is not
 * cut: what decides is what it takes to be whole. 1.2 has one heading, which wraps. */
static void
let_heading_shrink (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "title-2") &&
      !gtk_label_get_wrap (GTK_LABEL (widget))) {
    gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
    gtk_widget_set_size_request (gtk_widget_get_parent (widget), LEAST_HEADING_WIDTH, -1);
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    let_heading_shrink (child);
}

static void
present_dialog (GtkWidget *dialog)
{
  name_once (dialog);
  let_heading_shrink (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

#define TASK "phone-task"

/* The dialog keeps the task to the last, and the task the parent, which the answer may
 * close: the dialog looks at it until then (GTK 4.8). */
static void
on_response (AdwMessageDialog *dialog, const char *response)
{
  GTask *task = g_object_steal_data (G_OBJECT (dialog), TASK);

  g_object_set_data_full (G_OBJECT (dialog), "phone-answered", task, g_object_unref);
  g_task_return_boolean (task, g_str_equal (response, "accept"));
}

/* Of a dialog that was destroyed with its parent. */
static void
end_unanswered (gpointer task)
{
  g_task_return_boolean (task, FALSE);
  g_object_unref (task);
}

static void
ask (GtkWindow *parent,
     const char *heading,
     const char *body,
     GtkWidget *extra,
     const char *accept,
     AdwResponseAppearance appearance,
     GTask *task)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  if (extra != NULL)
    adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), extra);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"),
                                    "accept", accept, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "accept",
                                              appearance);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), NULL);
  g_object_set_data_full (G_OBJECT (dialog), TASK, task, end_unanswered);
  present_dialog (dialog);
}

void
phone_compat_ask_async (GtkWindow *parent,
                        const char *heading,
                        const char *body,
                        GtkWidget *extra,
                        const char *accept,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  ask (parent, heading, body, extra, accept, ADW_RESPONSE_SUGGESTED,
       g_task_new (parent, NULL, callback, user_data));
}

void
phone_compat_ask_to_delete_async (GtkWindow *parent,
                                  const char *heading,
                                  const char *body,
                                  const char *accept,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  ask (parent, heading, body, NULL, accept, ADW_RESPONSE_DESTRUCTIVE,
       g_task_new (parent, NULL, callback, user_data));
}

gboolean
phone_compat_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

void
phone_compat_tell (GtkWindow *parent, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  present_dialog (dialog);
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

void
phone_compat_get_color (GtkWidget *widget, GdkRGBA *color)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
}

/* ---- Files ---- */

/* The chooser may be a portal's: nobody but this keeps it. */
static void
on_file_response (GtkNativeDialog *native, int response, GTask *task)
{
  if (response == GTK_RESPONSE_ACCEPT)
    g_task_return_pointer (task, gtk_file_chooser_get_file (GTK_FILE_CHOOSER (native)),
                           g_object_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
  g_object_unref (task);
  g_object_unref (native);
}

static void
propose (GtkFileChooser *chooser, const char *new_name)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autoptr (GFile) folder =
      g_file_new_for_path (documents != NULL ? documents : g_get_home_dir ());

  gtk_file_chooser_set_current_folder (chooser, folder, NULL);
  gtk_file_chooser_set_current_name (chooser, new_name);
}

void
phone_compat_choose_file_async (GtkWindow *parent,
                                const char *title,
                                const char *accept,
                                const char *new_name,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  GtkFileChooserNative *native = gtk_file_chooser_native_new (
      title, parent,
      new_name != NULL ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
      accept, NULL);

  if (new_name != NULL)
    propose (GTK_FILE_CHOOSER (native), new_name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  g_signal_connect (native, "response", G_CALLBACK (on_file_response), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

GFile *
phone_compat_choose_file_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* ---- Saving ---- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWindow) parent = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    phone_compat_tell (parent, _ ("The file could not be saved"), error->message);
}

static void
on_place_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) text = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);

  if (file != NULL)
    g_file_replace_contents_bytes_async (file, text, NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                         NULL, on_saved, g_object_ref (source));
}

void
phone_compat_save_text (GtkWindow *parent, const char *name, char *text)
{
  phone_compat_choose_file_async (parent, _ ("Save"), NULL, name, on_place_chosen,
                                  g_bytes_new_take (text, strlen (text)));
}

void
phone_compat_name_drop_down (GtkDropDown *drop_down, const char *name)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));
  GtkAccessible *both[] = {GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE (button)};

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++) {
    gtk_accessible_reset_relation (both[i], GTK_ACCESSIBLE_RELATION_LABELLED_BY);
    gtk_accessible_update_property (both[i], GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  }
}

G_GNUC_END_IGNORE_DEPRECATIONS
