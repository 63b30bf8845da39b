/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-application.h"

#include "phone-call-lookup.h"
#include "phone-command-line.h"
#include "phone-compat.h"
#include "phone-notifier.h"
#include "phone-preferences-window.h"
#include "phone-residence.h"
#include "phone-session.h"
#include "phone-text.h"
#include "phone-window.h"

#include <glib/gi18n.h>

#define MAX_RINGING 2

struct _PhoneApplication {
  AdwApplication parent;

  /* owned */
  PhoneSession *session;
  PhoneNotifier *notifier;
  PhoneResidence *residence;
  GSettings *settings;

  /* weak */
  PhoneWindow *window;
  GtkWindow *preferences;

  PhoneServiceOptions options; /* of the command line */
  gboolean is_right_to_left;
  gboolean is_leaving;
};

G_DEFINE_FINAL_TYPE (PhoneApplication, phone_application, ADW_TYPE_APPLICATION)

/* ---- Calls ---- */

static GListModel *
get_calls (PhoneApplication *self)
{
  return phone_service_get_calls (phone_session_get_service (self->session));
}

/* ---- Actions ---- */

static void
show (PhoneApplication *self)
{
  if (self->window == NULL || self->is_leaving)
    return;
  gtk_window_present (GTK_WINDOW (self->window));
  phone_notifier_clear_missed (self->notifier);
}

/* An empty target is the call that rings. */
static PhoneCall *
dup_ringing (PhoneApplication *self, GVariant *target)
{
  const char *id = g_variant_get_string (target, NULL);

  return *id == '\0' ? phone_call_lookup_ringing (get_calls (self))
                     : phone_call_lookup_id (get_calls (self), id);
}

static void
on_answer (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;
  g_autoptr (PhoneCall) call = dup_ringing (self, target);

  if (call != NULL)
    phone_window_answer (self->window, call, PHONE_CALL_AUDIO);
  show (self); /* also where a notification outlived its call */
}

static void
on_decline (GSimpleAction *action, GVariant *target, gpointer data)
{
  g_autoptr (PhoneCall) call = dup_ringing (data, target);

  if (call != NULL)
    phone_call_decline (call);
}

static void
on_hang_up (GSimpleAction *action, GVariant *target, gpointer data)
{
  GListModel *calls = get_calls (data);
  const char *id = g_variant_get_string (target, NULL);
  g_autoptr (PhoneCall) call =
      *id == '\0' ? phone_call_lookup_current (calls) : phone_call_lookup_id (calls, id);

  if (call != NULL)
    phone_call_hang_up (call);
}

static void
on_dial (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;

  show (self);
  phone_window_ask_to_dial (self->window, g_variant_get_string (target, NULL));
}

/* Only who was missed, so that nothing from outside dials by itself. */
static void
on_call_back (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;
  g_autoptr (PhoneCall) missed =
      phone_notifier_dup_missed (self->notifier, g_variant_get_string (target, NULL));

  show (self);
  if (missed != NULL)
    phone_window_call_again (self->window, missed);
}

static void
on_show (GSimpleAction *action, GVariant *target, gpointer data)
{
  show (data);
}

static void
on_sign_out_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneAccountConfig) config = data;
  PhoneApplication *self = PHONE_APPLICATION (g_application_get_default ());

  if (phone_compat_ask_finish (result) && !self->is_leaving)
    phone_session_remove (self->session, config);
}

/* There may be several accounts: it says which, and what it takes along. */
static void
on_sign_out (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;
  PhoneAccountConfig *config =
      phone_account_get_config (phone_session_get_account (self->session));
  g_autofree char *address =
      phone_text_dup_address (phone_account_config_get_aor (config));
  g_autofree char *body = g_strdup_printf (
      _ ("%s and its password are forgotten on this computer."), address);

  show (self);
  phone_compat_ask_to_delete_async (GTK_WINDOW (self->window), _ ("Sign Out?"), body,
                                    C_ ("answer to “Sign Out?”", "Sign Out"),
                                    on_sign_out_answered, g_object_ref (config));
}

