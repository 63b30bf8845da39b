/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-pipeline.h"
#include "phone-media-session.h"
#include "phone-media-watchdog.h"

/* One object in four files: phone-media-session.c (life, state, properties, the peer's
 * certificate), phone-media-negotiation.c (offers and answers), phone-media-monitor.c
 * (what is looked at once a second), phone-media-digits.c (digits, both ways). */

struct _PhoneMediaSession {
  GObject parent_instance;

  /* owned */
  PhoneMediaConfig *config;
  PhoneMediaPipeline *pipeline;
  PhoneProbe *probe;
  PhoneVideoFeed *remote_feed;
  PhoneVideoFeed *local_feed;

  /* State. */
  PhoneMediaState state;
  PhoneMediaFailure failure;
  char *failure_detail;
  PhoneMediaTimings timings;
  gint64 gather_us; /* when gathering began; 0: not yet */
  gint64 agreed_us; /* when offer and answer were both known */
  guint connect_timeout;
  gboolean muted;
  gboolean sending_video;
  guint16 frame_source;

  /* Negotiation. */
  GTask *operation;    /* the one under way, or NULL */
  GstSDPMessage *own;  /* as first sent, with candidates */
  char *sent_text;     /* as last sent */
  GstSDPMessage *peer; /* as last received */
  char *peer_text;
  GstSDPMessage *agreed; /* the peer's, as webrtcbin was shown it */
  PhoneMediaSdpPlan plan;
  gboolean is_offerer;    /* of the first exchange */
  gboolean offer_applied; /* webrtcbin has taken the offer of set_offer() */
  guint gather_timeout;
  guint64 origin_id;
  guint version; /* of our origin line */

  /* Digits. */
  char digit; /* under way; NUL: none */
  guint digit_number;
  guint digit_timeout;
  gboolean could_send_digits; /* as was last told */
  PhoneMediaEventReader digits_in;
  guint silence_timeout;

  /* Once a second. */
  guint tick;
  PhoneMediaWatchdog watchdog;
  PhoneMediaStats *stats;
  PhoneMediaVerdict verdict;
  guint latency_ms;
  gboolean ice_failed;
};

enum {
  PHONE_MEDIA_PROP_STATE = 1,
  PHONE_MEDIA_PROP_FAILURE,
  PHONE_MEDIA_PROP_MUTED,
  PHONE_MEDIA_PROP_SENDING_VIDEO,
  PHONE_MEDIA_PROP_HAS_VIDEO,
  PHONE_MEDIA_PROP_PEER_HOLD,
  PHONE_MEDIA_PROP_CAN_SEND_DIGITS,
  PHONE_MEDIA_PROP_STATS,
  PHONE_MEDIA_PROP_SILENCE_IN,
  PHONE_MEDIA_PROP_SILENCE_OUT,
  PHONE_MEDIA_N_PROPS
};

void phone_media_session_notify (PhoneMediaSession *self, guint property);
void phone_media_session_set_state (PhoneMediaSession *self, PhoneMediaState state);
void phone_media_session_fail (PhoneMediaSession *self,
                               PhoneMediaFailure failure,
                               const char *detail);

/* The exchange is complete: the way to the peer is looked for. */
void phone_media_session_begin_connecting (PhoneMediaSession *self);

/* What the peer's description says about directions comes into force. */
void phone_media_session_apply_directions (PhoneMediaSession *self);
PhoneMediaDirection phone_media_session_get_peer_direction (PhoneMediaSession *self,
                                                            PhoneMediaKind kind);

void phone_media_session_on_gathered (PhoneMediaSession *self);
void phone_media_session_drop_operation (PhoneMediaSession *self);

void phone_media_session_on_digit_sent (PhoneMediaSession *self, guint number);
void phone_media_session_on_event_packet (PhoneMediaSession *self,
                                          const PhoneMediaEventPacket *packet);
/* Whether digits can be sent may have changed. */
void phone_media_session_check_digits (PhoneMediaSession *self);
void phone_media_session_end_digits (PhoneMediaSession *self);
void phone_media_session_tell_digit_sent (PhoneMediaSession *self,
                                          char digit,
                                          gboolean sent);
void phone_media_session_tell_digit_received (PhoneMediaSession *self,
                                              const PhoneMediaDigit *digit);

void phone_media_session_start_monitor (PhoneMediaSession *self);
void phone_media_session_stop_monitor (PhoneMediaSession *self);
