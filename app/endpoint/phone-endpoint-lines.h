/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Bytes into lines, and what a line must not be before a JSON parser sees it. Pure.
 *
 * A line that is too long is told once, and its rest is thrown away up to its end, so
 * that at most PHONE_LINE_MAX_BYTES are ever held.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PHONE_LINE_MAX_BYTES (64 * 1024)
#define PHONE_LINE_MAX_DEPTH 64

typedef struct _PhoneLines PhoneLines;

typedef enum {
  PHONE_LINES_NONE, /* no whole line is there: push more */
  PHONE_LINES_LINE,
  PHONE_LINES_TOO_LONG, /* one line was over the limit, and is gone */
} PhoneLinesResult;

PhoneLines *phone_lines_new (void);
void phone_lines_free (PhoneLines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneLines, phone_lines_free)

void phone_lines_push (PhoneLines *self, const void *data, gsize length);
/** @line: the line without its end, with a NUL after it that does not count; full. */
PhoneLinesResult phone_lines_pop (PhoneLines *self, char **line, gsize *length);

typedef enum {
  PHONE_LINE_GOOD,
  PHONE_LINE_EMPTY,    /* white space alone: nothing to say about it */
  PHONE_LINE_NOT_UTF8, /* or a NUL in it */
  PHONE_LINE_TOO_DEEP,
  PHONE_LINE_NOT_JSON, /* a comment, or a string in single quotes */
  PHONE_LINE_NOT_TEXT, /* an escape for NUL, for half of a surrogate pair, or for nothing */
} PhoneLineFault;

/** Counts brackets outside of strings; it does not look at the grammar otherwise, but for
 * what is no JSON (RFC 8259), which the parser would take and which hides brackets. */
PhoneLineFault phone_line_check (const char *line, gsize length);

G_END_DECLS
