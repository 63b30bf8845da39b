/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ringer-private.h"

#include "phone-ringer-choice.h"
#include "phone-tone-player.h"

struct _PhoneRinger {
  GObject parent_instance;

  /* owned */
  PhoneTonePlayer *ring; /* NULL, as the others: no sound is made */
  PhoneTonePlayer *speaker;
  PhoneTonePlayer *keys;

  /* borrowed */
  PhoneService *service;

  PhoneRingerSound sound;
};

G_DEFINE_FINAL_TYPE (PhoneRinger, phone_ringer, G_TYPE_OBJECT)

static const PhoneMelody *
find_ring (PhoneRinger *self, PhoneCall *call)
{
  PhoneAccountConfig *config =
      call ? phone_account_get_config (phone_call_get_account (call)) : NULL;
  const char *name = config ? phone_account_config_get_ring_tone (config) : NULL;
  g_autofree char *usual = NULL;

  g_object_get (self->service, "ring-tone", &usual, NULL);
  return phone_melody_find_ring (name ? name : usual);
}

static PhoneCall *
dup_incoming (PhoneRinger *self)
{
  GListModel *calls = phone_service_get_calls (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING &&
        !phone_call_get_silenced (call))
      return g_steal_pointer (&call);
  }
  return NULL;
}

static void
begin_ring (PhoneRinger *self)
{
  g_autoptr (PhoneCall) call = dup_incoming (self);

  phone_tone_player_play (self->ring, find_ring (self, call));
}

static void
follow (PhoneRinger *self, PhoneRingerSound sound)
{
  if (sound == self->sound)
    return;
  if (self->sound == PHONE_RINGER_RING)
    phone_tone_player_stop (self->ring);
  else if (self->sound != PHONE_RINGER_SILENT)
    phone_tone_player_stop (self->speaker);
  self->sound = sound;
  switch (sound) {
  case PHONE_RINGER_SILENT:
    break;
  case PHONE_RINGER_RING:
    begin_ring (self);
    break;
  case PHONE_RINGER_WAITING:
    phone_tone_player_play (self->speaker, phone_melody_get_tone (PHONE_MELODY_WAITING));
    break;
  case PHONE_RINGER_RINGBACK:
    phone_tone_player_play (self->speaker, phone_melody_get_tone (PHONE_MELODY_RINGBACK));
    break;
  }
}

static void
update (PhoneRinger *self)
{
  GListModel *calls = phone_service_get_calls (self->service);
  guint n_calls = g_list_model_get_n_items (calls);
  g_autofree PhoneRingerCall *seen = g_new0 (PhoneRingerCall, n_calls + 1);

  for (guint i = 0; i < n_calls; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    seen[i].state = phone_call_get_state (call);
    seen[i].heard = phone_call_get_heard (call);
    seen[i].silenced = phone_call_get_silenced (call);
  }
  follow (self, phone_ringer_choose (seen, n_calls));
}

static void
tell_end (PhoneRinger *self, PhoneCall *call)
{
  gint64 active_since = 0;
  PhoneMelodyTone tone = PHONE_MELODY_NONE;

  g_object_get (call, "active-since", &active_since, NULL);
  tone = phone_ringer_choose_end (phone_call_get_direction (call), active_since > 0,
                                  phone_call_get_end_cause (call));
  if (tone != PHONE_MELODY_NONE && self->sound == PHONE_RINGER_SILENT)
    phone_tone_player_play (self->speaker, phone_melody_get_tone (tone));
}

static void
on_call_state (PhoneCall *call, GParamSpec *pspec, PhoneRinger *self)
{
  update (self);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
    tell_end (self, call);
}

static void
on_call_heard (PhoneCall *call, GParamSpec *pspec, PhoneRinger *self)
{
  update (self);
}

static void
on_calls_changed (
    GListModel *calls, guint position, guint removed, guint added, PhoneRinger *self)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_state), self, 0);
    g_signal_connect_object (call, "notify::heard", G_CALLBACK (on_call_heard), self, 0);
  }
  update (self);
}

static void
on_volume (PhoneService *service, GParamSpec *pspec, PhoneRinger *self)
{
  double volume = 0;

  g_object_get (service, "ring-volume", &volume, NULL);
  phone_tone_player_set_volume (self->ring, volume);
}

static void
on_tone (PhoneService *service, GParamSpec *pspec, PhoneRinger *self)
{
  if (self->sound == PHONE_RINGER_RING)
    begin_ring (self);
}

static void
phone_ringer_dispose (GObject *object)
{
  PhoneRinger *self = PHONE_RINGER (object);

  g_clear_object (&self->ring);
  g_clear_object (&self->speaker);
  g_clear_object (&self->keys);
  G_OBJECT_CLASS (phone_ringer_parent_class)->dispose (object);
}

static void
phone_ringer_class_init (PhoneRingerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = phone_ringer_dispose;
}

static void
phone_ringer_init (PhoneRinger *self)
{
}

PhoneRinger *
phone_ringer_new (PhoneService *service, PhoneEquipment *equipment, gboolean play)
{
  PhoneRinger *self = g_object_new (PHONE_TYPE_RINGER, NULL);

  self->service = service;
  if (!play)
    return self;
  self->ring = phone_tone_player_new (equipment, PHONE_ROLE_RINGER);
  self->speaker = phone_tone_player_new (equipment, PHONE_ROLE_SPEAKER);
  self->keys = phone_tone_player_new (equipment, PHONE_ROLE_SPEAKER);
  on_volume (service, NULL, self);
  g_signal_connect_object (phone_service_get_calls (service), "items-changed",
                           G_CALLBACK (on_calls_changed), self, 0);
  g_signal_connect_object (service, "notify::ring-volume", G_CALLBACK (on_volume), self,
                           0);
  g_signal_connect_object (service, "notify::ring-tone", G_CALLBACK (on_tone), self, 0);
  return self;
}

const char *const *
phone_ringer_get_tone_names (void)
{
  return phone_melody_get_ring_names ();
}

void
phone_ringer_play_digit (PhoneRinger *self, char digit)
{
  const PhoneMelody *melody = phone_melody_get_digit (digit);

  if (melody && self->keys)
    phone_tone_player_play (self->keys, melody);
}

void
phone_ringer_try (PhoneRinger *self, const char *tone)
{
  if (self->ring && self->sound != PHONE_RINGER_RING)
    phone_tone_player_play_once (self->ring, tone != NULL ? phone_melody_find_ring (tone)
                                                          : find_ring (self, NULL));
}

void
phone_ringer_try_speaker (PhoneRinger *self)
{
  if (self->keys)
    phone_tone_player_play (self->keys, phone_melody_get_tone (PHONE_MELODY_TEST));
}
