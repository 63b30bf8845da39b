/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * SipProxy: the registrar and stateful proxy of one domain, without I/O and a clock.
 *
 * Give it what happened (a connection opened, a frame came, time passed); then pop
 * outputs until there are none, and call sip_proxy_tick() no later than the deadline.
 * It never calls out. All times are monotonic microseconds and must not go back.
 * Randomness comes from the source in the configuration: the same seed and the same
 * inputs give the same bytes.
 *
 * Who may speak. A connection speaks for one address of record and no other: a guest's
 * for the guest it was opened for; any other for the user whose digest credentials were
 * right in a REGISTER or, with 407, in another request on that connection. With
 * SIP_PROXY_FLAG_OPEN there are no passwords, and the first name a connection gives is
 * its own. From of a request outside a dialog must be that address (403). A guest may
 * register its own address only and call its owner only.
 *
 * Where requests go. A request to sip:user@domain forks to all bindings of that user
 * (RFC 3261 §16.7, one flow a user agent: RFC 5626 §7); with ";gr=" to that one user
 * agent (RFC 5627). The proxy stays in the path with two Record-Route values, one for
 * each side, whose user parts are flow tokens. In a dialog the first Route must be the
 * token of the one who sends, the second says where it goes. A token names a binding
 * (address of record, instance, reg-id), not a socket, and is derived from the key in
 * the configuration: it leads to the new connection when the client came back, and it
 * is still good after the exchange itself was started anew with the same key. A request
 * in a dialog whose target is not connected waits SIP_PROXY_FLOW_WAIT_US for it to come
 * back, then gets 430 (RFC 5626 §5.3); a request that was under way on a connection
 * that breaks fails at once. The host part of a contact is never used.
 *
 * Not thread safe; a SipProxy belongs to whoever drives it.
 */
#pragma once

#include "sip-types.h"

G_BEGIN_DECLS

typedef struct _SipProxy SipProxy;
typedef guint64 SipProxyConnection; /* chosen by the host, never 0, never used twice */

#define SIP_PROXY_KEY_BYTES 32
#define SIP_PROXY_MAX_CONNECTIONS 1024
#define SIP_PROXY_MAX_TRANSACTIONS 4096             /* more: 503 */
#define SIP_PROXY_MAX_HELD_BYTES (64 * 1024 * 1024) /* in their requests; more: 503 */
#define SIP_PROXY_MAX_BRANCHES 10                   /* of one forked request */
#define SIP_PROXY_MAX_CALLS 2048      /* remembered for the log; more are not told of */
#define SIP_PROXY_MAX_AUTH_FAILURES 8 /* on one connection; then it is closed */
#define SIP_PROXY_MIN_EXPIRES_S 60
#define SIP_PROXY_DEFAULT_EXPIRES_S 600
#define SIP_PROXY_MAX_EXPIRES_S 3600
#define SIP_PROXY_NONCE_US (5 * 60 * G_TIME_SPAN_SECOND)
#define SIP_PROXY_FLOW_WAIT_US (8 * G_TIME_SPAN_SECOND)
#define SIP_PROXY_TIMER_C_US (185 * G_TIME_SPAN_SECOND) /* RFC 3261 §16.6: > 3 min */
#define SIP_PROXY_TRANSACTION_US                                                         \
  (32 * G_TIME_SPAN_SECOND) /* 64*T1: timers B, F, H and L */
/* Why a connection is closed (RFC 6455 §7.4.1). */
#define SIP_PROXY_CLOSE_GOING_AWAY 1001
#define SIP_PROXY_CLOSE_POLICY 1008
#define SIP_PROXY_CLOSE_TRY_LATER 1013

typedef enum {
  SIP_PROXY_FLAG_NONE = 0,
  SIP_PROXY_FLAG_OPEN = 1 << 0, /* no passwords; for loopback only, the host sees to it */
} SipProxyFlags;

/** Everything is copied by sip_proxy_new(). 0 in a limit means no limit. */
typedef struct {
  const char *domain;         /* "example.org", also the realm; required */
  const char *const *aliases; /* other names of the domain ("127.0.0.1"); NULL if none */
  const char *server;         /* Server header; NULL: none */
  const char *record_route_host;   /* host[:port] in Via and Record-Route; NULL: domain */
  guint8 key[SIP_PROXY_KEY_BYTES]; /* of the flow tokens; the same over restarts */
  SipProxyFlags flags;
  guint max_connections;             /* 0: SIP_PROXY_MAX_CONNECTIONS */
  guint max_connections_per_address; /* a further one is closed with 1013 */
  guint messages_per_s;              /* of one connection; more: closed with 1008 */
  guint messages_burst;              /* 0: four seconds' worth */
  guint kilobytes_per_s;             /* of one connection, the same */
  guint kilobytes_burst;
  guint unknown_idle_s; /* closes a connection that did not say who it is by then */
  guint silence_s;      /* closes a connection nothing was heard from; see _heard() */
  SipRandom random;     /* required; used only from inside sip_proxy_*(), outlives it */
} SipProxyConfig;

