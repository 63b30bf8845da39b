/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneHistoryList: which calls of a PhoneHistory pass a search, as a GListModel of
 * PhoneHistoryEntry, newest first.
 *
 * Of all calls it holds their ids alone; the entries are read when they are asked for, a
 * page at a time, and come soon after (PhoneHistoryEntry:loaded). So a list of 100,000
 * calls costs what is looked at. Main context only.
 *
 * Properties (all notify):
 *   history       PhoneHistory   read-write; NULL: an empty list
 *   search        string         read-write; words that name or address have, any case
 *   missed-only   bool           read-write
 *   n-items       uint           as the list model has
 *   loading       bool           what is in the list is not yet what was asked for
 */
#pragma once

#include "phone-history.h"

G_BEGIN_DECLS

#define PHONE_TYPE_HISTORY_LIST (phone_history_list_get_type ())
G_DECLARE_FINAL_TYPE (PhoneHistoryList, phone_history_list, PHONE, HISTORY_LIST, GObject)

PhoneHistoryList *phone_history_list_new (PhoneHistory *history);

void phone_history_list_set_search (PhoneHistoryList *self, const char *search);
void phone_history_list_set_missed_only (PhoneHistoryList *self, gboolean missed_only);
gboolean phone_history_list_is_loading (PhoneHistoryList *self);

G_END_DECLS
