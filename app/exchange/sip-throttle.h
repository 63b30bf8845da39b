/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * SipThrottle: a token bucket. A plain struct inside whoever needs one; no clock.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint per_s;      /* 0: everything passes */
  guint burst;      /* how many pass at once after a rest */
  gint64 credit_us; /* what is in the bucket, in microseconds of filling */
  gint64 filled_at_us;
} SipThrottle;

/** @burst 0: four seconds' worth. */
void sip_throttle_init (SipThrottle *throttle, guint per_s, guint burst, gint64 now_us);
/** Takes @n out; FALSE, and nothing is taken, when there are fewer. */
gboolean sip_throttle_take (SipThrottle *throttle, guint n, gint64 now_us);

G_END_DECLS
