/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codec.h"
#include "phone-media-report.h"
#include "phone-media-stats.h"

/* What is known beside webrtcbin's numbers: which stream is which. */
typedef struct {
  const PhoneMediaCodec *codec; /* NULL: there is no such stream */
  guint32 ssrc;
  PhoneMediaReport report;
} PhoneMediaStatsStream;

typedef struct {
  gint64 time_us;
  PhoneMediaStatsStream in[2]; /* by PhoneMediaKind */
  PhoneMediaStatsStream out[2];
  guint latency_ms;
  double level_in_db;
  double level_out_db;
  char *local_candidate; /* taken */
  char *remote_candidate;
} PhoneMediaStatsFacts;

/* reply is webrtcbin's; before may be NULL. */
PhoneMediaStats *phone_media_stats_new (const GstStructure *reply,
                                        const PhoneMediaStatsFacts *facts,
                                        const PhoneMediaStats *before);
