/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

void
phone_random_fill (guint8 *bytes, gsize length)
{
  gsize done = 0;

  while (done < length) {
    gssize n = getrandom (bytes + done, length - done, 0);

    if (n < 0 && errno != EINTR)
      g_error ("The kernel gives no random bytes: %s", g_strerror (errno));
    done += MAX (n, 0);
  }
}

char *
phone_random_dup_hex (gsize n_bytes)
{
  guint8 *bytes = g_malloc (n_bytes);
  GString *text = g_string_sized_new (2 * n_bytes);

  phone_random_fill (bytes, n_bytes);
  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  explicit_bzero (bytes, n_bytes);
  g_free (bytes);
  return g_string_free (text, FALSE);
}
