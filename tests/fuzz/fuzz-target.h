/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One input of a fuzz target: any bytes at all. libFuzzer calls it for ever (./check
 * fuzz), replay.c once for each file of the corpus (every test run). Whatever the bytes
 * are, it returns 0; what must not be aborts. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Called by libFuzzer before the first input. */
int LLVMFuzzerInitialize (int *argc, char ***argv);
