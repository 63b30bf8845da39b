/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in-page.h"

#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-error.h"
#include "phone-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PhoneSignInPage {
  AdwBin parent;

  /* owned */
  PhoneSession *session;
  GCancellable *cancellable; /* while busy */
  char *problem;

  /* borrowed from the template */
  GtkEditable *server;
  GtkEditable *account;
  GtkEditable *password;
};

enum { PROP_SESSION = 1, PROP_BUSY, PROP_PROBLEM, N_PROPS };
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

static void
leave (PhoneSignInPage *self)
{
  gtk_editable_set_text (self->password, "");
  set_problem (self, "");
  g_signal_emit (self, signals[DONE], 0);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneSignInPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean signed_in =
      phone_session_sign_in_finish (PHONE_SESSION (source), result, &error);

  take_cancellable (self, NULL);
  if (signed_in) {
    leave (self);
  } else if (!g_error_matches (error, PHONE_ERROR, PHONE_ERROR_CANCELLED)) {
    set_problem (self, phone_text_error (error));
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
  }
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

/* The sentence for the first field that cannot be right; NULL if all can. */
static const char *
find_mistake (const char *server, const char *account)
{
  g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
  const char *field = NULL;

  g_object_set (config, "servers", (const char *[]){server, NULL}, "aor", account, NULL);
  if (phone_account_config_validate (config, &field, NULL))
    return NULL;
  if (g_strcmp0 (field, "servers") == 0)
    return _ ("This is not a server's address. Write it like wss://example.org/ws.");
  return _ ("This is not an account. Write it like alice@example.org.");
}

static void
on_sign_in (PhoneSignInPage *self)
{
  g_autofree char *server = dup_server (self);
  const char *account = gtk_editable_get_text (self->account);
  const char *mistake = find_mistake (server, account);

  if (self->cancellable != NULL)
    return;
  set_problem (self, mistake != NULL ? mistake : "");
  if (mistake != NULL)
    return;
  take_cancellable (self, g_cancellable_new ());
  phone_session_sign_in_async (self->session, server, account,
                               gtk_editable_get_text (self->password), self->cancellable,
                               on_signed_in, g_object_ref (self));
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneSignInPage *self = PHONE_SIGN_IN_PAGE (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  leave (self);
}

/* An account that is there already needs its password only. */
static void
on_map (PhoneSignInPage *self)
{
  PhoneAccount *account = phone_session_get_account (self->session);

  if (account != NULL && phone_session_is_signed_in (self->session) &&
      *gtk_editable_get_text (self->server) == '\0') {
    PhoneAccountConfig *config = phone_account_get_config (account);
    g_autofree char *address =
        phone_text_dup_address (phone_account_config_get_aor (config));

    gtk_editable_set_text (self->server, phone_account_config_get_server (config));
    gtk_editable_set_text (self->account, address);
  }
  if (*gtk_editable_get_text (self->server) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->server));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

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
  g_clear_object (&self->session);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (phone_sign_in_page_parent_class)->dispose (object);
}

static void
phone_sign_in_page_class_init (PhoneSignInPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_sign_in_page_get_property;
  object_class->set_property = phone_sign_in_page_set_property;
  object_class->dispose = phone_sign_in_page_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] = g_param_spec_boolean (
      "busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PROBLEM] = g_param_spec_string (
      "problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DONE] = g_signal_new ("done", PHONE_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-sign-in-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, server);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, account);
  gtk_widget_class_bind_template_child (widget_class, PhoneSignInPage, password);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_in);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_install_action (widget_class, "sign-in.back", NULL, go_back);
}

static void
phone_sign_in_page_init (PhoneSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_compat_name_password_button (ADW_PASSWORD_ENTRY_ROW (self->password));
}
