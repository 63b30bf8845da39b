/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-count.h"

#include <time.h>

static struct {
  gboolean is_on;
  gint64 begun_ns;
  BenchCount sum;
} count;

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

/* The program's own names win over the C library's, in GLib too. */
void *
malloc (size_t size)
{
  count.sum.allocations += count.is_on;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  count.sum.allocations += count.is_on;
  return __libc_calloc (n, size);
}

void *
realloc (void *memory, size_t size)
{
  count.sum.allocations += count.is_on;
  return __libc_realloc (memory, size);
}

static gint64
get_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

void
bench_begin (void)
{
  count.is_on = TRUE;
  count.begun_ns = get_ns ();
}

void
bench_end (void)
{
  count.sum.ns += get_ns () - count.begun_ns;
  count.is_on = FALSE;
}

BenchCount
bench_take (void)
{
  BenchCount sum = count.sum;

  count.sum = (BenchCount){0};
  return sum;
}
