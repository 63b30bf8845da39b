/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneWsTransport: SIP over WebSocket (RFC 7118, RFC 6455), by libsoup.
 *
 * One object for one server and those that stand in for it; opened and closed as often as
 * wanted. Each phone_transport_open() begins with the first address and goes on to the next
 * where one cannot be reached, or is overloaded; one that refuses ends the attempt. When
 * all have failed, ::closed tells the cause of the first. One of several that is avoided
 * (phone_transport_avoid_server(), or its Retry-After) is left out.
 *
 * It connects, shakes hands for at most 10 s (4.5 s with one that says nothing, where there
 * is another address to try), refuses a server that does not choose "sip", follows no
 * redirect, negotiates no compression, and takes messages of at most 256 KiB, as text or
 * binary.
 * A certificate must be good for the host's name; the only exceptions are what the
 * caller states: other authorities, or the SHA-256 of one certificate.
 *
 *   stage  PhoneWsStage, read-only: how far the attempt, or the flow, has come. It stays
 *          where it was when the attempt fails, until the next one begins.
 */
#pragma once

#include "phone-transport.h"

G_BEGIN_DECLS

#define PHONE_WS_MAX_MESSAGE_BYTES (256 * 1024)
#define PHONE_WS_HANDSHAKE_TIMEOUT_MS 10000
/* Until the first byte, where there is an address after it that is not avoided. */
#define PHONE_WS_SILENCE_TIMEOUT_MS 4500
/* A longer Retry-After of one of several counts as this. */
#define PHONE_WS_RETRY_AFTER_MAX_S 3600
/* What all addresses share: SipFlow waits 30 s for an open flow. */
#define PHONE_WS_ALL_HANDSHAKES_MS 28000

typedef enum {
  PHONE_WS_STAGE_NONE,
  PHONE_WS_STAGE_NAME,        /* looking up the host's name */
  PHONE_WS_STAGE_CONNECTION,  /* TCP, and a proxy where there is one */
  PHONE_WS_STAGE_CERTIFICATE, /* the TLS handshake; not at ws: */
  PHONE_WS_STAGE_WEBSOCKET,   /* the WebSocket handshake, and the sub-protocol */
  PHONE_WS_STAGE_OPEN,
} PhoneWsStage;

#define PHONE_TYPE_WS_STAGE (phone_ws_stage_get_type ())
GType phone_ws_stage_get_type (void);

/** Everything is copied. */
typedef struct {
  const char *const *urls;        /* "ws://..." or "wss://...", in order; one at least */
  const char *ca_file;            /* PEM; trusted instead of the system's; nullable */
  const char *pinned_fingerprint; /* SHA-256 in hex, colons and case free; nullable */
  const char *user_agent;         /* nullable */
  guint handshake_timeout_ms;     /* each; 0: PHONE_WS_HANDSHAKE_TIMEOUT_MS */
  guint silence_timeout_ms;       /* 0: PHONE_WS_SILENCE_TIMEOUT_MS */
} PhoneWsTransportConfig;

#define PHONE_TYPE_WS_TRANSPORT (phone_ws_transport_get_type ())
G_DECLARE_FINAL_TYPE (PhoneWsTransport, phone_ws_transport, PHONE, WS_TRANSPORT, GObject)

PhoneTransport *phone_ws_transport_new (const PhoneWsTransportConfig *config);

/** SHA-256 of the certificate the last server of this object showed, upper case with
 * colons, or NULL: what a person is asked to pin when ::closed said that it is unknown. */
const char *phone_ws_transport_get_peer_fingerprint (PhoneWsTransport *self);

/** The address that is, or was last, tried; never NULL. */
const char *phone_ws_transport_get_url (PhoneWsTransport *self);
PhoneWsStage phone_ws_transport_get_stage (PhoneWsTransport *self);

G_END_DECLS
