/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What is read and answered: messages as other user agents write them, of a size to
 * choose. All owned. */

#define BENCH_DOMAIN "example.org"
#define BENCH_ALICE "sip:alice@" BENCH_DOMAIN
#define BENCH_BOB "sip:bob@" BENCH_DOMAIN

/* Alice calls Bob; @number tells calls apart. The bytes are in the body. */
GString *bench_make_invite (guint number, gsize bytes);
/* The same with the bytes in a hundred headers that nobody reads. */
GString *bench_make_long_headers (gsize bytes);
/* Of Alice; the bytes are in a header that nobody reads. */
GString *bench_make_register (guint number, gsize bytes);
/* Bob's 200 to this request; @bytes 0: without a body. */
GString *bench_make_ok (const char *request, gsize bytes);
