/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-quality.h"

typedef struct {
  PhoneMediaSilence silence;
  double loss_in, loss_out;
  double jitter_ms, round_trip_ms;
  PhoneQuality quality;
  PhoneQualityReason reason;
} Row;

static const Row rows[] = {
    {PHONE_MEDIA_SILENCE_NONE, 0, 0, 5, -1, PHONE_QUALITY_GOOD,
     PHONE_QUALITY_REASON_NONE},
    {PHONE_MEDIA_SILENCE_NONE, 0.029, 0.029, 39, 299, PHONE_QUALITY_GOOD,
     PHONE_QUALITY_REASON_NONE},
    {PHONE_MEDIA_SILENCE_NONE, 0.03, 0, 5, 10, PHONE_QUALITY_FAIR,
     PHONE_QUALITY_REASON_LOSS_IN},
    {PHONE_MEDIA_SILENCE_NONE, 0.10, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_LOSS_IN},
    {PHONE_MEDIA_SILENCE_NONE, 0, 0.05, 5, 10, PHONE_QUALITY_FAIR,
     PHONE_QUALITY_REASON_LOSS_OUT},
    {PHONE_MEDIA_SILENCE_NONE, 0, 0.5, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_LOSS_OUT},
    {PHONE_MEDIA_SILENCE_NONE, 0, 0, 40, 10, PHONE_QUALITY_FAIR,
     PHONE_QUALITY_REASON_JITTER},
    {PHONE_MEDIA_SILENCE_NONE, 0, 0, 100, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_JITTER},
    {PHONE_MEDIA_SILENCE_NONE, 0, 0, 5, 300, PHONE_QUALITY_FAIR,
     PHONE_QUALITY_REASON_DELAY},
    {PHONE_MEDIA_SILENCE_NONE, 0, 0, 5, 800, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_DELAY},
    /* The worst is named, and of two that are as bad the first. */
    {PHONE_MEDIA_SILENCE_NONE, 0.05, 0.2, 50, 400, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_LOSS_OUT},
    {PHONE_MEDIA_SILENCE_NONE, 0.05, 0.05, 50, 400, PHONE_QUALITY_FAIR,
     PHONE_QUALITY_REASON_LOSS_IN},
    /* Silence is worse than any number; what is wished is no fault. */
    {PHONE_MEDIA_SILENCE_SOURCE, 0, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_SILENCE},
    {PHONE_MEDIA_SILENCE_NOT_RECEIVED, 0.05, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_SILENCE},
    {PHONE_MEDIA_SILENCE_NO_PACKETS, 0, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_SILENCE},
    {PHONE_MEDIA_SILENCE_NOT_DECODED, 0, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_SILENCE},
    {PHONE_MEDIA_SILENCE_PEER_QUIET, 0, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_SILENCE},
    {PHONE_MEDIA_SILENCE_MUTED, 0, 0, 5, 10, PHONE_QUALITY_GOOD,
     PHONE_QUALITY_REASON_NONE},
    {PHONE_MEDIA_SILENCE_MUTED, 0.2, 0, 5, 10, PHONE_QUALITY_BAD,
     PHONE_QUALITY_REASON_LOSS_IN},
    {PHONE_MEDIA_SILENCE_HOLD, 0.2, 0, 5, 10, PHONE_QUALITY_UNKNOWN,
     PHONE_QUALITY_REASON_NONE},
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    const PhoneMediaStats stats = {
        .audio_in = {.fraction_lost = row->loss_in, .jitter_ms = row->jitter_ms},
        .audio_out = {.fraction_lost = row->loss_out,
                      .round_trip_ms = row->round_trip_ms},
    };
    PhoneQualityReason reason = PHONE_QUALITY_REASON_DELAY;

    g_test_message ("row %u", i);
    g_assert_cmpint (phone_quality_derive (&stats, row->silence, &reason), ==,
                     row->quality);
    g_assert_cmpint (reason, ==, row->reason);
  }
}

static void
test_no_numbers (void)
{
  PhoneQualityReason reason = PHONE_QUALITY_REASON_DELAY;

  g_assert_cmpint (phone_quality_derive (NULL, PHONE_MEDIA_SILENCE_NONE, &reason), ==,
                   PHONE_QUALITY_UNKNOWN);
  g_assert_cmpint (reason, ==, PHONE_QUALITY_REASON_NONE);
  g_assert_cmpint (phone_quality_derive (NULL, PHONE_MEDIA_SILENCE_NO_PACKETS, &reason),
                   ==, PHONE_QUALITY_BAD);
  g_assert_cmpint (reason, ==, PHONE_QUALITY_REASON_SILENCE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/quality/table", test_table);
  g_test_add_func ("/phone/quality/no-numbers", test_no_numbers);
  return g_test_run ();
}
