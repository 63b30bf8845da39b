/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-recents-page.h"

#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-contact-dialog.h"
#include "phone-history-list.h"
#include "phone-recents-row.h"
#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneRecentsPage {
  AdwBin parent;

  /* owned */
  PhoneSession *session;
  GSignalGroup *history_signals;
  GtkWidget *placeholder;
  char *search;

  /* borrowed from the template */
  PhoneHistoryList *list;
  GtkScrolledWindow *scroller;
  GtkListView *view;
  AdwBin *placeholder_place;

  GtkWindow *window; /* borrowed: that it is mapped in */
};

enum { PROP_SESSION = 1, PROP_PLACEHOLDER, PROP_SEARCH, N_PROPS };
enum { DIALLED, TOAST, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneRecentsPage, phone_recents_page, ADW_TYPE_BIN)

static PhoneHistory *
get_history (PhoneRecentsPage *self)
{
  return self->session != NULL
             ? phone_service_get_history (phone_session_get_service (self->session))
             : NULL;
}

static void
toast (PhoneRecentsPage *self, const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text);
}

/* ---- What is shown ---- */

/* The list, as soon as there is one; what it is for, while there was no call; nothing,
 * while that is not known. */
static char *
page_name (
    gpointer self, guint n_items, gboolean loading, const char *search, gboolean missed)
{
  gboolean is_filtered = missed || (search != NULL && *search != '\0');

  if (n_items > 0)
    return g_strdup ("list");
  if (loading)
    return g_strdup ("loading");
  return g_strdup (is_filtered ? "nothing" : "empty");
}

static char *
problem_text (gpointer self, PhoneHistoryProblem problem)
{
  return g_strdup (phone_text_history_problem (problem));
}

static gboolean
has_problem (gpointer self, PhoneHistoryProblem problem)
{
  return problem != PHONE_HISTORY_PROBLEM_NONE;
}

static char *
nothing_title (gpointer self, const char *search)
{
  return g_strdup (search != NULL && *search != '\0' ? _ ("Nothing Found")
                                                     : _ ("No Missed Calls"));
}

static char *
nothing_description (gpointer self, const char *search)
{
  return g_strdup (search != NULL && *search != '\0'
                       ? _ ("No call has these words in its name or address.")
                       : "");
}

static gboolean
has_toolbar (gpointer self, const char *page)
{
  return g_strcmp0 (page, "empty") != 0;
}

/* What is on the screen of somebody who is somewhere else was not seen. */
static void
mark_seen (PhoneRecentsPage *self)
{
  PhoneHistory *history = get_history (self);

  if (history != NULL && self->window != NULL && gtk_window_is_active (self->window))
    phone_history_mark_seen (history);
}

static void
on_map (PhoneRecentsPage *self)
{
  self->window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_signal_connect_object (self->window, "notify::is-active", G_CALLBACK (mark_seen),
                           self, G_CONNECT_SWAPPED);
  mark_seen (self);
}

static void
on_unmap (PhoneRecentsPage *self)
{
  g_signal_handlers_disconnect_by_func (self->window, mark_seen, self);
  self->window = NULL;
}

/* ---- What is done with one ---- */

/* The account that the call was with, where it is still there. */
static PhoneAccount *
find_account (PhoneRecentsPage *self, const char *aor)
{
  GListModel *accounts =
      phone_service_get_accounts (phone_session_get_service (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);
    PhoneAccountConfig *config = phone_account_get_config (account);

    if (g_strcmp0 (phone_account_config_get_aor (config), aor) == 0)
      return account; /* the list keeps it */
  }
  return phone_session_get_account (self->session);
}

