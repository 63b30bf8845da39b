/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Which calls are looked for. Pure.
 */
#pragma once

#include "phone-history-entry.h"

G_BEGIN_DECLS

/** Those that have all words of @search in their name or address, whatever the case; NULL
 * or "" for all. Of many words the first eight count. */
typedef struct {
  char *search;
  gboolean is_missed_only;
  gboolean is_outgoing_only;
} PhoneHistoryFilter;

/** Whether a record passes: the same as the file says. */
gboolean phone_history_filter_passes (const PhoneHistoryFilter *filter,
                                      const PhoneHistoryRecord *record);

G_END_DECLS
