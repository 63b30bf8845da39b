/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <stdio.h>

/* Gives a target every file of the folders named, in the order of their names: what was
 * found once is never found again. One TAP line a file. */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *)a, *(char *const *)b);
}

static void
add_files (GPtrArray *paths, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
}

static void
replay (const char *path, guint number)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  g_autofree guint8 *exact = NULL;
  gsize length = 0;

  printf ("# %s\n", name);
  fflush (stdout);
  if (!g_file_get_contents (path, &bytes, &length, &error))
    g_error ("%s", error->message);
  /* Without the NUL that was put behind it: a step too far is seen then. */
  exact = g_memdup2 (bytes, length);
  LLVMFuzzerTestOneInput (exact, length);
  printf ("ok %u - %s\n", number, name);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (int i = 1; i < argc; i++)
    add_files (paths, argv[i]);
  g_ptr_array_sort (paths, compare_names);
  printf ("1..%u\n", paths->len);
  for (guint i = 0; i < paths->len; i++)
    replay (g_ptr_array_index (paths, i), i + 1);
  return paths->len > 0 ? 0 : 1;
}
