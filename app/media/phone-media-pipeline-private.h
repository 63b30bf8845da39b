/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-dtmf.h"
#include "phone-media-ice.h"
#include "phone-media-pipeline.h"
#include "phone-media-receiver.h"
#include "phone-media-sender.h"

/* One object in three files: phone-media-pipeline.c (life, wishes, questions),
 * phone-media-pipeline-notes.c (what GStreamer's threads say, and the streams that come
 * of it), phone-media-pipeline-sdp.c (webrtcbin's promises). */

enum { PHONE_MEDIA_N_KINDS = 2 };

typedef enum {
  PHONE_MEDIA_NOTE_REPLY,       /* PhoneMediaReply */
  PHONE_MEDIA_NOTE_GATE,        /* PhoneMediaGate */
  PHONE_MEDIA_NOTE_UNGUARDED,   /* an element that a gate could not be put on */
  PHONE_MEDIA_NOTE_CERTIFICATE, /* PhoneMediaGatePem */
  PHONE_MEDIA_NOTE_REPORT,      /* GArray of PhoneMediaReport */
  PHONE_MEDIA_NOTE_SINK_PAD,    /* GstPad: webrtcbin wants packets there */
  PHONE_MEDIA_NOTE_SRC_PAD,     /* BlockedPad: webrtcbin has packets there */
  PHONE_MEDIA_NOTE_ICE_STATE,   /* the state itself */
  PHONE_MEDIA_NOTE_GATHERED,
  PHONE_MEDIA_NOTE_FIRST_SOUND,
  PHONE_MEDIA_NOTE_FIRST_PICTURE,
  PHONE_MEDIA_NOTE_DIGIT_SENT,   /* its number */
  PHONE_MEDIA_NOTE_EVENT_PACKET, /* PhoneMediaEventPacket */
} PhoneMediaNote;

struct _PhoneMediaPipeline {
  GObject parent_instance;

  /* owned */
  GstElement *pipeline; /* NULL: shut */
  PhoneMediaNotePort *port;
  GstElement *echo_probe; /* hears the speaker; NULL: nothing needs to */
  PhoneMediaIce *ice;
  PhoneMediaPipelineUse use;
  GPtrArray *gates;
  GPtrArray *tasks;                     /* that wait for a reply */
  char *fingerprint;                    /* as a=fingerprint has it */
  GstPad *outlets[PHONE_MEDIA_N_KINDS]; /* where webrtcbin wants packets */
  PhoneMediaSender *senders[PHONE_MEDIA_N_KINDS];
  PhoneMediaDtmfSender *dtmf;
  PhoneMediaReceiver *receivers[PHONE_MEDIA_N_KINDS];
  PhoneMediaReport reports[PHONE_MEDIA_N_KINDS]; /* ssrc 0: none yet */
  guint bus_watch;
  double source_level;
  PhoneMediaSdpPlan plan;
  gboolean gathered;
  gboolean muted;
  gboolean own_video;
  gboolean stopped[PHONE_MEDIA_N_KINDS];
  gboolean ignored[PHONE_MEDIA_N_KINDS];

  /* borrowed */
  const PhoneMediaConfig *config;
  GstElement *webrtcbin; /* of pipeline */
};

enum {
  PHONE_MEDIA_SIGNAL_GATHERED,
  PHONE_MEDIA_SIGNAL_ICE_STATE,
  PHONE_MEDIA_SIGNAL_CERTIFICATE,
  PHONE_MEDIA_SIGNAL_FIRST_SOUND,
  PHONE_MEDIA_SIGNAL_FIRST_PICTURE,
  PHONE_MEDIA_SIGNAL_DIGIT_SENT,
  PHONE_MEDIA_SIGNAL_EVENT_PACKET,
  PHONE_MEDIA_SIGNAL_DTLS_FAILED,
  PHONE_MEDIA_SIGNAL_FAILED,
  PHONE_MEDIA_N_SIGNALS
};

/* The argument is what the signal has, or NULL. */
void phone_media_pipeline_emit (PhoneMediaPipeline *self,
                                guint signal,
                                gpointer argument);
void phone_media_pipeline_fail (PhoneMediaPipeline *self, const GError *error);

/* What was last wished for is told to the sender and the receiver of this kind. */
void phone_media_pipeline_apply_wishes (PhoneMediaPipeline *self, PhoneMediaKind kind);

/* The notes of port: posted by what is connected to webrtcbin, received here. Every
 * transport shows @certificate, PEM with its key, which is taken. */
void phone_media_pipeline_connect (PhoneMediaPipeline *self, char *certificate);
void phone_media_pipeline_receive_note (GObject *target, int kind, gpointer *value);

/* What a promise's answer becomes: the note holds a PhoneMediaReply. */
typedef struct {
  GTask *task;
  GstStructure *reply;
} PhoneMediaReply;

void phone_media_pipeline_receive_reply (PhoneMediaPipeline *self,
                                         PhoneMediaReply *reply);

void phone_media_pipeline_cancel_tasks (PhoneMediaPipeline *self);
