/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Allocations and time between bench_begin() and bench_end(). It brings its own malloc(),
 * which is that of the whole program. GLib before 2.76 keeps a store of small pieces, which
 * hides some: the environment needs G_SLICE=always-malloc.
 *
 * Instructions are for callgrind to count: what is measured happens in functions whose
 * names begin with measured_, and nothing else does. */

#define MEASURED __attribute__ ((noinline))

typedef struct {
  guint64 allocations;
  gint64 ns;
} BenchCount;

void bench_begin (void);
void bench_end (void);
/* What came together since the last time. */
BenchCount bench_take (void);
