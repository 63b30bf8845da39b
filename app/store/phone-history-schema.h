/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The layout of the file of calls, and how an older one becomes it.
 */
#pragma once

#include "phone-database.h"

G_BEGIN_DECLS

extern const PhoneDatabaseLayout phone_history_schema;

G_END_DECLS
