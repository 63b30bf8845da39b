/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-ice.h"
#include "phone-media-pipeline.h"
#include "phone-media-session.h"
#include "phone-media-watchdog.h"

/* One object in several files: phone-media-session.c (life, state, the peer's certificate),
 * -properties.c (what is shown), phone-media-negotiation.c (operations; the first offer
 * and answer), phone-media-agreement.c (what both ends agreed upon, and what is sent and
 * played by it), phone-media-change.c (a later offer of ours), phone-media-reoffer.c (a
 * later offer of the peer), phone-media-extension.c (what of both goes through webrtcbin),
 * phone-media-digits.c (digits, both ways),
 * phone-media-monitor.c (what is looked at once a second). */

enum { PHONE_MEDIA_SESSION_N_KINDS = 2 };

/* What both ends agreed upon. A later exchange makes a new one; where that comes to
 * nothing, the one before comes back. */
typedef struct {
  GstSDPMessage *peer; /* as last received */
  char *peer_text;
  PhoneMediaSdpPlan plan;
  PhoneMediaDirection directions[PHONE_MEDIA_SESSION_N_KINDS]; /* from this end's view */
  gboolean held;
  gboolean own_video; /* wished for; sent where the peer takes it */
  char *ufrag;        /* our ICE credentials; NULL: those of the one before */
  char *password;
} PhoneMediaAgreement;

void phone_media_agreement_clear (PhoneMediaAgreement *self);

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
  GTask *operation;        /* the one under way, or NULL */
  GstSDPMessage *own;      /* the lines as webrtcbin has them, with candidates */
  char *sent_text;         /* as last sent */
  GstSDPMessage *shown;    /* the peer's first, as webrtcbin was shown it */
  PhoneMediaSdpPlan known; /* the lines and codecs that webrtcbin has */
  PhoneMediaAgreement now;
  PhoneMediaAgreement before;     /* their last re-offer */
  PhoneMediaDirection peer_video; /* what the peer last wanted while nobody held */
  gboolean is_offerer;            /* of the first exchange */
  gboolean is_renewal;            /* of other media in the same call */
  gboolean offer_applied;         /* webrtcbin has taken the offer of set_offer() */
  guint gather_timeout;
  guint64 origin_id;
  guint version; /* of our origin line */
  struct {
    gboolean open; /* an offer of ours is made or out */
    guint number;  /* of all changes */
    PhoneMediaWish wish;
    GstSDPMessage *offer;
    GstSDPMessage *made; /* by webrtcbin, for a line that it does not have yet */
    int line;
    char *ufrag; /* of a restart of ICE */
    char *password;
    gboolean was_held;
  } change;
  PhoneMediaAgreement next; /* their re-offer, while webrtcbin learns of a line in it */
  struct {
    gboolean busy;          /* webrtcbin is on its way to a line */
    gboolean broken;        /* it refused one: it is left alone */
    guint change;           /* number of the change of ours that it is for */
    GstSDPMessage *offered; /* the newest of ours, whatever came of it */
    GstSDPMessage *made;
    PhoneMediaSdpPlan plan;
  } extension;

  /* Digits. */
  char digit; /* under way; NUL: none */
  guint digit_number;
  guint digit_timeout;
  gboolean could_send_digits; /* as was last told */
  PhoneMediaEventReader digits_in;
  guint silence_timeout;
  gboolean camera_missing;

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
  PHONE_MEDIA_PROP_OWN_VIDEO,
  PHONE_MEDIA_PROP_PEER_VIDEO,
  PHONE_MEDIA_PROP_HELD,
  PHONE_MEDIA_PROP_PEER_HOLD,
  PHONE_MEDIA_PROP_CAN_SEND_DIGITS,
  PHONE_MEDIA_PROP_HEARD,
  PHONE_MEDIA_PROP_STATS,
  PHONE_MEDIA_PROP_SILENCE_IN,
  PHONE_MEDIA_PROP_SILENCE_OUT,
  PHONE_MEDIA_PROP_CAMERA_MISSING,
  PHONE_MEDIA_N_PROPS
};

