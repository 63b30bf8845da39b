/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-exchange.h"

#include <libsoup/soup.h>

/* What the tests of PhoneExchange share: a client of raw bytes, and a WebSocket client
 * that keeps what it got. All on the default main context, over loopback, with a port
 * that the kernel chose. Whoever waits in vain for ten seconds aborts. */

#define TEST_PASSWORD "alice secret"

/** Serves alice@test.example with TEST_PASSWORD; @change edits the configuration. */
PhoneExchange *exchange_new (void (*change) (PhoneExchangeConfig *config));
guint16 exchange_get_port (PhoneExchange *exchange);
/** Stops it and asserts that nobody else keeps it. */
void exchange_free (PhoneExchange *exchange);

void wait_until_set (const gboolean *flag);

/* ---- Bytes ---- */

typedef struct {
  GSocketConnection *connection;
  GSource *source;
  GByteArray *received;
  gboolean is_readable;
  gboolean is_closed;
} RawClient;

RawClient *raw_client_new (guint16 port);
void raw_client_free (RawClient *client);
/** Blocking; more than fits is written while the loop turns. */
void raw_client_send (RawClient *client, const void *bytes, gsize length);
void raw_client_send_text (RawClient *client, const char *text);
/** Until the head of an answer is there. Owned. */
char *raw_client_take_head (RawClient *client);
/** Until the other side ended. */
void raw_client_wait_closed (RawClient *client);
/** The head of the answer to one request. @headers: whole lines. Owned. */
char *http_get_head (PhoneExchange *exchange, const char *path, const char *headers);
/** A connection after a good handshake. */
RawClient *raw_client_new_upgraded (PhoneExchange *exchange, const char *more_headers);
/** One masked frame with this first byte. */
void raw_client_send_frame (RawClient *client, guint8 first, const void *bytes, gsize n);

/* ---- WebSocket ---- */

typedef struct {
  SoupSession *session;
  SoupMessage *message;
  SoupWebsocketConnection *connection; /* NULL when it was refused */
  GError *error;
  GPtrArray *received; /* of char* */
  gboolean is_done;
  gboolean has_received;
  gboolean is_closed;
} WsClient;

/** @fingerprint: of the certificate to accept; may be NULL. */
WsClient *ws_client_new (const char *url, const char *fingerprint);
void ws_client_free (WsClient *client);
void ws_client_send (WsClient *client, const char *text);
/** The next message. Owned. */
char *ws_client_take (WsClient *client);
void ws_client_wait_closed (WsClient *client);
/** REGISTER as @user, whose challenge is answered; the status at the end. */
guint ws_client_register (WsClient *client,
                          const char *user,
                          const char *domain,
                          const char *password);
