/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What every file of the SIP core shares: borrowed text, error codes, limits, methods
 * and the random source.
 *
 * The core is plain data: it does no I/O, reads no clock and holds no lock. Use one
 * object on one thread at a time. */

G_BEGIN_DECLS

/* Caps instead of trust: nothing a peer sends makes us hold more than this. */
#define SIP_MAX_MESSAGE_BYTES (256 * 1024)
#define SIP_MAX_HEADERS 128
#define SIP_MAX_URI_BYTES 2048 /* comparing two takes the square of their parameters */

/* Borrowed text: not NUL-terminated, and it lives as long as what it points into. An
 * absent text has s == NULL; an empty one has s != NULL and len == 0. */
typedef struct {
  const char *s;
  gsize len;
} SipText;

#define SIP_TEXT_LITERAL(str) ((SipText){(str), sizeof (str) - 1})
#define SIP_TEXT_NONE ((SipText){NULL, 0})

/* For printf: "%.*s", SIP_TEXT_ARG (text). */
#define SIP_TEXT_ARG(text) (int)(text).len, ((text).s != NULL ? (text).s : "")

#define SIP_ERROR (sip_error_quark ())

typedef enum {
  SIP_ERROR_SYNTAX,         /* the grammar is broken */
  SIP_ERROR_MISSING_HEADER, /* a header that every message must have is not there */
  SIP_ERROR_TOO_LARGE,      /* over SIP_MAX_MESSAGE_BYTES or SIP_MAX_HEADERS */
  SIP_ERROR_VERSION,        /* not SIP/2.0 */
  SIP_ERROR_FORBIDDEN_BYTE, /* CR, LF or NUL in what was to be written */
  SIP_ERROR_UNSUPPORTED,    /* understood, and not done: scheme, digest algorithm */
  SIP_ERROR_NOT_FOUND,      /* no call, dialog or transaction of that id */
  SIP_ERROR_WRONG_STATE,    /* known, but this has no meaning in its state */
  SIP_ERROR_LIMIT,          /* one more would be over a cap */
  SIP_ERROR_NO_FLOW,        /* there is no connection to send on */
} SipError;

GQuark sip_error_quark (void);

/* The status that answers a request which failed to parse with this error: 400, 505
 * or 513. */
guint sip_error_get_status (const GError *error);

/* Methods are case-sensitive (RFC 3261 §7.1); any other token is SIP_METHOD_OTHER. */
typedef enum {
  SIP_METHOD_OTHER,
  SIP_METHOD_ACK,
  SIP_METHOD_BYE,
  SIP_METHOD_CANCEL,
  SIP_METHOD_INFO,
  SIP_METHOD_INVITE,
  SIP_METHOD_MESSAGE,
  SIP_METHOD_NOTIFY,
  SIP_METHOD_OPTIONS,
  SIP_METHOD_PRACK,
  SIP_METHOD_PUBLISH,
  SIP_METHOD_REFER,
  SIP_METHOD_REGISTER,
  SIP_METHOD_SUBSCRIBE,
  SIP_METHOD_UPDATE,
} SipMethod;

SipMethod sip_method_from_text (SipText name);

/* NULL for SIP_METHOD_OTHER. */
const char *sip_method_get_name (SipMethod method);

/* Where random bytes come from: the kernel in the product, a seeded generator in
 * tests (same seed, same bytes on the wire). */
typedef struct {
  void (*fill) (gpointer data, guint8 *bytes, gsize len);
  gpointer data;
} SipRandom;

G_END_DECLS
