/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-demo-child.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define PATIENCE_MS 4000

struct _PhoneDemoChild {
  char *name;
  GSubprocess *process;
  GDataInputStream *output;
  GCancellable *cancellable;
  GQueue lines; /* of JsonObject, not looked at yet */
  JsonObject *current;
  gboolean has_ended;
  gboolean is_reading;
};

/* Beside this program when installed, in its own folder while it is built. */
static char *
find_program (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self != NULL ? self : ".");
  const char *room = strchr (name, '-') + 1;
  g_autofree char *beside = g_build_filename (folder, name, NULL);
  g_autofree char *built = g_build_filename (folder, "..", room, name, NULL);

  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_steal_pointer (&built);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void read_line (PhoneDemoChild *self);

static void
take_line (PhoneDemoChild *self, const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    g_queue_push_tail (&self->lines, json_node_dup_object (node));
}

static void
on_line_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PhoneDemoChild *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (
      G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  self->is_reading = FALSE;
  if (line == NULL) {
    self->has_ended = TRUE;
    return;
  }
  take_line (self, line);
  read_line (self);
}

static void
read_line (PhoneDemoChild *self)
{
  self->is_reading = TRUE;
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT,
                                       self->cancellable, on_line_read, self);
}

PhoneDemoChild *
phone_demo_child_start (const char *name, const char *const *arguments, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocess) process = NULL;
  PhoneDemoChild *self;

  g_ptr_array_add (argv, find_program (name));
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (arguments[i]));
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, error);
  if (process == NULL)
    return NULL;

  self = g_new0 (PhoneDemoChild, 1);
  self->name = g_strdup (name);
  self->process = g_steal_pointer (&process);
  self->cancellable = g_cancellable_new ();
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_queue_init (&self->lines);
  read_line (self);
  return self;
}

static gboolean
on_time_over (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
stop (PhoneDemoChild *self)
{
  gboolean is_over = FALSE;
  guint timeout_id = g_timeout_add (PATIENCE_MS, on_time_over, &is_over);

  g_subprocess_send_signal (self->process, SIGTERM);
  while (!self->has_ended && !is_over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout_id);
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_cancellable_cancel (self->cancellable);
  while (self->is_reading)
    g_main_context_iteration (NULL, TRUE);
}

void
phone_demo_child_free (PhoneDemoChild *self)
{
  if (self == NULL)
    return;
  stop (self);
  g_clear_pointer (&self->current, json_object_unref);
  g_queue_clear_full (&self->lines, (GDestroyNotify)json_object_unref);
  g_object_unref (self->output);
  g_object_unref (self->process);
  g_object_unref (self->cancellable);
  g_free (self->name);
  g_free (self);
}

static gboolean
matches (JsonObject *object, const char *name, const char *value)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_STRING &&
         strcmp (json_node_get_string (node), value) == 0;
}

/* FALSE: there is none among the lines read so far. */
static gboolean
find_line (PhoneDemoChild *self, const char *name, const char *value)
{
  while (!g_queue_is_empty (&self->lines)) {
    g_clear_pointer (&self->current, json_object_unref);
    self->current = g_queue_pop_head (&self->lines);
    if (matches (self->current, name, value))
      return TRUE;
  }
  return FALSE;
}

JsonObject *
phone_demo_child_wait (PhoneDemoChild *self,
                       const char *name,
                       const char *value,
                       guint timeout_ms,
                       GError **error)
{
  gboolean is_over = FALSE;
  guint timeout_id = g_timeout_add (timeout_ms, on_time_over, &is_over);
  gboolean is_found;

  while (!(is_found = find_line (self, name, value)) && !self->has_ended && !is_over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout_id);
  if (is_found)
    return self->current;
  g_set_error (error, G_IO_ERROR, is_over ? G_IO_ERROR_TIMED_OUT : G_IO_ERROR_CLOSED,
               is_over ? "%s did not say \"%s\" in time"
                       : "%s ended before it said \"%s\"",
               self->name, value);
  return NULL;
}