static void
call_back (PhoneRecentsPage *self, PhoneHistoryEntry *entry)
{
  PhoneAccount *account = find_account (self, phone_history_entry_get_account (entry));
  g_autoptr (PhoneCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (account == NULL || !phone_history_entry_is_loaded (entry))
    return;
  call = phone_service_dial (phone_session_get_service (self->session), account,
                             phone_history_entry_get_address (entry), PHONE_CALL_AUDIO,
                             &error);
  if (call != NULL)
    g_signal_emit (self, signals[DIALLED], 0, call);
  else
    toast (self, phone_text_error (error));
}

static void
on_row_activated (PhoneRecentsPage *self, guint position)
{
  g_autoptr (PhoneHistoryEntry) entry =
      g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (entry != NULL)
    call_back (self, entry);
}

static void
on_call_back (PhoneRecentsPage *self, PhoneRecentsRow *row)
{
  if (phone_recents_row_get_entry (row) != NULL)
    call_back (self, phone_recents_row_get_entry (row));
}

static void
on_copy_address (PhoneRecentsPage *self, PhoneRecentsRow *row)
{
  PhoneHistoryEntry *entry = phone_recents_row_get_entry (row);
  g_autofree char *address = NULL;

  if (entry == NULL)
    return;
  address = phone_text_dup_address (phone_history_entry_get_address (entry));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  toast (self, _ ("Address copied"));
}

/* With what the call says of them. */
static void
on_add_to_contacts (PhoneRecentsPage *self, PhoneRecentsRow *row)
{
  PhoneHistoryEntry *entry = phone_recents_row_get_entry (row);
  PhoneContactBook *book =
      phone_service_get_contacts (phone_session_get_service (self->session));
  PhoneContactRecord *record;

  if (entry == NULL || book == NULL)
    return;
  record = phone_contact_record_new ();
  record->name = phone_text_dup_literal (phone_history_entry_get_name (entry));
  phone_contact_record_add_address (record, PHONE_ADDRESS_WORK,
                                    phone_history_entry_get_address (entry));
  gtk_window_present (phone_contact_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), book, record));
}

static void
on_remove (PhoneRecentsPage *self, PhoneRecentsRow *row)
{
  PhoneHistoryEntry *entry = phone_recents_row_get_entry (row);

  if (entry != NULL)
    phone_history_remove (get_history (self), phone_history_entry_get_id (entry));
}

/* ---- What is done with all ---- */

static void
on_clear_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneRecentsPage) self = data;
  PhoneHistory *history = get_history (self);

  if (!phone_compat_ask_finish (result) || history == NULL)
    return;
  phone_history_clear (history);
}

static void
clear (GtkWidget *widget, const char *action, GVariant *target)
{
  phone_compat_ask_to_delete_async (
      GTK_WINDOW (gtk_widget_get_root (widget)), _ ("Delete All Calls?"),
      _ ("The whole list goes, and cannot be brought back."),
      C_ ("answer to “Delete All Calls?”", "Delete All"), on_clear_answered,
      g_object_ref (widget));
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneRecentsPage) self = data;
  g_autoptr (GError) error = NULL;

  if (phone_history_export_finish (PHONE_HISTORY (source), result, &error))
    toast (self, _ ("Calls exported"));
  else
    toast (self, phone_text_error (error));
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneRecentsPage) self = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);
  PhoneHistory *history = get_history (self);

  if (file != NULL && history != NULL)
    phone_history_export_async (history, file, on_exported, g_object_ref (self));
}

static void export(GtkWidget *widget, const char *action, GVariant *target)
{
  phone_compat_choose_file_async (GTK_WINDOW (gtk_widget_get_root (widget)),
                                  _ ("Export Calls"), C_ ("button", "Export"),
                                  /* Translators: the name of a file */
                                  _ ("calls.csv"), on_file_chosen, g_object_ref (widget));
}

static void
on_list_changed (PhoneRecentsPage *self)
{
  gboolean has_calls = g_list_model_get_n_items (G_LIST_MODEL (self->list)) > 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "recents.clear", has_calls);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "recents.export", has_calls);
}

/* Who looks at the newest goes on doing so: the view would stay with the row that was the
 * first. */
static void
on_items_changed (PhoneRecentsPage *self, guint position, guint removed, guint added)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  if (position == 0 && added > 0 && gtk_adjustment_get_value (adjustment) == 0)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
}

/* ---- The rows ---- */

static void
on_row_setup (PhoneRecentsPage *self, GtkListItem *item)
{
  GtkWidget *row = g_object_new (PHONE_TYPE_RECENTS_ROW, NULL);

  g_signal_connect_object (row, "call-back", G_CALLBACK (on_call_back), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "add-to-contacts", G_CALLBACK (on_add_to_contacts), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "copy-address", G_CALLBACK (on_copy_address), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "remove", G_CALLBACK (on_remove), self,
                           G_CONNECT_SWAPPED);
  if (self->session != NULL)
    phone_recents_row_set_service (PHONE_RECENTS_ROW (row),
                                   phone_session_get_service (self->session));
  gtk_list_item_set_child (item, row);
}

