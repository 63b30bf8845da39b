/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * SipUa: one account's user agent over one flow, without I/O and without a clock.
 *
 * Give it what happened (a frame came, the flow opened, time passed, the user wants
 * ...); then pop outputs until there are none, and call sip_ua_tick() no later than
 * the deadline. It never calls out, so nothing can be re-entered, and the host decides
 * what to do with each output. All times are monotonic microseconds and must not go
 * back. Randomness comes from the source in the configuration: the same seed and the
 * same inputs give the same bytes.
 *
 * Calls are named by SipSessionId, which is never used twice: a command that names a
 * call that is over returns SIP_ERROR_NOT_FOUND and nothing else happens. The core
 * treats session descriptions as opaque text; it knows whose turn it is (RFC 3264,
 * 6337) and never what is in them.
 *
 * Not thread safe; a SipUa belongs to whoever drives it.
 */
#pragma once

#include "sip-message.h"
#include "sip-types.h"

G_BEGIN_DECLS

typedef struct _SipUa SipUa;
typedef guint64 SipSessionId; /* 0 is no call */

/** Fills @buffer with @length bytes nobody can predict (a seeded stream in tests). */
typedef void (*SipRandomFunc) (guint8 *buffer, gsize length, gpointer user_data);

#define SIP_UA_MAX_CALLS 32
#define SIP_UA_MAX_TRANSACTIONS 256

typedef enum {
  SIP_UA_FLAG_NONE = 0,
  SIP_UA_FLAG_SECURE = 1 << 0,          /* the flow is WSS: Via says so */
  SIP_UA_FLAG_NO_REGISTER = 1 << 1,     /* use the flow, register nothing */
  SIP_UA_FLAG_REFUSE_MD5 = 1 << 2,      /* RFC 8760: SHA-256 or better only */
  SIP_UA_FLAG_AUTH_IN_DIALOG = 1 << 3,  /* this server challenges inside a call */
  SIP_UA_FLAG_SEVERAL_SERVERS = 1 << 4, /* the host knows others: see AVOID_SERVER */
} SipUaFlags;

/** Everything is copied by sip_ua_new(). Text is UTF-8. */
typedef struct {
  const char *aor;          /* "sip:alice@example.org", required */
  const char *display_name; /* nullable */
  const char *auth_user;    /* nullable: the user part of the address of record */
  const char *password;     /* nullable: no challenge is answered */
  const char *registrar;    /* nullable: the scheme and the domain of the address */
  const char *instance_id;  /* "urn:uuid:...", stable for this installation, required */
  const char *user_agent;   /* nullable: no User-Agent header */
  guint expires_s;          /* asked for; 0: 600 */
  guint max_calls;          /* 0: SIP_UA_MAX_CALLS */
  guint max_ringing;        /* incoming calls ringing at once; 0: max_calls */
  SipUaFlags flags;
  SipRandomFunc random; /* required; called only from inside sip_ua_*() */
  gpointer random_data; /* borrowed; outlives the agent */
} SipUaConfig;

/** Why the flow is gone, as far as it matters for trying again. */
typedef enum {
  SIP_FLOW_CLOSE_NORMAL,    /* the far end closed it: 1000, 1001, 1012, end of stream */
  SIP_FLOW_CLOSE_LOST,      /* it broke: 1006, reset, time-out */
  SIP_FLOW_CLOSE_UNREACHED, /* it could not be opened: name, connect */
  /* Handshake 401, 403, 404, 3xx, no "sip", a certificate not trusted: not hammered. */
  SIP_FLOW_CLOSE_REFUSED,
  SIP_FLOW_CLOSE_POLICY,     /* 1008 or 4xxx: not hammered */
  SIP_FLOW_CLOSE_OVERLOADED, /* 1013, or handshake 503: Retry-After kept */
} SipFlowClose;

