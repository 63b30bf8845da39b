/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A call that stands at a ServiceFixture, and what is done around its changes.
 */
#pragma once

#include "service-fixture.h"

/** Both ends of one call. */
typedef struct {
  PhoneMediaSession *peer;
  PhoneCall *call;
  SipMessage *invite;
} CallPair;

void call_pair_init (CallPair *pair, ServiceFixture *f);
/** Hangs up where nobody has. */
void call_pair_clear (CallPair *pair, ServiceFixture *f);

gboolean call_get_boolean (PhoneCall *call, const char *name);
void call_wait_boolean (PhoneCall *call, const char *name, gboolean value);

/** The re-INVITE that comes; its sound has this direction. Owned. */
SipMessage *call_take_reinvite (ServiceFixture *f, const char *direction);
SipMessage *call_take_ack (ServiceFixture *f);
void call_pair_accept (ServiceFixture *f, CallPair *pair, const SipMessage *reinvite);
void call_refuse (ServiceFixture *f, const SipMessage *reinvite, guint status);
