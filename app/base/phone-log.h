/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The wire trace: SIP frames as they went over the connection, secrets struck out. Any
 * thread may call this, but the trace is for the main one. Nothing here trusts a frame:
 * whatever bytes come, the output is valid UTF-8 without control characters. */

G_BEGIN_DECLS

typedef enum {
  PHONE_WIRE_SENT,
  PHONE_WIRE_RECEIVED,
} PhoneWireDirection;

/* The frame with everything secret replaced by "***": response, nonce, cnonce, nextnonce,
 * rspauth, opaque and password tokens of the authentication headers, passwords in URIs,
 * a=ice-pwd, the keys of a=crypto and k=. Lines end with '\n', other control characters and
 * bad UTF-8 are escaped as \xNN. Owned. */
char *phone_log_dup_redacted (const void *frame, gsize len);

/* Text as one line: control characters, line separators and bad UTF-8 are escaped (\n, \r,
 * \t, \xNN), a backslash doubled. For every value of a peer in a log. Owned. */
char *phone_log_dup_one_line (const char *text, gssize len);

/* The frame, redacted, as the ladder shows it: a line with the time of day, the direction
 * and who, then each line of the frame behind a bar. real_time_us: g_get_real_time (). Owned. */
char *phone_log_dup_rung (PhoneWireDirection direction,
                          const char *who,
                          gint64 real_time_us,
                          const void *frame,
                          gsize len);

/* Logs one frame under the domain "phone-wire" at level debug, as one line. who names the
 * connection or account. With the trace on it is also printed on stderr, as a ladder. */
void phone_log_wire (PhoneWireDirection direction,
                     const char *who,
                     const void *frame,
                     gsize len);

void phone_log_set_trace (gboolean is_on);

G_END_DECLS
