/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-message.h"
#include "sip-timers.h"

/* The client transactions of RFC 3261 §17.1 with RFC 6026, on a reliable transport:
 * nothing is sent twice, so timers A and E do not exist and D and K are zero.
 *
 * The machine says what is to be done (SipClientTxAction) and does none of it: who
 * drives it sends the ACK, hands the response up, frees what has ended. */

G_BEGIN_DECLS

#define SIP_T1_US (500 * G_TIME_SPAN_MILLISECOND)
#define SIP_T2_US (4 * G_TIME_SPAN_SECOND)
#define SIP_64_T1_US (64 * SIP_T1_US)

/*  INVITE (RFC 3261 figure 5, RFC 6026 figure 5)
 *
 *              | INVITE sent, timer B
 *              v
 *          CALLING ----- B fires, flow lost ------------------+
 *           | |  | 1xx                                        |
 *           | |  v                                            |
 *           | | PROCEEDING (1xx) ---- flow lost ------------->|
 *           | |  |  | 2xx                                     |
 *       3xx-| |2xx  +------> ACCEPTED (2xx) -- timer M ------>|
 *       6xx | +------------->   64*T1, outlives the flow      |
 *           v    v 3xx-6xx                                    v
 *         COMPLETED (3xx-6xx: ACK) -- D fires (0), flow lost TERMINATED
 *
 *  Other methods (RFC 3261 figure 6)
 *
 *              | request sent, timer F
 *              v
 *           CALLING (the figure's "Trying") -- F fires, flow lost ----+
 *           | | 1xx                                                   |
 *           | v                                                       |
 *           | PROCEEDING (1xx) ------------ F fires, flow lost ------>|
 *   2xx-6xx | | 2xx-6xx                                               v
 *           v v                                                       |
 *          COMPLETED ---------- timer K (0), flow lost -------> TERMINATED
 */
typedef enum {
  SIP_CLIENT_TX_CALLING,
  SIP_CLIENT_TX_PROCEEDING,
  SIP_CLIENT_TX_COMPLETED,
  SIP_CLIENT_TX_ACCEPTED, /* INVITE only */
  SIP_CLIENT_TX_TERMINATED,
} SipClientTxState;
#define SIP_CLIENT_TX_N_STATES (SIP_CLIENT_TX_TERMINATED + 1)

typedef enum {
  SIP_CLIENT_TX_EVENT_PROVISIONAL,
  SIP_CLIENT_TX_EVENT_SUCCESS,
  SIP_CLIENT_TX_EVENT_FAILURE, /* 3xx to 6xx */
  SIP_CLIENT_TX_EVENT_TIMER,
  SIP_CLIENT_TX_EVENT_FLOW_LOST,
} SipClientTxEvent;
#define SIP_CLIENT_TX_N_EVENTS (SIP_CLIENT_TX_EVENT_FLOW_LOST + 1)

typedef enum {
  SIP_CLIENT_TX_NOTHING = 0,
  SIP_CLIENT_TX_PASS = 1 << 0,        /* the response goes up */
  SIP_CLIENT_TX_SEND_ACK = 1 << 1,    /* of this transaction (RFC 3261 §17.1.1.3) */
  SIP_CLIENT_TX_TIMED_OUT = 1 << 2,   /* timer B or F */
  SIP_CLIENT_TX_FLOW_FAILED = 1 << 3, /* no response will come */
} SipClientTxAction;

/* Whose request it is: where its responses go. */
typedef enum {
  SIP_TX_USER_REGISTER,
  SIP_TX_USER_INVITE,   /* makes the call */
  SIP_TX_USER_REINVITE, /* changes it */
  SIP_TX_USER_CANCEL,
  SIP_TX_USER_BYE,
  SIP_TX_USER_INFO,
  SIP_TX_USER_REFER,  /* asks for a transfer */
  SIP_TX_USER_NOTIFY, /* tells how one goes */
} SipTxUser;

typedef struct _SipSession SipSession;
typedef struct _SipDialog SipDialog;

typedef struct {
  SipClientTxState state; /* written by the machine alone */
  gboolean is_invite;
  SipTimer timer;

  /* Owned */
  char *key;           /* sip_client_tx_make_key() */
  SipMessage *request; /* as it was sent */

  /* Borrowed; both outlive the transaction */
  SipSession *session; /* NULL for REGISTER */
  SipDialog *dialog;   /* NULL outside of one */

  SipTxUser user;
  guint n_tries;            /* requests sent for one wish: the challenge makes a second */
  gboolean has_credentials; /* this one carries some */
} SipClientTx;

/* Branch and method (RFC 3261 §17.1.3). Owned. */
char *sip_client_tx_make_key (SipText branch, SipText method);

/* @timer_kind: see SipTimer. The request is referenced. */
SipClientTx *sip_client_tx_new (SipMessage *request,
                                guint timer_kind,
                                SipTimers *timers,
                                gint64 now_us);
void sip_client_tx_free (SipClientTx *tx, SipTimers *timers);

SipClientTxEvent sip_client_tx_event_from_status (guint status);
SipClientTxAction sip_client_tx_handle (SipClientTx *tx,
                                        SipClientTxEvent event,
                                        SipTimers *timers,
                                        gint64 now_us);
/* Ends it from outside: nobody waits for it any more (RFC 3261 §9.1). */
void sip_client_tx_abandon (SipClientTx *tx, SipTimers *timers);

void sip_client_tx_check (const SipClientTx *tx);

G_END_DECLS
