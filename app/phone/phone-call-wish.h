/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Changing a call that stands: whose turn it is, and what of the user's wishes is left to
 * do (RFC 3261 §14). Pure.
 *
 * The user's last wish is kept until it is met, refused, or taken back; what is agreed
 * with the far end is kept beside it. Where the two differ and nothing is under way, a
 * re-INVITE goes out. So a wish that comes while another is under way is never lost, and
 * two that undo each other cost nothing.
 */
#pragma once

#include "phone-media-session.h"

G_BEGIN_DECLS

/**
 *             +---------------------- IDLE <-----------------------------------+
 *   our wish  |      their offer       |  |   they ask for our offer           |
 *             v      (with a picture)  |  +-----------+                        |
 *           MAKING --+     +-----------+              |                        |
 *             |      |     v           v              v                        |
 *             |      |   ASKED --> ANSWERING ---+   LENDING --> LENT ----------+
 *    INVITE   |      |  the user     our 200 ---|--------+   their ACK         |
 *             v      +--------------------------+--> DROPPING -----------------+
 *          OFFERED -- 491 --> WAITING                theirs came first, or     |
 *             |                  | our turn comes    nobody waits any more     |
 *             +------------------+---------------------------------------------+
 *
 * A re-INVITE of ours without an offer leads from IDLE to ASKING, and by the offer in its 2xx
 * to ANSWERING, where our answer goes into the ACK; nobody is asked then, it has to go soon.
 *
 * Their re-INVITE may come in IDLE, in MAKING, and in WAITING, which it ends; while OFFERED
 * the core refuses it with 491, and while theirs is under way with 500 (RFC 3261 §14.2). */
typedef enum {
  PHONE_CHANGE_IDLE,
  PHONE_CHANGE_MAKING,    /* media makes our offer */
  PHONE_CHANGE_OFFERED,   /* our re-INVITE is under way */
  PHONE_CHANGE_ASKING,    /* one of ours that asks for their offer is */
  PHONE_CHANGE_WAITING,   /* it was not our turn */
  PHONE_CHANGE_ASKED,     /* theirs has a picture, and the user is asked about it */
  PHONE_CHANGE_ANSWERING, /* media makes the answer to theirs */
  PHONE_CHANGE_LENDING,   /* media makes the offer that theirs asks for */
  PHONE_CHANGE_LENT,      /* it stands in our 200 */
  PHONE_CHANGE_DROPPING,  /* media makes what nobody waits for */
  PHONE_N_CHANGES
} PhoneChange;

gboolean phone_change_may_become (PhoneChange from, PhoneChange to);

gboolean phone_wish_is_equal (const PhoneMediaWish *a, const PhoneMediaWish *b);

/** After something other than our own change made @is out of what was agreed: what was no
 * open wish follows it, and an open wish stays. */
PhoneMediaWish phone_wish_follow (const PhoneMediaWish *wanted,
                                  const PhoneMediaWish *was,
                                  const PhoneMediaWish *is);

/** After @tried came to @agreed, whether that was what had been tried or not: the wish is
 * given up, unless it is another one by now. */
PhoneMediaWish phone_wish_settle (const PhoneMediaWish *wanted,
                                  const PhoneMediaWish *tried,
                                  const PhoneMediaWish *agreed);

G_END_DECLS
