/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-throttle.h"

void
sip_throttle_init (SipThrottle *throttle, guint per_s, guint burst, gint64 now_us)
{
  *throttle = (SipThrottle){
      .per_s = per_s,
      .burst = burst > 0 ? burst : 4 * per_s,
      .filled_at_us = now_us,
  };
  if (per_s > 0)
    throttle->credit_us = (gint64)throttle->burst * (G_USEC_PER_SEC / per_s);
}

gboolean
sip_throttle_take (SipThrottle *throttle, guint n, gint64 now_us)
{
  gint64 one_us = 0;
  gint64 full_us = 0;

  if (throttle->per_s == 0)
    return TRUE;
  one_us = G_USEC_PER_SEC / throttle->per_s;
  full_us = (gint64)throttle->burst * one_us;
  throttle->credit_us =
      MIN (full_us, throttle->credit_us + (now_us - throttle->filled_at_us));
  throttle->filled_at_us = now_us;
  if (throttle->credit_us < n * one_us)
    return FALSE;
  throttle->credit_us -= n * one_us;
  return TRUE;
}
