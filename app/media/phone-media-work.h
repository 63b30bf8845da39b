/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Counts what is being done on other threads and that nobody waits for until the program
 * ends, for phone_media_is_at_work() and phone_media_finish(). */

void phone_media_work_begin_any_thread (void);
void phone_media_work_end_any_thread (void);
