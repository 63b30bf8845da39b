/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-probe.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 320, HEIGHT = 240 };

/* ---- Marks ---- */

static void
draw (guint8 *luma, guint width, guint height, guint16 source, guint32 number)
{
  PhoneProbeMark mark = {.source = source,
                         .number = number,
                         .time_ms = (guint32)(g_get_monotonic_time () / 1000)};

  memset (luma, 90, (gsize)width * height);
  phone_probe_draw_mark (&mark, luma, width, height, width);
}

static void
test_mark (void)
{
  static const guint sizes[][2] = {{64, 48},   {160, 120}, {320, 240},
                                   {638, 477}, {640, 480}, {1280, 720}};
  const PhoneProbeMark mark = {0xBEEF, 0xABCDEF, 0xDEADBEEF};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint width = sizes[i][0];
    guint height = sizes[i][1];
    g_autofree guint8 *luma = g_malloc0 ((gsize)width * height);
    PhoneProbeMark read = {0};

    phone_probe_draw_mark (&mark, luma, width, height, width);
    g_assert_true (phone_probe_read_mark (luma, width, height, width, &read));
    g_assert_cmphex (read.source, ==, mark.source);
    g_assert_cmphex (read.number, ==, mark.number);
    g_assert_cmphex (read.time_ms, ==, mark.time_ms);
  }
}

/* What a codec does to it: blur and noise; and one block that turns over is seen. */
static void
test_mark_spoiled (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree guint8 *luma = g_malloc (WIDTH * HEIGHT);
  PhoneProbeMark read;

  draw (luma, WIDTH, HEIGHT, 1, 2);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    luma[i] = (guint8)CLAMP (luma[i] + g_rand_int_range (random, -90, 90), 0, 255);
  g_assert_true (phone_probe_read_mark (luma, WIDTH, HEIGHT, WIDTH, &read));
  g_assert_cmpuint (read.number, ==, 2);

  for (guint y = 0; y < 20; y++)
    for (guint x = 0; x < 20; x++)
      luma[y * WIDTH + x] = (guint8)(255 - luma[y * WIDTH + x]);
  g_assert_false (phone_probe_read_mark (luma, WIDTH, HEIGHT, WIDTH, &read));
  memset (luma, 0, WIDTH * HEIGHT);
  g_assert_false (phone_probe_read_mark (luma, WIDTH, HEIGHT, WIDTH, &read));
  g_assert_false (phone_probe_read_mark (luma, 32, 32, WIDTH, &read));
}

/* The layout is a promise to those who draw it elsewhere, in a browser. */
static void
test_mark_layout (void)
{
  static const guint8 expected[] = {0xA5, 0x12, 0x34, 0x00, 0x00,
                                    0x07, 0x00, 0x00, 0x00, 0x00};
  const PhoneProbeMark mark = {0x1234, 7, 0};
  g_autofree guint8 *luma = g_malloc0 (160 * 120);

  phone_probe_draw_mark (&mark, luma, 160, 120, 160);
  for (guint bit = 0; bit < 8 * sizeof expected; bit++) {
    guint x = bit % 16 * 10 + 5;
    guint y = bit / 16 * 10 + 5;

    g_assert_cmpint (luma[y * 160 + x] > 128, ==, expected[bit / 8] >> (7 - bit % 8) & 1);
  }
}

/* ---- Counts ---- */

/* So many times the same picture: another one tells another time. */
static void
push (PhoneProbe *probe, guint16 source, guint32 number, guint times)
{
  g_autofree guint8 *luma = g_malloc (WIDTH * HEIGHT);

  draw (luma, WIDTH, HEIGHT, source, number);
  for (guint i = 0; i < times; i++)
    phone_probe_push_luma_any_thread (probe, luma, WIDTH, HEIGHT, WIDTH);
}

static void
test_gaps (void)
{
  g_autoptr (PhoneProbe) probe = phone_probe_new ();
  PhoneProbeReport report;

  push (probe, 9, 10, 1);
  push (probe, 9, 11, 2);
  push (probe, 9, 14, 1);
  report = phone_probe_get_report (probe);
  g_assert_cmpuint (report.frames, ==, 4);
  g_assert_cmpuint (report.recognised, ==, 4);
  g_assert_cmpuint (report.changes, ==, 2);
  g_assert_cmpuint (report.first_number, ==, 10);
  g_assert_cmpuint (report.last_number, ==, 14);
  g_assert_cmpuint (report.gaps, ==, 2);
  g_assert_cmpint (report.delay_ms, >=, 0);
  g_assert_cmpint (report.delay_ms, <, 1000);
  g_assert_cmpuint (phone_probe_get_recognised_from (probe, 9), ==, 4);
  g_assert_cmpuint (phone_probe_get_recognised_from (probe, 8), ==, 0);
}

static void
test_still (void)
{
  g_autoptr (PhoneProbe) probe = phone_probe_new ();
  g_autofree guint8 *luma = g_malloc0 (WIDTH * HEIGHT);
  PhoneProbeReport report;

  for (guint i = 0; i < 5; i++)
    phone_probe_push_luma_any_thread (probe, luma, WIDTH, HEIGHT, WIDTH);
  report = phone_probe_get_report (probe);
  g_assert_cmpuint (report.frames, ==, 5);
  g_assert_cmpuint (report.changes, ==, 0);
  g_assert_cmpuint (report.recognised, ==, 0);
  g_assert_cmpint (report.delay_ms, ==, -1);
}

static void
push_tone (PhoneProbe *probe, double hz, double amplitude, guint ms)
{
  for (guint i = 0; i < ms / 10; i++) {
    float samples[80];

    for (guint k = 0; k < 80; k++)
      samples[k] = (float)(amplitude * sin (2 * G_PI * hz * (i * 80 + k) / 8000));
    phone_probe_push_audio_any_thread (probe, samples, 80);
  }
}

static void
test_sound (void)
{
  g_autoptr (PhoneProbe) probe = phone_probe_new ();
  PhoneProbeReport report;

  push_tone (probe, 440, 0.3, 1000);
  push_tone (probe, 440, 0, 500);
  push_tone (probe, 1000, 0.3, 300);
  report = phone_probe_get_report (probe);
  g_assert_cmpuint (report.audio_ms, ==, 1800);
  g_assert_cmpuint (report.sounding_ms, ==, 1300);
  g_assert_cmpuint (report.tone_hz, ==, 1000);
  g_assert_cmpfloat_with_epsilon (report.level_db, -13.5, 0.2);
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 440), ==, 1000);
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 445), ==, 1000);
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 1000), ==, 300);
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 600), ==, 0);
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 100000), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe/mark", test_mark);
  g_test_add_func ("/probe/mark-spoiled", test_mark_spoiled);
  g_test_add_func ("/probe/mark-layout", test_mark_layout);
  g_test_add_func ("/probe/gaps", test_gaps);
  g_test_add_func ("/probe/still", test_still);
  g_test_add_func ("/probe/sound", test_sound);
  return g_test_run ();
}