typedef enum {
  SIP_REGISTRATION_OFFLINE,     /* nothing wanted, or unregistered as wished */
  SIP_REGISTRATION_CONNECTING,  /* the flow is being opened */
  SIP_REGISTRATION_REGISTERING, /* REGISTER is under way for the first time on this flow */
  SIP_REGISTRATION_REGISTERED,  /* with NO_REGISTER: the flow is up, expires_at_us is 0 */
  SIP_REGISTRATION_WAITING,     /* failed; tried again at retry_at_us */
  SIP_REGISTRATION_REFUSED,     /* credentials or policy; tried again only by the user */
  SIP_REGISTRATION_UNREGISTERING, /* on the way out */
} SipRegistrationState;

/** How a call ended; text for people is made in the user interface. */
typedef enum {
  SIP_END_HUNG_UP_HERE,
  SIP_END_HUNG_UP_THERE,
  SIP_END_CANCELLED_HERE,     /* our CANCEL before an answer */
  SIP_END_CANCELLED_THERE,    /* the caller gave up: a missed call */
  SIP_END_ANSWERED_ELSEWHERE, /* Reason: SIP;cause=200: not a missed call */
  SIP_END_DECLINED_HERE,
  SIP_END_REFUSED,     /* 4xx, 5xx, 6xx to our INVITE: see status */
  SIP_END_REDIRECTED,  /* 3xx: contacts told, never followed */
  SIP_END_NO_ANSWER,   /* timer B, 408, or it rang three minutes, there or here */
  SIP_END_FLOW_LOST,   /* before the call was confirmed */
  SIP_END_DIALOG_GONE, /* 481 or 408 in the call (RFC 5057), or no ACK ever came */
  SIP_END_REPLACED,    /* an INVITE with Replaces took its place: see INCOMING */
  SIP_END_PROTOCOL_ERROR,
} SipEnd;

