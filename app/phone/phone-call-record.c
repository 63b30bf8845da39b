/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-record.h"

#include "sip-status.h"

static PhoneHistoryOutcome
outcome_of_incoming (PhoneEndCause cause, gboolean was_busy)
{
  switch (cause) {
  case PHONE_END_DECLINED_HERE:
  case PHONE_END_HUNG_UP_HERE:
  case PHONE_END_CANCELLED_HERE:
    return was_busy ? PHONE_HISTORY_MISSED : PHONE_HISTORY_DECLINED;
  case PHONE_END_ANSWERED_ELSEWHERE:
  case PHONE_END_REPLACED:
    return PHONE_HISTORY_ANSWERED_ELSEWHERE;
  case PHONE_END_NOT_ACCEPTABLE:
  case PHONE_END_MEDIA_FAILED:
  case PHONE_END_CERTIFICATE_MISMATCH:
  case PHONE_END_INTERNAL:
    return PHONE_HISTORY_FAILED;
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_THERE:
  case PHONE_END_MISSED:
  case PHONE_END_BUSY:
  case PHONE_END_DECLINED:
  case PHONE_END_NOT_FOUND:
  case PHONE_END_UNAVAILABLE:
  case PHONE_END_NO_ANSWER:
  case PHONE_END_FORBIDDEN:
  case PHONE_END_REDIRECTED:
  case PHONE_END_SERVER_FAILED:
  case PHONE_END_CONNECTION_LOST:
  case PHONE_END_CALL_LOST:
  case PHONE_END_PEER_VANISHED:
  case PHONE_END_TRANSFERRED:
    return PHONE_HISTORY_MISSED;
  }
  return PHONE_HISTORY_FAILED;
}

static PhoneHistoryOutcome
outcome_of_outgoing (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_HUNG_UP_HERE:
  case PHONE_END_CANCELLED_HERE:
    return PHONE_HISTORY_CANCELLED;
  case PHONE_END_BUSY:
    return PHONE_HISTORY_BUSY;
  case PHONE_END_DECLINED:
    return PHONE_HISTORY_DECLINED;
  case PHONE_END_NOT_FOUND:
    return PHONE_HISTORY_NOT_FOUND;
  case PHONE_END_UNAVAILABLE:
    return PHONE_HISTORY_UNAVAILABLE;
  case PHONE_END_NO_ANSWER:
    return PHONE_HISTORY_NO_ANSWER;
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_THERE:
  case PHONE_END_MISSED:
  case PHONE_END_ANSWERED_ELSEWHERE:
  case PHONE_END_DECLINED_HERE:
  case PHONE_END_FORBIDDEN:
  case PHONE_END_NOT_ACCEPTABLE:
  case PHONE_END_REDIRECTED:
  case PHONE_END_SERVER_FAILED:
  case PHONE_END_CONNECTION_LOST:
  case PHONE_END_CALL_LOST:
  case PHONE_END_MEDIA_FAILED:
  case PHONE_END_CERTIFICATE_MISMATCH:
  case PHONE_END_PEER_VANISHED:
  case PHONE_END_TRANSFERRED:
  case PHONE_END_REPLACED:
  case PHONE_END_INTERNAL:
    return PHONE_HISTORY_FAILED;
  }
  return PHONE_HISTORY_FAILED;
}

/* Whether someone who answered hung up before a word was said, and did so in peace. */
static gboolean
is_orderly (PhoneEndCause cause)
{
  return cause == PHONE_END_HUNG_UP_HERE || cause == PHONE_END_HUNG_UP_THERE ||
         cause == PHONE_END_TRANSFERRED || cause == PHONE_END_REPLACED;
}

PhoneHistoryOutcome
phone_history_outcome_of (PhoneDirection direction,
                          PhoneEndCause cause,
                          gboolean was_answered,
                          gboolean was_busy)
{
  if (was_answered)
    return PHONE_HISTORY_ANSWERED;
  return direction == PHONE_DIRECTION_INCOMING ? outcome_of_incoming (cause, was_busy)
                                               : outcome_of_outgoing (cause);
}

PhoneHistoryRecord *
phone_call_make_record (PhoneCall *call)
{
  PhoneHistoryRecord *record = g_new0 (PhoneHistoryRecord, 1);
  PhoneAccountConfig *config = phone_account_get_config (phone_call_get_account (call));
  PhoneDirection direction = phone_call_get_direction (call);
  PhoneEndCause cause = phone_call_get_end_cause (call);
  PhoneCallTimings timings;
  gint64 started_at_us = 0;
  gint64 active_since_us = 0;

  phone_call_get_timings (call, &timings);
  g_object_get (call, "started-at", &started_at_us, "active-since", &active_since_us,
                NULL);
  record->is_incoming = direction == PHONE_DIRECTION_INCOMING;
  record->outcome = phone_history_outcome_of (
      direction, cause,
      active_since_us != 0 || (timings.answered_ms >= 0 && is_orderly (cause)),
      phone_call_get_end_status (call) == SIP_STATUS_BUSY_HERE);
  /* By how long ago it was: the clock on the wall may have been set meanwhile. */
  record->started_at_us = g_get_real_time () - (g_get_monotonic_time () - started_at_us);
  record->duration_s = phone_call_get_duration (call);
  record->account = g_strdup (phone_account_config_get_aor (config));
  record->address = g_strdup (phone_call_get_remote_uri (call));
  record->name = g_strdup (phone_call_get_remote_name (call));
  return record;
}
