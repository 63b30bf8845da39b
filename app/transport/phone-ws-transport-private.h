/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "phone-ws-transport.h"

G_BEGIN_DECLS

/* The inside of PhoneWsTransport: phone-ws-transport.c (the object and its states),
 * phone-ws-attempt.c (how it connects) and phone-ws-flow.c (the flow that is open). */

/* See phone-ws-transport.c. */
typedef enum {
  PHONE_WS_CLOSED,
  PHONE_WS_CONNECTING,
  PHONE_WS_OPEN,
  PHONE_WS_ENDING,
  PHONE_WS_N_STATES
} PhoneWsState;

typedef struct _PhoneWsAttempt PhoneWsAttempt;

struct _PhoneWsTransport {
  GObject parent_instance;

  /* owned */
  char **urls;
  gint64 *avoided_until_us; /* of each of urls: not tried before; monotonic, or 0 */
  char *ca_file;
  char *pin;
  char *peer_fingerprint;
  SoupSession *session;
  GTlsDatabase *authorities;           /* of ca_file, once it was read */
  SoupWebsocketConnection *connection; /* in OPEN */
  GSocket *socket;                     /* in OPEN, beneath the connection */
  GSource *timer;                      /* in CONNECTING: the handshake's time-out */
  GSource *volume;                     /* in OPEN: watches MAX_BYTES_BETWEEN_MESSAGES */
  GSource *telling;                    /* in ENDING: the turn that tells ::closed */
  PhoneTransportClose *cause;          /* in ENDING */
  PhoneTransportClose *first_cause;    /* in CONNECTING: why not the first of urls */

  /* borrowed */
  PhoneWsAttempt *attempt; /* in CONNECTING */

  PhoneWsState state;
  PhoneWsStage stage;
  guint at; /* in urls: the one that is tried */
  guint handshake_timeout_ms;
  guint silence_timeout_ms; /* no more than that */
  guint64 bytes_at_message; /* read when the last whole message was complete */
  guint64 bytes_at_rest; /* received when the server had last taken all that was sent */
  guint64 taken_at_rest;
  guint n_busy; /* rounds since it had last taken all */
};

/* ---- phone-ws-transport.c ---- */

/* The only writer of state; whatever belongs to the state that is left goes. */
void phone_ws_transport_set_state (PhoneWsTransport *self, PhoneWsState state);
/* Takes @cause. ::closed is told by the next turn of the loop, unless there is another
 * address to try. */
void phone_ws_transport_end (PhoneWsTransport *self, PhoneTransportClose *cause);
void phone_ws_transport_set_stage (PhoneWsTransport *self, PhoneWsStage stage);
/* Returns @source, which calls with self on this context. */
GSource *phone_ws_transport_attach (PhoneWsTransport *self,
                                    GSource *source,
                                    GSourceFunc callback);

/* ---- phone-ws-attempt.c ---- */

/* In CONNECTING with the first address; what is wrong with the settings where it cannot
 * be. */
PhoneTransportClose *phone_ws_attempt_begin (PhoneWsTransport *self);
/* The next address where this one cannot be reached; takes @cause then. */
gboolean phone_ws_attempt_try_next (PhoneWsTransport *self, PhoneTransportClose *cause);
/* Until the first of the addresses may be tried; 0: one of them is not avoided. */
guint phone_ws_attempt_get_wait_s (PhoneWsTransport *self);
/* Nobody is told what comes of it. */
void phone_ws_attempt_let_go (PhoneWsTransport *self);

/* ---- phone-ws-flow.c ---- */

void phone_ws_flow_take (PhoneWsTransport *self,
                         SoupWebsocketConnection *connection,
                         GSocket *socket);
/* Full; nobody listens to it any more. */
SoupWebsocketConnection *phone_ws_flow_steal (PhoneWsTransport *self);
/* Goes on until the Close frame and what was queued before it are out and the peer has
 * closed too (libsoup waits 5 s for that), without anybody listening. Takes @connection. */
void phone_ws_flow_let_linger (SoupWebsocketConnection *connection);

G_END_DECLS
