/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a one-shot command says about its course and its verdict: plain text or one JSON
 * object a line on standard output, and JUnit in a file. Each line is flushed.
 */
#pragma once

#include "phone-endpoint-verdict.h"
#include "phone-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  PHONE_REPORT_TEXT,
  PHONE_REPORT_JSON,
} PhoneReportFormat;

void phone_report_account (PhoneReportFormat format, PhoneAccount *account);
void phone_report_call (PhoneReportFormat format, PhoneCall *call);

/** @details: members for the verdict's object, of which text tells the timings; taken; may
 * be NULL. */
void phone_report_verdict (PhoneReportFormat format,
                           const PhoneVerdict *verdict,
                           JsonObject *details);

/** The checks as one test suite @name. Errors: G_FILE_ERROR. */
gboolean phone_report_write_junit (const char *file,
                                   const char *name,
                                   const PhoneVerdict *verdict,
                                   double seconds,
                                   GError **error);

/** The document itself; full. For the function above, and for tests. */
char *phone_report_make_junit (const char *name,
                               const PhoneVerdict *verdict,
                               double seconds);

G_END_DECLS
