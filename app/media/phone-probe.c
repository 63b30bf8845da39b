/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-probe.h"
#include "phone-tone.h"

#include <string.h>

enum {
  SAMPLE_RATE = 8000,
  PIECE_SAMPLES = SAMPLE_RATE / 10,
  PIECE_MS = 100,
  N_TONES = 360, /* counts in steps of 10 Hz */
  TONE_SLACK_HZ = 15,
  N_DELAYS = 100,
  MARK_BYTES = 12,
  MARK_MAGIC = 0xA5,
  GRID = 16,            /* of the picture that changes are looked for in */
  CHANGE_THRESHOLD = 6, /* mean difference of brightness in one field */
  LONGEST_DELAY_MS = 10000,
};

struct _PhoneProbe {
  GObject parent_instance;

  GMutex lock; /* of everything below */
  PhoneProbeReport report;

  float piece[PIECE_SAMPLES];
  gsize n_piece;
  guint64 tone_ms[N_TONES];

  guint8 grid[GRID * GRID];
  gboolean has_grid;
  GHashTable *recognised; /* source -> guint64 frames */
  guint64 numbers_seen;   /* different ones, of the current source */
  gint delays[N_DELAYS];
  guint n_delays;
};

G_DEFINE_FINAL_TYPE (PhoneProbe, phone_probe, G_TYPE_OBJECT)

static void
phone_probe_finalize (GObject *object)
{
  PhoneProbe *self = PHONE_PROBE (object);

  g_hash_table_unref (self->recognised);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (phone_probe_parent_class)->finalize (object);
}

static void
phone_probe_class_init (PhoneProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_probe_finalize;
}

static void
reset_counts (PhoneProbe *self)
{
  memset (&self->report, 0, sizeof self->report);
  self->report.level_db = PHONE_TONE_SILENCE_DB;
  self->report.delay_ms = -1;
  self->n_piece = 0;
  memset (self->tone_ms, 0, sizeof self->tone_ms);
  self->has_grid = FALSE;
  g_hash_table_remove_all (self->recognised);
  self->numbers_seen = 0;
  self->n_delays = 0;
}

static void
phone_probe_init (PhoneProbe *self)
{
  g_mutex_init (&self->lock);
  self->recognised = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  reset_counts (self);
}

PhoneProbe *
phone_probe_new (void)
{
  return g_object_new (PHONE_TYPE_PROBE, NULL);
}

/* ---- Sound ---- */

static void
look_at_piece (PhoneProbe *self)
{
  guint hz = phone_tone_find (self->piece, PIECE_SAMPLES, SAMPLE_RATE);

  self->report.level_db = phone_tone_level_db (self->piece, PIECE_SAMPLES);
  self->report.audio_ms += PIECE_MS;
  if (self->report.level_db > PHONE_PROBE_SILENCE_DB)
    self->report.sounding_ms += PIECE_MS;
  if (hz > 0) {
    self->report.tone_hz = hz;
    self->tone_ms[hz / 10] += PIECE_MS;
  }
}

void
phone_probe_push_audio_any_thread (PhoneProbe *self,
                                   const float *samples,
                                   gsize n_samples)
{
  g_mutex_lock (&self->lock);
  while (n_samples > 0) {
    gsize n = MIN (n_samples, PIECE_SAMPLES - self->n_piece);

    memcpy (self->piece + self->n_piece, samples, n * sizeof *samples);
    self->n_piece += n;
    samples += n;
    n_samples -= n;
    if (self->n_piece == PIECE_SAMPLES) {
      look_at_piece (self);
      self->n_piece = 0;
    }
  }
  g_mutex_unlock (&self->lock);
}

guint64
phone_probe_get_tone_ms (PhoneProbe *self, guint hz)
{
  guint64 sum = 0;
  guint lowest = hz > TONE_SLACK_HZ ? (hz - TONE_SLACK_HZ + 9) / 10 : 0;
  guint highest = MIN ((hz + TONE_SLACK_HZ) / 10, N_TONES - 1);

  g_mutex_lock (&self->lock);
  for (guint i = lowest; i <= highest; i++)
    sum += self->tone_ms[i];
  g_mutex_unlock (&self->lock);
  return sum;
}

/* ---- Marks in pictures ---- */

