/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-message.h"
#include "sip-proxy.h"

/* A proxy under a virtual clock, with clients that are text: what is written to a
 * connection goes in at once, what comes out waits in its inbox. The invariants are
 * checked after every step. */

#define DOMAIN "example.org"
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

typedef struct {
  SipProxyEvent event;
  char *aor;
  char *call_id;
  char *remote;
  guint status;
  gint64 duration_us;
} TestEvent;

typedef struct {
  SipProxy *proxy;
  SipProxyConfig config;
  guint64 seed;
  gint64 now_us;
  GHashTable *inboxes; /* connection -> GQueue of GBytes */
  GHashTable *closed;  /* connection -> code */
  GQueue events;       /* of TestEvent */
} ProxyFixture;

/** With users alice, bob and carol, whose passwords are "secret-" and their names. */
void proxy_fixture_init (ProxyFixture *f, const SipProxyConfig *config);
/** The same, with connection 1, which is nobody's. */
void proxy_fixture_open (ProxyFixture *f);
/** The same, Alice registered over connection 1 and Bob over 2. */
void proxy_fixture_start (ProxyFixture *f);
void proxy_fixture_clear (ProxyFixture *f);
/** The process ends and starts again: the same key, nothing else is left. */
void proxy_fixture_restart (ProxyFixture *f);

void proxy_open (ProxyFixture *f, guint64 connection);
void proxy_open_as (ProxyFixture *f, guint64 connection, const SipProxyPeer *peer);
void proxy_close (ProxyFixture *f, guint64 connection);
void proxy_wait (ProxyFixture *f, gint64 us);
void proxy_send (ProxyFixture *f, guint64 connection, const char *frame, gssize length);
void proxy_sendf (ProxyFixture *f, guint64 connection, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/** The next frame on this connection, which must be there and be a message. */
SipMessage *proxy_take (ProxyFixture *f, guint64 connection);
/** The same, which must be a response of @status. */
SipMessage *proxy_take_status (ProxyFixture *f, guint64 connection, guint status);
SipMessage *proxy_take_request (ProxyFixture *f, guint64 connection, const char *method);
void proxy_expect_status (ProxyFixture *f, guint64 connection, guint status);
void proxy_expect_nothing (ProxyFixture *f, guint64 connection);
/** 0 while it is open. */
guint proxy_get_close_code (ProxyFixture *f, guint64 connection);
/** Takes events up to the next of this kind, which must come. Owned by the caller. */
TestEvent *proxy_take_event (ProxyFixture *f, SipProxyEvent event);
void test_event_free (TestEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestEvent, test_event_free)

/** A REGISTER with a right answer to the challenge; ends with 200. @instance NULL: no
 * outbound. */
void proxy_register (ProxyFixture *f,
                     guint64 connection,
                     const char *user,
                     const char *instance);
/** The same by password and CSeq, returning the last response. */
SipMessage *proxy_try_register (ProxyFixture *f,
                                guint64 connection,
                                const char *user,
                                const char *password,
                                guint cseq,
                                const char *contact);

/** Copies what a response to @request takes from it, with @to_tag, and sends it. */
void proxy_answer (ProxyFixture *f,
                   guint64 connection,
                   const SipMessage *request,
                   guint status,
                   const char *to_tag);
/** An INVITE from @from to @to over @connection; its branch and Call-ID are @id. */
void proxy_invite (ProxyFixture *f,
                   guint64 connection,
                   const char *from,
                   const char *to,
                   const char *id);
/** The Route header lines of the side that got @message: reversed for the caller. */
char *proxy_dup_route (const SipMessage *message, gboolean is_caller);
char *proxy_dup_header (const SipMessage *message, SipHeader header);
/** Alice (1) calls Bob (2), who answers; @caller and @callee are their Route lines. */
void proxy_establish (ProxyFixture *f, const char *id, char **caller, char **callee);
void proxy_send_bye (ProxyFixture *f,
                     guint64 connection,
                     const char *from,
                     const char *to,
                     const char *route,
                     const char *id);
/** Alice (1) acknowledges a failure of her INVITE. */
void proxy_ack_failure (ProxyFixture *f, const char *id);
