/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "phone-agent-map.h"
#include "sip-header.h"

enum { TAKES_FLOOR, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneCall, phone_call, G_TYPE_OBJECT)

void
phone_call_take_floor (PhoneCall *self)
{
  g_signal_emit (self, signals[TAKES_FLOOR], 0);
}

static gboolean
on_second (gpointer user_data)
{
  PhoneCall *self = user_data;

  phone_call_notify (self, PHONE_CALL_PROP_DURATION);
  if (self->lost_since_us != 0)
    phone_call_notify (self, PHONE_CALL_PROP_RECONNECTING);
  return G_SOURCE_CONTINUE;
}

static void
note_active (PhoneCall *self)
{
  if (self->active_since_us != 0)
    return;

  self->active_since_us = g_get_monotonic_time ();
  self->second_id = g_timeout_add_seconds (1, on_second, self);
  phone_call_notify (self, PHONE_CALL_PROP_ACTIVE_SINCE);
}

static void
note_lost (PhoneCall *self, gboolean is_lost)
{
  if (is_lost == (self->lost_since_us != 0))
    return;
  self->lost_since_us = is_lost ? g_get_monotonic_time () : 0;
  phone_call_notify (self, PHONE_CALL_PROP_RECONNECTING);
}

static void
note_ended (PhoneCall *self)
{
  self->ended_at_us = g_get_monotonic_time ();
  g_clear_handle_id (&self->second_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  phone_call_stop_changes (self);
  phone_call_stop_digits (self);
  phone_media_session_close (self->media);
  phone_call_notify (self, PHONE_CALL_PROP_END_STATUS);
  phone_call_notify (self, PHONE_CALL_PROP_END_REASON);
  phone_call_notify (self, PHONE_CALL_PROP_ERROR);
  phone_call_notify (self, PHONE_CALL_PROP_END_CAUSE);
}

void
phone_call_update (PhoneCall *self)
{
  PhoneCallState state =
      phone_call_derive (self->signalling, self->media_state, self->intent);

  if (state == self->state)
    return;

  self->state = state;
  if (state == PHONE_CALL_STATE_ACTIVE)
    note_active (self);
  else if (state == PHONE_CALL_STATE_ENDED)
    note_ended (self);
  note_lost (self, state == PHONE_CALL_STATE_RECONNECTING);
  phone_call_update_quality (self);
  phone_call_notify (self, PHONE_CALL_PROP_STATE);
}

/* ---- The object ---- */

static void
phone_call_dispose (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  g_clear_handle_id (&self->second_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  phone_call_stop_changes (self);
  phone_call_stop_digits (self);
  if (self->media != NULL)
    phone_media_session_close (self->media);
  g_clear_object (&self->media);
  g_clear_pointer (&self->ladder, phone_ladder_unref);
  g_clear_weak_pointer (&self->joined);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->agent);
  g_clear_object (&self->account);
  g_clear_object (&self->contact);

  G_OBJECT_CLASS (phone_call_parent_class)->dispose (object);
}

static void
phone_call_finalize (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  g_free (self->id);
  g_free (self->remote_uri);
  g_free (self->remote_name);
  g_free (self->end_reason);
  g_free (self->transfer_target);
  g_free (self->replaces);
  g_string_free (self->digits, TRUE);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (phone_call_parent_class)->finalize (object);
}

static void
phone_call_class_init (PhoneCallClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_call_dispose;
  object_class->finalize = phone_call_finalize;

  phone_call_install_properties (object_class);
  phone_call_install_digit_signals ();
  signals[TAKES_FLOOR] = g_signal_new ("takes-floor", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
phone_call_init (PhoneCall *self)
{
  static guint64 last_id;

  self->id = g_strdup_printf ("c%" G_GUINT64_FORMAT, ++last_id);
  self->cancellable = g_cancellable_new ();
  self->digits = g_string_new (NULL);
  self->started_at_us = g_get_monotonic_time ();
  self->ringing_ms = -1;
  self->answered_ms = -1;
}

static PhoneCall *
new_call (PhoneAccount *account, PhoneAgent *agent, PhoneMediaSession *media)
{
  PhoneCall *self = g_object_new (PHONE_TYPE_CALL, NULL);

  self->account = g_object_ref (account);
  g_set_object (&self->agent, agent);
  self->media = g_object_ref (media);
  self->media_state = phone_media_session_get_state (media);
  phone_call_watch_media (self);
  return self;
}

PhoneCall *
phone_call_new_outgoing (PhoneAccount *account,
                         PhoneAgent *agent,
                         PhoneMediaSession *media,
                         const char *uri,
                         PhoneCallFlags flags,
                         SipSessionId asked_by)
{
  PhoneCall *self = new_call (account, agent, media);

  self->direction = PHONE_DIRECTION_OUTGOING;
  self->signalling = PHONE_SIGNALLING_DIALLING;
  self->state = PHONE_CALL_STATE_DIALLING;
  self->flags = flags;
  self->asked_by = asked_by;
  self->remote_uri = g_strdup (uri);
  self->answer_from_us = self->started_at_us;
  phone_call_start (self);
  return self;
}

PhoneCall *
phone_call_new_incoming (PhoneAccount *account,
                         PhoneAgent *agent,
                         PhoneMediaSession *media,
                         const SipOutput *output,
                         PhoneCall *replaced)
{
  PhoneCall *self = new_call (account, agent, media);
  const SipNameAddr *from = sip_message_get_from (output->message);

  self->direction = PHONE_DIRECTION_INCOMING;
  self->signalling = PHONE_SIGNALLING_INCOMING;
  self->state = PHONE_CALL_STATE_INCOMING;
  self->session = output->session;
  self->ladder = phone_agent_dup_ladder (agent, self->session);
  self->is_offerless = output->body == NULL;
  if (replaced != NULL)
    self->replaces = g_strdup (replaced->id);
  self->remote_uri = sip_uri_dup_address_of_record (&from->uri);
  self->remote_name = sip_name_addr_dup_display_name (from);
  return self;
}

char *
phone_call_dup_ladder (PhoneCall *self)
{
  return self->ladder != NULL ? phone_ladder_dup_text (self->ladder) : g_strdup ("");
}

SipSessionId
phone_call_get_session (PhoneCall *self)
{
  return self->session;
}

const char *
phone_call_get_id (PhoneCall *self)
{
  return self->id;
}

PhoneAccount *
phone_call_get_account (PhoneCall *self)
{
  return self->account;
}

PhoneCallState
phone_call_get_state (PhoneCall *self)
{
  return self->state;
}

const char *
phone_call_get_replaces (PhoneCall *self)
{
  return self->replaces;
}

PhoneDirection
phone_call_get_direction (PhoneCall *self)
{
  return self->direction;
}

const char *
phone_call_get_remote_uri (PhoneCall *self)
{
  return self->remote_uri;
}

gboolean
phone_call_get_silenced (PhoneCall *self)
{
  return self->is_silenced;
}

void
phone_call_silence (PhoneCall *self)
{
  self->is_silenced = TRUE;
}

PhoneContact *
phone_call_get_contact (PhoneCall *self)
{
  return self->contact;
}

void
phone_call_set_contact (PhoneCall *self, PhoneContact *contact)
{
  if (!g_set_object (&self->contact, contact))
    return;
  phone_call_notify (self, PHONE_CALL_PROP_CONTACT);
  phone_call_notify (self, PHONE_CALL_PROP_TITLE);
}

const char *
phone_call_get_remote_name (PhoneCall *self)
{
  return self->remote_name;
}

PhoneEndCause
phone_call_get_end_cause (PhoneCall *self)
{
  return self->end_cause;
}

guint
phone_call_get_end_status (PhoneCall *self)
{
  return self->end_status;
}

const char *
phone_call_get_end_reason (PhoneCall *self)
{
  return self->end_reason;
}

const GError *
phone_call_get_error (PhoneCall *self)
{
  return self->error;
}

guint
phone_call_get_duration (PhoneCall *self)
{
  gint64 until_us = self->ended_at_us;

  if (self->active_since_us == 0)
    return 0;
  if (until_us == 0)
    until_us = g_get_monotonic_time ();
  return (guint)((until_us - self->active_since_us) / G_USEC_PER_SEC);
}

guint
phone_call_get_reconnecting (PhoneCall *self)
{
  if (self->lost_since_us == 0)
    return 0;
  return (guint)((g_get_monotonic_time () - self->lost_since_us) / G_USEC_PER_SEC);
}
