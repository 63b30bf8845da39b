/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-offer.h"

#define NO SIP_OFFER_N_STATES /* it is not the turn for that */

/* Columns: our offer, their offer, our answer, their answer, withdrawn. */
static const guint cells[SIP_OFFER_N_STATES][SIP_OFFER_N_EVENTS] = {
    [SIP_OFFER_NONE] = {SIP_OFFER_LOCAL_OPEN, SIP_OFFER_REMOTE_OPEN, NO, NO, NO},
    [SIP_OFFER_LOCAL_OPEN] = {NO, NO, NO, SIP_OFFER_STABLE, SIP_OFFER_NONE},
    [SIP_OFFER_REMOTE_OPEN] = {NO, NO, SIP_OFFER_STABLE, NO, SIP_OFFER_NONE},
    [SIP_OFFER_STABLE] = {SIP_OFFER_LOCAL_OPEN, SIP_OFFER_REMOTE_OPEN, NO, NO, NO},
};

static void
test_cells (void)
{
  for (guint state = 0; state < SIP_OFFER_N_STATES; state++)
    for (guint event = 0; event < SIP_OFFER_N_EVENTS; event++)
      for (guint agreed = 0; agreed < 2; agreed++) {
        SipOffer offer = {.state = state, .was_agreed = agreed == 1};
        guint next = cells[state][event];

        if ((state == SIP_OFFER_NONE && agreed) || (state == SIP_OFFER_STABLE && !agreed))
          continue;
        g_assert_cmpint (sip_offer_handle (&offer, event), ==, next != NO);
        if (next == NO)
          next = state;
        else if (event == SIP_OFFER_EVENT_WITHDRAWN && agreed)
          next = SIP_OFFER_STABLE; /* what was agreed on stays */
        g_assert_cmpuint (offer.state, ==, next);
        sip_offer_check (&offer);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-offer/cells", test_cells);
  return g_test_run ();
}
