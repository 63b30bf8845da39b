/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-devtools.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Where Chromium expects the two ends of its pipe. Both are one socket here, because
 * writing to a socket that nobody reads is an error, but to a pipe it is a signal. */
enum { COMMANDS_FD = 3, ANSWERS_FD = 4 };

struct _PhoneDevtools {
  GObject parent_instance;

  /* Owned. */
  GSubprocess *process;
  GIOStream *stream;
  GDataInputStream *answers;
  GCancellable *closing;
  GHashTable *pending; /* id of a command -> GTask */
  GString *outbox;     /* not yet written */
  GBytes *writing;     /* NULL while nothing is being written */

  gint64 last_id;
};

G_DEFINE_FINAL_TYPE (PhoneDevtools, phone_devtools, G_TYPE_OBJECT)

/* ---- writing ---- */

static void flush_commands (PhoneDevtools *self);

static void
on_commands_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneDevtools) self = user_data;

  g_clear_pointer (&self->writing, g_bytes_unref);
  /* A broken pipe is told by the reading end. */
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    flush_commands (self);
}

static void
flush_commands (PhoneDevtools *self)
{
  gconstpointer data;
  gsize size;

  if (self->writing != NULL || self->outbox->len == 0)
    return;
  self->writing = g_string_free_to_bytes (g_steal_pointer (&self->outbox));
  self->outbox = g_string_new (NULL);
  data = g_bytes_get_data (self->writing, &size);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), data,
                                   size, G_PRIORITY_DEFAULT, self->closing,
                                   on_commands_written, g_object_ref (self));
}

void
phone_devtools_send_async (PhoneDevtools *self,
                           const char *session,
                           const char *method,
                           JsonObject *params,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonObject) command = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  gint64 id = ++self->last_id;

  g_task_set_source_tag (task, phone_devtools_send_async);
  json_object_set_int_member (command, "id", id);
  json_object_set_string_member (command, "method", method);
  if (session != NULL)
    json_object_set_string_member (command, "sessionId", session);
  json_object_set_object_member (command, "params",
                                 params != NULL ? params : json_object_new ());
  if (g_cancellable_is_cancelled (self->closing)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "Chromium has ended");
    return;
  }
  json_node_set_object (node, command);
  text = json_to_string (node, FALSE);
  g_string_append_len (self->outbox, text, (gssize)strlen (text) + 1);
  g_hash_table_insert (self->pending, g_memdup2 (&id, sizeof id),
                       g_steal_pointer (&task));
  flush_commands (self);
}

JsonObject *
phone_devtools_send_finish (PhoneDevtools *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- reading ---- */

static void read_answer (PhoneDevtools *self);

static GHashTable *
new_pending (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

static void
fail_pending (PhoneDevtools *self)
{
  g_autoptr (GHashTable) pending = g_steal_pointer (&self->pending);
  GHashTableIter iter;
  gpointer task;

  self->pending = new_pending ();
  g_hash_table_iter_init (&iter, pending);
  while (g_hash_table_iter_next (&iter, NULL, &task))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "Chromium has ended");
}

static void
take_answer (PhoneDevtools *self, JsonObject *answer)
{
  gint64 id = json_object_get_int_member_with_default (answer, "id", 0);
  GTask *found = g_hash_table_lookup (self->pending, &id);
  g_autoptr (GTask) task = NULL;
  JsonObject *error;

  /* Events have no id; none is waited for. */
  if (found == NULL)
    return;
  task = g_object_ref (found);
  g_hash_table_remove (self->pending, &id);
  if (json_object_has_member (answer, "result")) {
    JsonObject *result = json_object_get_object_member (answer, "result");

    g_task_return_pointer (task, json_object_ref (result),
                           (GDestroyNotify)json_object_unref);
    return;
  }
  error = json_object_get_object_member (answer, "error");
  g_task_return_new_error (
      task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
      json_object_get_string_member_with_default (error, "message", "no result"));
}

static void
on_answer_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneDevtools) self = user_data;
  g_autofree char *text = g_data_input_stream_read_upto_finish (
      G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_autoptr (JsonNode) node = NULL;

  if (text == NULL || g_cancellable_is_cancelled (self->closing)) {
    g_cancellable_cancel (self->closing);
    fail_pending (self);
    return;
  }
  node = json_from_string (text, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    take_answer (self, json_node_get_object (node));
  /* The NUL is left in the stream's buffer. */
  g_data_input_stream_read_byte (self->answers, NULL, NULL);
  read_answer (self);
}

static void
read_answer (PhoneDevtools *self)
{
  g_data_input_stream_read_upto_async (self->answers, "\0", 1, G_PRIORITY_DEFAULT,
                                       self->closing, on_answer_read,
                                       g_object_ref (self));
}

/* ---- the process ---- */

static gboolean
start_process (PhoneDevtools *self, const char *const *arguments, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSocket) socket = NULL;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno),
                         g_strerror (errno));
    return FALSE;
  }
  g_subprocess_launcher_take_fd (launcher, fcntl (ends[1], F_DUPFD_CLOEXEC, 0),
                                 COMMANDS_FD);
  g_subprocess_launcher_take_fd (launcher, ends[1], ANSWERS_FD);
  socket = g_socket_new_from_fd (ends[0], error);
  if (socket == NULL) {
    close (ends[0]);
    return FALSE;
  }
  self->stream = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  self->answers = g_data_input_stream_new (g_io_stream_get_input_stream (self->stream));
  self->process = g_subprocess_launcher_spawnv (launcher, arguments, error);
  /* Its end is the browser's alone, so that the end of the browser is seen here. */
  g_subprocess_launcher_close (launcher);
  return self->process != NULL;
}

PhoneDevtools *
phone_devtools_spawn (const char *const *arguments, GError **error)
{
  g_autoptr (PhoneDevtools) self = g_object_new (PHONE_TYPE_DEVTOOLS, NULL);

  if (!start_process (self, arguments, error))
    return NULL;
  read_answer (self);
  return g_steal_pointer (&self);
}

GSubprocess *
phone_devtools_get_process (PhoneDevtools *self)
{
  return self->process;
}

void
phone_devtools_close (PhoneDevtools *self)
{
  g_subprocess_force_exit (self->process);
  g_cancellable_cancel (self->closing);
}

/* ---- object ---- */

static void
phone_devtools_finalize (GObject *object)
{
  PhoneDevtools *self = PHONE_DEVTOOLS (object);

  g_clear_object (&self->process);
  g_clear_object (&self->stream);
  g_clear_object (&self->answers);
  g_clear_object (&self->closing);
  g_hash_table_unref (self->pending);
  g_string_free (self->outbox, TRUE);
  G_OBJECT_CLASS (phone_devtools_parent_class)->finalize (object);
}

static void
phone_devtools_class_init (PhoneDevtoolsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_devtools_finalize;
}

static void
phone_devtools_init (PhoneDevtools *self)
{
  self->closing = g_cancellable_new ();
  self->pending = new_pending ();
  self->outbox = g_string_new (NULL);
}
