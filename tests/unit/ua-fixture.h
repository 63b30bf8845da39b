/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-ua.h"

/* One agent, and a test that is everything around it: the server, the far end, the user
 * and the clock. After each step the invariants are checked, and what came out stands in
 * two queues, which a test takes from in order: messages sent, and things told. */

typedef struct {
  SipUa *ua;
  gint64 now_us;
  guint64 random;
  GQueue sent;   /* of SipMessage */
  GQueue told;   /* of UaTold */
  GString *wire; /* all frames that were sent, one after the other */
  char *aor;
  guint n_keepalives; /* CRLF frames sent */
  guint n_frames;
  guint broken_status; /* of the last response that cannot be parsed; 0 if none */
  guint n_pings;       /* answered at once, */
  gboolean is_silent;  /* unless the far end is dead */
  gboolean has_several_servers;
} UaFixture;

/* An output other than SEND, kept. */
typedef struct {
  SipOutputType type;
  SipSessionId session;
  char *body;
  char *reason;
  guint status;
  guint fork;
  char digit;
  guint duration_ms;
  SipEnd end;
  char *uri;
  gboolean is_attended;
  SipSessionId replaces;
  SipRegistrationState registration;
  gint64 expires_at_us;
  gint64 retry_at_us;
  SipFlowClose close;
  gboolean is_unanswerable;
} UaTold;

/* What a test wants to be other than usual; zeroed is usual. */
typedef struct {
  SipUaFlags flags;
  guint max_calls;
  guint max_ringing;
  const char *aor;      /* NULL: "sip:alice@example.org" */
  const char *password; /* NULL: "secret" */
  guint64 seed;
} UaOptions;

void ua_fixture_init (UaFixture *f, const UaOptions *options);
/* Nothing may be left in the queues. */
void ua_fixture_clear (UaFixture *f);
/* The same, and what is left does not matter. */
void ua_fixture_drop (UaFixture *f);

/* Takes all that is in the queues. */
void ua_fixture_forget (UaFixture *f);
/* And sees that an OPTIONS gets its 200. */
void ua_fixture_expect_alive (UaFixture *f);
/* The same at the end. */
void ua_fixture_drop_alive (UaFixture *f);

/* After a sip_ua_*() call of the test's own: takes what came out, and checks. */
void ua_fixture_pump (UaFixture *f);
/* Lets time pass, with a tick at every deadline on the way. */
void ua_fixture_advance (UaFixture *f, gint64 us);

/* One frame in. "\n" is written as CRLF. */
void ua_fixture_receive (UaFixture *f, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ua_fixture_receive_bytes (UaFixture *f, const void *bytes, gsize length);

/* The next message sent, which has to be this request or response. Owned by the caller. */
SipMessage *ua_fixture_take_request (UaFixture *f, SipMethod method);
SipMessage *ua_fixture_take_response (UaFixture *f, guint status);
void ua_fixture_expect_request (UaFixture *f, SipMethod method);
void ua_fixture_expect_response (UaFixture *f, guint status);
void ua_fixture_expect_silence (UaFixture *f);
/* The next thing told, which has to be of this type; valid until the next one is taken. */
const UaTold *ua_fixture_take (UaFixture *f, SipOutputType type);
void ua_fixture_expect_registration (UaFixture *f, SipRegistrationState state);
void ua_fixture_expect_end (UaFixture *f, SipSessionId call, SipEnd end, guint status);
void ua_fixture_expect_nothing_told (UaFixture *f);

/* A response to what the agent sent. @to_tag may be NULL; @more is whole header lines
 * ("Expires: 60\n") or ""; @body may be NULL. */
void ua_fixture_respond (UaFixture *f,
                         const SipMessage *request,
                         guint status,
                         const char *to_tag,
                         const char *more,
                         const char *body);
/* A 200 to an INVITE of this number in our call whose transaction is gone, if there ever
 * was one. @to_tag: of the far end. */
void ua_fixture_answer_astray (
    UaFixture *f, SipSessionId call, const char *to_tag, guint cseq, const char *body);
/* A 200 to REGISTER with its own Contact, granted for so long. */
void ua_fixture_grant (UaFixture *f, const SipMessage *request, guint expires_s);
/* 401 or 407. @more: further parameters, or "". */
void ua_fixture_challenge (UaFixture *f,
                           const SipMessage *request,
                           guint status,
                           const char *realm,
                           const char *nonce,
                           const char *more);

/* The short ways to where most tests begin. */
void ua_fixture_open (UaFixture *f);     /* started, flow up; with or without REGISTER */
void ua_fixture_register (UaFixture *f); /* registered for 600 s, challenged on the way */
/* The INVITE was sent; nothing came back. */
SipMessage *ua_fixture_dial (UaFixture *f, SipSessionId *call);
/* We called, they answered with the tag "there". @invite may be NULL. */
SipSessionId ua_fixture_call (UaFixture *f, SipMessage **invite);
/* They call, with the Call-ID @id; INCOMING and 180 were taken. */
SipSessionId ua_fixture_ring (UaFixture *f, const char *id, SipMessage **ringing);
/* They called, we answered, the ACK came. @answer may be NULL. */
SipSessionId ua_fixture_be_called (UaFixture *f, const char *id, SipMessage **answer);

/* The first REGISTER was sent, and is returned. */
SipMessage *ua_fixture_begin (UaFixture *f, const UaOptions *options);
void ua_fixture_start (UaFixture *f); /* made and registered, as usual */
void ua_fixture_hang_up (UaFixture *f, SipSessionId call, SipEnd end);

/* A request of the far end inside a call: @inside is a response of ours (they called)
 * or a request of ours (we called, they are "there"). */
void ua_fixture_request_inside (UaFixture *f,
                                const SipMessage *inside,
                                const char *method,
                                guint cseq,
                                const char *more,
                                const char *body);

/* Our re-INVITE, as it was sent. @offer may be NULL. */
SipMessage *ua_fixture_reoffer (UaFixture *f, SipSessionId call, const char *offer);

/* The flow goes; the next one is asked for; it comes, and is registered before anything
 * else is said on it. */
void ua_fixture_lose_flow (UaFixture *f);
void ua_fixture_expect_reconnect (UaFixture *f);
void ua_fixture_come_back (UaFixture *f);
/* All three, after the while that a flow has to live for the next one to come at once. */
void ua_fixture_reconnect (UaFixture *f);

#define UA_OFFER "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=offer\r\n"
#define UA_ANSWER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\ns=answer\r\n"

#define UA_CONTACT "Contact: <sip:bob@far.invalid>\n"

/* @pattern: as for g_pattern_match_simple(). */
void ua_expect_header (const SipMessage *message, SipHeader header, const char *pattern);
void ua_expect_target (const SipMessage *request, const char *uri);
char *ua_text (SipText text);
/* The first line of a header as a C string; "" where there is none. */
char *ua_header (const SipMessage *message, SipHeader header);
