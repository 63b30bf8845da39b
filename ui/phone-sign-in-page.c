/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in-page.h"

#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-secrets.h"
#include "phone-sign-in-step-row.h"
#include "phone-sign-in.h"
#include "phone-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PhoneSignInPage {
  AdwBin parent;

  /* owned */
  PhoneSession *session;
  PhoneSignIn *sign_in;
  PhoneAccountConfig *config; /* what is tried, or was last */
  char *tried_password;
  GCancellable *cancellable; /* while busy */
  char *problem;

  /* borrowed from the template */
  GtkEditable *server;
  GtkEditable *account;
  GtkEditable *password;
  GtkWidget *trust;
  GtkListBox *steps;
};

enum { PROP_SESSION = 1, PROP_SIGN_IN, PROP_BUSY, PROP_PROBLEM, N_PROPS };
enum { DONE, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneSignInPage, phone_sign_in_page, ADW_TYPE_BIN)

static void
set_problem (PhoneSignInPage *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
take_cancellable (PhoneSignInPage *self, GCancellable *cancellable)
{
  g_clear_object (&self->cancellable);
  self->cancellable = cancellable;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  return phone_sign_in_step_row_new (item);
}

static void
leave (PhoneSignInPage *self)
{
  gtk_editable_set_text (self->password, "");
  set_problem (self, "");
  g_signal_emit (self, signals[DONE], 0);
}

/* ---- Which account ---- */

/* The stored account of that address: signing in again changes it, and makes no second. */
static PhoneAccountConfig *
find_stored (PhoneSignInPage *self, const char *aor)
{
  GListModel *configs = G_LIST_MODEL (phone_session_get_settings (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (configs); i++) {
    g_autoptr (PhoneAccountConfig) config = g_list_model_get_item (configs, i);

    if (g_strcmp0 (phone_account_config_get_aor (config), aor) == 0)
      return config; /* the settings keep it */
  }
  return NULL;
}

/* As people write it: a name alone means a protected connection to it. */
static char *
dup_server (PhoneSignInPage *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (self->server));

  g_strstrip (text);
  if (*text == '\0' || strstr (text, "://") != NULL)
    return g_steal_pointer (&text);
  return g_strconcat ("wss://", text, NULL);
}

static PhoneAccountConfig *
make_config (PhoneSignInPage *self)
{
  PhoneAccountConfig *config =
      phone_settings_new_account (phone_session_get_settings (self->session));
  g_autofree char *server = dup_server (self);
  const char *servers[] = {server, NULL};
  PhoneAccountConfig *stored;

  g_object_set (config, "aor", gtk_editable_get_text (self->account), NULL);
  stored = find_stored (self, phone_account_config_get_aor (config));
  if (stored != NULL)
    phone_account_config_assign (config, stored);
  g_object_set (config, "servers", servers, "enabled", TRUE, NULL);
  return config;
}

/* The sentence for the first field that cannot be right; NULL if all can. */
static const char *
find_mistake (PhoneAccountConfig *config)
{
  const char *field = NULL;

  if (phone_sign_in_validate (config, &field, NULL))
    return NULL;
  if (g_strcmp0 (field, "servers") == 0)
    return _ ("This is not a server's address. Write it like wss://example.org/ws.");
  return _ ("This is not an account. Write it like alice@example.org.");
}

/* ---- Trying it ---- */

static void
keep (PhoneSignInPage *self)
{
  PhoneAccountConfig *stored =
      find_stored (self, phone_account_config_get_aor (self->config));

  if (stored != NULL)
    phone_account_config_assign (stored, self->config);
  phone_session_keep (self->session, stored != NULL ? stored : self->config,
                      self->tried_password, NULL);
  g_clear_pointer (&self->tried_password, phone_secrets_free);
}

static void
on_finished (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSignInPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_signed_in =
      phone_sign_in_run_finish (PHONE_SIGN_IN (source), result, &error);
  gboolean is_left = g_cancellable_is_cancelled (self->cancellable);

  take_cancellable (self, NULL);
  if (is_signed_in && !is_left) {
    keep (self);
    leave (self);
  } else if (phone_sign_in_get_fingerprint (self->sign_in) != NULL) {
    gtk_widget_grab_focus (self->trust);
  } else if (error != NULL && !is_left) {
    set_problem (self, phone_text_error (error));
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
  }
}

static void
run (PhoneSignInPage *self)
{
  phone_secrets_free (self->tried_password);
  self->tried_password = g_strdup (gtk_editable_get_text (self->password));
  take_cancellable (self, g_cancellable_new ());
  phone_sign_in_run_async (self->sign_in, self->config, self->tried_password,
                           self->cancellable, on_finished, g_object_ref (self));
}

static void
on_sign_in (PhoneSignInPage *self)
{
  g_autoptr (PhoneAccountConfig) config = make_config (self);
  const char *mistake = find_mistake (config);

  if (self->cancellable != NULL)
    return;
  set_problem (self, mistake != NULL ? mistake : "");
  if (mistake != NULL)
    return;
  g_set_object (&self->config, config);
  run (self);
}

/* The one certificate that was shown, at the one server that showed it. */
static void
on_trust (PhoneSignInPage *self)
{
  const char *fingerprint = phone_sign_in_get_fingerprint (self->sign_in);
  const char *servers[] = {phone_sign_in_get_server (self->sign_in), NULL};

  if (self->cancellable != NULL || fingerprint == NULL)
    return;
  g_object_set (self->config, "pinned-fingerprint", fingerprint, "servers", servers,
                NULL);
  run (self);
}

static void
on_cancel (PhoneSignInPage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneSignInPage *self = PHONE_SIGN_IN_PAGE (widget);

  on_cancel (self);
  leave (self);
}

/* An account that is there already, and is in trouble, needs its password only. */
static void
on_map (PhoneSignInPage *self)
{
  PhoneAccount *account = phone_session_get_account (self->session);

  if (account != NULL && *gtk_editable_get_text (self->account) == '\0' &&
      phone_account_get_error (account) != NULL) {
    PhoneAccountConfig *config = phone_account_get_config (account);
    g_autofree char *address =
        phone_text_dup_address (phone_account_config_get_aor (config));

    gtk_editable_set_text (self->server, phone_account_config_get_server (config));
    gtk_editable_set_text (self->account, address);
  }
  if (*gtk_editable_get_text (self->account) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->account));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

/* ---- The object ---- */

static void
phone_sign_in_page_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  PhoneSignInPage *self = PHONE_SIGN_IN_PAGE (object);

  switch (id) {
  case PROP_SESSION:
    g_value_set_object (value, self->session);
    break;
  case PROP_SIGN_IN:
    g_value_set_object (value, self->sign_in);
    break;
  case PROP_BUSY:
    g_value_set_boolean (value, self->cancellable != NULL);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_sign_in_page_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  PhoneSignInPage *self = PHONE_SIGN_IN_PAGE (object);

  if (id != PROP_SESSION)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->session, g_value_get_object (value)))
    g_object_notify_by_pspec (object, properties[PROP_SESSION]);
}

