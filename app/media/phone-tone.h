/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a short piece of sound holds: how loud it is, and whether it is a tone. Pure.
 * Samples are mono, full scale is 1.0. */

#define PHONE_TONE_SILENCE_DB (-100.0) /* the level of nothing at all */

/* Root mean square in dBFS: 0 is a square wave of full scale. */
double phone_tone_level_db (const float *samples, gsize n_samples);

/* The frequency, in steps of 10 Hz between 50 and 3500, that carries most of the energy;
 * 0: none does (the best carries under 60 %, or it is silent). The piece has to be 100 ms
 * long, at 7040 samples a second at least. */
guint phone_tone_find (const float *samples, gsize n_samples, guint sample_rate);