typedef enum {
  /* The flow: connect (again); drop it now, no sip_ua_flow_closed() is expected; a
   * WebSocket ping, report the pong with sip_ua_pong(); one frame to send. */
  SIP_OUTPUT_OPEN_FLOW,
  SIP_OUTPUT_CLOSE_FLOW,
  /* With SEVERAL_SERVERS: the one that the flow goes to cannot register us (status), and
   * is not asked again before retry_at_us. CLOSE_FLOW and OPEN_FLOW follow: to another one,
   * or sip_ua_flow_closed() with OVERLOADED where all of them are avoided. */
  SIP_OUTPUT_AVOID_SERVER,
  /* With SEVERAL_SERVERS: whoever is avoided may be asked again from now on. */
  SIP_OUTPUT_AVOID_NONE,
  SIP_OUTPUT_PING,
  SIP_OUTPUT_SEND,
  SIP_OUTPUT_REGISTRATION,
  /* A call rings here: session, message (the INVITE), body (offer, may be NULL). With
   * replaces it wants to take the place of that call (RFC 3891), which ends with
   * SIP_END_REPLACED when this one is answered, and goes on where it is not. */
  SIP_OUTPUT_INCOMING,
  /* 101 to 199 to our INVITE: session, status, fork, body (early answer or NULL). */
  SIP_OUTPUT_PROGRESS,
  /* 2xx to our INVITE: session, fork, body. Where we offered it is the answer of this fork
   * (the one it gave early, where the 2xx has none), and the ACK is queued. Where we did
   * not it is their offer: give the answer with sip_ua_answer(), which goes into the ACK.
   * It is told once in a call: whichever fork comes second is hung up by the core. */
  SIP_OUTPUT_ANSWERED,
  /* The ACK to our first 2xx came: session, body (answer to our offer, or NULL). */
  SIP_OUTPUT_CONFIRMED,
  /* Their offer in the call: session, body; give the answer with sip_ua_answer_reoffer().
   * It came in a re-INVITE or UPDATE, or in the 2xx to our offerless re-INVITE. */
  SIP_OUTPUT_REOFFER,
  /* Re-INVITE without an offer: give one with sip_ua_answer_reoffer(). */
  SIP_OUTPUT_OFFER_ASKED,
  /* REOFFER or OFFER_ASKED wants no answer any more: session. It was cancelled, or 30 s
   * went by. */
  SIP_OUTPUT_REOFFER_WITHDRAWN,
  /* The answer to our re-INVITE, or to the offer we gave after OFFER_ASKED: session,
   * status, body. Without a body nothing has changed. retry_at_us is not 0 where
   * REOFFER_DUE follows: glare (491), a far end that is busy with another change (500 with
   * Retry-After) or whose flow is down (430, 503, 504), or our flow that was lost (503;
   * G_MAXINT64: when it is back). After five of them in a row there is no other try. */
  SIP_OUTPUT_REANSWERED,
  /* A re-INVITE makes sense again, after REANSWERED with retry_at_us or a sip_ua_reoffer()
   * that came too early: session, status. The host makes a new offer if the change is still
   * wanted, or none. With status 200 it is needed in any case: the far end took a change
   * that was told as failed, since its 2xx came too late. */
  SIP_OUTPUT_REOFFER_DUE,
  /* A digit by INFO: session, digit, duration_ms. */
  SIP_OUTPUT_DIGIT,
  /* How the INFO of sip_ua_send_digit() ended: session, digit, status. */
  SIP_OUTPUT_DIGIT_SENT,
  /* How far the transfer we asked for is: session, status, reason (of the NOTIFY, or of
   * the REFER where that was refused), message (nullable). From 200 on it is the last
   * word: below 300 the far end talks to the target, and it is the host's part to hang up
   * now; with all others the call stays as it was. Without a message the core says so by
   * itself: 408 where the far end never told, or did not tell how it went. ENDED of the
   * call ends its transfer too, without a last word. */
  SIP_OUTPUT_TRANSFER,
  /* They ask us to call uri: session, uri, is_attended (in place of a call that stands
   * there), message (the REFER: Referred-By says who wants it). Nothing is done until the
   * host says sip_ua_accept_transfer() or sip_ua_refuse_transfer(). */
  SIP_OUTPUT_TRANSFER_ASKED,
  /* TRANSFER_ASKED wants no answer any more: session. 60 s went by, or its call had ended
   * and the agent is stopped. Hanging up refuses it, and is not told here; but when the far
   * end hangs up, or the call ends in any other way, the question stays: some phones do so
   * at once. */
  SIP_OUTPUT_TRANSFER_WITHDRAWN,
  /* Session, end, status, reason; the id is never used again, but to answer
   * TRANSFER_ASKED. */
  SIP_OUTPUT_ENDED,
  /* After sip_ua_stop(): unregistered, the flow may be dropped. */
  SIP_OUTPUT_STOPPED,
} SipOutputType;

/**
 * One thing for the host to do or to know. Owned by the agent and valid until the next
 * call of any sip_ua_*() function; copy what is kept.
 */
typedef struct {
  SipOutputType type;
  SipSessionId session; /* 0 where it is about no call */
  const char *frame;    /* SEND: one SIP message, or a CRLF keep-alive */
  gsize frame_len;
  const SipMessage *message; /* what it came from; nullable */
  const char *body;          /* session description; nullable */
  /* SIP status where there is one, else 0. REGISTRATION, WAITING where all servers are
   * avoided: that of the last AVOID_SERVER. */
  guint status;
  guint fork;        /* PROGRESS, ANSWERED: which early dialog, from 1; 0 without a tag */
  char digit;        /* DIGIT, DIGIT_SENT: 0 to 9, A to D, *, # */
  guint duration_ms; /* DIGIT */
  const char *reason;    /* as received: untrusted text; nullable */
  SipEnd end;            /* ENDED */
  const char *uri;       /* TRANSFER_ASKED: whom we shall call */
  gboolean is_attended;  /* TRANSFER_ASKED */
  SipSessionId replaces; /* INCOMING: the call whose place it takes, else 0 */
  SipRegistrationState registration;
  gint64 expires_at_us; /* REGISTRATION: when the binding ends */
  /* REGISTRATION, REANSWERED, AVOID_SERVER: the next attempt, 0: none */
  gint64 retry_at_us;
  SipFlowClose close; /* REGISTRATION, WAITING with status 0: why the flow went */
  /* REGISTRATION, 401 and 407: it asks for nothing that is given. */
  gboolean is_unanswerable;
} SipOutput;

