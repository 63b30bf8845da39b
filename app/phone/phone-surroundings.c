/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-surroundings.h"

#include "phone-network-watch.h"
#include "phone-suspend-watch.h"

struct _PhoneSurroundings {
  GObject parent_instance;

  /* owned */
  PhoneNetworkWatch *network;
  PhoneSuspendWatch *suspend;
};

enum { NETWORK_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneSurroundings, phone_surroundings, G_TYPE_OBJECT)

static void
tell_network_changed (PhoneSurroundings *self)
{
  g_signal_emit (self, signals[NETWORK_CHANGED], 0);
}

static void
phone_surroundings_dispose (GObject *object)
{
  PhoneSurroundings *self = PHONE_SURROUNDINGS (object);

  g_clear_object (&self->network);
  g_clear_object (&self->suspend);

  G_OBJECT_CLASS (phone_surroundings_parent_class)->dispose (object);
}

static void
phone_surroundings_class_init (PhoneSurroundingsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = phone_surroundings_dispose;

  signals[NETWORK_CHANGED] =
      g_signal_new ("network-changed", PHONE_TYPE_SURROUNDINGS, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_surroundings_init (PhoneSurroundings *self)
{
  self->network = phone_network_watch_new (NULL);
  g_signal_connect_object (self->network, "changed", G_CALLBACK (tell_network_changed),
                           self, G_CONNECT_SWAPPED);
  self->suspend = phone_suspend_watch_new (NULL);
  g_signal_connect_object (self->suspend, "resumed", G_CALLBACK (tell_network_changed),
                           self, G_CONNECT_SWAPPED);
}

PhoneSurroundings *
phone_surroundings_new (void)
{
  return g_object_new (PHONE_TYPE_SURROUNDINGS, NULL);
}
