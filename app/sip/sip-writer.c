/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-writer.h"
#include "sip-status.h"

#include <string.h>

struct _SipWriter {
  GString *out; /* owned */
  char *body;   /* owned copy; NULL where the body is borrowed */
  SipText body_text;
  GError *error; /* owned: the first one */
};

/* ---- The pieces, each checked ---- */

static void
fail (SipWriter *writer, SipError code, const char *what, const char *where)
{
  if (writer->error == NULL)
    writer->error = g_error_new (SIP_ERROR, code, "%s: %s", where, what);
}

static void
append (SipWriter *writer, SipText text)
{
  if (text.len > 0)
    g_string_append_len (writer->out, text.s, text.len);
}

static void
append_line (SipWriter *writer, SipText name, SipText value)
{
  append (writer, name);
  g_string_append_len (writer->out, ": ", 2);
  append (writer, value);
  g_string_append_len (writer->out, "\r\n", 2);
}

static void
add (SipWriter *writer, const char *name, SipText value)
{
  if (writer->error != NULL)
    return;
  if (value.s == NULL)
    fail (writer, SIP_ERROR_SYNTAX, "A header without a value", name);
  else if (sip_text_has_forbidden_byte (value))
    fail (writer, SIP_ERROR_FORBIDDEN_BYTE, "CR, LF or NUL in a value", name);
  else
    append_line (writer, sip_text_from_str (name), value);
}

/* No byte up to the space, and no DEL: what would end a word of the start line. */
static gboolean
is_one_word (SipText text)
{
  for (gsize i = 0; i < text.len; i++)
    if ((guint8)text.s[i] <= ' ' || text.s[i] == 0x7f)
      return FALSE;
  return text.len > 0;
}

static void
start_request (SipWriter *writer, SipText method, SipText uri)
{
  if (!sip_text_is_token (method))
    fail (writer, SIP_ERROR_SYNTAX, "Not a method", "Start line");
  else if (!is_one_word (uri))
    fail (writer, SIP_ERROR_FORBIDDEN_BYTE, "Space or control in the URI", "Start line");
  append (writer, method);
  g_string_append_c (writer->out, ' ');
  append (writer, uri);
  g_string_append (writer->out, " SIP/2.0\r\n");
}

static void
start_response (SipWriter *writer, guint status, SipText reason)
{
  if (status < 100 || status > 699)
    fail (writer, SIP_ERROR_SYNTAX, "Not a status", "Start line");
  if (sip_text_has_forbidden_byte (reason))
    fail (writer, SIP_ERROR_FORBIDDEN_BYTE, "CR, LF or NUL in the phrase", "Start line");
  g_string_append_printf (writer->out, "SIP/2.0 %u ", status);
  append (writer, reason);
  g_string_append (writer->out, "\r\n");
}

static SipWriter *
new_writer (gsize size)
{
  SipWriter *writer = g_new0 (SipWriter, 1);

  writer->out = g_string_sized_new (size);
  return writer;
}

void
sip_writer_free (SipWriter *writer)
{
  if (writer == NULL)
    return;
  if (writer->out != NULL)
    g_string_free (writer->out, TRUE);
  g_free (writer->body);
  g_clear_error (&writer->error);
  g_free (writer);
}

/* ---- Requests and responses ---- */

SipWriter *
sip_writer_new_request (const char *method, const char *request_uri)
{
  SipWriter *writer = new_writer (2048);

  start_request (writer, sip_text_from_str (method), sip_text_from_str (request_uri));
  return writer;
}

static void
add_to_with_tag (SipWriter *writer, const SipMessage *request, const char *to_tag)
{
  SipText to = sip_message_get_header (request, SIP_HEADER_TO);

  if (to.s == NULL)
    return;
  if (to_tag == NULL || sip_message_get_to_tag (request).s != NULL)
    sip_writer_add_text (writer, SIP_HEADER_TO, to);
  else if (!sip_text_is_token (sip_text_from_str (to_tag)))
    fail (writer, SIP_ERROR_SYNTAX, "A tag that is no token", "To");
  else
    sip_writer_add_printf (writer, SIP_HEADER_TO, "%.*s;tag=%s", SIP_TEXT_ARG (to),
                           to_tag);
}

SipWriter *
sip_writer_new_response (const SipMessage *request,
                         guint status,
                         const char *reason,
                         const char *to_tag)
{
  SipWriter *writer = new_writer (1024);

  if (reason == NULL)
    reason = sip_status_get_phrase (status);
  start_response (writer, status, sip_text_from_str (reason));
  sip_writer_copy_header (writer, request, SIP_HEADER_VIA);
  sip_writer_copy_header (writer, request, SIP_HEADER_FROM);
  add_to_with_tag (writer, request, to_tag);
  sip_writer_copy_header (writer, request, SIP_HEADER_CALL_ID);
  sip_writer_copy_header (writer, request, SIP_HEADER_CSEQ);
  return writer;
}

/* ---- Passing on ---- */

/* What a pass over the lines still has to do. */
typedef struct {
  const SipForward *forward;
  gboolean is_via_done;
  guint routes_to_pop;
} Passing;

static void
start_as_received (SipWriter *writer, const SipMessage *message, const char *request_uri)
{
  if (!sip_message_is_request (message))
    start_response (writer, sip_message_get_status (message),
                    sip_message_get_reason_phrase (message));
  else
    start_request (writer, sip_message_get_method_text (message),
                   request_uri != NULL ? sip_text_from_str (request_uri)
                                       : sip_message_get_request_uri (message)->text);
}

