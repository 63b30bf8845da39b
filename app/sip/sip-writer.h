/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-message.h"

/* Writes one frame. A value with CR, LF or NUL, or a name that is no token, is refused:
 * the error sticks, what follows is ignored, and sip_writer_finish() returns it. So no
 * value, wherever it comes from, can add a header. Headers come out in the order of the
 * calls; Content-Length is written by finish and cannot be added. */

G_BEGIN_DECLS

typedef struct _SipWriter SipWriter;

void sip_writer_free (SipWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipWriter, sip_writer_free)

SipWriter *sip_writer_new_request (const char *method, const char *request_uri);

/* A response to request, with all that it takes from it (RFC 3261 §8.2.6): every Via,
 * From, To, Call-ID, CSeq. to_tag is added to a To that has none (NULL: leave it, as 100
 * does). Reason NULL: the usual phrase. Record-Route is copied by the caller where the
 * response makes a dialog: sip_writer_copy_header (writer, request,
 * SIP_HEADER_RECORD_ROUTE). A broken message (see sip_message_parse()) will do; headers
 * that it lacks are left out. */
SipWriter *sip_writer_new_response (const SipMessage *request,
                                    guint status,
                                    const char *reason,
                                    const char *to_tag);

/* What a proxy changes in a message that it passes on (RFC 3261 §16.6, §16.7); the rest
 * goes through byte for byte, unknown headers and compact names too. Zeroed, it changes
 * nothing: start from SIP_FORWARD_INIT. All texts are borrowed for the call. */
typedef struct {
  const char *request_uri;       /* NULL: as it is */
  const char *push_via;          /* a whole value, put above the others */
  const char *replace_via;       /* instead of the top Via as it came (received, rport) */
  gboolean pop_via;              /* the top Via value goes (responses) */
  const char *push_record_route; /* whole values, may hold a list */
  const char *push_path;
  const char *push_route; /* above what remains of Route */
  guint pop_routes;       /* so many Route values go from the front */
  int max_forwards;       /* -1: as it is; else written, also where there was none */
  const SipHeader *drop;  /* all lines of these; ends with SIP_HEADER_OTHER; NULL: none */
} SipForward;

#define SIP_FORWARD_INIT                                                                 \
  {                                                                                      \
    .max_forwards = -1                                                                   \
  }

/* More headers may be added before finish, which puts the body of message behind them;
 * message is borrowed until then. */
SipWriter *sip_writer_new_forward (const SipMessage *message, const SipForward *forward);

void sip_writer_add_header (SipWriter *writer, SipHeader header, const char *value);
void sip_writer_add_text (SipWriter *writer, SipHeader header, SipText value);
void sip_writer_add_named (SipWriter *writer, const char *name, const char *value);
void sip_writer_add_printf (SipWriter *writer, SipHeader header, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Every line of one header of another message, unchanged and in order. */
void sip_writer_copy_header (SipWriter *writer, const SipMessage *from, SipHeader header);

/* Content-Type and body. The bytes are copied and may be anything. */
void sip_writer_set_body (SipWriter *writer, const char *content_type, SipText body);

/* The frame. A body, and what is passed on, may not be valid UTF-8: then it has to go as a
 * binary message. Or NULL and the first error: SIP_ERROR_FORBIDDEN_BYTE, SIP_ERROR_SYNTAX
 * (a name that is no token), SIP_ERROR_TOO_LARGE. Frees the writer in both cases. */
GBytes *sip_writer_finish (SipWriter *writer, GError **error);

G_END_DECLS
