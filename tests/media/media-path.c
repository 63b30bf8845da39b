/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-path.h"

#include <gio/gio.h>

enum { MAX_DATAGRAM = 65536 };

struct _MediaPath {
  /* owned */
  GSocket *near;
  GSocket *far;
  GSocketAddress *target;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  /* of the thread */
  GSocketAddress *sender;
  guint n_onward;
  /* atomic */
  gint unevenness_ms;
};

typedef struct {
  MediaPath *path;
  GBytes *bytes;
} Delayed;

static void
delayed_free (Delayed *delayed)
{
  g_bytes_unref (delayed->bytes);
  g_free (delayed);
}

static void
send_onward (MediaPath *self, gconstpointer bytes, gsize length)
{
  g_socket_send_to (self->far, self->target, bytes, length, NULL, NULL);
}

static gboolean
on_delay_over (gpointer data)
{
  Delayed *delayed = data;
  gsize length = 0;
  gconstpointer bytes = g_bytes_get_data (delayed->bytes, &length);

  send_onward (delayed->path, bytes, length);
  return G_SOURCE_REMOVE;
}

static void
send_later (MediaPath *self, gconstpointer bytes, gsize length, guint ms)
{
  Delayed *delayed = g_new (Delayed, 1);
  g_autoptr (GSource) source = g_timeout_source_new (ms);

  *delayed = (Delayed){self, g_bytes_new (bytes, length)};
  g_source_set_callback (source, on_delay_over, delayed, (GDestroyNotify)delayed_free);
  g_source_attach (source, self->context);
}

static gboolean
on_near_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  MediaPath *self = data;
  guint ms = (guint)g_atomic_int_get (&self->unevenness_ms);
  g_autoptr (GSocketAddress) sender = NULL;
  char bytes[MAX_DATAGRAM];
  gssize n = g_socket_receive_from (socket, &sender, bytes, sizeof bytes, NULL, NULL);

  if (n < 0)
    return G_SOURCE_CONTINUE; /* what ICMP said of the one before */
  g_set_object (&self->sender, sender);
  if (ms > 0 && self->n_onward++ % 2 == 1)
    send_later (self, bytes, (gsize)n, ms);
  else
    send_onward (self, bytes, (gsize)n);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_far_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  MediaPath *self = data;
  char bytes[MAX_DATAGRAM];
  gssize n = g_socket_receive (socket, bytes, sizeof bytes, NULL, NULL);

  if (n >= 0 && self->sender)
    g_socket_send_to (self->near, self->sender, bytes, (gsize)n, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static GSocket *
open_socket (MediaPath *self, GSocketSourceFunc on_readable)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);
  g_autoptr (GSource) source = NULL;

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  g_socket_set_blocking (socket, FALSE);
  source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (source, self->context);
  return socket;
}

static gpointer
run_any_thread (gpointer data)
{
  MediaPath *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

MediaPath *
media_path_new (guint16 target)
{
  MediaPath *self = g_new0 (MediaPath, 1);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->target = g_inet_socket_address_new_from_string ("127.0.0.1", target);
  self->near = open_socket (self, on_near_readable);
  self->far = open_socket (self, on_far_readable);
  self->thread = g_thread_new ("media-path", run_any_thread, self);
  return self;
}

void
media_path_free (MediaPath *self)
{
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_clear_object (&self->sender);
  g_object_unref (self->target);
  g_object_unref (self->near);
  g_object_unref (self->far);
  g_free (self);
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

guint16
media_path_get_near_port (MediaPath *self)
{
  return get_port (self->near);
}

guint16
media_path_get_far_port (MediaPath *self)
{
  return get_port (self->far);
}

void
media_path_set_unevenness (MediaPath *self, guint ms)
{
  g_atomic_int_set (&self->unevenness_ms, (gint)ms);
}
