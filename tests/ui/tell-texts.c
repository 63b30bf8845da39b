/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loaded into the real program (LD_PRELOAD) by the tests of its languages: on SIGUSR2 it
 * writes each text that is seen into the file PHONE_TEXTS names, one a line, as
 *
 *   whole|cut|tooltip <tab> text, escaped as in C
 *
 * for accessibility tells neither what is ellipsized nor tooltips that are not shown. */

#include <glib-unix.h>
#include <gtk/gtk.h>

static gboolean
is_within_window (GtkWidget *widget)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (widget));
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (widget, root, &bounds))
    return TRUE;
  return bounds.origin.x > -1 &&
         bounds.origin.x + bounds.size.width < gtk_widget_get_width (root) + 1;
}

/* Scrolled out of sight is not cut, but what a window has no room for is. */
static gboolean
is_cut (GtkLabel *label)
{
  return pango_layout_is_ellipsized (gtk_label_get_layout (label)) ||
         !is_within_window (GTK_WIDGET (label));
}

static void
tell (GString *told, const char *how, const char *text)
{
  g_autofree char *escaped = NULL;

  if (text == NULL || *text == '\0')
    return;
  escaped = g_strescape (text, NULL);
  g_string_append_printf (told, "%s\t%s\n", how, escaped);
}

static void
tell_texts (GString *told, GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return;
  if (GTK_IS_LABEL (widget))
    tell (told, is_cut (GTK_LABEL (widget)) ? "cut" : "whole",
          gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_TEXT (widget))
    tell (told, "whole", gtk_text_get_placeholder_text (GTK_TEXT (widget)));
  tell (told, "tooltip", gtk_widget_get_tooltip_text (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tell_texts (told, child);
}

static gboolean
on_asked (gpointer user_data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *item = windows; item != NULL; item = item->next)
    tell_texts (told, item->data);
  g_file_set_contents (g_getenv ("PHONE_TEXTS"), told->str, (gssize)told->len, NULL);
  return G_SOURCE_CONTINUE;
}

__attribute__ ((constructor)) static void
wait_to_be_asked (void)
{
  if (g_getenv ("PHONE_TEXTS") != NULL)
    g_unix_signal_add (SIGUSR2, on_asked, NULL);
}