static guint16
crc16 (const guint8 *bytes, gsize n_bytes)
{
  guint16 crc = 0xFFFF;

  for (gsize i = 0; i < n_bytes; i++) {
    crc ^= (guint16)(bytes[i] << 8);
    for (int bit = 0; bit < 8; bit++)
      crc = (guint16)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
  }
  return crc;
}

static void
encode_mark (const PhoneProbeMark *mark, guint8 bytes[MARK_BYTES])
{
  guint16 crc = 0;

  bytes[0] = MARK_MAGIC;
  bytes[1] = (guint8)(mark->source >> 8);
  bytes[2] = (guint8)mark->source;
  for (int i = 0; i < 3; i++)
    bytes[3 + i] = (guint8)(mark->number >> (16 - 8 * i));
  for (int i = 0; i < 4; i++)
    bytes[6 + i] = (guint8)(mark->time_ms >> (24 - 8 * i));
  crc = crc16 (bytes, MARK_BYTES - 2);
  bytes[10] = (guint8)(crc >> 8);
  bytes[11] = (guint8)crc;
}

static gboolean
decode_mark (const guint8 bytes[MARK_BYTES], PhoneProbeMark *mark)
{
  if (bytes[0] != MARK_MAGIC ||
      crc16 (bytes, MARK_BYTES - 2) != (guint16)(bytes[10] << 8 | bytes[11]))
    return FALSE;
  mark->source = (guint16)(bytes[1] << 8 | bytes[2]);
  mark->number = (guint32)bytes[3] << 16 | (guint32)bytes[4] << 8 | bytes[5];
  mark->time_ms = (guint32)bytes[6] << 24 | (guint32)bytes[7] << 16 |
                  (guint32)bytes[8] << 8 | bytes[9];
  return TRUE;
}

/* The pixels from the start of one block to that of the next. */
static guint
edge (guint index, guint n_blocks, guint length)
{
  return index * length / n_blocks;
}

static void
fill (guint8 *luma, guint stride, guint x0, guint y0, guint x1, guint y1, guint8 value)
{
  for (guint y = y0; y < y1; y++)
    memset (luma + (gsize)y * stride + x0, value, x1 - x0);
}

void
phone_probe_draw_mark (const PhoneProbeMark *mark,
                       guint8 *luma,
                       guint width,
                       guint height,
                       guint stride_bytes)
{
  guint8 bytes[MARK_BYTES];

  encode_mark (mark, bytes);
  for (guint row = 0; row < PHONE_PROBE_ROWS; row++) {
    for (guint column = 0; column < PHONE_PROBE_COLUMNS; column++) {
      guint bit = row * PHONE_PROBE_COLUMNS + column;
      gboolean white = bytes[bit / 8] >> (7 - bit % 8) & 1;

      fill (luma, stride_bytes, edge (column, PHONE_PROBE_COLUMNS, width),
            edge (row, PHONE_PROBE_ROWS, height / 2),
            edge (column + 1, PHONE_PROBE_COLUMNS, width),
            edge (row + 1, PHONE_PROBE_ROWS, height / 2), white ? 235 : 16);
    }
  }
}

/* The mean of the middle of a block: its edges are where a codec errs. */
static guint
brightness (const guint8 *luma, guint stride, guint x0, guint y0, guint x1, guint y1)
{
  guint dx = (x1 - x0) / 4;
  guint dy = (y1 - y0) / 4;
  guint sum = 0;
  guint n = 0;

  for (guint y = y0 + dy; y < y1 - dy; y++)
    for (guint x = x0 + dx; x < x1 - dx; x++, n++)
      sum += luma[(gsize)y * stride + x];
  return n > 0 ? sum / n : 0;
}

gboolean
phone_probe_read_mark (const guint8 *luma,
                       guint width,
                       guint height,
                       guint stride_bytes,
                       PhoneProbeMark *mark)
{
  guint8 bytes[MARK_BYTES] = {0};

  if (width < 64 || height < 48)
    return FALSE;
  for (guint bit = 0; bit < 8 * MARK_BYTES; bit++) {
    guint row = bit / PHONE_PROBE_COLUMNS;
    guint column = bit % PHONE_PROBE_COLUMNS;
    guint value =
        brightness (luma, stride_bytes, edge (column, PHONE_PROBE_COLUMNS, width),
                    edge (row, PHONE_PROBE_ROWS, height / 2),
                    edge (column + 1, PHONE_PROBE_COLUMNS, width),
                    edge (row + 1, PHONE_PROBE_ROWS, height / 2));

    if (value >= 128)
      bytes[bit / 8] |= (guint8)(1 << (7 - bit % 8));
  }
  return decode_mark (bytes, mark);
}