/** NULL when the address of record is no SIP URI with a user, or a sips: one without
 * SIP_UA_FLAG_SECURE (RFC 3261 §26.2.2), the registrar no SIP URI, or the instance or user
 * agent nothing that can stand in a header. */
SipUa *sip_ua_new (const SipUaConfig *config, gint64 now_us);
void sip_ua_free (SipUa *ua);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipUa, sip_ua_free)

/* What the host has to tell. */

/** Wants the flow up and the account registered, from now on. A second start, or one
 * after REFUSED, tries at once, whatever Retry-After said. */
void sip_ua_start (SipUa *ua, gint64 now_us);
/** Ends every call, unregisters, drops the flow, then says STOPPED (at the latest 2 s
 * later). A start in between begins anew after that. */
void sip_ua_stop (SipUa *ua, gint64 now_us);
/** Takes a new password or user (NULL: the one there is) and tries again; @password NULL:
 * no challenge is answered. */
void sip_ua_set_credentials (SipUa *ua,
                             const char *auth_user,
                             const char *password,
                             gint64 now_us);
/** The network changed, or the machine slept: treats the flow as dead and reopens it. The
 * Retry-After of a registrar holds. */
void sip_ua_network_changed (SipUa *ua, gint64 now_us);
void sip_ua_flow_opened (SipUa *ua, gint64 now_us);
/** @retry_after_s: what the server asked for, 0 if nothing. */
void sip_ua_flow_closed (SipUa *ua, SipFlowClose why, guint retry_after_s, gint64 now_us);
/** One WebSocket message. Any bytes at all are allowed. */
void sip_ua_receive (SipUa *ua, const void *frame, gsize length, gint64 now_us);
void sip_ua_pong (SipUa *ua, gint64 now_us);
void sip_ua_tick (SipUa *ua, gint64 now_us);

/* What the user wants. Each returns FALSE (or 0) with @error set, and changes nothing,
 * when it has no meaning now. */

/** Calls @uri ("sip:", "sips:" or "tel:"; no headers part). @offer NULL: offerless.
 * Errors: those of sip_uri_dup_from_dialled(), SIP_ERROR_UNSUPPORTED also for sips: without
 * SIP_UA_FLAG_SECURE (RFC 3261 §26.2.2), SIP_ERROR_LIMIT, SIP_ERROR_NO_FLOW (not up, or not
 * registered). */
SipSessionId sip_ua_invite (
    SipUa *ua, const char *uri, const char *offer, gint64 now_us, GError **error);
/** 180 is sent by the core itself; 183 with an early answer by this. */
gboolean sip_ua_progress (SipUa *ua,
                          SipSessionId session,
                          guint status,
                          const char *body,
                          gint64 now_us,
                          GError **error);
/** 200 to an incoming call. @body: the answer, or the offer where the INVITE had none. */
gboolean sip_ua_answer (
    SipUa *ua, SipSessionId session, const char *body, gint64 now_us, GError **error);
/** Refuses an incoming call with @status (486 busy, 603 decline, 488 ...). */
gboolean sip_ua_reject (
    SipUa *ua, SipSessionId session, guint status, gint64 now_us, GError **error);
/** CANCEL, BYE or 603, whichever the state asks for. ENDED is told at once; what is left to
 * say on the wire goes on without the user, also over a later flow. @reason_text: for the
 * Reason header (RFC 3326), nullable. */
gboolean sip_ua_hang_up (SipUa *ua,
                         SipSessionId session,
                         const char *reason_text,
                         gint64 now_us,
                         GError **error);
