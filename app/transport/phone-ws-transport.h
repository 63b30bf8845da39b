/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneWsTransport: SIP over WebSocket (RFC 7118, RFC 6455), by libsoup.
 *
 * One object a server; opened and closed as often as wanted. It connects, shakes hands
 * for at most 10 s, refuses a server that does not choose "sip", follows no redirect,
 * negotiates no compression, and takes messages of at most 256 KiB, as text or binary.
 * A certificate must be good for the host's name; the only exceptions are what the
 * caller states: other authorities, or the SHA-256 of one certificate.
 */
#pragma once

#include "phone-transport.h"

G_BEGIN_DECLS

#define PHONE_WS_MAX_MESSAGE_BYTES (256 * 1024)
#define PHONE_WS_HANDSHAKE_TIMEOUT_MS 10000

/** Everything is copied. */
typedef struct {
  const char *url;                /* "ws://..." or "wss://...", required */
  const char *ca_file;            /* PEM; trusted instead of the system's; nullable */
  const char *pinned_fingerprint; /* SHA-256 in hex, colons and case free; nullable */
  const char *user_agent;         /* nullable */
  guint handshake_timeout_ms;     /* 0: PHONE_WS_HANDSHAKE_TIMEOUT_MS */
} PhoneWsTransportConfig;

#define PHONE_TYPE_WS_TRANSPORT (phone_ws_transport_get_type ())
G_DECLARE_FINAL_TYPE (PhoneWsTransport, phone_ws_transport, PHONE, WS_TRANSPORT, GObject)

PhoneTransport *phone_ws_transport_new (const PhoneWsTransportConfig *config);

/** SHA-256 of the certificate the last server of this object showed, upper case with
 * colons, or NULL: what a person is asked to pin when ::closed said that it is unknown. */
const char *phone_ws_transport_get_peer_fingerprint (PhoneWsTransport *self);

G_END_DECLS
