/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the files of the proxy share, and nobody else.
 *
 *   sip-proxy.c          names, users, time, dispatch
 *   sip-proxy-flow.c     connections, and the tokens that lead to them
 *   sip-proxy-output.c   the queue of outputs, answers of the proxy itself
 *   sip-proxy-auth.c     who speaks: digest, nonces, From
 *   sip-proxy-request.c  what becomes of a request: REGISTER, CANCEL, ACK, targets
 *   sip-proxy-context.c  one request that was sent on, and its answer (RFC 3261 §16.7)
 *   sip-proxy-branch.c   one copy of it to one flow (RFC 3261 §17.1)
 *   sip-proxy-calls.c    who talks to whom, for the log
 *   sip-proxy-check.c    the invariants
 *
 * A flow is a connection as the proxy knows it. Flows own nothing of the contexts and
 * branches that are linked to them; when a flow goes it tells each.
 */
#pragma once

#include "sip-location.h"
#include "sip-message.h"
#include "sip-proxy.h"
#include "sip-throttle.h"
#include "sip-timers.h"
#include "sip-writer.h"

G_BEGIN_DECLS

#define SIP_PROXY_N_NONCES 8 /* that may be answered at a time on one connection */
#define SIP_PROXY_MAX_FLOW_TRANSACTIONS 256 /* under way from one connection; more: 503 */

typedef enum {
  SIP_PROXY_TIMER_FLOW,
  SIP_PROXY_TIMER_CONTEXT,
  SIP_PROXY_TIMER_BRANCH,
  SIP_PROXY_TIMER_CALL,
} SipProxyTimerKind;

typedef struct {
  char *text; /* NULL: free */
  gint64 until_us;
  guint32 count; /* the highest nc seen */
} SipProxyNonce;

typedef struct {
  SipProxyConnection id;
  char *host;
  char *remote; /* host and port, for people */
  const char *transport;
  char *identity; /* address of record it speaks for; NULL: nobody yet */
  char *token;    /* of the connection itself; NULL until it is needed */
  gboolean is_guest;
  gboolean is_gone; /* nothing is sent any more */
  SipProxyNonce nonces[SIP_PROXY_N_NONCES];
  guint next_nonce;
  guint n_auth_failures;
  SipThrottle messages;
  SipThrottle kilobytes;
  gint64 opened_at_us;
  gint64 heard_at_us;
  SipTimer timer;
  GQueue contexts; /* of requests that came over it */
  GQueue branches; /* that were sent over it and are not over */
} SipProxyFlow;

typedef enum {
  SIP_PROXY_CONTEXT_PROCEEDING,
  SIP_PROXY_CONTEXT_COMPLETED,
  SIP_PROXY_CONTEXT_ACCEPTED,
  SIP_PROXY_CONTEXT_TERMINATED,
} SipProxyContextState;

typedef enum {
  SIP_PROXY_BRANCH_NEW,
  SIP_PROXY_BRANCH_WAITING,
  SIP_PROXY_BRANCH_CALLING,
  SIP_PROXY_BRANCH_DOOMED,
  SIP_PROXY_BRANCH_PROCEEDING,
  SIP_PROXY_BRANCH_CANCELLING,
  SIP_PROXY_BRANCH_FAILED,
  SIP_PROXY_BRANCH_ACCEPTED,
} SipProxyBranchState;

typedef struct _SipProxyContext SipProxyContext;

/** Where a request goes. All borrowed; token is what the branch waits for. */
typedef struct {
  const char *aor;
  const char *token;
  const char *uri;      /* NULL: the Request-URI stays */
  const char *instance; /* NULL if none */
  char *const *path;    /* NULL if none */
} SipProxyTarget;

typedef struct {
  SipProxyContext *context;
  SipProxyBranchState state;
  SipProxyFlow *flow; /* while it is under way; NULL when waiting or over */
  GList by_flow;
  GList by_token; /* while it waits */
  SipTimer timer;
  /* owned */
  char *id; /* the branch parameter of our Via */
  char *aor;
  char *token;
  char *instance;
  char *uri;
  char *route; /* pushed from Path; NULL if none */
  char *via;
  char *cancel_reason;  /* Reason of a CANCEL that waits for the first 1xx */
  guint status;         /* of the final response, 0 before */
  SipMessage *response; /* NULL where the proxy made the status up */
} SipProxyBranch;

