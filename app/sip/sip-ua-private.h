/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-flow.h"
#include "sip-registration.h"
#include "sip-session.h"
#include "sip-ua.h"
#include "sip-writer.h"

/* The inside of the agent, for its own files alone: sip-ua.c (what the host tells),
 * sip-ua-account.c (whose it is), sip-ua-output.c (what it tells the host), sip-ua-flow.c
 * (the flow comes and goes), sip-ua-commands.c (what the user wants), sip-ua-check.c (the
 * invariants), sip-ua-send.c (requests and responses), sip-ua-auth.c (whom we show what we
 * know), sip-ua-receive.c (whose is this message?), sip-session*.c, sip-registration*.c. */

G_BEGIN_DECLS

/* Room above SIP_UA_MAX_TRANSACTIONS for what ends something, or keeps us registered: a
 * flood from outside must not keep anybody from hanging up. */
#define SIP_UA_RESERVED_TRANSACTIONS 64

/* How long stop() may take. */
#define SIP_UA_STOP_US (2 * G_TIME_SPAN_SECOND)

typedef enum {
  SIP_TIMER_CLIENT_TX,
  SIP_TIMER_SERVER_TX,
  SIP_TIMER_SESSION_LIMIT,
  SIP_TIMER_SESSION_RESEND,
  SIP_TIMER_SESSION_BYE,
  SIP_TIMER_SESSION_REOFFER,
  SIP_TIMER_SESSION_REFER,
  SIP_TIMER_SESSION_REFERRED,
  SIP_TIMER_FLOW,
  SIP_TIMER_REGISTRATION,
  SIP_TIMER_STOP,
} SipTimerKind;

/*   IDLE -- start --> RUNNING -- stop --> STOPPING -- all done, or 2 s --> IDLE
 */
typedef enum {
  SIP_UA_IDLE, /* not started */
  SIP_UA_RUNNING,
  SIP_UA_STOPPING, /* calls and binding are being ended */
} SipUaPhase;
#define SIP_UA_N_PHASES (SIP_UA_STOPPING + 1)

typedef enum {
  SIP_UA_FLOW_STAYS,
  SIP_UA_FLOW_BROKEN, /* it is of no use any more */
  SIP_UA_FLOW_LEFT,   /* for one to another server */
} SipUaFlowFate;

struct _SipUa {
  SipUaPhase phase;           /* written by set_phase() in sip-ua.c alone */
  gboolean is_restart_wanted; /* start() came while it was stopping */
  gboolean has_left;          /* of a stop: the registrar was told */
  SipUaFlowFate flow_fate;    /* found out in this turn, acted upon at its end */
  SipUaFlags flags;
  guint expires_s;
  guint max_calls;
  guint max_ringing;
  gint64 now_us; /* of this turn */
  SipSessionId last_id;

  /* Owned: the account */
  char *aor;
  char *aor_user;
  char *aor_domain;
  char *display_name;
  char *auth_user;
  char *password;
  char *registrar;
  char *instance_id;
  char *user_agent;

  /* Owned: who we are on the wire, for as long as the agent lives. The names do not
   * change with the flow, so what the far end knows us by stays good. */
  char *host; /* "....invalid" */
  char *contact_user;
  char *contact;      /* the URI in REGISTER, without ob */
  char *call_contact; /* the URI in calls: with ob */

  /* Owned: what is under way */
  SipTimers timers;
  SipTimer stop_timer;
  SipFlow flow;
  SipRegistration registration;
  GHashTable *client_txs; /* key -> SipClientTx */
  GHashTable *server_txs; /* key -> SipServerTx */
  GPtrArray *sessions;    /* of SipSession, oldest first */
  GQueue outputs;         /* of SipUaOutput */
  GQueue held;            /* responses for the next flow: see sip_ua_hold_response() */
  struct _SipUaOutput *popped;

  /* Borrowed */
  SipRandomFunc fill;
  gpointer fill_data;
  SipRandom random; /* over fill */
};

/* An output and what it points into. */
typedef struct _SipUaOutput {
  SipOutput public;
  GBytes *bytes;
  SipMessage *message;
  char *body;
  char *reason;
  char *uri;
} SipUaOutput;

/* ---- sip-ua.c ---- */

/* Around whatever is told to the agent: the time is now_us (never earlier than before),
 * the last output is forgotten; then what is due is done and what is over is freed. */
void sip_ua_enter (SipUa *ua, gint64 now_us);
void sip_ua_leave (SipUa *ua);

/* TRUE when calls can be made and taken: up, and registered where it shall. */
gboolean sip_ua_is_bound (const SipUa *ua);
/* TRUE when requests in a call make sense: up, and the server knows who we are, or does
 * not want to. */
gboolean sip_ua_is_ready (const SipUa *ua);
gboolean sip_ua_is_wanted (const SipUa *ua);
/* Something of a call is still to be said, or heard. */
gboolean sip_ua_has_unfinished_calls (const SipUa *ua);
guint sip_ua_count_ringing (const SipUa *ua);

/* ---- sip-ua-account.c ---- */

/* Copies what belongs to the account, and makes its names. FALSE where it is no good. */
gboolean sip_ua_take_account (SipUa *ua, const SipUaConfig *config);
void sip_ua_free_account (SipUa *ua);

