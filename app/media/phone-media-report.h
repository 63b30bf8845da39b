/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

/* What the peer says about one of our streams in its RTCP reports (RFC 3550 §6.4),
 * read from the packets themselves: rtpsession keeps one report a remote source, so that
 * of two bundled streams only the last one named is known (1.22). Pure. */

typedef struct {
  guint32 ssrc; /* ours */
  double fraction_lost;
  gint32 packets_lost;
  double round_trip_ms; /* negative: not known */
} PhoneMediaReport;

/* Of one decrypted RTCP packet that arrived at real_time_us; NULL: it holds none, or is
 * malformed. Elements are PhoneMediaReport. */
GArray *phone_media_report_parse (GstBuffer *packet, gint64 real_time_us);
