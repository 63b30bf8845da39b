/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-client-tx.h"
#include "sip-digest.h"
#include "sip-flow.h"
#include "sip-ua.h"

/* The binding of one address of record to one flow (RFC 3261 §10, RFC 5626, RFC 3608,
 * RFC 5627): registers when the flow is up, refreshes in time, and knows what the
 * registrar gave. The machine says what is to be done; sip-registration.c also writes
 * the REGISTER and reads its replies. */

G_BEGIN_DECLS

#define SIP_REGISTRATION_EXPIRES_S 600
#define SIP_REGISTRATION_EXPIRES_MAX_S (24 * 3600)
/* Two REGISTERs of our own accord are at least this far apart. */
#define SIP_REGISTRATION_GAP_US (5 * G_TIME_SPAN_SECOND)
/* Of a Service-Route that has more, the first ones are taken. */
#define SIP_REGISTRATION_MAX_SERVICE_ROUTES 16
/* A grant under this is refreshed at half of it. */
#define SIP_REGISTRATION_SHORT_S 30

/*  OFFLINE -- wanted --> CONNECTING -- flow up --> REGISTERING -- 2xx --> REGISTERED
 *     ^                    ^     ^                  |  ^    |             |  |   | ^
 *     |                    |     +--- flow lost ----+  |    |   (refresh) |  |   +-+
 *     |          flow tried|           failed, 5xx     |    |             |  |
 *     |             again  +-- WAITING <---------------|----|--- failed --+  |
 *     |                           +----- time is up ---+    |                |
 *     |                                                401, | 403, 404       |
 *     |   REFUSED <-----------------------------------------+--- refused ----+
 *     |      +--- the user wants it again: CONNECTING or REGISTERING
 *     +-- done -- UNREGISTERING <--- not wanted any more, there may be a binding
 */
typedef enum {
  SIP_REGISTRATION_EVENT_WANTED,       /* the user says so; the flow is not up */
  SIP_REGISTRATION_EVENT_WANTED_NOW,   /* the same, and it is up */
  SIP_REGISTRATION_EVENT_UNWANTED,     /* the flow is down */
  SIP_REGISTRATION_EVENT_UNWANTED_NOW, /* it is up: a binding can be removed */
  SIP_REGISTRATION_EVENT_FLOW_OPENING, /* the flow is tried (again) */
  SIP_REGISTRATION_EVENT_FLOW_UP,
  SIP_REGISTRATION_EVENT_FLOW_WAITING, /* lost, and not tried at once */
  SIP_REGISTRATION_EVENT_GRANTED,
  SIP_REGISTRATION_EVENT_REFUSED,
  SIP_REGISTRATION_EVENT_FAILED,
  SIP_REGISTRATION_EVENT_TIMER,
} SipRegistrationEvent;
#define SIP_REGISTRATION_N_STATES (SIP_REGISTRATION_UNREGISTERING + 1)
#define SIP_REGISTRATION_N_EVENTS (SIP_REGISTRATION_EVENT_TIMER + 1)

typedef enum {
  SIP_REGISTRATION_NOTHING = 0,
  SIP_REGISTRATION_SEND = 1 << 0,   /* a REGISTER */
  SIP_REGISTRATION_REMOVE = 1 << 1, /* one that removes the binding */
  SIP_REGISTRATION_TELL = 1 << 2,   /* SIP_OUTPUT_REGISTRATION */
} SipRegistrationAction;

typedef struct {
  SipRegistrationState state; /* written by the machine alone */
  SipTimer timer;             /* refresh, or the next attempt */
  guint n_failures;
  guint32 cseq;
  guint32 ask_s;            /* expires, as 423 may have raised it */
  gboolean has_no_outbound; /* 439: the first hop does not know it */
  gint64 last_sent_us;
  guint failed_status;   /* of the last failure; 408: no reply */
  gint64 not_before_us;  /* its Retry-After */
  gint64 asked_until_us; /* the longest Retry-After of the servers that were left */
  gint64 left_until_us;  /* when the last of them may be asked again */

  /* What the registrar gave on this flow */
  gboolean is_bound;
  gint64 expires_at_us;
  GPtrArray *service_route; /* values for Route */
  char *gruu;               /* the public one; NULL */

  /* Owned */
  char *call_id;
  char *from_tag;
  SipDigestSession *digest; /* the last challenge, signed on; NULL */
  char *proven_realm;       /* where our password was right; NULL */
  SipDigestAlgorithm proven_algorithm;

  /* Borrowed */
  SipClientTx *tx; /* under way, or NULL */
} SipRegistration;

void sip_registration_init (SipRegistration *registration, guint timer_kind);
void sip_registration_clear (SipRegistration *registration, SipTimers *timers);

/* The machine alone: moves it, and says what follows. */
SipRegistrationAction sip_registration_handle (SipRegistration *registration,
                                               SipRegistrationEvent event,
                                               SipTimers *timers);

/* When to refresh what was granted, from now. */
gint64 sip_registration_refresh_us (guint32 granted_s, const SipRandom *random);

/* Moves it and does what follows. */
void sip_registration_event (SipUa *ua, SipRegistrationEvent event);
/* What SIP_OUTPUT_REGISTRATION says now; @status 0 where the flow is the reason. */
void sip_registration_tell (SipUa *ua, guint status, SipMessage *response);
/* Now; @is_removal: one that ends the binding. Nothing when one is under way. */
void sip_registration_send (SipUa *ua, gboolean is_removal);
/* As sip_session_handle_response() (sip-registration-reply.c). */
void sip_registration_handle_response (SipUa *ua,
                                       SipClientTx *tx,
                                       guint status,
                                       SipMessage *response);
/* For another server, where this one asked for more time than the binding had. FALSE where
 * it did not, or a call keeps us there. */
gboolean sip_registration_leave (SipUa *ua);
/* The flow is gone, and what was bound to it. */
void sip_registration_flow_lost (SipUa *ua);
/* A new password is no longer the one that was refused, or proven. */
void sip_registration_forget_proof (SipUa *ua);
void sip_registration_check (const SipUa *ua);

G_END_DECLS
