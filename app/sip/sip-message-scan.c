/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-message-scan.h"

#include <string.h>

void
sip_fault_set (SipFault *fault, SipError code, const char *what)
{
  if (!fault->is_set)
    *fault = (SipFault){TRUE, code, what};
}

/* The end of the line that starts at from, without CR LF or a bare LF; *next is where the
 * following one starts. FALSE if the line does not end. */
static gboolean
find_line_end (SipScan *scan, gsize from, gsize *end, gsize *next)
{
  const char *line = scan->frame + from;
  const char *lf = memchr (line, '\n', scan->len - from);
  const char *cr;

  if (lf == NULL)
    return FALSE;
  *next = lf - scan->frame + 1;
  *end = *next - 1;
  cr = memchr (line, '\r', lf - line);
  if (cr == NULL)
    return TRUE;
  *end -= lf[-1] == '\r';
  if (cr != lf - 1) {
    scan->has_bad_byte = TRUE;
    sip_fault_set (&scan->fault, SIP_ERROR_SYNTAX, "A lone CR in a header");
  }
  return TRUE;
}

static gboolean
starts_with_space (const SipScan *scan, gsize at)
{
  return at < scan->len && (scan->frame[at] == ' ' || scan->frame[at] == '\t');
}

static void
add_line (SipScan *scan, gsize from, SipText name, SipText value)
{
  SipHeader header = sip_header_from_name (name);
  SipLine *line = &scan->lines[scan->n_lines++];

  line->name = from;
  line->name_len = name.len;
  line->value = value.s - scan->frame;
  line->value_len = value.len;
  line->header = header;
  line->next = 0;
  if (header == SIP_HEADER_OTHER)
    return;
  if (scan->first[header] == 0)
    scan->first[header] = scan->n_lines;
  else
    scan->lines[scan->last[header] - 1].next = scan->n_lines;
  scan->last[header] = scan->n_lines;
}

static void
scan_line (SipScan *scan, gsize from, gsize end)
{
  SipText text = {scan->frame + from, end - from}, name, value;
  const char *colon = memchr (text.s, ':', text.len);

  if (colon == NULL) {
    sip_fault_set (&scan->fault, SIP_ERROR_SYNTAX, "A header without a colon");
    return;
  }
  name = sip_text_trim ((SipText){text.s, colon - text.s});
  if (name.s != text.s || !sip_text_is_token (name)) {
    sip_fault_set (&scan->fault, SIP_ERROR_SYNTAX, "A header name that is no token");
    return;
  }
  if (scan->n_lines == SIP_MAX_HEADERS) {
    sip_fault_set (&scan->fault, SIP_ERROR_TOO_LARGE, "Too many headers");
    return;
  }
  value = sip_text_skip (text, colon - text.s + 1);
  add_line (scan, from, name, sip_text_trim (value));
}

/* Up to the empty line. Where it lacks, all is head. */
static void
scan_headers (SipScan *scan, gsize at)
{
  gsize end, next, more;

  while (find_line_end (scan, at, &end, &next)) {
    if (end == at) {
      scan->body = next;
      return;
    }
    while (starts_with_space (scan, next) && find_line_end (scan, next, &end, &more)) {
      scan->is_folded = TRUE;
      next = more;
    }
    scan_line (scan, at, end);
    at = next;
  }
  scan->body = scan->len;
  sip_fault_set (&scan->fault, SIP_ERROR_SYNTAX, "The headers do not end");
}

gboolean
sip_scan_frame (SipScan *scan, const guint8 *frame, gsize len)
{
  gsize end, next;

  scan->frame = (const char *)frame;
  scan->len = len;
  while (scan->start < len && (frame[scan->start] == '\r' || frame[scan->start] == '\n'))
    scan->start++;
  if (scan->start == len || !find_line_end (scan, scan->start, &end, &next))
    return FALSE;
  scan->start_len = end - scan->start;
  scan_headers (scan, next);
  if (memchr (frame, '\0', scan->body) != NULL) {
    scan->has_bad_byte = TRUE;
    sip_fault_set (&scan->fault, SIP_ERROR_SYNTAX, "A NUL in the headers");
  }
  return TRUE;
}
