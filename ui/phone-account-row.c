/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-row.h"

#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneAccountRow {
  AdwActionRow parent;

  /* owned */
  PhoneSession *session;
  PhoneAccountConfig *config;
  GSignalGroup *account_signals; /* of the PhoneAccount, while there is one */

  /* borrowed: a child */
  GtkWidget *enabled;
};

G_DEFINE_FINAL_TYPE (PhoneAccountRow, phone_account_row, ADW_TYPE_ACTION_ROW)

static char *
dup_state (PhoneAccountRow *self, PhoneAccount *account)
{
  const GError *error = account != NULL ? phone_account_get_error (account) : NULL;

  if (account == NULL)
    return g_strdup (C_ ("account", "Off"));
  if (error != NULL &&
      phone_account_get_state (account) != PHONE_ACCOUNT_STATE_REGISTERED)
    return g_strdup (phone_text_error (error));
  if (account == phone_session_get_account (self->session))
    /* Translators: the %s is a word like "Reachable". */
    return g_strdup_printf (_ ("%s · calls are made with it"),
                            phone_text_account_state (phone_account_get_state (account)));
  return g_strdup (phone_text_account_state (phone_account_get_state (account)));
}

static void
show (PhoneAccountRow *self)
{
  PhoneAccount *account = phone_session_find_account (self->session, self->config);
  const char *label = phone_account_config_get_label (self->config);
  g_autofree char *address =
      phone_text_dup_address (phone_account_config_get_aor (self->config));
  g_autofree char *title = label != NULL ? phone_text_dup_literal (label) : NULL;
  g_autofree char *state = dup_state (self, account);
  g_autofree char *subtitle =
      title != NULL ? g_strdup_printf ("%s\n%s", address, state) : g_strdup (state);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 title != NULL ? title : address);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
}

/* The account comes and goes with the switch. */
static void
on_accounts_changed (PhoneAccountRow *self)
{
  g_signal_group_set_target (self->account_signals,
                             phone_session_find_account (self->session, self->config));
  show (self);
}

static void
phone_account_row_dispose (GObject *object)
{
  PhoneAccountRow *self = PHONE_ACCOUNT_ROW (object);

  g_clear_object (&self->account_signals);
  g_clear_object (&self->config);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_account_row_parent_class)->dispose (object);
}

static void
phone_account_row_class_init (PhoneAccountRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_account_row_dispose;
}

static void
phone_account_row_init (PhoneAccountRow *self)
{
  GtkWidget *image = gtk_image_new_from_icon_name ("go-next-symbolic");

  self->enabled = gtk_switch_new ();
  gtk_widget_set_valign (self->enabled, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->enabled);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), image);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  self->account_signals = g_signal_group_new (PHONE_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify", G_CALLBACK (show),
                                  self);
}

GtkWidget *
phone_account_row_new (PhoneSession *session, PhoneAccountConfig *config)
{
  PhoneAccountRow *self = g_object_new (PHONE_TYPE_ACCOUNT_ROW, NULL);
  GListModel *accounts = phone_service_get_accounts (phone_session_get_service (session));
  g_autofree char *address =
      phone_text_dup_address (phone_account_config_get_aor (config));
  /* Translators: the %s is an address like alice@example.org. */
  g_autofree char *name = g_strdup_printf (_ ("Enable %s"), address);

  self->session = g_object_ref (session);
  self->config = g_object_ref (config);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->enabled),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_bind_property (config, "enabled", self->enabled, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (config, "notify", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::account", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed),
                           self, G_CONNECT_SWAPPED);
  on_accounts_changed (self);
  return GTK_WIDGET (self);
}

PhoneAccountConfig *
phone_account_row_get_config (PhoneAccountRow *self)
{
  return self->config;
}
