/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the files of a verdict share: phone-endpoint-verdict.c judges how a call came about
 * and what was heard and seen, phone-endpoint-verdict-changes.c what was done in it.
 */
#pragma once

#include "phone-endpoint-verdict.h"

G_BEGIN_DECLS

/** Takes @sentence. @cause NULL: proven. The first failure is the one that is told. Returns
 * whether it is proven. */
gboolean phone_verdict_add_check (PhoneVerdict *verdict,
                                  const char *name,
                                  PhoneExit exit,
                                  const char *cause,
                                  char *sentence);

/** What an error that kept something from being begun exits with. */
PhoneExit phone_exit_of_error (PhoneError code);

/** The checks of digits, hold, pictures that were added or removed, and a transfer. */
void phone_verdict_judge_changes (PhoneVerdict *verdict,
                                  const PhoneWish *wish,
                                  const PhoneObservation *seen);

G_END_DECLS
