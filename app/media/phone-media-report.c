/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-report.h"

#include <gst/rtp/gstrtcpbuffer.h>

/* Seconds from the beginning of NTP's time to that of Unix's. */
#define NTP_EPOCH_S G_GINT64_CONSTANT (2208988800)
#define MAX_REPORTS 31

/* The middle 32 bits of an NTP time: 1/65536 s. */
static guint32
compact_ntp (gint64 real_time_us)
{
  guint64 seconds = (guint64)(real_time_us / G_USEC_PER_SEC + NTP_EPOCH_S);
  guint64 rest = (guint64)(real_time_us % G_USEC_PER_SEC);

  return (guint32)(seconds << 16 | (rest << 16) / G_USEC_PER_SEC);
}

static double
round_trip_ms (gint64 real_time_us, guint32 last_sr, guint32 delay)
{
  gint32 elapsed = (gint32)(compact_ntp (real_time_us) - last_sr - delay);

  if (last_sr == 0)
    return -1;
  return MAX (elapsed, 0) * 1000.0 / 65536.0;
}

static void
parse_blocks (GstRTCPPacket *packet, gint64 real_time_us, GArray *reports)
{
  guint n = gst_rtcp_packet_get_rb_count (packet);

  for (guint i = 0; i < n && reports->len < MAX_REPORTS; i++) {
    PhoneMediaReport report = {0};
    guint8 fraction = 0;
    guint32 highest = 0;
    guint32 jitter = 0;
    guint32 last_sr = 0;
    guint32 delay = 0;

    gst_rtcp_packet_get_rb (packet, i, &report.ssrc, &fraction, &report.packets_lost,
                            &highest, &jitter, &last_sr, &delay);
    report.fraction_lost = fraction / 256.0;
    report.round_trip_ms = round_trip_ms (real_time_us, last_sr, delay);
    g_array_append_val (reports, report);
  }
}

GArray *
phone_media_report_parse (GstBuffer *packet, gint64 real_time_us)
{
  g_autoptr (GArray) reports = g_array_new (FALSE, FALSE, sizeof (PhoneMediaReport));
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket part;

  if (!gst_rtcp_buffer_validate_reduced (packet) ||
      !gst_rtcp_buffer_map (packet, GST_MAP_READ, &rtcp))
    return NULL;
  for (gboolean more = gst_rtcp_buffer_get_first_packet (&rtcp, &part); more;
       more = gst_rtcp_packet_move_to_next (&part)) {
    GstRTCPType type = gst_rtcp_packet_get_type (&part);

    if (type == GST_RTCP_TYPE_SR || type == GST_RTCP_TYPE_RR)
      parse_blocks (&part, real_time_us, reports);
  }
  gst_rtcp_buffer_unmap (&rtcp);
  return reports->len > 0 ? g_steal_pointer (&reports) : NULL;
}
