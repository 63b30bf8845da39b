/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a call's state is, from what is known about it.
 *
 * Three things are written down about a call, each by one writer: how far the signalling
 * is (by what the agent hears), how the media is (by the media session), and what the
 * user wants (by the user, or by the call where media failed). The state that people see
 * follows from them, and is nowhere assigned. Pure.
 */
#pragma once

#include "phone-enums.h"
#include "phone-media-session.h"

G_BEGIN_DECLS

/**
 *   outgoing: DIALLING --> RINGING --> ESTABLISHED --> ENDED
 *                 |  1xx      2xx+ACK ^     BYE
 *                 +-------------------+
 *   incoming: INCOMING --> ANSWERED --> ESTABLISHED --> ENDED
 *                      200         ACK            BYE
 *
 * and from each of them to ENDED (RFC 3261 §13, §15).
 */
typedef enum {
  PHONE_SIGNALLING_DIALLING,
  PHONE_SIGNALLING_RINGING,
  PHONE_SIGNALLING_INCOMING,
  PHONE_SIGNALLING_ANSWERED, /* 200 is sent, its ACK has not come */
  PHONE_SIGNALLING_ESTABLISHED,
  PHONE_SIGNALLING_ENDED,
  PHONE_N_SIGNALLING
} PhoneSignalling;

typedef enum {
  PHONE_INTENT_NONE,        /* an outgoing call is wanted by being there */
  PHONE_INTENT_EARLY_MEDIA, /* it is not answered yet */
  PHONE_INTENT_ANSWER,
  PHONE_INTENT_END,
  PHONE_N_INTENTS
} PhoneIntent;

PhoneCallState phone_call_derive (PhoneSignalling signalling,
                                  PhoneMediaState media,
                                  PhoneIntent intent);

/** Whether signalling may go from one to the other. */
gboolean phone_signalling_may_become (PhoneSignalling from, PhoneSignalling to);

G_END_DECLS
