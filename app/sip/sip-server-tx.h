/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-client-tx.h"

/* The server transactions of RFC 3261 §17.2 with RFC 6026, on a reliable transport:
 * timers I and J are zero, and no final response is sent again but a 2xx to INVITE,
 * which is the affair of the call (its far hop may be UDP).
 *
 * A transaction outlives the flow its request came on while it can still do good: an
 * answer that was decided meanwhile may go over the next one. */

G_BEGIN_DECLS

/*  INVITE (RFC 3261 figure 7, RFC 6026 figure 7)
 *
 *               | INVITE
 *               v
 *         PROCEEDING (1xx) --- abandoned ---------------------------+
 *          |       | 2xx                                            |
 *  3xx-6xx |       +---> ACCEPTED (2xx; ACK goes up) -- timer L --->|
 *          v                                                        |
 *      COMPLETED (INVITE: resend) -- timer H, flow lost ----------->|
 *          | ACK                                                    v
 *          v                                                        |
 *      CONFIRMED ------------------- timer I (0), flow lost --> TERMINATED
 *
 *  Other methods (RFC 3261 figure 8)
 *
 *               | request
 *               v                                    abandoned
 *            TRYING ------------------------------------------------+
 *          |       | 1xx                                            |
 *          |       v                                                |
 *  2xx-6xx | PROCEEDING (1xx; request: resend) ---- abandoned ----->|
 *          |       | 2xx-6xx                                        v
 *          v       v                                                |
 *         COMPLETED (request: resend) -- timer J (0), flow lost > TERMINATED
 */
typedef enum {
  SIP_SERVER_TX_TRYING, /* not INVITE */
  SIP_SERVER_TX_PROCEEDING,
  SIP_SERVER_TX_COMPLETED,
  SIP_SERVER_TX_CONFIRMED, /* INVITE only */
  SIP_SERVER_TX_ACCEPTED,  /* INVITE only */
  SIP_SERVER_TX_TERMINATED,
} SipServerTxState;
#define SIP_SERVER_TX_N_STATES (SIP_SERVER_TX_TERMINATED + 1)

typedef enum {
  SIP_SERVER_TX_EVENT_REQUEST, /* the same once more */
  SIP_SERVER_TX_EVENT_ACK,
  SIP_SERVER_TX_EVENT_PROVISIONAL, /* our side wants to send one */
  SIP_SERVER_TX_EVENT_SUCCESS,
  SIP_SERVER_TX_EVENT_FAILURE, /* 3xx to 6xx */
  SIP_SERVER_TX_EVENT_TIMER,
  SIP_SERVER_TX_EVENT_FLOW_LOST,
  SIP_SERVER_TX_EVENT_ABANDON, /* our side has no use for it any more */
} SipServerTxEvent;
#define SIP_SERVER_TX_N_EVENTS (SIP_SERVER_TX_EVENT_ABANDON + 1)

typedef enum {
  SIP_SERVER_TX_NOTHING = 0,
  SIP_SERVER_TX_SEND = 1 << 0,   /* the response of this event */
  SIP_SERVER_TX_RESEND = 1 << 1, /* the last response, if there was one */
  SIP_SERVER_TX_PASS = 1 << 2,   /* the ACK goes up */
} SipServerTxAction;

typedef struct {
  SipServerTxState state; /* written by the machine alone */
  gboolean is_invite;
  SipTimer timer;

  /* Owned */
  char *key;           /* sip_server_tx_make_key() */
  SipMessage *request; /* what it answers */
  char *to_tag;        /* of all its responses but 100 */
  GBytes *response;    /* the last one sent; NULL before the first */

  /* Borrowed */
  SipSession *session; /* whose answer is waited for; NULL if nobody's */
} SipServerTx;

/* Branch, sent-by and method, or what RFC 2543 compared where the branch is an old one
 * (RFC 3261 §17.2.3). ACK and CANCEL have the key of their INVITE when @method says so.
 * Owned. */
char *sip_server_tx_make_key (const SipMessage *request, SipMethod method);

/* Takes @to_tag; the request is referenced. */
SipServerTx *sip_server_tx_new (SipMessage *request, char *to_tag, guint timer_kind);
void sip_server_tx_free (SipServerTx *tx, SipTimers *timers);

SipServerTxEvent sip_server_tx_event_from_status (guint status);
SipServerTxAction sip_server_tx_handle (SipServerTx *tx,
                                        SipServerTxEvent event,
                                        SipTimers *timers,
                                        gint64 now_us);
/* TRUE until a final response was sent. */
gboolean sip_server_tx_is_pending (const SipServerTx *tx);
void sip_server_tx_check (const SipServerTx *tx);

G_END_DECLS
