/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-state.h"

#include "phone-agent-map.h"
#include "phone-agent.h"
#include "phone-secrets.h"
#include "sip-status.h"

#define USER_AGENT "Phone/" PHONE_VERSION

enum {
  PROP_0,
  PROP_CONFIG,
  PROP_STATE,
  PROP_ERROR,
  PROP_STATUS,
  PROP_RETRY_AT,
  PROP_REGISTERED_MS,
  PROP_STAGE,
  PROP_SERVER,
  N_PROPS
};

enum { INCOMING, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneAccount, phone_account, G_TYPE_OBJECT)

/* ---- Registration ---- */

/* Takes error. */
static void
set_error (PhoneAccount *self, GError *error, guint status)
{
  if (self->status != status) {
    self->status = status;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
  }
  if (error == NULL && self->error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
}

static void
set_retry_at (PhoneAccount *self, gint64 retry_at_us)
{
  if (self->retry_at_us == retry_at_us)
    return;
  self->retry_at_us = retry_at_us;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RETRY_AT]);
}

static void
note_registered (PhoneAccount *self)
{
  if (self->wanted_since_us == 0)
    return;
  self->registered_ms = (int)((g_get_monotonic_time () - self->wanted_since_us) / 1000);
  self->wanted_since_us = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REGISTERED_MS]);
}

static void
set_state (PhoneAccount *self, PhoneAccountState state)
{
  if (self->state == state)
    return;
  self->state = state;
  if (state == PHONE_ACCOUNT_STATE_REGISTERED)
    note_registered (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/* The transport knows the reason best where it was the connection that failed. */
static GError *
make_error (PhoneAccount *self, const SipOutput *output)
{
  const GError *flow = phone_agent_get_flow_error (self->agent);

  if (output->status == 0 && flow != NULL)
    return g_error_copy (flow);
  return phone_error_from_registration (output, self->password != NULL);
}

static void
on_registration (PhoneAccount *self, const SipOutput *output)
{
  PhoneAccountState state = phone_account_state_from_sip (output->registration);
  gboolean is_failure =
      state == PHONE_ACCOUNT_STATE_WAITING || state == PHONE_ACCOUNT_STATE_REFUSED;

  /* Calls may still have to say goodbye: on_stopped() tells when all is done. */
  if (self->leaving != NULL && state == PHONE_ACCOUNT_STATE_OFFLINE)
    return;
  if (is_failure)
    set_error (self, make_error (self, output), output->status);
  else if (state == PHONE_ACCOUNT_STATE_REGISTERED)
    set_error (self, NULL, 0);
  set_retry_at (self, is_failure ? output->retry_at_us : 0);
  set_state (self, state);
}

/* The settings were changed into something no agent can be made of. */
static void
refuse_address (PhoneAccount *self)
{
  set_error (
      self,
      g_error_new (PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS, "No address of record"), 0);
  set_state (self, PHONE_ACCOUNT_STATE_REFUSED);
}

static void
on_stopped (PhoneAccount *self)
{
  g_autoptr (PhoneAccount) leaving = g_steal_pointer (&self->leaving);

  g_signal_handlers_disconnect_by_data (self->agent, self);
  phone_account_drop_questions (self);
  g_clear_object (&self->agent);
  set_state (self, PHONE_ACCOUNT_STATE_OFFLINE);
  if (self->is_wanted)
    phone_account_register (self);
}

static void
on_agent_output (PhoneAgent *agent, const SipOutput *output, PhoneAccount *self)
{
  g_autoptr (PhoneAccount) alive = g_object_ref (self);

  switch (output->type) {
  case SIP_OUTPUT_REGISTRATION:
    on_registration (self, output);
    break;
  case SIP_OUTPUT_STOPPED:
    on_stopped (self);
    break;
  case SIP_OUTPUT_INCOMING:
    phone_account_take_incoming (self, output);
    break;
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
    phone_account_take_call_output (self, output);
    break;
  case SIP_OUTPUT_OPEN_FLOW:
  case SIP_OUTPUT_CLOSE_FLOW:
  case SIP_OUTPUT_AVOID_SERVER:
  case SIP_OUTPUT_AVOID_NONE:
  case SIP_OUTPUT_PING:
  case SIP_OUTPUT_SEND:
    break; /* the agent's own */
  }
}

static void
on_transport_stage (PhoneAccount *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SERVER]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STAGE]);
}

