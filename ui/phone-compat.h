/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* The calls that GTK 4.8 and libadwaita 1.2 have and newer ones deprecate: each is made in
 * one place, to be changed in one place. */

void phone_compat_show_about (GtkWindow *parent);

/* A modal window with these pages, in order; takes them. Not shown yet. */
GtkWindow *phone_compat_preferences_new (GtkWindow *parent,
                                         AdwPreferencesPage *pages[],
                                         gsize n_pages);

/* Tells something in that window, in literal text. */
void phone_compat_preferences_toast (GtkWindow *preferences, const char *text);

/* A question above @parent: a heading and a body, both literal, and two answers, "Cancel"
 * and @accept. Cancel has the focus, and is what is said where @parent goes first. @extra:
 * below the body; NULL: nothing is. */
void phone_compat_ask_async (GtkWindow *parent,
                             const char *heading,
                             const char *body,
                             GtkWidget *extra,
                             const char *accept,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* The same where @accept deletes what cannot be brought back. */
void phone_compat_ask_to_delete_async (GtkWindow *parent,
                                       const char *heading,
                                       const char *body,
                                       const char *accept,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean phone_compat_ask_finish (GAsyncResult *result);

/* Tells something above @parent that has to be read: a heading and a body, both literal. */
void phone_compat_tell (GtkWindow *parent, const char *heading, const char *body);

/* The colour of the widget's text. */
void phone_compat_get_color (GtkWidget *widget, GdkRGBA *color);

/* Asks where to save text, with a name to begin with, and does. A failure is told there.
 * Takes text. */
void phone_compat_save_text (GtkWindow *parent, const char *name, char *text);

/* A toast with literal text: before 1.4 titles are always markup. */
AdwToast *phone_compat_toast_new (const char *text);
/* Shows at once a toast with a button, until it is answered or closed, and gives the button
 * the one name that it has. */
void phone_compat_ask_by_toast (AdwToastOverlay *overlay, AdwToast *toast);

/* Names the button of a password row that shows what was typed: libadwaita 1.2 gives it a
 * tooltip and no name. */
void phone_compat_name_password_button (AdwPasswordEntryRow *row);

/* Names a drop-down, and the button inside of it: GTK 4.8 leaves that without a name, and
 * 4.18 names both by what is chosen. */
void phone_compat_name_drop_down (GtkDropDown *drop_down, const char *name);

/* A file to read, or where there is @new_name, which is proposed, one to write. @accept:
 * NULL for the usual word. */
void phone_compat_choose_file_async (GtkWindow *parent,
                                     const char *title,
                                     const char *accept,
                                     const char *new_name,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* NULL where none was chosen; owned. */
GFile *phone_compat_choose_file_finish (GAsyncResult *result);
