/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a WebSocket's end means: every way in which libsoup and GIO tell a failure, as
 * one PhoneTransportClose. Pure functions of what they are given.
 */
#pragma once

#include <libsoup/soup.h>

#include "phone-transport.h"

G_BEGIN_DECLS

/** What a failed handshake knows. */
typedef struct {
  guint status;                   /* HTTP status, 0 if there was no answer */
  SoupMessageHeaders *headers;    /* of that answer; nullable */
  GTlsCertificateFlags tls_flags; /* what is wrong with the certificate */
  const GError *error;            /* as libsoup told it; nullable */
} PhoneWsHandshake;

/** Why the flow never began. */
PhoneTransportClose *phone_ws_cause_from_handshake (const PhoneWsHandshake *handshake);
/** It was not finished in time; @stage says how far it had come. */
PhoneTransportClose *phone_ws_cause_from_timeout (GSocketClientEvent stage);
/** The server speaks nothing newer than TLS 1.1. */
PhoneTransportClose *phone_ws_cause_old_tls (void);
/** The peer's Close frame (RFC 6455 §7.4); 0 or 1005: it had no code. */
PhoneTransportClose *phone_ws_cause_from_close_code (guint code);
/** The open flow broke; NULL: it ended without a word. */
PhoneTransportClose *phone_ws_cause_from_error (const GError *error);
/** A message, or the pieces of one, over the limit. */
PhoneTransportClose *phone_ws_cause_too_large (void);
/** The server sends, and takes nothing of what it is sent. */
PhoneTransportClose *phone_ws_cause_unread (void);

/** Seconds until what Retry-After says (RFC 9110 §10.2.3), 0 for none or nonsense. */
guint phone_ws_cause_parse_retry_after (const char *value, gint64 now_unix_s);

G_END_DECLS