/** The host's re-INVITE; NULL: without an offer, and theirs comes as REOFFER. Errors:
 * SIP_ERROR_WRONG_STATE while another offer is open, or its answer was not confirmed yet,
 * or REOFFER_DUE is still to come; SIP_ERROR_NO_FLOW. In a call that was answered both mean
 * "not now": REOFFER_DUE comes (with status 0) when it would be possible. */
gboolean sip_ua_reoffer (
    SipUa *ua, SipSessionId session, const char *offer, gint64 now_us, GError **error);
/** Answers REOFFER or OFFER_ASKED. @status 200 with @body, or 488 with NULL. After 30 s
 * without it the core refuses by itself, and this is SIP_ERROR_WRONG_STATE. An offer in the
 * 2xx to our offerless re-INVITE cannot be refused: the call ends then (RFC 3261
 * §13.2.2.4). */
gboolean sip_ua_answer_reoffer (SipUa *ua,
                                SipSessionId session,
                                guint status,
                                const char *body,
                                gint64 now_us,
                                GError **error);
/** One digit by INFO (application/dtmf-relay), at once: who has more of them paces them.
 * Before the answer it goes to the fork whose early media came first. Errors:
 * SIP_ERROR_SYNTAX (no digit), SIP_ERROR_WRONG_STATE, SIP_ERROR_NO_FLOW, SIP_ERROR_LIMIT. */
gboolean sip_ua_send_digit (SipUa *ua,
                            SipSessionId session,
                            char digit,
                            guint duration_ms,
                            gint64 now_us,
                            GError **error);

/* Transfer (RFC 3515, RFC 5589). */

/** Asks the far end of a call to call @uri, as sip_ua_invite() takes it, and to tell how
 * it goes: see TRANSFER. Errors: those of @uri; SIP_ERROR_WRONG_STATE where the call does
 * not stand, or a transfer is under way; SIP_ERROR_NO_FLOW; SIP_ERROR_LIMIT. */
gboolean sip_ua_transfer (
    SipUa *ua, SipSessionId session, const char *uri, gint64 now_us, GError **error);
/** Asks the far end of @session to take our place in @other, which has to stand: its far
 * end ends that one then (HUNG_UP_THERE). Errors: the same. */
gboolean sip_ua_transfer_to (
    SipUa *ua, SipSessionId session, SipSessionId other, gint64 now_us, GError **error);
/** Answers TRANSFER_ASKED: calls the target, which is a new call like one of
 * sip_ua_invite(), and tells the far end of @session how it goes. @session may be over.
 * Errors: SIP_ERROR_NOT_FOUND where nothing is asked; those of sip_ua_invite(), and the
 * question stays. */
SipSessionId sip_ua_accept_transfer (
    SipUa *ua, SipSessionId session, const char *offer, gint64 now_us, GError **error);
/** 603. Errors: SIP_ERROR_NOT_FOUND. */
gboolean sip_ua_refuse_transfer (SipUa *ua,
                                 SipSessionId session,
                                 gint64 now_us,
                                 GError **error);

/* What the host asks. */

/** The next output, or NULL. Borrowed until the next call of any sip_ua_*(). */
const SipOutput *sip_ua_pop_output (SipUa *ua);
/** When sip_ua_tick() is due; G_MAXINT64 when nothing waits. */
gint64 sip_ua_get_deadline (const SipUa *ua);
/** The Call-ID of its messages; NULL where it is over for good. Borrowed until the next
 * call of any sip_ua_*(). */
const char *sip_ua_get_call_id (const SipUa *ua, SipSessionId session);
guint sip_ua_get_n_calls (const SipUa *ua);
/** Our Contact as last granted (a GRUU or the .invalid one); borrowed. */
const char *sip_ua_get_contact (const SipUa *ua);

/** Verifies every invariant; aborts with the broken one. For tests, after each step. */
void sip_ua_check (const SipUa *ua);

G_END_DECLS
