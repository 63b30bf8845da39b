/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Counts what is being done on other threads and that nobody waits for, so that
 * phone_media_is_at_work() can tell. A program that ends waits for it: a library that is
 * taken down under a thread would crash it. */

void phone_media_work_begin_any_thread (void);
void phone_media_work_end_any_thread (void);
