/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-network-watch.h"

struct _PhoneNetworkWatch {
  GObject parent_instance;

  /* owned */
  GNetworkMonitor *monitor;

  gint64 burst_since_us;
  guint quiet_id; /* 0: no burst is going on */
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneNetworkWatch, phone_network_watch, G_TYPE_OBJECT)

static gboolean
on_quiet (gpointer user_data)
{
  PhoneNetworkWatch *self = user_data;

  self->quiet_id = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static guint
get_wait_ms (PhoneNetworkWatch *self)
{
  gint64 gone_ms = (g_get_monotonic_time () - self->burst_since_us) / 1000;

  return (guint)CLAMP (PHONE_NETWORK_LIMIT_MS - gone_ms, 0, PHONE_NETWORK_QUIET_MS);
}

/* Also where the network is gone: what hangs on it is better told now than found out. */
static void
on_network_changed (PhoneNetworkWatch *self)
{
  if (self->quiet_id == 0)
    self->burst_since_us = g_get_monotonic_time ();
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  self->quiet_id = g_timeout_add (get_wait_ms (self), on_quiet, self);
}

static void
phone_network_watch_dispose (GObject *object)
{
  PhoneNetworkWatch *self = PHONE_NETWORK_WATCH (object);

  g_clear_handle_id (&self->quiet_id, g_source_remove);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (phone_network_watch_parent_class)->dispose (object);
}

static void
phone_network_watch_class_init (PhoneNetworkWatchClass *class)
{
  G_OBJECT_CLASS (class)->dispose = phone_network_watch_dispose;

  signals[CHANGED] = g_signal_new ("changed", PHONE_TYPE_NETWORK_WATCH, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_network_watch_init (PhoneNetworkWatch *self)
{
}

PhoneNetworkWatch *
phone_network_watch_new (GNetworkMonitor *monitor)
{
  PhoneNetworkWatch *self = g_object_new (PHONE_TYPE_NETWORK_WATCH, NULL);

  self->monitor =
      g_object_ref (monitor != NULL ? monitor : g_network_monitor_get_default ());
  g_signal_connect_object (self->monitor, "network-changed",
                           G_CALLBACK (on_network_changed), self, G_CONNECT_SWAPPED);
  /* What NetworkManager says alone is told by the property only (GLib 2.74). */
  g_signal_connect_object (self->monitor, "notify::network-available",
                           G_CALLBACK (on_network_changed), self, G_CONNECT_SWAPPED);
  return self;
}
