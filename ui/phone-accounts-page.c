/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-accounts-page.h"

#include "phone-account-json.h"
#include "phone-account-page.h"
#include "phone-account-row.h"
#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-text.h"
#include "phone-this-computer-group.h"

#include <glib/gi18n.h>

struct _PhoneAccountsPage {
  AdwPreferencesPage parent;

  /* owned */
  PhoneSession *session;

  /* borrowed from the template */
  GtkListBox *list;
  GtkLabel *told;
};

enum { PROP_SESSION = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneAccountsPage, phone_accounts_page, ADW_TYPE_PREFERENCES_PAGE)

static GtkWindow *
get_window (PhoneAccountsPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  PhoneAccountsPage *self = data;

  return phone_account_row_new (self->session, item);
}

static void
edit (PhoneAccountsPage *self, PhoneAccountConfig *config)
{
  gtk_window_present (phone_account_page_new (get_window (self), self->session, config));
}

static void
on_row_activated (PhoneAccountsPage *self, PhoneAccountRow *row)
{
  edit (self, phone_account_row_get_config (row));
}

static void
on_add_clicked (PhoneAccountsPage *self)
{
  edit (self, NULL);
}

/* ---- Files ---- */

/* What was done sits where it was asked for. */
static void
tell (PhoneAccountsPage *self, const char *text)
{
  gtk_label_set_label (self->told, text);
}

/* All or none, each off until it was looked through: a file may come from anywhere. */
static void
import (PhoneAccountsPage *self, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) configs = phone_account_json_import (text, length, &error);
  g_autofree char *sentence = NULL;

  if (configs == NULL) {
    g_autofree char *literal = phone_text_dup_literal (error->message);

    /* Translators: the %s is a reason in English, with the name of what is wrong. */
    sentence = g_strdup_printf (_ ("Nothing was imported: %s."), literal);
    tell (self, sentence);
    return;
  }
  for (guint i = 0; i < configs->len; i++) {
    PhoneAccountConfig *config = g_ptr_array_index (configs, i);

    g_object_set (config, "enabled", FALSE, NULL);
    phone_session_keep (self->session, config, NULL, NULL);
  }
  sentence = g_strdup_printf (
      ngettext ("%u account was imported. Look it through, then switch it on.",
                "%u accounts were imported. Look them through, then switch them on.",
                configs->len),
      configs->len);
  tell (self, sentence);
}

static void
on_file_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneAccountsPage) self = data;
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, NULL))
    import (self, text, length);
  else
    tell (self, _ ("The file could not be read."));
}

static void
on_import_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneAccountsPage) self = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);

  if (file != NULL)
    g_file_load_contents_async (file, NULL, on_file_read, g_object_ref (self));
}

static void
on_import_clicked (PhoneAccountsPage *self)
{
  phone_compat_choose_file_async (get_window (self), _ ("Import Accounts"),
                                  C_ ("button", "Import"), NULL, on_import_chosen,
                                  g_object_ref (self));
}

static void
on_file_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneAccountsPage) self = data;

  tell (self, g_file_replace_contents_finish (G_FILE (source), result, NULL, NULL)
                  ? _ ("The accounts were exported, without their passwords.")
                  : _ ("The file could not be written."));
}

static void
on_export_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneAccountsPage) self = data;
  g_autoptr (GFile) file = phone_compat_choose_file_finish (result);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (file == NULL)
    return;
  text = phone_account_json_export (
      G_LIST_MODEL (phone_session_get_settings (self->session)));
  bytes = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (
      file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION | G_FILE_CREATE_PRIVATE,
      NULL, on_file_written, g_object_ref (self));
}

static void
on_export_clicked (PhoneAccountsPage *self)
{
  phone_compat_choose_file_async (get_window (self), _ ("Export Accounts"),
                                  C_ ("button", "Export"), "phone-accounts.json",
                                  on_export_chosen, g_object_ref (self));
}

/* ---- The object ---- */

static void
phone_accounts_page_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    g_value_set_object (value, PHONE_ACCOUNTS_PAGE (object)->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_accounts_page_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    PHONE_ACCOUNTS_PAGE (object)->session = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_accounts_page_constructed (GObject *object)
{
  PhoneAccountsPage *self = PHONE_ACCOUNTS_PAGE (object);

  G_OBJECT_CLASS (phone_accounts_page_parent_class)->constructed (object);
  gtk_list_box_bind_model (self->list,
                           G_LIST_MODEL (phone_session_get_settings (self->session)),
                           make_row, self, NULL);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (on_row_activated),
                           self, G_CONNECT_SWAPPED);
}

static void
phone_accounts_page_dispose (GObject *object)
{
  PhoneAccountsPage *self = PHONE_ACCOUNTS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_ACCOUNTS_PAGE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_accounts_page_parent_class)->dispose (object);
}

static void
phone_accounts_page_class_init (PhoneAccountsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_accounts_page_get_property;
  object_class->set_property = phone_accounts_page_set_property;
  object_class->constructed = phone_accounts_page_constructed;
  object_class->dispose = phone_accounts_page_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PHONE_TYPE_THIS_COMPUTER_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-accounts-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountsPage, list);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountsPage, told);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_import_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_export_clicked);
}

static void
phone_accounts_page_init (PhoneAccountsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
phone_accounts_page_new (PhoneSession *session)
{
  return g_object_new (PHONE_TYPE_ACCOUNTS_PAGE, "session", session, NULL);
}
