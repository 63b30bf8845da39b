/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-report.h"
#include "phone-media-stats-private.h"

#include <gst/gst.h>

/* A sender report with two blocks (RFC 3550 §6.4.1), written by hand. */
static const guint8 sender_report[] = {
    0x82, 200,  0x00, 18,   /* header: 2 blocks */
    0x11, 0x11, 0x11, 0x11, /* the sender */
    0,    0,    0,    0,    0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0,
    0,    0,    0, /* its counts */
    0xAA, 0,    0,    1,    0x40, 0,    0,    7,    0, 0, 0, 9, 0, 0, 0, 3, /* lost a quarter */
    0x80, 0x00, 0x80, 0x00, 0x00, 0x00, 0x40, 0x00, /* LSR, DLSR 0.25 s */
    0xBB, 0,    0,    2,    0,    0xFF, 0xFF, 0xFF, 0, 0, 0, 9, 0, 0, 0, 3, /* lost -1 */
    0,    0,    0,    0,    0,    0,    0,    0,
};

static GstBuffer *
make (const guint8 *bytes, gsize n)
{
  return gst_buffer_new_memdup (bytes, n);
}

static void
test_blocks (void)
{
  g_autoptr (GstBuffer) packet = make (sender_report, sizeof sender_report);
  /* LSR says half past second 0x8000: half a second later, of which the peer held the
   * report back for a quarter. The upper half of the NTP second is any that is past. */
  gint64 ntp_s = ((gint64)0xED00 << 16) + 0x8000 + 1;
  gint64 now_us = (ntp_s - G_GINT64_CONSTANT (2208988800)) * G_USEC_PER_SEC;
  g_autoptr (GArray) reports = phone_media_report_parse (packet, now_us);
  const PhoneMediaReport *first = NULL;
  const PhoneMediaReport *second = NULL;

  g_assert_nonnull (reports);
  g_assert_cmpuint (reports->len, ==, 2);
  first = &g_array_index (reports, PhoneMediaReport, 0);
  second = &g_array_index (reports, PhoneMediaReport, 1);
  g_assert_cmphex (first->ssrc, ==, 0xAA000001);
  g_assert_cmpfloat (first->fraction_lost, ==, 0.25);
  g_assert_cmpint (first->packets_lost, ==, 7);
  g_assert_cmpfloat_with_epsilon (first->round_trip_ms, 250, 1);
  g_assert_cmphex (second->ssrc, ==, 0xBB000002);
  g_assert_cmpint (second->packets_lost, ==, -1);
  g_assert_cmpfloat (second->round_trip_ms, <, 0);
}

/* Every length, and every byte turned over: it is said no, or something is read. */
static void
test_spoiled (void)
{
  for (gsize n = 1; n < sizeof sender_report; n++) {
    g_autoptr (GstBuffer) packet = make (sender_report, n);
    g_autoptr (GArray) reports = phone_media_report_parse (packet, 0);

    g_assert_null (reports);
  }
  for (gsize i = 0; i < sizeof sender_report; i++) {
    guint8 bytes[sizeof sender_report];
    g_autoptr (GstBuffer) packet = NULL;
    g_autoptr (GArray) reports = NULL;

    memcpy (bytes, sender_report, sizeof bytes);
    bytes[i] = (guint8)~bytes[i];
    packet = make (bytes, sizeof bytes);
    reports = phone_media_report_parse (packet, 0);
    if (reports)
      g_assert_cmpuint (reports->len, <=, 31);
  }
}

/* ---- Statistics ---- */

static GstStructure *
reply (guint64 bytes)
{
  g_autofree char *text = g_strdup_printf (
      "stats, "
      "rtp-inbound-stream-stats_1=(structure)[in, packets-received=(guint64)100, "
      "bytes-received=(guint64)%" G_GUINT64_FORMAT ", packets-lost=(gint64)4, "
      "jitter=(double)0.003, kind=(string)video], "
      "rtp-outbound-stream-stats_2=(structure)[out, packets-sent=(guint64)90, "
      "bytes-sent=(guint64)900];",
      bytes);
  GstStructure *structure = gst_structure_from_string (text, NULL);

  g_assert_nonnull (structure);
  return structure;
}

static void
test_stats (void)
{
  const PhoneMediaCodec *opus = phone_media_codec_find ("opus");
  PhoneMediaStatsFacts facts = {.time_us = 5 * G_USEC_PER_SEC, .latency_ms = 40};
  g_autoptr (GstStructure) first = reply (1000);
  g_autoptr (GstStructure) second = reply (2000);
  g_autoptr (PhoneMediaStats) before = NULL;
  g_autoptr (PhoneMediaStats) stats = NULL;

  facts.in[PHONE_MEDIA_KIND_AUDIO] = (PhoneMediaStatsStream){opus, 1, {0}};
  facts.out[PHONE_MEDIA_KIND_AUDIO] = (PhoneMediaStatsStream){opus, 2, {2, 0.5, 11, 30}};
  before = phone_media_stats_new (first, &facts, NULL);
  facts.time_us += G_USEC_PER_SEC;
  stats = phone_media_stats_new (second, &facts, before);
  g_assert_true (stats->audio_in.present);
  g_assert_false (stats->video_in.present);
  g_assert_cmpuint (stats->audio_in.packets, ==, 100);
  g_assert_cmpint (stats->audio_in.lost, ==, 4);
  g_assert_cmpfloat_with_epsilon (stats->audio_in.jitter_ms, 3, 0.001);
  g_assert_cmpuint (stats->audio_in.bitrate, ==, 8000);
  g_assert_cmpuint (before->audio_in.bitrate, ==, 0);
  g_assert_cmpuint (stats->audio_out.packets, ==, 90);
  g_assert_true (stats->audio_out.confirmed);
  g_assert_cmpint (stats->audio_out.lost, ==, 11);
  g_assert_cmpstr (stats->audio_out.codec, ==, "opus");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media-report/blocks", test_blocks);
  g_test_add_func ("/media-report/spoiled", test_spoiled);
  g_test_add_func ("/media-report/stats", test_stats);
  return g_test_run ();
}
