/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-message.h"
#include "sip-message-scan.h"

#include <string.h>

struct _SipMessage {
  guint ref_count;
  gboolean is_request;
  guint status;
  SipText start_word; /* method, or SIP version of a response */
  SipText reason;
  SipMethod method;
  int max_forwards;
  SipUri request_uri;
  SipVia via;
  SipNameAddr from;
  SipNameAddr to;
  SipText from_tag;
  SipText to_tag;
  SipText call_id;
  SipCSeq cseq;
  SipText frame;
  SipText body;
  guint n_lines;
  guint8 first[SIP_N_HEADERS];
  SipLine *lines; /* in this allocation, and the frame behind them */
};

/* ---- The message ---- */

/* A folded line goes on, so its line ends become spaces (RFC 3261 §7.3.1); the bytes that
 * cannot be written again do too, so that a broken request can be answered. */
static void
clean_head (const SipScan *scan, char *frame)
{
  for (guint i = 0; i < scan->n_lines; i++) {
    const SipLine *line = &scan->lines[i];

    for (gsize n = line->name + line->name_len; n < line->value + line->value_len; n++)
      if (frame[n] == '\r' || frame[n] == '\n' || frame[n] == '\0')
        frame[n] = ' ';
  }
}

/* One allocation for all: the message, its lines, the frame and a NUL. */
static SipMessage *
new_from_scan (const SipScan *scan, gsize kept)
{
  gsize lines_size = scan->n_lines * sizeof (SipLine);
  SipMessage *message = g_malloc (sizeof (SipMessage) + lines_size + kept + 1);
  char *frame = (char *)(message + 1) + lines_size;

  memset (message, 0, sizeof *message);
  message->ref_count = 1;
  message->max_forwards = -1;
  message->n_lines = scan->n_lines;
  message->lines = (SipLine *)(message + 1);
  memcpy (message->first, scan->first, sizeof message->first);
  memcpy (message->lines, scan->lines, lines_size);
  memcpy (frame, scan->frame, kept);
  frame[kept] = '\0';
  if (scan->is_folded || scan->has_bad_byte)
    clean_head (scan, frame);
  message->frame = (SipText){frame, kept};
  message->body =
      (SipText){frame + MIN (scan->body, kept), kept - MIN (scan->body, kept)};
  return message;
}

SipMessage *
sip_message_ref (SipMessage *message)
{
  message->ref_count++;
  return message;
}

void
sip_message_unref (SipMessage *message)
{
  if (message != NULL && --message->ref_count == 0)
    g_free (message);
}

/* ---- The start line ---- */

static SipText
take_until_space (SipText *rest)
{
  const char *space = rest->len > 0 ? memchr (rest->s, ' ', rest->len) : NULL;
  SipText word = {rest->s, space != NULL ? (gsize)(space - rest->s) : rest->len};

  *rest = sip_text_skip (*rest, word.len + 1);
  return word;
}

static void
check_version (SipText version, SipFault *fault)
{
  if (sip_text_equal_str (version, "SIP/2.0") ||
      sip_text_equal_case_str (version, "SIP/2.0"))
    return;
  if (sip_text_starts_with_case (version, "SIP/"))
    sip_fault_set (fault, SIP_ERROR_VERSION, "Not SIP/2.0");
  else
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A start line without a version");
}

static void
parse_status_line (SipMessage *message, SipText rest, SipFault *fault)
{
  SipText number = take_until_space (&rest);
  guint64 status;

  message->reason = rest;
  check_version (message->start_word, fault);
  if (number.len == 3 && sip_text_to_uint (number, 699, &status) && status >= 100)
    message->status = status;
  else
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A bad status");
}

static void
parse_request_line (SipMessage *message, SipText rest, SipFault *fault)
{
  SipText uri = take_until_space (&rest);

  message->is_request = TRUE;
  message->method = sip_method_from_text (message->start_word);
  if (!sip_text_is_token (message->start_word))
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A method that is no token");
  if (memchr (rest.s, ' ', rest.len) != NULL)
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A request line with too many spaces");
  check_version (rest, fault);
  if (!sip_uri_parse (uri, &message->request_uri, NULL))
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A bad Request-URI");
}

