/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A made-up person who speaks, always the same: begins as {0}. */
typedef struct {
  guint64 said; /* samples */
  double phase;
} MediaVoice;

#define MEDIA_VOICE_RATE 48000

/* The next sample; a syllable is about 20 dB below full scale. */
float media_voice_say (MediaVoice *voice);
