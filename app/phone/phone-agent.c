/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-agent.h"

#include "phone-agent-map.h"
#include "phone-log.h"
#include "phone-random.h"

struct _PhoneAgent {
  GObject parent_instance;

  /* owned */
  SipUa *ua;
  PhoneTransport *transport;
  GSource *deadline;
  GError *flow_error;
  char *name;
  PhoneLadders *ladders;

  gboolean is_pumping;
};

enum { OUTPUT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneAgent, phone_agent, G_TYPE_OBJECT)

static void
fill_random (guint8 *buffer, gsize length, gpointer user_data)
{
  phone_random_fill (buffer, length);
}

static void
send_frame (PhoneAgent *self, const SipOutput *output)
{
  phone_log_wire (PHONE_WIRE_SENT, self->name, output->frame, output->frame_len);
  phone_ladders_add (self->ladders, PHONE_WIRE_SENT, output->frame, output->frame_len);
  phone_transport_send (self->transport, output->frame, output->frame_len);
}

static void
carry_out (PhoneAgent *self, const SipOutput *output)
{
  switch (output->type) {
  case SIP_OUTPUT_OPEN_FLOW:
    phone_transport_open (self->transport);
    break;
  case SIP_OUTPUT_CLOSE_FLOW:
    phone_transport_close (self->transport);
    break;
  case SIP_OUTPUT_AVOID_SERVER:
    phone_transport_avoid_server (self->transport, output->retry_at_us);
    break;
  case SIP_OUTPUT_AVOID_NONE:
    phone_transport_avoid_none (self->transport);
    break;
  case SIP_OUTPUT_PING:
    phone_transport_ping (self->transport);
    break;
  case SIP_OUTPUT_SEND:
    send_frame (self, output);
    break;
  case SIP_OUTPUT_STOPPED:
    phone_transport_close (self->transport);
    g_signal_emit (self, signals[OUTPUT], 0, output);
    break;
  case SIP_OUTPUT_REGISTRATION:
  case SIP_OUTPUT_INCOMING:
  case SIP_OUTPUT_PROGRESS:
  case SIP_OUTPUT_ANSWERED:
  case SIP_OUTPUT_CONFIRMED:
  case SIP_OUTPUT_REOFFER:
  case SIP_OUTPUT_OFFER_ASKED:
  case SIP_OUTPUT_REOFFER_WITHDRAWN:
  case SIP_OUTPUT_REANSWERED:
  case SIP_OUTPUT_REOFFER_DUE:
  case SIP_OUTPUT_DIGIT:
  case SIP_OUTPUT_DIGIT_SENT:
  case SIP_OUTPUT_TRANSFER:
  case SIP_OUTPUT_TRANSFER_ASKED:
  case SIP_OUTPUT_TRANSFER_WITHDRAWN:
  case SIP_OUTPUT_ENDED:
    g_signal_emit (self, signals[OUTPUT], 0, output);
    break;
  }
}

/* The drain rule: a command given by a handler of ::output returns here at once, and the
 * loop that runs already pops what it brought about. */
static void
pump (PhoneAgent *self)
{
  g_autoptr (PhoneAgent) alive = NULL;
  const SipOutput *output;
  gint64 deadline_us;

  if (self->is_pumping || self->deadline == NULL)
    return;

  alive = g_object_ref (self);
  self->is_pumping = TRUE;
  while (self->deadline != NULL && (output = sip_ua_pop_output (self->ua)) != NULL)
    carry_out (self, output);
  self->is_pumping = FALSE;
  if (self->deadline == NULL) /* abandoned by a handler */
    return;

  deadline_us = sip_ua_get_deadline (self->ua);
  g_source_set_ready_time (self->deadline, deadline_us == G_MAXINT64 ? -1 : deadline_us);
}

static gboolean
on_deadline_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static gboolean
on_deadline (gpointer user_data)
{
  PhoneAgent *self = user_data;

  sip_ua_tick (self->ua, g_get_monotonic_time ());
  pump (self);
  return G_SOURCE_CONTINUE;
}

