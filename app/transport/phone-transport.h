/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneTransport: carries whole SIP messages to one server and back.
 *
 * An interface with two makers: PhoneWsTransport in the product, a pipe in tests. Lives
 * on the main context only. No signal is ever emitted from inside a call to the object;
 * what a call brings about is told by a later turn of the loop.
 *
 *   ::opened ()                                 the flow is up and "sip" was negotiated
 *   ::received (GBytes *frame)                  one whole message
 *   ::pong ()                                   the peer answered phone_transport_ping()
 *   ::closed (PhoneTransportClose *close)       once for each open(), also for one that failed
 *
 * After ::closed, or after phone_transport_close() (which is silent), it may be opened
 * again.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** How the flow ended, or why it never began. */
typedef enum {
  PHONE_TRANSPORT_END_NORMAL,    /* 1000, 1001, 1012, a close without a code */
  PHONE_TRANSPORT_END_LOST,      /* 1006, 1011, 1014, reset, end of stream, too large */
  PHONE_TRANSPORT_END_UNREACHED, /* name, connect, time-out, 5xx but 503 */
  /* Handshake 3xx, 4xx, or no "sip" sub-protocol; and what we refuse: a certificate that
   * is not trusted, a TLS older than 1.2. */
  PHONE_TRANSPORT_END_REFUSED,
  PHONE_TRANSPORT_END_POLICY, /* 1002, 1003, 1007 to 1010, 3xxx, 4xxx, broken frames */
  PHONE_TRANSPORT_END_OVERLOADED, /* 1013, handshake 429 or 503 */
} PhoneTransportEnd;

typedef struct {
  PhoneTransportEnd end;
  guint code;          /* WebSocket close code or HTTP status; 0 if there is none */
  guint retry_after_s; /* as the server asked; 0 if it did not */
  GError *error;       /* PHONE_ERROR, what a person can be told; never NULL */
} PhoneTransportClose;

#define PHONE_TYPE_TRANSPORT_CLOSE (phone_transport_close_get_type ())
GType phone_transport_close_get_type (void);

/** Takes @error. Full. */
PhoneTransportClose *phone_transport_close_new (PhoneTransportEnd end,
                                                guint code,
                                                guint retry_after_s,
                                                GError *error);
PhoneTransportClose *phone_transport_close_copy (const PhoneTransportClose *self);
void phone_transport_close_free (PhoneTransportClose *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneTransportClose, phone_transport_close_free)

#define PHONE_TYPE_TRANSPORT (phone_transport_get_type ())
G_DECLARE_INTERFACE (PhoneTransport, phone_transport, PHONE, TRANSPORT, GObject)

struct _PhoneTransportInterface {
  GTypeInterface parent;
  void (*open) (PhoneTransport *self);
  void (*send) (PhoneTransport *self, const char *frame, gsize length);
  void (*ping) (PhoneTransport *self);
  void (*close) (PhoneTransport *self);
  void (*avoid_server) (PhoneTransport *self, gint64 until_us);
  void (*avoid_none) (PhoneTransport *self);
};

/** Begins to connect; only when closed. */
void phone_transport_open (PhoneTransport *self);
/** Queues one message; without an open flow it is dropped (::closed has been or will be
 * told). @frame is copied. */
void phone_transport_send (PhoneTransport *self, const char *frame, gsize length);
/** Asks the peer for a sign of life, within two seconds; the next pong is told by ::pong.
 * Without an open flow it does nothing. */
void phone_transport_ping (PhoneTransport *self);
/** Ends the flow, or the attempt, without a ::closed; already closed: does nothing. */
void phone_transport_close (PhoneTransport *self);
/** The server that is, or was last, connected is not tried again before @until_us, monotonic.
 * For one that has others: where all are avoided, open() ends in ::closed OVERLOADED, with
 * the time until the first of them may be asked. */
void phone_transport_avoid_server (PhoneTransport *self, gint64 until_us);
/** Forgets whom to avoid, also where a server asked for it in its handshake. */
void phone_transport_avoid_none (PhoneTransport *self);

G_END_DECLS
