/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-enums.h"

/* The nick is part of the endpoint's protocol, so it is written down here and not made
 * from the name of the constant. */

static const GEnumValue account_states[] = {
    {PHONE_ACCOUNT_STATE_OFFLINE, "PHONE_ACCOUNT_STATE_OFFLINE", "offline"},
    {PHONE_ACCOUNT_STATE_CONNECTING, "PHONE_ACCOUNT_STATE_CONNECTING", "connecting"},
    {PHONE_ACCOUNT_STATE_REGISTERING, "PHONE_ACCOUNT_STATE_REGISTERING", "registering"},
    {PHONE_ACCOUNT_STATE_REGISTERED, "PHONE_ACCOUNT_STATE_REGISTERED", "registered"},
    {PHONE_ACCOUNT_STATE_WAITING, "PHONE_ACCOUNT_STATE_WAITING", "waiting"},
    {PHONE_ACCOUNT_STATE_REFUSED, "PHONE_ACCOUNT_STATE_REFUSED", "refused"},
    {PHONE_ACCOUNT_STATE_UNREGISTERING, "PHONE_ACCOUNT_STATE_UNREGISTERING",
     "unregistering"},
    {0, NULL, NULL},
};

static const GEnumValue account_stages[] = {
    {PHONE_ACCOUNT_STAGE_NONE, "PHONE_ACCOUNT_STAGE_NONE", "none"},
    {PHONE_ACCOUNT_STAGE_NAME, "PHONE_ACCOUNT_STAGE_NAME", "name"},
    {PHONE_ACCOUNT_STAGE_CONNECTION, "PHONE_ACCOUNT_STAGE_CONNECTION", "connection"},
    {PHONE_ACCOUNT_STAGE_CERTIFICATE, "PHONE_ACCOUNT_STAGE_CERTIFICATE", "certificate"},
    {PHONE_ACCOUNT_STAGE_WEBSOCKET, "PHONE_ACCOUNT_STAGE_WEBSOCKET", "websocket"},
    {PHONE_ACCOUNT_STAGE_OPEN, "PHONE_ACCOUNT_STAGE_OPEN", "open"},
    {0, NULL, NULL},
};

static const GEnumValue directions[] = {
    {PHONE_DIRECTION_OUTGOING, "PHONE_DIRECTION_OUTGOING", "outgoing"},
    {PHONE_DIRECTION_INCOMING, "PHONE_DIRECTION_INCOMING", "incoming"},
    {0, NULL, NULL},
};

static const GEnumValue call_states[] = {
    {PHONE_CALL_STATE_DIALLING, "PHONE_CALL_STATE_DIALLING", "dialling"},
    {PHONE_CALL_STATE_RINGING, "PHONE_CALL_STATE_RINGING", "ringing"},
    {PHONE_CALL_STATE_INCOMING, "PHONE_CALL_STATE_INCOMING", "incoming"},
    {PHONE_CALL_STATE_CONNECTING, "PHONE_CALL_STATE_CONNECTING", "connecting"},
    {PHONE_CALL_STATE_ACTIVE, "PHONE_CALL_STATE_ACTIVE", "active"},
    {PHONE_CALL_STATE_RECONNECTING, "PHONE_CALL_STATE_RECONNECTING", "reconnecting"},
    {PHONE_CALL_STATE_ENDING, "PHONE_CALL_STATE_ENDING", "ending"},
    {PHONE_CALL_STATE_ENDED, "PHONE_CALL_STATE_ENDED", "ended"},
    {0, NULL, NULL},
};