static void
on_transport_opened (PhoneTransport *transport, PhoneAgent *self)
{
  g_clear_error (&self->flow_error);
  sip_ua_flow_opened (self->ua, g_get_monotonic_time ());
  pump (self);
}

static void
on_transport_received (PhoneTransport *transport, GBytes *frame, PhoneAgent *self)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (frame, &length);

  phone_log_wire (PHONE_WIRE_RECEIVED, self->name, data, length);
  phone_ladders_add (self->ladders, PHONE_WIRE_RECEIVED, data, length);
  sip_ua_receive (self->ua, data, length, g_get_monotonic_time ());
  pump (self);
}

static void
on_transport_pong (PhoneTransport *transport, PhoneAgent *self)
{
  sip_ua_pong (self->ua, g_get_monotonic_time ());
  pump (self);
}

static void
on_transport_closed (PhoneTransport *transport,
                     PhoneTransportClose *close,
                     PhoneAgent *self)
{
  g_clear_error (&self->flow_error);
  if (close->error != NULL)
    self->flow_error = g_error_copy (close->error);
  sip_ua_flow_closed (self->ua, phone_flow_close_from_transport (close->end),
                      close->retry_after_s, g_get_monotonic_time ());
  pump (self);
}

static void
phone_agent_dispose (GObject *object)
{
  PhoneAgent *self = PHONE_AGENT (object);

  phone_agent_abandon (self);
  g_clear_object (&self->transport);

  G_OBJECT_CLASS (phone_agent_parent_class)->dispose (object);
}

static void
phone_agent_finalize (GObject *object)
{
  PhoneAgent *self = PHONE_AGENT (object);

  sip_ua_free (self->ua);
  g_clear_error (&self->flow_error);
  g_clear_pointer (&self->ladders, phone_ladders_free);
  g_free (self->name);

  G_OBJECT_CLASS (phone_agent_parent_class)->finalize (object);
}