static void
make_transport (PhoneAccount *self)
{
  PhoneWsTransportConfig config = {
      .urls = phone_account_config_get_servers (self->config),
      .ca_file = phone_account_config_get_ca_file (self->config),
      .pinned_fingerprint = phone_account_config_get_pinned_fingerprint (self->config),
      .user_agent = USER_AGENT,
      .handshake_timeout_ms = self->patience_ms,
  };
  g_autoptr (PhoneTransport) transport = phone_ws_transport_new (&config);

  g_set_object (&self->transport, PHONE_WS_TRANSPORT (transport));
  g_signal_connect_object (transport, "notify::stage", G_CALLBACK (on_transport_stage),
                           self, G_CONNECT_SWAPPED);
}

static SipUaFlags
make_flags (PhoneAccount *self)
{
  const char *const *servers = phone_account_config_get_servers (self->config);
  SipUaFlags flags = SIP_UA_FLAG_NONE;

  if (g_ascii_strncasecmp (phone_account_config_get_server (self->config), "wss:", 4) ==
      0)
    flags |= SIP_UA_FLAG_SECURE;
  if (phone_account_config_get_refuse_md5 (self->config))
    flags |= SIP_UA_FLAG_REFUSE_MD5;
  if (phone_account_config_get_auth_in_dialog (self->config))
    flags |= SIP_UA_FLAG_AUTH_IN_DIALOG;
  if (g_strv_length ((char **)servers) > 1)
    flags |= SIP_UA_FLAG_SEVERAL_SERVERS;
  return flags;
}

static PhoneAgent *
make_agent (PhoneAccount *self)
{
  SipUaConfig config = {
      .aor = phone_account_config_get_aor (self->config),
      .display_name = phone_account_config_get_display_name (self->config),
      .auth_user = phone_account_config_get_auth_user (self->config),
      .password = self->password,
      .registrar = phone_account_config_get_registrar (self->config),
      .instance_id = phone_account_config_get_instance_id (self->config),
      .user_agent = USER_AGENT,
      .max_ringing = self->options.max_ringing,
      .flags = make_flags (self),
  };
  PhoneAgent *agent;

  make_transport (self);
  agent = phone_agent_new (&config, PHONE_TRANSPORT (self->transport));
  if (agent != NULL)
    g_signal_connect_object (agent, "output", G_CALLBACK (on_agent_output), self, 0);
  return agent;
}

void
phone_account_tell_incoming (PhoneAccount *self, PhoneCall *call)
{
  g_signal_emit (self, signals[INCOMING], 0, call);
}

/* ---- The object ---- */