/* ---- sip-ua-output.c ---- */

/* Queued; the caller fills what belongs to the type. @message is referenced, @body and
 * @reason are copied; all may be NULL. */
SipOutput *sip_ua_push (SipUa *ua,
                        SipOutputType type,
                        SipSessionId session,
                        SipMessage *message,
                        const char *body,
                        const char *reason);
/* The last one pushed gets it, copied. */
void sip_ua_push_uri (SipUa *ua, const char *uri);
/* Lost while the flow is down. */
void sip_ua_push_frame (SipUa *ua, GBytes *frame);
/* The one that the host looks at is over. */
void sip_ua_forget_popped (SipUa *ua);
/* And all others too. */
void sip_ua_forget_outputs (SipUa *ua);

/* ---- sip-ua-flow.c ---- */

/* Feeds the flow and does what follows. */
void sip_ua_flow_event (SipUa *ua, SipFlowEvent event);
/* A final response that cannot go now, or may not have arrived, goes out over the next
 * flow: who asked has stopped its timers, and waits. The newest 256 of them, for 64*T1. */
void sip_ua_hold_response (SipUa *ua, GBytes *response);
void sip_ua_flush_responses (SipUa *ua);
void sip_ua_forget_responses (SipUa *ua);

/* ---- sip-ua-send.c ---- */

char *sip_ua_random_token (SipUa *ua, gsize length);
/* A Via value with a new branch. Owned. */
char *sip_ua_make_via (SipUa *ua);
/* What goes into Contact of a call: the GRUU where there is one. */
const char *sip_ua_get_call_contact (const SipUa *ua);
/* The same, as sips: in a call that has to be secure on every hop. Owned. */
char *sip_ua_dup_call_contact (const SipUa *ua, gboolean is_secure);
void sip_ua_add_allow (SipWriter *writer);
void sip_ua_add_supported (SipWriter *writer);
gboolean sip_ua_supports (SipText option_tag);

/* Whether one more is within the caps. */
gboolean sip_ua_has_room (const SipUa *ua, gboolean is_parting);
/* Starts a client transaction. Takes @writer. NULL when it cannot be sent: too many
 * transactions, no flow, or a value that does not belong into a message. */
SipClientTx *sip_ua_send_request (
    SipUa *ua, SipWriter *writer, SipTxUser user, SipSession *session, SipDialog *dialog);
/* The same request once more, with credentials for what @response asks. NULL where that
 * is not to be done: see the policy in sip-ua-auth.c. The CSeq counter of its dialog,
 * call or registration goes up. */
SipClientTx *sip_ua_answer_challenge (SipUa *ua, SipClientTx *tx, SipMessage *response);
/* Authorization for a request that was not challenged. */
void sip_ua_add_known_credentials (SipUa *ua, SipWriter *writer, const char *uri);
/* TRUE where the challenge says that only the nonce was too old. */
gboolean sip_ua_is_stale (SipUa *ua, const SipMessage *response);
/* Whether there is a challenge of REGISTER in it that the account's rules let us answer. */
gboolean sip_ua_is_answerable (SipUa *ua, const SipMessage *response);
/* Takes @writer. FALSE when nothing was sent. */
gboolean sip_ua_send_writer (SipUa *ua, SipWriter *writer);
void sip_ua_send_failure_ack (SipUa *ua, SipClientTx *tx, const SipMessage *response);

SipWriter *sip_ua_new_response (SipUa *ua, SipServerTx *tx, guint status);
/* Takes @writer. FALSE when it was not this that was sent: @tx may be gone after a final
 * one, and waits on after a provisional one. */
gboolean sip_ua_respond (SipUa *ua, SipServerTx *tx, guint status, SipWriter *writer);
void sip_ua_respond_status (SipUa *ua, SipServerTx *tx, guint status);
/* With Retry-After: a little, and not always the same. */
void sip_ua_respond_later (SipUa *ua, SipServerTx *tx, guint status);
/* Without a transaction: for what cannot have one. */
void sip_ua_respond_stateless (SipUa *ua, const SipMessage *request, guint status);

void sip_ua_remove_client_tx (SipUa *ua, SipClientTx *tx);
void sip_ua_remove_server_tx (SipUa *ua, SipServerTx *tx);
void sip_ua_client_tx_event (SipUa *ua,
                             SipClientTx *tx,
                             SipClientTxEvent event,
                             SipMessage *response);
void sip_ua_server_tx_timer (SipUa *ua, SipServerTx *tx);

/* ---- sip-ua-commands.c ---- */

/* What the Request-URI is for what was dialled, or referred to. NULL with @error. Owned. */
char *sip_ua_dup_target (SipUa *ua, const char *dialled, GError **error);
/* A new call, within the limits. @referred: what asked for it; NULL: the user. */
SipSession *sip_ua_make_call (SipUa *ua,
                              const char *uri,
                              const char *offer,
                              const SipReferred *referred,
                              GError **error);

/* ---- sip-ua-receive.c ---- */

void sip_ua_handle_frame (SipUa *ua, const guint8 *frame, gsize length);

G_END_DECLS
