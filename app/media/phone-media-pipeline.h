/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-config.h"
#include "phone-media-event.h"
#include "phone-media-gate.h"
#include "phone-media-report.h"
#include "phone-media-sdp.h"
#include "phone-probe.h"
#include "phone-video-feed.h"

#include <gst/webrtc/webrtc.h>

/* webrtcbin with what hangs on it: private to PhoneMediaSession, which decides; this
 * does. Main context only: what GStreamer's threads say comes as notes, and goes on from
 * here as signals.
 *
 * Signals:
 *   "gathered"      every candidate is found
 *   "ice-state"     (guint: GstWebRTCICEConnectionState)
 *   "certificate"   (PhoneMediaGatePem *): the peer showed one; judge it
 *   "first-sound", "first-picture"
 *   "digit-sent"    (guint: its number)
 *   "event-packet"  (PhoneMediaEventPacket *): the peer sent a telephone event
 *   "dtls-failed"   (GError *): no keys can be agreed, or no longer; as "failed"
 *   "failed"        (GError *): the pipeline is of no more use */

#define PHONE_TYPE_MEDIA_PIPELINE (phone_media_pipeline_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneMediaPipeline, phone_media_pipeline, PHONE, MEDIA_PIPELINE, GObject)

typedef struct {
  PhoneProbe *probe;
  PhoneVideoFeed *remote_feed;
  PhoneVideoFeed *local_feed;
  guint16 frame_source;
} PhoneMediaPipelineUse;

/* config is borrowed and must outlive the pipeline; the members of use are not. */
PhoneMediaPipeline *phone_media_pipeline_new (const PhoneMediaConfig *config,
                                              const PhoneMediaPipelineUse *use,
                                              GError **error);

/* Ends everything without waiting for it. Operations under way end in CANCELLED. */
void phone_media_pipeline_shut (PhoneMediaPipeline *self);

/* Before an offer: one transceiver an m-line with every codec named; before an answer to
 * what was offered on this m-line: with the one chosen. */
void phone_media_pipeline_add_offered (PhoneMediaPipeline *self,
                                       int line,
                                       const char *const *codec_names);
void phone_media_pipeline_add_chosen (PhoneMediaPipeline *self,
                                      int line,
                                      const PhoneMediaSdpChoice *choice);

/* What is sent once the description is agreed upon. */
void phone_media_pipeline_set_plan (PhoneMediaPipeline *self,
                                    const PhoneMediaSdpPlan *plan);
/* The answer to our offer is set. (After an answer of ours this comes by itself.) */
void phone_media_pipeline_begin_sending (PhoneMediaPipeline *self);

typedef enum {
  PHONE_MEDIA_PIPELINE_OFFER,
  PHONE_MEDIA_PIPELINE_ANSWER,
} PhoneMediaPipelineType;

/* webrtcbin's own description. The result is owned by the caller. */
void phone_media_pipeline_create_async (PhoneMediaPipeline *self,
                                        PhoneMediaPipelineType type,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
GstSDPMessage *phone_media_pipeline_create_finish (PhoneMediaPipeline *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/* sdp is copied. */
void phone_media_pipeline_set_async (PhoneMediaPipeline *self,
                                     gboolean local,
                                     PhoneMediaPipelineType type,
                                     const GstSDPMessage *sdp,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean phone_media_pipeline_set_finish (PhoneMediaPipeline *self,
                                          GAsyncResult *result,
                                          GError **error);

/* The local description with the candidates found so far; owned by the caller. */
GstSDPMessage *phone_media_pipeline_dup_local (PhoneMediaPipeline *self);
gboolean phone_media_pipeline_is_gathered (PhoneMediaPipeline *self);

/* See phone-media-ice.h. */
void phone_media_pipeline_restart_ice (PhoneMediaPipeline *self,
                                       const GstSDPMessage *own,
                                       const GstSDPMessage *peer,
                                       int line,
                                       guint transport);
void phone_media_pipeline_open_transports (PhoneMediaPipeline *self,
                                           const char *ufrag,
                                           const char *password);

/* webrtcbin's statistics; owned by the caller. */
void phone_media_pipeline_get_stats_async (PhoneMediaPipeline *self,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
GstStructure *phone_media_pipeline_get_stats_finish (PhoneMediaPipeline *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/* Authenticated packets that came in, of every transport. */
guint phone_media_pipeline_get_passed_in (PhoneMediaPipeline *self);

/* Every gate is shut for good. */
void phone_media_pipeline_shut_gates (PhoneMediaPipeline *self);
/* The first pictures that pass a gate can be decoded. */
void phone_media_pipeline_ask_keyframe (PhoneMediaPipeline *self);

void phone_media_pipeline_set_muted (PhoneMediaPipeline *self, gboolean muted);
/* No packets of this kind leave: hold, or the picture is off. */
void phone_media_pipeline_set_stopped (PhoneMediaPipeline *self,
                                       PhoneMediaKind kind,
                                       gboolean stopped);
/* Telephone events are agreed upon, and sound may be sent. */
gboolean phone_media_pipeline_can_send_digits (PhoneMediaPipeline *self);
/* One at a time; "digit-sent" with this number follows the gap after it. */
void phone_media_pipeline_begin_digit (PhoneMediaPipeline *self,
                                       guint8 code,
                                       guint duration_ms,
                                       guint number);
void phone_media_pipeline_stop_digit (PhoneMediaPipeline *self);
/* What comes of this kind is neither played nor shown: hold. */
void phone_media_pipeline_set_ignored (PhoneMediaPipeline *self,
                                       PhoneMediaKind kind,
                                       gboolean ignored);
/* Whether the camera is wanted; it is opened once pictures can be sent, and closed at
 * once. FALSE at first. */
void phone_media_pipeline_set_own_video (PhoneMediaPipeline *self, gboolean own_video);
gboolean phone_media_pipeline_get_own_video (PhoneMediaPipeline *self);
/* It is wanted, and there is none, or none that opens: black goes out. */
gboolean phone_media_pipeline_lacks_camera (PhoneMediaPipeline *self);
/* How long a packet waits for those before it, in milliseconds. */
void phone_media_pipeline_set_latency (PhoneMediaPipeline *self, guint latency_ms);
/* See phone-media-ice.h. */
void phone_media_pipeline_show_path (PhoneMediaPipeline *self);
void phone_media_pipeline_doubt_peer (PhoneMediaPipeline *self, gboolean doubt);

/* What one kind is sent and received as; FALSE: not at all (yet). */
typedef struct {
  const PhoneMediaCodec *codec;
  guint payload_type;      /* sent only */
  guint32 ssrc;            /* 0: not known yet */
  PhoneMediaReport report; /* sent: the peer's newest; its ssrc is 0: none yet */
} PhoneMediaPipelineStream;

gboolean phone_media_pipeline_get_sent (PhoneMediaPipeline *self,
                                        PhoneMediaKind kind,
                                        PhoneMediaPipelineStream *stream);
gboolean phone_media_pipeline_get_received (PhoneMediaPipeline *self,
                                            PhoneMediaKind kind,
                                            PhoneMediaPipelineStream *stream);

/* dBFS of the last second before the mute; PHONE_TONE_SILENCE_DB without a source. */
double phone_media_pipeline_get_source_level (PhoneMediaPipeline *self);
/* "host udp" or NULL; owned by the caller. */
char *phone_media_pipeline_dup_candidate (PhoneMediaPipeline *self, gboolean local);