static void
on_row_bind (PhoneRecentsPage *self, GtkListItem *item)
{
  phone_recents_row_set_entry (PHONE_RECENTS_ROW (gtk_list_item_get_child (item)),
                               gtk_list_item_get_item (item));
}

static void
on_row_unbind (PhoneRecentsPage *self, GtkListItem *item)
{
  phone_recents_row_set_entry (PHONE_RECENTS_ROW (gtk_list_item_get_child (item)), NULL);
}

/* ---- The object ---- */

static void
set_session (PhoneRecentsPage *self, PhoneSession *session)
{
  if (!g_set_object (&self->session, session))
    return;
  g_signal_group_set_target (self->history_signals, get_history (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

static void
set_placeholder (PhoneRecentsPage *self, GtkWidget *placeholder)
{
  if (!g_set_object (&self->placeholder, placeholder))
    return;
  adw_bin_set_child (self->placeholder_place, placeholder);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACEHOLDER]);
}

static void
set_search (PhoneRecentsPage *self, const char *search)
{
  if (g_strcmp0 (self->search, search) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (search);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}

static void
phone_recents_page_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PhoneRecentsPage *self = PHONE_RECENTS_PAGE (object);

  switch (id) {
  case PROP_SESSION:
    g_value_set_object (value, self->session);
    break;
  case PROP_PLACEHOLDER:
    g_value_set_object (value, self->placeholder);
    break;
  case PROP_SEARCH:
    g_value_set_string (value, self->search);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_recents_page_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PhoneRecentsPage *self = PHONE_RECENTS_PAGE (object);

  switch (id) {
  case PROP_SESSION:
    set_session (self, g_value_get_object (value));
    break;
  case PROP_PLACEHOLDER:
    set_placeholder (self, g_value_get_object (value));
    break;
  case PROP_SEARCH:
    set_search (self, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_recents_page_dispose (GObject *object)
{
  PhoneRecentsPage *self = PHONE_RECENTS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_RECENTS_PAGE);
  g_clear_object (&self->history_signals);
  g_clear_object (&self->placeholder);
  g_clear_pointer (&self->search, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_recents_page_parent_class)->dispose (object);
}

static void
phone_recents_page_class_init (PhoneRecentsPageClass *klass)
{
  const GParamFlags writable =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_recents_page_get_property;
  object_class->set_property = phone_recents_page_set_property;
  object_class->dispose = phone_recents_page_dispose;

  properties[PROP_SESSION] =
      g_param_spec_object ("session", NULL, NULL, PHONE_TYPE_SESSION, writable);
  properties[PROP_PLACEHOLDER] =
      g_param_spec_object ("placeholder", NULL, NULL, GTK_TYPE_WIDGET, writable);
  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, NULL, writable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DIALLED] = g_signal_new ("dialled", PHONE_TYPE_RECENTS_PAGE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  signals[TOAST] = g_signal_new ("toast", PHONE_TYPE_RECENTS_PAGE, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (PHONE_TYPE_HISTORY_LIST);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-recents-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsPage, list);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsPage, view);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsPage,
                                        placeholder_place);
  gtk_widget_class_bind_template_callback (widget_class, page_name);
  gtk_widget_class_bind_template_callback (widget_class, problem_text);
  gtk_widget_class_bind_template_callback (widget_class, has_problem);
  gtk_widget_class_bind_template_callback (widget_class, nothing_title);
  gtk_widget_class_bind_template_callback (widget_class, nothing_description);
  gtk_widget_class_bind_template_callback (widget_class, has_toolbar);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_bind_template_callback (widget_class, on_unmap);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_row_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_row_unbind);
  gtk_widget_class_install_action (widget_class, "recents.clear", NULL, clear);
  gtk_widget_class_install_action (widget_class, "recents.export", NULL, export);
}

static void
phone_recents_page_init (PhoneRecentsPage *self)
{
  self->history_signals = g_signal_group_new (PHONE_TYPE_HISTORY);
  g_signal_group_connect_swapped (self->history_signals, "notify::missed",
                                  G_CALLBACK (mark_seen), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->list, "notify::n-items", G_CALLBACK (on_list_changed),
                           self, G_CONNECT_SWAPPED);
  /* The view's own handler comes first, since it is older. */
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (on_items_changed),
                           self, G_CONNECT_SWAPPED);
  on_list_changed (self);
}
