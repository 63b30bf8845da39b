/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-filter.h"

#include <string.h>

#define MAX_WORDS 8

char *
phone_history_dup_folded (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal != NULL ? normal : "", -1);
}

char **
phone_history_filter_split (const PhoneHistoryFilter *filter)
{
  const char *search = filter->search != NULL ? filter->search : "";
  g_autofree char *folded = phone_history_dup_folded (search);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\n", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint count = 0;

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0' && count++ < MAX_WORDS)
      g_strv_builder_add (words, *part);
  return g_strv_builder_end (words);
}

gboolean
phone_history_filter_passes (const PhoneHistoryFilter *filter,
                             const PhoneHistoryRecord *record)
{
  g_auto (GStrv) words = phone_history_filter_split (filter);
  g_autofree char *both = g_strdup_printf (
      "%s %s", record->name != NULL ? record->name : "", record->address);
  g_autofree char *folded = phone_history_dup_folded (both);

  if (filter->is_missed_only && record->outcome != PHONE_HISTORY_MISSED)
    return FALSE;
  if (filter->is_outgoing_only && record->is_incoming)
    return FALSE;
  for (char **word = words; *word != NULL; word++)
    if (strstr (folded, *word) == NULL)
      return FALSE;
  return TRUE;
}