static void
parse_start_line (SipMessage *message, SipText line, SipFault *fault)
{
  message->start_word = take_until_space (&line);
  if (line.len == 0)
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A start line of one word");
  else if (sip_text_starts_with_case (message->start_word, "SIP/"))
    parse_status_line (message, line, fault);
  else
    parse_request_line (message, line, fault);
}

/* ---- The headers every message must have ---- */

/* The only line of a header that may be there once. Absent where it lacks. */
static SipText
get_single (const SipMessage *message, SipHeader header, SipFault *fault)
{
  guint8 first = message->first[header];

  if (first != 0 && message->lines[first - 1].next != 0)
    sip_fault_set (fault, SIP_ERROR_SYNTAX,
                   "A header that may be there once is there twice");
  return sip_message_get_header (message, header);
}

static SipText
get_mandatory (const SipMessage *message, SipHeader header, SipFault *fault)
{
  SipText value = get_single (message, header, fault);

  if (value.s == NULL)
    sip_fault_set (fault, SIP_ERROR_MISSING_HEADER, sip_header_get_name (header));
  return value;
}

static void
parse_party (const SipMessage *message,
             SipHeader header,
             SipNameAddr *addr,
             SipText *tag,
             SipFault *fault)
{
  SipText value = get_mandatory (message, header, fault);

  if (value.s == NULL)
    return;
  if (sip_name_addr_parse (value, addr, NULL) && !addr->is_star)
    *tag = sip_name_addr_get_tag (addr);
  else
    sip_fault_set (fault, SIP_ERROR_SYNTAX, sip_header_get_name (header));
  /* One that is empty would be none to some, and one to others. */
  if (tag->len == 0 && sip_params_has (addr->params, "tag"))
    sip_fault_set (fault, SIP_ERROR_SYNTAX, sip_header_get_name (header));
}

static void
parse_cseq (SipMessage *message, SipFault *fault)
{
  SipText value = get_mandatory (message, SIP_HEADER_CSEQ, fault);

  if (value.s == NULL)
    return;
  if (!sip_cseq_parse (value, &message->cseq, NULL))
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "CSeq");
  else if (!message->is_request)
    message->method = message->cseq.method;
  else if (!sip_text_equal (message->cseq.method_text, message->start_word))
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "CSeq of another method");
}

/* FALSE where a broken request could not be answered. */
static gboolean
parse_via (SipMessage *message, SipFault *fault)
{
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, message, SIP_HEADER_VIA);
  if (!sip_value_iter_next (&iter, &value)) {
    sip_fault_set (fault, SIP_ERROR_MISSING_HEADER, "Via");
    return FALSE;
  }
  if (sip_via_parse (value, &message->via, NULL))
    return TRUE;
  sip_fault_set (fault, SIP_ERROR_SYNTAX, "Via");
  return FALSE;
}

static void
parse_call_id (SipMessage *message, SipFault *fault)
{
  message->call_id = get_mandatory (message, SIP_HEADER_CALL_ID, fault);
  if (message->call_id.s != NULL && message->call_id.len == 0)
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "Call-ID");
}

static void
parse_max_forwards (SipMessage *message, SipFault *fault)
{
  SipText value = get_single (message, SIP_HEADER_MAX_FORWARDS, fault);
  guint64 number;

  if (value.s == NULL)
    return;
  if (sip_text_to_uint (value, 255, &number))
    message->max_forwards = number;
  else
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "Max-Forwards");
}

static void
cut_body (SipMessage *message, SipFault *fault)
{
  SipText value = get_single (message, SIP_HEADER_CONTENT_LENGTH, fault);
  guint64 len;

  if (value.s == NULL)
    return;
  if (!sip_text_to_uint (value, G_MAXUINT32, &len)) {
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "Content-Length");
  } else if (len > message->body.len) {
    sip_fault_set (fault, SIP_ERROR_SYNTAX, "A body shorter than its Content-Length");
  } else {
    message->frame.len -= message->body.len - len;
    message->body.len = len;
  }
}

