/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-voice.h"

#include <math.h>

/* A voice: the harmonics of a pitch that wanders, through two formants, in syllables with
 * pauses between them. */
float
media_voice_say (MediaVoice *voice)
{
  double t = (double)voice->said++ / MEDIA_VOICE_RATE;
  double syllable = fmod (t, 0.28) / 0.28;
  double word = fmod (t, 1.4) / 1.4;
  double envelope = word < 0.8 && syllable < 0.75 ? sin (G_PI * syllable / 0.75) : 0;
  double pitch = 130 + 25 * sin (2 * G_PI * 0.7 * t);
  double shift = 1 + 0.3 * sin (2 * G_PI * t / 0.56);
  double sum = 0;

  voice->phase += pitch / MEDIA_VOICE_RATE;
  for (guint k = 1; k < 24; k++) {
    double low = (k * pitch - 600 * shift) / 250;
    double high = (k * pitch - 1500 / shift) / 350;

    sum +=
        (exp (-low * low) + 0.5 * exp (-high * high)) * sin (2 * G_PI * k * voice->phase);
  }
  return (float)(0.12 * envelope * sum);
}
