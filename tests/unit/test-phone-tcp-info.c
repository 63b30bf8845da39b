/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-tcp-info.h"

/* Both ends of one connection over loopback. */
static void
connect_two (GSocket *ends[2])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) listening = NULL;
  GSocket **both[] = {&listening, &ends[0]};

  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    *both[i] = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                             G_SOCKET_PROTOCOL_TCP, &error);
    g_assert_no_error (error);
  }
  g_socket_bind (listening, any, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (listening, &error);
  g_assert_no_error (error);
  address = g_socket_get_local_address (listening, &error);
  g_assert_no_error (error);
  g_socket_connect (ends[0], address, NULL, &error);
  g_assert_no_error (error);
  ends[1] = g_socket_accept (listening, NULL, &error);
  g_assert_no_error (error);
}

static void
expect_read (GSocket *socket, guint64 n)
{
  g_assert_cmpuint (phone_tcp_info_get_least_read (socket), ==, n);
  g_assert_cmpuint (phone_tcp_info_get_most_read (socket), ==, n);
}

/* What has come and waits is not read. */
static void
test_waiting (void)
{
  static const char bytes[10000];
  char buffer[4000];
  GSocket *ends[2];

  connect_two (ends);
  expect_read (ends[1], 0);
  g_assert_cmpint (g_socket_send (ends[0], bytes, sizeof bytes, NULL, NULL), ==,
                   sizeof bytes);
  while (g_socket_get_available_bytes (ends[1]) < (gssize)sizeof bytes)
    g_socket_condition_wait (ends[1], G_IO_IN, NULL, NULL);
  expect_read (ends[1], 0);
  g_assert_cmpint (g_socket_receive (ends[1], buffer, sizeof buffer, NULL, NULL), ==,
                   sizeof buffer);
  expect_read (ends[1], sizeof buffer);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_object_unref (ends[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone-tcp-info/waiting", test_waiting);
  return g_test_run ();
}
