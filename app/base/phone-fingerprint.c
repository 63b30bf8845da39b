/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fingerprint.h"

char *
phone_fingerprint_dup_normal (const char *typed)
{
  GString *text;

  if (typed == NULL)
    return NULL;
  text = g_string_new (NULL);
  for (const char *at = typed; *at != '\0'; at++) {
    if (!g_ascii_isxdigit (*at))
      continue;
    if (text->len % 3 == 2)
      g_string_append_c (text, ':');
    g_string_append_c (text, g_ascii_toupper (*at));
  }
  return g_string_free (text, FALSE);
}

char *
phone_fingerprint_dup (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *hex = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  return phone_fingerprint_dup_normal (hex);
}
