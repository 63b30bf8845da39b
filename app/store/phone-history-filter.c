/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-filter.h"

#include "phone-words.h"

gboolean
phone_history_filter_passes (const PhoneHistoryFilter *filter,
                             const PhoneHistoryRecord *record)
{
  g_auto (GStrv) words = phone_words_split (filter->search);
  g_autofree char *both = g_strdup_printf (
      "%s %s", record->name != NULL ? record->name : "", record->address);
  g_autofree char *folded = phone_words_dup_folded (both);

  if (filter->is_missed_only && record->outcome != PHONE_HISTORY_MISSED)
    return FALSE;
  if (filter->is_outgoing_only && record->is_incoming)
    return FALSE;
  return phone_words_are_in (words, folded);
}