static gboolean
parse_parts (SipMessage *message, const SipScan *scan, SipFault *fault)
{
  gboolean has_via;

  parse_start_line (message, (SipText){message->frame.s + scan->start, scan->start_len},
                    fault);
  has_via = parse_via (message, fault);
  parse_party (message, SIP_HEADER_FROM, &message->from, &message->from_tag, fault);
  parse_party (message, SIP_HEADER_TO, &message->to, &message->to_tag, fault);
  parse_call_id (message, fault);
  parse_cseq (message, fault);
  parse_max_forwards (message, fault);
  get_single (message, SIP_HEADER_CONTENT_TYPE, fault);
  cut_body (message, fault);
  return has_via;
}

static SipMessage *
fail (const SipFault *fault, GError **error)
{
  g_set_error (error, SIP_ERROR, fault->code, "Bad message: %s", fault->what);
  return NULL;
}

SipMessage *
sip_message_parse (const guint8 *frame, gsize len, SipMessage **broken, GError **error)
{
  g_autoptr (SipMessage) message = NULL;
  SipScan scan;
  gboolean has_via;

  if (broken != NULL)
    *broken = NULL;
  memset (&scan, 0, G_STRUCT_OFFSET (SipScan, lines));
  if (len > SIP_MAX_MESSAGE_BYTES)
    sip_fault_set (&scan.fault, SIP_ERROR_TOO_LARGE, "More bytes than the limit");
  if (!sip_scan_frame (&scan, frame, len)) {
    sip_fault_set (&scan.fault, SIP_ERROR_SYNTAX, "No start line");
    return fail (&scan.fault, error);
  }
  if (scan.body > SIP_MAX_MESSAGE_BYTES)
    return fail (&scan.fault, error);
  /* Of what is too large the head is kept, to be answered. */
  message = new_from_scan (&scan, len > SIP_MAX_MESSAGE_BYTES ? scan.body : len);
  has_via = parse_parts (message, &scan, &scan.fault);
  if (!scan.fault.is_set)
    return g_steal_pointer (&message);
  if (broken != NULL && has_via && message->is_request &&
      message->method != SIP_METHOD_ACK && message->cseq.method != SIP_METHOD_ACK)
    *broken = g_steal_pointer (&message);
  return fail (&scan.fault, error);
}

/* ---- Reading ---- */

gboolean
sip_message_is_request (const SipMessage *message)
{
  return message->is_request;
}

SipMethod
sip_message_get_method (const SipMessage *message)
{
  return message->method;
}

SipText
sip_message_get_method_text (const SipMessage *message)
{
  return message->is_request ? message->start_word : message->cseq.method_text;
}

const SipUri *
sip_message_get_request_uri (const SipMessage *message)
{
  return &message->request_uri;
}

guint
sip_message_get_status (const SipMessage *message)
{
  return message->status;
}

SipText
sip_message_get_reason_phrase (const SipMessage *message)
{
  return message->reason;
}

const SipVia *
sip_message_get_via (const SipMessage *message)
{
  return &message->via;
}

const SipNameAddr *
sip_message_get_from (const SipMessage *message)
{
  return &message->from;
}

const SipNameAddr *
sip_message_get_to (const SipMessage *message)
{
  return &message->to;
}

SipText
sip_message_get_from_tag (const SipMessage *message)
{
  return message->from_tag;
}

SipText
sip_message_get_to_tag (const SipMessage *message)
{
  return message->to_tag;
}

SipText
sip_message_get_call_id (const SipMessage *message)
{
  return message->call_id;
}

const SipCSeq *
sip_message_get_cseq (const SipMessage *message)
{
  return &message->cseq;
}

int
sip_message_get_max_forwards (const SipMessage *message)
{
  return message->max_forwards;
}

gboolean
sip_message_is_response_to (const SipMessage *response, const SipMessage *request)
{
  return sip_text_equal (response->call_id, request->call_id) &&
         sip_text_equal (response->from_tag, request->from_tag) &&
         response->cseq.number == request->cseq.number &&
         sip_text_equal (response->cseq.method_text, request->cseq.method_text);
}