void phone_media_session_install_properties (GObjectClass *klass);
/* Whether there are descriptors for a call; the error is NO_DESCRIPTORS. */
gboolean phone_media_check_descriptors (GError **error);

void phone_media_session_notify (PhoneMediaSession *self, guint property);
void phone_media_session_set_state (PhoneMediaSession *self, PhoneMediaState state);
void phone_media_session_fail (PhoneMediaSession *self,
                               PhoneMediaFailure failure,
                               const char *detail);

/* The exchange is complete: the way to the peer is looked for. */
void phone_media_session_begin_connecting (PhoneMediaSession *self);

/* ---- Operations: one at a time ---- */

/* NULL: not allowed now, which the callback is told. */
GTask *phone_media_session_begin_operation (PhoneMediaSession *self,
                                            gpointer tag,
                                            gboolean allowed,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
/* Takes error. */
void phone_media_session_abort_operation (PhoneMediaSession *self, GError *error);
/* Takes sdp: the one that goes over the wire. */
void phone_media_session_finish_operation (PhoneMediaSession *self, GstSDPMessage *sdp);
void phone_media_session_drop_operation (PhoneMediaSession *self);
char *phone_media_session_take_result (PhoneMediaSession *self,
                                       GAsyncResult *result,
                                       gpointer tag,
                                       GError **error);
gboolean phone_media_session_refuse (GError **error,
                                     PhoneMediaError code,
                                     const char *message);

/* ---- Agreements ---- */

/* What this end would do on a line of this kind. */
PhoneMediaDirection phone_media_agreement_get_wanted (const PhoneMediaAgreement *self,
                                                      PhoneMediaKind kind);
/* Of the one in force; the caller owns what it holds. */
PhoneMediaAgreement phone_media_session_copy_agreement (PhoneMediaSession *self);
/* It is in force from here on, and who watches is told. Takes what it holds. */
void phone_media_session_agree (PhoneMediaSession *self, PhoneMediaAgreement *agreement);
/* Ours alone: before it is agreed upon. */
void phone_media_session_set_held (PhoneMediaSession *self, gboolean held);
/* What is agreed comes into force at the senders and receivers. */
void phone_media_session_apply_directions (PhoneMediaSession *self);
/* Whether media of this kind goes this way now. */
gboolean phone_media_session_may (PhoneMediaSession *self,
                                  PhoneMediaKind kind,
                                  PhoneMediaDirection direction);

/* A camera is opened and closed as the agreement has it. */
void phone_media_session_update_camera (PhoneMediaSession *self);

/* Within a call, and no failure. */
gboolean phone_media_session_is_connected (PhoneMediaSession *self);
/* How a later description of the peer fits what the call has. */
gboolean phone_media_session_plan_again (PhoneMediaSession *self,
                                         const GstSDPMessage *sdp,
                                         gboolean is_answer,
                                         PhoneMediaSdpPlan *plan,
                                         GError **error);

/* Frees what an open change of ours holds, and nothing else. */
void phone_media_session_clear_change (PhoneMediaSession *self);

/* ---- Extensions ---- */

/* "active" or "passive". */
const char *phone_media_session_get_dtls_role (PhoneMediaSession *self, gboolean of_peer);
/* Where a video line of ours may be added; -1: nowhere. */
int phone_media_session_find_line (PhoneMediaSession *self);
/* Whether one of theirs may be added there. */
gboolean phone_media_session_can_add (PhoneMediaSession *self,
                                      const GstSDPMessage *offer,
                                      int line);
/* The answer takes the line of made, which is dressed: webrtcbin is told. */
void phone_media_session_take_line (PhoneMediaSession *self,
                                    GstSDPMessage *made,
                                    const GstSDPMessage *answer,
                                    const PhoneMediaSdpPlan *plan);
/* webrtcbin is told of the line in their offer; on_line_added() follows, which takes
 * error (NULL: it is there). */
void phone_media_session_add_line (PhoneMediaSession *self,
                                   const GstSDPMessage *offer,
                                   const PhoneMediaSdpPlan *plan);
void phone_media_session_on_line_added (PhoneMediaSession *self, GError *error);

void phone_media_session_on_gathered (PhoneMediaSession *self);

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
