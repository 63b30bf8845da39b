/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-window.h"

#include "phone-call-page.h"
#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-home-page.h"
#include "phone-incoming-page.h"
#include "phone-lacks-bar.h"
#include "phone-link.h"
#include "phone-sign-in-page.h"
#include "phone-text.h"
#include "phone-welcome-page.h"

#include <glib/gi18n.h>

struct _PhoneWindow {
  AdwApplicationWindow parent;

  /* owned */
  PhoneSession *session;
  PhoneCall *call;
  GSignalGroup *call_signals;

  /* borrowed from the template */
  AdwToastOverlay *toasts;

  /* weak */
  AdwToast *toast;

  gboolean is_signing_in;
  /* owned; while the question is open */
  char *asked_target;
  GtkDropDown *asked_account;

  gboolean is_welcoming; /* this computer was just chosen */
};

enum { PROP_SESSION = 1, PROP_CALL, PROP_PAGE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneWindow, phone_window, ADW_TYPE_APPLICATION_WINDOW)

/* The template looks at it before the session is there. */
static gboolean
is_welcome (PhoneWindow *self)
{
  return self->is_welcoming || self->session == NULL ||
         phone_session_is_empty (self->session);
}

static const char *
page_name (PhoneWindow *self)
{
  if (self->call == NULL && self->is_signing_in)
    return "sign-in";
  if (self->call == NULL)
    return is_welcome (self) ? "welcome" : "home";
  if (phone_call_get_state (self->call) == PHONE_CALL_STATE_INCOMING)
    return "incoming";
  return "call";
}

