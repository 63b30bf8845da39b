/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What is to be heard of calls. Pure.
 */
#pragma once

#include "phone-enums.h"
#include "phone-melody.h"

G_BEGIN_DECLS

typedef enum {
  PHONE_RINGER_SILENT,
  PHONE_RINGER_RING,    /* on the ring device */
  PHONE_RINGER_WAITING, /* on the speaker, as what follows */
  PHONE_RINGER_RINGBACK,
} PhoneRingerSound;

typedef struct {
  PhoneCallState state;
  gboolean heard;    /* sound of the far end was decoded */
  gboolean silenced; /* came under Do Not Disturb */
} PhoneRingerCall;

PhoneRingerSound phone_ringer_choose (const PhoneRingerCall *calls, guint n_calls);

/** How the end of a call sounds. Who ended it himself needs not be told. */
PhoneMelodyTone phone_ringer_choose_end (PhoneDirection direction,
                                         gboolean was_active,
                                         PhoneEndCause cause);

G_END_DECLS
