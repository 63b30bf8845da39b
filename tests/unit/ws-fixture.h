/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the tests of PhoneWsTransport share: the transport with a record of everything it
 * told, and a server that sends the bytes it is given. All on the default main context,
 * over loopback, with a port that the kernel chose.
 */
#pragma once

#include "phone-error.h"
#include "phone-ws-transport.h"

/** The transport under test. */
typedef struct {
  PhoneTransport *transport;
  GPtrArray *received; /* GBytes */
  guint n_opened;
  guint n_pongs;
  guint n_closed;
  PhoneTransportClose *closed; /* the last one */
  gboolean is_inside_call;     /* no signal may come while this is so */
} Subject;

Subject *subject_new (const PhoneWsTransportConfig *config);
Subject *subject_new_for_url (const char *url);
Subject *subject_new_for_port (guint16 port);
/** Asserts that nobody else keeps the transport. */
void subject_free (Subject *self);
void subject_open (Subject *self);
void subject_send (Subject *self, const char *frame, gsize length);
void subject_ping (Subject *self);
void subject_close (Subject *self);

/* Each turns the loop until it is so; a test that waits for too long aborts. */
void subject_wait_opened (Subject *self);
void subject_wait_received (Subject *self, guint n);
void subject_wait_pongs (Subject *self, guint n);
void subject_wait_closed (Subject *self);
/** It was told once, and so. */
void subject_assert_closed (Subject *self,
                            PhoneTransportEnd end,
                            guint code,
                            PhoneError error);
void wait_until (const gboolean *condition);
void wait_for_count (const guint *count, guint n);
/** Turns the loop while there is anything to do at once. */
void settle (void);

typedef enum {
  SCRIPT_STAY,  /* read on until the other side ends */
  SCRIPT_FIN,   /* end the connection in order */
  SCRIPT_RESET, /* with a reset */
  SCRIPT_FLOOD, /* send flood again and again until the connection breaks */
  SCRIPT_MUTE,  /* never answer the request */
} ScriptEnd;

/** A server that says what it is told to every one who comes. */
typedef struct {
  GSocketListener *listener;
  GCancellable *over;
  guint16 port;
  char *head;    /* what answers the request; "@KEY@" is the right Sec-WebSocket-Accept */
  GBytes *body;  /* what follows it; nullable */
  GBytes *flood; /* SCRIPT_FLOOD */
  ScriptEnd end;
  gboolean answers_at_once; /* whatever comes, without waiting for the end of a request */
  guint
      pace_ms; /* 0, or how long a byte takes, in its answer and in what it reads then */
  guint n_connections;
  guint n_ends;  /* connections that are over */
  char *request; /* of the last one */
  guint64 n_flooded;
  guint n_paced; /* bytes that were said so slowly */
} Script;

#define SCRIPT_HEAD_101                                                                  \
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"    \
  "Sec-WebSocket-Accept: @KEY@\r\n"
#define SCRIPT_HEAD_SIP SCRIPT_HEAD_101 "Sec-WebSocket-Protocol: sip\r\n\r\n"

/** @head NULL: SCRIPT_HEAD_SIP. Takes @body. */
Script *script_new (const char *head, GBytes *body, ScriptEnd end);
/** Breaks the connections that are left. */
void script_free (Script *self);
/** One attempt at it, until ::closed. */
Subject *script_visit (Script *self);
/** The same at one that sends @frames, which it takes, once the flow is up. */
Subject *script_play (GByteArray *frames, ScriptEnd end);

/* First bytes of a frame. */
#define WS_FIN 0x80
#define WS_TEXT 0x1
#define WS_CLOSE 0x8
#define WS_PING 0x9
#define WS_PONG 0xa

/** One unmasked frame; @first: FIN, reserved bits and opcode (RFC 6455 §5.2). */
void append_frame (GByteArray *to, guint8 first, const void *payload, gsize length);

/** A resolver for g_resolver_set_default(), so that no query leaves the machine: every name
 * has these addresses of IPv4, or is answered with @error where @addresses is NULL. Owned. */
GResolver *resolver_new (const char *const *addresses, GResolverError error);
