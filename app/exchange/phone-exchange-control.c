/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-control.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define ANSWER_TIMEOUT_S 5

struct _PhoneExchangeControl {
  GObject parent;
  /* owned */
  PhoneExchange *exchange;
  GSocketService *service; /* NULL until it listens */
  char *path;
};

G_DEFINE_FINAL_TYPE (PhoneExchangeControl, phone_exchange_control, G_TYPE_OBJECT)

static void
phone_exchange_control_dispose (GObject *object)
{
  PhoneExchangeControl *self = PHONE_EXCHANGE_CONTROL (object);

  if (self->service != NULL) {
    g_socket_service_stop (self->service);
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    g_unlink (self->path);
  }
  g_clear_object (&self->service);
  g_clear_object (&self->exchange);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (phone_exchange_control_parent_class)->dispose (object);
}

static void
phone_exchange_control_class_init (PhoneExchangeControlClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_exchange_control_dispose;
}

static void
phone_exchange_control_init (PhoneExchangeControl *self)
{
}

static void
on_output_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GSocketConnection) connection = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_io_stream_close_async (G_IO_STREAM (connection), G_PRIORITY_DEFAULT, NULL, NULL,
                           NULL);
}

/* The mode of the socket keeps others out; a folder that others may write to would let
 * them move it away, so ask the kernel too. */
static gboolean
is_same_user (GSocketConnection *connection)
{
  g_autoptr (GCredentials) theirs =
      g_socket_get_credentials (g_socket_connection_get_socket (connection), NULL);
  g_autoptr (GCredentials) ours = g_credentials_new ();

  return theirs != NULL && g_credentials_is_same_user (theirs, ours, NULL);
}

static gboolean
on_service_incoming (GSocketService *service,
                     GSocketConnection *connection,
                     GObject *source,
                     PhoneExchangeControl *self)
{
  g_autofree char *json = NULL;
  char *line = NULL;

  if (!is_same_user (connection))
    return TRUE;
  g_socket_set_timeout (g_socket_connection_get_socket (connection), ANSWER_TIMEOUT_S);
  json = phone_exchange_dup_bindings_json (self->exchange);
  line = g_strconcat (json, "\n", NULL);
  g_object_set_data_full (G_OBJECT (connection), "phone-line", line, g_free);
  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (G_IO_STREAM (connection)), line, strlen (line),
      G_PRIORITY_DEFAULT, NULL, on_output_written, g_object_ref (connection));
  return TRUE;
}

static GSocketConnection *
connect_to (const char *path, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, ANSWER_TIMEOUT_S);
  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
}

/* One that was left by a process that died. */
static void
remove_stale (const char *path)
{
  struct stat info;
  g_autoptr (GSocketConnection) connection = NULL;

  if (lstat (path, &info) != 0 || !S_ISSOCK (info.st_mode))
    return;
  connection = connect_to (path, NULL);
  if (connection == NULL)
    g_unlink (path);
}

static gboolean
listen_at (PhoneExchangeControl *self, const char *path, GError **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  mode_t mask = 0;
  gboolean is_listening = FALSE;

  remove_stale (path);
  mask = umask (0177);
  is_listening = g_socket_listener_add_address (
      G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);
  umask (mask);
  if (!is_listening)
    return FALSE;
  self->path = g_strdup (path);
  self->service = g_steal_pointer (&service);
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (on_service_incoming),
                           self, 0);
  return TRUE;
}

char *
phone_exchange_control_dup_default_path (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "phone-exchange.sock", NULL);
}

PhoneExchangeControl *
phone_exchange_control_new (PhoneExchange *exchange, const char *path, GError **error)
{
  g_autoptr (PhoneExchangeControl) self =
      g_object_new (PHONE_TYPE_EXCHANGE_CONTROL, NULL);

  self->exchange = g_object_ref (exchange);
  return listen_at (self, path, error) ? g_steal_pointer (&self) : NULL;
}

char *
phone_exchange_control_ask (const char *path, GError **error)
{
  g_autoptr (GSocketConnection) connection = connect_to (path, error);
  g_autoptr (GDataInputStream) input = NULL;

  if (connection == NULL)
    return NULL;
  input =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (input), 64 * 1024);
  return g_data_input_stream_read_line_utf8 (input, NULL, NULL, error);
}
