/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-types.h"

/* A heap of deadlines. A SipTimer is a member of whatever waits (a transaction, a call,
 * the flow) and is known to the heap only while it is armed; what holds one disarms it
 * before it is freed. Timers that are due at the same time come out in the order in
 * which they were armed, so that a run can be repeated exactly. No clock: times are
 * monotonic microseconds and given. */

G_BEGIN_DECLS

typedef struct {
  gint64 due_us;
  guint64 order; /* of arming: breaks ties */
  guint place;   /* in the heap, from 1; 0 while it is not armed */
  guint kind;    /* whose it is; for the one who pops it */
  gpointer owner;
} SipTimer;

typedef struct {
  GPtrArray *heap;
  guint64 last_order;
} SipTimers;

void sip_timers_init (SipTimers *timers);
/* Nothing may be armed any more. */
void sip_timers_clear (SipTimers *timers);

void sip_timer_init (SipTimer *timer, guint kind, gpointer owner);
gboolean sip_timer_is_armed (const SipTimer *timer);

/* Arms it, or moves it where it is armed already. */
void sip_timers_arm (SipTimers *timers, SipTimer *timer, gint64 due_us);
/* Nothing happens when it is not armed. */
void sip_timers_disarm (SipTimers *timers, SipTimer *timer);

/* Takes the next timer that is due at now_us or earlier; NULL when there is none. */
SipTimer *sip_timers_pop (SipTimers *timers, gint64 now_us);
/* G_MAXINT64 when nothing is armed. */
gint64 sip_timers_get_deadline (const SipTimers *timers);

/* Jitter: evenly from low to high, both included. */
gint64 sip_random_between (const SipRandom *random, gint64 low, gint64 high);

/* Aborts when the heap is not a heap, or when something was due before now_us and is
 * still there. */
void sip_timers_check (const SipTimers *timers, gint64 now_us);

G_END_DECLS
