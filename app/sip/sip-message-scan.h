/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-header.h"

/* For sip-message.c alone: one pass over a frame that finds its lines, before anything is
 * allocated. */

G_BEGIN_DECLS

/* Where a header line is in the frame. Lines of the same header are chained, so that
 * none is ever looked for: next is the number of the following one plus 1, 0 at the end. */
typedef struct {
  guint32 name;
  guint32 name_len;
  guint32 value;
  guint32 value_len;
  guint8 header;
  guint8 next;
} SipLine;

G_STATIC_ASSERT (SIP_MAX_HEADERS < G_MAXUINT8);

/* The first thing found wrong; further ones do not matter. */
typedef struct {
  gboolean is_set;
  SipError code;
  const char *what;
} SipFault;

/* What one pass over the frame finds, on the stack, before anything is allocated. */
typedef struct {
  const char *frame;
  gsize len;
  gsize start;     /* of the start line */
  gsize start_len; /* without its line end */
  gsize body;      /* where it begins */
  guint n_lines;
  gboolean is_folded;
  gboolean has_bad_byte; /* NUL or a lone CR in the head */
  SipFault fault;
  guint8 first[SIP_N_HEADERS]; /* number of the first line plus 1 */
  guint8 last[SIP_N_HEADERS];
  SipLine lines[SIP_MAX_HEADERS];
} SipScan;

void sip_fault_set (SipFault *fault, SipError code, const char *what);

/* scan is zeroed up to lines. Borrows the frame. FALSE if there is not even a start line;
 * what else is wrong is a fault. */
gboolean sip_scan_frame (SipScan *scan, const guint8 *frame, gsize len);

G_END_DECLS
