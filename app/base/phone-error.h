/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* What went wrong, as a person would name it. Every GError that reaches ui/ or endpoint/
 * is in this domain; GIO's, libsoup's and GStreamer's are mapped once, at the border where
 * they come in. The message is English and for logs: what people read is made of the code
 * in ui/, and machines read phone_error_get_name(). */

G_BEGIN_DECLS

#define PHONE_ERROR (phone_error_quark ())

typedef enum {
  PHONE_ERROR_INTERNAL, /* our own mistake, or one that nobody foresaw */
  PHONE_ERROR_CANCELLED,
  PHONE_ERROR_INVALID_ADDRESS, /* of a server or a person: cannot be read */
  PHONE_ERROR_INVALID_SETTING,
  PHONE_ERROR_INVALID_DIGITS, /* not what a telephone has keys for, or too many */

  /* Connecting, in the order of the stages. */
  PHONE_ERROR_OFFLINE,         /* there is no network */
  PHONE_ERROR_NAME_NOT_FOUND,  /* the server's name does not exist */
  PHONE_ERROR_NAME_LOOKUP,     /* the name could not be looked up just now */
  PHONE_ERROR_UNREACHABLE,     /* no route to the host or network */
  PHONE_ERROR_CONNECT_REFUSED, /* nobody listens on that port */
  PHONE_ERROR_CONNECT_TIMEOUT, /* no answer to connecting */
  PHONE_ERROR_PROXY,           /* the HTTP or SOCKS proxy on the way failed */
  PHONE_ERROR_TLS,             /* handshake failed: no common version, not TLS at all */
  PHONE_ERROR_CERT_UNKNOWN_CA, /* nobody we trust has signed it, or self-signed */
  PHONE_ERROR_CERT_WRONG_HOST, /* made for another name */
  PHONE_ERROR_CERT_EXPIRED,    /* no longer valid */
  PHONE_ERROR_CERT_NOT_YET,    /* not yet valid: look at the clock */
  PHONE_ERROR_CERT_REVOKED,
  PHONE_ERROR_CERT_WEAK, /* an algorithm that is not safe */
  PHONE_ERROR_CERT_OTHER,
  PHONE_ERROR_HTTP_UNAUTHORIZED, /* 401 or 407 at the handshake */
  PHONE_ERROR_HTTP_FORBIDDEN,    /* 403 */
  PHONE_ERROR_HTTP_NOT_FOUND,    /* 404: the path is wrong */
  PHONE_ERROR_HTTP_REDIRECT,     /* 3xx: not followed */
  PHONE_ERROR_HTTP_UNAVAILABLE,  /* 503 */
  PHONE_ERROR_HTTP_STATUS,       /* any other status */
  PHONE_ERROR_NOT_WEBSOCKET,     /* something answers, but does not speak WebSocket */
  PHONE_ERROR_NO_SUBPROTOCOL,    /* a WebSocket, but not for SIP */

  /* The flow, once it was up. */
  PHONE_ERROR_CONNECTION_LOST,  /* reset, or ended without a word */
  PHONE_ERROR_SERVER_SILENT,    /* no pong in time: half-open */
  PHONE_ERROR_CLOSED_BY_SERVER, /* closed in an orderly way: 1000, 1001, 1012, 1013 ... */
  PHONE_ERROR_CLOSED_BY_POLICY, /* 1008, 4xxx: do not come back soon */
  PHONE_ERROR_PROTOCOL,         /* what the server sends is not WebSocket or SIP */
  PHONE_ERROR_TOO_LARGE,        /* a message over the limit */
  PHONE_ERROR_NOT_CONNECTED,    /* asked to send with no connection */

  /* Registering. */
  PHONE_ERROR_PASSWORD_MISSING,     /* asked for one, and none is there */
  PHONE_ERROR_AUTH_REFUSED,         /* wrong user or password */
  PHONE_ERROR_AUTH_UNSUPPORTED,     /* only Basic, or an algorithm we do not do */
  PHONE_ERROR_REGISTRATION_REFUSED, /* any other refusal */
  PHONE_ERROR_REGISTRATION_TIMEOUT,
  PHONE_ERROR_SERVER_BUSY, /* 503, with or without Retry-After */
  PHONE_ERROR_NOT_REGISTERED,

  /* Why a call came to nothing, or ended. */
  PHONE_ERROR_BUSY,
  PHONE_ERROR_DECLINED,
  PHONE_ERROR_NO_ANSWER,
  PHONE_ERROR_NOT_FOUND,       /* nobody of that name */
  PHONE_ERROR_NOT_AVAILABLE,   /* known, but not reachable now */
  PHONE_ERROR_NOT_ACCEPTABLE,  /* no common codec or feature: 488, 606 */
  PHONE_ERROR_CALL_REFUSED,    /* any other final refusal */
  PHONE_ERROR_CALL_REDIRECTED, /* 3xx: not followed without the user */
  PHONE_ERROR_ANSWERED_ELSEWHERE,
  PHONE_ERROR_CALL_TIMEOUT, /* the peer or a server said nothing */
  PHONE_ERROR_NO_SUCH_CALL, /* gone, or never was */
  PHONE_ERROR_WRONG_STATE,  /* has no meaning now */
  PHONE_ERROR_TOO_MANY_CALLS,

  /* Sound and picture. */
  PHONE_ERROR_MEDIA,             /* the pipeline failed */
  PHONE_ERROR_MEDIA_UNSUPPORTED, /* an element or codec is not installed */
  PHONE_ERROR_MEDIA_DESCRIPTION, /* the peer's SDP cannot be used */
  PHONE_ERROR_MEDIA_INSECURE,    /* no DTLS fingerprint, SHA-1 alone, or plain RTP */
  PHONE_ERROR_FINGERPRINT,       /* the peer's certificate is not the one announced */
  PHONE_ERROR_ICE_FAILED,        /* no way through between the two */
  PHONE_ERROR_ICE_SERVER,        /* STUN or TURN server refused, or not usable */
  PHONE_ERROR_DTLS_FAILED,
  PHONE_ERROR_MEDIA_LOST,       /* nothing came any more */
  PHONE_ERROR_MEDIA_NOT_PROVEN, /* what was expected was not heard or seen */
  PHONE_ERROR_DEVICE_NOT_FOUND,
  PHONE_ERROR_DEVICE_BUSY,

  /* The machine. */
  PHONE_ERROR_KEYRING_LOCKED,
  PHONE_ERROR_KEYRING_UNAVAILABLE,
  PHONE_ERROR_STORAGE, /* disk full, read-only, damaged */
  PHONE_ERROR_ADDRESS_IN_USE,
  PHONE_N_ERRORS
} PhoneError;

GQuark phone_error_quark (void);

/* "cert-wrong-host": a name for machines that does not change. Never NULL. */
const char *phone_error_get_name (PhoneError code);

/* PHONE_ERROR_INTERNAL for an error of another domain, or none. */
PhoneError phone_error_get_code (const GError *error);

/* The certificate's fault as one code: the gravest of several. */
PhoneError phone_error_from_tls_flags (GTlsCertificateFlags flags);

/* A refused WebSocket handshake, by its HTTP status. */
PhoneError phone_error_from_http_status (guint status);

/* A GIO error of connecting, resolving or reading, or one of ours as it is; anything else
 * is PHONE_ERROR_INTERNAL. Takes error, gives one of this domain. NULL stays NULL. */
GError *phone_error_take_gio (GError *error);

G_END_DECLS