static void
add_optional (SipWriter *writer, SipHeader header, const char *value)
{
  if (value != NULL)
    sip_writer_add_header (writer, header, value);
}

/* The first value of the line is replaced, or goes. An empty line has none, and is left
 * out. */
static void
pass_top_via (SipWriter *writer, SipText name, SipText value, Passing *passing)
{
  SipText rest = value, top;

  if (!sip_text_next (&rest, ',', &top))
    return;
  passing->is_via_done = TRUE;
  if (passing->forward->replace_via != NULL)
    sip_writer_add_header (writer, SIP_HEADER_VIA, passing->forward->replace_via);
  rest = sip_text_trim (rest);
  if (rest.len > 0)
    append_line (writer, name, rest);
}

static void
pass_route (SipWriter *writer, SipText name, SipText value, Passing *passing)
{
  SipText rest = value, piece;

  while (passing->routes_to_pop > 0 && sip_text_next (&rest, ',', &piece))
    passing->routes_to_pop--;
  rest = sip_text_trim (rest);
  if (rest.len > 0)
    append_line (writer, name, rest);
}

static gboolean
is_dropped (const SipHeader *drop, SipHeader header)
{
  for (; drop != NULL && *drop != SIP_HEADER_OTHER; drop++)
    if (*drop == header)
      return TRUE;
  return FALSE;
}

static void
pass_line (SipWriter *writer, const SipMessage *message, guint n, Passing *passing)
{
  const SipForward *forward = passing->forward;
  SipText name, value;
  SipHeader header = sip_message_get_line (message, n, &name, &value);

  if (header == SIP_HEADER_CONTENT_LENGTH || is_dropped (forward->drop, header))
    return;
  if (header == SIP_HEADER_MAX_FORWARDS && forward->max_forwards >= 0)
    return;
  if (header == SIP_HEADER_ROUTE && passing->routes_to_pop > 0) {
    pass_route (writer, name, value, passing);
  } else if (header == SIP_HEADER_VIA && !passing->is_via_done &&
             (forward->replace_via != NULL || forward->pop_via)) {
    pass_top_via (writer, name, value, passing);
  } else {
    append (writer, (SipText){name.s, value.s + value.len - name.s});
    g_string_append_len (writer->out, "\r\n", 2);
  }
}

SipWriter *
sip_writer_new_forward (const SipMessage *message, const SipForward *forward)
{
  SipWriter *writer = new_writer (sip_message_get_frame (message).len + 1024);
  Passing passing = {.forward = forward, .routes_to_pop = forward->pop_routes};

  start_as_received (writer, message, forward->request_uri);
  add_optional (writer, SIP_HEADER_VIA, forward->push_via);
  add_optional (writer, SIP_HEADER_RECORD_ROUTE, forward->push_record_route);
  add_optional (writer, SIP_HEADER_PATH, forward->push_path);
  add_optional (writer, SIP_HEADER_ROUTE, forward->push_route);
  if (forward->max_forwards >= 0)
    sip_writer_add_printf (writer, SIP_HEADER_MAX_FORWARDS, "%d", forward->max_forwards);
  for (guint i = 0; i < sip_message_get_n_lines (message); i++)
    pass_line (writer, message, i, &passing);
  writer->body_text = sip_message_get_body (message);
  return writer;
}

/* ---- Headers and body ---- */

void
sip_writer_add_header (SipWriter *writer, SipHeader header, const char *value)
{
  sip_writer_add_text (writer, header, sip_text_from_str (value));
}

void
sip_writer_add_text (SipWriter *writer, SipHeader header, SipText value)
{
  g_return_if_fail (header != SIP_HEADER_OTHER && header != SIP_HEADER_CONTENT_LENGTH);

  add (writer, sip_header_get_name (header), value);
}

void
sip_writer_add_named (SipWriter *writer, const char *name, const char *value)
{
  SipText text = sip_text_from_str (name);

  if (!sip_text_is_token (text) ||
      sip_header_from_name (text) == SIP_HEADER_CONTENT_LENGTH)
    fail (writer, SIP_ERROR_SYNTAX, "Not a header name", "Header");
  else
    add (writer, name, sip_text_from_str (value));
}

void
sip_writer_add_printf (SipWriter *writer, SipHeader header, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  sip_writer_add_header (writer, header, value);
}

void
sip_writer_copy_header (SipWriter *writer, const SipMessage *from, SipHeader header)
{
  SipText name, value;

  for (guint i = 0; i < sip_message_get_n_lines (from); i++)
    if (sip_message_get_line (from, i, &name, &value) == header)
      sip_writer_add_text (writer, header, value);
}

void
sip_writer_set_body (SipWriter *writer, const char *content_type, SipText body)
{
  sip_writer_add_header (writer, SIP_HEADER_CONTENT_TYPE, content_type);
  g_free (writer->body);
  writer->body = sip_text_dup (body);
  writer->body_text = (SipText){writer->body, body.len};
}

GBytes *
sip_writer_finish (SipWriter *writer, GError **error)
{
  g_autoptr (SipWriter) owned = writer;

  g_string_append_printf (writer->out, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                          writer->body_text.len);
  append (writer, writer->body_text);
  if (writer->out->len > SIP_MAX_MESSAGE_BYTES)
    fail (writer, SIP_ERROR_TOO_LARGE, "More bytes than the limit", "Message");
  if (writer->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&writer->error));
    return NULL;
  }
  return g_string_free_to_bytes (g_steal_pointer (&writer->out));
}
