/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tone.h"

#include <math.h>

enum { LOWEST_HZ = 50, HIGHEST_HZ = 3500, STEP_HZ = 10 };
/* Of a tone between two steps each still sees most: a step is the width of one bin for
 * the 100 ms that the probe looks at. */
static const double least_share = 0.60;
static const double least_level_db = -60.0;

static double
energy (const float *samples, gsize n_samples)
{
  double sum = 0;

  for (gsize i = 0; i < n_samples; i++)
    sum += (double)samples[i] * (double)samples[i];
  return sum;
}

double
phone_tone_level_db (const float *samples, gsize n_samples)
{
  double mean = n_samples > 0 ? energy (samples, n_samples) / (double)n_samples : 0;

  return mean > 1e-10 ? 10 * log10 (mean) : PHONE_TONE_SILENCE_DB;
}

static double
goertzel (const float *samples, gsize n_samples, guint sample_rate, double hz)
{
  const double coefficient = 2 * cos (2 * G_PI * hz / sample_rate);
  double s1 = 0;
  double s2 = 0;

  for (gsize i = 0; i < n_samples; i++) {
    double s0 = (double)samples[i] + coefficient * s1 - s2;

    s2 = s1;
    s1 = s0;
  }
  return s1 * s1 + s2 * s2 - coefficient * s1 * s2;
}

double
phone_tone_share (const float *samples, gsize n_samples, guint sample_rate, double hz)
{
  double whole = energy (samples, n_samples);

  if (whole <= 0)
    return 0;
  return MIN (1.0, 2 * goertzel (samples, n_samples, sample_rate, hz) /
                       ((double)n_samples * whole));
}

guint
phone_tone_find (const float *samples, gsize n_samples, guint sample_rate)
{
  guint best_hz = 0;
  double best = 0;

  if (phone_tone_level_db (samples, n_samples) < least_level_db)
    return 0;
  for (guint hz = LOWEST_HZ; hz <= HIGHEST_HZ; hz += STEP_HZ) {
    double power = goertzel (samples, n_samples, sample_rate, hz);

    if (power > best) {
      best = power;
      best_hz = hz;
    }
  }
  /* A tone half a step away from two of them shares itself out between both. */
  best = phone_tone_share (samples, n_samples, sample_rate, best_hz) +
         MAX (phone_tone_share (samples, n_samples, sample_rate, best_hz - STEP_HZ),
              phone_tone_share (samples, n_samples, sample_rate, best_hz + STEP_HZ));
  return best >= least_share ? best_hz : 0;
}
