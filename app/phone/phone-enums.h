/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What accounts and calls can be, for whoever shows them. Text for people is made of
 * these in ui/ (phone-text) and, in plain English for logs and verdicts, in endpoint/;
 * the nicks (G_ENUM nick: "dialling", "no-answer") are part of the endpoint's protocol.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  PHONE_ACCOUNT_STATE_OFFLINE,
  PHONE_ACCOUNT_STATE_CONNECTING,
  PHONE_ACCOUNT_STATE_REGISTERING,
  PHONE_ACCOUNT_STATE_REGISTERED,
  PHONE_ACCOUNT_STATE_WAITING, /* not reachable; tried again at :retry-at */
  PHONE_ACCOUNT_STATE_REFUSED, /* the server said no; the user has to change something */
  PHONE_ACCOUNT_STATE_UNREGISTERING,
} PhoneAccountState;

/** What is done on the way to a server, in this order. */
typedef enum {
  PHONE_ACCOUNT_STAGE_NONE,
  PHONE_ACCOUNT_STAGE_NAME,        /* looking up the host's name */
  PHONE_ACCOUNT_STAGE_CONNECTION,  /* TCP, and a proxy where there is one */
  PHONE_ACCOUNT_STAGE_CERTIFICATE, /* the TLS handshake; not at ws: */
  PHONE_ACCOUNT_STAGE_WEBSOCKET,   /* the WebSocket handshake, and the sub-protocol */
  PHONE_ACCOUNT_STAGE_OPEN,        /* SIP can be spoken */
} PhoneAccountStage;

typedef enum {
  PHONE_DIRECTION_OUTGOING,
  PHONE_DIRECTION_INCOMING,
} PhoneDirection;

/** Derived from signalling, media and intent by one pure function; never assigned. */
typedef enum {
  PHONE_CALL_STATE_DIALLING,   /* nobody has been reached yet */
  PHONE_CALL_STATE_RINGING,    /* it rings there */
  PHONE_CALL_STATE_INCOMING,   /* it rings here */
  PHONE_CALL_STATE_CONNECTING, /* answered; media is being set up and checked */
  PHONE_CALL_STATE_ACTIVE,
  PHONE_CALL_STATE_RECONNECTING, /* was active; nothing is heard from the peer just now */
  PHONE_CALL_STATE_ENDING,       /* hung up here, waiting for the far end */
  PHONE_CALL_STATE_ENDED,        /* see :end-cause */
} PhoneCallState;

/** Why a call is over, or why it never was. */
typedef enum {
  PHONE_END_NONE, /* not over */
  PHONE_END_HUNG_UP_HERE,
  PHONE_END_HUNG_UP_THERE,
  PHONE_END_CANCELLED_HERE,
  PHONE_END_MISSED, /* the caller gave up */
  PHONE_END_ANSWERED_ELSEWHERE,
  PHONE_END_DECLINED_HERE,
  PHONE_END_BUSY,                 /* 486, 600 */
  PHONE_END_DECLINED,             /* 603 */
  PHONE_END_NOT_FOUND,            /* 404, 410, 484, 604 */
  PHONE_END_UNAVAILABLE,          /* 480 */
  PHONE_END_NO_ANSWER,            /* 408, 487 by the ringing limit */
  PHONE_END_FORBIDDEN,            /* 401, 403, 407 */
  PHONE_END_NOT_ACCEPTABLE,       /* 488, 606, 415: nothing in common, or not protected */
  PHONE_END_REDIRECTED,           /* 3xx: never followed without the user */
  PHONE_END_SERVER_FAILED,        /* 5xx, other 4xx and 6xx */
  PHONE_END_CONNECTION_LOST,      /* the server was lost before the call stood */
  PHONE_END_CALL_LOST,            /* 481, 408 inside the call */
  PHONE_END_MEDIA_FAILED,         /* no path for media (ICE), or DTLS failed */
  PHONE_END_CERTIFICATE_MISMATCH, /* the peer is not who its description says */
  PHONE_END_PEER_VANISHED,        /* nothing came for too long */
  PHONE_END_TRANSFERRED,          /* the far end talks to whom we transferred it to */
  PHONE_END_REPLACED,             /* another call took its place */
  PHONE_END_INTERNAL,
} PhoneEndCause;

/** How far the handing on of a call is, be it asked for by us or by the far end. */
typedef enum {
  PHONE_TRANSFER_NONE,
  PHONE_TRANSFER_ASKED, /* the far end asks us: the user says whether to follow */
  PHONE_TRANSFER_TRYING,
  PHONE_TRANSFER_RINGING, /* it rings at the target */
  PHONE_TRANSFER_DONE,
  PHONE_TRANSFER_FAILED, /* the call goes on; or it ended, and how it went was not told */
} PhoneTransferState;

/** How good a call is, the better the higher (phone-quality.h). */
typedef enum {
  PHONE_QUALITY_UNKNOWN, /* not measured, or on hold */
  PHONE_QUALITY_BAD,
  PHONE_QUALITY_FAIR,
  PHONE_QUALITY_GOOD,
} PhoneQuality;

/** What is worst about it, where it is not good. */
typedef enum {
  PHONE_QUALITY_REASON_NONE,
  PHONE_QUALITY_REASON_SILENCE, /* see :diagnosis */
  PHONE_QUALITY_REASON_LOSS_IN,
  PHONE_QUALITY_REASON_LOSS_OUT,
  PHONE_QUALITY_REASON_JITTER,
  PHONE_QUALITY_REASON_DELAY,
} PhoneQualityReason;

#define PHONE_TYPE_ACCOUNT_STATE (phone_account_state_get_type ())
#define PHONE_TYPE_ACCOUNT_STAGE (phone_account_stage_get_type ())
#define PHONE_TYPE_DIRECTION (phone_direction_get_type ())
#define PHONE_TYPE_CALL_STATE (phone_call_state_get_type ())
#define PHONE_TYPE_END_CAUSE (phone_end_cause_get_type ())
#define PHONE_TYPE_TRANSFER_STATE (phone_transfer_state_get_type ())
#define PHONE_TYPE_QUALITY (phone_quality_get_type ())
#define PHONE_TYPE_QUALITY_REASON (phone_quality_reason_get_type ())
GType phone_account_state_get_type (void);
GType phone_account_stage_get_type (void);
GType phone_direction_get_type (void);
GType phone_call_state_get_type (void);
GType phone_end_cause_get_type (void);
GType phone_transfer_state_get_type (void);
GType phone_quality_get_type (void);
GType phone_quality_reason_get_type (void);

/** The nick of an enum's value ("no-answer"): static. */
const char *phone_enum_nick (GType type, int value);

G_END_DECLS
