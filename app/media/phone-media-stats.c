/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-stats-private.h"

typedef struct {
  PhoneMediaStats stats;
  gatomicrefcount count;
} Counted;

G_DEFINE_BOXED_TYPE (PhoneMediaStats,
                     phone_media_stats,
                     phone_media_stats_ref,
                     phone_media_stats_unref)

G_DEFINE_ENUM_TYPE (PhoneMediaSilence,
                    phone_media_silence,
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_HOLD, "hold"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_MUTED, "muted"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_SOURCE, "source"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_NOT_RECEIVED,
                                         "not-received"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_NO_PACKETS, "no-packets"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_NOT_DECODED, "not-decoded"),
                    G_DEFINE_ENUM_VALUE (PHONE_MEDIA_SILENCE_PEER_QUIET, "peer-quiet"))

PhoneMediaStats *
phone_media_stats_ref (PhoneMediaStats *self)
{
  g_atomic_ref_count_inc (&((Counted *)self)->count);
  return self;
}

void
phone_media_stats_unref (PhoneMediaStats *self)
{
  if (!g_atomic_ref_count_dec (&((Counted *)self)->count))
    return;
  g_free (self->local_candidate);
  g_free (self->remote_candidate);
  g_free (self);
}

/* The entry of one stream is named after its SSRC: the only thing in it that is right
 * when streams are bundled. */
static const GstStructure *
find_entry (const GstStructure *reply, const char *prefix, guint32 ssrc)
{
  g_autofree char *name = g_strdup_printf ("%s_%u", prefix, ssrc);
  const GValue *value = gst_structure_get_value (reply, name);

  return value && GST_VALUE_HOLDS_STRUCTURE (value) ? gst_value_get_structure (value)
                                                    : NULL;
}

static guint64
get_count (const GstStructure *entry, const char *field)
{
  guint64 value = 0;

  gst_structure_get_uint64 (entry, field, &value);
  return value;
}

static void
compute_bitrate (PhoneMediaStream *stream,
                 gint64 time_us,
                 const PhoneMediaStream *before,
                 gint64 before_us)
{
  if (!before || !before->present || before->ssrc != stream->ssrc ||
      stream->bytes < before->bytes || time_us <= before_us)
    return;
  stream->bitrate = (guint)((stream->bytes - before->bytes) * 8 * G_USEC_PER_SEC /
                            (guint64)(time_us - before_us));
}

/* Of one second a single packet is 2 %: what was before counts three times as much. */
static void
compute_loss_in (PhoneMediaStream *stream, const PhoneMediaStream *before)
{
  gint64 lost, due;

  if (!before || !before->present || before->ssrc != stream->ssrc ||
      stream->packets < before->packets)
    return;
  lost = MAX (stream->lost - before->lost, 0);
  due = lost + (gint64)(stream->packets - before->packets);
  stream->fraction_lost = before->fraction_lost;
  if (due > 0)
    stream->fraction_lost = (3 * before->fraction_lost + (double)lost / (double)due) / 4;
}

static void
fill_in (PhoneMediaStream *stream,
         const GstStructure *reply,
         const PhoneMediaStatsStream *fact,
         guint latency_ms)
{
  const GstStructure *entry =
      fact->codec ? find_entry (reply, "rtp-inbound-stream-stats", fact->ssrc) : NULL;
  double jitter_s = 0;

  stream->round_trip_ms = -1;
  if (!fact->codec)
    return;
  stream->present = TRUE;
  stream->ssrc = fact->ssrc;
  stream->codec = fact->codec->name;
  stream->latency_ms = latency_ms;
  if (!entry)
    return;
  stream->packets = get_count (entry, "packets-received");
  stream->bytes = get_count (entry, "bytes-received");
  gst_structure_get_int64 (entry, "packets-lost", &stream->lost);
  gst_structure_get_double (entry, "jitter", &jitter_s);
  stream->jitter_ms = jitter_s * 1000;
}

static void
fill_out (PhoneMediaStream *stream,
          const GstStructure *reply,
          const PhoneMediaStatsStream *fact)
{
  const GstStructure *entry =
      fact->codec ? find_entry (reply, "rtp-outbound-stream-stats", fact->ssrc) : NULL;

  stream->round_trip_ms = -1;
  if (!fact->codec)
    return;
  stream->present = TRUE;
  stream->ssrc = fact->ssrc;
  stream->codec = fact->codec->name;
  if (entry) {
    stream->packets = get_count (entry, "packets-sent");
    stream->bytes = get_count (entry, "bytes-sent");
  }
  if (fact->report.ssrc == 0)
    return;
  stream->confirmed = TRUE;
  stream->fraction_lost = fact->report.fraction_lost;
  stream->lost = fact->report.packets_lost;
  stream->round_trip_ms = fact->report.round_trip_ms;
}

PhoneMediaStats *
phone_media_stats_new (const GstStructure *reply,
                       const PhoneMediaStatsFacts *facts,
                       const PhoneMediaStats *before)
{
  Counted *counted = g_new0 (Counted, 1);
  PhoneMediaStats *self = &counted->stats;
  PhoneMediaStream *streams[] = {&self->audio_in, &self->audio_out, &self->video_in,
                                 &self->video_out};
  const PhoneMediaStream *earlier[4] = {NULL};

  g_atomic_ref_count_init (&counted->count);
  self->time_us = facts->time_us;
  self->level_in_db = facts->level_in_db;
  self->level_out_db = facts->level_out_db;
  self->local_candidate = facts->local_candidate;
  self->remote_candidate = facts->remote_candidate;
  for (guint kind = 0; kind < 2; kind++) {
    fill_in (streams[2 * kind], reply, &facts->in[kind], facts->latency_ms);
    fill_out (streams[2 * kind + 1], reply, &facts->out[kind]);
  }
  if (before) {
    earlier[0] = &before->audio_in;
    earlier[1] = &before->audio_out;
    earlier[2] = &before->video_in;
    earlier[3] = &before->video_out;
  }
  compute_loss_in (&self->audio_in, earlier[0]);
  compute_loss_in (&self->video_in, earlier[2]);
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    compute_bitrate (streams[i], self->time_us, earlier[i], before ? before->time_us : 0);
  return self;
}