struct _SipProxyContext {
  SipProxy *proxy;
  SipProxyContextState state;
  SipProxyFlow *upstream; /* NULL: it went */
  GList by_upstream;
  SipTimer timer;
  SipMethod method;
  gboolean in_dialog;
  gboolean is_cancelled;
  guint pop_routes;
  /* owned */
  char *key;
  char *upstream_aor;
  char *upstream_token;
  char *to_aor; /* who was called; NULL in a dialog */
  SipMessage *request;
  GPtrArray *branches;
  GBytes *last_response;
};

typedef enum {
  SIP_PROXY_CALL_STARTED,
  SIP_PROXY_CALL_ANSWERED,
  SIP_PROXY_CALL_ENDED,
} SipProxyCallState;

typedef struct {
  SipProxyCallState state;
  char *call_id;
  char *from;
  char *to;
  gint64 answered_at_us;
  SipTimer timer;
} SipProxyCall;

typedef struct {
  char *ha1_md5;
  char *ha1_sha256;
} SipProxyHashes;

struct _SipProxy {
  gint64 now_us; /* of this turn */
  /* owned */
  char *domain;
  char **aliases;
  char *server;
  char *host;
  guint8 key[SIP_PROXY_KEY_BYTES];
  GHashTable *users;    /* address of record -> SipProxyHashes */
  GHashTable *guests;   /* address of record -> the owner's */
  GHashTable *flows;    /* id -> SipProxyFlow */
  GHashTable *tokens;   /* of connections without a binding -> SipProxyFlow */
  GHashTable *hosts;    /* numeric address -> number of connections */
  GHashTable *contexts; /* key -> SipProxyContext */
  GHashTable *branches; /* id -> SipProxyBranch, borrowed from the contexts */
  GHashTable *waiting;  /* token -> GQueue of SipProxyBranch */
  GHashTable *calls;    /* Call-ID -> SipProxyCall */
  gsize held_bytes;     /* in the requests of the contexts */
  SipLocation *location;
  SipTimers timers;
  GQueue outputs;
  gpointer popped; /* the output handed out last */
  char *epoch;     /* makes connection tokens of this run unlike those of any other */
  SipProxyConfig limits; /* of its members only numbers, flags and random are used */
};

/* sip-proxy.c */
/** "alice@example.org" of a sip, sips or tel URI of this domain; NULL for another. */
char *sip_proxy_dup_local_aor (const SipProxy *proxy, const SipUri *uri);
/** The same of a user's name as it is in the users file, unescaped. */
char *sip_proxy_dup_user_aor (const SipProxy *proxy, const char *user);
gboolean sip_proxy_is_own_host (const SipProxy *proxy, SipText host);
/** Whether there is such a user or guest, or, in the open, somebody of that name. */
gboolean sip_proxy_knows (const SipProxy *proxy, const char *aor);

/* sip-proxy-flow.c */
void sip_proxy_flow_free (SipProxyFlow *flow);
void sip_proxy_flow_due (SipProxy *proxy, SipProxyFlow *flow);
SipProxyFlow *sip_proxy_get_flow (SipProxy *proxy, SipProxyConnection id);
/** The token of what @flow stands for: its binding, or else the connection. Owned. */
char *sip_proxy_dup_flow_token (SipProxy *proxy, SipProxyFlow *flow);
/** The connection a token leads to now, or NULL. */
SipProxyFlow *sip_proxy_find_flow (SipProxy *proxy, const char *token);
void sip_proxy_close_flow (SipProxy *proxy, SipProxyFlow *flow, guint16 code);

/* sip-proxy-output.c */
void sip_proxy_push_frame (SipProxy *proxy, SipProxyFlow *flow, GBytes *frame);
void sip_proxy_push_close (SipProxy *proxy, SipProxyConnection id, guint16 code);
/** Copies every text in @output. */
void sip_proxy_push_event (SipProxy *proxy, const SipProxyOutput *output);
void sip_proxy_drop_outputs (SipProxy *proxy);
/** An answer of the proxy itself, with a To tag, and Server. */
SipWriter *sip_proxy_start_reply (SipProxy *proxy,
                                  const SipMessage *request,
                                  guint status);
