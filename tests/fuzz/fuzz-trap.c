/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <signal.h>
#include <stdlib.h>

/* GLib ends a program by a trap where it logs an error, or a warning that is fatal, and
 * libFuzzer does not know of traps: it would not write down what it had found. */

static void
on_trap (int number)
{
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  signal (SIGTRAP, on_trap);
  return 0;
}
