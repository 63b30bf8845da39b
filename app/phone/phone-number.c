/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-number.h"

#include <string.h>

/* What begins a national number where that is not "0" (ITU-T E.164, national trunk
 * prefixes); "" where the number is written with all its digits. */
static const struct {
  const char *country;
  const char *trunk;
} trunks[] = {
    {"+1", "1"},   {"+7", "8"},  {"+36", "06"}, {"+39", ""},
    {"+370", "8"}, {"+378", ""}, {"+379", ""},  {"+993", "8"},
};

static const char *
trunk_of (const char *country)
{
  for (guint i = 0; i < G_N_ELEMENTS (trunks); i++)
    if (g_str_equal (trunks[i].country, country))
      return trunks[i].trunk;
  return "0";
}

/* The number without what only separates its digits; NULL where there is anything else. */
static char *
dup_plain (const char *text)
{
  GString *number = g_string_new (NULL);
  gboolean has_digit = FALSE;

  for (const char *at = text; *at != '\0'; at++) {
    gboolean is_key = g_ascii_isdigit (*at) || *at == '*' || *at == '#' ||
                      (*at == '+' && number->len == 0);

    has_digit = has_digit || g_ascii_isdigit (*at);
    if (is_key)
      g_string_append_c (number, *at);
    else if (strchr (" -.()/", *at) == NULL) {
      g_string_free (number, TRUE);
      return NULL;
    }
  }
  return g_string_free (number, !has_digit);
}

/* RFC 3966 §5.1.5: the context of a local number is a domain, which changes nothing, or
 * the global number that goes before it. */
static char *
dup_in_context (const char *number, const char *params)
{
  g_auto (GStrv) list = g_strsplit (params, ";", -1);

  if (*number == '+')
    return g_strdup (number);
  for (guint i = 0; list[i] != NULL; i++)
    if (g_ascii_strncasecmp (list[i], "phone-context=+", 15) == 0) {
      g_autofree char *context = dup_plain (list[i] + strlen ("phone-context="));

      if (context != NULL)
        return g_strconcat (context, number, NULL);
    }
  return g_strdup (number);
}

static char *
dup_number (const char *text)
{
  g_autofree char *unescaped = NULL;
  g_autofree char *number = NULL;
  char *params;

  if (g_ascii_strncasecmp (text, "tel:", 4) != 0)
    return dup_plain (text);
  unescaped = g_uri_unescape_string (text + 4, NULL);
  if (unescaped == NULL)
    return NULL;
  params = strchr (unescaped, ';');
  if (params != NULL)
    *params++ = '\0';
  number = dup_plain (unescaped);
  return number != NULL ? dup_in_context (number, params != NULL ? params : "") : NULL;
}

static gboolean
is_extension (const char *number, const char *trunk)
{
  return strlen (number) <= PHONE_NUMBER_MAX_EXTENSION_DIGITS &&
         (*trunk == '\0' || !g_str_has_prefix (number, trunk));
}

static char *
dup_international (const char *number, const char *country)
{
  const char *trunk = trunk_of (country);

  if (g_str_has_prefix (number, "00"))
    return g_strconcat ("+", number + 2, NULL);
  if (is_extension (number, trunk))
    return g_strdup (number);
  if (*trunk != '\0' && g_str_has_prefix (number, trunk))
    number += strlen (trunk);
  return g_strconcat (country, number, NULL);
}

char *
phone_number_dup_dialled (const char *text, const char *prefix)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *number = dup_number (stripped);

  if (number == NULL || prefix == NULL || *number == '+' ||
      strpbrk (number, "*#") != NULL)
    return g_steal_pointer (&number);
  if (*prefix == '+')
    return dup_international (number, prefix);
  if (is_extension (number, "0"))
    return g_steal_pointer (&number);
  return g_strconcat (prefix, number, NULL);
}
