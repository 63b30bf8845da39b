/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-cells.h"

/* Linked into a unit test as it is: at its end what it visited is written down. */

static void __attribute__ ((destructor)) save (void)
{
  const char *path = g_getenv (SIM_CELLS_FILE_VARIABLE);
  const guint64 *counts;
  gsize n;

  if (path == NULL)
    return;
  counts = sim_cells_get_all (&n);
  if (!g_file_set_contents (path, (const char *)counts, (gssize)(n * sizeof *counts),
                            NULL))
    g_error ("%s cannot be written", path);
}