static void
phone_agent_class_init (PhoneAgentClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_agent_dispose;
  object_class->finalize = phone_agent_finalize;

  signals[OUTPUT] = g_signal_new ("output", PHONE_TYPE_AGENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
phone_agent_init (PhoneAgent *self)
{
  static GSourceFuncs funcs = {.dispatch = on_deadline_dispatch};

  self->deadline = g_source_new (&funcs, sizeof (GSource));
  g_source_set_static_name (self->deadline, "phone-agent");
  g_source_set_callback (self->deadline, on_deadline, self, NULL);
  g_source_attach (self->deadline, NULL);
}

PhoneAgent *
phone_agent_new (const SipUaConfig *config, PhoneTransport *transport)
{
  SipUaConfig own = *config;
  g_autoptr (SipUa) ua = NULL;
  PhoneAgent *self;

  own.random = fill_random;
  own.random_data = NULL;
  ua = sip_ua_new (&own, g_get_monotonic_time ());
  if (ua == NULL)
    return NULL;
  self = g_object_new (PHONE_TYPE_AGENT, NULL);
  self->ua = g_steal_pointer (&ua);
  self->name = g_strdup (config->aor);
  self->ladders = phone_ladders_new (self->name);
  self->transport = g_object_ref (transport);
  g_signal_connect_object (transport, "opened", G_CALLBACK (on_transport_opened), self,
                           0);
  g_signal_connect_object (transport, "received", G_CALLBACK (on_transport_received),
                           self, 0);
  g_signal_connect_object (transport, "pong", G_CALLBACK (on_transport_pong), self, 0);
  g_signal_connect_object (transport, "closed", G_CALLBACK (on_transport_closed), self,
                           0);
  return self;
}

const GError *
phone_agent_get_flow_error (PhoneAgent *self)
{
  return self->flow_error;
}

PhoneLadder *
phone_agent_dup_ladder (PhoneAgent *self, SipSessionId session)
{
  const char *call_id = sip_ua_get_call_id (self->ua, session);
  PhoneLadder *ladder =
      call_id != NULL ? phone_ladders_find (self->ladders, call_id) : NULL;

  return ladder != NULL ? phone_ladder_ref (ladder) : NULL;
}

void
phone_agent_start (PhoneAgent *self)
{
  sip_ua_start (self->ua, g_get_monotonic_time ());
  pump (self);
}

void
phone_agent_stop (PhoneAgent *self)
{
  sip_ua_stop (self->ua, g_get_monotonic_time ());
  pump (self);
}

void
phone_agent_network_changed (PhoneAgent *self)
{
  sip_ua_network_changed (self->ua, g_get_monotonic_time ());
  pump (self);
}

void
phone_agent_abandon (PhoneAgent *self)
{
  if (self->deadline == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->transport, self);
  phone_transport_close (self->transport);
  g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
}

void
phone_agent_set_password (PhoneAgent *self, const char *auth_user, const char *password)
{
  sip_ua_set_credentials (self->ua, auth_user, password, g_get_monotonic_time ());
  pump (self);
}

/* What every command ends with: its outputs go out also where it failed. */
static gboolean
finish_command (PhoneAgent *self, gboolean is_done, GError *sip_error, GError **error)
{
  pump (self);
  if (!is_done)
    g_propagate_error (error, phone_error_take_sip (sip_error));
  return is_done;
}

gboolean
phone_agent_invite (PhoneAgent *self,
                    const char *uri,
                    const char *offer,
                    SipSessionId *session,
                    GError **error)
{
  GError *sip_error = NULL;

  *session = sip_ua_invite (self->ua, uri, offer, g_get_monotonic_time (), &sip_error);
  return finish_command (self, *session != 0, sip_error, error);
}

gboolean
phone_agent_progress (PhoneAgent *self,
                      SipSessionId session,
                      guint status,
                      const char *body,
                      GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done = sip_ua_progress (self->ua, session, status, body,
                                      g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_answer (PhoneAgent *self,
                    SipSessionId session,
                    const char *body,
                    GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done =
      sip_ua_answer (self->ua, session, body, g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_reject (PhoneAgent *self, SipSessionId session, guint status, GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done =
      sip_ua_reject (self->ua, session, status, g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_hang_up (PhoneAgent *self,
                     SipSessionId session,
                     const char *reason_text,
                     GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done = sip_ua_hang_up (self->ua, session, reason_text,
                                     g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_reoffer (PhoneAgent *self,
                     SipSessionId session,
                     const char *offer,
                     GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done =
      sip_ua_reoffer (self->ua, session, offer, g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_answer_reoffer (PhoneAgent *self,
                            SipSessionId session,
                            guint status,
                            const char *body,
                            GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done = sip_ua_answer_reoffer (self->ua, session, status, body,
                                            g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_send_digit (
    PhoneAgent *self, SipSessionId session, char digit, guint duration_ms, GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done = sip_ua_send_digit (self->ua, session, digit, duration_ms,
                                        g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_transfer (PhoneAgent *self,
                      SipSessionId session,
                      const char *uri,
                      GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done =
      sip_ua_transfer (self->ua, session, uri, g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_transfer_to (PhoneAgent *self,
                         SipSessionId session,
                         SipSessionId other,
                         GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done =
      sip_ua_transfer_to (self->ua, session, other, g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}

gboolean
phone_agent_accept_transfer (PhoneAgent *self,
                             SipSessionId session,
                             const char *offer,
                             SipSessionId *followed,
                             GError **error)
{
  GError *sip_error = NULL;

  *followed = sip_ua_accept_transfer (self->ua, session, offer, g_get_monotonic_time (),
                                      &sip_error);
  return finish_command (self, *followed != 0, sip_error, error);
}

gboolean
phone_agent_refuse_transfer (PhoneAgent *self, SipSessionId session, GError **error)
{
  GError *sip_error = NULL;
  gboolean is_done =
      sip_ua_refuse_transfer (self->ua, session, g_get_monotonic_time (), &sip_error);

  return finish_command (self, is_done, sip_error, error);
}
