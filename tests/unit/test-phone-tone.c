/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tone.h"

#include <math.h>

enum { RATE = 8000, N = 800 };

static void
make_tone (float *samples, double hz, double amplitude)
{
  for (guint i = 0; i < N; i++)
    samples[i] = (float)(amplitude * sin (2 * G_PI * hz * i / RATE));
}

static void
test_level (void)
{
  float samples[N] = {0};

  g_assert_cmpfloat (phone_tone_level_db (samples, N), ==, PHONE_TONE_SILENCE_DB);
  g_assert_cmpfloat (phone_tone_level_db (samples, 0), ==, PHONE_TONE_SILENCE_DB);
  make_tone (samples, 440, 1.0);
  g_assert_cmpfloat_with_epsilon (phone_tone_level_db (samples, N), -3.01, 0.05);
  make_tone (samples, 440, 0.1);
  g_assert_cmpfloat_with_epsilon (phone_tone_level_db (samples, N), -23.01, 0.05);
}

static void
test_find (void)
{
  static const double frequencies[] = {60, 440, 443, 445, 697, 1000, 1234, 2999, 3400};
  float samples[N];

  for (guint i = 0; i < G_N_ELEMENTS (frequencies); i++) {
    make_tone (samples, frequencies[i], 0.3);
    g_assert_cmpfloat (fabs ((double)phone_tone_find (samples, N, RATE) - frequencies[i]),
                       <=, 10);
  }
}

static void
test_no_tone (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  float samples[N] = {0};
  float other[N];

  g_assert_cmpuint (phone_tone_find (samples, N, RATE), ==, 0);
  for (guint i = 0; i < N; i++)
    samples[i] = (float)g_rand_double_range (random, -0.5, 0.5);
  g_assert_cmpuint (phone_tone_find (samples, N, RATE), ==, 0);
  /* Two of one strength: neither carries most of it. */
  make_tone (samples, 500, 0.3);
  make_tone (other, 1500, 0.3);
  for (guint i = 0; i < N; i++)
    samples[i] += other[i];
  g_assert_cmpuint (phone_tone_find (samples, N, RATE), ==, 0);
  make_tone (samples, 440, 0.0001);
  g_assert_cmpuint (phone_tone_find (samples, N, RATE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tone/level", test_level);
  g_test_add_func ("/tone/find", test_find);
  g_test_add_func ("/tone/none", test_no_tone);
  return g_test_run ();
}
