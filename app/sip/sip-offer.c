/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-offer.h"

#define TO(state) (1u << SIP_OFFER_##state)

static const guint edges[SIP_OFFER_N_STATES] = {
    [SIP_OFFER_NONE] = TO (LOCAL_OPEN) | TO (REMOTE_OPEN),
    [SIP_OFFER_LOCAL_OPEN] = TO (STABLE) | TO (NONE),
    [SIP_OFFER_REMOTE_OPEN] = TO (STABLE) | TO (NONE),
    [SIP_OFFER_STABLE] = TO (LOCAL_OPEN) | TO (REMOTE_OPEN),
};

static gboolean
set_state (SipOffer *offer, SipOfferState state)
{
  g_assert ((edges[offer->state] & (1u << state)) != 0);
  offer->state = state;
  if (state == SIP_OFFER_STABLE)
    offer->was_agreed = TRUE;
  return TRUE;
}

gboolean
sip_offer_handle (SipOffer *offer, SipOfferEvent event)
{
  switch (event) {
  case SIP_OFFER_EVENT_LOCAL_OFFER:
    return !sip_offer_is_open (offer) && set_state (offer, SIP_OFFER_LOCAL_OPEN);
  case SIP_OFFER_EVENT_REMOTE_OFFER:
    return !sip_offer_is_open (offer) && set_state (offer, SIP_OFFER_REMOTE_OPEN);
  case SIP_OFFER_EVENT_LOCAL_ANSWER:
    return offer->state == SIP_OFFER_REMOTE_OPEN && set_state (offer, SIP_OFFER_STABLE);
  case SIP_OFFER_EVENT_REMOTE_ANSWER:
    return offer->state == SIP_OFFER_LOCAL_OPEN && set_state (offer, SIP_OFFER_STABLE);
  case SIP_OFFER_EVENT_WITHDRAWN:
    return sip_offer_is_open (offer) &&
           set_state (offer, offer->was_agreed ? SIP_OFFER_STABLE : SIP_OFFER_NONE);
  }
  g_assert_not_reached ();
}

gboolean
sip_offer_is_open (const SipOffer *offer)
{
  return offer->state == SIP_OFFER_LOCAL_OPEN || offer->state == SIP_OFFER_REMOTE_OPEN;
}

void
sip_offer_check (const SipOffer *offer)
{
  g_assert (offer->state < SIP_OFFER_N_STATES);
  g_assert (offer->state != SIP_OFFER_STABLE || offer->was_agreed);
  g_assert (offer->state != SIP_OFFER_NONE || !offer->was_agreed);
}
