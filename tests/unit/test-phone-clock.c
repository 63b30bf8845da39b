/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock on the wall is set, by an hour or a year, forth or back: nothing is sent for
 * it, nothing is refreshed early or late, and a call is as long as it was. */
#include "service-fixture.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define HOUR_S ((gint64)3600)
#define YEAR_S (365 * 24 * HOUR_S)

static const gint64 jumps_s[] = {HOUR_S, -HOUR_S, YEAR_S, -YEAR_S};

/* ---- The clocks of this process: every library asks here ---- */

static gint64 wall_ahead_s;
static gint64 monotonic_ahead_s;

int
clock_gettime (clockid_t clock, struct timespec *at)
{
  int result = (int)syscall (SYS_clock_gettime, clock, at);

  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
    at->tv_sec += __atomic_load_n (&wall_ahead_s, __ATOMIC_RELAXED);
  if (clock == CLOCK_MONOTONIC)
    at->tv_sec += __atomic_load_n (&monotonic_ahead_s, __ATOMIC_RELAXED);
  return result;
}

int
gettimeofday (struct timeval *restrict at, void *restrict zone)
{
  struct timespec now;
  int result = clock_gettime (CLOCK_REALTIME, &now);

  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t
time (time_t *at)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (at != NULL)
    *at = now.tv_sec;
  return now.tv_sec;
}

static void
set_wall_clock (gint64 by_s)
{
  gint64 before_us = g_get_real_time ();
  gint64 seen_s;

  __atomic_add_fetch (&wall_ahead_s, by_s, __ATOMIC_RELAXED);
  seen_s = (g_get_real_time () - before_us) / G_USEC_PER_SEC;
  g_assert_cmpint (ABS (seen_s - by_s), <=, 60); /* it is asked here, and not elsewhere */
}

static void
let_pass (gint64 s)
{
  __atomic_add_fetch (&monotonic_ahead_s, s, __ATOMIC_RELAXED);
}

/* ---- What it is to have no part in ---- */

/* Whatever had been due is on the wire before this answer. */
static void
expect_nothing_sent (ServiceFixture *f)
{
  static guint n;
  g_autofree char *id = g_strdup_printf ("probe-%u", ++n);

  service_fixture_invite (f, id, "v=0\r\n");
  sip_message_unref (service_fixture_take_response (f, 488));
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* It was granted for 600 s: half of that at the earliest, 90 % at the latest. */
static void
test_refresh (ServiceFixture *f, gconstpointer data)
{
  f->keeps_registers = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (jumps_s); i++) {
    g_autoptr (SipMessage) refresh = NULL;

    set_wall_clock (jumps_s[i]);
    let_pass (290);
    expect_nothing_sent (f);
    set_wall_clock (-2 * jumps_s[i]);
    expect_nothing_sent (f);
    let_pass (251);
    refresh = service_fixture_take_request (f, SIP_METHOD_REGISTER);
    service_fixture_respond (f, refresh, 200, NULL);
    expect_nothing_sent (f);
    g_assert_cmpint (phone_account_get_state (f->account), ==,
                     PHONE_ACCOUNT_STATE_REGISTERED);
  }
  f->keeps_registers = FALSE;
}

static void
test_call (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (PhoneCall) call = service_fixture_call (f, peer, &invite);

  for (guint i = 0; i < G_N_ELEMENTS (jumps_s); i++) {
    set_wall_clock (jumps_s[i]);
    expect_nothing_sent (f);
    g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_ACTIVE);
    g_assert_cmpuint (phone_call_get_duration (call), <, HOUR_S / 2);
    set_wall_clock (-jumps_s[i]);
  }
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                  \
  g_test_add ("/phone/clock/" name, ServiceFixture, NULL, service_fixture_set_up, test,  \
              service_fixture_tear_down)
  ADD ("refresh", test_refresh);
  ADD ("call", test_call);
#undef ADD
  return g_test_run ();
}
