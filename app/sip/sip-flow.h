/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-timers.h"
#include "sip-ua.h"

/* Wants the flow up: when to open it, how long to wait after a failure (RFC 5626 §4.5),
 * and whether the far end is still there (RFC 5626 §4.4, with WebSocket pings). It says
 * what is to be done and does none of it. */

G_BEGIN_DECLS

#define SIP_FLOW_BASE_US (1 * G_TIME_SPAN_SECOND)
#define SIP_FLOW_MAX_US (30 * G_TIME_SPAN_SECOND)
/* A server that is only started anew is back within seconds: while the outage is this
 * young, no wait is longer than the brief one. */
#define SIP_FLOW_BRIEF_OUTAGE_US (10 * G_TIME_SPAN_SECOND)
#define SIP_FLOW_BRIEF_WAIT_US (2500 * G_TIME_SPAN_MILLISECOND)
/* Refused, or closed by policy: no more than one attempt in this time. */
#define SIP_FLOW_REFUSED_US (30 * G_TIME_SPAN_SECOND)
#define SIP_FLOW_OVERLOADED_US (5 * G_TIME_SPAN_SECOND)
#define SIP_FLOW_RETRY_AFTER_MAX_S 3600
/* A flow that was of use for this long is opened again at once. */
#define SIP_FLOW_STEADY_US (5 * G_TIME_SPAN_SECOND)
#define SIP_FLOW_OPEN_LIMIT_US (30 * G_TIME_SPAN_SECOND)
/* Silence of the first, then a ping that has to be answered within the second: a dead
 * flow is noticed within 30 s, and within 5 s when a call is made. */
#define SIP_FLOW_IDLE_US (25 * G_TIME_SPAN_SECOND)
#define SIP_FLOW_PONG_US (5 * G_TIME_SPAN_SECOND)

/*            wanted                 opened              25 s of silence, a call
 *    DOWN -----------> OPENING ------------------> UP ------------------> PROBING
 *     ^                ^  |  ^                     | ^   something heard    |
 *     |                |  |  +--- lost, was of ----+ +----------------------+
 *     |                |  |       use for 5 s      |                        |
 *     |          timer,|  | closed, 30 s           | lost                   | 5 s of
 *     |          wanted|  v                        v                        | silence
 *     |               WAITING <--------------------+------------------------+
 *     +-- dropped, from every state
 */
typedef enum {
  SIP_FLOW_DOWN,
  SIP_FLOW_OPENING,
  SIP_FLOW_UP,
  SIP_FLOW_PROBING, /* up, and a sign of life is waited for */
  SIP_FLOW_WAITING,
} SipFlowState;
#define SIP_FLOW_N_STATES (SIP_FLOW_WAITING + 1)

typedef enum {
  SIP_FLOW_EVENT_WANTED,
  SIP_FLOW_EVENT_DROPPED, /* not wanted any more */
  SIP_FLOW_EVENT_OPENED,
  SIP_FLOW_EVENT_CLOSED, /* why and retry_after_s are set before */
  SIP_FLOW_EVENT_BROKEN, /* we think so: the far end does not answer */
  SIP_FLOW_EVENT_RESET,  /* the network changed: what was there is dead */
  SIP_FLOW_EVENT_HEARD,  /* any frame, and a pong */
  SIP_FLOW_EVENT_DIAL,   /* a call is made, changed, hung up: it has to be there now */
  SIP_FLOW_EVENT_TIMER,
} SipFlowEvent;
#define SIP_FLOW_N_EVENTS (SIP_FLOW_EVENT_TIMER + 1)

typedef enum {
  SIP_FLOW_NOTHING = 0,
  SIP_FLOW_LOST = 1 << 0, /* what was under way on it fails now */
  SIP_FLOW_CLOSE = 1 << 1,
  SIP_FLOW_OPEN = 1 << 2,
  SIP_FLOW_PING = 1 << 3,
} SipFlowAction;

typedef struct {
  SipFlowState state; /* written by the machine alone */
  SipTimer timer;
  guint n_failures;    /* in a row */
  gboolean was_of_use; /* this flow carried a registration */
  gint64 opened_at_us;
  gint64 lost_at_us; /* when the outage began */
  gint64 idle_us; /* silence that is suffered: SIP_FLOW_IDLE_US, or less by Flow-Timer */

  /* Of the last end */
  SipFlowClose why;
  guint retry_after_s;

  /* Borrowed */
  const SipRandom *random;
} SipFlow;

void sip_flow_init (SipFlow *flow, guint timer_kind, const SipRandom *random);
SipFlowAction sip_flow_handle (SipFlow *flow,
                               SipFlowEvent event,
                               SipTimers *timers,
                               gint64 now_us);
gboolean sip_flow_is_up (const SipFlow *flow);
/* When the next attempt is; 0 when none is planned. */
gint64 sip_flow_get_retry_at (const SipFlow *flow);
void sip_flow_check (const SipFlow *flow);

/* The formula of RFC 5626 §4.5 after so many failures in a row: 50 to 100 % of the
 * smaller of 30 s and 1 s * 2^n. */
gint64 sip_flow_back_off_us (guint n_failures, gint64 limit_us, const SipRandom *random);

G_END_DECLS
