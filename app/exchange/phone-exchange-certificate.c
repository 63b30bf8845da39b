/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-certificate.h"

static gboolean
is_for (GTlsCertificate *certificate, const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);
  g_autoptr (GSocketConnectable) identity = NULL;

  if (address != NULL)
    identity = G_SOCKET_CONNECTABLE (g_inet_socket_address_new (address, 0));
  else
    identity = g_network_address_new (name, 0);
  return (g_tls_certificate_verify (certificate, identity, NULL) &
          (G_TLS_CERTIFICATE_BAD_IDENTITY | G_TLS_CERTIFICATE_EXPIRED)) == 0;
}

gboolean
phone_exchange_certificate_is_good (GTlsCertificate *certificate,
                                    const char *const *names)
{
  g_autoptr (GDateTime) until = g_tls_certificate_get_not_valid_after (certificate);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  if (until == NULL || g_date_time_difference (until, now) < G_TIME_SPAN_DAY)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    if (!is_for (certificate, names[i]))
      return FALSE;
  return TRUE;
}
