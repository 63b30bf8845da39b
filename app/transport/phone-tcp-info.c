/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tcp-info.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A window that is shut keeps back a whole buffer of the socket, which is never so small. */
enum { SMALL_BYTES = 4096 };

static gboolean
read_info (GSocket *socket, struct tcp_info *info)
{
  socklen_t length = sizeof *info;

  return getsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_INFO, info, &length) == 0;
}

guint64
phone_tcp_info_get_bytes_received (GSocket *socket)
{
  struct tcp_info info = {0};

  return read_info (socket, &info) ? info.tcpi_bytes_received : 0;
}

static guint64
get_bytes_waiting (GSocket *socket)
{
  return (guint64)MAX (g_socket_get_available_bytes (socket), 0);
}

/* In these two the order of the questions says which way the answer is wrong. */

guint64
phone_tcp_info_get_least_read (GSocket *socket)
{
  guint64 received = phone_tcp_info_get_bytes_received (socket);
  guint64 waiting = get_bytes_waiting (socket);

  return received - MIN (waiting, received);
}

guint64
phone_tcp_info_get_most_read (GSocket *socket)
{
  guint64 waiting = get_bytes_waiting (socket);
  guint64 received = phone_tcp_info_get_bytes_received (socket);

  return received - MIN (waiting, received);
}

gboolean
phone_tcp_info_is_taken (GSocket *socket)
{
  struct tcp_info info = {0};

  return !read_info (socket, &info) || info.tcpi_notsent_bytes <= SMALL_BYTES;
}

guint64
phone_tcp_info_get_bytes_taken (GSocket *socket)
{
  struct tcp_info info = {0};

  return read_info (socket, &info) ? info.tcpi_bytes_acked : 0;
}
