/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Whose turn it is between offer and answer (RFC 3264, RFC 6337). It never looks into a
 * session description. One for each dialog. */

G_BEGIN_DECLS

/*                    our offer                  their offer
 *        +-----------------<-- NONE/STABLE -->-----------------+
 *        v                      ^      ^                       v
 *   LOCAL_OPEN -- their answer -+      +-- our answer -- REMOTE_OPEN
 *        |                      ^      ^                       |
 *        +----- withdrawn: back to NONE or STABLE as before ---+
 */
typedef enum {
  SIP_OFFER_NONE,        /* nothing was agreed on yet */
  SIP_OFFER_LOCAL_OPEN,  /* we offered */
  SIP_OFFER_REMOTE_OPEN, /* they offered */
  SIP_OFFER_STABLE,
} SipOfferState;
#define SIP_OFFER_N_STATES (SIP_OFFER_STABLE + 1)

typedef enum {
  SIP_OFFER_EVENT_LOCAL_OFFER,
  SIP_OFFER_EVENT_REMOTE_OFFER,
  SIP_OFFER_EVENT_LOCAL_ANSWER,
  SIP_OFFER_EVENT_REMOTE_ANSWER,
  SIP_OFFER_EVENT_WITHDRAWN, /* refused, or its transaction failed */
} SipOfferEvent;
#define SIP_OFFER_N_EVENTS (SIP_OFFER_EVENT_WITHDRAWN + 1)

typedef struct {
  SipOfferState state; /* written by sip_offer_handle() alone */
  gboolean was_agreed; /* where WITHDRAWN leads back to */
} SipOffer;

/* FALSE, and nothing changes, where it is not the turn for that. */
gboolean sip_offer_handle (SipOffer *offer, SipOfferEvent event);
gboolean sip_offer_is_open (const SipOffer *offer);
void sip_offer_check (const SipOffer *offer);

G_END_DECLS
