/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"
#include "phone-media-stats-private.h"

enum { TICK_S = 1 };

static void
gather_streams (PhoneMediaSession *self, PhoneMediaStatsFacts *facts)
{
  for (guint i = 0; i < 2; i++) {
    PhoneMediaKind kind = (PhoneMediaKind)i;
    PhoneMediaPipelineStream stream = {NULL};

    if (phone_media_pipeline_get_received (self->pipeline, kind, &stream))
      facts->in[kind] = (PhoneMediaStatsStream){stream.codec, stream.ssrc, {0}};
    if (phone_media_pipeline_get_sent (self->pipeline, kind, &stream))
      facts->out[kind] =
          (PhoneMediaStatsStream){stream.codec, stream.ssrc, stream.report};
  }
}

static void
adapt_latency (PhoneMediaSession *self, const PhoneMediaStats *before)
{
  const PhoneMediaStream *now = &self->stats->audio_in;
  guint64 new_lost = 0;
  guint next_ms = 0;

  if (now->packets == 0)
    return;
  if (before && now->lost > before->audio_in.lost)
    new_lost = (guint64)(now->lost - before->audio_in.lost);
  next_ms = phone_media_latency_next (self->latency_ms, now->jitter_ms, new_lost);
  if (next_ms == self->latency_ms)
    return;
  self->latency_ms = next_ms;
  phone_media_pipeline_set_latency (self->pipeline, next_ms);
}

static void
take_stats (PhoneMediaSession *self, const GstStructure *reply)
{
  g_autoptr (PhoneMediaStats) before = g_steal_pointer (&self->stats);
  PhoneMediaStatsFacts facts = {
      .time_us = g_get_monotonic_time (),
      .latency_ms = self->latency_ms,
      .level_in_db = phone_probe_get_report (self->probe).level_db,
      .level_out_db = phone_media_pipeline_get_source_level (self->pipeline),
      .local_candidate = phone_media_pipeline_dup_candidate (self->pipeline, TRUE),
      .remote_candidate = phone_media_pipeline_dup_candidate (self->pipeline, FALSE),
  };

  gather_streams (self, &facts);
  self->stats = phone_media_stats_new (reply, &facts, before);
  adapt_latency (self, before);
  phone_media_session_notify (self, PHONE_MEDIA_PROP_STATS);
}

static PhoneMediaVitals
take_vitals (PhoneMediaSession *self)
{
  PhoneProbeReport report = phone_probe_get_report (self->probe);

  return (PhoneMediaVitals){
      .heard = phone_media_pipeline_get_passed_in (self->pipeline),
      .packets_in = self->stats ? self->stats->audio_in.packets : 0,
      .decoded_ms = report.audio_ms,
      .sounding_ms = report.sounding_ms,
      .ice_failed = self->ice_failed,
      .receives = phone_media_session_may (self, PHONE_MEDIA_KIND_AUDIO,
                                           PHONE_MEDIA_DIRECTION_RECV),
      .sends = phone_media_session_may (self, PHONE_MEDIA_KIND_AUDIO,
                                        PHONE_MEDIA_DIRECTION_SEND),
      .muted = self->muted,
      .source_level_db = phone_media_pipeline_get_source_level (self->pipeline),
      .confirmed = self->stats && self->stats->audio_out.confirmed,
      .fraction_lost = self->stats ? self->stats->audio_out.fraction_lost : 0,
  };
}

static void
obey_life (PhoneMediaSession *self, PhoneMediaLife life)
{
  switch (life) {
  case PHONE_MEDIA_LIFE_ALIVE:
    phone_media_session_set_state (self, PHONE_MEDIA_STATE_CONNECTED);
    break;
  case PHONE_MEDIA_LIFE_INTERRUPTED:
    phone_media_session_set_state (self, PHONE_MEDIA_STATE_INTERRUPTED);
    break;
  case PHONE_MEDIA_LIFE_DEAD:
    phone_media_session_fail (self, PHONE_MEDIA_FAILURE_PEER_SILENT,
                              "nothing came from the peer any more");
    break;
  }
}

static void
look_for_camera (PhoneMediaSession *self)
{
  gboolean is_missing = phone_media_pipeline_lacks_camera (self->pipeline);

  if (self->camera_missing == is_missing)
    return;
  self->camera_missing = is_missing;
  phone_media_session_notify (self, PHONE_MEDIA_PROP_CAMERA_MISSING);
}

static void
look (PhoneMediaSession *self)
{
  PhoneMediaVitals vitals = take_vitals (self);
  PhoneMediaVerdict before = self->verdict;

  self->verdict =
      phone_media_watchdog_look (&self->watchdog, &vitals, g_get_monotonic_time ());
  if (self->verdict.doubt != before.doubt)
    phone_media_pipeline_doubt_peer (self->pipeline, self->verdict.doubt);
  if (self->verdict.silence_in != before.silence_in)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_SILENCE_IN);
  if (self->verdict.silence_out != before.silence_out)
    phone_media_session_notify (self, PHONE_MEDIA_PROP_SILENCE_OUT);
  look_for_camera (self);
  obey_life (self, self->verdict.life);
}

static void
on_stats (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneMediaSession) self = data;
  g_autoptr (GstStructure) reply =
      phone_media_pipeline_get_stats_finish (PHONE_MEDIA_PIPELINE (source), result, NULL);

  if (!reply || self->tick == 0)
    return;
  take_stats (self, reply);
  /* Whoever is told of the numbers may end the call. */
  if (self->tick != 0)
    look (self);
}

static gboolean
on_tick (gpointer data)
{
  PhoneMediaSession *self = data;

  phone_media_pipeline_get_stats_async (self->pipeline, on_stats, g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

void
phone_media_session_start_monitor (PhoneMediaSession *self)
{
  if (self->tick != 0)
    return;
  phone_media_watchdog_start (&self->watchdog, g_get_monotonic_time ());
  self->tick = g_timeout_add_seconds (TICK_S, on_tick, self);
}

void
phone_media_session_stop_monitor (PhoneMediaSession *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
}
