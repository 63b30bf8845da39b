/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tone.h"

#include <gst/fft/gstfftf32.h>
#include <math.h>

enum {
  LOWEST_HZ = 50,
  HIGHEST_HZ = 3500,
  STEP_HZ = 10,
  N_STEPS = HIGHEST_HZ / STEP_HZ + 2, /* from 0 Hz, and one beyond the highest */
};
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

/* The energy at each step of the piece, which is just as long as its bins are a step wide. */
static void
take_spectrum (const float *samples, gsize n_samples, double powers[N_STEPS])
{
  GstFFTF32 *fft = gst_fft_f32_new ((gint)n_samples, FALSE);
  g_autofree GstFFTF32Complex *bins = g_new (GstFFTF32Complex, n_samples / 2 + 1);

  gst_fft_f32_fft (fft, samples, bins);
  for (guint i = 0; i < N_STEPS; i++)
    powers[i] =
        (double)bins[i].r * (double)bins[i].r + (double)bins[i].i * (double)bins[i].i;
  gst_fft_f32_free (fft);
}

guint
phone_tone_find (const float *samples, gsize n_samples, guint sample_rate)
{
  double powers[N_STEPS];
  double whole = energy (samples, n_samples) * (double)n_samples / 2;
  guint best = LOWEST_HZ / STEP_HZ;

  g_return_val_if_fail (n_samples * STEP_HZ == sample_rate, 0);
  g_return_val_if_fail (n_samples / 2 >= N_STEPS, 0);
  if (phone_tone_level_db (samples, n_samples) < least_level_db)
    return 0;
  take_spectrum (samples, n_samples, powers);
  for (guint i = best; i <= HIGHEST_HZ / STEP_HZ; i++)
    if (powers[i] > powers[best])
      best = i;
  /* A tone half a step away from two of them shares itself out between both. */
  return powers[best] + MAX (powers[best - 1], powers[best + 1]) >= least_share * whole
             ? best * STEP_HZ
             : 0;
}
