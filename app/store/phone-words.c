/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-words.h"

#include <string.h>

#define MAX_WORDS 8

char *
phone_words_dup_folded (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal != NULL ? normal : "", -1);
}

char **
phone_words_split (const char *search)
{
  g_autofree char *folded = phone_words_dup_folded (search != NULL ? search : "");
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\n", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint count = 0;

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0' && count++ < MAX_WORDS)
      g_strv_builder_add (words, *part);
  return g_strv_builder_end (words);
}

gboolean
phone_words_are_in (char *const *words, const char *folded)
{
  for (char *const *word = words; *word != NULL; word++)
    if (strstr (folded, *word) == NULL)
      return FALSE;
  return TRUE;
}