static void
set_call (PhoneWindow *self, PhoneCall *call)
{
  if (!g_set_object (&self->call, call))
    return;
  g_signal_group_set_target (self->call_signals, call);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
set_signing_in (PhoneWindow *self, gboolean is_signing_in)
{
  self->is_signing_in = is_signing_in;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static GListModel *
get_calls (PhoneWindow *self)
{
  return phone_service_get_calls (phone_session_get_service (self->session));
}

/* Whoever has been ringing meanwhile, else who is on hold, or nobody. */
static void
show_next_call (PhoneWindow *self)
{
  GListModel *calls = get_calls (self);
  g_autoptr (PhoneCall) next = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (call == self->call || phone_call_get_state (call) == PHONE_CALL_STATE_ENDED ||
        (phone_call_get_silenced (call) &&
         phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING))
      continue;
    if (next == NULL || phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING)
      g_set_object (&next, call);
  }
  set_call (self, next);
}

/* What a person has just done here needs no page to tell of it. Toasts are on the page for
 * dialling alone: they would cover the controls of a call. */
static gboolean
is_own_doing (PhoneEndCause cause)
{
  return cause == PHONE_END_HUNG_UP_HERE || cause == PHONE_END_CANCELLED_HERE ||
         cause == PHONE_END_DECLINED_HERE || cause == PHONE_END_TRANSFERRED;
}

/* The newest is what matters: they do not wait for one another. */
static void
toast (PhoneWindow *self, const char *text)
{
  AdwToast *next = phone_compat_toast_new (text);

  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  g_set_weak_pointer (&self->toast, next);
  adw_toast_overlay_add_toast (self->toasts, next);
}

static void
on_call_state (PhoneWindow *self)
{
  if (phone_call_get_state (self->call) == PHONE_CALL_STATE_ENDED &&
      is_own_doing (phone_call_get_end_cause (self->call))) {
    toast (self, phone_text_end_cause (phone_call_get_end_cause (self->call)));
    show_next_call (self);
    return;
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
on_service_incoming (PhoneWindow *self, PhoneCall *call)
{
  if (self->call == NULL || phone_call_get_state (self->call) == PHONE_CALL_STATE_ENDED ||
      g_strcmp0 (phone_call_get_replaces (call), phone_call_get_id (self->call)) == 0)
    set_call (self, call);
}

/* ---- The pages ---- */

static void
on_home_dialled (PhoneWindow *self, PhoneCall *call)
{
  set_call (self, call);
}

static void
on_home_toast (PhoneWindow *self, const char *text)
{
  toast (self, text);
}

static void
on_incoming_answered (PhoneWindow *self, guint flags)
{
  if (self->call != NULL)
    phone_window_answer (self, self->call, flags);
}

static void
on_call_selected (PhoneWindow *self, PhoneCall *call)
{
  set_call (self, call);
}

static void
on_call_dismissed (PhoneWindow *self)
{
  show_next_call (self);
}

/* A toast is on the page for dialling alone, where it covers nothing of a call. */
void
phone_window_tell (PhoneWindow *self, const char *text)
{
  if (g_str_equal (page_name (self), "home"))
    toast (self, text);
  else
    phone_compat_tell (GTK_WINDOW (self), _ ("That Did Not Work"), text);
}

static void
dial (PhoneWindow *self, PhoneAccount *account, const char *target)
{
  g_autoptr (PhoneCall) call = NULL;
  g_autoptr (GError) error = NULL;

  call = phone_service_dial (phone_session_get_service (self->session), account, target,
                             PHONE_CALL_AUDIO, &error);
  if (call != NULL) {
    set_call (self, call);
    return;
  }
  if (self->call != NULL && phone_call_get_state (self->call) == PHONE_CALL_STATE_ENDED)
    show_next_call (self);
  phone_window_tell (self, phone_text_error (error));
}

void
phone_window_call_again (PhoneWindow *self, PhoneCall *call)
{
  g_autoptr (PhoneAccount) account = NULL;

  g_object_get (call, "account", &account, NULL);
  dial (self, account, phone_call_get_remote_uri (call));
}

static void
on_call_again (PhoneWindow *self)
{
  if (self->call != NULL)
    phone_window_call_again (self, self->call);
}

static void
on_sign_in_done (PhoneWindow *self)
{
  set_signing_in (self, FALSE);
}

static void
set_welcoming (PhoneWindow *self, gboolean is_welcoming)
{
  self->is_welcoming = is_welcoming;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
on_welcome_chosen (PhoneWindow *self)
{
  set_welcoming (self, TRUE);
}

static void
on_welcome_done (PhoneWindow *self)
{
  set_welcoming (self, FALSE);
}

static void
on_session_empty (PhoneWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
sign_in (GtkWidget *widget, const char *action, GVariant *target)
{
  set_signing_in (PHONE_WINDOW (widget), TRUE);
}

void
phone_window_answer (PhoneWindow *self, PhoneCall *call, PhoneCallFlags flags)
{
  set_call (self, call);
  phone_call_answer (call, flags);
}

/* ---- Links ---- */

static void
on_dial_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneWindow) self = data;
  g_autofree char *target = g_steal_pointer (&self->asked_target);

  /* A window that is gone answers no, and has no session. */
  if (phone_compat_ask_finish (result)) {
    PhoneAccount *account = self->asked_account != NULL
                                ? gtk_drop_down_get_selected_item (self->asked_account)
                                : phone_session_get_account (self->session);

    if (account != NULL)
      dial (self, account, target);
    else
      phone_window_tell (self, _ ("Sign in first, then open the link again."));
  }
  g_clear_object (&self->asked_account);
}

static char *
dup_account_name (PhoneAccount *account)
{
  return phone_text_dup_address (
      phone_account_config_get_aor (phone_account_get_config (account)));
}

/* Where there are several accounts: with which one. NULL where there are not. */
static GtkDropDown *
make_account_choice (PhoneWindow *self)
{
  GListModel *accounts =
      phone_service_get_accounts (phone_session_get_service (self->session));
  GtkExpression *name = gtk_cclosure_expression_new (
      G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (dup_account_name), NULL, NULL);
  GtkDropDown *choice;

  if (g_list_model_get_n_items (accounts) < 2) {
    gtk_expression_unref (name);
    return NULL;
  }
  choice = GTK_DROP_DOWN (gtk_drop_down_new (g_object_ref (accounts), name));
  phone_compat_name_drop_down (choice, _ ("Account to Call With"));
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    if (account == phone_session_get_account (self->session))
      gtk_drop_down_set_selected (choice, i);
  }
  return g_object_ref_sink (choice);
}

void
phone_window_ask_to_dial (PhoneWindow *self, const char *link)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *target = NULL;
  g_autofree char *address = NULL;

  if (self->asked_target != NULL)
    return;
  target = phone_link_dup_target (link, &error);
  if (target == NULL) {
    phone_window_tell (self, phone_text_error (error));
    return;
  }
  address = phone_text_dup_address (target);
  self->asked_target = g_steal_pointer (&target);
  self->asked_account = make_account_choice (self);
  phone_compat_ask_async (GTK_WINDOW (self), _ ("Call This Address?"), address,
                          (GtkWidget *)self->asked_account,
                          C_ ("answer to “Call This Address?”", "Call"), on_dial_answered,
                          g_object_ref (self));
}

/* ---- The object ---- */

static void
phone_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhoneWindow *self = PHONE_WINDOW (object);

  switch (id) {
  case PROP_SESSION:
    g_value_set_object (value, self->session);
    break;
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_PAGE:
    g_value_set_static_string (value, page_name (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_window_set_property (GObject *object,
                           guint id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  PhoneWindow *self = PHONE_WINDOW (object);

  if (id == PROP_SESSION)
    self->session = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_window_constructed (GObject *object)
{
  PhoneWindow *self = PHONE_WINDOW (object);

  G_OBJECT_CLASS (phone_window_parent_class)->constructed (object);
  g_signal_connect_object (phone_session_get_service (self->session), "incoming",
                           G_CALLBACK (on_service_incoming), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::empty", G_CALLBACK (on_session_empty),
                           self, G_CONNECT_SWAPPED);
}

static void
phone_window_dispose (GObject *object)
{
  PhoneWindow *self = PHONE_WINDOW (object);

  g_clear_object (&self->call_signals);
  g_clear_object (&self->call);
  g_clear_weak_pointer (&self->toast);
  g_clear_pointer (&self->asked_target, g_free);
  g_clear_object (&self->asked_account);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_WINDOW);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_window_parent_class)->dispose (object);
}

static void
phone_window_class_init (PhoneWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_window_get_property;
  object_class->set_property = phone_window_set_property;
  object_class->constructed = phone_window_constructed;
  object_class->dispose = phone_window_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, PHONE_TYPE_CALL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "home",
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PHONE_TYPE_HOME_PAGE);
  g_type_ensure (PHONE_TYPE_SIGN_IN_PAGE);
  g_type_ensure (PHONE_TYPE_WELCOME_PAGE);
  g_type_ensure (PHONE_TYPE_INCOMING_PAGE);
  g_type_ensure (PHONE_TYPE_LACKS_BAR);
  g_type_ensure (PHONE_TYPE_CALL_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-window.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneWindow, toasts);
  gtk_widget_class_bind_template_callback (widget_class, on_home_dialled);
  gtk_widget_class_bind_template_callback (widget_class, on_home_toast);
  gtk_widget_class_bind_template_callback (widget_class, on_incoming_answered);
  gtk_widget_class_bind_template_callback (widget_class, on_call_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_call_dismissed);
  gtk_widget_class_bind_template_callback (widget_class, on_call_again);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_in_done);
  gtk_widget_class_bind_template_callback (widget_class, on_welcome_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_welcome_done);
  gtk_widget_class_install_action (widget_class, "win.sign-in", NULL, sign_in);
}

static void
phone_window_init (PhoneWindow *self)
{
  self->call_signals = g_signal_group_new (PHONE_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify::state",
                                  G_CALLBACK (on_call_state), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

PhoneWindow *
phone_window_new (GtkApplication *application, PhoneSession *session)
{
  return g_object_new (PHONE_TYPE_WINDOW, "application", application, "session", session,
                       NULL);
}
