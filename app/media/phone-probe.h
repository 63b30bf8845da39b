/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

/* Proves by content what arrived: the frequency and the level of the sound, the numbers
 * drawn into the pictures. Fed by the decoders' threads, read on any thread; it keeps
 * counts, never media.
 *
 * Sound is looked at in pieces of 100 ms: its level, and the loudest frequency where one
 * frequency carries most of the energy.
 *
 * Test pictures carry 96 bits in 16 columns and 6 rows of equal blocks over the upper
 * half of the picture (black 0, white 1), row by row from the top left, most significant
 * bit first:
 *
 *     bits   8  mark, 0xA5
 *           16  source: who made the picture, chosen at random by its maker
 *           24  number of the frame, from 0
 *           32  time it was drawn: the low 32 bits of CLOCK_MONOTONIC in milliseconds,
 *               0 where the maker has no such clock
 *           16  CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) over the 10 bytes
 *               before it
 *
 * The lower half is free: ours has a moving bar on grey. */

#define PHONE_PROBE_COLUMNS 16
#define PHONE_PROBE_ROWS 6
#define PHONE_PROBE_SILENCE_DB (-50.0)

typedef struct {
  guint16 source;
  guint32 number; /* 24 bits */
  guint32 time_ms;
} PhoneProbeMark;

typedef struct {
  /* Sound, in milliseconds of decoded sound. */
  guint64 audio_ms;
  guint64 sounding_ms; /* louder than PHONE_PROBE_SILENCE_DB */
  guint tone_hz;       /* the loudest of the last piece that had one, 0: none yet */
  double level_db;     /* of the last piece, RMS, dBFS; -100 is nothing at all */

  /* Pictures. */
  guint64 frames;     /* decoded */
  guint64 changes;    /* that differ from the one before */
  guint64 recognised; /* that carry a mark whose check bits fit */
  guint width;        /* of the last one */
  guint height;
  guint16 source; /* of the last mark */
  guint32 first_number;
  guint32 last_number;
  guint64 gaps;  /* numbers that never came, between the first and the last */
  gint delay_ms; /* source to sink, median of the last 100 marks; -1: not known */
} PhoneProbeReport;

#define PHONE_TYPE_PROBE (phone_probe_get_type ())
G_DECLARE_FINAL_TYPE (PhoneProbe, phone_probe, PHONE, PROBE, GObject)

PhoneProbe *phone_probe_new (void);

/* Any thread. 8000 samples a second, mono, full scale is 1.0. */
void phone_probe_push_audio_any_thread (PhoneProbe *self,
                                        const float *samples,
                                        gsize n_samples);

/* Any thread. One byte of brightness a pixel. */
void phone_probe_push_luma_any_thread (
    PhoneProbe *self, const guint8 *luma, guint width, guint height, guint stride_bytes);

/* Any thread. */
PhoneProbeReport phone_probe_get_report (PhoneProbe *self);

/* Milliseconds of sound in which this frequency (50 to 3500 Hz, give or take 15) was the
 * one that carried most of the energy. */
guint64 phone_probe_get_tone_ms (PhoneProbe *self, guint hz);

/* Frames recognised that were made by this source. */
guint64 phone_probe_get_recognised_from (PhoneProbe *self, guint16 source);

/* The pure parts: draws the blocks into, and reads them from, one byte a pixel. Any size
 * from 64 by 48 up. */
void phone_probe_draw_mark (const PhoneProbeMark *mark,
                            guint8 *luma,
                            guint width,
                            guint height,
                            guint stride_bytes);
gboolean phone_probe_read_mark (const guint8 *luma,
                                guint width,
                                guint height,
                                guint stride_bytes,
                                PhoneProbeMark *mark);
