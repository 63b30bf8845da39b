/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ringer-choice.h"

/* The speaker is at an ear. */
static gboolean
is_attended (PhoneCallState state)
{
  switch (state) {
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

PhoneRingerSound
phone_ringer_choose (const PhoneRingerCall *calls, guint n_calls)
{
  gboolean rings_here = FALSE;
  gboolean rings_there = FALSE;
  gboolean attended = FALSE;

  for (guint i = 0; i < n_calls; i++) {
    rings_here |= calls[i].state == PHONE_CALL_STATE_INCOMING && !calls[i].silenced;
    rings_there |= calls[i].state == PHONE_CALL_STATE_RINGING && !calls[i].heard;
    attended |= is_attended (calls[i].state);
  }
  if (rings_here)
    return attended ? PHONE_RINGER_WAITING : PHONE_RINGER_RING;
  return rings_there ? PHONE_RINGER_RINGBACK : PHONE_RINGER_SILENT;
}

static PhoneMelodyTone
choose_end_of_dialled (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_BUSY:
  case PHONE_END_DECLINED:
  case PHONE_END_HUNG_UP_THERE:
    return PHONE_MELODY_BUSY;
  case PHONE_END_NOT_FOUND:
  case PHONE_END_UNAVAILABLE:
  case PHONE_END_NO_ANSWER:
  case PHONE_END_FORBIDDEN:
  case PHONE_END_NOT_ACCEPTABLE:
  case PHONE_END_REDIRECTED:
  case PHONE_END_SERVER_FAILED:
  case PHONE_END_CONNECTION_LOST:
  case PHONE_END_CALL_LOST:
  case PHONE_END_MEDIA_FAILED:
  case PHONE_END_CERTIFICATE_MISMATCH:
  case PHONE_END_PEER_VANISHED:
  case PHONE_END_INTERNAL:
    return PHONE_MELODY_CONGESTION;
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_HERE:
  case PHONE_END_CANCELLED_HERE:
  case PHONE_END_MISSED:
  case PHONE_END_ANSWERED_ELSEWHERE:
  case PHONE_END_DECLINED_HERE:
  case PHONE_END_TRANSFERRED:
  case PHONE_END_REPLACED:
    return PHONE_MELODY_NONE;
  }
  return PHONE_MELODY_NONE;
}

PhoneMelodyTone
phone_ringer_choose_end (PhoneDirection direction,
                         gboolean was_active,
                         PhoneEndCause cause)
{
  PhoneMelodyTone dialled = choose_end_of_dialled (cause);

  if (was_active)
    return dialled == PHONE_MELODY_NONE ? PHONE_MELODY_NONE : PHONE_MELODY_END;
  return direction == PHONE_DIRECTION_OUTGOING ? dialled : PHONE_MELODY_NONE;
}
