/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A file of messages, each with what it is for and what has to become of it:
 *
 *   # Whatever is before the first message is a comment.
 *   === name: agent 200, proxy passed
 *   # Why it is so.
 *   ? agent Supported: *
 *   OPTIONS sip:alice@example.org SIP/2.0
 *   {all}
 *   CSeq: 1 OPTIONS
 *   X-Long: {a*5000}
 *
 * Each line of the message ends with CRLF, but for one with a backslash at its end. In it
 * \r \n \0 \\ \{ and \xHH are bytes, {text*N} is a text N times over, and {Via} {From} {To}
 * {Call-ID} {Max-Forwards} are the usual lines of that header, {all} all five of them.
 * A line "--" ends the message without an empty line. Where neither an empty line nor "--"
 * stands, the empty line that ends the headers is added.
 *
 * Lines with "?" are patterns of g_pattern_match_simple(), of lines that what is sent at
 * that place must have. */

typedef enum {
  TORTURE_AGENT,  /* it comes to an agent that is registered as alice */
  TORTURE_CALLER, /* it is the response to an INVITE of hers */
  TORTURE_PROXY,  /* bob sends it to the proxy of his and alice's */
  TORTURE_N_PLACES,
} TorturePlace;

typedef struct {
  char *name;
  char *text;                       /* as it stands in the file */
  char *verdicts[TORTURE_N_PLACES]; /* NULL: not for this place */
  GPtrArray *patterns[TORTURE_N_PLACES];
} TortureMessage;

/* Aborts with the line where something is wrong. */
GPtrArray *torture_file_read (const char *path);

/* The bytes; @values are the usual lines, by name. */
GString *torture_message_expand (const TortureMessage *message, GHashTable *values);