/* ---- Pictures ---- */

static void
look_for_change (
    PhoneProbe *self, const guint8 *luma, guint width, guint height, guint stride_bytes)
{
  gboolean changed = FALSE;

  if (width < GRID || height < GRID)
    return;
  for (guint i = 0; i < GRID * GRID; i++) {
    guint8 value = (guint8)brightness (
        luma, stride_bytes, edge (i % GRID, GRID, width), edge (i / GRID, GRID, height),
        edge (i % GRID + 1, GRID, width), edge (i / GRID + 1, GRID, height));

    if (ABS ((int)value - (int)self->grid[i]) >= CHANGE_THRESHOLD)
      changed = TRUE;
    self->grid[i] = value;
  }
  if (self->has_grid && changed)
    self->report.changes++;
  self->has_grid = TRUE;
}

static void
count_source (PhoneProbe *self, guint16 source)
{
  gpointer key = GUINT_TO_POINTER (source);
  guint64 *frames = g_hash_table_lookup (self->recognised, key);

  /* A hostile picture could name a new one each time. */
  if (!frames && g_hash_table_size (self->recognised) >= 16)
    return;
  if (!frames) {
    frames = g_new0 (guint64, 1);
    g_hash_table_insert (self->recognised, key, frames);
  }
  (*frames)++;
}

static void
count_number (PhoneProbe *self, const PhoneProbeMark *mark)
{
  PhoneProbeReport *report = &self->report;
  gboolean first = report->recognised == 1 || mark->source != report->source;

  if (first) {
    report->first_number = mark->number;
    self->numbers_seen = 1;
  } else if (mark->number > report->last_number) {
    self->numbers_seen++;
  } else {
    return;
  }
  report->source = mark->source;
  report->last_number = mark->number;
  report->gaps = (guint64)(mark->number - report->first_number) + 1 - self->numbers_seen;
}

static void
count_delay (PhoneProbe *self, const PhoneProbeMark *mark)
{
  guint32 now_ms = (guint32)(g_get_monotonic_time () / 1000);
  guint32 delay_ms = now_ms - mark->time_ms;

  if (mark->time_ms == 0 || delay_ms > LONGEST_DELAY_MS)
    return;
  self->delays[self->n_delays++ % N_DELAYS] = (gint)delay_ms;
}

void
phone_probe_push_luma_any_thread (
    PhoneProbe *self, const guint8 *luma, guint width, guint height, guint stride_bytes)
{
  PhoneProbeMark mark;

  g_mutex_lock (&self->lock);
  self->report.frames++;
  self->report.width = width;
  self->report.height = height;
  look_for_change (self, luma, width, height, stride_bytes);
  if (phone_probe_read_mark (luma, width, height, stride_bytes, &mark)) {
    self->report.recognised++;
    count_source (self, mark.source);
    count_number (self, &mark);
    count_delay (self, &mark);
  }
  g_mutex_unlock (&self->lock);
}

/* ---- What came of it ---- */

static int
compare_ints (gconstpointer a, gconstpointer b)
{
  return *(const gint *)a - *(const gint *)b;
}

static gint
median_delay (PhoneProbe *self)
{
  gint sorted[N_DELAYS];
  guint n = MIN (self->n_delays, N_DELAYS);

  if (n == 0)
    return -1;
  memcpy (sorted, self->delays, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare_ints);
  return sorted[n / 2];
}

PhoneProbeReport
phone_probe_get_report (PhoneProbe *self)
{
  PhoneProbeReport report;

  g_mutex_lock (&self->lock);
  report = self->report;
  report.delay_ms = median_delay (self);
  g_mutex_unlock (&self->lock);
  return report;
}

guint64
phone_probe_get_recognised_from (PhoneProbe *self, guint16 source)
{
  const guint64 *frames = NULL;
  guint64 result = 0;

  g_mutex_lock (&self->lock);
  frames = g_hash_table_lookup (self->recognised, GUINT_TO_POINTER (source));
  result = frames ? *frames : 0;
  g_mutex_unlock (&self->lock);
  return result;
}
