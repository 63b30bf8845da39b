/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-suspend-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_IFACE "org.freedesktop.login1.Manager"

struct _PhoneSuspendWatch {
  GObject parent_instance;

  /* owned */
  GCancellable *cancellable;
  GDBusConnection *bus;
  guint subscription;
  guint jump_id;
  int jump_fd;

  gint64 ahead_us;  /* of CLOCK_BOOTTIME, when it was last looked at */
  gboolean is_told; /* of the sleep that logind speaks of, by the clocks */
};

enum { RESUMED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneSuspendWatch, phone_suspend_watch, G_TYPE_OBJECT)

/* ---- By the clocks ---- */

static gint64
get_time_us (clockid_t clock)
{
  struct timespec now = {0};

  clock_gettime (clock, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
get_ahead_us (void)
{
  return get_time_us (CLOCK_BOOTTIME) - get_time_us (CLOCK_MONOTONIC);
}

void
phone_suspend_watch_compare (PhoneSuspendWatch *self, gint64 ahead_us)
{
  gint64 slept_us = ahead_us - self->ahead_us;

  self->ahead_us = ahead_us;
  if (slept_us < PHONE_SUSPEND_LEAST_US)
    return;
  g_debug ("Slept for %" G_GINT64_FORMAT " s", slept_us / G_USEC_PER_SEC);
  self->is_told = TRUE;
  g_signal_emit (self, signals[RESUMED], 0);
}

/* At a time that never comes: only its being cancelled is waited for. */
static gboolean
arm (int fd)
{
  const struct itimerspec never = {.it_value.tv_sec = G_MAXINT64};

  return timerfd_settime (fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                          NULL) == 0;
}

static gboolean
on_clock_jumped (int fd, GIOCondition condition, gpointer user_data)
{
  PhoneSuspendWatch *self = user_data;
  guint64 n_expired;

  /* ECANCELED takes the event away; the timer itself stays cancelled. */
  if (read (fd, &n_expired, sizeof n_expired) < 0)
    g_debug ("The clock jumped: %s", g_strerror (errno));
  arm (fd);
  phone_suspend_watch_compare (self, get_ahead_us ());
  return G_SOURCE_CONTINUE;
}

static void
watch_clocks (PhoneSuspendWatch *self)
{
  self->ahead_us = get_ahead_us ();
  self->jump_fd = timerfd_create (CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->jump_fd >= 0 && arm (self->jump_fd))
    self->jump_id = g_unix_fd_add (self->jump_fd, G_IO_IN, on_clock_jumped, self);
  else
    g_debug ("Sleep is told by logind alone: %s", g_strerror (errno));
}

/* ---- By logind ---- */

static void
on_prepare_for_sleep (GDBusConnection *bus,
                      const char *sender,
                      const char *path,
                      const char *interface,
                      const char *signal,
                      GVariant *parameters,
                      gpointer user_data)
{
  PhoneSuspendWatch *self = user_data;
  gboolean is_told = self->is_told;
  gboolean is_beginning;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &is_beginning);
  self->is_told = FALSE;
  if (is_beginning || is_told)
    return;
  self->ahead_us = get_ahead_us ();
  g_signal_emit (self, signals[RESUMED], 0);
}

static void
watch_logind (PhoneSuspendWatch *self, GDBusConnection *bus)
{
  self->bus = g_object_ref (bus);
  self->subscription = g_dbus_connection_signal_subscribe (
      bus, LOGIND_NAME, LOGIND_IFACE, "PrepareForSleep", LOGIND_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, self, NULL);
}

/* None: in a sandbox, and on machines without systemd. */
static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    watch_logind (user_data, bus);
  else
    g_debug ("No system bus: %s", error->message);
}

/* ---- The object ---- */

static void
phone_suspend_watch_dispose (GObject *object)
{
  PhoneSuspendWatch *self = PHONE_SUSPEND_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
  g_clear_handle_id (&self->jump_id, g_source_remove);
  if (self->jump_fd >= 0)
    close (self->jump_fd);
  self->jump_fd = -1;

  G_OBJECT_CLASS (phone_suspend_watch_parent_class)->dispose (object);
}

static void
phone_suspend_watch_finalize (GObject *object)
{
  g_object_unref (PHONE_SUSPEND_WATCH (object)->cancellable);
  G_OBJECT_CLASS (phone_suspend_watch_parent_class)->finalize (object);
}

static void
phone_suspend_watch_class_init (PhoneSuspendWatchClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_suspend_watch_dispose;
  object_class->finalize = phone_suspend_watch_finalize;

  signals[RESUMED] = g_signal_new ("resumed", PHONE_TYPE_SUSPEND_WATCH, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_suspend_watch_init (PhoneSuspendWatch *self)
{
  self->cancellable = g_cancellable_new ();
  watch_clocks (self);
}

PhoneSuspendWatch *
phone_suspend_watch_new (GDBusConnection *system_bus)
{
  PhoneSuspendWatch *self = g_object_new (PHONE_TYPE_SUSPEND_WATCH, NULL);

  if (system_bus != NULL)
    watch_logind (self, system_bus);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, self);
  return self;
}