static const GEnumValue end_causes[] = {
    {PHONE_END_NONE, "PHONE_END_NONE", "none"},
    {PHONE_END_HUNG_UP_HERE, "PHONE_END_HUNG_UP_HERE", "hung-up-here"},
    {PHONE_END_HUNG_UP_THERE, "PHONE_END_HUNG_UP_THERE", "hung-up-there"},
    {PHONE_END_CANCELLED_HERE, "PHONE_END_CANCELLED_HERE", "cancelled-here"},
    {PHONE_END_MISSED, "PHONE_END_MISSED", "missed"},
    {PHONE_END_ANSWERED_ELSEWHERE, "PHONE_END_ANSWERED_ELSEWHERE", "answered-elsewhere"},
    {PHONE_END_DECLINED_HERE, "PHONE_END_DECLINED_HERE", "declined-here"},
    {PHONE_END_BUSY, "PHONE_END_BUSY", "busy"},
    {PHONE_END_DECLINED, "PHONE_END_DECLINED", "declined"},
    {PHONE_END_NOT_FOUND, "PHONE_END_NOT_FOUND", "not-found"},
    {PHONE_END_UNAVAILABLE, "PHONE_END_UNAVAILABLE", "unavailable"},
    {PHONE_END_NO_ANSWER, "PHONE_END_NO_ANSWER", "no-answer"},
    {PHONE_END_FORBIDDEN, "PHONE_END_FORBIDDEN", "forbidden"},
    {PHONE_END_NOT_ACCEPTABLE, "PHONE_END_NOT_ACCEPTABLE", "not-acceptable"},
    {PHONE_END_REDIRECTED, "PHONE_END_REDIRECTED", "redirected"},
    {PHONE_END_SERVER_FAILED, "PHONE_END_SERVER_FAILED", "server-failed"},
    {PHONE_END_CONNECTION_LOST, "PHONE_END_CONNECTION_LOST", "connection-lost"},
    {PHONE_END_CALL_LOST, "PHONE_END_CALL_LOST", "call-lost"},
    {PHONE_END_MEDIA_FAILED, "PHONE_END_MEDIA_FAILED", "media-failed"},
    {PHONE_END_CERTIFICATE_MISMATCH, "PHONE_END_CERTIFICATE_MISMATCH",
     "certificate-mismatch"},
    {PHONE_END_PEER_VANISHED, "PHONE_END_PEER_VANISHED", "peer-vanished"},
    {PHONE_END_TRANSFERRED, "PHONE_END_TRANSFERRED", "transferred"},
    {PHONE_END_REPLACED, "PHONE_END_REPLACED", "replaced"},
    {PHONE_END_INTERNAL, "PHONE_END_INTERNAL", "internal"},
    {0, NULL, NULL},
};

static const GEnumValue transfer_states[] = {
    {PHONE_TRANSFER_NONE, "PHONE_TRANSFER_NONE", "none"},
    {PHONE_TRANSFER_ASKED, "PHONE_TRANSFER_ASKED", "asked"},
    {PHONE_TRANSFER_TRYING, "PHONE_TRANSFER_TRYING", "trying"},
    {PHONE_TRANSFER_RINGING, "PHONE_TRANSFER_RINGING", "ringing"},
    {PHONE_TRANSFER_DONE, "PHONE_TRANSFER_DONE", "done"},
    {PHONE_TRANSFER_FAILED, "PHONE_TRANSFER_FAILED", "failed"},
    {0, NULL, NULL},
};

static const GEnumValue qualities[] = {
    {PHONE_QUALITY_UNKNOWN, "PHONE_QUALITY_UNKNOWN", "unknown"},
    {PHONE_QUALITY_BAD, "PHONE_QUALITY_BAD", "bad"},
    {PHONE_QUALITY_FAIR, "PHONE_QUALITY_FAIR", "fair"},
    {PHONE_QUALITY_GOOD, "PHONE_QUALITY_GOOD", "good"},
    {0, NULL, NULL},
};

static const GEnumValue quality_reasons[] = {
    {PHONE_QUALITY_REASON_NONE, "PHONE_QUALITY_REASON_NONE", "none"},
    {PHONE_QUALITY_REASON_SILENCE, "PHONE_QUALITY_REASON_SILENCE", "silence"},
    {PHONE_QUALITY_REASON_LOSS_IN, "PHONE_QUALITY_REASON_LOSS_IN", "loss-in"},
    {PHONE_QUALITY_REASON_LOSS_OUT, "PHONE_QUALITY_REASON_LOSS_OUT", "loss-out"},
    {PHONE_QUALITY_REASON_JITTER, "PHONE_QUALITY_REASON_JITTER", "jitter"},
    {PHONE_QUALITY_REASON_DELAY, "PHONE_QUALITY_REASON_DELAY", "delay"},
    {0, NULL, NULL},
};

#define DEFINE_ENUM(function, name, values)                                              \
  GType function (void)                                                                  \
  {                                                                                      \
    static gsize type = 0;                                                               \
    if (g_once_init_enter (&type))                                                       \
      g_once_init_leave (&type, g_enum_register_static (name, values));                  \
    return type;                                                                         \
  }

DEFINE_ENUM (phone_account_state_get_type, "PhoneAccountState", account_states)
DEFINE_ENUM (phone_account_stage_get_type, "PhoneAccountStage", account_stages)
DEFINE_ENUM (phone_direction_get_type, "PhoneDirection", directions)
DEFINE_ENUM (phone_call_state_get_type, "PhoneCallState", call_states)
DEFINE_ENUM (phone_end_cause_get_type, "PhoneEndCause", end_causes)
DEFINE_ENUM (phone_transfer_state_get_type, "PhoneTransferState", transfer_states)
DEFINE_ENUM (phone_quality_get_type, "PhoneQuality", qualities)
DEFINE_ENUM (phone_quality_reason_get_type, "PhoneQualityReason", quality_reasons)

const char *
phone_enum_nick (GType type, int value)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (class, value);

  g_return_val_if_fail (found != NULL, "");
  return found->value_nick;
}
