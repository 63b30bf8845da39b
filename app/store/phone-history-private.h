/* SPDX-License-Identifier: GPL-3.0-or-later */
/** What PhoneHistoryList asks of PhoneHistory. */
#pragma once

#include "phone-history-worker.h"
#include "phone-history.h"

G_BEGIN_DECLS

/** Takes @job. Its finish() may come after the end of whoever asked. */
void phone_history_push (PhoneHistory *self, PhoneHistoryJob *job);
/** Rows read from the file so far, apart from ids: how lazy a list is. */
guint64 phone_history_get_rows_read (PhoneHistory *self);

G_END_DECLS
