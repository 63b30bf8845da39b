/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-link.h"

#include "phone-error.h"
#include "sip-uri.h"

#include <string.h>

#define LINK_MAX_BYTES 1024
#define ANY_DOMAIN "phone.invalid"

/* "tel:%2B49%2030", as some pages write it. NULL where an escape is broken. */
static char *
dup_tel (SipText rest)
{
  g_autofree char *number = sip_uri_unescape (rest);

  return number != NULL ? g_strconcat ("tel:", number, NULL) : NULL;
}

static char *
dup_sip (const char *scheme, SipText rest)
{
  const char *headers = memchr (rest.s, '?', rest.len);
  gsize len = headers != NULL ? (gsize)(headers - rest.s) : rest.len;

  return g_strdup_printf ("%s%.*s", scheme, (int)len, rest.s);
}

static char *
dup_without_extras (const char *link)
{
  static const char *const schemes[] = {"sips:", "sip:", "tel:"};
  SipText text = sip_text_from_str (link);

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    SipText rest;

    if (!sip_text_starts_with_case (text, schemes[i]))
      continue;
    rest = sip_text_skip (text, strlen (schemes[i]));
    while (rest.len > 0 && *rest.s == '/')
      rest = sip_text_skip (rest, 1);
    return g_str_equal (schemes[i], "tel:") ? dup_tel (rest) : dup_sip (schemes[i], rest);
  }
  return g_strdup (link);
}

char *
phone_link_dup_target (const char *link, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (link));
  g_autofree char *target = NULL;
  g_autofree char *dialled = NULL;
  g_autoptr (GError) sip_error = NULL;

  if (strlen (stripped) <= LINK_MAX_BYTES && g_utf8_validate (stripped, -1, NULL))
    target = dup_without_extras (stripped);
  if (target != NULL)
    dialled = sip_uri_dup_from_dialled (target, ANY_DOMAIN, &sip_error);
  if (dialled == NULL) {
    g_set_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS, "A link to dial: %s",
                 sip_error != NULL ? sip_error->message : "no plain text");
    return NULL;
  }
  return g_steal_pointer (&target);
}
