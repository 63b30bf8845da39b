/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-types.h"

/* Decisions read from the front of an input. Where the input is over every decision is 0
 * and every text empty, so that any input means something. */
typedef struct {
  const guint8 *s;
  gsize len;
} FuzzBytes;

/* 0 to n - 1, from one byte; n at most 256. */
guint fuzz_take (FuzzBytes *bytes, guint n);
/* One byte says how many follow. May hold any byte, and is not terminated. */
SipText fuzz_take_text (FuzzBytes *bytes);
/* All that is left. */
SipText fuzz_take_rest (FuzzBytes *bytes);

/* One of the elements of an array. */
#define fuzz_pick(bytes, array) (array)[fuzz_take ((bytes), G_N_ELEMENTS (array))]

/* With FUZZ_TRACE set in the environment, on standard error: what goes in and comes out. */
void fuzz_trace (const char *what, gint64 now_us, SipText frame);
