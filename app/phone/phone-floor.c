/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-floor.h"

struct _PhoneFloor {
  GObject parent_instance;

  /* borrowed */
  GListModel *calls;

  /* weak */
  PhoneCall *owner; /* NULL: nobody speaks */
};

G_DEFINE_FINAL_TYPE (PhoneFloor, phone_floor, G_TYPE_OBJECT)

void
phone_floor_hold_others (GListModel *calls, PhoneCall *call)
{
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) other = g_list_model_get_item (calls, i);

    if (other != call &&
        g_strcmp0 (phone_call_get_id (other), phone_call_get_replaces (call)) != 0)
      phone_call_set_held (other, TRUE);
  }
}

static void
on_call_takes_floor (PhoneCall *call, PhoneFloor *self)
{
  g_set_weak_pointer (&self->owner, call);
  phone_floor_hold_others (self->calls, call);
}

static void
come_to_stand (PhoneFloor *self, PhoneCall *call)
{
  if (self->owner == NULL)
    g_set_weak_pointer (&self->owner, call);
  else if (self->owner != call)
    phone_call_set_held (call, TRUE);
}

static void
on_call_state (PhoneCall *call, GParamSpec *pspec, PhoneFloor *self)
{
  switch (phone_call_get_state (call)) {
  case PHONE_CALL_STATE_CONNECTING:
  case PHONE_CALL_STATE_ACTIVE:
    come_to_stand (self, call);
    break;
  case PHONE_CALL_STATE_ENDING:
  case PHONE_CALL_STATE_ENDED:
    if (self->owner == call)
      g_clear_weak_pointer (&self->owner);
    break;
  case PHONE_CALL_STATE_DIALLING:
  case PHONE_CALL_STATE_RINGING:
  case PHONE_CALL_STATE_INCOMING:
  case PHONE_CALL_STATE_RECONNECTING:
    break;
  }
}

static void
on_calls_changed (
    GListModel *calls, guint position, guint removed, guint added, PhoneFloor *self)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_state), self, 0);
    g_signal_connect_object (call, "takes-floor", G_CALLBACK (on_call_takes_floor), self,
                             0);
    if (phone_call_get_direction (call) == PHONE_DIRECTION_OUTGOING)
      on_call_takes_floor (call, self);
  }
}

static void
phone_floor_dispose (GObject *object)
{
  g_clear_weak_pointer (&PHONE_FLOOR (object)->owner);

  G_OBJECT_CLASS (phone_floor_parent_class)->dispose (object);
}

static void
phone_floor_class_init (PhoneFloorClass *class)
{
  G_OBJECT_CLASS (class)->dispose = phone_floor_dispose;
}

static void
phone_floor_init (PhoneFloor *self)
{
}

PhoneFloor *
phone_floor_new (GListModel *calls)
{
  PhoneFloor *self = g_object_new (PHONE_TYPE_FLOOR, NULL);

  self->calls = calls;
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self,
                           0);
  return self;
}