static void
phone_sign_in_page_dispose (GObject *object)
{
  PhoneSignInPage *self = PHONE_SIGN_IN_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_SIGN_IN_PAGE);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->config);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->session);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->tried_password, phone_secrets_free);
  G_OBJECT_CLASS (phone_sign_in_page_parent_class)->dispose (object);
}

static void
add_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SIGN_IN] =
      g_param_spec_object ("sign-in", NULL, NULL, PHONE_TYPE_SIGN_IN, readable);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, readable);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_sign_in_page_class_init (PhoneSignInPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_sign_in_page_get_property;
  object_class->set_property = phone_sign_in_page_set_property;
  object_class->dispose = phone_sign_in_page_dispose;
  add_properties (object_class);

  signals[DONE] = g_signal_new ("done", PHONE_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-sign-in-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, server);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, account);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, password);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, trust);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, steps);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_in);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_trust);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_install_action (widget_class, "sign-in.back", NULL, go_back);
}

static void
phone_sign_in_page_init (PhoneSignInPage *self)
{
  self->sign_in = phone_sign_in_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_compat_name_password_button (ADW_PASSWORD_ENTRY_ROW (self->password));
  gtk_list_box_bind_model (self->steps, G_LIST_MODEL (self->sign_in), make_row, NULL,
                           NULL);
}
