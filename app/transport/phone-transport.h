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
  PHONE_TRANSPORT_END_NORMAL,     /* 1000, 1001, 1012 */
  PHONE_TRANSPORT_END_LOST,       /* 1006, reset, end of stream, time-out */
  PHONE_TRANSPORT_END_UNREACHED,  /* name, connect, certificate */
  PHONE_TRANSPORT_END_REFUSED,    /* handshake 3xx, 4xx, or no "sip" sub-protocol */
  PHONE_TRANSPORT_END_POLICY,     /* 1008, 1002, 1003, 1009, 4xxx */
  PHONE_TRANSPORT_END_OVERLOADED, /* 1013, handshake 503 */
} PhoneTransportEnd;

typedef struct {
  PhoneTransportEnd end;
  guint code;          /* WebSocket close code or HTTP status; 0 if there is none */
  guint retry_after_s; /* as the server asked; 0 if it did not */
  GError *error;       /* PHONE_ERROR, what a person can be told; NULL on a normal end */
} PhoneTransportClose;

#define PHONE_TYPE_TRANSPORT_CLOSE (phone_transport_close_get_type ())
GType phone_transport_close_get_type (void);

#define PHONE_TYPE_TRANSPORT (phone_transport_get_type ())
G_DECLARE_INTERFACE (PhoneTransport, phone_transport, PHONE, TRANSPORT, GObject)

struct _PhoneTransportInterface {
  GTypeInterface parent;
  void (*open) (PhoneTransport *self);
  void (*send) (PhoneTransport *self, const char *frame, gsize length);
  void (*ping) (PhoneTransport *self);
  void (*close) (PhoneTransport *self);
};

void phone_transport_open (PhoneTransport *self);
/** Queues one message; without an open flow it is dropped (::closed has been or will be
 * told). @frame is copied. */
void phone_transport_send (PhoneTransport *self, const char *frame, gsize length);
/** Asks the peer for a sign of life; at most one second passes until it is sent. */
void phone_transport_ping (PhoneTransport *self);
void phone_transport_close (PhoneTransport *self);

G_END_DECLS
