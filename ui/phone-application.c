/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-application.h"

#include "phone-compat.h"
#include "phone-notifier.h"
#include "phone-preferences-window.h"
#include "phone-session.h"
#include "phone-window.h"

#include <glib/gi18n.h>

#define MAX_RINGING 2

struct _PhoneApplication {
  AdwApplication parent;

  /* owned */
  PhoneSession *session;
  PhoneNotifier *notifier;
  GSettings *settings;

  /* weak */
  PhoneWindow *window;

  PhoneServiceOptions options; /* of the command line */
  gboolean is_leaving;
};

G_DEFINE_FINAL_TYPE (PhoneApplication, phone_application, ADW_TYPE_APPLICATION)

/* ---- Calls ---- */

static PhoneCall *
find_call (PhoneApplication *self, const char *id)
{
  GListModel *calls = phone_service_get_calls (phone_session_get_service (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (g_strcmp0 (phone_call_get_id (call), id) == 0)
      return g_steal_pointer (&call);
  }
  return NULL;
}

static gboolean
is_in_call (PhoneApplication *self)
{
  GListModel *calls = phone_service_get_calls (phone_session_get_service (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (phone_call_get_state (call) != PHONE_CALL_STATE_INCOMING &&
        phone_call_get_state (call) != PHONE_CALL_STATE_ENDED)
      return TRUE;
  }
  return FALSE;
}

/* One call is talked in at a time. */
static void
on_service_incoming (PhoneApplication *self, PhoneCall *call)
{
  if (is_in_call (self) || g_settings_get_boolean (self->settings, "do-not-disturb"))
    phone_call_decline_busy (call);
  else
    phone_notifier_tell (self->notifier, call);
}

/* ---- Actions ---- */

static void
show (PhoneApplication *self)
{
  if (self->window != NULL && !self->is_leaving)
    gtk_window_present (GTK_WINDOW (self->window));
}

static void
on_answer (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;
  g_autoptr (PhoneCall) call = find_call (self, g_variant_get_string (target, NULL));

  if (call == NULL)
    return;
  phone_window_answer (self->window, call, PHONE_CALL_AUDIO);
  show (self);
}

static void
on_decline (GSimpleAction *action, GVariant *target, gpointer data)
{
  g_autoptr (PhoneCall) call = find_call (data, g_variant_get_string (target, NULL));

  if (call != NULL)
    phone_call_decline (call);
}

static void
on_show (GSimpleAction *action, GVariant *target, gpointer data)
{
  show (data);
}

static void
on_sign_out (GSimpleAction *action, GVariant *target, gpointer data)
{
  phone_session_sign_out (PHONE_APPLICATION (data)->session);
}

static void
on_preferences (GSimpleAction *action, GVariant *target, gpointer data)
{
  PhoneApplication *self = data;

  gtk_window_present (
      phone_preferences_window_new (GTK_WINDOW (self->window), self->session));
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

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action),
                               phone_session_is_signed_in (self->session));
}

static void
add_actions (PhoneApplication *self)
{
  const GActionEntry entries[] = {
      {"answer", on_answer, "s"}, {"decline", on_decline, "s"},    {"show", on_show},
      {"sign-out", on_sign_out},  {"preferences", on_preferences}, {"about", on_about},
      {"quit", on_quit},
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
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

static void
phone_application_startup (GApplication *application)
{
  PhoneApplication *self = PHONE_APPLICATION (application);
  g_autoptr (PhoneService) service = NULL;

  G_APPLICATION_CLASS (phone_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APPLICATION_ID);
  add_actions (self);
  self->settings = g_settings_new (APPLICATION_ID);

  service = phone_service_new (&self->options);
  g_signal_connect_object (service, "incoming", G_CALLBACK (on_service_incoming), self,
                           G_CONNECT_SWAPPED);
  self->session = phone_session_new (service);
  g_signal_connect_object (self->session, "notify::account",
                           G_CALLBACK (on_session_account), self, G_CONNECT_SWAPPED);
  on_session_account (self);
  self->notifier = phone_notifier_new (application);
  g_set_weak_pointer (&self->window,
                      phone_window_new (GTK_APPLICATION (self), self->session));
  bind_window (self);
  g_signal_connect_object (self->window, "close-request",
                           G_CALLBACK (on_window_close_request), self, G_CONNECT_SWAPPED);
  phone_session_start (self->session);
}

static void
phone_application_activate (GApplication *application)
{
  show (PHONE_APPLICATION (application));
}

static int
phone_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  PhoneApplication *self = PHONE_APPLICATION (application);
  const char *media = NULL;

  if (g_variant_dict_contains (options, "version")) {
    g_print ("phone %s\n", PHONE_VERSION);
    return 0;
  }
  if (!g_variant_dict_lookup (options, "media", "&s", &media))
    return -1;
  if (g_strcmp0 (media, "test") != 0) {
    g_printerr (_ ("phone: there is no media “%s”; try “phone --help”\n"), media);
    return 2;
  }
  self->options.source = PHONE_SOURCE_TEST;
  self->options.play = FALSE;
  return -1;
}

static void
phone_application_dispose (GObject *object)
{
  PhoneApplication *self = PHONE_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->notifier);
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
  G_APPLICATION_CLASS (klass)->handle_local_options =
      phone_application_handle_local_options;
}

static void
phone_application_init (PhoneApplication *self)
{
  const GOptionEntry entries[] = {
      {"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL},
      {"media", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, NULL,
       N_ ("“test” sends a tone and numbered pictures instead of microphone and camera"),
       N_ ("KIND")},
      {NULL},
  };

  self->options = (PhoneServiceOptions){
      .source = PHONE_SOURCE_DEVICES,
      .play = TRUE,
      .tone_hz = 440,
      .max_ringing = MAX_RINGING,
  };
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("A phone that calls browsers and is called by them."));
}

PhoneApplication *
phone_application_new (void)
{
  return g_object_new (PHONE_TYPE_APPLICATION, "application-id", APPLICATION_ID,
                       "resource-base-path", "/org/example/Phone", NULL);
}
