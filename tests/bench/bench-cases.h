/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What bench-sip measures of an agent and of the exchange; see bench-count.h. */

void bench_answer_invite (guint times, gsize bytes);
void bench_answer_ok (guint times, gsize bytes);
void bench_answer_register (guint times, gsize bytes);
/* One request through the exchange each, and its response back. */
void bench_proxy_transactions (guint times);

/* The same bytes each time. @state: a guint64. */
void bench_fill (gpointer state, guint8 *buffer, gsize length);
