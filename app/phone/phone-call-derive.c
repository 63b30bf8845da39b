/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-derive.h"

#define BIT(state) (1u << PHONE_SIGNALLING_##state)

static const guint edges[PHONE_N_SIGNALLING] = {
    [PHONE_SIGNALLING_DIALLING] = BIT (RINGING) | BIT (ESTABLISHED) | BIT (ENDED),
    [PHONE_SIGNALLING_RINGING] = BIT (ESTABLISHED) | BIT (ENDED),
    [PHONE_SIGNALLING_INCOMING] = BIT (ANSWERED) | BIT (ENDED),
    [PHONE_SIGNALLING_ANSWERED] = BIT (ESTABLISHED) | BIT (ENDED),
    [PHONE_SIGNALLING_ESTABLISHED] = BIT (ENDED),
    [PHONE_SIGNALLING_ENDED] = 0,
};

gboolean
phone_signalling_may_become (PhoneSignalling from, PhoneSignalling to)
{
  return (edges[from] & (1u << to)) != 0;
}

static PhoneCallState
derive_established (PhoneMediaState media)
{
  switch (media) {
  case PHONE_MEDIA_STATE_NEW:
  case PHONE_MEDIA_STATE_CONNECTING:
    return PHONE_CALL_STATE_CONNECTING;
  case PHONE_MEDIA_STATE_CONNECTED:
    return PHONE_CALL_STATE_ACTIVE;
  case PHONE_MEDIA_STATE_INTERRUPTED:
    return PHONE_CALL_STATE_RECONNECTING;
  case PHONE_MEDIA_STATE_FAILED:
  case PHONE_MEDIA_STATE_CLOSED:
    return PHONE_CALL_STATE_ENDING;
  }
  return PHONE_CALL_STATE_ENDING;
}

/* Early media is one fork's: another one may answer still, with media of its own. */
static gboolean
is_broken (PhoneSignalling signalling, PhoneMediaState media)
{
  if (media == PHONE_MEDIA_STATE_FAILED)
    return signalling != PHONE_SIGNALLING_DIALLING &&
           signalling != PHONE_SIGNALLING_RINGING;
  return media == PHONE_MEDIA_STATE_CLOSED;
}

PhoneCallState
phone_call_derive (PhoneSignalling signalling, PhoneMediaState media, PhoneIntent intent)
{
  if (signalling == PHONE_SIGNALLING_ENDED)
    return PHONE_CALL_STATE_ENDED;
  if (intent == PHONE_INTENT_END || is_broken (signalling, media))
    return PHONE_CALL_STATE_ENDING;

  switch (signalling) {
  case PHONE_SIGNALLING_DIALLING:
    return PHONE_CALL_STATE_DIALLING;
  case PHONE_SIGNALLING_RINGING:
    return PHONE_CALL_STATE_RINGING;
  case PHONE_SIGNALLING_INCOMING:
    return intent == PHONE_INTENT_ANSWER ? PHONE_CALL_STATE_CONNECTING
                                         : PHONE_CALL_STATE_INCOMING;
  case PHONE_SIGNALLING_ANSWERED:
    return PHONE_CALL_STATE_CONNECTING;
  case PHONE_SIGNALLING_ESTABLISHED:
    return derive_established (media);
  case PHONE_SIGNALLING_ENDED:
  case PHONE_N_SIGNALLING:
    break;
  }
  return PHONE_CALL_STATE_ENDED;
}