static void
on_preferences (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;

  if (self->preferences == NULL)
    g_set_weak_pointer (
        &self->preferences,
        phone_preferences_window_new (GTK_WINDOW (self->window), self->session));
  gtk_window_present (self->preferences);
}

static void
on_about (GSimpleAction *action, GVariant *target, gpointer data)
{
  phone_compat_show_about (GTK_WINDOW (PHONE_APPLICATION (data)->window));
}

static void
on_shut_down (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneApplication) self = data;
  g_autoptr (GError) error = NULL;

  if (!phone_service_shut_down_finish (PHONE_SERVICE (source), result, &error))
    g_debug ("Shutting down: %s", error->message);
  g_application_release (G_APPLICATION (self));
  g_application_quit (G_APPLICATION (self));
}

/* The window goes at once; the servers are told within 3 s. */
static void
leave (PhoneApplication *self)
{
  if (self->is_leaving)
    return;
  self->is_leaving = TRUE;
  g_application_hold (G_APPLICATION (self));
  if (self->window != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  phone_service_shut_down_async (phone_session_get_service (self->session), on_shut_down,
                                 g_object_ref (self));
}

static void
on_quit (GSimpleAction *action, GVariant *target, gpointer data)
{
  leave (data);
}

/* Where the switch is, which has gone back. */
static void
on_background_refused (PhoneApplication *self)
{
  const char *text = _ ("The system does not let this program run in the background.");

  if (self->preferences != NULL)
    phone_compat_preferences_toast (self->preferences, text);
  else if (self->window != NULL)
    phone_window_tell (self->window, text);
}

static void
on_window_is_active (PhoneApplication *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self->window)))
    phone_notifier_clear_missed (self->notifier);
}

static gboolean
on_window_close_request (PhoneApplication *self)
{
  if (g_settings_get_boolean (self->settings, "run-in-background"))
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  else
    leave (self);
  return TRUE;
}

static void
on_session_account (PhoneApplication *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "sign-out");
  PhoneAccount *account = phone_session_get_account (self->session);
  PhoneAccount *inside =
      phone_service_get_exchange_account (phone_session_get_service (self->session));

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action),
                               account != NULL && account != inside);
}

static void
add_actions (PhoneApplication *self)
{
  const GActionEntry entries[] = {
      {"answer", on_answer, "s"},
      {"decline", on_decline, "s"},
      {"hang-up", on_hang_up, "s"},
      {"dial", on_dial, "s"},
      {"call-back", on_call_back, "s"},
      {"show", on_show},
      {"sign-out", on_sign_out},
      {"preferences", on_preferences},
      {"about", on_about},
      {"quit", on_quit},
  };

  g_autoptr (GAction) do_not_disturb =
      g_settings_create_action (self->settings, "do-not-disturb");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  g_action_map_add_action (G_ACTION_MAP (self), do_not_disturb);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit",
                                         (const char *[]){"<Control>q", NULL});
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.preferences",
                                         (const char *[]){"<Control>comma", NULL});
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "window.close",
                                         (const char *[]){"<Control>w", NULL});
}

/* ---- The application ---- */

