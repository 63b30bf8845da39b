/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-work.h"

#include "phone-media-session.h"

static gint under_way;

void
phone_media_work_begin_any_thread (void)
{
  g_atomic_int_inc (&under_way);
}

void
phone_media_work_end_any_thread (void)
{
  (void)g_atomic_int_dec_and_test (&under_way);
}

gboolean
phone_media_is_at_work (void)
{
  return g_atomic_int_get (&under_way) > 0;
}