/** Frees @writer. */
void sip_proxy_send_reply (SipProxy *proxy, SipProxyFlow *flow, SipWriter *writer);
void sip_proxy_reply (SipProxy *proxy,
                      SipProxyFlow *flow,
                      const SipMessage *request,
                      guint status);
void sip_proxy_log_refused (SipProxy *proxy,
                            SipProxyFlow *flow,
                            const SipMessage *request,
                            guint status);
/** Replies and logs. */
void sip_proxy_refuse (SipProxy *proxy,
                       SipProxyFlow *flow,
                       const SipMessage *request,
                       guint status);

/* sip-proxy-auth.c */
/** Whether @flow may send @request, and that as its From; answers it when not. */
gboolean sip_proxy_authorize (SipProxy *proxy,
                              SipProxyFlow *flow,
                              const SipMessage *request,
                              gboolean in_dialog);
/** The same for a REGISTER of @aor. */
gboolean sip_proxy_authorize_register (SipProxy *proxy,
                                       SipProxyFlow *flow,
                                       const SipMessage *request,
                                       const char *aor);
void sip_proxy_nonces_clear (SipProxyFlow *flow);

/* sip-proxy-request.c */
void sip_proxy_handle_request (SipProxy *proxy, SipProxyFlow *flow, SipMessage *request);

/* sip-proxy-context.c */
char *sip_proxy_context_make_key (const SipProxyFlow *flow, const SipMessage *request);
/** Begins one; the targets are added next, then _begin(). */
SipProxyContext *sip_proxy_context_new (SipProxy *proxy,
                                        SipProxyFlow *upstream,
                                        SipMessage *request,
                                        const char *key);
void sip_proxy_context_free (SipProxyContext *context);
/** Sends the branches off; the context may be gone after it. */
void sip_proxy_context_begin (SipProxyContext *context);
void sip_proxy_context_repeat (SipProxyContext *context);
void sip_proxy_context_cancel (SipProxyContext *context, const char *reason);
void sip_proxy_context_acked (SipProxyContext *context);
void sip_proxy_context_upstream_gone (SipProxyContext *context);
void sip_proxy_context_due (SipProxyContext *context);
/** A branch has something new; the context may be gone after any of these. */
void sip_proxy_context_progress (SipProxyContext *context, const SipMessage *response);
void sip_proxy_context_accepted (SipProxyContext *context, const SipMessage *response);
void sip_proxy_context_branch_over (SipProxyContext *context, SipProxyBranch *branch);

/* sip-proxy-branch.c */
SipProxyBranch *sip_proxy_branch_new (SipProxyContext *context,
                                      const SipProxyTarget *target);
void sip_proxy_branch_free (SipProxyBranch *branch);
/** Sends it, or lets it wait for its flow, or fails it. */
void sip_proxy_branch_begin (SipProxyBranch *branch);
void sip_proxy_branch_cancel (SipProxyBranch *branch, const char *reason);
void sip_proxy_branch_flow_gone (SipProxyBranch *branch);
/** Fails what was sent over @flow to the binding @token and is not answered. */
void sip_proxy_branches_fail (SipProxyFlow *flow, const char *token);
void sip_proxy_branch_flow_back (SipProxyBranch *branch);
void sip_proxy_branch_due (SipProxyBranch *branch);
gboolean sip_proxy_branch_is_over (const SipProxyBranch *branch);
void sip_proxy_handle_response (SipProxy *proxy,
                                SipProxyFlow *flow,
                                SipMessage *response);
/** Sends @request on without keeping anything: the ACK of a 2xx. */
void sip_proxy_pass_ack (SipProxy *proxy, SipProxyFlow *to, const SipMessage *request);

/* sip-proxy-calls.c */
void sip_proxy_call_started (SipProxy *proxy,
                             const SipMessage *invite,
                             const char *from,
                             const char *to);
void sip_proxy_call_answered (SipProxy *proxy, const SipMessage *invite);
/** @status 0: BYE. */
void sip_proxy_call_ended (SipProxy *proxy, const SipMessage *request, guint status);
void sip_proxy_call_due (SipProxy *proxy, SipProxyCall *call);
void sip_proxy_call_free (SipProxyCall *call);

G_END_DECLS
