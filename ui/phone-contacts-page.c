/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contacts-page.h"

#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-contact-dialog.h"
#include "phone-contact-row.h"
#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneContactsPage {
  AdwBin parent;

  /* owned */
  PhoneSession *session;
  char **words; /* that are searched for */

  /* borrowed from the template */
  GListModel *list;
  GtkCustomFilter *filter;
  GtkCustomSorter *sorter;
  AdwToastOverlay *toasts;
};

enum { PROP_SESSION = 1, N_PROPS };
enum { DIALLED, TOAST, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneContactsPage, phone_contacts_page, ADW_TYPE_BIN)

static PhoneContactBook *
get_book (PhoneContactsPage *self)
{
  return self->session != NULL
             ? phone_service_get_contacts (phone_session_get_service (self->session))
             : NULL;
}

static GtkWindow *
get_window (PhoneContactsPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
toast (PhoneContactsPage *self, const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text);
}

/* ---- What is shown ---- */

static char *
page_name (gpointer self, guint n_contacts, gboolean loading, guint n_shown)
{
  if (n_shown > 0)
    return g_strdup ("list");
  if (loading)
    return g_strdup ("loading");
  return g_strdup (n_contacts > 0 ? "nothing" : "empty");
}

static gboolean
has_toolbar (gpointer self, const char *page)
{
  return g_strcmp0 (page, "empty") != 0;
}

static char *
problem_text (gpointer self, PhoneContactsProblem problem)
{
  return g_strdup (phone_text_contacts_problem (problem));
}

static gboolean
has_problem (gpointer self, PhoneContactsProblem problem)
{
  return problem != PHONE_CONTACTS_PROBLEM_NONE;
}

static gboolean
is_looked_for (gpointer item, gpointer data)
{
  return phone_contact_matches (item, PHONE_CONTACTS_PAGE (data)->words);
}

/* Favourites first. */
static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  PhoneContact *left = (PhoneContact *)a;
  PhoneContact *right = (PhoneContact *)b;

  if (phone_contact_is_favourite (left) != phone_contact_is_favourite (right))
    return phone_contact_is_favourite (left) ? -1 : 1;
  return phone_contact_compare (left, right);
}

static void
on_search_changed (PhoneContactsPage *self, GtkEditable *search)
{
  g_strfreev (self->words);
  self->words = phone_contact_split_search (gtk_editable_get_text (search));
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

/* ---- What is done with one ---- */

static void
dial (PhoneContactsPage *self, const char *address)
{
  PhoneAccount *account = phone_session_get_account (self->session);
  g_autoptr (PhoneCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (account == NULL || *address == '\0')
    return;
  call = phone_service_dial (phone_session_get_service (self->session), account, address,
                             PHONE_CALL_AUDIO, &error);
  if (call != NULL)
    g_signal_emit (self, signals[DIALLED], 0, call);
  else
    toast (self, phone_text_error (error));
}

static void
on_row_activated (PhoneContactsPage *self, guint position)
{
  g_autoptr (PhoneContact) contact = g_list_model_get_item (self->list, position);

  if (contact != NULL)
    dial (self, phone_contact_get_address (contact, 0));
}

static void
on_call (PhoneContactsPage *self, const char *address)
{
  dial (self, address);
}

static void
on_copy_address (PhoneContactsPage *self, PhoneContactRow *row)
{
  PhoneContact *contact = phone_contact_row_get_contact (row);
  g_autofree char *address = NULL;

  if (contact == NULL)
    return;
  address = phone_text_dup_address (phone_contact_get_address (contact, 0));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  toast (self, _ ("Address copied"));
}

static void
show_dialog (PhoneContactsPage *self, PhoneContactRecord *record)
{
  GtkWindow *dialog =
      phone_contact_dialog_new (get_window (self), get_book (self), record);

  gtk_window_present (dialog);
}

static void
on_edit (PhoneContactsPage *self, PhoneContactRow *row)
{
  PhoneContact *contact = phone_contact_row_get_contact (row);

  if (contact != NULL)
    show_dialog (self, phone_contact_dup_record (contact));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneContact) contact =
      phone_contact_book_save_finish (PHONE_CONTACT_BOOK (source), result, &error);

  if (contact == NULL)
    toast (self, phone_text_error (error));
}

static void
on_favourite (PhoneContactsPage *self, PhoneContactRow *row)
{
  PhoneContact *contact = phone_contact_row_get_contact (row);
  PhoneContactRecord *record;

  if (contact == NULL)
    return;
  record = phone_contact_dup_record (contact);
  record->is_favourite = !record->is_favourite;
  phone_contact_book_save_async (get_book (self), record, on_saved, g_object_ref (self));
}

/* ---- Deleted, with a way back ---- */

#define RECORD "phone-contact-record"

static void
on_undo (PhoneContactsPage *self, AdwToast *undo)
{
  PhoneContactRecord *record = g_object_steal_data (G_OBJECT (undo), RECORD);

  if (record != NULL)
    phone_contact_book_save_async (get_book (self), record, on_saved,
                                   g_object_ref (self));
}

static void
offer_undo (PhoneContactsPage *self, PhoneContactRecord *record)
{
  g_autofree char *name = phone_text_dup_literal (record->name);
  /* Translators: the name of a contact that was deleted */
  g_autofree char *text = g_strdup_printf (_ ("“%s” deleted"), name);
  AdwToast *undo = phone_compat_toast_new (text);

  adw_toast_set_button_label (undo, _ ("Undo"));
  g_object_set_data_full (G_OBJECT (undo), RECORD, record,
                          (GDestroyNotify)phone_contact_record_free);
  g_signal_connect_object (undo, "button-clicked", G_CALLBACK (on_undo), self,
                           G_CONNECT_SWAPPED);
  phone_compat_ask_by_toast (self->toasts, undo);
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autoptr (GError) error = NULL;
  PhoneContactRecord *record =
      phone_contact_book_remove_finish (PHONE_CONTACT_BOOK (source), result, &error);

  if (record != NULL)
    offer_undo (self, record);
  else
    toast (self, phone_text_error (error));
}

static void
on_remove (PhoneContactsPage *self, PhoneContactRow *row)
{
  PhoneContact *contact = phone_contact_row_get_contact (row);

  if (contact != NULL)
    phone_contact_book_remove_async (get_book (self), phone_contact_get_id (contact),
                                     on_removed, g_object_ref (self));
}

/* ---- What is done with all ---- */

static void
add (GtkWidget *widget, const char *action, GVariant *target)
{
  show_dialog (PHONE_CONTACTS_PAGE (widget), phone_contact_record_new ());
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  PhoneContactsImport import;

  if (phone_contact_book_import_finish (PHONE_CONTACT_BOOK (source), result, &import,
                                        &error))
    text = phone_text_dup_import (&import);
  toast (self, text != NULL ? text : phone_text_error (error));
}

static void
on_import_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);
  PhoneContactBook *book = get_book (self);

  if (file != NULL && book != NULL)
    phone_contact_book_import_async (book, file, on_imported, g_object_ref (self));
}

