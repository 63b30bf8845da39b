/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-melody.h"

#include <math.h>
#include <string.h>

#define EDGE_MS 5
#define DECAY_S 0.25 /* a bell falls to a third in so long */
#define DIGIT_MS 120

/* clang-format off */
#define MELODY(name, voice, level, rounds, ...)                                          \
  {name, voice, level, rounds,                                                           \
   sizeof ((const PhoneNote[]){__VA_ARGS__}) / sizeof (PhoneNote),                       \
   (const PhoneNote[]){__VA_ARGS__}}

#define TRILL {{784, 0}, 40}, {{988, 0}, 40}
#define TRILL_4 TRILL, TRILL, TRILL, TRILL

static const PhoneMelody rings[] = {
    MELODY ("classic", PHONE_VOICE_TONE, 0.8, 0,
            TRILL_4, TRILL_4, TRILL_4, {{0}, 2000}),
    MELODY ("chimes", PHONE_VOICE_BELL, 0.9, 0,
            {{1047, 2094}, 300}, {{1319, 2637}, 300}, {{1568, 3136}, 900}, {{0}, 1500}),
    MELODY ("pulse", PHONE_VOICE_TONE, 0.7, 0,
            {{440, 554}, 180}, {{0}, 120}, {{440, 554}, 180}, {{0}, 1800}),
    MELODY ("rise", PHONE_VOICE_BELL, 0.9, 0,
            {{523, 0}, 160}, {{587, 0}, 160}, {{659, 0}, 160}, {{784, 0}, 160},
            {{1047, 0}, 700}, {{0}, 1400}),
};

static const char *const ring_names[] = {"classic", "chimes", "pulse", "rise", NULL};

static const PhoneMelody tones[] = {
    [PHONE_MELODY_NONE] = {NULL},
    [PHONE_MELODY_WAITING] = MELODY (
        "waiting", PHONE_VOICE_TONE, 0.12, 0,
        {{425, 0}, 200}, {{0}, 200}, {{425, 0}, 200}, {{0}, 4400}),
    [PHONE_MELODY_RINGBACK] = MELODY (
        "ringback", PHONE_VOICE_TONE, 0.2, 0, {{425, 0}, 1000}, {{0}, 4000}),
    [PHONE_MELODY_BUSY] = MELODY (
        "busy", PHONE_VOICE_TONE, 0.2, 4, {{425, 0}, 500}, {{0}, 500}),
    [PHONE_MELODY_CONGESTION] = MELODY (
        "congestion", PHONE_VOICE_TONE, 0.2, 6, {{425, 0}, 250}, {{0}, 250}),
    [PHONE_MELODY_END] = MELODY (
        "end", PHONE_VOICE_BELL, 0.3, 1, {{659, 0}, 150}, {{494, 0}, 350}),
    [PHONE_MELODY_TEST] = MELODY (
        "test", PHONE_VOICE_BELL, 0.6, 1,
        {{523, 0}, 250}, {{659, 0}, 250}, {{784, 0}, 250}, {{1047, 0}, 700}),
};

#define DIGIT(low, high) MELODY ("digit", PHONE_VOICE_TONE, 0.25, 1, {{low, high}, DIGIT_MS})

static const char digit_names[] = "123A456B789C*0#D";

static const PhoneMelody digits[] = {
    DIGIT (697, 1209), DIGIT (697, 1336), DIGIT (697, 1477), DIGIT (697, 1633),
    DIGIT (770, 1209), DIGIT (770, 1336), DIGIT (770, 1477), DIGIT (770, 1633),
    DIGIT (852, 1209), DIGIT (852, 1336), DIGIT (852, 1477), DIGIT (852, 1633),
    DIGIT (941, 1209), DIGIT (941, 1336), DIGIT (941, 1477), DIGIT (941, 1633),
};
/* clang-format on */

guint
phone_melody_get_ms (const PhoneMelody *self)
{
  guint ms = 0;

  for (guint i = 0; i < self->n_notes; i++)
    ms += self->notes[i].ms;
  return ms;
}

static double
get_envelope (PhoneVoice voice, double t, double duration)
{
  double edge = EDGE_MS / 1000.0;
  double attack = MIN (1.0, t / edge);
  double release = MIN (1.0, (duration - t) / edge);

  return MIN (attack, release) * (voice == PHONE_VOICE_BELL ? exp (-t / DECAY_S) : 1.0);
}

static void
render_note (const PhoneMelody *self, const PhoneNote *note, float *samples, gsize n)
{
  guint n_tones = (note->hz[0] > 0) + (note->hz[1] > 0);

  for (gsize i = 0; i < n && n_tones > 0; i++) {
    double t = (double)i / PHONE_MELODY_RATE;
    double sum = 0;

    for (guint k = 0; k < G_N_ELEMENTS (note->hz); k++)
      if (note->hz[k] > 0)
        sum += sin (2 * G_PI * note->hz[k] * t);
    samples[i] = (float)(sum / n_tones * self->level *
                         get_envelope (self->voice, t, note->ms / 1000.0));
  }
}

float *
phone_melody_render (const PhoneMelody *self, gsize *n_samples)
{
  float *samples = NULL;
  gsize at = 0;

  *n_samples = (gsize)phone_melody_get_ms (self) * PHONE_MELODY_RATE / 1000;
  samples = g_new0 (float, *n_samples);
  for (guint i = 0; i < self->n_notes; i++) {
    gsize n = (gsize)self->notes[i].ms * PHONE_MELODY_RATE / 1000;

    render_note (self, &self->notes[i], samples + at, n);
    at += n;
  }
  return samples;
}

const char *const *
phone_melody_get_ring_names (void)
{
  return ring_names;
}

const PhoneMelody *
phone_melody_find_ring (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rings); i++)
    if (g_strcmp0 (rings[i].name, name) == 0)
      return &rings[i];
  return &rings[0];
}

const PhoneMelody *
phone_melody_get_tone (PhoneMelodyTone tone)
{
  return tone == PHONE_MELODY_NONE ? NULL : &tones[tone];
}

const PhoneMelody *
phone_melody_get_digit (char digit)
{
  const char *at = digit ? strchr (digit_names, g_ascii_toupper (digit)) : NULL;

  return at ? &digits[at - digit_names] : NULL;
}
