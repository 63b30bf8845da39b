/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-timers.h"

static SipTimer *
timer_at (const SipTimers *timers, guint place)
{
  return g_ptr_array_index (timers->heap, place - 1);
}

static void
put_at (SipTimers *timers, guint place, SipTimer *timer)
{
  g_ptr_array_index (timers->heap, place - 1) = timer;
  timer->place = place;
}

static gboolean
is_before (const SipTimer *a, const SipTimer *b)
{
  if (a->due_us != b->due_us)
    return a->due_us < b->due_us;
  return a->order < b->order;
}

static void
sift_up (SipTimers *timers, SipTimer *timer)
{
  guint place = timer->place;

  while (place > 1 && is_before (timer, timer_at (timers, place / 2))) {
    put_at (timers, place, timer_at (timers, place / 2));
    place /= 2;
  }
  put_at (timers, place, timer);
}

static void
sift_down (SipTimers *timers, SipTimer *timer)
{
  guint place = timer->place;
  guint size = timers->heap->len;

  while (place * 2 <= size) {
    guint child = place * 2;

    if (child < size &&
        is_before (timer_at (timers, child + 1), timer_at (timers, child)))
      child++;
    if (!is_before (timer_at (timers, child), timer))
      break;
    put_at (timers, place, timer_at (timers, child));
    place = child;
  }
  put_at (timers, place, timer);
}

void
sip_timers_init (SipTimers *timers)
{
  timers->heap = g_ptr_array_new ();
  timers->last_order = 0;
}

void
sip_timers_clear (SipTimers *timers)
{
  g_assert (timers->heap->len == 0);
  g_clear_pointer (&timers->heap, g_ptr_array_unref);
}

void
sip_timer_init (SipTimer *timer, guint kind, gpointer owner)
{
  *timer = (SipTimer){.kind = kind, .owner = owner};
}

gboolean
sip_timer_is_armed (const SipTimer *timer)
{
  return timer->place != 0;
}

void
sip_timers_arm (SipTimers *timers, SipTimer *timer, gint64 due_us)
{
  sip_timers_disarm (timers, timer);
  timer->due_us = due_us;
  timer->order = ++timers->last_order;
  g_ptr_array_add (timers->heap, timer);
  timer->place = timers->heap->len;
  sift_up (timers, timer);
}

void
sip_timers_disarm (SipTimers *timers, SipTimer *timer)
{
  SipTimer *last;
  guint place = timer->place;

  if (place == 0)
    return;
  g_assert (timer_at (timers, place) == timer);
  last = timer_at (timers, timers->heap->len);
  g_ptr_array_set_size (timers->heap, (gint)timers->heap->len - 1);
  timer->place = 0;
  if (last == timer)
    return;
  put_at (timers, place, last);
  sift_up (timers, last);
  sift_down (timers, last);
}

SipTimer *
sip_timers_pop (SipTimers *timers, gint64 now_us)
{
  SipTimer *first;

  if (timers->heap->len == 0)
    return NULL;
  first = timer_at (timers, 1);
  if (first->due_us > now_us)
    return NULL;
  sip_timers_disarm (timers, first);
  return first;
}

gint64
sip_timers_get_deadline (const SipTimers *timers)
{
  return timers->heap->len > 0 ? timer_at (timers, 1)->due_us : G_MAXINT64;
}

gint64
sip_random_between (const SipRandom *random, gint64 low, gint64 high)
{
  guint64 bits = 0;

  g_assert (low <= high);
  random->fill (random->data, (guint8 *)&bits, sizeof bits);
  return low + (gint64)(bits % ((guint64)(high - low) + 1));
}

void
sip_timers_check (const SipTimers *timers, gint64 now_us)
{
  for (guint place = 1; place <= timers->heap->len; place++) {
    const SipTimer *timer = timer_at (timers, place);

    g_assert (timer->place == place);
    g_assert (timer->owner != NULL);
    g_assert (timer->order <= timers->last_order);
    g_assert (timer->due_us > now_us);
    if (place > 1)
      g_assert (is_before (timer_at (timers, place / 2), timer));
  }
}