static void
import (GtkWidget *widget, const char *action, GVariant *target)
{
  phone_compat_choose_file_async (get_window (PHONE_CONTACTS_PAGE (widget)),
                                  _ ("Import Contacts"), C_ ("button", "Import"), NULL,
                                  on_import_chosen, g_object_ref (widget));
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autoptr (GError) error = NULL;

  if (phone_contact_book_export_finish (PHONE_CONTACT_BOOK (source), result, &error))
    toast (self, _ ("Contacts exported"));
  else
    toast (self, phone_text_error (error));
}

static void
on_export_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);
  PhoneContactBook *book = get_book (self);

  if (file != NULL && book != NULL)
    phone_contact_book_export_async (book, file, PHONE_CONTACTS_VCARD_3, on_exported,
                                     g_object_ref (self));
}

static void
export_all (GtkWidget *widget, const char *action, GVariant *target)
{
  phone_compat_choose_file_async (get_window (PHONE_CONTACTS_PAGE (widget)),
                                  _ ("Export Contacts"), C_ ("button", "Export"),
                                  /* Translators: the name of a file */
                                  _ ("contacts.vcf"), on_export_chosen,
                                  g_object_ref (widget));
}

/* ---- The rows ---- */

static void
connect (PhoneContactsPage *self, GtkWidget *row, const char *signal, GCallback handler)
{
  g_signal_connect_object (row, signal, handler, self, G_CONNECT_SWAPPED);
}

static void
on_row_setup (PhoneContactsPage *self, GtkListItem *item)
{
  GtkWidget *row = g_object_new (PHONE_TYPE_CONTACT_ROW, NULL);

  connect (self, row, "call", G_CALLBACK (on_call));
  connect (self, row, "copy-address", G_CALLBACK (on_copy_address));
  connect (self, row, "edit", G_CALLBACK (on_edit));
  connect (self, row, "favourite", G_CALLBACK (on_favourite));
  connect (self, row, "remove", G_CALLBACK (on_remove));
  gtk_list_item_set_child (item, row);
}

static void
on_row_bind (PhoneContactsPage *self, GtkListItem *item)
{
  phone_contact_row_set_contact (PHONE_CONTACT_ROW (gtk_list_item_get_child (item)),
                                 get_book (self), gtk_list_item_get_item (item));
}

static void
on_row_unbind (PhoneContactsPage *self, GtkListItem *item)
{
  phone_contact_row_set_contact (PHONE_CONTACT_ROW (gtk_list_item_get_child (item)), NULL,
                                 NULL);
}

/* ---- The object ---- */

static void
phone_contacts_page_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    g_value_set_object (value, PHONE_CONTACTS_PAGE (object)->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_contacts_page_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (object);

  if (id != PROP_SESSION)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->session, g_value_get_object (value)))
    g_object_notify_by_pspec (object, properties[PROP_SESSION]);
}

static void
phone_contacts_page_dispose (GObject *object)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (object);

  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_CONTACTS_PAGE);
  g_clear_object (&self->session);
  g_clear_pointer (&self->words, g_strfreev);
  G_OBJECT_CLASS (phone_contacts_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-contacts-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, list);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, filter);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, sorter);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, toasts);
  gtk_widget_class_bind_template_callback (widget_class, page_name);
  gtk_widget_class_bind_template_callback (widget_class, has_toolbar);
  gtk_widget_class_bind_template_callback (widget_class, problem_text);
  gtk_widget_class_bind_template_callback (widget_class, has_problem);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_row_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_row_unbind);
  gtk_widget_class_install_action (widget_class, "contacts.add", NULL, add);
  gtk_widget_class_install_action (widget_class, "contacts.import", NULL, import);
  gtk_widget_class_install_action (widget_class, "contacts.export", NULL, export_all);
}

static void
phone_contacts_page_class_init (PhoneContactsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_contacts_page_get_property;
  object_class->set_property = phone_contacts_page_set_property;
  object_class->dispose = phone_contacts_page_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DIALLED] = g_signal_new ("dialled", PHONE_TYPE_CONTACTS_PAGE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  signals[TOAST] = g_signal_new ("toast", PHONE_TYPE_CONTACTS_PAGE, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
phone_contacts_page_init (PhoneContactsPage *self)
{
  self->words = phone_contact_split_search (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_custom_filter_set_filter_func (self->filter, is_looked_for, self, NULL);
  gtk_custom_sorter_set_sort_func (self->sorter, compare, NULL, NULL);
}
