/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

static gboolean
is_any (const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

  return address != NULL && g_inet_address_get_is_any (address);
}

static GInetAddress *
address_from_interface (const struct ifaddrs *interface)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (interface->ifa_addr == NULL || !(interface->ifa_flags & IFF_UP) ||
      (interface->ifa_addr->sa_family != AF_INET &&
       interface->ifa_addr->sa_family != AF_INET6))
    return NULL;
  address = g_socket_address_new_from_native (interface->ifa_addr,
                                              interface->ifa_addr->sa_family == AF_INET
                                                  ? sizeof (struct sockaddr_in)
                                                  : sizeof (struct sockaddr_in6));
  return g_object_ref (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/* IPv4 first, since that is what people can read to each other. Link-local ones need a
 * zone, which no link can carry. */
static void
add_addresses (GPtrArray *names, GSocketFamily family)
{
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return;
  for (struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next) {
    g_autoptr (GInetAddress) address = address_from_interface (i);
    if (address != NULL && g_inet_address_get_family (address) == family &&
        !g_inet_address_get_is_link_local (address))
      g_ptr_array_add (names, g_inet_address_to_string (address));
  }
  freeifaddrs (interfaces);
}

static gboolean
is_loopback (const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

  return g_inet_address_get_is_loopback (address);
}

char *
phone_exchange_address_dup_link_host (const char *listen_address)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *host = listen_address;

  if (is_any (listen_address)) {
    host = "127.0.0.1";
    add_addresses (names, G_SOCKET_FAMILY_IPV4);
    add_addresses (names, G_SOCKET_FAMILY_IPV6);
    for (guint i = 0; i < names->len; i++) {
      if (!is_loopback (g_ptr_array_index (names, i))) {
        host = g_ptr_array_index (names, i);
        break;
      }
    }
  }
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]" : "%s", host);
}

static void
add_name (GPtrArray *names, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
}

char **
phone_exchange_address_dup_names (const char *const *names)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names[i] != NULL; i++) {
    if (!is_any (names[i])) {
      add_name (all, names[i]);
      continue;
    }
    add_addresses (own, G_SOCKET_FAMILY_IPV4);
    add_addresses (own, G_SOCKET_FAMILY_IPV6);
  }
  for (guint i = 0; i < own->len; i++)
    add_name (all, g_ptr_array_index (own, i));
  g_ptr_array_add (all, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&all), FALSE);
}