static SipText
get_value (const SipMessage *message, guint n)
{
  const SipLine *line = &message->lines[n];

  return (SipText){message->frame.s + line->value, line->value_len};
}

SipText
sip_message_get_header (const SipMessage *message, SipHeader header)
{
  guint8 first = message->first[header];

  return first != 0 ? get_value (message, first - 1) : SIP_TEXT_NONE;
}

gboolean
sip_message_has_header (const SipMessage *message, SipHeader header)
{
  return message->first[header] != 0;
}

guint
sip_message_get_n_lines (const SipMessage *message)
{
  return message->n_lines;
}

SipHeader
sip_message_get_line (const SipMessage *message, guint n, SipText *name, SipText *value)
{
  const SipLine *line;

  g_return_val_if_fail (n < message->n_lines, SIP_HEADER_OTHER);
  line = &message->lines[n];
  *name = (SipText){message->frame.s + line->name, line->name_len};
  *value = get_value (message, n);
  return line->header;
}

SipText
sip_message_get_header_by_name (const SipMessage *message, const char *name)
{
  SipText found, value;
  SipHeader header = sip_header_from_name (sip_text_from_str (name));

  if (header != SIP_HEADER_OTHER)
    return sip_message_get_header (message, header);
  for (guint i = 0; i < message->n_lines; i++) {
    sip_message_get_line (message, i, &found, &value);
    if (sip_text_equal_case_str (found, name))
      return value;
  }
  return SIP_TEXT_NONE;
}

void
sip_value_iter_init (SipValueIter *iter, const SipMessage *message, SipHeader header)
{
  *iter = (SipValueIter){message, header, message->first[header], SIP_TEXT_NONE};
}

/* line is the number plus 1 of the next line to open, 0 when there is none. */
gboolean
sip_value_iter_next (SipValueIter *iter, SipText *value)
{
  for (;;) {
    if (sip_text_next (&iter->rest, ',', value))
      return TRUE;
    if (iter->line == 0)
      return FALSE;
    *value = get_value (iter->message, iter->line - 1);
    iter->line = iter->message->lines[iter->line - 1].next;
    if (!sip_header_is_list (iter->header))
      return TRUE;
    iter->rest = *value;
  }
}

guint
sip_message_count_values (const SipMessage *message, SipHeader header)
{
  SipValueIter iter;
  SipText value;
  guint n = 0;

  sip_value_iter_init (&iter, message, header);
  while (sip_value_iter_next (&iter, &value))
    n++;
  return n;
}

gboolean
sip_message_has_token (const SipMessage *message, SipHeader header, const char *token)
{
  SipValueIter iter;
  SipText value, head, params;

  sip_value_iter_init (&iter, message, header);
  while (sip_value_iter_next (&iter, &value)) {
    sip_header_split_params (value, &head, &params);
    if (sip_text_equal_case_str (head, token))
      return TRUE;
  }
  return FALSE;
}

gboolean
sip_message_get_seconds (const SipMessage *message, SipHeader header, guint32 *seconds)
{
  SipText head, params;

  sip_header_split_params (sip_message_get_header (message, header), &head, &params);
  return sip_text_to_seconds (head, seconds);
}

guint32
sip_message_get_contact_expires (const SipMessage *message,
                                 const SipNameAddr *contact,
                                 guint32 fallback)
{
  guint32 seconds;

  if (sip_params_get_seconds (contact->params, "expires", &seconds) ||
      sip_message_get_seconds (message, SIP_HEADER_EXPIRES, &seconds))
    return seconds;
  return fallback;
}

SipText
sip_message_get_body (const SipMessage *message)
{
  return message->body;
}

gboolean
sip_message_get_content_type (const SipMessage *message, SipMediaType *media)
{
  return sip_media_type_parse (sip_message_get_header (message, SIP_HEADER_CONTENT_TYPE),
                               media, NULL);
}

gboolean
sip_message_has_content (const SipMessage *message, const char *type_and_subtype)
{
  SipMediaType media;

  return sip_message_get_content_type (message, &media) &&
         sip_media_type_is (&media, type_and_subtype);
}

SipText
sip_message_get_frame (const SipMessage *message)
{
  return message->frame;
}
