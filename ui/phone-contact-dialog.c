/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-dialog.h"

#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-contact-picture.h"
#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneContactDialog {
  AdwWindow parent;

  /* owned */
  PhoneContactBook *book;
  PhoneContactRecord *record;
  GPtrArray *rows; /* of AdwEntryRow, the addresses, each with its kind */

  gboolean is_saving;

  /* borrowed from the template */
  GtkWidget *save;
  AdwAvatar *avatar;
  GtkWidget *remove_picture;
  GtkLabel *problem;
  GtkEditable *name;
  GtkEditable *organisation;
  GtkEditable *note;
  GtkSwitch *favourite;
  AdwPreferencesGroup *addresses;
  GtkWidget *add_address;
};

G_DEFINE_FINAL_TYPE (PhoneContactDialog, phone_contact_dialog, ADW_TYPE_WINDOW)

#define KIND "phone-address-kind"
#define REMOVE "phone-remove"

/* In the order in which they are offered. */
static const PhoneAddressKind kinds[] = {
    PHONE_ADDRESS_WORK,
    PHONE_ADDRESS_HOME,
    PHONE_ADDRESS_MOBILE,
    PHONE_ADDRESS_OTHER,
};

/* ---- Addresses ---- */

static gboolean
has_something (PhoneContactDialog *self)
{
  gboolean is_filled = *gtk_editable_get_text (self->name) != '\0';

  for (guint i = 0; i < self->rows->len && !is_filled; i++)
    is_filled = *gtk_editable_get_text (g_ptr_array_index (self->rows, i)) != '\0';
  return is_filled;
}

/* The only one stays: without its button its title has room. */
static void
show_remove_buttons (PhoneContactDialog *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    gtk_widget_set_visible (g_object_get_data (g_ptr_array_index (self->rows, i), REMOVE),
                            self->rows->len > 1);
}

static void
on_changed (PhoneContactDialog *self)
{
  show_remove_buttons (self);
  gtk_widget_set_sensitive (self->save, !self->is_saving && has_something (self));
  gtk_widget_set_sensitive (self->add_address,
                            self->rows->len < PHONE_CONTACT_MAX_ADDRESSES);
}

static void
on_remove_address (PhoneContactDialog *self, GtkWidget *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ENTRY_ROW);

  adw_preferences_group_remove (self->addresses, row);
  g_ptr_array_remove (self->rows, row);
  on_changed (self);
}

static GtkWidget *
make_remove_button (PhoneContactDialog *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Remove this address"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove Address"), -1);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove_address), self,
                           G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
make_kind_choice (PhoneAddressKind chosen)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);
  guint selected = 0;
  GtkWidget *choice;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    gtk_string_list_append (words, phone_text_address_kind (kinds[i]));
    if (kinds[i] == chosen)
      selected = i;
  }
  choice = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&words)), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), selected);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (choice, _ ("What this address is for"));
  phone_compat_name_drop_down (GTK_DROP_DOWN (choice), _ ("Kind of Address"));
  gtk_widget_add_css_class (choice, "flat");
  return choice;
}

static GtkWidget *
add_row (PhoneContactDialog *self, PhoneAddressKind kind, const char *address)
{
  GtkWidget *row = adw_entry_row_new ();
  GtkWidget *choice = make_kind_choice (kind);
  GtkWidget *remove = make_remove_button (self);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Address or Number"));
  gtk_editable_set_text (GTK_EDITABLE (row), address);
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (row), GTK_INPUT_PURPOSE_EMAIL);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), choice);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), remove);
  g_object_set_data (G_OBJECT (row), KIND, choice);
  g_object_set_data (G_OBJECT (row), REMOVE, remove);
  g_signal_connect_object (row, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->addresses, row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
on_add_address (PhoneContactDialog *self)
{
  gtk_widget_grab_focus (add_row (self, PHONE_ADDRESS_WORK, ""));
  on_changed (self);
}

/* ---- The picture ---- */

static void
on_picture_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactDialog) self = data;
  GBytes *picture = phone_contact_picture_read_finish (result);

  if (self->record == NULL) { /* closed meanwhile */
    g_clear_pointer (&picture, g_bytes_unref);
    return;
  }
  gtk_label_set_label (self->problem,
                       picture != NULL ? "" : _ ("This file is no picture."));
  if (picture == NULL)
    return;
  g_clear_pointer (&self->record->picture, g_bytes_unref);
  self->record->picture = picture;
  self->record->has_picture = TRUE;
  gtk_widget_set_visible (self->remove_picture, TRUE);
  phone_contact_picture_show_bytes (self->avatar, picture);
}

static void
on_picture_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactDialog) self = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);

  if (file != NULL)
    phone_contact_picture_read_async (file, on_picture_read, g_object_ref (self));
}

