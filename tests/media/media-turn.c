/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-turn.h"
#include "media-pair.h"

#include <glib/gstdio.h>

struct _MediaTurn {
  GSubprocess *process;
  guint16 port;
  char *folder;
};

/* Both UDP and TCP are to be free: it is asked of the one that stays busy for longer. */
static guint16
find_port (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static gboolean
listens (MediaTurn *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", self->port, NULL, NULL);

  return connection != NULL;
}

static void
write_config (MediaTurn *self, const char *path)
{
  g_autofree char *text =
      g_strdup_printf ("listening-ip=127.0.0.1\n"
                       "relay-ip=127.0.0.1\n"
                       "listening-port=%u\n"
                       "allow-loopback-peers\n"
                       "lt-cred-mech\n"
                       "user=%s:%s\n"
                       "realm=test.example\n"
                       "no-tls\n"
                       "no-dtls\n"
                       "no-cli\n"
                       "no-multicast-peers\n"
                       "relay-threads=1\n"
                       "log-file=%s/turn.log\n"
                       "simple-log\n"
                       "pidfile=%s/turn.pid\n"
                       "userdb=%s/turn.db\n",
                       self->port, MEDIA_TURN_USER, MEDIA_TURN_PASSWORD, self->folder,
                       self->folder, self->folder);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

MediaTurn *
media_turn_start (void)
{
  g_autofree char *program = g_find_program_in_path ("turnserver");
  g_autofree char *config = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  MediaTurn *self = NULL;

  if (!program)
    return NULL;
  self = g_new0 (MediaTurn, 1);
  self->port = find_port ();
  self->folder = g_dir_make_tmp ("media-turn-XXXXXX", &error);
  g_assert_no_error (error);
  config = g_build_filename (self->folder, "turn.conf", NULL);
  write_config (self, config);
  g_subprocess_launcher_set_child_setup (launcher, media_die_with_parent, NULL, NULL);
  self->process =
      g_subprocess_launcher_spawn (launcher, &error, program, "-c", config, NULL);
  g_assert_no_error (error);
  for (guint i = 0; i < 200 && !listens (self); i++)
    g_usleep (50000);
  g_assert_true (listens (self));
  return self;
}

void
media_turn_stop (MediaTurn *self)
{
  static const char *const files[] = {"turn.conf", "turn.log", "turn.pid", "turn.db"};

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (self->folder, files[i], NULL);

    g_unlink (path);
  }
  g_rmdir (self->folder);
  g_object_unref (self->process);
  g_free (self->folder);
  g_free (self);
}

guint16
media_turn_get_port (MediaTurn *self)
{
  return self->port;
}
