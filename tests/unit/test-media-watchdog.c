/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-watchdog.h"

/* A call under a clock of its own: one look a second. */
typedef struct {
  PhoneMediaWatchdog dog;
  PhoneMediaVitals vitals;
  PhoneMediaVerdict verdict;
  gint64 now_us;
  gboolean media; /* RTP comes */
  gboolean rtcp;
} World;

static void
start (World *world)
{
  *world = (World){.now_us = 1000 * G_USEC_PER_SEC, .media = TRUE, .rtcp = TRUE};
  world->vitals = (PhoneMediaVitals){
      .receives = TRUE, .sends = TRUE, .source_level_db = -20, .confirmed = TRUE};
  phone_media_watchdog_start (&world->dog, world->now_us);
}

static void
run (World *world, guint seconds)
{
  for (guint i = 0; i < seconds; i++) {
    world->now_us += G_USEC_PER_SEC;
    if (world->media) {
      world->vitals.heard += 50;
      world->vitals.packets_in += 50;
      world->vitals.decoded_ms += 1000;
      world->vitals.sounding_ms += 1000;
    }
    if (world->rtcp)
      world->vitals.heard++;
    world->verdict =
        phone_media_watchdog_look (&world->dog, &world->vitals, world->now_us);
  }
}

static void
test_healthy (void)
{
  World world;

  start (&world);
  run (&world, 3600);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
  g_assert_false (world.verdict.doubt);
  g_assert_cmpint (world.verdict.silence_in, ==, PHONE_MEDIA_SILENCE_NONE);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_NONE);
}

/* libnice gives up within 10 s of doubt where nothing answers. Until it is given up it
 * may come back by another path. */
static void
test_peer_gone (void)
{
  World world;
  guint noticed = 0;

  start (&world);
  run (&world, 10);
  world.media = world.rtcp = FALSE;
  run (&world, 4);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
  run (&world, 1);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_INTERRUPTED);
  for (noticed = 5; world.verdict.life != PHONE_MEDIA_LIFE_DEAD && noticed < 60;
       noticed++) {
    run (&world, 1);
    if (world.verdict.doubt && noticed >= 22)
      world.vitals.ice_failed = TRUE;
  }
  g_assert_cmpuint (noticed, ==, 30);
}

/* ICE that found no path where there was none to lose ends nothing before its time. */
static void
test_ice_failed_early (void)
{
  World world;

  start (&world);
  run (&world, 10);
  world.media = world.rtcp = FALSE;
  world.vitals.ice_failed = TRUE;
  run (&world, 29);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_INTERRUPTED);
  world.vitals.ice_failed = FALSE;
  run (&world, 10);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_INTERRUPTED);
  world.media = TRUE;
  run (&world, 1);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
}

static void
test_comes_back (void)
{
  World world;

  start (&world);
  run (&world, 10);
  world.media = world.rtcp = FALSE;
  run (&world, 15);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_INTERRUPTED);
  world.media = TRUE;
  run (&world, 1);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
  g_assert_false (world.verdict.doubt);
}

/* Neither RTP nor RTCP, but ICE holds: binding requests are answered. */
static void
test_hold (void)
{
  World world;

  start (&world);
  run (&world, 10);
  world.vitals.receives = world.vitals.sends = FALSE;
  world.media = world.rtcp = FALSE;
  run (&world, 120);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
  g_assert_true (world.verdict.doubt);
  g_assert_cmpint (world.verdict.silence_in, ==, PHONE_MEDIA_SILENCE_HOLD);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_HOLD);
  world.vitals.ice_failed = TRUE;
  run (&world, 1);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_INTERRUPTED);
  world.vitals.ice_failed = FALSE; /* restarted, on another path */
  run (&world, 1);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
  world.vitals.ice_failed = TRUE;
  run (&world, 5);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_INTERRUPTED);
  run (&world, 1);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_DEAD);
}

/* RTCP alone is life. */
static void
test_control_alone (void)
{
  World world;

  start (&world);
  world.media = FALSE;
  run (&world, 60);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
  g_assert_cmpint (world.verdict.silence_in, ==, PHONE_MEDIA_SILENCE_NO_PACKETS);
}

static void
test_ice_failed_but_heard (void)
{
  World world;

  start (&world);
  world.vitals.ice_failed = TRUE;
  run (&world, 60);
  g_assert_cmpint (world.verdict.life, ==, PHONE_MEDIA_LIFE_ALIVE);
}

static void
test_silence_in (void)
{
  World world;

  start (&world);
  run (&world, 5);
  world.media = FALSE;
  for (guint i = 0; i < 4; i++) {
    world.vitals.packets_in += 50;
    run (&world, 1);
  }
  g_assert_cmpint (world.verdict.silence_in, ==, PHONE_MEDIA_SILENCE_NOT_DECODED);
  for (guint i = 0; i < 12; i++) {
    world.vitals.packets_in += 50;
    world.vitals.decoded_ms += 1000;
    run (&world, 1);
  }
  g_assert_cmpint (world.verdict.silence_in, ==, PHONE_MEDIA_SILENCE_PEER_QUIET);
}

static void
test_silence_out (void)
{
  World world;

  start (&world);
  world.vitals.muted = TRUE;
  run (&world, 1);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_MUTED);
  world.vitals.muted = FALSE;
  world.vitals.source_level_db = -90;
  run (&world, 4);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_SOURCE);
  world.vitals.source_level_db = -20;
  world.vitals.fraction_lost = 1.0;
  run (&world, 1);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_NOT_RECEIVED);
}

static void
test_never_confirmed (void)
{
  World world;

  start (&world);
  world.vitals.confirmed = FALSE;
  run (&world, 8);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_NONE);
  run (&world, 8);
  g_assert_cmpint (world.verdict.silence_out, ==, PHONE_MEDIA_SILENCE_NOT_RECEIVED);
}

/* ---- Latency ---- */

static guint
settle (guint latency_ms, double jitter_ms)
{
  for (guint i = 0; i < 100; i++)
    latency_ms = phone_media_latency_next (latency_ms, jitter_ms, 0);
  return latency_ms;
}

static void
test_latency (void)
{
  g_assert_cmpuint (settle (50, 0), ==, 20);
  g_assert_cmpuint (settle (50, 10), ==, 40);
  g_assert_cmpuint (settle (50, 500), ==, 200);
  g_assert_cmpuint (settle (50, -5), ==, 20);
  g_assert_cmpuint (phone_media_latency_next (50, 30, 0), ==, 120);
  g_assert_cmpuint (phone_media_latency_next (120, 1, 0), ==, 110);
  g_assert_cmpuint (phone_media_latency_next (50, 1, 3), ==, 70);
  g_assert_cmpuint (phone_media_latency_next (200, 1, 3), ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watchdog/healthy", test_healthy);
  g_test_add_func ("/watchdog/peer-gone", test_peer_gone);
  g_test_add_func ("/watchdog/ice-failed-early", test_ice_failed_early);
  g_test_add_func ("/watchdog/comes-back", test_comes_back);
  g_test_add_func ("/watchdog/hold", test_hold);
  g_test_add_func ("/watchdog/control-alone", test_control_alone);
  g_test_add_func ("/watchdog/ice-failed-but-heard", test_ice_failed_but_heard);
  g_test_add_func ("/watchdog/silence-in", test_silence_in);
  g_test_add_func ("/watchdog/silence-out", test_silence_out);
  g_test_add_func ("/watchdog/never-confirmed", test_never_confirmed);
  g_test_add_func ("/watchdog/latency", test_latency);
  return g_test_run ();
}