/** A local user. Either @password or both hashes (64 and 32 hex digits) are given. */
typedef struct {
  const char *user;
  const char *password;
  const char *ha1_md5;
  const char *ha1_sha256;
} SipProxyUser;

/** The far end of a connection. Copied. */
typedef struct {
  const char *host; /* numeric address */
  guint16 port;
  gboolean secure;   /* WSS */
  const char *guest; /* address of record of the guest it is bound to; NULL: nobody yet */
} SipProxyPeer;

typedef enum {
  SIP_PROXY_OUTPUT_SEND,  /* connection, frame */
  SIP_PROXY_OUTPUT_CLOSE, /* connection, close_code; no _closed() is expected after it */
  SIP_PROXY_OUTPUT_EVENT, /* for the log */
} SipProxyOutputType;

typedef enum {
  SIP_PROXY_EVENT_REGISTERED, /* a binding is new, or came back over another connection */
  SIP_PROXY_EVENT_UNREGISTERED,  /* by the client's wish */
  SIP_PROXY_EVENT_EXPIRED,       /* its time was over */
  SIP_PROXY_EVENT_DISCONNECTED,  /* the connection is gone, the binding stays */
  SIP_PROXY_EVENT_CALL_STARTED,  /* an INVITE outside a dialog was sent on */
  SIP_PROXY_EVENT_CALL_ANSWERED, /* the first 2xx */
  SIP_PROXY_EVENT_CALL_ENDED,    /* BYE, or without an answer: status says why */
  SIP_PROXY_EVENT_REFUSED,       /* a request was refused by the proxy itself: status */
} SipProxyEvent;

/**
 * One thing for the host to do or to know. Owned by the proxy and valid until the next
 * call of any sip_proxy_*() function.
 */
typedef struct {
  SipProxyOutputType type;
  SipProxyConnection connection; /* 0 where it is about none */
  const char *frame;             /* SEND: one SIP message, or CRLF */
  gsize frame_len;
  guint16 close_code; /* CLOSE: a WebSocket close code */
  SipProxyEvent event;
  const char *aor;       /* registration: whose; REFUSED: who asked, or NULL */
  const char *contact;   /* registration */
  const char *remote;    /* the real network address; registration and REFUSED */
  const char *transport; /* "ws" or "wss" */
  gint64 expires_at_us;  /* REGISTERED */
  const char *call_id;   /* calls and REFUSED; untrusted text; NULL if none */
  const char *from;      /* calls: "alice@example.org" */
  const char *to;
  const char *method; /* REFUSED */
  guint status;       /* CALL_ENDED without an answer, REFUSED */
  gint64 duration_us; /* CALL_ENDED: since the answer; -1 when it was not answered here */
} SipProxyOutput;

/** What sip_proxy_foreach_binding() shows; borrowed for the time of the visit. */
typedef struct _SipProxyBindingInfo {
  const char *aor;
  const char *contact;
  const char *instance; /* NULL if none */
  const char *remote;
  const char *transport;
  gboolean connected;
  gint64 expires_at_us;
} SipProxyBindingInfo;

SipProxy *sip_proxy_new (const SipProxyConfig *config, gint64 now_us);
void sip_proxy_free (SipProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipProxy, sip_proxy_free)

/** Adds a user, or replaces the one of that name. */
void sip_proxy_add_user (SipProxy *proxy, const SipProxyUser *user);
/** Makes @guest ("guest-1a2b@example.org") known, who may call @owner. */
void sip_proxy_add_guest (SipProxy *proxy, const char *guest, const char *owner);

void sip_proxy_connection_opened (SipProxy *proxy,
                                  SipProxyConnection connection,
                                  const SipProxyPeer *peer,
                                  gint64 now_us);
/** Nothing happens when the proxy closed it itself. */
void sip_proxy_connection_closed (SipProxy *proxy,
                                  SipProxyConnection connection,
                                  gint64 now_us);
/** One WebSocket message. Any bytes at all are allowed. */
void sip_proxy_receive (SipProxy *proxy,
                        SipProxyConnection connection,
                        const void *frame,
                        gsize length,
                        gint64 now_us);
/** A sign of life that was no message (a WebSocket pong). */
void sip_proxy_heard (SipProxy *proxy, SipProxyConnection connection, gint64 now_us);
void sip_proxy_tick (SipProxy *proxy, gint64 now_us);

/** The next output, or NULL. Borrowed until the next call of any sip_proxy_*(). */
const SipProxyOutput *sip_proxy_pop_output (SipProxy *proxy);
/** When sip_proxy_tick() is due; G_MAXINT64 when nothing waits. */
gint64 sip_proxy_get_deadline (const SipProxy *proxy);

guint sip_proxy_get_n_connections (const SipProxy *proxy);
guint sip_proxy_get_n_transactions (const SipProxy *proxy);
guint sip_proxy_get_n_bindings (const SipProxy *proxy);
void sip_proxy_foreach_binding (SipProxy *proxy,
                                void (*visit) (const SipProxyBindingInfo *binding,
                                               gpointer user_data),
                                gpointer user_data);

/** Verifies every invariant; aborts with the broken one. For tests, after each step. */
void sip_proxy_check (const SipProxy *proxy);

G_END_DECLS
