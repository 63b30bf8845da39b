/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-cells.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *name;
  guint64 *counts;
} Unit;

static GArray *units; /* of Unit */

static void
unit_clear (gpointer data)
{
  Unit *unit = data;

  g_free (unit->name);
  g_free (unit->counts);
}

static char *
make_file (void)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("cells-XXXXXX", &path, &error);

  g_assert_no_error (error);
  close (fd);
  return path;
}

static void
run (const char *program, const char *file)
{
  const char *const argv[] = {program, NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_auto (GStrv) environment = g_get_environ ();
  int status = 0;

  environment = g_environ_setenv (environment, SIM_CELLS_FILE_VARIABLE, file, TRUE);
  g_spawn_sync (NULL, (char **)argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &said,
                NULL, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", program, error->message, said);
}

void
sim_cells_run_unit (const char *program)
{
  g_autofree char *file = make_file ();
  g_autoptr (GError) error = NULL;
  Unit unit = {.name = g_path_get_basename (program)};
  gsize length = 0, n = 0;

  run (program, file);
  g_file_get_contents (file, (char **)&unit.counts, &length, &error);
  g_assert_no_error (error);
  g_unlink (file);
  sim_cells_get_all (&n);
  g_assert_cmpuint (length, ==, n * sizeof (guint64));
  if (units == NULL) {
    units = g_array_new (FALSE, FALSE, sizeof (Unit));
    g_array_set_clear_func (units, unit_clear);
  }
  g_array_append_val (units, unit);
}

const char *
sim_cells_find_unit (SimCellsMachine machine, guint state, guint event)
{
  gsize at = (machine * SIM_CELLS_MAX_STATES + state) * SIM_CELLS_MAX_EVENTS + event;
  const char *name = NULL;
  guint64 most = 0;

  for (guint i = 0; units != NULL && i < units->len; i++) {
    const Unit *unit = &g_array_index (units, Unit, i);

    if (unit->counts[at] <= most)
      continue;
    most = unit->counts[at];
    name = unit->name;
  }
  return name;
}

void
sim_cells_forget_units (void)
{
  g_clear_pointer (&units, g_array_unref);
}
