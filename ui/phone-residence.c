/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-residence.h"

#include "phone-background.h"

#include <glib/gi18n.h>

struct _PhoneResidence {
  GObject parent;

  /* owned */
  GSettings *settings;
  GListModel *calls;
  GCancellable *cancellable;

  GtkApplication *application; /* borrowed: it owns this object */

  GtkApplicationInhibitFlags inhibited;
  guint cookie; /* 0: nothing is, or nobody listened */
};

enum { REFUSED, N_SIGNALS };

static guint told[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneResidence, phone_residence, G_TYPE_OBJECT)

/* ---- Staying, and starting ---- */

/* What was refused is not what the switch says. */
static void
on_requested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  PhoneResidence *self = user_data;

  if (phone_background_request_finish (result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_message ("Running in the background: %s", error->message);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return;
  g_settings_set_boolean (self->settings, "run-in-background", FALSE);
  g_settings_set_boolean (self->settings, "autostart", FALSE);
  g_signal_emit (self, told[REFUSED], 0);
}

static void
request_background (PhoneResidence *self)
{
  static const char *const command[] = {"phone", "--gapplication-service", NULL};
  gboolean stays = g_settings_get_boolean (self->settings, "run-in-background");
  gboolean starts = stays && g_settings_get_boolean (self->settings, "autostart");

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  phone_background_request_async (APPLICATION_ID, command,
                                  _ ("Calls ring when no window is open."), stays, starts,
                                  self->cancellable, on_requested, self);
}

/* ---- Staying awake ---- */

static GtkApplicationInhibitFlags
get_wanted_flags (PhoneCall *call)
{
  gboolean has_picture =
      phone_call_get_video (call) || phone_call_get_remote_video (call);

  switch (phone_call_get_state (call)) {
  case PHONE_CALL_STATE_DIALLING:
  case PHONE_CALL_STATE_RINGING:
  case PHONE_CALL_STATE_CONNECTING:
  case PHONE_CALL_STATE_ACTIVE:
  case PHONE_CALL_STATE_RECONNECTING:
    return GTK_APPLICATION_INHIBIT_SUSPEND |
           (has_picture ? GTK_APPLICATION_INHIBIT_IDLE : 0);
  case PHONE_CALL_STATE_INCOMING:
  case PHONE_CALL_STATE_ENDING:
  case PHONE_CALL_STATE_ENDED:
    return 0;
  }
  return 0;
}

static void
update_inhibited (PhoneResidence *self)
{
  GtkApplicationInhibitFlags wanted = 0;
  guint before = self->cookie;

  for (guint i = 0; i < g_list_model_get_n_items (self->calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (self->calls, i);

    wanted |= get_wanted_flags (call);
  }
  if (wanted == self->inhibited)
    return;
  self->inhibited = wanted;
  self->cookie =
      wanted != 0
          ? gtk_application_inhibit (
                self->application, gtk_application_get_active_window (self->application),
                wanted, C_ ("why the computer stays awake", "A call is going on"))
          : 0;
  if (before != 0)
    gtk_application_uninhibit (self->application, before);
}

static void
on_calls_changed (GListModel *calls,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  PhoneResidence *self)
{
  static const char *const signals[] = {"notify::state", "notify::video",
                                        "notify::remote-video"};

  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    for (guint j = 0; j < G_N_ELEMENTS (signals); j++)
      g_signal_connect_object (call, signals[j], G_CALLBACK (update_inhibited), self,
                               G_CONNECT_SWAPPED);
  }
  update_inhibited (self);
}

/* ---- The object ---- */

static void
phone_residence_dispose (GObject *object)
{
  PhoneResidence *self = PHONE_RESIDENCE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->calls);
  G_OBJECT_CLASS (phone_residence_parent_class)->dispose (object);
}

static void
phone_residence_finalize (GObject *object)
{
  g_object_unref (PHONE_RESIDENCE (object)->cancellable);
  G_OBJECT_CLASS (phone_residence_parent_class)->finalize (object);
}

static void
phone_residence_class_init (PhoneResidenceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_residence_dispose;
  G_OBJECT_CLASS (klass)->finalize = phone_residence_finalize;
  told[REFUSED] = g_signal_new ("refused", PHONE_TYPE_RESIDENCE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_residence_init (PhoneResidence *self)
{
  self->cancellable = g_cancellable_new ();
  self->settings = g_settings_new (APPLICATION_ID);
}

PhoneResidence *
phone_residence_new (GtkApplication *application, PhoneService *service)
{
  static const char *const keys[] = {"do-not-disturb", "pause-music"};
  PhoneResidence *self = g_object_new (PHONE_TYPE_RESIDENCE, NULL);

  self->application = application;
  self->calls = g_object_ref (phone_service_get_calls (service));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_bind (self->settings, keys[i], service, keys[i], G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->calls, "items-changed", G_CALLBACK (on_calls_changed),
                           self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->settings, "changed::run-in-background",
                           G_CALLBACK (request_background), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::autostart",
                           G_CALLBACK (request_background), self, G_CONNECT_SWAPPED);
  return self;
}
