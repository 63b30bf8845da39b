/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-surroundings.h"

#include "phone-call.h"
#include "phone-music-pause.h"
#include "phone-network-watch.h"
#include "phone-suspend-watch.h"

struct _PhoneSurroundings {
  GObject parent_instance;

  /* owned */
  GListModel *calls;
  PhoneMusicPause *music;
  PhoneNetworkWatch *network; /* NULL: not watched */
  PhoneSuspendWatch *suspend;

  gboolean pause_music;
};

enum { NETWORK_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneSurroundings, phone_surroundings, G_TYPE_OBJECT)

/* ---- Music ---- */

/* One that only rings here is none yet: music goes on until somebody answers. */
static gboolean
is_listened_to (PhoneCall *call)
{
  switch (phone_call_get_state (call)) {
  case PHONE_CALL_STATE_DIALLING:
  case PHONE_CALL_STATE_RINGING:
  case PHONE_CALL_STATE_CONNECTING:
  case PHONE_CALL_STATE_ACTIVE:
  case PHONE_CALL_STATE_RECONNECTING:
    return TRUE;
  case PHONE_CALL_STATE_INCOMING:
  case PHONE_CALL_STATE_ENDING:
  case PHONE_CALL_STATE_ENDED:
    return FALSE;
  }
  return FALSE;
}

static void
update_music (PhoneSurroundings *self)
{
  gboolean is_in_call = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (self->calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (self->calls, i);

    is_in_call = is_in_call || is_listened_to (call);
  }
  phone_music_pause_set_paused (self->music, self->pause_music && is_in_call);
}

static void
on_calls_changed (GListModel *calls,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  PhoneSurroundings *self)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    g_signal_connect_object (call, "notify::state", G_CALLBACK (update_music), self,
                             G_CONNECT_SWAPPED);
  }
  update_music (self);
}

void
phone_surroundings_set_pause_music (PhoneSurroundings *self, gboolean pause_music)
{
  self->pause_music = pause_music;
  update_music (self);
}

gboolean
phone_surroundings_get_pause_music (PhoneSurroundings *self)
{
  return self->pause_music;
}

/* ---- The network ---- */

static void
tell_network_changed (PhoneSurroundings *self)
{
  g_signal_emit (self, signals[NETWORK_CHANGED], 0);
}

void
phone_surroundings_watch_network (PhoneSurroundings *self)
{
  g_return_if_fail (self->network == NULL);

  self->network = phone_network_watch_new (NULL);
  g_signal_connect_object (self->network, "changed", G_CALLBACK (tell_network_changed),
                           self, G_CONNECT_SWAPPED);
  self->suspend = phone_suspend_watch_new (NULL);
  g_signal_connect_object (self->suspend, "resumed", G_CALLBACK (tell_network_changed),
                           self, G_CONNECT_SWAPPED);
}

/* ---- The object ---- */

static void
phone_surroundings_dispose (GObject *object)
{
  PhoneSurroundings *self = PHONE_SURROUNDINGS (object);

  g_clear_object (&self->calls);
  g_clear_object (&self->music);
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
  self->music = phone_music_pause_new (NULL);
}

PhoneSurroundings *
phone_surroundings_new (GListModel *calls)
{
  PhoneSurroundings *self = g_object_new (PHONE_TYPE_SURROUNDINGS, NULL);

  self->calls = g_object_ref (calls);
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self,
                           G_CONNECT_DEFAULT);
  return self;
}
