/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Short pieces of made-up sound: the rings, and the tones of a call. Pure. */

#define PHONE_MELODY_RATE 48000 /* samples a second, mono, full scale is 1.0 */

typedef enum {
  PHONE_VOICE_TONE, /* even, with soft edges */
  PHONE_VOICE_BELL, /* struck, and dying away */
} PhoneVoice;

typedef struct {
  guint hz[2]; /* 0: none; both: silence */
  guint ms;
} PhoneNote;

typedef struct {
  const char *name;
  PhoneVoice voice;
  double level; /* 0 to 1: the peak of one note */
  guint rounds; /* 0: until it is stopped */
  guint n_notes;
  const PhoneNote *notes;
} PhoneMelody;

/* How long one round is. */
guint phone_melody_get_ms (const PhoneMelody *self);

/* One round of it; the caller frees it. */
float *phone_melody_render (const PhoneMelody *self, gsize *n_samples);

/* The rings, "classic" first; ends with a NULL. */
const char *const *phone_melody_get_ring_names (void);
/* "classic" where there is none of that name. */
const PhoneMelody *phone_melody_find_ring (const char *name);

typedef enum {
  PHONE_MELODY_NONE,
  PHONE_MELODY_WAITING,    /* another call, for one who talks: gentle */
  PHONE_MELODY_RINGBACK,   /* it rings there */
  PHONE_MELODY_BUSY,       /* the one who was called cannot, or will not */
  PHONE_MELODY_CONGESTION, /* the call did not get there */
  PHONE_MELODY_END,        /* the call is over */
  PHONE_MELODY_TEST,       /* for a speaker that is tried */
} PhoneMelodyTone;

/* With the frequencies and times of ITU-T E.180 where it names some. NULL for NONE. */
const PhoneMelody *phone_melody_get_tone (PhoneMelodyTone tone);

/* The two frequencies of a key, "0123456789*#ABCD" (ITU-T Q.23); NULL: it is none. */
const PhoneMelody *phone_melody_get_digit (char digit);