static void
on_choose_picture (PhoneContactDialog *self)
{
  phone_compat_choose_file_async (GTK_WINDOW (self), _ ("Choose Picture"),
                                  C_ ("button", "Choose"), NULL, on_picture_chosen,
                                  g_object_ref (self));
}

static void
on_remove_picture (PhoneContactDialog *self)
{
  g_clear_pointer (&self->record->picture, g_bytes_unref);
  self->record->has_picture = FALSE;
  gtk_widget_set_visible (self->remove_picture, FALSE);
  phone_contact_picture_show_bytes (self->avatar, NULL);
}

/* ---- Saving ---- */

static void
take_text (char **place, GtkEditable *editable)
{
  g_free (*place);
  *place = g_strdup (gtk_editable_get_text (editable));
}

static char *
dup_one_line (const char *text)
{
  return g_strdelimit (g_strdup (text != NULL ? text : ""), "\n", ' ');
}

/* A note of several lines is shown in one, and keeps them where nobody touches it. */
static void
take_note (PhoneContactDialog *self, char **note)
{
  g_autofree char *shown = dup_one_line (*note);

  if (g_strcmp0 (shown, gtk_editable_get_text (self->note)) != 0)
    take_text (note, self->note);
}

static PhoneContactRecord *
make_record (PhoneContactDialog *self)
{
  PhoneContactRecord *record = phone_contact_record_copy (self->record);

  take_text (&record->name, self->name);
  take_text (&record->organisation, self->organisation);
  take_note (self, &record->note);
  record->is_favourite = gtk_switch_get_active (self->favourite);
  g_ptr_array_set_size (record->addresses, 0);
  for (guint i = 0; i < self->rows->len; i++) {
    GtkWidget *row = g_ptr_array_index (self->rows, i);
    GtkDropDown *choice = g_object_get_data (G_OBJECT (row), KIND);

    phone_contact_record_add_address (record, kinds[gtk_drop_down_get_selected (choice)],
                                      gtk_editable_get_text (GTK_EDITABLE (row)));
  }
  return record;
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneContact) contact =
      phone_contact_book_save_finish (PHONE_CONTACT_BOOK (source), result, &error);

  if (self->record == NULL) /* closed meanwhile */
    return;
  if (contact != NULL) {
    gtk_window_destroy (GTK_WINDOW (self));
    return;
  }
  gtk_label_set_label (self->problem, phone_text_error (error));
  self->is_saving = FALSE;
  on_changed (self);
}

static void
on_save_clicked (PhoneContactDialog *self)
{
  self->is_saving = TRUE;
  on_changed (self);
  phone_contact_book_save_async (self->book, make_record (self), on_saved,
                                 g_object_ref (self));
}

/* ---- The object ---- */

static void
phone_contact_dialog_dispose (GObject *object)
{
  PhoneContactDialog *self = PHONE_CONTACT_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_CONTACT_DIALOG);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->record, phone_contact_record_free);
  g_clear_object (&self->book);
  G_OBJECT_CLASS (phone_contact_dialog_parent_class)->dispose (object);
}

static void
phone_contact_dialog_class_init (PhoneContactDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = phone_contact_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-contact-dialog.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, save);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, avatar);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, remove_picture);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, name);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, organisation);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, note);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, favourite);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, addresses);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, add_address);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_add_address);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_picture);
  gtk_widget_class_bind_template_callback (widget_class, on_remove_picture);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
}

static void
phone_contact_dialog_init (PhoneContactDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_text (GtkEditable *editable, const char *text)
{
  gtk_editable_set_text (editable, text != NULL ? text : "");
}

static void
show_record (PhoneContactDialog *self)
{
  const PhoneContactRecord *record = self->record;
  g_autofree char *note = dup_one_line (record->note);

  show_text (self->name, record->name);
  show_text (self->organisation, record->organisation);
  show_text (self->note, note);
  gtk_switch_set_active (self->favourite, record->is_favourite);
  gtk_widget_set_visible (self->remove_picture, record->has_picture);
  for (guint i = 0; i < record->addresses->len; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);

    add_row (self, one->kind, one->address);
  }
  if (record->addresses->len == 0)
    add_row (self, PHONE_ADDRESS_WORK, "");
}

GtkWindow *
phone_contact_dialog_new (GtkWindow *parent,
                          PhoneContactBook *book,
                          PhoneContactRecord *record)
{
  PhoneContactDialog *self =
      g_object_new (PHONE_TYPE_CONTACT_DIALOG, "transient-for", parent, "title",
                    record->id == 0 ? _ ("New Contact") : _ ("Edit Contact"), NULL);

  self->book = g_object_ref (book);
  self->record = record;
  show_record (self);
  phone_contact_picture_show (self->avatar, book,
                              record->id != 0 ? phone_contact_book_get (book, record->id)
                                              : NULL);
  on_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  return GTK_WINDOW (self);
}
