/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The calls of the past as a table that other programs read (RFC 4180). Pure. Words in it
 * are those of the endpoint's protocol, in English, since machines read them.
 */
#pragma once

#include "phone-history-entry.h"

G_BEGIN_DECLS

/** The first line, with its CRLF. Static. */
const char *phone_history_csv_get_header (void);

/** Appends one line with its CRLF. Text that a spreadsheet would take for a formula (its
 * first character is one of = + - @ TAB CR LF) begins with an apostrophe instead. */
void phone_history_csv_append (GString *out, const PhoneHistoryRecord *record);

G_END_DECLS
