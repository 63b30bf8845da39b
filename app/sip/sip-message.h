/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-header.h"

/* A SipMessage is immutable and owns a copy of the frame it was parsed from, in one
 * allocation; every text it hands out points into that copy and lives as long as the
 * message. One frame is one message (RFC 7118 §5): Content-Length may lack, a body that
 * is longer than it says is cut, one that is shorter is an error. Folded lines come out
 * unfolded.
 *
 * Parsing checks the grammar of the start line, of every header line, and of the headers
 * every message must have, which are kept parsed (top Via, From, To, Call-ID, CSeq, and
 * Max-Forwards where present: RFC 3261 §8.1.1, §20). It does not check what a method
 * means, nor the values of the other headers. */

G_BEGIN_DECLS

typedef struct _SipMessage SipMessage;

/* Errors: SIP_ERROR_SYNTAX, _MISSING_HEADER, _TOO_LARGE, _VERSION.
 *
 * A request that is bad but still has a readable Via deserves an answer: then the
 * result is NULL and *broken (NULL if the caller does not care) is a message that is
 * good for sip_writer_new_response() with sip_error_get_status(), and for nothing else.
 * An ACK is never answered and never comes out as broken. */
SipMessage *sip_message_parse (const guint8 *frame,
                               gsize len,
                               SipMessage **broken,
                               GError **error);

SipMessage *sip_message_ref (SipMessage *message);
void sip_message_unref (SipMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipMessage, sip_message_unref)

gboolean sip_message_is_request (const SipMessage *message);

/* Of a request; of a response the one in CSeq. */
SipMethod sip_message_get_method (const SipMessage *message);
SipText sip_message_get_method_text (const SipMessage *message);

/* Of a request. Any scheme; its grammar has been checked. */
const SipUri *sip_message_get_request_uri (const SipMessage *message);

/* Of a response: 100 to 699, else 0. */
guint sip_message_get_status (const SipMessage *message);
SipText sip_message_get_reason_phrase (const SipMessage *message);

const SipVia *sip_message_get_via (const SipMessage *message); /* the top one */
const SipNameAddr *sip_message_get_from (const SipMessage *message);
const SipNameAddr *sip_message_get_to (const SipMessage *message);
SipText sip_message_get_from_tag (const SipMessage *message); /* absent if none */
SipText sip_message_get_to_tag (const SipMessage *message);
SipText sip_message_get_call_id (const SipMessage *message);
const SipCSeq *sip_message_get_cseq (const SipMessage *message);

/* -1 if there is none. */
int sip_message_get_max_forwards (const SipMessage *message);

/* TRUE if a response has what it takes over from its request (RFC 3261 §8.2.6.2): Call-ID,
 * the tag of From, and CSeq. The branch, by which they are matched, is not compared. */
gboolean sip_message_is_response_to (const SipMessage *response,
                                     const SipMessage *request);

/* Absent if there is no such header; the first line of it. */
SipText sip_message_get_header (const SipMessage *message, SipHeader header);
SipText sip_message_get_header_by_name (const SipMessage *message, const char *name);
gboolean sip_message_has_header (const SipMessage *message, SipHeader header);

/* Every header line in the order of the frame. */
guint sip_message_get_n_lines (const SipMessage *message);
SipHeader sip_message_get_line (const SipMessage *message,
                                guint n,
                                SipText *name,
                                SipText *value);

/* Walks the values of one header over all its lines; where commas separate values
 * (sip_header_is_list) each comes out alone.
 *
 *   SipValueIter iter;
 *   SipText value;
 *   sip_value_iter_init (&iter, message, SIP_HEADER_ROUTE);
 *   while (sip_value_iter_next (&iter, &value))
 *     ...
 */
typedef struct {
  const SipMessage *message;
  SipHeader header;
  guint line;
  SipText rest;
} SipValueIter;

void sip_value_iter_init (SipValueIter *iter,
                          const SipMessage *message,
                          SipHeader header);
gboolean sip_value_iter_next (SipValueIter *iter, SipText *value);
guint sip_message_count_values (const SipMessage *message, SipHeader header);

/* TRUE if a token (an option tag, a method, a media type) is among the values of a list
 * header: Supported, Require, Allow, Accept ... Case does not matter. */
gboolean sip_message_has_token (const SipMessage *message,
                                SipHeader header,
                                const char *token);

/* Header of seconds (Expires, Min-Expires, Flow-Timer, Session-Expires, Min-SE): FALSE
 * if it is not there or not a number. */
gboolean sip_message_get_seconds (const SipMessage *message,
                                  SipHeader header,
                                  guint32 *seconds);

/* What a binding of this message was given or asks for (RFC 3261 §10.2.1.1): its own
 * expires parameter, else Expires, else fallback. */
guint32 sip_message_get_contact_expires (const SipMessage *message,
                                         const SipNameAddr *contact,
                                         guint32 fallback);

/* Empty (len 0, never absent) where there is none. May hold any byte. */
SipText sip_message_get_body (const SipMessage *message);

/* FALSE without Content-Type or with a broken one. */
gboolean sip_message_get_content_type (const SipMessage *message, SipMediaType *media);
gboolean sip_message_has_content (const SipMessage *message,
                                  const char *type_and_subtype);

/* The frame as it was kept (folded lines unfolded, what follows the body cut). */
SipText sip_message_get_frame (const SipMessage *message);

G_END_DECLS
