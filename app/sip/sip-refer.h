/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-client-tx.h"
#include "sip-message.h"
#include "sip-timers.h"

/* A transfer (RFC 3515, RFC 5589) seen from both ends of the call it is asked in: what a
 * SipSession holds for it, the machines, and how Refer-To and Replaces are read. The
 * procedures are in sip-session-refer.c (we ask), sip-session-referred.c (they ask us) and
 * sip-session-replaces.c (a call comes that takes the place of another).
 *
 * One REFER each way is under way in a call. The subscription it makes is a use of the
 * same dialog (RFC 5057), and its NOTIFYs carry the CSeq number of the REFER as id. */

G_BEGIN_DECLS

/* How long a first NOTIFY is waited for: timer N (RFC 6665 §4.1.2.4) is 64*T1. */
#define SIP_REFER_EXPECT_US (32 * G_TIME_SPAN_SECOND)
/* How long a transfer may take in all, whatever the far end writes into its NOTIFYs: its
 * user thinks about it, and then it rings. */
#define SIP_REFER_LIMIT_US (300 * G_TIME_SPAN_SECOND)
/* How long our user may think about theirs. */
#define SIP_REFERRED_ASK_US (60 * G_TIME_SPAN_SECOND)
/* How long the last NOTIFY may wait for a flow to go on. */
#define SIP_REFERRED_TELL_US (180 * G_TIME_SPAN_SECOND)
/* More of a reason phrase in a NOTIFY is not kept. */
#define SIP_SIPFRAG_MAX_REASON_BYTES 256

/* We ask (the transferor: RFC 3515 §2.4.4, the subscriber of RFC 6665 §4.1.2)
 *
 *            | REFER sent
 *            v        2xx, flow lost
 *         ASKING ------------------------> EXPECTING
 *          |  |                             |    |
 *          |  |  NOTIFY (it may come before |    | nothing came in time
 *          |  +-----+      the 2xx)         |    |
 *          |        v                       |    |
 *          |     WATCHING <-- NOTIFY -------+    |
 *          |        |                            |
 *          |        | final or terminated NOTIFY,|
 *          |        | out of time                |
 *          v        v                            v
 *        NONE <----------------------------------+
 *          refused, no answer; and from everywhere: the call ends
 */
typedef enum {
  SIP_REFER_NONE,
  SIP_REFER_ASKING,    /* the REFER is under way */
  SIP_REFER_EXPECTING, /* it was accepted, or nobody knows: a NOTIFY is due */
  SIP_REFER_WATCHING,  /* a NOTIFY came; more will */
} SipReferState;
#define SIP_REFER_N_STATES (SIP_REFER_WATCHING + 1)

typedef struct {
  SipReferState state; /* written by set_state() in sip-session-refer.c alone */
  guint32 id;          /* CSeq of the REFER */
  guint status;        /* last told to the host */
  SipTimer timer;
  SipClientTx *tx; /* borrowed: the REFER; NULL once it was answered */
} SipRefer;

/* They ask us (the transferee: RFC 3515 §2.4.2, the notifier of RFC 6665 §4.2)
 *
 *          | REFER: 202, NOTIFY 100
 *          v             the user accepts: INVITE to the target
 *        ASKED ------------------------------------> FOLLOWING (NOTIFY for each 1xx)
 *          |                                             |
 *          | refused, hung up here, out of time          | answered, or failed
 *          v                                             |
 *       TELLING (the last NOTIFY goes out) <-------------+
 *          |
 *          | it was answered, or could not be sent in time
 *          v
 *        NONE
 *
 * It outlives the call: who transfers may hang up at once (RFC 5589 §6.1), and the user
 * may still want to follow. */
typedef enum {
  SIP_REFERRED_NONE,
  SIP_REFERRED_ASKED,
  SIP_REFERRED_FOLLOWING,
  SIP_REFERRED_TELLING,
} SipReferredState;
#define SIP_REFERRED_N_STATES (SIP_REFERRED_TELLING + 1)

typedef struct {
  SipReferredState state; /* written by set_state() in sip-session-referred.c alone */
  guint32 id;             /* CSeq of the REFER */
  guint status;           /* what the next NOTIFY says */
  gboolean is_untold;     /* it has to be sent (again) */
  gboolean is_unheard;  /* no NOTIFY is wanted (RFC 4488), or the last one was refused */
  guint n_failures;     /* NOTIFYs that did not get through, one after the other */
  guint64 call;         /* FOLLOWING: the session that calls the target */
  gint64 asked_us;      /* when the REFER came */
  gint64 until_us;      /* when this state ends by itself; G_MAXINT64: not */
  gint64 not_before_us; /* of the next NOTIFY */
  SipTimer timer;

  /* Owned */
  char *uri;         /* the target */
  char *replaces;    /* value for Replaces; NULL: blind */
  char *referred_by; /* value for Referred-By; NULL: they did not say */

  SipClientTx *tx; /* borrowed: the NOTIFY under way */
} SipReferred;

/* ---- Values ---- */

/* Replaces: 425928@example.org;to-tag=7743;from-tag=6472;early-only (RFC 3891 §6.1). A
 * view. A tag of "0" stands for none (RFC 2543). */
typedef struct {
  SipText call_id;
  SipText to_tag;
  SipText from_tag;
  gboolean is_early_only;
} SipReplaces;

/* FALSE with SIP_ERROR_SYNTAX, also where a tag is missing or there twice. */
gboolean sip_replaces_parse (SipText value, SipReplaces *replaces, GError **error);
/* TRUE if tag, as Replaces has it, is ours ("" is none). */
gboolean sip_replaces_tag_is (SipText tag, const char *ours);

/* What a REFER asks for. Owned texts; see sip_refer_to_clear(). */
typedef struct {
  char *uri;      /* without headers, good to be called */
  char *replaces; /* the one header that is looked at, and only where it can be read */
} SipReferTo;

/* 0, or the status that refuses the REFER: 400 where Refer-To is missing, there more than
 * once, or broken; 416 for a scheme we cannot call; 403 for another method than INVITE,
 * and for a target that is less secure than the call (@is_secure: a sips: call). */
guint sip_refer_to_read (const SipMessage *refer, gboolean is_secure, SipReferTo *target);
void sip_refer_to_clear (SipReferTo *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SipReferTo, sip_refer_to_clear)

/* The status line in a body of message/sipfrag (RFC 3420). A view. */
typedef struct {
  guint status;   /* 100 to 699; 0: a fragment without a status line */
  SipText reason; /* at most SIP_SIPFRAG_MAX_REASON_BYTES; absent if none */
} SipSipfrag;

/* FALSE with SIP_ERROR_SYNTAX where the first line is neither a status line nor a
 * header. */
gboolean sip_sipfrag_parse (SipText body, SipSipfrag *frag, GError **error);

G_END_DECLS
