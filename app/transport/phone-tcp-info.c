/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tcp-info.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

guint64
phone_tcp_info_get_bytes_received (GSocket *socket)
{
  struct tcp_info info = {0};
  socklen_t length = sizeof info;

  if (getsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
    return 0;
  return info.tcpi_bytes_received;
}