static void
bind_window (PhoneApplication *self)
{
  const struct {
    const char *key;
    const char *property;
  } bindings[] = {
      {"window-width", "default-width"},
      {"window-height", "default-height"},
      {"window-maximized", "maximized"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind (self->settings, bindings[i].key, self->window, bindings[i].property,
                     G_SETTINGS_BIND_DEFAULT);
}

/* A key that the service has as a property has its name. */
static void
bind_service (PhoneApplication *self, PhoneService *service)
{
  static const char *const keys[] = {
      "microphone",   "speaker",           "ringer",
      "camera",       "echo-cancellation", "noise-suppression",
      "gain-control", "ring-volume",       "ring-tone",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_bind (self->settings, keys[i], service, keys[i], G_SETTINGS_BIND_DEFAULT);
}

static void
phone_application_startup (GApplication *application)
{
  PhoneApplication *self = PHONE_APPLICATION (application);
  g_autoptr (PhoneService) service = NULL;
  g_autofree char *history = NULL;
  g_autofree char *contacts = NULL;

  G_APPLICATION_CLASS (phone_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APPLICATION_ID);
  if (self->is_right_to_left)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  self->settings = g_settings_new (APPLICATION_ID);
  add_actions (self);

  history = g_build_filename (g_get_user_data_dir (), "phone", "history.sqlite", NULL);
  contacts = g_build_filename (g_get_user_data_dir (), "phone", "contacts.sqlite", NULL);
  self->options.history_path = history;
  self->options.contacts_path = contacts;
  self->options.read_address_books = TRUE;
  service = phone_service_new (&self->options);
  self->options.history_path = NULL;
  self->options.contacts_path = NULL;
  bind_service (self, service);
  self->session = phone_session_new (service);
  g_signal_connect_object (self->session, "notify::account",
                           G_CALLBACK (on_session_account), self, G_CONNECT_SWAPPED);
  on_session_account (self);
  self->notifier = phone_notifier_new (application, service);
  self->residence = phone_residence_new (GTK_APPLICATION (self), service);
  g_signal_connect_object (self->residence, "refused", G_CALLBACK (on_background_refused),
                           self, G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->window,
                      phone_window_new (GTK_APPLICATION (self), self->session));
  bind_window (self);
  g_signal_connect_object (self->window, "close-request",
                           G_CALLBACK (on_window_close_request), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "notify::is-active",
                           G_CALLBACK (on_window_is_active), self, G_CONNECT_SWAPPED);
  phone_session_start (self->session);
}

static void
phone_application_activate (GApplication *application)
{
  show (PHONE_APPLICATION (application));
}

/* Each is asked about; the first question that is open stands before the others. */
static void
phone_application_open (GApplication *application,
                        GFile **files,
                        int n_files,
                        const char *hint)
{
  for (int i = 0; i < n_files; i++) {
    g_autofree char *link = g_file_get_uri (files[i]);

    g_action_group_activate_action (G_ACTION_GROUP (application), "dial",
                                    g_variant_new_string (link));
  }
}

static int
phone_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  PhoneApplication *self = PHONE_APPLICATION (application);

  if (g_variant_dict_contains (options, "media")) {
    self->options.source = PHONE_SOURCE_TEST;
    self->options.play = FALSE;
  }
  self->is_right_to_left = g_variant_dict_contains (options, "right-to-left");
  return phone_command_line_check (options);
}

static int
phone_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  return phone_command_line_run (line, G_ACTION_GROUP (application),
                                 get_calls (PHONE_APPLICATION (application)));
}

static void
phone_application_dispose (GObject *object)
{
  PhoneApplication *self = PHONE_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->preferences);
  g_clear_object (&self->notifier);
  g_clear_object (&self->residence);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (phone_application_parent_class)->dispose (object);
}

static void
phone_application_class_init (PhoneApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_application_dispose;
  G_APPLICATION_CLASS (klass)->startup = phone_application_startup;
  G_APPLICATION_CLASS (klass)->activate = phone_application_activate;
  G_APPLICATION_CLASS (klass)->open = phone_application_open;
  G_APPLICATION_CLASS (klass)->command_line = phone_application_command_line;
  G_APPLICATION_CLASS (klass)->handle_local_options =
      phone_application_handle_local_options;
}

static void
phone_application_init (PhoneApplication *self)
{
  self->options = (PhoneServiceOptions){
      .source = PHONE_SOURCE_DEVICES,
      .play = TRUE,
      .tone_hz = 440,
      .max_ringing = MAX_RINGING,
      .watch_network = TRUE,
      .one_speaks = TRUE,
  };
  phone_command_line_add_options (G_APPLICATION (self));
}

PhoneApplication *
phone_application_new (void)
{
  return g_object_new (PHONE_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN | G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/example/Phone", NULL);
}