static void
phone_account_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhoneAccount *self = PHONE_ACCOUNT (object);

  switch (prop_id) {
  case PROP_CONFIG:
    g_value_set_object (value, self->config);
    break;
  case PROP_STATE:
    g_value_set_enum (value, (int)self->state);
    break;
  case PROP_ERROR:
    g_value_set_boxed (value, self->error);
    break;
  case PROP_STATUS:
    g_value_set_uint (value, self->status);
    break;
  case PROP_RETRY_AT:
    g_value_set_int64 (value, self->retry_at_us);
    break;
  case PROP_REGISTERED_MS:
    g_value_set_int (value, self->registered_ms);
    break;
  case PROP_STAGE:
    g_value_set_enum (value, (int)phone_account_get_stage (self));
    break;
  case PROP_SERVER:
    g_value_set_string (value, phone_account_get_server (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_account_dispose (GObject *object)
{
  PhoneAccount *self = PHONE_ACCOUNT (object);

  if (self->agent != NULL) {
    g_signal_handlers_disconnect_by_data (self->agent, self);
    phone_agent_abandon (self->agent);
  }
  g_clear_object (&self->agent);
  if (self->transport != NULL)
    g_signal_handlers_disconnect_by_data (self->transport, self);
  g_clear_object (&self->transport);
  g_clear_object (&self->calls);
  g_clear_object (&self->equipment);
  g_clear_object (&self->config);

  G_OBJECT_CLASS (phone_account_parent_class)->dispose (object);
}

static void
phone_account_finalize (GObject *object)
{
  PhoneAccount *self = PHONE_ACCOUNT (object);

  phone_secrets_free (self->password);
  phone_secrets_free (self->turn_password);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (phone_account_parent_class)->finalize (object);
}

static void
phone_account_class_init (PhoneAccountClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = phone_account_get_property;
  object_class->dispose = phone_account_dispose;
  object_class->finalize = phone_account_finalize;

  props[PROP_CONFIG] =
      g_param_spec_object ("config", NULL, NULL, PHONE_TYPE_ACCOUNT_CONFIG, flags);
  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_ACCOUNT_STATE, 0, flags);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  props[PROP_STATUS] = g_param_spec_uint ("status", NULL, NULL, 0, 699, 0, flags);
  props[PROP_RETRY_AT] =
      g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_REGISTERED_MS] =
      g_param_spec_int ("registered-ms", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_STAGE] =
      g_param_spec_enum ("stage", NULL, NULL, PHONE_TYPE_ACCOUNT_STAGE, 0, flags);
  props[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[INCOMING] = g_signal_new ("incoming", PHONE_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
}

static void
phone_account_init (PhoneAccount *self)
{
  self->registered_ms = -1;
}

PhoneAccount *
phone_account_new (PhoneAccountConfig *config,
                   const PhoneServiceOptions *options,
                   GListStore *calls,
                   PhoneEquipment *equipment)
{
  PhoneAccount *self = g_object_new (PHONE_TYPE_ACCOUNT, NULL);

  self->config = g_object_ref (config);
  self->options = *options;
  self->calls = g_object_ref (calls);
  g_set_object (&self->equipment, equipment);
  return self;
}

PhoneAccountConfig *
phone_account_get_config (PhoneAccount *self)
{
  return self->config;
}

PhoneAccountState
phone_account_get_state (PhoneAccount *self)
{
  return self->state;
}

const GError *
phone_account_get_error (PhoneAccount *self)
{
  return self->error;
}

guint
phone_account_get_status (PhoneAccount *self)
{
  return self->status;
}

gint64
phone_account_get_retry_at (PhoneAccount *self)
{
  return self->retry_at_us;
}

PhoneAccountStage
phone_account_get_stage (PhoneAccount *self)
{
  return self->transport != NULL ? phone_account_stage_from_ws (
                                       phone_ws_transport_get_stage (self->transport))
                                 : PHONE_ACCOUNT_STAGE_NONE;
}

const char *
phone_account_get_server (PhoneAccount *self)
{
  return self->transport != NULL ? phone_ws_transport_get_url (self->transport)
                                 : phone_account_config_get_server (self->config);
}

const char *
phone_account_get_peer_fingerprint (PhoneAccount *self)
{
  return self->transport != NULL
             ? phone_ws_transport_get_peer_fingerprint (self->transport)
             : NULL;
}

int
phone_account_get_registered_ms (PhoneAccount *self)
{
  return self->registered_ms;
}

void
phone_account_register (PhoneAccount *self)
{
  self->is_wanted = TRUE;
  if (self->leaving != NULL) /* goes on in on_stopped() */
    return;
  if (self->state != PHONE_ACCOUNT_STATE_REGISTERED)
    self->wanted_since_us = g_get_monotonic_time ();
  if (self->agent == NULL)
    self->agent = make_agent (self);
  if (self->agent != NULL)
    phone_agent_start (self->agent);
  else
    refuse_address (self);
}

void
phone_account_unregister (PhoneAccount *self)
{
  self->is_wanted = FALSE;
  if (self->agent == NULL || self->leaving != NULL)
    return;
  self->leaving = g_object_ref (self);
  phone_agent_stop (self->agent);
}

void
phone_account_network_changed (PhoneAccount *self)
{
  if (self->agent == NULL || self->leaving != NULL)
    return;
  if (self->state == PHONE_ACCOUNT_STATE_REGISTERED)
    self->wanted_since_us = g_get_monotonic_time ();
  phone_agent_network_changed (self->agent);
}

void
phone_account_set_do_not_disturb (PhoneAccount *self, gboolean do_not_disturb)
{
  self->do_not_disturb = do_not_disturb;
}

void
phone_account_set_password (PhoneAccount *self, const char *password)
{
  phone_secrets_free (self->password);
  self->password = g_strdup (password);
  if (self->agent != NULL)
    phone_agent_set_password (
        self->agent, phone_account_config_get_auth_user (self->config), password);
}

void
phone_account_set_turn_password (PhoneAccount *self, const char *password)
{
  phone_secrets_free (self->turn_password);
  self->turn_password = g_strdup (password);
}

void
phone_account_set_patience (PhoneAccount *self, guint handshake_timeout_ms)
{
  self->patience_ms = handshake_timeout_ms;
}
