/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz-bytes.h"

/* What the plays around an agent and a proxy put into their frames. */

void fuzz_append_text (GString *out, SipText text);
/* Up to four header lines that mean something somewhere, or stand in the input. */
void fuzz_append_lines (FuzzBytes *bytes, GString *out);
/* The end of the headers, and a body of any kind. */
void fuzz_append_body (FuzzBytes *bytes, GString *out);
/* Changes, inserts or takes away so many bytes or pieces. */
void fuzz_edit (FuzzBytes *bytes, GString *frame, guint n_edits);
