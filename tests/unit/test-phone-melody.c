/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-melody.h"
#include "phone-tone.h"

#include <math.h>

/* The energy at one frequency as a share of the whole (Goertzel): about 1 for a pure tone. */
static double
take_share (const float *samples, gsize n_samples, double hz)
{
  const double coefficient = 2 * cos (2 * G_PI * hz / PHONE_MELODY_RATE);
  double whole = 0, s1 = 0, s2 = 0;

  for (gsize i = 0; i < n_samples; i++) {
    double s0 = (double)samples[i] + coefficient * s1 - s2;

    s2 = s1;
    s1 = s0;
    whole += (double)samples[i] * (double)samples[i];
  }
  return 2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2) / ((double)n_samples * whole);
}

/* Every note of a melody holds its frequencies, and nothing is louder than it may be. */
static void
check (const PhoneMelody *melody)
{
  gsize n = 0;
  g_autofree float *samples = phone_melody_render (melody, &n);
  gsize at = 0;

  g_assert_cmpuint (n, ==, phone_melody_get_ms (melody) * PHONE_MELODY_RATE / 1000);
  for (guint i = 0; i < melody->n_notes; i++) {
    const PhoneNote *note = &melody->notes[i];
    gsize length = note->ms * PHONE_MELODY_RATE / 1000;
    double share = 0;

    for (guint k = 0; k < G_N_ELEMENTS (note->hz); k++)
      if (note->hz[k] > 0)
        share += take_share (samples + at, length, note->hz[k]);
    if (note->hz[0] > 0)
      g_assert_cmpfloat (share, >, 0.5);
    else
      g_assert_cmpfloat (phone_tone_level_db (samples + at, length), <=,
                         PHONE_TONE_SILENCE_DB);
    at += length;
  }
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabsf (samples[i]), <=, melody->level + 1e-6);
  /* Neither end clicks. */
  g_assert_cmpfloat (fabsf (samples[0]), <, 0.01);
  g_assert_cmpfloat (fabsf (samples[n - 1]), <, 0.01);
}

static void
test_rings (void)
{
  const char *const *names = phone_melody_get_ring_names ();

  for (guint i = 0; names[i]; i++) {
    const PhoneMelody *melody = phone_melody_find_ring (names[i]);

    g_assert_cmpstr (melody->name, ==, names[i]);
    g_assert_cmpuint (melody->rounds, ==, 0);
    check (melody);
  }
  g_assert_cmpstr (phone_melody_find_ring ("no such one")->name, ==, names[0]);
  g_assert_cmpstr (phone_melody_find_ring (NULL)->name, ==, names[0]);
}

static void
test_tones (void)
{
  g_assert_null (phone_melody_get_tone (PHONE_MELODY_NONE));
  for (int i = PHONE_MELODY_WAITING; i <= PHONE_MELODY_TEST; i++)
    check (phone_melody_get_tone ((PhoneMelodyTone)i));
}

static void
test_digits (void)
{
  const PhoneMelody *five = phone_melody_get_digit ('5');

  g_assert_cmpuint (five->notes[0].hz[0], ==, 770);
  g_assert_cmpuint (five->notes[0].hz[1], ==, 1336);
  g_assert_true (phone_melody_get_digit ('a') == phone_melody_get_digit ('A'));
  g_assert_null (phone_melody_get_digit ('!'));
  g_assert_null (phone_melody_get_digit ('\0'));
  for (const char *digit = "0123456789*#ABCD"; *digit; digit++)
    check (phone_melody_get_digit (*digit));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/melody/rings", test_rings);
  g_test_add_func ("/melody/tones", test_tones);
  g_test_add_func ("/melody/digits", test_digits);
  return g_test_run ();
}
