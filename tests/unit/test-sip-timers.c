/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-timers.h"

static guint64 state;

static guint64
next_random (void)
{
  state = state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return state >> 33;
}

static void
fill (gpointer data, guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)next_random ();
}

static void
test_order (void)
{
  SipTimers timers;
  SipTimer a, b, c;

  sip_timers_init (&timers);
  g_assert_cmpint (sip_timers_get_deadline (&timers), ==, G_MAXINT64);
  sip_timer_init (&a, 1, &a);
  sip_timer_init (&b, 2, &b);
  sip_timer_init (&c, 3, &c);
  sip_timers_arm (&timers, &a, 30);
  sip_timers_arm (&timers, &b, 10);
  sip_timers_arm (&timers, &c, 20);
  g_assert_cmpint (sip_timers_get_deadline (&timers), ==, 10);
  g_assert_null (sip_timers_pop (&timers, 9));
  g_assert_true (sip_timers_pop (&timers, 10) == &b);
  g_assert_false (sip_timer_is_armed (&b));
  g_assert_null (sip_timers_pop (&timers, 19));
  g_assert_true (sip_timers_pop (&timers, 100) == &c);
  g_assert_true (sip_timers_pop (&timers, 100) == &a);
  g_assert_null (sip_timers_pop (&timers, 100));
  sip_timers_clear (&timers);
}

/* What is due at one time comes in the order of arming, also after a second arming. */
static void
test_ties (void)
{
  SipTimers timers;
  SipTimer many[20];

  sip_timers_init (&timers);
  for (guint i = 0; i < G_N_ELEMENTS (many); i++) {
    sip_timer_init (&many[i], i, &many[i]);
    sip_timers_arm (&timers, &many[i], 5);
  }
  sip_timers_arm (&timers, &many[0], 5);
  sip_timers_disarm (&timers, &many[7]);
  sip_timers_disarm (&timers, &many[7]);
  for (guint i = 1; i < G_N_ELEMENTS (many); i++)
    if (i != 7)
      g_assert_cmpuint (sip_timers_pop (&timers, 5)->kind, ==, i);
  g_assert_cmpuint (sip_timers_pop (&timers, 5)->kind, ==, 0);
  g_assert_cmpint (sip_timers_get_deadline (&timers), ==, G_MAXINT64); /* none is left */
  sip_timers_clear (&timers);
}

/* Against the simplest thing that could be right. */
static void
test_random_walk (void)
{
  SipTimers timers;
  SipTimer many[64];
  gint64 now_us = 0;

  state = 1;
  sip_timers_init (&timers);
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    sip_timer_init (&many[i], i, &many[i]);
  for (guint step = 0; step < 20000; step++) {
    SipTimer *timer = &many[next_random () % G_N_ELEMENTS (many)];
    SipTimer *popped;
    gint64 earliest_us = G_MAXINT64;

    if (next_random () % 3 == 0)
      sip_timers_disarm (&timers, timer);
    else
      sip_timers_arm (&timers, timer, now_us + 1 + (gint64)(next_random () % 100));
    now_us += (gint64)(next_random () % 5);
    while ((popped = sip_timers_pop (&timers, now_us)) != NULL)
      g_assert_cmpint (popped->due_us, <=, now_us);
    for (guint i = 0; i < G_N_ELEMENTS (many); i++)
      if (sip_timer_is_armed (&many[i]))
        earliest_us = MIN (earliest_us, many[i].due_us);
    g_assert_cmpint (sip_timers_get_deadline (&timers), ==, earliest_us);
    sip_timers_check (&timers, now_us);
  }
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    sip_timers_disarm (&timers, &many[i]);
  sip_timers_clear (&timers);
}

static void
test_jitter (void)
{
  SipRandom random = {.fill = fill};
  gboolean saw_low = FALSE, saw_high = FALSE;

  state = 2;
  for (guint i = 0; i < 1000; i++) {
    gint64 value = sip_random_between (&random, 3, 9);

    g_assert_cmpint (value, >=, 3);
    g_assert_cmpint (value, <=, 9);
    saw_low = saw_low || value == 3;
    saw_high = saw_high || value == 9;
  }
  g_assert_true (saw_low && saw_high);
  g_assert_cmpint (sip_random_between (&random, 4, 4), ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-timers/order", test_order);
  g_test_add_func ("/sip-timers/ties", test_ties);
  g_test_add_func ("/sip-timers/random-walk", test_random_walk);
  g_test_add_func ("/sip-timers/jitter", test_jitter);
  return g_test_run ();
}
